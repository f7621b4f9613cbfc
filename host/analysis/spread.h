/* A score surface as a distribution, weighted by the area of its cells. */
#ifndef LODE_ANALYSIS_SPREAD_H
#define LODE_ANALYSIS_SPREAD_H

#include "analysis/validation.h"
#include "geo/scratch.h"
#include "model/grid.h"

/* A score as the surface's file holds it, so that a run and a later look at its file find the same. */
double spread_score(float value);
/* Counts the scored cells of a surface (floats, enum cell_state) between cuts: the `wanted` scores (as spread_score gives them), and some thousand
 * more between the lowest and the highest score. The result does not depend on threads. No cut and no cell when none is scored. Arrays in `arena`. */
status spread_measure(const struct grid *grid, const struct scratch *score, const struct scratch *state, const double *wanted, size_t n_wanted,
                      struct arena *arena, struct spread *out) LODE_MUST_CHECK;
/* Index of a score that was wanted. */
size_t spread_find(const struct spread *spread, double score);

#endif
