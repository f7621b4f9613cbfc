/* The pieces of the self-test, a file each. For this room alone. Each returns a failed status only when the device fails outright. */
#ifndef LODE_COMPUTE_SELFTEST_PARTS_H
#define LODE_COMPUTE_SELFTEST_PARTS_H

#include "compute/overlay.h"
#include "compute/selftest.h"

struct selftest {
    struct device *device;
    struct selftest_result *results;
    size_t count, room;
};

/* The largest difference seen while a kernel's results are compared, and where. */
struct verdict {
    double worst, allowed;
    size_t compared, wrong, first_wrong;
    double got, wanted; /* at first_wrong */
};
void verdict_add(struct verdict *verdict, size_t place, double got, double wanted);
status selftest_add(struct selftest *test, const char *name, const struct verdict *verdict) LODE_MUST_CHECK;

/* Opens the fused pass, runs it once over a row of `values` for each plane, and closes everything. */
status selftest_overlay_once(struct device *device, const struct plan *plan, const float *values, size_t cells,
                             const struct overlay_results *results) LODE_MUST_CHECK;

status selftest_memberships(struct selftest *test) LODE_MUST_CHECK;
status selftest_overlays(struct selftest *test) LODE_MUST_CHECK;
status selftest_combinations(struct selftest *test) LODE_MUST_CHECK;
status selftest_distances(struct selftest *test) LODE_MUST_CHECK;
status selftest_costs(struct selftest *test) LODE_MUST_CHECK;
status selftest_terrain(struct selftest *test) LODE_MUST_CHECK;
status selftest_models(struct selftest *test) LODE_MUST_CHECK;
status selftest_permits(struct selftest *test) LODE_MUST_CHECK;
status selftest_focal(struct selftest *test) LODE_MUST_CHECK;
status selftest_interpolate(struct selftest *test) LODE_MUST_CHECK;

#endif
