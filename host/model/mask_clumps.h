/* Clumps of a mask: cells that touch one another, at corners too. */
#ifndef LODE_MODEL_MASK_CLUMPS_H
#define LODE_MODEL_MASK_CLUMPS_H

#include "model/mask.h"

/* Bytes that dropping clumps takes for a window, whatever lies in it. */
size_t mask_clumps_bytes(struct window window);
/* Clears every clump whose area is less than `least_km2`, by the area of the grid's cells. One that reaches an edge of the window behind which there
 * is more ground stays: how large it is nobody knows. On a grid round the globe the first column is beside the last; poles are no edges. */
status mask_drop_clumps(struct mask *mask, const struct grid *grid, double least_km2) LODE_MUST_CHECK;

#endif
