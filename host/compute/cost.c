/* Launches kernels/cost.cl: of the tiles that wait, those of one colour whose least cost is near the least of all, until none waits.
 * A tile of a higher cost would only be settled again later. Ways back to a source are made on the host when first asked for. */
#include "compute/cost.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum {
    EDGE = 16, /* these two after kernels/cost.cl */
    UNIT = 64, /* a row's cells are rounded up to this many, and so are rows */
    TILE_LANES = 64,
    TILE_ALONE = 32,
    TURN_ROUNDS = 7,
    HALVES = 3,
    LANES_CPU = 16,
    SIDE_MAX = 1 << 24,
    COLOURS = 6,
    SAMPLE_EVERY = 1009
};
enum { BEGIN_TILES, BEGIN_EDGES, SETTLE_TILES, COST_ROWS, PARENTS, KERNELS };
enum { NEVER = 0x7f800000 };                                  /* the key of a tile that does not wait: infinity */
enum { NEIGHBOURS = 8, SOURCE = 8, NOWHERE = 9, LEVEL = 10 }; /* after kernels/cost.cl */

struct cost {
    struct device *device;
    struct window window;
    cl_int cols, rows, across, down, wraps;
    cl_int tile;                /* cells a side */
    size_t tiles, lanes, cells; /* cells of a plane with what lies around it */
    int64_t stride;
    cl_int high; /* of a plane of metres */
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *friction, *costs, *metres, *keys, *list;
    struct friction ground; /* what `friction` lies in, on a device that works in the host's memory */
    struct mask sources;
    float *halves;    /* what metres holds */
    float reach;      /* how far beyond the least waiting cost a tile is settled in the same round */
    uint8_t *parents; /* a cell, or NULL until asked for: the neighbour it has its cost from, or one of the words above */
    int64_t *labels;  /* a cell: its source */
};

static int64_t rounded_up(int64_t cells) {
    return (cells + UNIT - 1) / UNIT * UNIT;
}

static int64_t stride_of(int64_t cols) {
    return rounded_up(cols) + 2 * EDGE;
}

status friction_init(struct friction *friction, struct window window) {
    size_t cells, bytes;
    if (window.cols < 1 || window.rows < 1 || window.cols > SIDE_MAX || window.rows > SIDE_MAX)
        return status_fail(LODE_BAD_DATA, "cost distance over %lld x %lld cells: each side must have 1 to %d", (long long)window.cols,
                           (long long)window.rows, SIDE_MAX);
    if (!size_multiply((size_t)stride_of(window.cols), (size_t)(rounded_up(window.rows) + 2), &cells) || !size_multiply(cells, sizeof(float), &bytes))
        return status_no_memory();
    *friction = (struct friction){window, aligned_alloc(UNIT, (bytes + UNIT - 1) / UNIT * UNIT)};
    return friction->room ? NULL : status_no_memory();
}

float *friction_row(const struct friction *friction, int64_t row) {
    return friction->room + (row + 1) * stride_of(friction->window.cols) + EDGE;
}

void friction_free(struct friction *friction) {
    free(friction->room);
    friction->room = NULL;
}

/* Local memory decides how many tiles go side by side, and with that their size. */
static void lay_tiles(struct cost *cost) {
    cl_ulong local = 0;
    clGetDeviceInfo(cost->device->id, CL_DEVICE_LOCAL_MEM_SIZE, sizeof local, &local, NULL);
    const size_t lane_bytes = (size_t)((TILE_LANES + 4) * (2 * (TILE_LANES + 2) + 6)) * sizeof(float);
    cost->lanes = !cost->device->info.gpu && local >= LANES_CPU * lane_bytes ? LANES_CPU : 1;
    cost->tile = cost->lanes > 1 ? TILE_LANES : TILE_ALONE;
    cost->across = (cost->cols + cost->tile - 1) / cost->tile;
    cost->down = (cost->rows + cost->tile - 1) / cost->tile;
    cost->tiles = (size_t)cost->across * (size_t)cost->down;
    cost->stride = stride_of(cost->cols);
    cost->high = cost->down * cost->tile + 2 * EDGE;
    cost->cells = (size_t)(cost->stride * (rounded_up(cost->rows) + 2));
}

static status build(struct cost *cost) {
    static const char *const names[KERNELS] = {"begin_tiles", "begin_edges", "settle_tiles", "cost_rows", "parents"};
    char options[64];
    snprintf(options, sizeof options, "-DTILE=%d -DLANES=%zu", cost->tile, cost->lanes);
    TRY(program_build(cost->device, &kernel_cost, 1, options, &cost->program));
    for (size_t i = 0; i < KERNELS; i++) TRY(kernel_create(cost->program, names[i], &cost->kernels[i]));
    return NULL;
}

/* Where the half length of a step lies: 0 along row `row`, and from the row above it 1 straight and 2 slantwise. */
static size_t half_at(const struct cost *cost, int kind, int64_t row) {
    return (size_t)(kind * (int64_t)cost->high + EDGE + row);
}

static status make_metres(struct cost *cost, const struct grid *grid) {
    const size_t count = (size_t)HALVES * (size_t)cost->high;
    TRY(MEMORY_ARRAY(count, &cost->halves));
    for (int64_t r = -1; r <= cost->down * cost->tile; r++) {
        double dx_m, dy_m, above_dx_m, above_dy_m, row = (double)(cost->window.row0 + r);
        grid_cell_metres(grid, row, &dx_m, &dy_m);
        grid_cell_metres(grid, row - 1, &above_dx_m, &above_dy_m);
        const double mean_dx_m = (dx_m + above_dx_m) / 2, mean_dy_m = (dy_m + above_dy_m) / 2;
        cost->halves[half_at(cost, 0, r)] = (float)(dx_m / 2);
        cost->halves[half_at(cost, 1, r)] = (float)(mean_dy_m / 2);
        cost->halves[half_at(cost, 2, r)] = (float)(hypot(mean_dx_m, mean_dy_m) / 2);
    }
    TRY(buffer_open(cost->device, count * sizeof(float), &cost->metres));
    return buffer_write(cost->metres, 0, count * sizeof(float), cost->halves);
}

static bool is_source(const struct mask *mask, int64_t x, int64_t y) {
    return mask->bits[y * mask->words_per_row + (x >> 6)] >> (x & 63) & 1;
}

static status begin(struct cost *cost, cl_int *keys) {
    const size_t bytes = (size_t)(cost->sources.words_per_row * cost->rows) * sizeof *cost->sources.bits;
    struct buffer *bits = NULL;
    for (size_t i = 0; i < cost->tiles; i++) keys[i] = NEVER;
    status failure = buffer_write(cost->keys, 0, cost->tiles * sizeof *keys, keys);
    if (!failure) failure = buffer_open(cost->device, bytes, &bits);
    if (!failure) failure = buffer_write(bits, 0, bytes, cost->sources.bits);
    if (!failure) {
        const struct kernel_arg of_tiles[] = {ARG_BUFFER(bits), ARG(cost->sources.words_per_row), ARG(cost->across),       ARG(cost->cols),
                                              ARG(cost->rows),  ARG_BUFFER(cost->friction),       ARG_BUFFER(cost->costs), ARG_BUFFER(cost->keys)};
        failure = kernel_run(cost->device, cost->kernels[BEGIN_TILES], of_tiles, 8, 1, (size_t)cost->across, (size_t)cost->down);
    }
    const struct kernel_arg of_edges[] = {ARG(cost->across),          ARG(cost->down),        ARG(cost->cols), ARG(cost->wraps),
                                          ARG_BUFFER(cost->friction), ARG_BUFFER(cost->costs)};
    if (!failure) failure = kernel_run(cost->device, cost->kernels[BEGIN_EDGES], of_edges, 6, 1, (size_t)cost->down * (size_t)cost->tile + 2, 1);
    buffer_close(bits);
    return failure;
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
    return buffer_open(cost->device, cost->tiles * sizeof(cl_int), &cost->list);
}

/* About the cost of crossing a tile. Only speed depends on it. */
static float choose_reach(const struct cost *cost) {
    double sum = 0, count = 0;
    for (int64_t i = 0; i < (int64_t)cost->cols * cost->rows; i += SAMPLE_EVERY) {
        const float friction = friction_row(&cost->ground, i / cost->cols)[i % cost->cols];
        if (friction >= 0 && friction < INFINITY) sum += (double)friction, count++;
    }
    const double half_m = (double)cost->halves[half_at(cost, 1, cost->rows / 2)];
    return count > 0 ? (float)(sum / count * 2 * half_m * cost->tile) : 0;
}

/* Tiles of one colour are no neighbours; an odd number of them around the globe needs a third column of colours. */
static int colour_of(const struct cost *cost, int64_t tile) {
    const int64_t tx = tile % cost->across, ty = tile / cost->across;
    return (int)(2 * (cost->wraps && cost->across % 2 == 1 && tx == cost->across - 1 ? 2 : tx & 1) + (ty & 1));
}

static float key_cost(cl_int key) {
    float cost;
    memcpy(&cost, &key, sizeof cost);
    return cost;
}

/* The tiles to settle next, of one colour; 0 when none waits. */
static size_t choose(const struct cost *cost, size_t round, const cl_int *keys, cl_int *list) {
    size_t counts[COLOURS] = {0}, n = 0;
    cl_int least = NEVER;
    for (size_t i = 0; i < cost->tiles; i++) least = keys[i] < least ? keys[i] : least;
    if (least == NEVER) return 0;
    const float limit = key_cost(least) + cost->reach;
    for (size_t i = 0; i < cost->tiles; i++)
        if (keys[i] < NEVER && key_cost(keys[i]) <= limit) counts[colour_of(cost, (int64_t)i)]++;
    /* Each colour has its turn. A tile may wake itself again and again by a way over another tile, until that one is settled: which waits
     * too, at a lower key, but of another colour. With turns it is settled, a stored cost falls, and as costs are finite in number it ends. */
    int colour = (int)(round / TURN_ROUNDS % COLOURS);
    const bool turn = round % TURN_ROUNDS == 0 && counts[colour] > 0;
    for (int c = 0; c < COLOURS && !turn; c++) colour = counts[c] > counts[colour] ? c : colour;
    for (size_t i = 0; i < cost->tiles; i++)
        if (keys[i] < NEVER && key_cost(keys[i]) <= limit && colour_of(cost, (int64_t)i) == colour) list[n++] = (cl_int)i;
    return n;
}

/* Tiles for one work-item: as many as it has lanes, but so few that all units of a processor have some. */
static size_t share_of(const struct cost *cost, size_t n) {
    const size_t units = cost->device->info.compute_units, items = (n + cost->lanes - 1) / cost->lanes;
    const size_t evenly = (items + units - 1) / units * units;
    return cost->lanes == 1 ? 1 : (n + evenly - 1) / evenly;
}

static status settle(struct cost *cost, cl_int *keys, cl_int *list) {
    const size_t key_bytes = cost->tiles * sizeof *keys;
    size_t n, round = 0;
    TRY(buffer_read(cost->keys, 0, key_bytes, keys));
    while ((n = choose(cost, round++, keys, list)) > 0) {
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
        TRY(buffer_write(cost->list, 0, n * sizeof *list, list));
        TRY(kernel_run(cost->device, cost->kernels[SETTLE_TILES], args, 12, 1, (n + (size_t)share - 1) / (size_t)share, 1));
        TRY(buffer_read(cost->keys, 0, key_bytes, keys));
    }
    return NULL;
}

static status compute(struct cost *cost, const struct grid *grid) {
    cl_int *keys = NULL, *list = NULL;
    TRY(build(cost));
    TRY(make_metres(cost, grid));
    cost->reach = choose_reach(cost);
    TRY(open_buffers(cost));
    status failure = MEMORY_ARRAY(cost->tiles, &keys);
    if (!failure) failure = MEMORY_ARRAY(cost->tiles, &list);
    if (!failure) failure = begin(cost, keys);
    if (!failure) failure = settle(cost, keys, list);
    free(keys);
    free(list);
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

/* The neighbour k of a cell in the order of rows, or -1. */
static int64_t neighbour(const struct cost *cost, int64_t cell, int k) {
    const int place = k < 4 ? k : k + 1;
    int64_t x = cell % cost->cols + place % 3 - 1, y = cell / cost->cols + place / 3 - 1;
    if (cost->wraps) x = (x + cost->cols) % cost->cols;
    return x < 0 || x >= cost->cols || y < 0 || y >= cost->rows ? -1 : y * cost->cols + x;
}

static int64_t in_plane(const struct cost *cost, int64_t cell) {
    return (cell / cost->cols + 1) * cost->stride + EDGE + cell % cost->cols;
}

/* What stands still costs nothing: a step between cells of equal cost that adds nothing, by zero friction or because it is too small. */
struct level {
    const float *costs, *friction;
    int64_t *queue;
    size_t n, room;
};

static bool is_level_step(const struct cost *cost, const struct level *level, int64_t a, int64_t b) {
    const int64_t i = in_plane(cost, a), j = in_plane(cost, b), ay = a / cost->cols, by = b / cost->cols;
    if (level->costs[i] < level->costs[j] || level->costs[j] < level->costs[i]) return false;
    const int kind = ay == by ? 0 : a % cost->cols == b % cost->cols ? 1 : 2;
    const float half = cost->halves[half_at(cost, kind, ay > by ? ay : by)], step = (level->friction[i] + level->friction[j]) * half;
    return level->costs[i] + step <= level->costs[j];
}

/* `cell` has a way: so have its neighbours on the same level. */
static status spread_from(struct cost *cost, struct level *level, int64_t cell) {
    for (int k = 0; k < NEIGHBOURS; k++) {
        const int64_t next = neighbour(cost, cell, k);
        if (next < 0 || cost->parents[next] != LEVEL || !is_level_step(cost, level, cell, next)) continue;
        cost->parents[next] = (uint8_t)(NEIGHBOURS - 1 - k);
        TRY(memory_reserve((void **)&level->queue, &level->room, level->n + 1, sizeof *level->queue));
        level->queue[level->n++] = next;
    }
    return NULL;
}

/* Gives the cells of LEVEL a parent, the nearest to a way down first, so that no ways run in circles. */
static status spread_levels(struct cost *cost) {
    const size_t cells = cost->cells, all = (size_t)cost->cols * (size_t)cost->rows;
    float *room;
    struct level level = {0};
    if (!memchr(cost->parents, LEVEL, all)) return NULL;
    TRY(MEMORY_ARRAY(2 * cells, &room));
    level.costs = room;
    level.friction = room + cells;
    status failure = buffer_read(cost->costs, 0, cells * sizeof *room, room);
    if (!failure) failure = buffer_read(cost->friction, 0, cells * sizeof *room, room + cells);
    uint8_t *first = NULL; /* as it was: the cells found here do not count as ways down themselves */
    if (!failure) failure = MEMORY_ARRAY(all, &first);
    if (!failure) memcpy(first, cost->parents, all);
    for (size_t i = 0; !failure && i < all; i++)
        if (first[i] <= SOURCE) failure = spread_from(cost, &level, (int64_t)i);
    for (size_t i = 0; !failure && i < level.n; i++) failure = spread_from(cost, &level, level.queue[i]);
    free(first);
    free(level.queue);
    free(room);
    return failure;
}

static status find_parents(struct cost *cost) {
    const size_t cells = (size_t)cost->cols * (size_t)cost->rows;
    struct buffer *parents = NULL;
    if (cost->parents) return NULL;
    status failure = MEMORY_ARRAY(cells, &cost->parents);
    if (!failure) failure = buffer_open(cost->device, cells, &parents);
    if (!failure) {
        const struct kernel_arg all[] = {ARG_BUFFER(cost->costs), ARG_BUFFER(cost->friction), ARG(cost->cols), ARG(cost->rows),
                                         ARG(cost->wraps),        ARG_BUFFER(cost->metres),   ARG(cost->high), ARG_BUFFER(parents)};
        failure = kernel_run(cost->device, cost->kernels[PARENTS], all, 8, 1, (size_t)cost->across, (size_t)cost->rows);
    }
    if (!failure) failure = buffer_read(parents, 0, cells, cost->parents);
    buffer_close(parents);
    for (size_t i = 0; !failure && i < cells; i++)
        if (is_source(&cost->sources, (int64_t)i % cost->cols, (int64_t)i / cost->cols) && cost->parents[i] != NOWHERE) cost->parents[i] = SOURCE;
    if (!failure) failure = spread_levels(cost);
    if (!failure && memchr(cost->parents, LEVEL, cells))
        failure = status_fail(LODE_SELFTEST, "%s adds costs otherwise than the host: ways cannot be traced on it", cost->device->info.name);
    if (failure) {
        free(cost->parents);
        cost->parents = NULL;
    }
    return failure;
}

/* Every cell's source: down to the first cell that knows its own, and the same way once more to tell the others. */
static status find_labels(struct cost *cost) {
    enum { UNKNOWN = -2 };
    const int64_t cells = (int64_t)cost->cols * cost->rows;
    TRY(find_parents(cost));
    if (cost->labels) return NULL;
    TRY(MEMORY_ARRAY((size_t)cells, &cost->labels));
    for (int64_t i = 0; i < cells; i++) cost->labels[i] = cost->parents[i] == SOURCE ? i : cost->parents[i] == NOWHERE ? -1 : UNKNOWN;
    for (int64_t i = 0; i < cells; i++) {
        int64_t end = i;
        while (cost->labels[end] == UNKNOWN) end = neighbour(cost, end, cost->parents[end]);
        for (int64_t at = i; cost->labels[at] == UNKNOWN; at = neighbour(cost, at, cost->parents[at])) cost->labels[at] = cost->labels[end];
    }
    return NULL;
}

static bool holds(struct window outer, struct window inner) {
    return inner.col0 >= outer.col0 && inner.row0 >= outer.row0 && inner.cols >= 0 && inner.rows >= 0 &&
           inner.col0 + inner.cols <= outer.col0 + outer.cols && inner.row0 + inner.rows <= outer.row0 + outer.rows;
}

status cost_rows(struct cost *cost, struct window window, struct buffer *costs, struct buffer *source) {
    const cl_int col0 = (cl_int)(window.col0 - cost->window.col0), row0 = (cl_int)(window.row0 - cost->window.row0), cols = (cl_int)window.cols,
                 rows = (cl_int)window.rows;
    if (!holds(cost->window, window))
        return status_fail(LODE_SELFTEST, "costs of rows %lld to %lld, beyond their mask", (long long)window.row0,
                           (long long)(window.row0 + window.rows));
    const size_t cells = (size_t)cols * (size_t)rows;
    if (buffer_bytes(costs) < cells * sizeof(float) || (source && buffer_bytes(source) < cells * sizeof(int64_t)))
        return status_fail(LODE_SELFTEST, "costs of %zu cells: a buffer is too small", cells);
    const struct kernel_arg args[] = {ARG_BUFFER(cost->costs), ARG(cost->cols), ARG(col0), ARG(row0), ARG(cols), ARG(rows), ARG_BUFFER(costs)};
    TRY(kernel_run(cost->device, cost->kernels[COST_ROWS], args, 7, 1, (size_t)((cols + cost->tile - 1) / cost->tile), (size_t)rows));
    if (!source) return NULL;
    TRY(find_labels(cost));
    const size_t row_bytes = (size_t)cols * sizeof(int64_t);
    for (int64_t r = 0; r < rows; r++)
        TRY(buffer_write(source, (size_t)r * row_bytes, row_bytes, cost->labels + (row0 + r) * (int64_t)cost->cols + col0));
    return NULL;
}

status cost_path(struct cost *cost, int64_t col, int64_t row, int64_t **cells, size_t *count) {
    if (cost->wraps) col = ((col - cost->window.col0) % cost->cols + cost->cols) % cost->cols + cost->window.col0;
    if (!holds(cost->window, (struct window){col, row, 1, 1}))
        return status_fail(LODE_SELFTEST, "a way from cell %lld, %lld, beyond the mask", (long long)col, (long long)row);
    TRY(find_parents(cost));
    int64_t *way = NULL, at = (row - cost->window.row0) * cost->cols + col - cost->window.col0;
    size_t n = 0, room = 0;
    for (bool more = cost->parents[at] != NOWHERE; more; at = more ? neighbour(cost, at, cost->parents[at]) : at) {
        status failure = memory_reserve((void **)&way, &room, n + 1, sizeof *way);
        if (failure) {
            free(way);
            return failure;
        }
        way[n++] = at;
        more = cost->parents[at] != SOURCE;
    }
    *cells = way;
    *count = n;
    return NULL;
}
