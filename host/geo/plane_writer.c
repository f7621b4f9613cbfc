/* Through GDAL's GTiff driver, block row by block row. */
#include "geo/plane_writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "geo/gdal_words.h"
#include "geo/srs.h"

struct plane_writer {
    GDALDatasetH dataset;
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
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    status failure = writer->path ? check_options(driver, all, &said) : status_no_memory();
    /* No file beside the one that is renamed when it is whole. */
    if (!failure && CPLFetchBool((CSLConstList)all, "TFW", false))
        failure = status_fail(LODE_USAGE, "--co=TFW: the place is written into the file itself");
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    if (!failure) writer->dataset = GDALCreate(driver, path, (int)grid->width, (int)grid->height, 1, GDT_Float32, all);
    if (!failure && !writer->dataset) failure = status_fail(LODE_IO, "%s cannot be written: %s", path, gdal_said(&said, "no reason given"));
    if (!failure) failure = describe(writer->dataset, grid, name, unit);
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

status plane_writer_rows(struct plane_writer *writer, int64_t row0, int64_t rows, const float *values) {
    struct gdal_words said;
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
    free(writer->path);
    free(writer);
    return failure;
}
