/* Devices opened and closed, alone and several at once. */
#include "compute/device.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compute/device_choice.h"

status device_list(struct device_info **out, size_t *count) {
    struct found *found;
    TRY(found_all(&found, count));
    status failure = MEMORY_ARRAY(*count, out);
    for (size_t i = 0; !failure && i < *count; i++) (*out)[i] = found[i].info;
    free(found);
    return failure;
}

static status open_found(const struct found *found, struct device **out) {
    struct device *device;
    cl_int code;
    TRY(MEMORY_ARRAY(1, &device));
    *device = (struct device){.info = found->info, .id = found->id, .shares_memory = found->shares_memory};
    const cl_context_properties properties[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)found->platform, 0};
    device->context = clCreateContext(properties, 1, &device->id, NULL, NULL, &code);
    if (code == CL_SUCCESS) device->queue = clCreateCommandQueue(device->context, device->id, 0, &code);
    if (code != CL_SUCCESS) {
        device_close(device);
        return opencl_status(code, "opening device %d:%d %s", found->info.platform, found->info.index, found->info.name);
    }
    *out = device;
    return NULL;
}

status device_open(const char *select, struct device **out) {
    struct found *found;
    size_t count, chosen = 0;
    TRY(found_all(&found, &count));
    status failure = found_choose(found, count, select, &chosen);
    if (!failure) failure = open_found(&found[chosen], out);
    free(found);
    return failure;
}

void device_close(struct device *device) {
    if (!device) return;
    programs_release(device);
    if (device->queue) clReleaseCommandQueue(device->queue);
    if (device->context) clReleaseContext(device->context);
    free(device);
}

status devices_find(const char *select, struct device_info **out, size_t *count) {
    struct found *found;
    struct choice choice = {0};
    size_t n_found;
    TRY(found_all(&found, &n_found));
    status failure = found_choose_several(found, n_found, select, &choice);
    if (!failure) failure = MEMORY_ARRAY(choice.count, out);
    for (size_t i = 0; !failure && i < choice.count; i++) (*out)[i] = found[choice.chosen[i]].info;
    *count = choice.count;
    free(choice.chosen);
    free(found);
    return failure;
}

/* PoCL gives this variable this value for as long as it looks at the processor. Where it is there already, it is replaced in its place. */
void devices_settle_environment(void) {
    setenv("HWLOC_PLUGINS_PATH", "/dev/null", 0);
}

status devices_open(const char *select, struct device ***out, size_t *count) {
    struct found *found;
    struct choice choice = {0};
    struct device **devices = NULL;
    size_t n_found;
    TRY(found_all(&found, &n_found));
    status failure = found_choose_several(found, n_found, select, &choice);
    if (!failure) failure = MEMORY_ARRAY(choice.count, &devices);
    for (size_t i = 0; !failure && i < choice.count; i++) failure = open_found(&found[choice.chosen[i]], &devices[i]);
    if (failure) {
        devices_close(devices, choice.count);
    } else {
        *out = devices;
        *count = choice.count;
    }
    free(choice.chosen);
    free(found);
    return failure;
}

void devices_close(struct device **devices, size_t count) {
    for (size_t i = 0; devices && i < count; i++) device_close(devices[i]);
    free(devices);
}

bool devices_agree(const struct device_info *infos, size_t count) {
    bool agree = true;
    for (size_t i = 0; count > 1 && i < count; i++) agree &= infos[i].rounds_correctly && infos[i].fp64 == infos[0].fp64;
    return agree;
}

status devices_warn_of_unequal(struct device *const *devices, size_t count, struct log *log) {
    struct device_info *infos;
    TRY(MEMORY_ARRAY(count, &infos));
    for (size_t i = 0; i < count; i++) infos[i] = devices[i]->info;
    if (!devices_agree(infos, count))
        log_warn(log,
                 "the devices that share the work do not all round division and square root correctly, or not all have doubles: the last bits of a "
                 "cell may tell which of them made it, and change from run to run; name one device for the same bytes each time");
    free(infos);
    return NULL;
}

status device_blamed(const struct device *device, size_t count, status failure) {
    if (!failure || count == 1) return failure;
    const struct device_info *info = &device->info;
    return status_wrap(failure, "device %d:%d %s", info->platform, info->index, info->name);
}

const struct device_info *device_info(const struct device *device) {
    return &device->info;
}

bool device_shares_memory(const struct device *device) {
    return device->shares_memory;
}
