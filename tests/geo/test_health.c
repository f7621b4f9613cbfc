/* The doctor's geo items on a machine that can run the tests: all there, and a missing driver is noticed. */
#include "unit.h"

#include "geo/health.h"
#include "world.h"

static const struct health_item *find(const struct health_item *items, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i].name, name) == 0) return &items[i];
    return NULL;
}

static void this_machine_is_well(void **state) {
    struct world *world = *state;
    struct health_item *items;
    size_t count;
    wrong(health_check(&world->arena, &items, &count));
    for (size_t i = 0; i < count; i++) assert_true(items[i].ok && items[i].detail[0] && !items[i].remedy[0]);
    assert_string_equal(find(items, count, "GDAL")->detail, GDALVersionInfo("RELEASE_NAME"));
    assert_non_null(find(items, count, "proj.db"));
    assert_non_null(find(items, count, "driver COG"));
}

static void a_missing_driver_has_a_remedy(void **state) {
    struct world *world = *state;
    struct health_item *items;
    size_t count;
    GDALDriverH csv = GDALGetDriverByName("CSV");
    GDALDeregisterDriver(csv);
    wrong(health_check(&world->arena, &items, &count));
    GDALRegisterDriver(csv);
    assert_false(find(items, count, "driver CSV")->ok);
    assert_true(find(items, count, "driver CSV")->remedy[0]);
    assert_true(find(items, count, "driver GPKG")->ok);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(this_machine_is_well, world_open, world_close),
        cmocka_unit_test_setup_teardown(a_missing_driver_has_a_remedy, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
