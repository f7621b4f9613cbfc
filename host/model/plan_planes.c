/* Planes, masks and distances that were asked for before are not made again. */
#include "model/plan_planes.h"

#include <math.h>

#include "model/circle.h"
#include "model/plan_reach.h"

static bool same_interpolation(const struct interpolation *a, const struct interpolation *b) {
    if (!a || !b) return a == b;
    bool same_sill = a->sill == b->sill || (isnan(a->sill) && isnan(b->sill)),
         same_range = a->range_m == b->range_m || (isnan(a->range_m) && isnan(b->range_m));
    return a->neighbours == b->neighbours && a->power == b->power && a->variogram == b->variogram && a->nugget == b->nugget && same_sill &&
           same_range;
}

static int plan_add_plane(struct plan *plan, struct plane plane) {
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *have = &plan->planes[i];
        if (have->kind == plane.kind && have->layer == plane.layer && have->distance == plane.distance && have->mask == plane.mask &&
            have->radius_m == plane.radius_m && have->percentile == plane.percentile && have->kernel == plane.kernel &&
            have->weighted == plane.weighted && same_interpolation(have->interpolation, plane.interpolation))
            return (int)i;
    }
    plan->planes[plan->n_planes] = plane;
    return (int)plan->n_planes++;
}

int plan_add_layer_plane(struct plan *plan, enum plane_kind kind, int layer) {
    int64_t halo = plane_is_local(kind) ? 1 : 0;
    return plan_add_plane(plan,
                          (struct plane){.kind = kind, .layer = layer, .distance = NO_INDEX, .mask = NO_INDEX, .halo_cols = halo, .halo_rows = halo});
}

int plan_add_density_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion) {
    return plan_add_plane(plan, (struct plane){.kind = kind,
                                               .layer = criterion->layer,
                                               .distance = NO_INDEX,
                                               .mask = NO_INDEX,
                                               .radius_m = criterion->radius_m,
                                               .kernel = criterion->kernel,
                                               .weighted = criterion->weighted});
}

/* Between points nothing of a layer's cells is read. */
int plan_add_interpolated_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion) {
    return plan_add_plane(plan, (struct plane){.kind = kind,
                                               .layer = criterion->layer,
                                               .distance = NO_INDEX,
                                               .mask = NO_INDEX,
                                               .radius_m = criterion->radius_m,
                                               .interpolation = &criterion->interpolation});
}

status plan_add_circle_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion, int *out) {
    struct plane plane = {.kind = kind, .layer = criterion->layer, .distance = NO_INDEX, .mask = NO_INDEX, .radius_m = criterion->radius_m};
    if (kind == PLANE_PERCENTILE) plane.percentile = criterion->percentile;
    circle_halo(plan->grid, plane.radius_m, &plane.halo_cols, &plane.halo_rows);
    if (plane.halo_cols < 1 && plane.halo_rows < 1)
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: criterion '%s': within a `radius` of %g m of a cell there is no other cell; make it longer",
                           plan->scenario->path, criterion->at.line, criterion->at.column, criterion->name, plane.radius_m);
    const bool ranked = kind == PLANE_PERCENTILE;
    const int64_t most_rows = ranked ? PERCENTILE_ROWS_MAX : CIRCLE_ROWS_MAX, most_cols = ranked ? PERCENTILE_COLS_MAX : CIRCLE_COLS_MAX;
    if (plane.halo_rows > most_rows || plane.halo_cols > most_cols)
        return status_fail(
            LODE_BAD_DATA,
            "%s:%d:%d: criterion '%s': a `radius` of %g m reaches %lld columns and %lld rows far, and %lld and %lld are the most; make it "
            "shorter or the grid's cells larger",
            plan->scenario->path, criterion->at.line, criterion->at.column, criterion->name, plane.radius_m, (long long)plane.halo_cols,
            (long long)plane.halo_rows, (long long)most_cols, (long long)most_rows);
    *out = plan_add_plane(plan, plane);
    return NULL;
}

int plan_add_mask(struct plan *plan, struct mask_step step) {
    for (size_t i = 0; i < plan->n_masks; i++) {
        struct mask_step *have = &plan->masks[i];
        if (have->layer != step.layer || have->criterion != step.criterion || have->condition != step.condition ||
            have->any_value != step.any_value || have->least_km2 != step.least_km2 || have->by != step.by || have->length_m != step.length_m ||
            have->outside != step.outside)
            continue;
        if (step.reach_m > have->reach_m) {
            have->reach_m = step.reach_m;
            have->window = reach_window(plan->grid, step.reach_m);
        }
        return (int)i;
    }
    step.window = reach_window(plan->grid, step.reach_m);
    plan->masks[plan->n_masks] = step;
    return (int)plan->n_masks++;
}

int plan_add_layer_mask(struct plan *plan, int layer, double reach_m) {
    return plan_add_mask(plan, (struct mask_step){.layer = layer, .criterion = NO_INDEX, .reach_m = reach_m});
}

int plan_add_inside_plane(struct plan *plan, int mask) {
    return plan_add_plane(plan, (struct plane){.kind = PLANE_INSIDE, .layer = NO_INDEX, .distance = NO_INDEX, .mask = mask});
}

int plan_add_distance(struct plan *plan, int mask, enum metric metric, double reach_m) {
    if (metric == METRIC_AUTO) metric = plan->grid->geographic ? METRIC_GEODESIC : METRIC_PLANAR;
    size_t d = 0;
    while (d < plan->n_distances && (plan->distances[d].friction || plan->distances[d].mask != mask || plan->distances[d].metric != metric)) d++;
    if (d == plan->n_distances) plan->distances[plan->n_distances++] = (struct distance_step){.mask = mask, .metric = metric};
    plan->distances[d].reach_m = fmax(plan->distances[d].reach_m, reach_m);
    return (int)d;
}

int plan_add_distance_plane(struct plan *plan, int mask, enum metric metric, double reach_m) {
    const int distance = plan_add_distance(plan, mask, metric, reach_m);
    return plan_add_plane(plan, (struct plane){.kind = PLANE_DISTANCE, .layer = NO_INDEX, .distance = distance, .mask = NO_INDEX});
}

int plan_add_cost_plane(struct plan *plan, int mask, const struct formula *friction, double reach_m) {
    int d = (int)plan->n_distances++;
    plan->distances[d] = (struct distance_step){.mask = mask, .metric = METRIC_PLANAR, .reach_m = reach_m, .friction = friction};
    return plan_add_plane(plan, (struct plane){.kind = PLANE_COST, .layer = NO_INDEX, .distance = d, .mask = NO_INDEX});
}
