/* Tiles read back by GDAL, whose own reader undoes deflate and predictors: every kind of cell, shape of tile and width of offset. */
#include "unit.h"

#include <cpl_vsi.h>

#include "geo/tile_file.h"
#include "world.h"

enum { WIDTH = 601, HEIGHT = 437, BANDS_MOST = 3 };

struct kind {
    GDALDataType type;
    const char *predictor, *compression;
};
static const struct kind kinds[] = {{GDT_Byte, "PREDICTOR=1", "NONE"},       {GDT_Float32, "PREDICTOR=3", "NONE"},
                                    {GDT_Byte, "PREDICTOR=1", "DEFLATE"},    {GDT_Byte, "PREDICTOR=2", "DEFLATE"},
                                    {GDT_UInt16, "PREDICTOR=2", "DEFLATE"},  {GDT_UInt32, "PREDICTOR=2", "DEFLATE"},
                                    {GDT_UInt64, "PREDICTOR=1", "DEFLATE"},  {GDT_Float32, "PREDICTOR=1", "DEFLATE"},
                                    {GDT_Float32, "PREDICTOR=2", "DEFLATE"}, {GDT_Float32, "PREDICTOR=3", "DEFLATE"}};
struct shape {
    const char *options[3];
    int rows; /* written at once first: whole tiles */
};
static const struct shape shapes[] = {{{"TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512"}, HEIGHT},
                                      {{"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=32"}, 96},
                                      {{"TILED=NO", "BLOCKYSIZE=16"}, 160},
                                      {{"TILED=NO", "BLOCKYSIZE=1000"}, HEIGHT}};

/* Noise, which does not compress, beside a slope and a plain. */
static uint8_t *plane(size_t cell_bytes, uint32_t seed) {
    uint8_t *cells = malloc((size_t)WIDTH * HEIGHT * cell_bytes);
    for (size_t i = 0; i < (size_t)WIDTH * HEIGHT * cell_bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        size_t col = i / cell_bytes % WIDTH;
        cells[i] = (uint8_t)(col < 200 ? seed >> 24 : col < 400 ? col / 3 + i % cell_bytes : 7);
    }
    return cells;
}

/* A GeoTIFF without tiles, as a file's bytes; VSIFree. */
static void *without_tiles(const struct kind *kind, const struct shape *shape, int bands, bool big, size_t *size) {
    char **options = NULL;
    vsi_l_offset length;
    options = CSLAddString(options, kind->predictor);
    for (int i = 0; i < 3 && shape->options[i]; i++) options = CSLAddString(options, shape->options[i]);
    options = CSLSetNameValue(options, "COMPRESS", kind->compression);
    options = CSLAddString(options, "SPARSE_OK=TRUE");
    options = CSLAddString(options, "INTERLEAVE=PIXEL");
    options = CSLAddString(options, big ? "BIGTIFF=YES" : "BIGTIFF=NO");
    GDALDatasetH made = GDALCreate(GDALGetDriverByName("GTiff"), "/vsimem/made.tif", WIDTH, HEIGHT, bands, kind->type, options);
    assert_non_null(made);
    GDALSetMetadataItem(made, "NAME", "seventeen", NULL);
    GDALClose(made);
    CSLDestroy(options);
    void *bytes = VSIGetMemFileBuffer("/vsimem/made.tif", &length, TRUE);
    *size = (size_t)length;
    return bytes;
}

static void write_rows(struct tile_file *file, uint8_t *const *planes, size_t bands, size_t cell_bytes, int64_t row0, int64_t rows) {
    const void *from[BANDS_MOST];
    for (size_t b = 0; b < bands; b++) from[b] = planes[b] + (size_t)(row0 * WIDTH) * cell_bytes;
    const struct tile_rows written = {from, NULL, row0, rows};
    wrong(tile_file_rows(file, 0, &written, NULL));
}

static void assert_read_back(const char *path, uint8_t *const *planes, int bands, GDALDataType type) {
    size_t bytes = (size_t)WIDTH * HEIGHT * (size_t)GDALGetDataTypeSizeBytes(type);
    uint8_t *back = malloc(bytes);
    GDALDatasetH read = GDALOpen(path, GA_ReadOnly);
    assert_non_null(read);
    assert_string_equal(GDALGetMetadataItem(read, "NAME", NULL), "seventeen");
    for (int b = 0; b < bands; b++) {
        memset(back, 0, bytes);
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(read, b + 1), GF_Read, 0, 0, WIDTH, HEIGHT, back, WIDTH, HEIGHT, type, 0, 0), CE_None);
        assert_memory_equal(back, planes[b], bytes);
    }
    GDALClose(read);
    free(back);
}

static void write_and_read(struct world *world, const struct kind *kind, const struct shape *shape, int bands, bool big) {
    size_t size, cell_bytes = (size_t)GDALGetDataTypeSizeBytes(kind->type);
    uint8_t *planes[BANDS_MOST] = {NULL};
    struct tile_file *file;
    for (int b = 0; b < bands; b++) planes[b] = plane(cell_bytes, 17u + (unsigned)b);
    void *made = without_tiles(kind, shape, bands, big, &size);
    wrong(tile_file_open(world_path(world, "tiles.tif"), made, size, big ? TILES_COG : TILES_PLAIN, &file));
    assert_int_equal(tile_file_image(file, 0)->height, HEIGHT);
    write_rows(file, planes, (size_t)bands, cell_bytes, 0, shape->rows);
    if (shape->rows < HEIGHT) write_rows(file, planes, (size_t)bands, cell_bytes, shape->rows, HEIGHT - shape->rows);
    wrong(tile_file_close(file, true));
    VSIFree(made);
    assert_read_back(world_path(world, "tiles.tif"), planes, bands, kind->type);
    for (int b = 0; b < bands; b++) free(planes[b]);
}

static void every_kind_comes_back(void **state) {
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
            for (int bands = 1; bands <= BANDS_MOST; bands += 2)
                for (int big = 0; big <= 1; big++) write_and_read(*state, &kinds[k], &shapes[s], bands, big);
}

/* A packer that has packed other things packs the same bytes as a new one. */
static void nothing_remains_of_the_tile_before(void **state) {
    (void)state;
    const struct tile_shape shape = {WIDTH, HEIGHT, 1, 4, PREDICTOR_BYTES, false};
    struct tile_packer *used, *fresh;
    uint8_t *cells = plane(4, 1), *other = plane(4, 99), *a, *b;
    size_t a_size, b_size;
    const void *const first[] = {other}, *const second[] = {cells};
    wrong(tile_packer_open(&shape, &used));
    wrong(tile_packer_open(&shape, &fresh));
    wrong(tile_pack(used, &(struct tile_cells){first, WIDTH, 0, 0, WIDTH, HEIGHT}, HEIGHT, &a, &a_size));
    wrong(tile_pack(used, &(struct tile_cells){second, WIDTH, 0, 0, WIDTH, HEIGHT}, HEIGHT, &a, &a_size));
    wrong(tile_pack(fresh, &(struct tile_cells){second, WIDTH, 0, 0, WIDTH, HEIGHT}, HEIGHT, &b, &b_size));
    assert_int_equal(a_size, b_size);
    assert_memory_equal(a, b, a_size);
    tile_packer_close(used);
    tile_packer_close(fresh);
    free(cells);
    free(other);
}

/* What is cut off anywhere is refused, never read beyond its end: each length is in memory of its own, which a sanitizer watches. */
static void cut_heads_are_refused(void **state) {
    struct world *world = *state;
    size_t size, refused = 0;
    for (int big = 0; big <= 1; big++) {
        uint8_t *made = without_tiles(&kinds[9], &shapes[1], 2, big, &size);
        for (size_t length = 0; length < size; length++) {
            uint8_t *cut = malloc(length + 1);
            struct tiff_head head;
            memcpy(cut, made, length);
            status failure = tiff_head_read(cut, length, &world->arena, &head);
            refused += failure != NULL;
            if (length < 200) assert_non_null(failure);
            lode_error_free(failure);
            free(cut);
        }
        VSIFree(made);
    }
    assert_true(refused > 400);
}

static void what_is_no_deflate_is_refused(void **state) {
    struct world *world = *state;
    vsi_l_offset length;
    struct tiff_head head;
    char *options[] = {"COMPRESS=LZW", "SPARSE_OK=TRUE", NULL};
    GDALClose(GDALCreate(GDALGetDriverByName("GTiff"), "/vsimem/made.tif", WIDTH, HEIGHT, 1, GDT_Byte, options));
    void *made = VSIGetMemFileBuffer("/vsimem/made.tif", &length, TRUE);
    status failure = tiff_head_read(made, (size_t)length, &world->arena, &head);
    assert_non_null(failure);
    assert_non_null(strstr(lode_error_message(failure), "another compression than DEFLATE"));
    lode_error_free(failure);
    VSIFree(made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_comes_back, world_open, world_close),
        cmocka_unit_test_setup_teardown(nothing_remains_of_the_tile_before, world_open, world_close),
        cmocka_unit_test_setup_teardown(cut_heads_are_refused, world_open, world_close),
        cmocka_unit_test_setup_teardown(what_is_no_deflate_is_refused, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
