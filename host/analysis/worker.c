/* Opens and closes what the devices of one scan have each. */
#include "analysis/worker.h"

#include <stdlib.h>

#include "base/memory.h"

status workers_open(const char *select, struct worker **out, size_t *count) {
    struct device **devices;
    size_t n;
    TRY(devices_open(select, &devices, &n));
    status failure = MEMORY_ARRAY(n, out);
    if (failure) {
        devices_close(devices, n);
        return failure;
    }
    for (size_t i = 0; i < n; i++) (*out)[i].device = devices[i];
    *count = n;
    free(devices);
    return NULL;
}

status workers_make_planes(struct worker *workers, size_t count, const struct plan *plan, struct layers *layers, struct log *log) {
    TRY(planes_open(plan, layers, workers[0].device, log, &workers[0].planes));
    for (size_t i = 1; i < count; i++)
        TRY(worker_blamed(workers, count, i, planes_open_beside(workers[0].planes, workers[i].device, &workers[i].planes)));
    return NULL;
}

status workers_make_overlays(struct worker *workers, size_t count, const struct plan *plan) {
    for (size_t i = 0; i < count; i++) TRY(worker_blamed(workers, count, i, overlay_open(workers[i].device, plan, &workers[i].overlay)));
    return NULL;
}

status workers_warn_of_unequal(const struct worker *workers, size_t count, struct log *log) {
    struct device_info *infos;
    TRY(MEMORY_ARRAY(count, &infos));
    for (size_t i = 0; i < count; i++) infos[i] = *device_info(workers[i].device);
    if (!devices_agree(infos, count))
        log_warn(log,
                 "the devices that share the bands do not all round division and square root correctly, or not all have doubles: the last bits of a "
                 "cell may tell which of them made it, and change from run to run; name one device for the same bytes each time");
    free(infos);
    return NULL;
}

/* The first comes last: the others' planes read what is its own. */
void workers_close(struct worker *workers, size_t count) {
    for (size_t i = count; workers && i-- > 0;) {
        overlay_close(workers[i].overlay);
        planes_close(workers[i].planes);
        device_close(workers[i].device);
    }
    free(workers);
}

status worker_blamed(const struct worker *workers, size_t count, size_t index, status failure) {
    if (!failure || count == 1) return failure;
    const struct device_info *info = device_info(workers[index].device);
    return status_wrap(failure, "device %d:%d %s", info->platform, info->index, info->name);
}
