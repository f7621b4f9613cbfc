/* The kinds of distance behind distance.h. For this room alone. Same contracts as there. */
#ifndef LODE_COMPUTE_DISTANCE_KINDS_H
#define LODE_COMPUTE_DISTANCE_KINDS_H

#include "compute/distance.h"

struct planar;
status planar_open(struct device *device, const struct grid *grid, const struct mask *mask, struct planar **out) LODE_MUST_CHECK;
void planar_close(struct planar *planar);
/* `window` lies within the mask's. */
status planar_rows(struct planar *planar, struct window window, struct buffer *metres, struct buffer *source) LODE_MUST_CHECK;

struct geodesic;
status geodesic_open(struct device *device, const struct grid *grid, const struct mask *mask, struct geodesic **out) LODE_MUST_CHECK;
void geodesic_close(struct geodesic *geodesic);
status geodesic_rows(struct geodesic *geodesic, struct window window, struct buffer *metres, struct buffer *source) LODE_MUST_CHECK;

struct placed;
status placed_open(struct device *device, const struct grid *grid, const struct mask *mask, const struct places *places,
                   struct placed **out) LODE_MUST_CHECK;
void placed_close(struct placed *placed);
status placed_rows(struct placed *placed, struct window window, struct buffer *metres, struct buffer *source) LODE_MUST_CHECK;

#endif
