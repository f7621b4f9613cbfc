/* Ways back to a source: on the host, when first asked for, from the costs that were settled. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/cost_parts.h"

static bool is_source(const struct mask *mask, int64_t x, int64_t y) {
    return mask->bits[y * mask->words_per_row + (x >> 6)] >> (x & 63) & 1;
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
    const float half = cost->halves[cost_half_at(cost, kind, ay > by ? ay : by)], step = (level->friction[i] + level->friction[j]) * half;
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

status cost_find_labels(struct cost *cost) {
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

status cost_path(struct cost *cost, int64_t col, int64_t row, int64_t **cells, size_t *count) {
    if (cost->wraps) col = ((col - cost->window.col0) % cost->cols + cost->cols) % cost->cols + cost->window.col0;
    if (!cost_holds(cost->window, (struct window){col, row, 1, 1}))
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
