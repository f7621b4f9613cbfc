/* Rasters against closed-form fields, exact pixel means and GDAL's own exact reprojection; a cell's bits whatever the window. */
#include "unit.h"

#include <gdal_utils.h>
#include <gdalwarper.h>

#include "geo/raster_source.h"
#include "world.h"

static double ramp(double x, double y) {
    return 0.5 * (x - 500000) - 0.25 * (y - 4000000) + 7;
}

static double waves(double x, double y) {
    return 100 * sin(x * 3) * cos(y * 5);
}

static double codes(double x, double y) {
    return fmod(floor(x * 20) + 7 * floor(y * 20) + 10000, 5) + 1;
}

static double longitude(double x, double y) {
    (void)y;
    return cos(x * acos(-1.0) / 180);
}

static struct raster_source *open_raster(struct world *world) {
    struct raster_source *source = NULL;
    wrong(raster_source_open(&world->scenario, &world->layer, NULL, &world->grid, &world->log, &source));
    return source;
}

static float *read_window(struct raster_source *source, struct window window) {
    float *values = malloc((size_t)(window.cols * window.rows) * sizeof *values);
    wrong(raster_source_read(source, window, values));
    return values;
}

/* A ramp survives bilinear interpolation between shifted lattices, except in the half pixel at the file's rim. */
static void bilinear_keeps_a_ramp(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "ramp.tif", &(struct raster_spec){"EPSG:32611", 500030, 4009970, 100, 80, 57, 83, 1, GDT_Float64, NAN, ramp}));
    world_grid(world, "EPSG:32611", 500000, 4003000, 506000, 4010000, 70);
    world_layer(world, "ramp", "ramp.tif", LAYER_RASTER);
    struct raster_source *source = open_raster(world);
    struct window window = window_grown(grid_window(&world->grid), 3);
    float *values = read_window(source, window);
    size_t compared = 0;
    for (int64_t r = 0; r < window.rows; r++) {
        for (int64_t c = 0; c < window.cols; c++) {
            double x = grid_x(&world->grid, (double)(window.col0 + c)), y = grid_y(&world->grid, (double)(window.row0 + r));
            double px = (x - 500030) / 100, py = (4009970 - y) / 80;
            float value = values[r * window.cols + c];
            bool inside = px > 0 && px < 57 && py > 0 && py < 83;
            assert_true(isnan(value) == !inside);
            if (px < 0.5 || px > 56.5 || py < 0.5 || py > 82.5) continue;
            assert_true(fabs(value - ramp(x, y)) < 1e-3);
            compared++;
        }
    }
    assert_true(compared > 6000);
    const struct layer_facts *facts = raster_source_facts(source);
    assert_string_equal(facts->driver, "GTiff");
    assert_string_equal(facts->crs, "EPSG:32611");
    assert_string_equal(facts->type, "Float64 band 1 of 1");
    assert_true(facts->width == 57 && facts->height == 83 && facts->valid_share == 1 && facts->bytes > 57 * 83 * 8);
    assert_true(facts->extent[0] == 500030 && facts->extent[3] == 4009970 && facts->extent[2] == 505730);
    raster_source_close(source);
    free(values);
}

/* Every window's rows, cut anywhere, have the bits of the whole. */
static void same_bits(struct raster_source *source, struct window window) {
    float *whole = read_window(source, window);
    size_t valid = 0;
    for (int64_t i = 0; i < window.cols * window.rows; i++) valid += isnan(whole[i]) ? 0 : 1;
    assert_true(valid > (size_t)(window.cols * window.rows) / 4);
    for (int64_t step = 1; step <= 13; step += 6) {
        for (int64_t r = 0; r < window.rows; r += step) {
            struct window part = {window.col0, window.row0 + r, window.cols, r + step > window.rows ? window.rows - r : step};
            float *values = read_window(source, part);
            assert_memory_equal(values, whole + r * window.cols, (size_t)(part.cols * part.rows) * sizeof *values);
            free(values);
        }
    }
    free(whole);
}

static void a_cell_has_the_same_bits_in_every_window(void **state) {
    struct world *world = *state;
    GDALDatasetH made =
        make_raster(world, "waves.tif", &(struct raster_spec){"EPSG:4326", -118, 36.2, 0.01, 0.013, 131, 97, 1, GDT_Float32, -9999, waves});
    float hole[20 * 11];
    for (int i = 0; i < 220; i++) hole[i] = -9999;
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(made, 1), GF_Write, 60, 40, 20, 11, hole, 20, 11, GDT_Float32, 0, 0), CE_None);
    GDALClose(made);
    const char *methods[] = {NULL, "nearest", "bilinear", "cubic", "cubicspline", "lanczos", "average", "mode", "med", "max"};
    for (int coarse = 0; coarse < 2; coarse++) {
        world_grid(world, "EPSG:5070", -1980000, 1540000, -1890000, 1640000, coarse ? 4100 : 700);
        for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
            world_layer(world, "waves", "waves.tif", LAYER_RASTER);
            world->layer.resample = methods[m];
            struct raster_source *source = open_raster(world);
            same_bits(source, window_grown(grid_window(&world->grid), 2));
            if (!methods[m]) assert_true((strstr(world->said, "`average`") != NULL) == (coarse == 1));
            raster_source_close(source);
        }
    }
}

/* GDAL's own reprojection without approximation, of the same file. */
static void warping_agrees_with_gdal(void **state) {
    struct world *world = *state;
    GDALDatasetH made =
        make_raster(world, "waves.tif", &(struct raster_spec){"EPSG:4326", -118, 36.2, 0.01, 0.013, 131, 97, 1, GDT_Float32, NAN, waves});
    world_grid(world, "EPSG:5070", -1980000, 1540000, -1890000, 1640000, 700);
    const struct grid *grid = &world->grid;
    size_t cells = (size_t)(grid->width * grid->height), compared = 0;
    GDALDatasetH theirs = GDALCreate(GDALGetDriverByName("MEM"), "", (int)grid->width, (int)grid->height, 1, GDT_Float32, NULL);
    double gt[] = {grid->x0, grid->dx, 0, grid->y0, 0, -grid->dy};
    GDALSetGeoTransform(theirs, gt);
    GDALSetProjection(theirs, grid->wkt);
    GDALFillRaster(GDALGetRasterBand(theirs, 1), -5555, 0);
    assert_int_equal(GDALReprojectImage(made, NULL, theirs, NULL, GRA_Bilinear, 0, 0, NULL, NULL, NULL), CE_None);
    GDALClose(made);
    float *expected = malloc(cells * sizeof *expected);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(theirs, 1), GF_Read, 0, 0, (int)grid->width, (int)grid->height, expected, (int)grid->width,
                                  (int)grid->height, GDT_Float32, 0, 0),
                     CE_None);
    GDALClose(theirs);
    world_layer(world, "waves", "waves.tif", LAYER_RASTER);
    struct raster_source *source = open_raster(world);
    float *values = read_window(source, grid_window(grid));
    for (size_t i = 0; i < cells; i++) {
        if (expected[i] == -5555 || isnan(values[i])) continue;
        assert_true(fabsf(values[i] - expected[i]) < 0.125 * 8); /* an eighth of a pixel where the field is steepest, 8 per pixel */
        compared++;
    }
    assert_true(compared > cells / 3);
    raster_source_close(source);
    free(values);
    free(expected);
}

static double three(double x, double y) {
    (void)y;
    return x < 500300 ? 1 : 3;
}

/* Missing pixels are never mixed in, and a cell whose own pixel is missing stays missing. */
static void missing_is_not_a_value(void **state) {
    struct world *world = *state;
    GDALDatasetH made =
        make_raster(world, "hole.tif", &(struct raster_spec){"EPSG:32611", 500000, 4001000, 100, 100, 9, 7, 1, GDT_Float32, -9999, three});
    float hole[] = {-9999, NAN};
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(made, 1), GF_Write, 4, 3, 2, 1, hole, 2, 1, GDT_Float32, 0, 0), CE_None);
    GDALClose(made);
    world_grid(world, "EPSG:32611", 500000, 4000300, 500900, 4001000, 20);
    const char *methods[] = {"nearest", "bilinear", "cubic", "lanczos"};
    for (int m = 0; m < 4; m++) {
        world_layer(world, "hole", "hole.tif", LAYER_RASTER);
        world->layer.resample = methods[m];
        struct raster_source *source = open_raster(world);
        float *values = read_window(source, grid_window(&world->grid));
        for (int64_t r = 0; r < 35; r++)
            for (int64_t c = 0; c < 45; c++) {
                bool hole_here = r / 5 == 3 && (c / 5 == 4 || c / 5 == 5);
                float value = values[r * 45 + c];
                assert_true(isnan(value) == hole_here);
                if (!hole_here) assert_true(value > 0.5 && value < 3.5);
            }
        raster_source_close(source);
        free(values);
    }
}

/* A coarse cell that holds 4 x 3 whole pixels is their mean; classes take the commonest. */
static void coarse_cells_average(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "fine.tif", &(struct raster_spec){"EPSG:32611", 500000, 4001200, 25, 40, 44, 30, 1, GDT_Float32, NAN, ramp}));
    world->scenario.grid.cell_y = 120;
    world_grid(world, "EPSG:32611", 500000, 4000000, 501100, 4001200, 100);
    world_layer(world, "fine", "fine.tif", LAYER_RASTER);
    world->grid.dy = 120;
    world->grid.height = 10;
    struct raster_source *source = open_raster(world);
    assert_non_null(strstr(world->said, "12 pixels, resampled by `average`"));
    float *values = read_window(source, grid_window(&world->grid));
    for (int64_t r = 0; r < 10; r++)
        for (int64_t c = 0; c < 11; c++)
            assert_true(fabs(values[r * 11 + c] - ramp(grid_x(&world->grid, (double)c), grid_y(&world->grid, (double)r))) < 1e-2);
    raster_source_close(source);
    free(values);
}

static void pixels_that_are_cells_are_read_as_they_are(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "ramp.tif", &(struct raster_spec){"EPSG:32611", 500000, 4010000, 100, 100, 57, 83, 1, GDT_Float32, NAN, ramp}));
    world_grid(world, "EPSG:32611", 501000, 4003000, 505000, 4008000, 100);
    world_layer(world, "ramp", "ramp.tif", LAYER_RASTER);
    struct raster_source *source = open_raster(world);
    struct window window = {-15, -25, 70, 99};
    float *values = read_window(source, window);
    for (int64_t r = 0; r < window.rows; r++)
        for (int64_t c = 0; c < window.cols; c++) {
            int64_t px = c - 5, py = r - 5;
            float value = values[r * window.cols + c];
            if (px < 0 || py < 0 || px >= 57 || py >= 83)
                assert_true(isnan(value));
            else
                assert_true(value == (float)ramp(500000 + 100 * ((double)px + 0.5), 4010000 - 100 * ((double)py + 0.5)));
        }
    raster_source_close(source);
    free(values);
}

static void scale_and_nodata_can_be_overridden(void **state) {
    struct world *world = *state;
    GDALDatasetH made =
        make_raster(world, "scaled.tif", &(struct raster_spec){"EPSG:32611", 500000, 4001000, 100, 100, 9, 7, 1, GDT_Int16, -1, three});
    GDALSetRasterScale(GDALGetRasterBand(made, 1), 0.5);
    GDALSetRasterOffset(GDALGetRasterBand(made, 1), 10);
    GDALClose(made);
    world_grid(world, "EPSG:32611", 500000, 4000300, 500900, 4001000, 100);
    const struct {
        double scale, offset, nodata, left, right;
    } cases[] = {{NAN, NAN, NAN, 10.5, 11.5}, {2, NAN, NAN, 12, 16}, {1, 0, 3, 1, NAN}, {NAN, 0, 1, NAN, 1.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world_layer(world, "scaled", "scaled.tif", LAYER_RASTER);
        world->layer.scale = cases[i].scale;
        world->layer.offset = cases[i].offset;
        world->layer.nodata = cases[i].nodata;
        struct raster_source *source = open_raster(world);
        float *values = read_window(source, grid_window(&world->grid));
        assert_true(isnan(cases[i].left) ? isnan(values[0]) : values[0] == (float)cases[i].left);
        assert_true((strstr(world->said, "scaled as the file says") != NULL) == (i == 0 || i == 1 || i == 3));
        assert_true(isnan(cases[i].right) ? isnan(values[8]) : values[8] == (float)cases[i].right);
        raster_source_close(source);
        free(values);
    }
}

/* Without scale and mask pixels go straight into the values: the bits are those of the way through double: one NaN, no
 * negative zero, and what GDAL's own mask calls nodata. */
static void every_type_has_the_same_bits_both_ways(void **state) {
    struct world *world = *state;
    const GDALDataType types[] = {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_Float32};
    const double nodata[] = {7, 7, -9999, -9999};
    enum { W = 13, H = 7 };
    world_grid(world, "EPSG:32611", 500000, 4000300, 501300, 4001000, 100);
    for (size_t t = 0; t < 4; t++) {
        char name[20];
        snprintf(name, sizeof name, "type%zu.tif", t);
        GDALDatasetH made =
            make_raster(world, name, &(struct raster_spec){"EPSG:32611", 500000, 4001000, 100, 100, W, H, 1, types[t], nodata[t], three});
        float pixels[W * H], want[W * H];
        for (int i = 0; i < W * H; i++) want[i] = pixels[i] = (float)(i % 5 + 1);
        pixels[3] = (float)nodata[t];
        want[3] = NAN;
        pixels[12] = want[12] = 200;
        pixels[20] = 4; /* the layer's own, in the second round */
        if (types[t] == GDT_Float32) {
            pixels[30] = -0.0f;
            want[30] = 0.0f;
            pixels[31] = -NAN;
            want[31] = NAN;
            pixels[32] = want[32] = 1e-40f;
            pixels[33] = nextafterf(-9999, 0); /* within the slack in which GDAL calls a float nodata */
            want[33] = NAN;
        }
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(made, 1), GF_Write, 0, 0, W, H, pixels, W, H, GDT_Float32, 0, 0), CE_None);
        GDALClose(made);
        for (int own = 0; own < 2; own++) {
            world_layer(world, "typed", name, LAYER_RASTER);
            if (own) world->layer.nodata = 4;
            struct raster_source *source = open_raster(world);
            float *values = read_window(source, grid_window(&world->grid));
            for (int i = 0; i < W * H; i++) {
                float wanted = !own ? (i == 20 ? 4 : want[i]) : pixels[i] == 4 || isnan(pixels[i]) ? NAN : pixels[i] + 0.0f;
                if (isnan(wanted)) wanted = NAN;
                assert_memory_equal(&values[i], &wanted, sizeof wanted);
            }
            raster_source_close(source);
            free(values);
        }
    }
}

/* A float file with a scale is suspect. */
static void scaled_floats_are_told(void **state) {
    struct world *world = *state;
    GDALDatasetH made =
        make_raster(world, "dem.tif", &(struct raster_spec){"EPSG:32611", 500000, 4001000, 100, 100, 9, 7, 1, GDT_Float32, NAN, three});
    GDALSetRasterScale(GDALGetRasterBand(made, 1), 0.1);
    GDALClose(made);
    world_grid(world, "EPSG:32611", 500000, 4000300, 500900, 4001000, 100);
    world_layer(world, "dem", "dem.tif", LAYER_RASTER);
    raster_source_close(open_raster(world));
    assert_non_null(strstr(world->said, "warning: test.yaml:14: layer 'dem' (dem.tif) is scaled by the file's own word (value * 0.1 + 0)"));
    world_layer(world, "dem", "dem.tif", LAYER_RASTER);
    world->layer.scale = 1;
    raster_source_close(open_raster(world));
    assert_string_equal(world->said, "");
}

static void masks_and_alpha_are_missing(void **state) {
    struct world *world = *state;
    GDALDatasetH made =
        make_raster(world, "alpha.tif", &(struct raster_spec){"EPSG:32611", 500000, 4001000, 100, 100, 9, 7, 2, GDT_Byte, NAN, three});
    GDALSetRasterColorInterpretation(GDALGetRasterBand(made, 2), GCI_AlphaBand);
    GDALFillRaster(GDALGetRasterBand(made, 2), 255, 0);
    uint8_t nothing[3] = {0};
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(made, 2), GF_Write, 2, 1, 3, 1, nothing, 3, 1, GDT_Byte, 0, 0), CE_None);
    GDALClose(made);
    made = make_raster(world, "mask.tif", &(struct raster_spec){"EPSG:32611", 500000, 4001000, 100, 100, 9, 7, 1, GDT_Byte, NAN, three});
    assert_int_equal(GDALCreateDatasetMaskBand(made, GMF_PER_DATASET), CE_None);
    GDALFillRaster(GDALGetMaskBand(GDALGetRasterBand(made, 1)), 255, 0);
    assert_int_equal(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(made, 1)), GF_Write, 2, 1, 3, 1, nothing, 3, 1, GDT_Byte, 0, 0), CE_None);
    GDALClose(made);
    world_grid(world, "EPSG:32611", 500000, 4000300, 500900, 4001000, 100);
    const char *files[] = {"alpha.tif", "mask.tif"};
    for (int f = 0; f < 2; f++) {
        world_layer(world, "masked", files[f], LAYER_RASTER);
        struct raster_source *source = open_raster(world);
        float *values = read_window(source, grid_window(&world->grid));
        for (int i = 0; i < 63; i++) assert_true(isnan(values[i]) == (i >= 11 && i < 14));
        assert_true(fabs(raster_source_facts(source)->valid_share - 60.0 / 63) < 1e-12);
        raster_source_close(source);
        free(values);
    }
}

static void classes_keep_their_codes(void **state) {
    struct world *world = *state;
    GDALDatasetH made = make_raster(world, "rock.tif", &(struct raster_spec){"EPSG:4326", -118, 36.2, 0.01, 0.01, 83, 61, 1, GDT_Byte, 0, codes});
    char *names[] = {"", "granite", "basalt", "playa", "gneiss", "syenite", NULL};
    GDALSetRasterCategoryNames(GDALGetRasterBand(made, 1), names);
    GDALClose(made);
    world_grid(world, "EPSG:32611", 420000, 3960000, 460000, 3990000, 300);
    world_layer(world, "rock", "rock.tif", LAYER_RASTER);
    struct raster_source *source = open_raster(world);
    float *values = read_window(source, grid_window(&world->grid));
    int seen[6] = {0};
    for (int64_t i = 0; i < world->grid.width * world->grid.height; i++) {
        if (isnan(values[i])) continue;
        assert_true(values[i] == floorf(values[i]) && values[i] >= 1 && values[i] <= 5);
        seen[(int)values[i]]++;
    }
    for (int code = 1; code <= 5; code++) assert_true(seen[code] > 100);
    assert_true(raster_source_code(source, "playa") == 3 && isnan(raster_source_code(source, "chert")));
    assert_string_equal(raster_source_label(source, 5), "syenite");
    assert_null(raster_source_label(source, 9));
    raster_source_close(source);
    free(values);
}

/* A file of 0..360 degrees under a grid of -180..180: the seam of the one is no seam of the other. */
static void the_globe_has_no_seam(void **state) {
    struct world *world = *state;
    for (int shifted = 0; shifted < 2; shifted++) {
        GDALClose(make_raster(world, "globe.tif",
                              &(struct raster_spec){"EPSG:4326", shifted ? 0 : -180, 90, 2, 2, 180, 90, 1, GDT_Float32, NAN, longitude}));
        world_grid(world, "EPSG:4326", -180, -90, 180, 90, 1.5);
        assert_true(world->grid.wraps);
        world_layer(world, "globe", "globe.tif", LAYER_RASTER);
        struct raster_source *source = open_raster(world);
        struct window window = {-5, 3, world->grid.width + 11, 7};
        float *values = read_window(source, window);
        for (int64_t r = 0; r < window.rows; r++)
            for (int64_t c = 0; c < window.cols; c++)
                assert_true(fabs(values[r * window.cols + c] - longitude(grid_x(&world->grid, (double)(window.col0 + c)), 0)) < 2e-4);
        assert_null(strstr(world->said, "covers only"));
        raster_source_close(source);
        free(values);
        same_bits((source = open_raster(world)), window);
        raster_source_close(source);
    }
}

/* A grid across the antimeridian, and a polar one, over the globe. */
static void projected_grids_cross_the_antimeridian(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "globe.tif", &(struct raster_spec){"EPSG:4326", -180, 90, 1, 1, 360, 180, 1, GDT_Float32, NAN, longitude}));
    const struct {
        const char *crs;
        double box[4];
    } cases[] = {{"EPSG:3832", {2000000, -3000000, 5000000, 3000000}}, {"EPSG:3413", {-2000000, -2000000, 2000000, 2000000}}};
    for (int i = 0; i < 2; i++) {
        const double *b = cases[i].box;
        world_grid(world, cases[i].crs, b[0], b[1], b[2], b[3], 40000);
        world_layer(world, "globe", "globe.tif", LAYER_RASTER);
        struct raster_source *source = open_raster(world);
        struct window window = grid_window(&world->grid);
        float *values = read_window(source, window);
        struct crs_lonlat *lonlat;
        wrong(crs_lonlat_open(&world->grid, &lonlat));
        for (int64_t r = 0; r < window.rows; r++)
            for (int64_t c = 0; c < window.cols; c++) {
                double lon, lat;
                crs_to_lonlat(lonlat, grid_x(&world->grid, (double)c), grid_y(&world->grid, (double)r), &lon, &lat);
                if (lat > 85) /* a cell holds many meridians */
                    assert_true(!isnan(values[r * window.cols + c]));
                else
                    assert_true(fabs(values[r * window.cols + c] - longitude(lon, lat)) < 5e-3);
            }
        crs_lonlat_close(lonlat);
        same_bits(source, window);
        raster_source_close(source);
        free(values);
    }
}

/* The corners of a world map lie on no globe, though the inverse projection has numbers for them. */
static void beyond_the_map_is_missing(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "globe.tif", &(struct raster_spec){"EPSG:4326", -180, 90, 1, 1, 360, 180, 1, GDT_Float32, NAN, longitude}));
    world_grid(world, "EPSG:8857", -17200000, -8300000, 17200000, 8300000, 100000);
    world_layer(world, "globe", "globe.tif", LAYER_RASTER);
    struct raster_source *source = open_raster(world);
    int64_t width = world->grid.width, height = world->grid.height, missing = 0;
    float *values = read_window(source, grid_window(&world->grid));
    for (int64_t i = 0; i < width * height; i++) missing += isnan(values[i]) ? 1 : 0;
    assert_true(isnan(values[0]) && isnan(values[width - 1]) && !isnan(values[height / 2 * width]) && !isnan(values[width / 2]));
    /* Equal Earth keeps areas: 510.1 million km2, 10,000 km2 a cell. */
    assert_true(llabs(width * height - missing - 51007) < 600);
    raster_source_close(source);
    free(values);
}

static void what_is_not_covered_is_told(void **state) {
    struct world *world = *state;
    GDALClose(make_raster(world, "half.tif", &(struct raster_spec){"EPSG:32611", 500000, 4010000, 100, 100, 50, 100, 1, GDT_Float32, NAN, ramp}));
    world_grid(world, "EPSG:32611", 500000, 4000000, 510000, 4010000, 250);
    world_layer(world, "half", "half.tif", LAYER_RASTER);
    raster_source_close(open_raster(world));
    assert_non_null(strstr(world->said, "warning: test.yaml:14: layer 'half' (half.tif) covers only 50 % of the grid"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bilinear_keeps_a_ramp, world_open, world_close),
        cmocka_unit_test_setup_teardown(a_cell_has_the_same_bits_in_every_window, world_open, world_close),
        cmocka_unit_test_setup_teardown(warping_agrees_with_gdal, world_open, world_close),
        cmocka_unit_test_setup_teardown(missing_is_not_a_value, world_open, world_close),
        cmocka_unit_test_setup_teardown(coarse_cells_average, world_open, world_close),
        cmocka_unit_test_setup_teardown(pixels_that_are_cells_are_read_as_they_are, world_open, world_close),
        cmocka_unit_test_setup_teardown(scale_and_nodata_can_be_overridden, world_open, world_close),
        cmocka_unit_test_setup_teardown(every_type_has_the_same_bits_both_ways, world_open, world_close),
        cmocka_unit_test_setup_teardown(scaled_floats_are_told, world_open, world_close),
        cmocka_unit_test_setup_teardown(masks_and_alpha_are_missing, world_open, world_close),
        cmocka_unit_test_setup_teardown(classes_keep_their_codes, world_open, world_close),
        cmocka_unit_test_setup_teardown(the_globe_has_no_seam, world_open, world_close),
        cmocka_unit_test_setup_teardown(projected_grids_cross_the_antimeridian, world_open, world_close),
        cmocka_unit_test_setup_teardown(beyond_the_map_is_missing, world_open, world_close),
        cmocka_unit_test_setup_teardown(what_is_not_covered_is_told, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
