/* Preloaded before the program: a device that breaks in the middle of a run. On the second queue that is made, the kernel that is named
 * in FAILING_KERNEL fails. Others that start it wait for that, or a busy machine's first device would do all the work before the second has any. */
#define _DEFAULT_SOURCE
#include <CL/cl.h>
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic(cl_command_queue) broken;
static atomic_int queues, patience_ms = 1000;
static atomic_bool has_failed;

cl_command_queue clCreateCommandQueue(cl_context context, cl_device_id device, cl_command_queue_properties properties, cl_int *code) {
    cl_command_queue (*real)(cl_context, cl_device_id, cl_command_queue_properties, cl_int *);
    *(void **)&real = dlsym(RTLD_NEXT, "clCreateCommandQueue");
    cl_command_queue queue = real(context, device, properties, code);
    if (++queues == 2) broken = queue;
    return queue;
}

cl_int clEnqueueNDRangeKernel(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions, const size_t *offset, const size_t *global,
                              const size_t *local, cl_uint n_events, const cl_event *events, cl_event *event) {
    char name[64] = "";
    cl_int (*real)(cl_command_queue, cl_kernel, cl_uint, const size_t *, const size_t *, const size_t *, cl_uint, const cl_event *, cl_event *);
    *(void **)&real = dlsym(RTLD_NEXT, "clEnqueueNDRangeKernel");
    clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
    if (strcmp(name, getenv("FAILING_KERNEL")) == 0 && queues > 1) {
        if (queue == broken) return has_failed = true, CL_OUT_OF_RESOURCES;
        while (!has_failed && patience_ms-- > 0) usleep(1000);
    }
    return real(queue, kernel, dimensions, offset, global, local, n_events, events, event);
}
