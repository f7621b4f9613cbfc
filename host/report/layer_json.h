/* What a layer's file is found to hold, as check's report and the manifest of a run both tell it. */
#ifndef LODE_REPORT_LAYER_JSON_H
#define LODE_REPORT_LAYER_JSON_H

#include "analysis/result.h"
#include "report/json_build.h"

/* A map: name, kind, path, driver, crs, type, extent (west, south, east, north in the grid's crs); width, height, valid_share and
 * valid_share_estimated of a raster; features of a vector layer. */
struct json_object *layer_json(struct json_build *build, const struct layer *layer, const struct layer_result *opened);

#endif
