/* The part of a plan that knows how far beyond the grid things matter. For the plan's own files; others ask plan_layer_reach_m. Metres. */
#ifndef LODE_MODEL_PLAN_REACH_H
#define LODE_MODEL_PLAN_REACH_H

#include "model/plan.h"

/* The farthest distance at which a criterion, a distance, still changes a score or a report. */
double criterion_reach_m(const struct scenario *scenario, size_t criterion);
/* How far it is looked for: the scenario's `margin`, or where that is not given `reach_m`, but no farther than the grid's longer side. */
double bounded_reach_m(const struct scenario *scenario, const struct grid *grid, double reach_m);
/* What a length by that metric is at most in the plane of the grid. */
double reach_in_plane_m(const struct grid *grid, enum metric metric, double reach_m);
/* How far beyond the grid its layer matters to a rule. */
double rule_reach_m(const struct grid *grid, const struct rule *rule);
/* The layer whose cells a rule looks at. */
int rule_layer(const struct scenario *scenario, const struct rule *rule);
/* The grid and so much around it; on a geographic grid all the way round, where it comes near a pole. */
struct window reach_window(const struct grid *grid, double reach_m);

#endif
