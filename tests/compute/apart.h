/* How far cells are from each other, for oracles of circles. */
#ifndef LODE_TEST_APART_H
#define LODE_TEST_APART_H

#include <math.h>

#include "model/grid.h"

/* Squared metres between two cells: differences of place, or arcs at the latitude between them by numeric derivative. */
static double apart2(const struct grid *grid, int64_t row, int64_t cols, int64_t rows) {
    double x = (double)cols * grid->dx, y = (double)rows * grid->dy, degree = acos(-1.0) / 180;
    if (!grid->geographic) return x * x + y * y;
    double lat = (grid->y0 - ((double)row + 0.5 + (double)rows / 2) * grid->dy) * degree, a = grid->semi_major_m, b = a * (1 - grid->flattening);
    double r[2], z[2], step = 1e-5;
    for (int i = 0; i < 2; i++) {
        double reduced = atan(b / a * tan(lat + (i - 0.5) * step));
        r[i] = a * cos(reduced);
        z[i] = b * sin(reduced);
    }
    x *= a * cos(atan(b / a * tan(lat))) * degree;
    y *= hypot(r[1] - r[0], z[1] - z[0]) / step * degree;
    return x * x + y * y;
}

#endif
