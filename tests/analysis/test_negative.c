/* Cells apart from known places: closed forms along the equator and a meridian, every pair on a plane and on a sphere, and what is held out. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/negative.h"

enum { POINTS = 23 };

static const double DEGREE = 0.017453292519943295;

static struct grid degrees(int64_t width, int64_t height, double x0, double y0, double dx, double dy) {
    return (struct grid){.geographic = true,
                         .x0 = x0,
                         .y0 = y0,
                         .dx = dx,
                         .dy = dy,
                         .semi_major_m = 6378137,
                         .flattening = 1 / 298.257223563,
                         .width = width,
                         .height = height,
                         .wraps = fabs((double)width * dx - 360) < 1e-9};
}

/* In reading order. */
static void scatter(struct training_cell *cells, const struct grid *grid) {
    int64_t row = 0;
    for (size_t k = 0; k < POINTS; k++) {
        row += (int64_t)(k * 7919 % 3);
        cells[k] = (struct training_cell){.col = (int64_t)((k * 104729 + 13) % (size_t)grid->width), .row = row % grid->height, .points = 1};
    }
}

static double on_sphere(const struct grid *grid, int64_t cell, const struct training_cell *to) {
    double lat[2] = {grid->y0 - ((double)(cell / grid->width) + 0.5) * grid->dy, grid->y0 - ((double)to->row + 0.5) * grid->dy};
    double dlon = (double)(cell % grid->width - to->col) * grid->dx * DEGREE, s = sin((lat[1] - lat[0]) * DEGREE / 2), t = sin(dlon / 2);
    return 2 * 6371008.8 * asin(sqrt(s * s + cos(lat[0] * DEGREE) * cos(lat[1] * DEGREE) * t * t));
}

static double on_plane(const struct grid *grid, int64_t cell, const struct training_cell *to) {
    double across = (double)(cell % grid->width - to->col) * grid->dx, down = (double)(cell / grid->width - to->row) * grid->dy;
    return sqrt(across * across + down * down) * grid->unit_m;
}

/* Every cell against the nearest place; those within `doubt` of the limit are left to others. */
static void every_pair(const struct grid *grid, double apart_m, double doubt,
                       double (*metres)(const struct grid *, int64_t, const struct training_cell *)) {
    struct training_cell cells[POINTS];
    struct training training = {.n = POINTS, .cells = cells};
    size_t said[2] = {0};
    scatter(cells, grid);
    for (int64_t cell = 0; cell < grid->width * grid->height; cell++) {
        double nearest = INFINITY;
        for (size_t k = 0; k < POINTS; k++) nearest = fmin(nearest, metres(grid, cell, &cells[k]));
        if (fabs(nearest / apart_m - 1) < doubt) continue;
        bool apart = negative_is_apart(grid, cell, &training, NULL, apart_m);
        assert_int_equal(apart, nearest > apart_m);
        said[apart]++;
    }
    assert_true(said[0] > 50 && said[1] > 50);
}

static void on_planes_and_spheres(void **state) {
    (void)state;
    const struct grid feet = {.dx = 300, .dy = 170, .unit_m = 0.3048, .width = 41, .height = 37}, world = degrees(120, 60, -180, 90, 3, 3),
                      north = degrees(77, 51, 10, 80, 0.5, 0.2);
    every_pair(&feet, 333.3, 1e-9, on_plane);
    every_pair(&world, 900e3, 0.01, on_sphere);
    every_pair(&north, 40e3, 0.01, on_sphere);
}

/* Two cells of a hundredth of a degree at the equator are 2226.4 m apart, at the meridian 2211.5 m: Snyder 1987, table 5 has the lengths of degrees.
 */
static void along_the_ellipsoid(void **state) {
    (void)state;
    const struct grid grid = degrees(21, 21, -0.105, 0.105, 0.01, 0.01);
    struct training_cell known = {.col = 10, .row = 10, .points = 1};
    const struct training training = {.n = 1, .cells = &known};
    const double east = 0.02 * DEGREE * 6378137, south = 0.02 * 110574.28;
    assert_true(negative_is_apart(&grid, 10 * 21 + 12, &training, NULL, east - 0.01));
    assert_false(negative_is_apart(&grid, 10 * 21 + 12, &training, NULL, east + 0.01));
    assert_true(negative_is_apart(&grid, 12 * 21 + 10, &training, NULL, south - 0.05));
    assert_false(negative_is_apart(&grid, 12 * 21 + 10, &training, NULL, south + 0.05));
}

static void what_is_held_out_is_unknown(void **state) {
    (void)state;
    const struct grid grid = {.dx = 10, .dy = 10, .unit_m = 1, .width = 9, .height = 5};
    struct training_cell cells[2] = {{.col = 1, .row = 2, .points = 1}, {.col = 7, .row = 2, .points = 1}};
    const struct training training = {.n = 2, .cells = cells};
    const bool first[2] = {true, false};
    assert_false(negative_is_apart(&grid, 2 * 9 + 2, &training, NULL, 30));
    assert_true(negative_is_apart(&grid, 2 * 9 + 2, &training, first, 30));
    assert_false(negative_is_apart(&grid, 2 * 9 + 5, &training, first, 30));
    assert_true(negative_is_apart(&grid, 2 * 9 + 4, &training, NULL, 30)); /* so far exactly */
    assert_true(negative_is_apart(NULL, 0, NULL, NULL, 0));                /* the known cells are left out elsewhere */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(on_planes_and_spheres), cmocka_unit_test(along_the_ellipsoid),
                                       cmocka_unit_test(what_is_held_out_is_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
