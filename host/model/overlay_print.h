/* How an overlay's numbers came about, in words. */
#ifndef LODE_MODEL_OVERLAY_PRINT_H
#define LODE_MODEL_OVERLAY_PRINT_H

#include "model/plan.h"

/* A line for each node, the outer first, whose weights were made or that orders or compares: "weights by ahp: rail 0.65, power 0.35; consistency
 * ratio 0.004". `before` begins each line. Nothing for overlays that need no words. */
void overlay_print(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, const char *before, struct text *out);
/* The order weights of an OWA's node, one a child. malloc'ed; NULL when memory is out. */
double *overlay_order(const struct overlay *node);

#endif
