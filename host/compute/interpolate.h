/* Values between points, from the nearest of them (kernels/interpolate.cl): inverse distance weights (Shepard 1968) and ordinary kriging with its
 * variance (Matheron 1963). */
#ifndef LODE_COMPUTE_INTERPOLATE_H
#define LODE_COMPUTE_INTERPOLATE_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/plan.h"

/* A place in the grid's coordinates (not cells) and what was measured there. Values at one place count as one, their mean. */
struct sample {
    double x, y, value;
};

struct interpolator;
/* `plane`: of kind PLANE_IDW, PLANE_KRIGING or PLANE_KRIGING_VARIANCE, with its radius, halo and interpolation. Of samples equally near the one that
 * is listed first is nearer. `samples` are no longer needed afterwards; none at all makes every cell missing. Distances are straight lines: on a
 * geographic grid through the Earth, which is a hundred-thousandth shorter than the ground at 100 km. A device without doubles is LODE_NO_DEVICE. */
status interpolator_open(struct device *device, const struct grid *grid, const struct plane *plane, const struct sample *samples, size_t count,
                         struct interpolator **out) LODE_MUST_CHECK;
void interpolator_close(struct interpolator *interpolator);
/* `out`: window.cols * window.rows floats, NaN where no sample is within the radius. The window lies anywhere on the lattice; a cell's value does not
 * depend on it. */
status interpolator_rows(struct interpolator *interpolator, struct window window, struct buffer *out) LODE_MUST_CHECK;

#endif
