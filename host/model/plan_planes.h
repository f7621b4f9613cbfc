/* The part of a plan that lists planes, masks and distances, equal ones once. For the plan's own files. Each returns the index of what is asked
 * for, in plan->planes or plan->masks, which have room for all (plan.c, allocate). */
#ifndef LODE_MODEL_PLAN_PLANES_H
#define LODE_MODEL_PLAN_PLANES_H

#include "model/plan.h"

/* A layer's own values, or what terrain makes of them. */
int plan_add_layer_plane(struct plan *plan, enum plane_kind kind, int layer);
/* The criterion's own interpolation, which must outlive the plan. */
int plan_add_density_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion);
int plan_add_interpolated_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion);
/* Over the criterion's radius. LODE_BAD_DATA where no other cell lies within it, or more than a circle may have. */
status plan_add_circle_plane(struct plan *plan, enum plane_kind kind, const struct criterion *criterion, int *out) LODE_MUST_CHECK;
/* Its window follows from its reach; one that is there already is widened to the farther reach. */
int plan_add_mask(struct plan *plan, struct mask_step step);
int plan_add_layer_mask(struct plan *plan, int layer, double reach_m);
int plan_add_inside_plane(struct plan *plan, int mask);
/* METRIC_AUTO: geodesic on a geographic grid, else planar. */
int plan_add_distance(struct plan *plan, int mask, enum metric metric, double reach_m); /* in plan->distances, read by no plane */
int plan_add_distance_plane(struct plan *plan, int mask, enum metric metric, double reach_m);
/* Always a distance of its own. */
int plan_add_cost_plane(struct plan *plan, int mask, const struct formula *friction, double reach_m);

#endif
