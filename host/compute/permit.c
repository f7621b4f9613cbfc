/* Launches kernels/permit.cl, a chunk of draws at a time, and sums on the host in the order of the draws. */
#include "compute/permit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { KERNELS = 3, GROUP = 64, CHUNK_DRAWS = 1 << 16, SHAPE = 6 };
enum kernel_name { DRAW, BLOCKS, NORMALS };

struct permit_sampler {
    struct device *device;
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *shapes, *after, *months, *on_way;
    float *host_on_way;
};

status permit_sampler_open(struct device *device, struct permit_sampler **out) {
    static const char *const names[KERNELS] = {"draw", "blocks", "normals"};
    const char *const sources[] = {kernel_ops, kernel_permit};
    struct permit_sampler *sampler;
    TRY(MEMORY_ARRAY(1, &sampler));
    sampler->device = device;
    status failure = program_build(device, sources, 2, NULL, &sampler->program);
    for (size_t i = 0; !failure && i < KERNELS; i++) failure = kernel_create(sampler->program, names[i], &sampler->kernels[i]);
    if (!failure) failure = buffer_open(device, PERMIT_STAGES_MAX * SHAPE * sizeof(float), &sampler->shapes);
    if (!failure) failure = buffer_open(device, PERMIT_STAGES_MAX * sizeof(uint32_t), &sampler->after);
    if (!failure) failure = buffer_open(device, CHUNK_DRAWS * sizeof(float), &sampler->months);
    if (failure) {
        permit_sampler_close(sampler);
        return failure;
    }
    *out = sampler;
    return NULL;
}

void permit_sampler_close(struct permit_sampler *sampler) {
    if (!sampler) return;
    for (size_t i = 0; i < KERNELS; i++)
        if (sampler->kernels[i]) clReleaseKernel(sampler->kernels[i]);
    if (sampler->program) clReleaseProgram(sampler->program);
    buffer_close(sampler->shapes);
    buffer_close(sampler->after);
    buffer_close(sampler->months);
    buffer_close(sampler->on_way);
    free(sampler->host_on_way);
    free(sampler);
}

/* As kernels/permit.cl reads it. Products are made in double, so that a device has nothing to round differently. */
static void shape_of(const struct permit_stage *stage, float shape[SHAPE]) {
    const double *s = stage->shape, width = s[2] - s[0];
    shape[0] = (float)stage->family;
    if (stage->family == PERMIT_LOGNORMAL) {
        for (int i = 0; i < 3; i++) shape[1 + i] = (float)s[i];
        shape[4] = shape[5] = 0;
        return;
    }
    shape[1] = (float)s[0];
    shape[2] = (float)s[2];
    shape[3] = (float)(width > 0 ? (s[1] - s[0]) / width : 1);
    shape[4] = (float)(width * (s[1] - s[0]));
    shape[5] = (float)(width * (s[2] - s[1]));
}

static status write_route(struct permit_sampler *sampler, const struct permit_route *route) {
    float shapes[PERMIT_STAGES_MAX * SHAPE];
    uint32_t after[PERMIT_STAGES_MAX];
    for (size_t s = 0; s < route->n_stages; s++) {
        shape_of(&route->stages[s], shapes + s * SHAPE);
        after[s] = route->stages[s].after;
    }
    TRY(buffer_write(sampler->shapes, 0, route->n_stages * SHAPE * sizeof *shapes, shapes));
    return buffer_write(sampler->after, 0, route->n_stages * sizeof *after, after);
}

/* Room for what a route of so many stages hands back, kept for the next. */
static status grow_on_way(struct permit_sampler *sampler, size_t stages) {
    size_t bytes = stages * CHUNK_DRAWS * sizeof(float);
    if (sampler->on_way && buffer_bytes(sampler->on_way) >= bytes) return NULL;
    buffer_close(sampler->on_way);
    free(sampler->host_on_way);
    sampler->on_way = NULL;
    sampler->host_on_way = NULL;
    TRY(buffer_open(sampler->device, bytes, &sampler->on_way));
    return MEMORY_ARRAY(stages * CHUNK_DRAWS, &sampler->host_on_way);
}

static status sample_chunk(struct permit_sampler *sampler, size_t n_stages, uint64_t seed, size_t first, size_t count, struct permit_draws *draws) {
    const cl_uint low = (cl_uint)seed, high = (cl_uint)(seed >> 32), items = (cl_uint)count, stages = (cl_uint)n_stages;
    const cl_ulong from = first;
    const struct kernel_arg args[] = {ARG(low),
                                      ARG(high),
                                      ARG(from),
                                      ARG(items),
                                      ARG(stages),
                                      ARG_BUFFER(sampler->shapes),
                                      ARG_BUFFER(sampler->after),
                                      ARG_BUFFER(sampler->months),
                                      ARG_BUFFER(sampler->on_way)};
    TRY(kernel_run(sampler->device, sampler->kernels[DRAW], args, sizeof args / sizeof *args, GROUP, count, 1));
    TRY(buffer_read(sampler->months, 0, count * sizeof(float), draws->months + first));
    TRY(buffer_read(sampler->on_way, 0, n_stages * count * sizeof(float), sampler->host_on_way));
    for (size_t s = 0; s < n_stages; s++)
        for (size_t i = 0; i < count; i++) {
            float months = sampler->host_on_way[s * count + i];
            draws->way_months[s] += (double)months;
            draws->on_way[s] += months > 0;
        }
    return NULL;
}

static int float_order(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

status permit_sample(struct permit_sampler *sampler, const struct permit_route *route, uint64_t seed, size_t count, struct permit_draws *out) {
    *out = (struct permit_draws){.count = count};
    if (!count || !route->n_stages || route->n_stages > PERMIT_STAGES_MAX)
        return status_fail(LODE_SELFTEST, "%zu draws of a route of %zu stages", count, route->n_stages);
    TRY(grow_on_way(sampler, route->n_stages));
    TRY(write_route(sampler, route));
    TRY(MEMORY_ARRAY(count, &out->months));
    status failure = NULL;
    for (size_t first = 0; !failure && first < count; first += CHUNK_DRAWS)
        failure = sample_chunk(sampler, route->n_stages, seed, first, count - first < CHUNK_DRAWS ? count - first : CHUNK_DRAWS, out);
    if (failure) {
        permit_draws_free(out);
        return failure;
    }
    qsort(out->months, count, sizeof *out->months, float_order);
    for (size_t s = 0; s < route->n_stages; s++) {
        out->way_months[s] /= (double)count;
        out->on_way[s] /= (double)count;
    }
    return NULL;
}

void permit_draws_free(struct permit_draws *draws) {
    free(draws->months);
    draws->months = NULL;
}

status permit_blocks(struct permit_sampler *sampler, const uint32_t *counters, const uint32_t *keys, size_t count, uint32_t *out) {
    struct buffer *in = NULL, *of = NULL, *to = NULL;
    const cl_uint items = (cl_uint)count;
    status failure = buffer_open(sampler->device, 4 * count * sizeof *counters, &in);
    if (!failure) failure = buffer_open(sampler->device, 2 * count * sizeof *keys, &of);
    if (!failure) failure = buffer_open(sampler->device, 4 * count * sizeof *out, &to);
    if (!failure) failure = buffer_write(in, 0, 4 * count * sizeof *counters, counters);
    if (!failure) failure = buffer_write(of, 0, 2 * count * sizeof *keys, keys);
    if (!failure) {
        const struct kernel_arg args[] = {ARG_BUFFER(in), ARG_BUFFER(of), ARG(items), ARG_BUFFER(to)};
        failure = kernel_run(sampler->device, sampler->kernels[BLOCKS], args, 4, GROUP, count, 1);
    }
    if (!failure) failure = buffer_read(to, 0, 4 * count * sizeof *out, out);
    buffer_close(in);
    buffer_close(of);
    buffer_close(to);
    return failure;
}

status permit_normals(struct permit_sampler *sampler, const float *shares, size_t count, float *out) {
    struct buffer *in = NULL, *to = NULL;
    const cl_uint items = (cl_uint)count;
    status failure = buffer_open(sampler->device, count * sizeof *shares, &in);
    if (!failure) failure = buffer_open(sampler->device, count * sizeof *out, &to);
    if (!failure) failure = buffer_write(in, 0, count * sizeof *shares, shares);
    if (!failure) {
        const struct kernel_arg args[] = {ARG_BUFFER(in), ARG(items), ARG_BUFFER(to)};
        failure = kernel_run(sampler->device, sampler->kernels[NORMALS], args, 3, GROUP, count, 1);
    }
    if (!failure) failure = buffer_read(to, 0, count * sizeof *out, out);
    buffer_close(in);
    buffer_close(to);
    return failure;
}
