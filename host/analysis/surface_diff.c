/* Sums are made of each row by itself and then of the rows in their order, in double. The place of the best hundredth is found by counting scores
 * by the upper half of their bits, then by the lower: exact, whatever their spread. */
#include "analysis/surface_diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/overlay.h"

enum { HALF_BITS = 16, HALVES = 1 << HALF_BITS, TOP_PART = 100, FORGET_ROWS = 64 };

struct row_of {
    const float *score[DIFF_RUNS];
    const uint8_t *state[DIFF_RUNS];
    double cell_km2;
};

static struct row_of row_at(const struct surface_pair *pair, int64_t row) {
    struct row_of at = {.cell_km2 = grid_cell_km2(pair->grid, (double)row)};
    for (int r = 0; r < DIFF_RUNS; r++) {
        at.score[r] = (const float *)pair->score[r].bytes + row * pair->grid->width;
        at.state[r] = (const uint8_t *)pair->state[r].bytes + row * pair->grid->width;
    }
    return at;
}

static bool scored(const struct row_of *at, int run, int64_t col) {
    return at->state[run][col] == CELL_SCORED && !isnan(at->score[run][col]);
}

static void forget(const struct surface_pair *pair, int64_t row) {
    const size_t width = (size_t)pair->grid->width;
    if (row % FORGET_ROWS != FORGET_ROWS - 1) return;
    for (int r = 0; r < DIFF_RUNS; r++)
        scratch_forget_cells(&pair->score[r], &pair->state[r], (size_t)(row + 1 - FORGET_ROWS) * width, FORGET_ROWS * width);
}

struct sums {
    double km2, before, after;          /* areas times scores */
    double square, before_sq, after_sq; /* areas times products of what is beyond the mean */
};

static void extremes(double change, int64_t cell, struct surface_moves *out) {
    if (out->rise_cell < 0 || change > out->rise) {
        out->rise = change;
        out->rise_cell = cell;
    }
    if (out->fall_cell < 0 || change < out->fall) {
        out->fall = change;
        out->fall_cell = cell;
    }
}

static status count_row(const struct surface_pair *pair, int64_t row, struct sums *sums, struct surface_moves *out) {
    const struct row_of at = row_at(pair, row);
    int64_t cells[DIFF_STATES][DIFF_STATES] = {{0}}, higher = 0, lower = 0, both = 0;
    double before = 0, after = 0;
    for (int64_t col = 0; col < pair->grid->width; col++) {
        uint8_t was = at.state[DIFF_BEFORE][col], is = at.state[DIFF_AFTER][col];
        if (was >= DIFF_STATES || is >= DIFF_STATES)
            return status_fail(LODE_BAD_DATA, "a file of states holds %d, which is none", was > is ? was : is);
        cells[was][is]++;
        if (!scored(&at, DIFF_BEFORE, col) || !scored(&at, DIFF_AFTER, col)) continue;
        double a = (double)at.score[DIFF_BEFORE][col], b = (double)at.score[DIFF_AFTER][col];
        both++;
        before += a;
        after += b;
        higher += b > a;
        lower += b < a;
        extremes(b - a, row * pair->grid->width + col, out);
    }
    for (int i = 0; i < DIFF_STATES * DIFF_STATES; i++) {
        (&out->cells[0][0])[i] += (&cells[0][0])[i];
        (&out->km2[0][0])[i] += (double)(&cells[0][0])[i] * at.cell_km2;
    }
    out->higher_km2 += (double)higher * at.cell_km2;
    out->lower_km2 += (double)lower * at.cell_km2;
    sums->km2 += (double)both * at.cell_km2;
    sums->before += before * at.cell_km2;
    sums->after += after * at.cell_km2;
    return NULL;
}

/* After the means are known, so that nothing is lost by taking large squares from each other. */
static void square_row(const struct surface_pair *pair, int64_t row, double mean_before, double mean_after, struct sums *sums) {
    const struct row_of at = row_at(pair, row);
    double square = 0, before_sq = 0, after_sq = 0;
    for (int64_t col = 0; col < pair->grid->width; col++) {
        if (!scored(&at, DIFF_BEFORE, col) || !scored(&at, DIFF_AFTER, col)) continue;
        double a = (double)at.score[DIFF_BEFORE][col] - mean_before, b = (double)at.score[DIFF_AFTER][col] - mean_after;
        square += a * b;
        before_sq += a * a;
        after_sq += b * b;
    }
    sums->square += square * at.cell_km2;
    sums->before_sq += before_sq * at.cell_km2;
    sums->after_sq += after_sq * at.cell_km2;
}

/* Greater floats have greater keys. */
static uint32_t key_of(float score) {
    uint32_t bits;
    memcpy(&bits, &score, sizeof bits);
    return bits >> 31 ? ~bits : bits | 1u << 31;
}

/* Counts of one half of the keys; of the lower, those whose upper half is `upper`. */
static int64_t count_keys(const struct surface_pair *pair, int run, bool lower, uint32_t upper, int64_t *counts) {
    int64_t total = 0;
    memset(counts, 0, HALVES * sizeof *counts);
    for (int64_t row = 0; row < pair->grid->height; row++) {
        const struct row_of at = row_at(pair, row);
        for (int64_t col = 0; col < pair->grid->width; col++) {
            if (!scored(&at, run, col)) continue;
            uint32_t key = key_of(at.score[run][col]);
            if (lower && key >> HALF_BITS != upper) continue;
            counts[lower ? key & (HALVES - 1) : key >> HALF_BITS]++;
            total++;
        }
        forget(pair, row);
    }
    return total;
}

/* The half in which the `wanted`-th from above lies; *wanted becomes its number within that. */
static uint32_t half_of(const int64_t *counts, int64_t *wanted) {
    uint32_t half = HALVES - 1;
    while (half > 0 && counts[half] < *wanted) *wanted -= counts[half--];
    return half;
}

/* The least key of the run's top; one beyond all keys where nothing is scored. */
static uint64_t top_key(const struct surface_pair *pair, int run, int64_t *counts) {
    int64_t total = count_keys(pair, run, false, 0, counts), wanted = (total + TOP_PART - 1) / TOP_PART;
    if (!total) return UINT64_MAX;
    uint32_t upper = half_of(counts, &wanted);
    count_keys(pair, run, true, upper, counts);
    return (uint64_t)upper << HALF_BITS | half_of(counts, &wanted);
}

static status measure_tops(const struct surface_pair *pair, struct surface_moves *out) {
    int64_t *counts;
    TRY(MEMORY_ARRAY(HALVES, &counts));
    const uint64_t least[DIFF_RUNS] = {top_key(pair, DIFF_BEFORE, counts), top_key(pair, DIFF_AFTER, counts)};
    free(counts);
    for (int64_t row = 0; row < pair->grid->height; row++) {
        const struct row_of at = row_at(pair, row);
        for (int64_t col = 0; col < pair->grid->width; col++) {
            bool in[DIFF_RUNS];
            for (int r = 0; r < DIFF_RUNS; r++) in[r] = scored(&at, r, col) && key_of(at.score[r][col]) >= least[r];
            out->top_before += in[DIFF_BEFORE];
            out->top_after += in[DIFF_AFTER];
            out->top_both += in[DIFF_BEFORE] && in[DIFF_AFTER];
        }
        forget(pair, row);
    }
    return NULL;
}

status surface_diff_measure(const struct surface_pair *pair, struct surface_moves *out) {
    struct sums sums = {0};
    *out = (struct surface_moves){.mean = NAN, .correlation = NAN, .rise = NAN, .fall = NAN, .rise_cell = -1, .fall_cell = -1};
    for (int64_t row = 0; row < pair->grid->height; row++) {
        TRY(count_row(pair, row, &sums, out));
        forget(pair, row);
    }
    TRY(measure_tops(pair, out));
    if (!(sums.km2 > 0)) return NULL;
    const double before = sums.before / sums.km2, after = sums.after / sums.km2;
    for (int64_t row = 0; row < pair->grid->height; row++) {
        square_row(pair, row, before, after, &sums);
        forget(pair, row);
    }
    out->mean = after - before;
    if (sums.before_sq > 0 && sums.after_sq > 0) out->correlation = sums.square / sqrt(sums.before_sq * sums.after_sq);
    return NULL;
}

void surface_diff_make(struct surface_pair *pair) {
    for (int64_t row = 0; row < pair->grid->height; row++) {
        const struct row_of at = row_at(pair, row);
        float *into = (float *)pair->score[DIFF_BEFORE].bytes + row * pair->grid->width;
        for (int64_t col = 0; col < pair->grid->width; col++)
            into[col] = scored(&at, DIFF_BEFORE, col) && scored(&at, DIFF_AFTER, col) ? at.score[DIFF_AFTER][col] - into[col] : NAN;
        forget(pair, row);
    }
}
