/* Densities of points and of lines around each cell (kernels/density.cl): kernel sums over what lies within a radius, exact for straight pieces. */
#ifndef LODE_COMPUTE_DENSITY_H
#define LODE_COMPUTE_DENSITY_H

#include "compute/device.h"
#include "model/feature_part.h"
#include "model/grid.h"
#include "model/plan.h"

struct density;
/* `plane`: with its radius and kernel. `parts` (all points or all pieces of lines; those beyond the radius of `within` do not matter, and take no
 * memory) are no longer needed afterwards; parts whose weight is NaN are left out. A piece on a geographic grid is straight in degrees and followed
 * by chords an eighth of the radius long; distances are straight lines through the Earth. A device without doubles is LODE_NO_DEVICE; more than 1e8
 * pieces near the window are LODE_BAD_DATA. */
status density_open(struct device *device, const struct grid *grid, const struct plane *plane, const struct feature_part *parts, size_t count,
                    struct window within, struct density **out) LODE_MUST_CHECK;
void density_close(struct density *density);
/* `out`: window.cols * window.rows floats, per square kilometre: of points their number, of lines their kilometres; 0 where nothing is near. The
 * window lies within that which was given; a cell's value does not depend on it. */
status density_rows(struct density *density, struct window window, struct buffer *out) LODE_MUST_CHECK;

#endif
