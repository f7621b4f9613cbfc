/* Geodesic distance against PROJ's geodesics from every cell to every source: the antimeridian, the poles, near-antipodes. */
#include "unit.h"

#include <geodesic.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "compute/distance.h"

static struct grid grid_of(double x0, double y0, double dx, double dy, int64_t width, int64_t height) {
    return (struct grid){.crs = "EPSG:4326",
                         .geographic = true,
                         .wraps = fabs(dx * (double)width - 360) < 1e-9,
                         .x0 = x0,
                         .y0 = y0,
                         .dx = dx,
                         .dy = dy,
                         .semi_major_m = 6378137,
                         .flattening = 1 / 298.257223563,
                         .width = width,
                         .height = height};
}

static double inverse(const struct grid *grid, struct window w, int64_t a, int64_t b) {
    struct geod_geodesic earth;
    double s;
    geod_init(&earth, grid->semi_major_m, grid->flattening);
    geod_inverse(&earth, grid_y(grid, (double)(w.row0 + a / w.cols)), grid_x(grid, (double)(w.col0 + a % w.cols)),
                 grid_y(grid, (double)(w.row0 + b / w.cols)), grid_x(grid, (double)(w.col0 + b % w.cols)), &s, NULL, NULL);
    return s;
}

/* Length right for the source named, and no other source nearer by more than `excess` of it. */
static void check_against_brute(const struct grid *grid, const struct mask *mask, const struct answer *got, double excess) {
    struct window w = mask->window;
    int64_t cells = w.cols * w.rows, n = 0, *sources = malloc((size_t)cells * sizeof *sources);
    for (int64_t i = 0; i < cells; i++)
        if (mask_get(mask, w.col0 + i % w.cols, w.row0 + i / w.cols)) sources[n++] = i;
    for (int64_t i = 0; i < cells; i++) {
        double best = INFINITY, length = (double)got->metres[i];
        if (n == 0) {
            assert_true(isinf(got->metres[i]) && got->source[i] == -1);
            continue;
        }
        assert_true(got->source[i] >= 0 && mask_get(mask, w.col0 + got->source[i] % w.cols, w.row0 + got->source[i] / w.cols));
        for (int64_t s = 0; s < n; s++) best = fmin(best, inverse(grid, w, i, sources[s]));
        double own = inverse(grid, w, i, got->source[i]);
        if (best == 0) assert_true(got->source[i] == i && got->metres[i] == 0);
        if (fabs(length - own) > 2e-5 * own + 1e-3)
            fail_msg("cell %lld: %.6f m to source %lld, not %.6f", (long long)i, length, (long long)got->source[i], own);
        if (own > best * (1 + excess) + 1e-3)
            fail_msg("cell %lld: source %lld is %.3f m away, and the nearest %.3f", (long long)i, (long long)got->source[i], own, best);
    }
    free(sources);
}

static void window_same_as_whole(struct distance *distance, const struct mask *mask, const struct answer *whole) {
    struct window w = mask->window;
    int64_t c = rand() % w.cols, r = rand() % w.rows;
    struct window part = {w.col0 + c, w.row0 + r, 1 + rand() % (w.cols - c), 1 + rand() % (w.rows - r)};
    struct answer got = asked(distance, part);
    for (int64_t row = 0; row < part.rows; row++) {
        assert_memory_equal(got.metres + row * part.cols, whole->metres + (r + row) * w.cols + c, (size_t)part.cols * sizeof(float));
        assert_memory_equal(got.source + row * part.cols, whole->source + (r + row) * w.cols + c, (size_t)part.cols * sizeof(int64_t));
    }
    answer_free(&got);
}

static void check(const struct grid *grid, struct window window, double density, double excess) {
    struct mask mask;
    struct distance *distance;
    assert_ok(mask_init(&mask, window));
    for (int64_t i = 0; i < window.cols * window.rows; i++)
        if (rand() < density * RAND_MAX) mask.bits[i / window.cols * mask.words_per_row + (i % window.cols >> 6)] |= 1ULL << (i % window.cols & 63);
    assert_ok(distance_open(device, grid, &mask, METRIC_AUTO, &distance));
    struct answer got = asked(distance, window);
    check_against_brute(grid, &mask, &got, excess);
    for (int i = 0; i < 5; i++) window_same_as_whole(distance, &mask, &got);
    distance_close(distance);
    answer_free(&got);
    mask_free(&mask);
}

static void whole_world(void **state) {
    (void)state;
    srand(1);
    const struct grid coarse = grid_of(-180, 90, 5, 6, 72, 30), shifted = grid_of(-30, 90, 3, 5, 120, 36);
    const double densities[] = {0, 0.0005, 0.002, 0.02, 0.1};
    for (size_t d = 0; d < sizeof densities / sizeof *densities; d++) {
        check(&coarse, grid_window(&coarse), densities[d], 4e-4);
        check(&shifted, grid_window(&shifted), densities[d] / 4, 4e-4);
    }
}

static void regions(void **state) {
    (void)state;
    srand(2);
    const struct grid alaska = grid_of(170, 75, 0.25, 0.2, 80, 45), rest = grid_of(-175, 20, 7, 1, 50, 11),
                      pole = grid_of(-180, -60, 0.7, 1.5, 514, 20), fine = grid_of(13, 52, 0.0005, 0.0003, 71, 93);
    check(&alaska, (struct window){-6, -4, 93, 55}, 0.004, 2e-5);
    check(&rest, grid_window(&rest), 0.006, 4e-4);
    check(&pole, grid_window(&pole), 0.0015, 1e-4);
    check(&fine, grid_window(&fine), 0.01, 2e-5);
}

/* More rows than are made at once, and sources far beyond them. */
static void far_down_a_column(void **state) {
    (void)state;
    srand(5);
    const struct grid meridian = grid_of(-20, 75, 0.9, 0.1, 11, 1403), steep = grid_of(3, 81, 2.5, 0.05, 19, 777);
    check(&meridian, grid_window(&meridian), 0.0005, 2e-4);
    check(&meridian, (struct window){0, 7, 11, 999}, 0.01, 2e-5);
    check(&steep, grid_window(&steep), 0.0007, 2e-4);
}

/* A margin round a world grid shows the same places twice; the smaller index names them. */
static void more_than_one_turn(void **state) {
    (void)state;
    srand(3);
    const struct grid world = grid_of(-180, 60, 5, 5, 72, 24);
    check(&world, (struct window){-5, 0, 82, 24}, 0.003, 4e-4);
    struct mask mask;
    struct distance *distance;
    assert_ok(mask_init(&mask, (struct window){-5, 0, 82, 24}));
    mask.bits[10 * mask.words_per_row] |= 1ULL << 2;
    mask.bits[10 * mask.words_per_row + 1] |= 1ULL << (74 - 64);
    assert_ok(distance_open(device, &world, &mask, METRIC_GEODESIC, &distance));
    struct answer got = asked(distance, mask.window);
    for (int64_t i = 0; i < 82 * 24; i++) assert_int_equal(got.source[i], 10 * 82 + 2);
    distance_close(distance);
    answer_free(&got);
    mask_free(&mask);
}

/* Two sources as far to the north as to the south, and two as far to the west as to the east: the smaller index. */
static void ties_go_to_the_smaller_index(void **state) {
    (void)state;
    const struct grid world = grid_of(-180, 52.5, 5, 5, 72, 21); /* row 10 lies on the equator */
    struct mask mask;
    struct distance *distance;
    assert_ok(mask_init(&mask, grid_window(&world)));
    const int64_t places[4][2] = {{30, 4}, {30, 16}, {1, 10}, {9, 10}};
    for (int i = 0; i < 4; i++) mask.bits[places[i][1] * mask.words_per_row + (places[i][0] >> 6)] |= 1ULL << (places[i][0] & 63);
    assert_ok(distance_open(device, &world, &mask, METRIC_GEODESIC, &distance));
    struct answer got = asked(distance, mask.window);
    for (int64_t col = 26; col < 35; col++) assert_int_equal(got.source[10 * 72 + col], 4 * 72 + 30);
    for (int64_t row = 8; row < 13; row++) assert_int_equal(got.source[row * 72 + 5], 10 * 72 + 1);
    distance_close(distance);
    answer_free(&got);
    mask_free(&mask);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(whole_world), cmocka_unit_test(regions), cmocka_unit_test(far_down_a_column),
                                       cmocka_unit_test(more_than_one_turn), cmocka_unit_test(ties_go_to_the_smaller_index)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
