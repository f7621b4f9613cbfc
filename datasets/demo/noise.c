/* Value noise: a hash of whole coordinates, blended by smoothstep. Hash: the splitmix64 finaliser (Steele, Lea and Flood 2014).
 * Only + - * / and floor are used, so that results are the same bits everywhere (no fused multiply-add: -ffp-contract=off). */
#include "noise.h"

#include <math.h>

static uint64_t hash_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double noise_at(uint64_t seed, int64_t x, int64_t y) {
    uint64_t z = hash_mix(seed + 0x9e3779b97f4a7c15u);
    z = hash_mix(z ^ (uint64_t)x);
    z = hash_mix(z ^ ((uint64_t)y * 0x9e3779b97f4a7c15u));
    return (double)(z >> 11) / 9007199254740992.0;
}

double ramp_smooth(double from, double to, double x) {
    double t = (x - from) / (to - from);
    if (t <= 0) return 0;
    if (t >= 1) return 1;
    return t * t * (3 - 2 * t);
}

double noise_smooth(uint64_t seed, double x, double y) {
    double fx = floor(x), fy = floor(y);
    int64_t ix = (int64_t)fx, iy = (int64_t)fy;
    double tx = ramp_smooth(0, 1, x - fx), ty = ramp_smooth(0, 1, y - fy);
    double south = noise_at(seed, ix, iy) * (1 - tx) + noise_at(seed, ix + 1, iy) * tx;
    double north = noise_at(seed, ix, iy + 1) * (1 - tx) + noise_at(seed, ix + 1, iy + 1) * tx;
    return 2 * (south * (1 - ty) + north * ty) - 1;
}

double noise_fractal(uint64_t seed, double x, double y, double wavelength, int octaves) {
    double sum = 0, height = 1, whole = 0;
    for (int i = 0; i < octaves; i++) {
        sum += height * noise_smooth(seed + (uint64_t)i * 7919, x / wavelength, y / wavelength);
        whole += height;
        height /= 2;
        wavelength /= 2;
    }
    return sum / whole;
}

double halo(double distance, double half) {
    double t = distance / half;
    return 1 / (1 + t * t * t * t);
}
