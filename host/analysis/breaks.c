/* Pieces by dynamic programming over prefix sums. */
#include "analysis/breaks.h"

#include <math.h>

struct line {
    double slope, offset, error; /* error: sum of squares */
};

struct fit {
    size_t n;
    double x[BREAK_POINTS_MAX], y[BREAK_POINTS_MAX];
    double cost[BREAKS_MAX + 1][BREAK_POINTS_MAX + 1]; /* [pieces - 1][points]: least error */
    size_t from[BREAKS_MAX + 1][BREAK_POINTS_MAX + 1]; /* where its last piece begins */
};

/* Through points first..end-1, about their mean: plain sums of squares would cancel. */
static struct line line_through(const struct fit *fit, size_t first, size_t end) {
    double n = (double)(end - first), mx = 0, my = 0, xx = 0, xy = 0;
    struct line line = {0};
    for (size_t i = first; i < end; i++) mx += fit->x[i] / n, my += fit->y[i] / n;
    for (size_t i = first; i < end; i++) {
        xx += (fit->x[i] - mx) * (fit->x[i] - mx);
        xy += (fit->x[i] - mx) * (fit->y[i] - my);
    }
    line.slope = xx > 0 ? xy / xx : 0;
    line.offset = my - line.slope * mx;
    for (size_t i = first; i < end; i++) {
        double miss = fit->y[i] - line.slope * fit->x[i] - line.offset;
        line.error += miss * miss;
    }
    return line;
}

static void cut_all(struct fit *fit) {
    for (size_t p = 0; p <= BREAKS_MAX; p++)
        for (size_t end = 0; end <= fit->n; end++) fit->cost[p][end] = INFINITY;
    for (size_t end = BREAK_PIECE_MIN; end <= fit->n; end++)
        for (size_t first = 0; first + BREAK_PIECE_MIN <= end; first++) {
            double error = line_through(fit, first, end).error;
            if (first == 0) fit->cost[0][end] = error;
            for (size_t p = 1; first > 0 && p <= BREAKS_MAX; p++) {
                double cost = fit->cost[p - 1][first] + error;
                if (!(cost < fit->cost[p][end])) continue;
                fit->cost[p][end] = cost;
                fit->from[p][end] = first;
            }
        }
}

/* A piece costs a slope, an offset and a cut. The floor keeps an exact fit from being infinitely good. */
static double criterion_of(const struct fit *fit, size_t pieces, double floor_error) {
    double n = (double)fit->n, parameters = 3.0 * (double)pieces - 1;
    return n * log(fmax(fit->cost[pieces - 1][fit->n], floor_error) / n) + parameters * log(n);
}

static double meeting(const struct fit *fit, const struct line *left, const struct line *right, size_t first) {
    double from = fit->x[first - 1], to = fit->x[first], at = (right->offset - left->offset) / (left->slope - right->slope);
    return exp(at >= from && at <= to ? at : (from + to) / 2);
}

void breaks_find(size_t points, const double *value, const double *area, struct breaks *out) {
    struct fit fit = {.n = points < BREAK_POINTS_MAX ? points : BREAK_POINTS_MAX};
    size_t best = 1, cut[BREAKS_MAX + 2];
    *out = (struct breaks){.r2 = NAN};
    for (size_t p = 0; p <= BREAKS_MAX; p++) out->slope[p] = NAN;
    if (fit.n < BREAK_PIECE_MIN) return;
    for (size_t i = 0; i < fit.n; i++) fit.x[i] = log(value[i]), fit.y[i] = log(area[i]);
    cut_all(&fit);
    double mean = 0, total = 0;
    for (size_t i = 0; i < fit.n; i++) mean += fit.y[i] / (double)fit.n;
    for (size_t i = 0; i < fit.n; i++) total += (fit.y[i] - mean) * (fit.y[i] - mean);
    double floor_error = fmax(total * 1e-12, 1e-300);
    for (size_t p = 2; p <= BREAKS_MAX + 1; p++)
        if (isfinite(fit.cost[p - 1][fit.n]) && criterion_of(&fit, p, floor_error) < criterion_of(&fit, best, floor_error)) best = p;
    cut[best] = fit.n;
    for (size_t p = best; p > 1; p--) cut[p - 1] = fit.from[p - 1][cut[p]];
    cut[0] = 0;
    struct line line = {0};
    for (size_t p = 0; p < best; p++) {
        struct line next = line_through(&fit, cut[p], cut[p + 1]);
        if (p > 0) out->at[p - 1] = meeting(&fit, &line, &next, cut[p]);
        out->slope[p] = next.slope;
        line = next;
    }
    out->n = best - 1;
    out->r2 = total > 0 ? 1 - fit.cost[best - 1][fit.n] / total : NAN;
}
