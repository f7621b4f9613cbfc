/* Mean, standard deviation, relief and topographic position over the circle of cells around each cell (kernels/focal.cl). */
#ifndef LODE_COMPUTE_FOCAL_H
#define LODE_COMPUTE_FOCAL_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/plan.h"

struct focal;
/* What the kernels work in is taken when it is first needed, and grows with the largest window. */
status focal_open(struct device *device, struct focal **out) LODE_MUST_CHECK;
void focal_close(struct focal *focal);

/* `plane`: of kind PLANE_MEAN, PLANE_SD (of the cells as a whole population), PLANE_RELIEF (largest less least) or PLANE_TPI (the cell less the
 * mean of the others), with its radius and halo. `surface`: the window grown by the halo ; `out`: window.cols * window.rows.
 * NaN and infinite cells are left out; a cell with less than half of its circle known is missing, as is a TPI without its own value.
 * What a cell gets depends on its circle alone, to the last bit. A device without doubles is LODE_NO_DEVICE, but for PLANE_RELIEF. */
status focal_rows(struct focal *focal, const struct plane *plane, const struct grid *grid, struct window window, const struct buffer *surface,
                  struct buffer *out) LODE_MUST_CHECK;

#endif
