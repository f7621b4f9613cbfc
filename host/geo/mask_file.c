/* Reads band 1 strip by strip. Bytes without a mask of their own, which most such files hold, are packed as they are. */
#include "geo/mask_file.h"

#include <math.h>
#include <stdlib.h>

#include "geo/file_grid.h"
#include "geo/gdal_words.h"
#include "geo/raster_file.h"

enum { STRIP_CELLS = 1 << 24 };
static bool is_plain_bytes(const struct raster_file *file) {
    return GDALGetRasterDataType(file->band) == GDT_Byte && !file->mask;
}

static status read_bytes(const struct raster_file *file, int64_t row, int64_t rows, uint8_t *inside) {
    struct gdal_words said;
    int cols = (int)file->width;
    gdal_begin(&said);
    CPLErr error = GDALRasterIO(file->band, GF_Read, 0, (int)row, cols, (int)rows, inside, cols, (int)rows, GDT_Byte, 0, 0);
    gdal_end();
    if (error == CE_None) return NULL;
    return status_fail(LODE_IO, "reading rows %d to %d failed: %s", (int)row, (int)(row + rows - 1), gdal_said(&said, "no reason given"));
}

static status read_values(const struct raster_file *file, int64_t row, int64_t rows, float *values, uint8_t *inside) {
    TRY(raster_file_read(file, 0, row, file->width, rows, values));
    for (int64_t i = 0; i < rows * file->width; i++) inside[i] = !isnan(values[i]) && values[i] != 0;
    return NULL;
}

static status fill(const struct raster_file *file, struct mask *mask) {
    bool plain = is_plain_bytes(file);
    int64_t strip = STRIP_CELLS / file->width + 1;
    if (strip > file->height) strip = file->height;
    float *values = NULL;
    uint8_t *inside = NULL;
    status failure = MEMORY_ARRAY((size_t)(strip * file->width), &inside);
    if (!failure && !plain) failure = MEMORY_ARRAY((size_t)(strip * file->width), &values);
    for (int64_t row = 0; !failure && row < file->height; row += strip) {
        int64_t rows = file->height - row < strip ? file->height - row : strip;
        failure = plain ? read_bytes(file, row, rows, inside) : read_values(file, row, rows, values, inside);
        if (!failure) mask_pack(mask, row, rows, inside);
    }
    free(values);
    free(inside);
    return failure;
}

status mask_file_read(const char *path, struct arena *arena, struct grid *grid, struct mask *mask) {
    const struct layer layer = {.band = 1, .nodata = NAN, .scale = 1, .offset = 0};
    struct raster_file file;
    *grid = (struct grid){0};
    *mask = (struct mask){0};
    TRY(raster_file_open(&layer, path, &file));
    status failure = file_grid_take(&file, arena, grid);
    if (!failure) failure = mask_init(mask, grid_window(grid));
    if (!failure) failure = fill(&file, mask);
    if (failure) mask_free(mask);
    raster_file_close(&file);
    return status_wrap(failure, "%s", path);
}
