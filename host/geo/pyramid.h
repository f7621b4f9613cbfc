/* Statistics of a plane and its half-size copies, made in the same pass over its rows. */
#ifndef LODE_GEO_PYRAMID_H
#define LODE_GEO_PYRAMID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "geo/scratch.h"

/* Of the finite cells. All but `cells` mean nothing where there are none. */
struct plane_facts {
    int64_t cells;
    double least, most, mean, sd; /* sd of the whole population, as GDAL's */
};

/* The nearest float of 16 significant bits (off by at most 1.5e-5 of itself), to even; NaN stays. Bits that say nothing do not compress. */
static inline float pyramid_rounded(float value) {
    union {
        float number;
        uint32_t bits;
    } as = {value};
    as.bits = (as.bits + 0x7f + (as.bits >> 8 & 1)) & ~UINT32_C(0xff);
    return value == value ? as.number : value;
}

/* `values` has width * height cells, row by row; `half` room for ceil(width / 2) * ceil(height / 2), or NULL when only facts are wanted.
 * A cell of `half` is the mean of those of its (up to) four cells that are no NaN; NaN where all are. With `rounded` the mean is pyramid_rounded.
 * `facts` may be NULL. The result does not depend on `threads`.
 * `plane` (may be NULL) holds the values from its first byte on; its pages, and those of `half`, are let go as they are done with. */
status pyramid_halve_floats(const float *values, const struct scratch *plane, int64_t width, int64_t height, int threads, bool rounded,
                            struct scratch *half, struct plane_facts *facts) LODE_MUST_CHECK;

/* The same for classes of `cell_bytes` each, which have no mean: a cell of `half` is the upper left one of its four. */
void pyramid_halve_classes(const void *values, size_t cell_bytes, const struct scratch *plane, int64_t width, int64_t height, int threads,
                           struct scratch *half);

#endif
