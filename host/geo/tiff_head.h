/* What stands before the tiles of a TIFF: read off a file that GDAL made without any, and laid out anew for a file that gets them. */
#ifndef LODE_GEO_TIFF_HEAD_H
#define LODE_GEO_TIFF_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "geo/tile_pack.h"

struct tiff_tag {
    uint16_t tag, type;
    uint64_t count;
    const uint8_t *value; /* count numbers of this type, as they lie in the file */
    size_t bytes;
};
/* One directory: the grid itself, or an overview. */
struct tiff_image {
    int64_t width, height;
    struct tile_shape shape; /* strips are tiles as wide as the image */
    bool strips;
    size_t across, down; /* tiles */
    struct tiff_tag *tags;
    size_t n_tags;
    uint64_t offsets_at, sizes_at; /* where in the file that tiff_head_write lays out the tiles' offsets and sizes lie, from the first tile on */
};
struct tiff_head {
    const uint8_t *order; /* the file's first bytes: order of bytes, and kind */
    bool big;             /* BigTIFF: offsets of 8 bytes, else of 4; sizes always of 4 */
    struct tiff_image *images;
    size_t n_images;
};

/* Of `size` bytes in this machine's order, which must outlive *out; memory of `arena`. LODE_IO where it is no TIFF, or its tiles are
 * neither stored nor compressed by deflate, with all bands of a cell side by side. */
status tiff_head_read(const uint8_t *bytes, size_t size, struct arena *arena, struct tiff_head *out) LODE_MUST_CHECK;

/* The same tags, with empty tiles: header, directories in their order with their values, then all offsets and sizes. `cog`: with the words that
 * tell GDAL of a Cloud Optimized GeoTIFF's layout. *out is the caller's to free. */
status tiff_head_write(struct tiff_head *head, bool cog, uint8_t **out, size_t *size) LODE_MUST_CHECK;

#endif
