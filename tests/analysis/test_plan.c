/* Plans of small scenarios built by hand: equal steps made once, windows that reach far enough, parameters in order. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "model/plan.h"
#include "model/plan_memory.h"

static const struct grid projected = {
    .crs = "EPSG:32611", .dx = 100, .dy = 200, .unit_m = 1, .semi_major_m = 6378137, .flattening = 1 / 298.257223563, .width = 300, .height = 70};
static const struct grid globe = {.crs = "EPSG:4326",
                                  .geographic = true,
                                  .wraps = true,
                                  .x0 = -180,
                                  .y0 = 90,
                                  .dx = 0.5,
                                  .dy = 0.5,
                                  .unit_m = 1,
                                  .semi_major_m = 6378137,
                                  .flattening = 1 / 298.257223563,
                                  .width = 720,
                                  .height = 360};

static double no_codes(void *user, int layer, const char *label) {
    (void)user, (void)layer, (void)label;
    return NAN;
}
static const struct plan_facts facts = {.code_of = no_codes};

static const struct layer layers[] = {{.name = "rail", .kind = LAYER_VECTOR}, {.name = "height", .kind = LAYER_RASTER}};

static struct scenario base(const struct criterion *criteria, size_t n_criteria, const struct rule *rules, size_t n_rules) {
    static const struct overlay score = {.op = OVERLAY_CRITERION, .weight = 1};
    static const struct target target = {.name = "plant", .score = &score};
    struct scenario scenario = {.path = "s.yaml",
                                .n_layers = 2,
                                .layers = layers,
                                .n_criteria = n_criteria,
                                .criteria = criteria,
                                .n_rules = n_rules,
                                .rules = rules,
                                .n_targets = 1,
                                .targets = &target};
    scenario.grid.margin_m = NAN;
    scenario.grid.within = NO_INDEX;
    return scenario;
}

static struct criterion rail_access(double zero_km) {
    struct criterion c = {.name = "rail_access", .op = OP_DISTANCE, .layer = 0, .unit = unit_find("km"), .unit_name = "km"};
    c.membership = (struct membership){.kind = MEMBER_LINEAR, .params = {zero_km, 0}};
    return c;
}

static void equal_steps_are_made_once(void **state) {
    (void)state;
    struct criterion criteria[] = {rail_access(3), rail_access(5)};
    struct rule rules[] = {{.name = "near_rail", .kind = RULE_EXCLUDE_INSIDE, .layer = 0, .criterion = NO_INDEX, .buffer_m = 400}};
    struct scenario scenario = base(criteria, 2, rules, 1);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &projected, &facts, 1u << 30, &plan));
    assert_int_equal(plan->n_masks, 1);
    assert_int_equal(plan->n_distances, 1);
    assert_int_equal(plan->n_planes, 1);
    assert_int_equal(plan->rules[0].op, COMPARE_LE);
    /* Between 4 units of 100 m and the next length that there is, of a square of 17. */
    assert_true(plan->params[plan->rules[0].first_param] > 400 && plan->params[plan->rules[0].first_param] < 100 * sqrtf(17));
    assert_true(plan->params[plan->criteria[1].first_param] == 5);
    /* 5 km is 50 columns or 25 rows, and one more for the half cell. */
    assert_int_equal(plan->masks[0].window.col0, -51);
    assert_int_equal(plan->masks[0].window.row0, -26);
    assert_int_equal(plan->masks[0].window.cols, 300 + 2 * 51);
    plan_free(plan);
}

static void the_globe_grows_no_columns(void **state) {
    (void)state;
    struct criterion criteria[] = {rail_access(300)};
    struct scenario scenario = base(criteria, 1, NULL, 0);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &globe, &facts, 1u << 30, &plan));
    assert_int_equal(plan->distances[0].metric, METRIC_GEODESIC);
    assert_int_equal(plan->masks[0].window.cols, 720);
    assert_int_equal(plan->masks[0].window.rows, 360);
    plan_free(plan);
}

/* A great circle of that length takes most longitude where it bends to the pole: asin(sin(reach) / cos(latitude)). */
static void a_far_reach_in_the_north_takes_its_longitudes(void **state) {
    (void)state;
    struct grid north = globe;
    north.wraps = false;
    north.x0 = 0;
    north.y0 = 72;
    north.width = 20;
    north.height = 14;
    struct rule rules[] = {{.name = "far", .kind = RULE_EXCLUDE_INSIDE, .layer = 0, .criterion = NO_INDEX, .buffer_m = 1100e3}};
    struct scenario scenario = base(NULL, 0, rules, 1);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &north, &facts, 1u << 30, &plan));
    double degree = acos(-1.0) / 180, longitudes = asin(sin(1100.0 / 6371) / cos(72 * degree)) / degree;
    assert_true((double)-plan->masks[0].window.col0 * north.dx >= longitudes);
    assert_int_equal(plan->masks[0].window.row0, -21); /* 1100 km are 9.9 degrees, 20 rows, and one more */
    plan_free(plan);
}

static void rules_without_buffer_need_no_distance(void **state) {
    (void)state;
    const double steep[] = {15};
    struct criterion criteria[] = {{.name = "slope", .op = OP_SLOPE, .layer = 1}};
    struct rule rules[] = {{.name = "in", .kind = RULE_EXCLUDE_INSIDE, .layer = 0, .criterion = NO_INDEX},
                           {.name = "out", .kind = RULE_EXCLUDE_OUTSIDE, .layer = 0, .criterion = NO_INDEX},
                           {.name = "steep",
                            .kind = RULE_EXCLUDE_WHERE,
                            .layer = NO_INDEX,
                            .criterion = 0,
                            .condition = {.op = COMPARE_GT, .n_values = 1, .values = steep, .text = "slope > 15 percent"}}};
    struct scenario scenario = base(criteria, 1, rules, 3);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &projected, &facts, 1u << 30, &plan));
    assert_int_equal(plan->n_distances, 0);
    assert_int_equal(plan->n_planes, 1); /* slope */
    assert_int_equal(plan->n_masks, 1);
    assert_true(plan->made_rules == 3);
    assert_false(plan_keeps_mask(plan, 0));
    for (int r = 0; r < 2; r++) {
        assert_int_equal(plan->rules[r].mask, 0);
        assert_int_equal(plan->rules[r].n_distances, 0);
        assert_int_equal(plan->rules[r].negated, r);
    }
    assert_int_equal(plan->rules[2].plane, plan->criteria[0].plane);
    assert_int_equal(plan->rules[2].op, COMPARE_GT);
    plan_free(plan);
}

/* A buffer around what a criterion measures to reads the criterion's plane; around another, or below zero, it is made with the masks. */
static void a_distance_of_rules_alone_has_no_plane(void **state) {
    (void)state;
    struct criterion criteria[] = {rail_access(1)};
    struct rule rules[] = {{.name = "near", .kind = RULE_EXCLUDE_INSIDE, .layer = 0, .criterion = NO_INDEX, .buffer_m = 300},
                           {.name = "steep", .kind = RULE_EXCLUDE_OUTSIDE, .layer = 1, .criterion = NO_INDEX, .buffer_m = 500},
                           {.name = "deep", .kind = RULE_EXCLUDE_OUTSIDE, .layer = 0, .criterion = NO_INDEX, .buffer_m = -200}};
    struct scenario scenario = base(criteria, 1, rules, 3);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &projected, &facts, 1u << 30, &plan));
    assert_int_equal(plan->n_planes, 1);
    assert_int_equal(plan->rules[0].plane, plan->criteria[0].plane);
    assert_true(plan->made_rules == 6);
    assert_int_equal(plan->n_distances, 3);
    assert_true(plan_reads_distance(plan, 0));
    assert_false(plan_reads_distance(plan, 1) || plan_reads_distance(plan, 2));
    assert_int_equal(plan->rules[1].op, COMPARE_GT);
    assert_int_equal(plan->rules[1].mask, NO_INDEX);
    assert_false(plan->rules[1].negated);
    assert_int_equal(plan->rules[2].op, COMPARE_GT);
    assert_true(plan->rules[2].negated && plan->rules[2].mask != NO_INDEX);
    assert_true(plan->rules[2].mask < plan->distances[plan->rules[2].distances[0]].mask);
    plan_free(plan);
}

static void a_buffer_round_a_criterion_reaches_as_far_as_its_layer_is_read(void **state) {
    (void)state;
    const double high[] = {5};
    struct criterion criteria[] = {{.name = "grade", .op = OP_VALUE, .layer = 0}};
    struct rule rules[] = {{.name = "rich",
                            .kind = RULE_EXCLUDE_WHERE,
                            .layer = NO_INDEX,
                            .criterion = 0,
                            .buffer_m = 1200,
                            .condition = {.op = COMPARE_GE, .n_values = 1, .values = high, .text = "grade >= 5"}}};
    struct scenario scenario = base(criteria, 1, rules, 1);
    assert_true(plan_layer_reach_m(&scenario, &projected, 0) == 1200);
    assert_true(plan_layer_reach_m(&scenario, &projected, 1) == 0);
}

/* Where the plane has two metres to one of the ground near the grid, and three farther out. */
static void a_geodesic_reach_is_as_long_as_the_plane_makes_it(void **state) {
    (void)state;
    struct grid grid = projected; /* 30 km by 14 km */
    const double stretch[] = {1.5, 2, 2.5, 3};
    memcpy(grid.stretch, stretch, sizeof stretch);
    struct criterion criteria[] = {rail_access(1), rail_access(1)};
    criteria[0].metric = METRIC_GEODESIC;
    struct rule rules[] = {{.name = "near", .kind = RULE_EXCLUDE_INSIDE, .layer = 0, .criterion = NO_INDEX, .buffer_m = 3000}};
    struct scenario scenario = base(criteria, 2, rules, 1);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &grid, &facts, 1u << 30, &plan));
    assert_int_equal(plan->n_masks, 1);
    assert_int_equal(plan->n_distances, 2);
    assert_int_equal(plan->distances[0].metric, METRIC_GEODESIC);
    assert_int_equal(plan->distances[plan->planes[plan->rules[0].plane].distance].metric, METRIC_PLANAR);
    assert_true(plan->masks[0].reach_m == 3000);
    plan_free(plan);
    rules[0].metric = METRIC_GEODESIC;
    assert_null(plan_compile(&scenario, &grid, &facts, 1u << 30, &plan));
    assert_int_equal(plan->distances[plan->planes[plan->rules[0].plane].distance].metric, METRIC_GEODESIC);
    assert_true(fabs(plan->masks[0].reach_m - 3000 * 3 * 1.01) < 1e-9);
    assert_true(fabs(plan_layer_reach_m(&scenario, &grid, 0) - plan->masks[0].reach_m) < 1e-9);
    plan_free(plan);
    grid.dx = grid.dy = 40000; /* every place is kept, 24 bytes of a cell on the host and as many on the device */
    assert_null(plan_compile(&scenario, &grid, &facts, 1u << 30, &plan));
    assert_true((int64_t)plan_peak_bytes(plan, 1) > 48 * plan->masks[0].window.cols * plan->masks[0].window.rows);
    plan_free(plan);
    grid.dx = projected.dx;
    grid.dy = projected.dy;
    assert_true(fabs(grid_planar_reach_m(&grid, 100) - 151.5) < 1e-9);
    assert_true(fabs(grid_planar_reach_m(&grid, 900) - 1818) < 1e-9);
    assert_true(fabs(grid_planar_reach_m(&grid, 2900) - 2900 * 2.5 * 1.01) < 1e-9);
    assert_true(fabs(grid_planar_reach_m(&grid, 3000) - 3000 * 3 * 1.01) < 1e-9); /* 7575 m would be more than a quarter of 30 km */
    assert_true(grid_planar_reach_m(&grid, 12000) == 30000 && grid_planar_reach_m(&grid, 50000) == 50000);
}

static void too_little_memory_is_said(void **state) {
    (void)state;
    struct criterion criteria[] = {rail_access(5)};
    struct scenario scenario = base(criteria, 1, NULL, 0);
    struct plan *plan = NULL;
    status failure = plan_compile(&scenario, &projected, &facts, 1000, &plan);
    assert_int_equal(lode_error_code(failure), LODE_TRY_AGAIN);
    assert_non_null(strstr(lode_error_message(failure), "--memory"));
    lode_error_free(failure);
}

static void several_devices_have_a_slot_more_each_and_bands_enough(void **state) {
    (void)state;
    struct criterion criteria[] = {rail_access(5)};
    struct scenario scenario = base(criteria, 1, NULL, 0);
    const struct plan_facts three = {.code_of = no_codes, .devices = 3};
    struct plan *alone = NULL, *shared = NULL;
    assert_null(plan_compile(&scenario, &projected, &facts, 1u << 30, &alone));
    assert_null(plan_compile(&scenario, &projected, &three, 1u << 30, &shared));
    assert_int_equal(alone->slots, PLAN_SLOTS);
    assert_int_equal(shared->slots, PLAN_SLOTS + 2);
    assert_true((size_t)projected.height > 3 * 4 * shared->band_rows); /* or one of them ends long after the others */
    assert_true(plan_peak_bytes(shared, 5) > plan_peak_bytes(alone, 5));
    plan_free(alone);
    plan_free(shared);
}

static void statistics_fill_what_was_left_open(void **state) {
    (void)state;
    struct criterion criteria[] = {{.name = "a", .op = OP_VALUE, .layer = 1, .membership = {.kind = MEMBER_LOGISTIC, .params = {NAN, NAN}}},
                                   {.name = "b", .op = OP_VALUE, .layer = 1, .membership = {.kind = MEMBER_MS_LARGE, .params = {1, 1}}}};
    struct scenario scenario = base(criteria, 2, NULL, 0);
    struct plan *plan = NULL;
    assert_null(plan_compile(&scenario, &projected, &facts, 1u << 30, &plan));
    assert_true(plan_needs_stats(plan, 0) && plan_needs_stats(plan, 1));
    struct stats stats = {.min = 10, .max = 56, .mean = 20, .sd = 3, .valid = 9};
    plan_take_stats(plan, 0, &stats);
    plan_take_stats(plan, 1, &stats);
    const float *logistic = plan->params + plan->criteria[0].first_param, *ms = plan->params + plan->criteria[1].first_param;
    assert_true(logistic[0] == 33 && fabsf(logistic[1] - 0.2f) < 1e-7f);
    assert_true(ms[0] == 1 && ms[1] == 1 && ms[2] == 20 && ms[3] == 3);
    plan_free(plan);
}

/* A distance that a model cuts is looked at as far as the last cut. */
static void models_reach_to_their_last_break(void **state) {
    (void)state;
    struct criterion criteria[] = {{.name = "near", .op = OP_DISTANCE, .layer = 0, .unit = unit_find("km"), .unit_name = "km"}};
    const double breaks[] = {0.5, 2, 3};
    const struct evidence evidence = {.criterion = 0, .approach = WOE_ASCENDING, .n_breaks = 3, .breaks = breaks};
    const struct model model = {.n_evidence = 1, .evidence = &evidence};
    const struct overlay leaf = {.op = OVERLAY_CRITERION, .criterion = 0, .weight = 1},
                         root = {.op = OVERLAY_WEIGHTED, .criterion = NO_INDEX, .weight = 1, .child = &leaf};
    const struct target target = {.name = "deposit", .score = &root, .model = &model};
    struct scenario scenario = base(criteria, 1, NULL, 0);
    assert_true(plan_layer_reach_m(&scenario, &projected, 0) > 20000); /* of no use yet: 50 km, but not beyond the grid's side */
    scenario.targets = &target;
    assert_true(plan_layer_reach_m(&scenario, &projected, 0) == 3000);
    struct plan *plan = NULL;
    const size_t n_keys[] = {4};
    const bool exact[] = {false};
    assert_null(plan_compile(&scenario, &projected, &facts, 1u << 30, &plan));
    assert_true(plan->masks[0].reach_m == 3000 && plan->models[0].n_terms == 0);
    size_t before = plan->n_params;
    plan->params[0] = 0;
    assert_null(plan_open_model(plan, 0, n_keys, exact));
    assert_int_equal(plan->models[0].n_terms, 1);
    assert_int_equal(plan->models[0].first_param, before);
    assert_int_equal(plan->models[0].terms[0].first_param, before + 2); /* the prior, and how many groups */
    assert_int_equal(plan->n_params, before + 2 + 4 + 2 * 5);
    plan_free(plan);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(models_reach_to_their_last_break),
        cmocka_unit_test(equal_steps_are_made_once),
        cmocka_unit_test(the_globe_grows_no_columns),
        cmocka_unit_test(a_far_reach_in_the_north_takes_its_longitudes),
        cmocka_unit_test(rules_without_buffer_need_no_distance),
        cmocka_unit_test(a_distance_of_rules_alone_has_no_plane),
        cmocka_unit_test(a_buffer_round_a_criterion_reaches_as_far_as_its_layer_is_read),
        cmocka_unit_test(a_geodesic_reach_is_as_long_as_the_plane_makes_it),
        cmocka_unit_test(too_little_memory_is_said),
        cmocka_unit_test(several_devices_have_a_slot_more_each_and_bands_enough),
        cmocka_unit_test(statistics_fill_what_was_left_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
