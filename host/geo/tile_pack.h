/* A tile's cells as the bytes of a GeoTIFF, deflate-compressed or as they are. */
#ifndef LODE_GEO_TILE_PACK_H
#define LODE_GEO_TILE_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* TIFF's own numbers. BYTES is for floats: the differences are of bytes of like weight. */
enum tile_predictor { PREDICTOR_NONE = 1, PREDICTOR_CELLS = 2, PREDICTOR_BYTES = 3 };
struct tile_shape {
    size_t cols, rows, bands, cell_bytes; /* cells of 1, 2, 4 or 8 bytes; bands lie side by side in a cell */
    enum tile_predictor predictor;        /* CELLS: of 1, 2 or 4 bytes; BYTES: of 4 */
    bool stored;                          /* not compressed, and without predictor */
};
/* Where the tile's cells are: `planes` [bands], each `width` cells a row; the tile's first is in column `col` of row `row`. Beyond `cols` and `rows`
 * there are none: the last ones are repeated to the tile's edge. */
struct tile_cells {
    const void *const *planes;
    int64_t width, col, row;
    size_t cols, rows;
};

/* Room for one tile at a time. */
struct tile_packer;
status tile_packer_open(const struct tile_shape *shape, struct tile_packer **out) LODE_MUST_CHECK;
void tile_packer_close(struct tile_packer *packer);
/* Bytes that a packer of this shape takes, what it packed included. */
size_t tile_packer_bytes(const struct tile_shape *shape);

/* Bytes before and after those packed are the caller's to write to. */
enum { TILE_FRAME_BYTES = 4 };
/* Packs the first `rows` rows of a tile, a zlib stream (RFC 1950) or the cells themselves, at *packed, in the packer's memory. The same bytes for the
 * same cells. */
status tile_pack(struct tile_packer *packer, const struct tile_cells *cells, size_t rows, uint8_t **packed, size_t *size) LODE_MUST_CHECK;

#endif
