/* Validation's arithmetic: closed forms, cases worked by hand, and a surface trained anew for each fold. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/chance.h"
#include "analysis/validation.h"

static void near_to(double found, double wanted, double tolerance) {
    if (!(fabs(found - wanted) <= tolerance)) fail_msg("%.17g is not %.17g", found, wanted);
}

static void binomial_tails(void **state) {
    (void)state;
    near_to(chance_binomial_tail(0, 7, 0.1), 1, 0);
    near_to(chance_binomial_tail(7, 7, 0.1), 1e-7, 1e-20);
    near_to(chance_binomial_tail(6, 7, 0.1), 7 * 1e-6 * 0.9 + 1e-7, 1e-18);
    near_to(chance_binomial_tail(1, 7, 0.1), 1 - pow(0.9, 7), 1e-14);
    near_to(chance_binomial_tail(8, 7, 0.1), 0, 0);
    near_to(chance_binomial_tail(300, 578, 0.5), 0.19120764534281703, 1e-11); /* scipy.stats.binom.sf(299, 578, 0.5) */
}

static void sums_of_uniforms(void **state) {
    (void)state;
    near_to(chance_uniform_sum(0.3, 1), 0.3, 1e-16);
    near_to(chance_uniform_sum(0.5, 2), 0.125, 1e-16);
    near_to(chance_uniform_sum(1.5, 3), 0.5, 1e-15);
    near_to(chance_uniform_sum(1, 7), 1.0 / 5040, 1e-18);
    near_to(chance_uniform_sum(2, 7), (128.0 - 7) / 5040, 1e-16);
    near_to(chance_uniform_sum(289, 578), 0.5, 1e-9); /* where the alternating sum has no correct digit left */
    near_to(chance_uniform_sum(7, 7), 1, 0);
    near_to(chance_uniform_sum(0, 7), 0, 0);
}

static void students_quantiles(void **state) {
    (void)state;
    const struct {
        size_t freedom;
        double wanted;
    } published[] = {{1, 12.7062}, {2, 4.3027}, {3, 3.1824}, {6, 2.4469}, {10, 2.2281}, {29, 2.0452}, {120, 1.9799}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) near_to(chance_student(0.95, published[i].freedom), published[i].wanted, 5e-5);
    assert_true(isnan(chance_student(0.95, 0)));
}

static void breaks_are_found(void **state) {
    (void)state;
    double value[101], area[101];
    struct breaks found;
    for (int i = 0; i <= 100; i++) { /* slopes -0.5, -2 and -6; kinks between points, at 10^0.305 and 10^0.705 */
        double x = i / 100.0, y = -0.5 * fmin(x, 0.305) - 2 * fmin(fmax(x - 0.305, 0), 0.4) - 6 * fmax(x - 0.705, 0);
        value[i] = pow(10, x);
        area[i] = 1000 * pow(10, y);
    }
    breaks_find(101, value, area, &found);
    assert_int_equal(found.n, 2);
    near_to(log10(found.at[0]), 0.305, 1e-6);
    near_to(log10(found.at[1]), 0.705, 1e-6);
    near_to(found.slope[0], -0.5, 1e-6);
    near_to(found.slope[1], -2, 1e-6);
    near_to(found.slope[2], -6, 1e-6);
    near_to(found.r2, 1, 1e-9);
    for (int i = 0; i <= 100; i++) area[i] = 1000 * pow(value[i], -1.5);
    breaks_find(101, value, area, &found);
    assert_int_equal(found.n, 0);
    near_to(found.slope[0], -1.5, 1e-9);
    breaks_find(5, value, area, &found);
    assert_true(found.n == 0 && isnan(found.slope[0]));
}

static void folds_by_lot(void **state) {
    (void)state;
    const struct grid grid = {.dx = 1, .dy = 1, .unit_m = 1, .width = 10, .height = 10};
    double x[13] = {0}, y[13] = {0};
    size_t fold[13], again[13], n, members[5] = {0};
    assert_null(folds_make(&(struct folds){.kind = FOLDS_LOT, .count = 5}, &grid, 13, x, y, fold, &n));
    assert_null(folds_make(&(struct folds){.kind = FOLDS_LOT, .count = 5}, &grid, 13, x, y, again, &n));
    assert_int_equal(n, 5);
    assert_memory_equal(fold, again, sizeof fold);
    for (size_t i = 0; i < 13; i++) members[fold[i]]++;
    for (size_t f = 0; f < 5; f++) assert_true(members[f] == 2 || members[f] == 3);
    bool dealt_in_order = true;
    for (size_t i = 0; i < 13; i++) dealt_in_order &= fold[i] == i % 5;
    assert_false(dealt_in_order);
    assert_null(folds_make(&(struct folds){.kind = FOLDS_LOT, .count = 50}, &grid, 13, x, y, fold, &n));
    assert_int_equal(n, 13);
    assert_null(folds_make(&(struct folds){.kind = FOLDS_ONE_OUT}, &grid, 13, x, y, fold, &n));
    for (size_t i = 0; i < 13; i++) assert_int_equal(fold[i], i);
}

static void folds_by_blocks(void **state) {
    (void)state;
    const struct grid metres = {.x0 = 1000, .y0 = 9000, .dx = 100, .dy = 100, .unit_m = 1, .width = 70, .height = 50};
    const double x[] = {1100, 1900, 2100, 1100}, y[] = {8900, 8100, 8900, 7900};
    size_t fold[4], n;
    const struct folds blocks = {.kind = FOLDS_BLOCKS, .block_m = 1000};
    assert_null(folds_make(&blocks, &metres, 4, x, y, fold, &n));
    assert_int_equal(n, 3);
    assert_true(fold[0] == 0 && fold[1] == 0 && fold[2] == 1 && fold[3] == 2);
    /* 100 km are some 1.8 degrees of longitude at 60 N, and 0.9 at the equator. */
    const struct grid degrees = {.geographic = true,
                                 .x0 = 0,
                                 .y0 = 61,
                                 .dx = 0.1,
                                 .dy = 0.1,
                                 .semi_major_m = 6378137,
                                 .flattening = 1 / 298.257223563,
                                 .width = 100,
                                 .height = 620};
    const double lon[] = {0.1, 1.7, 0.1, 1.7}, lat[] = {60.9, 60.9, 0.1, 0.1};
    assert_null(folds_make(&(struct folds){.kind = FOLDS_BLOCKS, .block_m = 100000}, &degrees, 4, lon, lat, fold, &n));
    assert_true(fold[0] == fold[1] && fold[2] != fold[3]);
}

/* Ten cells of scores 1 to 10, the one of 5 twice as large; places at 10, 5 and, half and half, at 3 and 4. */
static const double cut[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
static uint64_t at[] = {1, 1, 1, 1, 2, 1, 1, 1, 1, 1}, over[10];
static const struct spread spread = {.n = 10, .cut = cut, .at = at, .over = over, .cells = 10, .unit_km2 = 0.5};
static const struct place_cell cells[] = {{0, 9, 1}, {1, 4, 1}, {2, 2, 0.5}, {2, 3, 0.5}};
static const size_t home[] = {9, 4, 3}, no_fold[] = {0, 0, 0};

static struct validation_input worked(void) {
    return (struct validation_input){
        .spread = &spread, .n_places = 3, .n_cells = 4, .cells = cells, .home = home, .fold = no_fold, .n_folds = 1, .seed = 1};
}

static void a_case_by_hand(void **state) {
    (void)state;
    struct arena arena = {0};
    struct validation found;
    struct validation_input input = worked();
    assert_null(validation_make(&input, &arena, &found));
    near_to(found.area_km2, 5.5, 1e-15);
    near_to(found.area_share[0], 0.5 / 11, 1e-15);
    near_to(found.area_share[1], 6.0 / 11, 1e-15);
    near_to(found.area_share[2], (8.5 + 7.5) / 2 / 11, 1e-15);
    near_to(found.auc, 1 - 14.5 / 33, 1e-15);
    /* 10: 1 of 3 in 1/11; 5: 2 of 3 in 7/11; 4: 2.5 of 3 in 8/11; 3: all in 9/11. */
    near_to(found.most.area, 8.0 / 11, 1e-15);
    near_to(found.most.score, 4, 0);
    near_to(found.prevalence, 3.0 / 13, 1e-15);
    double average = 0;
    const double part[] = {1, 1, 0.5, 0.5}, sum[] = {1, 2, 2.5, 3}, area[] = {1, 7, 8, 9};
    for (int i = 0; i < 4; i++) average += part[i] / 3 * sum[i] / (sum[i] + 10 * area[i] / 11);
    near_to(found.pr_auc, average, 1e-15);
    /* Just above the cut of 5: 1/3 + 5/11 < 1. With it 2/3 + 7/11 > 1: on the line between. */
    double part_way = (1 - 1.0 / 3 - 5.0 / 11) / (1.0 / 3 + 2.0 / 11);
    near_to(found.crossing.found, 1.0 / 3 + part_way / 3, 1e-15);
    near_to(found.density, found.crossing.found / (1 - found.crossing.found), 1e-14);
    near_to(found.weight, log(found.density), 1e-15);
    near_to(found.rank_p, chance_uniform_sum(16.0 / 11, 3), 1e-15); /* ties whole: 1 + 7 + 8 elevenths */
    assert_int_equal(found.top_hits[2], 1);                         /* 1/11 is in the best 10 % */
    assert_int_equal(found.top_hits[1], 0);
    near_to(found.top_p[2], 1 - 0.9 * 0.9 * 0.9, 1e-15);
    arena_free(&arena);
}

/* As a caller with as many discs as cuts asks; adding up anew for each cut would take hours. */
static void shares_of_many_cuts(void **state) {
    (void)state;
    enum { MANY = 3000001 };
    struct arena arena = {0};
    double *shares = NULL;
    uint64_t *weights = NULL;
    assert_null(MEMORY_ARRAY(2 * (size_t)MANY, &weights));
    for (size_t i = 0; i < MANY; i++) weights[i] = 1, weights[MANY + i] = 2;
    const struct spread many = {.n = MANY, .at = weights, .over = weights + MANY, .under = 3, .cells = 3 * MANY + 3, .unit_km2 = 1};
    assert_null(spread_shares(&many, 0.5, &arena, &shares));
    for (size_t i = 0; i < MANY; i += 1234) near_to(shares[i], (3.0 * (double)(MANY - i) - 0.5) / (3.0 * MANY + 3), 1e-15);
    assert_null(spread_shares(&many, 1, &arena, &shares));
    near_to(shares[MANY - 1], 3.0 / (3.0 * MANY + 3), 1e-15);
    near_to(shares[0], MANY / (MANY + 1.0), 1e-15);
    free(weights);
    arena_free(&arena);
}

/* Folds remember who asked; the share of place p without its fold f is (p + 1) / (f + 5). */
static status anew(void *user, size_t fold, size_t place, double *area_share) {
    ++*(int *)user;
    *area_share = (double)(place + 1) / (double)(fold + 5);
    return NULL;
}

static status cannot(void *user, size_t fold, size_t place, double *area_share) {
    (void)user, (void)fold, (void)place, (void)area_share;
    return status_fail(LODE_BAD_DATA, "no training place is left");
}

static void held_out_places(void **state) {
    (void)state;
    struct arena arena = {0};
    struct validation found;
    struct validation_input input = worked();
    const size_t fold[] = {0, 1, 0};
    int asked = 0;
    input.fold = fold;
    input.n_folds = 2;
    input.held_out = anew;
    input.user = &asked;
    assert_null(validation_make(&input, &arena, &found));
    assert_int_equal(asked, 3);
    near_to(found.held_out[1], 2.0 / 6, 1e-15);
    near_to(found.held_out_auc, 1 - (1.0 / 5 + 2.0 / 6 + 3.0 / 5) / 3, 1e-15);
    near_to(found.folds[0].auc, 1 - (1.0 / 5 + 3.0 / 5) / 2, 1e-15);
    near_to(found.folds[1].auc, 1 - 2.0 / 6, 1e-15);
    near_to(found.auc, 1 - 14.5 / 33, 1e-15); /* the success rate stays that of the whole surface */
    input.held_out = cannot;
    status failure = validation_make(&input, &arena, &found);
    assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
    lode_error_free(failure);
    arena_free(&arena);
}

static void one_place_has_no_interval(void **state) {
    (void)state;
    struct arena arena = {0};
    struct validation found;
    struct validation_input input = worked();
    input.n_places = input.n_cells = 1;
    assert_null(validation_make(&input, &arena, &found));
    near_to(found.auc, 1 - 0.5 / 11, 1e-15);
    assert_true(isnan(found.auc_delong.low) && isnan(found.auc_bootstrap.low) && isnan(found.pr_bootstrap.high));
    near_to(found.rank_p, 1.0 / 11, 1e-15);
    arena_free(&arena);
}

static void no_scored_cell(void **state) {
    (void)state;
    struct arena arena = {0};
    struct validation found;
    const struct spread nothing = {0};
    struct validation_input input = {.spread = &nothing, .n_folds = 1, .seed = 1};
    assert_null(validation_make(&input, &arena, &found));
    assert_true(isnan(found.auc) && isnan(found.prevalence) && isnan(found.most.area) && isnan(found.breaks.r2) && isnan(found.breaks.slope[0]));
    assert_true(found.n_places == 0 && found.n_points == 0 && found.cells == 0 && found.area_km2 == 0);
    arena_free(&arena);
}

/* Blind scores: exact p-values hold their level, and the interval covers 0.5 about as often as it says. */
static void blind_scores_are_found_blind(void **state) {
    (void)state;
    enum { TRIALS = 600, PLACES = 7, CUTS = 199 };
    static double cuts[CUTS];
    static uint64_t ats[CUTS], overs[CUTS];
    uint64_t seed = 5;
    int low_rank = 0, low_top = 0, covered = 0;
    for (int i = 0; i < CUTS; i++) cuts[i] = i, ats[i] = 1;
    const struct spread even = {.n = CUTS, .cut = cuts, .at = ats, .over = overs, .cells = CUTS, .unit_km2 = 1};
    for (int trial = 0; trial < TRIALS; trial++) {
        struct arena arena = {0};
        struct validation found;
        struct place_cell drawn[PLACES];
        size_t homes[PLACES], fold[PLACES] = {0};
        for (size_t i = 0; i < PLACES; i++) {
            homes[i] = chance_draw_below(&seed, CUTS);
            drawn[i] = (struct place_cell){i, homes[i], 1};
        }
        struct validation_input input = {
            .spread = &even, .n_places = PLACES, .n_cells = PLACES, .cells = drawn, .home = homes, .fold = fold, .n_folds = 1, .seed = 1};

        assert_null(validation_make(&input, &arena, &found));
        low_rank += found.rank_p <= 0.05;
        low_top += found.top_p[3] <= 0.05;
        covered += found.auc_delong.low <= 0.5 && found.auc_delong.high >= 0.5;
        arena_free(&arena);
    }
    assert_true(low_rank > TRIALS * 0.03 && low_rank < TRIALS * 0.075);
    assert_true(low_top < TRIALS * 0.05); /* the binomial has few values: its level is below */
    assert_true(covered > TRIALS * 0.92 && covered < TRIALS * 0.98);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(binomial_tails),     cmocka_unit_test(sums_of_uniforms),
                                       cmocka_unit_test(students_quantiles), cmocka_unit_test(breaks_are_found),
                                       cmocka_unit_test(folds_by_lot),       cmocka_unit_test(folds_by_blocks),
                                       cmocka_unit_test(a_case_by_hand),     cmocka_unit_test(shares_of_many_cuts),
                                       cmocka_unit_test(held_out_places),    cmocka_unit_test(one_place_has_no_interval),
                                       cmocka_unit_test(no_scored_cell),     cmocka_unit_test(blind_scores_are_found_blind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
