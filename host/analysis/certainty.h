/* How far ranks hold: the ranked sites of a target scored anew by the fused pass, with weights and memberships drawn at random. Stochastic
 * multicriteria acceptability analysis, SMAA-2: Lahdelma & Salminen 2001, doi:10.1287/opre.49.3.444.11220. A site's rank in a draw is one more
 * than the number of sites with a higher score; where it has no score, it comes after all that have one. */
#ifndef LODE_ANALYSIS_CERTAINTY_H
#define LODE_ANALYSIS_CERTAINTY_H

#include "analysis/scan.h"
#include "analysis/sensitivity.h"
#include "analysis/site.h"

enum { CERTAINTY_FIRST = 10 }; /* what counts as being among the first */

/* Quantiles are values that were drawn: the least with so large a share of the draws at or below it. */
struct quantiles {
    double p05, p50, p95;
};

struct site_certainty {
    struct quantiles score, rank; /* NaN: a score that is missing in so many draws */
    double first, among_first;    /* share of draws */
    const double *first_weights;  /* [n_criteria]: mean share of the whole in the draws where it was first; NULL: never first */
};

/* Empty (draws 0) where a target does not ask. */
struct certainty {
    size_t draws, n;              /* of sites: those of the list's beginning, by rank */
    struct site_certainty *sites; /* [n] */
    struct sensitivity sensitivity;
    const uint32_t *ranked; /* [n * n]: in how many draws site i has rank j + 1 */
};

/* `list` is ranked, and its sites have their planes. Arrays in `arena`. The same bytes for every number of threads. */
status certainty_find(const struct scan *scan, size_t target, const struct site_list *list, struct arena *arena,
                      struct certainty *out) LODE_MUST_CHECK;

#endif
