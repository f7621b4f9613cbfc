/* Reach: where a distance no longer changes a score, a layer's cells need not be known. */
#include "model/plan_reach.h"

#include <math.h>

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

/* The highest break at which a model cuts the criterion's values, or that it compares them with, in its unit; NaN: none is known yet. */
static double evidence_reach(const struct scenario *scenario, int criterion) {
    double reach = NAN;
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct model *model = scenario->targets[t].model;
        for (size_t i = 0; model && i < model->n_evidence; i++) {
            const struct evidence *evidence = &model->evidence[i];
            if (evidence->criterion == criterion && evidence->n_breaks) reach = fmax(reach, evidence->breaks[evidence->n_breaks - 1]);
        }
        for (size_t i = 0; model && model->where == criterion && i < model->allowed.n_values; i++) reach = fmax(reach, model->allowed.values[i]);
    }
    return reach;
}

double criterion_reach_m(const struct scenario *scenario, size_t index) {
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

double bounded_reach_m(const struct scenario *scenario, const struct grid *grid, double reach_m) {
    if (!isnan(scenario->grid.margin_m)) return scenario->grid.margin_m;
    return fmin(reach_m, grid_side_m(grid));
}

/* A reach on the ground as the grid's plane has it. */
double reach_in_plane_m(const struct grid *grid, enum metric metric, double reach_m) {
    return metric == METRIC_GEODESIC && !grid->geographic ? grid_planar_reach_m(grid, reach_m) : reach_m;
}

/* Clumps up to so many times as long as a square of the area are seen whole where they touch what matters. */
static const double CLUMP_LENGTHS = 3;

double rule_reach_m(const struct grid *grid, const struct rule *rule) {
    double clump_m = rule->min_clump_km2 > 0 ? CLUMP_LENGTHS * 1000 * sqrt(rule->min_clump_km2) : 0;
    return reach_in_plane_m(grid, rule->metric, fabs(rule->buffer_m)) + clump_m;
}

/* The layer whose cells a rule is about, by itself or through a criterion. */
int rule_layer(const struct scenario *scenario, const struct rule *rule) {
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

bool plan_wants_share(const struct scenario *scenario, int layer) {
    for (size_t i = 0; i < scenario->n_criteria; i++)
        if (scenario->criteria[i].op == OP_COVERAGE && scenario->criteria[i].layer == layer) return true;
    for (size_t i = 0; i < scenario->n_rules; i++)
        if (scenario->rules[i].by_coverage && !scenario->rules[i].suspended && scenario->rules[i].layer == layer) return true;
    return false;
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
        if (!scenario->rules[i].suspended && rule_names_layer(scenario, &scenario->rules[i], layer))
            reach = fmax(reach, rule_reach_m(grid, &scenario->rules[i]));
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
struct window reach_window(const struct grid *grid, double reach_m) {
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
