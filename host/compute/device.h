/* An OpenCL device with its context and queue, and buffers on it. */
#ifndef LODE_COMPUTE_DEVICE_H
#define LODE_COMPUTE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"

struct device_info {
    int platform, index; /* as `clinfo -l` numbers them */
    char name[128], vendor[128], driver[128], platform_name[128], version[128];
    bool gpu, fp64, rounds_correctly; /* the last: float divide and square root, when asked */
    size_t memory_bytes, largest_buffer_bytes;
    unsigned compute_units;
};

struct device;

/* All devices of all platforms (free() the array). No platform at all is an empty list, not a failure. */
status device_list(struct device_info **out, size_t *count) LODE_MUST_CHECK;
/* `select`: "P:D" as `clinfo -l` numbers, "D" on platform 0, part of a name (any case), "gpu", "cpu"; NULL: the first GPU, else the first device.
 * No match, or a name that fits several devices, is LODE_NO_DEVICE with the list of what is there: never silently another device. */
status device_open(const char *select, struct device **out) LODE_MUST_CHECK;
void device_close(struct device *device);
/* Several at once. `select`: "all" (the one that NULL means comes first), or words of device_open between commas, in that order; NULL: as there.
 * A device that is named twice is LODE_USAGE. Finding opens nothing: free() the array. */
status devices_find(const char *select, struct device_info **out, size_t *count) LODE_MUST_CHECK;
status devices_open(const char *select, struct device ***out, size_t *count) LODE_MUST_CHECK;
/* To be called before devices are opened beside other threads. A driver may set variables of the environment while it starts, and one that is new
 * moves the whole environment, under the eyes of who reads it. */
void devices_settle_environment(void);
void devices_close(struct device **devices, size_t count);
/* Whether they reckon alike where it is left to a device: all round division and square root correctly, and all or none have doubles. */
bool devices_agree(const struct device_info *infos, size_t count);
/* Says so where they do not. */
status devices_warn_of_unequal(struct device *const *devices, size_t count, struct log *log) LODE_MUST_CHECK;
/* Where `count` devices share the work, a failure of one names it. */
status device_blamed(const struct device *device, size_t count, status failure) LODE_MUST_CHECK;
const struct device_info *device_info(const struct device *device);

/* Device memory. Reads and writes are whole-call (blocking). */
struct buffer;
status buffer_open(struct device *device, size_t bytes, struct buffer **out) LODE_MUST_CHECK;
/* For results that are wanted in the host's memory: a processor lays the buffer over `host` (`bytes` long, which outlives it), so that buffer_read
 * to the same place copies nothing. What `host` holds before that is undefined. Other devices have a buffer as any. */
status buffer_over(struct device *device, void *host, size_t bytes, struct buffer **out) LODE_MUST_CHECK;
/* Makes *buffer, which is NULL or open, hold what `host` does. A processor's is laid over `host` anew, without a copy: `host` outlives it and does
 * not change before what was started with it has ended. Others are opened where they are NULL, and written. */
status buffer_lend(struct device *device, void *host, size_t bytes, struct buffer **buffer) LODE_MUST_CHECK;
bool device_shares_memory(const struct device *device); /* a processor, whose lent buffers take no memory */
void buffer_close(struct buffer *buffer);
size_t buffer_bytes(const struct buffer *buffer);
status buffer_write(struct buffer *buffer, size_t offset, size_t bytes, const void *from) LODE_MUST_CHECK;
status buffer_read(const struct buffer *buffer, size_t offset, size_t bytes, void *to) LODE_MUST_CHECK;
/* The first `bytes`, in *seen until the buffer is used again: where they lie if the host can see it, else in `room`. */
status buffer_look(const struct buffer *buffer, size_t bytes, void *room, const void **seen) LODE_MUST_CHECK;

#endif
