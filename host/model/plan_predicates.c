/* What a plan's planes and criteria are like, and how its bands are cut. */
#include <math.h>
#include <string.h>

#include "model/plan.h"

bool plane_is_local(enum plane_kind kind) {
    return kind >= PLANE_SLOPE && kind <= PLANE_PERCENTILE;
}

bool plane_is_circle(enum plane_kind kind) {
    return kind >= PLANE_RELIEF && kind <= PLANE_PERCENTILE;
}

bool plane_is_density(enum plane_kind kind) {
    return kind == PLANE_DENSITY || kind == PLANE_CROSSINGS;
}

bool plane_is_of_features(enum plane_kind kind) {
    return plane_is_interpolated(kind) || plane_is_density(kind);
}

bool plane_is_interpolated(enum plane_kind kind) {
    return kind >= PLANE_IDW && kind <= PLANE_KRIGING_VARIANCE;
}

bool plane_is_distance(enum plane_kind kind) {
    return kind == PLANE_DISTANCE || kind == PLANE_COST;
}

bool plan_has_local(const struct plan *plan) {
    for (size_t i = 0; i < plan->n_planes; i++)
        if (plane_is_local(plan->planes[i].kind) || plane_is_of_features(plan->planes[i].kind)) return true;
    return false;
}

bool plan_has_formula(const struct plan *plan) {
    for (size_t c = 0; c < plan->scenario->n_criteria; c++)
        if (plan->scenario->criteria[c].formula) return true;
    return false;
}

bool plan_reads_mask(const struct plan *plan, size_t mask) {
    for (size_t i = 0; i < plan->n_planes; i++)
        if (plan->planes[i].kind == PLANE_INSIDE && plan->planes[i].mask == (int)mask) return true;
    for (size_t i = 0; plan->permits && i < plan->permits->n_land; i++)
        if (plan->land_masks[i] == (int)mask) return true;
    return false;
}

bool plan_reads_distance(const struct plan *plan, size_t distance) {
    for (size_t i = 0; i < plan->n_planes; i++)
        if (plane_is_distance(plan->planes[i].kind) && plan->planes[i].distance == (int)distance) return true;
    return false;
}

bool plan_keeps_mask(const struct plan *plan, size_t mask) {
    for (size_t d = 0; plan->devices > 1 && d < plan->n_distances; d++)
        if (plan->distances[d].mask == (int)mask && plan_reads_distance(plan, d)) return true;
    return plan_reads_mask(plan, mask);
}

bool plan_makes_of_distances(const struct plan *plan) {
    for (size_t r = 0; r < plan->scenario->n_rules; r++)
        if (plan->rules[r].made && plan->rules[r].n_distances) return true;
    return false;
}

int plan_class_plane(const struct plan *plan) {
    for (size_t r = 0; r < plan->scenario->n_rules; r++)
        if (plan->rules[r].n_codes) return plan->rules[r].class_plane;
    return NO_INDEX;
}

size_t plan_cells_around(const struct plan *plan, size_t cols, size_t rows) {
    int64_t halo_cols = 1, halo_rows = 1;
    for (size_t i = 0; i < plan->n_planes; i++) {
        if (plan->planes[i].halo_cols > halo_cols) halo_cols = plan->planes[i].halo_cols;
        if (plan->planes[i].halo_rows > halo_rows) halo_rows = plan->planes[i].halo_rows;
    }
    return (cols + 2 * (size_t)halo_cols) * (rows + 2 * (size_t)halo_rows);
}

bool plan_reads_cost(const struct plan *plan, size_t distance, const char *criterion) {
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        const int plane = plan->criteria[c].plane;
        if (plane == NO_INDEX || plan->planes[plane].kind != PLANE_COST || plan->planes[plane].distance != (int)distance) continue;
        if (!criterion || strcmp(criterion, plan->scenario->criteria[c].name) == 0) return true;
    }
    return false;
}

bool plan_needs_stats(const struct plan *plan, size_t criterion) {
    const struct membership *m = &plan->scenario->criteria[criterion].membership;
    const struct membership_row *row = &membership_table[m->kind];
    for (size_t i = 0; i < row->n_params; i++)
        if (row->params[i].from_stats && isnan(m->params[i])) return true;
    return row->needs_stats;
}

int64_t plan_bands(const struct plan *plan) {
    return window_bands(grid_window(plan->grid), (int64_t)plan->band_rows);
}

struct window plan_band(const struct plan *plan, int64_t band) {
    return window_band(grid_window(plan->grid), band, (int64_t)plan->band_rows);
}
