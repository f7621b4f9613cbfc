/* A raster layer on the grid: warped window by window, missing cells NaN (nodata, mask, alpha and NaN are one). */
#ifndef LODE_GEO_RASTER_SOURCE_H
#define LODE_GEO_RASTER_SOURCE_H

#include "base/log.h"
#include "geo/layer_facts.h"
#include "model/grid.h"
#include "model/scenario.h"

struct raster_source;

/* Opens a raster layer for a grid (both must outlive it). Wrong or missing crs, band, subdataset, rotated or empty rasters and
 * rasters that do not meet the grid fail or warn, naming file, layer, scenario line, cause and remedy.
 * Use from one thread at a time. */
status raster_source_open(const struct scenario *scenario, const struct layer *layer, const char *data_dir, const struct grid *grid, struct log *log,
                          struct raster_source **out) LODE_MUST_CHECK;
void raster_source_close(struct raster_source *source);

/* Values (scaled, offset) of a window of the lattice, window.cols * window.rows floats; NaN where missing or beyond the file.
 * The same cell gets the same bits whatever the window's rows, as long as col0 and cols are the same. */
status raster_source_read(struct raster_source *source, struct window window, float *values) LODE_MUST_CHECK;

/* How much memory several rows may take while they are warped. Nothing but speed depends on it. */
void raster_source_room(struct raster_source *source, size_t bytes);

const struct layer_facts *raster_source_facts(const struct raster_source *source);
/* Code of a class by its name (category names or attribute table), or NaN. Name of a class by code, or NULL. */
double raster_source_code(const struct raster_source *source, const char *label);
const char *raster_source_label(const struct raster_source *source, double code);

/* What GDAL should keep of the file's decoded pixels while bands go down it: two rows of its blocks. INT64_MAX for files whose blocks say nothing of
 * the order in which they are decoded: warped ones and mosaics. */
int64_t raster_source_cache_bytes(const struct raster_source *source);
/* Lowers the bound of what GDAL keeps of decoded pixels, for the whole process; gives the bound before. */
int64_t raster_cache_limit(int64_t bytes);
void raster_cache_restore(int64_t before);

#endif
