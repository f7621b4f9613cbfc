/* Accumulated cost: preparing it, then every band's, with the results brought to host memory. */
#include <stdlib.h>

#include "base/memory.h"
#include "bench.h"
#include "compute/cost.h"

enum { BAND = 512 };

static status every_band(struct timing *timing, const struct grid *grid, const struct mask *mask, struct friction *friction, struct buffer *band,
                         float *host) {
    struct cost *cost = NULL;
    timing_start(timing);
    status failure = cost_open(timing->device, grid, mask, friction, &cost);
    for (int64_t row = 0; !failure && row < grid->height; row += BAND) {
        int64_t rows = grid->height - row < BAND ? grid->height - row : BAND;
        size_t cells = (size_t)(grid->width * rows);
        failure = cost_rows(cost, (struct window){0, row, grid->width, rows}, band, NULL);
        if (!failure) failure = buffer_read(band, 0, cells * sizeof *host, host);
        timing_stop(timing);
        if (!failure) failure = timing_answer(timing, host, cells);
        timing_start(timing);
    }
    timing_stop(timing);
    timing->cells = grid->width * grid->height;
    cost_close(cost);
    return failure;
}

status time_cost(struct timing *timing) {
    const struct grid grid = bench_plane(timing->size);
    struct mask mask = {0};
    struct buffer *band = NULL;
    float *host = NULL;
    struct friction friction = {0};
    size_t cells = (size_t)grid.width * BAND;
    status failure = bench_starts(&grid, &mask);
    if (!failure) failure = friction_init(&friction, grid_window(&grid));
    for (int64_t row = 0; !failure && row < grid.height; row++) bench_friction_row(&grid, row, friction_row(&friction, row));
    if (!failure) failure = MEMORY_ARRAY(cells, &host);
    if (!failure) failure = buffer_open(timing->device, cells * sizeof(float), &band);
    if (!failure) failure = every_band(timing, &grid, &mask, &friction, band, host);
    buffer_close(band);
    mask_free(&mask);
    friction_free(&friction);
    free(host);
    return failure;
}
