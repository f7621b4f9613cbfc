/* Models without some of their training cells. What was counted in the study area stays; only the training cells' own values are asked again. */
#include <math.h>
#include <stdlib.h>

#include "analysis/regression_fit.h"

/* Weights of one evidence, learnt from the cells that are left. */
static status reweigh(const struct fitted_model *fitted, const bool *held_out, size_t i, struct arena *arena, struct woe_evidence *woe) {
    const struct fitted_evidence *evidence = &fitted->evidence[i];
    struct woe_count *counts = arena_alloc(arena, evidence->n_classes, sizeof *counts);
    if (!counts) return status_no_memory();
    for (size_t j = 0; j < evidence->n_classes; j++) counts[j] = (struct woe_count){.units = evidence->counts[j].units};
    for (size_t k = 0; k < fitted->training.n; k++) {
        int class = class_of(&evidence->keys, evidence->training[k]);
        if (fitted->training.cells[k].studied && !held_out[k] && class != NO_INDEX) counts[class].points += fitted->training.cells[k].points;
    }
    *woe = (struct woe_evidence){.approach = evidence->woe.approach, .n = evidence->n_classes, .classes = counts};
    return woe_fit(woe, fitted->model->contrast, arena);
}

static double weight_at(const struct fitted_evidence *evidence, const struct woe_evidence *woe, float x) {
    int class = class_of(&evidence->keys, x);
    return class == NO_INDEX ? 0 : woe->weight[woe->group[class]];
}

static double points_left(const struct fitted_model *fitted, const bool *held_out) {
    double points = 0;
    for (size_t k = 0; k < fitted->training.n; k++)
        points += fitted->training.cells[k].studied && !held_out[k] ? fitted->training.cells[k].points : 0;
    return points;
}

/* Logits without evidence; NaN where there is no posterior. */
static void begin(const struct fitted_model *fitted, double logit, double *training, double *drawn) {
    for (size_t k = 0; k < fitted->training.n; k++) training[k] = fitted->training.cells[k].studied ? logit : NAN;
    for (size_t k = 0; k < fitted->drawn.n; k++) drawn[k] = logit;
}

static void finish(const struct fitted_model *fitted, double *training, double *drawn) {
    for (size_t k = 0; k < fitted->training.n; k++) training[k] = woe_logistic(training[k]);
    for (size_t k = 0; k < fitted->drawn.n; k++) drawn[k] = woe_logistic(drawn[k]);
}

static status refit_weights(const struct fitted_model *fitted, const bool *held_out, struct arena *arena, double *training, double *drawn) {
    double points = points_left(fitted, held_out);
    begin(fitted, points > 0 ? woe_logit(points * fitted->model->unit_km2 / fitted->study_km2) : NAN, training, drawn);
    for (size_t i = 0; i < fitted->model->n_evidence && points > 0; i++) {
        const struct fitted_evidence *evidence = &fitted->evidence[i];
        struct woe_evidence woe;
        TRY(reweigh(fitted, held_out, i, arena, &woe));
        for (size_t k = 0; k < fitted->training.n; k++) training[k] += weight_at(evidence, &woe, evidence->training[k]);
        for (size_t k = 0; k < fitted->drawn.n; k++) drawn[k] += weight_at(evidence, &woe, fitted->drawn.cells[k].x[i]);
    }
    finish(fitted, training, drawn);
    return NULL;
}

/* A value that is not finite makes the logit NaN. */
static double column_at(const struct fitted_regression *regression, size_t i, float x) {
    double standard = ((double)x - regression->mean[i]) / regression->sd[i];
    return isfinite(standard) ? regression->fit.beta[i + 1] * standard : NAN;
}

static status refit_regression(struct device *device, const struct fitted_model *fitted, const bool *held_out, struct fitted_regression *anew,
                               double *training, double *drawn) {
    double prior = points_left(fitted, held_out) * fitted->model->unit_km2 / fitted->study_km2;
    anew->mean = fitted->regression.mean;
    anew->sd = fitted->regression.sd;
    TRY(regression_refit(device, fitted, held_out, prior, anew));
    begin(fitted, anew->fit.converged ? anew->fit.beta[0] - anew->offset : NAN, training, drawn);
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        for (size_t k = 0; k < fitted->training.n; k++) training[k] += column_at(anew, i, fitted->evidence[i].training[k]);
        for (size_t k = 0; k < fitted->drawn.n; k++) drawn[k] += column_at(anew, i, fitted->drawn.cells[k].x[i]);
    }
    finish(fitted, training, drawn);
    return NULL;
}

status model_refit(struct device *device, const struct fitted_model *fitted, const bool *held_out, double *training, double *drawn) {
    struct arena arena = {0};
    struct fitted_regression *anew = NULL;
    status failure;
    if (fitted->model->kind == MODEL_LOGISTIC_REGRESSION) {
        failure = MEMORY_ARRAY(1, &anew);
        if (!failure) failure = refit_regression(device, fitted, held_out, anew, training, drawn);
    } else {
        failure = refit_weights(fitted, held_out, &arena, training, drawn);
    }
    free(anew);
    arena_free(&arena);
    return failure;
}
