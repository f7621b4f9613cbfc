/* The kernel sources, embedded at build time: one string a file of kernels/. */
#ifndef LODE_COMPUTE_KERNELS_H
#define LODE_COMPUTE_KERNELS_H

extern const char *const kernel_ops;         /* kernels/ops.h: the pixel maths, before every program that uses it */
extern const char *const kernel_geodesy;     /* kernels/geodesy.h: lengths on the ellipsoid, in double */
extern const char *const kernel_distance;    /* kernels/distance.cl: planar */
extern const char *const kernel_geodesic;    /* kernels/geodesic.cl */
extern const char *const kernel_placed;      /* kernels/placed.cl: geodesic on projected grids */
extern const char *const kernel_cost;        /* kernels/cost.cl: accumulated cost */
extern const char *const kernel_count;       /* kernels/count.cl: counts for models */
extern const char *const kernel_regression;  /* kernels/regression.cl: sums of a logistic regression */
extern const char *const kernel_permit;      /* kernels/permit.cl: after ops.h */
extern const char *const kernel_terrain;     /* kernels/terrain.cl */
extern const char *const kernel_interpolate; /* kernels/interpolate.cl: between points */
extern const char *const kernel_percentile;  /* kernels/percentile.cl: over circles of cells */
extern const char *const kernel_density;     /* kernels/density.cl: around a cell, of points and lines */
extern const char *const kernel_focal;       /* kernels/focal.cl: over circles of cells */

#endif
