/* Which devices there are, and which of them the words of a user mean. For device.c alone. */
#ifndef LODE_COMPUTE_DEVICE_CHOICE_H
#define LODE_COMPUTE_DEVICE_CHOICE_H

#include "compute/opencl.h"

struct found {
    struct device_info info;
    cl_platform_id platform;
    cl_device_id id;
    bool shares_memory;
};

/* All of all platforms; free() the array. */
status found_all(struct found **out, size_t *count) LODE_MUST_CHECK;
/* The index in `found` of the device that `select` means. "gpu", "cpu" and NULL mean the first of their kind. */
status found_choose(const struct found *found, size_t count, const char *select, size_t *chosen) LODE_MUST_CHECK;

/* Indices in `found`, in the order of use; free(chosen), also after a failure. */
struct choice {
    size_t *chosen, count;
};
status found_choose_several(const struct found *found, size_t count, const char *select, struct choice *choice) LODE_MUST_CHECK;

#endif
