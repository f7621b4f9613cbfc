/* Pixels of a TIFF that lie in it as plain floats, without compression: read where GDAL says that its blocks are, past GDAL's cache, which would keep
 * a copy of what the system keeps already. */
#ifndef LODE_GEO_RASTER_STRAIGHT_H
#define LODE_GEO_RASTER_STRAIGHT_H

#include <gdal.h>
#include <stdint.h>

#include "base/memory.h"

struct raster_straight {
    uint64_t *offsets; /* [down][across] bytes from the file's start; NULL: the file is not such a one, GDAL has to read it */
    int file;
    int64_t across, block_cols, block_rows;
};

/* A band of an open dataset. Whatever speaks against it, down to a block that was never written, leaves offsets NULL; want of memory too. */
void raster_straight_open(GDALDatasetH dataset, GDALRasterBandH band, struct raster_straight *out);
void raster_straight_close(struct raster_straight *straight);

/* A rectangle inside the file into rows of `values`, `stride` floats apart; each stretch of a row is shown to `settle` as soon as it is there. */
status raster_straight_read(const struct raster_straight *straight, int64_t col, int64_t row, int64_t cols, int64_t rows, float *values,
                            int64_t stride, void (*settle)(void *user, float *values, int cols), void *user) LODE_MUST_CHECK;

#endif
