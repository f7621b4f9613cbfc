/* How much of the grid a variant's states are, and what came to be scored in it. */
#ifndef LODE_ANALYSIS_VARIANT_AREAS_H
#define LODE_ANALYSIS_VARIANT_AREAS_H

#include "analysis/variants.h"
#include "geo/scratch.h"
#include "model/grid.h"

/* `base`, `state`: planes of the grid, uint8 enum cell_state. The same sums for any number of threads. */
void variant_areas_count(const struct grid *grid, const struct scratch *base, const struct scratch *state, struct variant_areas *out);

#endif
