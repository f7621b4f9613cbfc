/* Bits of rules that no plane of a criterion tells: of each a mask over the grid, made when its own mask or distances are there, which are then let
 * go. A band takes them all as a word a cell. */
#include <stdlib.h>

#include "analysis/planes_parts.h"
#include "base/vectors.h"
#include "model/rule_bits.h"

status rules_open(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(MEMORY_ARRAY(plan->scenario->n_rules + 1, &planes->rules));
    for (uint64_t left = plan->made_rules; left; left &= left - 1) TRY(mask_init(&planes->rules[__builtin_ctzll(left)], grid_window(plan->grid)));
    return NULL;
}

void rules_close(struct planes *planes) {
    for (size_t r = 0; planes->rules && r < planes->plan->scenario->n_rules; r++) mask_free(&planes->rules[r]);
    free(planes->rules);
}

void rules_take_mask(struct planes *planes, size_t mask) {
    const struct plan *plan = planes->plan;
    for (uint64_t left = plan->made_rules; left; left &= left - 1) {
        const size_t r = (size_t)__builtin_ctzll(left);
        if (plan->rules[r].mask == (int)mask) mask_copy(&planes->masks[mask], &planes->rules[r]);
    }
}

/* Its index among the rule's own; n_distances: it is none of them. */
static size_t place_of(const struct rule_step *step, size_t distance) {
    size_t i = 0;
    while (i < step->n_distances && step->distances[i] != (int)distance) i++;
    return i;
}

static uint64_t rules_of_distance(const struct plan *plan, size_t distance) {
    uint64_t rules = 0;
    for (uint64_t left = plan->made_rules; left; left &= left - 1) {
        const struct rule_step *step = &plan->rules[__builtin_ctzll(left)];
        if (place_of(step, distance) < step->n_distances) rules |= left & (0 - left);
    }
    return rules;
}

WIDE_VECTORS static void compare(const float *values, size_t count, enum compare_op op, float limit, uint8_t *out) {
    if (op == COMPARE_GT)
        for (size_t i = 0; i < count; i++) out[i] = values[i] > limit;
    else
        for (size_t i = 0; i < count; i++) out[i] = values[i] <= limit;
}

/* What holds in a chunk of rows: also where another distance does, but only in the rule's mask. */
static status take_chunk(struct planes *planes, size_t rule, size_t distance, struct window chunk, const float *values) {
    const struct rule_step *step = &planes->plan->rules[rule];
    const float limit = planes->plan->params[step->first_param + place_of(step, distance)];
    struct mask *whole = &planes->rules[rule], part;
    compare(values, (size_t)(chunk.cols * chunk.rows), step->op, limit, planes->inside);
    TRY(mask_init(&part, chunk));
    mask_pack(&part, 0, chunk.rows, planes->inside);
    uint64_t *words = whole->bits + chunk.row0 * whole->words_per_row;
    for (int64_t i = 0; i < part.words_per_row * chunk.rows; i++)
        words[i] = step->mask == NO_INDEX ? words[i] | part.bits[i] : words[i] & part.bits[i];
    mask_free(&part);
    return NULL;
}

status rules_take_distance(struct planes *planes, size_t distance) {
    const struct plan *plan = planes->plan;
    const uint64_t rules = rules_of_distance(plan, distance);
    const struct window grid = grid_window(plan->grid);
    for (int64_t b = 0; rules && b < window_bands(grid, (int64_t)plan->band_rows); b++) {
        const struct window chunk = window_band(grid, b, (int64_t)plan->band_rows);
        const void *values;
        TRY(distance_rows(planes->distances[distance], chunk, planes->whole, NULL));
        TRY(buffer_look(planes->whole, (size_t)(chunk.cols * chunk.rows) * sizeof(float), planes->host, &values));
        for (uint64_t left = rules; left; left &= left - 1) TRY(take_chunk(planes, (size_t)__builtin_ctzll(left), distance, chunk, values));
    }
    return NULL;
}

void rules_load(struct planes *planes, size_t slot, struct window window) {
    const struct plan *plan = planes->plan;
    uint64_t negated = 0;
    for (uint64_t left = plan->made_rules; left; left &= left - 1)
        if (plan->rules[__builtin_ctzll(left)].negated) negated |= left & (0 - left);
    if (plan->made_rules) rule_bits_spread(planes->rules, plan->scenario->n_rules, negated, window, planes->rule_bits[slot]);
}
