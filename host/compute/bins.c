/* Bins, and places in space: on a plane, or on the ellipsoid (geodetic latitude to cartesian coordinates). */
#include "compute/bins.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { PLACES_A_BIN = 2, BINS_A_SIDE = 4096 };

struct bins bins_choose(double west, double east, double north, double south, size_t count) {
    if (count == 0) west = east = north = south = 0;
    const double wide = east - west + 1, high = south - north + 1, side = sqrt(wide * high * PLACES_A_BIN / (double)(count ? count : 1));
    const double coarse = fmax(fmax(wide, high) / BINS_A_SIDE, 1);
    struct bins bins = {.col0 = (cl_int)floor(west), .row0 = (cl_int)floor(north)};
    bins.cells_x = bins.cells_y = (cl_int)ceil(fmax(side, coarse));
    bins.bins_x = (cl_int)(((int64_t)floor(east) - bins.col0) / bins.cells_x + 1);
    bins.bins_y = (cl_int)(((int64_t)floor(south) - bins.row0) / bins.cells_y + 1);
    return bins;
}

int64_t bins_at(const struct bins *bins, double col, double row) {
    return ((int64_t)floor(row) - bins->row0) / bins->cells_y * bins->bins_x + ((int64_t)floor(col) - bins->col0) / bins->cells_x;
}

double place_turn(const struct grid *grid) {
    return grid->geographic ? 360 / grid->dx : 0;
}

double place_turned(const struct grid *grid, double col) {
    const double turn = place_turn(grid);
    return grid->geographic ? col - turn * floor((col + 0.5) / turn) : col;
}

cl_double2 place_across(const struct grid *grid, double col) {
    const double x = grid_x(grid, col), degree = acos(-1.0) / 180;
    return grid->geographic ? (cl_double2){{cos(x * degree), sin(x * degree)}} : (cl_double2){{(x - grid->x0) * grid->unit_m, 0}};
}

cl_double2 place_along(const struct grid *grid, double row) {
    const double y = grid_y(grid, row), degree = acos(-1.0) / 180, e2 = grid->flattening * (2 - grid->flattening);
    if (!grid->geographic) return (cl_double2){{1, (y - grid->y0) * grid->unit_m}};
    const double s = sin(fmin(fmax(y, -90), 90) * degree), prime_m = grid->semi_major_m / sqrt(1 - e2 * s * s);
    return (cl_double2){{prime_m * sqrt(1 - s * s), prime_m * (1 - e2) * s}};
}

status buffer_new(struct device *device, size_t bytes, const void *from, struct buffer **out) {
    TRY(buffer_open(device, bytes, out));
    return buffer_write(*out, 0, bytes, from);
}

status places_write(struct device *device, const struct grid *grid, struct window window, struct buffer **across, struct buffer **along) {
    cl_double2 *places;
    const int64_t cells = window.cols > window.rows ? window.cols : window.rows;
    TRY(MEMORY_ARRAY((size_t)cells, &places));
    buffer_close(*across);
    buffer_close(*along);
    *across = *along = NULL;
    for (int64_t x = 0; x < window.cols; x++) places[x] = place_across(grid, (double)(window.col0 + x));
    status failure = buffer_new(device, (size_t)window.cols * sizeof *places, places, across);
    for (int64_t y = 0; y < window.rows; y++) places[y] = place_along(grid, (double)(window.row0 + y));
    if (!failure) failure = buffer_new(device, (size_t)window.rows * sizeof *places, places, along);
    free(places);
    return failure;
}
