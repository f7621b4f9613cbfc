/* The bits of a float that is not negative, read as a whole number, rise with it: quantiles are found by counting the upper 16 bits, then within the
 * bins that hold a break the lower 16. Cells weigh as their row, in 2^-20ths of the largest row's: whole numbers, whose sum has no order. */
#include "analysis/classing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/breaks.h"
#include "compute/overlay.h"

enum { BINS = 1 << 16, WEIGHT_BITS = 20, POINTS = 100, FORGET_ROWS = 16 };

struct counting {
    const struct grid *grid;
    const struct scratch *score, *state;
    double largest_km2;
    uint64_t *coarse, *fine; /* [BINS], [n_wanted][BINS] */
    uint64_t total;
    float least, most;
    size_t n_wanted;
    uint32_t wanted[CLASSES_COUNT_MAX]; /* coarse bins that are looked into */
};

static uint32_t key_of(float score) {
    uint32_t key;
    float positive = score > 0 ? score : 0;
    memcpy(&key, &positive, sizeof key);
    return key;
}

static float value_of(uint32_t key) {
    float value;
    memcpy(&value, &key, sizeof value);
    return value;
}

static void count_coarse(struct counting *counting, float score, uint64_t weight) {
    counting->coarse[key_of(score) >> 16] += weight;
    counting->total += weight;
    if (!(score >= counting->least)) counting->least = score;
    if (!(score <= counting->most)) counting->most = score;
}

static void count_fine(struct counting *counting, float score, uint64_t weight) {
    uint32_t key = key_of(score);
    for (size_t i = 0; i < counting->n_wanted; i++)
        if (counting->wanted[i] == key >> 16) counting->fine[i * BINS + (key & 0xffff)] += weight;
}

static void count(struct counting *counting, void (*count_one)(struct counting *, float, uint64_t)) {
    int64_t width = counting->grid->width;
    for (int64_t row = 0; row < counting->grid->height; row++) {
        const float *score = (const float *)counting->score->bytes + row * width;
        const uint8_t *state = (const uint8_t *)counting->state->bytes + row * width;
        uint64_t weight = (uint64_t)llround(ldexp(grid_cell_km2(counting->grid, (double)row) / counting->largest_km2, WEIGHT_BITS));
        for (int64_t i = 0; i < width; i++)
            if (state[i] == CELL_SCORED && !isnan(score[i])) count_one(counting, score[i], weight);
        if (row % FORGET_ROWS == FORGET_ROWS - 1)
            scratch_forget_cells(counting->score, counting->state, (size_t)((row + 1 - FORGET_ROWS) * width), (size_t)(FORGET_ROWS * width));
    }
}

/* The first bin by which `share` of all is reached; *before: what lies in those below. */
static uint32_t bin_at(const uint64_t *bins, double target, uint64_t *before) {
    uint32_t bin = 0;
    while (bin + 1 < BINS && (double)(*before + bins[bin]) < target) *before += bins[bin++];
    return bin;
}

static void add_break(const struct counting *counting, double value, struct classed *out) {
    bool rises = !out->n_breaks || value > out->breaks[out->n_breaks - 1];
    if (rises && value >= (double)counting->least && value < (double)counting->most && out->n_breaks < CLASSES_COUNT_MAX - 1)
        out->breaks[out->n_breaks++] = value;
}

static status find_quantiles(struct counting *counting, size_t n, struct classed *out) {
    uint64_t before[CLASSES_COUNT_MAX] = {0};
    counting->n_wanted = n - 1;
    TRY(MEMORY_ARRAY(counting->n_wanted * BINS, &counting->fine));
    for (size_t k = 1; k < n; k++)
        counting->wanted[k - 1] = bin_at(counting->coarse, (double)counting->total * (double)k / (double)n, &before[k - 1]);
    count(counting, count_fine);
    for (size_t k = 1; k < n; k++) {
        uint64_t below = before[k - 1];
        uint32_t low = bin_at(counting->fine + (k - 1) * BINS, (double)counting->total * (double)k / (double)n, &below);
        add_break(counting, (double)value_of(counting->wanted[k - 1] << 16 | low), out);
    }
    return NULL;
}

/* Thresholds of about equal steps of the logarithm between the score that 99 % of the area reaches (or the lowest above 0) and the highest. */
static void find_concentration(const struct counting *counting, struct classed *out) {
    double value[POINTS], area[POINTS];
    uint64_t above = counting->total - counting->coarse[0];
    uint32_t bin = 1;
    size_t n = 0;
    while (bin + 1 < BINS && (double)above > 0.99 * (double)counting->total) above -= counting->coarse[bin++];
    while (bin + 1 < BINS && !counting->coarse[bin]) bin++;
    double from = log((double)value_of(bin << 16)), step = (log((double)counting->most) - from) / POINTS;
    for (; bin < BINS && above && n < POINTS; above -= counting->coarse[bin++]) {
        double threshold = (double)value_of(bin << 16);
        if (!(threshold <= (double)counting->most) || log(threshold) < from + step * (double)n - 1e-12) continue;
        value[n] = threshold;
        area[n++] = (double)above;
    }
    struct breaks found;
    breaks_find(n, value, area, &found);
    for (size_t i = 0; i < found.n; i++) add_break(counting, found.at[i], out);
}

static status find(struct counting *counting, const struct classing *wish, struct classed *out) {
    switch (wish->kind) {
    case CLASSES_QUANTILE:
        return find_quantiles(counting, wish->count, out);
    case CLASSES_EQUAL_INTERVAL:
        for (size_t k = 1; k < wish->count; k++)
            add_break(counting, (double)counting->least + ((double)counting->most - (double)counting->least) * (double)k / (double)wish->count, out);
        return NULL;
    case CLASSES_CONCENTRATION_AREA:
        find_concentration(counting, out);
        return NULL;
    case CLASSES_BREAKS:
        out->n_breaks = wish->n_breaks;
        memcpy(out->breaks, wish->breaks, wish->n_breaks * sizeof *out->breaks);
        return NULL;
    default:
        return NULL;
    }
}

status classing_make(const struct grid *grid, const struct scratch *score, const struct scratch *state, const struct classing *wish,
                     struct classed *out) {
    struct counting counting = {.grid = grid, .score = score, .state = state, .least = NAN, .most = NAN};
    *out = (struct classed){.least = NAN, .most = NAN};
    if (wish->kind == CLASSES_LINEAR) return NULL;
    for (int64_t row = 0; row < grid->height; row++) counting.largest_km2 = fmax(counting.largest_km2, grid_cell_km2(grid, (double)row));
    TRY(MEMORY_ARRAY(BINS, &counting.coarse));
    count(&counting, count_coarse);
    status failure = counting.total ? find(&counting, wish, out) : NULL;
    out->least = (double)counting.least;
    out->most = (double)counting.most;
    free(counting.coarse);
    free(counting.fine);
    return failure;
}
