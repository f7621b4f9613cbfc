/* Scores in classes: where a map cuts them. */
#ifndef LODE_ANALYSIS_CLASSING_H
#define LODE_ANALYSIS_CLASSING_H

#include "geo/scratch.h"
#include "model/grid.h"
#include "model/scenario.h"

/* A score on a break belongs below it. */
struct classed {
    size_t n_breaks;                      /* classes are one more */
    double breaks[CLASSES_COUNT_MAX - 1]; /* rising, all below `most` */
    double least, most;                   /* scored; NaN where nothing is */
};

/* The breaks that `wish` asks for, over the scored cells of a surface (floats of 0 to 1, enum cell_state) by their area:
 * equal intervals between the lowest and the highest score; quantiles, break k the lowest score that k of n parts of the area do not exceed, exact;
 * concentration-area, where the area above a threshold changes its fractal exponent (breaks.h; it finds at most 3); or those given.
 * Breaks that would make an empty class are left out, so there may be fewer. None for CLASSES_LINEAR. Reads the planes once or twice. */
status classing_make(const struct grid *grid, const struct scratch *score, const struct scratch *state, const struct classing *wish,
                     struct classed *out) LODE_MUST_CHECK;

#endif
