/* Compiles a scenario to planes, masks, distances and one fused pass. Steps that are equal are made once. */
#include "model/plan.h"

#include <math.h>
#include <stdlib.h>

#include "model/plan_gather.h"
#include "model/plan_memory.h"
#include "model/plan_planes.h"
#include "model/plan_reach.h"
#include "model/plan_rule.h"

static int operand_plane(struct plan *plan, struct formula_operand operand) {
    switch (operand.kind) {
    case OPERAND_SLOPE:
        return plan_add_layer_plane(plan, PLANE_SLOPE, operand.layer);
    case OPERAND_INSIDE:
        return plan_add_inside_plane(plan, plan_add_layer_mask(plan, operand.layer, 0));
    case OPERAND_VALUE:
        break;
    }
    return plan_add_layer_plane(plan, PLANE_LAYER, operand.layer);
}

static status compile_formula(struct plan *plan, size_t criterion) {
    const struct formula *formula = plan->scenario->criteria[criterion].formula;
    int *operands = arena_alloc(&plan->arena, formula->n_operands + 1, sizeof *operands);
    if (!operands) return status_no_memory();
    for (size_t i = 0; i < formula->n_operands; i++) operands[i] = operand_plane(plan, formula->operands[i]);
    plan->criteria[criterion].plane = NO_INDEX;
    plan->operands[criterion] = operands;
    return NULL;
}

/* Numbers of the permit classes, for a criterion that looks them up. */
static size_t criterion_lookup(const struct plan *plan, const struct criterion *criterion) {
    const struct permit_places *permits = plan->permits;
    return permits && criterion_is_permit(criterion) ? permits->n_jurisdictions * (permits->n_land + 1) : 0;
}

/* NaN until the permits are drawn. */
static void compile_lookup(struct plan *plan, size_t index, size_t count) {
    plan->criteria[index].plane = plan->permit_plane;
    plan->lookups[index] = (struct lookup_step){plan->n_params, count};
    for (size_t i = 0; i < count; i++) plan->params[plan->n_params++] = NAN;
}

static status compile_permits(struct plan *plan) {
    const struct permit_places *permits = plan->permits;
    plan->permit_plane = NO_INDEX;
    if (!permits) return NULL;
    plan->land_masks = arena_alloc(&plan->arena, permits->n_land + 1, sizeof *plan->land_masks);
    if (!plan->land_masks) return status_no_memory();
    for (size_t i = 0; i < permits->n_land; i++) plan->land_masks[i] = plan_add_layer_mask(plan, permits->land_layers[i], 0);
    plan->permit_plane = plan_add_layer_plane(plan, PLANE_PERMIT, permits->layer);
    return NULL;
}

static size_t criterion_params(const struct criterion *criterion) {
    const struct membership *m = &criterion->membership;
    if (m->kind == MEMBER_CATEGORICAL) return 2 + 2 * m->n_classes;
    return membership_table[m->kind].n_params + (membership_table[m->kind].needs_stats ? 2 : 0);
}

static status fill_classes(const struct plan *plan, const struct criterion *criterion, const struct plan_facts *facts, float *params) {
    const struct scenario *scenario = plan->scenario;
    const struct membership *m = &criterion->membership;
    *params++ = (float)m->n_classes;
    *params++ = (float)m->other;
    for (size_t i = 0; i < m->n_classes; i++) {
        const struct class_score *class = &m->classes[i];
        double code = class->is_code ? class->code : facts->code_of(facts->user, criterion->layer, class->label);
        /* A number may also be a vector category's text. */
        if (class->is_code && facts->code_of) {
            double named = facts->code_of(facts->user, criterion->layer, class->label);
            if (!isnan(named)) code = named;
        }
        if (isnan(code))
            return status_fail(LODE_BAD_DATA, "%s:%d:%d: layer '%s' has no class '%s': see its classes with `lodescan check`", scenario->path,
                               class->at.line, class->at.column, scenario->layers[criterion->layer].name, class->label);
        *params++ = (float)code;
        *params++ = (float)class->score;
    }
    return NULL;
}

static status compile_criterion(struct plan *plan, size_t index, const struct plan_facts *facts) {
    static const enum plane_kind of_layer[CRITERION_OPS] = {[OP_SLOPE] = PLANE_SLOPE,
                                                            [OP_ASPECT] = PLANE_ASPECT,
                                                            [OP_ROUGHNESS] = PLANE_ROUGHNESS,
                                                            [OP_RUGGEDNESS] = PLANE_RUGGEDNESS,
                                                            [OP_PROFILE_CURVATURE] = PLANE_PROFILE_CURVATURE,
                                                            [OP_PLAN_CURVATURE] = PLANE_PLAN_CURVATURE,
                                                            [OP_TANGENTIAL_CURVATURE] = PLANE_TANGENTIAL_CURVATURE,
                                                            [OP_RELIEF] = PLANE_RELIEF,
                                                            [OP_TPI] = PLANE_TPI,
                                                            [OP_MEAN] = PLANE_MEAN,
                                                            [OP_SD] = PLANE_SD,
                                                            [OP_PERCENTILE] = PLANE_PERCENTILE,
                                                            [OP_IDW] = PLANE_IDW,
                                                            [OP_KRIGING] = PLANE_KRIGING,
                                                            [OP_KRIGING_VARIANCE] = PLANE_KRIGING_VARIANCE,
                                                            [OP_DENSITY] = PLANE_DENSITY,
                                                            [OP_CROSSINGS] = PLANE_CROSSINGS,
                                                            [OP_COVERAGE] = PLANE_SHARE};
    const struct criterion *criterion = &plan->scenario->criteria[index];
    struct criterion_step *step = &plan->criteria[index];
    *step = (struct criterion_step){.scale = 1, .first_param = plan->n_params, .n_params = criterion_params(criterion)};
    if (criterion->op == OP_DISTANCE || criterion->op == OP_COST) {
        double reach_m =
            bounded_reach_m(plan->scenario, plan->grid, reach_in_plane_m(plan->grid, criterion->metric, criterion_reach_m(plan->scenario, index)));
        int mask = plan_add_layer_mask(plan, criterion->layer, reach_m);
        step->plane = criterion->op == OP_COST ? plan_add_cost_plane(plan, mask, criterion->formula, reach_m)
                                               : plan_add_distance_plane(plan, mask, criterion->metric, reach_m);
        step->scale = criterion->unit ? 1 / criterion->unit->in_base : 1;
    } else if (criterion->op == OP_FORMULA) {
        TRY(compile_formula(plan, index));
    } else if (criterion_is_permit(criterion)) {
        compile_lookup(plan, index, criterion_lookup(plan, criterion));
        step->first_param = plan->n_params;
    } else if (criterion_table[criterion->op].points) {
        step->plane = plan_add_interpolated_plane(plan, of_layer[criterion->op], criterion);
    } else if (criterion_table[criterion->op].counted) {
        step->plane = plan_add_density_plane(plan, of_layer[criterion->op], criterion);
        step->scale = criterion->unit ? 1 / criterion->unit->in_base : 1;
    } else if (criterion_table[criterion->op].radius) {
        TRY(plan_add_circle_plane(plan, of_layer[criterion->op], criterion, &step->plane));
    } else {
        step->plane = plan_add_layer_plane(plan, of_layer[criterion->op], criterion->layer);
    }
    float *params = plan->params + plan->n_params;
    plan->n_params += step->n_params;
    if (criterion->membership.kind == MEMBER_CATEGORICAL) return fill_classes(plan, criterion, facts, params);
    for (size_t i = 0; i < membership_table[criterion->membership.kind].n_params; i++) params[i] = (float)criterion->membership.params[i];
    return NULL;
}

static status allocate(struct plan *plan) {
    const struct scenario *scenario = plan->scenario;
    size_t steps = scenario->n_criteria + scenario->permits.n_land + 3, gathers, params;
    gather_count(scenario, &gathers, &params);
    for (size_t i = 0; i < scenario->n_criteria; i++) {
        params += criterion_params(&scenario->criteria[i]) + criterion_lookup(plan, &scenario->criteria[i]);
        if (scenario->criteria[i].op == OP_FORMULA) steps += scenario->criteria[i].formula->n_operands;
    }
    for (size_t i = 0; i < scenario->n_rules; i++) {
        params += rule_params(plan, i);
        steps += rule_steps(plan, i);
        if (plan->setbacks) params += plan->setbacks->limits[i].n_codes;
    }
    plan->planes = arena_alloc(&plan->arena, steps, sizeof *plan->planes);
    plan->masks = arena_alloc(&plan->arena, steps, sizeof *plan->masks);
    plan->distances = arena_alloc(&plan->arena, steps, sizeof *plan->distances);
    plan->criteria = arena_alloc(&plan->arena, scenario->n_criteria + 1, sizeof *plan->criteria);
    plan->lookups = arena_alloc(&plan->arena, scenario->n_criteria + 1, sizeof *plan->lookups);
    plan->operands = arena_alloc(&plan->arena, scenario->n_criteria + 1, sizeof *plan->operands);
    plan->rules = arena_alloc(&plan->arena, scenario->n_rules + 1, sizeof *plan->rules);
    plan->models = arena_alloc(&plan->arena, scenario->n_targets + 1, sizeof *plan->models);
    plan->params = arena_alloc(&plan->arena, params + 1, sizeof *plan->params);
    plan->gathers = arena_alloc(&plan->arena, gathers + 1, sizeof *plan->gathers);
    bool whole = plan->lookups && plan->gathers && plan->planes && plan->masks && plan->distances && plan->criteria && plan->operands &&
                 plan->rules && plan->models && plan->params;
    return whole ? NULL : status_no_memory();
}

static status compile(struct plan *plan, const struct plan_facts *facts) {
    const struct scenario *scenario = plan->scenario;
    TRY(allocate(plan));
    TRY(compile_permits(plan));
    for (size_t i = 0; i < scenario->n_criteria; i++) TRY(compile_criterion(plan, i, facts));
    for (size_t i = 0; i < scenario->n_rules; i++) TRY(plan_compile_rule(plan, i));
    gather_compile(plan);
    plan->within_plane = NO_INDEX;
    if (scenario->grid.within != NO_INDEX) {
        const struct layer *layer = &scenario->layers[scenario->grid.within];
        struct mask_step mask = {
            .layer = scenario->grid.within, .criterion = NO_INDEX, .any_value = layer->kind == LAYER_RASTER && !layer->selected.text};
        plan->within_plane = plan_add_inside_plane(plan, plan_add_mask(plan, mask));
    }
    return plan_choose_band(plan);
}

status plan_compile(const struct scenario *scenario, const struct grid *grid, const struct plan_facts *facts, size_t memory_bytes,
                    struct plan **out) {
    struct plan *plan = NULL;
    TRY(MEMORY_ARRAY(1, &plan));
    plan->scenario = scenario;
    plan->grid = grid;
    plan->permits = facts->permits;
    plan->setbacks = facts->setbacks;
    plan->lengths = facts->lengths;
    plan->page = facts->page;
    plan->devices = facts->devices ? facts->devices : 1;
    plan->slots = PLAN_SLOTS + plan->devices - 1;
    plan->memory_bytes = memory_bytes;
    plan->ways_only = facts->ways_only;
    plan->ways_of = facts->ways_of;
    status failure = compile(plan, facts);
    if (failure) {
        plan_free(plan);
        return failure;
    }
    *out = plan;
    return NULL;
}

void plan_free(struct plan *plan) {
    if (!plan) return;
    arena_free(&plan->arena);
    free(plan);
}
