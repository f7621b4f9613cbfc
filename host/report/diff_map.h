/* A difference of scores as a picture for the page's map, in Web Mercator. */
#ifndef LODE_REPORT_DIFF_MAP_H
#define LODE_REPORT_DIFF_MAP_H

#include "analysis/surface_diff.h"
#include "report/json_build.h"

/* Makes {west, south, east, north, width, height, most, colours, picture} of a pair as surface_diff_make left it: a pixel's red is the entry of its
 * cell (report/diff_picture.h), `colours` has RRGGBB of each entry, `picture` is a data: URL of at most 6 MB. The ramp's ends are -most and most. No
 * map (*out NULL) where the grid lies beyond Web Mercator. */
status diff_map_make(const struct surface_pair *pair, double most, struct json_build *build, struct json_object **out) LODE_MUST_CHECK;

#endif
