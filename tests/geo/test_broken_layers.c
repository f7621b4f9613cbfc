/* Layers that cannot be used: each message names scenario line, layer, file, cause and remedy. */
#include "unit.h"

#include "geo/raster_source.h"
#include "geo/vector_source.h"
#include "world.h"

#define WHERE "test.yaml:14: layer 'broken' ("

static double one(double x, double y) {
    (void)x;
    (void)y;
    return 1;
}

static double large_code(double x, double y) {
    (void)y;
    return x < 500200 ? 5 : 16777217;
}

static struct raster_spec plain(void) {
    return (struct raster_spec){"EPSG:32611", 500000, 4005000, 100, 100, 50, 50, 1, GDT_Float32, NAN, one};
}

static status open_raster(struct world *world) {
    struct raster_source *source = NULL;
    status failed = raster_source_open(&world->scenario, &world->layer, NULL, &world->grid, &world->log, &source);
    assert_true((failed != NULL) == (source == NULL));
    raster_source_close(source);
    return failed;
}

static status open_vector(struct world *world) {
    struct vector_source *source = NULL;
    status failed = vector_source_open(&world->scenario, &world->layer, NULL, &world->grid, 1000, &world->log, &source);
    assert_true((failed != NULL) == (source == NULL));
    vector_source_close(source);
    return failed;
}

static int broken_open(void **state) {
    if (world_open(state)) return -1;
    world_grid(*state, "EPSG:32611", 500000, 4000000, 505000, 4005000, 100);
    return 0;
}

static void write_text(struct world *world, const char *file, const char *words) {
    FILE *out = fopen(world_path(world, file), "w");
    fputs(words, out);
    fclose(out);
}

static void missing_file(void **state) {
    struct world *world = *state;
    world_layer(world, "broken", "nowhere.tif", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_NO_INPUT, WHERE "nowhere.tif)", "is not there", "check the path");
    FAILS_WITH(open_vector(world), LODE_NO_INPUT, WHERE "nowhere.tif)", "is not there");
}

static void not_a_map(void **state) {
    struct world *world = *state;
    write_text(world, "notes.tif", "these are notes\n");
    world_layer(world, "broken", "notes.tif", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "notes.tif)", "is not a raster that GDAL can read", "not recognized");
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, WHERE "notes.tif)", "is not a vector file that GDAL can read");
}

static void the_other_kind(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    GDALClose(make_raster(world, "r.tif", &spec));
    make_shapes(world, "v.gpkg", "v", "EPSG:32611", &(struct shape_spec){"POINT (500000 4000000)", "p", 1}, 1);
    world_layer(world, "broken", "v.gpkg", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, "holds vectors, not a raster", "`vector:`");
    world_layer(world, "broken", "r.tif", LAYER_VECTOR);
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "holds a raster, not vectors", "`raster:`");
}

static void no_crs(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    spec.crs = NULL;
    GDALClose(make_raster(world, "bare.tif", &spec));
    world_layer(world, "broken", "bare.tif", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "bare.tif)", "does not say its crs", "`crs: EPSG:4326`");
    world->layer.crs = "EPSG:32611";
    wrong(open_raster(world));
    write_text(world, "bare.csv", "x,y,name\n500100,4000100,here\n");
    world_layer(world, "broken", "bare.csv", LAYER_VECTOR);
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, WHERE "bare.csv)", "does not say its crs");
    world->layer.crs = "EPSG:nonsense";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "unknown crs 'EPSG:nonsense'");
}

static void band_out_of_range(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    spec.bands = 3;
    GDALClose(make_raster(world, "three.tif", &spec));
    world_layer(world, "broken", "three.tif", LAYER_RASTER);
    world->layer.band = 4;
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "three.tif)", "has no band 4: it has bands 1 to 3");
}

static void unknown_subdataset(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    GDALClose(make_raster(world, "plain.tif", &spec));
    world_layer(world, "broken", "plain.tif", LAYER_RASTER);
    world->layer.subdataset = "thorium";
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "plain.tif)", "has no subdataset 'thorium'", "leave `subdataset:` out");
    GDALDatasetH first = GDALOpen(world_path(world, "plain.tif"), GA_ReadOnly);
    char *append[] = {"APPEND_SUBDATASET=YES", NULL};
    GDALClose(GDALCreateCopy(GDALGetDriverByName("GTiff"), world_path(world, "two.tif"), first, FALSE, NULL, NULL, NULL));
    GDALClose(GDALCreateCopy(GDALGetDriverByName("GTiff"), world_path(world, "two.tif"), first, FALSE, append, NULL, NULL));
    GDALClose(first);
    world_layer(world, "broken", "two.tif", LAYER_RASTER);
    world->layer.subdataset = "3";
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "two.tif)", "has no subdataset '3'");
    world->layer.subdataset = "2";
    wrong(open_raster(world));
}

static void unknown_sublayer(void **state) {
    struct world *world = *state;
    const struct shape_spec point = {"POINT (500000 4000000)", "p", 1};
    make_shapes(world, "many.gpkg", "mines", "EPSG:32611", &point, 1);
    make_shapes(world, "many.gpkg", "towns", "EPSG:32611", &point, 1);
    world_layer(world, "broken", "many.gpkg", LAYER_VECTOR);
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, WHERE "many.gpkg)", "several layers (mines, towns)", "`layer: NAME`");
    world->layer.sublayer = "roads";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "has no layer 'roads': it has mines, towns");
    world->layer.sublayer = "towns";
    wrong(open_vector(world));
}

static void unknown_field(void **state) {
    struct world *world = *state;
    make_shapes(world, "v.gpkg", "v", "EPSG:32611", &(struct shape_spec){"POINT (500000 4000000)", "p", 1}, 1);
    world_layer(world, "broken", "v.gpkg", LAYER_VECTOR);
    world->layer.attribute = "valeu";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, WHERE "v.gpkg)", "has no field 'valeu' (`attribute`)", "did you mean 'value'?");
    world->layer.attribute = "name";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "holds no numbers", "`category: name`");
    world->layer.attribute = NULL;
    world->layer.label = "xxxxxxxxxx";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "its fields are name, value, kind");
    world->layer.label = NULL;
    struct annotation annotation = {.name = "county", .field = "nam", .layer = 0};
    world->scenario.n_annotations = 1;
    world->scenario.annotations = &annotation;
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "has no field 'nam' (`annotate: field`)", "'name'");
    world->scenario.n_annotations = 0;
    const int points[] = {0};
    struct target target = {.name = "deposit", .n_points = 1, .points = points, .uncertainty_field = "sigma"};
    world->scenario.n_targets = 1;
    world->scenario.targets = &target;
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "has no field 'sigma' (`candidates: uncertainty`)");
}

static void bad_where(void **state) {
    struct world *world = *state;
    make_shapes(world, "v.gpkg", "v", "EPSG:32611", &(struct shape_spec){"POINT (500000 4000000)", "p", 1}, 1);
    world_layer(world, "broken", "v.gpkg", LAYER_VECTOR);
    world->layer.where = "value >";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, WHERE "v.gpkg)", "bad `where: value >`");
    world->layer.where = "depth > 3";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "bad `where: depth > 3`", "depth");
    world->layer.where = "value > 3";
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, "is empty: no feature meets `where: value > 3`", "relax");
}

static void empty_layer(void **state) {
    struct world *world = *state;
    make_shapes(world, "empty.gpkg", "empty", "EPSG:32611", NULL, 0);
    world_layer(world, "broken", "empty.gpkg", LAYER_VECTOR);
    FAILS_WITH(open_vector(world), LODE_BAD_DATA, WHERE "empty.gpkg)", "is empty: it holds no features");
}

static void far_from_the_grid(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    spec.x0 = 800000;
    GDALClose(make_raster(world, "far.tif", &spec));
    world_layer(world, "broken", "far.tif", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "far.tif)", "does not meet the grid", "longitude -113.",
               "the grid -117..-116.9, 36.14..36.19", "check the file");
}

static void swapped_axes(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "swapped.tif", &(struct raster_spec){"EPSG:4326", 36, -116, 0.01, 0.01, 50, 150, 1, GDT_Float32, NAN, one}));
    world_layer(world, "broken", "swapped.tif", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "swapped.tif)", "does not meet the grid", "its axes look swapped");
    make_shapes(world, "swapped.gpkg", "swapped", "EPSG:4326", &(struct shape_spec){"POINT (36.16 -116.95)", "p", 1}, 1);
    world_layer(world, "broken", "swapped.gpkg", LAYER_VECTOR);
    wrong(open_vector(world));
    assert_non_null(strstr(world->said, "warning: " WHERE "swapped.gpkg) has no feature within"));
    assert_non_null(strstr(world->said, "its axes look swapped"));
}

static void all_missing(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    spec.nodata = 1;
    GDALClose(make_raster(world, "void.tif", &spec));
    world_layer(world, "broken", "void.tif", LAYER_RASTER);
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "void.tif)", "is empty: every pixel of band 1 is missing", "`nodata`");
}

static void codes_too_large(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    spec.type = GDT_Int32;
    spec.value = large_code;
    GDALClose(make_raster(world, "codes.tif", &spec));
    world_layer(world, "broken", "codes.tif", LAYER_RASTER);
    world->layer.content = CONTENT_CLASSES;
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "codes.tif)", "class code 16777217 is too large", "renumber");
}

static void unknown_resample(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    GDALClose(make_raster(world, "plain.tif", &spec));
    world_layer(world, "broken", "plain.tif", LAYER_RASTER);
    world->layer.resample = "linear";
    FAILS_WITH(open_raster(world), LODE_BAD_DATA, WHERE "plain.tif)", "unknown resample `linear`");
}

/* A file cut short fails when its pixels are read: lost pixels are no missing cells. */
static void truncated_file(void **state) {
    struct world *world = *state;
    struct raster_spec spec = plain();
    spec.width = 40;
    spec.height = 4000;
    spec.y0 = 4005000 + 350000;
    GDALClose(make_raster(world, "cut.tif", &spec));
    assert_int_equal(truncate(world_path(world, "cut.tif"), 40 * 3600 * 4), 0);
    world_layer(world, "broken", "cut.tif", LAYER_RASTER);
    struct raster_source *source = NULL;
    status failed = raster_source_open(&world->scenario, &world->layer, NULL, &world->grid, &world->log, &source);
    float values[50 * 50];
    if (!failed) failed = raster_source_read(source, grid_window(&world->grid), values);
    raster_source_close(source);
    FAILS_WITH(failed, LODE_IO, WHERE "cut.tif)", "reading rows");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(missing_file, broken_open, world_close),
        cmocka_unit_test_setup_teardown(not_a_map, broken_open, world_close),
        cmocka_unit_test_setup_teardown(the_other_kind, broken_open, world_close),
        cmocka_unit_test_setup_teardown(no_crs, broken_open, world_close),
        cmocka_unit_test_setup_teardown(band_out_of_range, broken_open, world_close),
        cmocka_unit_test_setup_teardown(unknown_subdataset, broken_open, world_close),
        cmocka_unit_test_setup_teardown(unknown_sublayer, broken_open, world_close),
        cmocka_unit_test_setup_teardown(unknown_field, broken_open, world_close),
        cmocka_unit_test_setup_teardown(bad_where, broken_open, world_close),
        cmocka_unit_test_setup_teardown(empty_layer, broken_open, world_close),
        cmocka_unit_test_setup_teardown(far_from_the_grid, broken_open, world_close),
        cmocka_unit_test_setup_teardown(swapped_axes, broken_open, world_close),
        cmocka_unit_test_setup_teardown(all_missing, broken_open, world_close),
        cmocka_unit_test_setup_teardown(codes_too_large, broken_open, world_close),
        cmocka_unit_test_setup_teardown(unknown_resample, broken_open, world_close),
        cmocka_unit_test_setup_teardown(truncated_file, broken_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
