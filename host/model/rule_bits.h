/* Which rules hold in cells: bit r of a cell is rule r of the scenario, in as few bytes a cell as hold them all. */
#ifndef LODE_MODEL_RULE_BITS_H
#define LODE_MODEL_RULE_BITS_H

#include <stddef.h>
#include <stdint.h>

#include "model/mask.h"

/* 1, 2, 4 or 8. */
static inline size_t rule_bits_bytes(size_t n_rules) {
    return n_rules > 32 ? 8 : n_rules > 16 ? 4 : n_rules > 8 ? 2 : 1;
}

static inline uint64_t rule_bits_at(const void *bits, size_t bytes, size_t cell) {
    switch (bytes) {
    case 1:
        return ((const uint8_t *)bits)[cell];
    case 2:
        return ((const uint16_t *)bits)[cell];
    case 4:
        return ((const uint32_t *)bits)[cell];
    default:
        return ((const uint64_t *)bits)[cell];
    }
}

static inline void rule_bits_put(void *bits, size_t bytes, size_t cell, uint64_t rules) {
    switch (bytes) {
    case 1:
        ((uint8_t *)bits)[cell] = (uint8_t)rules;
        break;
    case 2:
        ((uint16_t *)bits)[cell] = (uint16_t)rules;
        break;
    case 4:
        ((uint32_t *)bits)[cell] = (uint32_t)rules;
        break;
    default:
        ((uint64_t *)bits)[cell] = rules;
    }
}

/* The bits of a window's cells from a mask a rule; `masks[r].bits` NULL: rule r holds nowhere. All masks lie over the grid, whose first cell is
 * column and row 0, and `window` in it. Bit r of `negated`: rule r holds where its mask is not set. At most 64 rules. `bits`: rule_bits_bytes of them
 * a cell, aligned as such. */
void rule_bits_spread(const struct mask *masks, size_t n_rules, uint64_t negated, struct window window, void *bits);

#endif
