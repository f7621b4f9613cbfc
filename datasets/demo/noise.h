/* Noise without a maths library: an integer hash on a lattice, blended by polynomials, so that every machine gets the same numbers. */
#ifndef DEMO_NOISE_H
#define DEMO_NOISE_H

#include <stdint.h>

/* 0 <= value < 1, the same for the same seed and whole coordinates. */
double noise_at(uint64_t seed, int64_t x, int64_t y);
/* Smooth, -1..1, one lattice step a unit. */
double noise_smooth(uint64_t seed, double x, double y);
/* `octaves` of it, each half as long and half as high as the one before; -1..1. `wavelength` in the units of x and y. */
double noise_fractal(uint64_t seed, double x, double y, double wavelength, int octaves);
/* 0 below `from`, 1 above `to`, 3t^2 - 2t^3 between. */
double ramp_smooth(double from, double to, double x);
/* 1 at distance 0, 0.5 at `half`, falling with the fourth power. */
double halo(double distance, double half);

#endif
