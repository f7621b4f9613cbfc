/* What one device has of a scan: itself, its planes of a band, its fused pass. Several workers share the bands of one scan; the first also makes
 * the masks, the accumulated costs, the statistics and the explanations. */
#ifndef LODE_ANALYSIS_WORKER_H
#define LODE_ANALYSIS_WORKER_H

#include "analysis/planes.h"
#include "compute/overlay.h"

struct worker {
    struct device *device;
    struct planes *planes;
    struct overlay_pass *overlay;
};

/* Opens the devices that `select` means (devices_open), a worker each, and warns where these need not give the same bits. */
status workers_open(const char *select, struct log *log, struct worker **out, size_t *count) LODE_MUST_CHECK;
/* Has the drivers make ready the kernels that the scenario will most likely want, which wait for no layer. What fails here, fails when it is asked
 * for in earnest. */
void workers_warm(struct worker *workers, size_t count, const struct scenario *scenario);
/* Opens the planes of every worker, from masks that are made once. Plan, layers and log must outlive them. */
status workers_make_planes(struct worker *workers, size_t count, const struct plan *plan, struct layers *layers, struct log *log) LODE_MUST_CHECK;
status workers_make_overlays(struct worker *workers, size_t count, const struct plan *plan) LODE_MUST_CHECK;
/* The same planes for another plan that shares them (plan_shares_planes), of as many band rows. */
void workers_adopt(struct worker *workers, size_t count, const struct plan *plan);
/* So that others can be made. */
void workers_close_planes(struct worker *workers, size_t count);
void workers_close_overlays(struct worker *workers, size_t count);
void workers_close(struct worker *workers, size_t count);

#endif
