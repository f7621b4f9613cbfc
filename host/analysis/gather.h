/* The passes before the fused one that look at what overlays combine: for weights by entropy and CRITIC, and TOPSIS's ideals. */
#ifndef LODE_ANALYSIS_GATHER_H
#define LODE_ANALYSIS_GATHER_H

#include "analysis/scan.h"

/* Gathers level by level and completes the plan's numbers; scan->overlay is open. Nothing to do without gather steps. The same bits whatever the
 * band height and the number of threads. */
status gather_run(const struct scan *scan) LODE_MUST_CHECK;

#endif
