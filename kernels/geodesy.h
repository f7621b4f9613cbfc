/* Length of the shortest line between two points of an ellipsoid, in double, in the common tongue of OpenCL C 1.2 and C11.
 * Lambert 1942 (Thomas 1965, "Mathematical models for navigation systems") to GEODESY_FAR2; beyond, where its series fails, the shortest way
 * over a point of A's own equator. Relative error below 2e-5 on the Earth. Includes nothing: as C, <math.h> must come before. */
#ifndef LODE_GEODESY_H
#define LODE_GEODESY_H

#if defined(__OPENCL_C_VERSION__) || defined(__OPENCL_VERSION__)
#pragma OPENCL FP_CONTRACT OFF
#endif

/* Squared half chord from which the series is not used: 2.9 radians apart. */
#define GEODESY_FAR2 0.98548

/* Squared half chord on the unit sphere. sp, cp: sine and cosine of half of A's reduced latitude, sq, cq: of B's;
 * w: squared sine of half the difference of longitudes. */
static inline double geodesy_half_chord2(double sp, double cp, double sq, double cq, double w) {
    double s = sp * cq - cp * sq;
    return s * s + (cp * cp - sp * sp) * (cq * cq - sq * sq) * w;
}

/* asin(sqrt(u)) / sqrt(u) for u to 0.5: Chebyshev nodes, relative error below 6e-11. No branch and no call, so that it makes many at once. */
static inline double geodesy_arc(double u) {
    double y = 0.16832766779064512;
    y = fma(y, u, -0.274530531552789);
    y = fma(y, u, 0.24457373405691585);
    y = fma(y, u, -0.09567911791029521);
    y = fma(y, u, 0.049172747019893895);
    y = fma(y, u, 0.016586305874402952);
    y = fma(y, u, 0.031026955686869917);
    y = fma(y, u, 0.04460142088360356);
    y = fma(y, u, 0.07500135192415226);
    y = fma(y, u, 0.16666664960612718);
    return fma(y, u, 1.0000000000353153);
}

/* Where h or 1 - h vanishes, so does the square over it: a floor of the divisor far below any cell's keeps that 0. */
static inline double geodesy_lambert(double a, double f, double sp, double cp, double sq, double cq, double w) {
    const double half_turn = 3.141592653589793, least = 1e-30;
    double h = geodesy_half_chord2(sp, cp, sq, cq, w), s = sp * cq + cp * sq, d = sp * cq - cp * sq;
    h = h > 0.0 ? h : 0.0;
    h = h < 1.0 ? h : 1.0;
    double g = 1.0 - h, u = h < g ? h : g, v = h < g ? g : h, root = sqrt(u), arc = 2.0 * root * geodesy_arc(u), t = 2.0 * root * sqrt(v);
    double sigma = h < g ? arc : half_turn - arc, over = 1.0 / ((u > least ? u : least) * v);
    double x = (sigma - t) * (s * s) * (1.0 - d * d) * h * over, y = (sigma + t) * (1.0 - s * s) * (d * d) * g * over;
    return a * (sigma - 0.5 * f * (x + y));
}

/* p, q: reduced latitudes, lon: difference of longitudes, in radians. */
static inline double geodesy_way(double a, double f, double p, double q, double lon) {
    double t = sin(0.5 * lon);
    return geodesy_lambert(a, f, sin(0.5 * p), cos(0.5 * p), sin(0.5 * q), cos(0.5 * q), t * t);
}

/* From A over the point of A's equator at azimuth `azimuth` to B. */
static inline double geodesy_over(double a, double f, double p, double q, double lon, double azimuth) {
    double s = cos(p) * cos(azimuth), m = asin(s), m_lon = atan2(sin(azimuth) * cos(p), -sin(p) * s);
    return geodesy_way(a, f, p, m, m_lon) + geodesy_way(a, f, m, q, lon - m_lon);
}

static inline double geodesy_far(double a, double f, double p, double q, double lon) {
    const double turn = 6.283185307179586;
    double best_at = 0.0, best = geodesy_over(a, f, p, q, lon, 0.0), step = turn / 24.0;
    for (int i = 1; i < 24; i++) {
        double way = geodesy_over(a, f, p, q, lon, i * step);
        best_at = way < best ? i * step : best_at;
        best = way < best ? way : best;
    }
    for (int i = 0; i < 10; i++) {
        step *= 0.5;
        double left = geodesy_over(a, f, p, q, lon, best_at - step), right = geodesy_over(a, f, p, q, lon, best_at + step);
        double at = left < right ? best_at - step : best_at + step, way = left < right ? left : right;
        best_at = way < best ? at : best_at;
        best = way < best ? way : best;
    }
    return best;
}

/* a: semi-major axis, f: flattening; the result is in the unit of a. The other names as above. */
static inline double geodesy_length(double a, double f, double p, double sp, double cp, double q, double sq, double cq, double lon, double w) {
    return geodesy_half_chord2(sp, cp, sq, cq, w) < GEODESY_FAR2 ? geodesy_lambert(a, f, sp, cp, sq, cq, w) : geodesy_far(a, f, p, q, lon);
}

#endif
