/* Two passes: the ends, then the counts. Cells weigh as their row, in 2^-20ths of the largest row's: whole numbers, whose sum has no order. */
#include "analysis/spread.h"

#include <math.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/parallel.h"
#include "compute/overlay.h"
#include "geo/pyramid.h"

enum { EVEN_CUTS = 1024, LOG_CUTS = 1024, BUCKETS = 4096, WEIGHT_BITS = 20, PIECES = 256 };
static const double LOWEST_LOG = 1e-6; /* of the highest score */

struct counting {
    const struct grid *grid;
    const struct scratch *score, *state;
    double largest_km2;
    struct spread *spread;
    size_t first[BUCKETS + 2]; /* of each bucket of scores: its first cut */
    double low, per_bucket;
    struct ends {
        double low, high;
        int64_t cells;
    } ends[PIECES];
};

static void rows_of(const struct counting *counting, int64_t piece, int64_t *from, int64_t *to) {
    *from = counting->grid->height * piece / PIECES;
    *to = counting->grid->height * (piece + 1) / PIECES;
}

static void forget_row(const struct counting *counting, int64_t row) {
    size_t cells = (size_t)counting->grid->width, first = (size_t)row * cells;
    scratch_forget_cells(counting->score, counting->state, first, cells);
}

static void find_ends(void *user, int64_t piece) {
    struct counting *counting = user;
    struct ends ends = {INFINITY, -INFINITY, 0};
    int64_t from, to, width = counting->grid->width;
    rows_of(counting, piece, &from, &to);
    for (int64_t row = from; row < to; row++) {
        const float *score = (const float *)counting->score->bytes + row * width;
        const uint8_t *state = (const uint8_t *)counting->state->bytes + row * width;
        for (int64_t i = 0; i < width; i++) {
            if (state[i] != CELL_SCORED || isnan(score[i])) continue;
            ends.low = fmin(ends.low, spread_score(score[i]));
            ends.high = fmax(ends.high, spread_score(score[i]));
            ends.cells++;
        }
        forget_row(counting, row);
    }
    counting->ends[piece] = ends;
}

static status make_cuts(const struct ends *ends, const double *wanted, size_t n_wanted, struct arena *arena, struct spread *out) {
    size_t n = 0, kept = 0;
    double *cut = arena_alloc(arena, n_wanted + EVEN_CUTS + LOG_CUTS + 2, sizeof *cut);
    if (!cut) return status_no_memory();
    for (size_t i = 0; i < n_wanted; i++) cut[n++] = wanted[i];
    for (int i = 0; i <= EVEN_CUTS; i++) cut[n++] = ends->low + (ends->high - ends->low) * i / EVEN_CUTS;
    double lowest = fmax(ends->low, ends->high * LOWEST_LOG);
    for (int i = 0; ends->high > 0 && i < LOG_CUTS; i++) cut[n++] = lowest * pow(ends->high / lowest, (double)i / LOG_CUTS);
    qsort(cut, n, sizeof *cut, order_doubles);
    for (size_t i = 0; i < n; i++)
        if (!kept || cut[i] > cut[kept - 1]) cut[kept++] = cut[i];
    out->n = kept;
    out->cut = cut;
    out->at = arena_alloc(arena, kept, sizeof *out->at);
    out->over = arena_alloc(arena, kept, sizeof *out->over);
    return out->at && out->over ? NULL : status_no_memory();
}

/* Grows with the score, so that scores of different buckets need no comparing. */
static size_t bucket_of(const struct counting *counting, double score) {
    double bucket = (score - counting->low) * counting->per_bucket;
    return bucket > 0 ? bucket < BUCKETS ? (size_t)bucket : BUCKETS : 0;
}

static void fill_buckets(struct counting *counting) {
    size_t bucket = 0;
    for (size_t i = 0; i < counting->spread->n; i++)
        for (size_t at = bucket_of(counting, counting->spread->cut[i]); bucket <= at; bucket++) counting->first[bucket] = i;
    while (bucket < BUCKETS + 2) counting->first[bucket++] = counting->spread->n;
}

static void count_cell(const struct counting *counting, double score, uint64_t weight) {
    const struct spread *spread = counting->spread;
    size_t bucket = bucket_of(counting, score), low = counting->first[bucket], high = counting->first[bucket + 1];
    while (low < high) { /* the first cut above the score */
        size_t middle = (low + high) / 2;
        if (spread->cut[middle] > score)
            high = middle;
        else
            low = middle + 1;
    }
    uint64_t *into = low == 0 ? &counting->spread->under : spread->cut[low - 1] == score ? &spread->at[low - 1] : &spread->over[low - 1];
    __atomic_fetch_add(into, weight, __ATOMIC_RELAXED);
}

static void count_rows(void *user, int64_t piece) {
    const struct counting *counting = user;
    int64_t from, to, width = counting->grid->width;
    rows_of(counting, piece, &from, &to);
    for (int64_t row = from; row < to; row++) {
        const float *score = (const float *)counting->score->bytes + row * width;
        const uint8_t *state = (const uint8_t *)counting->state->bytes + row * width;
        double part = grid_cell_km2(counting->grid, (double)row) / counting->largest_km2;
        uint64_t weight = (uint64_t)llround(ldexp(part, WEIGHT_BITS));
        for (int64_t i = 0; i < width; i++)
            if (state[i] == CELL_SCORED && !isnan(score[i])) count_cell(counting, spread_score(score[i]), weight);
        forget_row(counting, row);
    }
}

static struct ends all_ends(const struct counting *counting) {
    struct ends all = {INFINITY, -INFINITY, 0};
    for (int i = 0; i < PIECES; i++) {
        all.low = fmin(all.low, counting->ends[i].low);
        all.high = fmax(all.high, counting->ends[i].high);
        all.cells += counting->ends[i].cells;
    }
    return all;
}

static double largest_cell_km2(const struct grid *grid) {
    double largest = 0;
    for (int64_t row = 0; row < grid->height; row++) largest = fmax(largest, grid_cell_km2(grid, (double)row));
    return largest;
}

static status measure(struct counting *counting, const double *wanted, size_t n_wanted, struct arena *arena) {
    struct spread *out = counting->spread;
    parallel_for(PIECES, parallel_threads(), find_ends, counting);
    struct ends ends = all_ends(counting);
    if (!ends.cells) return NULL;
    TRY(make_cuts(&ends, wanted, n_wanted, arena, out));
    out->cells = ends.cells;
    out->unit_km2 = ldexp(counting->largest_km2, -WEIGHT_BITS);
    counting->low = ends.low;
    counting->per_bucket = ends.high > ends.low ? BUCKETS / (ends.high - ends.low) : 0;
    fill_buckets(counting);
    parallel_for(PIECES, parallel_threads(), count_rows, counting);
    return NULL;
}

double spread_score(float value) {
    return (double)pyramid_rounded(value);
}

status spread_measure(const struct grid *grid, const struct scratch *score, const struct scratch *state, const double *wanted, size_t n_wanted,
                      struct arena *arena, struct spread *out) {
    struct counting *counting = NULL;
    *out = (struct spread){0};
    TRY(MEMORY_ARRAY(1, &counting));
    counting->grid = grid;
    counting->score = score;
    counting->state = state;
    counting->spread = out;
    counting->largest_km2 = largest_cell_km2(grid);
    status failure = measure(counting, wanted, n_wanted, arena);
    free(counting);
    return failure;
}

size_t spread_find(const struct spread *spread, double score) {
    size_t low = 0, high = spread->n;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (spread->cut[middle] > score)
            high = middle;
        else
            low = middle;
    }
    return low;
}
