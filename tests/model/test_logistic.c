/* Logistic regression against closed forms: one column of two values has coefficients that are logarithms of odds. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "model/logistic.h"

enum { ROWS_MAX = 64 };

struct rows {
    size_t n, columns;
    double x[ROWS_MAX][LOGISTIC_COLUMNS_MAX], y[ROWS_MAX], weight[ROWS_MAX];
};

static status sum(void *user, const double *beta, struct logistic_sums *sums) {
    const struct rows *rows = user;
    memset(sums, 0, sizeof *sums);
    for (size_t r = 0; r < rows->n; r++) {
        double t = 0, w = rows->weight[r];
        for (size_t j = 0; j < rows->columns; j++) t += beta[j] * rows->x[r][j];
        double p = 1 / (1 + exp(-t));
        sums->likelihood += w * log(rows->y[r] > 0 ? p : 1 - p);
        for (size_t j = 0; j < rows->columns; j++) {
            sums->score[j] += w * rows->x[r][j] * (rows->y[r] - p);
            for (size_t k = 0; k <= j; k++) sums->information[j * rows->columns + k] += w * p * (1 - p) * rows->x[r][j] * rows->x[r][k];
        }
    }
    return NULL;
}

static void add(struct rows *rows, double x, double y, double weight) {
    double *row = rows->x[rows->n];
    row[0] = 1;
    row[1] = x;
    rows->y[rows->n] = y;
    rows->weight[rows->n++] = weight;
}

static void near_to(double got, double wanted, double allowed) {
    if (!(fabs(got - wanted) <= allowed)) fail_msg("%.15g should be %.15g", got, wanted);
}

/* A table of 2 x 2: 6 of 20 ones where x is 1, 4 of 80 where it is 0. b0 = ln(4/76), b1 = ln(6/14) - b0, variances 1/4 + 1/76 and the sum of all
 * four. */
static void two_by_two(void **state) {
    (void)state;
    struct rows rows = {.columns = 2};
    add(&rows, 1, 1, 6);
    add(&rows, 1, 0, 14);
    add(&rows, 0, 1, 4);
    add(&rows, 0, 0, 76);
    struct logistic fit = {.columns = 2};
    assert_null(logistic_fit(sum, &rows, 1e-10, &fit));
    assert_true(fit.converged && fit.faulty == 2 && fit.rounds < 10);
    near_to(fit.beta[0], -2.9444389791664403, 1e-12);
    near_to(fit.beta[1], 2.0971411187792370, 1e-12);
    near_to(fit.covariance[0], 1.0 / 4 + 1.0 / 76, 1e-10);
    near_to(fit.covariance[3], 1.0 / 6 + 1.0 / 14 + 1.0 / 4 + 1.0 / 76, 1e-10);
    near_to(fit.covariance[1], -(1.0 / 4 + 1.0 / 76), 1e-10);
    near_to(fit.likelihood, 6 * log(0.3) + 14 * log(0.7) + 4 * log(0.05) + 76 * log(0.95), 1e-9);
}

static void faulty_columns_are_told(void **state) {
    (void)state;
    struct rows rows = {.columns = 3};
    for (int i = 0; i < 20; i++) {
        add(&rows, i, (i * 7) % 3 == 0, 1);
        rows.x[i][2] = 3 - 2 * i;
    }
    struct logistic fit = {.columns = 3};
    assert_null(logistic_fit(sum, &rows, 1e-10, &fit));
    assert_int_equal(fit.faulty, 2);
    assert_false(fit.converged);
}

static void separation_does_not_converge(void **state) {
    (void)state;
    struct rows rows = {.columns = 2};
    for (int i = 0; i < 20; i++) add(&rows, i / 10.0 - 1, i >= 11, 1);
    struct logistic fit = {.columns = 2};
    assert_null(logistic_fit(sum, &rows, 1e-10, &fit));
    assert_false(fit.converged);
}

/* Far from the start and lopsided: full steps would run away. */
static void rare_ones_converge(void **state) {
    (void)state;
    struct rows rows = {.columns = 2};
    for (int i = 0; i < 30; i++) add(&rows, i / 3.0, 0, i < 20 ? 1e6 : 10);
    add(&rows, 9.5, 1, 3);
    add(&rows, 1, 1, 1);
    struct logistic fit = {.columns = 2};
    struct logistic_sums at;
    assert_null(logistic_fit(sum, &rows, 1e-10, &fit));
    assert_true(fit.converged);
    assert_null(sum(&rows, fit.beta, &at));
    near_to(at.score[0], 0, 1e-6);
    near_to(at.score[1], 0, 1e-6);
}

/* As many ones as zeros among the rows, one in a thousand in the world: the offset is ln(999). */
static void offset(void **state) {
    (void)state;
    near_to(logistic_offset(0.5, 0.001), 6.906754778648553, 1e-12);
    near_to(logistic_offset(0.2, 0.2), 0, 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_by_two), cmocka_unit_test(faulty_columns_are_told),
                                       cmocka_unit_test(separation_does_not_converge), cmocka_unit_test(rare_ones_converge),
                                       cmocka_unit_test(offset)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
