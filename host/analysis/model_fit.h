/* A model learnt from a scan's layers: weights of evidence of its classes, or coefficients. */
#ifndef LODE_ANALYSIS_MODEL_FIT_H
#define LODE_ANALYSIS_MODEL_FIT_H

#include "analysis/booster.h"
#include "analysis/conditions.h"
#include "analysis/draw.h"
#include "analysis/survey.h"
#include "analysis/training.h"
#include "geo/scratch.h"
#include "model/logistic.h"

struct fitted_evidence {
    struct class_keys keys;
    size_t n_classes;
    double *km2;              /* [n_classes] of the study area */
    struct woe_count *counts; /* [n_classes] the same in unit cells, with training points */
    struct woe_evidence woe;
    float *training;  /* [training.n] raw values there */
    size_t reference; /* of a regression's classes: the one of most area, which the others are compared with */
};

/* A class among the rows of a regression. */
struct class_rows {
    double ones, zeros;
    bool filled; /* one of them was 0, and a bit of both was added (see analysis/design.h) */
};

/* Coefficients of a logistic regression. */
struct fitted_regression {
    struct logistic fit;        /* of standardised columns, the constant first */
    double *mean, *sd;          /* [fit.columns - 1] of the rows; of a class its share, and 1 */
    struct class_rows *classes; /* one after the other, of all evidence that is classes; NULL: not wanted */
    double ones, zeros;         /* rows with all of the evidence: training points, drawn cells */
    double offset;              /* taken from the constant: the ones are more frequent among the rows than they are in the world */
};

/* Of a random forest or boosted trees. */
struct fitted_trees {
    struct trees trees;
    struct booster_use *use; /* [n_evidence] */
    size_t n_columns;        /* of the rows: a number is one, of classes each that was met is one */
    struct booster_column *columns;
    double ones, zeros; /* rows: training points, drawn cells */
    size_t folds;       /* that log_loss is from; 0: too few points */
    double log_loss;    /* of rows that were held out, ones and zeros counting half each: guessing has ln 2 */
};

struct fitted_model {
    const struct model *model;
    const struct grid *grid; /* the scan's */
    struct arena arena;
    struct training training;
    double study_km2;
    double points;                    /* training points in the study area */
    double prior;                     /* points by area in unit cells */
    struct fitted_evidence *evidence; /* [model->n_evidence] */
    struct draw drawn;                /* cells of the study area that are no training cells, and the evidence there: of a regression the zeros */
    struct draw zeros;                /* of a regression, where the scenario says which (see analysis/zeros.h) */
    struct training barren;           /* where those are given places: these, without those in a training cell */
    size_t barren_known;              /* cells that are both */
    struct fitted_regression regression;
    struct fitted_trees trees;
    /* After the scan: whether evidence is independent given the training points. */
    bool tells_conditions; /* false: there may be more than 2^32 conditions, so these are not told apart */
    struct conditions conditions;
    struct woe_independence independence;
    struct scratch sd; /* standard deviation of the posterior, a float plane of the grid; empty unless the model tells it */
};

/* Before the fused pass is built: cuts evidence in classes and makes room in the plan. */
status model_open(const struct scan *scan, size_t target, struct fitted_model **out) LODE_MUST_CHECK;
void model_free(struct fitted_model *fitted);
/* Learns all models (models[target], NULL where there is none) in one pass over the bands, and writes their numbers into the plan.
 * LODE_BAD_DATA when no training point lies in the study area. */
status models_learn(const struct scan *scan, struct fitted_model **models) LODE_MUST_CHECK;
/* Whether the fused pass leads to a standard deviation in every cell: not of weights of evidence with too many conditions. */
bool model_tells_sd(const struct fitted_model *fitted);
/* For conditions_add_row: standard deviation of the posterior under a condition; `user` is the fitted model. */
float model_condition_sd(void *user, uint32_t condition);
/* Coefficient of a column (see analysis/design.h) per unit of its raw value, and its standard error; the constant where all evidence is at its mean,
 * and at 0. */
double regression_slope(const struct fitted_model *fitted, size_t column, double *error);
double regression_constant(const struct fitted_model *fitted, bool at_mean, double *error);
/* Cells of no training: their evidence, and room for what a model says of them. */
struct model_probe {
    size_t n;
    const float *x; /* [n][evidence] raw values */
    double *posterior;
};
/* The posterior of a model's training cells ([training.n]), of its drawn cells ([drawn.n], a random sample of the study area) and of those of `probe`
 * (NULL: none) when the training cells that are held out had not been known: areas stay, counts change and cuts are chosen anew; a regression is
 * fitted anew on the device. As in the fused pass, missing evidence adds nothing. NaN: the training cell is not in the study area; all NaN when
 * nothing can be learnt from what is left. Reads no layer. */
status model_refit(struct device *device, const struct fitted_model *fitted, const bool *held_out, const struct model_probe *probe, double *training,
                   double *drawn) LODE_MUST_CHECK;
/* From the conditions that the scan met. */
status model_test(struct fitted_model *fitted) LODE_MUST_CHECK;
/* What each piece of evidence adds to the logit where the criteria's raw values are x, both [n_evidence]. With model_start they are the logit. */
void model_terms(const struct fitted_model *fitted, const float *x, double *terms);
/* The logit without evidence: of weights the prior's, of a regression where all is at its mean, of trees that of the rows' mean. */
double model_start(const struct fitted_model *fitted);
/* Standard deviation of the posterior where evidence has these raw values ([n_evidence]), which are of a cell that has a score; NaN
 * of trees, which tell none. */
double model_sd(const struct fitted_model *fitted, const float *x);

#endif
