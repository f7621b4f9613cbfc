/* Open addressing over the keys. Neighbours are mostly of one condition, so a run of cells is looked up and added once. */
#include "analysis/conditions.h"

#include <math.h>
#include <stdlib.h>

enum { SLOTS_FIRST = 1024 };

void conditions_free(struct conditions *conditions) {
    free(conditions->keys);
    free(conditions->km2);
    free(conditions->value);
    free(conditions->slots);
    *conditions = (struct conditions){0};
}

/* Where the key is, or where it would be. Slots hold positions from 1. */
static size_t slot_of(const struct conditions *conditions, uint32_t key) {
    size_t slot = (key * 2654435761u >> 7) & (conditions->n_slots - 1);
    while (conditions->slots[slot] && conditions->keys[conditions->slots[slot] - 1] != key) slot = (slot + 1) & (conditions->n_slots - 1);
    return slot;
}

static status grow(struct conditions *conditions) {
    size_t slots = conditions->n_slots ? 2 * conditions->n_slots : SLOTS_FIRST, room = conditions->room, same = room;
    free(conditions->slots);
    conditions->slots = NULL;
    conditions->n_slots = slots;
    TRY(MEMORY_ARRAY(slots, &conditions->slots));
    TRY(memory_reserve((void **)&conditions->keys, &conditions->room, slots / 2, sizeof *conditions->keys));
    TRY(memory_reserve((void **)&conditions->km2, &room, slots / 2, sizeof *conditions->km2));
    TRY(memory_reserve((void **)&conditions->value, &same, slots / 2, sizeof *conditions->value));
    for (size_t i = 0; i < conditions->n; i++) conditions->slots[slot_of(conditions, conditions->keys[i])] = (uint32_t)i + 1;
    return NULL;
}

status conditions_add_row(struct conditions *conditions, const uint32_t *keys, const uint8_t *state, int64_t cells, double km2,
                          float (*value_of)(void *user, uint32_t key), void *user, float *values) {
    for (int64_t i = 0, end; i < cells; i = end) {
        if (state[i] > 1) {
            values[i] = NAN;
            end = i + 1;
            continue;
        }
        if (conditions->n >= conditions->n_slots / 2) TRY(grow(conditions));
        size_t slot = slot_of(conditions, keys[i]);
        if (!conditions->slots[slot]) {
            conditions->keys[conditions->n] = keys[i];
            conditions->km2[conditions->n] = 0;
            conditions->value[conditions->n] = value_of(user, keys[i]);
            conditions->slots[slot] = (uint32_t)++conditions->n;
        }
        size_t at = conditions->slots[slot] - 1;
        for (end = i; end < cells && keys[end] == keys[i] && state[end] < 2; end++) values[end] = state[end] ? NAN : conditions->value[at];
        conditions->km2[at] += km2 * (double)(end - i);
    }
    return NULL;
}
