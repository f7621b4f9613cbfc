/* Logistic regression of a scan's evidence: training cells are the ones, drawn cells the zeros. */
#ifndef LODE_ANALYSIS_REGRESSION_FIT_H
#define LODE_ANALYSIS_REGRESSION_FIT_H

#include "analysis/model_fit.h"

/* Fits from the training's and the drawn cells' values, and writes the numbers into the plan. LODE_BAD_DATA when the evidence does not vary, one
 * is made of others, or it tells the places apart without fail. */
status regression_learn(const struct scan *scan, size_t target, struct fitted_model *fitted) LODE_MUST_CHECK;
/* The same without the training cells that are held out ([training.n]), the prior being what is left of it, into `out`, whose mean and sd are given
 * and stay, and whose classes may be NULL; its fit may not have converged. */
status regression_refit(struct device *device, const struct fitted_model *fitted, const bool *held_out, double prior,
                        struct fitted_regression *out) LODE_MUST_CHECK;
/* What evidence i adds to the logit of a fit where its raw value is x; 0 when it is missing: then it is taken to be at its mean over the rows. */
double regression_term(const struct fitted_model *fitted, const struct fitted_regression *regression, size_t i, float x);
/* Standard deviation of a posterior at raw values x ([evidence]) by the delta method: p (1 - p) sqrt(z' C z), C being the covariance of the
 * coefficients and z the columns' values with 1 for the constant (Hosmer, Lemeshow and Sturdivant 2013, 1.4). */
double regression_sd(const struct fitted_model *fitted, double posterior, const float *x);

#endif
