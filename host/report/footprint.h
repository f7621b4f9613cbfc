/* Where on the globe a grid lies. */
#ifndef LODE_REPORT_FOOTPRINT_H
#define LODE_REPORT_FOOTPRINT_H

#include "model/grid.h"
#include "report/json_build.h"

/* GeoJSON (RFC 7946) of the grid's outline in longitude and latitude, a Polygon or, where it crosses the antimeridian, a MultiPolygon of the two
 * sides of its box; and the box: west, south, east, north, with west > east across the antimeridian. An outline around a pole, or that the
 * reference system does not lead to the globe everywhere, is a box as well. The trees belong to the caller. */
status footprint_make(const struct grid *grid, struct json_build *build, struct json_object **geometry, struct json_object **bbox) LODE_MUST_CHECK;

#endif
