/* Concentration-area: break points of the area above a threshold, in double logarithms. */
#ifndef LODE_ANALYSIS_BREAKS_H
#define LODE_ANALYSIS_BREAKS_H

#include "base/status.h"

enum { BREAKS_MAX = 3, BREAK_POINTS_MAX = 256, BREAK_PIECE_MIN = 6 };

struct breaks {
    size_t n;                     /* breaks; pieces are one more */
    double at[BREAKS_MAX];        /* thresholds, ascending */
    double slope[BREAKS_MAX + 1]; /* of each piece: d ln area / d ln threshold, the negative fractal exponent */
    double r2;                    /* of the whole fit */
};

/* Straight pieces through (ln value, ln area), values ascending and all positive: of every way to cut the points into 1 to BREAKS_MAX + 1
 * pieces of at least BREAK_PIECE_MIN points, least squares each, the one with the lowest Bayesian information criterion. A break is where
 * neighbouring lines meet when they meet between the pieces, else half-way (in the logarithm) between them. At most BREAK_POINTS_MAX
 * points; n = 0 breaks and NaN slopes with fewer than BREAK_PIECE_MIN of them.
 * Cheng, Agterberg & Ballantyne 1994, J. Geochem. Explor. 51:109; cuts by dynamic programming (Bellman & Roth 1969). */
void breaks_find(size_t points, const double *value, const double *area, struct breaks *out);

#endif
