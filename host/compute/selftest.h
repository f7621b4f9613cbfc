/* Every kernel against answers known beforehand, on one device. Needs no files. */
#ifndef LODE_COMPUTE_SELFTEST_H
#define LODE_COMPUTE_SELFTEST_H

#include "base/text.h"
#include "compute/device.h"

struct selftest_result {
    const char *name; /* "distance: planar, non-square cells" */
    bool passed;
    char detail[160]; /* largest difference, or what was wrong */
};
/* Runs all; *results (free()) one each. A failure of a kernel is a row, not a failed status. */
status selftest_run(struct device *device, struct selftest_result **results, size_t *count) LODE_MUST_CHECK;

#endif
