/* Training cells are in reading order, so that only those of near rows are looked at. */
#include "analysis/negative.h"

#include <math.h>

#include "geo/crs.h"

/* No way from one row's centre to another's is shorter than this, a row: of the meridian, the shortest degrees are at the equator. */
static double row_metres(const struct grid *grid) {
    const double degree = acos(-1.0) / 180;
    return grid->dy * (grid->geographic ? degree * grid->semi_major_m * (1 - grid->flattening) * (1 - grid->flattening) : grid->unit_m);
}

static double metres(const struct grid *grid, int64_t cell, const struct training_cell *to) {
    double col = (double)(cell % grid->width), row = (double)(cell / grid->width);
    if (!grid->geographic) return hypot((col - (double)to->col) * grid->dx, (row - (double)to->row) * grid->dy) * grid->unit_m;
    return crs_geodesic_m(grid_x(grid, col), grid_y(grid, row), grid_x(grid, (double)to->col), grid_y(grid, (double)to->row));
}

static size_t first_at_or_below(const struct training *training, double row) {
    size_t low = 0, high = training->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((double)training->cells[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool negative_is_apart(const struct grid *grid, int64_t cell, const struct training *training, const bool *held_out, double apart_m) {
    if (!(apart_m > 0)) return true;
    double row = (double)(cell / grid->width), reach = 1.001 * apart_m / row_metres(grid) + 1;
    for (size_t k = first_at_or_below(training, row - reach); k < training->n && (double)training->cells[k].row <= row + reach; k++)
        if (!(held_out && held_out[k]) && metres(grid, cell, &training->cells[k]) < apart_m) return false;
    return true;
}
