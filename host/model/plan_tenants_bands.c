/* What bands take on their way from layers to scores, and sites when they are explained. */
#include "model/plan_tenants.h"

enum { CIRCLE_LANES = 16 };

/* geo/vector_share.c: a strip of cells a layer, with what edges cover of them and of those beside them. */
size_t tenant_shares(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t planes = 0;
    for (size_t i = 0; i < plan->n_planes; i++) planes += plan->planes[i].kind == PLANE_SHARE;
    return planes * (width_of(plan) + 1) * PLAN_SHARE_ROWS * (2 * sizeof(double) + sizeof(float));
}

size_t tenant_layers_in_flight(const struct plan *plan, size_t rows) {
    size_t cells = 0;
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (!plane_is_distance(plane->kind)) cells += (width_of(plan) + 2 * (size_t)plane->halo_cols) * (rows + 2 * (size_t)plane->halo_rows);
    }
    return plan->slots * (cells * sizeof(float) + width_of(plan) * rows * made_bytes(plan));
}

/* A set a device: every plane, rules, a terrain's surface, a formula's or a permit criterion's result, a row of nearest sources a distance. */
size_t tenant_planes_on_device(const struct plan *plan, size_t rows) {
    size_t planes = plan->n_planes, surface = plan_has_local(plan) ? plan_cells_around(plan, width_of(plan), rows) : 0;
    for (size_t c = 0; c < plan->scenario->n_criteria && planes == plan->n_planes; c++)
        planes += plan->scenario->criteria[c].op == OP_FORMULA || criterion_is_permit(&plan->scenario->criteria[c]);
    size_t floats = planes * width_of(plan) * rows + surface;
    return plan->devices * (floats * sizeof(float) + width_of(plan) * rows * made_bytes(plan) + plan->n_distances * width_of(plan) * sizeof(int64_t));
}

/* compute/focal.c: pieces of runs twice and the sums of circles, of two or three numbers a cell, and the runs' lengths. Masks may be made of them
 * too, and are wider; the largest of each is kept. */
size_t tenant_circles(const struct plan *plan, size_t rows) {
    size_t most = 0, cols = rounded_up(widest(plan), CIRCLE_LANES);
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (!plane_is_circle(plane->kind)) continue;
        if (plane->kind == PLANE_PERCENTILE) continue;
        size_t number = plane->kind == PLANE_SD ? 3 * sizeof(double) : plane->kind == PLANE_RELIEF ? 3 * sizeof(float) : 2 * sizeof(double);
        size_t wide = rounded_up(cols + 2 * (size_t)plane->halo_cols, CIRCLE_LANES), high = rows + 2 * (size_t)plane->halo_rows;
        most = larger(most, number * (2 * wide * high + cols * rows) + 2 * sizeof(int) * rows * (high + 2));
    }
    return most * plan->devices;
}

/* compute/percentile.c: keys of cells and those around, and the runs' lengths. */
size_t tenant_percentiles(const struct plan *plan, size_t rows) {
    size_t most = 0, cols = rounded_up(widest(plan), CIRCLE_LANES);
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (plane->kind != PLANE_PERCENTILE) continue;
        size_t wide = rounded_up(cols + 2 * (size_t)plane->halo_cols, CIRCLE_LANES), high = rows + 2 * (size_t)plane->halo_rows;
        most = larger(most, sizeof(int) * (wide * high + 2 * rows * (high + 2)));
    }
    return most * plan->devices;
}

size_t tenant_values_fetched(const struct plan *plan, size_t rows) {
    return plan->devices * width_of(plan) * rows * sizeof(float);
}

/* analysis/gather.c: values that weights are made of, of bands in flight and of a chunk. */
size_t tenant_gathered(const struct plan *plan, size_t rows) {
    size_t cells = width_of(plan) * rows;
    return plan->n_rows * sizeof(float) * (PLAN_SLOTS * cells + smaller(PLAN_CHUNK_CELLS, cells));
}

/* analysis/model_fit.c: a band's states of each model, and on the device those of one. */
size_t tenant_studied(const struct plan *plan, size_t rows) {
    size_t models = models_of(plan, false);
    return models ? (models + 1) * width_of(plan) * rows : 0;
}

/* Which classes a cell's evidence falls into: of bands in flight, and of a chunk on each device. */
size_t tenant_conditions(const struct plan *plan, size_t rows) {
    size_t cells = width_of(plan) * rows;
    return models_of(plan, true) * sizeof(uint32_t) * (plan->slots * cells + plan->devices * smaller(PLAN_CHUNK_CELLS, cells));
}

/* compute/overlay.c: what is fetched of a chunk; analysis/sites.c: of a row. */
size_t tenant_terms(const struct plan *plan, size_t rows) {
    size_t chunk = smaller(PLAN_CHUNK_CELLS, width_of(plan) * rows), criteria = plan->scenario->n_criteria, targets = plan->scenario->n_targets;
    size_t of_row = width_of(plan) * (21 + 8 * criteria + 16 * plan->n_distances);
    return plan->devices * chunk * (8 * criteria + 9 * targets + 8) + of_row;
}

/* analysis/certainty.c: a score for each draw and site, and each criterion's weight. */
size_t tenant_certainty(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t most = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        const struct target *target = &plan->scenario->targets[t];
        size_t sites = target->candidates == CANDIDATE_PEAKS ? smaller(target->count, CERTAINTY_SITES_MAX) : CERTAINTY_SITES_MAX;
        size_t draw = sites * sizeof(float) + plan->scenario->n_criteria * sizeof(double);
        if (target->certainty.asked) most = larger(most, target->certainty.draws * draw);
    }
    return most;
}
