/* Floats from 0 to 1 are ordered as their bits are, so that the lowest of each entry is found by halving. */
#include "report/entry_table.h"

#include <math.h>

static float of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float least_of(const struct score_scale *scale, int entry) {
    uint32_t low = 0, high = 0x3f800001u; /* behind 1: there is none */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (heatmap_entry(scale, (double)of_bits(middle)) >= entry)
            high = middle;
        else
            low = middle + 1;
    }
    return high > 0x3f800000u ? INFINITY : of_bits(high);
}

void entry_table_make(const struct score_scale *scale, struct entry_table *out) {
    int entry = 0;
    out->scale = scale;
    for (int e = 0; e < HEATMAP_COLOURS; e++) out->least[e] = least_of(scale, e);
    out->least[HEATMAP_COLOURS] = INFINITY;
    for (uint32_t slot = 0; slot < ENTRY_SLOTS; slot++) {
        while (of_bits(slot << ENTRY_STEP) >= out->least[entry + 1]) entry++;
        out->first[slot] = (uint8_t)entry;
    }
}
