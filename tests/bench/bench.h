/* What is timed: a work a file, and the inputs that the program and its peers share. */
#ifndef LODE_BENCH_H
#define LODE_BENCH_H

#include <stdio.h>

#include "base/text.h"
#include "compute/device.h"
#include "model/grid.h"
#include "model/mask.h"

/* A piece of work to be timed, and what it took. `cpu_s`: of the processor, all threads; other programs do not slow it down. */
struct timing {
    struct device *device;
    int64_t size; /* cells along a side, or round the globe */
    FILE *answer; /* where the answer goes as raw floats, row by row, outside of the timed part; NULL: nowhere */
    double wall_s, cpu_s;
    int64_t cells;
    char more[160]; /* further JSON members, ", \"name\": value"; empty: none */
};
void timing_start(struct timing *timing);
void timing_stop(struct timing *timing); /* adds what passed since the start */
status timing_answer(const struct timing *timing, const float *values, size_t count) LODE_MUST_CHECK;

/* A field that is prepared once and then made band by band, row by row of a grid. */
struct banded {
    status (*open)(void *user, struct device *device);
    status (*rows)(void *user, struct window window, struct buffer *band);
    void *user;
};
/* Times opening it and then every band, with the results brought to host memory. To close it is the caller's. */
status bench_bands(struct timing *timing, const struct grid *grid, const struct banded *field) LODE_MUST_CHECK;

struct work {
    const char *name;
    int64_t size; /* for `bench`, and where no size is given */
    status (*run)(struct timing *timing);
};

/* Distances: planar from roads, planar from a few clusters, geodesic from sites round the globe and in a region. */
status time_planar(struct timing *timing) LODE_MUST_CHECK;
status time_planar_sparse(struct timing *timing) LODE_MUST_CHECK;
status time_geodesic(struct timing *timing) LODE_MUST_CHECK;
status time_geodesic_region(struct timing *timing) LODE_MUST_CHECK;
/* Accumulated cost from 20 sources over a smooth friction. LODE_USAGE where the core has none. */
status time_cost(struct timing *timing) LODE_MUST_CHECK;
/* The weighted mean of ten layers' memberships; a triad on the host takes turns with it. */
status time_overlay_linear(struct timing *timing) LODE_MUST_CHECK;
status time_overlay_logistic(struct timing *timing) LODE_MUST_CHECK;

/* Inputs depend on the size alone. Masks: free with mask_free. */
struct grid bench_plane(int64_t size);
struct grid bench_world(int64_t size);  /* size x size / 2 cells */
struct grid bench_region(int64_t size); /* size x 5/8 size cells: 25 by 15.6 degrees, 48.4 to 64 north */
status bench_roads(const struct grid *grid, struct mask *mask) LODE_MUST_CHECK;
status bench_clusters(const struct grid *grid, struct mask *mask) LODE_MUST_CHECK; /* 0.002 % of the cells */
status bench_sites(const struct grid *grid, struct mask *mask) LODE_MUST_CHECK;    /* 300 */
status bench_starts(const struct grid *grid, struct mask *mask) LODE_MUST_CHECK;   /* 20 */
/* From 1 to 5, smooth. `friction`: width * height. */
void bench_friction_row(const struct grid *grid, int64_t row, float *friction);
/* Writes the input `name` (roads, sparse, starts: a byte a cell; friction: a float a cell), row by row. */
status bench_make(const char *name, int64_t size, FILE *file) LODE_MUST_CHECK;

#endif
