/* What is told of the cells of bands: how many are in each state, and what rules do to them. */
#ifndef LODE_ANALYSIS_BAND_COUNTS_H
#define LODE_ANALYSIS_BAND_COUNTS_H

#include "analysis/result.h"

/* Adds a band that was scored into the result's planes to its targets' cells and areas, provenance and rules. Areas are sums in the order of rows:
 * bands come in theirs. Fails for lack of memory alone. */
status band_counts_add(struct result *result, struct window band) LODE_MUST_CHECK;

#endif
