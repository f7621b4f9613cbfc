/* The part of a plan that knows which overlays take their numbers from cells. For the plan's own files. */
#ifndef LODE_MODEL_PLAN_GATHER_H
#define LODE_MODEL_PLAN_GATHER_H

#include "model/plan.h"

/* How many steps, and how many numbers in plan->params, a scenario's overlays need. */
void gather_count(const struct scenario *scenario, size_t *steps, size_t *params);
/* Fills plan->gathers, which has room for all, inner overlays first; their numbers are NaN until moments are taken. */
void gather_compile(struct plan *plan);
/* Numbers of a node that gathers. */
size_t gather_numbers(const struct overlay *node);

#endif
