/* Models that are fitted anew without some training cells, against tables written out for what is left. */
#include "ok.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/model_fit.h"
#include "compute/device.h"

enum { POINTS = 12, DRAWN = 90 };

/* Standardised columns are floats. */
static void near_to(double got, double wanted) {
    if (!(fabs(got - wanted) <= 1e-7 * (1 + fabs(wanted)))) fail_msg("%.15g should be %.15g", got, wanted);
}

/* Training cell k has value 1 when k is below 8, else 5; the last one is not in the study area. Drawn cells: every third has 1. */
struct ground {
    struct training_cell cells[POINTS];
    float values[POINTS];
    struct drawn_cell drawn[DRAWN];
    float x[DRAWN]; /* backwards */
    float key;
    struct woe_count counts[2];
    struct fitted_evidence evidence;
    struct model model;
    struct evidence asked;
    double mean, sd;
    struct fitted_model fitted;
};

static void lay(struct ground *ground, enum model_kind kind) {
    *ground = (struct ground){.key = 3, .counts = {{20, 8}, {80, 3}}, .mean = 2, .sd = 1.5};
    for (size_t k = 0; k < POINTS; k++) {
        ground->cells[k] = (struct training_cell){.col = (int64_t)k, .points = 1, .studied = k + 1 < POINTS};
        ground->values[k] = k < 8 ? 1 : 5;
    }
    for (size_t k = 0; k < DRAWN; k++) {
        ground->drawn[k].place = (uint32_t)(DRAWN - 1 - k);
        ground->x[DRAWN - 1 - k] = k % 3 ? 5 : 1;
    }
    ground->x[DRAWN - 1 - 7] = NAN;
    ground->asked = (struct evidence){.approach = WOE_ASCENDING};
    ground->model = (struct model){.kind = kind, .unit_km2 = 0.5, .contrast = 1, .n_evidence = 1, .evidence = &ground->asked};
    ground->evidence =
        (struct fitted_evidence){.keys = {false, 1, &ground->key}, .n_classes = 2, .counts = ground->counts, .training = ground->values};
    ground->evidence.woe.approach = WOE_ASCENDING;
    ground->fitted = (struct fitted_model){.model = &ground->model,
                                           .training = {POINTS, 0, POINTS, ground->cells},
                                           .study_km2 = 50,
                                           .points = 11,
                                           .prior = 0.11,
                                           .evidence = &ground->evidence,
                                           .drawn = {.wanted = DRAWN, .n_evidence = 1, .n = DRAWN, .cells = ground->drawn, .x = ground->x}};
    ground->fitted.regression.mean = &ground->mean;
    ground->fitted.regression.sd = &ground->sd;
}

/* Two of the 8 and one of the 3 are held out: 8 of 100 unit cells are left, 6 of them in the pattern's 20. */
static void weights_without_some(void **state) {
    (void)state;
    struct ground ground;
    bool held_out[POINTS] = {[0] = true, [3] = true, [9] = true};
    double training[POINTS], drawn[DRAWN], asked[2];
    const float at[2] = {5, 1};
    const struct model_probe probe = {2, at, asked};
    lay(&ground, MODEL_WEIGHTS_OF_EVIDENCE);
    assert_ok(model_refit(NULL, &ground.fitted, held_out, &probe, training, drawn));
    for (size_t k = 0; k + 1 < POINTS; k++) near_to(training[k], k < 8 ? 6.0 / 20 : 2.0 / 80); /* of one evidence: the share */
    assert_true(isnan(training[POINTS - 1]));
    near_to(drawn[0], 0.3);
    near_to(drawn[1], 0.025);
    near_to(drawn[7], 0.08); /* missing: the prior */
    near_to(asked[0], 0.025);
    near_to(asked[1], 0.3);
    assert_true(ground.counts[0].points == 8 && ground.fitted.points == 11);
    for (size_t k = 0; k < POINTS; k++) held_out[k] = true;
    assert_ok(model_refit(NULL, &ground.fitted, held_out, &probe, training, drawn));
    assert_true(isnan(training[0]) && isnan(drawn[0]) && isnan(asked[0]));
}

/* Of one column with two values a regression gives shares, too: of the rows, and these are corrected by the offset. */
static void a_regression_without_some(void **state) {
    (void)state;
    struct ground ground;
    bool held_out[POINTS] = {[0] = true, [3] = true, [9] = true};
    double training[POINTS], drawn[DRAWN], asked[2];
    const float at[2] = {5, 1};
    const struct model_probe probe = {2, at, asked};
    struct device *device;
    assert_ok(device_open(NULL, &device));
    lay(&ground, MODEL_LOGISTIC_REGRESSION);
    assert_ok(model_refit(device, &ground.fitted, held_out, &probe, training, drawn));
    double zeros = DRAWN - 1, low = 30, offset = log((1 - 0.08) / 0.08 * 8 / zeros); /* cell 7 is not whole */
    near_to(training[0], 1 / (1 + exp(-(log(6 / low) - offset))));
    near_to(training[9], 1 / (1 + exp(-(log(2 / (zeros - low)) - offset))));
    near_to(drawn[3], training[0]);
    double at_mean = log(6 / low) + (2 - 1) / 4.0 * (log(2 / (zeros - low)) - log(6 / low)); /* missing: the constant, where evidence is 2 */
    near_to(drawn[7], 1 / (1 + exp(-(at_mean - offset))));
    assert_true(asked[1] == training[0] && asked[0] == training[9] && isnan(training[POINTS - 1]));
    for (size_t k = 0; k < POINTS; k++) held_out[k] = true;
    assert_ok(model_refit(device, &ground.fitted, held_out, &probe, training, drawn));
    assert_true(isnan(training[0]) && isnan(drawn[0]) && isnan(asked[0]));
    device_close(device);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_without_some), cmocka_unit_test(a_regression_without_some)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
