/* Where the cells of a projected grid lie on its ellipsoid, through PROJ. */
#ifndef LODE_GEO_PLACES_H
#define LODE_GEO_PLACES_H

#include "base/status.h"
#include "model/places.h"

/* The largest step of 16, 8, 4, 2, 1 at which the places in the middle between nodes are right to a millionth of a cell's side (or to a
 * millimetre, where that is less than a thousandth of it). So a smooth projection takes 24 / 256 bytes a cell; one that breaks, or
 * whose edge the window crosses, 24 bytes. Longitude and latitude are those of the grid's own datum. Free with places_free. */
status places_make(const struct grid *grid, struct window window, struct places *out) LODE_MUST_CHECK;
/* Measures grid->stretch. */
status places_stretch(struct grid *grid) LODE_MUST_CHECK;
void places_free(struct places *places);

#endif
