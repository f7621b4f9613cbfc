/* Values between points against a search of all points and the whole system of kriging, solved by elimination; on metres and on degrees. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/interpolate.h"
#include "on_device.h"
#include "small_grids.h"

enum { COLS = 43, ROWS = 27, POINTS = 311 };

static const struct grid projected = METRES_GRID(500000, 4200000, COLS, ROWS);
static const struct grid geographic = DEGREES_GRID(170, COLS, ROWS);

/* Scattered over the grid and a little beyond; some share a place, some lie on a cell's centre, one has no value. */
static void scatter(const struct grid *grid, struct sample samples[POINTS]) {
    srand(11);
    for (int i = 0; i < POINTS; i++) {
        double x = grid->x0 + (rand() / (double)RAND_MAX * 1.2 - 0.1) * COLS * grid->dx;
        double y = grid->y0 - (rand() / (double)RAND_MAX * 1.2 - 0.1) * ROWS * grid->dy;
        samples[i] = (struct sample){x, y, 50 + 20 * sin(x / grid->dx / 7) + 10 * rand() / (double)RAND_MAX};
        if (i % 37 == 5) samples[i].x = grid_x(grid, i % COLS), samples[i].y = grid_y(grid, i % ROWS);
        if (i % 41 == 7) samples[i].x = samples[i - 3].x, samples[i].y = samples[i - 3].y;
        if (grid->geographic && samples[i].x > 180) samples[i].x -= 360;
    }
    samples[17].value = NAN;
}

/* In space, from the definition of the ellipsoid x^2/a^2 + y^2/a^2 + z^2/b^2 = 1. */
static void place(const struct grid *grid, double x, double y, double at[3]) {
    const double degree = acos(-1.0) / 180, a = grid->semi_major_m, b = a * (1 - grid->flattening), reduced = atan(b / a * tan(y * degree));
    at[0] = grid->geographic ? a * cos(reduced) * cos(x * degree) : x;
    at[1] = grid->geographic ? a * cos(reduced) * sin(x * degree) : y;
    at[2] = grid->geographic ? b * sin(reduced) : 0;
}

static double apart(const double a[3], const double b[3]) {
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) + (a[2] - b[2]) * (a[2] - b[2]));
}

static double gamma_of(const struct interpolation *how, double h) {
    if (h == 0) return 0;
    double share = 1;
    if (how->variogram == VARIOGRAM_SPHERICAL && h < how->range_m) share = 1.5 * h / how->range_m - 0.5 * pow(h / how->range_m, 3);
    if (how->variogram == VARIOGRAM_EXPONENTIAL) share = 1 - exp(-3 * h / how->range_m);
    if (how->variogram == VARIOGRAM_GAUSSIAN) share = 1 - exp(-3 * h * h / how->range_m / how->range_m);
    return how->nugget + (how->sill - how->nugget) * share;
}

struct found {
    double at[3], value, away;
};

static int by_distance(const void *a, const void *b) {
    const struct found *p = a, *q = b;
    return (p->away > q->away) - (p->away < q->away);
}

/* [Gamma 1; 1 0] [w; m] = [gamma; 1] by elimination with pivots; value w z, variance w gamma + m. */
static double krige(const struct interpolation *how, const struct found *near, int n, bool variance) {
    double m[18][19], x[18] = {0};
    for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= n; j++) m[i][j] = i < n && j < n ? gamma_of(how, i == j ? 0 : apart(near[i].at, near[j].at)) : i == n && j == n ? 0 : 1;
        m[i][n + 1] = i < n ? gamma_of(how, near[i].away) : 1;
    }
    for (int c = 0; c <= n; c++) {
        int best = c;
        for (int r = c; r <= n; r++)
            if (fabs(m[r][c]) > fabs(m[best][c])) best = r;
        for (int j = 0; j <= n + 1; j++) {
            double swap = m[c][j];
            m[c][j] = m[best][j];
            m[best][j] = swap;
        }
        for (int r = c + 1; r <= n; r++)
            for (int j = n + 1; j >= c; j--) m[r][j] -= m[r][c] / m[c][c] * m[c][j];
    }
    for (int r = n; r >= 0; r--) {
        x[r] = m[r][n + 1];
        for (int j = r + 1; j <= n; j++) x[r] -= m[r][j] * x[j];
        x[r] /= m[r][r];
    }
    double sum = variance ? x[n] : 0;
    for (int i = 0; i < n; i++) sum += x[i] * (variance ? gamma_of(how, near[i].away) : near[i].value);
    return sum;
}

/* Values at one place are their mean; returns how many places there are. */
static int places_of(const struct grid *grid, const struct sample *samples, struct found all[POINTS]) {
    int n = 0;
    for (int i = 0; i < POINTS; i++) {
        double sum = 0;
        int same = 0, first = i;
        for (int j = 0; j < POINTS; j++) {
            if (isnan(samples[j].value) || samples[j].x != samples[i].x || samples[j].y != samples[i].y) continue;
            if (j < first) first = j;
            sum += samples[j].value;
            same++;
        }
        if (first < i || same == 0) continue;
        place(grid, samples[i].x, samples[i].y, all[n].at);
        all[n++].value = sum / same;
    }
    return n;
}

static double oracle(const struct grid *grid, const struct plane *plane, const struct found *places, int count, double x, double y) {
    struct found all[POINTS];
    double here[3];
    int n = 0;
    place(grid, x, y, here);
    for (int i = 0; i < count; i++) {
        all[n] = places[i];
        all[n].away = apart(all[n].at, here);
        if (all[n].away < 1e-6) all[n].away = 0;
        n += all[n].away <= plane->radius_m;
    }
    qsort(all, (size_t)n, sizeof *all, by_distance);
    if (n > (int)plane->interpolation->neighbours) n = (int)plane->interpolation->neighbours;
    if (n == 0) return NAN;
    if (plane->kind != PLANE_IDW) return krige(plane->interpolation, all, n, plane->kind == PLANE_KRIGING_VARIANCE);
    if (all[0].away == 0) return all[0].value;
    double up = 0, down = 0;
    for (int i = 0; i < n; i++) {
        up += all[i].value * pow(all[i].away, -plane->interpolation->power);
        down += pow(all[i].away, -plane->interpolation->power);
    }
    return up / down;
}

static void compute(const struct grid *grid, const struct plane *plane, const struct sample *samples, size_t count, struct window window,
                    float *out) {
    struct interpolator *it;
    struct buffer *buffer;
    size_t bytes = (size_t)(window.cols * window.rows) * sizeof(float);
    assert_ok(interpolator_open(device, grid, plane, samples, count, &it));
    assert_ok(buffer_open(device, bytes, &buffer));
    assert_ok(interpolator_rows(it, window, buffer));
    assert_ok(buffer_read(buffer, 0, bytes, out));
    buffer_close(buffer);
    interpolator_close(it);
}

static void compare(const struct grid *grid, enum plane_kind kind, double radius_m, struct interpolation how) {
    const struct plane plane = {.kind = kind, .radius_m = radius_m, .interpolation = &how};
    struct sample samples[POINTS];
    float out[COLS * ROWS];
    int known = 0;
    struct found places[POINTS];
    scatter(grid, samples);
    const int count = places_of(grid, samples, places);
    compute(grid, &plane, samples, POINTS, grid_window(grid), out);
    for (int i = 0; i < COLS * ROWS; i++) {
        double wanted = oracle(grid, &plane, places, count, grid_x(grid, i % COLS), grid_y(grid, i / COLS)), got = (double)out[i];
        known += !isnan(wanted);
        if (isnan(wanted) && isnan(got)) continue;
        if (!(fabs(got - wanted) <= 2e-5 * (1 + fabs(wanted))))
            fail_msg("kind %d, variogram %d, %zu within %g of (%d,%d): %.9g, not %.9g", kind, how.variogram, how.neighbours, radius_m, i % COLS,
                     i / COLS, got, wanted);
    }
    assert_true(known > COLS * ROWS / 2);
}

static void every_point_is_looked_at(void **state) {
    (void)state;
    for (int g = 0; g < 2; g++) {
        const struct grid *grid = g ? &geographic : &projected;
        const double unit = g ? 1000 : 1;
        const double powers[] = {1, 2, 2.5, 3, 4};
        for (int p = 0; p < 5; p++) compare(grid, PLANE_IDW, 150 * unit, (struct interpolation){.neighbours = 12, .power = powers[p]});
        compare(grid, PLANE_IDW, 61.5 * unit, (struct interpolation){.neighbours = 5, .power = 2}); /* holes */
        compare(grid, PLANE_IDW, 5000 * unit, (struct interpolation){.neighbours = 16, .power = 2});
        compare(grid, PLANE_IDW, 5000 * unit, (struct interpolation){.neighbours = 1, .power = 2});
        for (enum plane_kind kind = PLANE_KRIGING; kind <= PLANE_KRIGING_VARIANCE; kind++)
            for (enum variogram v = 0; v < VARIOGRAMS; v++) {
                compare(grid, kind, 400 * unit, (struct interpolation){12, 2, v, 3, 40, 250 * unit, false, NULL});
                compare(grid, kind, 61.5 * unit, (struct interpolation){7, 2, v, 0.5, 40, 100 * unit, false, NULL});
                compare(grid, kind, 900 * unit, (struct interpolation){16, 2, v, v == VARIOGRAM_GAUSSIAN ? 1 : 0, 40, 500 * unit, false, NULL});
            }
    }
}

static void the_same_bits_from_every_window(void **state) {
    (void)state;
    const struct interpolation how = {12, 2, VARIOGRAM_SPHERICAL, 3, 40, 250, false, NULL};
    struct sample samples[POINTS];
    float whole[COLS * ROWS], part[COLS * ROWS];
    scatter(&projected, samples);
    for (enum plane_kind kind = PLANE_IDW; kind <= PLANE_KRIGING_VARIANCE; kind++) {
        const struct plane plane = {.kind = kind, .radius_m = 200, .interpolation = &how};
        compute(&projected, &plane, samples, POINTS, grid_window(&projected), whole);
        for (int64_t row = 0; row < ROWS; row += 10)
            for (int64_t col = 0; col < COLS; col += 17) {
                const struct window window = {col, row, COLS - col < 17 ? COLS - col : 17, ROWS - row < 10 ? ROWS - row : 10};
                compute(&projected, &plane, samples, POINTS, window, part);
                for (int64_t r = 0; r < window.rows; r++)
                    assert_memory_equal(part + r * window.cols, whole + (row + r) * COLS + col, (size_t)window.cols * sizeof *part);
            }
    }
}

/* No point, one point, and points so alike that the system has no answer: the doubled ones say nothing. */
static void few_points(void **state) {
    (void)state;
    const struct interpolation how = {12, 2, VARIOGRAM_GAUSSIAN, 0, 40, 5000, false, NULL};
    struct sample samples[POINTS];
    float out[COLS * ROWS];
    for (enum plane_kind kind = PLANE_IDW; kind <= PLANE_KRIGING_VARIANCE; kind++) {
        const struct plane plane = {.kind = kind, .radius_m = 300, .interpolation = &how};
        compute(&projected, &plane, samples, 0, grid_window(&projected), out);
        for (int i = 0; i < COLS * ROWS; i++) assert_true(isnan(out[i]));
        samples[0] = (struct sample){grid_x(&projected, 4), grid_y(&projected, 5), 7};
        compute(&projected, &plane, samples, 1, grid_window(&projected), out);
        for (int i = 0; i < COLS * ROWS; i++) {
            double x = 30.0 * (i % COLS - 4), y = 20.0 * (i / COLS - 5), h = hypot(x, y);
            double wanted = kind == PLANE_KRIGING_VARIANCE ? 2 * gamma_of(&how, h) : 7;
            assert_true(h > 300 ? isnan(out[i]) : fabs((double)out[i] - wanted) < 1e-4);
        }
        for (int i = 0; i < POINTS; i++) samples[i] = (struct sample){grid_x(&projected, 20) + 0.001 * i, grid_y(&projected, 13), 9};
        compute(&projected, &plane, samples, POINTS, grid_window(&projected), out);
        assert_true(kind == PLANE_KRIGING_VARIANCE ? out[13 * COLS + 22] >= 0 && out[13 * COLS + 22] < 1 : fabsf(out[13 * COLS + 22] - 9) < 1e-3f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_point_is_looked_at), cmocka_unit_test(the_same_bits_from_every_window),
                                       cmocka_unit_test(few_points)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
