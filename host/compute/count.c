/* Launches kernels/count.cl. Keys and results are small: their buffers grow as they are asked for. */
#include "compute/count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { WALKERS_CPU = 1, WALKERS_GPU = 128, GROUP_CELLS = 64 };

struct counter {
    struct device *device;
    cl_program program;
    cl_kernel count, gather;
    struct buffer *state, *in, *out;
    size_t walkers;
};

static status open_counter(struct counter *counter, size_t cells) {
    char options[40];
    counter->walkers = counter->device->info.gpu ? WALKERS_GPU : WALKERS_CPU;
    snprintf(options, sizeof options, "-DWALKERS=%zu", counter->walkers);
    TRY(program_build(counter->device, &kernel_count, 1, options, &counter->program));
    TRY(kernel_create(counter->program, "count_keys", &counter->count));
    TRY(kernel_create(counter->program, "gather", &counter->gather));
    return buffer_open(counter->device, cells, &counter->state);
}

status counter_open(struct device *device, size_t cells, struct counter **out) {
    struct counter *counter;
    TRY(MEMORY_ARRAY(1, &counter));
    counter->device = device;
    status failure = open_counter(counter, cells);
    if (failure) {
        counter_close(counter);
        return failure;
    }
    *out = counter;
    return NULL;
}

void counter_close(struct counter *counter) {
    if (!counter) return;
    if (counter->count) clReleaseKernel(counter->count);
    if (counter->gather) clReleaseKernel(counter->gather);
    if (counter->program) clReleaseProgram(counter->program);
    buffer_close(counter->state);
    buffer_close(counter->in);
    buffer_close(counter->out);
    free(counter);
}

static status room_for(struct device *device, size_t bytes, struct buffer **buffer) {
    if (*buffer && buffer_bytes(*buffer) >= bytes) return NULL;
    buffer_close(*buffer);
    *buffer = NULL;
    return buffer_open(device, bytes * 2, buffer);
}

status counter_study(struct counter *counter, const uint8_t *state, size_t cells) {
    return buffer_write(counter->state, 0, cells, state);
}

status counter_keys(struct counter *counter, const struct buffer *plane, float scale, const float *keys, size_t n_keys, bool exact, size_t cols,
                    size_t rows, uint32_t *counts) {
    const cl_uint n = (cl_uint)n_keys, n_cols = (cl_uint)cols, n_rows = (cl_uint)rows;
    const cl_int on = exact;
    size_t bytes = rows * (n_keys + 1) * sizeof *counts;
    TRY(room_for(counter->device, (n_keys + 1) * sizeof *keys, &counter->in));
    TRY(room_for(counter->device, bytes, &counter->out));
    if (n_keys) TRY(buffer_write(counter->in, 0, n_keys * sizeof *keys, keys));
    if (counter->walkers > 1) {
        memset(counts, 0, bytes);
        TRY(buffer_write(counter->out, 0, bytes, counts));
    }
    const struct kernel_arg args[] = {ARG_BUFFER(plane), ARG(scale),  ARG_BUFFER(counter->state), ARG_BUFFER(counter->in), ARG(n), ARG(on),
                                      ARG(n_cols),       ARG(n_rows), ARG_BUFFER(counter->out)};
    TRY(kernel_run(counter->device, counter->count, args, sizeof args / sizeof *args, counter->walkers, counter->walkers, rows));
    return buffer_read(counter->out, 0, bytes, counts);
}

status counter_gather(struct counter *counter, const struct buffer *plane, float scale, const uint32_t *cells, size_t count, float *out) {
    const cl_uint n = (cl_uint)count;
    if (!count) return NULL;
    TRY(room_for(counter->device, count * sizeof *cells, &counter->in));
    TRY(room_for(counter->device, count * sizeof *out, &counter->out));
    TRY(buffer_write(counter->in, 0, count * sizeof *cells, cells));
    const struct kernel_arg args[] = {ARG_BUFFER(plane), ARG(scale), ARG_BUFFER(counter->in), ARG(n), ARG_BUFFER(counter->out)};
    TRY(kernel_run(counter->device, counter->gather, args, sizeof args / sizeof *args, GROUP_CELLS, count, 1));
    return buffer_read(counter->out, 0, count * sizeof *out, out);
}
