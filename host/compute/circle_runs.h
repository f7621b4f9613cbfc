/* Circles of cells as kernels take them: the runs of model/circle.h on the device. */
#ifndef LODE_COMPUTE_CIRCLE_RUNS_H
#define LODE_COMPUTE_CIRCLE_RUNS_H

#include "compute/device.h"
#include "model/grid.h"
#include "model/plan.h"

/* Whole numbers, 2 halo_rows + 2 a row of cells: half lengths of the runs from top to bottom, -1 for none, then the cells of the circle. *stride is
 * how many lie between two rows of the window, 0 where one row holds for all of them: on a projected grid. */
int circle_runs_stride(const struct plane *plane, const struct grid *grid);
/* Into *runs, which is opened when it is NULL and opened anew when it is too small; the caller closes it. */
status circle_runs_write(struct device *device, const struct plane *plane, const struct grid *grid, struct window window,
                         struct buffer **runs) LODE_MUST_CHECK;
/* *buffer with at least so many bytes, opened anew when it has fewer. What it held is lost. */
status buffer_at_least(struct device *device, size_t bytes, struct buffer **buffer) LODE_MUST_CHECK;

#endif
