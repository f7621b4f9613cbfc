/* One band of a raster file as floats: scaled, every kind of missing is NaN, columns wrap when the file goes round the globe. */
#ifndef LODE_GEO_RASTER_FILE_H
#define LODE_GEO_RASTER_FILE_H

#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/memory.h"
#include "geo/raster_straight.h"
#include "model/scenario.h"

struct raster_file {
    GDALDatasetH dataset;
    GDALRasterBandH band, mask; /* mask NULL: every pixel is valid unless NaN or nodata */
    OGRSpatialReferenceH srs;   /* owned; NULL for files that place themselves (RPC, geolocation arrays) */
    double nodata;              /* the layer's override, NaN: none */
    double scale, offset;
    double wavelength_nm; /* of a layer that asks for one; else NaN */
    int64_t width, height;
    double turn;  /* pixels in 360 degrees, 0 when the crs is not geographic */
    bool circles; /* the file holds a whole turn: column -1 is column width-1 */
    bool classes;
    bool plain;                      /* every pixel is a float as it is, missing where it is NaN, nodata or `none` */
    float none;                      /* the band's own nodata; NaN: none */
    struct raster_straight straight; /* of a plain file whose floats lie there uncompressed */
};

/* Opens a layer's band. `full_path` may be GDAL's own name. Messages name neither file nor layer: the caller adds them. */
status raster_file_open(const struct layer *layer, const char *full_path, struct raster_file *out) LODE_MUST_CHECK;
void raster_file_close(struct raster_file *file);

/* cols * rows values from pixel (col0, row0), which may reach beyond the file (NaN there). */
status raster_file_read(const struct raster_file *file, int64_t col0, int64_t row0, int64_t cols, int64_t rows, float *values) LODE_MUST_CHECK;

#endif
