/* Grids against extents projected by hand, geodesics against published lengths, and each wrong grid's message. */
#include "unit.h"

#include "world.h"

static status try_grid(struct world *world, const char *crs, const char *extent_crs, const double *extent, double cell, bool degrees) {
    world->scenario.grid.crs = crs;
    world->scenario.grid.extent_crs = extent_crs;
    memcpy(world->scenario.grid.extent, extent, 4 * sizeof *extent);
    world->scenario.grid.cell_x = world->scenario.grid.cell_y = cell;
    world->scenario.grid.cell_in_degrees = degrees;
    return crs_grid(&world->scenario, &world->arena, &world->grid);
}

static void extent_is_inside_the_grid(void **state) {
    struct world *world = *state;
    const double extent[] = {-120, 33, -110, 39};
    wrong(try_grid(world, "EPSG:5070", NULL, extent, 500, false));
    const struct grid *grid = &world->grid;
    assert_true(grid->x0 == round(grid->x0 / 500) * 500 && grid->y0 == round(grid->y0 / 500) * 500);
    assert_false(grid->geographic || grid->wraps);
    struct crs_lonlat *lonlat;
    wrong(crs_lonlat_open(grid, &lonlat));
    double least = INFINITY, most = -INFINITY;
    for (int i = 0; i <= 1000; i++) {
        for (int edge = 0; edge < 4; edge++) {
            double lon = edge < 2    ? -120 + i * 0.01
                         : edge == 2 ? -120
                                     : -110,
                   lat = edge == 0   ? 33
                         : edge == 1 ? 39
                                     : 33 + i * 0.006,
                   x, y, back_lon, back_lat;
            crs_from_lonlat(lonlat, lon, lat, &x, &y);
            assert_true(x > grid->x0 - 1 && x < grid->x0 + 500 * (double)grid->width + 1 && y < grid->y0 + 1 &&
                        y > grid->y0 - 500 * (double)grid->height - 1);
            least = fmin(least, x);
            most = fmax(most, y);
            crs_to_lonlat(lonlat, x, y, &back_lon, &back_lat);
            assert_true(fabs(back_lon - lon) < 1e-9 && fabs(back_lat - lat) < 1e-9);
        }
    }
    assert_true(least - grid->x0 < 501 && grid->y0 - most < 501);
    crs_lonlat_close(lonlat);
}

static void grids_of_one_cell_share_a_lattice(void **state) {
    struct world *world = *state;
    const double a[] = {-117.3, 35.1, -116.7, 35.9}, b[] = {-117, 35, -116, 36};
    wrong(try_grid(world, "EPSG:32611", "EPSG:4326", a, 30, false));
    double x = world->grid.x0, y = world->grid.y0;
    wrong(try_grid(world, "EPSG:32611", "EPSG:4326", b, 30, false));
    assert_true(fmod(x - world->grid.x0, 30) == 0 && fmod(y - world->grid.y0, 30) == 0);
}

static void feet(void **state) {
    struct world *world = *state;
    wrong(try_grid(world, "EPSG:2229", "EPSG:4326", (double[]){-118.5, 34, -118, 34.5}, 304.8, false)); /* US survey feet */
    assert_true(fabs(world->grid.dx - 999.998) < 1e-6);
    assert_true(fabs(world->grid.unit_m - 1200.0 / 3937) < 1e-12);
}

static void the_globe_wraps(void **state) {
    struct world *world = *state;
    const double globe[] = {-180, -90, 180, 90}, pacific[] = {170, -20, -160, 10};
    wrong(try_grid(world, "EPSG:4326", NULL, globe, 1.0 / 3, true));
    assert_int_equal(world->grid.width, 1080);
    assert_int_equal(world->grid.height, 540);
    assert_true(world->grid.wraps && world->grid.geographic && world->grid.x0 == -180);
    wrong(try_grid(world, "EPSG:4326", NULL, globe, 0.333333, true));
    assert_int_equal(world->grid.width, 1080);
    wrong(try_grid(world, "EPSG:4326", NULL, pacific, 0.5, true));
    assert_int_equal(world->grid.width, 60);
    assert_false(world->grid.wraps);
    assert_true(world->grid.x0 == 170);
    FAILS_WITH(try_grid(world, "EPSG:4326", NULL, globe, 0.7, true), LODE_BAD_DATA, "test.yaml:3: grid", "whole turn", "0.700389105058 deg");
}

static void wrong_grids_say_why(void **state) {
    struct world *world = *state;
    const double good[] = {-117.3, 35.1, -116.7, 35.9};
    FAILS_WITH(try_grid(world, "EPSG:4326", NULL, good, 500, false), LODE_BAD_DATA, "test.yaml:3: grid", "EPSG:4326 is in degrees", "cell: 0.004 deg",
               "EPSG:32611");
    FAILS_WITH(try_grid(world, "EPSG:32611", NULL, good, 0.01, true), LODE_BAD_DATA, "EPSG:32611 is not in degrees", "cell: 1000 m");
    FAILS_WITH(try_grid(world, "EPSG:99999", NULL, good, 500, false), LODE_BAD_DATA, "unknown crs 'EPSG:99999'");
    FAILS_WITH(try_grid(world, "EPSG:4978", NULL, good, 500, false), LODE_BAD_DATA, "neither geographic nor projected");
    FAILS_WITH(try_grid(world, "EPSG:5070", NULL, (double[]){35.1, -117.3, 35.9, -116.7}, 500, false), LODE_BAD_DATA, "swapped axes",
               "[-117.3, 35.1, -116.7, 35.9]");
    FAILS_WITH(try_grid(world, "EPSG:5070", NULL, (double[]){35, -80, 36, -79}, 500, false), LODE_BAD_DATA, "area of use", "look swapped");
    FAILS_WITH(try_grid(world, "EPSG:28354", NULL, good, 500, false), LODE_BAD_DATA, "outside the area of use of EPSG:28354");
    FAILS_WITH(try_grid(world, "EPSG:32611", NULL, (double[]){-116, 35, -117, 36}, 500, false), LODE_BAD_DATA, "not west, south, east, north");
    FAILS_WITH(try_grid(world, "EPSG:32611", NULL, good, 0.00001, false), LODE_BAD_DATA, "2^40", "larger `cell`");
}

/* Karney's GeodSolve: Mountain Pass to Los Angeles, and over the pole and the antimeridian by symmetry of the ellipsoid. */
static void geodesics_have_known_lengths(void **state) {
    (void)state;
    const double quarter = 10001965.729; /* meridian quadrant of WGS 84 (Snyder 1987, table 1) */
    assert_true(fabs(crs_geodesic_m(0, 0, 0, 90) - quarter) < 0.001);
    assert_true(fabs(crs_geodesic_m(10, 45, -170, 45) - 2 * (quarter - crs_geodesic_m(0, 0, 0, 45))) < 0.001);
    assert_true(fabs(crs_geodesic_m(179.5, 0, -179.5, 0) - 6378137 * acos(-1.0) / 180) < 0.001);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(extent_is_inside_the_grid, world_open, world_close),
        cmocka_unit_test_setup_teardown(grids_of_one_cell_share_a_lattice, world_open, world_close),
        cmocka_unit_test_setup_teardown(feet, world_open, world_close),
        cmocka_unit_test_setup_teardown(the_globe_wraps, world_open, world_close),
        cmocka_unit_test_setup_teardown(wrong_grids_say_why, world_open, world_close),
        cmocka_unit_test(geodesics_have_known_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
