/* Where a place of the grid's lattice lies in a raster file, in pixels: a function of the place alone. */
#ifndef LODE_GEO_RASTER_PLACE_H
#define LODE_GEO_RASTER_PLACE_H

#include <gdal_alg.h>

#include "geo/raster_file.h"
#include "model/grid.h"

struct raster_place {
    GDALTransformerInfo head; /* GDAL looks here; left empty: this transformer cannot be cloned */
    const struct grid *grid;
    void *image;                 /* GDAL's transformer: grid crs to pixels */
    double segment;              /* cells between knots, the same for every window */
    double turn, centre;         /* columns are given within half a turn of `centre` */
    double col0, row0;           /* lattice origin of the window being warped */
    double block_col, block_row; /* pixel origin of the block it is warped from */
    struct raster_place_room *room;
};

status raster_place_open(const struct raster_file *file, const struct grid *grid, struct raster_place *out) LODE_MUST_CHECK;
void raster_place_close(struct raster_place *place);
/* Pixel of lattice places (col[i], row), 0 being the left edge of column 0. Infinite where there is none. False when memory is out. */
bool raster_place_row(struct raster_place *place, double row, size_t count, const double *col, double *x, double *y);
/* The same as a transformer for GDAL's warper: window cells to block pixels. */
int raster_place_transform(void *place, int to_source, int count, double *x, double *y, double *z, int *good);

#endif
