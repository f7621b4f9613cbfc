/* Formulas as cited in woe.h. Where published tools go astray: eis_toolkit and others give a class without deposits the weight 0, which calls a
 * large barren area neutral, or put 0.99 in place of a count of 0, which has no variance to match; here the counts of such a table have 0.5 more
 * each. T is summed over areas in unit cells, s(T) over unique conditions: cells of one condition err together. */
#include "model/woe.h"

#include <math.h>

static double at_least_0(double count) {
    return count > 0 ? count : 0;
}

struct woe_weights woe_weigh(struct woe_count pattern, struct woe_count all) {
    struct woe_weights w = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, false};
    if (!(pattern.units > 0 && pattern.units < all.units)) return w;
    double in_with = pattern.points, out_with = all.points - pattern.points;
    double in_without = at_least_0(pattern.units - in_with), out_without = at_least_0(all.units - pattern.units - out_with);
    w.corrected = !(in_with > 0 && out_with > 0 && in_without > 0 && out_without > 0);
    if (w.corrected) in_with += 0.5, out_with += 0.5, in_without += 0.5, out_without += 0.5;
    double with = in_with + out_with, without = in_without + out_without;
    w.plus = log(in_with / with / (in_without / without));
    w.minus = log(out_with / with / (out_without / without));
    w.s_plus = sqrt(1 / in_with + 1 / in_without);
    w.s_minus = sqrt(1 / out_with + 1 / out_without);
    w.contrast = w.plus - w.minus;
    w.s_contrast = sqrt(w.s_plus * w.s_plus + w.s_minus * w.s_minus);
    w.studentised = w.contrast / w.s_contrast;
    return w;
}

static void add(struct woe_count *to, struct woe_count what) {
    to->units += what.units;
    to->points += what.points;
}

/* The rows of the table, and which of them cuts best. */
static void tabulate(struct woe_evidence *evidence, double threshold) {
    size_t n = evidence->n;
    struct woe_count sum = {0};
    double best = -INFINITY;
    for (size_t i = 0; i < n; i++) add(&evidence->all, evidence->classes[i]);
    for (size_t step = 0; step < n; step++) {
        size_t i = evidence->approach == WOE_DESCENDING ? n - 1 - step : step;
        if (evidence->approach == WOE_UNIQUE) sum = (struct woe_count){0};
        add(&sum, evidence->classes[i]);
        evidence->summed[i] = sum;
        evidence->rows[i] = woe_weigh(sum, evidence->all);
        double studentised = evidence->rows[i].studentised;
        if (evidence->approach == WOE_UNIQUE || !(studentised >= threshold) || !(studentised > 0) || !(studentised > best)) continue;
        best = studentised;
        evidence->cut = (int)i;
    }
}

static void set_group(struct woe_evidence *evidence, size_t group, double weight, double s) {
    evidence->weight[group] = weight;
    evidence->variance[group] = s * s;
}

static void generalise_cut(struct woe_evidence *evidence) {
    const struct woe_weights *row = &evidence->rows[evidence->cut];
    evidence->n_groups = 2;
    for (int i = 0; i < (int)evidence->n; i++) {
        bool inside = evidence->approach == WOE_ASCENDING ? i <= evidence->cut : i >= evidence->cut;
        evidence->group[i] = inside ? 1 : 2;
    }
    set_group(evidence, 1, row->plus, row->s_plus);
    set_group(evidence, 2, row->minus, row->s_minus);
}

static void generalise_unique(struct woe_evidence *evidence, double threshold) {
    struct woe_count pool = {0};
    size_t pooled = 0, groups = 0;
    for (size_t i = 0; i < evidence->n; i++) {
        const struct woe_weights *row = &evidence->rows[i];
        bool own = fabs(row->studentised) >= threshold;
        if (own) set_group(evidence, ++groups, row->plus, row->s_plus);
        if (!own) add(&pool, evidence->classes[i]), pooled++;
        evidence->group[i] = own ? groups : 0;
    }
    if (pooled) {
        struct woe_weights weights = woe_weigh(pool, evidence->all);
        bool splits = groups > 0 && !isnan(weights.plus);
        set_group(evidence, ++groups, splits ? weights.plus : 0, splits ? weights.s_plus : 0);
        for (size_t i = 0; i < evidence->n; i++)
            if (!evidence->group[i]) evidence->group[i] = groups;
    }
    evidence->n_groups = groups;
}

status woe_fit(struct woe_evidence *evidence, double threshold, struct arena *arena) {
    size_t n = evidence->n;
    evidence->summed = arena_alloc(arena, n + 1, sizeof *evidence->summed);
    evidence->rows = arena_alloc(arena, n + 1, sizeof *evidence->rows);
    evidence->group = arena_alloc(arena, n + 1, sizeof *evidence->group);
    evidence->weight = arena_alloc(arena, n + 3, sizeof *evidence->weight);
    evidence->variance = arena_alloc(arena, n + 3, sizeof *evidence->variance);
    if (!evidence->summed || !evidence->rows || !evidence->group || !evidence->weight || !evidence->variance) return status_no_memory();
    evidence->all = (struct woe_count){0};
    evidence->cut = -1;
    tabulate(evidence, threshold);
    if (evidence->cut >= 0) {
        generalise_cut(evidence);
    } else if (evidence->approach == WOE_UNIQUE) {
        generalise_unique(evidence, threshold);
    } else {
        evidence->n_groups = 1;
        for (size_t i = 0; i < n; i++) evidence->group[i] = 1;
    }
    return NULL;
}

double woe_logit(double probability) {
    return log(probability / (1 - probability));
}

double woe_logistic(double logit) {
    return 1 / (1 + exp(-logit));
}

double woe_posterior_sd(double posterior, double points, double variances) {
    return posterior * sqrt(1 / points + variances);
}

struct woe_independence woe_independence(size_t n, const double *units, const double *posterior, const double *sd, double points) {
    struct woe_independence test = {0};
    double variance = 0;
    for (size_t i = 0; i < n; i++) {
        test.expected += units[i] * posterior[i];
        variance += units[i] * sd[i] * (units[i] * sd[i]);
    }
    test.s_expected = sqrt(variance);
    test.omnibus = points / test.expected;
    test.z = (test.expected - points) / test.s_expected;
    test.probability = 0.5 * erfc(test.z / sqrt(2));
    return test;
}
