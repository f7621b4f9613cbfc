/* How pictures show a target's scores: which of them are the ends of the ramp, and where classes are cut. */
#ifndef LODE_ANALYSIS_SCORE_SCALE_H
#define LODE_ANALYSIS_SCORE_SCALE_H

#include "analysis/classing.h"

/* The ends are 0 and 1, or of a model the logits of the lowest and the highest that is scored. */
struct score_scale {
    bool logits;
    double low, high;
    struct classed classed; /* with breaks: each class has one colour, from end to end of the ramp in even steps */
};

/* Of a surface (floats of 0 to 1, enum cell_state). `model`: whether its scores were learnt. Reads the planes once for a model, and for `wish` as
 * classing_make does; not at all where neither is. */
status score_scale_make(const struct grid *grid, const struct scratch *score, const struct scratch *state, bool model, const struct classing *wish,
                        struct score_scale *out) LODE_MUST_CHECK;

#endif
