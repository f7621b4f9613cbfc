/* What is told of many draws: quantiles and shares of sorted values. */
#include <math.h>

#include "model/permit.h"

double sorted_quantile(const float *sorted, size_t count, double share) {
    if (!count) return NAN;
    double place = share * (double)(count - 1);
    size_t below = (size_t)place, above = below + 1 < count ? below + 1 : below;
    return (double)sorted[below] + (place - (double)below) * ((double)sorted[above] - (double)sorted[below]);
}

double sorted_share(const float *sorted, size_t count, double limit) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((double)sorted[middle] <= limit)
            low = middle + 1;
        else
            high = middle;
    }
    return count ? (double)low / (double)count : NAN;
}
