/* What one criterion at a time can do to the first sites: its weight at nothing, half or double (the others of its group share the rest), its
 * membership at raw values so much smaller or larger. */
#ifndef LODE_ANALYSIS_SENSITIVITY_H
#define LODE_ANALYSIS_SENSITIVITY_H

#include "analysis/number_draw.h"
#include "analysis/scan.h"

enum { SENSITIVITY_SITES = 10 };

struct sensitivity_case {
    size_t criterion;
    bool of_weight; /* else of its membership */
    double factor;
    double score[SENSITIVITY_SITES]; /* of the sites that are first as things are; NaN: none */
    size_t rank[SENSITIVITY_SITES];  /* from 1; one more than the number of sites with a higher score */
    size_t first;                    /* which site then is first: of several the one that was ahead */
};

struct sensitivity {
    size_t n, n_sites; /* of cases; of sites told */
    const struct sensitivity_case *cases;
};

/* `planes`: those of n sites as cells, best first. What changes no number of the pass is no case. Arrays in `arena`. */
status sensitivity_find(const struct scan *scan, size_t target, struct buffer *const *planes, size_t n, struct number_draw *draw, struct arena *arena,
                        struct sensitivity *out) LODE_MUST_CHECK;

#endif
