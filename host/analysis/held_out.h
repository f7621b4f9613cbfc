/* Cross-validation of a learnt score: places ranked by models that were fitted without them. */
#ifndef LODE_ANALYSIS_HELD_OUT_H
#define LODE_ANALYSIS_HELD_OUT_H

#include "analysis/validate.h"

struct held_out_place {
    int64_t cell; /* row * width + column: where its evidence is read */
    double lon, lat, x, y;
    size_t fold;
};

/* Area shares [n] of the places of a target with a model, each on the model that its fold leaves: of scored area where that model's posterior is
 * higher, ties half; `surface` says what is scored. Held out with a fold are the training cells that hold a place of it, those within `merge_m` of
 * one (half a cell more) where that is not 0, and in folds by blocks all training cells of its block. What a model chooses from the places (cuts of
 * classes, coefficients) is chosen anew in each fold; breaks of equal area are not, since they come from the ground alone. The scored area is
 * that of the training cells and a sample of all others (fitted->drawn): 100 000 cells move a share by less than 0.005. Where nothing
 * can be learnt from what is left, the share is 0.5, as of a blind score, and a warning says so. */
status held_out_shares(const struct scan *scan, const struct validation_wish *wish, size_t target, const struct validated_surface *surface, size_t n,
                       const struct held_out_place *places, size_t n_folds, double *area_share) LODE_MUST_CHECK;

#endif
