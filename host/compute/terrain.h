/* Slope, aspect, roughness and curvatures of a surface from its 3 x 3 neighbourhood (Horn 1981; Wilson et al. 2007; Mitasova and Hofierka 1993). */
#ifndef LODE_COMPUTE_TERRAIN_H
#define LODE_COMPUTE_TERRAIN_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/plan.h"

struct terrain;
status terrain_open(struct device *device, struct terrain **out) LODE_MUST_CHECK;
void terrain_close(struct terrain *terrain);

/* `surface`: (window.cols + 2) * (window.rows + 2) floats, one cell beyond the window on each side; `out`: window.cols * window.rows.
 * `kind`: PLANE_SLOPE (percent), PLANE_ASPECT (degrees clockwise from north, downhill; -1 flat), PLANE_ROUGHNESS, PLANE_PROFILE_CURVATURE,
 * PLANE_PLAN_CURVATURE or PLANE_TANGENTIAL_CURVATURE (1/m, convex above 0; 0 where the slope is 0.1 percent or less and has no direction).
 * Any of the nine missing: missing. Cell metres come from the grid, row by row when it is geographic. */
status terrain_rows(struct terrain *terrain, enum plane_kind kind, const struct grid *grid, struct window window, const struct buffer *surface,
                    struct buffer *out) LODE_MUST_CHECK;

#endif
