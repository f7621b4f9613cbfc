/* Least accumulated cost from every cell to a set cell of a mask, over 8 neighbours: a step costs the mean friction of its two cells times its
 * length in metres (as r.cost and Dijkstra have it). Converged to the last bit: each cost is the least over its neighbours, in float.
 * Geographic grids: lengths on the ellipsoid, row by row; across the antimeridian where grid->wraps and the mask is as wide as the grid.
 * Prepared once for a mask: 8 bytes a cell on the device (4 of them the friction handed over, where device and host share memory). Sources and paths,
 * when first asked for, take 9 more bytes a cell of the host's memory. Floats are added up along a way: the relative error grows with its steps n,
 * usually as sqrt(n) 3e-8 and never beyond n 1.2e-7. */
#ifndef LODE_COMPUTE_COST_H
#define LODE_COMPUTE_COST_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/mask.h"

struct cost;

/* Friction over a window, in the rows that the kernels work on: window.cols floats each, cost per metre, >= 0; NaN or infinity: a barrier.
 * LODE_BAD_DATA: a side is longer than 2^24 cells. friction_init leaves the values to be filled in; friction_free(zeroes) is legal. */
struct friction {
    struct window window;
    float *room;
};
status friction_init(struct friction *friction, struct window window) LODE_MUST_CHECK;
float *friction_row(const struct friction *friction, int64_t row); /* from 0 */
void friction_free(struct friction *friction);

/* `friction` is taken over, after a failure too: a processor works in its memory. It is as large as the mask, of which nothing is kept.
 * Sources: the mask's set cells; a source on a barrier starts nothing. */
status cost_open(struct device *device, const struct grid *grid, const struct mask *sources, struct friction *friction,
                 struct cost **out) LODE_MUST_CHECK;
/* The same of a copy of mask->window.cols * rows floats without gaps. */
status cost_open_copy(struct device *device, const struct grid *grid, const struct mask *sources, const float *friction,
                      struct cost **out) LODE_MUST_CHECK;
void cost_close(struct cost *cost);

/* Rows of the lattice within the mask's window. `costs`: window.cols * window.rows floats on the device; infinity: cannot be reached.
 * `source`: as many int64 of the mask (row * cols + col inside the mask's window; -1 none), or NULL. Of several ways that cost the same, the one
 * whose last steps come first in the order of rows. Results for a cell do not depend on the window asked for. */
status cost_rows(struct cost *cost, struct window window, struct buffer *costs, struct buffer *source) LODE_MUST_CHECK;

/* Cells from (col,row) (lattice coordinates) down to its source, both included, as mask indices; free() *cells; *count 0 when unreachable. */
status cost_path(struct cost *cost, int64_t col, int64_t row, int64_t **cells, size_t *count) LODE_MUST_CHECK;

#endif
