/* What stands behind device.h: the OpenCL objects, programs, and launches. For this room alone. */
#ifndef LODE_COMPUTE_OPENCL_H
#define LODE_COMPUTE_OPENCL_H

#include <CL/cl.h>

#include "compute/device.h"

/* What was built already: even a driver that keeps binaries takes 20 ms to hand one out, and each distance asks for the same. */
struct built {
    char *text; /* options and sources */
    cl_program program;
};

struct device {
    struct device_info info;
    cl_device_id id;
    cl_context context;
    cl_command_queue queue; /* in order */
    unsigned n_buffers;     /* opened so far */
    struct built *built;
    size_t n_built, built_room;
    bool shares_memory; /* a processor, which works in the host's own memory */
};

struct buffer {
    struct device *device;
    cl_mem whole; /* of which memory is a part; NULL: memory stands alone */
    cl_mem memory;
    size_t bytes;
    char *host; /* where a processor's buffer was laid; NULL: memory of the device's own */
    void *room; /* which lies in this memory of the buffer's own, or NULL */
};

/* NULL for CL_SUCCESS; else "words: CL_ERROR_NAME". Want of memory is LODE_TRY_AGAIN, the rest LODE_SELFTEST. */
status opencl_status(cl_int code, const char *format, ...) LODE_PRINTF(2, 3) LODE_MUST_CHECK;
const char *opencl_error_name(cl_int code);

/* Builds the `count` sources as one program, or hands out the one that was built of the same text before; release it in either case.
 * `options` (may be NULL) are added to the device's own. The failure holds the build log. */
status program_build(struct device *device, const char *const *sources, size_t count, const char *options, cl_program *out) LODE_MUST_CHECK;
void programs_release(struct device *device); /* of device_close */
status kernel_create(cl_program program, const char *name, cl_kernel *out) LODE_MUST_CHECK;

/* The arguments of a launch in order; fill with the ARG_ macros. */
struct kernel_arg {
    size_t bytes;
    const void *value;
};
#define ARG(variable) ((struct kernel_arg){sizeof(variable), &(variable)})
#define ARG_BUFFER(buffer) ((struct kernel_arg){sizeof(cl_mem), &(buffer)->memory})
#define ARG_NOTHING ((struct kernel_arg){sizeof(cl_mem), NULL}) /* a null pointer in the kernel */
#define ARG_LOCAL(bytes) ((struct kernel_arg){bytes, NULL})     /* as many bytes of a work-group's own memory */

/* Starts `kernel` over items_x * items_y work-items in groups of group_x (each rounded up: kernels check their bounds). Does not wait. */
status kernel_run(struct device *device, cl_kernel kernel, const struct kernel_arg *args, size_t n_args, size_t group_x, size_t items_x,
                  size_t items_y) LODE_MUST_CHECK;

#endif
