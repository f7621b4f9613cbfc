/* Values between points, and densities: two points whose weights are known on the line between them, and points on a regular lattice, which come
 * back. */
#include <math.h>

#include "compute/density.h"
#include "compute/interpolate.h"
#include "compute/selftest_parts.h"

enum { COLS = 21, ROWS = 9 };

static const struct grid grid = {.dx = 10, .dy = 10, .unit_m = 1, .width = COLS, .height = ROWS};

static status compute(struct selftest *test, enum plane_kind kind, const struct interpolation *how, const struct sample *samples, size_t count,
                      float *out) {
    const struct plane plane = {.kind = kind, .radius_m = 500, .interpolation = how};
    struct interpolator *it = NULL;
    struct buffer *result = NULL;
    status failure = interpolator_open(test->device, &grid, &plane, samples, count, &it);
    if (!failure) failure = buffer_open(test->device, COLS * ROWS * sizeof(float), &result);
    if (!failure) failure = interpolator_rows(it, grid_window(&grid), result);
    if (!failure) failure = buffer_read(result, 0, COLS * ROWS * sizeof(float), out);
    interpolator_close(it);
    buffer_close(result);
    return failure;
}

/* Of two points with g = gamma(ab) between them: weight of a = 1/2 + (gamma(b) - gamma(a)) / 2 g; variance = 2 sum w gamma - sum w w gamma. */
static status check_pair(struct selftest *test, enum plane_kind kind, const char *name) {
    const struct interpolation how = {.neighbours = 12, .power = 2, .variogram = VARIOGRAM_SPHERICAL, .nugget = 1, .sill = 5, .range_m = 300};
    const struct sample samples[] = {{grid_x(&grid, 2), grid_y(&grid, 4), 10}, {grid_x(&grid, 18), grid_y(&grid, 4), 30}};
    struct verdict verdict = {.allowed = 1e-4};
    float out[COLS * ROWS];
    TRY(compute(test, kind, &how, samples, 2, out));
    for (int i = 0; i < COLS * ROWS; i++) {
        const double to_a = hypot(10.0 * (i % COLS - 2), 10.0 * (i / COLS - 4)), to_b = hypot(10.0 * (i % COLS - 18), 10.0 * (i / COLS - 4));
        const double h[] = {to_a / 300, to_b / 300, 160.0 / 300};
        double g[3];
        for (int k = 0; k < 3; k++) g[k] = h[k] > 0 ? 1 + 4 * (1.5 * h[k] - 0.5 * h[k] * h[k] * h[k]) : 0;
        const double of_a = kind == PLANE_IDW ? to_b * to_b / (to_a * to_a + to_b * to_b) : 0.5 + (g[1] - g[0]) / (2 * g[2]);
        const double variance = 2 * (of_a * g[0] + (1 - of_a) * g[1]) - 2 * of_a * (1 - of_a) * g[2];
        verdict_add(&verdict, (size_t)i, (double)out[i], kind == PLANE_KRIGING_VARIANCE ? variance : 10 * of_a + 30 * (1 - of_a));
    }
    return selftest_add(test, name, &verdict);
}

static status check_lattice(struct selftest *test) {
    const struct interpolation how = {.neighbours = 16, .power = 2, .variogram = VARIOGRAM_EXPONENTIAL, .nugget = 0, .sill = 5, .range_m = 100};
    struct sample samples[COLS * ROWS];
    struct verdict verdict = {.allowed = 1e-4};
    float out[COLS * ROWS];
    for (int i = 0; i < COLS * ROWS; i++) samples[i] = (struct sample){grid_x(&grid, i % COLS), grid_y(&grid, i / COLS), (i * 7919) % 101};
    TRY(compute(test, PLANE_KRIGING, &how, samples, COLS * ROWS, out));
    for (int i = 0; i < COLS * ROWS; i++) verdict_add(&verdict, (size_t)i, (double)out[i], (i * 7919) % 101);
    return selftest_add(test, "between points: kriging at a point in every cell", &verdict);
}

static status compute_density(struct selftest *test, enum density_kernel kernel, const struct feature_part *part, float *out) {
    const struct plane plane = {.kind = PLANE_DENSITY, .radius_m = 50, .kernel = kernel};
    struct density *density = NULL;
    struct buffer *result = NULL;
    status failure = density_open(test->device, &grid, &plane, part, 1, grid_window(&grid), &density);
    if (!failure) failure = buffer_open(test->device, COLS * ROWS * sizeof(float), &result);
    if (!failure) failure = density_rows(density, grid_window(&grid), result);
    if (!failure) failure = buffer_read(result, 0, COLS * ROWS * sizeof(float), out);
    density_close(density);
    buffer_close(result);
    return failure;
}

/* A point, and a line through all circles, whose chords have 16/15 a^(5/2) and 2 sqrt(a) radii for the kernels, a = 1 - (distance / radius)^2. */
static status check_density(struct selftest *test, enum density_kernel kernel, bool line, const char *name) {
    const double x = grid_x(&grid, 7), y = grid_y(&grid, 3.25), area_km2 = acos(-1.0) * 0.05 * 0.05;
    const struct feature_part part = {line ? x - 3000 : x, y, line ? x + 3000 : x, y, 2};
    struct verdict verdict = {.allowed = 1e-6};
    float out[COLS * ROWS];
    TRY(compute_density(test, kernel, &part, out));
    for (int i = 0; i < COLS * ROWS; i++) {
        const double off = hypot(line ? 0 : 10.0 * (i % COLS - 7), 10.0 * (i / COLS - 3.25)), a = fmax(1 - off * off / 2500, 0);
        const double chord = kernel == DENSITY_UNIFORM ? 2 * sqrt(a) : 16.0 / 15 * pow(a, 2.5),
                     counts = kernel == DENSITY_UNIFORM ? off <= 50 : a * a;
        verdict_add(&verdict, (size_t)i, (double)out[i] * area_km2 / (kernel == DENSITY_UNIFORM ? 2 : 6), line ? 0.05 * chord : counts);
    }
    return selftest_add(test, name, &verdict);
}

static status check_densities(struct selftest *test) {
    TRY(check_density(test, DENSITY_QUARTIC, false, "densities: a point"));
    TRY(check_density(test, DENSITY_UNIFORM, false, "densities: a point, uniform kernel"));
    TRY(check_density(test, DENSITY_QUARTIC, true, "densities: a line"));
    return check_density(test, DENSITY_UNIFORM, true, "densities: a line, uniform kernel");
}

status selftest_interpolate(struct selftest *test) {
    if (!device_info(test->device)->fp64) return NULL;
    TRY(check_pair(test, PLANE_IDW, "between points: inverse distances to two"));
    TRY(check_pair(test, PLANE_KRIGING, "between points: kriging of two"));
    TRY(check_pair(test, PLANE_KRIGING_VARIANCE, "between points: variance of kriging of two"));
    TRY(check_densities(test));
    return check_lattice(test);
}
