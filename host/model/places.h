/* Where the cells of a lattice lie on the Earth, when the lattice's own coordinates do not say it: a table at every `step`-th column and row,
 * cubic in between (four nodes each way), and where that would be wrong, every place of a tile. A place is (cos p cos lon, cos p sin lon, sin p), p
 * the reduced latitude on the grid's own ellipsoid: no pole and no antimeridian breaks it. NaN: nowhere on the Earth. */
#ifndef LODE_MODEL_PLACES_H
#define LODE_MODEL_PLACES_H

#include "model/grid.h"

enum { PLACES_TILE = 16 }; /* cells of a tile's side, counted from the window's upper left corner; a whole number of steps */

/* Node (i, j) is the cell (window.col0 + (i - 1) step, window.row0 + (j - 1) step), and three numbers from nodes[3 (j cols + i)] on.
 * Every cell of the window has four nodes around it each way, a node on the cell itself being the second. A step of 1 says it all. */
struct places {
    struct window window;
    int64_t step, cols, rows;
    double *nodes;
    int64_t n_patches, tile_cols, tile_rows;
    int32_t *patch_of; /* [tile]: which patch holds its places, -1: the nodes do; NULL where there are no patches at all */
    double *patches;   /* [patch][PLACES_TILE rows][PLACES_TILE columns][3] */
};

#endif
