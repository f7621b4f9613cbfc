/* The pixel maths, in the common tongue of OpenCL C 1.2 and C11: memberships of x (see host/model/op_table.h for the names).
 * NaN in, NaN out. Infinity (no source at all) goes to the limit. Includes nothing: as C, <math.h> must come before. */
#ifndef LODE_OPS_H
#define LODE_OPS_H

#if defined(__OPENCL_C_VERSION__) || defined(__OPENCL_VERSION__)
#pragma OPENCL FP_CONTRACT OFF
#define OP_EXP(x) exp(x)
#define OP_POW(x, y) pow(x, y)
#else
#define OP_EXP(x) expf(x)
#define OP_POW(x, y) powf(x, y)
#endif

static inline float op_unit(float t) {
    return t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
}

/* Formulas: what is no finite number is missing; a condition on missing values is missing. */
static inline float op_finite(float v) {
    return v - v == 0.0f ? v : NAN;
}

static inline float op_known(float a, float b, int holds) {
    return a != a || b != b ? NAN : (float)holds;
}

/* Where both ends are one, a step. */
static inline float member_linear(float x, float zero, float one) {
    float step = x >= one ? 1.0f : 0.0f;
    float ramp = op_unit((x - zero) / (one - zero));
    return x != x ? x : zero == one ? step : ramp;
}

static inline float member_trapezoid(float x, float zero_below, float one_from, float one_to, float zero_above) {
    float rise = x >= one_from ? 1.0f : x <= zero_below ? 0.0f : (x - zero_below) / (one_from - zero_below);
    float fall = x <= one_to ? 1.0f : x >= zero_above ? 0.0f : (zero_above - x) / (zero_above - one_to);
    return rise < fall ? rise : fall;
}

static inline float member_small(float x, float midpoint, float spread) {
    float mu = 1.0f / (1.0f + OP_POW(x / midpoint, spread));
    return x != x ? x : x <= 0.0f ? 1.0f : mu;
}

static inline float member_large(float x, float midpoint, float spread) {
    float mu = 1.0f / (1.0f + OP_POW(x / midpoint, -spread));
    return x != x ? x : x <= 0.0f ? 0.0f : mu;
}

static inline float member_near(float x, float midpoint, float spread) {
    float d = x - midpoint;
    return 1.0f / (1.0f + spread * (d * d));
}

static inline float member_gaussian(float x, float midpoint, float spread) {
    float d = x - midpoint;
    return OP_EXP(-spread * (d * d));
}

static inline float member_logistic(float x, float midpoint, float steepness) {
    return 1.0f / (1.0f + OP_EXP(-steepness * (x - midpoint)));
}

static inline float member_ms_small(float x, float a, float b, float mean, float sd) {
    float over = x - a * mean, s = b * sd;
    float mu = s / (over + s);
    return x != x ? x : over > 0.0f ? mu : 1.0f;
}

static inline float member_ms_large(float x, float a, float b, float mean, float sd) {
    float over = x - a * mean, s = b * sd;
    float mu = 1.0f - s / (over + s);
    return x != x ? x : over > 0.0f ? mu : 0.0f;
}

static inline float member_inverse(float x, float half_at) {
    float mu = half_at / (half_at + x);
    return x <= 0.0f ? 1.0f : mu;
}

#endif
