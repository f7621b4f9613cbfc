/* The one pass that scores every cell, and what is counted of its bands. */
#ifndef LODE_ANALYSIS_SCORING_H
#define LODE_ANALYSIS_SCORING_H

#include "analysis/result.h"
#include "analysis/scan.h"

/* Fills the result's planes (scores, states; values and memberships where they are written; deviations of models that tell conditions), all open
 * before, and counts cells, areas in km2, missing cells and each device's bands. `scan` has its planes and overlays made and its plan's
 * numbers complete. Bytes and counts are the same for every height of bands and number of devices. Fails as planes, overlay and lattice do,
 * with LODE_INTERRUPTED where the caller wishes it. */
status scoring_run(const struct scan *scan, struct result *result) LODE_MUST_CHECK;

#endif
