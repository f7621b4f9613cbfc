/* Launches kernels/focal.cl: pieces of 1, 2, 4 ... cells, gathered into circles length by length, then finished.
 * model/plan_memory.c counts what is taken here. */
#include "compute/focal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/circle_runs.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { GROUP = 64, LANES = 16 };
enum form { FORM_MEAN, FORM_SD, FORM_EXTREMES, FORMS };

struct fold {
    cl_program program; /* NULL until it is asked for */
    cl_kernel begin, widen, gather, finish[2];
    size_t planes, number_bytes;
};

struct focal {
    struct device *device;
    struct fold folds[FORMS];
    struct buffer *pieces[2], *sums, *halves;
};

static const struct {
    const char *options, *finish[2];
    size_t planes, number_bytes;
} form_table[FORMS] = {
    [FORM_MEAN] = {"-DPLANES=2", {"mean", "position"}, 2, sizeof(cl_double)},
    [FORM_SD] = {"-DPLANES=3", {"deviation", NULL}, 3, sizeof(cl_double)},
    [FORM_EXTREMES] = {"-DPLANES=3 -DEXTREMES", {"relief", NULL}, 3, sizeof(cl_float)},
};

status focal_open(struct device *device, struct focal **out) {
    TRY(MEMORY_ARRAY(1, out));
    (*out)->device = device;
    return NULL;
}

static void fold_close(struct fold *fold) {
    cl_kernel kernels[] = {fold->begin, fold->widen, fold->gather, fold->finish[0], fold->finish[1]};
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if (kernels[i]) clReleaseKernel(kernels[i]);
    if (fold->program) clReleaseProgram(fold->program);
}

void focal_close(struct focal *focal) {
    if (!focal) return;
    for (size_t f = 0; f < FORMS; f++) fold_close(&focal->folds[f]);
    buffer_close(focal->pieces[0]);
    buffer_close(focal->pieces[1]);
    buffer_close(focal->sums);
    buffer_close(focal->halves);
    free(focal);
}

static status fold_open(struct focal *focal, enum form form) {
    struct fold *fold = &focal->folds[form];
    char options[80];
    if (fold->program) return NULL;
    if (form != FORM_EXTREMES && !focal->device->info.fp64)
        return status_fail(LODE_NO_DEVICE, "%s has no doubles, which means over circles need: choose another with --device",
                           focal->device->info.name);
    fold->planes = form_table[form].planes;
    fold->number_bytes = form_table[form].number_bytes;
    snprintf(options, sizeof options, "%s -DFOLD_CELLS=%d", form_table[form].options, focal->device->info.gpu ? 1 : LANES);
    TRY(program_build(focal->device, &kernel_focal, 1, options, &fold->program));
    TRY(kernel_create(fold->program, "begin", &fold->begin));
    TRY(kernel_create(fold->program, "widen", &fold->widen));
    TRY(kernel_create(fold->program, "gather", &fold->gather));
    for (int i = 0; i < 2; i++)
        if (form_table[form].finish[i]) TRY(kernel_create(fold->program, form_table[form].finish[i], &fold->finish[i]));
    return NULL;
}

static cl_int rounded_up(int64_t cells) {
    return (cl_int)((cells + LANES - 1) / LANES * LANES);
}

/* The sums of every circle, in focal->sums. */
static status fold_circles(struct focal *focal, struct fold *fold, const struct plane *plane, cl_int stride, struct window window,
                           const struct buffer *surface) {
    const cl_int reach_cols = (cl_int)plane->halo_cols, reach_rows = (cl_int)plane->halo_rows, rows = (cl_int)window.rows,
                 height = rows + 2 * reach_rows, cols = (cl_int)window.cols + 2 * reach_cols, sums_pitch = rounded_up(window.cols),
                 pitch = rounded_up(sums_pitch + 2 * reach_cols);
    const size_t wide = (size_t)pitch / (focal->device->info.gpu ? 1 : LANES), narrow = (size_t)sums_pitch / (focal->device->info.gpu ? 1 : LANES);
    const size_t bytes = fold->planes * (size_t)height * (size_t)pitch * fold->number_bytes;
    for (int i = 0; i < 2; i++) TRY(buffer_at_least(focal->device, bytes, &focal->pieces[i]));
    TRY(buffer_at_least(focal->device, fold->planes * (size_t)rows * (size_t)sums_pitch * fold->number_bytes, &focal->sums));
    struct buffer *from = focal->pieces[0], *to = focal->pieces[1];
    const struct kernel_arg begin[] = {ARG_BUFFER(surface), ARG(cols), ARG(height), ARG(pitch), ARG_BUFFER(from)};
    TRY(kernel_run(focal->device, fold->begin, begin, 5, GROUP, wide, fold->planes * (size_t)height));
    for (cl_int step = 1; step <= 2 * reach_cols + 1; step *= 2) {
        const struct kernel_arg gather[] = {ARG_BUFFER(from), ARG(pitch),      ARG(step), ARG_BUFFER(focal->halves), ARG(stride),
                                            ARG(reach_cols),  ARG(reach_rows), ARG(rows), ARG(sums_pitch),           ARG_BUFFER(focal->sums)};
        TRY(kernel_run(focal->device, fold->gather, gather, 10, GROUP, narrow, fold->planes * (size_t)rows));
        if (2 * step > 2 * reach_cols + 1) return NULL;
        const struct kernel_arg widen[] = {ARG_BUFFER(from), ARG(height), ARG(pitch), ARG(step), ARG_BUFFER(to)};
        TRY(kernel_run(focal->device, fold->widen, widen, 5, GROUP, wide, fold->planes * (size_t)height));
        struct buffer *swap = from;
        from = to;
        to = swap;
    }
    return NULL;
}

status focal_rows(struct focal *focal, const struct plane *plane, const struct grid *grid, struct window window, const struct buffer *surface,
                  struct buffer *out) {
    const enum form form = plane->kind == PLANE_RELIEF ? FORM_EXTREMES : plane->kind == PLANE_SD ? FORM_SD : FORM_MEAN;
    const struct window around = window_around(window, plane->halo_cols, plane->halo_rows);
    struct fold *fold = &focal->folds[form];
    if (buffer_bytes(surface) < (size_t)(around.cols * around.rows) * sizeof(float) ||
        buffer_bytes(out) < (size_t)(window.cols * window.rows) * sizeof(float))
        return status_fail(LODE_SELFTEST, "circles of %lld x %lld cells: a buffer is too small", (long long)window.cols, (long long)window.rows);
    TRY(fold_open(focal, form));
    TRY(circle_runs_write(focal->device, plane, grid, window, &focal->halves));
    const cl_int stride = circle_runs_stride(plane, grid), cols = (cl_int)window.cols, rows = (cl_int)window.rows,
                 reach_cols = (cl_int)plane->halo_cols, reach_rows = (cl_int)plane->halo_rows, sums_pitch = rounded_up(window.cols);
    TRY(fold_circles(focal, fold, plane, stride, window, surface));
    const struct kernel_arg args[] = {
        ARG_BUFFER(focal->sums), ARG(sums_pitch), ARG_BUFFER(focal->halves), ARG(stride), ARG(reach_cols), ARG(reach_rows), ARG(cols), ARG(rows),
        ARG_BUFFER(surface),     ARG_BUFFER(out)};
    return kernel_run(focal->device, fold->finish[plane->kind == PLANE_TPI], args, 10, GROUP, (size_t)window.cols, (size_t)window.rows);
}
