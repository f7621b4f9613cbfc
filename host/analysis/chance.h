/* Chance alone: exact tails for few occurrences, quantiles for intervals, and draws that a seed repeats. */
#ifndef LODE_ANALYSIS_CHANCE_H
#define LODE_ANALYSIS_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* P(X >= hits) of a binomial X of n tries with chance p; a sum of positive terms. */
double chance_binomial_tail(size_t hits, size_t n, double p);
/* P(U1 + ... + Un <= sum) of independent uniforms on 0..1 (Irwin-Hall), by the recursion of B-splines, F_n(x) =
 * (x F_n-1(x) + (n - x) F_n-1(x - 1)) / n: positive terms alone, so that it is exact for any n. NaN when memory is out. */
double chance_uniform_sum(double sum, size_t n);
/* Student's t: the value that |t| stays below with chance `within`. NaN for 0 degrees of freedom. */
double chance_student(double within, size_t freedom);

/* SplitMix64 (Steele, Lea & Flood 2014). */
uint64_t chance_draw(uint64_t *state);
/* Uniform in 0..n-1, without the bias of a remainder. */
size_t chance_draw_below(uint64_t *state, size_t n);

#endif
