/* TIFFs of all layouts against a field in closed form, whoever reads them; and which of them are read past GDAL. */
#include "unit.h"

#include "geo/raster_file.h"
#include "world.h"

enum { WIDTH = 119, HEIGHT = 77, BANDS = 2 };

/* One pixel in 13 is NaN, one is -0, one the nodata value -9, where there is one. */
static float field(int band, int64_t col, int64_t row) {
    const int64_t h = (col * 31 + row * 17 + band * 5) % 13;
    return h == 3 ? NAN : h == 5 ? -0.0f : h == 7 ? -9.0f : (float)(band * 100000 + row * 1000 + col) / 8;
}

/* What the file says of itself: options of GDAL's driver, up to an empty one. */
struct layout {
    const char *name, *options[7];
    int bands;
    bool nodata, straight;
    int rows; /* that are written; the others' blocks are not there */
};

static const struct layout layouts[] = {
    {"strips.tif", {"BLOCKYSIZE=5"}, 1, false, true, HEIGHT},
    {"tiles.tif", {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=16"}, 1, true, true, HEIGHT},
    {"bands.tif", {"TILED=YES", "BLOCKXSIZE=16", "BLOCKYSIZE=32", "INTERLEAVE=BAND"}, BANDS, true, true, HEIGHT},
    {"pixels.tif", {"INTERLEAVE=PIXEL"}, BANDS, false, false, HEIGHT},
    {"packed.tif", {"COMPRESS=DEFLATE"}, 1, false, false, HEIGHT},
    {"turned.tif", {"ENDIANNESS=BIG"}, 1, true, false, HEIGHT},
    {"large.tif", {"BIGTIFF=YES", "TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"}, 1, false, true, HEIGHT},
    {"sparse.tif", {"SPARSE_OK=TRUE", "BLOCKYSIZE=7"}, 1, true, false, 30},
};

static float *read_window(const struct raster_file *file, struct window window) {
    float *values = malloc((size_t)(window.cols * window.rows) * sizeof *values);
    wrong(raster_file_read(file, window.col0, window.row0, window.cols, window.rows, values));
    return values;
}

static void make(struct world *world, const struct layout *layout) {
    GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("GTiff"), world_path(world, layout->name), WIDTH, HEIGHT, layout->bands, GDT_Float32,
                                      (char **)layout->options);
    assert_non_null(dataset);
    for (int band = 1; band <= layout->bands; band++) {
        if (layout->nodata) GDALSetRasterNoDataValue(GDALGetRasterBand(dataset, band), -9);
        for (int row = 0; row < layout->rows; row++) {
            float values[WIDTH];
            for (int col = 0; col < WIDTH; col++) values[col] = field(band, col, row);
            assert_int_equal(GDALRasterIO(GDALGetRasterBand(dataset, band), GF_Write, 0, row, WIDTH, 1, values, WIDTH, 1, GDT_Float32, 0, 0),
                             CE_None);
        }
    }
    GDALClose(dataset);
}

static void check_window(const struct layout *layout, const struct raster_file *file, int band, struct window window) {
    float *values = read_window(file, window);
    for (int64_t i = 0; i < window.cols * window.rows; i++) {
        const int64_t col = window.col0 + i % window.cols, row = window.row0 + i / window.cols;
        const bool inside = col >= 0 && col < WIDTH && row >= 0 && row < layout->rows;
        const float wanted = inside ? field(band, col, row) : NAN;
        const bool missing = isnan(wanted) || (layout->nodata && wanted == -9);
        if (missing ? !isnan(values[i]) : !(values[i] == wanted && !signbit(values[i]) == !(wanted < 0)))
            fail_msg("%s band %d (%d, %d): %g, not %g", layout->name, band, (int)col, (int)row, (double)values[i], (double)wanted);
    }
    free(values);
}

static void every_layout(void **state) {
    static const struct window windows[] = {{0, 0, WIDTH, HEIGHT}, {3, 2, 101, 40}, {118, 76, 1, 1}, {15, 31, 2, 3}, {-4, -3, WIDTH + 9, HEIGHT + 8}};
    struct world *world = *state;
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
        const struct layout *layout = &layouts[i];
        make(world, layout);
        for (int band = 1; band <= layout->bands; band++) {
            struct raster_file file;
            world_layer(world, "field", layout->name, LAYER_RASTER);
            world->layer.band = band;
            world->layer.crs = "EPSG:32611";
            wrong(raster_file_open(&world->layer, world->layer.full_path, &file));
            if ((file.straight.offsets != NULL) != layout->straight) fail_msg("%s", layout->name);
            for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) check_window(layout, &file, band, windows[w]);
            raster_file_close(&file);
        }
    }
}

/* Rows longer than the buffer come in stretches. */
static void long_rows(void **state) {
    enum { LONG = 20011, ROWS = 3 };
    struct world *world = *state;
    struct raster_file file;
    GDALDatasetH dataset = GDALCreate(GDALGetDriverByName("GTiff"), world_path(world, "long.tif"), LONG, ROWS, 1, GDT_Float32, NULL);
    float *row = malloc(LONG * sizeof *row), *values = malloc(LONG * ROWS * sizeof *values);
    for (int r = 0; r < ROWS; r++) {
        for (int c = 0; c < LONG; c++) row[c] = (float)(r * LONG + c);
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(dataset, 1), GF_Write, 0, r, LONG, 1, row, LONG, 1, GDT_Float32, 0, 0), CE_None);
    }
    GDALClose(dataset);
    world_layer(world, "long", "long.tif", LAYER_RASTER);
    world->layer.crs = "EPSG:32611";
    wrong(raster_file_open(&world->layer, world->layer.full_path, &file));
    assert_non_null(file.straight.offsets);
    wrong(raster_file_read(&file, 0, 0, LONG, ROWS, values));
    for (int i = 0; i < LONG * ROWS; i++) assert_true(values[i] == (float)i);
    raster_file_close(&file);
    free(row);
    free(values);
}

/* A file that shrinks while it is read is a failure, not missing values. */
static void a_shrunken_file(void **state) {
    struct world *world = *state;
    struct raster_file file;
    float values[WIDTH * HEIGHT];
    make(world, &layouts[0]);
    world_layer(world, "field", layouts[0].name, LAYER_RASTER);
    world->layer.crs = "EPSG:32611";
    wrong(raster_file_open(&world->layer, world->layer.full_path, &file));
    assert_non_null(file.straight.offsets);
    assert_int_equal(truncate(world->layer.full_path, 9000), 0);
    status failed = raster_file_read(&file, 0, 0, WIDTH, HEIGHT, values);
    assert_non_null(failed);
    assert_int_equal(lode_error_code(failed), LODE_IO);
    assert_non_null(strstr(lode_error_message(failed), "reading rows 0 to 76 failed: the file ends too early"));
    lode_error_free(failed);
    raster_file_close(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(every_layout, world_open, world_close),
                                       cmocka_unit_test_setup_teardown(long_rows, world_open, world_close),
                                       cmocka_unit_test_setup_teardown(a_shrunken_file, world_open, world_close)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
