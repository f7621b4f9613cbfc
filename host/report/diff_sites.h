/* The sites of one target in two runs: which is which, what moved, and why. */
#ifndef LODE_REPORT_DIFF_SITES_H
#define LODE_REPORT_DIFF_SITES_H

#include "analysis/surface_diff.h"
#include "base/memory.h"
#include "base/text.h"

struct bits_file;
struct json_build;
struct json_object;

/* What the runs say of one target. */
struct diff_target {
    const char *name;
    struct json_object *run[DIFF_RUNS];      /* run.json */
    struct json_object *features[DIFF_RUNS]; /* of sites.geojson, of all targets */
    struct json_object *changes;             /* diff_inputs */
    const struct surface_pair *surfaces;     /* NULL: the grids differ */
    struct bits_file *rules[DIFF_RUNS];      /* NULL: no rule holds for it; only with surfaces */
    double within_m;                         /* sites this near are the same one */
};

/* A site before and after: their properties in sites.geojson; NULL where it is not listed. */
struct diff_pair {
    struct json_object *site[DIFF_RUNS];
    double apart_m;
};

/* Pairs the sites: those of the same id first, then the nearest to each other within `within_m`, each at most once. In the order of the ranks
 * after, those without a rank next, then those that left by their ranks before. *pairs: free(). */
status diff_sites_pair(const struct diff_target *target, struct diff_pair **pairs, size_t *count) LODE_MUST_CHECK;

/* {compared, entered, left, moved, same, top: {of, kept}, sites: [...]} of the target. A site has `move` (entered, left, moved, same), what it was
 * and is, `reasons` ({kind, name, delta, words}, the weightiest first) and `why` (these in a line). */
status diff_sites_json(const struct diff_target *target, struct json_build *build, struct json_object **out) LODE_MUST_CHECK;

/* Puts `why` and `reasons` of a site that moved (host/report/diff_reasons.c). */
status diff_reasons(const struct diff_target *target, const struct diff_pair *pair, struct json_build *build,
                    struct json_object *map) LODE_MUST_CHECK;

/* Months that half of the permits take, with accelerated stages where the run has them; NaN: none. */
double diff_months(struct json_object *site);

#endif
