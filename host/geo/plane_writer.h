/* A float GeoTIFF written band after band, while the next is computed. For planes that are too large to be held, and need no overviews. */
#ifndef LODE_GEO_PLANE_WRITER_H
#define LODE_GEO_PLANE_WRITER_H

#include "base/status.h"
#include "model/grid.h"

struct plane_writer;
/* `options`: GDAL's creation options, "KEY=VALUE", NULL-ended (NULL: none); COMPRESS=DEFLATE without ZLEVEL and
 * such is packed quickly, on all cores.
 * LODE_USAGE for an option that GDAL does not take. */
status plane_writer_open(const char *path, const struct grid *grid, const char *name, const char *unit, const char *const *options,
                         struct plane_writer **out) LODE_MUST_CHECK;
/* Rows in order from the top; width * rows floats. */
status plane_writer_rows(struct plane_writer *writer, int64_t row0, int64_t rows, const float *values) LODE_MUST_CHECK;
/* Flushes; a full disk may show only here. Frees the writer in any case. */
status plane_writer_close(struct plane_writer *writer) LODE_MUST_CHECK;

#endif
