/* Indices that a criterion may name, a row each: formulas over wavebands (sensor_table.h) in the language of formula.h.
 * A row may have a second formula for scenes that lack what the first reads. `minimum` in a formula is the criterion's key of that
 * name. Expanded when a scenario is read; nothing after that knows of indices. */
#ifndef LODE_MODEL_INDEX_TABLE_H
#define LODE_MODEL_INDEX_TABLE_H

#include "base/memory.h"
#include "model/sensor_table.h"

enum { INDEX_FORMULAS_MAX = 2 };

struct index_formula {
    const char *text, *source;
};

struct index_row {
    const char *name, *title;
    struct index_formula formulas[INDEX_FORMULAS_MAX]; /* the first whose wavebands are there; text NULL: no more */
    double minimum;                                    /* NaN: its formulas have none */
};

/* What hides the ground: a condition over wavebands, or over the scene's layer of quality where it has one and a row knows it. */
struct index_mask {
    const char *name, *title;
    const char *spectral;           /* NULL: wavebands do not tell */
    const char *quality[QUALITIES]; /* NULL: nor does this quality */
    const char *source;
};

enum { INDEX_MASKS = 5 };
extern const struct index_mask index_masks[INDEX_MASKS];

/* What stands for the names in a formula; NULL: it is not there. */
struct index_words {
    const char *wavebands[WAVEBANDS];
    const char *quality;
    double minimum;
};

extern const struct index_row index_table[];
extern const size_t index_count;

const struct index_row *index_find(const char *name); /* NULL: no such index */
const char *index_nearest(const char *word);          /* NULL: none is near */
unsigned long long index_wavebands(const char *text); /* bits of those that a formula reads */

/* The formula with names replaced; in `arena`, NULL when memory is out. */
const char *index_expand(const char *text, const struct index_words *words, struct arena *arena);

#endif
