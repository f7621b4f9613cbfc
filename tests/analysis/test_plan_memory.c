/* What a plan says of memory against what is taken: by the C library's count, in which a processor's device memory stands too. */
#include "ok.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compute/cost.h"
#include "compute/device.h"
#include "compute/distance.h"
#include "geo/places.h"
#include "model/plan_memory.h"

static const struct grid plane = {
    .crs = "EPSG:32611", .dx = 100, .dy = 100, .unit_m = 1, .semi_major_m = 6378137, .flattening = 1 / 298.257223563, .width = 3001, .height = 2333};
static const struct grid globe = {.crs = "EPSG:4326",
                                  .geographic = true,
                                  .wraps = true,
                                  .x0 = -180,
                                  .y0 = 90,
                                  .dx = 0.25,
                                  .dy = 0.25,
                                  .unit_m = 1,
                                  .semi_major_m = 6378137,
                                  .flattening = 1 / 298.257223563,
                                  .width = 1440,
                                  .height = 720};

static double no_codes(void *user, int layer, const char *label) {
    (void)user, (void)layer, (void)label;
    return NAN;
}
static const struct plan_facts facts = {.code_of = no_codes};
static const struct layer layers[] = {{.name = "rail", .kind = LAYER_VECTOR}, {.name = "height", .kind = LAYER_RASTER}};
static const struct formula friction_one = {.text = "1"}, friction_two = {.text = "2"};
static const struct criterion slope = {.name = "slope", .op = OP_SLOPE, .layer = 1};
static const struct criterion near = {.name = "near", .op = OP_DISTANCE, .layer = 0, .membership = {.kind = MEMBER_LINEAR, .params = {2000, 0}}};
static const struct criterion haul = {
    .name = "haul", .op = OP_COST, .layer = 0, .formula = &friction_one, .membership = {.kind = MEMBER_LINEAR, .params = {2000, 0}}};

static status compile_for(const struct plan_facts *known, const struct grid *grid, const struct criterion *criteria, size_t n, size_t memory_bytes,
                          struct plan **plan) {
    static const struct overlay score = {.op = OVERLAY_CRITERION, .weight = 1};
    static const struct target target = {.name = "plant", .score = &score};
    static struct scenario scenario;
    scenario = (struct scenario){
        .path = "s.yaml", .n_layers = 2, .layers = layers, .n_criteria = n, .criteria = criteria, .n_targets = 1, .targets = &target};
    scenario.grid.margin_m = 0;
    scenario.grid.within = NO_INDEX;
    return plan_compile(&scenario, grid, known, memory_bytes, plan);
}

static status compile(const struct grid *grid, const struct criterion *criteria, size_t n, size_t memory_bytes, struct plan **plan) {
    return compile_for(&facts, grid, criteria, n, memory_bytes, plan);
}

static size_t tenant_bytes(const struct plan *plan, const char *name) {
    struct plan_tenant tenants[PLAN_TENANTS_MAX];
    size_t n = plan_tenants(plan, plan->band_rows, tenants);
    for (size_t i = 0; i < n; i++)
        if (strcmp(tenants[i].name, name) == 0) return tenants[i].bytes;
    return 0;
}

static size_t taken(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* A sanitizer's allocator does not tell the C library. */
static bool library_counts(void) {
    enum { PROBE_BYTES = 1 << 20 };
    size_t before = taken();
    char *volatile probe = malloc(PROBE_BYTES);
    bool counts = probe && taken() >= before + PROBE_BYTES;
    free(probe);
    return counts;
}

static void bands_are_as_high_as_the_budget_lets_them(void **state) {
    (void)state;
    const struct criterion criteria[] = {slope, near};
    size_t before = 0;
    for (size_t memory = 47 << 20; memory < 400 << 20; memory += 17 << 20) {
        struct plan *plan = NULL;
        assert_ok(compile(&plane, criteria, 2, memory, &plan));
        assert_true(plan_peak_bytes(plan, plan->band_rows) <= memory);
        assert_true(plan->band_rows == 256 || plan_peak_bytes(plan, plan->band_rows + 1) > memory);
        assert_true(plan->band_rows >= before);
        before = plan->band_rows;
        plan_free(plan);
    }
    assert_int_equal(before, 256);
}

/* Planes of a slot that are loaded, planes on the device: from the cells alone. */
static void bands_in_flight_are_counted_by_the_cell(void **state) {
    (void)state;
    const struct criterion criteria[] = {slope, near};
    struct plan *plan = NULL;
    assert_ok(compile(&plane, criteria, 2, 100 << 20, &plan));
    size_t rows = plan->band_rows, cells = 3001 * rows, around = 3003 * (rows + 2);
    assert_int_equal(tenant_bytes(plan, "layers of bands in flight"), 3 * 4 * around);
    assert_int_equal(tenant_bytes(plan, "planes on the device"), 4 * (2 * cells + around) + 3001 * 8);
    assert_int_equal(tenant_bytes(plan, "masks kept"), 0);
    assert_int_equal(tenant_bytes(plan, "the mask that is made"), 47 * 8 * 2333);
    plan_free(plan);
}

static void want_of_memory_names_the_largest_tenant(void **state) {
    (void)state;
    struct plan *plan = NULL;
    status failure = compile(&plane, &haul, 1, 30 << 20, &plan);
    assert_int_equal(lode_error_code(failure), LODE_TRY_AGAIN);
    assert_non_null(strstr(lode_error_message(failure), "3001 x 2333 cells needs at least "));
    assert_non_null(strstr(lode_error_message(failure), " of it: accumulated costs): give more --memory"));
    lode_error_free(failure);
}

/* From budgets of far too little to nearly enough: caches and planes kept in memory grow with the budget. */
static void the_memory_that_is_said_to_be_needed_is(void **state) {
    (void)state;
    static const char before_number[] = "needs at least ";
    const struct criterion criteria[] = {slope, near, haul};
    for (size_t n = 1; n <= 3; n++) {
        const size_t mb = 1000000;
        size_t given = 1 * mb, said = 0;
        for (struct plan *plan = NULL;; given += 3 * mb) {
            status failure = compile(&plane, criteria, n, given, &plan);
            if (!failure) {
                plan_free(plan);
                break;
            }
            const char *number = strstr(lode_error_message(failure), before_number);
            assert_non_null(number);
            said = (size_t)strtoul(number + strlen(before_number), NULL, 10);
            lode_error_free(failure);
            assert_true(said * mb > given);
            assert_ok(compile(&plane, criteria, n, said * mb, &plan));
            plan_free(plan);
            plan = NULL;
            failure = compile(&plane, criteria, n, (said - 1) * mb, &plan);
            assert_int_equal(lode_error_code(failure), LODE_TRY_AGAIN);
            lode_error_free(failure);
        }
        assert_true(said > 1 && given >= said * mb);
    }
}

/* Two criteria with costs, one without: what a way to the first needs is the costs of one, and none of a run's bands and surfaces. */
static void ways_alone_need_less_than_a_run(void **state) {
    (void)state;
    const struct criterion other = {
        .name = "other", .op = OP_COST, .layer = 1, .formula = &friction_two, .membership = {.kind = MEMBER_LINEAR, .params = {2000, 0}}};
    const struct criterion criteria[] = {near, haul, other};
    const struct plan_facts one = {.code_of = no_codes, .ways_only = true, .ways_of = "haul"}, all = {.code_of = no_codes, .ways_only = true};
    struct plan *run = NULL, *of_one = NULL, *of_all = NULL;
    const size_t memory = (size_t)1 << 30;
    assert_ok(compile(&plane, criteria, 3, memory, &run));
    assert_ok(compile_for(&one, &plane, criteria, 3, memory, &of_one));
    assert_ok(compile_for(&all, &plane, criteria, 3, memory, &of_all));
    assert_int_equal(tenant_bytes(of_all, "accumulated costs"), tenant_bytes(run, "accumulated costs"));
    assert_int_equal(tenant_bytes(of_one, "accumulated costs"), tenant_bytes(run, "accumulated costs") / 2);
    const char *const of_runs[] = {"distances", "surfaces in memory", "planes on the device", "overviews", "picture"};
    for (size_t i = 0; i < sizeof of_runs / sizeof *of_runs; i++) {
        assert_int_not_equal(tenant_bytes(run, of_runs[i]), 0);
        assert_int_equal(tenant_bytes(of_all, of_runs[i]), 0);
    }
    assert_true(plan_peak_bytes(of_one, 1) + tenant_bytes(of_one, "accumulated costs") <= plan_peak_bytes(of_all, 1));
    assert_true(plan_peak_bytes(of_all, 1) < plan_peak_bytes(run, 1));
    plan_free(run);
    plan_free(of_one);
    plan_free(of_all);
}

/* Sources in every row: what is kept of rows with sources is counted for all. */
static void scatter(struct mask *mask) {
    assert_ok(mask_init(mask, (struct window){0, 0, mask->window.cols, mask->window.rows}));
    for (int64_t row = 0; row < mask->window.rows; row++)
        for (int64_t word = row % 11; word < mask->words_per_row - 1; word += 13) mask->bits[row * mask->words_per_row + word] = 0x10001;
}

/* Opens, asks for a band with sources, closes; `grown`: what it took while it was there. */
static void prepare(struct device *device, const struct grid *grid, const struct mask *mask, const float *friction, struct buffer *out,
                    struct buffer *sources, size_t *grown) {
    const struct window band = {0, grid->height / 2, grid->width, 16};
    struct distance *distance = NULL;
    struct cost *cost = NULL;
    size_t before = taken();
    assert_ok(friction ? cost_open_copy(device, grid, mask, friction, &cost) : distance_open(device, grid, mask, METRIC_AUTO, &distance));
    assert_ok(friction ? cost_rows(cost, band, out, sources) : distance_rows(distance, band, out, sources));
    assert_ok(buffer_read(out, 0, 4, &(float){0}));
    *grown = taken() > before ? taken() - before : 0;
    distance_close(distance);
    cost_close(cost);
}

enum { TRIES = 9 };

static int by_size(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The driver's own threads give back what they had from before whenever they come to it: the middle of several tries. */
static size_t usual_growth(struct device *device, const struct grid *grid, const struct mask *mask, const float *friction, struct buffer *out,
                           struct buffer *sources) {
    size_t grown[TRIES];
    for (int i = 0; i < TRIES; i++) prepare(device, grid, mask, friction, out, sources, &grown[i]);
    qsort(grown, TRIES, sizeof *grown, by_size);
    return grown[TRIES / 2];
}

static void check_prepared(const struct grid *grid, const struct criterion *criterion, const char *tenant) {
    struct device *device;
    struct buffer *out, *sources;
    struct plan *plan = NULL;
    size_t cells = (size_t)(grid->width * grid->height), grown, counted;
    if (!library_counts()) skip();
    float *friction = criterion->formula ? calloc(cells, sizeof *friction) : NULL;
    for (size_t i = 0; friction && i < cells; i++) friction[i] = 1;
    assert_ok(device_open("cpu", &device));
    assert_ok(compile(grid, criterion, 1, (size_t)1 << 30, &plan));
    struct mask mask = {.window = plan->masks[0].window};
    scatter(&mask);
    assert_ok(buffer_open(device, (size_t)grid->width * 16 * 4, &out));
    assert_ok(buffer_open(device, (size_t)grid->width * 16 * 8, &sources));
    counted = tenant_bytes(plan, tenant);
    prepare(device, grid, &mask, friction, out, sources, &grown); /* builds programs */
    grown = usual_growth(device, grid, &mask, friction, out, sources);
    printf("%s: %zu bytes counted, %zu taken\n", tenant, counted, grown);
    assert_in_range(grown, counted * 3 / 4, counted + (1 << 18));
    buffer_close(out);
    buffer_close(sources);
    mask_free(&mask);
    plan_free(plan);
    device_close(device);
    free(friction);
}

static void a_planar_distance_takes_what_is_counted(void **state) {
    (void)state;
    check_prepared(&plane, &near, "distances");
}

static void a_geodesic_distance_takes_what_is_counted(void **state) {
    (void)state;
    check_prepared(&globe, &near, "distances");
}

/* Places on the host and what the device was given of them are there together for a moment. */
static void a_placed_distance_takes_what_is_counted(void **state) {
    (void)state;
    struct grid albers = plane;
    struct criterion ground = near;
    struct device *device;
    struct plan *plan = NULL;
    if (!library_counts()) skip();
    ground.metric = METRIC_GEODESIC;
    albers.crs = albers.wkt = "EPSG:5070";
    albers.x0 = -2400000, albers.y0 = 3200000, albers.dx = albers.dy = 5000, albers.width = 961, albers.height = 581;
    for (int i = 0; i < 4; i++) albers.stretch[i] = 1.1;
    assert_ok(places_cell_bytes(&albers, grid_window(&albers), &albers.places_cell_bytes));
    assert_ok(device_open("cpu", &device));
    assert_ok(compile(&albers, &ground, 1, (size_t)1 << 30, &plan));
    struct mask mask = {.window = plan->masks[0].window};
    scatter(&mask);
    struct buffer *out;
    assert_ok(buffer_open(device, (size_t)albers.width * 16 * 4, &out));
    size_t tries[TRIES], grown, counted = tenant_bytes(plan, "distances");
    for (int i = 0; i < TRIES; i++) { /* the first builds programs */
        struct places places;
        struct distance *distance;
        size_t before = taken();
        assert_ok(places_make(&albers, mask.window, &places));
        assert_ok(distance_open_placed(device, &albers, &mask, &places, &distance));
        assert_ok(distance_rows(distance, (struct window){0, 300, albers.width, 16}, out, NULL));
        assert_ok(buffer_read(out, 0, 4, &(float){0})); /* until all is done */
        tries[i] = taken() > before ? taken() - before : 0;
        places_free(&places);
        distance_close(distance);
    }
    qsort(tries, TRIES, sizeof *tries, by_size);
    grown = tries[TRIES / 2];
    printf("distances: %zu bytes counted, %zu taken\n", counted, grown);
    assert_in_range(grown, counted * 3 / 4, counted + (1 << 17));
    buffer_close(out);
    mask_free(&mask);
    plan_free(plan);
    device_close(device);
}

static void a_cost_distance_takes_what_is_counted(void **state) {
    (void)state;
    check_prepared(&plane, &haul, "accumulated costs");
}

/* Of a circle's plane: its layer with the halo in each slot, twice the pieces and once the sums on the device. */
static void circles_are_counted_with_their_halo(void **state) {
    (void)state;
    const double dx = plane.dx, width = (double)plane.width;
    for (enum criterion_op op = OP_RELIEF; op <= OP_SD; op++) {
        const struct criterion around = {.name = "around", .op = op, .layer = 1, .radius_m = 20 * dx};
        struct plan *plan = NULL;
        assert_ok(compile(&plane, &around, 1, 400 << 20, &plan));
        const double number = op == OP_RELIEF ? 12 : op == OP_SD ? 24 : 16, halo = (double)plan->planes[0].halo_rows, rows = (double)plan->band_rows;
        assert_true(halo >= 1 && plan->planes[0].halo_cols == 20);
        double in_flight = PLAN_SLOTS * 4 * (width + 40) * (rows + 2 * halo), pieces = number * (2 * (width + 40) * (rows + 2 * halo) + width * rows);
        assert_true((double)tenant_bytes(plan, "layers of bands in flight") == in_flight);
        double counted = (double)tenant_bytes(plan, "circles of cells");
        assert_true(counted >= pieces && counted < 1.1 * pieces + 8 * rows * (rows + 2 * halo + 2));
        plan_free(plan);
    }
}

static void percentiles_are_counted_with_their_halo(void **state) {
    (void)state;
    const double dx = plane.dx, width = (double)plane.width;
    const struct criterion around = {.name = "around", .op = OP_PERCENTILE, .layer = 1, .radius_m = 20 * dx, .percentile = 90};
    struct plan *plan = NULL;
    assert_ok(compile(&plane, &around, 1, 400 << 20, &plan));
    const double halo = (double)plan->planes[0].halo_rows, rows = (double)plan->band_rows, keys = 4 * (width + 40) * (rows + 2 * halo);
    assert_true(plan->planes[0].percentile == 90 && plan->planes[0].halo_cols == 20);
    double counted = (double)tenant_bytes(plan, "percentiles of circles");
    assert_true(counted >= keys && counted < 1.1 * keys + 8 * rows * (rows + 2 * halo + 2));
    assert_true(tenant_bytes(plan, "circles of cells") == 0);
    plan_free(plan);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_counted_with_their_halo),   cmocka_unit_test(circles_are_counted_with_their_halo),
        cmocka_unit_test(bands_are_as_high_as_the_budget_lets_them), cmocka_unit_test(bands_in_flight_are_counted_by_the_cell),
        cmocka_unit_test(the_memory_that_is_said_to_be_needed_is),   cmocka_unit_test(want_of_memory_names_the_largest_tenant),
        cmocka_unit_test(ways_alone_need_less_than_a_run),           cmocka_unit_test(a_planar_distance_takes_what_is_counted),
        cmocka_unit_test(a_geodesic_distance_takes_what_is_counted), cmocka_unit_test(a_placed_distance_takes_what_is_counted),
        cmocka_unit_test(a_cost_distance_takes_what_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
