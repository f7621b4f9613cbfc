/* Where the cells of a lattice lie on the Earth, when the lattice's own coordinates do not say it: a table at every `step`-th column and row,
 * cubic in between (four nodes each way). A place is (cos p cos lon, cos p sin lon, sin p), p the reduced latitude on the grid's own ellipsoid:
 * no pole and no antimeridian breaks it. NaN: nowhere on the Earth. */
#ifndef LODE_MODEL_PLACES_H
#define LODE_MODEL_PLACES_H

#include "model/grid.h"

/* Node (i, j) is the cell (window.col0 + (i - 1) step, window.row0 + (j - 1) step), and three numbers from nodes[3 (j cols + i)] on.
 * Every cell of the window has four nodes around it each way, a node on the cell itself being the second. A step of 1 says it all. */
struct places {
    struct window window;
    int64_t step, cols, rows;
    double *nodes;
};

#endif
