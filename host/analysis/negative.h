/* Which drawn cells may stand for barren ground: those far enough from known places, around which there may be deposits that nobody has found. */
#ifndef LODE_ANALYSIS_NEGATIVE_H
#define LODE_ANALYSIS_NEGATIVE_H

#include "analysis/training.h"
#include "model/grid.h"

/* Whether a cell (row * width + column) lies at least `apart_m` metres from every training cell that is not held out ([training.n]; NULL: none is),
 * centre to centre: in the plane of a projected grid, along the geodesic of a grid in degrees. Training cells need not be in the study area. */
bool negative_is_apart(const struct grid *grid, int64_t cell, const struct training *training, const bool *held_out, double apart_m);

#endif
