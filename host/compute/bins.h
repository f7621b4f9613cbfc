/* Bins of whole cells over the lattice, for places that a kernel looks up around a cell; and those places in metres, in space. For this room alone.
 */
#ifndef LODE_COMPUTE_BINS_H
#define LODE_COMPUTE_BINS_H

#include "compute/opencl.h"
#include "model/grid.h"

/* Bin (x, y) holds the cells from (col0 + x cells_x, row0 + y cells_y) on. */
struct bins {
    cl_int bins_x, bins_y, cells_x, cells_y, col0, row0;
};
/* Some two of the `count` places to a bin, all of which lie between these columns and rows (of cells' centres, fractions of cells). */
struct bins bins_choose(double west, double east, double north, double south, size_t count);
/* Which bin holds a place, counted row by row. */
int64_t bins_at(const struct bins *bins, double col, double row);

/* A column of the lattice once round the Earth from the grid's first, for a geographic grid; as it is on others. */
double place_turned(const struct grid *grid, double col);
/* Columns once round the Earth; 0 on a projected grid. */
double place_turn(const struct grid *grid);
/* A place of the lattice in metres, in space: (x, y, z) = (along[0] across[0], along[0] across[1], along[1]). */
cl_double2 place_across(const struct grid *grid, double col);
cl_double2 place_along(const struct grid *grid, double row);
/* Where the window's columns and rows are, into new buffers in place of *across and *along (NULL: none yet), which the caller closes. */
status places_write(struct device *device, const struct grid *grid, struct window window, struct buffer **across,
                    struct buffer **along) LODE_MUST_CHECK;
/* A new buffer that holds `bytes` of `from`. */
status buffer_new(struct device *device, size_t bytes, const void *from, struct buffer **out) LODE_MUST_CHECK;

#endif
