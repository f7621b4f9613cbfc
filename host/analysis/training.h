/* Training places of a model, put onto cells. */
#ifndef LODE_ANALYSIS_TRAINING_H
#define LODE_ANALYSIS_TRAINING_H

#include "analysis/layers.h"

struct training_cell {
    int64_t col, row;
    double points; /* 1, or as many places as lie in the cell when the model counts them all */
    bool studied;  /* in the study area: what counts */
};

struct training {
    size_t given, beyond; /* places, and those of them that lie outside the grid */
    size_t n;
    struct training_cell *cells; /* each cell once, in reading order; `studied` is not yet known */
};

/* Places of vector layers; other geometries stand for a point on them. Cells in `arena`. */
status training_read(const struct grid *grid, const struct layers *layers, const int *which, size_t count, enum same_cell same_cell,
                     struct arena *arena, struct training *out) LODE_MUST_CHECK;

#endif
