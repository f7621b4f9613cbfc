/* Weights of evidence from counts alone: no map, no device. Areas are in unit cells, of which one holds at most one deposit.
 * Bonham-Carter, Agterberg and Wright 1989 (weights, variances, posterior); Agterberg and Cheng 2002 (test of conditional independence). */
#ifndef LODE_MODEL_WOE_H
#define LODE_MODEL_WOE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/status.h"

/* How a table of classes becomes few weights. Ascending adds classes up from the lowest value (so that low values are the pattern, as of a
 * distance), descending from the highest; the names are ArcSDM's. */
enum woe_approach { WOE_UNIQUE, WOE_ASCENDING, WOE_DESCENDING, WOE_APPROACHES };

struct woe_count {
    double units; /* area in unit cells */
    double points;
};

/* Of a pattern B against the rest of the cells where the evidence is known. */
struct woe_weights {
    double plus, s_plus;   /* W+ = ln(P(B|D) / P(B|not D)) and its standard deviation */
    double minus, s_minus; /* W-, of the rest */
    double contrast, s_contrast, studentised;
    bool corrected; /* one of the four counts was 0, so each has 0.5 more (Haldane 1956): the weights stay finite */
};

/* Of a pattern without area, or one that is everywhere, all are NaN. */
struct woe_weights woe_weigh(struct woe_count pattern, struct woe_count all);

/* One evidence: n classes in ascending order of their values. Zero-initialise. */
struct woe_evidence {
    enum woe_approach approach;
    size_t n;
    const struct woe_count *classes; /* the caller's */
    struct woe_count all;            /* where the evidence is known: the sum of the classes */
    struct woe_count *summed;        /* [n] what row i weighs: class i, or the classes up to it in the direction of adding */
    struct woe_weights *rows;        /* [n] */
    int cut;                         /* the row chosen: greatest studentised contrast of those that reach the threshold; -1: none, or unique */
    /* Generalised: classes of one weight are a group, numbered from 1; 0 stands for missing evidence, whose weight is 0. */
    size_t n_groups;
    size_t *group;             /* [n] */
    double *weight, *variance; /* [n_groups + 1] */
};

/* Fills all but approach, n and classes, in `arena`. `threshold`: the least studentised contrast. Evidence that does not reach it gets one group
 * of weight 0. Unique classes that do not are pooled in one group, whose weight is that of the pool. */
status woe_fit(struct woe_evidence *evidence, double threshold, struct arena *arena) LODE_MUST_CHECK;

/* Logarithm of the odds. */
double woe_logit(double probability);
double woe_logistic(double logit);
/* s(P) = P sqrt(1 / points + sum of the weights' variances): of the whole training set's points. */
double woe_posterior_sd(double posterior, double points, double variances);

/* Conditional independence. `expected` T: the sum over all cells of posterior times area in unit cells (the sum over cells alone, as some tools
 * take, is T only where a cell is a unit cell). */
struct woe_independence {
    double expected, s_expected;
    double omnibus;     /* points / T; below 0.85 is a worry */
    double z;           /* (T - points) / s(T) */
    double probability; /* that T exceeds the points so far by chance: one-tailed; below 0.05 independence is refused */
};
/* Of unique conditions: area in unit cells, posterior and its standard deviation of each. */
struct woe_independence woe_independence(size_t n, const double *units, const double *posterior, const double *sd, double points);

#endif
