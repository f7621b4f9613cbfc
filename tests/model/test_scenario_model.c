/* Scores that are learnt: what is read, and the exact words for what is wrong. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/scenario.h"

static const char *const HEAD =
    "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:32611, extent: [0, 0, 1, 1], cell: 1 km}\n"
    "layers: {fault: {vector: f.gpkg}, clay: {raster: c.tif, unit: ppm}, known: {vector: k.gpkg}, more: {vector: m.gpkg}}\n"
    "criteria:\n  near_fault: {distance_to: fault}\n  clay: {value_of: clay}\n  kind: {category_of: clay}\n"
    "targets:\n  deposit:\n    score: ";

static status parse(const char *score, struct scenario **out) {
    char text[2000];
    snprintf(text, sizeof text, "%s%s\n", HEAD, score);
    return scenario_parse("s.yaml", text, strlen(text), out);
}

static void weights_of_evidence_are_read(void **state) {
    (void)state;
    struct scenario *scenario;
    status failure = parse("{weights_of_evidence: {training: [known, more], unit_area: 25 ha, contrast: 1.5, same_cell: count}, "
                           "of: {near_fault: {ascending: {breaks: [500 m, 1 km, 2 km]}}, clay: {descending: {classes: 7}}, kind: unique}}",
                           &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    const struct target *target = &scenario->targets[0];
    const struct model *model = target->model;
    assert_true(model->kind == MODEL_WEIGHTS_OF_EVIDENCE && model->n_training == 2 && model->training[0] == 2 && model->training[1] == 3);
    assert_true(model->unit_km2 == 0.25 && model->contrast == 1.5 && model->same_cell == SAME_CELL_COUNT);
    assert_int_equal(model->n_evidence, 3);
    const struct evidence *evidence = model->evidence;
    assert_true(evidence[0].criterion == 0 && evidence[0].approach == WOE_ASCENDING && evidence[0].n_breaks == 3 && evidence[0].n_classes == 0);
    assert_true(evidence[0].breaks[0] == 0.5 && evidence[0].breaks[2] == 2); /* in the criterion's unit */
    assert_true(evidence[1].approach == WOE_DESCENDING && evidence[1].n_classes == 7 && evidence[1].n_breaks == 0);
    assert_true(evidence[2].approach == WOE_UNIQUE && evidence[2].n_classes == 0);
    assert_true(target->score->op == OVERLAY_WEIGHTED && target->score->child->criterion == 0 && target->score->child->next->next->criterion == 2);
    scenario_free(scenario);
}

static void logistic_regression_is_read(void **state) {
    (void)state;
    struct scenario *scenario;
    assert_null(parse("{logistic_regression: {training: known}, of: [clay, near_fault]}", &scenario));
    const struct model *model = scenario->targets[0].model;
    assert_true(model->kind == MODEL_LOGISTIC_REGRESSION && model->negatives == 10000 && model->apart_m == 0 && model->seed == 1 &&
                model->unit_km2 == 1 && model->same_cell == SAME_CELL_MERGE);
    assert_true(model->n_evidence == 2 && model->evidence[0].criterion == 1 && model->evidence[1].criterion == 0);
    scenario_free(scenario);
    assert_null(parse("{logistic_regression: {training: known, negatives: 300, apart: 5 km, seed: 9}, of: [clay]}", &scenario));
    model = scenario->targets[0].model;
    assert_true(model->negatives == 300 && model->apart_m == 5000 && model->seed == 9 && !model->allowed.text && !model->n_barren);
    scenario_free(scenario);
    assert_null(parse("{logistic_regression: {training: known, where: \"near_fault <= 500 m\"}, of: [clay]}", &scenario));
    model = scenario->targets[0].model;
    assert_true(model->where == 0 && model->allowed.op == COMPARE_LE && model->allowed.n_values == 1 && model->allowed.values[0] == 0.5);
    scenario_free(scenario);
    assert_null(parse("{logistic_regression: {training: known, barren: more}, of: [clay]}", &scenario));
    model = scenario->targets[0].model;
    assert_true(model->n_barren == 1 && model->barren[0] == 3);
    scenario_free(scenario);
}

static void trees_are_read(void **state) {
    (void)state;
    struct scenario *scenario;
    assert_null(parse("{random_forest: {training: known}, of: [kind, clay]}", &scenario));
    const struct model *model = scenario->targets[0].model;
    assert_true(model->kind == MODEL_RANDOM_FOREST && model->trees == 300 && model->depth == 8 && model->negatives == 10000 && model->seed == 1);
    assert_true(fabs(model->sample - 0.632) < 1e-12 && model->n_evidence == 2 && model->evidence[0].criterion == 2);
    scenario_free(scenario);
    assert_null(parse("{boosted_trees: {training: known, trees: 77, depth: 5, learning_rate: 0.03, sample: 80 percent, apart: 2 km}, of: [clay]}",
                      &scenario));
    model = scenario->targets[0].model;
    assert_true(model->kind == MODEL_BOOSTED_TREES && model->trees == 77 && model->depth == 5 && model->learning_rate == 0.03);
    assert_true(model->sample == 0.8 && model->apart_m == 2000);
    scenario_free(scenario);
}

static void mistakes_have_exact_words(void **state) {
    (void)state;
    static const struct {
        const char *score, *words;
    } wrong[] = {
        {"{weights_of_evidence: {training: known}}",
         "s.yaml:11:13: `weights_of_evidence` needs `of`, the criteria that are evidence, for example `of: {near_fault: ascending, clay: descending, "
         "strat: unique}`"},
        {"{weights_of_evidence: {}, of: {clay: unique}}", "s.yaml:11:13: weights_of_evidence of target 'deposit' needs `training`, for example "
                                                          "`training: known`: layer of known places, or a list of them"},
        {"{weights_of_evidence: {training: clay}, of: {clay: unique}}",
         "s.yaml:11:45: `training: clay` is a raster layer; points come from a vector layer"},
        {"{weights_of_evidence: {training: known}, of: {clay: rising}}", "s.yaml:11:64: `clay: rising` is none of unique, ascending, descending"},
        {"{weights_of_evidence: {training: known}, of: {clya: unique}}",
         "s.yaml:11:58: `weights_of_evidence: clya` names no criterion, did you mean 'clay'?"},
        {"{weights_of_evidence: {training: known}, of: [clay]}",
         "s.yaml:11:57: `of` of weights_of_evidence names criteria, for example `{near_fault: ascending, clay: descending, strat: unique}`"},
        {"{weights_of_evidence: {training: known}, of: {near_fault: {ascending: {breaks: [2 km, 1 km]}}}}",
         "s.yaml:11:98: `breaks: 1 km` does not rise; write each value once, the lowest first"},
        {"{weights_of_evidence: {training: known}, of: {near_fault: {ascending: {breaks: [1]}}}}",
         "s.yaml:11:92: `breaks: 1` needs a unit, for example `1 km`"},
        {"{weights_of_evidence: {training: known}, of: {clay: {ascending: {breaks: [1], classes: 3}}}}",
         "s.yaml:11:90: `ascending` has both `breaks` and `classes`; keep one of the two"},
        {"{weights_of_evidence: {training: known}, of: {clay: {ascending: {classes: 1}}}}",
         "s.yaml:11:86: `classes: 1` is not a whole number from 2 to 1000"},
        {"{weights_of_evidence: {training: known}, of: {clay: {ascending: {cuts: 3}}}}",
         "s.yaml:11:77: unknown key 'cuts' in `ascending`; it takes breaks or classes"},
        {"{weights_of_evidence: {training: known, unit_area: 1 km}, of: {clay: unique}}",
         "s.yaml:11:63: `unit_area: 1 km` is not an area such as `1 km2`"},
        {"{weights_of_evidence: {training: known}, of: {clay: unique}, gamma: 0.8}",
         "s.yaml:11:73: `gamma` does not go with `weights_of_evidence`; a model is a target's whole score"},
        {"{logistic_regression: {training: known}, of: {clay: unique}}",
         "s.yaml:11:57: `of` of logistic_regression names criteria, for example `[near_fault, clay]`"},
        {"{logistic_regression: {training: known}, of: [clay, clay]}", "s.yaml:11:64: criterion 'clay' is evidence twice; keep one of them"},
        {"{logistic_regression: {training: known, negatives: 2000000}, of: [clay]}", "s.yaml:11:63: `negatives: 2000000` is more than 1000000"},
        {"{logistic_regression: {training: known, where: near_fault}, of: [clay]}",
         "s.yaml:11:59: `where: near_fault`: after the name comes one of < <= > >= == != in"},
        {"{logistic_regression: {training: known, where: near > 3 km}, of: [clay]}",
         "s.yaml:11:59: `where: near` names no criterion; no criterion has a name like it"},
        {"{logistic_regression: {training: known, where: near_fault > 3}, of: [clay]}", "s.yaml:11:59: `where: 3` needs a unit, for example `3 km`"},
        {"{logistic_regression: {training: known, barren: clay}, of: [clay]}",
         "s.yaml:11:60: `barren: clay` is a raster layer; points come from a vector layer"},
        {"{logistic_regression: {training: known, barren: more, seed: 3}, of: [clay]}",
         "s.yaml:11:66: `seed` is about drawn cells, and with `barren` none are drawn: those places are the zeros; keep one of the two"},
        {"{logistic_regression: {training: known, barren: known}, of: [clay]}", "s.yaml:11:60: layer 'known' is both `training` and `barren`"},
        {"{weights_of_evidence: {training: known, barren: more}, of: {clay: unique}}",
         "s.yaml:11:52: unknown key 'barren' in weights_of_evidence of target 'deposit'; known: training, same_cell, unit_area, contrast"},
        {"{random_forest: {training: known, trees: 6000, depth: 13, sample: 101 percent}, of: [clay, kind]}",
         "s.yaml:11:53: `trees: 6000` is more than 5000\ns.yaml:11:66: `depth: 13` is more than 12\n"
         "s.yaml:11:78: `sample: 101 percent` is more than 100 percent"},
        {"{boosted_trees: {training: known, learning_rate: 1.5}, of: [clay]}", "s.yaml:11:61: `learning_rate: 1.5` is more than 1"},
        {"{boosted_trees: {training: known, contrast: 2}, of: [clay]}", "s.yaml:11:46: unknown key 'contrast' in boosted_trees of target 'deposit'; "
                                                                        "known: training, same_cell, unit_area, negatives, apart, seed, where, barren, trees, "
                                                                        "depth, learning_rate, sample"},
        {"{random_forest: {training: known, learning_rate: 0.1}, of: [clay]}",
         "s.yaml:11:46: unknown key 'learning_rate' in random_forest of target 'deposit'; known: training, same_cell, unit_area, negatives, apart, "
         "seed, where, barren, trees, "
         "depth, sample"},
        {"{random_forest: {training: known}, of: {clay: unique}}",
         "s.yaml:11:51: `of` of random_forest names criteria, for example `[near_fault, clay, strat]`"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct scenario *scenario = NULL;
        status failure = parse(wrong[i].score, &scenario);
        if (!failure) fail_msg("%s is read", wrong[i].score);
        assert_string_equal(lode_error_message(failure), wrong[i].words);
        lode_error_free(failure);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_of_evidence_are_read), cmocka_unit_test(logistic_regression_is_read),
                                       cmocka_unit_test(trees_are_read), cmocka_unit_test(mistakes_have_exact_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
