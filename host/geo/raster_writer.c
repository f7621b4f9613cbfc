/* Planes to a COG through GDAL's COG driver. No sidecar: statistics, units, class names and credits lie in the file.
 * GDAL would make statistics and overviews on one core; ours come from one pass on all, and GDAL is left with compressing.
 * Floats at level 1: 4 % larger than at 6 in well under half the time. Classes without predictor: differences of codes mean nothing.
 * Rounded floats as differences of whole numbers: 11 % larger than by bytes of like weight, which libtiff makes one by one, in half the time. */
#include "geo/raster_writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "geo/gdal_words.h"
#include "geo/memory_dataset.h"
#include "geo/pyramid.h"
#include "geo/srs.h"
#include "model/plan.h"

enum { TILE = 512 };

static bool has_floats(const struct surface *surface) {
    return surface->type == SURFACE_FLOAT || surface->type == SURFACE_ROUNDED;
}

static size_t cell_bytes(const struct surface *surface) {
    return has_floats(surface) ? sizeof(float) : surface->type == SURFACE_BITS ? surface->bits_bytes : 1;
}

static GDALDataType cell_type(const struct surface *surface) {
    if (has_floats(surface)) return GDT_Float32;
    switch (cell_bytes(surface)) {
    case 1:
        return GDT_Byte;
    case 2:
        return GDT_UInt16;
    case 4:
        return GDT_UInt32;
    default:
        return GDT_UInt64;
    }
}

static void describe_band(GDALRasterBandH band, const struct surface_band *about, const struct surface *surface) {
    GDALSetDescription(band, about->name);
    GDALSetRasterUnitType(band, about->unit ? about->unit : "");
    if (surface->type != SURFACE_BITS) GDALSetRasterNoDataValue(band, surface->nodata);
    for (int i = 0; surface->category_names && surface->category_names[i]; i++) {
        char key[24];
        snprintf(key, sizeof key, "%s_%d", surface->type == SURFACE_BITS ? "BIT" : "CLASS", i);
        if (*surface->category_names[i]) GDALSetMetadataItem(band, key, surface->category_names[i], NULL);
    }
}

static status describe(GDALDatasetH dataset, const struct grid *grid, const struct surface *surface) {
    TRY(srs_place(grid, dataset));
    GDALSetMetadataItem(dataset, "AREA_OR_POINT", "Area", NULL);
    GDALSetMetadataItem(dataset, "TIFFTAG_SOFTWARE", "lodescan " LODE_VERSION, NULL);
    if (surface->title) GDALSetMetadataItem(dataset, "TIFFTAG_IMAGEDESCRIPTION", surface->title, NULL);
    if (surface->credits) GDALSetMetadataItem(dataset, "TIFFTAG_COPYRIGHT", surface->credits, NULL);
    for (size_t i = 0; i < surface->n_bands; i++) describe_band(GDALGetRasterBand(dataset, (int)i + 1), &surface->bands[i], surface);
    return NULL;
}

/* When every cell is missing there is nothing to tell. */
static void set_statistics(GDALRasterBandH band, const struct plane_facts *facts, double cells) {
    char share[32];
    if (!facts->cells) return;
    GDALSetRasterStatistics(band, facts->least, facts->most, facts->mean, facts->sd);
    CPLsnprintf(share, sizeof share, "%.4g", 100 * (double)facts->cells / cells);
    GDALSetMetadataItem(band, "STATISTICS_VALID_PERCENT", share, NULL);
}

/* Memory of overview `level` of a MEM band; NULL for a `level` of -1 or when there is none. */
static void *overview_bytes(GDALRasterBandH band, int level) {
    GDALRasterBandH overview = level >= 0 ? GDALGetOverview(band, level) : NULL;
    char which[24];
    if (!overview) return NULL;
    snprintf(which, sizeof which, "MEMORY%d", GDALGetBandNumber(overview));
    return GDALGetInternalHandle(GDALGetBandDataset(overview), which);
}

/* Facts of the band, and each overview from the one before. */
static status fill_band(GDALRasterBandH band, const void *values, const struct scratch *plane, int levels, const struct surface *surface) {
    int64_t width = GDALGetRasterBandXSize(band), height = GDALGetRasterBandYSize(band);
    double cells = (double)width * (double)height;
    struct plane_facts facts = {0};
    int threads = parallel_threads();
    for (int level = 0; level < (levels ? levels : 1); level++, width = (width + 1) / 2, height = (height + 1) / 2) {
        void *half = overview_bytes(band, levels ? level : -1);
        if (has_floats(surface))
            TRY(pyramid_halve_floats(values, level ? NULL : plane, width, height, threads, surface->type == SURFACE_ROUNDED, half,
                                     level ? NULL : &facts));
        else if (half)
            pyramid_halve_classes(values, cell_bytes(surface), level ? NULL : plane, width, height, threads, half);
        values = half;
    }
    set_statistics(band, &facts, cells);
    return NULL;
}

static bool has_memory(GDALDatasetH dataset, int levels) {
    for (int b = 1; b <= GDALGetRasterCount(dataset); b++)
        for (int level = 0; level < levels; level++)
            if (!overview_bytes(GDALGetRasterBand(dataset, b), level)) return false;
    return true;
}

/* Empty overviews until one fits a tile. *levels is 0 where GDAL gives no access to their memory, or they would need much of it: then
 * the COG driver makes them, slower, in a temporary file. */
static status make_overviews(GDALDatasetH dataset, size_t cell_bytes, int *levels) {
    int width = GDALGetRasterXSize(dataset), height = GDALGetRasterYSize(dataset), factors[32], count = 0;
    *levels = 0;
    if ((double)width * height * (double)cell_bytes * GDALGetRasterCount(dataset) / 3 > PLAN_OVERVIEW_BYTES) return NULL;
    for (; (width - 1) >> count >= TILE || (height - 1) >> count >= TILE; count++) factors[count] = 2 << count;
    if (!count) return NULL;
    bool made = GDALBuildOverviews(dataset, "NONE", count, factors, 0, NULL, NULL, NULL) == CE_None;
    if (made && has_memory(dataset, count))
        *levels = count;
    else if (GDALBuildOverviews(dataset, "NONE", 0, NULL, 0, NULL, NULL, NULL) != CE_None)
        return status_fail(LODE_IO, "this GDAL cannot drop a dataset's overviews");
    return NULL;
}

static status fill(GDALDatasetH dataset, const struct surface *surface) {
    int levels;
    TRY(make_overviews(dataset, cell_bytes(surface), &levels));
    for (size_t i = 0; i < surface->n_bands; i++)
        TRY(fill_band(GDALGetRasterBand(dataset, (int)i + 1), surface->bands[i].values, surface->planes ? surface->planes[i] : NULL, levels,
                      surface));
    return NULL;
}

static status surface_dataset(const struct grid *grid, const struct surface *surface, GDALDatasetH *out) {
    const void **planes = NULL;
    *out = NULL;
    if (grid->width > INT32_MAX || grid->height > INT32_MAX)
        return status_fail(LODE_BAD_DATA, "the grid is wider or higher than a GeoTIFF can be: write a larger `cell`");
    TRY(MEMORY_ARRAY(surface->n_bands, &planes));
    for (size_t i = 0; i < surface->n_bands; i++) planes[i] = surface->bands[i].values;
    *out = memory_dataset(cell_type(surface), (int)grid->width, (int)grid->height, surface->n_bands, planes);
    free(planes);
    if (!*out) return status_no_memory();
    TRY(describe(*out, grid, surface));
    return fill(*out, surface);
}

static const double LET_GO_SHARE = 1.0 / PLAN_LET_GO_PARTS;

/* A copy under way. */
struct watch {
    const struct surface *surface;
    const struct log *log;
    double let_go; /* share of the file at which planes were let go last */
};

static void let_go(const struct surface *surface) {
    for (size_t i = 0; surface->planes && i < surface->n_bands; i++) scratch_forget(surface->planes[i], 0, surface->planes[i]->size);
}

/* GDAL asks between blocks: a cancelled job stops here too. */
static int CPL_STDCALL go_on(double share, const char *message, void *user) {
    (void)message;
    struct watch *watch = user;
    const struct log *log = watch->log;
    if (share > watch->let_go + LET_GO_SHARE) {
        let_go(watch->surface);
        watch->let_go = share;
    }
    return !log || !log->cancelled || !log->cancelled(log->user);
}

static status copy_to_cog(const char *path, GDALDatasetH source, const struct surface *surface, struct log *log, const struct gdal_words *said) {
    bool floats = has_floats(surface);
    char *options[] = {"COMPRESS=DEFLATE",
                       floats ? surface->type == SURFACE_ROUNDED ? "PREDICTOR=STANDARD" : "PREDICTOR=FLOATING_POINT" : "PREDICTOR=NO",
                       floats ? "LEVEL=1" : "LEVEL=6",
                       "NUM_THREADS=ALL_CPUS",
                       "BIGTIFF=IF_SAFER",
                       floats ? "OVERVIEW_RESAMPLING=AVERAGE" : "OVERVIEW_RESAMPLING=NEAREST",
                       NULL};
    GDALDriverH driver = GDALGetDriverByName("COG");
    struct watch watch = {.surface = surface, .log = log};
    let_go(surface);
    if (!driver) return status_fail(LODE_IO, "%s: this GDAL has no COG driver: install GDAL 3.1 or newer", path);
    GDALDatasetH copy = GDALCreateCopy(driver, path, source, FALSE, options, go_on, &watch);
    bool stopped = !go_on(1, NULL, &watch);
    if (copy) GDALClose(copy);
    if (!copy && stopped) return status_fail(LODE_INTERRUPTED, "interrupted while writing %s", path);
    if (!copy || said->failed) return status_fail(LODE_IO, "writing %s failed: %s", path, gdal_said(said, "is the disk full?"));
    return NULL;
}

status raster_writer_cog(const char *path, const struct grid *grid, const struct surface *surface, struct log *log) {
    struct gdal_words said;
    GDALDatasetH source = NULL;
    gdal_begin(&said);
    char *pam = CPLStrdup(CPLGetThreadLocalConfigOption("GDAL_PAM_ENABLED", ""));
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    status failed = surface_dataset(grid, surface, &source);
    said = (struct gdal_words){0};
    if (!failed) failed = copy_to_cog(path, source, surface, log, &said);
    if (source) GDALClose(source);
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", pam[0] ? pam : NULL);
    CPLFree(pam);
    gdal_end();
    return failed;
}
