/* One scan in progress: the plan with all that was opened for it. */
#ifndef LODE_ANALYSIS_SCAN_H
#define LODE_ANALYSIS_SCAN_H

#include "analysis/layers.h"
#include "analysis/planes.h"
#include "compute/overlay.h"
#include "geo/crs.h"

struct scan {
    const struct scenario *scenario;
    const struct grid *grid;
    struct plan *plan;
    struct layers *layers;
    struct device *device;
    struct planes *planes;
    struct overlay_pass *overlay;
    struct crs_lonlat *lonlat;
    struct log *log;
};

#endif
