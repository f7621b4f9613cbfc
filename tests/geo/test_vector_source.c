/* Vectors against points in polygons by hand and distances to lines; a cell's bits whatever the window; names, fields, codes. */
#include "unit.h"

#include "geo/vector_source.h"
#include "world.h"

static struct vector_source *open_vector(struct world *world, double margin_m) {
    struct vector_source *source = NULL;
    wrong(vector_source_open(&world->scenario, &world->layer, NULL, &world->grid, margin_m, &world->log, &source));
    return source;
}

static uint8_t *mask_of(struct vector_source *source, struct window window) {
    uint8_t *bytes = malloc((size_t)(window.cols * window.rows));
    wrong(vector_source_mask(source, window, bytes));
    return bytes;
}

enum { CORNERS = 9 };
static const double ring[CORNERS][2] = {{500312, 4000411}, {502871, 4000133}, {504402, 4002507}, {503318, 4003021}, {503903, 4004217},
                                        {501777, 4004839}, {501209, 4003333}, {499811, 4003001}, {501103, 4002207}};

/* Even-odd rule (Shimrat 1962). */
static bool in_ring(double x, double y) {
    bool inside = false;
    for (int i = 0, j = CORNERS - 1; i < CORNERS; j = i++)
        if ((ring[i][1] > y) != (ring[j][1] > y) && x < (ring[j][0] - ring[i][0]) * (y - ring[i][1]) / (ring[j][1] - ring[i][1]) + ring[i][0])
            inside = !inside;
    return inside;
}

static const char *ring_wkt(struct world *world) {
    char wkt[1000] = "POLYGON ((";
    for (int i = 0; i <= CORNERS; i++)
        snprintf(wkt + strlen(wkt), sizeof wkt - strlen(wkt), "%s%.0f %.0f", i ? ", " : "", ring[i % CORNERS][0], ring[i % CORNERS][1]);
    return arena_print(&world->arena, "%s))", wkt);
}

static void a_polygon_covers_the_centres_inside_it(void **state) {
    struct world *world = *state;
    make_shapes(world, "area.gpkg", "area", "EPSG:32611", &(struct shape_spec){ring_wkt(world), "ring", 3}, 1);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 37);
    world_layer(world, "area", "area.gpkg", LAYER_VECTOR);
    struct vector_source *source = open_vector(world, 0);
    struct window window = window_grown(grid_window(&world->grid), 9);
    uint8_t *bytes = mask_of(source, window);
    float *values = malloc((size_t)(window.cols * window.rows) * sizeof *values);
    world->layer.attribute = "value";
    vector_source_close(source);
    source = open_vector(world, 0);
    wrong(vector_source_values(source, window, values));
    for (int64_t r = 0; r < window.rows; r++)
        for (int64_t c = 0; c < window.cols; c++) {
            bool inside = in_ring(grid_x(&world->grid, (double)(window.col0 + c)), grid_y(&world->grid, (double)(window.row0 + r)));
            assert_int_equal(bytes[r * window.cols + c], inside);
            float value = values[r * window.cols + c];
            assert_true(inside ? value == 3 : isnan(value));
        }
    const struct layer_facts *facts = vector_source_facts(source);
    assert_string_equal(facts->driver, "GPKG");
    assert_true(facts->features == 1 && isnan(facts->valid_share) && fabs(facts->extent[0] - 499811) < 1e-6 &&
                fabs(facts->extent[3] - 4004839) < 1e-6);
    vector_source_close(source);
    free(values);
    free(bytes);
}

/* Lines touch cells: those whose square the line enters by a hair, and no cell that it stays clear of. */
static void lines_burn_what_they_touch(void **state) {
    struct world *world = *state;
    const double a[2] = {500103, 4000207}, b[2] = {504777, 4003119};
    const char *wkt = arena_print(&world->arena, "LINESTRING (%.0f %.0f, %.0f %.0f)", a[0], a[1], b[0], b[1]);
    make_shapes(world, "line.gpkg", "line", "EPSG:32611", &(struct shape_spec){wkt, "line", 1}, 1);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 41);
    world_layer(world, "line", "line.gpkg", LAYER_VECTOR);
    struct vector_source *source = open_vector(world, 0);
    struct window window = grid_window(&world->grid);
    uint8_t *bytes = mask_of(source, window);
    double length = hypot(b[0] - a[0], b[1] - a[1]);
    int touched = 0;
    for (int64_t r = 0; r < window.rows; r++)
        for (int64_t c = 0; c < window.cols; c++) {
            /* The line crosses the square when its corners lie on both sides of it, between its ends. */
            double x = grid_x(&world->grid, (double)c), y = grid_y(&world->grid, (double)r), least = INFINITY, most = -INFINITY;
            double along = ((x - a[0]) * (b[0] - a[0]) + (y - a[1]) * (b[1] - a[1])) / length;
            for (int corner = 0; corner < 4; corner++) {
                double cx = x + (corner & 1 ? 20.5 : -20.5), cy = y + (corner & 2 ? 20.5 : -20.5);
                double side = ((cx - a[0]) * (b[1] - a[1]) - (cy - a[1]) * (b[0] - a[0])) / length;
                least = fmin(least, side);
                most = fmax(most, side);
            }
            if (along < 40 || along > length - 40) continue;
            if (least < -0.01 && most > 0.01) assert_int_equal(bytes[r * window.cols + c], 1);
            if (least > 0.01 || most < -0.01) assert_int_equal(bytes[r * window.cols + c], 0);
            touched += bytes[r * window.cols + c];
        }
    assert_true(touched > 150);
    vector_source_close(source);
    free(bytes);
}

static int make_crowd(struct world *world) {
    enum { LINES = 60 };
    struct shape_spec shapes[LINES + 4];
    uint64_t seed = 7;
    for (int i = 0; i < LINES; i++) {
        double v[6];
        for (int k = 0; k < 6; k++) v[k] = random_share(&seed) * 9000 - 2000;
        shapes[i] = (struct shape_spec){arena_print(&world->arena, "LINESTRING (%.3f %.3f, %.3f %.3f, %.3f %.3f)", 500000 + v[0], 4000000 + v[1],
                                                    500000 + v[2], 4000000 + v[3], 500000 + v[4], 4000000 + v[5]),
                                        "road", i};
    }
    shapes[LINES] = (struct shape_spec){"LINESTRING (499900 3999900, 504100 4004100)", "diagonal through corners", 1};
    shapes[LINES + 1] = (struct shape_spec){"LINESTRING (500000 4001000, 505000 4001000, 505000 4004000)", "along edges", 2};
    shapes[LINES + 2] = (struct shape_spec){"POINT (503000 4003000)", "on a corner", 3};
    shapes[LINES + 3] = (struct shape_spec){ring_wkt(world), "ring", 4};
    make_shapes(world, "crowd.gpkg", "crowd", "EPSG:32611", shapes, LINES + 4);
    return LINES + 4;
}

static void a_cell_has_the_same_bits_in_every_window(void **state) {
    struct world *world = *state;
    int count = make_crowd(world);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 10);
    for (int touched = -1; touched <= 1; touched++) {
        world_layer(world, "crowd", "crowd.gpkg", LAYER_VECTOR);
        world->layer.all_touched = (enum tristate)touched;
        world->layer.attribute = "value";
        struct vector_source *source = open_vector(world, 500);
        assert_true(vector_source_count(source) > 40 && vector_source_count(source) <= count);
        struct window window = window_grown(grid_window(&world->grid), 57);
        uint8_t *whole = mask_of(source, window);
        float *values = malloc((size_t)(window.cols * window.rows) * sizeof *values);
        wrong(vector_source_values(source, window, values));
        uint64_t seed = 3;
        for (int i = 0; i < 200; i++) {
            struct window part = {0, 0, 1 + (int64_t)(random_share(&seed) * 90), 1 + (int64_t)(random_share(&seed) * 300)};
            part.col0 = window.col0 + (int64_t)(random_share(&seed) * (double)(window.cols - part.cols));
            part.row0 = window.row0 + (int64_t)(random_share(&seed) * (double)(window.rows - part.rows));
            uint8_t *bytes = mask_of(source, part);
            float *some = malloc((size_t)(part.cols * part.rows) * sizeof *some);
            wrong(vector_source_values(source, part, some));
            for (int64_t r = 0; r < part.rows; r++) {
                int64_t at = (part.row0 - window.row0 + r) * window.cols + part.col0 - window.col0;
                assert_memory_equal(bytes + r * part.cols, whole + at, (size_t)part.cols);
                assert_memory_equal(some + r * part.cols, values + at, (size_t)part.cols * sizeof *some);
            }
            free(bytes);
            free(some);
        }
        for (int64_t i = 0; i < window.cols * window.rows; i++) assert_int_equal(whole[i], !isnan(values[i]));
        vector_source_close(source);
        free(values);
        free(whole);
    }
}

/* Beyond the margin strip, too: what lies there is still found when it was kept. */
static void windows_beyond_the_margin_are_legal(void **state) {
    struct world *world = *state;
    make_shapes(world, "line.gpkg", "line", "EPSG:32611", &(struct shape_spec){"LINESTRING (400000 4002005, 600000 4002005)", "line", 1}, 1);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 50);
    world_layer(world, "line", "line.gpkg", LAYER_VECTOR);
    struct vector_source *source = open_vector(world, 0);
    struct window window = {-700, -30, 1500, 200};
    uint8_t *bytes = mask_of(source, window);
    for (int64_t r = 0; r < window.rows; r++)
        for (int64_t c = 0; c < window.cols; c++) assert_int_equal(bytes[r * window.cols + c], window.row0 + r == 59);
    vector_source_close(source);
    free(bytes);
}

static void the_nearest_feature_of_a_cell_is_named(void **state) {
    struct world *world = *state;
    const struct shape_spec shapes[] = {{"POINT (500110 4000110)", "far", 1},
                                        {"POINT (500160 4000155)", "near", 2},
                                        {"POINT (500160 4000155)", "twin", 3},
                                        {"LINESTRING (502000 4000050, 503000 4000050)", "road", 4},
                                        {NULL, "nowhere", 5}};
    make_shapes(world, "sites.gpkg", "sites", "EPSG:32611", shapes, 5);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 100);
    world_layer(world, "sites", "sites.gpkg", LAYER_VECTOR);
    struct vector_source *source = open_vector(world, 1000);
    assert_non_null(strstr(world->said, "1 features without geometry"));
    assert_int_equal(vector_source_count(source), 4);
    assert_int_equal(vector_source_facts(source)->features, 5);
    int64_t index;
    wrong(vector_source_feature_at(source, 1, 48, &index));
    assert_string_equal(vector_source_label(source, index), "near");
    wrong(vector_source_feature_at(source, 25, 49, &index));
    assert_string_equal(vector_source_label(source, index), "road");
    wrong(vector_source_feature_at(source, 25, 47, &index));
    assert_int_equal(index, NO_FEATURE);
    double x, y, lon, lat;
    wrong(vector_source_point(source, 0, &x, &y, &lon, &lat));
    assert_true(x == 500110 && y == 4000110 && fabs(lon + 116.99878) < 1e-4 && fabs(lat - 36.14540) < 1e-2);
    wrong(vector_source_point(source, 3, &x, &y, &lon, &lat));
    assert_true(y == 4000050 && x >= 502000 && x <= 503000);
    assert_string_equal(vector_source_field(source, 1, "value", &world->arena), "2");
    assert_string_equal(vector_source_field(source, 1, "kind", &world->arena), "n");
    assert_string_equal(vector_source_attributes(source, 1, &world->arena), "{\"name\": \"near\", \"value\": 2, \"kind\": \"n\"}");
    vector_source_close(source);
}

static void attributes_are_json(void **state) {
    struct world *world = *state;
    const struct shape_spec shapes[] = {{"POINT (500110 4000110)", "a \"quoted\\\" name\n\xc3\xa9", 0.1}, {"POINT (500210 4000110)", NULL, NAN}};
    make_shapes(world, "odd.gpkg", "odd", "EPSG:32611", shapes, 2);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 100);
    world_layer(world, "odd", "odd.gpkg", LAYER_VECTOR);
    struct vector_source *source = open_vector(world, 0);
    assert_string_equal(vector_source_attributes(source, 0, &world->arena),
                        "{\"name\": \"a \\\"quoted\\\\\\\" name\\u000a\xc3\xa9\", \"value\": 0.1, \"kind\": \"a\"}");
    assert_string_equal(vector_source_attributes(source, 1, &world->arena), "{\"name\": null, \"value\": null, \"kind\": null}");
    assert_string_equal(vector_source_label(source, 1), "");
    assert_string_equal(vector_source_field(source, 1, "name", &world->arena), "");
    vector_source_close(source);
}

static void categories_count_from_one(void **state) {
    struct world *world = *state;
    const struct shape_spec shapes[] = {{"POINT (500150 4000150)", "syenite", 1},
                                        {"POINT (500250 4000150)", "granite", 1},
                                        {"POINT (500350 4000150)", NULL, 1},
                                        {"POINT (900000 4000150)", "basalt far away", 1},
                                        {"POINT (500250 4000150)", "syenite", 1}};
    make_shapes(world, "rocks.gpkg", "rocks", "EPSG:32611", shapes, 5);
    world_grid(world, "EPSG:32611", 500000, 4000000, 501000, 4001000, 100);
    world_layer(world, "rocks", "rocks.gpkg", LAYER_VECTOR);
    world->layer.category = "name";
    struct vector_source *source = open_vector(world, 0);
    assert_true(vector_source_code(source, "basalt far away") == 1 && vector_source_code(source, "granite") == 2 &&
                vector_source_code(source, "syenite") == 3);
    assert_true(isnan(vector_source_code(source, "chert")));
    float values[10];
    wrong(vector_source_values(source, (struct window){0, 8, 10, 1}, values));
    assert_true(values[1] == 3 && values[2] == 3 && isnan(values[3]) && isnan(values[0]));
    vector_source_close(source);
    world->layer.where = "name = 'granite'";
    source = open_vector(world, 0);
    assert_int_equal(vector_source_count(source), 1);
    assert_int_equal(vector_source_facts(source)->features, 1);
    vector_source_close(source);
}

/* SpatiaLite's functions are there for who asks, though files are first opened without; one that nobody has is still told. */
static void functions_of_spatialite_are_found(void **state) {
    struct world *world = *state;
    const struct shape_spec shapes[] = {{"POINT (500150 4000150)", "a", 1}, {"POINT (500250 4000150)", "b", 1}};
    make_shapes(world, "rocks.gpkg", "rocks", "EPSG:32611", shapes, 2);
    world_grid(world, "EPSG:32611", 500000, 4000000, 501000, 4001000, 100);
    world_layer(world, "rocks", "rocks.gpkg", LAYER_VECTOR);
    world->layer.where = "hausdorffdistance(geom, MakePoint(500150, 4000150)) > 50";
    struct vector_source *source = open_vector(world, 0);
    assert_int_equal(vector_source_count(source), 1);
    assert_string_equal(vector_source_label(source, 0), "b");
    vector_source_close(source);
    world->layer.where = "nobodys(geom)";
    FAILS_WITH(vector_source_open(&world->scenario, &world->layer, NULL, &world->grid, 0, &world->log, &source), LODE_BAD_DATA, "nobodys");
}

/* A line along the antimeridian's other side is found in columns beyond 180 degrees, and windows wrap on the globe. */
static void the_antimeridian_is_no_edge(void **state) {
    struct world *world = *state;
    const struct shape_spec shapes[] = {{"LINESTRING (-178.5 -10, -178.5 10)", "west", 1}, {"LINESTRING (176.5 -10, 176.5 10)", "east", 2}};
    make_shapes(world, "date.gpkg", "date", "EPSG:4326", shapes, 2);
    const struct {
        double box[4];
        struct window window;
        int64_t west, east;
    } cases[] = {
        {{170, -20, 190, 20}, {0, 19, 20, 3}, 11, 6}, {{-180, -90, 180, 90}, {-5, 88, 10, 3}, 6, 1}, {{-180, -90, 180, 90}, {350, 88, 20, 3}, 11, 6}};
    for (int i = 0; i < 3; i++) {
        world_grid(world, "EPSG:4326", cases[i].box[0], cases[i].box[1], cases[i].box[2], cases[i].box[3], 1);
        world_layer(world, "date", "date.gpkg", LAYER_VECTOR);
        struct vector_source *source = open_vector(world, 100000);
        assert_int_equal(vector_source_count(source), 2);
        uint8_t *bytes = mask_of(source, cases[i].window);
        for (int64_t c = 0; c < cases[i].window.cols; c++)
            assert_int_equal(bytes[cases[i].window.cols + c], c == cases[i].west || c == cases[i].east);
        int64_t index;
        wrong(vector_source_feature_at(source, cases[i].window.col0 + cases[i].west, cases[i].window.row0 + 1, &index));
        assert_string_equal(vector_source_label(source, index), "west");
        vector_source_close(source);
        free(bytes);
    }
}

static void a_layer_cut_within_the_margin_is_told(void **state) {
    struct world *world = *state;
    const struct shape_spec cut[] = {{"LINESTRING (499000 3999000, 517000 4006000)", "rail", 1},
                                     {"LINESTRING (499000 4006000, 517000 3999000)", "rail", 1}};
    make_shapes(world, "rail.gpkg", "rail", "EPSG:32611", cut, 2);
    world_grid(world, "EPSG:32611", 500000, 4000000, 505000, 4005000, 50);
    world_layer(world, "rail", "rail.gpkg", LAYER_VECTOR);
    vector_source_close(open_vector(world, 100000));
    assert_non_null(strstr(world->said, "warning: test.yaml:14: layer 'rail' (rail.gpkg) ends 1 km"));
    assert_non_null(strstr(world->said, "criteria look 100 km"));
    world->said[0] = '\0';
    vector_source_close(open_vector(world, 500));
    assert_string_equal(world->said, "");
    world_grid(world, "EPSG:32611", 700000, 4000000, 705000, 4005000, 50);
    vector_source_close(open_vector(world, 1000));
    assert_non_null(strstr(world->said, "has no feature within the grid and 1 km around it"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_polygon_covers_the_centres_inside_it, world_open, world_close),
        cmocka_unit_test_setup_teardown(lines_burn_what_they_touch, world_open, world_close),
        cmocka_unit_test_setup_teardown(a_cell_has_the_same_bits_in_every_window, world_open, world_close),
        cmocka_unit_test_setup_teardown(windows_beyond_the_margin_are_legal, world_open, world_close),
        cmocka_unit_test_setup_teardown(the_nearest_feature_of_a_cell_is_named, world_open, world_close),
        cmocka_unit_test_setup_teardown(attributes_are_json, world_open, world_close),
        cmocka_unit_test_setup_teardown(categories_count_from_one, world_open, world_close),
        cmocka_unit_test_setup_teardown(functions_of_spatialite_are_found, world_open, world_close),
        cmocka_unit_test_setup_teardown(the_antimeridian_is_no_edge, world_open, world_close),
        cmocka_unit_test_setup_teardown(a_layer_cut_within_the_margin_is_told, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
