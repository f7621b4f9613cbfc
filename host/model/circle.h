/* The circle of cells around a cell: those whose centres lie within a radius of its centre, as runs of columns, a row each.
 * On a geographic grid a run is as long as the cells between the two rows make it (a flat Earth within the circle). */
#ifndef LODE_MODEL_CIRCLE_H
#define LODE_MODEL_CIRCLE_H

#include "model/grid.h"

/* The farthest cell of a circle along a column, and along a row (cells of a geographic grid are narrow near the poles). */
enum { CIRCLE_ROWS_MAX = 512, CIRCLE_COLS_MAX = 4096 };
/* The same for percentiles, which look at every cell of a circle some twenty times. */
enum { PERCENTILE_ROWS_MAX = 128, PERCENTILE_COLS_MAX = 1024 };

/* Cells to either side of the middle one in the row `offset` below `row`; -1: none of that row are within the radius.
 * At most a whole parallel, and nothing beyond a pole. */
int64_t circle_half(const struct grid *grid, double radius_m, int64_t row, int64_t offset);
/* How far beyond a cell circles reach on this grid, at most, in columns and rows. More than CIRCLE_ROWS_MAX or CIRCLE_COLS_MAX is too far. */
void circle_halo(const struct grid *grid, double radius_m, int64_t *cols, int64_t *rows);

#endif
