/* The part of a plan that knows where a rule fires. For the plan's own files. */
#ifndef LODE_MODEL_PLAN_RULE_H
#define LODE_MODEL_PLAN_RULE_H

#include "model/plan.h"

/* How many planes, masks and distances a rule takes at most, and how many numbers. */
size_t rule_steps(const struct plan *plan, size_t rule);
size_t rule_params(const struct plan *plan, size_t rule);
/* Which planes the rule reads, and how they are compared. LODE_BAD_DATA when a buffer is put round what has no edges. */
status plan_compile_rule(struct plan *plan, size_t rule) LODE_MUST_CHECK;

#endif
