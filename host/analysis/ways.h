/* The cheapest ways from ranked sites to what `cost_distance_to` measures to: what their cost was added up along. */
#ifndef LODE_ANALYSIS_WAYS_H
#define LODE_ANALYSIS_WAYS_H

#include "analysis/scan.h"
#include "analysis/site.h"

/* Of every ranked site and every cost criterion the way from the scored cell's centre to the source's, cell centre by cell centre; none where no
 * way leads. A site on a source has a way of one place. `list` in rank order, as sites_explain leaves it; all of `ways` in `arena`. */
status ways_find(const struct scan *scan, const struct site_list *list, struct arena *arena, struct way_list *ways) LODE_MUST_CHECK;
/* The way from the cell of `site` (its col and row alone matter), count 0 where none leads, and the lattice cell that it ends in. */
status ways_trace(const struct scan *scan, const struct site *site, size_t criterion, struct arena *arena, struct way *way, int64_t *end_col,
                  int64_t *end_row) LODE_MUST_CHECK;
/* Ranked sites from which no way leads to what the cost criterion measures to. */
size_t ways_lacking(const struct site_list *list, size_t criterion);

#endif
