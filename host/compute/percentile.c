/* Launches kernels/percentile.cl. model/plan_memory.c counts what is taken here. */
#include "compute/percentile.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/circle_runs.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { GROUP = 64, LANES = 16 };

struct percentile {
    struct device *device;
    cl_program program;
    cl_kernel order, find;
    struct buffer *keys, *runs;
};

status percentile_open(struct device *device, struct percentile **out) {
    struct percentile *percentile;
    char options[40];
    TRY(MEMORY_ARRAY(1, &percentile));
    percentile->device = device;
    snprintf(options, sizeof options, "-DLANE_CELLS=%d", device->info.gpu ? 1 : LANES);
    status failure = program_build(device, &kernel_percentile, 1, options, &percentile->program);
    if (!failure) failure = kernel_create(percentile->program, "order", &percentile->order);
    if (!failure) failure = kernel_create(percentile->program, "percentile", &percentile->find);
    if (failure) {
        percentile_close(percentile);
        return failure;
    }
    *out = percentile;
    return NULL;
}

void percentile_close(struct percentile *percentile) {
    if (!percentile) return;
    if (percentile->order) clReleaseKernel(percentile->order);
    if (percentile->find) clReleaseKernel(percentile->find);
    if (percentile->program) clReleaseProgram(percentile->program);
    buffer_close(percentile->keys);
    buffer_close(percentile->runs);
    free(percentile);
}

static int64_t rounded_up(int64_t cells) {
    return (cells + LANES - 1) / LANES * LANES;
}

status percentile_rows(struct percentile *percentile, const struct plane *plane, const struct grid *grid, struct window window,
                       const struct buffer *surface, struct buffer *out) {
    struct device *device = percentile->device;
    const struct window around = window_around(window, plane->halo_cols, plane->halo_rows);
    if (buffer_bytes(surface) < (size_t)(around.cols * around.rows) * sizeof(float) ||
        buffer_bytes(out) < (size_t)(window.cols * window.rows) * sizeof(float))
        return status_fail(LODE_SELFTEST, "percentiles of %lld x %lld cells: a buffer is too small", (long long)window.cols, (long long)window.rows);
    const cl_int cols = (cl_int)window.cols, rows = (cl_int)window.rows, reach_cols = (cl_int)plane->halo_cols, reach_rows = (cl_int)plane->halo_rows,
                 pitch = (cl_int)rounded_up(rounded_up(window.cols) + 2 * plane->halo_cols), around_cols = (cl_int)around.cols,
                 around_rows = (cl_int)around.rows, stride = circle_runs_stride(plane, grid);
    const cl_float percent = (cl_float)plane->percentile;
    const size_t lanes = device->info.gpu ? 1 : LANES;
    TRY(circle_runs_write(device, plane, grid, window, &percentile->runs));
    TRY(buffer_at_least(device, (size_t)pitch * (size_t)around.rows * sizeof(cl_int), &percentile->keys));
    const struct kernel_arg order[] = {ARG_BUFFER(surface), ARG(around_cols), ARG(around_rows), ARG(pitch), ARG_BUFFER(percentile->keys)};
    TRY(kernel_run(device, percentile->order, order, 5, GROUP, (size_t)pitch / lanes, (size_t)around.rows));
    const struct kernel_arg find[] = {ARG_BUFFER(percentile->keys),
                                      ARG(pitch),
                                      ARG_BUFFER(percentile->runs),
                                      ARG(stride),
                                      ARG(reach_cols),
                                      ARG(reach_rows),
                                      ARG(cols),
                                      ARG(rows),
                                      ARG(percent),
                                      ARG_BUFFER(out)};
    return kernel_run(device, percentile->find, find, 10, GROUP, (size_t)rounded_up(window.cols) / lanes, (size_t)window.rows);
}
