/* One scan in progress: the plan with all that was opened for it. */
#ifndef LODE_ANALYSIS_SCAN_H
#define LODE_ANALYSIS_SCAN_H

#include <stdint.h>

#include "analysis/layers.h"
#include "analysis/worker.h"
#include "geo/crs.h"

struct fitted_model;

struct scan {
    const struct scenario *scenario;
    const struct grid *grid;
    struct plan *plan;
    struct layers *layers;
    struct worker *workers; /* one a device */
    size_t n_workers;
    struct planes *planes; /* of the first, and so is the overlay */
    struct overlay_pass *overlay;
    struct fitted_model **models; /* [target]; NULL where the score is an overlay */
    uint64_t relaxed;             /* bit r: exclusion r keeps no site out, in a variant */
    struct crs_lonlat *lonlat;
    struct log *log;
};

#endif
