/* Accumulated cost: preparing it, then every band's. */
#include "bench.h"
#include "compute/cost.h"

struct costing {
    const struct grid *grid;
    struct mask mask;
    struct friction friction;
    struct cost *cost;
};

static status open_cost(void *user, struct device *device) {
    struct costing *costing = user;
    return cost_open(device, costing->grid, &costing->mask, &costing->friction, &costing->cost);
}

static status rows_of_cost(void *user, struct window window, struct buffer *band) {
    return cost_rows(((struct costing *)user)->cost, window, band, NULL);
}

status time_cost(struct timing *timing) {
    const struct grid grid = bench_plane(timing->size);
    struct costing costing = {.grid = &grid};
    status failure = bench_starts(&grid, &costing.mask);
    if (!failure) failure = friction_init(&costing.friction, grid_window(&grid));
    for (int64_t row = 0; !failure && row < grid.height; row++) bench_friction_row(&grid, row, friction_row(&costing.friction, row));
    if (!failure) failure = bench_bands(timing, &grid, &(struct banded){open_cost, rows_of_cost, &costing});
    cost_close(costing.cost);
    mask_free(&costing.mask);
    friction_free(&costing.friction);
    return failure;
}
