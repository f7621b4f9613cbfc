/* Reference systems and transformations with x east and y north, whatever the authority's axis order. */
#ifndef LODE_GEO_SRS_H
#define LODE_GEO_SRS_H

#include <gdal.h>
#include <ogr_srs_api.h>

#include "base/memory.h"
#include "model/grid.h"

enum { SRS_NAME_MAX = 160 };

/* Anything PROJ reads ("EPSG:5070", WKT, a PROJ string). LODE_BAD_DATA with PROJ's words. Release with OSRRelease. */
status srs_read(const char *words, OGRSpatialReferenceH *out) LODE_MUST_CHECK;
/* "EPSG:5070" when the authority is known, else its name. */
void srs_name(OGRSpatialReferenceH srs, char name[SRS_NAME_MAX]);
/* What a grid knows of its crs: wkt (in `arena`; NULL without memory), geographic, unit_m, the ellipsoid. */
void srs_describe(OGRSpatialReferenceH srs, struct arena *arena, struct grid *grid);
/* Gives a dataset the grid's crs and geotransform. */
status srs_place(const struct grid *grid, GDALDatasetH dataset) LODE_MUST_CHECK;
/* None at all, or the "Undefined ... SRS" of a GeoPackage whose layer has none. */
bool srs_is_undefined(OGRSpatialReferenceH srs);
/* A box of x and y: west, south, east, north; west > east when empty. */
struct box {
    double west, south, east, north;
};
struct box box_empty(void);
void box_add(struct box *box, double x, double y);
bool box_is_empty(const struct box *box);
bool box_meets(const struct box *a, const struct box *b);
struct box box_of_window(const struct grid *grid, struct window window);
/* Bounding box of `box` transformed, from a lattice of points over it and its edges; points that fail are left out. */
struct box box_transform(const struct box *box, OGRCoordinateTransformationH transform);
/* Boxes in degrees meet, also when one is written a turn further east or west. */
bool box_meets_lonlat(const struct box *a, const struct box *b);
/* A transformation, or NULL (with GDAL's message collected). NULL targets mean EPSG:4326. Destroy with OCTDestroyCoordinateTransformation. */
OGRCoordinateTransformationH srs_transform(OGRSpatialReferenceH from, OGRSpatialReferenceH to);
/* The UTM zone's EPSG code of a place. */
int srs_utm(double lon, double lat);

#endif
