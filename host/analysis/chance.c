/* Tails and draws. Student's distribution for whole degrees of freedom in closed form: Abramowitz & Stegun 1964, 26.7.3 and 26.7.4. */
#include "analysis/chance.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

double chance_binomial_tail(size_t hits, size_t n, double p) {
    if (hits == 0) return 1;
    if (hits > n || !(p > 0)) return 0;
    if (p >= 1) return 1;
    double sum = 0;
    for (size_t k = n; k >= hits; k--) {
        double ways = lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
        sum += exp(ways + (double)k * log(p) + (double)(n - k) * log1p(-p));
    }
    return fmin(sum, 1);
}

double chance_uniform_sum(double sum, size_t n) {
    double *below = NULL; /* of j: the distribution of the first i uniforms at sum - j */
    if (sum <= 0) return n == 0 ? 1 : 0;
    if (sum >= (double)n) return 1;
    status failure = MEMORY_ARRAY(n + 1, &below);
    lode_error_free(failure);
    if (failure) return NAN;
    for (size_t j = 0; j <= n; j++) below[j] = sum - (double)j >= 0;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 0; j + i <= n; j++) {
            double x = sum - (double)j;
            below[j] = x <= 0 ? 0 : x >= (double)i ? 1 : (x * below[j] + ((double)i - x) * below[j + 1]) / (double)i;
        }
    double result = below[0];
    free(below);
    return result;
}

static double student_within(double t, size_t freedom) {
    const double pi = acos(-1.0);
    double angle = atan(t / sqrt((double)freedom)), cosine = cos(angle), term = 1, sum = 0;
    bool odd = freedom % 2;
    if (odd && freedom == 1) return 2 * angle / pi;
    if (odd) term = cosine;
    for (size_t k = odd ? 3 : 2; k <= freedom; k += 2) {
        sum += term;
        term *= cosine * cosine * (double)(k - 1) / (double)k;
    }
    return odd ? 2 / pi * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double chance_student(double within, size_t freedom) {
    double low = 0, high = 1;
    if (!freedom) return NAN;
    while (student_within(high, freedom) < within && high < 1e12) high *= 2;
    for (int i = 0; i < 200 && low < high; i++) {
        double middle = low + (high - low) / 2;
        if (middle == low || middle == high) break;
        if (student_within(middle, freedom) < within)
            low = middle;
        else
            high = middle;
    }
    return high;
}

uint64_t chance_draw(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

size_t chance_draw_below(uint64_t *state, size_t n) {
    uint64_t limit = UINT64_MAX - UINT64_MAX % n, drawn;
    do drawn = chance_draw(state);
    while (drawn >= limit);
    return (size_t)(drawn % n);
}
