/* Models without some of their training cells. What was counted in the study area stays; only the training cells' own values are asked again. */
#include <math.h>
#include <stdlib.h>

#include "analysis/forest_fit.h"
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

/* A model that lacks some of its training cells, and where what it says goes. */
struct refit {
    const struct fitted_model *fitted;
    const bool *held_out;
    struct model_probe probe;
    double *training, *drawn;
};

/* What evidence i adds to the logit where its raw value is x. */
typedef double (*term_fn)(const void *anew, size_t i, float x);

/* Logits without evidence; NaN where there is no posterior. */
static void begin(const struct refit *refit, double logit) {
    for (size_t k = 0; k < refit->fitted->training.n; k++) refit->training[k] = refit->fitted->training.cells[k].studied ? logit : NAN;
    for (size_t k = 0; k < refit->fitted->drawn.n; k++) refit->drawn[k] = logit;
    for (size_t k = 0; k < refit->probe.n; k++) refit->probe.posterior[k] = logit;
}

static void add_term(const struct refit *refit, size_t i, term_fn term, const void *anew) {
    size_t n = refit->fitted->model->n_evidence;
    for (size_t k = 0; k < refit->fitted->training.n; k++) refit->training[k] += term(anew, i, refit->fitted->evidence[i].training[k]);
    for (size_t k = 0; k < refit->fitted->drawn.n; k++) refit->drawn[k] += term(anew, i, draw_evidence(&refit->fitted->drawn, k)[i]);
    for (size_t k = 0; k < refit->probe.n; k++) refit->probe.posterior[k] += term(anew, i, refit->probe.x[k * n + i]);
}

static void finish(const struct refit *refit) {
    for (size_t k = 0; k < refit->fitted->training.n; k++) refit->training[k] = woe_logistic(refit->training[k]);
    for (size_t k = 0; k < refit->fitted->drawn.n; k++) refit->drawn[k] = woe_logistic(refit->drawn[k]);
    for (size_t k = 0; k < refit->probe.n; k++) refit->probe.posterior[k] = woe_logistic(refit->probe.posterior[k]);
}

struct reweighed {
    const struct fitted_evidence *evidence;
    struct woe_evidence woe;
};

static double class_term(const void *anew, size_t i, float x) {
    const struct reweighed *reweighed = anew;
    (void)i;
    return weight_at(reweighed->evidence, &reweighed->woe, x);
}

static status refit_weights(const struct refit *refit, struct arena *arena) {
    const struct fitted_model *fitted = refit->fitted;
    double points = points_left(fitted, refit->held_out);
    begin(refit, points > 0 ? woe_logit(points * fitted->model->unit_km2 / fitted->study_km2) : NAN);
    for (size_t i = 0; i < fitted->model->n_evidence && points > 0; i++) {
        struct reweighed reweighed = {.evidence = &fitted->evidence[i]};
        TRY(reweigh(fitted, refit->held_out, i, arena, &reweighed.woe));
        add_term(refit, i, class_term, &reweighed);
    }
    finish(refit);
    return NULL;
}

struct anew {
    const struct fitted_model *fitted;
    struct fitted_regression regression;
};

static double column_term(const void *user, size_t i, float x) {
    const struct anew *anew = user;
    return regression_term(anew->fitted, &anew->regression, i, x);
}

static status refit_regression(struct device *device, const struct refit *refit, struct anew *user) {
    const struct fitted_model *fitted = refit->fitted;
    double prior = points_left(fitted, refit->held_out) * fitted->model->unit_km2 / fitted->study_km2;
    struct fitted_regression *anew = &user->regression;
    user->fitted = fitted;
    anew->mean = fitted->regression.mean;
    anew->sd = fitted->regression.sd;
    TRY(regression_refit(device, fitted, refit->held_out, prior, anew));
    begin(refit, anew->fit.converged ? anew->fit.beta[0] - anew->offset : NAN);
    for (size_t i = 0; anew->fit.converged && i < fitted->model->n_evidence; i++) add_term(refit, i, column_term, user);
    finish(refit);
    return NULL;
}

/* A cell's evidence, which the training has by columns. */
static double probability_at(const struct refit *refit, const struct trees *trees, size_t k, bool drawn, double prior) {
    const struct fitted_model *fitted = refit->fitted;
    float x[MODEL_EVIDENCE_MAX];
    for (size_t i = 0; i < fitted->model->n_evidence; i++) x[i] = drawn ? draw_evidence(&fitted->drawn, k)[i] : fitted->evidence[i].training[k];
    return forest_probability(fitted->model->kind, (double)trees_sum(trees, x), prior);
}

static status refit_trees(const struct refit *refit) {
    const struct fitted_model *fitted = refit->fitted;
    double prior = points_left(fitted, refit->held_out) * fitted->model->unit_km2 / fitted->study_km2;
    struct trees trees;
    status failure = forest_refit(fitted, refit->held_out, &trees);
    if (!trees.n) prior = NAN;
    for (size_t k = 0; !failure && k < fitted->training.n; k++)
        refit->training[k] = fitted->training.cells[k].studied ? probability_at(refit, &trees, k, false, prior) : NAN;
    for (size_t k = 0; !failure && k < fitted->drawn.n; k++) refit->drawn[k] = probability_at(refit, &trees, k, true, prior);
    for (size_t k = 0; !failure && k < refit->probe.n; k++)
        refit->probe.posterior[k] =
            forest_probability(fitted->model->kind, (double)trees_sum(&trees, refit->probe.x + k * fitted->model->n_evidence), prior);
    trees_free(&trees);
    return failure;
}

status model_refit(struct device *device, const struct fitted_model *fitted, const bool *held_out, const struct model_probe *probe, double *training,
                   double *drawn) {
    struct refit refit = {.fitted = fitted, .held_out = held_out, .training = training, .drawn = drawn};
    struct arena arena = {0};
    struct anew *anew = NULL;
    status failure;
    if (probe) refit.probe = *probe;
    if (model_table[fitted->model->kind].trees) {
        failure = refit_trees(&refit);
    } else if (fitted->model->kind == MODEL_LOGISTIC_REGRESSION) {
        failure = MEMORY_ARRAY(1, &anew);
        if (!failure) failure = refit_regression(device, &refit, anew);
    } else {
        failure = refit_weights(&refit, &arena);
    }
    free(anew);
    arena_free(&arena);
    return failure;
}
