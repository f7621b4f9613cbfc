/* Each place from the others: the whole system of ordinary kriging [G 1; 1 0] [w; m] = [g; 1] by elimination with pivots. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "model/scenario.h"
#include "model/variogram.h"

enum { SIDE = NEIGHBOURS_MAX + 1 };
static const double LOOKS_MOST = 5e7; /* at other places, in all */

struct neighbour {
    size_t place;
    double away;
};

static double apart(const struct located *a, const struct located *b) {
    double sum = 0;
    for (int i = 0; i < 3; i++) sum += (a->at[i] - b->at[i]) * (a->at[i] - b->at[i]);
    return sqrt(sum);
}

/* The nearest others, the nearest first; of equals the one listed first. */
static size_t nearest(const struct located *places, size_t count, size_t of, size_t most, double radius_m, struct neighbour *out) {
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        const double away = apart(&places[k], &places[of]);
        if (k == of || away > radius_m || (n == most && away >= out[n - 1].away)) continue;
        size_t i = n < most ? n++ : n - 1;
        for (; i > 0 && away < out[i - 1].away; i--) out[i] = out[i - 1];
        out[i] = (struct neighbour){k, away};
    }
    return n;
}

static void swap_rows(double m[SIDE][SIDE + 1], size_t a, size_t b, size_t n) {
    for (size_t j = 0; j <= n; j++) {
        const double kept = m[a][j];
        m[a][j] = m[b][j];
        m[b][j] = kept;
    }
}

/* n unknowns; false: there is no answer. */
static bool solve(double m[SIDE][SIDE + 1], size_t n, double *x) {
    for (size_t c = 0; c < n; c++) {
        size_t best = c;
        for (size_t r = c + 1; r < n; r++)
            if (fabs(m[r][c]) > fabs(m[best][c])) best = r;
        if (!(fabs(m[best][c]) > 0)) return false;
        swap_rows(m, c, best, n);
        for (size_t r = c + 1; r < n; r++) {
            const double times = m[r][c] / m[c][c];
            for (size_t j = c; j <= n; j++) m[r][j] -= times * m[c][j];
        }
    }
    for (size_t r = n; r-- > 0;) {
        x[r] = m[r][n];
        for (size_t j = r + 1; j < n; j++) x[r] -= m[r][j] * x[j];
        x[r] /= m[r][r];
    }
    return true;
}

static bool foretell(const struct located *places, const struct variogram_fit *fit, const struct neighbour *near, size_t n, double *value,
                     double *variance) {
    double m[SIDE][SIDE + 1], x[SIDE];
    for (size_t i = 0; i <= n; i++) {
        for (size_t j = 0; j <= n; j++)
            m[i][j] = i == n && j == n   ? 0
                      : i == n || j == n ? 1
                      : i == j           ? 0
                                         : variogram_at(fit, apart(&places[near[i].place], &places[near[j].place]));
        m[i][n + 1] = i < n ? variogram_at(fit, near[i].away) : 1;
    }
    if (!solve(m, n + 1, x)) return false;
    *value = 0, *variance = x[n];
    for (size_t i = 0; i < n; i++) {
        *value += x[i] * places[near[i].place].value;
        *variance += x[i] * variogram_at(fit, near[i].away);
    }
    return *variance > 0;
}

void variogram_leave_out(const struct located *places, size_t count, size_t neighbours, double radius_m, struct variogram_fit *fit) {
    struct neighbour near[NEIGHBOURS_MAX];
    const double most = fmax(LOOKS_MOST / (double)count, 1);
    const size_t take = (double)count < most ? count : (size_t)most;
    double sum = 0, squares = 0, ratios = 0;
    fit->left_out = 0;
    for (size_t t = 0; t < take; t++) {
        const size_t of = t * count / take, n = nearest(places, count, of, neighbours, radius_m, near);
        double value, variance;
        if (n == 0 || !foretell(places, fit, near, n, &value, &variance)) continue;
        const double error = value - places[of].value;
        sum += error, squares += error * error, ratios += error * error / variance;
        fit->left_out++;
    }
    const double of = (double)fit->left_out;
    fit->mean_error = of > 0 ? sum / of : NAN;
    fit->rmse = of > 0 ? sqrt(squares / of) : NAN;
    fit->squared_ratio = of > 0 ? ratios / of : NAN;
}
