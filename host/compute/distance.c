/* Which kind of distance, and checks that both need. */
#include "compute/distance.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compute/distance_kinds.h"

struct distance {
    struct window window; /* of the mask */
    struct planar *planar;
    struct geodesic *geodesic;
    struct placed *placed;
};

enum { SIDE_MAX = 1 << 24 };

static status check_sides(const struct mask *mask) {
    if (mask->window.cols < 1 || mask->window.rows < 1 || mask->window.cols > SIDE_MAX || mask->window.rows > SIDE_MAX)
        return status_fail(LODE_BAD_DATA, "distance over %lld x %lld cells: each side must have 1 to %d", (long long)mask->window.cols,
                           (long long)mask->window.rows, SIDE_MAX);
    return NULL;
}

static status check_metric(const struct grid *grid, const struct mask *mask, enum metric metric) {
    if (metric == METRIC_PLANAR && grid->geographic)
        return status_fail(LODE_BAD_DATA, "planar distance has no metres on the geographic grid %s: use metric: geodesic, or a projected crs",
                           grid->crs);
    if (metric == METRIC_GEODESIC && !grid->geographic)
        return status_fail(LODE_BAD_DATA, "geodesic distance on the projected grid %s needs the places of its cells: use metric: planar", grid->crs);
    return check_sides(mask);
}

/* `places`: NULL but for a geodesic distance on a projected grid. */
static status open_kind(struct device *device, const struct grid *grid, const struct mask *mask, const struct places *places, struct distance **out) {
    struct distance *distance;
    TRY(MEMORY_ARRAY(1, &distance));
    distance->window = mask->window;
    status failure = NULL;
    if (places)
        failure = placed_open(device, grid, mask, places, &distance->placed);
    else if (grid->geographic)
        failure = geodesic_open(device, grid, mask, &distance->geodesic);
    else
        failure = planar_open(device, grid, mask, &distance->planar);
    if (failure) {
        distance_close(distance);
        return status_wrap(failure, "preparing a distance");
    }
    *out = distance;
    return NULL;
}

status distance_open(struct device *device, const struct grid *grid, const struct mask *mask, enum metric metric, struct distance **out) {
    TRY(check_metric(grid, mask, metric));
    return open_kind(device, grid, mask, NULL, out);
}

status distance_open_placed(struct device *device, const struct grid *grid, const struct mask *mask, const struct places *places,
                            struct distance **out) {
    TRY(check_sides(mask));
    return open_kind(device, grid, mask, places, out);
}

void distance_close(struct distance *distance) {
    if (!distance) return;
    planar_close(distance->planar);
    geodesic_close(distance->geodesic);
    placed_close(distance->placed);
    free(distance);
}

static bool holds(struct window outer, struct window inner) {
    return inner.col0 >= outer.col0 && inner.row0 >= outer.row0 && inner.cols >= 0 && inner.rows >= 0 &&
           inner.col0 + inner.cols <= outer.col0 + outer.cols && inner.row0 + inner.rows <= outer.row0 + outer.rows;
}

status distance_rows(struct distance *distance, struct window window, struct buffer *metres, struct buffer *source) {
    if (!holds(distance->window, window))
        return status_fail(LODE_SELFTEST, "distances of rows %lld to %lld, beyond their mask", (long long)window.row0,
                           (long long)(window.row0 + window.rows));
    size_t cells = (size_t)window.cols * (size_t)window.rows;
    if (buffer_bytes(metres) < cells * sizeof(float) || (source && buffer_bytes(source) < cells * sizeof(int64_t)))
        return status_fail(LODE_SELFTEST, "distances of %zu cells: a buffer is too small", cells);
    if (distance->placed) return placed_rows(distance->placed, window, metres, source);
    return distance->planar ? planar_rows(distance->planar, window, metres, source) : geodesic_rows(distance->geodesic, window, metres, source);
}
