/* Features as they lie, not as cells: the points of points, the straight pieces of lines, and where lines meet. */
#ifndef LODE_GEO_VECTOR_PARTS_H
#define LODE_GEO_VECTOR_PARTS_H

#include "geo/vector_file.h"
#include "model/feature_part.h"

/* `*out` (free() it) holds `*count` parts in the order of the features: all points, or all pieces of lines that have a length. Each has the weight 1,
 * or with `weighted` its feature's value (NaN: none). An area, and a layer of both points and lines, are LODE_BAD_DATA. */
status vector_parts_read(const struct vector_file *file, bool weighted, struct feature_part **out, size_t *count) LODE_MUST_CHECK;

/* Places where at least three branches of lines meet, a point each whatever the number of lines: crossings (X) and abutments (Y), not the places
 * where one line goes on as another (nodes of the topology of Sanderson and Nixon 2015, J. Structural Geology 72). Lines are noded by GEOS; lines
 * that lie on each other are one. A layer of anything but lines is LODE_BAD_DATA. */
status vector_parts_crossings(const struct vector_file *file, struct feature_part **out, size_t *count) LODE_MUST_CHECK;

#endif
