/* A window of the lattice warped from a raster file by GDAL's warper. */
#ifndef LODE_GEO_RASTER_WARP_H
#define LODE_GEO_RASTER_WARP_H

#include <gdalwarper.h>

#include "geo/raster_place.h"

struct raster_warp {
    const struct raster_file *file;
    struct raster_place *place;
    GDALResampleAlg method;
    double shrink_x, shrink_y;             /* cells per pixel where cells are larger, else 1: widens the kernels, the same for every window */
    int64_t cells_at_once, pixels_at_once; /* of windows of several rows; a row is not divided by them, for its cells' bits would be others */
};

/* GDAL's method by the scenario's name; false if unknown. */
bool raster_warp_method(const char *name, GDALResampleAlg *method);
/* How much memory several rows may take while they are warped; a single row may take more. Nothing but speed depends on it. */
void raster_warp_room(struct raster_warp *warp, size_t bytes);
/* window.cols * window.rows values into rows of `stride` floats; NaN where missing. */
status raster_warp_window(const struct raster_warp *warp, struct window window, float *values, int64_t stride) LODE_MUST_CHECK;

#endif
