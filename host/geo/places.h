/* Where the cells of a projected grid lie on its ellipsoid, through PROJ. */
#ifndef LODE_GEO_PLACES_H
#define LODE_GEO_PLACES_H

#include "base/status.h"
#include "model/places.h"

/* The largest step of 16, 8, 4, 2, 1 at which the places in the middle between nodes are right to 2e-7 of a cell's side (or to 0.1 mm, where
 * that is less than 1e-5 of it), but in a few tiles, which get all their places: where a projection breaks or ends. So they take 24 / 256 bytes
 * a cell where it bends little within 16 cells, 1.6 where it ends, and some 24 on grids of the world that are coarse. Longitude and latitude
 * are those of the grid's own datum. Free with places_free. */
status places_make(const struct grid *grid, struct window window, struct places *out) LODE_MUST_CHECK;
/* What the places of a window take a cell, on host and device together, told from 17 x 17 of its cells before any are made: rather too much. */
status places_cell_bytes(const struct grid *grid, struct window window, double *out) LODE_MUST_CHECK;
/* Measures grid->stretch. */
status places_stretch(struct grid *grid) LODE_MUST_CHECK;
void places_free(struct places *places);

#endif
