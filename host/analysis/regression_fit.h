/* Logistic regression of a scan's evidence: training cells are the ones, drawn cells the zeros. */
#ifndef LODE_ANALYSIS_REGRESSION_FIT_H
#define LODE_ANALYSIS_REGRESSION_FIT_H

#include "analysis/model_fit.h"

/* Fits from the training's and the drawn cells' values, and writes the numbers into the plan. LODE_BAD_DATA when the evidence does not vary, one
 * is made of others, or it tells the places apart without fail. */
status regression_learn(const struct scan *scan, size_t target, struct fitted_model *fitted) LODE_MUST_CHECK;
/* The same without the training cells that are held out ([training.n]), the prior being what is left of it, into `out`, whose mean and sd are given
 * and stay; its fit may not have converged. */
status regression_refit(struct device *device, const struct fitted_model *fitted, const bool *held_out, double prior,
                        struct fitted_regression *out) LODE_MUST_CHECK;

#endif
