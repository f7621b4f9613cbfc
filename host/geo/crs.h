/* Coordinate reference systems: the scenario's grid as numbers, and points to longitude and latitude. Axis order is always x east, y north. */
#ifndef LODE_GEO_CRS_H
#define LODE_GEO_CRS_H

#include "base/memory.h"
#include "model/grid.h"
#include "model/scenario.h"

/* To be called before a driver is loaded beside what reads layers: does what would wait for the loader's lock meanwhile, once a process. */
void crs_settle(void);

/* The declared grid: extent projected (densified edges), snapped outward to whole cells. Strings in `arena`.
 * A degree grid asked for metres (or the other way round), an unknown crs,
 * an extent that lies outside the crs' area of use or looks like swapped axes: LODE_BAD_DATA with line and remedy. */
status crs_grid(const struct scenario *scenario, struct arena *arena, struct grid *out) LODE_MUST_CHECK;

/* Places of the grid's crs to EPSG:4326 longitude and latitude (degrees), and the other way. NaN where it fails. */
struct crs_lonlat;
status crs_lonlat_open(const struct grid *grid, struct crs_lonlat **out) LODE_MUST_CHECK;
void crs_lonlat_close(struct crs_lonlat *transform);
void crs_to_lonlat(const struct crs_lonlat *transform, double x, double y, double *lon, double *lat);
void crs_from_lonlat(const struct crs_lonlat *transform, double lon, double lat, double *x, double *y);
/* Metres along the geodesic between two places given in lon/lat (Karney 2013, PROJ's geodesic.h; WGS 84). */
double crs_geodesic_m(double lon1, double lat1, double lon2, double lat2);

#endif
