/* Conditions and buffers of rules are compared by what they say: rules of another day are copies. */
#include "model/plan_vary.h"

#include <string.h>

#include "model/plan_gather.h"

static void copy_numbers(struct plan *plan, size_t to, const struct plan *base, size_t from, size_t count) {
    memcpy(plan->params + to, base->params + from, count * sizeof *plan->params);
}

static status open_model(struct plan *plan, const struct plan *base, size_t target) {
    const struct model_step *of = &base->models[target];
    size_t *n_keys = arena_alloc(&plan->arena, of->n_terms, sizeof *n_keys);
    bool *exact = arena_alloc(&plan->arena, of->n_terms, sizeof *exact);
    if (!n_keys || !exact) return status_no_memory();
    for (size_t i = 0; i < of->n_terms; i++) {
        n_keys[i] = of->terms[i].n_keys;
        exact[i] = of->terms[i].exact;
    }
    TRY(plan_open_model(plan, target, n_keys, exact));
    plan->models[target].trees = of->trees;
    plan->models[target].n_trees_words = of->n_trees_words;
    size_t first = plan->models[target].first_param;
    copy_numbers(plan, first, base, of->first_param, plan->n_params - first);
    return NULL;
}

status plan_take_numbers(struct plan *plan, const struct plan *base) {
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        const struct lookup_step to = plan_lookup(plan, c), from = plan_lookup(base, c);
        copy_numbers(plan, plan->criteria[c].first_param, base, base->criteria[c].first_param, base->criteria[c].n_params);
        if (to.count == from.count) copy_numbers(plan, to.first, base, from.first, from.count);
    }
    for (size_t g = 0; g < plan->n_gathers; g++) {
        plan->gathers[g].cells = base->gathers[g].cells;
        copy_numbers(plan, plan->gathers[g].first_param, base, base->gathers[g].first_param, gather_numbers(base->gathers[g].node));
    }
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (base->models[t].n_terms) TRY(open_model(plan, base, t));
    return NULL;
}

static bool same_words(const char *a, const char *b) {
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_buffers(const struct feature_buffer *a, const struct feature_buffer *b) {
    return a == b || (a && b && same_words(a->field, b->field) && a->unit_m == b->unit_m && a->classes == b->classes && a->lengths_m == b->lengths_m);
}

static bool same_mask(const struct mask_step *a, const struct mask_step *b) {
    bool same_condition = a->condition == b->condition || (a->condition && b->condition && same_words(a->condition->text, b->condition->text));
    return a->layer == b->layer && a->criterion == b->criterion && same_condition && a->any_value == b->any_value && same_buffers(a->by, b->by) &&
           a->length_m == b->length_m && a->least_km2 == b->least_km2 && a->outside == b->outside && a->window.col0 == b->window.col0 &&
           a->window.row0 == b->window.row0 && a->window.cols == b->window.cols && a->window.rows == b->window.rows;
}

static bool same_distance(const struct distance_step *a, const struct distance_step *b) {
    return a->mask == b->mask && a->metric == b->metric && a->reach_m == b->reach_m && a->friction == b->friction;
}

static bool same_plane(const struct plane *a, const struct plane *b) {
    return a->kind == b->kind && a->layer == b->layer && a->distance == b->distance && a->mask == b->mask && a->radius_m == b->radius_m &&
           a->percentile == b->percentile && a->interpolation == b->interpolation && a->kernel == b->kernel && a->weighted == b->weighted;
}

static bool same_land(const struct plan *a, const struct plan *b) {
    if (!a->permits || !b->permits) return a->permits == b->permits;
    return a->permit_plane == b->permit_plane && a->permits->n_land == b->permits->n_land &&
           memcmp(a->land_masks, b->land_masks, a->permits->n_land * sizeof *a->land_masks) == 0;
}

/* Bits that were made once, of the same masks and distances with the same numbers. */
static bool same_made(const struct plan *plan, const struct plan *base, size_t r) {
    const struct rule_step *a = &plan->rules[r], *b = &base->rules[r];
    if (!a->made) return true;
    bool same = a->op == b->op && a->negated == b->negated && a->mask == b->mask && a->n_distances == b->n_distances;
    for (size_t i = 0; same && i < a->n_distances; i++)
        same = a->distances[i] == b->distances[i] && plan->params[a->first_param + i] == base->params[b->first_param + i];
    return same;
}

bool plan_shares_planes(const struct plan *plan, const struct plan *base) {
    if (plan->n_planes != base->n_planes || plan->n_masks != base->n_masks || plan->n_distances != base->n_distances) return false;
    if (plan->made_rules != base->made_rules) return false;
    for (size_t r = 0; r < plan->scenario->n_rules; r++)
        if (!same_made(plan, base, r)) return false;
    for (size_t i = 0; i < plan->n_planes; i++)
        if (!same_plane(&plan->planes[i], &base->planes[i])) return false;
    for (size_t i = 0; i < plan->n_masks; i++)
        if (!same_mask(&plan->masks[i], &base->masks[i])) return false;
    for (size_t i = 0; i < plan->n_distances; i++)
        if (!same_distance(&plan->distances[i], &base->distances[i])) return false;
    return same_land(plan, base);
}
