/* Spaced peaks against a brute-force greedy choice over all cells. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/candidates.h"

enum { WIDTH = 211, HEIGHT = 133, COUNT = 25 };

static float score[WIDTH * HEIGHT];
static uint8_t state_plane[WIDTH * HEIGHT];

/* Coarse steps, so that many cells are equal; a fifth of the cells is excluded. */
static void make_planes(unsigned seed) {
    srand(seed);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        score[i] = (float)(rand() % 50) / 50.0f;
        state_plane[i] = rand() % 5 ? CELL_SCORED : CELL_EXCLUDED;
    }
}

/* The rule in its plainest form: the best cell, by score then reading order, at least `spacing` from all chosen. */
static int brute_force(const struct grid *grid, double spacing, int64_t *chosen) {
    int n = 0;
    for (; n < COUNT; n++) {
        int64_t best = -1;
        for (int64_t i = 0; i < WIDTH * HEIGHT; i++) {
            bool ok = state_plane[i] == CELL_SCORED && score[i] > 0;
            for (int k = 0; ok && k < n; k++) {
                double x = (double)(i % WIDTH - chosen[k] % WIDTH) * grid->dx, y = (double)(i / WIDTH - chosen[k] / WIDTH) * grid->dy;
                ok = sqrt(x * x + y * y) >= spacing;
            }
            if (ok && (best < 0 || score[i] > score[best])) best = i;
        }
        if (best < 0) break;
        chosen[n] = best;
    }
    return n;
}

static struct grid plain_grid(void) {
    return (struct grid){.crs = "EPSG:32611",
                         .wkt = "EPSG:32611",
                         .x0 = 500000,
                         .y0 = 4000000,
                         .dx = 90,
                         .dy = 140,
                         .unit_m = 1,
                         .semi_major_m = 6378137,
                         .flattening = 1 / 298.257223563,
                         .width = WIDTH,
                         .height = HEIGHT};
}

static const struct scratch score_plane = {.bytes = score, .size = sizeof score}, states = {.bytes = state_plane, .size = sizeof state_plane};

static void compare(double spacing, unsigned seed) {
    struct grid grid = plain_grid();
    struct target target = {.name = "plant", .candidates = CANDIDATE_PEAKS, .spacing_m = spacing, .count = COUNT};
    struct scenario scenario = {.n_targets = 1, .targets = &target};
    struct scan scan = {.scenario = &scenario, .grid = &grid};
    struct arena arena = {0};
    struct site_list list = {0};
    int64_t expected[COUNT];
    make_planes(seed);
    assert_null(crs_lonlat_open(&grid, &scan.lonlat));
    assert_null(candidates_peaks(&scan, 0, &score_plane, &states, &arena, &list));
    int n = brute_force(&grid, spacing, expected);
    assert_int_equal(list.count, n);
    for (int i = 0; i < n; i++) assert_int_equal(list.sites[i].row * WIDTH + list.sites[i].col, expected[i]);
    crs_lonlat_close(scan.lonlat);
    arena_free(&arena);
}

static void peaks_are_the_greedy_choice(void **state) {
    (void)state;
    compare(1000, 1);
    compare(3300, 2);
    compare(91, 3);
}

static void wide_spacing_leaves_few(void **state) {
    (void)state;
    compare(15000, 4);
    compare(1e6, 5);
}

static void no_scored_cell_no_peak(void **state) {
    (void)state;
    struct grid grid = plain_grid();
    struct target target = {.name = "plant", .candidates = CANDIDATE_PEAKS, .spacing_m = 1000, .count = COUNT};
    struct scenario scenario = {.n_targets = 1, .targets = &target};
    struct scan scan = {.scenario = &scenario, .grid = &grid};
    struct arena arena = {0};
    struct site_list list = {0};
    make_planes(6);
    memset(state_plane, CELL_NO_DATA, sizeof state_plane);
    assert_null(candidates_peaks(&scan, 0, &score_plane, &states, &arena, &list));
    assert_int_equal(list.count, 0);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peaks_are_the_greedy_choice),
        cmocka_unit_test(wide_spacing_leaves_few),
        cmocka_unit_test(no_scored_cell_no_peak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
