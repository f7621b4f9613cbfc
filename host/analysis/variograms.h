/* Variograms that a scenario wants fitted, once its points are open: model/variogram.h over what layers measured. */
#ifndef LODE_ANALYSIS_VARIOGRAMS_H
#define LODE_ANALYSIS_VARIOGRAMS_H

#include "analysis/layers.h"

/* *scenario becomes a copy in `arena` whose fitted criteria have their nugget, sill and range, and the fit with what leaving each point out says; it
 * stays where nothing is to be fitted. Points at one place count as one with their mean, as when they are kriged. Points that no variogram can be
 * fitted to are LODE_BAD_DATA, with the scenario's line. */
status variograms_settle(struct layers *layers, const struct grid *grid, struct arena *arena, const struct scenario **scenario) LODE_MUST_CHECK;

#endif
