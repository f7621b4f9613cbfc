/* Runs of set cells, row by row, joined with those of the row above by union and find (Rosenfeld and Pfaltz 1966; He, Chao and Suzuki 2008: runs).
 * A run has the label of the first run above that it touches, or a new one. Which are joined does not change that, so that a second walk gives
 * the same labels and needs to keep none: what is kept is a number and an area for each label. */
#include "model/mask_clumps.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* From the first cell to the one behind the last. */
struct run {
    int64_t from, to;
    uint32_t label;
};

struct clumps {
    struct mask *mask;
    const struct grid *grid;
    struct run *above, *here; /* [cols / 2 + 1] */
    int64_t n_above, n_here;
    size_t n_labels;
    uint32_t *parent; /* [labels]; NULL: labels are only counted */
    double *area;     /* of a root, in cells of the grid's first row; infinity: it reaches an edge */
};

static int64_t half(int64_t count) {
    return (count + 1) / 2;
}

/* Labels begin at most at every other cell of every other row. */
size_t mask_clumps_bytes(struct window window) {
    return (sizeof(uint32_t) + sizeof(double)) * (size_t)half(window.cols) * (size_t)half(window.rows) +
           2 * sizeof(struct run) * (size_t)(window.cols / 2 + 1);
}

/* The first cell from `col` on that is set, or (`set` false) is not; cols: none. */
static int64_t next_cell(const uint64_t *words, int64_t col, int64_t cols, bool set) {
    while (col < cols) {
        const uint64_t word = (set ? words[col >> 6] : ~words[col >> 6]) >> (col & 63);
        if (word) {
            col += __builtin_ctzll(word);
            return col < cols ? col : cols;
        }
        col = (col | 63) + 1;
    }
    return cols;
}

static uint32_t root_of(const struct clumps *clumps, uint32_t label) {
    while (clumps->parent[label] != label) {
        clumps->parent[label] = clumps->parent[clumps->parent[label]];
        label = clumps->parent[label];
    }
    return label;
}

static void join(struct clumps *clumps, uint32_t a, uint32_t b) {
    if (!clumps->parent) return;
    a = root_of(clumps, a);
    b = root_of(clumps, b);
    if (a == b) return;
    const uint32_t low = a < b ? a : b, high = a < b ? b : a;
    clumps->parent[high] = low;
    clumps->area[low] += clumps->area[high];
}

/* Runs above that touch this one, from `first` on; joined with it. */
static void join_above(struct clumps *clumps, struct run *run, int64_t *first, int64_t cols) {
    bool labelled = false;
    while (*first < clumps->n_above && clumps->above[*first].to < run->from) ++*first;
    for (int64_t i = *first; i < clumps->n_above && clumps->above[i].from <= run->to; i++) {
        if (labelled) join(clumps, run->label, clumps->above[i].label);
        if (!labelled) run->label = clumps->above[i].label;
        labelled = true;
    }
    const struct run *last = clumps->n_above ? &clumps->above[clumps->n_above - 1] : NULL;
    if (!labelled) run->label = (uint32_t)clumps->n_labels++;
    if (!clumps->grid->wraps || !last) return;
    if (run->from == 0 && last->to == cols) join(clumps, run->label, last->label);
    if (run->to == cols && clumps->above[0].from == 0) join(clumps, run->label, clumps->above[0].label);
}

static void find_runs(struct clumps *clumps, int64_t row) {
    const int64_t cols = clumps->mask->window.cols;
    const uint64_t *words = clumps->mask->bits + row * clumps->mask->words_per_row;
    int64_t first = 0;
    clumps->n_here = 0;
    for (int64_t from = next_cell(words, 0, cols, true); from < cols;) {
        struct run *run = &clumps->here[clumps->n_here++];
        *run = (struct run){from, next_cell(words, from, cols, false), 0};
        join_above(clumps, run, &first, cols);
        from = next_cell(words, run->to, cols, true);
    }
    if (clumps->grid->wraps && clumps->n_here > 1 && clumps->here[0].from == 0 && clumps->here[clumps->n_here - 1].to == cols)
        join(clumps, clumps->here[0].label, clumps->here[clumps->n_here - 1].label);
}

static void next_row(struct clumps *clumps) {
    struct run *above = clumps->above;
    clumps->above = clumps->here;
    clumps->n_above = clumps->n_here;
    clumps->here = above;
}

static void walk(struct clumps *clumps, void (*take_row)(struct clumps *clumps, int64_t row, double least), double least) {
    clumps->n_above = 0;
    clumps->n_labels = 0;
    for (int64_t row = 0; row < clumps->mask->window.rows; row++) {
        find_runs(clumps, row);
        if (take_row) take_row(clumps, row, least);
        next_row(clumps);
    }
}

/* Whether there is ground behind a row's outer side. */
static bool goes_on(const struct clumps *clumps, int64_t row) {
    const struct window window = clumps->mask->window;
    const double pole = 90 - 1e-6;
    if (row != 0 && row != window.rows - 1) return false;
    if (!clumps->grid->geographic) return true;
    bool north = row == 0 && grid_y(clumps->grid, (double)window.row0 - 0.5) < pole;
    return north || (row == window.rows - 1 && grid_y(clumps->grid, (double)(window.row0 + window.rows) - 0.5) > -pole);
}

static void add_areas(struct clumps *clumps, int64_t row, double least) {
    (void)least;
    const struct window window = clumps->mask->window;
    const double cell = grid_cell_km2(clumps->grid, (double)(window.row0 + row)) / grid_cell_km2(clumps->grid, 0);
    const bool edge = goes_on(clumps, row);
    for (int64_t i = 0; i < clumps->n_here; i++) {
        const struct run *run = &clumps->here[i];
        const bool open = edge || (!clumps->grid->wraps && (run->from == 0 || run->to == window.cols));
        clumps->area[root_of(clumps, run->label)] += open ? INFINITY : cell * (double)(run->to - run->from);
    }
}

static void clear_run(uint64_t *words, const struct run *run) {
    for (int64_t col = run->from, next; col < run->to; col = next) {
        next = (col | 63) + 1 < run->to ? (col | 63) + 1 : run->to;
        words[col >> 6] &= ~(~(uint64_t)0 >> (64 - (next - col)) << (col & 63));
    }
}

/* Runs of the row above are known still, though their cells may be cleared. */
static void drop_small(struct clumps *clumps, int64_t row, double least) {
    uint64_t *words = clumps->mask->bits + row * clumps->mask->words_per_row;
    for (int64_t i = 0; i < clumps->n_here; i++)
        if (clumps->area[root_of(clumps, clumps->here[i].label)] < least) clear_run(words, &clumps->here[i]);
}

static status drop(struct clumps *clumps, double least_km2) {
    const double rounding = 1e-9; /* of sums that should meet the area exactly */
    walk(clumps, NULL, 0);
    if (clumps->n_labels > UINT32_MAX)
        return status_fail(LODE_BAD_DATA, "more than %u clumps: leave `min_clump` out, or use larger cells", UINT32_MAX);
    const size_t labels = clumps->n_labels;
    TRY(MEMORY_ARRAY(labels + 1, &clumps->area));
    TRY(MEMORY_ARRAY(labels + 1, &clumps->parent));
    for (size_t i = 0; i < labels; i++) clumps->parent[i] = (uint32_t)i;
    walk(clumps, add_areas, 0);
    walk(clumps, drop_small, least_km2 / grid_cell_km2(clumps->grid, 0) * (1 - rounding));
    return NULL;
}

status mask_drop_clumps(struct mask *mask, const struct grid *grid, double least_km2) {
    struct clumps clumps = {.mask = mask, .grid = grid};
    const size_t most = (size_t)(mask->window.cols / 2 + 1);
    status failure = MEMORY_ARRAY(most, &clumps.above);
    if (!failure) failure = MEMORY_ARRAY(most, &clumps.here);
    if (!failure) failure = drop(&clumps, least_km2);
    free(clumps.above);
    free(clumps.here);
    free(clumps.parent);
    free(clumps.area);
    return failure;
}
