/* A picture in Web Mercator (EPSG:3857, which map viewers in browsers draw) or in plain degrees (EPSG:4326, for globes): where it lies and which
 * cells of a grid its pixels show. */
#ifndef LODE_GEO_MERCATOR_H
#define LODE_GEO_MERCATOR_H

#include "geo/crs.h"

enum { MERCATOR_STRIP = 16 };

struct mercator {
    double west, south, east, north; /* degrees; east may lie beyond 180 */
    int64_t width, height;           /* pixels are squares of the projection */
    bool degrees;                    /* rows are even steps of latitude */
};

/* The picture of a whole grid: a pixel for a square of `step` x `step` cells where these are smallest, more for a grid of few cells, and at most
 * `pixels_max`. What lies beyond 85.05 degrees of latitude is not shown: LODE_BAD_DATA where nothing else is there. */
status mercator_fit(const struct grid *grid, const struct crs_lonlat *lonlat, int64_t step, int64_t pixels_max, struct mercator *out) LODE_MUST_CHECK;
/* Where a place lies on a picture that is not in degrees, in pixels right and down from its corner. `lon` as the picture counts it. */
void mercator_pixel(const struct mercator *picture, double lon, double lat, double *right, double *down);
/* The cell under each pixel's centre, to within a quarter of a cell (in degrees also of a pixel, if that is larger): row * width + column of the
 * grid, or -1. Of MERCATOR_STRIP rows, or what is left, from `row` on, a multiple of it. `cells`: [MERCATOR_STRIP][width]. */
void mercator_strip(const struct grid *grid, const struct crs_lonlat *lonlat, const struct mercator *picture, int64_t row, int64_t *cells);

#endif
