/* Where a target's sites are looked for: given points, merged; or spaced peaks of the score. */
#ifndef LODE_ANALYSIS_CANDIDATES_H
#define LODE_ANALYSIS_CANDIDATES_H

#include "analysis/scan.h"
#include "analysis/site.h"
#include "geo/scratch.h"

/* The target's point layers as sites, in the order given: a point within `merge_m` (geodesic) of an earlier site's place joins it
 * (leader clustering: sites do not chain). Points outside the grid are counted only. With snap_m the scored cell is the best
 * one that near. `score`, `state`: planes of the grid, floats and bytes. Sites and strings in `arena`. */
status candidates_points(const struct scan *scan, size_t target, const struct scratch *score, const struct scratch *state, struct arena *arena,
                         struct site_list *out) LODE_MUST_CHECK;

/* The highest scored cell, then the highest one at least `spacing_m` from all before it, and so on: at most `count`.
 * Exact over the whole grid; equal scores by smaller row, then column. */
status candidates_peaks(const struct scan *scan, size_t target, const struct scratch *score, const struct scratch *state, struct arena *arena,
                        struct site_list *out) LODE_MUST_CHECK;

#endif
