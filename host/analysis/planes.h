/* The planes of a band on the device, made from the layers: values, terrain, distances, insides. */
#ifndef LODE_ANALYSIS_PLANES_H
#define LODE_ANALYSIS_PLANES_H

#include "analysis/layers.h"
#include "compute/device.h"
#include "model/plan.h"

struct planes;

/* Makes the masks and prepares the distances (the only steps that see more than a band). All arguments must outlive it. */
status planes_open(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) LODE_MUST_CHECK;
/* The same for the cost distances alone, of the criterion called so, or of all (NULL): for planes_way and planes_cost_at. */
status planes_open_costs(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, const char *criterion,
                         struct planes **out) LODE_MUST_CHECK;
void planes_close(struct planes *planes);
/* From now on they are those of another plan, which has the same (plan_shares_planes) and as many band rows. */
void planes_adopt(struct planes *planes, const struct plan *plan);
/* The same planes on another device, which make bands from what the first loaded: for planes_make, planes_buffers and planes_read_criterion alone.
 * Each of several may make a slot of its own at the same time. `first`, of a plan for several devices, must outlive it; its accumulated costs
 * are not settled anew. */
status planes_open_beside(const struct planes *first, struct device *device, struct planes **out) LODE_MUST_CHECK;

/* A band is made in two halves, so that one band can be read while another is computed. A window has at most the grid's width and
 * plan->band_rows rows, and what a cell gets does not depend on it. `slot` (below plan->slots) says where what was read lies.
 * Reads the layers that the planes are made of; touches no device. Only one thread may ask the layers for anything at a time. */
status planes_load(struct planes *planes, size_t slot, struct window window) LODE_MUST_CHECK;
/* Makes every plane on the device from what was loaded. */
status planes_make(struct planes *planes, size_t slot, struct window window) LODE_MUST_CHECK;
/* Of planes that were made: a criterion's raw values on the device, in its unit but for the step's scale (until the next call). */
status planes_criterion(struct planes *planes, size_t criterion, struct window window, struct buffer **values) LODE_MUST_CHECK;
struct buffer *const *planes_buffers(const struct planes *planes);
/* Of a slot that was made: cells of a plane without a value. None for distances, insides and permits. */
int64_t planes_missing(const struct planes *planes, size_t slot, size_t plane);
/* Of a slot that was made: what was read for a plane that is neither a distance nor made of cells around, a value a cell. */
const float *planes_loaded(const struct planes *planes, size_t slot, size_t plane);

/* Loads and makes the planes of one criterion; and, of planes that were made, its raw values on the host, in its unit but for the step's
 * scale (until the next call). */
status planes_fill_criterion(struct planes *planes, size_t criterion, struct window window) LODE_MUST_CHECK;
status planes_read_criterion(struct planes *planes, size_t criterion, struct window window, const float **values) LODE_MUST_CHECK;

/* Loads and makes all planes over part of one row, which also finds where the nearest source cells of its distances lie. */
status planes_fill_row(struct planes *planes, struct window window) LODE_MUST_CHECK;
/* Of the cells filled last: lattice columns and rows of a distance's nearest source cells, one a cell; INT64_MIN when there is none. */
status planes_nearest(struct planes *planes, size_t distance, struct window window, int64_t *cols, int64_t *rows) LODE_MUST_CHECK;
/* Of a row that was filled last: permit classes; NaN missing, everywhere where the scenario asks for none. */
status planes_permit_classes(struct planes *planes, struct window window, float *classes) LODE_MUST_CHECK;
/* The cheapest way of a cost distance from a cell of the grid down to its source, both included, as lattice columns and rows; free() both.
 * count 0 where no way leads. */
struct cell_way {
    size_t count;
    int64_t *cols, *rows;
};
/* What that way costs in equivalent metres; infinity where none leads. */
status planes_cost_at(struct planes *planes, size_t distance, int64_t col, int64_t row, double *cost) LODE_MUST_CHECK;
status planes_way(struct planes *planes, size_t distance, int64_t col, int64_t row, struct cell_way *out) LODE_MUST_CHECK;
/* What a metre of the easiest cell of a cost distance counts for, over its whole window; infinity where there are only barriers; 1 for
 * plain distances. */
double planes_least_friction(const struct planes *planes, size_t distance);
/* Set cells of a mask. */
int64_t planes_mask_cells(const struct planes *planes, size_t mask);

#endif
