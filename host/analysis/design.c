/* Rows are gathered raw, in columns as long as there may be rows; what is left free is closed up at the end. */
#include "analysis/design.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/negative.h"
#include "analysis/zeros.h"

static const double HALF_A_PLACE = 0.5;

static bool is_classes(const struct fitted_model *fitted, size_t i) {
    return fitted->evidence[i].keys.exact;
}

static size_t columns_of(const struct fitted_model *fitted, size_t i) {
    return is_classes(fitted, i) ? fitted->evidence[i].keys.n - 1 : 1;
}

size_t design_first_column(const struct fitted_model *fitted, size_t i) {
    size_t column = 0;
    for (size_t k = 0; k < i; k++) column += columns_of(fitted, k);
    return column;
}

size_t design_columns(const struct fitted_model *fitted) {
    return design_first_column(fitted, fitted->model->n_evidence);
}

int design_class_column(const struct fitted_model *fitted, size_t i, size_t which) {
    size_t reference = fitted->evidence[i].reference;
    return which == reference ? NO_INDEX : (int)(design_first_column(fitted, i) + which - (which > reference));
}

size_t design_evidence_of(const struct fitted_model *fitted, size_t column) {
    size_t i = 0;
    for (size_t end = columns_of(fitted, 0); end <= column && i + 1 < fitted->model->n_evidence; end += columns_of(fitted, i)) i++;
    return i;
}

size_t design_first_class(const struct fitted_model *fitted, size_t i) {
    size_t class = 0;
    for (size_t k = 0; k < i; k++) class += is_classes(fitted, k) ? fitted->evidence[k].keys.n : 0;
    return class;
}

size_t design_classes(const struct fitted_model *fitted) {
    return design_first_class(fitted, fitted->model->n_evidence);
}

void design_put(const struct fitted_model *fitted, size_t i, float x, double *columns) {
    const struct fitted_regression *regression = &fitted->regression;
    size_t first = design_first_column(fitted, i);
    if (!is_classes(fitted, i)) {
        double standard = ((double)x - regression->mean[first]) / regression->sd[first];
        columns[first] = isfinite(standard) ? standard : 0;
        return;
    }
    int class = class_of(&fitted->evidence[i].keys, x);
    int own = class == NO_INDEX ? NO_INDEX : design_class_column(fitted, i, (size_t) class);
    for (size_t j = first; j < first + columns_of(fitted, i); j++)
        columns[j] = class == NO_INDEX ? 0 : (((int)j == own) - regression->mean[j]) / regression->sd[j];
}

/* What is made of the cells, and how long a column may become. */
struct making {
    const struct fitted_model *fitted;
    const bool *held_out;
    double *mean, *sd;
    size_t columns, most, rows;
    size_t first[MODEL_EVIDENCE_MAX + 1], first_class[MODEL_EVIDENCE_MAX + 1]; /* column and class of each evidence */
    struct design *out;
};

static bool is_known(const struct fitted_model *fitted, size_t i, float x) {
    return is_classes(fitted, i) ? class_of(&fitted->evidence[i].keys, x) != NO_INDEX : isfinite(x) != 0;
}

static bool training_row(const struct making *making, size_t cell, float *x) {
    const struct fitted_model *fitted = making->fitted;
    if (!fitted->training.cells[cell].studied || (making->held_out && making->held_out[cell])) return false;
    for (size_t i = 0; i < fitted->model->n_evidence; i++)
        if (!is_known(fitted, i, x[i] = fitted->evidence[i].training[cell])) return false;
    return true;
}

/* What is held out is unknown: ground around it is as good for a negative as any other. */
static bool drawn_row(const struct making *making, size_t cell, float *x) {
    const struct fitted_model *fitted = making->fitted;
    const struct draw *zeros = zeros_of(fitted);
    const float *drawn = draw_evidence(zeros, cell);
    for (size_t i = 0; i < fitted->model->n_evidence; i++)
        if (!is_known(fitted, i, x[i] = drawn[i])) return false;
    return negative_is_apart(fitted->grid, zeros->cells[cell].cell, &fitted->training, making->held_out, fitted->model->apart_m);
}

static void add_row(struct making *making, const float *x, bool one, double weight) {
    const struct fitted_model *fitted = making->fitted;
    struct design *out = making->out;
    size_t row = making->rows++;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        if (!is_classes(fitted, i)) {
            out->x[making->first[i] * making->most + row] = x[i];
            continue;
        }
        size_t class = (size_t)class_of(&fitted->evidence[i].keys, x[i]), reference = fitted->evidence[i].reference;
        struct class_rows *rows = &out->classes[making->first_class[i] + class];
        if (class != reference) out->x[(making->first[i] + class - (class > reference)) * making->most + row] = 1;
        *(one ? &rows->ones : &rows->zeros) += weight;
    }
    out->y[row] = one;
    out->weight[row] = (float)weight;
    *(one ? &out->ones : &out->zeros) += weight;
}

static void gather(struct making *making) {
    const struct fitted_model *fitted = making->fitted;
    float x[MODEL_EVIDENCE_MAX];
    for (size_t k = 0; k < fitted->training.n; k++)
        if (training_row(making, k, x)) add_row(making, x, true, fitted->training.cells[k].points);
    for (size_t k = 0; k < zeros_of(fitted)->n; k++)
        if (drawn_row(making, k, x)) add_row(making, x, false, 1);
}

/* Of a class its share of the rows, and no scale: a coefficient is then told as it is. */
static void measure(const struct making *making, size_t j, bool classes) {
    const float *x = making->out->x + j * making->most;
    double sum = 0, squares = 0, rows = (double)making->rows;
    for (size_t r = 0; r < making->rows; r++) sum += (double)x[r];
    making->mean[j] = making->rows ? (double)(float)(sum / rows) : 0; /* any centre will do, if the fused pass can have the very same */
    for (size_t r = 0; r < making->rows; r++) squares += pow((double)x[r] - making->mean[j], 2);
    making->sd[j] = classes ? 1 : making->rows ? sqrt(squares / rows) : 0;
}

static void standardise(const struct making *making) {
    for (size_t j = 0; j < making->columns; j++)
        for (size_t r = 0; r < making->rows; r++) {
            float *x = &making->out->x[j * making->most + r];
            *x = making->sd[j] > 0 ? (float)(((double)*x - making->mean[j]) / making->sd[j]) : 0;
        }
}

/* A row of columns that are already standardised: those of evidence i say that its class is `which`, all others are at their mean, 0. */
static void add_besides(struct making *making, size_t i, size_t which, bool one, double weight) {
    size_t row = making->rows++, first = design_first_column(making->fitted, i);
    int own = design_class_column(making->fitted, i, which);
    for (size_t j = 0; j < making->columns; j++) making->out->x[j * making->most + row] = 0;
    for (size_t j = first; j < first + columns_of(making->fitted, i); j++)
        making->out->x[j * making->most + row] = (float)(((int)j == own) - making->mean[j]);
    making->out->y[row] = one;
    making->out->weight[row] = (float)weight;
}

static void fill_classes(struct making *making) {
    struct design *out = making->out;
    if (!(out->ones > 0 && out->zeros > 0)) return;
    for (size_t i = 0; i < making->fitted->model->n_evidence; i++)
        for (size_t which = 0; is_classes(making->fitted, i) && which < making->fitted->evidence[i].keys.n; which++) {
            struct class_rows *rows = &out->classes[making->first_class[i] + which];
            rows->filled = !(rows->ones > 0 && rows->zeros > 0);
            if (!rows->filled) continue;
            add_besides(making, i, which, true, HALF_A_PLACE);
            add_besides(making, i, which, false, HALF_A_PLACE * out->zeros / out->ones);
        }
}

static void close_up(const struct making *making) {
    for (size_t j = 1; j < making->columns; j++)
        for (size_t r = 0; r < making->rows; r++) making->out->x[j * making->rows + r] = making->out->x[j * making->most + r];
}

status design_make(const struct fitted_model *fitted, const bool *held_out, double *mean, double *sd, struct design *out) {
    struct making making = {.fitted = fitted, .held_out = held_out, .mean = mean, .sd = sd, .columns = design_columns(fitted), .out = out};
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        making.first[i] = design_first_column(fitted, i);
        making.first_class[i] = design_first_class(fitted, i);
    }
    making.most = fitted->training.n + zeros_of(fitted)->n + 2 * design_classes(fitted);
    TRY(MEMORY_ARRAY(making.most * making.columns + 1, &out->x));
    TRY(MEMORY_ARRAY(making.most + 1, &out->y));
    TRY(MEMORY_ARRAY(making.most + 1, &out->weight));
    TRY(MEMORY_ARRAY(design_classes(fitted) + 1, &out->classes));
    gather(&making);
    for (size_t j = 0; j < making.columns && !held_out; j++) measure(&making, j, is_classes(fitted, design_evidence_of(fitted, j)));
    standardise(&making);
    fill_classes(&making);
    close_up(&making);
    out->rows = (struct regression_rows){making.rows, making.columns + 1, out->x, out->y, out->weight, false};
    return NULL;
}

void design_free(struct design *design) {
    free(design->x);
    free(design->y);
    free(design->weight);
    free(design->classes);
}
