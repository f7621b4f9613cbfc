/* Opens and closes what the devices of one scan have each. */
#include "analysis/worker.h"

#include <stdlib.h>

#include "base/memory.h"

status workers_open(const char *select, struct log *log, struct worker **out, size_t *count) {
    struct device **devices;
    size_t n;
    TRY(devices_open(select, &devices, &n));
    status failure = devices_warn_of_unequal(devices, n, log);
    if (!failure) failure = MEMORY_ARRAY(n, out);
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
        TRY(device_blamed(workers[i].device, count, planes_open_beside(workers[0].planes, workers[i].device, &workers[i].planes)));
    return NULL;
}

status workers_make_overlays(struct worker *workers, size_t count, const struct plan *plan) {
    for (size_t i = 0; i < count; i++) TRY(device_blamed(workers[i].device, count, overlay_open(workers[i].device, plan, &workers[i].overlay)));
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
