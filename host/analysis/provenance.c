/* Rules mostly hold over wide areas: cells are taken in runs of the same bits and state, and a run costs as much as the rules in it. */
#include "analysis/provenance.h"

#include <math.h>
#include <string.h>

#include "compute/overlay.h"

enum { RULES_MOST = 64, STRETCH = 64 /* cells compared at once */ };

/* Counts of one row, which are whole numbers and have no order. */
struct row_counts {
    int64_t holds[RULES_MOST], excluded[RULES_MOST], alone[RULES_MOST];
    int64_t pairs[RULES_MOST][RULES_MOST]; /* the lower rule first */
    uint64_t seen;                         /* rules that hold anywhere in the row */
};

status provenance_init(const struct scenario *scenario, size_t target, struct arena *arena, struct provenance *out) {
    *out = (struct provenance){.scenario = scenario, .target = target, .n_rules = scenario->n_rules};
    for (size_t r = 0; r < out->n_rules; r++) out->rules |= (uint64_t)(scenario->rules[r].targets >> target & 1) << r;
    out->excluding = rules_of_target(scenario, target, EFFECT_EXCLUDE);
    if (!out->rules) return NULL;
    out->shares = arena_alloc(arena, out->n_rules, sizeof *out->shares);
    out->overlap_km2 = arena_alloc(arena, out->n_rules * out->n_rules, sizeof *out->overlap_km2);
    if (!out->shares || !out->overlap_km2) return status_no_memory();
    for (size_t r = 0; r < out->n_rules; r++) out->shares[r].best = NAN;
    return NULL;
}

static bool all_equal(const char *cells, size_t bytes, int64_t count) {
    return memcmp(cells, cells + bytes, (size_t)(count - 1) * bytes) == 0;
}

static bool stretch_is_even(const char *bits, size_t bytes, const uint8_t *state, int64_t count) {
    return all_equal(bits, bytes, count) && (!state || all_equal((const char *)state, 1, count));
}

/* The first cell after `from` that differs from it in bits or, unless NULL, in state. */
static int64_t run_end(const char *bits, size_t bytes, const uint8_t *state, int64_t from, int64_t end) {
    int64_t at = from + 1;
    /* A stretch begins with a cell of the run, so that to be even means to go on with it. */
    while (at - 1 + STRETCH <= end && stretch_is_even(bits + (size_t)(at - 1) * bytes, bytes, state ? state + at - 1 : NULL, STRETCH))
        at += STRETCH - 1;
    while (at < end && memcmp(bits + (size_t)at * bytes, bits + (size_t)from * bytes, bytes) == 0 && (!state || state[at] == state[from])) at++;
    return at;
}

static void add_to_each(int64_t *counts, uint64_t bits, int64_t cells) {
    for (; bits; bits &= bits - 1) counts[__builtin_ctzll(bits)] += cells;
}

static void add_pairs(struct row_counts *counts, uint64_t bits, int64_t cells) {
    for (; bits; bits &= bits - 1) add_to_each(counts->pairs[__builtin_ctzll(bits)], bits & (bits - 1), cells);
}

static void look_for_best(struct rule_share *share, const float *score, int64_t from, int64_t end, int64_t row) {
    for (int64_t i = from; i < end; i++) {
        if ((double)score[i] <= share->best) continue;
        share->best = (double)score[i];
        share->best_col = i;
        share->best_row = row;
    }
}

/* Mostly there are exclusions alone. */
static uint64_t stopping_of(const struct provenance *provenance, uint64_t rules) {
    return rules == (rules & provenance->excluding) ? rules : rules_stopping(provenance->scenario, provenance->target, rules);
}

static void add_row(struct provenance *provenance, const char *bits, size_t bytes, const uint8_t *state, const float *score, int64_t cols,
                    int64_t row, struct row_counts *counts) {
    for (int64_t from = 0, end; from < cols; from = end) {
        end = run_end(bits, bytes, state, from, cols);
        uint64_t rules = rule_bits_at(bits, bytes, (size_t)from) & provenance->rules;
        if (!rules || state[from] == CELL_OUTSIDE) continue;
        counts->seen |= rules;
        add_to_each(counts->holds, rules, end - from);
        if (state[from] != CELL_EXCLUDED) continue;
        uint64_t stopping = stopping_of(provenance, rules);
        add_to_each(counts->excluded, stopping, end - from);
        if (stopping & (stopping - 1)) {
            add_pairs(counts, stopping, end - from);
        } else if (stopping) {
            counts->alone[__builtin_ctzll(stopping)] += end - from;
            look_for_best(&provenance->shares[__builtin_ctzll(stopping)], score, from, end, row);
        }
    }
}

/* Takes the counts and clears them. */
static void take_row(struct provenance *provenance, struct row_counts *counts, double km2) {
    for (uint64_t left = counts->seen; left; left &= left - 1) {
        size_t r = (size_t)__builtin_ctzll(left);
        struct rule_share *share = &provenance->shares[r];
        share->holds_km2 += km2 * (double)counts->holds[r];
        share->excluded_cells += counts->excluded[r];
        share->excluded_km2 += km2 * (double)counts->excluded[r];
        share->alone_cells += counts->alone[r];
        share->alone_km2 += km2 * (double)counts->alone[r];
        counts->holds[r] = counts->excluded[r] = counts->alone[r] = 0;
        for (uint64_t above = left & (left - 1); above; above &= above - 1) {
            size_t other = (size_t)__builtin_ctzll(above);
            provenance->overlap_km2[r * provenance->n_rules + other] += km2 * (double)counts->pairs[r][other];
            provenance->overlap_km2[other * provenance->n_rules + r] = provenance->overlap_km2[r * provenance->n_rules + other];
            counts->pairs[r][other] = 0;
        }
    }
    counts->seen = 0;
}

void provenance_add(struct provenance *provenance, const struct grid *grid, const struct ruled_cells *cells) {
    size_t bytes = rule_bits_bytes(provenance->n_rules);
    struct row_counts counts = {.seen = 0};
    for (int64_t r = 0; provenance->rules && r < cells->band.rows; r++) {
        int64_t first = r * cells->band.cols, row = cells->band.row0 + r;
        add_row(provenance, (const char *)cells->bits + (size_t)first * bytes, bytes, cells->state + first, cells->score + first, cells->band.cols,
                row, &counts);
        take_row(provenance, &counts, grid_cell_km2(grid, (double)row));
    }
}

void provenance_place(struct provenance *provenance, const struct grid *grid, struct crs_lonlat *lonlat) {
    for (size_t r = 0; provenance->rules && r < provenance->n_rules; r++) {
        struct rule_share *share = &provenance->shares[r];
        share->best_lon = share->best_lat = NAN;
        if (isnan(share->best)) continue;
        crs_to_lonlat(lonlat, grid_x(grid, (double)share->best_col), grid_y(grid, (double)share->best_row), &share->best_lon, &share->best_lat);
    }
}

static bool only_excludes(const struct scenario *scenario) {
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (rule_table[scenario->rules[r].kind].effect != EFFECT_EXCLUDE) return false;
    return true;
}

static uint64_t freeing_any(const struct scenario *scenario, uint64_t bits) {
    uint64_t freeing = 0;
    for (size_t t = 0; t < scenario->n_targets; t++) freeing |= rules_freeing(scenario, t, bits);
    return freeing;
}

struct grid_counts {
    int64_t holds[RULES_MOST], alone[RULES_MOST], freed[RULES_MOST];
};

static void count_row(const struct scenario *scenario, bool plain, const char *bits, int64_t cols, struct grid_counts *counts) {
    size_t bytes = rule_bits_bytes(scenario->n_rules);
    for (int64_t from = 0, end; from < cols; from = end) {
        end = run_end(bits, bytes, NULL, from, cols);
        uint64_t rules = rule_bits_at(bits, bytes, (size_t)from), excluding = plain ? rules : rules_excluding(scenario, rules);
        add_to_each(counts->holds, rules, end - from);
        if (excluding && !(excluding & (excluding - 1))) counts->alone[__builtin_ctzll(excluding)] += end - from;
        if (!plain && rules) add_to_each(counts->freed, freeing_any(scenario, rules), end - from);
    }
}

void rules_add(struct rule_result *results, const struct scenario *scenario, const struct grid *grid, const struct ruled_cells *cells) {
    const bool plain = only_excludes(scenario);
    for (int64_t r = 0; scenario->n_rules && r < cells->band.rows; r++) {
        struct grid_counts counts = {.holds = {0}};
        size_t first = (size_t)(r * cells->band.cols) * rule_bits_bytes(scenario->n_rules);
        count_row(scenario, plain, (const char *)cells->bits + first, cells->band.cols, &counts);
        double km2 = grid_cell_km2(grid, (double)(cells->band.row0 + r));
        for (size_t i = 0; i < scenario->n_rules; i++) {
            results[i].cells += counts.holds[i];
            results[i].area_km2 += km2 * (double)counts.holds[i];
            results[i].alone_km2 += km2 * (double)counts.alone[i];
            results[i].freed_km2 += km2 * (double)counts.freed[i];
        }
    }
}
