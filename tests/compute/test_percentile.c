/* Percentiles over circles against sorted cells in double, on grids in metres and degrees, over gaps; ties, and the same bits from every window. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "compute/percentile.h"
#include "model/circle.h"
#include "on_device.h"
#include "small_grids.h"

enum { COLS = 41, ROWS = 19 };

static const struct grid projected = METRES_GRID(0, 0, COLS, ROWS);
static const struct grid geographic = DEGREES_GRID(10, COLS, ROWS);

/* Any cell of the lattice: below and above 0, over many orders of magnitude, with ties; one in nine is missing, and some are infinite. */
static float ground(int64_t col, int64_t row) {
    uint32_t h = (uint32_t)(col * 73856093) ^ (uint32_t)(row * 19349663);
    h = (h ^ h >> 15) * 2246822519u;
    h ^= h >> 13;
    if (h % 9 == 0) return h % 2 ? NAN : INFINITY;
    if (h % 9 == 1) return h % 2 ? 0.0f : -0.0f;
    if (h % 9 < 4) return (float)(h >> 8 & 7) - 3;
    return ((float)(h >> 8 & 0xffff) - 30000) * powf(10, (float)(h >> 4 & 7) - 4);
}

static struct plane plane_of(const struct grid *grid, double radius_m, double percentile) {
    struct plane plane = {.kind = PLANE_PERCENTILE, .radius_m = radius_m, .percentile = percentile};
    circle_halo(grid, radius_m, &plane.halo_cols, &plane.halo_rows);
    return plane;
}

static void compute(const struct grid *grid, const struct plane *plane, struct window window, float *out) {
    struct window around = window_around(window, plane->halo_cols, plane->halo_rows);
    size_t grown = (size_t)(around.cols * around.rows) * sizeof(float), cells = (size_t)(window.cols * window.rows) * sizeof(float);
    float *surface = malloc(grown);
    struct percentile *percentile;
    struct buffer *in, *result;
    for (int64_t i = 0; i < around.cols * around.rows; i++) surface[i] = ground(around.col0 + i % around.cols, around.row0 + i / around.cols);
    assert_ok(percentile_open(device, &percentile));
    assert_ok(buffer_open(device, grown, &in));
    assert_ok(buffer_open(device, cells, &result));
    assert_ok(buffer_write(in, 0, grown, surface));
    assert_ok(percentile_rows(percentile, plane, grid, window, in, result));
    assert_ok(buffer_read(result, 0, cells, out));
    buffer_close(in);
    buffer_close(result);
    percentile_close(percentile);
    free(surface);
}

static int by_size(const void *a, const void *b) {
    const double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static double oracle(const struct grid *grid, const struct plane *plane, int64_t col, int64_t row) {
    double values[6000];
    int64_t n = 0, cells = 0;
    for (int64_t j = -40; j <= 40; j++)
        for (int64_t i = -40; i <= 40; i++) {
            if (apart2(grid, row, i, j) > plane->radius_m * plane->radius_m * (1 + 1e-8)) continue;
            cells++;
            const double v = (double)ground(col + i, row + j);
            if (isfinite(v)) values[n++] = v;
        }
    if (2 * n < cells) return NAN;
    qsort(values, (size_t)n, sizeof *values, by_size);
    const double at = plane->percentile / 100 * (double)(n - 1);
    const int64_t below = (int64_t)floor(at + 1e-9);
    return below + 1 < n ? values[below] + (at - (double)below) * (values[below + 1] - values[below]) : values[n - 1];
}

static void compare(const struct grid *grid, double radius_m, double percentile) {
    const struct plane plane = plane_of(grid, radius_m, percentile);
    float out[COLS * ROWS];
    int64_t known = 0;
    compute(grid, &plane, grid_window(grid), out);
    for (int64_t i = 0; i < COLS * ROWS; i++) {
        double wanted = oracle(grid, &plane, i % COLS, i / COLS), got = (double)out[i];
        known += !isnan(wanted);
        if (isnan(wanted) && isnan(got)) continue;
        /* A straight line of floats between values that may be far apart. */
        if (!(fabs(got - wanted) <= 3e-7 * fabs(wanted) + (percentile == 0 || percentile == 100 ? 0 : 1.0)))
            fail_msg("%g percent within %g of (%d,%d): %.9g, not %.9g", percentile, radius_m, (int)(i % COLS), (int)(i / COLS), got, wanted);
    }
    assert_true(known > COLS * ROWS / 2);
}

static void sorted_cells(void **state) {
    (void)state;
    const double percentiles[] = {0, 10, 37.5, 50, 90, 99, 100};
    for (size_t p = 0; p < sizeof percentiles / sizeof *percentiles; p++) {
        compare(&projected, 20, percentiles[p]); /* the cells above and below alone */
        compare(&projected, 60, percentiles[p]);
        compare(&projected, 411.5, percentiles[p]);
        compare(&geographic, 29000, percentiles[p]);
        compare(&geographic, 301000, percentiles[p]);
    }
}

/* Of 5 cells the percentiles 0, 25 ... 100 are those cells, whatever their size, to the last bit. */
static void of_a_plus_every_cell(void **state) {
    (void)state;
    enum { SIDE = 7, WIDE = SIDE + 2 };
    const struct grid grid = {.dx = 10, .dy = 10, .unit_m = 1, .width = SIDE, .height = SIDE};
    for (int p = 0; p <= 4; p++) {
        const struct plane plane = plane_of(&grid, 10, 25 * p);
        float out[SIDE * SIDE];
        compute(&grid, &plane, grid_window(&grid), out);
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                double five[] = {(double)ground(x, y), (double)ground(x - 1, y), (double)ground(x + 1, y), (double)ground(x, y - 1),
                                 (double)ground(x, y + 1)};
                bool whole = true;
                for (int k = 0; k < 5; k++) whole = whole && isfinite(five[k]);
                qsort(five, 5, sizeof *five, by_size);
                if (whole) assert_true((double)out[y * SIDE + x] == five[p]);
            }
    }
}

static void the_same_bits_from_every_window(void **state) {
    (void)state;
    const struct grid *const grids[] = {&projected, &geographic};
    const double radii[] = {203, 150000};
    for (int g = 0; g < 2; g++) {
        const struct plane plane = plane_of(grids[g], radii[g], 66.6);
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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sorted_cells), cmocka_unit_test(of_a_plus_every_cell),
                                       cmocka_unit_test(the_same_bits_from_every_window)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
