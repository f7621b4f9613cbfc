/* The pixel maths, in the common tongue of OpenCL C 1.2 and C11: memberships of x (see host/model/op_table.h for the names).
 * NaN in, NaN out. Infinity (no source at all) goes to the limit. Includes nothing: as C, <math.h> and <string.h> must come before.
 * Own exponential and power, of correctly rounded operations alone: the same bits on every device that
 * rounds division correctly and keeps subnormals, and loops of them become vectors.
 * op_exp is within 1 ULP of the true value; op_pow within 2 where that lies in 2^-24..2^24 (beyond, a membership is 0 or 1 to within
 * its rounding), and within 8 elsewhere; subnormal results included. Gaussian and logistic memberships are within 2e-7 of the true value. */
#ifndef LODE_OPS_H
#define LODE_OPS_H

/* A call in a loop would keep the loop from being made vectors of. */
#define OP_INLINE inline __attribute__((always_inline))

#if defined(__OPENCL_C_VERSION__) || defined(__OPENCL_VERSION__)
#pragma OPENCL FP_CONTRACT OFF
#define OP_FMA(a, b, c) fma(a, b, c)
#define op_bits(x) as_uint(x)
#define op_float(bits) as_float(bits)
#else
#define OP_FMA(a, b, c) fmaf(a, b, c)
static OP_INLINE unsigned op_bits(float x) {
    unsigned bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
static OP_INLINE float op_float(unsigned bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
#endif

#define OP_LOG2_E 1.44269504f
#define OP_SHIFTER 12582912.0f /* 1.5 * 2^23: added, it leaves the nearest integer in the low bits */

/* p * 2^n, n as the shifter's sum holds it, in two steps: so a subnormal result is rounded once. */
static OP_INLINE float op_scale(float p, float shifted) {
    unsigned n = op_bits(shifted) - op_bits(OP_SHIFTER) + 512u, first = n >> 1;
    return p * op_float((first - 256u + 127u) << 23) * op_float((n - first - 256u + 127u) << 23);
}

/* Polynomial of Moshier's Cephes, expf. */
static OP_INLINE float op_exp(float x) {
    float c = -104.0f > x ? -104.0f : x;
    c = 89.0f < c ? 89.0f : c;
    float shifted = OP_FMA(c, 1.44269504f, OP_SHIFTER), n = shifted - OP_SHIFTER;
    float r = OP_FMA(n, 2.12194440e-4f, OP_FMA(n, -0.693359375f, c));
    float p = OP_FMA(1.9875691500e-4f, r, 1.3981999507e-3f);
    p = OP_FMA(p, r, 8.3334519073e-3f);
    p = OP_FMA(p, r, 4.1665795894e-2f);
    p = OP_FMA(p, r, 1.6666665459e-1f);
    p = OP_FMA(p, r, 5.0000001201e-1f);
    return op_scale(OP_FMA(p, r * r, r) + 1.0f, shifted);
}

/* 2^(high + low), a sum's parts apart; Cephes, exp2f. */
static OP_INLINE float op_exp2(float high, float low) {
    float c = -160.0f > high ? -160.0f : high;
    c = 160.0f < c ? 160.0f : c;
    float shifted = c + OP_SHIFTER, r = (c - (shifted - OP_SHIFTER)) + (high * high < 25600.0f ? low : 0.0f);
    float p = OP_FMA(1.535336188319500e-4f, r, 1.339887440266574e-3f);
    p = OP_FMA(p, r, 9.618437357674640e-3f);
    p = OP_FMA(p, r, 5.550332471162809e-2f);
    p = OP_FMA(p, r, 2.402264791363012e-1f);
    p = OP_FMA(p, r, 6.931472028550421e-1f);
    return op_scale(OP_FMA(p, r, 1.0f), shifted);
}

/* 2^x + y, rounded once more, for memberships: 2^x is within 1 ULP, but 0 below 2^-126.5 and infinite from 2^127.5 on, so that one float holds
 * the power of two. Its shifter has the exponent's bias in it. */
static OP_INLINE float op_exp2_plus(float x, float y) {
    const float shifter = OP_SHIFTER + 127.0f;
    float c = -127.0f > x ? -127.0f : x;
    c = 128.0f < c ? 128.0f : c;
    float shifted = c + shifter, r = c - (shifted - shifter);
    float p = OP_FMA(1.535336188319500e-4f, r, 1.339887440266574e-3f);
    p = OP_FMA(p, r, 9.618437357674640e-3f);
    p = OP_FMA(p, r, 5.550332471162809e-2f);
    p = OP_FMA(p, r, 2.402264791363012e-1f);
    p = OP_FMA(p, r, 6.931472028550421e-1f);
    return OP_FMA(OP_FMA(p, r, 1.0f), op_float(op_bits(shifted) << 23), y);
}

/* x^y as the C library's, but NaN for every x below 0, whole y too; -0 is 0; and 1 to an infinite or missing power is NaN. The logarithm, to base 2
 * and in two parts, is that of m * 2^e with m around 1: 2 atanh(s) of s = (m - 1) / (m + 1), the quotient's own rounding error kept. */
static OP_INLINE float op_pow(float x, float y) {
    int tiny = x < 1.17549435e-38f;
    unsigned bits = op_bits(tiny ? x * 16777216.0f : x), from_root = bits - 0x3f3504f3u;
    float m = op_float(bits - (from_root & 0xff800000u)), e = (float)((int)from_root >> 23) - (tiny ? 24.0f : 0.0f);
    float f = m - 1.0f, g = m + 1.0f, g_low = m - (g - 1.0f), inverse = 1.0f / g;
    float s = f * inverse, s_low = (OP_FMA(-s, g, f) - s * g_low) * inverse, z = s * s;
    float p = OP_FMA(0.26230819f, z, 0.32059890f);
    p = OP_FMA(p, z, 0.41219859f);
    p = OP_FMA(p, z, 0.57707802f);
    p = OP_FMA(p, z, 0.96179669f);
    float part = s * 2.885390043f;
    float rest = OP_FMA(s, 2.885390043f, -part) + OP_FMA(s, 3.851925978e-08f, s_low * 2.885390043f);
    rest = OP_FMA(s * z, p, rest);
    float sum = e + part, sum_low = (part - (sum - e)) + rest;
    float high = sum + sum_low, low = sum_low - (high - sum);
    high = x > 0.0f ? (x < INFINITY ? high : INFINITY) : x == 0.0f ? -INFINITY : NAN;
    float power = y * high;
    float result = op_exp2(power, OP_FMA(y, high, -power) + y * low);
    return y == 0.0f ? 1.0f : result;
}

static OP_INLINE float op_unit(float t) {
    return t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
}

/* Formulas: what is no finite number is missing; a condition on missing values is missing. */
static OP_INLINE float op_finite(float v) {
    return v - v == 0.0f ? v : NAN;
}

static OP_INLINE float op_known(float a, float b, int holds) {
    return a != a || b != b ? NAN : (float)holds;
}

/* The float below x, and 2^-126 below at the least. */
static OP_INLINE float op_below(float x) {
    float next = op_float(x > 0.0f ? op_bits(x) - 1u : op_bits(x) + 1u), least = x - 1.17549435e-38f;
    return least < next ? least : next;
}

/* Where both ends are one (or too near for a reciprocal), a step: a slope from the float below. x is held between the ends first, in a way that
 * keeps NaN. The quotient, by way of a reciprocal that many cells share and then corrected, is rounded correctly (Markstein 1990; for ends more
 * than 2^126 apart only where subnormal numbers are kept) from the rounded differences x - zero, one - zero. */
static OP_INLINE float member_linear(float x, float zero, float one) {
    zero = one - zero < 1.17549435e-38f && zero - one < 1.17549435e-38f ? op_below(one) : zero;
    float low = zero < one ? zero : one, high = zero < one ? one : zero, length = one - zero, inverse = 1.0f / length;
    float c = low > x ? low : x;
    c = high < c ? high : c;
    float d = c - zero, near = OP_FMA(d, inverse, 0.0f); /* + 0: no -0 at the foot of a falling slope */
    return OP_FMA(OP_FMA(-near, length, d), inverse, near);
}

static OP_INLINE float member_trapezoid(float x, float zero_below, float one_from, float one_to, float zero_above) {
    float rise = x >= one_from ? 1.0f : x <= zero_below ? 0.0f : (x - zero_below) / (one_from - zero_below);
    float fall = x <= one_to ? 1.0f : x >= zero_above ? 0.0f : (zero_above - x) / (zero_above - one_to);
    return rise < fall ? rise : fall;
}

static OP_INLINE float member_small(float x, float midpoint, float spread) {
    float mu = 1.0f / (1.0f + op_pow(x / midpoint, spread));
    return x != x ? x : x <= 0.0f ? 1.0f : mu;
}

static OP_INLINE float member_large(float x, float midpoint, float spread) {
    float mu = 1.0f / (1.0f + op_pow(x / midpoint, -spread));
    return x != x ? x : x <= 0.0f ? 0.0f : mu;
}

static OP_INLINE float member_near(float x, float midpoint, float spread) {
    float d = x - midpoint;
    return 1.0f / (1.0f + spread * (d * d));
}

static OP_INLINE float member_gaussian(float x, float midpoint, float spread) {
    float d = x - midpoint;
    return op_exp2_plus(-OP_LOG2_E * spread * (d * d), 0.0f);
}

static OP_INLINE float member_logistic(float x, float midpoint, float steepness) {
    return 1.0f / op_exp2_plus(-OP_LOG2_E * steepness * (x - midpoint), 1.0f);
}

static OP_INLINE float member_ms_small(float x, float a, float b, float mean, float sd) {
    float over = x - a * mean, s = b * sd;
    float mu = s / (over + s);
    return x != x ? x : over > 0.0f ? mu : 1.0f;
}

static OP_INLINE float member_ms_large(float x, float a, float b, float mean, float sd) {
    float over = x - a * mean, s = b * sd;
    float mu = 1.0f - s / (over + s);
    return x != x ? x : over > 0.0f ? mu : 0.0f;
}

static OP_INLINE float member_inverse(float x, float half_at) {
    float mu = half_at / (half_at + x);
    return x <= 0.0f ? 1.0f : mu;
}

/* Hamacher's t-norm (1978); 0 of two zeros, where its quotient is 0 / 0 for parameter 0. */
static OP_INLINE float op_hamacher(float a, float b, float parameter) {
    float both = a * b, below = parameter + (1.0f - parameter) * (a + (b - both)), t = both / below;
    return below > 0.0f ? t : 0.0f;
}

/* Share of a step from `from` to `from + 1` that lies below p. */
static OP_INLINE float op_step_share(float p, float from) {
    return op_unit(p - from);
}

#endif
