/* Tables of routes and land: what they become, and every mistake of a broken one with its line and field. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/permit.h"

static void assert_ok(status failure) {
    if (failure) fail_msg("%s", lode_error_message(failure));
}

static void route(void **state) {
    (void)state;
    const char *const cells[][ROUTE_COLUMNS] = {
        {"US", "mine", "a", "", "lognormal", "p25/p50/p75", "26", "42", "72", "x", "cited"},
        {"CA", "mine", "other", "", "triangular", "low/mode/high", "1", "2.5", "9", "x", "derived"},
        {"US", "mine", "b", "", "lognormal", "p10/p50/p90", "10", "20", "80", "x", "expert default"},
        {"US", "mine", "c d", "a; b", "triangular", "low/mode/high", "0", "0", "0", "x", "cited"},
    };
    const int lines[] = {2, 3, 4, 5};
    const struct permit_rows rows = {"t.csv", 4, lines, &cells[0][0], NULL};
    struct arena arena = {0};
    struct permit_routes routes;
    assert_ok(permit_routes_read(&rows, &arena, &routes));
    assert_int_equal(routes.count, 2);
    const struct permit_route *us = permit_route_find(&routes, "US", "mine"), *ca = permit_route_find(&routes, "CA", "mine");
    assert_non_null(us);
    assert_non_null(ca);
    assert_null(permit_route_find(&routes, "US", "plant"));
    assert_int_equal(us->n_stages, 3);
    assert_int_equal(us->stages[2].after, 3);
    assert_int_equal(us->stages[0].after, 0);
    /* Quartiles of the normal distribution lie at 0.6745: what was quoted comes back. */
    const double *s = us->stages[0].shape;
    assert_true(fabs(exp(s[0] - 0.674489750196 * s[1]) - 26) < 1e-9);
    assert_true(fabs(exp(s[0]) - 42) < 1e-9);
    assert_true(fabs(exp(s[0] + 0.674489750196 * s[2]) - 72) < 1e-9);
    s = us->stages[1].shape;
    assert_true(fabs(exp(s[0] - 1.28155156554 * s[1]) - 10) < 1e-9 && fabs(exp(s[0] + 1.28155156554 * s[2]) - 80) < 1e-9);
    assert_true(ca->stages[0].family == PERMIT_TRIANGULAR && ca->stages[0].shape[1] == 2.5 && ca->stages[0].shape[2] == 9);
    arena_free(&arena);
}

static void land(void **state) {
    (void)state;
    const char *const cells[][LAND_COLUMNS] = {{"park", "excluded", "", "", "x", "cited"}, {"reserve", "conditional", "1.8", "0.3", "x", "cited"}};
    const int lines[] = {2, 3};
    const struct permit_rows rows = {"l.csv", 2, lines, &cells[0][0], NULL};
    struct arena arena = {0};
    struct land_classes classes;
    assert_ok(land_classes_read(&rows, &arena, &classes));
    const struct land_class *park = land_class_find(&classes, "park"), *reserve = land_class_find(&classes, "reserve");
    assert_true(isinf(park->multiplier) && park->granted == 0 && park->kind == LAND_EXCLUDED);
    assert_true(reserve->multiplier == 1.8 && reserve->granted == 0.3 && reserve->kind == LAND_CONDITIONAL);
    assert_null(land_class_find(&classes, "Park"));
    arena_free(&arena);
}

static void broken_routes(void **state) {
    (void)state;
    const struct {
        const char *cells[ROUTE_COLUMNS], *words; /* of one row below a good one */
    } faults[] = {
        {{"", "mine", "b", "", "lognormal", "p10/p50/p90", "1", "2", "3", "x", "cited"}, "t.csv:7:1: jurisdiction is empty; write whose route it is"},
        {{"US", "", "b", "", "lognormal", "p10/p50/p90", "1", "2", "3", "x", "cited"}, "t.csv:7:2: route is empty; name the route"},
        {{"US", "mine", "a", "", "lognormal", "p10/p50/p90", "1", "2", "3", "x", "cited"},
         "t.csv:7:3: route 'mine' of 'US' has two stages 'a'; rename one of them"},
        {{"US", "mine", "b", "a;b", "lognormal", "p10/p50/p90", "1", "2", "3", "x", "cited"},
         "t.csv:7:4: after 'b': no stage of route 'mine' of 'US' above this line is called so"},
        {{"US", "mine", "b", "", "normal", "p10/p50/p90", "1", "2", "3", "x", "cited"},
         "t.csv:7:5: family 'normal' is none of 'lognormal', 'triangular'"},
        {{"US", "mine", "b", "", "triangular", "p10/p50/p90", "1", "2", "3", "x", "cited"},
         "t.csv:7:6: a triangular stage has no figures p10/p50/p90; write low/mode/high"},
        {{"US", "mine", "b", "", "lognormal", "p10/p50/p90", "1", "4", "3", "x", "cited"},
         "t.csv:7:7: 1, 4, 3 do not rise; the figures go from the shortest to the longest"},
        {{"US", "mine", "b", "", "lognormal", "p10/p50/p90", "0", "2", "3", "x", "cited"},
         "t.csv:7:7: low '0' is not more than 0, as a lognormal stage's months are"},
        {{"US", "mine", "b", "", "lognormal", "p10/p50/p90", "1", "2 years", "3", "x", "cited"},
         "t.csv:7:8: middle '2 years' is not a number of 0 or more"},
        {{"US", "mine", "b", "", "lognormal", "p10/p50/p90", "1", "2", "3", "", "sure"},
         "t.csv:7:10: source is empty; say where the figures are from\n"
         "t.csv:7:11: certainty 'sure' is none of 'cited', 'derived', 'expert default'"},
    };
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        const char *cells[2][ROUTE_COLUMNS] = {{"US", "mine", "a", "", "lognormal", "p10/p50/p90", "1", "2", "3", "x", "cited"}};
        memcpy(cells[1], faults[f].cells, sizeof cells[1]);
        const int lines[] = {2, 7};
        const struct permit_rows rows = {"t.csv", 2, lines, &cells[0][0], NULL};
        struct arena arena = {0};
        struct permit_routes routes;
        status failure = permit_routes_read(&rows, &arena, &routes);
        assert_non_null(failure);
        assert_string_equal(lode_error_message(failure), faults[f].words);
        lode_error_free(failure);
        arena_free(&arena);
    }
}

static void broken_land(void **state) {
    (void)state;
    const char *const cells[][LAND_COLUMNS] = {
        {"park", "excluded", "2", "", "x", "cited"}, {"park", "open", "0", "1.5", "x", "cited"}, {"", "closed", "1", "1", "x", "derived"}};
    const int lines[] = {2, 3, 4};
    const struct permit_rows rows = {"l.csv", 3, lines, &cells[0][0], NULL};
    struct arena arena = {0};
    struct land_classes classes;
    status failure = land_classes_read(&rows, &arena, &classes);
    assert_non_null(failure);
    assert_string_equal(lode_error_message(failure),
                        "l.csv:2:3: excluded land has no permit, so it takes no multiplier and no probability; leave both empty\n"
                        "l.csv:3:1: there are two classes 'park'; rename one of them\n"
                        "l.csv:3:3: multiplier 0 would take no time at all; write more\n"
                        "l.csv:3:4: granted '1.5' is not a number from 0 to 1\n"
                        "l.csv:4:1: class is empty; name the class\n"
                        "l.csv:4:2: kind 'closed' is none of 'open', 'conditional', 'excluded'");
    lode_error_free(failure);
    arena_free(&arena);
}

static void too_many_stages(void **state) {
    (void)state;
    enum { STAGES = PERMIT_STAGES_MAX + 1 };
    static const char *cells[STAGES][ROUTE_COLUMNS];
    static char names[STAGES][8];
    int lines[STAGES];
    for (int i = 0; i < STAGES; i++) {
        snprintf(names[i], sizeof names[i], "s%d", i);
        const char *row[] = {"US", "mine", names[i], i ? names[i - 1] : "", "lognormal", "p10/p50/p90", "1", "2", "3", "x", "cited"};
        memcpy(cells[i], row, sizeof row);
        lines[i] = i + 2;
    }
    struct permit_rows rows = {"t.csv", PERMIT_STAGES_MAX, lines, &cells[0][0], NULL};
    struct arena arena = {0};
    struct permit_routes routes;
    assert_ok(permit_routes_read(&rows, &arena, &routes));
    assert_int_equal(routes.routes[0].stages[31].after, 1u << 30);
    rows.n_rows = STAGES;
    status failure = permit_routes_read(&rows, &arena, &routes);
    assert_string_equal(lode_error_message(failure), "t.csv:34:3: route 'mine' of 'US' has more than 32 stages; join some of them");
    lode_error_free(failure);
    arena_free(&arena);
}

static void quantiles(void **state) {
    (void)state;
    const float sorted[] = {1, 2, 4, 8, 16};
    const double shares[] = {0, 0.1, 0.5, 0.9, 1}, wanted[] = {1, 1.4, 4, 12.8, 16};
    for (int i = 0; i < 5; i++) assert_true(fabs(sorted_quantile(sorted, 5, shares[i]) - wanted[i]) < 1e-12);
    assert_true(sorted_share(sorted, 5, 4) == 0.6 && sorted_share(sorted, 5, 3.9) == 0.4 && sorted_share(sorted, 5, 0) == 0);
    assert_true(sorted_share(sorted, 5, 99) == 1 && isnan(sorted_share(sorted, 0, 1)) && isnan(sorted_quantile(sorted, 0, 0.5)));
    assert_true(sorted_quantile(sorted, 1, 0.5) == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(route),           cmocka_unit_test(land),
                                       cmocka_unit_test(broken_routes),   cmocka_unit_test(broken_land),
                                       cmocka_unit_test(too_many_stages), cmocka_unit_test(quantiles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
