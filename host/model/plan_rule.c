/* A rule without a buffer compares a value or looks at a mask. What no plane of a criterion tells is made once, with the masks. A buffer compares the
 * distance to the mask; one below zero the distance to what is known not to be in it. Distances between cell centres of a planar grid are roots of
 * whole numbers n of a unit, so that a buffer of b units holds for n <= b^2: compared with what lies between the roots of that n and of the next, no
 * rounding of a float decides about a cell. */
#include "model/plan_rule.h"

#include <math.h>

#include "model/plan_planes.h"
#include "model/plan_reach.h"

/* The rule of the same effect that takes a layer. */
static const char *inside_form(enum rule_kind kind) {
    enum rule_kind form = 0;
    while (rule_table[form].effect != rule_table[kind].effect) form++;
    return rule_names[form];
}

/* Shares are exact to a millionth of a cell, and so are told from the rule's. */
static double share_limit(const struct rule *rule) {
    const double exact = 1e-6;
    return rule_table[rule->kind].outside ? rule->coverage - exact : rule->coverage + exact;
}

/* What has no edges can have no buffer. */
static status check_edges(const struct scenario *scenario, const struct rule *rule) {
    if (rule->criterion == NO_INDEX) return NULL;
    if (scenario->criteria[rule->criterion].op == OP_DISTANCE)
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: rule '%s' puts a buffer round a distance: use %s on the layer itself with the buffer you need",
                           scenario->path, rule->at.line, rule->at.column, rule->name, inside_form(rule->kind));
    if (scenario->criteria[rule->criterion].op == OP_COST)
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: rule '%s' puts a buffer round a cost distance: leave `buffer` out and compare with another cost",
                           scenario->path, rule->at.line, rule->at.column, rule->name);
    if (criterion_is_permit(&scenario->criteria[rule->criterion]))
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: rule '%s' puts a buffer round permits: leave `buffer` out, or use %s on a layer", scenario->path,
                           rule->at.line, rule->at.column, rule->name, inside_form(rule->kind));
    if (scenario->criteria[rule->criterion].op == OP_COVERAGE)
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: rule '%s' puts a buffer round a covered share: leave `buffer` out, or use %s", scenario->path,
                           rule->at.line, rule->at.column, rule->name, inside_form(rule->kind));
    return NULL;
}

/* Sides of a cell as the least whole numbers of a unit that they are multiples of; false: of none that is not tiny. */
static bool cell_unit(const struct grid *grid, double *unit_m) {
    enum { PARTS_MAX = 1000 };
    const double exact = 1e-9, ratio = grid->dy / grid->dx;
    for (int parts = 1; parts <= PARTS_MAX; parts++) {
        const double other = round(ratio * parts);
        if (other < 1 || fabs(ratio * parts - other) > exact * other) continue;
        *unit_m = grid->dx * grid->unit_m / parts;
        return true;
    }
    return false;
}

/* The float that tells distances up to a length from longer ones. Beyond some 1400 units floats no longer do so by themselves: then lengths that
 * differ by less than one part in eight million are one. */
static double length_limit(const struct grid *grid, enum metric metric, double length_m) {
    const double as_written = 1e-12, one_float = 0x1p-23;
    const bool planar = metric == METRIC_PLANAR || (metric == METRIC_AUTO && !grid->geographic);
    double unit_m;
    if (!planar) return length_m;
    if (!cell_unit(grid, &unit_m)) return length_m * (1 + one_float);
    const double whole = floor(length_m / unit_m * (length_m / unit_m) * (1 + as_written));
    return fmax(unit_m * sqrt(whole + 0.5), length_m * (1 + one_float) < unit_m * sqrt(whole + 1) ? length_m * (1 + one_float) : 0);
}

/* Below 0: none. */
static float setback_limit(const struct plan *plan, const struct rule *rule, double setback_m) {
    return setback_m > 0 ? (float)length_limit(plan->grid, rule->metric, setback_m) : -1;
}

static struct mask_step mask_of(const struct plan *plan, const struct rule *rule) {
    const bool where = rule_table[rule->kind].where;
    return (struct mask_step){.layer = rule_layer(plan->scenario, rule),
                              .criterion = where ? rule->criterion : NO_INDEX,
                              .condition = where ? &rule->condition : NULL,
                              .least_km2 = rule->min_clump_km2,
                              .reach_m = rule_reach_m(plan->grid, rule)};
}

static status make(struct plan *plan, struct rule_step *step, size_t distances) {
    step->made = true;
    step->distances = arena_alloc(&plan->arena, distances + 1, sizeof *step->distances);
    return step->distances ? NULL : status_no_memory();
}

/* One distance more, and the number it is compared with. */
static void add_distance(struct plan *plan, const struct rule *rule, struct rule_step *step, struct mask_step mask, double length_m) {
    step->distances[step->n_distances++] = plan_add_distance(plan, plan_add_mask(plan, mask), rule->metric, length_m);
    plan->params[plan->n_params++] = (float)length_limit(plan->grid, rule->metric, length_m);
}

/* Deeper inside than the buffer: what has no data is not known to be outside, and not inside either. The inside comes before what is beyond it. */
static status compile_shrunk(struct plan *plan, const struct rule *rule, struct rule_step *step) {
    struct mask_step beyond = mask_of(plan, rule);
    beyond.outside = true;
    TRY(make(plan, step, 1));
    step->mask = plan_add_mask(plan, mask_of(plan, rule));
    step->op = COMPARE_GT;
    step->negated = rule_table[rule->kind].outside;
    add_distance(plan, rule, step, beyond, -rule->buffer_m);
    return NULL;
}

/* Of a distance that a criterion asks for, there is a plane anyway. */
static int plane_of_distance(const struct plan *plan, int distance) {
    for (size_t i = 0; i < plan->n_planes; i++)
        if (plan->planes[i].kind == PLANE_DISTANCE && plan->planes[i].distance == distance) return (int)i;
    return NO_INDEX;
}

static status compile_near(struct plan *plan, const struct rule *rule, struct rule_step *step) {
    TRY(make(plan, step, 1));
    step->op = rule_table[rule->kind].outside ? COMPARE_GT : COMPARE_LE;
    add_distance(plan, rule, step, mask_of(plan, rule), rule->buffer_m);
    step->plane = plane_of_distance(plan, step->distances[0]);
    step->made = step->plane == NO_INDEX;
    return NULL;
}

static status compile_masked(struct plan *plan, const struct rule *rule, struct rule_step *step) {
    if (rule->buffer_m < 0) return compile_shrunk(plan, rule, step);
    if (rule->buffer_m > 0) return compile_near(plan, rule, step);
    step->mask = plan_add_mask(plan, mask_of(plan, rule));
    step->negated = rule_table[rule->kind].outside;
    step->made = true;
    return NULL;
}

/* Cells no farther from the layer than what their class says. */
static void compile_setback(struct plan *plan, size_t index) {
    const struct rule *rule = &plan->scenario->rules[index];
    const struct setback_limits none = {.otherwise = -1}, *limits = plan->setbacks ? &plan->setbacks->limits[index] : &none;
    struct rule_step *step = &plan->rules[index];
    step->plane = plan_add_distance_plane(plan, plan_add_mask(plan, mask_of(plan, rule)), rule->metric, rule->buffer_m);
    step->op = COMPARE_LE;
    step->n_codes = limits->n_codes;
    step->class_plane = limits->n_codes ? plan_add_layer_plane(plan, PLANE_LAYER, plan->setbacks->layer) : NO_INDEX;
    for (size_t i = 0; i < limits->n_codes; i++) plan->params[plan->n_params++] = setback_limit(plan, rule, limits->by_code[i]);
    plan->params[plan->n_params++] = setback_limit(plan, rule, limits->otherwise);
}

/* A mask and a distance for each length. Without any feature nothing is near. */
static status compile_lengths(struct plan *plan, size_t index) {
    const struct rule *rule = &plan->scenario->rules[index];
    const struct rule_lengths *lengths = &plan->lengths[index];
    struct rule_step *step = &plan->rules[index];
    TRY(make(plan, step, lengths->count));
    step->op = COMPARE_LE;
    step->negated = rule_table[rule->kind].outside;
    for (size_t i = 0; i < lengths->count; i++) {
        struct mask_step mask = mask_of(plan, rule);
        mask.by = &rule->by;
        mask.length_m = lengths->lengths_m[i];
        add_distance(plan, rule, step, mask, mask.length_m);
    }
    return NULL;
}

static void compile_share(struct plan *plan, const struct rule *rule, struct rule_step *step) {
    step->plane = plan_add_layer_plane(plan, PLANE_SHARE, rule->layer);
    step->op = rule_table[rule->kind].outside ? COMPARE_LT : COMPARE_GT;
    plan->params[plan->n_params++] = (float)share_limit(rule);
}

static void compile_condition(struct plan *plan, const struct rule *rule, struct rule_step *step) {
    const bool of_criterion = rule->criterion != NO_INDEX, looked_up = of_criterion && plan_lookup(plan, (size_t)rule->criterion).count;
    step->plane = looked_up ? NO_INDEX : of_criterion ? plan->criteria[rule->criterion].plane : plan_add_layer_plane(plan, PLANE_LAYER, rule->layer);
    step->scale = of_criterion ? plan->criteria[rule->criterion].scale : 1;
    step->op = rule->condition.op;
    step->n_values = rule->condition.n_values;
    for (size_t i = 0; i < step->n_values; i++) plan->params[plan->n_params++] = (float)rule->condition.values[i];
}

status plan_compile_rule(struct plan *plan, size_t index) {
    const struct rule *rule = &plan->scenario->rules[index];
    struct rule_step *step = &plan->rules[index];
    *step = (struct rule_step){.plane = NO_INDEX, .mask = NO_INDEX, .scale = 1, .first_param = plan->n_params, .n_values = 1};
    if (rule->suspended) return NULL;
    if (rule_table[rule->kind].setback) {
        compile_setback(plan, index);
    } else if (rule->by.field && plan->lengths && plan->lengths[index].count) {
        TRY(compile_lengths(plan, index));
    } else if (rule->by_coverage) {
        compile_share(plan, rule, step);
    } else if (rule_table[rule->kind].where && rule->buffer_m == 0 && !(rule->min_clump_km2 > 0)) {
        compile_condition(plan, rule, step);
    } else {
        TRY(check_edges(plan->scenario, rule));
        TRY(compile_masked(plan, rule, step));
    }
    plan->made_rules |= (uint64_t)step->made << index;
    return NULL;
}

static size_t lengths_of(const struct plan *plan, size_t rule) {
    return plan->lengths && plan->scenario->rules[rule].by.field ? plan->lengths[rule].count : 0;
}

size_t rule_steps(const struct plan *plan, size_t rule) {
    return (plan->scenario->rules[rule].buffer_m < 0 ? 2 : 1) + lengths_of(plan, rule);
}

size_t rule_params(const struct plan *plan, size_t rule) {
    return plan->scenario->rules[rule].condition.n_values + 1 + lengths_of(plan, rule);
}
