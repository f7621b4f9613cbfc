/* The lattice. Cell sizes in metres on the ellipsoid: arcs of parallel and meridian, Snyder 1987, USGS PP 1395, eq. 4-18 and 4-20. */
#include "model/grid.h"

#include <math.h>

struct window grid_window(const struct grid *grid) {
    return (struct window){0, 0, grid->width, grid->height};
}

struct window window_around(struct window window, int64_t cols, int64_t rows) {
    return (struct window){window.col0 - cols, window.row0 - rows, window.cols + 2 * cols, window.rows + 2 * rows};
}

struct window window_grown(struct window window, int64_t cells) {
    return window_around(window, cells, cells);
}

int64_t window_bands(struct window window, int64_t rows) {
    return (window.rows + rows - 1) / rows;
}

struct window window_band(struct window window, int64_t band, int64_t rows) {
    int64_t row = band * rows, left = window.rows - row;
    return (struct window){window.col0, window.row0 + row, window.cols, left < rows ? left : rows};
}

double grid_x(const struct grid *grid, double col) {
    return grid->x0 + (col + 0.5) * grid->dx;
}

double grid_y(const struct grid *grid, double row) {
    return grid->y0 - (row + 0.5) * grid->dy;
}

void grid_space(const struct grid *grid, double x, double y, double at[3]) {
    const double degree = acos(-1.0) / 180, e2 = grid->flattening * (2 - grid->flattening);
    const double s = sin(fmin(fmax(y, -90), 90) * degree), prime_m = grid->semi_major_m / sqrt(1 - e2 * s * s), from_axis = prime_m * sqrt(1 - s * s);
    at[0] = grid->geographic ? from_axis * cos(x * degree) : (x - grid->x0) * grid->unit_m;
    at[1] = grid->geographic ? from_axis * sin(x * degree) : (y - grid->y0) * grid->unit_m;
    at[2] = grid->geographic ? prime_m * (1 - e2) * s : 0;
}

void grid_cell(const struct grid *grid, double x, double y, int64_t *col, int64_t *row) {
    *col = (int64_t)floor((x - grid->x0) / grid->dx);
    *row = (int64_t)floor((grid->y0 - y) / grid->dy);
    if (grid->wraps) *col = (*col % grid->width + grid->width) % grid->width;
}

bool grid_holds(const struct grid *grid, int64_t col, int64_t row) {
    return col >= 0 && row >= 0 && col < grid->width && row < grid->height;
}

void grid_cell_metres(const struct grid *grid, double row, double *dx_m, double *dy_m) {
    if (!grid->geographic) {
        *dx_m = grid->dx * grid->unit_m;
        *dy_m = grid->dy * grid->unit_m;
        return;
    }
    double degree = acos(-1.0) / 180, lat = fmin(fmax(grid_y(grid, row), -90), 90) * degree;
    double e2 = grid->flattening * (2 - grid->flattening), w = 1 - e2 * sin(lat) * sin(lat);
    *dx_m = grid->semi_major_m * cos(lat) / sqrt(w) * grid->dx * degree;
    *dy_m = grid->semi_major_m * (1 - e2) / (w * sqrt(w)) * grid->dy * degree;
}

double grid_cell_km2(const struct grid *grid, double row) {
    double dx_m, dy_m;
    grid_cell_metres(grid, row, &dx_m, &dy_m);
    return dx_m * dy_m / 1e6;
}

const double grid_growth[4] = {1.0 / 64, 1.0 / 16, 1.0 / 4, 1};

static double longer_side_m(const struct grid *grid) {
    return fmax(grid->dx * (double)grid->width, grid->dy * (double)grid->height) * grid->unit_m;
}

double grid_stretch(const struct grid *grid, double planar_m) {
    const double spare = 1.01; /* it was measured at some places, not all */
    int i = 0;
    while (i < 3 && planar_m > grid_growth[i] * longer_side_m(grid)) i++;
    return fmax(grid->stretch[i], 1) * spare;
}

double grid_planar_reach_m(const struct grid *grid, double ground_m) {
    for (int i = 0; i < 4; i++) {
        double within_m = grid_growth[i] * longer_side_m(grid), planar_m = ground_m * grid_stretch(grid, within_m);
        if (planar_m <= within_m) return planar_m;
    }
    return fmax(longer_side_m(grid), ground_m);
}
