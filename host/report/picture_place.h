/* Where a picture with a pixel a cell lies, for GIS: a world file (Esri: six lines, centre of the upper left cell) and GDAL's auxiliary XML (PAM). */
#ifndef LODE_REPORT_PICTURE_PLACE_H
#define LODE_REPORT_PICTURE_PLACE_H

#include "base/status.h"
#include "base/text.h"
#include "model/grid.h"

/* Writes both: the world file, and the XML with the crs, the geotransform and what each palette entry means: `categories`,
 * "<Category>...</Category>" lines. LODE_IO with the cause. */
status picture_place_write(const struct grid *grid, const struct text *categories, const char *world_path, const char *aux_path) LODE_MUST_CHECK;
/* Writes words to a file. LODE_IO with the cause. */
status picture_text_write(const char *path, const struct text *words) LODE_MUST_CHECK;

#endif
