/* Palette entries of scores by look-up, where the scale's own formula has a logarithm or a search: the same entry for every float. */
#ifndef LODE_REPORT_ENTRY_TABLE_H
#define LODE_REPORT_ENTRY_TABLE_H

#include <string.h>

#include "report/heatmap.h"

enum { ENTRY_STEP = 15, ENTRY_SLOTS = (0x3f800000 >> ENTRY_STEP) + 1 }; /* a slot: floats from 0 to 1 that share all but the last bits */

struct entry_table {
    const struct score_scale *scale;
    float least[HEATMAP_COLOURS + 1]; /* the lowest score of each entry; infinite: none */
    uint8_t first[ENTRY_SLOTS];       /* the entry of a slot's lowest score */
};

/* `scale` is kept, not copied. Entries must not fall as scores rise, and they do not. */
void entry_table_make(const struct score_scale *scale, struct entry_table *out);

static inline uint8_t entry_table_look(const struct entry_table *table, float score) {
    uint32_t bits;
    memcpy(&bits, &score, sizeof bits);
    if (bits > 0x3f800000u) return heatmap_entry(table->scale, (double)score); /* NaN, beyond 1, or with a sign */
    size_t entry = table->first[bits >> ENTRY_STEP];
    while (score >= table->least[entry + 1]) entry++;
    return (uint8_t)entry;
}

#endif
