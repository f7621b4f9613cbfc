/* stac.json: the run as an item of a SpatioTemporal Asset Catalog, for catalogues and tools that read one. */
#ifndef LODE_REPORT_STAC_H
#define LODE_REPORT_STAC_H

#include <time.h>

#include "analysis/result.h"
#include "report/outputs.h"

#define STAC_NAME "stac.json"

/* Writes an item to `path`: footprint, reference system and shape of the grid, and an asset each of `outputs`, which must be sealed, with size and
 * checksum, rasters with their bands. Its time is the scenario's `as_of`, else `started` (SOURCE_DATE_EPOCH where set, as in run.json). */
status stac_write(const struct result *result, const struct outputs *outputs, time_t started, const char *path) LODE_MUST_CHECK;

#endif
