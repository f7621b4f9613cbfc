/* Scenarios: every key read back field by field; broken ones with the exact words people see; all mistakes of a file at once;
 * and the same reading where the decimal sign is a comma. */
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
    assert_int_equal(scenario->n_criteria, 14);
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

/* A whole scenario in lines 1 to 13, so that each broken line stands in for one of them. */
/* clang-format off */
static const char *const good[] = {
    "lodescan: 1",
    "title: t",
    "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}",
    "layers:",
    "  dem: {raster: dem.tif}",
    "  rail: {vector: rail.gpkg}",
    "criteria:",
    "  near_rail: {distance_to: rail, membership: {small: {midpoint: 20 km}}}",
    "  slope: {slope_of: dem, membership: {linear: {zero: 15 percent, one: 3 percent}}}",
    "rules:",
    "  park: {exclude_inside: rail, buffer: 1 km}",
    "targets:",
    "  plant: {score: {weighted: {near_rail: 2, slope: 1}}}",
};
/* clang-format on */
enum { GOOD_LINES = sizeof good / sizeof *good };

static char *with_line(size_t line, const char *instead) {
    struct text text = {0};
    for (size_t i = 0; i < GOOD_LINES; i++) text_print(&text, "%s\n", i + 1 == line ? instead : good[i]);
    return text_take(&text);
}

static void parse_expecting(const char *bytes, const char *words) {
    struct scenario *scenario;
    status failure = scenario_parse("s.yaml", bytes, strlen(bytes), &scenario);
    assert_string_equal(failure ? lode_error_message(failure) : "", words);
    if (failure) assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
    if (failure) assert_null(scenario);
    lode_error_free(failure);
    scenario_free(scenario);
}

static void broken_lines_have_exact_words(void **state) {
    (void)state;
    static const struct {
        size_t line;
        const char *instead, *words;
    } rows[] = {
        {0, "", ""}, /* nothing replaced: the good one reads */
        {1, "lodescan: 2", "s.yaml:1:11: `lodescan: 2` is not a version this program reads; write `lodescan: 1`"},
        {2, "titel: t",
         "s.yaml:1:1: the scenario needs `title`, for example `title: Mojave rare-earth scan`: what the scan is called\n"
         "s.yaml:2:1: unknown key 'titel' in the scenario, did you mean 'title'?"},
        {2, "title:", "s.yaml:2:1: `title` has no value; give one or leave the key out"},
        {2, "title: [a, b]", "s.yaml:2:8: `title` is one value, not a list"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110], cell: 500 m}", "s.yaml:3:32: `extent` is four numbers: [west, south, east, north]"},
        {3, "grid: {crs: EPSG:5070, extent: [33, -120, 39, -110], cell: 500 m}",
         "s.yaml:3:32: `extent`: a latitude is beyond 90; an extent is [west, south, east, north]"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 39, -110, 33], cell: 500 m}",
         "s.yaml:3:32: `extent`: south is not below north; an extent is [west, south, east, north]"},
        {3, "grid: {crs: EPSG:5070, extent: [170, -20, -170, -10], cell: 500 m}",
         "s.yaml:3:32: `extent`: west is not below east; across the antimeridian count on beyond 180, as in [170, -20, 190, -10], or make two scans"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500}", "s.yaml:3:60: `cell: 500` needs a unit, for example `500 m`"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 0 m}", "s.yaml:3:60: `cell: 0 m` is out of range; it is more than 0"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: [500 m, 0.1 deg]}",
         "s.yaml:3:60: `cell` mixes a length and an angle; give both sides in the same kind of unit"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m, margin: 5 percent}",
         "s.yaml:3:75: `margin: 5 percent` is not a length such as `20 km`"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m, within: rial}",
         "s.yaml:3:75: `within: rial` names no layer, did you mean 'rail'?"},
        {5, "  dem: {raster: dem.tif, resample: cubik}",
         "s.yaml:5:36: `resample: cubik` is none of nearest, bilinear, cubic, cubicspline, lanczos, average, mode, max, min, med, q1, q3, rms, sum, "
         "did you mean 'cubic'?"},
        {5, "  dem: {raster: dem.tif, vector: dem.gpkg}",
         "s.yaml:5:3: layer 'dem' has both `raster` and `vector`; it needs exactly one of them, for example `raster: elevation.tif`"},
        {5, "  dem: {band: 1}",
         "s.yaml:5:3: layer 'dem' has neither `raster` nor `vector`; it needs exactly one of them, for example `raster: elevation.tif`"},
        {5, "  dem: {raster: dem.tif, band: 0}", "s.yaml:5:32: `band: 0` is not a whole number from 1"},
        {5, "  dem: {raster: dem.tif, where: \"height > 0\"}", "s.yaml:5:33: `where: height > 0` of a raster compares `value`, as in `value > 0`"},
        {5, "  dem: {raster: dem.tif, where: \"value = 0\"}", "s.yaml:5:33: `where: value = 0`: `=` is written `==`"},
        {5, "  dem: {raster: dem.tif, scale: ten}", "s.yaml:5:33: `scale: ten` is not a number; write it like `1.5`"},
        {5, "  5dem: {raster: dem.tif}",
         "s.yaml:5:3: '5dem' is not a name; use letters, digits and _, a letter first, at most 48 of them\n"
         "s.yaml:9:21: `slope_of: dem` names no layer, did you mean '5dem'?"},
        {9, "  Near_Rail: {slope_of: dem, membership: {linear: {zero: 15 %, one: 3 %}}}",
         "s.yaml:9:3: 'Near_Rail' differs from 'near_rail' in line 8 only by capital letters; rename one of them\n"
         "s.yaml:13:44: `weighted: slope` names no criterion; no criterion has a name like it"},
        {6, "  rail: {vector: rail.gpkg, all_touched: maybe}", "s.yaml:6:42: `all_touched: maybe` is neither true nor false"},
        {6, "  rail: {vector: rail.gpkg, attribute: A, category: B}",
         "s.yaml:6:43: layer 'rail' has both `attribute` and `category`; keep `attribute` for numbers or `category` for classes"},
        {6, "  dem: {vector: rail.gpkg}",
         "s.yaml:6:3: `dem` is written twice, first in line 5; keep one of them\n"
         "s.yaml:8:28: `distance_to: rail` names no layer; no layer has a name like it\n"
         "s.yaml:11:26: `exclude_inside: rail` names no layer; no layer has a name like it"},
        {8, "  near_rail: {distance_to: rial, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:28: `distance_to: rial` names no layer, did you mean 'rail'?"},
        {8, "  near_rail: {distance_to: rail, slope_of: dem, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: criterion 'near_rail' has two operations, `distance_to` and `slope_of`; make two criteria of it"},
        {8, "  near_rail: {membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:3: criterion 'near_rail' has no operation; it needs one of value_of, category_of, distance_to, slope_of, aspect_of, roughness_of, "
         "formula, "
         "cost_distance_to, index"},
        {8, "  near_rail: {distance_to: rail, unit: ppm, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:40: `unit: ppm` does not fit distance_to; write a length's unit such as `km`"},
        {8, "  near_rail: {distance_to: rail}",
         "s.yaml:13:30: criterion 'near_rail' has no membership, so it cannot be part of a score; give it one in line 8"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {spread: 3}}}",
         "s.yaml:8:47: membership 'small' needs `midpoint` (where it is 0.5), for example `midpoint: 20 km`"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpoint: 20 kn}}}",
         "s.yaml:8:65: `midpoint: 20 kn` has the unknown unit 'kn', did you mean 'km'?"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpoint: 15 percent}}}",
         "s.yaml:8:65: `midpoint: 15 percent` is not a length such as `20 km`"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpoint: 0 km}}}",
         "s.yaml:8:54: membership 'small': `midpoint` is not above 0; give it a value more than 0"},
        {8, "  near_rail: {distance_to: rail, membership: {smal: {midpoint: 20 km}}}",
         "s.yaml:8:47: unknown membership 'smal', did you mean 'small'?"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpiont: 20 km}}}",
         "s.yaml:8:47: membership 'small' needs `midpoint` (where it is 0.5), for example `midpoint: 20 km`\n"
         "s.yaml:8:55: unknown key 'midpiont' in membership 'small', did you mean 'midpoint'?"},
        {8, "  near_rail: {distance_to: rail, membrship: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: unknown key 'membrship' in criterion 'near_rail', did you mean 'membership'?\n"
         "s.yaml:13:30: criterion 'near_rail' has no membership, so it cannot be part of a score; give it one in line 8"},
        {8, "  near_rail: {value_of: rail, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:25: `value_of: rail` needs numbers; give the vector layer 'rail' an `attribute: FIELD`"},
        {8, "  near_rail: {slope_of: rail, membership: {small: {midpoint: 20 percent}}}",
         "s.yaml:8:25: `slope_of: rail` needs a raster layer of heights; 'rail' is a vector layer"},
        {8, "  near_rail: {category_of: dem, membership: {linear: {zero: 0, one: 3}}}",
         "s.yaml:8:46: membership 'linear' needs numbers, and `category_of` gives classes; use `categorical: {classes: {...}}`, or `value_of`"},
        {8, "  near_rail: {category_of: dem, membership: {categorical: {classes: {11: 1.5}, othr: 0}}}",
         "s.yaml:8:74: `11: 1.5` is out of range; it is from 0 to 1\n"
         "s.yaml:8:80: unknown key 'othr' in membership 'categorical', did you mean 'other'?"},
        {8, "  near_rail: {category_of: dem, membership: {categorical: {classes: {1: 0.5, 1.0: 1}}}}",
         "s.yaml:8:78: class 1.0 is the same number as 1 in line 8; keep one of them"},
        {8, "  near_rail: {cost_distance_to: rail, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:3: criterion 'near_rail' needs `friction`, what a metre of way counts, for example `friction: \"1 + 0.2 * slope(elevation)\"`"},
        {8, "  near_rail: {cost_distance_to: rail, friction: slope(dem, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:58: `friction`: it ends where `)` is missing"},
        {8, "  near_rail: {cost_distance_to: rail, friction: inside(dem), membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:49: `friction`: this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"},
        {8, "  near_rail: {cost_distance_to: rail, friction: 1, unit: ppm, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:58: `unit: ppm` does not fit cost_distance_to; write a length's unit such as `km`"},
        {8, "  near_rail: {distance_to: rail, friction: 1, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: `friction` goes with cost_distance_to alone; leave it out of distance_to"},
        {8, "  near_rail: {formula: \"dem / dme\", membership: {small: {midpoint: 20}}}",
         "s.yaml:8:31: `formula`: 'dme' names no layer, did you mean 'dem'?"},
        {8, "  near_rail: {formula: dem / (dem, membership: {small: {midpoint: 20}}}", "s.yaml:8:34: `formula`: it ends where `)` is missing"},
        {8, "  near_rail: {formula: 1 + 2, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:24: `formula: 1 + 2` names no layer, so it is the same everywhere; name one"},
        {8, "  near_rail: {formula: \"rail * 2\", membership: {small: {midpoint: 20}}}",
         "s.yaml:8:25: `formula`: the vector layer 'rail' has no numbers; give it an `attribute: FIELD`, or write `inside(rail)`"},
        {8, "  near_rail: {formula: \"1\\n+ dme\", membership: {small: {midpoint: 20}}}",
         "s.yaml:8:24: `formula`: 'dme' names no layer, did you mean 'dem'?"},
        {9, "  slope: {slope_of: dem, unit: degree, membership: {linear: {zero: 15 deg, one: 3 deg}}}",
         "s.yaml:9:32: `unit: degree` does not fit slope_of; write `percent`; memberships and conditions may still be written in `deg`"},
        {9, "  slope: {slope_of: dem, membership: {linear: {zero: 90 deg, one: 3 deg}}}",
         "s.yaml:9:54: `zero: 90 deg` is out of range; a slope is from 0 to less than 90 deg"},
        {9, "  slope: {slope_of: dem, membership: {linear: {zero: 3 percent, one: 3 %}}}",
         "s.yaml:9:47: membership 'linear': `zero` and `one` are the same; a slope needs two different values"},
        {9, "  slope: {slope_of: dem, membership: {trapezoid: {zero_below: 3 %, one_from: 2 %, one_to: 5 %, zero_above: 9 %}}}",
         "s.yaml:9:50: membership 'trapezoid': the four values do not rise; write zero_below <= one_from <= one_to <= zero_above"},
        {9, "  slope: {slope_of: dem, metric: planar, membership: {linear: {zero: 15 %, one: 3 %}}}",
         "s.yaml:9:26: `metric` is for distance_to alone; leave it out of slope_of"},
        {9, "  slope: {slope_of: dem, membership: {linear: {zero: 15 %, one: 3 %}, small: {midpoint: 3 %}}}",
         "s.yaml:9:38: `membership` has 2 kinds; it has exactly one, for example `{small: {midpoint: 20 km}}`"},
        {11, "  park: {exclude_inside: rail, buffer: 5}", "s.yaml:11:40: `buffer: 5` needs a unit, for example `5 km`"},
        {11, "  park: {exclude_inside: rail, buffer: -1 km}", "s.yaml:11:40: `buffer: -1 km` is out of range; it is 0 or more"},
        {11, "  park: {exclude_inside: rail, metric: geodesic}",
         "s.yaml:11:32: `metric` says how a `buffer` is measured, and rule 'park' has none; write one, or leave it out"},
        {11, "  park: {exclude_inside: rail, buffer: 1 km, metric: geodesik}",
         "s.yaml:11:54: `metric: geodesik` is none of auto, planar, geodesic, did you mean 'geodesic'?"},
        {11, "  park: {exclude_inside: rail, exclude_outside: dem}",
         "s.yaml:11:32: rule 'park' has both `exclude_inside` and `exclude_outside`; make two rules of it"},
        {11, "  park: {buffer: 1 km}", "s.yaml:11:3: rule 'park' excludes nothing; it needs exclude_inside, exclude_outside or exclude_where"},
        {11, "  park: {exclude_insde: rail}",
         "s.yaml:11:3: rule 'park' excludes nothing; it needs exclude_inside, exclude_outside or exclude_where\n"
         "s.yaml:11:10: unknown key 'exclude_insde' in rule 'park', did you mean 'exclude_inside'?"},
        {11, "  park: {exclude_where: \"slop > 15 percent\"}",
         "s.yaml:11:25: `exclude_where` compares 'slop', which is neither a criterion nor a layer, did you mean 'slope'?"},
        {11, "  park: {exclude_where: \"slope > 15\"}", "s.yaml:11:25: `exclude_where: 15` needs a unit, for example `15 percent`"},
        {11, "  park: {exclude_where: \"slope >\"}", "s.yaml:11:25: `exclude_where: slope >`: a value is missing, as in `slope > 15 percent`"},
        {11, "  park: {exclude_where: \"slope is 15\"}",
         "s.yaml:11:25: `exclude_where: slope is 15`: after the name comes one of < <= > >= == != in"},
        {11, "  park: {exclude_where: \"dem > 15 m\"}",
         "s.yaml:11:25: `exclude_where: 15 m` has the unit 'm', but values have none; write the number alone"},
        {11, "  park: {exclude_inside: rail, targets: [plnt]}", "s.yaml:11:42: `targets: plnt` names no target, did you mean 'plant'?"},
        {12, "target:",
         "s.yaml:1:1: the scenario needs `targets`: what is ranked, a name each; at most 16\n"
         "s.yaml:12:1: unknown key 'target' in the scenario, did you mean 'targets'?"},
        {13, "  plant: {score: {weighted: {near_rail: -2, slope: 1}}}", "s.yaml:13:41: `near_rail: -2` is out of range; it is more than 0"},
        {13, "  plant: {score: {weighted: {near_rial: 2, slope: 1}}}",
         "s.yaml:13:30: `weighted: near_rial` names no criterion, did you mean 'near_rail'?"},
        {13, "  plant: {score: {weighted: [{of: slope}]}}",
         "s.yaml:13:30: an item of a weighted list is written `{of: CRITERION or OVERLAY, weight: 2}`"},
        {13, "  plant: {score: {gamma: 1.5, of: [slope]}}", "s.yaml:13:26: `gamma: 1.5` is out of range; it is from 0 to 1"},
        {13, "  plant: {score: {gamma: 0.5}}", "s.yaml:13:19: `gamma` needs `of`, for example `{gamma: 0.85, of: [rail, power]}`"},
        {13, "  plant: {score: {and: [slope], or: [slope]}}",
         "s.yaml:13:33: `or` does not go with `and`; an overlay is one operation, nest the other inside"},
        {13, "  plant: {score: {and: []}}", "s.yaml:13:24: `and` is empty; name at least one criterion"},
        {13, "  plant: {score: {an: [slope]}}", "s.yaml:13:19: unknown overlay 'an', did you mean 'and'?"},
        {13, "  plant: {score: slope, min_coverage: 0.6}", "s.yaml:13:39: `min_coverage: 0.6` needs a unit, for example `60 percent`"},
        {13, "  plant: {score: slope, candidates: {points: dem}}", "s.yaml:13:46: `points: dem` is a raster layer; points come from a vector layer"},
        {13, "  plant: {score: slope, candidates: {peaks: {count: 0}, merge_within: 5 km}}",
         "s.yaml:13:53: `count: 0` is not a whole number from 1\n"
         "s.yaml:13:57: `merge_within` goes with `points`, not with `peaks`; keep one of the two ways"},
        {13, "  plant: {score: slope, candidates: {}}",
         "s.yaml:13:25: `candidates` needs `points` or `peaks`, for example `{peaks: {spacing: 10 km, count: 50}}`"},
        {13, "  plant: {score: slope, mode: factory}", "s.yaml:13:31: `mode: factory` is none of deposit, plant, stockpile"},
        {13, "  plant: {score: &a slope, x: *a}",
         "s.yaml:13:18: anchors (`&a`) are not part of scenarios; write the value out\n"
         "s.yaml:13:28: unknown key 'x' in target 'plant'; known: mode, score, min_coverage, candidates, ramp\n"
         "s.yaml:13:31: aliases (`*a`) are not part of scenarios; write the value out"},
        {13, "  plant: {score: slope, score: slope}", "s.yaml:13:25: `score` is written twice, first in line 13; keep one of them"},
        {13, "  plant: {score: [[[[[[[[[[[[[[[slope]]]]]]]]]]]]]]]}", "s.yaml:13:31: nested more than 16 deep; flatten it"},
        {13, "  plant: {score: slope",
         "s.yaml:14:1: not YAML: did not find expected ',' or '}' while parsing a flow mapping (begun in line 13); look at the indentation, quotes "
         "and brackets here"},
        {13, "annotate: {county: {layer: dem, field: x}}",
         "s.yaml:12:1: `targets` is empty; it holds what is ranked, a name each; at most 16\n"
         "s.yaml:13:28: `layer: dem` is a raster layer; names come from fields of a vector layer"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *bytes = with_line(rows[i].line, rows[i].instead);
        parse_expecting(bytes, rows[i].words);
        free(bytes);
    }
}

static void all_mistakes_come_at_once_in_order(void **state) {
    (void)state;
    parse_expecting("lodescan: 1\n"
                    "titel: t\n"
                    "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500}\n"
                    "layers:\n"
                    "  rail: {vector: rail.gpkg, band: 2}\n"
                    "criteria:\n"
                    "  a: {distance_to: rale, membership: {small: {midpoint: 20}}}\n"
                    "targets:\n"
                    "  plant: {score: {weighted: {b: -1}}, min_coverage: 120 percent}\n",
                    "s.yaml:1:1: the scenario needs `title`, for example `title: Mojave rare-earth scan`: what the scan is called\n"
                    "s.yaml:2:1: unknown key 'titel' in the scenario, did you mean 'title'?\n"
                    "s.yaml:3:60: `cell: 500` needs a unit, for example `500 m`\n"
                    "s.yaml:5:29: `band` in layer 'rail' is for raster layers; this is a vector layer\n"
                    "s.yaml:7:20: `distance_to: rale` names no layer, did you mean 'rail'?\n"
                    "s.yaml:7:57: `midpoint: 20` needs a unit, for example `20 km`\n"
                    "s.yaml:9:30: `weighted: b` names no criterion, did you mean 'a'?\n"
                    "s.yaml:9:33: `b: -1` is out of range; it is more than 0\n"
                    "s.yaml:9:53: `min_coverage: 120 percent` is out of range; it is from 0 to 100 percent");
}

static void sections_have_their_limits(void **state) {
    (void)state;
    struct text text = {0};
    char *base = with_line(11, "");
    for (int rules = 64; rules <= 65; rules++) {
        text_print(&text, "%.*s", (int)(strstr(base, "rules:") - base), base);
        text_add(&text, "rules:\n");
        for (int i = 0; i < rules; i++) text_print(&text, "  r%d: {exclude_inside: rail}\n", i);
        text_add(&text, strstr(base, "targets:"));
        parse_expecting(text.bytes, rules == 64 ? "" : "s.yaml:10:1: `rules` has 65 entries; at most 64 are possible");
        text_free(&text);
    }
    for (int targets = 16; targets <= 17; targets++) {
        text_add(&text, base);
        for (int i = 1; i < targets; i++) text_print(&text, "  t%d: {score: slope}\n", i);
        parse_expecting(text.bytes, targets == 16 ? "" : "s.yaml:12:1: `targets` has 17 entries; at most 16 are possible");
        text_free(&text);
    }
    free(base);
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
        cmocka_unit_test(broken_lines_have_exact_words),
        cmocka_unit_test(all_mistakes_come_at_once_in_order),
        cmocka_unit_test(sections_have_their_limits),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(the_datasets_scenarios_read),
        cmocka_unit_test(a_comma_locale_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
