/* Circles of cells against every pair of cells in double, on grids in metres and degrees, over gaps; and the same bits from every window. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "compute/focal.h"
#include "model/circle.h"
#include "on_device.h"
#include "small_grids.h"

enum { COLS = 41, ROWS = 19 };

static const struct grid projected = METRES_GRID(0, 0, COLS, ROWS);
static const struct grid geographic = DEGREES_GRID(10, COLS, ROWS);

/* The ground: any cell of the lattice, also beyond the grid; one in nine is missing, and some are infinite. */
static float ground(int64_t col, int64_t row) {
    uint32_t h = (uint32_t)(col * 73856093) ^ (uint32_t)(row * 19349663);
    h = (h ^ h >> 15) * 2246822519u;
    h ^= h >> 13;
    if (h % 9 == 0) return h % 2 ? NAN : INFINITY;
    return 900 + (float)(h >> 8 & 0xffff) / 64;
}

static struct plane plane_of(enum plane_kind kind, const struct grid *grid, double radius_m) {
    struct plane plane = {.kind = kind, .radius_m = radius_m};
    circle_halo(grid, radius_m, &plane.halo_cols, &plane.halo_rows);
    return plane;
}

static void compute(const struct grid *grid, const struct plane *plane, struct window window, float *out) {
    struct window around = window_around(window, plane->halo_cols, plane->halo_rows);
    size_t grown = (size_t)(around.cols * around.rows) * sizeof(float), cells = (size_t)(window.cols * window.rows) * sizeof(float);
    float *surface = malloc(grown);
    struct focal *focal;
    struct buffer *in, *result;
    for (int64_t i = 0; i < around.cols * around.rows; i++) surface[i] = ground(around.col0 + i % around.cols, around.row0 + i / around.cols);
    assert_ok(focal_open(device, &focal));
    assert_ok(buffer_open(device, grown, &in));
    assert_ok(buffer_open(device, cells, &result));
    assert_ok(buffer_write(in, 0, grown, surface));
    assert_ok(focal_rows(focal, plane, grid, window, in, result));
    assert_ok(buffer_read(result, 0, cells, out));
    buffer_close(in);
    buffer_close(result);
    focal_close(focal);
    free(surface);
}

static double oracle(const struct grid *grid, const struct plane *plane, int64_t col, int64_t row) {
    double values[6000], sum = 0, low = INFINITY, high = -INFINITY, z = (double)ground(col, row), squares = 0;
    int64_t n = 0, cells = 0;
    for (int64_t j = -70; j <= 70; j++)
        for (int64_t i = -70; i <= 70; i++) {
            if (apart2(grid, row, i, j) > plane->radius_m * plane->radius_m * (1 + 1e-8)) continue;
            cells++;
            double v = (double)ground(col + i, row + j);
            if (!isfinite(v)) continue;
            values[n++] = v;
            sum += v;
            low = fmin(low, v);
            high = fmax(high, v);
        }
    if (2 * n < cells) return NAN;
    for (int64_t k = 0; k < n; k++) squares += (values[k] - sum / (double)n) * (values[k] - sum / (double)n);
    if (plane->kind == PLANE_RELIEF) return high - low;
    if (plane->kind == PLANE_MEAN) return sum / (double)n;
    if (plane->kind == PLANE_SD) return sqrt(squares / (double)n);
    return isfinite(z) && n > 1 ? z - (sum - z) / (double)(n - 1) : NAN;
}

static void compare(const struct grid *grid, enum plane_kind kind, double radius_m) {
    const struct plane plane = plane_of(kind, grid, radius_m);
    float out[COLS * ROWS];
    int64_t known = 0;
    compute(grid, &plane, grid_window(grid), out);
    for (int64_t i = 0; i < COLS * ROWS; i++) {
        double wanted = oracle(grid, &plane, i % COLS, i / COLS), got = (double)out[i];
        known += !isnan(wanted);
        if (isnan(wanted) && isnan(got)) continue;
        if (!(fabs(got - wanted) <= 2e-7 * fmax(fabs(wanted), 1000)))
            fail_msg("kind %d within %g of (%d,%d): %.9g, not %.9g", kind, radius_m, (int)(i % COLS), (int)(i / COLS), got, wanted);
    }
    assert_true(known > COLS * ROWS / 2);
}

static void every_pair_of_cells(void **state) {
    (void)state;
    for (enum plane_kind kind = PLANE_RELIEF; kind <= PLANE_SD; kind++) {
        compare(&projected, kind, 20); /* the cells above and below alone */
        compare(&projected, kind, 60);
        compare(&projected, kind, 100);
        compare(&projected, kind, 611.5);
        compare(&geographic, kind, 29000);
        compare(&geographic, kind, 301000);
    }
}

static void the_same_bits_from_every_window(void **state) {
    (void)state;
    const struct grid *const grids[] = {&projected, &geographic};
    const double radii[] = {203, 150000};
    for (int g = 0; g < 2; g++)
        for (enum plane_kind kind = PLANE_RELIEF; kind <= PLANE_SD; kind++) {
            const struct plane plane = plane_of(kind, grids[g], radii[g]);
            float whole[COLS * ROWS], part[COLS * ROWS];
            compute(grids[g], &plane, grid_window(grids[g]), whole);
            for (int64_t row = 0; row < ROWS; row += 4)
                for (int64_t col = 0; col < COLS; col += 17) {
                    const struct window window = {col, row, COLS - col < 17 ? COLS - col : 17, ROWS - row < 4 ? ROWS - row : 4};
                    compute(grids[g], &plane, window, part);
                    for (int64_t r = 0; r < window.rows; r++)
                        assert_memory_equal(part + r * window.cols, whole + (row + r) * COLS + col, (size_t)window.cols * sizeof *part);
                }
        }
}

/* Of one valid cell in four no more than half of a circle is known. */
static void too_little_is_known(void **state) {
    (void)state;
    enum { SIDE = 7, HALO = 1, WIDE = SIDE + 2 * HALO };
    const struct grid grid = {.dx = 10, .dy = 10, .unit_m = 1, .width = SIDE, .height = SIDE};
    const struct plane plane = plane_of(PLANE_MEAN, &grid, 10);
    float surface[WIDE * WIDE], out[SIDE * SIDE];
    struct focal *focal;
    struct buffer *in, *result;
    /* Columns 0 to 3 are known: a plus has 5 cells, of which 4 in column 3, 1 in column 4 and 0 farther on. */
    for (int i = 0; i < WIDE * WIDE; i++) surface[i] = i % WIDE - HALO < 4 ? 5 : NAN;
    assert_ok(focal_open(device, &focal));
    assert_ok(buffer_open(device, sizeof surface, &in));
    assert_ok(buffer_open(device, sizeof out, &result));
    assert_ok(buffer_write(in, 0, sizeof surface, surface));
    assert_ok(focal_rows(focal, &plane, &grid, grid_window(&grid), in, result));
    assert_ok(buffer_read(result, 0, sizeof out, out));
    for (int i = 0; i < SIDE * SIDE; i++) assert_true(i % SIDE < 4 ? out[i] == 5 : isnan(out[i]));
    buffer_close(in);
    buffer_close(result);
    focal_close(focal);
}

/* A value of 1e30 is in the sums of its own circles alone. */
static void far_cells_do_not_matter(void **state) {
    (void)state;
    enum { WIDE = 99, SIDE = 97 };
    const struct grid grid = {.dx = 10, .dy = 10, .unit_m = 1, .width = SIDE, .height = 1};
    const struct plane plane = plane_of(PLANE_SD, &grid, 10);
    float surface[WIDE * 3], out[SIDE];
    struct focal *focal;
    struct buffer *in, *result;
    for (int i = 0; i < WIDE * 3; i++) surface[i] = i % WIDE == 20 ? 1e18f : 7;
    assert_ok(focal_open(device, &focal));
    assert_ok(buffer_open(device, sizeof surface, &in));
    assert_ok(buffer_open(device, sizeof out, &result));
    assert_ok(buffer_write(in, 0, sizeof surface, surface));
    assert_ok(focal_rows(focal, &plane, &grid, grid_window(&grid), in, result));
    assert_ok(buffer_read(result, 0, sizeof out, out));
    for (int i = 0; i < SIDE; i++) assert_true(abs(i + 1 - 20) <= 1 ? out[i] > 1e17f : out[i] == 0);
    buffer_close(in);
    buffer_close(result);
    focal_close(focal);
}

static void circles_on_the_globe(void **state) {
    (void)state;
    const struct grid globe = {.geographic = true,
                               .wraps = true,
                               .x0 = -180,
                               .y0 = 90,
                               .dx = 0.5,
                               .dy = 0.5,
                               .unit_m = 1,
                               .semi_major_m = 6378137,
                               .flattening = 1 / 298.257223563,
                               .width = 720,
                               .height = 360};
    int64_t cols, rows;
    circle_halo(&globe, 120e3, &cols, &rows);
    assert_int_equal(rows, 2); /* half a degree is 55.3 km at the equator */
    assert_int_equal(cols, 359);
    for (int64_t row = 0; row < 360; row++)
        for (int64_t j = -rows; j <= rows; j++) {
            int64_t half = circle_half(&globe, 120e3, row, j);
            assert_true(half <= cols && half >= -1);
            assert_true((half == -1) == (row + j < 0 || row + j >= 360 || labs(j) > 2));
        }
    assert_int_equal(circle_half(&globe, 120e3, 180, 0), 2);
    assert_int_equal(circle_half(&globe, 120e3, 59, 0), 4);  /* at 60.25 degrees half of one is 27.7 km */
    assert_int_equal(circle_half(&globe, 120e3, 1, 0), 164); /* at 89.25 degrees 6399.6 km * cos(89.25) * pi / 360 = 0.731 km */
    assert_int_equal(circle_half(&globe, 120e3, 0, 0), 359); /* the whole parallel, once */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_pair_of_cells), cmocka_unit_test(the_same_bits_from_every_window),
                                       cmocka_unit_test(too_little_is_known), cmocka_unit_test(far_cells_do_not_matter),
                                       cmocka_unit_test(circles_on_the_globe)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
