/* Makes the planes of a band. Masks become bits, distances are made when a band passes: no whole-grid plane exists. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/permit_plane.h"
#include "analysis/planes_parts.h"
#include "base/vectors.h"
#include "model/rule_bits.h"

static bool is_loaded(enum plane_kind kind) {
    return !plane_is_distance(kind);
}

static status open_slot(const struct plan *plan, float ***loaded) {
    size_t cols = (size_t)plan->grid->width, rows = plan->band_rows;
    TRY(MEMORY_ARRAY(plan->n_planes, loaded));
    for (size_t i = 0; i < plan->n_planes; i++) {
        struct window around = local_window(&plan->planes[i], (struct window){0, 0, (int64_t)cols, (int64_t)rows});
        if (is_loaded(plan->planes[i].kind)) TRY(MEMORY_ARRAY((size_t)(around.cols * around.rows), &(*loaded)[i]));
    }
    return NULL;
}

static size_t rule_bytes_of(const struct plan *plan, size_t cells) {
    return cells * rule_bits_bytes(plan->scenario->n_rules);
}

static status open_rule_bits(struct planes *planes) {
    const struct plan *plan = planes->plan;
    const size_t bytes = rule_bytes_of(plan, plan->band_rows * (size_t)plan->grid->width);
    TRY(MEMORY_ARRAY(plan->slots, &planes->rule_bits));
    for (size_t s = 0; s < plan->slots; s++) TRY(memory_array(bytes, 1, &planes->rule_bits[s]));
    return NULL;
}

static status open_slots(struct planes *planes) {
    TRY(MEMORY_ARRAY(planes->plan->slots, &planes->loaded));
    TRY(MEMORY_ARRAY(planes->plan->slots, &planes->missing));
    if (planes->plan->made_rules) TRY(open_rule_bits(planes));
    for (size_t s = 0; s < planes->plan->slots; s++) {
        TRY(open_slot(planes->plan, &planes->loaded[s]));
        TRY(MEMORY_ARRAY(planes->plan->n_planes, &planes->missing[s]));
    }
    return NULL;
}

static void close_slot(const struct plan *plan, float **loaded) {
    for (size_t i = 0; loaded && i < plan->n_planes; i++) free(loaded[i]);
    free(loaded);
}

/* A plane that is handed over as it was read. */
static bool is_as_read(enum plane_kind kind) {
    return !plane_is_distance(kind) && !plane_is_local(kind) && !plane_is_of_features(kind);
}

/* A processor is lent what was read. */
static status open_band_room(struct planes *planes) {
    const struct plan *plan = planes->plan;
    const bool lent = device_shares_memory(planes->device);
    size_t width = (size_t)plan->grid->width, cells = plan->band_rows * width;
    TRY(MEMORY_ARRAY(cells, &planes->host));
    TRY(MEMORY_ARRAY(width, &planes->nearest_host));
    for (size_t i = 0; i < plan->n_planes; i++)
        if (!lent || !is_as_read(plan->planes[i].kind)) TRY(buffer_open(planes->device, cells * sizeof(float), &planes->buffers[i]));
    if (!lent && plan->made_rules) TRY(buffer_open(planes->device, rule_bytes_of(plan, cells), &planes->buffers[plan->n_planes]));
    for (size_t d = 0; d < plan->n_distances; d++)
        if (plan_reads_distance(plan, d)) TRY(buffer_open(planes->device, width * sizeof(int64_t), &planes->nearest[d]));
    if (lent || !plan_has_local(plan)) return NULL;
    return buffer_open(planes->device, plan_cells_around(plan, width, plan->band_rows) * sizeof(float), &planes->surface);
}

static status open_formulas(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t bytes = plan->band_rows * (size_t)plan->grid->width * sizeof(float);
    TRY(MEMORY_ARRAY(plan->scenario->n_criteria + 1, &planes->formulas));
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        const struct criterion *criterion = &plan->scenario->criteria[c];
        if (criterion->op != OP_FORMULA && !criterion_is_permit(criterion)) continue;
        if (!planes->formula_out) TRY(buffer_open(planes->device, bytes, &planes->formula_out));
        if (criterion->formula) TRY(formula_pass_open(planes->device, criterion->formula, &planes->formulas[c]));
    }
    return NULL;
}

static status open_tables(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->distances));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->costs));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->least_friction));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->nearest));
    return MEMORY_ARRAY(plan->n_planes + 1, &planes->buffers);
}

static status open_masks(struct planes *planes) {
    TRY(MEMORY_ARRAY(planes->plan->n_masks, &planes->masks));
    TRY(MEMORY_ARRAY(planes->plan->n_masks, &planes->mask_cells));
    return masks_open_room(planes);
}

static status open_land(struct planes *planes) {
    const struct plan *plan = planes->plan;
    if (!plan->permits) return NULL;
    TRY(MEMORY_ARRAY(plan->permits->n_land + 1, &planes->land));
    for (size_t i = 0; i < plan->permits->n_land; i++) planes->land[i] = &planes->masks[plan->land_masks[i]];
    return NULL;
}

static status fill(struct planes *planes) {
    TRY(open_tables(planes));
    TRY(features_open(planes));
    TRY(open_masks(planes));
    TRY(rules_open(planes));
    TRY(masks_make(planes));
    masks_close_room(planes);
    memory_trim();
    TRY(open_land(planes));
    TRY(open_formulas(planes));
    TRY(open_slots(planes));
    TRY(open_band_room(planes));
    return distances_keep_costs(planes);
}

static status fill_costs(struct planes *planes, const char *criterion) {
    TRY(open_tables(planes));
    TRY(open_masks(planes));
    return distances_make_costs(planes, criterion);
}

static status fill_beside(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(open_tables(planes));
    TRY(features_open(planes));
    for (size_t d = 0; d < plan->n_distances; d++)
        if (!plan->distances[d].friction && plan_reads_distance(plan, d)) TRY(distances_open_one(planes, d));
    TRY(open_formulas(planes));
    return open_band_room(planes);
}

static status new_planes(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) {
    TRY(MEMORY_ARRAY(1, out));
    (*out)->plan = plan;
    (*out)->layers = layers;
    (*out)->device = device;
    (*out)->log = log;
    return NULL;
}

status planes_open_beside(const struct planes *first, struct device *device, struct planes **out) {
    struct planes *planes = NULL;
    TRY(MEMORY_ARRAY(1, &planes));
    *planes = (struct planes){.plan = first->plan,
                              .layers = first->layers,
                              .device = device,
                              .log = first->log,
                              .loaded = first->loaded,
                              .missing = first->missing,
                              .rule_bits = first->rule_bits,
                              .masks = first->masks,
                              .first = first};
    status failure = fill_beside(planes);
    if (failure) {
        planes_close(planes);
        return failure;
    }
    *out = planes;
    return NULL;
}

static void close_own(struct planes *planes) {
    for (size_t i = 0; planes->masks && i < planes->plan->n_masks; i++) mask_free(&planes->masks[i]);
    for (size_t s = 0; planes->loaded && s < planes->plan->slots; s++) close_slot(planes->plan, planes->loaded[s]);
    for (size_t s = 0; planes->missing && s < planes->plan->slots; s++) free(planes->missing[s]);
    for (size_t d = 0; planes->fields && d < planes->plan->n_distances; d++) free(planes->fields[d]);
    for (size_t s = 0; planes->rule_bits && s < planes->plan->slots; s++) free(planes->rule_bits[s]);
    rules_close(planes);
    free(planes->rule_bits);
    free(planes->masks);
    free(planes->loaded);
    free(planes->missing);
    free(planes->fields);
}

static status closed_after(status failure, struct planes **planes) {
    if (!failure) return NULL;
    planes_close(*planes);
    *planes = NULL;
    return failure;
}

status planes_open(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) {
    TRY(new_planes(plan, layers, device, log, out));
    return closed_after(fill(*out), out);
}

status planes_open_costs(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, const char *criterion,
                         struct planes **out) {
    TRY(new_planes(plan, layers, device, log, out));
    return closed_after(fill_costs(*out, criterion), out);
}

void planes_adopt(struct planes *planes, const struct plan *plan) {
    planes->plan = plan;
}

void planes_close(struct planes *planes) {
    if (!planes) return;
    if (!planes->first) close_own(planes);
    for (size_t i = 0; planes->distances && i < planes->plan->n_distances; i++) distance_close(planes->distances[i]);
    for (size_t i = 0; planes->costs && i < planes->plan->n_distances; i++) cost_close(planes->costs[i]);
    for (size_t i = 0; planes->nearest && i < planes->plan->n_distances; i++) buffer_close(planes->nearest[i]);
    for (size_t i = 0; planes->buffers && i <= planes->plan->n_planes; i++) buffer_close(planes->buffers[i]);
    for (size_t c = 0; planes->formulas && c < planes->plan->scenario->n_criteria; c++) formula_pass_close(planes->formulas[c]);
    free(planes->formulas);
    buffer_close(planes->formula_out);
    masks_close_room(planes);
    terrain_close(planes->terrain);
    focal_close(planes->focal);
    percentile_close(planes->percentile);
    for (size_t i = 0; planes->interpolators && i < planes->plan->n_planes; i++) interpolator_close(planes->interpolators[i]);
    for (size_t i = 0; planes->densities && i < planes->plan->n_planes; i++) density_close(planes->densities[i]);
    free(planes->interpolators);
    free(planes->densities);
    free(planes->mask_cells);
    free(planes->distances);
    free(planes->costs);
    free(planes->least_friction);
    free(planes->nearest);
    free(planes->buffers);
    free(planes->nearest_host);
    free(planes->land);
    free(planes);
}

static status load_permits(struct planes *planes, const struct plane *plane, struct window window, float *values) {
    if (plane->layer != NO_INDEX) TRY(layers_values(planes->layers, plane->layer, window, values));
    permit_plane_fill(planes->plan->permits, planes->land, window, values);
    return NULL;
}

/* In stretches whose counts are as wide as their values, so that they are counted side by side. */
WIDE_VECTORS static int64_t count_missing(const float *values, size_t count) {
    enum { STRETCH = 1 << 12 };
    int64_t missing = 0;
    for (size_t from = 0; from < count; from += STRETCH) {
        size_t to = from + STRETCH < count ? from + STRETCH : count;
        int32_t some = 0;
        for (size_t i = from; i < to; i++) some += values[i] != values[i];
        missing += some;
    }
    return missing;
}

static status read_plane(struct planes *planes, const struct plane *plane, struct window window, float *values) {
    if (plane->kind == PLANE_PERMIT) return load_permits(planes, plane, window, values);
    if (plane->kind == PLANE_SHARE) return layers_share(planes->layers, plane->layer, window, values);
    return layers_values(planes->layers, plane->layer, local_window(plane, window), values);
}

status planes_load_one(struct planes *planes, size_t slot, size_t index, struct window window) {
    const struct plane *plane = &planes->plan->planes[index];
    float *values = planes->loaded[slot][index];
    planes->missing[slot][index] = 0;
    if (plane_is_distance(plane->kind) || plane_is_of_features(plane->kind)) return NULL;
    if (plane->kind == PLANE_INSIDE) {
        mask_unpack(&planes->masks[plane->mask], window, values);
        return NULL;
    }
    TRY(read_plane(planes, plane, window, values));
    if (is_as_read(plane->kind) && plane->kind != PLANE_PERMIT)
        planes->missing[slot][index] = count_missing(values, (size_t)(window.cols * window.rows));
    return NULL;
}

/* Of terrain, circles and what lies between points, what is missing is counted on the host. */
static status make(struct planes *planes, size_t slot, size_t index, struct window window, struct buffer *nearest) {
    const struct plane *plane = &planes->plan->planes[index];
    const size_t cells = (size_t)(window.cols * window.rows);
    float *values = planes->loaded[slot][index];
    if (is_as_read(plane->kind)) return buffer_lend(planes->device, values, cells * sizeof(float), &planes->buffers[index]);
    struct buffer *out = planes->buffers[index];
    const void *made;
    if (plane_is_distance(plane->kind)) return distances_fill(planes, (size_t)plane->distance, window, out, nearest);
    if (plane_is_local(plane->kind))
        TRY(local_make(planes, plane, window, values, out));
    else
        TRY(features_make(planes, index, window, out));
    TRY(buffer_look(out, cells * sizeof(float), values, &made));
    planes->missing[slot][index] = count_missing(made, cells);
    return NULL;
}

status planes_load(struct planes *planes, size_t slot, struct window window) {
    for (size_t i = 0; i < planes->plan->n_planes; i++) TRY(planes_load_one(planes, slot, i, window));
    rules_load(planes, slot, window);
    return NULL;
}

static status make_rules(struct planes *planes, size_t slot, struct window window) {
    const struct plan *plan = planes->plan;
    if (!plan->made_rules) return NULL;
    const size_t bytes = rule_bytes_of(plan, (size_t)(window.cols * window.rows));
    return buffer_lend(planes->device, planes->rule_bits[slot], bytes, &planes->buffers[plan->n_planes]);
}

status planes_make(struct planes *planes, size_t slot, struct window window) {
    for (size_t i = 0; i < planes->plan->n_planes; i++) TRY(make(planes, slot, i, window, NULL));
    return make_rules(planes, slot, window);
}

const float *planes_loaded(const struct planes *planes, size_t slot, size_t plane) {
    return planes->loaded[slot][plane];
}

int64_t planes_missing(const struct planes *planes, size_t slot, size_t plane) {
    return planes->missing[slot][plane];
}

static status fill_one(struct planes *planes, size_t plane, struct window window) {
    TRY(planes_load_one(planes, 0, plane, window));
    return make(planes, 0, plane, window, NULL);
}

status planes_fill_criterion(struct planes *planes, size_t criterion, struct window window) {
    const struct formula *formula = planes->plan->scenario->criteria[criterion].formula;
    if (!planes->formulas[criterion]) return fill_one(planes, (size_t)planes->plan->criteria[criterion].plane, window);
    for (size_t i = 0; i < formula->n_operands; i++) TRY(fill_one(planes, (size_t)planes->plan->operands[criterion][i], window));
    return NULL;
}

/* Permit classes to what the criterion says of them, by way of the host: for what looks at values before the fused pass. */
static status look_up(struct planes *planes, struct lookup_step lookup, const struct buffer *classes, size_t cells) {
    const float *numbers = planes->plan->params + lookup.first;
    TRY(buffer_read(classes, 0, cells * sizeof(float), planes->host));
    for (size_t i = 0; i < cells; i++) planes->host[i] = planes->host[i] >= 0 ? numbers[(size_t)planes->host[i]] : NAN;
    return buffer_write(planes->formula_out, 0, cells * sizeof(float), planes->host);
}

status planes_criterion(struct planes *planes, size_t criterion, struct window window, struct buffer **values) {
    struct formula_pass *pass = planes->formulas[criterion];
    const struct lookup_step lookup = plan_lookup(planes->plan, criterion);
    struct buffer *plane = pass ? NULL : planes->buffers[planes->plan->criteria[criterion].plane];
    const size_t cells = (size_t)(window.cols * window.rows);
    *values = pass || lookup.count ? planes->formula_out : plane;
    if (lookup.count) return look_up(planes, lookup, plane, cells);
    if (!pass) return NULL;
    return formula_pass_run(pass, planes->buffers, planes->plan->operands[criterion], cells, *values);
}

status planes_read_criterion(struct planes *planes, size_t criterion, struct window window, const float **values) {
    struct buffer *from;
    TRY(planes_criterion(planes, criterion, window, &from));
    *values = planes->host;
    return buffer_read(from, 0, (size_t)(window.cols * window.rows) * sizeof(float), planes->host);
}

struct buffer *const *planes_buffers(const struct planes *planes) {
    return planes->buffers;
}

status planes_fill_row(struct planes *planes, struct window window) {
    TRY(planes_load(planes, 0, window));
    for (size_t i = 0; i < planes->plan->n_planes; i++) {
        int distance = planes->plan->planes[i].distance;
        TRY(make(planes, 0, i, window, distance == NO_INDEX ? NULL : planes->nearest[distance]));
    }
    return make_rules(planes, 0, window);
}

status planes_permit_classes(struct planes *planes, struct window window, float *classes) {
    const int plane = planes->plan->permit_plane;
    for (int64_t i = 0; plane == NO_INDEX && i < window.cols; i++) classes[i] = NAN;
    return plane == NO_INDEX ? NULL : buffer_read(planes->buffers[plane], 0, (size_t)window.cols * sizeof(float), classes);
}

int64_t planes_mask_cells(const struct planes *planes, size_t mask) {
    return planes->mask_cells[mask];
}
