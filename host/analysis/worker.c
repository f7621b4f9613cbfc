/* Opens and closes what the devices of one scan have each. */
#include "analysis/worker.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compute/distance.h"
#include "compute/terrain.h"

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

static bool has_planar_distance(const struct scenario *scenario) {
    if (scenario->grid.cell_in_degrees) return false;
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (scenario->criteria[c].op == OP_DISTANCE && scenario->criteria[c].metric != METRIC_GEODESIC) return true;
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (scenario->rules[r].buffer_m > 0 && scenario->rules[r].metric != METRIC_GEODESIC) return true;
    return false;
}

static bool has_slope(const struct scenario *scenario) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (scenario->criteria[c].op == OP_SLOPE) return true;
    return false;
}

/* To one cell. */
static status warm_distance(struct device *device) {
    const struct grid grid = {.dx = 1, .dy = 1, .unit_m = 1, .width = 1, .height = 1};
    struct distance *distance = NULL;
    uint64_t bit = 1;
    const struct mask mask = {.window = {0, 0, 1, 1}, .words_per_row = 1, .bits = &bit};
    status failure = distance_open(device, &grid, &mask, METRIC_PLANAR, &distance);
    if (!failure) distance_close(distance);
    return failure;
}

static status warm_terrain(struct device *device) {
    struct terrain *terrain = NULL;
    status failure = terrain_open(device, &terrain);
    if (!failure) terrain_close(terrain);
    return failure;
}

void workers_warm(struct worker *workers, size_t count, const struct scenario *scenario) {
    for (size_t i = 0; i < count; i++) {
        if (has_planar_distance(scenario)) lode_error_free(warm_distance(workers[i].device));
        if (has_slope(scenario)) lode_error_free(warm_terrain(workers[i].device));
    }
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

void workers_adopt(struct worker *workers, size_t count, const struct plan *plan) {
    for (size_t i = 0; i < count; i++) planes_adopt(workers[i].planes, plan);
}

/* The first comes last: the others' planes read what is its own. */
void workers_close_planes(struct worker *workers, size_t count) {
    for (size_t i = count; i-- > 0; workers[i].planes = NULL) planes_close(workers[i].planes);
}

void workers_close_overlays(struct worker *workers, size_t count) {
    for (size_t i = count; i-- > 0; workers[i].overlay = NULL) overlay_close(workers[i].overlay);
}

void workers_close(struct worker *workers, size_t count) {
    if (!workers) return;
    workers_close_overlays(workers, count);
    workers_close_planes(workers, count);
    for (size_t i = count; i-- > 0;) device_close(workers[i].device);
    free(workers);
}
