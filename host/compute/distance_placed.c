/* Geodesic distance on a grid of any projection (kernels/placed.cl): the places of its lattice, the mask's bits and the balls around sources
 * stay on the device; blocks of cells are made when asked for. What a cell gets depends on its block alone, and blocks are counted from the
 * mask's upper left corner. Kept a cell of the mask: a bit,
 * 16 / 240 of a byte of balls, 24 bytes a node of the table and 24 a cell of its patches. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/distance_kinds.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { TILE = PLACES_TILE, FAN = 4, LEVELS_MAX = 11 /* as in kernels/placed.cl */ };
enum { SIDE_CPU = 16, SIDE_GPU = 1, GROUP_CPU = 1, GROUP_GPU = 64 };
enum { TILE_BALLS, TILE_PARENTS, NEAREST_PLACED, KERNELS };
static const double GRAIN = 4e-7; /* of the widest extent: what single precision may lose of a place, and of two */

struct placed {
    struct device *device;
    struct window window; /* of the mask */
    cl_int cols, rows, step, node_cols, levels;
    cl_long words_per_row;
    cl_double polar, semi_major_m, flattening, origin[3];
    cl_float grain;
    cl_long first[LEVELS_MAX];
    cl_int level_cols[LEVELS_MAX], level_rows[LEVELS_MAX];
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *nodes, *weights, *patches, *patch_of; /* the last two NULL where there are no patches */
    struct buffer *bits, *balls, *level_first, *level_width, *level_height;
};

static status check(const struct device *device, const struct grid *grid, const struct mask *mask, const struct places *places) {
    const struct window *w = &places->window, *m = &mask->window;
    if (!device->info.fp64)
        return status_fail(
            LODE_NO_DEVICE,
            "%s has no double precision, which geodesic distance on the projected grid %s needs: choose another device, or metric: planar",
            device->info.name, grid->crs);
    if (w->col0 != m->col0 || w->row0 != m->row0 || w->cols != m->cols || w->rows != m->rows)
        return status_fail(LODE_SELFTEST, "places of another window than the mask's");
    return NULL;
}

/* Any place, and how far the farthest lies from it. */
static status choose_origin(struct placed *placed, const struct grid *grid, const struct places *places) {
    int64_t count = places->cols * places->rows, known = 0;
    double farthest2 = 0;
    while (known < count && isnan(places->nodes[3 * known])) known++;
    if (known == count)
        return status_fail(LODE_BAD_DATA, "no cell of the grid has a longitude and latitude in %s: choose a smaller extent or another crs",
                           grid->crs);
    const double *o = places->nodes + 3 * known;
    for (int64_t i = known; i < count; i++) {
        const double *p = places->nodes + 3 * i;
        double x = p[0] - o[0], y = p[1] - o[1], z = p[2] - o[2], far2 = x * x + y * y + z * z;
        if (far2 > farthest2) farthest2 = far2;
    }
    placed->origin[0] = o[0];
    placed->origin[1] = o[1];
    placed->origin[2] = o[2] * placed->polar;
    placed->grain = (cl_float)(GRAIN * sqrt(farthest2));
    return NULL;
}

static int64_t parts(int64_t whole, int64_t size) {
    return (whole + size - 1) / size;
}

/* Returns the number of tiles of all levels. */
static int64_t choose_levels(struct placed *placed) {
    int64_t cols = parts(placed->cols, TILE), rows = parts(placed->rows, TILE), count = 0;
    for (placed->levels = 0;; cols = parts(cols, FAN), rows = parts(rows, FAN)) {
        int level = placed->levels++;
        placed->first[level] = count;
        placed->level_cols[level] = (cl_int)cols;
        placed->level_rows[level] = (cl_int)rows;
        count += cols * rows;
        if (cols == 1 && rows == 1) return count;
    }
}

static status buffer_of(struct device *device, size_t bytes, const void *from, struct buffer **out) {
    TRY(buffer_open(device, bytes, out));
    return buffer_write(*out, 0, bytes, from);
}

/* The cubic through four nodes, at each of the places between the middle two (Lagrange). */
static status upload_weights(struct placed *placed) {
    double weights[64 * 4];
    for (int i = 0; i < placed->step; i++) {
        double t = (double)i / placed->step, *w = weights + 4 * i;
        w[0] = -t * (t - 1) * (t - 2) / 6;
        w[1] = (t + 1) * (t - 1) * (t - 2) / 2;
        w[2] = -(t + 1) * t * (t - 2) / 2;
        w[3] = (t + 1) * t * (t - 1) / 6;
    }
    return buffer_of(placed->device, (size_t)placed->step * 4 * sizeof *weights, weights, &placed->weights);
}

static status upload(struct placed *placed, const struct mask *mask, const struct places *places) {
    struct device *device = placed->device;
    size_t tiles = (size_t)choose_levels(placed), levels = (size_t)placed->levels;
    if (places->step < 1 || places->step > 64) return status_fail(LODE_SELFTEST, "places at every %lld cells", (long long)places->step);
    TRY(upload_weights(placed));
    TRY(buffer_of(device, (size_t)(places->cols * places->rows) * 3 * sizeof(double), places->nodes, &placed->nodes));
    if (places->patch_of) {
        TRY(buffer_of(device, (size_t)(places->tile_cols * places->tile_rows) * sizeof *places->patch_of, places->patch_of, &placed->patch_of));
        TRY(buffer_of(device, (size_t)places->n_patches * TILE * TILE * 3 * sizeof(double), places->patches, &placed->patches));
    }
    TRY(buffer_of(device, (size_t)(mask->words_per_row * placed->rows) * sizeof(cl_ulong), mask->bits, &placed->bits));
    TRY(buffer_of(device, levels * sizeof *placed->first, placed->first, &placed->level_first));
    TRY(buffer_of(device, levels * sizeof *placed->level_cols, placed->level_cols, &placed->level_width));
    TRY(buffer_of(device, levels * sizeof *placed->level_rows, placed->level_rows, &placed->level_height));
    return buffer_open(device, tiles * sizeof(cl_float4), &placed->balls);
}

static status build(struct placed *placed) {
    static const char *const names[KERNELS] = {"tile_balls", "tile_parents", "nearest_placed"};
    const char *const sources[] = {kernel_geodesy, kernel_placed};
    char options[80];
    snprintf(options, sizeof options, "-DSIDE=%d -DTILE=%d -DFAN=%d -DLEVELS_MAX=%d", placed->device->info.gpu ? SIDE_GPU : SIDE_CPU, TILE, FAN,
             LEVELS_MAX);
    TRY(program_build(placed->device, sources, 2, options, &placed->program));
    for (size_t i = 0; i < KERNELS; i++) TRY(kernel_create(placed->program, names[i], &placed->kernels[i]));
    return NULL;
}

static size_t group_of(const struct placed *placed) {
    return placed->device->info.gpu ? GROUP_GPU : GROUP_CPU;
}

/* Starts a kernel that asks where cells lie and which are sources: what such kernels begin with, then its `own` arguments. */
static status run_on_places(struct placed *placed, cl_kernel kernel, const struct kernel_arg *own, size_t n_own, size_t items_x, size_t items_y) {
    enum { OWN_MAX = 16 };
    const struct kernel_arg places[] = {ARG_BUFFER(placed->nodes),
                                        ARG_BUFFER(placed->weights),
                                        placed->patches ? ARG_BUFFER(placed->patches) : ARG_NOTHING,
                                        placed->patch_of ? ARG_BUFFER(placed->patch_of) : ARG_NOTHING,
                                        ARG(placed->node_cols),
                                        ARG(placed->step),
                                        ARG(placed->polar),
                                        ARG_BUFFER(placed->bits),
                                        ARG(placed->words_per_row),
                                        ARG(placed->cols),
                                        ARG(placed->rows)};
    const size_t n = sizeof places / sizeof *places;
    struct kernel_arg args[sizeof places / sizeof *places + OWN_MAX];
    assert(n_own <= OWN_MAX);
    memcpy(args, places, sizeof places);
    memcpy(args + n, own, n_own * sizeof *own);
    return kernel_run(placed->device, kernel, args, n + n_own, group_of(placed), items_x, items_y);
}

static status make_balls(struct placed *placed) {
    const struct kernel_arg leaves[] = {ARG(placed->origin[0]),     ARG(placed->origin[1]),     ARG(placed->origin[2]),   ARG(placed->grain),
                                        ARG(placed->level_cols[0]), ARG(placed->level_rows[0]), ARG_BUFFER(placed->balls)};
    TRY(run_on_places(placed, placed->kernels[TILE_BALLS], leaves, sizeof leaves / sizeof *leaves, (size_t)placed->level_cols[0],
                      (size_t)placed->level_rows[0]));
    for (int level = 1; level < placed->levels; level++) {
        const struct kernel_arg parents[] = {ARG(placed->first[level - 1]), ARG(placed->level_cols[level - 1]), ARG(placed->level_rows[level - 1]),
                                             ARG(placed->first[level]),     ARG(placed->level_cols[level]),     ARG(placed->level_rows[level]),
                                             ARG_BUFFER(placed->balls)};
        TRY(kernel_run(placed->device, placed->kernels[TILE_PARENTS], parents, sizeof parents / sizeof *parents, group_of(placed),
                       (size_t)placed->level_cols[level], (size_t)placed->level_rows[level]));
    }
    return NULL;
}

status placed_open(struct device *device, const struct grid *grid, const struct mask *mask, const struct places *places, struct placed **out) {
    struct placed *placed;
    TRY(check(device, grid, mask, places));
    TRY(MEMORY_ARRAY(1, &placed));
    *placed = (struct placed){.device = device,
                              .window = mask->window,
                              .cols = (cl_int)mask->window.cols,
                              .rows = (cl_int)mask->window.rows,
                              .step = (cl_int)places->step,
                              .node_cols = (cl_int)places->cols,
                              .words_per_row = mask->words_per_row,
                              .polar = 1 - grid->flattening,
                              .semi_major_m = grid->semi_major_m,
                              .flattening = grid->flattening};
    status failure = choose_origin(placed, grid, places);
    if (!failure) failure = upload(placed, mask, places);
    if (!failure) failure = build(placed);
    if (!failure) failure = make_balls(placed);
    if (failure) {
        placed_close(placed);
        return failure;
    }
    *out = placed;
    return NULL;
}

void placed_close(struct placed *placed) {
    if (!placed) return;
    for (size_t i = 0; i < KERNELS; i++)
        if (placed->kernels[i]) clReleaseKernel(placed->kernels[i]);
    if (placed->program) clReleaseProgram(placed->program);
    struct buffer *const buffers[] = {placed->patches, placed->patch_of,    placed->nodes,       placed->weights,     placed->bits,
                                      placed->balls,   placed->level_first, placed->level_width, placed->level_height};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_close(buffers[i]);
    free(placed);
}

status placed_rows(struct placed *placed, struct window window, struct buffer *metres, struct buffer *source) {
    const cl_int col0 = (cl_int)(window.col0 - placed->window.col0), row0 = (cl_int)(window.row0 - placed->window.row0);
    const cl_int cols = (cl_int)window.cols, rows = (cl_int)window.rows, side = placed->device->info.gpu ? SIDE_GPU : SIDE_CPU;
    const struct kernel_arg args[] = {ARG_BUFFER(placed->balls),
                                      ARG_BUFFER(placed->level_first),
                                      ARG_BUFFER(placed->level_width),
                                      ARG_BUFFER(placed->level_height),
                                      ARG(placed->levels),
                                      ARG(placed->origin[0]),
                                      ARG(placed->origin[1]),
                                      ARG(placed->origin[2]),
                                      ARG(placed->semi_major_m),
                                      ARG(placed->flattening),
                                      ARG(col0),
                                      ARG(row0),
                                      ARG(cols),
                                      ARG(rows),
                                      ARG_BUFFER(metres),
                                      source ? ARG_BUFFER(source) : ARG_NOTHING};
    if (cols == 0 || rows == 0) return NULL;
    size_t across = (size_t)((col0 + cols - 1) / side - col0 / side + 1), down = (size_t)((row0 + rows - 1) / side - row0 / side + 1);
    return run_on_places(placed, placed->kernels[NEAREST_PLACED], args, sizeof args / sizeof *args, across, down);
}
