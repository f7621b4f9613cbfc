/* Rows are cells with all of the evidence, as finite numbers. Columns are standardised, so that Newton's steps are well scaled; coefficients are told
 * per unit of the raw value. The constant is corrected to the share of points in the study area's unit cells (King and Zeng 2001). */
#include "analysis/regression_fit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/negative.h"
#include "compute/regression.h"

struct matrix {
    struct regression_rows rows;
    float *x, *y, *weight;
};

static void matrix_free(struct matrix *matrix) {
    free(matrix->x);
    free(matrix->y);
    free(matrix->weight);
}

static bool training_row(const struct fitted_model *fitted, size_t cell, const bool *held_out, float *x) {
    if (!fitted->training.cells[cell].studied || (held_out && held_out[cell])) return false;
    bool whole = true;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) whole &= isfinite(x[i] = fitted->evidence[i].training[cell]) != 0;
    return whole;
}

/* What is held out is unknown: ground around it is as good for a negative as any other. */
static bool drawn_row(const struct fitted_model *fitted, size_t cell, const bool *held_out, float *x) {
    bool whole = negative_is_apart(fitted->grid, fitted->drawn.cells[cell].cell, &fitted->training, held_out, fitted->model->apart_m);
    for (size_t i = 0; i < fitted->model->n_evidence; i++) whole &= isfinite(x[i] = fitted->drawn.cells[cell].x[i]) != 0;
    return whole;
}

/* Raw values; rows that are not whole leave none. */
static status gather(const struct fitted_model *fitted, const bool *held_out, struct matrix *matrix, struct fitted_regression *out) {
    size_t most = fitted->training.n + fitted->drawn.n, n = fitted->model->n_evidence, rows = 0;
    float x[MODEL_EVIDENCE_MAX];
    TRY(MEMORY_ARRAY(most * n + 1, &matrix->x));
    TRY(MEMORY_ARRAY(most + 1, &matrix->y));
    TRY(MEMORY_ARRAY(most + 1, &matrix->weight));
    out->ones = out->zeros = 0;
    for (size_t k = 0; k < most; k++) {
        bool one = k < fitted->training.n;
        if (!(one ? training_row(fitted, k, held_out, x) : drawn_row(fitted, k - fitted->training.n, held_out, x))) continue;
        for (size_t i = 0; i < n; i++) matrix->x[i * most + rows] = x[i];
        matrix->y[rows] = one;
        matrix->weight[rows] = one ? (float)fitted->training.cells[k].points : 1;
        out->ones += one ? fitted->training.cells[k].points : 0;
        out->zeros += !one;
        rows++;
    }
    for (size_t i = 1; i < n; i++)
        for (size_t r = 0; r < rows; r++) matrix->x[i * rows + r] = matrix->x[i * most + r];
    matrix->rows = (struct regression_rows){rows, n + 1, matrix->x, matrix->y, matrix->weight, false};
    return NULL;
}

static void measure(const struct matrix *matrix, struct fitted_regression *out) {
    size_t rows = matrix->rows.rows;
    for (size_t i = 0; i + 1 < matrix->rows.columns; i++) {
        double sum = 0, squares = 0;
        for (size_t r = 0; r < rows; r++) sum += (double)matrix->x[i * rows + r];
        out->mean[i] = rows ? (double)(float)(sum / (double)rows) : 0; /* any centre will do, if the fused pass can have the very same */
        for (size_t r = 0; r < rows; r++) squares += pow((double)matrix->x[i * rows + r] - out->mean[i], 2);
        out->sd[i] = rows ? sqrt(squares / (double)rows) : 0;
    }
}

static void standardise(struct matrix *matrix, const struct fitted_regression *out) {
    size_t rows = matrix->rows.rows;
    for (size_t i = 0; i + 1 < matrix->rows.columns; i++)
        for (size_t r = 0; r < rows; r++) {
            float *x = &matrix->x[i * rows + r];
            *x = out->sd[i] > 0 ? (float)(((double)*x - out->mean[i]) / out->sd[i]) : 0;
        }
}

static status fit_rows(struct device *device, const struct fitted_model *fitted, const bool *held_out, double prior, struct fitted_regression *out) {
    struct matrix matrix = {0};
    status failure = gather(fitted, held_out, &matrix, out);
    if (!failure && !held_out) measure(&matrix, out);
    if (!failure) {
        standardise(&matrix, out);
        out->offset = logistic_offset(out->ones / (out->ones + out->zeros), prior);
        out->fit = (struct logistic){.columns = matrix.rows.columns, .faulty = matrix.rows.columns};
        if (out->ones > 0 && out->zeros > 0) failure = regression_fit(device, &matrix.rows, &out->fit);
    }
    matrix_free(&matrix);
    return failure;
}

status regression_refit(struct device *device, const struct fitted_model *fitted, const bool *held_out, double prior, struct fitted_regression *out) {
    return fit_rows(device, fitted, held_out, prior, out);
}

static status unfit(const struct scan *scan, size_t target, const struct fitted_model *fitted) {
    const struct scenario *scenario = scan->scenario;
    const struct fitted_regression *regression = &fitted->regression;
    const char *path = scenario->path, *name = scenario->targets[target].name;
    int line = fitted->model->at.line;
    if (!(regression->ones > 0 && regression->zeros > 0))
        return status_fail(LODE_BAD_DATA,
                           "%s:%d: target '%s': %g training points and %g drawn cells have all of the evidence, and both are needed: leave out "
                           "the criterion that is missing most, or write a shorter `apart`",
                           path, line, name, regression->ones, regression->zeros);
    if (regression->fit.faulty < regression->fit.columns)
        return status_fail(LODE_BAD_DATA, "%s:%d: target '%s': criterion '%s' is the same everywhere, or made up of the ones before it: leave it out",
                           path, line, name,
                           scenario->criteria[fitted->model->evidence[regression->fit.faulty ? regression->fit.faulty - 1 : 0].criterion].name);
    return status_fail(LODE_BAD_DATA,
                       "%s:%d: target '%s': the evidence tells the %g training points from the drawn cells without fail, so that coefficients would "
                       "be infinite: leave out "
                       "the criterion that was made from the places themselves, or use fewer criteria",
                       path, line, name, regression->ones);
}

double regression_slope(const struct fitted_model *fitted, size_t i, double *error) {
    const struct fitted_regression *regression = &fitted->regression;
    size_t n = regression->fit.columns, j = i + 1;
    if (error) *error = sqrt(regression->fit.covariance[j * n + j]) / regression->sd[i];
    return regression->fit.beta[j] / regression->sd[i];
}

/* At 0 the constant is b0 - sum(b mean / sd), a linear form of the coefficients, and so is its variance a quadratic one of their covariance. */
double regression_constant(const struct fitted_model *fitted, bool at_mean, double *error) {
    const struct fitted_regression *regression = &fitted->regression;
    size_t n = regression->fit.columns;
    double form[LOGISTIC_COLUMNS_MAX] = {1}, constant = -regression->offset, variance = 0;
    for (size_t j = 1; !at_mean && j < n; j++) form[j] = -regression->mean[j - 1] / regression->sd[j - 1];
    for (size_t j = 0; j < n; j++) constant += form[j] * regression->fit.beta[j];
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++) variance += form[j] * form[k] * regression->fit.covariance[j * n + k];
    if (error) *error = sqrt(variance);
    return constant;
}

status regression_learn(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    const struct model_step *step = &scan->plan->models[target];
    TRY(fit_rows(scan->workers[0].device, fitted, NULL, fitted->prior, &fitted->regression));
    if (!fitted->regression.fit.converged) return unfit(scan, target, fitted);
    scan->plan->params[step->first_param] = (float)regression_constant(fitted, true, NULL);
    for (size_t i = 0; i < step->n_terms; i++) {
        scan->plan->params[step->terms[i].first_param] = (float)fitted->regression.mean[i];
        scan->plan->params[step->terms[i].first_param + 1] = (float)regression_slope(fitted, i, NULL);
    }
    return NULL;
}
