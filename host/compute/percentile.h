/* Percentiles over the circle of cells around each cell, exact (kernels/percentile.cl). */
#ifndef LODE_COMPUTE_PERCENTILE_H
#define LODE_COMPUTE_PERCENTILE_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/plan.h"

struct percentile;
/* What the kernels work in is taken when it is first needed, and grows with the largest window. */
status percentile_open(struct device *device, struct percentile **out) LODE_MUST_CHECK;
void percentile_close(struct percentile *percentile);

/* `plane`: of kind PLANE_PERCENTILE with its radius, halo and percentile (0: the least value, 100: the largest; between two values linear, as
 * numpy.percentile). `surface`: the window grown by the halo; `out`: window.cols * window.rows. NaN and infinite cells are left out; a cell with less
 * than half of its circle known is missing. What a cell gets depends on its circle alone, to the last bit, and needs no doubles. */
status percentile_rows(struct percentile *percentile, const struct plane *plane, const struct grid *grid, struct window window,
                       const struct buffer *surface, struct buffer *out) LODE_MUST_CHECK;

#endif
