/* The rows of op_table.h.
 * Memberships: Esri "Fuzzy Membership" names and parameters; MS Small is 1 below a*mean (the published help has 0 there,
 * which contradicts its other branch, equal to 1 at that point). Logistic defaults put 0.01 and 0.99 at the layer's ends.
 * Sum and gamma take 1 - prod(1 - mu) of any number of layers; sum(mu) - prod(mu), which eis_toolkit has, is right for two alone (three of 0.9 give
 * 1.97). OWA with importances is Torra's: sum(u v z) / sum(u v), common in GIS, jumps where two memberships meet. */
#include "model/op_table.h"

#include <math.h>

const struct criterion_row criterion_table[CRITERION_OPS] = {
    [OP_VALUE] = {"value_of", "", true, "LAYER", "the layer's own value", .own = true},
    [OP_CATEGORY] = {"category_of", "", true, "LAYER", "the layer's class"},
    [OP_DISTANCE] = {"distance_to", "km", false, "LAYER", "exact distance between cell centres to the nearest cell of the layer"},
    [OP_SLOPE] = {"slope_of", "percent", false, "LAYER", "steepness of a surface (Horn 1981)", .heights = true},
    [OP_ASPECT] = {"aspect_of", "degree", false, "LAYER", "downhill direction of a surface, clockwise from north (Horn 1981)", .heights = true},
    [OP_ROUGHNESS] = {"roughness_of", "m", false, "LAYER", "largest difference among the 3 x 3 cells (Wilson et al. 2007)", .heights = true},
    [OP_RUGGEDNESS] = {"ruggedness_of", "m", false, "LAYER",
                       "terrain ruggedness index: root of the sum of the squared differences from the eight "
                       "cells around (Riley et al. 1999)",
                       .heights = true},
    [OP_FORMULA] = {"formula", "", true, "\"FORMULA\"", "a number made of layers' values, see Formulas"},
    [OP_COST] = {"cost_distance_to", "km", false, "LAYER", "length of the cheapest way to the layer, where a metre counts `friction` times"},
    [OP_INDEX] = {"index", "", true, "INDEX", "a number made of a scene's bands, see Indices"},
    [OP_MONTHS] = {"months_to_permit", "month", false, "ROUTE", "months until a permit by this route, if it is granted, see `permits`"},
    [OP_WITHIN] = {"p_within", "", false, "6 months",
                   "probability of a permit within this time, by a `route`: that it is granted, times that it takes no longer"},
    [OP_PROFILE_CURVATURE] = {"profile_curvature_of", "1/m", false, "LAYER",
                              "bend of a surface down its slope, convex above 0; 0 where it is flat (Mitasova and Hofierka 1993)", .heights = true},
    [OP_PLAN_CURVATURE] = {"plan_curvature_of", "1/m", false, "LAYER", "bend of the contour line, convex above 0; 0 where it is flat",
                           .heights = true},
    [OP_TANGENTIAL_CURVATURE] = {"tangential_curvature_of", "1/m", false, "LAYER",
                                 "bend of a surface across its slope, convex above 0; 0 where it is flat (Mitasova and Hofierka 1993)",
                                 .heights = true},
    [OP_RELIEF] = {"relief_of", "m", false, "LAYER", "largest less least value of the cells within `radius`", .heights = true, .radius = true},
    [OP_TPI] = {"tpi_of", "m", false, "LAYER", "topographic position: the cell less the mean of the others within `radius` (Weiss 2001)",
                .heights = true, .radius = true},
    [OP_MEAN] = {"mean_of", "", true, "LAYER", "mean of the cells within `radius`", .radius = true, .own = true},
    [OP_SD] = {"sd_of", "", true, "LAYER", "standard deviation of the cells within `radius`, the whole circle being the population", .radius = true,
               .own = true},
    [OP_PERCENTILE] = {"percentile_of", "", true, "LAYER",
                       "value that `percentile` percent of the cells within `radius` do not exceed, linear between two", .radius = true, .own = true},
    [OP_IDW] = {"idw_of", "", true, "LAYER", "between points: mean of the nearest, weighted by 1 / distance^power, see Between points",
                .radius = true, .own = true, .points = true},
    [OP_KRIGING] = {"kriging_of", "", true, "LAYER", "between points: ordinary kriging of the nearest, see Between points", .radius = true,
                    .own = true, .points = true},
    [OP_KRIGING_VARIANCE] = {"kriging_variance_of", "", true, "LAYER", "variance of that kriging, in the square of the layer's unit", .radius = true,
                             .points = true},
    [OP_DENSITY] = {"density_of", "per km2", true, "LAYER",
                    "density around a cell: points, or kilometres of lines, per square kilometre within `radius`, see Densities", .radius = true,
                    .counted = true},
    [OP_CROSSINGS] = {"crossings_of", "per km2", true, "LAYER", "density of the places where the layer's lines cross or abut, see Densities",
                      .radius = true, .counted = true},
    [OP_COVERAGE] = {"coverage_of", "", true, "LAYER", "share of the cell that the layer's areas cover, 0 to 1, see Coverage", .areas = true},
};

#define RAW(name, help)                                                                                                                              \
    { name, PARAM_RAW, NAN, false, help, 1 }
#define RAW_STAT(name, help)                                                                                                                         \
    { name, PARAM_RAW, NAN, true, help, 1 }
#define NUMBER(name, fallback, help)                                                                                                                 \
    { name, PARAM_NUMBER, fallback, false, help, 0 }
#define PER_SQUARE(name, fallback, help)                                                                                                             \
    { name, PARAM_NUMBER, fallback, false, help, -2 }
#define PER_UNIT_STAT(name, help)                                                                                                                    \
    { name, PARAM_NUMBER, NAN, true, help, -1 }

const struct membership_row membership_table[MEMBERSHIPS] = {
    [MEMBER_NONE] = {.name = NULL},
    [MEMBER_LINEAR] = {"linear",
                       2,
                       {RAW("zero", "where the membership is 0"), RAW("one", "where it is 1")},
                       false,
                       "member_linear",
                       "clamp((x - zero) / (one - zero)); either end may be the larger"},
    [MEMBER_TRAPEZOID] = {"trapezoid",
                          4,
                          {RAW("zero_below", "0 below"), RAW("one_from", "1 from"), RAW("one_to", "1 to"), RAW("zero_above", "0 above")},
                          false,
                          "member_trapezoid",
                          "rises zero_below..one_from, 1 to one_to, falls to zero_above"},
    [MEMBER_SMALL] = {"small",
                      2,
                      {RAW("midpoint", "where it is 0.5"), NUMBER("spread", 5, "steepness")},
                      false,
                      "member_small",
                      "1 / (1 + (x / midpoint)^spread)"},
    [MEMBER_LARGE] = {"large",
                      2,
                      {RAW("midpoint", "where it is 0.5"), NUMBER("spread", 5, "steepness")},
                      false,
                      "member_large",
                      "1 / (1 + (x / midpoint)^-spread)"},
    [MEMBER_NEAR] = {"near",
                     2,
                     {RAW("midpoint", "where it is 1"), PER_SQUARE("spread", 0.1, "1/unit^2")},
                     false,
                     "member_near",
                     "1 / (1 + spread (x - midpoint)^2)"},
    [MEMBER_GAUSSIAN] = {"gaussian",
                         2,
                         {RAW("midpoint", "where it is 1"), PER_SQUARE("spread", 0.1, "1/unit^2")},
                         false,
                         "member_gaussian",
                         "exp(-spread (x - midpoint)^2)"},
    [MEMBER_LOGISTIC] = {"logistic",
                         2,
                         {RAW_STAT("midpoint", "where it is 0.5; default (max + min) / 2"),
                          PER_UNIT_STAT("steepness", "1/unit; default 9.2 / (max - min)")},
                         false,
                         "member_logistic",
                         "1 / (1 + exp(-steepness (x - midpoint)))"},
    [MEMBER_MS_SMALL] = {"ms_small",
                         2,
                         {NUMBER("mean_multiplier", 1, "a"), NUMBER("sd_multiplier", 1, "b")},
                         true,
                         "member_ms_small",
                         "x > a m: b s / (x - a m + b s), else 1; m, s: mean and standard deviation over the grid"},
    [MEMBER_MS_LARGE] = {"ms_large",
                         2,
                         {NUMBER("mean_multiplier", 1, "a"), NUMBER("sd_multiplier", 1, "b")},
                         true,
                         "member_ms_large",
                         "x > a m: 1 - b s / (x - a m + b s), else 0; m, s: mean and standard deviation over the grid"},
    [MEMBER_INVERSE] = {"inverse", 1, {RAW("half", "where it is 0.5")}, false, "member_inverse", "half / (half + x), 1 at x <= 0"},
    [MEMBER_CATEGORICAL] = {"categorical", 0, {{0}}, false, NULL, "a membership for each class"},
};

int membership_power(enum membership_kind kind, size_t param) {
    const struct membership_row *row = &membership_table[kind];
    if (kind == MEMBER_CATEGORICAL || kind == MEMBER_NONE) return 0;
    return param < row->n_params ? row->params[param].power : 1;
}

#define OPTION(name) (1u << OPTION_##name)

const struct overlay_row overlay_table[OVERLAYS] = {
    [OVERLAY_CRITERION] = {.additive = true},
    [OVERLAY_WEIGHTED] = {"weighted", true, true, .help = "weighted mean: sum(w mu) / sum(w)"},
    [OVERLAY_WEIGHTED_PRODUCT] = {"weighted_product", true, false, .help = "prod(mu^(w / sum(w)))"},
    [OVERLAY_AND] = {"and", false, false, .help = "min(mu)"},
    [OVERLAY_OR] = {"or", false, false, .help = "max(mu)"},
    [OVERLAY_PRODUCT] = {"product", false, false, .help = "prod(mu)"},
    [OVERLAY_SUM] = {"sum", false, false, .help = "1 - prod(1 - mu)"},
    [OVERLAY_GAMMA] = {"gamma", false, false, .help = "sum^gamma * product^(1 - gamma)", .options = OPTION(OF),
                       .written = "{gamma: 0.85, of: [a, b]}"},
    [OVERLAY_OWA] = {"owa", true, false, .help = "ordered weighted average: from AND by way of the weighted mean to OR, see Order weights",
                     .list = true, .options = OPTION(ORDER_WEIGHTS) | OPTION(ORNESS) | OPTION(ALPHA),
                     .written = "{owa: {a: 2, b: 1}, orness: 0.7}` or `{owa: [a, b, c], order_weights: [0.5, 0.3, 0.2]}"},
    [OVERLAY_TOPSIS] = {"topsis", true, false, .help = "to_worst / (to_best + to_worst): distances from the best and the worst, see Ideals",
                        .options = OPTION(IDEAL), .written = "{topsis: {a: 2, b: 1}}` or `{topsis: {a: 2, b: 1}, ideal: absolute}"},
    [OVERLAY_HAMACHER_PRODUCT] = {"hamacher_product", false, false,
                                  .help = "mu by mu: a b / (g + (1 - g) (a + b - a b)), g: `parameter`, 0 unless given", .options = OPTION(PARAMETER),
                                  .written = "{hamacher_product: [a, b, c], parameter: 0.5}"},
    [OVERLAY_HAMACHER_SUM] = {"hamacher_sum", false, false, .help = "1 - hamacher_product(1 - mu)", .options = OPTION(PARAMETER),
                              .written = "{hamacher_sum: [a, b, c], parameter: 0.5}"},
    [OVERLAY_LUKASIEWICZ_AND] = {"lukasiewicz_and", false, false, .help = "max(0, 1 - sum(1 - mu))"},
    [OVERLAY_LUKASIEWICZ_OR] = {"lukasiewicz_or", false, false, .help = "min(1, sum(mu))"},
};

const char *const option_names[OVERLAY_OPTIONS] = {"of", "order_weights", "orness", "alpha", "ideal", "parameter"};

const struct weighting_row weighting_table[WEIGHTINGS] = {
    [WEIGHTS_GIVEN] = {NULL, false, NULL, "as given"},
    [WEIGHTS_AHP] = {"ahp", false, "{ahp: {a/b: 3, a/c: 5, b/c: 2}}",
                     "comparisons of all pairs: how much more important the first is, 1/9 to 9 (Saaty); see Comparisons"},
    [WEIGHTS_RANK_SUM] = {"rank_sum", false, "{rank_sum: [a, b, c]}", "from most to least important: 2 (n + 1 - i) / (n (n + 1))"},
    [WEIGHTS_ROC] = {"roc", false, "{roc: [a, b, c]}", "from most to least important, rank-order centroid: sum over k >= i of 1 / (k n)"},
    [WEIGHTS_RECIPROCAL] = {"reciprocal", false, "{reciprocal: [a, b, c]}", "from most to least important: 1 / i"},
    [WEIGHTS_ENTROPY] = {"entropy", true, "{entropy: [a, b, c]}",
                         "how unevenly mu is spread over m cells: 1 + sum(p ln p) / ln m, p = mu / sum(mu) (Hwang and Yoon 1981)"},
    [WEIGHTS_CRITIC] = {"critic", true, "{critic: [a, b, c]}",
                        "contrast and conflict: sd(mu) / (max - min) * sum over the others of (1 - correlation) (Diakoulaki et al. 1995)"},
};

const struct model_row model_table[MODELS] = {
    [MODEL_WEIGHTS_OF_EVIDENCE] = {"weights_of_evidence",
                                   "{weights_of_evidence: {training: known}, of: {near_fault: ascending, clay: descending, strat: unique}}",
                                   "logistic(logit(prior) + sum(W)), W of classes of the criteria's raw values",
                                   "{near_fault: ascending, clay: descending, strat: unique}", "weights of evidence", "weights", .approaches = true},
    [MODEL_LOGISTIC_REGRESSION] = {"logistic_regression", "{logistic_regression: {training: known}, of: [near_fault, clay]}",
                                   "logistic(b0 + sum(b x)), x the criteria's raw values", "[near_fault, clay]", "logistic regression",
                                   "coefficients", .draws = true},
    [MODEL_RANDOM_FOREST] = {"random_forest", "{random_forest: {training: known}, of: [near_fault, clay, strat]}",
                             "logistic(logit(prior) + logit(p)), p the mean of trees' shares of known places, grown on random parts of the rows",
                             "[near_fault, clay, strat]", "a random forest", "trees", .draws = true, .trees = true},
    [MODEL_BOOSTED_TREES] = {"boosted_trees", "{boosted_trees: {training: known}, of: [near_fault, clay, strat]}",
                             "logistic(logit(prior) + sum of trees), each tree grown on what those before it left unexplained",
                             "[near_fault, clay, strat]", "boosted trees", "trees", .draws = true, .trees = true},
};

const char *const approach_names[] = {"unique", "ascending", "descending", NULL};

const char *const variogram_names[VARIOGRAMS + 1] = {"spherical", "exponential", "gaussian", NULL};

const char *const density_kernel_names[DENSITY_KERNELS + 1] = {"quartic", "uniform", NULL};

const char *const rule_names[RULES] = {"exclude_inside", "exclude_outside", "exclude_where",   "require_inside",   "exclude_setback",
                                       "include_inside", "include_where",   "penalise_inside", "penalise_outside", "penalise_where"};
const struct rule_row rule_table[RULES] = {
    [RULE_EXCLUDE_INSIDE] = {EFFECT_EXCLUDE, false, false},     [RULE_EXCLUDE_OUTSIDE] = {EFFECT_EXCLUDE, false, true},
    [RULE_EXCLUDE_WHERE] = {EFFECT_EXCLUDE, true, false},       [RULE_REQUIRE_INSIDE] = {EFFECT_EXCLUDE, false, true},
    [RULE_EXCLUDE_SETBACK] = {EFFECT_EXCLUDE, .setback = true}, [RULE_INCLUDE_INSIDE] = {EFFECT_INCLUDE, false, false},
    [RULE_INCLUDE_WHERE] = {EFFECT_INCLUDE, true, false},       [RULE_PENALISE_INSIDE] = {EFFECT_PENALISE, false, false},
    [RULE_PENALISE_OUTSIDE] = {EFFECT_PENALISE, false, true},   [RULE_PENALISE_WHERE] = {EFFECT_PENALISE, true, false},
};
const char *const compare_names[COMPARES] = {"<", "<=", ">", ">=", "==", "!=", "in"};
