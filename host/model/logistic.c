/* Newton with halved steps while the likelihood falls; a Cholesky factor L of X'WX, whose pivots also tell columns that depend on others. */
#include "model/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const double PIVOT_LOST = 1e-9, BETA_MAX = 100;
enum { HALVINGS_MAX = 20 };

struct work {
    struct logistic_sums at, tried;
    double lower[LOGISTIC_COLUMNS_MAX * LOGISTIC_COLUMNS_MAX];
};

/* In place of the part up to the diagonal. Returns the first column without a pivot, or n. */
static size_t factor(double *a, size_t n) {
    for (size_t j = 0; j < n; j++) {
        double pivot = a[j * n + j], whole = pivot;
        for (size_t k = 0; k < j; k++) pivot -= a[j * n + k] * a[j * n + k];
        if (!(pivot > PIVOT_LOST * whole)) return j;
        a[j * n + j] = sqrt(pivot);
        for (size_t i = j + 1; i < n; i++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = sum / a[j * n + j];
        }
    }
    return n;
}

static void solve_down(const double *lower, size_t n, double *x) {
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) x[i] -= lower[i * n + k] * x[k];
        x[i] /= lower[i * n + i];
    }
}

static void solve_up(const double *lower, size_t n, double *x) {
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) x[i] -= lower[k * n + i] * x[k];
        x[i] /= lower[i * n + i];
    }
}

static void solve(const double *lower, size_t n, double *x) {
    solve_down(lower, n, x);
    solve_up(lower, n, x);
}

/* From beta along `step`, and at most half of it at a time, to where the likelihood is no lower. */
static status advance(logistic_sum sum, void *user, struct logistic *fit, struct work *work, const double *step, double *moved) {
    double tried[LOGISTIC_COLUMNS_MAX], share = 1;
    for (int halving = 0; halving < HALVINGS_MAX; halving++, share /= 2) {
        for (size_t j = 0; j < fit->columns; j++) tried[j] = fit->beta[j] + share * step[j];
        TRY(sum(user, tried, &work->tried));
        if (work->tried.likelihood >= work->at.likelihood - 1e-12 * fabs(work->at.likelihood)) break;
    }
    *moved = 0;
    for (size_t j = 0; j < fit->columns; j++) {
        *moved = fmax(*moved, fabs(tried[j] - fit->beta[j]));
        fit->beta[j] = tried[j];
    }
    work->at = work->tried;
    return NULL;
}

static bool too_far(const struct logistic *fit) {
    for (size_t j = 0; j < fit->columns; j++)
        if (!(fabs(fit->beta[j]) < BETA_MAX)) return true;
    return false;
}

static void invert(const double *lower, struct logistic *fit) {
    for (size_t j = 0; j < fit->columns; j++) {
        double unit[LOGISTIC_COLUMNS_MAX] = {0};
        unit[j] = 1;
        solve_down(lower, fit->columns, unit);
        for (size_t i = j; i < fit->columns; i++) fit->root[i * fit->columns + j] = unit[i];
        solve_up(lower, fit->columns, unit);
        for (size_t i = 0; i < fit->columns; i++) fit->covariance[i * fit->columns + j] = unit[i];
    }
}

static status iterate(logistic_sum sum, void *user, double least, struct logistic *fit, struct work *work) {
    size_t n = fit->columns;
    double step[LOGISTIC_COLUMNS_MAX], moved = INFINITY;
    TRY(sum(user, fit->beta, &work->at));
    for (;;) {
        memcpy(work->lower, work->at.information, n * n * sizeof *work->lower);
        fit->faulty = factor(work->lower, n);
        if (fit->faulty < n || too_far(fit)) break;
        fit->converged = moved < least;
        if (fit->converged || fit->rounds++ == LOGISTIC_ROUNDS_MAX) break;
        memcpy(step, work->at.score, n * sizeof *step);
        solve(work->lower, n, step);
        TRY(advance(sum, user, fit, work, step, &moved));
    }
    fit->likelihood = work->at.likelihood;
    if (fit->faulty == n) invert(work->lower, fit);
    return NULL;
}

status logistic_fit(logistic_sum sum, void *user, double least, struct logistic *out) {
    struct work *work;
    *out = (struct logistic){.columns = out->columns};
    if (out->columns > LOGISTIC_COLUMNS_MAX)
        return status_fail(LODE_BAD_DATA, "%zu columns, and a regression takes at most %d", out->columns, LOGISTIC_COLUMNS_MAX);
    TRY(MEMORY_ARRAY(1, &work));
    status failure = iterate(sum, user, least, out, work);
    free(work);
    return failure;
}

double logistic_offset(double sampled, double true_share) {
    return log((1 - true_share) / true_share * sampled / (1 - sampled));
}
