/* Distances: preparing them, then every band's. */
#include "bench.h"
#include "compute/distance.h"

struct measuring {
    const struct grid *grid;
    struct mask mask;
    struct distance *distance;
};

static status open_distance(void *user, struct device *device) {
    struct measuring *measuring = user;
    return distance_open(device, measuring->grid, &measuring->mask, METRIC_AUTO, &measuring->distance);
}

static status rows_of_distance(void *user, struct window window, struct buffer *metres) {
    return distance_rows(((struct measuring *)user)->distance, window, metres, NULL);
}

typedef status mask_maker(const struct grid *grid, struct mask *mask);

static status time_distance(struct timing *timing, const struct grid *grid, mask_maker *draw) {
    struct measuring measuring = {.grid = grid};
    status failure = draw(grid, &measuring.mask);
    if (!failure) failure = bench_bands(timing, grid, &(struct banded){open_distance, rows_of_distance, &measuring});
    distance_close(measuring.distance);
    mask_free(&measuring.mask);
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
