/* A raster file of one band as a whole plane on its own grid. */
#ifndef LODE_GEO_PLANE_FILE_H
#define LODE_GEO_PLANE_FILE_H

#include "base/log.h"
#include "base/memory.h"
#include "geo/scratch.h"
#include "model/grid.h"

/* Band 1 as floats, NaN where missing; plane in a scratch file of `folder` (close it with scratch_close). Strings of `grid` in `arena`. */
status plane_file_floats(const char *path, const char *folder, struct log *log, struct arena *arena, struct grid *grid,
                         struct scratch *plane) LODE_MUST_CHECK;
/* The same as bytes, `missing` where missing. LODE_BAD_DATA where a value is no byte. */
status plane_file_bytes(const char *path, const char *folder, uint8_t missing, struct log *log, struct arena *arena, struct grid *grid,
                        struct scratch *plane) LODE_MUST_CHECK;

#endif
