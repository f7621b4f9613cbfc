/* Rules mostly hold over wide areas: cells are taken in runs of the same bits, and of the same state within these. A row has few different sets of
 * bits: cells of each are tallied, and what rules such a set means is looked at once a row. */
#include "analysis/provenance.h"

#include <endian.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vectors.h"
#include "compute/overlay.h"

enum { RULES_MOST = 64, TALLIES = 256, STATES = 4, STRETCH_WORDS = 8 };

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
    uint8_t used[TALLIES]; /* places of those that are known in this row */
    size_t n_used;
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

static uint64_t word_at(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return le64toh(word);
}

/* A stretch of words at once, which become vectors. */
static bool stretch_differs(const char *at, size_t bytes) {
    uint64_t before[STRETCH_WORDS], here[STRETCH_WORDS], differ = 0;
    memcpy(before, at - bytes, sizeof before);
    memcpy(here, at, sizeof here);
    for (int i = 0; i < STRETCH_WORDS; i++) differ |= before[i] ^ here[i];
    return differ != 0;
}

/* How many cells, of 1, 2, 4 or 8 bytes each, are the same as the first one: each is compared with the one before it. */
WIDE_VECTORS static int64_t run_of(const void *cells, size_t bytes, int64_t count) {
    const char *at = cells;
    const size_t size = (size_t)count * bytes;
    const int shift = __builtin_ctzll(bytes);
    size_t i = bytes;
    while (i + STRETCH_WORDS * sizeof(uint64_t) <= size && !stretch_differs(at + i, bytes)) i += STRETCH_WORDS * sizeof(uint64_t);
    for (; i + sizeof(uint64_t) <= size; i += sizeof(uint64_t)) {
        uint64_t differ = word_at(at + i) ^ word_at(at + i - bytes);
        if (differ) return (int64_t)((i + (size_t)__builtin_ctzll(differ) / 8) >> shift);
    }
    while (i < size && at[i] == at[i - bytes]) i++;
    return (int64_t)(i >> shift);
}

static void add_to_each(int64_t *counts, uint64_t bits, int64_t cells) {
    for (; bits; bits &= bits - 1) counts[__builtin_ctzll(bits)] += cells;
}

static void add_pairs(struct row_counts *counts, uint64_t bits, int64_t cells) {
    for (; bits; bits &= bits - 1) add_to_each(counts->pairs[__builtin_ctzll(bits)], bits & (bits - 1), cells);
}

WIDE_VECTORS static bool any_above(const float *score, int64_t count, float best) {
    int above = 0;
    for (int64_t i = 0; i < count; i++) above |= !(score[i] <= best);
    return above;
}

/* Runs of the next row are mostly where those of this one are, and too short for a processor to see them coming. */
static void fetch_below(const float *score, int64_t from, int64_t end, int64_t cols) {
    enum { LINE = 64 / sizeof(float) };
    for (int64_t i = from; i < end; i += LINE) __builtin_prefetch(score + cols + i);
}

/* Few runs have a better cell than all before them. */
static void look_for_best(struct rule_share *share, const float *score, int64_t from, int64_t end, int64_t row) {
    if (!any_above(score + from, end - from, (float)share->best)) return;
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
    const uint8_t place = (uint8_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 56);
    struct tally *tally = &counting->row->tallies[place];
    if (tally->known && tally->bits == bits) return tally;
    if (tally->known)
        put_away(counting, tally);
    else
        counting->row->used[counting->row->n_used++] = place;
    *tally = (struct tally){.known = true, .bits = bits, .stopping = stopping_of(counting->provenance, bits)};
    return tally;
}

static void put_all_away(const struct counting *counting) {
    struct row_counts *row = counting->row;
    for (size_t i = 0; i < row->n_used; i++) {
        put_away(counting, &row->tallies[row->used[i]]);
        row->tallies[row->used[i]].known = false;
    }
    row->n_used = 0;
}

/* A run of the same bits, which are not 0, is made of runs of the same state. */
static void count_run(const struct counting *counting, const struct ruled_cells *cells, int64_t row, struct tally *tally, int64_t from, int64_t end) {
    const uint8_t *state = cells->state + row * cells->band.cols;
    const float *score = cells->score + row * cells->band.cols;
    const bool one = is_one(tally->stopping);
    for (int64_t to; from < end; from = to) {
        to = memcmp(state + from, state + from + 1, (size_t)(end - from - 1)) == 0 ? end : from + run_of(state + from, sizeof *state, end - from);
        tally->cells[state[from]] += to - from;
        if (!one || state[from] != CELL_EXCLUDED) continue;
        if (row + 1 < cells->band.rows) fetch_below(score, from, to, cells->band.cols);
        look_for_best(&counting->provenance->shares[__builtin_ctzll(tally->stopping)], score, from, to, cells->band.row0 + row);
    }
}

static void count_row(const struct counting *counting, const struct ruled_cells *cells, int64_t row) {
    const size_t bytes = rule_bits_bytes(counting->provenance->n_rules);
    const char *bits = (const char *)cells->bits + (size_t)(row * cells->band.cols) * bytes;
    for (int64_t from = 0, end; from < cells->band.cols; from = end) {
        end = from + run_of(bits + (size_t)from * bytes, bytes, cells->band.cols - from);
        uint64_t here = rule_bits_at(bits, bytes, (size_t)from);
        if (here) count_run(counting, cells, row, tally_of(counting, here), from, end);
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
        put_all_away(&counting);
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
