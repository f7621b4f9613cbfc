/* Two score surfaces of one grid, before and after: what became of each cell. */
#ifndef LODE_ANALYSIS_SURFACE_DIFF_H
#define LODE_ANALYSIS_SURFACE_DIFF_H

#include <stdint.h>

#include "base/status.h"
#include "geo/scratch.h"
#include "model/grid.h"

enum { DIFF_BEFORE, DIFF_AFTER, DIFF_RUNS };
enum { DIFF_STATES = 4 }; /* as enum cell_state */

/* width * height each: scores as floats, states as bytes. */
struct surface_pair {
    const struct grid *grid;
    struct scratch score[DIFF_RUNS], state[DIFF_RUNS];
};

struct surface_moves {
    double km2[DIFF_STATES][DIFF_STATES]; /* [state before][state after] */
    int64_t cells[DIFF_STATES][DIFF_STATES];
    /* Of cells that are scored in both; means and correlation (Pearson's r) by area. NaN where there is none. */
    double higher_km2, lower_km2, mean, correlation;
    double rise, fall;            /* the largest and the smallest of after - before */
    int64_t rise_cell, fall_cell; /* the first cells that have them; -1: none */
    /* Each run's top: its cells that score no less than the one with which the best-scored hundredth of its cells is reached. */
    int64_t top_before, top_after, top_both;
};

/* States must be below DIFF_STATES (LODE_BAD_DATA). Looks at each plane three times, row by row. */
status surface_diff_measure(const struct surface_pair *pair, struct surface_moves *out) LODE_MUST_CHECK;
/* Makes the scores before into the difference, after - before; NaN where not both are scored. */
void surface_diff_make(struct surface_pair *pair);

#endif
