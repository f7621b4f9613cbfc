/* Finding a device by the words of a user, opening it, and memory on it. */
#include "compute/device.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "compute/opencl.h"

enum { PLATFORMS_MAX = 16, DEVICES_MAX = 64, PLATFORM_NOT_FOUND = -1001 };

struct found {
    struct device_info info;
    cl_platform_id platform;
    cl_device_id id;
    bool shares_memory;
};

static void device_word(cl_device_id id, cl_device_info what, char *out, size_t size) {
    char words[1024] = "";
    clGetDeviceInfo(id, what, sizeof words - 1, words, NULL);
    snprintf(out, size, "%.*s", (int)size - 1, words + strspn(words, " "));
}

static cl_ulong device_number(cl_device_id id, cl_device_info what) {
    cl_ulong number = 0;
    clGetDeviceInfo(id, what, sizeof number, &number, NULL);
    return number;
}

static void describe(struct found *found) {
    struct device_info *info = &found->info;
    device_word(found->id, CL_DEVICE_NAME, info->name, sizeof info->name);
    device_word(found->id, CL_DEVICE_VENDOR, info->vendor, sizeof info->vendor);
    device_word(found->id, CL_DRIVER_VERSION, info->driver, sizeof info->driver);
    device_word(found->id, CL_DEVICE_VERSION, info->version, sizeof info->version);
    clGetPlatformInfo(found->platform, CL_PLATFORM_NAME, sizeof info->platform_name - 1, info->platform_name, NULL);
    cl_uint units = 0;
    clGetDeviceInfo(found->id, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
    info->compute_units = units;
    info->gpu = device_number(found->id, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_GPU;
    info->fp64 = device_number(found->id, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
    info->memory_bytes = device_number(found->id, CL_DEVICE_GLOBAL_MEM_SIZE);
    info->largest_buffer_bytes = device_number(found->id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    cl_bool unified = CL_FALSE;
    clGetDeviceInfo(found->id, CL_DEVICE_HOST_UNIFIED_MEMORY, sizeof unified, &unified, NULL);
    found->shares_memory = unified && !info->gpu;
    info->rounds_correctly = device_number(found->id, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
}

static status find_all(struct found **out, size_t *count) {
    cl_platform_id platforms[PLATFORMS_MAX];
    cl_device_id ids[DEVICES_MAX];
    cl_uint n_platforms = 0;
    size_t room = 0;
    *out = NULL;
    *count = 0;
    cl_int code = clGetPlatformIDs(PLATFORMS_MAX, platforms, &n_platforms);
    if (code == PLATFORM_NOT_FOUND) n_platforms = 0;
    if (code != PLATFORM_NOT_FOUND) TRY(opencl_status(code, "listing OpenCL platforms"));
    if (n_platforms > PLATFORMS_MAX) n_platforms = PLATFORMS_MAX;
    for (cl_uint p = 0; p < n_platforms; p++) {
        cl_uint n = 0;
        if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, DEVICES_MAX, ids, &n) != CL_SUCCESS) continue;
        for (cl_uint d = 0; d < n && d < DEVICES_MAX; d++) {
            status full = memory_reserve((void **)out, &room, *count + 1, sizeof **out);
            if (full) {
                free(*out);
                return full;
            }
            struct found *found = &(*out)[(*count)++];
            *found = (struct found){.info = {.platform = (int)p, .index = (int)d}, .platform = platforms[p], .id = ids[d]};
            describe(found);
        }
    }
    return NULL;
}

status device_list(struct device_info **out, size_t *count) {
    struct found *found;
    TRY(find_all(&found, count));
    status failure = MEMORY_ARRAY(*count, out);
    for (size_t i = 0; !failure && i < *count; i++) (*out)[i] = found[i].info;
    free(found);
    return failure;
}

static bool fits(const struct device_info *info, const char *select) {
    int platform, index, end = 0;
    if (strcasecmp(select, "gpu") == 0) return info->gpu;
    if (strcasecmp(select, "cpu") == 0) return !info->gpu;
    if (sscanf(select, "%d:%d%n", &platform, &index, &end) == 2 && !select[end]) return info->platform == platform && info->index == index;
    if (sscanf(select, "%d%n", &index, &end) == 1 && !select[end]) return info->platform == 0 && info->index == index;
    return strcasestr(info->name, select) != NULL;
}

static status refuse(const struct found *found, size_t count, const char *select, size_t fitting) {
    struct text list = {0};
    for (size_t i = 0; i < count; i++)
        text_print(&list, "\n  %d:%d %s (%s)", found[i].info.platform, found[i].info.index, found[i].info.name, found[i].info.platform_name);
    char *words = text_take(&list);
    status failure;
    if (!words)
        failure = status_no_memory();
    else if (count == 0)
        failure = status_fail(LODE_NO_DEVICE, "no OpenCL device on this machine: install a driver, such as pocl-opencl-icd for the processor");
    else if (fitting == 0 && (strcasecmp(select, "all") == 0 || strchr(select, ',')))
        failure = status_fail(LODE_USAGE, "'%s' names several devices, which only `run` and `distance` share: name one; there are:%s", select, words);
    else if (fitting == 0)
        failure = status_fail(LODE_NO_DEVICE, "no device fits '%s'; there are:%s", select, words);
    else
        failure = status_fail(LODE_NO_DEVICE, "%zu devices fit '%s', give a number; there are:%s", fitting, select, words);
    free(words);
    return failure;
}

/* The index in `found` of the device that `select` means. "gpu", "cpu" and NULL mean the first of their kind. */
static status choose(const struct found *found, size_t count, const char *select, size_t *chosen) {
    bool kind = !select || strcasecmp(select, "gpu") == 0 || strcasecmp(select, "cpu") == 0;
    size_t fitting = 0;
    for (size_t i = count; i-- > 0;) {
        if (!fits(&found[i].info, select ? select : "gpu")) continue;
        *chosen = i;
        fitting++;
    }
    if (!select && fitting == 0 && count > 0) {
        *chosen = 0;
        fitting = 1;
    }
    if (fitting == 0 || (fitting > 1 && !kind)) return refuse(found, count, select, fitting);
    return NULL;
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
    TRY(find_all(&found, &count));
    status failure = choose(found, count, select, &chosen);
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

/* Indices in `found`, in the order of use. */
struct choice {
    size_t *chosen, count;
};

static status add_choice(const struct found *found, size_t index, const char *select, struct choice *choice) {
    for (size_t i = 0; i < choice->count; i++)
        if (choice->chosen[i] == index)
            return status_fail(LODE_USAGE, "--device=%s: %d:%d %s is named twice: name each device once", select, found[index].info.platform,
                               found[index].info.index, found[index].info.name);
    choice->chosen[choice->count++] = index;
    return NULL;
}

static status add_word(const struct found *found, size_t count, const char *word, const char *select, struct choice *choice) {
    size_t index = 0;
    if (!*word) return status_fail(LODE_USAGE, "--device=%s: nothing stands between two commas: write them as in 0:0,0:1", select);
    if (strcasecmp(word, "all") == 0) return status_fail(LODE_USAGE, "--device=%s: `all` stands alone: write --device=all", select);
    TRY(choose(found, count, word, &index));
    return add_choice(found, index, select, choice);
}

static status choose_all(const struct found *found, size_t count, struct choice *choice) {
    size_t first = 0;
    TRY(choose(found, count, NULL, &first));
    choice->chosen[choice->count++] = first;
    for (size_t i = 0; i < count; i++)
        if (i != first) choice->chosen[choice->count++] = i;
    return NULL;
}

static status choose_listed(const struct found *found, size_t count, const char *select, struct choice *choice) {
    char *words = strdup(select);
    status failure = words ? NULL : status_no_memory();
    for (char *word = words, *end; !failure && word; word = end) {
        end = strchr(word, ',');
        if (end) *end++ = '\0';
        failure = add_word(found, count, word, select, choice);
    }
    free(words);
    return failure;
}

/* Some devices' own names hold a comma: the words as a whole come first. */
static bool is_list(const struct found *found, size_t count, const char *select) {
    if (!select || !strchr(select, ',')) return false;
    for (size_t i = 0; i < count; i++)
        if (fits(&found[i].info, select)) return false;
    return true;
}

static status choose_several(const struct found *found, size_t count, const char *select, struct choice *choice) {
    *choice = (struct choice){0};
    TRY(MEMORY_ARRAY(count + 1, &choice->chosen));
    if (select && strcasecmp(select, "all") == 0) return choose_all(found, count, choice);
    if (is_list(found, count, select)) return choose_listed(found, count, select, choice);
    choice->count = 1;
    return choose(found, count, select, choice->chosen);
}

status devices_find(const char *select, struct device_info **out, size_t *count) {
    struct found *found;
    struct choice choice = {0};
    size_t n_found;
    TRY(find_all(&found, &n_found));
    status failure = choose_several(found, n_found, select, &choice);
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
    TRY(find_all(&found, &n_found));
    status failure = choose_several(found, n_found, select, &choice);
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

/* Of large buffers on a processor the memory is our own, so that the host may look at it. NULL: of the driver's own. */
static void *own_room(struct buffer *buffer, size_t size) {
    enum { PAGE_BYTES = 4096, LARGE_BYTES = 1 << 21 };
    buffer->room = size < LARGE_BYTES ? NULL : calloc(1, size + PAGE_BYTES);
    if (!buffer->room) return NULL;
    return (void *)(((uintptr_t)buffer->room + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
}

/* On a processor, places buffers apart within a page of memory. A kernel walks many planes abreast; beginning all alike they would compete
 * for the same few ways of its cache. */
static void stagger(struct buffer *buffer) {
    enum { STEP_BYTES = 1280, STEPS = 16 }; /* spread over 4096 bytes by 256, in whole cache lines and whole vectors */
    struct device *device = buffer->device;
    cl_int code;
    size_t origin = device->n_buffers++ % STEPS * STEP_BYTES, size = buffer->bytes ? buffer->bytes : 1, whole = size + (STEPS - 1) * STEP_BYTES;
    char *host = own_room(buffer, whole);
    buffer->whole = clCreateBuffer(device->context, CL_MEM_READ_WRITE | (host ? CL_MEM_USE_HOST_PTR : 0), whole, host, &code);
    if (code != CL_SUCCESS) {
        buffer->whole = NULL;
        return;
    }
    const cl_buffer_region region = {origin, size};
    buffer->memory = clCreateSubBuffer(buffer->whole, CL_MEM_READ_WRITE, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
    buffer->host = host && code == CL_SUCCESS ? host + origin : NULL;
    if (code == CL_SUCCESS) return;
    clReleaseMemObject(buffer->whole); /* a driver that wants coarser places gets a plain buffer */
    buffer->whole = NULL;
}

status buffer_open(struct device *device, size_t bytes, struct buffer **out) {
    cl_int code = CL_SUCCESS;
    struct buffer *buffer;
    if (bytes > device->info.largest_buffer_bytes)
        return status_fail(LODE_TRY_AGAIN, "%s gives at most %zu MB in one piece, %zu MB were asked for: give a smaller --memory or a coarser cell",
                           device->info.name, device->info.largest_buffer_bytes >> 20, bytes >> 20);
    TRY(MEMORY_ARRAY(1, &buffer));
    *buffer = (struct buffer){.device = device, .bytes = bytes};
    if (device->shares_memory) stagger(buffer);
    if (!buffer->whole) {
        free(buffer->room);
        buffer->room = NULL;
        buffer->memory = clCreateBuffer(device->context, CL_MEM_READ_WRITE, bytes ? bytes : 1, NULL, &code);
    }
    if (code != CL_SUCCESS) {
        free(buffer);
        return opencl_status(code, "%zu bytes on %s", bytes, device->info.name);
    }
    *out = buffer;
    return NULL;
}

status buffer_over(struct device *device, void *host, size_t bytes, struct buffer **out) {
    cl_int code;
    struct buffer *buffer;
    if (!device->shares_memory || bytes == 0 || bytes > device->info.largest_buffer_bytes) return buffer_open(device, bytes, out);
    TRY(MEMORY_ARRAY(1, &buffer));
    *buffer = (struct buffer){.device = device, .bytes = bytes, .host = host};
    buffer->memory = clCreateBuffer(device->context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, bytes, host, &code);
    if (code != CL_SUCCESS) {
        free(buffer);
        return opencl_status(code, "%zu bytes of the host's memory on %s", bytes, device->info.name);
    }
    *out = buffer;
    return NULL;
}

status buffer_lend(struct device *device, void *host, size_t bytes, struct buffer **buffer) {
    if (!device->shares_memory || bytes == 0) {
        if (!*buffer) TRY(buffer_open(device, bytes, buffer));
        return buffer_write(*buffer, 0, bytes, host);
    }
    buffer_close(*buffer);
    *buffer = NULL;
    return buffer_over(device, host, bytes, buffer);
}

/* Memory under a buffer stays until what was started with it has ended. */
void buffer_close(struct buffer *buffer) {
    if (!buffer) return;
    if (buffer->room) clFinish(buffer->device->queue);
    clReleaseMemObject(buffer->memory);
    if (buffer->whole) clReleaseMemObject(buffer->whole);
    free(buffer->room);
    free(buffer);
}

bool device_shares_memory(const struct device *device) {
    return device->shares_memory;
}

size_t buffer_bytes(const struct buffer *buffer) {
    return buffer->bytes;
}

static status check_range(const struct buffer *buffer, size_t offset, size_t bytes) {
    if (offset <= buffer->bytes && bytes <= buffer->bytes - offset) return NULL;
    return status_fail(LODE_SELFTEST, "bytes %zu to %zu of a device buffer of %zu", offset, offset + bytes, buffer->bytes);
}

status buffer_write(struct buffer *buffer, size_t offset, size_t bytes, const void *from) {
    TRY(check_range(buffer, offset, bytes));
    if (bytes == 0) return NULL;
    return opencl_status(clEnqueueWriteBuffer(buffer->device->queue, buffer->memory, CL_TRUE, offset, bytes, from, 0, NULL, NULL),
                         "writing %zu bytes to %s", bytes, buffer->device->info.name);
}

/* The host's memory holds what the device wrote once it has been mapped. */
static status show(const struct buffer *buffer, size_t offset, size_t bytes) {
    const struct device *device = buffer->device;
    cl_int code;
    void *mapped = clEnqueueMapBuffer(device->queue, buffer->memory, CL_TRUE, CL_MAP_READ, offset, bytes, 0, NULL, NULL, &code);
    TRY(opencl_status(code, "showing %zu bytes of %s", bytes, device->info.name));
    return opencl_status(clEnqueueUnmapMemObject(device->queue, buffer->memory, mapped, 0, NULL, NULL), "showing %zu bytes of %s", bytes,
                         device->info.name);
}

status buffer_look(const struct buffer *buffer, size_t bytes, void *room, const void **seen) {
    TRY(check_range(buffer, 0, bytes));
    *seen = buffer->host && bytes ? buffer->host : room;
    return *seen == room ? buffer_read(buffer, 0, bytes, room) : show(buffer, 0, bytes);
}

status buffer_read(const struct buffer *buffer, size_t offset, size_t bytes, void *to) {
    TRY(check_range(buffer, offset, bytes));
    if (bytes == 0) return NULL;
    if (buffer->host && buffer->host + offset == (char *)to) return show(buffer, offset, bytes);
    return opencl_status(clEnqueueReadBuffer(buffer->device->queue, buffer->memory, CL_TRUE, offset, bytes, to, 0, NULL, NULL),
                         "reading %zu bytes from %s", bytes, buffer->device->info.name);
}
