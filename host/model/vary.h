/* A scenario with what a variant has otherwise. */
#ifndef LODE_MODEL_VARY_H
#define LODE_MODEL_VARY_H

#include "model/scenario.h"

/* *targets: the scenario's, with the variant's weights in the trees of their scores; in `arena`, but for trees that are as they were. A
 * weight of one target goes before that of all. Weights that cells decide stay. The scenario's own where the variant has no weights. */
status vary_weights(const struct scenario *scenario, const struct variant_wish *variant, struct arena *arena,
                    const struct target **targets) LODE_MUST_CHECK;

#endif
