/* Areas of several features as one, in which nothing is counted twice. */
#ifndef LODE_GEO_DISSOLVE_H
#define LODE_GEO_DISSOLVE_H

#include "geo/vector_file.h"

/* What features cover together: polygons that do not overlap, in the grid's crs (rings that cross themselves are taken apart as a fill of even and
 * odd would). *others: features that are no areas and cover nothing. *area is owned by the caller and NULL where there is none.
 * LODE_BAD_DATA with GEOS's words where they cannot be united. */
status dissolve(const struct vector_file *file, OGRGeometryH *area, size_t *others) LODE_MUST_CHECK;

#endif
