/* Folds. A shuffle by Fisher and Yates with a fixed seed; blocks are numbered in the order in which their first place comes. */
#include "analysis/folds.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/chance.h"
#include "base/memory.h"

enum { SEED = 1 };

static status deal(size_t count, size_t n, size_t *fold) {
    size_t *order = NULL;
    uint64_t state = SEED;
    TRY(MEMORY_ARRAY(n + 1, &order));
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = chance_draw_below(&state, i), other = order[j];
        order[j] = order[i - 1];
        order[i - 1] = other;
    }
    for (size_t i = 0; i < n; i++) fold[order[i]] = i % count;
    free(order);
    return NULL;
}

struct block {
    int64_t col, row;
};

static struct block block_at(const struct grid *grid, double block_m, double x, double y) {
    double down = (grid->y0 - y) / grid->dy, dx_m, dy_m;
    grid_cell_metres(grid, (double)grid->height / 2, &dx_m, &dy_m);
    struct block block = {.row = (int64_t)floor(down * dy_m / block_m)};
    if (grid->geographic) grid_cell_metres(grid, ((double)block.row + 0.5) * block_m / dy_m - 0.5, &dx_m, &dy_m);
    block.col = (int64_t)floor((x - grid->x0) / grid->dx * dx_m / block_m);
    return block;
}

bool folds_same_block(const struct folds *folds, const struct grid *grid, double x0, double y0, double x1, double y1) {
    struct block a = block_at(grid, folds->block_m, x0, y0), b = block_at(grid, folds->block_m, x1, y1);
    return a.col == b.col && a.row == b.row;
}

static status divide(double block_m, const struct grid *grid, size_t n, const double *x, const double *y, size_t *fold, size_t *n_folds) {
    struct block *blocks = NULL;
    TRY(MEMORY_ARRAY(n + 1, &blocks));
    *n_folds = 0;
    for (size_t i = 0; i < n; i++) {
        struct block at = block_at(grid, block_m, x[i], y[i]);
        for (fold[i] = 0; fold[i] < *n_folds && (blocks[fold[i]].col != at.col || blocks[fold[i]].row != at.row); fold[i]++)
            ;
        if (fold[i] == *n_folds) blocks[(*n_folds)++] = at;
    }
    free(blocks);
    return NULL;
}

status folds_make(const struct folds *folds, const struct grid *grid, size_t n, const double *x, const double *y, size_t *fold, size_t *n_folds) {
    if (folds->kind == FOLDS_BLOCKS) return divide(folds->block_m, grid, n, x, y, fold, n_folds);
    *n_folds = n ? 1 : 0;
    for (size_t i = 0; i < n; i++) fold[i] = 0;
    if (folds->kind == FOLDS_NONE || !n) return NULL;
    *n_folds = folds->kind == FOLDS_ONE_OUT || folds->count > n ? n : folds->count;
    if (folds->kind == FOLDS_LOT) return deal(*n_folds, n, fold);
    for (size_t i = 0; i < n; i++) fold[i] = i;
    return NULL;
}
