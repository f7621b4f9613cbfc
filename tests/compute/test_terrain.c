/* Terrain against the formulas in double, on planes of known slope, and over gaps. */
#include "ok.h"

#include <math.h>
#include <stdlib.h>

#include "compute/terrain.h"
#include "small_grids.h"

enum { COLS = 37, ROWS = 23, WIDE = COLS + 2, HIGH = ROWS + 2 };

static const struct grid projected = METRES_GRID(0, 0, COLS, ROWS);
static const struct grid geographic = DEGREES_GRID(10, COLS, ROWS);

static void compute(const struct grid *grid, int64_t row0, enum plane_kind kind, const float *surface, float *out) {
    struct device *device;
    struct terrain *terrain;
    struct buffer *in, *result;
    assert_ok(device_open(NULL, &device));
    assert_ok(terrain_open(device, &terrain));
    assert_ok(buffer_open(device, WIDE * HIGH * sizeof(float), &in));
    assert_ok(buffer_open(device, COLS * ROWS * sizeof(float), &result));
    assert_ok(buffer_write(in, 0, WIDE * HIGH * sizeof(float), surface));
    assert_ok(terrain_rows(terrain, kind, grid, (struct window){0, row0, COLS, ROWS}, in, result));
    assert_ok(buffer_read(result, 0, COLS * ROWS * sizeof(float), out));
    buffer_close(in);
    buffer_close(result);
    terrain_close(terrain);
    device_close(device);
}

/* Width and height of a cell in metres: arcs of ellipse and parallel, by numeric derivative of the position on the ellipsoid. */
static void cell_metres(const struct grid *grid, double row, double *dx, double *dy) {
    *dx = grid->dx;
    *dy = grid->dy;
    if (!grid->geographic) return;
    double degree = acos(-1.0) / 180, lat = (grid->y0 - (row + 0.5) * grid->dy) * degree, a = grid->semi_major_m, b = a * (1 - grid->flattening);
    double r[2], z[2], step = 1e-5;
    for (int i = 0; i < 2; i++) {
        double reduced = atan(b / a * tan(lat + (i - 0.5) * step));
        r[i] = a * cos(reduced);
        z[i] = b * sin(reduced);
    }
    *dx = a * cos(atan(b / a * tan(lat))) * grid->dx * degree;
    *dy = hypot(r[1] - r[0], z[1] - z[0]) / step * grid->dy * degree;
}

/* The quadric z = r x^2 / 2 + s x y + t y^2 / 2 + p x + q y through the centre (y to the north), by least squares with weight 2 beside and above it
 * and 1 in the corners, solved by its normal equations; and the curvatures of its sections by the vertical plane down the slope, across it, and of
 * its contour. */
static double curvature(enum plane_kind kind, double z[3][3], double dx, double dy, double p, double q) {
    double xx = 0, yy = 0, xy = 0;
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++) {
            double x = i - 1, y = 1 - j, weight = i == 1 || j == 1 ? 2 : 1, rise = z[j][i] - z[1][1];
            xx += weight * x * x * rise;
            yy += weight * y * y * rise;
            xy += weight * x * y * rise;
        }
    /* In cells, with a = r / 2 and b = t / 2: 8 a + 4 b = xx, 4 a + 8 b = yy, 4 s = xy. */
    double r = 2 * (2 * xx - yy) / 12 / (dx * dx), t = 2 * (2 * yy - xx) / 12 / (dy * dy), s = xy / 4 / (dx * dy), g2 = p * p + q * q;
    if (sqrt(g2) <= 0.001) return 0;
    if (kind == PLANE_PROFILE_CURVATURE) return -(r * p * p + 2 * s * p * q + t * q * q) / (g2 * pow(1 + g2, 1.5));
    return -(r * q * q - 2 * s * p * q + t * p * p) / (kind == PLANE_PLAN_CURVATURE ? pow(g2, 1.5) : g2 * sqrt(1 + g2));
}

static double oracle(enum plane_kind kind, const struct grid *grid, int64_t row0, const float *surface, int x, int y) {
    double z[3][3], low = INFINITY, high = -INFINITY, dx, dy;
    for (int j = 0; j < 3; j++)
        for (int i = 0; i < 3; i++) {
            z[j][i] = surface[(y + j) * WIDE + x + i];
            if (isnan(z[j][i])) return NAN;
            low = fmin(low, z[j][i]);
            high = fmax(high, z[j][i]);
        }
    cell_metres(grid, (double)(row0 + y), &dx, &dy);
    double east = (z[0][2] + 2 * z[1][2] + z[2][2] - z[0][0] - 2 * z[1][0] - z[2][0]) / (8 * dx);
    double north = (z[0][0] + 2 * z[0][1] + z[0][2] - z[2][0] - 2 * z[2][1] - z[2][2]) / (8 * dy);
    if (kind == PLANE_ROUGHNESS) return high - low;
    if (kind == PLANE_RUGGEDNESS) {
        double sum = 0;
        for (int k = 0; k < 9; k++) sum += pow(z[k / 3][k % 3] - z[1][1], 2);
        return sqrt(sum);
    }
    if (kind == PLANE_SLOPE) return 100 * hypot(east, north);
    if (kind >= PLANE_PROFILE_CURVATURE) return curvature(kind, z, dx, dy, east, north);
    if (east == 0 && north == 0) return -1;
    return fmod(450 - atan2(-north, -east) * 180 / acos(-1.0), 360);
}

static void compare(enum plane_kind kind, const struct grid *grid, int64_t row0, const float *surface) {
    float out[COLS * ROWS];
    compute(grid, row0, kind, surface, out);
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLS; x++) {
            double wanted = oracle(kind, grid, row0, surface, x, y), got = (double)out[y * COLS + x], off = fabs(got - wanted);
            if (isnan(wanted) && isnan(got)) continue;
            if (kind == PLANE_ASPECT) off = fmin(off, 360 - off);
            if (!(off <= (kind < PLANE_PROFILE_CURVATURE ? 1e-3 : 3e-6 * fmax(1, fabs(wanted)))))
                fail_msg("kind %d of (%d,%d): %.9g, not %.9g", kind, x, y, got, wanted);
        }
}

static void rough_ground(void **state) {
    (void)state;
    float surface[WIDE * HIGH];
    srand(5);
    for (int i = 0; i < WIDE * HIGH; i++) surface[i] = rand() % 97 == 0 ? NAN : 500 + (float)(rand() % 4000) / 100;
    for (enum plane_kind kind = PLANE_SLOPE; kind <= PLANE_TANGENTIAL_CURVATURE; kind++) {
        compare(kind, &projected, 3, surface);
        compare(kind, &geographic, 3, surface);
    }
}

static void tilted_planes(void **state) {
    (void)state;
    const struct {
        float east, north; /* rise per metre */
        double aspect, slope;
    } planes[] = {{0, -0.1f, 0, 10}, {-0.1f, 0, 90, 10}, {0, 0.25f, 180, 25}, {0.1f, 0, 270, 10}, {0.3f, 0.4f, 216.8699, 50}, {0, 0, -1, 0}};
    float surface[WIDE * HIGH], out[COLS * ROWS];
    for (size_t p = 0; p < sizeof planes / sizeof *planes; p++) {
        for (int i = 0; i < WIDE * HIGH; i++) surface[i] = planes[p].east * 30 * (float)(i % WIDE) - planes[p].north * 20 * (float)(i / WIDE);
        compute(&projected, 0, PLANE_ASPECT, surface, out);
        for (int i = 0; i < COLS * ROWS; i++) {
            double off = fabs((double)out[i] - planes[p].aspect);
            assert_true(fmin(off, 360 - off) < 0.01 && out[i] < 360);
        }
        compute(&projected, 0, PLANE_SLOPE, surface, out);
        for (int i = 0; i < COLS * ROWS; i++) assert_true(fabs((double)out[i] - planes[p].slope) < 0.01);
    }
}

/* A sphere of 5 km: sections down and across the slope have its curvature, a contour that of its circle. A bowl bends the other way. */
static void a_dome_and_a_bowl(void **state) {
    (void)state;
    const struct grid grid = {.dx = 10, .dy = 10, .unit_m = 1, .width = COLS, .height = ROWS};
    const double radius = 5000;
    float surface[WIDE * HIGH], out[COLS * ROWS];
    for (int sign = -1; sign <= 1; sign += 2)
        for (enum plane_kind kind = PLANE_PROFILE_CURVATURE; kind <= PLANE_TANGENTIAL_CURVATURE; kind++) {
            for (int i = 0; i < WIDE * HIGH; i++) {
                double x = 10.0 * (i % WIDE) + 1500, y = 10.0 * (i / WIDE) + 700;
                surface[i] = (float)(sign * sqrt(radius * radius - x * x - y * y) - sign * 4700);
            }
            compute(&grid, 0, kind, surface, out);
            for (int i = 0; i < COLS * ROWS; i++) {
                double contour = hypot(10.0 * (i % COLS + 1) + 1500, 10.0 * (i / COLS + 1) + 700);
                double wanted = sign / (kind == PLANE_PLAN_CURVATURE ? contour : radius);
                if (!(fabs((double)out[i] / wanted - 1) < 0.02)) fail_msg("kind %d: %g, not %g", kind, (double)out[i], wanted);
            }
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rough_ground), cmocka_unit_test(tilted_planes), cmocka_unit_test(a_dome_and_a_bowl)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
