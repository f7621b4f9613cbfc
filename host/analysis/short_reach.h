/* Whether distances of sites could be shorter if features were looked for farther beyond the grid. */
#ifndef LODE_ANALYSIS_SHORT_REACH_H
#define LODE_ANALYSIS_SHORT_REACH_H

#include "analysis/result.h"
#include "analysis/scan.h"

/* Tells the log, for each distance and cost, of how many sites that is so. Sites have their terms already. */
void short_reach_tell(const struct scan *scan, const struct result *result);

#endif
