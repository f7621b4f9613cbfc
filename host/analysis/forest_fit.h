/* Decision trees over a scan's evidence, a random forest or boosted: training cells are the ones, drawn cells the zeros. */
#ifndef LODE_ANALYSIS_FOREST_FIT_H
#define LODE_ANALYSIS_FOREST_FIT_H

#include "analysis/model_fit.h"

/* Grows trees from the training's and the drawn cells' values, and puts them into the plan. LODE_BAD_DATA when there are no ones or no zeros, or a
 * criterion has too many classes. */
status forest_learn(const struct scan *scan, size_t target, struct fitted_model *fitted) LODE_MUST_CHECK;
/* The same without the training cells that are held out ([training.n]); trees_free() `out`. Without ones or zeros it has no trees. */
status forest_refit(const struct fitted_model *fitted, const bool *held_out, struct trees *out) LODE_MUST_CHECK;
/* The probability that a sum of trees says, where a share `prior` of the ground holds a deposit. */
double forest_probability(enum model_kind kind, double sum, double prior);
/* As model_terms and model_start say. */
void forest_terms(const struct fitted_model *fitted, const float *x, double *terms);
double forest_start(const struct fitted_model *fitted);

#endif
