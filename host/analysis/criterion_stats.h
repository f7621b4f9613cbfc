/* Statistics of a criterion, for a membership whose numbers come from its own values. */
#ifndef LODE_ANALYSIS_CRITERION_STATS_H
#define LODE_ANALYSIS_CRITERION_STATS_H

#include "analysis/scan.h"

/* Mean, deviation, least and greatest of its raw values in the scenario's unit, over all cells that have one, into the plan's numbers.
 * LODE_BAD_DATA where no cell has one. */
status criterion_stats(const struct scan *scan, size_t criterion) LODE_MUST_CHECK;

#endif
