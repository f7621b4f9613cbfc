/* How well a score surface finds known places: pure numbers, from a distribution of scores and the scores of the places.
 *
 * The background is every scored cell, weighted by its area, the cells of the places too (presence against background). What has no score
 * (no data, excluded by a rule, outside) is no area, and a place there is counted apart. The ROC of presence against background is then
 * the success-rate curve, and its area the chance that a place scores above a random spot, ties half (Mann & Whitney 1947).
 *
 * A place known to within a radius is every scored cell of that disc at once, in shares that add up to one: it stays uniform among the
 * cells when scores are blind, which neither the disc's best cell does (that always flatters) nor its mean score (that does where scores
 * are skewed). Exact p-values use the one cell of the given coordinates and count ties against the score: so they hold whatever the
 * radius, given places that are independent of each other. Clustered places are not; blocks of folds show that. */
#ifndef LODE_ANALYSIS_VALIDATION_H
#define LODE_ANALYSIS_VALIDATION_H

#include <stdint.h>

#include "analysis/breaks.h"
#include "analysis/folds.h"
#include "base/memory.h"

/* Scored cells between given cuts. Whole-number weights: their sums do not depend on the order of adding. */
struct spread {
    size_t n;          /* cuts; 0: no cell is scored */
    const double *cut; /* ascending, no two equal */
    uint64_t *at;      /* [n] weight of the cells that score just this */
    uint64_t *over;    /* [n] of those between this cut and the next; the last: above it */
    uint64_t under;    /* below the first cut */
    int64_t cells;     /* how many */
    double unit_km2;   /* what a weight of 1 is */
};

/* One cell of a place's disc. A place's shares add up to 1. */
struct place_cell {
    size_t place, cut; /* its score is spread->cut[cut] */
    double share;
};

/* Area share (0..1) of the cells that score higher than held-out place `place`, and half of those that score the same, on a surface made
 * without the places of `fold`. A share and no score: scores of surfaces that were trained anew cannot be compared, ranks can. */
typedef status (*held_out_fn)(void *user, size_t fold, size_t place, double *area_share);

struct validation_input {
    const struct spread *spread;
    size_t n_places, n_cells;
    const struct place_cell *cells;
    const size_t *home; /* [n_places] cut of the cell of the given coordinates */
    const size_t *fold; /* [n_places] */
    size_t n_folds;
    bool clustered;       /* folds are blocks of ground: places of one are not independent of each other */
    held_out_fn held_out; /* NULL: the surface does not depend on the places, and folds show the spread alone */
    void *user;
    const double *baseline; /* [n_places] area share of what it is compared with; NaN: none there. NULL: nothing */
    uint64_t seed;          /* of the bootstrap */
};

struct interval {
    double low, high; /* NaN: too few places to say */
};

/* A point of the curves: cells that score `score` or more. */
struct curve_point {
    double score, area, found, precision; /* shares of area and of places 0..1; precision at the prevalence of the cells */
};

enum { TOPS = 4, BOOTSTRAPS = 1000 };
extern const double validation_tops[TOPS]; /* area shares for which places are counted */

struct fold_figures {
    size_t places;
    double auc;
};

struct validation {
    size_t n_places, n_points;
    int64_t cells;
    double area_km2;
    struct curve_point *points; /* from the highest score down; thinned to about CURVE_STEPS steps */
    double *area_share;         /* [n_places] expected share of area that scores higher */
    double auc;
    struct interval auc_delong, auc_bootstrap; /* 95 % */
    double pr_auc, prevalence, pr_auc_balanced;
    struct interval pr_bootstrap;
    struct curve_point crossing; /* where found + area = 1 */
    double density, weight;      /* found / area there, and its natural logarithm */
    struct curve_point most;     /* least area with 80 % of the places */
    size_t top_hits[TOPS];
    double top_p[TOPS], rank_p; /* chance that a blind score does as well */
    struct breaks breaks;
    size_t n_folds;
    struct fold_figures *folds;
    double folds_mean, folds_sd; /* of the folds' AUC */
    double *held_out;            /* [n_places] area shares when the surface was made anew; NULL otherwise */
    double held_out_auc;
    struct interval held_out_delong;
    const double *baseline;    /* [n_places] as the input's */
    double baseline_auc, gain; /* of the same places, held out where the surface was made anew; NaN: no baseline */
    struct interval gain_delong;
};

/* All arrays in `arena`. n_places of 0 leaves NaN in what needs places; a spread without cells leaves NaN in all. */
status validation_make(const struct validation_input *input, struct arena *arena, struct validation *out) LODE_MUST_CHECK;

/* Shares [n] of area above each cut, in `arena`: `ties` of the cells that score just that are counted (0.5, or 1 against the score). All at once,
 * since places with discs ask for as many as there are cuts. */
status spread_shares(const struct spread *spread, double ties, struct arena *arena, double **out) LODE_MUST_CHECK;

#endif
