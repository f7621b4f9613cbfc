/* Weights of evidence against numbers worked out by hand, published tables, and counts of 0. */
#include "unit.h"

#include <math.h>

#include "model/woe.h"

static void near_to(double got, double wanted, double allowed) {
    if (!(fabs(got - wanted) <= allowed)) fail_msg("%.15g should be %.15g", got, wanted);
}

/* 10 points in 100 unit cells; the pattern holds 6 of them in 20. P(B|D) = 0.6, P(B|not D) = 14/90, P(not B|D) = 0.4, P(not B|not D) = 76/90.
 * W+ = ln(0.6 * 90 / 14) = ln(27/7), W- = ln(0.4 * 90 / 76) = ln(9/19); s2(W+) = 1/6 + 1/14, s2(W-) = 1/4 + 1/76. */
static void a_table_by_hand(void **state) {
    (void)state;
    struct woe_weights w = woe_weigh((struct woe_count){20, 6}, (struct woe_count){100, 10});
    near_to(w.plus, 1.3499267169490159, 1e-14);   /* ln 27 - ln 7 */
    near_to(w.minus, -0.7472144018302211, 1e-14); /* ln 9 - ln 19 */
    near_to(w.s_plus * w.s_plus, 0.23809523809523808, 1e-14);
    near_to(w.s_minus * w.s_minus, 0.2631578947368421, 1e-14);
    near_to(w.contrast, 2.097141118779237, 1e-14);
    near_to(w.studentised, 2.097141118779237 / sqrt(0.5012531328320802), 1e-13);
    assert_false(w.corrected);
    near_to(woe_logistic(woe_logit(0.1) + w.plus), 0.3, 1e-14); /* of one pattern alone the posterior is the share: 6 of 20 */
    near_to(woe_logistic(woe_logit(0.1) + w.minus), 0.05, 1e-14);
    near_to(woe_posterior_sd(0.3, 10, w.s_plus * w.s_plus), 0.3 * sqrt(0.1 + 0.23809523809523808), 1e-14);
}

/* Geoscience Australia's MPM-WofE, distance to breccia, favourable class (2023): areas in km2 and unit cells of 1 km2. */
static void a_published_table(void **state) {
    (void)state;
    struct woe_weights w = woe_weigh((struct woe_count){16236.52, 206}, (struct woe_count){31311.33, 258});
    near_to(w.plus, 0.436128227601915, 1e-12);
    near_to(w.s_plus, 0.0701195403597716, 1e-12);
    near_to(w.minus, -0.875579530060502, 1e-12);
    near_to(w.s_minus, 0.138914846843618, 1e-12);
    near_to(w.contrast, 1.31170775766242, 1e-12);
    near_to(w.studentised, 8.4295241496636, 1e-11);
}

/* No point in the pattern: 0.5, 10.5, 30.5, 60.5 stand for 0, 10, 30, 60. */
static void counts_of_0(void **state) {
    (void)state;
    struct woe_weights none = woe_weigh((struct woe_count){30, 0}, (struct woe_count){100, 10});
    assert_true(none.corrected);
    near_to(none.plus, log(0.5 / 11 / (30.5 / 91)), 1e-14);
    near_to(none.minus, log(10.5 / 11 / (60.5 / 91)), 1e-14);
    near_to(none.s_plus, sqrt(1 / 0.5 + 1 / 30.5), 1e-14);
    assert_true(none.plus < 0 && none.minus > 0);
    struct woe_weights all = woe_weigh((struct woe_count){30, 10}, (struct woe_count){100, 10});
    near_to(all.plus, log(10.5 / 11 / (20.5 / 91)), 1e-14);
    assert_true(all.corrected && all.studentised > 0);
    struct woe_weights full = woe_weigh((struct woe_count){6, 6}, (struct woe_count){100, 10}); /* every unit cell of it has one */
    assert_true(full.corrected && isfinite(full.plus) && full.plus > 0);
    struct woe_weights nowhere = woe_weigh((struct woe_count){0, 0}, (struct woe_count){100, 10}),
                       everywhere = woe_weigh((struct woe_count){100, 10}, (struct woe_count){100, 10});
    assert_true(isnan(nowhere.plus) && isnan(nowhere.studentised) && isnan(everywhere.minus));
}

/* Points lie at low values: the cut after the second class divides best. */
static const struct woe_count classes[] = {{10, 6}, {20, 8}, {30, 3}, {40, 2}, {57, 1}};
enum { CLASSES = sizeof classes / sizeof *classes };

static void ascending_cuts_best(void **state) {
    (void)state;
    struct arena arena = {0};
    struct woe_evidence up = {.approach = WOE_ASCENDING, .n = CLASSES, .classes = classes}, down = up, strict = up;
    down.approach = WOE_DESCENDING;
    assert_null(woe_fit(&up, 2, &arena));
    assert_int_equal(up.cut, 1);
    near_to(up.summed[1].units, 30, 0);
    near_to(up.summed[1].points, 14, 0);
    near_to(up.all.units, 157, 0);
    near_to(up.rows[1].plus, log(14.0 / 20 / (16.0 / 137)), 1e-14);
    for (size_t i = 0; i < CLASSES; i++) assert_int_equal(up.group[i], i < 2 ? 1 : 2);
    near_to(up.weight[1], up.rows[1].plus, 0);
    near_to(up.weight[2], up.rows[1].minus, 0);
    near_to(up.variance[2], up.rows[1].s_minus * up.rows[1].s_minus, 0);
    assert_true(up.weight[0] == 0 && up.variance[0] == 0);
    assert_true(isnan(up.rows[CLASSES - 1].contrast)); /* all of it is no pattern */
    assert_null(woe_fit(&down, 2, &arena));            /* from the wrong end there is nothing */
    assert_int_equal(down.cut, -1);
    assert_int_equal(down.n_groups, 1);
    assert_true(down.weight[1] == 0);
    near_to(down.summed[3].units, 97, 0);
    assert_null(woe_fit(&strict, 100, &arena));
    assert_int_equal(strict.cut, -1);
    arena_free(&arena);
}

static void descending_is_its_mirror(void **state) {
    (void)state;
    struct arena arena = {0};
    struct woe_count mirrored[CLASSES];
    for (size_t i = 0; i < CLASSES; i++) mirrored[i] = classes[CLASSES - 1 - i];
    struct woe_evidence down = {.approach = WOE_DESCENDING, .n = CLASSES, .classes = mirrored};
    assert_null(woe_fit(&down, 2, &arena));
    assert_int_equal(down.cut, CLASSES - 2);
    for (size_t i = 0; i < CLASSES; i++) assert_int_equal(down.group[i], i >= CLASSES - 2 ? 1 : 2);
    arena_free(&arena);
}

/* Classes 0 and 4 stand out; the rest is one pool with a weight of its own. */
static void unique_pools_what_says_little(void **state) {
    (void)state;
    struct arena arena = {0};
    struct woe_evidence unique = {.approach = WOE_UNIQUE, .n = CLASSES, .classes = classes};
    assert_null(woe_fit(&unique, 2.4, &arena));
    const bool own[CLASSES] = {true, true, false, false, true};
    for (size_t i = 0; i < CLASSES; i++) assert_true((fabs(unique.rows[i].studentised) >= 2.4) == own[i]);
    assert_int_equal(unique.n_groups, 4);
    assert_true(unique.group[2] == 4 && unique.group[3] == 4 && unique.group[0] == 1 && unique.group[4] == 3);
    near_to(unique.weight[4], log(5.0 / 20 / (65.0 / 137)), 1e-14);
    near_to(unique.weight[3], log(1.0 / 20 / (56.0 / 137)), 1e-14);
    near_to(unique.variance[4], 1.0 / 5 + 1.0 / 65, 1e-14);
    arena_free(&arena);
}

/* Two conditions: 30 unit cells at 0.2 +- 0.05, 70 at 0.1 +- 0.02: T = 13, s2(T) = 1.5^2 + 1.4^2. */
static void independence(void **state) {
    (void)state;
    const double units[] = {30, 70}, posterior[] = {0.2, 0.1}, sd[] = {0.05, 0.02};
    struct woe_independence test = woe_independence(2, units, posterior, sd, 10);
    near_to(test.expected, 13, 1e-14);
    near_to(test.s_expected, sqrt(1.5 * 1.5 + 1.4 * 1.4), 1e-14);
    near_to(test.omnibus, 10.0 / 13, 1e-15);
    near_to(test.z, 3 / 2.051828452868319, 1e-13);
    near_to(test.probability, 0.0718581, 2e-5); /* of a table: 1 - Phi(1.4621) */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_by_hand),     cmocka_unit_test(a_published_table),        cmocka_unit_test(counts_of_0),
        cmocka_unit_test(ascending_cuts_best), cmocka_unit_test(descending_is_its_mirror), cmocka_unit_test(unique_pools_what_says_little),
        cmocka_unit_test(independence)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
