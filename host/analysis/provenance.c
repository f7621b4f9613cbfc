/* Rules mostly hold over wide areas: cells are taken in runs of the same bits and state. A row has few different sets of bits: cells of each are
 * tallied, and what rules such a set means is looked at once a row. */
#include "analysis/provenance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/overlay.h"

enum { RULES_MOST = 64, NEAR = 16, STRETCH = 64 /* cells compared at once */, TALLIES = 256, STATES = 4 };

/* Cells of a row with the same bits. A set that falls on another's place in the table has that one put away first. */
struct tally {
    bool known;
    uint64_t bits, stopping; /* of these, what excludes such a cell from the target */
    int64_t cells[STATES];
};

/* Of one row: whole numbers, which have no order. The latter three are of the whole grid's rules, whatever the target. */
struct row_counts {
    int64_t holds[RULES_MOST], excluded[RULES_MOST], alone[RULES_MOST];
    int64_t pairs[RULES_MOST][RULES_MOST]; /* the lower rule first */
    int64_t fired[RULES_MOST], fired_alone[RULES_MOST], freed[RULES_MOST];
    uint64_t seen; /* rules that hold anywhere in the row */
    struct tally tallies[TALLIES];
};

/* What a band is counted into. */
struct counting {
    struct provenance *provenance;
    struct rule_result *results; /* NULL: not wanted */
    bool plain;                  /* all rules are exclusions */
    struct row_counts *row;
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

static bool all_equal(const void *cells, size_t bytes, int64_t count) {
    return memcmp(cells, (const char *)cells + bytes, (size_t)(count - 1) * bytes) == 0;
}

/* The first cell after `from` that differs from it in bits or state. A stretch begins with a cell of the run, so that to be even is to go on. */
#define RUN_END(name, type)                                                                                                                          \
    static int64_t name(const type *bits, const uint8_t *state, int64_t from, int64_t end) {                                                         \
        int64_t at = from + 1, near = from + NEAR < end ? from + NEAR : end;                                                                         \
        while (at < near && bits[at] == bits[from] && state[at] == state[from]) at++;                                                                \
        if (at < near) return at;                                                                                                                    \
        while (at - 1 + STRETCH <= end && all_equal(bits + at - 1, sizeof *bits, STRETCH) && all_equal(state + at - 1, 1, STRETCH))                  \
            at += STRETCH - 1;                                                                                                                       \
        while (at < end && bits[at] == bits[from] && state[at] == state[from]) at++;                                                                 \
        return at;                                                                                                                                   \
    }
RUN_END(run_end_1, uint8_t)
RUN_END(run_end_2, uint16_t)
RUN_END(run_end_4, uint32_t)
RUN_END(run_end_8, uint64_t)

static int64_t run_end(const void *bits, size_t bytes, const uint8_t *state, int64_t from, int64_t end) {
    switch (bytes) {
    case 1:
        return run_end_1(bits, state, from, end);
    case 2:
        return run_end_2(bits, state, from, end);
    case 4:
        return run_end_4(bits, state, from, end);
    default:
        return run_end_8(bits, state, from, end);
    }
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
static uint64_t stopping_of(const struct provenance *provenance, uint64_t bits) {
    uint64_t rules = bits & provenance->rules;
    return rules == (rules & provenance->excluding) ? rules : rules_stopping(provenance->scenario, provenance->target, rules);
}

static bool is_one(uint64_t bits) {
    return bits && !(bits & (bits - 1));
}

static uint64_t freeing_any(const struct scenario *scenario, uint64_t bits) {
    uint64_t freeing = 0;
    for (size_t t = 0; t < scenario->n_targets; t++) freeing |= rules_freeing(scenario, t, bits);
    return freeing;
}

static void put_away_whole(const struct counting *counting, const struct tally *tally, int64_t cells) {
    const struct scenario *scenario = counting->provenance->scenario;
    uint64_t excluding = counting->plain ? tally->bits : rules_excluding(scenario, tally->bits);
    add_to_each(counting->row->fired, tally->bits, cells);
    if (is_one(excluding)) counting->row->fired_alone[__builtin_ctzll(excluding)] += cells;
    if (!counting->plain) add_to_each(counting->row->freed, freeing_any(scenario, tally->bits), cells);
}

static void put_away(const struct counting *counting, struct tally *tally) {
    struct row_counts *row = counting->row;
    int64_t excluded = tally->cells[CELL_EXCLUDED], inside = tally->cells[CELL_SCORED] + excluded + tally->cells[CELL_NO_DATA];
    if (!inside && !tally->cells[CELL_OUTSIDE]) return;
    if (inside) row->seen |= tally->bits & counting->provenance->rules;
    add_to_each(row->holds, tally->bits & counting->provenance->rules, inside);
    if (excluded) add_to_each(row->excluded, tally->stopping, excluded);
    if (excluded && is_one(tally->stopping)) row->alone[__builtin_ctzll(tally->stopping)] += excluded;
    if (excluded && !is_one(tally->stopping)) add_pairs(row, tally->stopping, excluded);
    if (counting->results) put_away_whole(counting, tally, inside + tally->cells[CELL_OUTSIDE]);
    memset(tally->cells, 0, sizeof tally->cells);
}

static struct tally *tally_of(const struct counting *counting, uint64_t bits) {
    struct tally *tally = &counting->row->tallies[(bits * UINT64_C(0x9e3779b97f4a7c15)) >> 56];
    if (tally->known && tally->bits == bits) return tally;
    if (tally->known) put_away(counting, tally);
    *tally = (struct tally){.known = true, .bits = bits, .stopping = stopping_of(counting->provenance, bits)};
    return tally;
}

static void count_row(const struct counting *counting, const struct ruled_cells *cells, int64_t row) {
    const int64_t first = row * cells->band.cols;
    const size_t bytes = rule_bits_bytes(counting->provenance->n_rules);
    const void *bits = (const char *)cells->bits + (size_t)first * bytes;
    const uint8_t *state = cells->state + first;
    for (int64_t from = 0, end; from < cells->band.cols; from = end) {
        end = run_end(bits, bytes, state, from, cells->band.cols);
        uint64_t here = rule_bits_at(bits, bytes, (size_t)from);
        if (!here) continue;
        struct tally *tally = tally_of(counting, here);
        tally->cells[state[from]] += end - from;
        if (state[from] == CELL_EXCLUDED && is_one(tally->stopping))
            look_for_best(&counting->provenance->shares[__builtin_ctzll(tally->stopping)], cells->score + first, from, end, cells->band.row0 + row);
    }
}

/* Takes the target's counts and clears them. */
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

static void take_whole(struct rule_result *results, size_t n_rules, struct row_counts *counts, double km2) {
    for (size_t r = 0; r < n_rules; r++) {
        results[r].cells += counts->fired[r];
        results[r].area_km2 += km2 * (double)counts->fired[r];
        results[r].alone_km2 += km2 * (double)counts->fired_alone[r];
        results[r].freed_km2 += km2 * (double)counts->freed[r];
        counts->fired[r] = counts->fired_alone[r] = counts->freed[r] = 0;
    }
}

static bool only_excludes(const struct scenario *scenario) {
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (rule_table[scenario->rules[r].kind].effect != EFFECT_EXCLUDE) return false;
    return true;
}

status provenance_add(struct provenance *provenance, const struct grid *grid, const struct ruled_cells *cells, struct rule_result *results) {
    struct counting counting = {provenance, results, false, NULL};
    if (!provenance->n_rules || (!provenance->rules && !results)) return NULL;
    counting.plain = only_excludes(provenance->scenario);
    TRY(MEMORY_ARRAY(1, &counting.row));
    for (int64_t r = 0; r < cells->band.rows; r++) {
        double km2 = grid_cell_km2(grid, (double)(cells->band.row0 + r));
        count_row(&counting, cells, r);
        for (size_t i = 0; i < TALLIES; i++)
            if (counting.row->tallies[i].known) put_away(&counting, &counting.row->tallies[i]);
        take_row(provenance, counting.row, km2);
        if (results) take_whole(results, provenance->n_rules, counting.row, km2);
    }
    free(counting.row);
    return NULL;
}

void provenance_place(struct provenance *provenance, const struct grid *grid, struct crs_lonlat *lonlat) {
    for (size_t r = 0; provenance->rules && r < provenance->n_rules; r++) {
        struct rule_share *share = &provenance->shares[r];
        share->best_lon = share->best_lat = NAN;
        if (isnan(share->best)) continue;
        crs_to_lonlat(lonlat, grid_x(grid, (double)share->best_col), grid_y(grid, (double)share->best_row), &share->best_lon, &share->best_lat);
    }
}
