/* Length of the shortest line between two points of an ellipsoid, in double, in the common tongue of OpenCL C 1.2 and C11.
 * Lambert 1942 (Thomas 1965, "Mathematical models for navigation systems") to GEODESY_FAR; beyond, where its series fails, the shortest way
 * over a point of A's own equator. Relative error below 2e-5 on the Earth. Includes nothing: as C, <math.h> must come before. */
#ifndef LODE_GEODESY_H
#define LODE_GEODESY_H

#ifndef GEODESY_FAR
#define GEODESY_FAR 2.9 // radians on the auxiliary sphere
#endif

/* Squared half chord on the unit sphere; p, q are reduced latitudes, lon the difference of longitudes, in radians. */
static inline double geodesy_half_chord2(double p, double q, double lon) {
    double s = sin(0.5 * (p - q)), t = sin(0.5 * lon);
    return s * s + cos(p) * cos(q) * t * t;
}

static inline double geodesy_lambert(double a, double f, double p, double q, double lon) {
    double h = geodesy_half_chord2(p, q, lon);
    h = h < 1.0 ? h : 1.0;
    double sigma = 2.0 * asin(sqrt(h)), s = sin(0.5 * (p + q)), c = cos(0.5 * (p - q)), t = sin(sigma);
    double x = h < 1.0 ? (sigma - t) * (s * s) * (c * c) / (1.0 - h) : 0.0;
    double y = h > 0.0 ? (sigma + t) * (1.0 - s * s) * (1.0 - c * c) / h : 0.0;
    return a * (sigma - 0.5 * f * (x + y));
}

/* From A over the point of A's equator at azimuth `azimuth` to B. */
static inline double geodesy_over(double a, double f, double p, double q, double lon, double azimuth) {
    double s = cos(p) * cos(azimuth), m = asin(s), m_lon = atan2(sin(azimuth) * cos(p), -sin(p) * s);
    return geodesy_lambert(a, f, p, m, m_lon) + geodesy_lambert(a, f, m, q, lon - m_lon);
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

/* a: semi-major axis, f: flattening; the result is in the unit of a. */
static inline double geodesy_length(double a, double f, double p, double q, double lon) {
    const double far2 = sin(0.5 * GEODESY_FAR) * sin(0.5 * GEODESY_FAR);
    return geodesy_half_chord2(p, q, lon) < far2 ? geodesy_lambert(a, f, p, q, lon) : geodesy_far(a, f, p, q, lon);
}

#endif
