/* Runs of a circle. Lengths across rows are taken at the latitude half-way between the two. */
#include "model/circle.h"

#include <math.h>

/* A radius of five cells reaches the cell that is five away, whatever the last bit of a product says. */
static const double SPARE = 1 + 1e-9;

/* Of a run, so that no cell counts twice. */
static double cols_most(const struct grid *grid) {
    return grid->geographic ? floor((360 / grid->dx + 1e-6 - 1) / 2) : 1e9;
}

int64_t circle_half(const struct grid *grid, double radius_m, int64_t row, int64_t offset) {
    double dx_m, dy_m;
    grid_cell_metres(grid, (double)row + (double)offset / 2, &dx_m, &dy_m);
    double radius = radius_m * SPARE, across_m = fabs((double)offset) * dy_m;
    if (across_m > radius || (grid->geographic && fabs(grid_y(grid, (double)(row + offset))) > 90)) return -1;
    return (int64_t)floor(fmin(sqrt(radius * radius - across_m * across_m) / fmax(dx_m, 1e-3), cols_most(grid)));
}

/* Cells of a geographic grid are lowest at the equator, or at the row of the grid that is nearest to it, and narrowest towards the poles. */
void circle_halo(const struct grid *grid, double radius_m, int64_t *cols, int64_t *rows) {
    double dx_first, dx_last, dy_m, equator = grid->geographic ? grid->y0 / grid->dy - 0.5 : 0;
    grid_cell_metres(grid, equator, &dx_first, &dy_m);
    *rows = (int64_t)floor(fmin(radius_m * SPARE / dy_m, 1e9));
    grid_cell_metres(grid, -(double)*rows, &dx_first, &dy_m);
    grid_cell_metres(grid, (double)(grid->height - 1 + *rows), &dx_last, &dy_m);
    *cols = (int64_t)floor(fmin(radius_m * SPARE / fmax(fmin(dx_first, dx_last), 1e-3), cols_most(grid)));
}
