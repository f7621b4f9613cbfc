/* Runs of circles, written for a window's rows. */
#include "compute/circle_runs.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compute/opencl.h"
#include "model/circle.h"

status buffer_at_least(struct device *device, size_t bytes, struct buffer **buffer) {
    if (*buffer && buffer_bytes(*buffer) >= bytes) return NULL;
    buffer_close(*buffer);
    *buffer = NULL;
    return buffer_open(device, bytes, buffer);
}

int circle_runs_stride(const struct plane *plane, const struct grid *grid) {
    return grid->geographic ? (int)(2 * plane->halo_rows + 2) : 0;
}

status circle_runs_write(struct device *device, const struct plane *plane, const struct grid *grid, struct window window, struct buffer **runs) {
    const int64_t reach = plane->halo_rows, stride = 2 * reach + 2, rows = grid->geographic ? window.rows : 1;
    size_t bytes = (size_t)(rows * stride) * sizeof(cl_int);
    cl_int *halves;
    TRY(MEMORY_ARRAY((size_t)(rows * stride), &halves));
    for (int64_t r = 0; r < rows; r++) {
        cl_int *cells = &halves[r * stride + 2 * reach + 1];
        for (int64_t j = -reach; j <= reach; j++) {
            const int64_t half = circle_half(grid, plane->radius_m, window.row0 + r, j);
            halves[r * stride + j + reach] = (cl_int)half;
            *cells += half < 0 ? 0 : (cl_int)(2 * half + 1);
        }
    }
    status failure = buffer_at_least(device, bytes, runs);
    if (!failure) failure = buffer_write(*runs, 0, bytes, halves);
    free(halves);
    return failure;
}
