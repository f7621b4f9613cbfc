/* Runs the generated pass over a band, a chunk of cells at a time. A result that nobody wants is a null pointer to the kernel.
 * A processor shares the host's memory: it writes results where they are wanted, and its work-item walks many cells, some lanes at
 * a time, which its compiler makes vectors of. A GPU's work-item makes one cell, and its results are fetched. */
#include "compute/overlay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/codegen.h"
#include "compute/kernels.h"
#include "compute/opencl.h"
#include "model/rule_bits.h"

enum {
    CHUNK_CELLS_SHARED = 1 << 26, /* whose results the device writes into the host's memory */
    RULES_MAX = 64,
    CELLS_PER_ITEM_CPU = 1 << 14,
    LANES_CPU = 16,
    GROUP_CPU = 1, /* with more, a compiler keeps every item's private copies apart in memory instead of in registers */
    GROUP_GPU = 128,
    FIXED_ARGS = 4,
    RESULTS_PER_TARGET = 3
};
enum variant { SCORES_ONLY, WITH_COVERAGE, WITH_TERMS, WITH_GATHERED, VARIANTS };

/* Cells of one kind on the way out: `bytes` each, to `host`, which is NULL where nobody wants them. */
struct outlet {
    size_t bytes;
    char *host;
    struct buffer *held; /* of a chunk: the device's own, kept from run to run */
    cl_mem memory;       /* what the kernel writes to in this launch; NULL: nothing */
};

struct overlay_pass {
    struct device *device;
    const struct plan *plan;
    char *source;
    struct numbers numbers;
    struct buffer *constants, *raw, *membership, *gathered;
    struct outlet
        *outlets; /* a target: score, state, coverage; then the rules; then a model: conditions; then, of targets with penalties, the score without */
    size_t n_outlets;
    struct buffer **trees; /* [target]: their words on the device, once they are learnt */
    struct buffer *absent; /* missing cells of a launch, a number for each formula */
    uint32_t *counts;      /* the same on the host; NULL: no formula */
    size_t n_counts;
    bool counting;
    struct kernel_arg *args;
    cl_program programs[VARIANTS];
    cl_kernel kernels[VARIANTS];
    size_t cells_per_item;
    size_t chunk_cells; /* whose results the device holds until they are fetched: no more than a band has */
};

void overlay_source(const struct plan *plan, struct text *out) {
    struct numbers numbers = {0};
    codegen_overlay(plan, out, &numbers);
    numbers_free(&numbers);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* No buffer of terms or rule bits may be larger than what the device gives in one piece. */
static size_t chunk_of(const struct device *device, const struct plan *plan) {
    size_t of_band = plan->band_rows ? smaller(PLAN_CHUNK_CELLS, plan->band_rows * (size_t)plan->grid->width) : PLAN_CHUNK_CELLS;
    size_t of_buffer = device->info.largest_buffer_bytes / (sizeof(float) * (plan->scenario->n_criteria + 2));
    return smaller(of_band, of_buffer ? of_buffer : 1);
}

static status open_buffers(struct overlay_pass *overlay) {
    TRY(buffer_open(overlay->device, overlay->numbers.count * sizeof(float), &overlay->constants));
    TRY(MEMORY_ARRAY(overlay->n_outlets, &overlay->outlets));
    TRY(MEMORY_ARRAY(overlay->plan->scenario->n_targets + 1, &overlay->trees));
    if (overlay->n_counts) TRY(buffer_open(overlay->device, overlay->n_counts * sizeof *overlay->counts, &overlay->absent));
    if (overlay->n_counts) TRY(MEMORY_ARRAY(overlay->n_counts, &overlay->counts));
    return MEMORY_ARRAY(FIXED_ARGS + overlay->plan->n_planes + overlay->n_outlets + overlay->plan->scenario->n_targets + 4, &overlay->args);
}

static size_t count_models(const struct scenario *scenario) {
    size_t models = 0;
    for (size_t t = 0; t < scenario->n_targets; t++) models += scenario->targets[t].model != NULL;
    return models;
}

static size_t count_plain(const struct plan *plan) {
    size_t targets = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++) targets += codegen_keeps_plain(plan, t);
    return targets;
}

status overlay_open(struct device *device, const struct plan *plan, struct overlay_pass **out) {
    struct overlay_pass *overlay;
    struct text source = {0};
    if (plan->scenario->n_rules > RULES_MAX)
        return status_fail(LODE_BAD_DATA, "%zu rules, and at most %d can be told apart: join some of them", plan->scenario->n_rules, RULES_MAX);
    TRY(MEMORY_ARRAY(1, &overlay));
    *overlay =
        (struct overlay_pass){.device = device,
                              .plan = plan,
                              .cells_per_item = device->info.gpu ? 1 : CELLS_PER_ITEM_CPU,
                              .chunk_cells = chunk_of(device, plan),
                              .n_counts = codegen_counted(plan),
                              .n_outlets = plan->scenario->n_targets * RESULTS_PER_TARGET + 1 + count_models(plan->scenario) + count_plain(plan)};
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
    for (size_t i = 0; overlay->outlets && i < overlay->n_outlets; i++) buffer_close(overlay->outlets[i].held);
    buffer_close(overlay->constants);
    buffer_close(overlay->raw);
    buffer_close(overlay->membership);
    buffer_close(overlay->gathered);
    for (size_t t = 0; overlay->trees && t < overlay->plan->scenario->n_targets; t++) buffer_close(overlay->trees[t]);
    buffer_close(overlay->absent);
    free(overlay->trees);
    free(overlay->counts);
    free(overlay->outlets);
    free(overlay->args);
    numbers_free(&overlay->numbers);
    free(overlay->source);
    free(overlay);
}

/* The program with terms is built, and their memory taken, when they are first asked for. */
static status prepare(struct overlay_pass *overlay, enum variant variant) {
    static const char *const words[VARIANTS] = {"", " -DLODE_COVERAGE", " -DLODE_COVERAGE -DLODE_TERMS", " -DLODE_GATHER"};
    char options[100];
    snprintf(options, sizeof options, "-DCELLS_PER_ITEM=%zu -DLANES=%d%s", overlay->cells_per_item, overlay->cells_per_item > 1 ? LANES_CPU : 1,
             words[variant]);
    size_t criteria = overlay->plan->scenario->n_criteria;
    if (variant == WITH_TERMS && !overlay->raw) TRY(buffer_open(overlay->device, criteria * overlay->chunk_cells * sizeof(float), &overlay->raw));
    if (variant == WITH_TERMS && !overlay->membership)
        TRY(buffer_open(overlay->device, criteria * overlay->chunk_cells * sizeof(float), &overlay->membership));
    if (variant == WITH_GATHERED && !overlay->gathered)
        TRY(buffer_open(overlay->device, overlay->plan->n_rows * overlay->chunk_cells * sizeof(float), &overlay->gathered));
    if (overlay->kernels[variant]) return NULL;
    const char *const sources[] = {kernel_ops, overlay->source};
    if (!overlay->programs[variant]) TRY(program_build(overlay->device, sources, 2, options, &overlay->programs[variant]));
    return kernel_create(overlay->programs[variant], "overlay", &overlay->kernels[variant]);
}

static void outlet_point(struct outlet *outlet, size_t bytes, void *host) {
    outlet->bytes = bytes;
    outlet->host = host;
}

static void point_outlets(struct overlay_pass *overlay, const struct overlay_results *to) {
    struct outlet *next = overlay->outlets;
    for (size_t t = 0; t < overlay->plan->scenario->n_targets; t++) {
        outlet_point(next++, sizeof(float), to->score ? to->score[t] : NULL);
        outlet_point(next++, sizeof(uint8_t), to->state ? to->state[t] : NULL);
        outlet_point(next++, sizeof(float), to->coverage ? to->coverage[t] : NULL);
    }
    outlet_point(next++, rule_bits_bytes(overlay->plan->scenario->n_rules), to->rules);
    for (size_t t = 0; t < overlay->plan->scenario->n_targets; t++)
        if (overlay->plan->scenario->targets[t].model) outlet_point(next++, sizeof(uint32_t), to->condition ? to->condition[t] : NULL);
    for (size_t t = 0; t < overlay->plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(overlay->plan, t)) outlet_point(next++, sizeof(float), to->plain ? to->plain[t] : NULL);
}

static status outlet_open(struct outlet *outlet, struct device *device, size_t chunk_cells, size_t first, size_t cells) {
    outlet->memory = NULL;
    if (!outlet->host) return NULL;
    if (device->shares_memory) {
        cl_int code;
        outlet->memory = clCreateBuffer(device->context, CL_MEM_WRITE_ONLY | CL_MEM_USE_HOST_PTR, cells * outlet->bytes,
                                        outlet->host + first * outlet->bytes, &code);
        return opencl_status(code, "results of %zu cells on %s", cells, device->info.name);
    }
    if (!outlet->held) TRY(buffer_open(device, chunk_cells * outlet->bytes, &outlet->held));
    outlet->memory = outlet->held->memory;
    return NULL;
}

/* Waits for the launch. Shared memory holds what the device wrote once it has been mapped. */
static status outlet_fetch(struct outlet *outlet, struct device *device, size_t first, size_t cells) {
    if (!outlet->host) return NULL;
    if (!device->shares_memory) return buffer_read(outlet->held, 0, cells * outlet->bytes, outlet->host + first * outlet->bytes);
    cl_int code;
    void *mapped = clEnqueueMapBuffer(device->queue, outlet->memory, CL_TRUE, CL_MAP_READ, 0, cells * outlet->bytes, 0, NULL, NULL, &code);
    TRY(opencl_status(code, "results of %zu cells from %s", cells, device->info.name));
    return opencl_status(clEnqueueUnmapMemObject(device->queue, outlet->memory, mapped, 0, NULL, NULL), "results of %zu cells from %s", cells,
                         device->info.name);
}

static void outlet_close(struct outlet *outlet, const struct device *device) {
    if (outlet->memory && device->shares_memory) clReleaseMemObject(outlet->memory);
    outlet->memory = NULL;
}

static status launch(struct overlay_pass *overlay, enum variant variant, struct buffer *const *planes, size_t first, size_t cells) {
    const cl_ulong first_cell = first, stride = overlay->chunk_cells;
    const cl_uint chunk = (cl_uint)cells;
    struct kernel_arg *args = overlay->args;
    size_t n = 0;
    args[n++] = ARG(first_cell);
    args[n++] = ARG(chunk);
    args[n++] = ARG(stride);
    args[n++] = ARG_BUFFER(overlay->constants);
    for (size_t i = 0; i < overlay->plan->n_planes; i++) args[n++] = ARG_BUFFER(planes[i]);
    if (overlay->plan->made_rules) args[n++] = ARG_BUFFER(planes[overlay->plan->n_planes]);
    for (size_t i = 0; i < overlay->n_outlets; i++) args[n++] = overlay->outlets[i].host ? ARG(overlay->outlets[i].memory) : ARG_NOTHING;
    for (size_t t = 0; t < overlay->plan->scenario->n_targets; t++)
        if (codegen_has_trees(overlay->plan, t)) args[n++] = overlay->trees[t] ? ARG(overlay->trees[t]->memory) : ARG_NOTHING;
    if (overlay->n_counts) args[n++] = overlay->counting ? ARG(overlay->absent->memory) : ARG_NOTHING;
    if (variant == WITH_GATHERED) args[n++] = ARG_BUFFER(overlay->gathered);
    if (variant == WITH_TERMS) {
        args[n++] = ARG_BUFFER(overlay->raw);
        args[n++] = ARG_BUFFER(overlay->membership);
    }
    return kernel_run(overlay->device, overlay->kernels[variant], args, n, overlay->device->info.gpu ? GROUP_GPU : GROUP_CPU,
                      (cells + overlay->cells_per_item - 1) / overlay->cells_per_item, 1);
}

static status fetch_terms(const struct overlay_pass *overlay, float *const *to, size_t which, const struct buffer *from, size_t first, size_t cells) {
    if (!to || !to[which]) return NULL;
    return buffer_read(from, which * overlay->chunk_cells * sizeof(float), cells * sizeof(float), to[which] + first);
}

static status fetch(struct overlay_pass *overlay, const struct overlay_results *results, size_t first, size_t cells) {
    for (size_t i = 0; i < overlay->n_outlets; i++) TRY(outlet_fetch(&overlay->outlets[i], overlay->device, first, cells));
    for (size_t c = 0; c < overlay->plan->scenario->n_criteria; c++) {
        TRY(fetch_terms(overlay, results->raw, c, overlay->raw, first, cells));
        TRY(fetch_terms(overlay, results->membership, c, overlay->membership, first, cells));
    }
    for (size_t r = 0; r < overlay->plan->n_rows; r++) TRY(fetch_terms(overlay, results->gathered, r, overlay->gathered, first, cells));
    return NULL;
}

static status counts_clear(struct overlay_pass *overlay) {
    if (!overlay->counting) return NULL;
    memset(overlay->counts, 0, overlay->n_counts * sizeof *overlay->counts);
    return buffer_write(overlay->absent, 0, overlay->n_counts * sizeof *overlay->counts, overlay->counts);
}

static status counts_add(struct overlay_pass *overlay, int64_t *missing) {
    if (!overlay->counting || !missing) return NULL;
    TRY(buffer_read(overlay->absent, 0, overlay->n_counts * sizeof *overlay->counts, overlay->counts));
    for (size_t c = 0, i = 0; c < overlay->plan->scenario->n_criteria; c++)
        if (plan_is_counted(overlay->plan, c)) missing[c] += overlay->counts[i++];
    return NULL;
}

static status run_chunk(struct overlay_pass *overlay, enum variant variant, struct buffer *const *planes, size_t from, size_t first, size_t cells,
                        const struct overlay_results *results) {
    status failure = counts_clear(overlay);
    for (size_t i = 0; !failure && i < overlay->n_outlets; i++)
        failure = outlet_open(&overlay->outlets[i], overlay->device, overlay->chunk_cells, first, cells);
    if (!failure) failure = launch(overlay, variant, planes, from + first, cells);
    if (!failure) failure = fetch(overlay, results, first, cells);
    if (!failure) failure = counts_add(overlay, results->missing);
    if (failure) clFinish(overlay->device->queue);
    for (size_t i = 0; i < overlay->n_outlets; i++) outlet_close(&overlay->outlets[i], overlay->device);
    return failure;
}

/* Trees are learnt after the pass was opened, once. */
static status take_trees(struct overlay_pass *overlay) {
    for (size_t t = 0; t < overlay->plan->scenario->n_targets; t++) {
        const struct model_step *step = codegen_has_trees(overlay->plan, t) ? &overlay->plan->models[t] : NULL;
        if (!step || !step->trees || overlay->trees[t]) continue;
        size_t bytes = step->n_trees_words * sizeof *step->trees;
        TRY(buffer_open(overlay->device, bytes, &overlay->trees[t]));
        TRY(buffer_write(overlay->trees[t], 0, bytes, step->trees));
    }
    return NULL;
}

static status run_numbers(struct overlay_pass *overlay, struct buffer *const *planes, size_t from, size_t cells, const float *numbers,
                          const struct overlay_results *results) {
    enum variant variant = results->raw || results->membership ? WITH_TERMS : results->coverage ? WITH_COVERAGE : SCORES_ONLY;
    if (results->gathered) variant = WITH_GATHERED;
    size_t shared = smaller(CHUNK_CELLS_SHARED, overlay->device->info.largest_buffer_bytes / sizeof(uint64_t));
    size_t most = variant == SCORES_ONLY && overlay->device->shares_memory ? shared : overlay->chunk_cells;
    TRY(prepare(overlay, variant));
    TRY(take_trees(overlay));
    point_outlets(overlay, results);
    overlay->counting = results->missing && overlay->n_counts;
    TRY(buffer_write(overlay->constants, 0, overlay->numbers.count * sizeof(float), numbers));
    for (size_t first = 0; first < cells; first += most)
        TRY(run_chunk(overlay, variant, planes, from, first, cells - first < most ? cells - first : most, results));
    return NULL;
}

const struct overlay_weight *overlay_weights(const struct overlay_pass *overlay, size_t *count) {
    *count = overlay->numbers.n_weights;
    return overlay->numbers.weights;
}

size_t overlay_numbers(const struct overlay_pass *overlay, float *out) {
    for (size_t i = 0; out && i < overlay->numbers.count; i++)
        out[i] = i < overlay->plan->n_params ? overlay->plan->params[i] : overlay->numbers.values[i];
    return overlay->numbers.count;
}

status overlay_run_from(struct overlay_pass *overlay, struct buffer *const *planes, size_t from, size_t cells,
                        const struct overlay_results *results) {
    for (size_t i = 0; i < overlay->plan->n_params; i++) overlay->numbers.values[i] = overlay->plan->params[i];
    return run_numbers(overlay, planes, from, cells, overlay->numbers.values, results);
}

status overlay_run_numbers(struct overlay_pass *overlay, struct buffer *const *planes, size_t cells, const float *numbers,
                           const struct overlay_results *results) {
    return run_numbers(overlay, planes, 0, cells, numbers, results);
}

status overlay_run(struct overlay_pass *overlay, struct buffer *const *planes, size_t cells, const struct overlay_results *results) {
    return overlay_run_from(overlay, planes, 0, cells, results);
}
