/* Surfaces read back by GDAL: values, overviews without nodata, metadata, the same bytes on any number of threads. */
#include "unit.h"

#include <cpl_multiproc.h>
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "geo/raster_writer.h"
#include "world.h"

enum { WIDTH = 1201, HEIGHT = 777 };

static float *field(void) {
    float *values = malloc((size_t)WIDTH * HEIGHT * sizeof *values);
    for (int i = 0; i < WIDTH * HEIGHT; i++) values[i] = i % WIDTH < 400 ? NAN : (float)(0.25 + 0.5 * (i % 7) / 6);
    return values;
}

static void write_field(struct world *world, const char *file, const float *values) {
    const struct surface_band bands[] = {{"score", "", values}, {"coverage", "percent", values}};
    const struct surface surface = {SURFACE_FLOAT, 2, bands, NAN, NULL, "Test surface", "Data: nobody", NULL, 0};
    wrong(raster_writer_cog(world_path(world, file), &world->grid, &surface, &world->log));
}

static void floats_come_back(void **state) {
    struct world *world = *state;
    float *values = field(), *back = malloc((size_t)WIDTH * HEIGHT * sizeof *back);
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + WIDTH * 500, 1000000 + HEIGHT * 500, 500);
    write_field(world, "score.tif", values);
    GDALDatasetH made = GDALOpen(world_path(world, "score.tif"), GA_ReadOnly);
    assert_non_null(made);
    assert_string_equal(GDALGetMetadataItem(made, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
    assert_string_equal(GDALGetMetadataItem(made, "COMPRESSION", "IMAGE_STRUCTURE"), "DEFLATE");
    assert_string_equal(GDALGetMetadataItem(made, "TIFFTAG_COPYRIGHT", NULL), "Data: nobody");
    assert_string_equal(GDALGetMetadataItem(made, "TIFFTAG_IMAGEDESCRIPTION", NULL), "Test surface");
    assert_string_equal(OSRGetAuthorityCode(GDALGetSpatialRef(made), NULL), "5070");
    double gt[6];
    GDALGetGeoTransform(made, gt);
    assert_true(gt[0] == -1000000 && gt[1] == 500 && gt[3] == 1000000 + HEIGHT * 500 && gt[5] == -500);
    GDALRasterBandH band = GDALGetRasterBand(made, 1);
    assert_string_equal(GDALGetDescription(band), "score");
    assert_string_equal(GDALGetRasterUnitType(GDALGetRasterBand(made, 2)), "percent");
    assert_true(isnan(GDALGetRasterNoDataValue(band, NULL)));
    assert_non_null(GDALGetMetadataItem(band, "STATISTICS_MEAN", NULL));
    assert_int_equal(GDALRasterIO(band, GF_Read, 0, 0, WIDTH, HEIGHT, back, WIDTH, HEIGHT, GDT_Float32, 0, 0), CE_None);
    for (int i = 0; i < WIDTH * HEIGHT; i++) assert_true(isnan(values[i]) ? isnan(back[i]) : values[i] == back[i]);
    GDALRasterBandH overview = GDALGetOverview(band, 0);
    int w = GDALGetRasterBandXSize(overview), h = GDALGetRasterBandYSize(overview);
    assert_int_equal(GDALRasterIO(overview, GF_Read, 0, 0, w, h, back, w, h, GDT_Float32, 0, 0), CE_None);
    for (int i = 0; i < w * h; i++) assert_true(i % w < 199 ? isnan(back[i]) : i % w < 202 || (back[i] >= 0.25 && back[i] <= 0.75));
    GDALClose(made);
    free(values);
    free(back);
}

static char *contents(struct world *world, const char *file, size_t *size) {
    FILE *in = fopen(world_path(world, file), "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *size = (size_t)ftell(in);
    rewind(in);
    char *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, in), *size);
    fclose(in);
    return bytes;
}

static void threads_do_not_change_bytes(void **state) {
    struct world *world = *state;
    float *values = field();
    size_t sizes[2];
    char *bytes[2];
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + WIDTH * 500, 1000000 + HEIGHT * 500, 500);
    const char *files[] = {"one.tif", "all.tif"};
    cpu_set_t all, one;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    for (size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sched_setaffinity(0, sizeof all, i ? &all : &one), 0);
        assert_true(i || CPLGetNumCPUs() == 1); /* GDAL starts as many threads as it may run on */
        write_field(world, files[i], values);
        bytes[i] = contents(world, files[i], &sizes[i]);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    free(bytes[0]);
    free(bytes[1]);
    free(values);
}

static void bytes_have_class_names_and_no_sidecar(void **state) {
    struct world *world = *state;
    uint8_t cells[35 * 21];
    for (int i = 0; i < 35 * 21; i++) cells[i] = (uint8_t)(i % 3);
    world_grid(world, "EPSG:4326", 10, 20, 13.5, 22.1, 0.1);
    const char *const names[] = {"candidate", "excluded", "no data", NULL};
    const struct surface_band band = {"state", "", cells};
    const struct surface surface = {SURFACE_BYTE, 1, &band, 255, names, NULL, NULL, NULL, 0};
    wrong(raster_writer_cog(world_path(world, "state.tif"), &world->grid, &surface, &world->log));
    GDALDatasetH made = GDALOpen(world_path(world, "state.tif"), GA_ReadOnly);
    uint8_t back[35 * 21];
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(made, 1), GF_Read, 0, 0, 35, 21, back, 35, 21, GDT_Byte, 0, 0), CE_None);
    assert_memory_equal(back, cells, sizeof cells);
    assert_string_equal(GDALGetMetadataItem(GDALGetRasterBand(made, 1), "CLASS_1", NULL), "excluded");
    assert_true(GDALGetRasterNoDataValue(GDALGetRasterBand(made, 1), NULL) == 255);
    GDALClose(made);
    DIR *dir = opendir(world->folder);
    int files = 0;
    for (struct dirent *entry; (entry = readdir(dir));) files += entry->d_name[0] != '.';
    closedir(dir);
    assert_int_equal(files, 1);
}

/* Mean of a block that is either whole or missing; then a mean of means is the mean of all. */
static double block_mean(const float *values, int64_t row, int64_t col, int64_t side) {
    double sum = 0;
    int64_t cells = 0;
    for (int64_t r = row * side; r < (row + 1) * side && r < HEIGHT; r++)
        for (int64_t c = col * side; c < (col + 1) * side && c < WIDTH; c++, cells++) sum += (double)values[r * WIDTH + c];
    return sum / (double)cells;
}

/* Holes are whole blocks of 4 x 4, so that a block is all or nothing at both levels. The second band tells whether bands are mixed up. */
static void overviews_and_statistics_by_definition(void **state) {
    struct world *world = *state;
    float *values = malloc((size_t)WIDTH * HEIGHT * sizeof *values), *twice = malloc((size_t)WIDTH * HEIGHT * sizeof *twice);
    float *back = malloc((size_t)WIDTH * HEIGHT * sizeof *back);
    double sum = 0, squares = 0, cells = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        values[i] = (i / WIDTH / 4 + i % WIDTH / 4) % 9 == 4 ? NAN : (float)((i % WIDTH * 7 + i / WIDTH * 13) % 64) / 64;
        twice[i] = 2 * values[i];
        if (isnan(values[i])) continue;
        cells++;
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + WIDTH * 500, 1000000 + HEIGHT * 500, 500);
    const struct surface_band bands[] = {{"score", "", values}, {"twice", "", twice}};
    const struct surface surface = {SURFACE_FLOAT, 2, bands, NAN, NULL, NULL, NULL, NULL, 0};
    wrong(raster_writer_cog(world_path(world, "score.tif"), &world->grid, &surface, &world->log));
    GDALDatasetH made = GDALOpen(world_path(world, "score.tif"), GA_ReadOnly);
    for (int b = 1; b <= 2; b++) {
        GDALRasterBandH band = GDALGetRasterBand(made, b);
        assert_int_equal(GDALGetOverviewCount(band), 2);
        for (int level = 0; level < 2; level++) {
            int side = 2 << level, w = (WIDTH + side - 1) / side, h = (HEIGHT + side - 1) / side;
            GDALRasterBandH overview = GDALGetOverview(band, level);
            assert_int_equal(GDALGetRasterBandXSize(overview), w);
            assert_int_equal(GDALGetRasterBandYSize(overview), h);
            assert_int_equal(GDALRasterIO(overview, GF_Read, 0, 0, w, h, back, w, h, GDT_Float32, 0, 0), CE_None);
            for (int i = 0; i < w * h; i++) {
                double wanted = b * block_mean(values, i / w, i % w, side);
                bool at_edge = i % w == w - 1 || i / w == h - 1; /* a mean of means of unequal count there */
                assert_true(isnan(wanted) ? isnan(back[i]) : at_edge ? !isnan(back[i]) : fabs((double)back[i] - wanted) < 1e-6);
            }
        }
        double least, most, mean, sd, wanted_sd = sqrt(squares / cells - sum / cells * (sum / cells));
        assert_int_equal(GDALGetRasterStatistics(band, FALSE, FALSE, &least, &most, &mean, &sd), CE_None);
        assert_true(least == 0 && most == b * 63. / 64);
        assert_true(fabs(mean - b * sum / cells) < 1e-11 && fabs(sd - b * wanted_sd) < 1e-11);
        assert_true(fabs(atof(GDALGetMetadataItem(band, "STATISTICS_VALID_PERCENT", NULL)) - 100 * cells / (WIDTH * HEIGHT)) < 0.006);
    }
    GDALClose(made);
    free(values);
    free(twice);
    free(back);
}

static void all_missing_has_no_statistics(void **state) {
    struct world *world = *state;
    float *values = malloc((size_t)WIDTH * HEIGHT * sizeof *values);
    for (int i = 0; i < WIDTH * HEIGHT; i++) values[i] = NAN;
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + WIDTH * 500, 1000000 + HEIGHT * 500, 500);
    write_field(world, "none.tif", values);
    GDALDatasetH made = GDALOpen(world_path(world, "none.tif"), GA_ReadOnly);
    assert_null(GDALGetMetadataItem(GDALGetRasterBand(made, 1), "STATISTICS_MEAN", NULL));
    GDALClose(made);
    free(values);
}

static void overviews_of_classes_hold_classes(void **state) {
    struct world *world = *state;
    enum { W = 1403, H = 601 };
    uint8_t *cells = malloc(W * H), *back = malloc(W * H);
    for (int i = 0; i < W * H; i++) cells[i] = i / W % 3 && i % W % 5 ? 0 : 3;
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + W * 500, 1000000 + H * 500, 500);
    const struct surface_band band = {"state", "", cells};
    const struct surface surface = {SURFACE_BYTE, 1, &band, 255, NULL, NULL, NULL, NULL, 0};
    wrong(raster_writer_cog(world_path(world, "state.tif"), &world->grid, &surface, &world->log));
    GDALDatasetH made = GDALOpen(world_path(world, "state.tif"), GA_ReadOnly);
    assert_int_equal(GDALGetOverviewCount(GDALGetRasterBand(made, 1)), 2);
    for (int level = 0; level < 2; level++) {
        int side = 2 << level, w = (W + side - 1) / side, h = (H + side - 1) / side;
        assert_int_equal(GDALRasterIO(GDALGetOverview(GDALGetRasterBand(made, 1), level), GF_Read, 0, 0, w, h, back, w, h, GDT_Byte, 0, 0), CE_None);
        for (int i = 0; i < w * h; i++) assert_int_equal(back[i], cells[i / w * side * W + i % w * side]);
    }
    GDALClose(made);
    free(cells);
    free(back);
}

/* A file that may not grow is a disk that is full, for one process. */
static void a_full_disk_is_told(void **state) {
    struct world *world = *state;
    float *values = malloc((size_t)WIDTH * HEIGHT * sizeof *values);
    uint32_t mixed = 1;
    for (int i = 0; i < WIDTH * HEIGHT; i++) values[i] = (float)((mixed = mixed * 1664525u + 1013904223u) >> 8);
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + WIDTH * 500, 1000000 + HEIGHT * 500, 500);
    const struct surface_band band = {"score", "", values};
    const struct surface surface = {SURFACE_FLOAT, 1, &band, NAN, NULL, NULL, NULL, NULL, 0};
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){200000, before.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    status failure = raster_writer_cog(world_path(world, "full.tif"), &world->grid, &surface, &world->log);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    FAILS_WITH(failure, LODE_IO, "full.tif");
    free(values);
}

static bool stop(void *user) {
    (void)user;
    return true;
}

static void failures_are_told(void **state) {
    struct world *world = *state;
    float *values = field();
    world_grid(world, "EPSG:5070", -1000000, 1000000, -1000000 + WIDTH * 500, 1000000 + HEIGHT * 500, 500);
    const struct surface_band band = {"score", "", values};
    const struct surface surface = {SURFACE_FLOAT, 1, &band, NAN, NULL, NULL, NULL, NULL, 0};
    FAILS_WITH(raster_writer_cog("/nowhere/score.tif", &world->grid, &surface, &world->log), LODE_IO, "/nowhere/score.tif");
    world->log.cancelled = stop;
    FAILS_WITH(raster_writer_cog(world_path(world, "never.tif"), &world->grid, &surface, &world->log), LODE_INTERRUPTED, "never.tif");
    free(values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(floats_come_back, world_open, world_close),
        cmocka_unit_test_setup_teardown(threads_do_not_change_bytes, world_open, world_close),
        cmocka_unit_test_setup_teardown(bytes_have_class_names_and_no_sidecar, world_open, world_close),
        cmocka_unit_test_setup_teardown(overviews_and_statistics_by_definition, world_open, world_close),
        cmocka_unit_test_setup_teardown(all_missing_has_no_statistics, world_open, world_close),
        cmocka_unit_test_setup_teardown(overviews_of_classes_hold_classes, world_open, world_close),
        cmocka_unit_test_setup_teardown(a_full_disk_is_told, world_open, world_close),
        cmocka_unit_test_setup_teardown(failures_are_told, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
