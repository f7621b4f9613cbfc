/* A raster file as its own grid and mask: what a distance is measured from when there is no scenario. */
#ifndef LODE_GEO_MASK_FILE_H
#define LODE_GEO_MASK_FILE_H

#include "base/memory.h"
#include "model/mask.h"

/* Cells of band 1 that are valid and not zero are set. The grid is the file's pixels, its strings are in `arena`; free the mask.
 * LODE_NO_INPUT, LODE_BAD_DATA (no crs, neither metres nor degrees, rotated or south-up pixels), LODE_IO; the words name the file. */
status mask_file_read(const char *path, struct arena *arena, struct grid *grid, struct mask *mask) LODE_MUST_CHECK;

#endif
