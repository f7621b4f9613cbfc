/* A raster file's own pixels as a grid. */
#ifndef LODE_GEO_FILE_GRID_H
#define LODE_GEO_FILE_GRID_H

#include "geo/raster_file.h"
#include "model/grid.h"

/* Strings in `arena`. LODE_BAD_DATA when pixels have no place, are rotated, or no metres; messages do not name the file. */
status file_grid_take(const struct raster_file *file, struct arena *arena, struct grid *grid) LODE_MUST_CHECK;

#endif
