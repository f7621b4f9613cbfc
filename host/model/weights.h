/* Weights of criteria from what people say of them, or from what cells hold; and what order weights of an OWA mean. Plain numbers: no scenario,
 * no device. `weights` are filled with n values that sum to 1 unless said. */
#ifndef LODE_MODEL_WEIGHTS_H
#define LODE_MODEL_WEIGHTS_H

#include <stdbool.h>
#include <stddef.h>

enum { AHP_ITEMS_MAX = 15 /* as far as random indices are published */, OWA_ITEMS_MAX = 32, CELLS_ITEMS_MAX = 64 /* of entropy, CRITIC */ };
/* Saaty: above it comparisons are to be thought over. */
#define AHP_RATIO_MAX 0.10

struct ahp {
    double lambda_max, index, ratio; /* of the matrix; (lambda - n) / (n - 1); index / random index, 0 for two items */
    size_t worst_row, worst_col;     /* the comparison that fits the others least */
    double implied;                  /* what the weights say in its place */
};

/* From most to least important. Rank sum: 2 (n + 1 - i) / (n (n + 1)); centroid (ROC): sum over k >= i of 1 / (k n); reciprocal: 1/i, normed.
 * (Stillwell, Seaver and Edwards 1981; Barron 1992) */
void weights_rank_sum(size_t n, double *weights);
void weights_centroid(size_t n, double *weights);
void weights_reciprocal(size_t n, double *weights);

/* The principal eigenvector of `matrix` (n x n, n from 1 to AHP_ITEMS_MAX; positive, m[j][i] = 1 / m[i][j]), and how consistent it is.
 * Saaty 1977, 1980. */
void weights_ahp(size_t n, const double *matrix, double *weights, struct ahp *found);

/* What the cells that count say of n criteria, gathered row by row: rows are joined in their order, so results do not depend on bands. */
struct moment {
    double mean, square, log_sum; /* of values; of squares, and of v ln v: sums */
    double min, max;
};
struct moments {
    size_t n;
    bool logs; /* log_sum is wanted (entropy alone wants it) */
    double cells;
    struct moment *columns; /* [n] */
    double *products;       /* [n][n]: sums of products of deviations from the means; NULL: not wanted (CRITIC alone wants them) */
};
/* Of `cells` cells from `values[j] + first`, j the criterion; a cell counts where none is NaN. `into` is overwritten. */
void moments_of_cells(const float *const *values, size_t first, size_t cells, struct moments *into);
/* As if `more` had been gathered after `into` (Chan, Golub and LeVeque 1979). */
void moments_join(struct moments *into, const struct moments *more);

/* By how far a criterion's values are from all being alike: d = 1 + sum(p ln p) / ln m over m cells, p = v / sum(v), 0 ln 0 = 0 (Hwang and
 * Yoon 1981). False, and nothing filled: no criterion varies. */
bool weights_entropy(const struct moments *moments, double *weights);
/* Contrast and conflict: sd of the values stretched to 0..1, times the sum of (1 - r) with the others (Diakoulaki et al. 1995). A criterion that
 * does not vary has weight 0 and no part in the others'. False: no criterion varies, or all go perfectly together. */
bool weights_critic(const struct moments *moments, double *weights);

/* Order weights for the largest, second largest ... of n values. `orness`: from 0, the least alone, to 1, the largest alone (Yager 1988). */
double order_orness(size_t n, const double *order);
/* From 0, one value alone, to 1, all alike: 1 - sqrt(n sum((v - 1/n)^2) / (n - 1)) (Jiang and Eastman 2000); 1 for a single value. */
double order_trade_off(size_t n, const double *order);
/* Those of the quantifier p^alpha, alpha from 0 to infinity: (j/n)^alpha - ((j-1)/n)^alpha (Yager 1996). */
void order_from_alpha(size_t n, double alpha, double *order);
/* The alpha whose n order weights have this orness, which is not quite Yager's 1 / orness - 1: that holds for infinitely many values. */
double alpha_from_orness(size_t n, double orness);

#endif
