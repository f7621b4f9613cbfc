/* Models: counts of a pattern that is known by its making, and a regression whose answer is closed: of one column with two values. */
#include <math.h>
#include <stdlib.h>

#include "compute/count.h"
#include "compute/regression.h"
#include "compute/selftest_parts.h"

enum { COLS = 37, ROWS = 11, CELLS = COLS * ROWS, KEYS = 4, TAKEN = 5 };

/* Cell i holds i modulo 10, but every 17th is missing; every third state is outside. */
static float value_at(size_t i) {
    return i % 17 ? (float)(i % 10) : NAN;
}

static uint8_t state_at(size_t i) {
    return (uint8_t)(i % 3 ? i % 2 : 2 + i % 2);
}

static const float keys[KEYS] = {1, 4, 6, 20};

static status count(struct device *device, bool exact, const float *values, const uint8_t *state, uint32_t *counts, const uint32_t *cells,
                    float *taken) {
    struct counter *counter = NULL;
    struct buffer *plane = NULL;
    status failure = counter_open(device, CELLS, &counter);
    if (!failure) failure = buffer_open(device, CELLS * sizeof *values, &plane);
    if (!failure) failure = buffer_write(plane, 0, CELLS * sizeof *values, values);
    if (!failure) failure = counter_study(counter, state, CELLS);
    if (!failure) failure = counter_keys(counter, plane, 0.5f, keys, KEYS, exact, COLS, ROWS, counts);
    if (!failure) failure = counter_gather(counter, plane, 0.5f, cells, TAKEN, taken);
    counter_close(counter);
    buffer_close(plane);
    return failure;
}

static bool meets(float x, size_t key, bool exact) {
    if (key == 0) return !isnan(x);
    return exact ? x == keys[key - 1] : x > keys[key - 1];
}

static status check_counts(struct selftest *test, struct verdict *verdict) {
    static const uint32_t cells[TAKEN] = {0, 1, 36, 37, CELLS - 1};
    float values[CELLS], taken[TAKEN];
    uint8_t state[CELLS];
    uint32_t counts[ROWS * (KEYS + 1)];
    for (size_t i = 0; i < CELLS; i++) {
        values[i] = value_at(i);
        state[i] = state_at(i);
    }
    for (int exact = 0; exact < 2; exact++) {
        TRY(count(test->device, exact, values, state, counts, cells, taken));
        for (size_t r = 0; r < ROWS; r++)
            for (size_t k = 0; k <= KEYS; k++) {
                double wanted = 0;
                for (size_t i = r * COLS; i < (r + 1) * COLS; i++) wanted += state_at(i) < 2 && meets(value_at(i) * 0.5f, k, exact);
                verdict_add(verdict, r * (KEYS + 1) + k, counts[r * (KEYS + 1) + k], wanted);
            }
    }
    for (size_t i = 0; i < TAKEN; i++) verdict_add(verdict, i, (double)taken[i], (double)value_at(cells[i]) * 0.5);
    return NULL;
}

/* 60 of 200 ones where x is 1, 40 of 800 where it is 0, in rows that are far from each other: b0 = ln(40/760), b0 + b1 = ln(60/140). A second column
 * is balanced, so that its coefficient is 0. */
static status check_regression(struct selftest *test, bool in_float, struct verdict *verdict) {
    enum { N = 1000 };
    float x[2 * N], y[N], weight[N];
    for (int i = 0; i < N; i++) {
        int at = i * 37 % N, half = at / 2;
        x[i] = at < 200;
        x[N + i] = at % 2 ? 1 : -1;
        y[i] = half < 30 || (half >= 100 && half < 120);
        weight[i] = 1;
    }
    const struct regression_rows rows = {N, 3, x, y, weight, in_float};
    struct logistic fit;
    TRY(regression_fit(test->device, &rows, &fit));
    verdict_add(verdict, 0, fit.beta[0], log(40.0 / 760));
    verdict_add(verdict, 1, fit.beta[1], log(60.0 / 140) - log(40.0 / 760));
    verdict_add(verdict, 2, fit.beta[2], 0);
    verdict_add(verdict, 3, sqrt(fit.covariance[0]), sqrt(1.0 / 40 + 1.0 / 760));
    verdict_add(verdict, 4, sqrt(fit.covariance[4]), sqrt(1.0 / 40 + 1.0 / 760 + 1.0 / 60 + 1.0 / 140));
    verdict_add(verdict, 5, fit.converged, 1);
    return NULL;
}

status selftest_models(struct selftest *test) {
    struct verdict counts = {.allowed = 0}, doubles = {.allowed = 1e-9}, floats = {.allowed = 2e-5};
    TRY(check_counts(test, &counts));
    if (device_info(test->device)->fp64) TRY(check_regression(test, false, &doubles));
    TRY(check_regression(test, true, &floats));
    TRY(selftest_add(test, "models: counts above and on keys, with gaps", &counts));
    if (doubles.compared) TRY(selftest_add(test, "models: a regression of two by two, in double", &doubles));
    return selftest_add(test, "models: a regression of two by two, in float", &floats);
}
