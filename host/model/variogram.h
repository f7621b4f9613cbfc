/* How values at places differ with distance: the empirical semivariogram, a model fitted to it, and how well kriging with that model foretells each
 * place from the others. Matheron 1963, Economic Geology 58; weights: Cressie 1985, Mathematical Geology 17. Plain values, no device. */
#ifndef LODE_MODEL_VARIOGRAM_H
#define LODE_MODEL_VARIOGRAM_H

#include "base/status.h"
#include "model/op_table.h"

/* Where a value was measured, in metres in space. */
struct located {
    double at[3], value;
};

enum { VARIOGRAM_LAGS = 15, VARIOGRAM_PLACES_LEAST = 10, VARIOGRAM_PLACES_MOST = 5000 };

/* Pairs of places whose distances lie in one of VARIOGRAM_LAGS equal bins up to half the diagonal of the box around all places. */
struct lag {
    double distance_m; /* mean of the pairs' */
    double semivariance;
    double pairs;
};

struct variogram_fit {
    enum variogram model;
    double nugget, sill, range_m; /* nugget in the sill; exponential and gaussian ones are at 95 percent of the way at the range */
    double misfit;                /* sum of pairs (semivariance / model - 1)^2, which is least */
    size_t places, n_lags;        /* distinct places; lags that have pairs */
    struct lag lags[VARIOGRAM_LAGS];
    /* each of `left_out` places, foretold by ordinary kriging from the others */
    size_t left_out;
    double mean_error, rmse; /* foretold less measured, in the values' unit */
    double squared_ratio;    /* mean of error^2 / kriging variance: 1 where variances are true */
};

/* 0 at h = 0, nugget beside it, sill far away. */
double variogram_at(const struct variogram_fit *fit, double h_m);

/* Of places that are all different. Of more than VARIOGRAM_PLACES_MOST those pairs count that are among so many, taken evenly from the list. The
 * answer depends on nothing else. Fewer places than VARIOGRAM_PLACES_LEAST, fewer than three lags with pairs, and values that are all alike are
 * LODE_BAD_DATA. Ranges are looked for from a quarter of the first lag to four times the last. The fields on what is left out are not filled. */
status variogram_fit(const struct located *places, size_t count, enum variogram model, struct variogram_fit *out) LODE_MUST_CHECK;

/* Foretells places, evenly taken where they are very many, from up to `neighbours` others within `radius_m`: fills the fields on it. Those that have
 * no neighbour are not counted. */
void variogram_leave_out(const struct located *places, size_t count, size_t neighbours, double radius_m, struct variogram_fit *fit);

#endif
