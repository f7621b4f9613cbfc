/* Small grids of a test's own size: cells of 30 by 20 m, and of half by a quarter degree on an ellipsoid, from 62 degrees north downwards. */
#ifndef LODE_TEST_SMALL_GRIDS_H
#define LODE_TEST_SMALL_GRIDS_H

#include "model/grid.h"

#define METRES_GRID(west, north, cols, rows)                                                                                                         \
    { .x0 = (west), .y0 = (north), .dx = 30, .dy = 20, .unit_m = 1, .width = (cols), .height = (rows) }
#define DEGREES_GRID(west, cols, rows)                                                                                                               \
    {                                                                                                                                                \
        .geographic = true, .x0 = (west), .y0 = 62, .dx = 0.5, .dy = 0.25, .unit_m = 1, .semi_major_m = 6378137, .flattening = 1 / 298.257223563,    \
        .width = (cols), .height = (rows)                                                                                                            \
    }

#endif
