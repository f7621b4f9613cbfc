/* Geodesic distance on projected grids against PROJ: the place of every cell and the geodesic from it to every source, one by one.
 * Shapes with a strong change of scale, across the pole and the antimeridian, with sources thousands of kilometres away, and with corners
 * that are nowhere on the Earth. */
#include "unit.h"

#include <geodesic.h>
#include <math.h>
#include <proj.h>
#include <stdlib.h>
#include <string.h>

#include "compute/distance.h"
#include "compute/opencl.h"
#include "geo/places.h"

#include "../compute/answer.h"

static struct grid grid_of(const char *crs, double x0, double y0, double dx, double dy, int64_t width, int64_t height) {
    return (struct grid){.crs = crs,
                         .wkt = crs,
                         .x0 = x0,
                         .y0 = y0,
                         .dx = dx,
                         .dy = dy,
                         .unit_m = 1,
                         .semi_major_m = 6378137,
                         .flattening = 1 / 298.257222101,
                         .width = width,
                         .height = height};
}

/* Longitude and latitude of each cell of a window, from PROJ's own interface; HUGE_VAL nowhere. */
static double (*lonlats(const struct grid *grid, struct window w))[2] {
    PJ_CONTEXT *context = proj_context_create();
    PJ *raw = proj_create_crs_to_crs(context, grid->crs, "EPSG:4269", NULL);
    if (strcmp(grid->crs, "EPSG:3857") == 0 || strcmp(grid->crs, "ESRI:54009") == 0 || strcmp(grid->crs, "EPSG:3413") == 0) {
        proj_destroy(raw);
        raw = proj_create_crs_to_crs(context, grid->crs, "EPSG:4326", NULL);
    }
    PJ *transform = proj_normalize_for_visualization(context, raw);
    double(*out)[2] = malloc((size_t)(w.cols * w.rows) * sizeof *out);
    for (int64_t i = 0; i < w.cols * w.rows; i++) {
        PJ_COORD at = proj_coord(grid_x(grid, (double)(w.col0 + i % w.cols)), grid_y(grid, (double)(w.row0 + i / w.cols)), 0, 0);
        at = proj_trans(transform, PJ_FWD, at);
        out[i][0] = at.xy.x;
        out[i][1] = at.xy.y;
    }
    proj_destroy(transform);
    proj_destroy(raw);
    proj_context_destroy(context);
    return out;
}

static double inverse(const struct grid *grid, const double a[2], const double b[2]) {
    struct geod_geodesic earth;
    double s;
    geod_init(&earth, grid->semi_major_m, grid->flattening);
    geod_inverse(&earth, a[1], a[0], b[1], b[0], &s, NULL, NULL);
    return s;
}

/* How good the answers were. */
struct errors {
    double excess, length, farthest_m;
    int64_t nowhere, seen;
};

static struct errors against_brute(const struct grid *grid, const struct mask *mask, const struct answer *got, int64_t every) {
    struct window w = mask->window;
    int64_t cells = w.cols * w.rows, n = 0, *sources = malloc((size_t)cells * sizeof *sources);
    double(*at)[2] = lonlats(grid, w);
    struct errors errors = {0};
    for (int64_t i = 0; i < cells; i++)
        if (mask_get(mask, w.col0 + i % w.cols, w.row0 + i / w.cols) && isfinite(at[i][0])) sources[n++] = i;
    for (int64_t i = 0; i < cells; i += every) {
        double best = INFINITY;
        if (!isfinite(at[i][0])) {
            assert_true(isnan(got->metres[i]) && got->source[i] == -1);
            errors.nowhere++;
            continue;
        }
        if (n == 0) {
            assert_true(isinf(got->metres[i]) && got->source[i] == -1);
            continue;
        }
        if (got->source[i] < 0 || !mask_get(mask, w.col0 + got->source[i] % w.cols, w.row0 + got->source[i] / w.cols))
            fail_msg("%s, cell %lld: %lld is no source", grid->crs, (long long)i, (long long)got->source[i]);
        for (int64_t s = 0; s < n; s++) best = fmin(best, inverse(grid, at[i], at[sources[s]]));
        double own = inverse(grid, at[i], at[got->source[i]]), length = (double)got->metres[i];
        if (best == 0) assert_true(got->source[i] == i && got->metres[i] == 0);
        errors.excess = fmax(errors.excess, (own - best - 1e-3) / fmax(best, 1));
        errors.length = fmax(errors.length, (fabs(length - own) - 1e-3) / fmax(own, 1));
        errors.farthest_m = fmax(errors.farthest_m, best);
        errors.seen++;
    }
    free(sources);
    free(at);
    return errors;
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

static void sow(struct mask *mask, double density) {
    int64_t cols = mask->window.cols;
    for (int64_t i = 0; i < cols * mask->window.rows; i++)
        if (rand() < density * RAND_MAX) mask->bits[i / cols * mask->words_per_row + (i % cols >> 6)] |= 1ULL << (i % cols & 63);
}

/* Frees the mask. `excess`, `length`: what may be wrong with the winner and its length. */
static struct errors check_mask(const struct grid *grid, struct mask mask, double excess, double length, int64_t every) {
    struct distance *distance;
    struct places places;
    assert_ok(places_make(grid, mask.window, &places));
    assert_ok(distance_open_placed(device, grid, &mask, &places, &distance));
    places_free(&places);
    struct answer got = asked(distance, mask.window);
    struct errors errors = against_brute(grid, &mask, &got, every);
    for (int i = 0; i < 5; i++) window_same_as_whole(distance, &mask, &got);
    distance_close(distance);
    answer_free(&got);
    mask_free(&mask);
    if (errors.excess > excess || errors.length > length)
        fail_msg("%s, %lld x %lld: excess %g (%g allowed), length off by %g (%g allowed)", grid->crs, (long long)grid->width, (long long)grid->height,
                 errors.excess, excess, errors.length, length);
    return errors;
}

static struct errors check(const struct grid *grid, struct window window, double density, double excess, double length, int64_t every) {
    struct mask mask;
    assert_ok(mask_init(&mask, window));
    sow(&mask, density);
    return check_mask(grid, mask, excess, length, every);
}

static void utm(void **state) {
    (void)state;
    srand(1);
    const struct grid near = grid_of("EPSG:32611", 499000, 4100000, 30, 30, 71, 53),
                      oblong = grid_of("EPSG:32611", 300000, 4300000, 900, 1700, 91, 67);
    check(&near, grid_window(&near), 0.004, 1e-6, 2e-6, 1);
    check(&near, (struct window){-17, -5, 99, 70}, 0.2, 1e-6, 2e-6, 13);
    check(&oblong, grid_window(&oblong), 0.003, 1e-6, 2e-6, 1);
    check(&oblong, grid_window(&oblong), 0, 0, 0, 1);
    check(&oblong, grid_window(&oblong), 1, 0, 0, 97);
}

/* Sources beyond 1000 km. */
static void conus_albers(void **state) {
    (void)state;
    srand(2);
    const struct grid grid = grid_of("EPSG:5070", -2400000, 3200000, 51000, 43000, 97, 71);
    struct errors errors = check(&grid, grid_window(&grid), 0.0008, 2e-5, 2e-6, 1);
    assert_true(errors.farthest_m > 1e6);
    check(&grid, grid_window(&grid), 0.02, 2e-5, 2e-6, 1);
}

static void web_mercator_to_70_north(void **state) {
    (void)state;
    srand(3);
    const struct grid grid = grid_of("EPSG:3857", -3000000, 11068715.66, 60000, 60000, 91, 170);
    const double wgs84 = 1 / 298.257223563;
    struct grid earth = grid;
    earth.flattening = wgs84;
    check(&earth, grid_window(&earth), 0.001, 2e-5, 2e-6, 1);
    check(&earth, grid_window(&earth), 0.02, 2e-5, 2e-6, 1);
}

static void polar_stereographic(void **state) {
    (void)state;
    srand(4);
    struct grid grid = grid_of("EPSG:3413", -3950000, 3970000, 97000, 103000, 83, 77);
    grid.flattening = 1 / 298.257223563;
    check(&grid, grid_window(&grid), 0.0006, 2e-5, 2e-6, 1);
    check(&grid, grid_window(&grid), 0.01, 2e-5, 2e-6, 1);
    struct grid pole = grid_of("EPSG:3413", -3100, 2900, 100, 100, 67, 61); /* the pole is a cell's corner, and another grid's centre */
    pole.flattening = grid.flattening;
    check(&pole, grid_window(&pole), 0.003, 1e-6, 2e-6, 1);
    pole.x0 += 50;
    pole.y0 += 50;
    check(&pole, grid_window(&pole), 0.003, 1e-6, 2e-6, 1);
}

/* Half round the world, and corners that are nowhere. */
static void mollweide(void **state) {
    (void)state;
    srand(5);
    struct grid grid = grid_of("ESRI:54009", -18000000, 8900000, 370000, 313000, 97, 57);
    grid.flattening = 1 / 298.257223563;
    struct errors errors = check(&grid, grid_window(&grid), 0.0006, 5e-4, 2.5e-5, 1);
    assert_true(errors.nowhere > 100 && errors.farthest_m > 3e6);
    check(&grid, grid_window(&grid), 0.02, 1e-4, 2e-5, 1);
    struct mask mask;
    assert_ok(mask_init(&mask, grid_window(&grid)));
    mask.bits[28 * mask.words_per_row] = 1ULL << 40;
    errors = check_mask(&grid, mask, 0, 2.5e-5, 1); /* to the antipode */
    assert_true(errors.farthest_m > 1.95e7);
}

/* The table is coarse, and the tiles where the Earth ends have all their places. */
static void where_a_projection_ends(void **state) {
    (void)state;
    srand(7);
    struct grid grid = grid_of("ESRI:54009", 16300000, 2100000, 1000, 1200, 1401, 141);
    grid.flattening = 1 / 298.257223563;
    struct places places;
    assert_ok(places_make(&grid, grid_window(&grid), &places));
    assert_int_equal(places.step, 16);
    assert_true(places.n_patches > 9 && places.n_patches < 50 && places.patch_of && places.patches);
    places_free(&places);
    struct errors errors = check(&grid, grid_window(&grid), 0.0001, 1e-5, 2e-6, 37);
    assert_true(errors.nowhere > 300 && errors.seen > 1000);
    check(&grid, (struct window){1203, 5, 190, 131}, 0.02, 1e-5, 2e-6, 29);
}

/* Several levels of tiles, few sources and many, lines and solid areas. */
static void large(void **state) {
    (void)state;
    srand(6);
    const struct grid grid = grid_of("EPSG:5070", -2100000, 3000000, 6000, 5000, 701, 539);
    check(&grid, grid_window(&grid), 0.00002, 1e-5, 2e-6, 101);
    check(&grid, grid_window(&grid), 0.001, 1e-5, 2e-6, 2003);
    struct mask mask;
    assert_ok(mask_init(&mask, grid_window(&grid)));
    for (int64_t r = 0; r < 539; r++) {
        mask.bits[r * mask.words_per_row + (r * r / 700 >> 6)] |= 1ULL << (r * r / 700 & 63);
        for (int64_t c = 420; r > 220 && r < 280 && c < 470; c++) mask.bits[r * mask.words_per_row + (c >> 6)] |= 1ULL << (c & 63);
    }
    check_mask(&grid, mask, 1e-5, 2e-6, 2503);
}

/* What places_make allocates, twice (host and device), against what was told before. Both ways: too little breaks a budget, and far too much
 * refuses what would fit. */
static void check_told(const char *crs, double x0, double y0, double cell, int64_t width, int64_t height) {
    const struct grid grid = grid_of(crs, x0, y0, cell, cell, width, height);
    struct places places;
    double told;
    assert_ok(places_cell_bytes(&grid, grid_window(&grid), &told));
    assert_ok(places_make(&grid, grid_window(&grid), &places));
    double nodes = (double)(places.cols * places.rows), patched = (double)places.n_patches * PLACES_TILE * PLACES_TILE;
    double taken = (48 * (nodes + patched) + (places.patch_of ? 8.0 * (double)(places.tile_cols * places.tile_rows) : 0)) / (double)(width * height);
    print_message("%s, %g m: %.2f bytes a cell told, %.2f taken at step %d, %lld patches\n", crs, cell, told, taken, (int)places.step,
                  (long long)places.n_patches);
    places_free(&places);
    if (told < 0.97 * taken || told > 4 * taken + 0.5) fail_msg("%s, %g m: %g bytes a cell told, %g taken", crs, cell, told, taken);
}

static void what_places_take_is_told_before(void **state) {
    (void)state;
    check_told("EPSG:32611", 300000, 4900000, 30, 3001, 2333);
    check_told("EPSG:32611", 300000, 4900000, 2000, 401, 533);
    check_told("EPSG:5070", -2400000, 3200000, 2000, 1401, 1201);
    check_told("EPSG:5070", -2400000, 3200000, 5000, 961, 581);
    check_told("EPSG:5070", -2400000, 3200000, 10000, 481, 291);
    check_told("ESRI:54009", -18040000, 9020000, 12000, 3007, 1503);
    check_told("ESRI:54009", -18040000, 9020000, 25000, 1443, 721);
}

static struct answer asked_of(const struct grid *grid, const struct mask *mask, bool gpu) {
    struct distance *distance;
    struct places places;
    bool was = device->info.gpu;
    device->info.gpu = gpu;
    assert_ok(places_make(grid, mask->window, &places));
    assert_ok(distance_open_placed(device, grid, mask, &places, &distance));
    places_free(&places);
    struct answer got = asked(distance, mask->window);
    distance_close(distance);
    device->info.gpu = was;
    return got;
}

/* Processors get squares of cells and others cells: bytes must not tell who did it, even where two sources are all but equally far. */
static void check_cut(const struct grid *grid, double density) {
    struct mask mask;
    int64_t cells = grid->width * grid->height;
    assert_ok(mask_init(&mask, grid_window(grid)));
    sow(&mask, density);
    struct answer squares = asked_of(grid, &mask, false), single = asked_of(grid, &mask, true);
    for (int64_t i = 0; i < cells; i++)
        if (squares.source[i] != single.source[i] || memcmp(&squares.metres[i], &single.metres[i], sizeof(float)) != 0)
            fail_msg("%s, cell %lld: %.9g m from %lld in a square, %.9g m from %lld by itself", grid->crs, (long long)i, (double)squares.metres[i],
                     (long long)squares.source[i], (double)single.metres[i], (long long)single.source[i]);
    answer_free(&squares);
    answer_free(&single);
    mask_free(&mask);
}

static void the_same_bytes_however_cells_are_put_together(void **state) {
    (void)state;
    srand(8);
    const struct grid fine = grid_of("EPSG:32611", 499000, 4100000, 30, 30, 603, 399);
    struct grid edge = grid_of("ESRI:54009", 16300000, 2100000, 1000, 1200, 1401, 141);
    edge.flattening = 1 / 298.257223563;
    check_cut(&fine, 0.0017);
    check_cut(&fine, 0.2);
    check_cut(&edge, 0.003);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(utm),
                                       cmocka_unit_test(conus_albers),
                                       cmocka_unit_test(web_mercator_to_70_north),
                                       cmocka_unit_test(polar_stereographic),
                                       cmocka_unit_test(mollweide),
                                       cmocka_unit_test(where_a_projection_ends),
                                       cmocka_unit_test(large),
                                       cmocka_unit_test(what_places_take_is_told_before),
                                       cmocka_unit_test(the_same_bytes_however_cells_are_put_together)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
