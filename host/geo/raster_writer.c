/* Planes to a COG through GDAL's COG driver. No sidecar: statistics, units, class names and credits lie in the file. */
#include "geo/raster_writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <gdal.h>
#include <math.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "geo/gdal_words.h"
#include "geo/memory_dataset.h"
#include "geo/srs.h"

static void describe_band(GDALRasterBandH band, const struct surface_band *about, const struct surface *surface) {
    double least, most, mean, sd;
    GDALSetDescription(band, about->name);
    GDALSetRasterUnitType(band, about->unit ? about->unit : "");
    GDALSetRasterNoDataValue(band, surface->nodata);
    for (int i = 0; surface->category_names && surface->category_names[i]; i++) {
        char key[24];
        snprintf(key, sizeof key, "CLASS_%d", i);
        GDALSetMetadataItem(band, key, surface->category_names[i], NULL);
    }
    /* Fails when every cell is missing: then there is nothing to tell. */
    if (!surface->category_names) GDALComputeRasterStatistics(band, FALSE, &least, &most, &mean, &sd, NULL, NULL);
}

static status describe(GDALDatasetH dataset, const struct grid *grid, const struct surface *surface) {
    double gt[] = {grid->x0, grid->dx, 0, grid->y0, 0, -grid->dy};
    OGRSpatialReferenceH srs = NULL;
    TRY(srs_read(grid->wkt, &srs));
    GDALSetSpatialRef(dataset, srs);
    OSRRelease(srs);
    GDALSetGeoTransform(dataset, gt);
    GDALSetMetadataItem(dataset, "AREA_OR_POINT", "Area", NULL);
    GDALSetMetadataItem(dataset, "TIFFTAG_SOFTWARE", "lodescan " LODE_VERSION, NULL);
    if (surface->title) GDALSetMetadataItem(dataset, "TIFFTAG_IMAGEDESCRIPTION", surface->title, NULL);
    if (surface->credits) GDALSetMetadataItem(dataset, "TIFFTAG_COPYRIGHT", surface->credits, NULL);
    for (size_t i = 0; i < surface->n_bands; i++) describe_band(GDALGetRasterBand(dataset, (int)i + 1), &surface->bands[i], surface);
    return NULL;
}

static status surface_dataset(const struct grid *grid, const struct surface *surface, GDALDatasetH *out) {
    const void **planes = NULL;
    *out = NULL;
    if (grid->width > INT32_MAX || grid->height > INT32_MAX)
        return status_fail(LODE_BAD_DATA, "the grid is wider or higher than a GeoTIFF can be: write a larger `cell`");
    TRY(MEMORY_ARRAY(surface->n_bands, &planes));
    for (size_t i = 0; i < surface->n_bands; i++) planes[i] = surface->bands[i].values;
    GDALDataType type = surface->type == SURFACE_FLOAT ? GDT_Float32 : GDT_Byte;
    *out = memory_dataset(type, (int)grid->width, (int)grid->height, surface->n_bands, planes);
    free(planes);
    if (!*out) return status_no_memory();
    return describe(*out, grid, surface);
}

/* GDAL asks between blocks: a cancelled job stops here too. */
static int CPL_STDCALL go_on(double share, const char *message, void *user) {
    (void)share;
    (void)message;
    const struct log *log = user;
    return !log || !log->cancelled || !log->cancelled(log->user);
}

static status copy_to_cog(const char *path, GDALDatasetH source, const struct surface *surface, struct log *log, const struct gdal_words *said) {
    bool floats = surface->type == SURFACE_FLOAT;
    char *options[] = {"COMPRESS=DEFLATE",
                       "PREDICTOR=YES",
                       "NUM_THREADS=ALL_CPUS",
                       "BIGTIFF=IF_SAFER",
                       floats ? "OVERVIEW_RESAMPLING=AVERAGE" : "OVERVIEW_RESAMPLING=NEAREST",
                       NULL};
    GDALDriverH driver = GDALGetDriverByName("COG");
    if (!driver) return status_fail(LODE_IO, "%s: this GDAL has no COG driver: install GDAL 3.1 or newer", path);
    GDALDatasetH copy = GDALCreateCopy(driver, path, source, FALSE, options, go_on, log);
    bool stopped = !go_on(1, NULL, log);
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
