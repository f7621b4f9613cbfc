/* A plan as people read it: `lodescan check`, `--dump-plan`. */
#include <stdio.h>

#include "model/overlay_print.h"
#include "model/plan.h"
#include "model/rule_dates.h"
#include "model/schema.h"

static void permit_words(const struct plan *plan, struct text *out) {
    const struct permit_places *permits = plan->permits;
    const struct permit_wish *wish = &plan->scenario->permits;
    text_print(out, "permit class of %zu: jurisdiction", permits->n_jurisdictions * (permits->n_land + 1));
    if (permits->layer != NO_INDEX) text_print(out, " by %s", plan->scenario->layers[permits->layer].name);
    if (wish->jurisdiction) text_print(out, "%s%s", permits->layer != NO_INDEX ? ", else " : " ", wish->jurisdiction);
    text_add(out, "; land");
    for (size_t i = 0; i < wish->n_land; i++) text_print(out, " %s in %s,", wish->land[i].of, wish->land[i].name);
    text_print(out, " %s%s", wish->n_land ? "else " : "", wish->elsewhere);
}

static void variogram_words(const struct interpolation *how, struct text *out) {
    text_print(out, ", %s variogram%s of nugget %.6g, sill %.6g, range %.6g m,", variogram_names[how->variogram],
               how->fitted ? " fitted to the points," : "", how->nugget, how->sill, how->range_m);
}

static const char *metric_words(enum metric metric) {
    return metric == METRIC_GEODESIC ? " (geodesic)" : " (planar, exact)";
}

static void plane_words(const struct plan *plan, const struct plane *plane, struct text *out) {
    static const char *const words[PLANE_KINDS] = {[PLANE_LAYER] = "read",
                                                   [PLANE_SLOPE] = "slope of",
                                                   [PLANE_ASPECT] = "aspect of",
                                                   [PLANE_ROUGHNESS] = "roughness of",
                                                   [PLANE_RUGGEDNESS] = "ruggedness of",
                                                   [PLANE_PROFILE_CURVATURE] = "profile curvature of",
                                                   [PLANE_PLAN_CURVATURE] = "plan curvature of",
                                                   [PLANE_TANGENTIAL_CURVATURE] = "tangential curvature of",
                                                   [PLANE_RELIEF] = "relief of",
                                                   [PLANE_TPI] = "topographic position of",
                                                   [PLANE_MEAN] = "mean of",
                                                   [PLANE_SD] = "standard deviation of",
                                                   [PLANE_PERCENTILE] = "percentile of",
                                                   [PLANE_IDW] = "inverse distance weights of",
                                                   [PLANE_KRIGING] = "kriging of",
                                                   [PLANE_KRIGING_VARIANCE] = "kriging variance of",
                                                   [PLANE_DENSITY] = "density of",
                                                   [PLANE_CROSSINGS] = "density of crossings of",
                                                   [PLANE_DISTANCE] = "distance to",
                                                   [PLANE_COST] = "cost distance to",
                                                   [PLANE_INSIDE] = "inside",
                                                   [PLANE_SHARE] = "share covered by"};
    if (plane->kind == PLANE_PERMIT) {
        permit_words(plan, out);
        return;
    }
    int mask = plane->kind == PLANE_DISTANCE || plane->kind == PLANE_COST ? plan->distances[plane->distance].mask : plane->mask;
    int layer = mask != NO_INDEX ? plan->masks[mask].layer : plane->layer;
    text_print(out, "%s %s", words[plane->kind], plan->scenario->layers[layer].name);
    if (mask != NO_INDEX && plan->masks[mask].condition) text_print(out, " where %s", plan->masks[mask].condition->text);
    if (plane_is_interpolated(plane->kind)) text_print(out, ", %zu nearest", plane->interpolation->neighbours);
    if (plane->kind == PLANE_KRIGING || plane->kind == PLANE_KRIGING_VARIANCE) variogram_words(plane->interpolation, out);
    if (plane_is_density(plane->kind)) text_print(out, ", %s kernel%s", density_kernel_names[plane->kernel], plane->weighted ? ", weighted" : "");
    if (plane->kind == PLANE_PERCENTILE) text_print(out, ", %g percent", plane->percentile);
    if (plane->radius_m > 0) text_print(out, " within %g m", plane->radius_m);
    if (plane->kind == PLANE_DISTANCE) text_add(out, metric_words(plan->distances[plane->distance].metric));
    if (plane->kind == PLANE_COST) text_print(out, " over %s", plan->distances[plane->distance].friction->text);
}

static void made_rule_words(const struct plan *plan, size_t rule, struct text *out) {
    const struct rule_step *step = &plan->rules[rule];
    text_print(out, "bits of rule %s:", plan->scenario->rules[rule].name);
    if (step->mask != NO_INDEX) text_print(out, " mask %d%s", step->mask, step->n_distances ? "," : "");
    for (size_t i = 0; i < step->n_distances; i++) {
        const struct distance_step *distance = &plan->distances[step->distances[i]];
        text_print(out, "%s distance to mask %d%s", i ? "," : "", distance->mask, metric_words(distance->metric));
    }
    text_add(out, "\n");
}

void plan_print(const struct plan *plan, struct text *out) {
    for (size_t i = 0; i < plan->n_masks; i++) {
        const struct mask_step *mask = &plan->masks[i];
        text_print(out, "mask %zu: %s%s%s%s, ", i, mask->outside ? "outside " : "", plan->scenario->layers[mask->layer].name,
                   mask->condition ? " where " : "", mask->condition ? mask->condition->text : "");
        if (mask->by) text_print(out, "buffer of %.6g m by %s, ", mask->length_m, mask->by->field);
        if (mask->least_km2 > 0) text_print(out, "clumps of %.6g km2 or more, ", mask->least_km2);
        text_print(out, "%lld x %lld cells (%.6g km beyond the grid)\n", (long long)mask->window.cols, (long long)mask->window.rows,
                   mask->reach_m / 1000);
    }
    for (size_t r = 0; r < plan->scenario->n_rules; r++)
        if (plan->rules[r].made) made_rule_words(plan, r, out);
    for (size_t i = 0; i < plan->n_planes; i++) {
        text_print(out, "plane %zu: ", i);
        plane_words(plan, &plan->planes[i], out);
        text_add(out, "\n");
    }
    for (size_t c = 0; c < plan->scenario->n_criteria; c++)
        if (plan_needs_stats(plan, c)) text_print(out, "statistics: %s\n", plan->scenario->criteria[c].name);
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        const struct model *model = plan->scenario->targets[t].model;
        char before[NAME_LENGTH_MAX + 3];
        snprintf(before, sizeof before, "%s: ", plan->scenario->targets[t].name);
        if (model)
            text_print(out, "training: %s of target %s, %zu criteria\n", model_table[model->kind].name, plan->scenario->targets[t].name,
                       model->n_evidence);
        else
            overlay_print(plan, plan->scenario, plan->scenario->targets[t].score, before, out);
    }
    for (size_t r = 0; r < plan->scenario->n_rules; r++) {
        if (!plan->scenario->rules[r].suspended) continue;
        text_print(out, "not in force: rule %s, ", plan->scenario->rules[r].name);
        rule_dates_words(&plan->scenario->rules[r], out);
        text_add(out, "\n");
    }
    if (plan->n_gathers) text_print(out, "statistics of memberships: %zu overlays, %zu passes\n", plan->n_gathers, plan->n_levels);
    text_print(out, "fused pass: %zu criteria, %zu rules, %zu targets, %lld bands of %zu rows\n", plan->scenario->n_criteria, plan->scenario->n_rules,
               plan->scenario->n_targets, (long long)plan_bands(plan), plan->band_rows);
}
