/* The plane of permit classes (model/plan.h, struct permit_places). */
#ifndef LODE_ANALYSIS_PERMIT_PLANE_H
#define LODE_ANALYSIS_PERMIT_PLANE_H

#include "model/mask.h"
#include "model/plan.h"

/* Classes of a window, NaN where missing. `land[i]`: mask of land layer i, over at least that window. `values`: on the way in codes of jurisdictions
 * (anything where places->layer is NO_INDEX). */
void permit_plane_fill(const struct permit_places *places, const struct mask *const *land, struct window window, float *values);

#endif
