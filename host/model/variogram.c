/* The model g = sill (share + (1 - share) s(h / range)), share being the nugget's. For a range and a share the best sill has a closed form: with
 * q = semivariance / g(sill 1), sum n (q / sill - 1)^2 is least at sill = sum n q^2 / sum n q. The other two are searched on a lattice that closes in
 * on its best node: the same steps every time, and no start to choose. */
#include "model/variogram.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { RANGES = 61, SHARES = 41, CLOSER = 24 };
static const double SHARE_MOST = 0.999; /* a nugget lies below the sill */

static double shape(enum variogram model, double h) {
    switch (model) {
    case VARIOGRAM_SPHERICAL:
        return h < 1 ? 1.5 * h - 0.5 * h * h * h : 1;
    case VARIOGRAM_EXPONENTIAL:
        return 1 - exp(-3 * h);
    default:
        return 1 - exp(-3 * h * h);
    }
}

double variogram_at(const struct variogram_fit *fit, double h_m) {
    return h_m > 0 ? fit->nugget + (fit->sill - fit->nugget) * shape(fit->model, h_m / fit->range_m) : 0;
}

static double apart(const struct located *a, const struct located *b) {
    double sum = 0;
    for (int i = 0; i < 3; i++) sum += (a->at[i] - b->at[i]) * (a->at[i] - b->at[i]);
    return sqrt(sum);
}

static double diagonal(const struct located *places, size_t count) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t k = 0; k < count; k++) low = fmin(low, places[k].at[i]), high = fmax(high, places[k].at[i]);
        sum += (high - low) * (high - low);
    }
    return sqrt(sum);
}

/* Of `take` places, evenly from the list. */
static const struct located *taken(const struct located *places, size_t count, size_t take, size_t i) {
    return &places[i * count / take];
}

static void gather(const struct located *places, size_t count, struct variogram_fit *out) {
    const size_t take = count < VARIOGRAM_PLACES_MOST ? count : VARIOGRAM_PLACES_MOST;
    const double width = diagonal(places, count) / 2 / VARIOGRAM_LAGS;
    struct lag lags[VARIOGRAM_LAGS] = {{0}};
    for (size_t i = 0; i < take; i++)
        for (size_t j = i + 1; j < take; j++) {
            const struct located *a = taken(places, count, take, i), *b = taken(places, count, take, j);
            const double h = apart(a, b), differs = a->value - b->value;
            const int lag = h < width * VARIOGRAM_LAGS ? (int)(h / width) : VARIOGRAM_LAGS;
            if (lag >= VARIOGRAM_LAGS) continue;
            lags[lag].distance_m += h;
            lags[lag].semivariance += differs * differs / 2;
            lags[lag].pairs++;
        }
    out->n_lags = 0;
    for (int k = 0; k < VARIOGRAM_LAGS; k++) {
        const double n = lags[k].pairs;
        if (n > 0) out->lags[out->n_lags++] = (struct lag){lags[k].distance_m / n, lags[k].semivariance / n, n};
    }
}

/* The best sill for a range and a share, into `fit`, and the misfit. */
static double best_sill(struct variogram_fit *fit, double range_m, double share) {
    double once = 0, twice = 0, pairs = 0;
    for (size_t k = 0; k < fit->n_lags; k++) {
        const struct lag *lag = &fit->lags[k];
        const double q = lag->semivariance / (share + (1 - share) * shape(fit->model, lag->distance_m / range_m));
        once += lag->pairs * q;
        twice += lag->pairs * q * q;
        pairs += lag->pairs;
    }
    fit->sill = twice / once;
    fit->nugget = share * fit->sill;
    fit->range_m = range_m;
    fit->misfit = pairs - once * once / twice;
    return fit->misfit;
}

/* Ranges are tried as their logarithms, from a quarter of the first lag to four times the last. */
static void search(struct variogram_fit *fit) {
    double middle_log = (log(fit->lags[0].distance_m / 4) + log(fit->lags[fit->n_lags - 1].distance_m * 4)) / 2, middle_share = SHARE_MOST / 2;
    double half_log = log(fit->lags[fit->n_lags - 1].distance_m * 4) - middle_log, half_share = SHARE_MOST / 2;
    const double low = middle_log - half_log, high = middle_log + half_log;
    for (int round = 0; round < CLOSER; round++, half_log /= 2.5, half_share /= 2.5) {
        double best = INFINITY, best_log = middle_log, best_share = middle_share;
        for (int r = 0; r < RANGES; r++)
            for (int s = 0; s < SHARES; s++) {
                const double at = fmin(fmax(middle_log + half_log * (2.0 * r / (RANGES - 1) - 1), low), high);
                const double share = fmin(fmax(middle_share + half_share * (2.0 * s / (SHARES - 1) - 1), 0), SHARE_MOST);
                const double misfit = best_sill(fit, exp(at), share);
                if (misfit < best) best = misfit, best_log = at, best_share = share;
            }
        middle_log = best_log, middle_share = best_share;
    }
    best_sill(fit, exp(middle_log), middle_share);
}

status variogram_fit(const struct located *places, size_t count, enum variogram model, struct variogram_fit *out) {
    *out = (struct variogram_fit){.model = model, .places = count};
    if (count < VARIOGRAM_PLACES_LEAST)
        return status_fail(LODE_BAD_DATA,
                           "a variogram is fitted to %d different places at least, and there are %zu: write `nugget`, `sill` and `range`",
                           VARIOGRAM_PLACES_LEAST, count);
    gather(places, count, out);
    bool alike = true;
    for (size_t k = 0; k < out->n_lags; k++) alike = alike && !(out->lags[k].semivariance > 0);
    if (out->n_lags < 3 || alike)
        return status_fail(LODE_BAD_DATA, "no variogram can be fitted: %s; write `nugget`, `sill` and `range`",
                           alike ? "values near each other are all alike" : "places lie in too few distances from each other");
    search(out);
    return NULL;
}
