/* Exact distance from every cell centre to the nearest set cell's centre of a mask, with that cell's identity.
 * Planar: Euclidean in metres for cells of any width and height. Geodesic: along the ellipsoid; a projected grid needs its cells' places.
 * Prepared once per mask (it keeps the bits on the device), then asked band by band: no whole-grid distance plane exists. */
#ifndef LODE_COMPUTE_DISTANCE_H
#define LODE_COMPUTE_DISTANCE_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/mask.h"
#include "model/places.h"
#include "model/scenario.h"

struct distance;

/* `mask` may be larger than the grid (its margin) and may be freed afterwards. METRIC_AUTO: geodesic when the grid is geographic. */
status distance_open(struct device *device, const struct grid *grid, const struct mask *mask, enum metric metric,
                     struct distance **out) LODE_MUST_CHECK;
/* Geodesic on a projected grid. `places` are those of the mask's window and may be freed afterwards. A cell that has none on the Earth gets
 * NaN and source -1, and is no source. Needs a device with double precision (else LODE_NO_DEVICE). */
status distance_open_placed(struct device *device, const struct grid *grid, const struct mask *mask, const struct places *places,
                            struct distance **out) LODE_MUST_CHECK;
void distance_close(struct distance *distance);

/* Rows of the lattice within the mask's window. `metres`: window.cols * window.rows floats on the device; infinity where the mask is empty.
 * `source`: as many int64 of the mask (row * cols + col inside the mask's window; -1 none; ties go to the smallest), or NULL.
 * Results for a cell do not depend on the window asked for. */
status distance_rows(struct distance *distance, struct window window, struct buffer *metres, struct buffer *source) LODE_MUST_CHECK;

#endif
