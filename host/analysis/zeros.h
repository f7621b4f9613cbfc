/* The zeros of a regression where the scenario says which: cells drawn where a condition holds, or the cells of places known to be barren. */
#ifndef LODE_ANALYSIS_ZEROS_H
#define LODE_ANALYSIS_ZEROS_H

#include "analysis/model_fit.h"

/* Whether they are others than the cells that are drawn from all of the study area. */
bool zeros_are_own(const struct model *model);
/* The cells that a regression takes as zeros. */
const struct draw *zeros_of(const struct fitted_model *fitted);
/* Reads barren places; those in a cell of a known place are left out. `fitted` has its training cells. */
status zeros_open(const struct scan *scan, struct fitted_model *fitted) LODE_MUST_CHECK;
/* The zeros among a band's cells, whose planes are made: `state` is the target's. Leaves the values of another criterion with the planes. */
status zeros_band(const struct scan *scan, struct fitted_model *fitted, const uint8_t *state, struct window band) LODE_MUST_CHECK;

#endif
