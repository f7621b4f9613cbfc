/* The one grid that every layer is brought onto, and bands of it.
 * Cells are counted from the upper left; cell (col,row) has its centre at
 * x = x0 + (col + 0.5) dx, y = y0 - (row + 0.5) dy. Columns and rows outside 0..width-1, 0..height-1
 * are legal places of the same lattice: layers reach beyond the grid. */
#ifndef LODE_MODEL_GRID_H
#define LODE_MODEL_GRID_H

#include <stdbool.h>
#include <stdint.h>

struct grid {
    const char *crs;                 /* as the scenario wrote it, "EPSG:5070" */
    const char *wkt;                 /* WKT2 of the same */
    bool geographic;                 /* x, y in degrees of longitude and latitude */
    bool wraps;                      /* geographic and 360 degrees wide: column -1 is column width-1 */
    double x0, y0;                   /* upper left corner, in crs units (traditional GIS order: x east, y north) */
    double dx, dy;                   /* cell size, crs units, both positive */
    double unit_m;                   /* metres per crs unit when projected */
    double semi_major_m, flattening; /* of the ellipsoid */
    int64_t width, height;
    /* Most metres of the plane that a metre of the ground takes within the grid, grown on each side by grid_growth of its longer side.
     * 0: not measured, for it is wanted only where geodesic lengths are asked for on a projected grid. */
    double stretch[4];
    double places_cell_bytes; /* what places of cells are expected to take of memory, a cell; measured where stretch is (geo/places.h) */
};

/* A window of the lattice in cells; may reach beyond the grid. */
struct window {
    int64_t col0, row0, cols, rows;
};

struct window grid_window(const struct grid *grid);                            /* the whole grid */
struct window window_around(struct window window, int64_t cols, int64_t rows); /* grown by so many on each side */
struct window window_grown(struct window window, int64_t cells);               /* by `cells` on all four sides */
/* Bands of at most `rows` of its rows, from the top: how many there are, and the one so many after the first. */
int64_t window_bands(struct window window, int64_t rows);
struct window window_band(struct window window, int64_t band, int64_t rows);
double grid_x(const struct grid *grid, double col); /* centre of a cell */
double grid_y(const struct grid *grid, double row);
/* A place of the grid's coordinates in metres, in space: on a plane, or on the ellipsoid from the Earth's middle. */
void grid_space(const struct grid *grid, double x, double y, double at[3]);
/* The cell that holds (x,y); may lie outside the grid. */
void grid_cell(const struct grid *grid, double x, double y, int64_t *col, int64_t *row);
bool grid_holds(const struct grid *grid, int64_t col, int64_t row);
/* Size of the cells of a row in metres: constant when projected; on the ellipsoid when geographic
 * (arc of the parallel and of the meridian; Snyder 1987, USGS PP 1395, eq. 4-18, 4-20). */
void grid_cell_metres(const struct grid *grid, double row, double *dx_m, double *dy_m);
/* Most metres of the plane to a metre of the ground, no farther than `planar_m` from a projected grid; at least 1. */
double grid_stretch(const struct grid *grid, double planar_m);
/* How far in the plane, beyond a projected grid's edge, whatever lies within `ground_m` of the ground of one of its cells can be: no way to
 * it can be longer in the plane than `stretch` allows. At most the grid's longer side, or ground_m if that is more. */
double grid_planar_reach_m(const struct grid *grid, double ground_m);
extern const double grid_growth[4];
/* Area of a cell of that row. */
double grid_cell_km2(const struct grid *grid, double row);

#endif
