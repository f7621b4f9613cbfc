/* Sizes of tenants (model/plan_memory.h), a function a row of its table: bytes for bands of `rows` rows. Where a size is decided elsewhere, the
 * function says where. For the files of that table alone. */
#ifndef LODE_MODEL_PLAN_TENANTS_H
#define LODE_MODEL_PLAN_TENANTS_H

#include "model/plan.h"
#include "model/rule_bits.h"

/* plan_tenants_masks.c */
size_t tenant_cache(const struct plan *plan, size_t rows);
size_t tenant_warping(const struct plan *plan, size_t rows);
size_t tenant_strips(const struct plan *plan, size_t rows);
size_t tenant_clumps(const struct plan *plan, size_t rows);
size_t tenant_masks_kept(const struct plan *plan, size_t rows);
size_t tenant_mask_in_hand(const struct plan *plan, size_t rows);
size_t tenant_distances(const struct plan *plan, size_t rows);
size_t tenant_distance_of_rules(const struct plan *plan, size_t rows);
size_t tenant_rules_made(const struct plan *plan, size_t rows);
size_t tenant_costs(const struct plan *plan, size_t rows);
size_t tenant_mask_room(const struct plan *plan, size_t rows);

/* plan_tenants_bands.c */
size_t tenant_shares(const struct plan *plan, size_t rows);
size_t tenant_layers_in_flight(const struct plan *plan, size_t rows);
size_t tenant_planes_on_device(const struct plan *plan, size_t rows);
size_t tenant_circles(const struct plan *plan, size_t rows);
size_t tenant_percentiles(const struct plan *plan, size_t rows);
size_t tenant_values_fetched(const struct plan *plan, size_t rows);
size_t tenant_gathered(const struct plan *plan, size_t rows);
size_t tenant_studied(const struct plan *plan, size_t rows);
size_t tenant_conditions(const struct plan *plan, size_t rows);
size_t tenant_terms(const struct plan *plan, size_t rows);
size_t tenant_certainty(const struct plan *plan, size_t rows);

/* plan_tenants_surfaces.c */
size_t tenant_page_made(const struct plan *plan, size_t rows);
size_t tenant_page_taken(const struct plan *plan, size_t rows);
size_t tenant_surfaces_in_memory(const struct plan *plan, size_t rows);
size_t tenant_pages_in_flight(const struct plan *plan, size_t rows);
size_t tenant_variants(const struct plan *plan, size_t rows);
size_t tenant_picture(const struct plan *plan, size_t rows);
size_t tenant_overviews(const struct plan *plan, size_t rows);
size_t tenant_pages_written(const struct plan *plan, size_t rows);
size_t tenant_rules_written(const struct plan *plan, size_t rows);
size_t tenant_packing(const struct plan *plan, size_t rows);

/* What several of them ask. */
static inline size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static inline size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

static inline size_t width_of(const struct plan *plan) {
    return (size_t)plan->grid->width;
}

static inline size_t cells_of(const struct plan *plan) {
    return width_of(plan) * (size_t)plan->grid->height;
}

static inline size_t rounded_up(size_t count, size_t step) {
    return (count + step - 1) / step * step;
}

static inline size_t widest(const struct plan *plan) {
    size_t cols = width_of(plan);
    for (size_t m = 0; m < plan->n_masks; m++) cols = larger(cols, (size_t)plan->masks[m].window.cols);
    return cols;
}

/* Of a cell in the plane of rule bits. */
static inline size_t rule_bytes(const struct plan *plan) {
    return plan->scenario->n_rules ? rule_bits_bytes(plan->scenario->n_rules) : 0;
}

static inline size_t made_bytes(const struct plan *plan) {
    return plan->made_rules ? rule_bytes(plan) : 0;
}

/* Bits of a mask in whole words. */
static inline size_t mask_bytes(const struct plan *plan, size_t mask) {
    struct window window = plan->masks[mask].window;
    return rounded_up((size_t)window.cols, 64) / 8 * (size_t)window.rows;
}

/* Bits of the grid's rows. */
static inline size_t row_bits(const struct plan *plan) {
    return rounded_up(width_of(plan), 64) / 8;
}

static inline size_t models_of(const struct plan *plan, bool classes) {
    size_t models = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        const struct model *model = plan->scenario->targets[t].model;
        models += model && (!classes || model->kind == MODEL_WEIGHTS_OF_EVIDENCE);
    }
    return models;
}

#endif
