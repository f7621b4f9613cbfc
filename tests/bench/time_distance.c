/* Distances: preparing them, then every band's, with the results brought to host memory. */
#include <stdlib.h>

#include "base/memory.h"
#include "bench.h"
#include "compute/distance.h"

enum { BAND = 512 };

typedef status mask_maker(const struct grid *grid, struct mask *mask);

static status every_band(struct timing *timing, const struct grid *grid, const struct mask *mask, struct buffer *metres, float *host) {
    struct distance *distance = NULL;
    timing_start(timing);
    status failure = distance_open(timing->device, grid, mask, METRIC_AUTO, &distance);
    for (int64_t row = 0; !failure && row < grid->height; row += BAND) {
        int64_t rows = grid->height - row < BAND ? grid->height - row : BAND;
        size_t cells = (size_t)(grid->width * rows);
        failure = distance_rows(distance, (struct window){0, row, grid->width, rows}, metres, NULL);
        if (!failure) failure = buffer_read(metres, 0, cells * sizeof *host, host);
        timing_stop(timing);
        if (!failure) failure = timing_answer(timing, host, cells);
        timing_start(timing);
    }
    timing_stop(timing);
    timing->cells = grid->width * grid->height;
    distance_close(distance);
    return failure;
}

static status time_distance(struct timing *timing, const struct grid *grid, mask_maker *draw) {
    struct mask mask = {0};
    struct buffer *metres = NULL;
    float *host = NULL;
    size_t cells = (size_t)grid->width * BAND;
    status failure = draw(grid, &mask);
    if (!failure) failure = MEMORY_ARRAY(cells, &host);
    if (!failure) failure = buffer_open(timing->device, cells * sizeof(float), &metres);
    if (!failure) failure = every_band(timing, grid, &mask, metres, host);
    buffer_close(metres);
    mask_free(&mask);
    free(host);
    return failure;
}

status time_planar(struct timing *timing) {
    const struct grid grid = bench_plane(timing->size);
    return time_distance(timing, &grid, bench_roads);
}

status time_planar_sparse(struct timing *timing) {
    const struct grid grid = bench_plane(timing->size);
    return time_distance(timing, &grid, bench_clusters);
}

status time_geodesic(struct timing *timing) {
    const struct grid grid = bench_world(timing->size);
    return time_distance(timing, &grid, bench_sites);
}

status time_geodesic_region(struct timing *timing) {
    const struct grid grid = bench_region(timing->size);
    return time_distance(timing, &grid, bench_sites);
}
