/* Masks as bits, a chunk of rows at a time: of layers, and of conditions on what criteria make of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/planes_parts.h"
#include "model/mask_clumps.h"

static int64_t widest(const struct plan *plan) {
    int64_t cols = plan->grid->width;
    for (size_t m = 0; m < plan->n_masks; m++)
        if (plan->masks[m].window.cols > cols) cols = plan->masks[m].window.cols;
    return cols;
}

/* What a formula takes, over a window of any width that a mask has. */
static status fill_operand(struct planes *planes, struct formula_operand operand, struct window window, struct buffer *out) {
    const struct mask_step inside = {.layer = operand.layer, .criterion = NO_INDEX};
    size_t cells = (size_t)(window.cols * window.rows);
    const struct plane slope = {.kind = PLANE_SLOPE, .layer = operand.layer, .halo_cols = 1, .halo_rows = 1};
    if (operand.kind == OPERAND_SLOPE) return local_fill(planes, &slope, window, out);
    if (operand.kind == OPERAND_INSIDE) {
        TRY(layers_inside(planes->layers, &inside, window, planes->host, planes->inside));
        for (size_t i = 0; i < cells; i++) planes->host[i] = planes->inside[i] ? 1.0f : 0.0f;
    } else {
        TRY(layers_values(planes->layers, operand.layer, window, planes->host));
    }
    return buffer_write(out, 0, cells * sizeof(float), planes->host);
}

void wide_close(struct wide *wide) {
    for (size_t i = 0; wide->operands && i < wide->formula->n_operands; i++) buffer_close(wide->operands[i]);
    formula_pass_close(wide->pass);
    free(wide->operands);
    *wide = (struct wide){0};
}

status wide_open(struct planes *planes, const struct formula *formula, struct wide *wide) {
    wide->formula = formula;
    TRY(MEMORY_ARRAY(formula->n_operands + 1, &wide->operands));
    for (size_t i = 0; i < formula->n_operands; i++) TRY(buffer_open(planes->device, buffer_bytes(planes->whole), &wide->operands[i]));
    return formula_pass_open(planes->device, formula, &wide->pass);
}

status wide_rows(struct planes *planes, struct wide *wide, struct window window, float *values) {
    size_t cells = (size_t)(window.cols * window.rows);
    for (size_t i = 0; i < wide->formula->n_operands; i++) TRY(fill_operand(planes, wide->formula->operands[i], window, wide->operands[i]));
    TRY(formula_pass_run(wide->pass, wide->operands, NULL, cells, planes->whole));
    return buffer_read(planes->whole, 0, cells * sizeof(float), values);
}

/* A mask's cells in a chunk of rows: a layer's own, or where a criterion made from it meets the condition. */
static status mask_chunk(struct planes *planes, const struct mask_step *mask, struct wide *wide, struct window chunk) {
    const struct plan *plan = planes->plan;
    int plane = mask->criterion == NO_INDEX ? NO_INDEX : plan->criteria[mask->criterion].plane;
    enum plane_kind kind = plane == NO_INDEX ? PLANE_LAYER : plan->planes[plane].kind;
    const bool features = plane_is_of_features(kind);
    if (!wide->formula && !plane_is_local(kind) && !features) return layers_inside(planes->layers, mask, chunk, planes->host, planes->inside);
    size_t cells = (size_t)(chunk.cols * chunk.rows);
    if (wide->formula) {
        TRY(wide_rows(planes, wide, chunk, planes->host));
    } else {
        TRY(features ? features_make(planes, (size_t)plane, chunk, planes->whole) : local_fill(planes, &plan->planes[plane], chunk, planes->whole));
        TRY(buffer_read(planes->whole, 0, cells * sizeof(float), planes->host));
    }
    condition_mark(mask->condition, planes->host, cells, planes->inside);
    return NULL;
}

/* Which cells of a chunk have a value that says whether they are in: of features, all. */
static status known_chunk(struct planes *planes, const struct mask_step *mask, struct wide *wide, struct window chunk) {
    const struct plan *plan = planes->plan;
    const bool of_values = mask->criterion != NO_INDEX && (wide->formula || plan->planes[plan->criteria[mask->criterion].plane].kind != PLANE_LAYER);
    const size_t cells = (size_t)(chunk.cols * chunk.rows);
    if (!of_values && plan->scenario->layers[mask->layer].kind == LAYER_VECTOR) {
        memset(planes->inside, 1, cells);
        return NULL;
    }
    if (of_values)
        TRY(mask_chunk(planes, mask, wide, chunk)); /* leaves the values in planes->host */
    else
        TRY(layers_values(planes->layers, mask->layer, chunk, planes->host));
    for (size_t i = 0; i < cells; i++) planes->inside[i] = (uint8_t)(planes->host[i] == planes->host[i]);
    return NULL;
}

static status turn_outside(struct planes *planes, const struct mask_step *step, struct wide *wide, struct mask *mask) {
    struct mask known;
    const int64_t chunk_rows = (int64_t)planes->plan->band_rows;
    for (int64_t b = 0; b < window_bands(step->window, chunk_rows); b++) {
        const struct window chunk = window_band(step->window, b, chunk_rows);
        TRY(known_chunk(planes, step, wide, chunk));
        TRY(mask_init(&known, chunk));
        mask_pack(&known, 0, chunk.rows, planes->inside);
        uint64_t *words = mask->bits + (chunk.row0 - step->window.row0) * mask->words_per_row;
        for (int64_t i = 0; i < mask->words_per_row * chunk.rows; i++) words[i] = known.bits[i] & ~words[i];
        mask_free(&known);
    }
    return NULL;
}

static status fill_mask(struct planes *planes, size_t index, struct wide *wide, double from, double to) {
    const struct mask_step *step = &planes->plan->masks[index];
    struct mask *mask = &planes->masks[index];
    int64_t chunk_rows = (int64_t)planes->plan->band_rows;
    TRY(mask_init(mask, step->window));
    for (int64_t b = 0; b < window_bands(step->window, chunk_rows); b++) {
        const struct window chunk = window_band(step->window, b, chunk_rows);
        const int64_t row = chunk.row0 - step->window.row0;
        TRY(log_progress(planes->log, from + (to - from) * (double)row / (double)step->window.rows));
        TRY(mask_chunk(planes, step, wide, chunk));
        mask_pack(mask, row, chunk.rows, planes->inside);
    }
    if (step->least_km2 > 0) TRY(mask_drop_clumps(mask, planes->plan->grid, step->least_km2));
    if (step->outside) TRY(turn_outside(planes, step, wide, mask));
    planes->mask_cells[index] = mask_count(mask);
    return NULL;
}

status masks_make_one(struct planes *planes, size_t index, double from, double to) {
    const struct mask_step *step = &planes->plan->masks[index];
    const struct criterion *criterion = step->criterion == NO_INDEX ? NULL : &planes->plan->scenario->criteria[step->criterion];
    struct wide wide = {0};
    status failure = criterion && criterion->op == OP_FORMULA ? wide_open(planes, criterion->formula, &wide) : NULL;
    if (!failure) failure = fill_mask(planes, index, &wide, from, to);
    wide_close(&wide);
    return failure;
}

/* One that only rules ask for is not needed again. */
static status prepare_distance(struct planes *planes, size_t distance) {
    TRY(distances_open_one(planes, distance));
    TRY(rules_take_distance(planes, distance));
    if (plan_reads_distance(planes->plan, distance)) return NULL;
    distance_close(planes->distances[distance]);
    planes->distances[distance] = NULL;
    return NULL;
}

status masks_make(struct planes *planes) {
    const struct plan *plan = planes->plan;
    for (size_t m = 0; m < plan->n_masks; m++) {
        TRY(masks_make_one(planes, m, (double)m / (double)plan->n_masks, (double)(m + 1) / (double)plan->n_masks));
        rules_take_mask(planes, m);
        for (size_t d = 0; d < plan->n_distances; d++)
            if (plan->distances[d].mask == (int)m) TRY(prepare_distance(planes, d));
        if (!plan_keeps_mask(plan, m)) mask_free(&planes->masks[m]);
    }
    return NULL;
}

status masks_open_room(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t cols = (size_t)widest(plan), cells = cols * plan->band_rows, around = plan_cells_around(plan, cols, plan->band_rows);
    TRY(MEMORY_ARRAY(around, &planes->host));
    TRY(MEMORY_ARRAY(cells, &planes->inside));
    const bool on_device = plan_has_local(plan) || plan_has_formula(plan);
    if (on_device) TRY(buffer_open(planes->device, around * sizeof(float), &planes->surface));
    if (!on_device && !plan_makes_of_distances(plan)) return NULL;
    return buffer_open(planes->device, cells * sizeof(float), &planes->whole);
}

void masks_close_room(struct planes *planes) {
    free(planes->host);
    free(planes->inside);
    buffer_close(planes->surface);
    buffer_close(planes->whole);
    planes->host = NULL;
    planes->inside = NULL;
    planes->surface = planes->whole = NULL;
}
