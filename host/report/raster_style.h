/* Styles of surfaces for QGIS: a `.qml` beside a GeoTIFF is what QGIS 3 draws the file with when it is opened. */
#ifndef LODE_REPORT_RASTER_STYLE_H
#define LODE_REPORT_RASTER_STYLE_H

#include "report/heatmap.h"

/* Every function writes `path` whole, or fails with LODE_IO. Cells without data stay clear. The same arguments give the same bytes. */

/* Scores in the colours of their heatmap: along the ramp, or a colour a class. */
status raster_style_score(const struct score_scale *scale, const struct ramp *ramp, const char *path) LODE_MUST_CHECK;
/* Changes of scores from -most to most, white where there is none. */
status raster_style_change(double most, const char *path) LODE_MUST_CHECK;
/* enum cell_state, each with its name; what is outside is the file's nodata. `ramp` as of the scores. */
status raster_style_state(const struct ramp *ramp, const char *path) LODE_MUST_CHECK;
/* Bits of rules: a cell has the colour of the last rule that holds, whatever holds before it. `names` are NULL-ended, a bit each, empty where it is
 * none of the target's. */
status raster_style_rules(const char *const *names, const char *path) LODE_MUST_CHECK;
/* A band, counted from 1, along the default ramp from `low` to `high`; NaN: nothing is known of them, 0 to 1. `unit` may be NULL. */
status raster_style_range(int band, double low, double high, const char *unit, const char *path) LODE_MUST_CHECK;

#endif
