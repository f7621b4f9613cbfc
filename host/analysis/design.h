/* The rows and columns of a logistic regression. Numbers are one column each, standardised; a class other than the reference is a column of 0 and 1,
 * less its share of the rows, so that all columns are 0 on average and missing evidence may count as that. */
#ifndef LODE_ANALYSIS_DESIGN_H
#define LODE_ANALYSIS_DESIGN_H

#include "analysis/model_fit.h"
#include "compute/regression.h"

/* Zero-initialise. */
struct design {
    struct regression_rows rows;
    float *x, *y, *weight;
    double ones, zeros;         /* training points and drawn cells among the rows */
    struct class_rows *classes; /* [design_classes] */
};

/* Columns without the constant: of all evidence; the first of evidence i; and of a class, NO_INDEX for the reference. The constant is not counted. */
size_t design_columns(const struct fitted_model *fitted);
size_t design_first_column(const struct fitted_model *fitted, size_t i);
int design_class_column(const struct fitted_model *fitted, size_t i, size_t which);
/* Which evidence a column belongs to. */
size_t design_evidence_of(const struct fitted_model *fitted, size_t column);
/* Classes of all evidence, and where those of evidence i begin. */
size_t design_classes(const struct fitted_model *fitted);
size_t design_first_class(const struct fitted_model *fitted, size_t i);
/* A cell's value in each column ([design_columns]), `x` being the raw value of evidence i; missing evidence is 0. */
void design_put(const struct fitted_model *fitted, size_t i, float x, double *columns);

/* The training cells that are not held out ([training.n]; NULL: none is) and the drawn cells, where all of the evidence is known. `mean` and `sd`
 * ([design_columns]) are measured where nothing is held out, else given. A class without known places, or without drawn cells, would have an infinite
 * coefficient: half a place, and drawn cells in proportion, lie in it besides, where all other evidence is at its mean (Clogg and others 1991, JASA
 * 86, 68-78: data are added in the proportion of the whole, which pulls no rare class towards one half). */
status design_make(const struct fitted_model *fitted, const bool *held_out, double *mean, double *sd, struct design *out) LODE_MUST_CHECK;
void design_free(struct design *design);

#endif
