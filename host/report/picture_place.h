/* Where a picture with a pixel a cell lies, for GIS: a world file (Esri: six lines, centre of the upper left cell) and GDAL's auxiliary XML (PAM). */
#ifndef LODE_REPORT_PICTURE_PLACE_H
#define LODE_REPORT_PICTURE_PLACE_H

#include "base/status.h"
#include "base/text.h"
#include "model/grid.h"

/* The lines of a world file. */
void picture_world(const struct grid *grid, struct text *lines);
/* The XML with the crs, the geotransform and what each palette entry means: `categories`, "<Category>...</Category>" lines. */
void picture_aux(const struct grid *grid, const char *categories, struct text *xml);
/* Writes them to a file. LODE_IO with the cause. */
status picture_text_write(const char *path, const struct text *words) LODE_MUST_CHECK;

#endif
