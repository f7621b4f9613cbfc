/* Through GDAL's GTiff driver, block row by block row; or, where the options ask for nothing that only GDAL knows, into a file with GDAL's tags
 * whose tiles are packed here. */
#include "geo/plane_writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "geo/gdal_words.h"
#include "geo/srs.h"
#include "geo/tile_file.h"

enum { TILE_BYTES_MOST = 1 << 24 }; /* several are in memory */

/* Rows that are not yet whole tiles wait. */
struct packing {
    struct tile_file *file;
    void *made; /* GDAL's tags */
    float *waiting;
    int64_t next_row, n_waiting; /* the first row not written, and how many wait from there on */
};

struct plane_writer {
    GDALDatasetH dataset; /* or NULL: */
    struct packing packing;
    char *path;
};

/* What GDAL would only warn of, and write without it. */
static status check_options(GDALDriverH driver, char **options, const struct gdal_words *said) {
    if (GDALValidateCreationOptions(driver, options)) return NULL;
    return status_fail(LODE_USAGE, "%s; `gdalinfo --format GTiff` lists the options", gdal_said(said, "a creation option that GTiff does not take"));
}

static char **creation_options(const struct grid *grid, const char *const *given) {
    char **options = CSLDuplicate((CSLConstList)given);
    if (!CSLFetchNameValue(options, "BIGTIFF")) options = CSLSetNameValue(options, "BIGTIFF", "IF_SAFER");
    if (CSLFetchNameValue(options, "COMPRESS") && !CSLFetchNameValue(options, "NUM_THREADS"))
        options = CSLSetNameValue(options, "NUM_THREADS", "ALL_CPUS");
    bool shaped = CSLFetchNameValue(options, "BLOCKYSIZE") || CSLFetchNameValue(options, "TILED");
    if (!shaped && grid->height >= 16) options = CSLSetNameValue(options, "BLOCKYSIZE", "16");
    return options;
}

static status describe(GDALDatasetH dataset, const struct grid *grid, const char *name, const char *unit) {
    TRY(srs_place(grid, dataset));
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    GDALSetDescription(band, name);
    GDALSetRasterUnitType(band, unit);
    GDALSetMetadataItem(dataset, "TIFFTAG_SOFTWARE", "lodescan " LODE_VERSION, NULL);
    return NULL;
}

static GDALDatasetH create(const char *path, const struct grid *grid, char **options) {
    return GDALCreate(GDALGetDriverByName("GTiff"), path, (int)grid->width, (int)grid->height, 1, GDT_Float32, options);
}

/* What tiles packed here can be asked for; a value of NULL is any. */
static const struct {
    const char *key, *value;
} packed_options[] = {{"COMPRESS", "DEFLATE"}, {"NUM_THREADS", "ALL_CPUS"}, {"PREDICTOR", NULL},  {"TILED", NULL},
                      {"BLOCKXSIZE", NULL},    {"BLOCKYSIZE", NULL},        {"INTERLEAVE", NULL}, {"BIGTIFF", NULL}};

static bool is_packed_option(const char *key, const char *value) {
    if (EQUAL(key, "COMPRESS") && EQUAL(value, "NONE")) return true;
    for (size_t i = 0; i < sizeof packed_options / sizeof *packed_options; i++)
        if (EQUAL(packed_options[i].key, key)) return !packed_options[i].value || EQUAL(packed_options[i].value, value);
    return false;
}

static bool are_packed_options(char **options) {
    for (int i = 0; options[i]; i++) {
        char *key = NULL;
        const char *value = CPLParseNameValue(options[i], &key);
        bool known = key && value && is_packed_option(key, value);
        CPLFree(key);
        if (!known) return false;
    }
    return true;
}

/* Other sides GDAL would leave out of the tags, and say so in passing. */
static status check_sides(char **options) {
    static const char *const sides[] = {"BLOCKXSIZE", "BLOCKYSIZE"};
    for (int i = 0; i < 2 && CPLFetchBool((CSLConstList)options, "TILED", false); i++) {
        const char *value = CSLFetchNameValue(options, sides[i]);
        if (value && (atoi(value) <= 0 || atoi(value) % 16 != 0))
            return status_fail(LODE_USAGE, "--co=%s=%s: sides of tiles are multiples of 16", sides[i], value);
    }
    return NULL;
}

/* GDAL's file without tiles. */
static status make_tags(const struct plane_writer *writer, const struct grid *grid, const char *name, const char *unit, char **options, void **made,
                        size_t *size) {
    char file[64];
    vsi_l_offset length = 0;
    snprintf(file, sizeof file, "/vsimem/lodescan_plane_%p.tif", (const void *)writer);
    char **sparse = CSLSetNameValue(CSLDuplicate(options), "SPARSE_OK", "TRUE");
    GDALDatasetH dataset = create(file, grid, sparse);
    CSLDestroy(sparse);
    status failure = dataset ? describe(dataset, grid, name, unit) : NULL;
    if (dataset) GDALClose(dataset);
    *made = VSIGetMemFileBuffer(file, &length, TRUE);
    *size = (size_t)length;
    return failure;
}

/* Leaves the writer without a file where tiles are so large that GDAL had better make them one by one. */
static status open_packing(struct plane_writer *writer, const struct grid *grid, const char *name, const char *unit, char **options) {
    struct packing *packing = &writer->packing;
    size_t size;
    TRY(make_tags(writer, grid, name, unit, options, &packing->made, &size));
    if (!packing->made) return NULL;
    TRY(tile_file_open(writer->path, packing->made, size, TILES_PLAIN, &packing->file));
    const struct tile_shape *shape = &tile_file_image(packing->file, 0)->shape;
    if (shape->rows <= TILE_BYTES_MOST / sizeof(float) / shape->cols) return MEMORY_ARRAY(shape->rows * (size_t)grid->width, &packing->waiting);
    status failure = tile_file_close(packing->file, false);
    packing->file = NULL;
    return failure;
}

static status open_dataset(struct plane_writer *writer, const struct grid *grid, const char *name, const char *unit, char **options,
                           const struct gdal_words *said) {
    writer->dataset = create(writer->path, grid, options);
    if (!writer->dataset) return status_fail(LODE_IO, "%s cannot be written: %s", writer->path, gdal_said(said, "no reason given"));
    return describe(writer->dataset, grid, name, unit);
}

status plane_writer_open(const char *path, const struct grid *grid, const char *name, const char *unit, const char *const *options,
                         struct plane_writer **out) {
    struct plane_writer *writer;
    struct gdal_words said;
    if (grid->width > INT32_MAX || grid->height > INT32_MAX)
        return status_fail(LODE_BAD_DATA, "%s: the grid is wider or higher than a GeoTIFF can be", path);
    TRY(MEMORY_ARRAY(1, &writer));
    writer->path = strdup(path);
    gdal_begin(&said);
    char **all = creation_options(grid, options);
    status failure = writer->path ? check_options(GDALGetDriverByName("GTiff"), all, &said) : status_no_memory();
    /* No file beside the one that is renamed when it is whole. */
    if (!failure && CPLFetchBool((CSLConstList)all, "TFW", false))
        failure = status_fail(LODE_USAGE, "--co=TFW: the place is written into the file itself");
    if (!failure) failure = check_sides(all);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    if (!failure && are_packed_options(all)) failure = open_packing(writer, grid, name, unit, all);
    if (!failure && !writer->packing.file) failure = open_dataset(writer, grid, name, unit, all, &said);
    CSLDestroy(all);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", NULL);
    gdal_end();
    if (failure) {
        status second = plane_writer_close(writer);
        lode_error_free(second);
        return failure;
    }
    *out = writer;
    return NULL;
}

static status pack_rows(struct packing *packing, int64_t rows, const float *values) {
    const void *const planes[] = {values};
    const struct tile_rows written = {planes, NULL, packing->next_row, rows};
    if (rows > 0) TRY(tile_file_rows(packing->file, 0, &written, NULL));
    packing->next_row += rows;
    return NULL;
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* First those that wait are made whole, then whole tiles go as they are, then the rest waits. */
static status pack(struct packing *packing, int64_t rows, const float *values) {
    const struct tiff_image *image = tile_file_image(packing->file, 0);
    int64_t whole = (int64_t)image->shape.rows, width = image->width;
    if (packing->n_waiting > 0) {
        int64_t taken = smaller(rows, whole - packing->n_waiting);
        memcpy(packing->waiting + packing->n_waiting * width, values, (size_t)(taken * width) * sizeof *values);
        packing->n_waiting += taken;
        values += taken * width;
        rows -= taken;
        if (packing->n_waiting < whole && packing->next_row + packing->n_waiting < image->height) return NULL;
        TRY(pack_rows(packing, packing->n_waiting, packing->waiting));
        packing->n_waiting = 0;
    }
    bool ends = packing->next_row + rows == image->height;
    int64_t now = ends ? rows : rows / whole * whole;
    TRY(pack_rows(packing, now, values));
    packing->n_waiting = rows - now;
    if (rows > now) memcpy(packing->waiting, values + now * width, (size_t)((rows - now) * width) * sizeof *values);
    return NULL;
}

static status close_packing(struct packing *packing) {
    bool whole = packing->file && packing->next_row == tile_file_image(packing->file, 0)->height;
    status failure = tile_file_close(packing->file, whole);
    VSIFree(packing->made);
    free(packing->waiting);
    return failure;
}

status plane_writer_rows(struct plane_writer *writer, int64_t row0, int64_t rows, const float *values) {
    struct gdal_words said;
    if (writer->packing.file) return pack(&writer->packing, rows, values);
    gdal_begin(&said);
    int cols = GDALGetRasterXSize(writer->dataset);
    CPLErr error = GDALRasterIO(GDALGetRasterBand(writer->dataset, 1), GF_Write, 0, (int)row0, cols, (int)rows, (void *)(uintptr_t)values, cols,
                                (int)rows, GDT_Float32, 0, 0);
    gdal_end();
    if (error == CE_None && !said.failed) return NULL;
    return status_fail(LODE_IO, "writing %s failed: %s", writer->path, gdal_said(&said, "is the disk full?"));
}

status plane_writer_close(struct plane_writer *writer) {
    struct gdal_words said;
    if (!writer) return NULL;
    gdal_begin(&said);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    if (writer->dataset) GDALClose(writer->dataset);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", NULL);
    gdal_end();
    status failure = said.failed ? status_fail(LODE_IO, "writing %s failed: %s", writer->path, gdal_said(&said, "is the disk full?")) : NULL;
    failure = status_first(failure, close_packing(&writer->packing));
    free(writer->path);
    free(writer);
    return failure;
}
