/* Scenarios: every key read back field by field, and the same reading where the decimal sign is a comma. test_scenario_words.c breaks them. */
#include "unit.h"

#include <glob.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "model/scenario.h"
#include "parse_words.h"

static struct scenario *read_full(void) {
    struct text bytes = {0};
    char block[4096];
    FILE *file = fopen(LODE_SOURCE_DIR "/tests/model/full.yaml", "rb");
    assert_non_null(file);
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;) text_add_bytes(&bytes, block, got);
    fclose(file);
    struct scenario *scenario;
    status failure = scenario_parse("some/where/full.yaml", bytes.bytes, bytes.length, &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    text_free(&bytes);
    return scenario;
}

#define assert_near(a, b) assert_true(fabs((double)(a) - (b)) <= 1e-12 * (1 + fabs((double)(b))))

static const struct layer *layer_named(const struct scenario *scenario, const char *name) {
    for (size_t i = 0; i < scenario->n_layers; i++)
        if (strcmp(scenario->layers[i].name, name) == 0) return &scenario->layers[i];
    fail_msg("no layer %s", name);
    return NULL;
}

static int layer_index(const struct scenario *scenario, const char *name) {
    return (int)(layer_named(scenario, name) - scenario->layers);
}

static const struct criterion *criterion_named(const struct scenario *scenario, const char *name) {
    for (size_t i = 0; i < scenario->n_criteria; i++)
        if (strcmp(scenario->criteria[i].name, name) == 0) return &scenario->criteria[i];
    fail_msg("no criterion %s", name);
    return NULL;
}

static void top_and_grid_are_read(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    assert_string_equal(scenario->path, "some/where/full.yaml");
    assert_string_equal(scenario->folder, "some/where");
    assert_string_equal(scenario->data_dir, "some/where/data/sub");
    assert_string_equal(scenario->title, "Full scan");
    assert_string_equal(scenario->description, "every key");
    assert_int_equal(scenario->n_credits, 2);
    assert_string_equal(scenario->credits[1], "OSM, contributors");
    assert_string_equal(scenario->grid.crs, "EPSG:5070");
    assert_string_equal(scenario->grid.extent_crs, "OGC:CRS84");
    const double extent[4] = {-120, 33, -110, 39};
    assert_memory_equal(scenario->grid.extent, extent, sizeof extent);
    assert_true(scenario->grid.cell_x == 400 && scenario->grid.cell_y == 500 && !scenario->grid.cell_in_degrees);
    assert_true(scenario->grid.margin_m == 50000);
    assert_int_equal(scenario->grid.within, layer_index(scenario, "state"));
    assert_int_equal(scenario->grid.at.line, 7);
    assert_true(scenario->write_criteria);
    assert_int_equal(scenario->n_annotations, 1);
    assert_string_equal(scenario->annotations[0].name, "county");
    assert_string_equal(scenario->annotations[0].field, "name");
    assert_int_equal(scenario->annotations[0].layer, layer_index(scenario, "state"));
    scenario_free(scenario);
}

static void layers_are_read(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    assert_int_equal(scenario->n_layers, 6);
    const struct layer *raster = layer_named(scenario, "elevation");
    assert_int_equal(raster->kind, LAYER_RASTER);
    assert_int_equal(raster->at.line, 15);
    assert_int_equal(raster->at.column, 3);
    assert_string_equal(raster->path, "elevation_m.tif");
    assert_string_equal(raster->full_path, "some/where/data/sub/elevation_m.tif");
    assert_int_equal(raster->band, 2);
    assert_string_equal(raster->subdataset, "heights");
    assert_string_equal(raster->resample, "cubicspline");
    assert_int_equal(raster->content, CONTENT_CONTINUOUS);
    assert_true(raster->nodata == -9999 && raster->scale == 0.1 && raster->offset == -5);
    assert_string_equal(raster->crs, "EPSG:4326");
    assert_string_equal(raster->unit, "m");
    assert_string_equal(raster->credit, "NASA");
    assert_int_equal(raster->selected.op, COMPARE_GE);
    assert_true(raster->selected.n_values == 1 && raster->selected.values[0] == 1.5);
    assert_string_equal(raster->selected.text, "value >= 1.5");
    const struct layer *classes = layer_named(scenario, "landcover");
    assert_int_equal(classes->content, CONTENT_CLASSES);
    assert_string_equal(classes->full_path, "/srv/nlcd.tif");
    assert_int_equal(classes->selected.op, COMPARE_IN);
    assert_int_equal(classes->selected.n_values, 3);
    assert_true(classes->selected.values[0] == 11 && classes->selected.values[1] == 21 && classes->selected.values[2] == 22);
    assert_true(classes->band == 1 && isnan(classes->nodata) && isnan(classes->scale) && isnan(classes->offset));
    assert_null(classes->resample);
    assert_null(classes->crs);
    const struct layer *vector = layer_named(scenario, "rail");
    assert_int_equal(vector->kind, LAYER_VECTOR);
    assert_string_equal(vector->sublayer, "lines");
    assert_string_equal(vector->where, "status = 'active'");
    assert_string_equal(vector->label, "FULLNAME");
    assert_int_equal(vector->all_touched, NO);
    assert_null(vector->selected.text);
    assert_string_equal(layer_named(scenario, "geology")->category, "ROCK");
    assert_string_equal(layer_named(scenario, "geology")->full_path, "GPKG:geo.gpkg:units");
    assert_int_equal(layer_named(scenario, "geology")->all_touched, YES);
    assert_string_equal(layer_named(scenario, "assays")->attribute, "REE");
    assert_string_equal(layer_named(scenario, "assays")->full_path, "/vsizip/a.zip/a.shp");
    assert_int_equal(layer_named(scenario, "state")->all_touched, UNSET);
    scenario_free(scenario);
}

static void criteria_are_read(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    assert_int_equal(scenario->n_criteria, 24);
    const struct interpolation *how = &criterion_named(scenario, "kriged")->interpolation;
    assert_true(how->neighbours == 12 && how->variogram == VARIOGRAM_EXPONENTIAL && how->nugget == 20 && how->sill == 100 && how->range_m == 15000);
    assert_false(how->fitted);
    how = &criterion_named(scenario, "fitted")->interpolation;
    assert_true(how->fitted && how->variogram == VARIOGRAM_GAUSSIAN && isnan(how->sill) && isnan(how->range_m) && !how->fit);
    how = &criterion_named(scenario, "between")->interpolation;
    assert_true(how->neighbours == 8 && how->power == 3);
    assert_true(criterion_named(scenario, "smooth")->radius_m == 2500 && isnan(criterion_named(scenario, "bend")->radius_m));
    assert_string_equal(criterion_named(scenario, "smooth")->unit_name, "ppm");
    assert_string_equal(criterion_named(scenario, "bend")->unit_name, "1/m");
    assert_true(criterion_named(scenario, "faulting")->kernel == DENSITY_UNIFORM &&
                criterion_named(scenario, "junctions")->kernel == DENSITY_QUARTIC);
    assert_true(criterion_named(scenario, "showings")->weighted && !criterion_named(scenario, "faulting")->weighted);
    assert_string_equal(criterion_named(scenario, "junctions")->unit_name, "per km2");
    assert_true(criterion_named(scenario, "high")->percentile == 90 && isnan(criterion_named(scenario, "smooth")->percentile));
    assert_string_equal(criterion_named(scenario, "rugged")->unit_name, "m");
    const struct criterion *rail = criterion_named(scenario, "rail_access");
    assert_int_equal(rail->op, OP_DISTANCE);
    assert_int_equal(rail->layer, layer_index(scenario, "rail"));
    assert_int_equal(rail->metric, METRIC_GEODESIC);
    assert_int_equal(rail->role, ROLE_EVIDENCE);
    assert_string_equal(rail->label, "Way to rail");
    assert_true(rail->complement);
    assert_ptr_equal(rail->unit, unit_find("km"));
    assert_int_equal(rail->membership.kind, MEMBER_SMALL);
    assert_near(rail->membership.params[0], 20);
    assert_true(rail->membership.params[1] == 3);
    const struct criterion *far = criterion_named(scenario, "far");
    assert_int_equal(far->membership.kind, MEMBER_NONE);
    assert_string_equal(far->unit_name, "mi");
    assert_int_equal(far->role, ROLE_ACCESS);
    assert_int_equal(far->metric, METRIC_AUTO);
    assert_string_equal(far->label, "far");
    const struct criterion *height = criterion_named(scenario, "height");
    assert_string_equal(height->unit_name, "m");
    assert_int_equal(height->role, ROLE_EVIDENCE);
    const double heights[4] = {0, 100, 200, 300};
    for (size_t i = 0; i < 4; i++) assert_near(height->membership.params[i], heights[i]);
    const struct criterion *grade = criterion_named(scenario, "grade");
    assert_null(grade->unit);
    assert_string_equal(grade->unit_name, "ppm");
    assert_string_equal(criterion_named(scenario, "cover")->unit_name, "");
    assert_string_equal(criterion_named(scenario, "flat_ground")->label, "flat ground");
    scenario_free(scenario);
}

static void memberships_are_in_the_criterions_unit(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    const struct membership *member = &criterion_named(scenario, "flat_ground")->membership;
    assert_int_equal(member->kind, MEMBER_LINEAR);
    assert_true(member->params[0] == 15 && member->params[1] == 3);
    member = &criterion_named(scenario, "gentle")->membership;
    assert_near(member->params[0], 100); /* 45 degrees rise as much as they run */
    assert_true(member->params[1] == 5);
    member = &criterion_named(scenario, "south")->membership;
    assert_true(member->kind == MEMBER_NEAR && member->params[0] == 180 && member->params[1] == 0.001);
    member = &criterion_named(scenario, "rough")->membership;
    assert_near(member->params[0], 30.48);
    member = &criterion_named(scenario, "grade")->membership;
    assert_true(member->kind == MEMBER_MS_LARGE && member->params[0] == 2 && member->params[1] == 1);
    member = &criterion_named(scenario, "grade2")->membership;
    assert_true(member->kind == MEMBER_GAUSSIAN && member->params[0] == 300 && member->params[1] == 0.01);
    member = &criterion_named(scenario, "grade3")->membership;
    assert_true(member->kind == MEMBER_LOGISTIC && isnan(member->params[0]) && isnan(member->params[1]));
    member = &criterion_named(scenario, "grade4")->membership;
    assert_true(member->params[0] == 200 && member->params[1] == -0.5);
    assert_int_equal(criterion_named(scenario, "grade5")->membership.kind, MEMBER_MS_SMALL);
    member = &criterion_named(scenario, "cover")->membership;
    assert_true(member->n_classes == 2 && isnan(member->other));
    assert_true(member->classes[1].is_code && member->classes[1].code == -2 && member->classes[1].score == 0.5);
    member = &criterion_named(scenario, "rock")->membership;
    assert_true(!member->classes[1].is_code && member->classes[1].score == 1 && member->other == 0.1);
    assert_string_equal(member->classes[1].label, "carbonatite dike");
    scenario_free(scenario);
}

static void rules_are_read(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    assert_int_equal(scenario->n_rules, 5);
    const struct rule *rule = scenario->rules;
    assert_true(rule->kind == RULE_EXCLUDE_INSIDE && rule->buffer_m == 1000 && rule->metric == METRIC_GEODESIC && rule->targets == 6 &&
                rule->criterion == NO_INDEX);
    assert_int_equal(rule->layer, layer_index(scenario, "state"));
    assert_string_equal(rule->reason, "A park");
    assert_string_equal(rule->citation, "54 USC");
    rule++;
    assert_true(rule->kind == RULE_EXCLUDE_OUTSIDE && rule->buffer_m == 0 && rule->targets == 15);
    assert_string_equal(rule->reason, "out of state");
    assert_null(rule->citation);
    rule++;
    assert_true(rule->kind == RULE_EXCLUDE_WHERE && rule->layer == NO_INDEX && rule->targets == 1 && rule->buffer_m == 30 &&
                rule->metric == METRIC_AUTO);
    assert_ptr_equal(&scenario->criteria[rule->criterion], criterion_named(scenario, "flat_ground"));
    assert_int_equal(rule->condition.op, COMPARE_GT);
    assert_near(rule->condition.values[0], 17.632698070846498); /* 100 tan 10 degrees, from tables */
    rule++;
    assert_true(rule->criterion == NO_INDEX && rule->layer == layer_index(scenario, "landcover") && rule->condition.n_values == 2);
    assert_true(rule->condition.values[1] == 90);
    rule++;
    assert_int_equal(rule->condition.op, COMPARE_LE);
    assert_near(rule->condition.values[0], 1 / 1.609344);
    scenario_free(scenario);
}

static void targets_are_read(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    assert_int_equal(scenario->n_targets, 4);
    const struct target *target = scenario->targets;
    assert_int_equal(target->mode, MODE_DEPOSIT);
    assert_true(target->min_coverage == 0.6 && target->candidates == CANDIDATE_POINTS && target->n_points == 2);
    assert_true(target->points[0] == layer_index(scenario, "rail") && target->points[1] == layer_index(scenario, "geology"));
    assert_true(target->merge_m == 5000 && target->snap_m == 100 && target->uncertainty_m == 2000);
    assert_null(target->uncertainty_field);
    assert_string_equal(target->name_field, "NAME");
    assert_string_equal(target->ramp, "magma");
    target++;
    assert_true(target->mode == MODE_PLANT && target->candidates == CANDIDATE_PEAKS && target->min_coverage == 1);
    assert_true(target->spacing_m == 20000 && target->count == 7 && target->min_score == 0.25);
    assert_null(target->ramp);
    target++;
    assert_true(target->mode == MODE_STOCKPILE && target->n_points == 1 && isnan(target->uncertainty_m));
    assert_string_equal(target->uncertainty_field, "ERR_KM");
    target++;
    assert_true(target->candidates == CANDIDATE_PEAKS && target->spacing_m == 10000 && target->count == 50 && target->min_score == 0);
    assert_int_equal(target->score->op, OVERLAY_CRITERION);
    scenario_free(scenario);
}

static void overlays_are_trees(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    const struct overlay *root = scenario->targets[0].score;
    assert_int_equal(root->op, OVERLAY_WEIGHTED);
    const struct overlay *rock = root->child, *gamma = rock->next;
    assert_true(rock->op == OVERLAY_CRITERION && rock->weight == 2 && !rock->child);
    assert_ptr_equal(&scenario->criteria[rock->criterion], criterion_named(scenario, "rock"));
    assert_true(gamma->op == OVERLAY_GAMMA && gamma->gamma == 0.9 && gamma->weight == 0.5 && !gamma->next);
    const struct overlay *either = gamma->child->next;
    assert_true(gamma->child->weight == 1 && either->op == OVERLAY_OR && !either->next && either->child->next && !either->child->next->next);
    assert_ptr_equal(&scenario->criteria[either->child->next->criterion], criterion_named(scenario, "rough"));
    root = scenario->targets[1].score;
    assert_true(root->op == OVERLAY_WEIGHTED_PRODUCT && root->child->weight == 2 && root->child->next->weight == 1);
    root = scenario->targets[2].score;
    assert_true(root->op == OVERLAY_SUM && root->child->op == OVERLAY_AND && root->child->next->op == OVERLAY_PRODUCT);
    scenario_free(scenario);
}

static void layer_paths_follow_the_callers_folder(void **state) {
    (void)state;
    struct scenario *scenario = read_full();
    struct arena arena = {0};
    assert_string_equal(scenario_layer_path(scenario, layer_named(scenario, "rail"), NULL, &arena), "some/where/data/sub/rail.gpkg");
    assert_string_equal(scenario_layer_path(scenario, layer_named(scenario, "rail"), "/d/", &arena), "/d/rail.gpkg");
    assert_string_equal(scenario_layer_path(scenario, layer_named(scenario, "landcover"), "/d", &arena), "/srv/nlcd.tif");
    assert_string_equal(scenario_layer_path(scenario, layer_named(scenario, "geology"), "/d", &arena), "GPKG:geo.gpkg:units");
    assert_string_equal(scenario_layer_path(scenario, layer_named(scenario, "assays"), "/d", &arena), "/vsizip/a.zip/a.shp");
    arena_free(&arena);
    scenario_free(scenario);
}

static void a_missing_file_is_named(void **state) {
    (void)state;
    struct scenario *scenario;
    status failure = scenario_read("no/such.yaml", &scenario);
    assert_int_equal(lode_error_code(failure), LODE_NO_INPUT);
    assert_non_null(strstr(lode_error_message(failure), "no/such.yaml: No such file or directory"));
    lode_error_free(failure);
    failure = scenario_read("/", &scenario);
    assert_int_equal(lode_error_code(failure), LODE_NO_INPUT);
    assert_non_null(strstr(lode_error_message(failure), "/: "));
    lode_error_free(failure);
    assert_null(scenario);
    assert_null(scenario_read(LODE_SOURCE_DIR "/tests/model/full.yaml", &scenario));
    assert_string_equal(scenario->folder, LODE_SOURCE_DIR "/tests/model");
    scenario_free(scenario);
}

static void the_datasets_scenarios_read(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob(LODE_SOURCE_DIR "/datasets/*/scenario.yaml", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct scenario *scenario;
        status failure = scenario_read(found.gl_pathv[i], &scenario);
        if (failure) fail_msg("%s", lode_error_message(failure));
        scenario_free(scenario);
    }
    globfree(&found);
}

/* The first locale with a decimal comma that is here or that localedef makes; false when there is none. */
static bool take_comma_locale(const char *folder) {
    char command[200];
    const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"};
    for (size_t i = 0; i < 3; i++)
        if (setlocale(LC_ALL, names[i])) return true;
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >/dev/null 2>&1", folder);
    if (system(command) != 0) return false;
    setenv("LOCPATH", folder, 1);
    return setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

static void a_comma_locale_changes_nothing(void **state) {
    (void)state;
    char folder[] = "/tmp/lode_locale_XXXXXX", command[80];
    assert_non_null(mkdtemp(folder));
    bool taken = take_comma_locale(folder);
    if (taken) {
        assert_string_equal(localeconv()->decimal_point, ",");
        targets_are_read(state);
        rules_are_read(state);
        memberships_are_in_the_criterions_unit(state);
        parse_expecting("lodescan: 1,5",
                        "s.yaml:1:1: the scenario needs `title`, for example `title: Mojave rare-earth scan`: what the scan is called\n"
                        "s.yaml:1:1: the scenario needs `grid`: the grid that everything is brought onto\n"
                        "s.yaml:1:1: the scenario needs `layers`: the data, a name each\n"
                        "s.yaml:1:1: the scenario needs `criteria`: surfaces in 0..1 made from layers, a name each\n"
                        "s.yaml:1:1: the scenario needs `targets`: what is ranked, a name each; at most 16\n"
                        "s.yaml:1:11: `lodescan: 1,5` is not a version this program reads; write `lodescan: 1`");
    }
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    if (!taken) skip();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(top_and_grid_are_read),
        cmocka_unit_test(layers_are_read),
        cmocka_unit_test(criteria_are_read),
        cmocka_unit_test(memberships_are_in_the_criterions_unit),
        cmocka_unit_test(rules_are_read),
        cmocka_unit_test(targets_are_read),
        cmocka_unit_test(overlays_are_trees),
        cmocka_unit_test(layer_paths_follow_the_callers_folder),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(the_datasets_scenarios_read),
        cmocka_unit_test(a_comma_locale_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
