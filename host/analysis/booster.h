/* Decision trees grown by XGBoost (Chen and Guestrin 2016): the one file that knows the library. */
#ifndef LODE_ANALYSIS_BOOSTER_H
#define LODE_ANALYSIS_BOOSTER_H

#include "model/trees.h"

/* What a column of the rows is: the value of evidence, or whether it is that class. */
struct booster_column {
    size_t evidence;
    bool class;
    float code;
};

/* Host memory, the caller's. NaN in x is missing; nothing is infinite. */
struct booster_rows {
    size_t rows, columns;
    const struct booster_column *column;
    const float *x;      /* [rows][columns] */
    const float *y;      /* [rows] 1 or 0 */
    const float *weight; /* [rows] */
};

/* A forest: all trees at once, by least squares, each node choosing from a random part of the columns; the sum is what to add to a half for
 * the mean share of ones (shares of leaves are drawn to a half as by one more row). Else one tree after another by the logistic loss, from
 * the logit of `share`; the sum is what to add to that. */
struct booster_wish {
    bool forest;
    size_t trees, depth, seed;
    double sample, learning_rate, share;
};

/* By evidence. */
struct booster_use {
    double gain; /* of the loss, by all questions about it */
    size_t questions;
};

/* Grows trees with one thread, so that the same rows and wish give the same bytes with the same library; `use` [evidence] is added to, unless NULL.
 * On failure, too, trees_free() what is in `out`, which is overwritten. */
status booster_grow(const struct booster_rows *rows, const struct booster_wish *wish, struct booster_use *use, struct trees *out) LODE_MUST_CHECK;
/* "XGBoost 1.7.4": `size` bytes at most. */
void booster_library(char *out, size_t size);

#endif
