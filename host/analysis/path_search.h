/* Cheapest ways from any places, without a scan: masks and cost distances of a scenario alone. */
#ifndef LODE_ANALYSIS_PATH_SEARCH_H
#define LODE_ANALYSIS_PATH_SEARCH_H

#include "analysis/result.h"

struct found_path {
    double lon, lat; /* asked for */
    size_t criterion;
    double cost; /* in the criterion's unit; infinity: no way leads there */
    struct way way;
    const char *nearest; /* what it leads to; NULL: it has no name, or no way leads there */
};

struct found_paths {
    struct result *result; /* grid, layers and plan; free with result_free, which frees all of this */
    size_t count;
    struct found_path *paths; /* by place, then by criterion */
};

/* `lonlat`: EPSG:4326. `criterion`: the name of a cost_distance_to, or NULL for all that the scenario has. The same cells as a scan takes.
 * LODE_USAGE: the scenario has no such criterion; a place lies outside its grid. */
status path_search(const struct scenario *scenario, const lode_options *options, const double (*lonlat)[2], size_t count, const char *criterion,
                   struct log *log, struct found_paths *out) LODE_MUST_CHECK;

#endif
