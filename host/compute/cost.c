/* Launches kernels/cost.cl: of the tiles that wait, some of which no two are neighbours, until none waits. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/cost_parts.h"
#include "compute/kernels.h"

/* Local memory decides how many tiles go side by side, and with that their size. */
static void lay_tiles(struct cost *cost) {
    cl_ulong local = 0;
    clGetDeviceInfo(cost->device->id, CL_DEVICE_LOCAL_MEM_SIZE, sizeof local, &local, NULL);
    const size_t lane_bytes = (size_t)((TILE_LANES + 4) * (2 * (TILE_LANES + 2) + 7)) * sizeof(float);
    cost->lanes = !cost->device->info.gpu && local >= LANES_CPU * lane_bytes ? LANES_CPU : 1;
    cost->tile = cost->lanes > 1 ? TILE_LANES : TILE_ALONE;
    cost->across = (cost->cols + cost->tile - 1) / cost->tile;
    cost->down = (cost->rows + cost->tile - 1) / cost->tile;
    cost->tiles = (size_t)cost->across * (size_t)cost->down;
    cost->stride = friction_stride(cost->cols);
    cost->high = cost->down * cost->tile + 2 * EDGE;
    cost->cells = (size_t)(cost->stride * (friction_rounded_up(cost->rows) + 2));
}

static status build(struct cost *cost) {
    static const char *const names[KERNELS] = {"begin_tiles", "begin_edges", "settle_tiles", "cost_rows", "parents"};
    char options[64];
    snprintf(options, sizeof options, "-DTILE=%d -DLANES=%zu", cost->tile, cost->lanes);
    TRY(program_build(cost->device, &kernel_cost, 1, options, &cost->program));
    for (size_t i = 0; i < KERNELS; i++) TRY(kernel_create(cost->program, names[i], &cost->kernels[i]));
    return NULL;
}

static status make_metres(struct cost *cost, const struct grid *grid) {
    const size_t count = (size_t)HALVES * (size_t)cost->high;
    TRY(MEMORY_ARRAY(count, &cost->halves));
    for (int64_t r = -1; r <= cost->down * cost->tile; r++) {
        double dx_m, dy_m, above_dx_m, above_dy_m, row = (double)(cost->window.row0 + r);
        grid_cell_metres(grid, row, &dx_m, &dy_m);
        grid_cell_metres(grid, row - 1, &above_dx_m, &above_dy_m);
        const double mean_dx_m = (dx_m + above_dx_m) / 2, mean_dy_m = (dy_m + above_dy_m) / 2;
        cost->halves[cost_half_at(cost, 0, r)] = (float)(dx_m / 2);
        cost->halves[cost_half_at(cost, 1, r)] = (float)(mean_dy_m / 2);
        cost->halves[cost_half_at(cost, 2, r)] = (float)(hypot(mean_dx_m, mean_dy_m) / 2);
    }
    TRY(buffer_open(cost->device, count * sizeof(float), &cost->metres));
    return buffer_write(cost->metres, 0, count * sizeof(float), cost->halves);
}

/* Tiles with sources, and round the globe those at both ends, whose cells have copies beside the other end. */
static void mark_begun(const struct cost *cost, struct front *front) {
    const struct mask *mask = &cost->sources;
    const uint64_t all = cost->tile == 64 ? ~UINT64_C(0) : (UINT64_C(1) << cost->tile) - 1;
    for (int64_t y = 0; y < cost->rows; y++)
        for (int64_t tx = 0; tx < cost->across; tx++) {
            const int64_t x = tx * cost->tile;
            const bool end = cost->wraps && (tx == 0 || tx == cost->across - 1);
            if (end || (mask->bits[y * mask->words_per_row + (x >> 6)] >> (x & 63) & all) != 0)
                front->begun[y / cost->tile * cost->across + tx] = true;
        }
}

/* Of the listed tiles; `bits`: the sources, or NULL. */
static status begin_tiles(struct cost *cost, const struct front *front, const struct buffer *bits) {
    const cl_int count = (cl_int)front->n;
    if (count == 0) return NULL;
    const struct kernel_arg args[] = {ARG_BUFFER(cost->list),
                                      ARG(count),
                                      bits ? ARG_BUFFER(bits) : ARG_NOTHING,
                                      ARG(cost->sources.words_per_row),
                                      ARG(cost->across),
                                      ARG(cost->rows),
                                      ARG_BUFFER(cost->friction),
                                      ARG_BUFFER(cost->costs),
                                      ARG_BUFFER(cost->keys),
                                      ARG(cost->cols)};
    TRY(buffer_write(cost->list, 0, front->n * sizeof *front->list, front->list));
    return kernel_run(cost->device, cost->kernels[BEGIN_TILES], args, 10, 1, front->n, 1);
}

static status begin(struct cost *cost, struct front *front) {
    const size_t bytes = (size_t)(cost->sources.words_per_row * cost->rows) * sizeof *cost->sources.bits;
    const struct kernel_arg of_edges[] = {ARG(cost->down),        ARG(cost->cols), ARG(cost->rows), ARG(cost->wraps), ARG_BUFFER(cost->friction),
                                          ARG_BUFFER(cost->costs)};
    struct buffer *bits = NULL;
    mark_begun(cost, front);
    front_list(cost, front, true);
    status failure = buffer_write(cost->keys, 0, cost->tiles * sizeof *front->keys, front->keys);
    if (!failure) failure = buffer_lend(cost->device, cost->sources.bits, bytes, &bits);
    if (!failure) failure = begin_tiles(cost, front, bits);
    if (!failure) failure = kernel_run(cost->device, cost->kernels[BEGIN_EDGES], of_edges, 6, 1, (size_t)cost->down * (size_t)cost->tile + 2, 1);
    buffer_close(bits);
    return failure;
}

/* What no way has come to. */
static status begin_rest(struct cost *cost, struct front *front) {
    front_list(cost, front, false);
    return begin_tiles(cost, front, NULL);
}

/* Friction is worked on where it lies when the device can; else it moves there. */
static status place_friction(struct cost *cost, size_t bytes) {
    if (!cost->device->shares_memory) {
        TRY(buffer_open(cost->device, bytes, &cost->friction));
        TRY(buffer_write(cost->friction, 0, bytes, cost->ground.room));
        friction_free(&cost->ground);
        return NULL;
    }
    cl_int code;
    TRY(MEMORY_ARRAY(1, &cost->friction));
    *cost->friction = (struct buffer){.device = cost->device, .bytes = bytes};
    cost->friction->memory = clCreateBuffer(cost->device->context, CL_MEM_READ_WRITE | CL_MEM_USE_HOST_PTR, bytes, cost->ground.room, &code);
    if (code == CL_SUCCESS) return NULL;
    free(cost->friction);
    cost->friction = NULL;
    return opencl_status(code, "lending friction to the device");
}

static status open_buffers(struct cost *cost) {
    const size_t bytes = cost->cells * sizeof(float); /* friction_init has seen that it fits */
    TRY(place_friction(cost, bytes));
    TRY(buffer_open(cost->device, bytes, &cost->costs));
    TRY(buffer_open(cost->device, cost->tiles * sizeof(cl_int), &cost->keys));
    return buffer_open(cost->device, cost->tiles * sizeof(struct chosen), &cost->list);
}

/* About the cost of crossing a tile. Only speed depends on it. */
static float choose_reach(const struct cost *cost) {
    double sum = 0, count = 0;
    for (int64_t i = 0; i < (int64_t)cost->cols * cost->rows; i += SAMPLE_EVERY) {
        const float friction = friction_row(&cost->ground, i / cost->cols)[i % cost->cols];
        if (friction >= 0 && friction < INFINITY) sum += (double)friction, count++;
    }
    const double half_m = (double)cost->halves[cost_half_at(cost, 1, cost->rows / 2)];
    return count > 0 ? (float)(sum / count * 2 * half_m * cost->tile) : 0;
}

/* Tiles for one work-item: as many as it has lanes, but so few that all units of a processor have some. */
static size_t share_of(const struct cost *cost, size_t n) {
    const size_t units = cost->device->info.compute_units, items = (n + cost->lanes - 1) / cost->lanes;
    const size_t evenly = (items + units - 1) / units * units;
    return cost->lanes == 1 ? 1 : (n + evenly - 1) / evenly;
}

static status settle(struct cost *cost, struct front *front) {
    const size_t key_bytes = cost->tiles * sizeof *front->keys;
    TRY(buffer_read(cost->keys, 0, key_bytes, front->keys));
    for (front_choose(cost, front); front->n > 0; front_choose(cost, front)) {
        const size_t n = front->n;
        const cl_int count = (cl_int)n, share = (cl_int)share_of(cost, n);
        const struct kernel_arg args[] = {ARG_BUFFER(cost->list),
                                          ARG(count),
                                          ARG(share),
                                          ARG(cost->across),
                                          ARG(cost->down),
                                          ARG(cost->cols),
                                          ARG(cost->wraps),
                                          ARG_BUFFER(cost->metres),
                                          ARG(cost->high),
                                          ARG_BUFFER(cost->friction),
                                          ARG_BUFFER(cost->costs),
                                          ARG_BUFFER(cost->keys)};
        TRY(buffer_write(cost->list, 0, n * sizeof *front->list, front->list));
        TRY(kernel_run(cost->device, cost->kernels[SETTLE_TILES], args, 12, 1, (n + (size_t)share - 1) / (size_t)share, 1));
        TRY(buffer_read(cost->keys, 0, key_bytes, front->keys));
    }
    return NULL;
}

static status compute(struct cost *cost, const struct grid *grid) {
    struct front front;
    TRY(build(cost));
    TRY(make_metres(cost, grid));
    cost->reach = choose_reach(cost);
    TRY(open_buffers(cost));
    status failure = front_init(&front, cost->tiles);
    if (!failure) failure = begin(cost, &front);
    if (!failure) failure = settle(cost, &front);
    if (!failure) failure = begin_rest(cost, &front);
    front_free(&front);
    return failure;
}

status cost_open(struct device *device, const struct grid *grid, const struct mask *sources, struct friction *friction, struct cost **out) {
    const struct window window = sources->window;
    struct cost *cost;
    if (friction->window.cols != window.cols || friction->window.rows != window.rows)
        return status_fail(LODE_SELFTEST, "cost distance: friction and mask differ in size");
    TRY(MEMORY_ARRAY(1, &cost));
    *cost = (struct cost){.device = device,
                          .window = window,
                          .cols = (cl_int)window.cols,
                          .rows = (cl_int)window.rows,
                          .wraps = grid->wraps && window.cols == grid->width,
                          .ground = *friction};
    friction->room = NULL;
    lay_tiles(cost);
    status failure = cost->tiles >= INT32_MAX ? status_no_memory() : mask_init(&cost->sources, window);
    if (!failure) memcpy(cost->sources.bits, sources->bits, (size_t)(sources->words_per_row * window.rows) * sizeof *sources->bits);
    if (!failure) failure = compute(cost, grid);
    if (failure) {
        cost_close(cost);
        return status_wrap(failure, "preparing a cost distance");
    }
    *out = cost;
    return NULL;
}

status cost_open_copy(struct device *device, const struct grid *grid, const struct mask *sources, const float *friction, struct cost **out) {
    struct friction copy;
    const size_t cols = (size_t)sources->window.cols;
    TRY(friction_init(&copy, sources->window));
    for (int64_t r = 0; r < sources->window.rows; r++) memcpy(friction_row(&copy, r), friction + (size_t)r * cols, cols * sizeof *friction);
    status failure = cost_open(device, grid, sources, &copy, out);
    friction_free(&copy);
    return failure;
}

void cost_close(struct cost *cost) {
    if (!cost) return;
    for (size_t i = 0; i < KERNELS; i++)
        if (cost->kernels[i]) clReleaseKernel(cost->kernels[i]);
    if (cost->program) clReleaseProgram(cost->program);
    buffer_close(cost->friction);
    buffer_close(cost->costs);
    buffer_close(cost->metres);
    buffer_close(cost->keys);
    buffer_close(cost->list);
    friction_free(&cost->ground);
    mask_free(&cost->sources);
    free(cost->halves);
    free(cost->parents);
    free(cost->labels);
    free(cost);
}

bool cost_holds(struct window outer, struct window inner) {
    return inner.col0 >= outer.col0 && inner.row0 >= outer.row0 && inner.cols >= 0 && inner.rows >= 0 &&
           inner.col0 + inner.cols <= outer.col0 + outer.cols && inner.row0 + inner.rows <= outer.row0 + outer.rows;
}

status cost_rows(struct cost *cost, struct window window, struct buffer *costs, struct buffer *source) {
    const cl_int col0 = (cl_int)(window.col0 - cost->window.col0), row0 = (cl_int)(window.row0 - cost->window.row0), cols = (cl_int)window.cols,
                 rows = (cl_int)window.rows;
    if (!cost_holds(cost->window, window))
        return status_fail(LODE_SELFTEST, "costs of rows %lld to %lld, beyond their mask", (long long)window.row0,
                           (long long)(window.row0 + window.rows));
    const size_t cells = (size_t)cols * (size_t)rows;
    if (buffer_bytes(costs) < cells * sizeof(float) || (source && buffer_bytes(source) < cells * sizeof(int64_t)))
        return status_fail(LODE_SELFTEST, "costs of %zu cells: a buffer is too small", cells);
    const struct kernel_arg args[] = {ARG_BUFFER(cost->costs), ARG(cost->cols), ARG(col0), ARG(row0), ARG(cols), ARG(rows), ARG_BUFFER(costs)};
    TRY(kernel_run(cost->device, cost->kernels[COST_ROWS], args, 7, 1, (size_t)((cols + cost->tile - 1) / cost->tile), (size_t)rows));
    if (!source) return NULL;
    TRY(cost_find_labels(cost));
    const size_t row_bytes = (size_t)cols * sizeof(int64_t);
    for (int64_t r = 0; r < rows; r++)
        TRY(buffer_write(source, (size_t)r * row_bytes, row_bytes, cost->labels + (row0 + r) * (int64_t)cost->cols + col0));
    return NULL;
}
