/* Numbers as they were computed, the shortest that read back; what is not defined (a pattern without area) is empty in CSV, null in JSON. */
#include "report/model_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/design.h"
#include "analysis/zeros.h"
#include "base/text.h"
#include "report/csv_text.h"

/* The values that a class holds: above the one, up to the other; of a single value both are that value. Infinite ends are NaN. */
static void class_ends(const struct fitted_evidence *evidence, size_t which, double *above, double *up_to) {
    const struct class_keys *keys = &evidence->keys;
    *above = keys->exact ? (double)keys->keys[which] : which ? (double)keys->keys[which - 1] : NAN;
    *up_to = which < keys->n ? (double)keys->keys[which] : NAN;
}

/* What a single value is called, of a layer that has names for its values. */
static const char *class_name(const struct result *result, const struct fitted_model *fitted, size_t i, size_t which) {
    const struct criterion *criterion = &result->scenario->criteria[fitted->model->evidence[i].criterion];
    const struct class_keys *keys = &fitted->evidence[i].keys;
    bool named = keys->exact && result->sources.scenario && (criterion->op == OP_CATEGORY || criterion->op == OP_VALUE);
    return named ? layers_class_name(&result->sources, criterion->layer, (double)keys->keys[which]) : NULL;
}

static double weight_of(const struct woe_evidence *woe, size_t which) {
    return woe->weight[woe->group[which]];
}

static double s_weight_of(const struct woe_evidence *woe, size_t which) {
    return sqrt(woe->variance[woe->group[which]]);
}

static void add_class(struct text *out, const struct result *result, const struct fitted_model *fitted, size_t i, size_t which) {
    const struct fitted_evidence *evidence = &fitted->evidence[i];
    const struct woe_evidence *woe = &evidence->woe;
    const struct woe_weights *row = &woe->rows[which];
    double above, up_to;
    class_ends(evidence, which, &above, &up_to);
    text_print(out, "%s,%s,%zu,", result->scenario->criteria[fitted->model->evidence[i].criterion].name, approach_names[woe->approach], which + 1);
    csv_word(out, class_name(result, fitted, i, which));
    const double numbers[] = {above,
                              up_to,
                              evidence->km2[which],
                              evidence->counts[which].points,
                              woe->summed[which].units * fitted->model->unit_km2,
                              woe->summed[which].points,
                              row->plus,
                              row->s_plus,
                              row->minus,
                              row->s_minus,
                              row->contrast,
                              row->s_contrast,
                              row->studentised};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) csv_number(out, numbers[k]);
    text_print(out, "%s,%s,%zu,", row->corrected ? "yes" : "no", (int)which == woe->cut ? "yes" : "no", woe->group[which]);
    csv_number(out, weight_of(woe, which));
    if (isfinite(s_weight_of(woe, which))) text_add_number(out, s_weight_of(woe, which));
    text_add(out, "\n");
}

static void add_table(struct text *out, const struct result *result, const struct fitted_model *fitted) {
    text_add(out,
             "evidence,approach,class,name,above,up_to,class_km2,class_points,area_km2,points,w_plus,s_w_plus,w_minus,s_w_minus,contrast,s_contrast,"
             "studentised_contrast,zero_corrected,chosen,group,weight,s_weight\n");
    for (size_t i = 0; i < fitted->model->n_evidence; i++)
        for (size_t which = 0; which < fitted->evidence[i].n_classes; which++) add_class(out, result, fitted, i, which);
}

/* Wald's test: whether a coefficient could be 0. */
static double wald(double coefficient, double error) {
    return erfc(fabs(coefficient / error) / sqrt(2));
}

/* A line of the table: a coefficient, or the class that a criterion's other classes are compared with. */
struct line {
    const char *evidence;
    size_t i;
    int class; /* NO_INDEX: a number, or the constant */
    bool reference;
    double coefficient, error, mean, sd;
};
typedef void (*line_fn)(void *user, const struct line *line);

static void class_line(const struct fitted_model *fitted, struct line *line, line_fn take, void *user) {
    int column = design_class_column(fitted, line->i, (size_t)line->class);
    const struct class_rows *rows = &fitted->regression.classes[design_first_class(fitted, line->i) + (size_t)line->class];
    line->reference = column == NO_INDEX;
    line->coefficient = line->reference ? 0 : regression_slope(fitted, (size_t)column, &line->error);
    if (line->reference) line->error = NAN;
    line->mean = (rows->ones + rows->zeros) / (fitted->regression.ones + fitted->regression.zeros);
    take(user, line);
}

/* The constant, then the coefficients in the order of the evidence. */
static void each_line(const struct result *result, const struct fitted_model *fitted, line_fn take, void *user) {
    struct line line = {.evidence = "constant", .class = NO_INDEX, .mean = NAN, .sd = NAN};
    line.coefficient = regression_constant(fitted, false, &line.error);
    take(user, &line);
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        const struct class_keys *keys = &fitted->evidence[i].keys;
        size_t column = design_first_column(fitted, i);
        line = (struct line){.evidence = result->scenario->criteria[fitted->model->evidence[i].criterion].name, .i = i, .sd = NAN};
        for (; keys->exact && line.class < (int)keys->n; line.class ++) class_line(fitted, &line, take, user);
        if (keys->exact) continue;
        line.class = NO_INDEX;
        line.mean = fitted->regression.mean[column];
        line.sd = fitted->regression.sd[column];
        line.coefficient = regression_slope(fitted, column, &line.error);
        take(user, &line);
    }
}

struct telling {
    const struct result *result;
    const struct fitted_model *fitted;
    struct text *out;
    struct json_build *build;
    struct json_object *list;
};

static void add_cell(struct text *out, double number) {
    text_add(out, ",");
    if (isfinite(number)) text_add_number(out, number);
}

static void add_coefficient(void *user, const struct line *line) {
    const struct telling *telling = user;
    const struct fitted_evidence *evidence = &telling->fitted->evidence[line->i];
    struct text *out = telling->out;
    const double numbers[] = {line->coefficient, line->error, line->coefficient / line->error, wald(line->coefficient, line->error),
                              line->mean,        line->sd};
    text_add(out, line->evidence);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) add_cell(out, numbers[k]);
    if (line->class == NO_INDEX) {
        text_add(out, ",,,,,,,\n");
        return;
    }
    const struct class_rows *rows = &telling->fitted->regression.classes[design_first_class(telling->fitted, line->i) + (size_t)line->class];
    const double counts[] = {evidence->km2[line->class], rows->ones, rows->zeros};
    add_cell(out, (double)evidence->keys.keys[line->class]);
    text_add(out, ",");
    csv_word(out, class_name(telling->result, telling->fitted, line->i, (size_t)line->class));
    text_add(out, line->reference ? "yes" : "no");
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) add_cell(out, counts[k]);
    text_print(out, ",%s\n", rows->filled ? "yes" : "no");
}

static void add_coefficients(struct text *out, const struct result *result, const struct fitted_model *fitted) {
    struct telling telling = {.result = result, .fitted = fitted, .out = out};
    text_add(out,
             "evidence,coefficient,standard_error,z,probability,mean,sd,class,name,reference,class_km2,class_points,class_negatives,class_filled\n");
    each_line(result, fitted, add_coefficient, &telling);
}

static bool is_regression(const struct fitted_model *fitted) {
    return fitted->model->kind == MODEL_LOGISTIC_REGRESSION;
}

static bool is_trees(const struct fitted_model *fitted) {
    return model_table[fitted->model->kind].trees;
}

static double gain_of_all(const struct fitted_model *fitted) {
    double gain = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) gain += fitted->trees.use[i].gain;
    return gain;
}

static void add_gains(struct text *out, const struct result *result, const struct fitted_model *fitted) {
    double all = gain_of_all(fitted);
    text_add(out, "evidence,gain,gain_share,questions\n");
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        const struct booster_use *use = &fitted->trees.use[i];
        text_print(out, "%s,", result->scenario->criteria[fitted->model->evidence[i].criterion].name);
        csv_number(out, use->gain);
        csv_number(out, all > 0 ? use->gain / all : 0);
        text_print(out, "%zu\n", use->questions);
    }
}

const char *model_report_table(const struct model *model) {
    return model_table[model->kind].table;
}

status model_report_csv(const struct result *result, size_t target, const char *path) {
    struct text out = {0};
    const struct fitted_model *fitted = result->targets[target].model;
    (is_trees(fitted) ? add_gains : is_regression(fitted) ? add_coefficients : add_table)(&out, result, fitted);
    return csv_write(&out, path);
}

static struct json_object *class_map(const struct result *result, const struct fitted_model *fitted, size_t i, size_t which,
                                     struct json_build *build) {
    const struct fitted_evidence *evidence = &fitted->evidence[i];
    const struct woe_weights *row = &evidence->woe.rows[which];
    struct json_object *map = json_map(build);
    double above, up_to;
    class_ends(evidence, which, &above, &up_to);
    json_put_integer(build, map, "class", (int64_t)which + 1);
    json_put_text(build, map, "name", class_name(result, fitted, i, which));
    json_put_number(build, map, "above", above);
    json_put_number(build, map, "up_to", up_to);
    json_put_number(build, map, "class_km2", evidence->km2[which]);
    json_put_number(build, map, "class_points", evidence->counts[which].points);
    json_put_number(build, map, "area_km2", evidence->woe.summed[which].units * fitted->model->unit_km2);
    json_put_number(build, map, "points", evidence->woe.summed[which].points);
    json_put_number(build, map, "w_plus", row->plus);
    json_put_number(build, map, "s_w_plus", row->s_plus);
    json_put_number(build, map, "w_minus", row->minus);
    json_put_number(build, map, "s_w_minus", row->s_minus);
    json_put_number(build, map, "contrast", row->contrast);
    json_put_number(build, map, "s_contrast", row->s_contrast);
    json_put_number(build, map, "studentised_contrast", row->studentised);
    json_put(build, map, "zero_corrected", json_object_new_boolean(row->corrected));
    json_put(build, map, "chosen", json_object_new_boolean((int)which == evidence->woe.cut));
    json_put_integer(build, map, "group", (int64_t)evidence->woe.group[which]);
    json_put_number(build, map, "weight", weight_of(&evidence->woe, which));
    json_put_number(build, map, "s_weight", s_weight_of(&evidence->woe, which));
    return map;
}

static struct json_object *evidence_map(const struct result *result, const struct fitted_model *fitted, size_t i, struct json_build *build) {
    const struct fitted_evidence *evidence = &fitted->evidence[i];
    const struct criterion *criterion = &result->scenario->criteria[fitted->model->evidence[i].criterion];
    struct json_object *map = json_map(build), *classes = json_list(build);
    json_put_text(build, map, "criterion", criterion->name);
    json_put_text(build, map, "unit", criterion->unit_name ? criterion->unit_name : "");
    json_put_text(build, map, "approach", approach_names[evidence->woe.approach]);
    json_put(build, map, "exact_values", json_object_new_boolean(evidence->keys.exact));
    json_put(build, map, "used", json_object_new_boolean(evidence->woe.n_groups > 1));
    json_put_number(build, map, "known_km2", evidence->woe.all.units * fitted->model->unit_km2);
    json_put_number(build, map, "known_points", evidence->woe.all.points);
    for (size_t which = 0; which < evidence->n_classes && !build->failed; which++)
        json_append(build, classes, class_map(result, fitted, i, which, build));
    json_put(build, map, "classes", classes);
    return map;
}

static struct json_object *training_map(const struct result *result, const struct fitted_model *fitted, struct json_build *build) {
    struct json_object *map = json_map(build), *layers = json_list(build);
    int64_t studied = 0;
    for (size_t i = 0; i < fitted->training.n; i++) studied += fitted->training.cells[i].studied;
    for (size_t i = 0; i < fitted->model->n_training; i++)
        json_append(build, layers, json_text(build, result->scenario->layers[fitted->model->training[i]].name));
    json_put(build, map, "layers", layers);
    json_put_integer(build, map, "places", (int64_t)fitted->training.given);
    json_put_integer(build, map, "beyond_the_grid", (int64_t)fitted->training.beyond);
    json_put_integer(build, map, "cells", (int64_t)fitted->training.n);
    json_put_integer(build, map, "cells_in_study_area", studied);
    json_put_text(build, map, "same_cell", fitted->model->same_cell == SAME_CELL_COUNT ? "count" : "merge");
    json_put_number(build, map, "points", fitted->points);
    return map;
}

static struct json_object *independence_map(const struct fitted_model *fitted, struct json_build *build) {
    const struct woe_independence *test = &fitted->independence;
    struct json_object *map = json_map(build);
    json_put_integer(build, map, "unique_conditions", (int64_t)fitted->conditions.n);
    json_put_number(build, map, "expected_points", test->expected);
    json_put_number(build, map, "s_expected_points", test->s_expected);
    json_put_number(build, map, "omnibus", test->omnibus);
    json_put_number(build, map, "agterberg_cheng_z", test->z);
    json_put_number(build, map, "agterberg_cheng_probability", test->probability);
    return map;
}

static void put_class(const struct telling *telling, const struct line *line, struct json_object *map) {
    const struct fitted_evidence *evidence = &telling->fitted->evidence[line->i];
    const struct class_rows *rows = &telling->fitted->regression.classes[design_first_class(telling->fitted, line->i) + (size_t)line->class];
    struct json_build *build = telling->build;
    json_put_number(build, map, "class", (double)evidence->keys.keys[line->class]);
    json_put_text(build, map, "name", class_name(telling->result, telling->fitted, line->i, (size_t)line->class));
    json_put(build, map, "reference", json_object_new_boolean(line->reference));
    json_put_number(build, map, "class_km2", evidence->km2[line->class]);
    json_put_number(build, map, "class_points", rows->ones);
    json_put_number(build, map, "class_negatives", rows->zeros);
    json_put(build, map, "class_filled", json_object_new_boolean(rows->filled));
}

static void append_coefficient(void *user, const struct line *line) {
    const struct telling *telling = user;
    struct json_build *build = telling->build;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "evidence", line->evidence);
    json_put_number(build, map, "coefficient", line->coefficient);
    json_put_number(build, map, "standard_error", line->error);
    json_put_number(build, map, "z", line->coefficient / line->error);
    json_put_number(build, map, "probability", wald(line->coefficient, line->error));
    if (isfinite(line->mean)) { /* not the constant */
        const char *unit = telling->result->scenario->criteria[telling->fitted->model->evidence[line->i].criterion].unit_name;
        json_put_text(build, map, "unit", unit ? unit : "");
        json_put_number(build, map, "mean", line->mean);
        json_put_number(build, map, "sd", line->sd);
    }
    if (line->class != NO_INDEX) put_class(telling, line, map);
    json_append(build, telling->list, map);
}

static struct json_object *coefficients_list(const struct result *result, const struct fitted_model *fitted, struct json_build *build) {
    struct telling telling = {.result = result, .fitted = fitted, .build = build, .list = json_list(build)};
    each_line(result, fitted, append_coefficient, &telling);
    return telling.list;
}

static struct json_object *barren_map(const struct result *result, const struct fitted_model *fitted, struct json_build *build) {
    struct json_object *map = json_map(build), *layers = json_list(build);
    for (size_t i = 0; i < fitted->model->n_barren; i++)
        json_append(build, layers, json_text(build, result->scenario->layers[fitted->model->barren[i]].name));
    json_put(build, map, "layers", layers);
    json_put_integer(build, map, "places", (int64_t)fitted->barren.given);
    json_put_integer(build, map, "beyond_the_grid", (int64_t)fitted->barren.beyond);
    json_put_integer(build, map, "cells_of_training", (int64_t)fitted->barren_known);
    json_put_integer(build, map, "cells", (int64_t)fitted->barren.n);
    json_put_integer(build, map, "cells_in_study_area", (int64_t)fitted->zeros.n);
    return map;
}

static void put_negatives(const struct result *result, const struct fitted_model *fitted, struct json_build *build, struct json_object *map) {
    const struct model *model = fitted->model;
    if (model->n_barren) {
        json_put_text(build, map, "negatives",
                      is_trees(fitted)
                          ? "cells of the places in `barren`, those outside the study area or in training cells passed over; none are drawn"
                          : "cells of the places in `barren`, those outside the study area, in training cells or without all of the evidence "
                            "passed over; none are drawn");
        json_put(build, map, "barren", barren_map(result, fitted, build));
    } else {
        json_put_text(build, map, "negatives",
                      is_trees(fitted)
                          ? "cells drawn from the study area without the training cells, where negatives_where holds: those with the smallest "
                            "hashes of their place; those nearer to a training cell than negatives_apart_m are passed over"
                          : "cells drawn from the study area without the training cells, where negatives_where holds: those with the smallest "
                            "hashes of their place; those without all of the evidence, or nearer to a training cell than negatives_apart_m, are "
                            "passed over");
        json_put_text(build, map, "negatives_where", model->allowed.text);
        json_put_number(build, map, "negatives_apart_m", model->apart_m);
        json_put_integer(build, map, "negatives_seed", (int64_t)model->seed);
        json_put_integer(build, map, "negatives_drawn", (int64_t)zeros_of(fitted)->n);
    }
}

static void put_regression(const struct result *result, const struct fitted_model *fitted, struct json_build *build, struct json_object *map) {
    const struct fitted_regression *regression = &fitted->regression;
    put_negatives(result, fitted, build, map);
    json_put_number(build, map, "negatives_used", regression->zeros);
    json_put_number(build, map, "points_used", regression->ones);
    json_put_number(build, map, "rare_event_offset", regression->offset);
    json_put_integer(build, map, "rounds", regression->fit.rounds);
    json_put_number(build, map, "log_likelihood", regression->fit.likelihood);
    json_put(build, map, "coefficients", coefficients_list(result, fitted, build));
}

static struct json_object *gains_list(const struct result *result, const struct fitted_model *fitted, struct json_build *build) {
    struct json_object *list = json_list(build);
    double all = gain_of_all(fitted);
    for (size_t i = 0; i < fitted->model->n_evidence && !build->failed; i++) {
        const struct criterion *criterion = &result->scenario->criteria[fitted->model->evidence[i].criterion];
        const struct booster_use *use = &fitted->trees.use[i];
        struct json_object *map = json_map(build);
        json_put_text(build, map, "evidence", criterion->name);
        json_put_text(build, map, "unit", criterion->unit_name ? criterion->unit_name : "");
        json_put_number(build, map, "gain", use->gain);
        json_put_number(build, map, "gain_share", all > 0 ? use->gain / all : 0);
        json_put_integer(build, map, "questions", (int64_t)use->questions);
        json_append(build, list, map);
    }
    return list;
}

static void put_trees(const struct result *result, const struct fitted_model *fitted, struct json_build *build, struct json_object *map) {
    const struct fitted_trees *trees = &fitted->trees;
    char library[64];
    booster_library(library, sizeof library);
    json_put_text(build, map, "library", library);
    put_negatives(result, fitted, build, map);
    json_put_number(build, map, "negatives_used", trees->zeros);
    json_put_number(build, map, "points_used", trees->ones);
    json_put_integer(build, map, "trees", (int64_t)trees->trees.n);
    json_put_integer(build, map, "leaves", (int64_t)(trees->trees.n_nodes + trees->trees.n) / 2);
    json_put_integer(build, map, "depth", (int64_t)trees->trees.depth);
    json_put_number(build, map, "sample", fitted->model->sample);
    if (fitted->model->kind == MODEL_BOOSTED_TREES) json_put_number(build, map, "learning_rate", fitted->model->learning_rate);
    json_put_number(build, map, "start_logit", model_start(fitted));
    json_put_integer(build, map, "log_loss_folds", (int64_t)trees->folds);
    json_put_number(build, map, "log_loss", trees->log_loss);
    json_put(build, map, "gains", gains_list(result, fitted, build));
}

static void put_weights(const struct result *result, const struct fitted_model *fitted, struct json_build *build, struct json_object *map) {
    struct json_object *evidence = json_list(build);
    json_put_number(build, map, "least_studentised_contrast", fitted->model->contrast);
    json_put_text(build, map, "negatives", "every cell of the study area, less the training points");
    for (size_t i = 0; i < fitted->model->n_evidence && !build->failed; i++) json_append(build, evidence, evidence_map(result, fitted, i, build));
    json_put(build, map, "evidence", evidence);
    json_put(build, map, "conditional_independence", fitted->tells_conditions ? independence_map(fitted, build) : NULL);
}

struct json_object *model_report_map(const struct result *result, size_t target, struct json_build *build) {
    const struct fitted_model *fitted = result->targets[target].model;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "target", result->scenario->targets[target].name);
    json_put_text(build, map, "model", model_table[fitted->model->kind].name);
    json_put(build, map, "training", training_map(result, fitted, build));
    json_put_text(build, map, "study_area", "cells that are not outside and whose evidence reaches min_coverage, excluded ones among them");
    json_put_number(build, map, "study_km2", fitted->study_km2);
    json_put_number(build, map, "unit_area_km2", fitted->model->unit_km2);
    json_put_number(build, map, "prior", fitted->prior);
    json_put_number(build, map, "prior_logit", woe_logit(fitted->prior));
    (is_trees(fitted) ? put_trees : is_regression(fitted) ? put_regression : put_weights)(result, fitted, build, map);
    return map;
}

/* Trees as lists, an item a node: the first are the roots, in the order in which trees are added up. */
static struct json_object *nodes_map(const struct result *result, const struct fitted_model *fitted, struct json_build *build) {
    const struct trees *trees = &fitted->trees.trees;
    struct json_object *map = json_map(build), *asks = json_list(build), *value = json_list(build), *of_class = json_list(build);
    struct json_object *missing_second = json_list(build), *first = json_list(build);
    for (size_t i = 0; i < trees->n_nodes && !build->failed; i++) {
        struct tree_question question;
        size_t child = trees_node(trees, i, &question);
        const char *name = child ? result->scenario->criteria[fitted->model->evidence[question.evidence].criterion].name : NULL;
        json_append(build, asks, name ? json_text(build, name) : NULL);
        json_append(build, value, json_number(build, (double)question.value));
        json_append(build, of_class, json_object_new_boolean(question.class));
        json_append(build, missing_second, json_object_new_boolean(question.missing_second));
        json_append(build, first, json_object_new_int64((int64_t)child));
    }
    json_put(build, map, "asks", asks);
    json_put(build, map, "value", value);
    json_put(build, map, "of_class", of_class);
    json_put(build, map, "missing_second", missing_second);
    json_put(build, map, "first", first);
    return map;
}

status model_report_json(const struct result *result, size_t target, const char *path) {
    struct json_build build = {0};
    struct json_object *map = model_report_map(result, target, &build);
    if (is_trees(result->targets[target].model)) json_put(&build, map, "nodes", nodes_map(result, result->targets[target].model, &build));
    status failure = build.failed ? status_no_memory() : json_write(path, map);
    json_object_put(map);
    return failure;
}

/* "6 training points and 10000 cells drawn where ... from 2678 km2, prior ..." */
static void rows_words(const struct fitted_model *fitted, double ones, double zeros, struct text *out) {
    const struct model *model = fitted->model;
    text_print(out, "%.10g training points and %.10g ", ones, zeros);
    if (model->n_barren)
        text_print(out, "barren cells of %zu places in", fitted->barren.given);
    else
        text_print(out, "cells drawn%s%s from", model->allowed.text ? " where " : "", model->allowed.text ? model->allowed.text : "");
    text_print(out, " %.6g km2, prior %.4g for each %.6g km2", fitted->study_km2, fitted->prior, model->unit_km2);
}

static void regression_words(const struct fitted_model *fitted, struct text *out) {
    const struct fitted_regression *regression = &fitted->regression;
    text_print(out, "  %s: ", model_table[fitted->model->kind].name);
    rows_words(fitted, regression->ones, regression->zeros, out);
    text_print(out, "; %zu coefficients in %d rounds\n", regression->fit.columns, regression->fit.rounds);
}

static void trees_words(const struct result *result, const struct fitted_model *fitted, struct text *out) {
    const struct fitted_trees *trees = &fitted->trees;
    size_t best = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++)
        if (trees->use[i].gain > trees->use[best].gain) best = i;
    text_print(out, "  %s: %zu trees from ", model_table[fitted->model->kind].name, trees->trees.n);
    rows_words(fitted, trees->ones, trees->zeros, out);
    text_add(out, "\n");
    if (gain_of_all(fitted) > 0)
        text_print(out, "  %.3g %% of the gain is by %s", 100 * trees->use[best].gain / gain_of_all(fitted),
                   result->scenario->criteria[fitted->model->evidence[best].criterion].name);
    else
        text_add(out, "  no question tells training points from drawn cells");
    if (trees->folds) text_print(out, "; log loss of rows held out in %zu parts %.3f (guessing has 0.693)", trees->folds, trees->log_loss);
    text_add(out, "\n");
}

void model_report_words(const struct result *result, size_t target, struct text *out) {
    const struct fitted_model *fitted = result->targets[target].model;
    if (is_trees(fitted) || is_regression(fitted)) {
        if (is_trees(fitted))
            trees_words(result, fitted, out);
        else
            regression_words(fitted, out);
        return;
    }
    size_t used = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) used += fitted->evidence[i].woe.n_groups > 1;
    text_print(out, "  %s: %.10g training points in %.6g km2, prior %.4g for each %.6g km2; %zu of %zu criteria used\n",
               model_table[fitted->model->kind].name, fitted->points, fitted->study_km2, fitted->prior, fitted->model->unit_km2, used,
               fitted->model->n_evidence);
    if (!fitted->tells_conditions) return;
    text_print(out, "  expected %.5g points, so the omnibus ratio is %.3f (below 0.85 is a worry); Agterberg-Cheng z %.2f, %s\n",
               fitted->independence.expected, fitted->independence.omnibus, fitted->independence.z,
               fitted->independence.z > 1.645 ? "so evidence is not independent (one-tailed, 95 %): posteriors are too high, read them as ranks"
                                              : "no sign against independence (one-tailed, 95 %)");
}
