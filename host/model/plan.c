/* Compiles a scenario to planes, masks, distances and one fused pass. Steps that are equal are made once. */
#include "model/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/circle.h"
#include "model/overlay_print.h"
#include "model/plan_gather.h"
#include "model/plan_memory.h"
#include "model/schema.h"

/* A membership below this no longer matters: it ends the reach of a distance. */
static const double NEGLIGIBLE = 0.01;
/* How far a distance that is only reported looks. */
static const double REPORTED_REACH_M = 50e3;

/* Where a membership of distance has come so near to its far end that more distance does not matter, in the criterion's unit. */
static double membership_reach(const struct membership *m) {
    const double *p = m->params, odds = (1 - NEGLIGIBLE) / NEGLIGIBLE;
    switch (m->kind) {
    case MEMBER_LINEAR:
        return fmax(p[0], p[1]);
    case MEMBER_TRAPEZOID:
        return p[3];
    case MEMBER_SMALL:
    case MEMBER_LARGE:
        return p[0] * pow(odds, 1 / p[1]);
    case MEMBER_NEAR:
        return p[0] + sqrt(odds / p[1]);
    case MEMBER_GAUSSIAN:
        return p[0] + sqrt(-log(NEGLIGIBLE) / p[1]);
    case MEMBER_LOGISTIC:
        return p[0] + log(odds) / fabs(p[1]);
    case MEMBER_INVERSE:
        return p[0] * odds;
    default:
        return NAN;
    }
}

/* The highest break at which a model cuts the criterion's values, in its unit; NaN: none is known yet. */
static double evidence_reach(const struct scenario *scenario, int criterion) {
    double reach = NAN;
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct model *model = scenario->targets[t].model;
        for (size_t i = 0; model && i < model->n_evidence; i++) {
            const struct evidence *evidence = &model->evidence[i];
            if (evidence->criterion == criterion && evidence->n_breaks) reach = fmax(reach, evidence->breaks[evidence->n_breaks - 1]);
        }
    }
    return reach;
}

static double criterion_reach_m(const struct scenario *scenario, size_t index) {
    const struct criterion *criterion = &scenario->criteria[index];
    double reach =
        fmax(membership_reach(&criterion->membership), evidence_reach(scenario, (int)index)) * (criterion->unit ? criterion->unit->in_base : 1);
    return isfinite(reach) ? reach : REPORTED_REACH_M;
}

/* The longer side of the grid: looking farther than that is not asked for by default. */
static double grid_side_m(const struct grid *grid) {
    double dx_m, dy_m;
    grid_cell_metres(grid, (double)grid->height / 2, &dx_m, &dy_m);
    return fmax(dx_m * (double)grid->width, dy_m * (double)grid->height);
}

static double bounded_reach_m(const struct scenario *scenario, const struct grid *grid, double reach_m) {
    if (!isnan(scenario->grid.margin_m)) return scenario->grid.margin_m;
    return fmin(reach_m, grid_side_m(grid));
}

/* A reach on the ground as the grid's plane has it. */
static double reach_in_plane_m(const struct grid *grid, enum metric metric, double reach_m) {
    return metric == METRIC_GEODESIC && !grid->geographic ? grid_planar_reach_m(grid, reach_m) : reach_m;
}

/* The layer whose cells a rule is about, by itself or through a criterion. */
static int rule_layer(const struct scenario *scenario, const struct rule *rule) {
    return rule->criterion != NO_INDEX ? scenario->criteria[rule->criterion].layer : rule->layer;
}

static bool formula_names(const struct formula *formula, int layer) {
    for (size_t i = 0; formula && i < formula->n_operands; i++)
        if (formula->operands[i].layer == layer) return true;
    return false;
}

/* Whether a rule is about the layer, by itself or through a criterion. */
static bool rule_names_layer(const struct scenario *scenario, const struct rule *rule, int layer) {
    return rule_layer(scenario, rule) == layer || (rule->criterion != NO_INDEX && formula_names(scenario->criteria[rule->criterion].formula, layer));
}

/* What circles see beyond whatever else the layer is wanted for. */
static double circles_reach_m(const struct scenario *scenario, int layer) {
    double reach = 0;
    for (size_t i = 0; i < scenario->n_criteria; i++) {
        const struct criterion *criterion = &scenario->criteria[i];
        if (criterion->layer == layer && criterion_table[criterion->op].radius) reach = fmax(reach, criterion->radius_m);
    }
    return reach;
}

double plan_layer_reach_m(const struct scenario *scenario, const struct grid *grid, int layer) {
    double reach = 0;
    for (size_t i = 0; i < scenario->n_criteria; i++) {
        const struct criterion *criterion = &scenario->criteria[i];
        bool asked = criterion->layer == layer && (criterion->op == OP_DISTANCE || criterion->op == OP_COST);
        if (asked || (criterion->op == OP_COST && formula_names(criterion->formula, layer)))
            reach = fmax(reach, bounded_reach_m(scenario, grid, reach_in_plane_m(grid, criterion->metric, criterion_reach_m(scenario, i))));
    }
    for (size_t i = 0; i < scenario->n_rules; i++)
        if (rule_names_layer(scenario, &scenario->rules[i], layer))
            reach = fmax(reach, reach_in_plane_m(grid, scenario->rules[i].metric, scenario->rules[i].buffer_m));
    return reach + circles_reach_m(scenario, layer);
}

/* Rows of a geographic grid's reach, whose cells are shortest at the equator, as far as there are any before the pole. */
static int64_t rows_to_pole(const struct grid *grid, double reach_m, double degrees_left, int64_t own_rows) {
    double dx_m, dy_m;
    grid_cell_metres(grid, grid->y0 / grid->dy - 0.5, &dx_m, &dy_m);
    int64_t wanted = (int64_t)ceil(reach_m / dy_m) + (reach_m > 0), there = (int64_t)floor(degrees_left / grid->dy + 1e-6) - own_rows;
    return wanted < there ? wanted : there > 0 ? there : 0;
}

/* The grid and `reach_m` around it. A grid round the whole globe needs no more columns, and none reaches beyond the poles;
 * how many columns a length takes is decided by the row nearest to a pole that it reaches. */
static struct window reach_window(const struct grid *grid, double reach_m) {
    struct window window = grid_window(grid);
    double dx_m, dy_m, dx_last;
    grid_cell_metres(grid, 0, &dx_m, &dy_m);
    int64_t above = (int64_t)ceil(reach_m / dy_m) + (reach_m > 0), below = above;
    if (grid->geographic) {
        above = rows_to_pole(grid, reach_m, 90 - grid->y0, 0);
        below = rows_to_pole(grid, reach_m, grid->y0 + 90, grid->height);
    }
    grid_cell_metres(grid, -(double)above, &dx_m, &dy_m);
    grid_cell_metres(grid, (double)(grid->height - 1 + below), &dx_last, &dy_m);
    dx_m = fmax(fmin(dx_m, dx_last), 1e-3);
    int64_t cells_x = (int64_t)ceil(fmin(reach_m / dx_m, 1e9)) + (reach_m > 0);
    if (grid->geographic) {
        int64_t spare = (int64_t)floor((360 / grid->dx - (double)grid->width) / 2);
        cells_x = grid->wraps || spare < 0 ? 0 : cells_x < spare ? cells_x : spare;
    }
    return (struct window){window.col0 - cells_x, window.row0 - above, window.cols + 2 * cells_x, window.rows + above + below};
}

static bool same_interpolation(const struct interpolation *a, const struct interpolation *b) {
    if (!a || !b) return a == b;
    bool same_sill = a->sill == b->sill || (isnan(a->sill) && isnan(b->sill)),
         same_range = a->range_m == b->range_m || (isnan(a->range_m) && isnan(b->range_m));
    return a->neighbours == b->neighbours && a->power == b->power && a->variogram == b->variogram && a->nugget == b->nugget && same_sill &&
           same_range;
}

static int add_plane(struct plan *plan, struct plane plane) {
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *have = &plan->planes[i];
        if (have->kind == plane.kind && have->layer == plane.layer && have->distance == plane.distance && have->mask == plane.mask &&
            have->radius_m == plane.radius_m && same_interpolation(have->interpolation, plane.interpolation))
            return (int)i;
    }
    plan->planes[plan->n_planes] = plane;
    return (int)plan->n_planes++;
}

static int add_layer_plane(struct plan *plan, enum plane_kind kind, int layer) {
    int64_t halo = plane_is_local(kind) ? 1 : 0;
    return add_plane(plan,
                     (struct plane){.kind = kind, .layer = layer, .distance = NO_INDEX, .mask = NO_INDEX, .halo_cols = halo, .halo_rows = halo});
}

bool plane_is_local(enum plane_kind kind) {
    return kind >= PLANE_SLOPE && kind <= PLANE_SD;
}

bool plane_is_circle(enum plane_kind kind) {
    return kind >= PLANE_RELIEF && kind <= PLANE_SD;
}

bool plane_is_interpolated(enum plane_kind kind) {
    return kind >= PLANE_IDW && kind <= PLANE_KRIGING_VARIANCE;
}

bool plane_is_distance(enum plane_kind kind) {
    return kind == PLANE_DISTANCE || kind == PLANE_COST;
}

bool plan_has_local(const struct plan *plan) {
    for (size_t i = 0; i < plan->n_planes; i++)
        if (plane_is_local(plan->planes[i].kind) || plane_is_interpolated(plan->planes[i].kind)) return true;
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

size_t plan_cells_around(const struct plan *plan, size_t cols, size_t rows) {
    int64_t halo_cols = 1, halo_rows = 1;
    for (size_t i = 0; i < plan->n_planes; i++) {
        if (plan->planes[i].halo_cols > halo_cols) halo_cols = plan->planes[i].halo_cols;
        if (plan->planes[i].halo_rows > halo_rows) halo_rows = plan->planes[i].halo_rows;
    }
    return (cols + 2 * (size_t)halo_cols) * (rows + 2 * (size_t)halo_rows);
}

/* Between points nothing of a layer's cells is read. */
static int add_interpolated_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion) {
    return add_plane(plan, (struct plane){.kind = kind,
                                          .layer = criterion->layer,
                                          .distance = NO_INDEX,
                                          .mask = NO_INDEX,
                                          .radius_m = criterion->radius_m,
                                          .interpolation = &criterion->interpolation});
}

static status add_circle_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion, int *out) {
    struct plane plane = {.kind = kind, .layer = criterion->layer, .distance = NO_INDEX, .mask = NO_INDEX, .radius_m = criterion->radius_m};
    circle_halo(plan->grid, plane.radius_m, &plane.halo_cols, &plane.halo_rows);
    if (plane.halo_cols < 1 && plane.halo_rows < 1)
        return status_fail(LODE_BAD_DATA, "%s:%d:%d: criterion '%s': within a `radius` of %g m of a cell there is no other cell; make it longer",
                           plan->scenario->path, criterion->at.line, criterion->at.column, criterion->name, plane.radius_m);
    if (plane.halo_rows > CIRCLE_ROWS_MAX || plane.halo_cols > CIRCLE_COLS_MAX)
        return status_fail(LODE_BAD_DATA,
                           "%s:%d:%d: criterion '%s': a `radius` of %g m reaches %lld columns and %lld rows far, and %d and %d are the most; make it "
                           "shorter or the grid's cells larger",
                           plan->scenario->path, criterion->at.line, criterion->at.column, criterion->name, plane.radius_m,
                           (long long)plane.halo_cols, (long long)plane.halo_rows, CIRCLE_COLS_MAX, CIRCLE_ROWS_MAX);
    *out = add_plane(plan, plane);
    return NULL;
}

static int add_mask(struct plan *plan, struct mask_step step) {
    for (size_t i = 0; i < plan->n_masks; i++) {
        struct mask_step *have = &plan->masks[i];
        if (have->layer != step.layer || have->criterion != step.criterion || have->condition != step.condition || have->any_value != step.any_value)
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

static int add_layer_mask(struct plan *plan, int layer, double reach_m) {
    return add_mask(plan, (struct mask_step){.layer = layer, .criterion = NO_INDEX, .reach_m = reach_m});
}

static int add_inside_plane(struct plan *plan, int mask) {
    return add_plane(plan, (struct plane){.kind = PLANE_INSIDE, .layer = NO_INDEX, .distance = NO_INDEX, .mask = mask});
}

static int add_distance_plane(struct plan *plan, int mask, enum metric metric, double reach_m) {
    if (metric == METRIC_AUTO) metric = plan->grid->geographic ? METRIC_GEODESIC : METRIC_PLANAR;
    size_t d = 0;
    while (d < plan->n_distances && (plan->distances[d].friction || plan->distances[d].mask != mask || plan->distances[d].metric != metric)) d++;
    if (d == plan->n_distances) plan->distances[plan->n_distances++] = (struct distance_step){.mask = mask, .metric = metric};
    plan->distances[d].reach_m = fmax(plan->distances[d].reach_m, reach_m);
    return add_plane(plan, (struct plane){.kind = PLANE_DISTANCE, .layer = NO_INDEX, .distance = (int)d, .mask = NO_INDEX});
}

static int operand_plane(struct plan *plan, struct formula_operand operand) {
    switch (operand.kind) {
    case OPERAND_SLOPE:
        return add_layer_plane(plan, PLANE_SLOPE, operand.layer);
    case OPERAND_INSIDE:
        return add_inside_plane(plan, add_layer_mask(plan, operand.layer, 0));
    case OPERAND_VALUE:
        break;
    }
    return add_layer_plane(plan, PLANE_LAYER, operand.layer);
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

static int add_cost_plane(struct plan *plan, int mask, const struct formula *friction, double reach_m) {
    int d = (int)plan->n_distances++;
    plan->distances[d] = (struct distance_step){.mask = mask, .metric = METRIC_PLANAR, .reach_m = reach_m, .friction = friction};
    return add_plane(plan, (struct plane){.kind = PLANE_COST, .layer = NO_INDEX, .distance = d, .mask = NO_INDEX});
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
    for (size_t i = 0; i < permits->n_land; i++) plan->land_masks[i] = add_layer_mask(plan, permits->land_layers[i], 0);
    plan->permit_plane = add_layer_plane(plan, PLANE_PERMIT, permits->layer);
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
                                                            [OP_PROFILE_CURVATURE] = PLANE_PROFILE_CURVATURE,
                                                            [OP_PLAN_CURVATURE] = PLANE_PLAN_CURVATURE,
                                                            [OP_TANGENTIAL_CURVATURE] = PLANE_TANGENTIAL_CURVATURE,
                                                            [OP_RELIEF] = PLANE_RELIEF,
                                                            [OP_TPI] = PLANE_TPI,
                                                            [OP_MEAN] = PLANE_MEAN,
                                                            [OP_SD] = PLANE_SD,
                                                            [OP_IDW] = PLANE_IDW,
                                                            [OP_KRIGING] = PLANE_KRIGING,
                                                            [OP_KRIGING_VARIANCE] = PLANE_KRIGING_VARIANCE};
    const struct criterion *criterion = &plan->scenario->criteria[index];
    struct criterion_step *step = &plan->criteria[index];
    *step = (struct criterion_step){.scale = 1, .first_param = plan->n_params, .n_params = criterion_params(criterion)};
    if (criterion->op == OP_DISTANCE || criterion->op == OP_COST) {
        double reach_m =
            bounded_reach_m(plan->scenario, plan->grid, reach_in_plane_m(plan->grid, criterion->metric, criterion_reach_m(plan->scenario, index)));
        int mask = add_layer_mask(plan, criterion->layer, reach_m);
        step->plane = criterion->op == OP_COST ? add_cost_plane(plan, mask, criterion->formula, reach_m)
                                               : add_distance_plane(plan, mask, criterion->metric, reach_m);
        step->scale = criterion->unit ? 1 / criterion->unit->in_base : 1;
    } else if (criterion->op == OP_FORMULA) {
        TRY(compile_formula(plan, index));
    } else if (criterion_is_permit(criterion)) {
        compile_lookup(plan, index, criterion_lookup(plan, criterion));
        step->first_param = plan->n_params;
    } else if (criterion_table[criterion->op].points) {
        step->plane = add_interpolated_plane(plan, of_layer[criterion->op], criterion);
    } else if (criterion_table[criterion->op].radius) {
        TRY(add_circle_plane(plan, of_layer[criterion->op], criterion, &step->plane));
    } else {
        step->plane = add_layer_plane(plan, of_layer[criterion->op], criterion->layer);
    }
    float *params = plan->params + plan->n_params;
    plan->n_params += step->n_params;
    if (criterion->membership.kind == MEMBER_CATEGORICAL) return fill_classes(plan, criterion, facts, params);
    for (size_t i = 0; i < membership_table[criterion->membership.kind].n_params; i++) params[i] = (float)criterion->membership.params[i];
    return NULL;
}

/* Which plane a rule reads, and how it is compared. */
static status compile_rule(struct plan *plan, size_t index) {
    const struct scenario *scenario = plan->scenario;
    const struct rule *rule = &scenario->rules[index];
    struct rule_step *step = &plan->rules[index];
    *step = (struct rule_step){.scale = 1, .first_param = plan->n_params, .n_values = 1};
    const double buffer_m = rule->buffer_m, *values = &buffer_m;
    double one = 1, zero = 0;
    bool where = rule->kind == RULE_EXCLUDE_WHERE, outside = rule->kind == RULE_EXCLUDE_OUTSIDE;
    if (where && buffer_m == 0) {
        bool of_criterion = rule->criterion != NO_INDEX, looked_up = of_criterion && plan_lookup(plan, (size_t)rule->criterion).count;
        step->plane = looked_up ? NO_INDEX : of_criterion ? plan->criteria[rule->criterion].plane : add_layer_plane(plan, PLANE_LAYER, rule->layer);
        step->scale = of_criterion ? plan->criteria[rule->criterion].scale : 1;
        step->op = rule->condition.op;
        step->n_values = rule->condition.n_values;
        values = rule->condition.values;
    } else {
        if (where && rule->criterion != NO_INDEX && scenario->criteria[rule->criterion].op == OP_DISTANCE)
            return status_fail(LODE_BAD_DATA,
                               "%s:%d:%d: rule '%s' puts a buffer round a distance: use exclude_inside on the layer itself with the buffer you need",
                               scenario->path, rule->at.line, rule->at.column, rule->name);
        if (where && rule->criterion != NO_INDEX && scenario->criteria[rule->criterion].op == OP_COST)
            return status_fail(LODE_BAD_DATA,
                               "%s:%d:%d: rule '%s' puts a buffer round a cost distance: leave `buffer` out and compare with another cost",
                               scenario->path, rule->at.line, rule->at.column, rule->name);
        if (where && rule->criterion != NO_INDEX && criterion_is_permit(&scenario->criteria[rule->criterion]))
            return status_fail(LODE_BAD_DATA, "%s:%d:%d: rule '%s' puts a buffer round permits: leave `buffer` out, or use exclude_inside on a layer",
                               scenario->path, rule->at.line, rule->at.column, rule->name);
        struct mask_step mask = {.layer = rule_layer(scenario, rule),
                                 .criterion = where ? rule->criterion : NO_INDEX,
                                 .condition = where ? &rule->condition : NULL,
                                 .reach_m = reach_in_plane_m(plan->grid, rule->metric, buffer_m)};
        int made = add_mask(plan, mask);
        step->plane = buffer_m > 0 ? add_distance_plane(plan, made, rule->metric, buffer_m) : add_inside_plane(plan, made);
        step->op = buffer_m > 0 ? (outside ? COMPARE_GT : COMPARE_LE) : COMPARE_EQ;
        if (buffer_m == 0) values = outside ? &zero : &one;
    }
    for (size_t i = 0; i < step->n_values; i++) plan->params[plan->n_params++] = (float)values[i];
    return NULL;
}

static status allocate(struct plan *plan) {
    const struct scenario *scenario = plan->scenario;
    size_t steps = scenario->n_criteria + scenario->n_rules + scenario->permits.n_land + 2, gathers, params;
    gather_count(scenario, &gathers, &params);
    for (size_t i = 0; i < scenario->n_criteria; i++) {
        params += criterion_params(&scenario->criteria[i]) + criterion_lookup(plan, &scenario->criteria[i]);
        if (scenario->criteria[i].op == OP_FORMULA) steps += scenario->criteria[i].formula->n_operands;
    }
    for (size_t i = 0; i < scenario->n_rules; i++) params += scenario->rules[i].condition.n_values + 1;
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
    for (size_t i = 0; i < scenario->n_rules; i++) TRY(compile_rule(plan, i));
    gather_compile(plan);
    plan->within_plane = NO_INDEX;
    if (scenario->grid.within != NO_INDEX) {
        const struct layer *layer = &scenario->layers[scenario->grid.within];
        struct mask_step mask = {
            .layer = scenario->grid.within, .criterion = NO_INDEX, .any_value = layer->kind == LAYER_RASTER && !layer->selected.text};
        plan->within_plane = add_inside_plane(plan, add_mask(plan, mask));
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

bool plan_reads_cost(const struct plan *plan, size_t distance, const char *criterion) {
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        const int plane = plan->criteria[c].plane;
        if (plane == NO_INDEX || plan->planes[plane].kind != PLANE_COST || plan->planes[plane].distance != (int)distance) continue;
        if (!criterion || strcmp(criterion, plan->scenario->criteria[c].name) == 0) return true;
    }
    return false;
}

/* Numbers of one term. */
static size_t term_params(bool classes, size_t n_keys) {
    return classes ? n_keys + 2 * (n_keys + 1) : 2;
}

static status grow_params(struct plan *plan, size_t count) {
    float *params = arena_alloc(&plan->arena, plan->n_params + count, sizeof *params);
    if (!params) return status_no_memory();
    memcpy(params, plan->params, plan->n_params * sizeof *params);
    plan->params = params;
    return NULL;
}

status plan_open_model(struct plan *plan, size_t target, const size_t *n_keys, const bool *exact) {
    const struct model *model = plan->scenario->targets[target].model;
    struct model_step *step = &plan->models[target];
    bool classes = model->kind == MODEL_WEIGHTS_OF_EVIDENCE;
    size_t more = 1 + (classes ? model->n_evidence : 0);
    for (size_t i = 0; i < model->n_evidence; i++) more += term_params(classes, n_keys ? n_keys[i] : 0);
    step->terms = arena_alloc(&plan->arena, model->n_evidence, sizeof *step->terms);
    if (!step->terms) return status_no_memory();
    TRY(grow_params(plan, more));
    step->n_terms = model->n_evidence;
    step->first_param = plan->n_params;
    plan->n_params += 1 + (classes ? model->n_evidence : 0);
    for (size_t i = 0; i < model->n_evidence; i++) {
        size_t keys = n_keys ? n_keys[i] : 0;
        step->terms[i] = (struct term_step){model->evidence[i].criterion, exact && exact[i], keys, plan->n_params};
        plan->n_params += term_params(classes, keys);
    }
    return NULL;
}

bool plan_needs_stats(const struct plan *plan, size_t criterion) {
    const struct membership *m = &plan->scenario->criteria[criterion].membership;
    const struct membership_row *row = &membership_table[m->kind];
    for (size_t i = 0; i < row->n_params; i++)
        if (row->params[i].from_stats && isnan(m->params[i])) return true;
    return row->needs_stats;
}

void plan_take_stats(struct plan *plan, size_t criterion, const struct stats *stats) {
    const struct membership *m = &plan->scenario->criteria[criterion].membership;
    const struct membership_row *row = &membership_table[m->kind];
    float *params = plan->params + plan->criteria[criterion].first_param;
    if (row->needs_stats) {
        params[row->n_params] = (float)stats->mean;
        params[row->n_params + 1] = (float)stats->sd;
    } else if (m->kind == MEMBER_LOGISTIC) {
        double range = stats->max - stats->min;
        if (isnan(m->params[0])) params[0] = (float)((stats->max + stats->min) / 2);
        if (isnan(m->params[1])) params[1] = (float)(range > 0 ? 9.2 / range : 0);
    }
}

int64_t plan_bands(const struct plan *plan) {
    return window_bands(grid_window(plan->grid), (int64_t)plan->band_rows);
}

struct window plan_band(const struct plan *plan, int64_t band) {
    return window_band(grid_window(plan->grid), band, (int64_t)plan->band_rows);
}

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

static void plane_words(const struct plan *plan, const struct plane *plane, struct text *out) {
    static const char *const words[PLANE_KINDS] = {[PLANE_LAYER] = "read",
                                                   [PLANE_SLOPE] = "slope of",
                                                   [PLANE_ASPECT] = "aspect of",
                                                   [PLANE_ROUGHNESS] = "roughness of",
                                                   [PLANE_PROFILE_CURVATURE] = "profile curvature of",
                                                   [PLANE_PLAN_CURVATURE] = "plan curvature of",
                                                   [PLANE_TANGENTIAL_CURVATURE] = "tangential curvature of",
                                                   [PLANE_RELIEF] = "relief of",
                                                   [PLANE_TPI] = "topographic position of",
                                                   [PLANE_MEAN] = "mean of",
                                                   [PLANE_SD] = "standard deviation of",
                                                   [PLANE_IDW] = "inverse distance weights of",
                                                   [PLANE_KRIGING] = "kriging of",
                                                   [PLANE_KRIGING_VARIANCE] = "kriging variance of",
                                                   [PLANE_DISTANCE] = "distance to",
                                                   [PLANE_COST] = "cost distance to",
                                                   [PLANE_INSIDE] = "inside"};
    if (plane->kind == PLANE_PERMIT) {
        permit_words(plan, out);
        return;
    }
    int mask = plane->kind == PLANE_DISTANCE || plane->kind == PLANE_COST ? plan->distances[plane->distance].mask : plane->mask;
    int layer = mask != NO_INDEX ? plan->masks[mask].layer : plane->layer;
    text_print(out, "%s %s", words[plane->kind], plan->scenario->layers[layer].name);
    if (mask != NO_INDEX && plan->masks[mask].condition) text_print(out, " where %s", plan->masks[mask].condition->text);
    if (plane_is_interpolated(plane->kind)) text_print(out, ", %zu nearest", plane->interpolation->neighbours);
    if (plane->radius_m > 0) text_print(out, " within %g m", plane->radius_m);
    if (plane->kind == PLANE_DISTANCE) text_add(out, plan->distances[plane->distance].metric == METRIC_GEODESIC ? " (geodesic)" : " (planar, exact)");
    if (plane->kind == PLANE_COST) text_print(out, " over %s", plan->distances[plane->distance].friction->text);
}

void plan_print(const struct plan *plan, struct text *out) {
    for (size_t i = 0; i < plan->n_masks; i++) {
        const struct mask_step *mask = &plan->masks[i];
        text_print(out, "mask %zu: %s%s%s, %lld x %lld cells (%.6g km beyond the grid)\n", i, plan->scenario->layers[mask->layer].name,
                   mask->condition ? " where " : "", mask->condition ? mask->condition->text : "", (long long)mask->window.cols,
                   (long long)mask->window.rows, mask->reach_m / 1000);
    }
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
    if (plan->n_gathers) text_print(out, "statistics of memberships: %zu overlays, %zu passes\n", plan->n_gathers, plan->n_levels);
    text_print(out, "fused pass: %zu criteria, %zu rules, %zu targets, %lld bands of %zu rows\n", plan->scenario->n_criteria, plan->scenario->n_rules,
               plan->scenario->n_targets, (long long)plan_bands(plan), plan->band_rows);
}
