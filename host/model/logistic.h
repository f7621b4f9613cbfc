/* Logistic regression by Newton's method from sums that someone else makes (of many rows, on a device): b <- b + (X'WX)^-1 X'(y - p),
 * W = diag(p (1 - p)). Hosmer, Lemeshow and Sturdivant 2013. Column 0 is the constant. Pure maths. */
#ifndef LODE_MODEL_LOGISTIC_H
#define LODE_MODEL_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum { LOGISTIC_COLUMNS_MAX = 64, LOGISTIC_ROUNDS_MAX = 50 };

/* Over all rows, at some coefficients. */
struct logistic_sums {
    double information[LOGISTIC_COLUMNS_MAX * LOGISTIC_COLUMNS_MAX]; /* X'WX, [columns][columns], the part up to the diagonal */
    double score[LOGISTIC_COLUMNS_MAX];                              /* X'(y - p) */
    double likelihood;                                               /* its logarithm */
};
typedef status (*logistic_sum)(void *user, const double *beta, struct logistic_sums *sums);

struct logistic {
    size_t columns;
    double beta[LOGISTIC_COLUMNS_MAX];
    double covariance[LOGISTIC_COLUMNS_MAX * LOGISTIC_COLUMNS_MAX]; /* the inverse of X'WX at beta, [columns][columns], whole */
    double root[LOGISTIC_COLUMNS_MAX * LOGISTIC_COLUMNS_MAX];       /* R, [columns][columns], the part up to the diagonal: the covariance is R'R */
    double likelihood;
    int rounds;
    bool converged; /* false: no finite answer, as where a column tells the ones from the zeros without fail */
    size_t faulty;  /* the first column that the ones before it make up, when there is one; else `columns` */
};

/* `columns` in *out is given. Columns should be of about unit spread: it has converged when no coefficient moves by `least` or more. */
status logistic_fit(logistic_sum sum, void *user, double least, struct logistic *out) LODE_MUST_CHECK;

/* What to take from the constant when the ones are a share `sampled` of the rows and a share `true_share` of the world: prior correction,
 * King and Zeng 2001, eq. 7. */
double logistic_offset(double sampled, double true_share);

#endif
