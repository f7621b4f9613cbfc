/* What rules do to a cell, from the bits of those that fire there: bit r is rule r of the scenario. */
#ifndef LODE_MODEL_RULE_EFFECT_H
#define LODE_MODEL_RULE_EFFECT_H

#include <stdint.h>

#include "model/scenario.h"

/* The rules of an effect that hold for a target. */
uint64_t rules_of_target(const struct scenario *scenario, size_t target, enum rule_effect effect);
/* Those of `fired` that exclude the cell from the target: exclusions that no inclusion frees it of. */
uint64_t rules_stopping(const struct scenario *scenario, size_t target, uint64_t fired);
/* The inclusions of `fired` that free the cell of an exclusion which fires for the target. */
uint64_t rules_freeing(const struct scenario *scenario, size_t target, uint64_t fired);
/* The exclusions of `fired` that hold for any target that no inclusion frees of them. */
uint64_t rules_excluding(const struct scenario *scenario, uint64_t fired);
/* The penalties of `fired` that hold for the target. */
uint64_t rules_penalising(const struct scenario *scenario, size_t target, uint64_t fired);

#endif
