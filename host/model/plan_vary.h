/* A plan of the scenario with a few things otherwise, beside the first one's. */
#ifndef LODE_MODEL_PLAN_VARY_H
#define LODE_MODEL_PLAN_VARY_H

#include "model/plan.h"

/* Numbers that came from cells, as the base has them: of statistics, weights by cells, ideals, and models, which are opened like the base's;
 * and of permits, where both have as many classes. Both are of the same criteria and of targets that combine the same. */
status plan_take_numbers(struct plan *plan, const struct plan *base) LODE_MUST_CHECK;
/* Whether both have the same planes, masks, distances and bits of made rules, so that what was made for one serves the other. */
bool plan_shares_planes(const struct plan *plan, const struct plan *base);

#endif
