/* Memory of a run, tenant by tenant: what grows with the grid, the bands and the budget itself, on host and devices together (on a processor
 * they are the same). Not in it: the program with its libraries and the device's compiler, features of vector layers and what densities are made of,
 * sites, up to 1089 cells a place of a validation with a count for each of their scores, and what a GPU's distances keep for a moment in its own
 * memory (256 MiB each at most). */
#ifndef LODE_MODEL_PLAN_MEMORY_H
#define LODE_MODEL_PLAN_MEMORY_H

#include "model/plan.h"

/* When a tenant is there: a set of these. Tenants of one time are there together. */
enum plan_time { TIME_MASKS = 1, TIME_SCORING = 2, TIME_WRITING = 4, TIME_PAGE = 8 };

struct plan_tenant {
    const char *name;
    unsigned times;
    size_t bytes;
};
enum { PLAN_TENANTS_MAX = 32 };

/* All tenants that take anything, for bands of `rows` rows; returns how many. */
size_t plan_tenants(const struct plan *plan, size_t rows, struct plan_tenant tenants[PLAN_TENANTS_MAX]);
/* What is there at once at most. Of a plan for ways alone: while masks and costs are made. */
size_t plan_peak_bytes(const struct plan *plan, size_t rows);
/* Sets plan->band_rows: as many as fit plan->memory_bytes, up to some hundreds. LODE_TRY_AGAIN, saying what is needed, when not one fits. */
status plan_choose_band(struct plan *plan) LODE_MUST_CHECK;

/* Parts of a budget of `memory_bytes`: for pixels that were decoded and may be asked for again, and for what is being resampled. */
size_t plan_cache_bytes(size_t memory_bytes);
size_t plan_warp_bytes(size_t memory_bytes);

#endif
