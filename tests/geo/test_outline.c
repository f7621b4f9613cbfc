/* Shapes as plain places against the shapes themselves: what is inside, which pieces of a line come near, turns of longitude, and what may be left
 * out. */
#include "unit.h"

#include "geo/outline.h"
#include "world.h"

static struct outline taken(struct world *world, const double frame[4], double apart) {
    struct vector_source *source = NULL;
    struct outline out;
    wrong(vector_source_open(&world->scenario, &world->layer, NULL, &world->grid, 0, &world->log, &source));
    wrong(outline_take(source, frame, apart, &out));
    vector_source_close(source);
    return out;
}

/* Even-odd over all rings together (Shimrat 1962). */
static bool holds(const struct outline *out, double x, double y) {
    bool inside = false;
    for (size_t p = 0; p < out->n_parts; p++) {
        const struct outline_part *part = &out->parts[p];
        assert_int_equal(part->kind, OUTLINE_RING);
        for (size_t i = 0, j = part->count - 1; i < part->count; j = i++) {
            const double *a = out->places[part->first + i], *b = out->places[part->first + j];
            if ((a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
        }
    }
    return inside;
}

/* A comb of teeth that reach in and out of the frame, with a hole. */
enum { TEETH = 9 };
static bool in_comb(double x, double y) {
    double tooth = (x - 499000) / 700;
    bool body = x > 499000 && x < 499000 + 700 * TEETH && y > 3998000 && y < 4006000;
    bool gap = y > 4001000 && tooth - floor(tooth) > 0.6;
    bool hole = x > 501113 && x < 501377 && y > 3999500 && y < 4000777;
    return body && !gap && !hole;
}

static const char *comb_wkt(struct world *world) {
    char wkt[4000] = "POLYGON ((499000 3998000";
    for (int i = 0; i < TEETH; i++)
        snprintf(wkt + strlen(wkt), sizeof wkt - strlen(wkt), ", %d 4001000, %d 4006000, %d 4006000, %d 4001000", 499000 + 700 * i, 499000 + 700 * i,
                 499000 + 700 * i + 420, 499000 + 700 * i + 420);
    snprintf(wkt + strlen(wkt), sizeof wkt - strlen(wkt),
             ", %d 4001000, %d 3998000, 499000 3998000), (501113 3999500, 501377 3999500, 501377 4000777, 501113 4000777, 501113 3999500))",
             499000 + 700 * TEETH, 499000 + 700 * TEETH);
    return arena_print(&world->arena, "%s", wkt);
}

static void areas_hold_what_they_held(void **state) {
    struct world *world = *state;
    const double frame[] = {500000, 4000000, 503700, 4004100};
    make_shapes(world, "comb.gpkg", "comb", "EPSG:32611", &(struct shape_spec){comb_wkt(world), "comb", 1}, 1);
    world_grid(world, "EPSG:32611", frame[0], frame[1], frame[2], frame[3], 37);
    world_layer(world, "comb", "comb.gpkg", LAYER_VECTOR);
    struct outline out = taken(world, frame, 0);
    srand(3);
    int inside = 0;
    for (int i = 0; i < 4000; i++) {
        double x = frame[0] + (frame[2] - frame[0]) * (rand() + 0.5) / ((double)RAND_MAX + 1);
        double y = frame[1] + (frame[3] - frame[1]) * (rand() + 0.5) / ((double)RAND_MAX + 1);
        assert_int_equal(holds(&out, x, y), in_comb(x, y));
        inside += in_comb(x, y);
    }
    assert_true(inside > 1000 && inside < 3000);
    for (size_t i = 0; i < out.n_places; i++) { /* no farther than the frame grown by its tenth */
        assert_true(out.places[i][0] >= frame[0] - 371 && out.places[i][0] <= frame[2] + 371);
        assert_true(out.places[i][1] >= frame[1] - 411 && out.places[i][1] <= frame[3] + 411);
    }
    outline_free(&out);
}

static double to_piece(const double *a, const double *b, double x, double y) {
    double dx = b[0] - a[0], dy = b[1] - a[1], t = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy);
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    return hypot(a[0] + t * dx - x, a[1] + t * dy - y);
}

/* A zigzag that leaves the frame and comes back: what lies within is all there, and what is far is not. */
static void lines_are_whole_within(void **state) {
    struct world *world = *state;
    enum { N = 61 };
    const double frame[] = {500000, 4000000, 503700, 4004100};
    char wkt[4000] = "LINESTRING (";
    double at[N][2];
    for (int i = 0; i < N; i++) {
        at[i][0] = 498000 + 120 * i;
        at[i][1] = 4002000 + (i % 7 - 3) * 1300.0;
        snprintf(wkt + strlen(wkt), sizeof wkt - strlen(wkt), "%s%.0f %.0f", i ? ", " : "", at[i][0], at[i][1]);
    }
    make_shapes(world, "zig.gpkg", "zig", "EPSG:32611", &(struct shape_spec){arena_print(&world->arena, "%s)", wkt), "zig", 1}, 1);
    world_grid(world, "EPSG:32611", frame[0], frame[1], frame[2], frame[3], 37);
    world_layer(world, "zig", "zig.gpkg", LAYER_VECTOR);
    struct outline out = taken(world, frame, 0);
    assert_true(out.n_parts >= 1 && out.n_places < N);
    for (int i = 0; i + 1 < N; i++)
        for (int k = 0; k < 50; k++) {
            double x = at[i][0] + (at[i + 1][0] - at[i][0]) * k / 50, y = at[i][1] + (at[i + 1][1] - at[i][1]) * k / 50, near = 1e9;
            bool within = x >= frame[0] && x <= frame[2] && y >= frame[1] && y <= frame[3];
            for (size_t p = 0; within && p < out.n_parts; p++)
                for (size_t j = 0; j + 1 < out.parts[p].count; j++) {
                    const double *a = out.places[out.parts[p].first + j], *b = out.places[out.parts[p].first + j + 1];
                    near = fmin(near, to_piece(a, b, x, y));
                }
            if (within) assert_true(near < 1e-6);
        }
    outline_free(&out);
    struct outline sparse = taken(world, frame, 500);
    assert_true(sparse.n_places > 3 && sparse.n_places <= out.n_places + N);
    for (size_t p = 0; p < sparse.n_parts; p++)
        for (size_t j = 0; j + 2 < sparse.parts[p].count; j++) { /* the last place stays, however near */
            const double *a = sparse.places[sparse.parts[p].first + j], *b = sparse.places[sparse.parts[p].first + j + 1];
            assert_true(hypot(a[0] - b[0], a[1] - b[1]) >= 500);
        }
    outline_free(&sparse);
}

/* A grid over the antimeridian, places written on either side of it. */
static void turns_are_found(void **state) {
    struct world *world = *state;
    const struct shape_spec shapes[] = {
        {"POINT (-175 5)", "a", 1}, {"POINT (172 3)", "b", 2}, {"POINT (0 3)", "far", 3}, {"MULTIPOINT ((-179.5 1), (179.5 1), (100 1))", "many", 4}};
    const double frame[] = {170, -10, 190, 10};
    make_shapes(world, "turn.gpkg", "turn", "EPSG:4326", shapes, 4);
    world_grid(world, "EPSG:4326", frame[0], frame[1], frame[2], frame[3], 0.5);
    world_layer(world, "turn", "turn.gpkg", LAYER_VECTOR);
    struct outline out = taken(world, frame, 0);
    const double wanted[][2] = {{185, 5}, {172, 3}, {180.5, 1}, {179.5, 1}};
    assert_int_equal(out.n_parts, 4);
    for (int w = 0; w < 4; w++) {
        bool found = false;
        for (size_t i = 0; i < out.n_parts; i++) {
            const double *at = out.places[out.parts[i].first];
            assert_int_equal(out.parts[i].kind, OUTLINE_POINT);
            found |= fabs(at[0] - wanted[w][0]) < 1e-9 && fabs(at[1] - wanted[w][1]) < 1e-9;
        }
        assert_true(found);
    }
    outline_free(&out);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_open, world_close)
int main(void) {
    const struct CMUnitTest tests[] = {IN_WORLD(areas_hold_what_they_held), IN_WORLD(lines_are_whole_within), IN_WORLD(turns_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
