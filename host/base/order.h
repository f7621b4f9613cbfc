/* Orders for qsort. */
#ifndef LODE_BASE_ORDER_H
#define LODE_BASE_ORDER_H

/* Doubles, rising; none of them NaN. */
static inline int order_doubles(const void *a, const void *b) {
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

#endif
