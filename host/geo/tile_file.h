/* A GeoTIFF whose tags are GDAL's and whose tiles are packed here, on all cores and in their order. */
#ifndef LODE_GEO_TILE_FILE_H
#define LODE_GEO_TILE_FILE_H

#include "base/log.h"
#include "geo/scratch.h"
#include "geo/tiff_head.h"

/* PLAIN: tiles one behind the other. COG: each also with its length before it and its last four bytes behind, as GDAL's COG driver has them. */
enum tile_layout { TILES_PLAIN, TILES_COG };
struct tile_file;

/* Makes `path`. `made`: `size` bytes of a GeoTIFF without tiles (GDAL's SPARSE_OK); they must outlive the file. */
status tile_file_open(const char *path, const void *made, size_t size, enum tile_layout layout, struct tile_file **out) LODE_MUST_CHECK;
/* Which image? 0: the grid, then its overviews. Owned by the file. */
const struct tiff_image *tile_file_image(const struct tile_file *file, size_t image);

/* Rows of an image from row0 on: of whole tiles, or to its end. */
struct tile_rows {
    const void *const *planes;            /* [bands], from row0 on; as wide as the image */
    const struct scratch *const *scratch; /* [bands] that hold the planes, let go as the file grows; or NULL */
    int64_t row0, rows;
};
/* Writes them. Images may come in any order, rows of one from the top. Bytes do not depend on threads. LODE_INTERRUPTED where `log` (may be NULL)
 * says so. */
status tile_file_rows(struct tile_file *file, size_t image, const struct tile_rows *rows, const struct log *log) LODE_MUST_CHECK;
/* Writes where the tiles are. Frees the file in any case; `wanted` false: without writing. */
status tile_file_close(struct tile_file *file, bool wanted) LODE_MUST_CHECK;

/* Tiles that `threads` have in hand: each of tile_packer_bytes. */
int64_t tile_file_ahead(int threads);

#endif
