/* Rows and columns are those of design.h; coefficients are told per unit of the raw value, and of a class against the reference. The constant is
 * corrected to the share of points in the study area's unit cells (King and Zeng 2001). */
#include "analysis/regression_fit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/design.h"
#include "analysis/zeros.h"

static status fit_rows(struct device *device, const struct fitted_model *fitted, const bool *held_out, double prior, struct fitted_regression *out) {
    struct design design = {0};
    status failure = design_make(fitted, held_out, out->mean, out->sd, &design);
    if (!failure) {
        out->ones = design.ones;
        out->zeros = design.zeros;
        out->offset = logistic_offset(out->ones / (out->ones + out->zeros), prior);
        out->fit = (struct logistic){.columns = design.rows.columns, .faulty = design.rows.columns};
        for (size_t k = 0; out->classes && k < design_classes(fitted); k++) out->classes[k] = design.classes[k];
        if (out->ones > 0 && out->zeros > 0) failure = regression_fit(device, &design.rows, &out->fit);
    }
    design_free(&design);
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
    if (regression->ones > 0 && !(regression->zeros > 0) && fitted->model->n_barren)
        return status_fail(
            LODE_BAD_DATA,
            "%s:%d: target '%s': none of the %zu barren places lies where all of the evidence is known, in the grid and the study area, "
            "and beside the cells of known places (%zu are in such a cell): check the layer's place, or leave `barren` out",
            path, line, name, fitted->barren.given, fitted->barren_known);
    if (regression->ones > 0 && !(regression->zeros > 0) && fitted->model->allowed.text)
        return status_fail(LODE_BAD_DATA,
                           "%s:%d: target '%s': %zu cells of the study area meet `where: %s`, and none of them has all of the evidence%s: write a "
                           "wider condition",
                           path, line, name, fitted->zeros.n, fitted->model->allowed.text, fitted->model->apart_m > 0 ? " and lies `apart`" : "");
    if (!(regression->ones > 0 && regression->zeros > 0))
        return status_fail(LODE_BAD_DATA,
                           "%s:%d: target '%s': %g training points and %g drawn cells have all of the evidence, and both are needed: leave out "
                           "the criterion that is missing most, or write a shorter `apart`",
                           path, line, name, regression->ones, regression->zeros);
    if (regression->fit.faulty < regression->fit.columns)
        return status_fail(
            LODE_BAD_DATA, "%s:%d: target '%s': criterion '%s' is the same everywhere, or made up of the ones before it: leave it out", path, line,
            name,
            scenario->criteria[fitted->model->evidence[design_evidence_of(fitted, regression->fit.faulty ? regression->fit.faulty - 1 : 0)].criterion]
                .name);
    return status_fail(LODE_BAD_DATA,
                       "%s:%d: target '%s': the evidence tells the %g training points from the drawn cells without fail, so that coefficients would "
                       "be infinite: leave out "
                       "the criterion that was made from the places themselves, or use fewer criteria",
                       path, line, name, regression->ones);
}

double regression_slope(const struct fitted_model *fitted, size_t column, double *error) {
    const struct fitted_regression *regression = &fitted->regression;
    size_t n = regression->fit.columns, j = column + 1;
    if (error) *error = sqrt(regression->fit.covariance[j * n + j]) / regression->sd[column];
    return regression->fit.beta[j] / regression->sd[column];
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

double regression_term(const struct fitted_model *fitted, const struct fitted_regression *regression, size_t i, float x) {
    double columns[LOGISTIC_COLUMNS_MAX] = {0}, term = 0;
    design_put(fitted, i, x, columns);
    for (size_t j = design_first_column(fitted, i); j < design_first_column(fitted, i + 1); j++) term += regression->fit.beta[j + 1] * columns[j];
    return term;
}

double regression_sd(const struct fitted_model *fitted, double posterior, const float *x) {
    const struct logistic *fit = &fitted->regression.fit;
    double columns[LOGISTIC_COLUMNS_MAX] = {1}, variance = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) design_put(fitted, i, x[i], columns + 1);
    for (size_t j = 0; j < fit->columns; j++) {
        double part = 0;
        for (size_t k = 0; k <= j; k++) part += fit->root[j * fit->columns + k] * columns[k];
        variance += part * part;
    }
    return posterior * (1 - posterior) * sqrt(variance);
}

/* What evidence i adds to each row of the root when its columns hold these values. */
static void write_root(const struct fitted_regression *regression, size_t first, size_t end, const double *columns, float *params) {
    size_t n = regression->fit.columns;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t k = first; k < end && k < j; k++) sum += regression->fit.root[j * n + k + 1] * columns[k];
        params[j] = (float)sum;
    }
}

static void write_line(const struct fitted_model *fitted, const struct term_step *term, size_t i, float *params) {
    size_t column = design_first_column(fitted, i);
    double columns[LOGISTIC_COLUMNS_MAX] = {0};
    params[term->first_param] = (float)fitted->regression.mean[column];
    params[term->first_param + 1] = (float)regression_slope(fitted, column, NULL);
    columns[column] = 1 / fitted->regression.sd[column];
    write_root(&fitted->regression, column, column + 1, columns, params + term->deviation);
}

/* A class's group is its place from 1; 0 is missing. */
static void write_classes(const struct fitted_model *fitted, const struct term_step *term, size_t i, float *params) {
    const struct class_keys *keys = &fitted->evidence[i].keys;
    size_t n = keys->n, first = design_first_column(fitted, i), end = design_first_column(fitted, i + 1);
    float *weights = params + term->first_param + n, *groups = weights + n + 1;
    for (size_t which = 0; which < n; which++) {
        double columns[LOGISTIC_COLUMNS_MAX] = {0};
        params[term->first_param + which] = keys->keys[which];
        weights[which] = (float)regression_term(fitted, &fitted->regression, i, keys->keys[which]);
        groups[which] = (float)(which + 1);
        design_put(fitted, i, keys->keys[which], columns);
        write_root(&fitted->regression, first, end, columns, params + term->deviation + (which + 1) * fitted->regression.fit.columns);
    }
}

status regression_learn(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    const struct model_step *step = &scan->plan->models[target];
    TRY(fit_rows(scan->workers[0].device, fitted, NULL, fitted->prior, &fitted->regression));
    if (!fitted->regression.fit.converged) return unfit(scan, target, fitted);
    const struct logistic *fit = &fitted->regression.fit;
    scan->plan->params[step->first_param] = (float)regression_constant(fitted, true, NULL);
    for (size_t j = 0; j < fit->columns; j++) scan->plan->params[step->deviation + j] = (float)fit->root[j * fit->columns];
    for (size_t i = 0; i < step->n_terms; i++) (step->terms[i].exact ? write_classes : write_line)(fitted, &step->terms[i], i, scan->plan->params);
    return NULL;
}
