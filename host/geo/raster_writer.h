/* Surfaces as Cloud Optimized GeoTIFF. */
#ifndef LODE_GEO_RASTER_WRITER_H
#define LODE_GEO_RASTER_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "geo/scratch.h"
#include "model/grid.h"

/* Rounded: floats, each pyramid_rounded; so will be their overviews. Bits: whole numbers, each bit of which is one of `category_names`. */
enum surface_type { SURFACE_FLOAT, SURFACE_ROUNDED, SURFACE_BYTE, SURFACE_BITS };
struct surface_band {
    const char *name, *unit;
    const void *values; /* width * height, row by row */
};
struct surface {
    enum surface_type type;
    size_t n_bands;
    const struct surface_band *bands;
    double nodata;                       /* NaN for floats; of bits: none */
    const char *const *category_names;   /* for bytes and bits; NULL-ended; may be NULL; an empty one is not told */
    const char *title, *credits;         /* metadata; may be NULL */
    const struct scratch *const *planes; /* [n_bands] that hold the values, let go as the file grows; NULL: values are not in scratch */
    size_t bits_bytes;                   /* of SURFACE_BITS: 1, 2, 4 or 8 bytes a cell */
};

/* Writes `path` as a COG (DEFLATE; overviews of means for floats, of the upper left of four cells for bytes and bits; statistics of the finite
 * cells for floats). Overviews need a third of the planes' memory, but no more than 1 GiB: those beyond that, and those of planes
 * that lie in files, lie in files without a name beside `path`. The caller renames. */
status raster_writer_cog(const char *path, const struct grid *grid, const struct surface *surface, struct log *log) LODE_MUST_CHECK;

#endif
