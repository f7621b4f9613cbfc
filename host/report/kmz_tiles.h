/* A target's scores as tiles of degrees (EPSG:4326), for globes: the finest has a pixel a cell, each coarser one half as many each way. */
#ifndef LODE_REPORT_KMZ_TILES_H
#define LODE_REPORT_KMZ_TILES_H

#include "base/text.h"
#include "geo/zip_file.h"
#include "report/heatmap.h"
#include "report/map_frame.h"

enum { KMZ_TILE = 512 };

/* Writes scores/PART_LEVEL_COL_ROW.png into `zip` for every tile that shows something, and a GroundOverlay for each into `kml`. A pixel shows the
 * cell under its middle, to within a quarter of a cell (of a pixel, where that is larger); excluded cells are hatched in pixels, outside is clear. No
 * tile crosses the antimeridian. More than 2^26 pixels: pixels are larger than cells. */
status kmz_tiles_write(const struct result *result, size_t target, const struct score_scale *scale, const struct map_frame *frame,
                       struct zip_file *zip, struct text *kml) LODE_MUST_CHECK;

#endif
