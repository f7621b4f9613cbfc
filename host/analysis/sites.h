/* From candidates to ranked sites with their reasons: the fused pass run again on the rows where sites lie, with its terms kept. */
#ifndef LODE_ANALYSIS_SITES_H
#define LODE_ANALYSIS_SITES_H

#include "analysis/scan.h"
#include "analysis/site.h"
#include "geo/scratch.h"

/* Fills score, state, rules, coverage, terms, nearest names, annotations and ids of a target's sites, ranks and sorts them.
 * `score`, `state`: the target's planes, for percentiles. Strings and arrays in `arena`. */
status sites_explain(const struct scan *scan, size_t target, const struct scratch *score, const struct scratch *state, struct arena *arena,
                     struct site_list *list) LODE_MUST_CHECK;

#endif
