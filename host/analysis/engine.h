/* The main job without its reports: a scenario to scored surfaces and ranked sites. */
#ifndef LODE_ANALYSIS_ENGINE_H
#define LODE_ANALYSIS_ENGINE_H

#include "analysis/result.h"

/* What the caller does with scores and states on a thread of its own, while sites are found and explained. It may only look, and at nothing of
 * `result` that sites are. After a failure it may not have begun; before engine_run returns it has ended. */
struct engine_beside {
    void (*task)(void *user, const struct result *result);
    void *user;
};

/* Runs a scenario. `folder`: where scratch planes lie (unlinked files). The result owns all it shows; free with result_free. */
status engine_run(const struct scenario *scenario, const lode_options *options, const char *folder, const struct engine_beside *beside,
                  struct log *log, struct result **out) LODE_MUST_CHECK;

/* Opens and plans only: grid, layers, plan; no device. For `check`. */
status engine_prepare(const struct scenario *scenario, const lode_options *options, struct log *log, struct result **out) LODE_MUST_CHECK;

/* The same for ways alone, to what criterion `ways_of` (NULL: each) measures; pixels kept are bounded to what the layers need. */
status engine_prepare_ways(const struct scenario *scenario, const lode_options *options, const char *ways_of, struct log *log,
                           struct result **out) LODE_MUST_CHECK;
/* Bounds the pixels that are kept to their part of the budget, before layers are opened; returns what raster_cache_restore takes. */
int64_t engine_bound_cache(const lode_options *options);

#endif
