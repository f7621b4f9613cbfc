/* Runs the generated pass over a band, a chunk of cells at a time, so that results stay in the caches until they are fetched.
 * A processor's work-item walks many cells, some lanes at a time, which its compiler makes vectors of; a GPU's makes one cell. */
#include "compute/overlay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/codegen.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum {
    CHUNK_CELLS = 1 << 20,
    RULES_MAX = 64,
    CELLS_PER_ITEM_CPU = 1024,
    LANES_CPU = 16,
    GROUP_CPU = 16,
    GROUP_GPU = 128,
    FIXED_ARGS = 4,
    ARGS_PER_TARGET = 3
};
enum variant { SCORES_ONLY, WITH_TERMS, VARIANTS };

struct overlay_pass {
    struct device *device;
    const struct plan *plan;
    char *source;
    struct numbers numbers;
    struct buffer *constants, *rules, *raw, *membership;
    struct buffer **results; /* a target: score, state, coverage */
    struct kernel_arg *args;
    cl_program programs[VARIANTS];
    cl_kernel kernels[VARIANTS];
    size_t cells_per_item;
};

void overlay_source(const struct plan *plan, struct text *out) {
    struct numbers numbers = {0};
    codegen_overlay(plan, out, &numbers);
    free(numbers.values);
}

static status open_buffers(struct overlay_pass *overlay) {
    size_t targets = overlay->plan->scenario->n_targets;
    TRY(buffer_open(overlay->device, overlay->numbers.count * sizeof(float), &overlay->constants));
    TRY(buffer_open(overlay->device, CHUNK_CELLS * sizeof(cl_ulong), &overlay->rules));
    TRY(MEMORY_ARRAY(targets * ARGS_PER_TARGET, &overlay->results));
    for (size_t i = 0; i < targets * ARGS_PER_TARGET; i++)
        TRY(buffer_open(overlay->device, CHUNK_CELLS * (i % ARGS_PER_TARGET == 1 ? 1 : sizeof(float)), &overlay->results[i]));
    TRY(MEMORY_ARRAY(FIXED_ARGS + overlay->plan->n_planes + targets * ARGS_PER_TARGET + 3, &overlay->args));
    return NULL;
}

status overlay_open(struct device *device, const struct plan *plan, struct overlay_pass **out) {
    struct overlay_pass *overlay;
    struct text source = {0};
    if (plan->scenario->n_rules > RULES_MAX)
        return status_fail(LODE_BAD_DATA, "%zu rules, and at most %d can be told apart: join some of them", plan->scenario->n_rules, RULES_MAX);
    TRY(MEMORY_ARRAY(1, &overlay));
    *overlay = (struct overlay_pass){.device = device, .plan = plan, .cells_per_item = device->info.gpu ? 1 : CELLS_PER_ITEM_CPU};
    codegen_overlay(plan, &source, &overlay->numbers);
    overlay->source = text_take(&source);
    status failure = overlay->source && !overlay->numbers.failed ? open_buffers(overlay) : status_no_memory();
    if (failure) {
        overlay_close(overlay);
        return failure;
    }
    *out = overlay;
    return NULL;
}

void overlay_close(struct overlay_pass *overlay) {
    if (!overlay) return;
    for (int v = 0; v < VARIANTS; v++) {
        if (overlay->kernels[v]) clReleaseKernel(overlay->kernels[v]);
        if (overlay->programs[v]) clReleaseProgram(overlay->programs[v]);
    }
    for (size_t i = 0; overlay->results && i < overlay->plan->scenario->n_targets * ARGS_PER_TARGET; i++) buffer_close(overlay->results[i]);
    buffer_close(overlay->constants);
    buffer_close(overlay->rules);
    buffer_close(overlay->raw);
    buffer_close(overlay->membership);
    free(overlay->results);
    free(overlay->args);
    free(overlay->numbers.values);
    free(overlay->source);
    free(overlay);
}

/* The program with terms is built, and their memory taken, when they are first asked for. */
static status prepare(struct overlay_pass *overlay, enum variant variant) {
    char options[100];
    snprintf(options, sizeof options, "-DCELLS_PER_ITEM=%zu -DLANES=%d%s", overlay->cells_per_item, overlay->cells_per_item > 1 ? LANES_CPU : 1,
             variant == WITH_TERMS ? " -DLODE_TERMS" : "");
    size_t criteria = overlay->plan->scenario->n_criteria;
    if (variant == WITH_TERMS && !overlay->raw) TRY(buffer_open(overlay->device, criteria * CHUNK_CELLS * sizeof(float), &overlay->raw));
    if (variant == WITH_TERMS && !overlay->membership)
        TRY(buffer_open(overlay->device, criteria * CHUNK_CELLS * sizeof(float), &overlay->membership));
    if (overlay->kernels[variant]) return NULL;
    const char *const sources[] = {kernel_ops, overlay->source};
    if (!overlay->programs[variant]) TRY(program_build(overlay->device, sources, 2, options, &overlay->programs[variant]));
    return kernel_create(overlay->programs[variant], "overlay", &overlay->kernels[variant]);
}

static status launch(struct overlay_pass *overlay, enum variant variant, struct buffer *const *planes, size_t first, size_t cells) {
    const cl_ulong first_cell = first, stride = CHUNK_CELLS;
    const cl_uint chunk = (cl_uint)cells;
    struct kernel_arg *args = overlay->args;
    size_t n = 0;
    args[n++] = ARG(first_cell);
    args[n++] = ARG(chunk);
    args[n++] = ARG(stride);
    args[n++] = ARG_BUFFER(overlay->constants);
    for (size_t i = 0; i < overlay->plan->n_planes; i++) args[n++] = ARG_BUFFER(planes[i]);
    for (size_t i = 0; i < overlay->plan->scenario->n_targets * ARGS_PER_TARGET; i++) args[n++] = ARG_BUFFER(overlay->results[i]);
    args[n++] = ARG_BUFFER(overlay->rules);
    if (variant == WITH_TERMS) {
        args[n++] = ARG_BUFFER(overlay->raw);
        args[n++] = ARG_BUFFER(overlay->membership);
    }
    return kernel_run(overlay->device, overlay->kernels[variant], args, n, overlay->device->info.gpu ? GROUP_GPU : GROUP_CPU,
                      (cells + overlay->cells_per_item - 1) / overlay->cells_per_item, 1);
}

static status fetch_floats(float *const *to, size_t which, const struct buffer *from, size_t offset, size_t first, size_t cells) {
    if (!to || !to[which]) return NULL;
    return buffer_read(from, offset * sizeof(float), cells * sizeof(float), to[which] + first);
}

static status fetch(struct overlay_pass *overlay, const struct overlay_results *results, size_t first, size_t cells) {
    for (size_t t = 0; t < overlay->plan->scenario->n_targets; t++) {
        struct buffer *const *of = overlay->results + t * ARGS_PER_TARGET;
        TRY(fetch_floats(results->score, t, of[0], 0, first, cells));
        if (results->state && results->state[t]) TRY(buffer_read(of[1], 0, cells, results->state[t] + first));
        TRY(fetch_floats(results->coverage, t, of[2], 0, first, cells));
    }
    if (results->rules) TRY(buffer_read(overlay->rules, 0, cells * sizeof(cl_ulong), results->rules + first));
    for (size_t c = 0; c < overlay->plan->scenario->n_criteria; c++) {
        TRY(fetch_floats(results->raw, c, overlay->raw, c * CHUNK_CELLS, first, cells));
        TRY(fetch_floats(results->membership, c, overlay->membership, c * CHUNK_CELLS, first, cells));
    }
    return NULL;
}

status overlay_run(struct overlay_pass *overlay, struct buffer *const *planes, size_t cells, const struct overlay_results *results) {
    enum variant variant = results->raw || results->membership ? WITH_TERMS : SCORES_ONLY;
    TRY(prepare(overlay, variant));
    for (size_t i = 0; i < overlay->plan->n_params; i++) overlay->numbers.values[i] = overlay->plan->params[i];
    TRY(buffer_write(overlay->constants, 0, overlay->numbers.count * sizeof(float), overlay->numbers.values));
    for (size_t first = 0; first < cells; first += CHUNK_CELLS) {
        size_t chunk = cells - first < CHUNK_CELLS ? cells - first : CHUNK_CELLS;
        TRY(launch(overlay, variant, planes, first, chunk));
        TRY(fetch(overlay, results, first, chunk));
    }
    return NULL;
}
