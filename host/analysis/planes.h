/* The planes of a band on the device, made from the layers: values, terrain, distances, insides. */
#ifndef LODE_ANALYSIS_PLANES_H
#define LODE_ANALYSIS_PLANES_H

#include "analysis/layers.h"
#include "compute/device.h"
#include "model/plan.h"

struct planes;

/* Makes the masks and prepares the distances (the only steps that see more than a band). All arguments must outlive it. */
status planes_open(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) LODE_MUST_CHECK;
void planes_close(struct planes *planes);

/* Fills every plane for a window of full width and at most plan->band_rows rows. A cell's values do not depend on the window's rows. */
status planes_fill(struct planes *planes, struct window window) LODE_MUST_CHECK;
/* The same for one plane, and its values on the host (until the next call). */
status planes_fill_one(struct planes *planes, size_t plane, struct window window) LODE_MUST_CHECK;
status planes_read(struct planes *planes, size_t plane, struct window window, const float **values) LODE_MUST_CHECK;
/* The planes of one criterion, and its raw values on the host, in its unit but for the step's scale (until the next call). */
status planes_fill_criterion(struct planes *planes, size_t criterion, struct window window) LODE_MUST_CHECK;
status planes_read_criterion(struct planes *planes, size_t criterion, struct window window, const float **values) LODE_MUST_CHECK;
struct buffer *const *planes_buffers(const struct planes *planes);

/* The same as planes_fill for one row, which also finds where the nearest source cells of its distances lie. */
status planes_fill_row(struct planes *planes, int64_t row) LODE_MUST_CHECK;
/* Of the row filled last: lattice columns and rows of a distance's nearest source cells, one a cell; INT64_MIN when there is none. */
status planes_nearest(struct planes *planes, size_t distance, int64_t *cols, int64_t *rows) LODE_MUST_CHECK;
/* Set cells of a mask. */
int64_t planes_mask_cells(const struct planes *planes, size_t mask);

#endif
