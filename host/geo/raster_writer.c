/* Planes to a COG. No sidecar: statistics, units, class names and credits lie in the file.
 * GDAL makes a file in memory that has all tags and no tiles; statistics, overviews and tiles are made here, on all cores, and laid out as its COG
 * driver lays them. Floats as differences of bytes of like weight. Classes without predictor: differences of codes mean nothing. */
#include "geo/raster_writer.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "geo/gdal_words.h"
#include "geo/pyramid.h"
#include "geo/srs.h"
#include "geo/tile_file.h"
#include "model/plan.h"

enum { TILE = PLAN_TILE_SIDE, LEVELS_MOST = 32 };

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

/* Half of the one before in both directions, until one fits a tile. */
struct level {
    int64_t width, height;
    struct scratch *planes; /* [n_bands] */
};
struct pyramid {
    struct level levels[LEVELS_MOST];
    int count;
    size_t spare;              /* bytes that levels may still take of memory, not of a file */
    struct plane_facts *facts; /* [n_bands], of floats */
};

static status open_level(struct pyramid *pyramid, const char *folder, int64_t width, int64_t height, const struct surface *surface) {
    struct level *level = &pyramid->levels[pyramid->count++];
    *level = (struct level){width, height, NULL};
    TRY(MEMORY_ARRAY(surface->n_bands, &level->planes));
    for (size_t b = 0; b < surface->n_bands; b++)
        TRY(scratch_open_within(folder, (size_t)width * (size_t)height * cell_bytes(surface), &pyramid->spare, &level->planes[b]));
    return NULL;
}

static void pyramid_free(struct pyramid *pyramid, const struct surface *surface) {
    for (int i = 0; i < pyramid->count; i++) {
        for (size_t b = 0; pyramid->levels[i].planes && b < surface->n_bands; b++) scratch_close(&pyramid->levels[i].planes[b]);
        free(pyramid->levels[i].planes);
    }
    free(pyramid->facts);
}

static const struct scratch *plane_of(const struct surface *surface, size_t band) {
    return surface->planes ? surface->planes[band] : NULL;
}

/* Facts of the band, and each level from the one before. */
static status fill_band(const struct pyramid *pyramid, const struct grid *grid, const struct surface *surface, size_t band) {
    int64_t width = grid->width, height = grid->height;
    const void *values = surface->bands[band].values;
    const struct scratch *plane = plane_of(surface, band);
    bool rounded = surface->type == SURFACE_ROUNDED;
    for (int i = 0; i < (pyramid->count ? pyramid->count : 1); i++) {
        const struct level *level = &pyramid->levels[i];
        struct scratch *half = pyramid->count ? &level->planes[band] : NULL;
        if (has_floats(surface))
            TRY(pyramid_halve_floats(values, plane, width, height, parallel_threads(), rounded, half, i ? NULL : &pyramid->facts[band]));
        else if (half)
            pyramid_halve_classes(values, cell_bytes(surface), plane, width, height, parallel_threads(), half);
        if (!half) break;
        values = half->bytes;
        plane = half;
        width = level->width;
        height = level->height;
    }
    return NULL;
}

static status make_pyramid(struct pyramid *pyramid, const char *folder, const struct grid *grid, const struct surface *surface) {
    int64_t width = grid->width, height = grid->height;
    TRY(MEMORY_ARRAY(surface->n_bands, &pyramid->facts));
    while (width > TILE || height > TILE) {
        width = (width + 1) / 2;
        height = (height + 1) / 2;
        TRY(open_level(pyramid, folder, width, height, surface));
    }
    for (size_t b = 0; b < surface->n_bands; b++) TRY(fill_band(pyramid, grid, surface, b));
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

static GDALDatasetH create(const char *name, const struct grid *grid, const struct surface *surface) {
    char side[24], high[24];
    snprintf(side, sizeof side, "BLOCKXSIZE=%d", TILE);
    snprintf(high, sizeof high, "BLOCKYSIZE=%d", TILE);
    char *predictor = has_floats(surface) ? "PREDICTOR=3" : "PREDICTOR=1";
    char *options[] = {"TILED=YES", side, high, "COMPRESS=DEFLATE", predictor, "INTERLEAVE=PIXEL", "SPARSE_OK=TRUE", "BIGTIFF=IF_SAFER", NULL};
    return GDALCreate(GDALGetDriverByName("GTiff"), name, (int)grid->width, (int)grid->height, (int)surface->n_bands, cell_type(surface), options);
}

/* All that GDAL writes of the file, with empty overviews. */
static status make_tags(const char *name, const struct grid *grid, const struct surface *surface, const struct pyramid *pyramid) {
    int factors[LEVELS_MOST];
    for (int i = 0; i < pyramid->count; i++) factors[i] = 2 << i;
    GDALDatasetH dataset = create(name, grid, surface);
    if (!dataset) return status_fail(LODE_IO, "GDAL makes no GeoTIFF");
    status failure = describe(dataset, grid, surface);
    for (size_t b = 0; has_floats(surface) && b < surface->n_bands; b++)
        set_statistics(GDALGetRasterBand(dataset, (int)b + 1), &pyramid->facts[b], (double)grid->width * (double)grid->height);
    bool made = !pyramid->count || GDALBuildOverviews(dataset, "NONE", pyramid->count, factors, 0, NULL, NULL, NULL) == CE_None;
    GDALClose(dataset);
    if (!made && !failure) failure = status_fail(LODE_IO, "GDAL makes no overviews");
    return failure;
}

static status write_level(struct tile_file *file, int level, const struct pyramid *pyramid, const struct surface *surface, const struct log *log) {
    const void **planes;
    const struct scratch **scratch;
    TRY(MEMORY_ARRAY(surface->n_bands, &planes));
    status failure = MEMORY_ARRAY(surface->n_bands, &scratch);
    for (size_t b = 0; !failure && b < surface->n_bands; b++) {
        planes[b] = level ? pyramid->levels[level - 1].planes[b].bytes : surface->bands[b].values;
        scratch[b] = level ? &pyramid->levels[level - 1].planes[b] : plane_of(surface, b);
    }
    const struct tile_rows rows = {planes, level || surface->planes ? scratch : NULL, 0, tile_file_image(file, (size_t)level)->height};
    if (!failure) failure = tile_file_rows(file, (size_t)level, &rows, log);
    free(planes);
    free(scratch);
    return failure;
}

/* The smallest overview first, as in every COG: who reads on from the start sees the whole before its parts. */
static status write_levels(const char *path, const void *made, size_t size, const struct pyramid *pyramid, const struct surface *surface,
                           const struct log *log) {
    struct tile_file *file;
    TRY(tile_file_open(path, made, size, TILES_COG, &file));
    status failure = NULL;
    for (int level = pyramid->count; !failure && level >= 0; level--) failure = write_level(file, level, pyramid, surface, log);
    return status_first(failure, tile_file_close(file, !failure));
}

static status write_file(const char *path, const struct grid *grid, const struct surface *surface, const struct log *log,
                         const struct pyramid *pyramid) {
    char name[64];
    vsi_l_offset size = 0;
    snprintf(name, sizeof name, "/vsimem/lodescan_tags_%p.tif", (const void *)pyramid);
    status failure = make_tags(name, grid, surface, pyramid);
    void *made = VSIGetMemFileBuffer(name, &size, TRUE);
    if (!failure && !made) failure = status_fail(LODE_IO, "GDAL keeps no file in memory");
    if (!failure) failure = write_levels(path, made, (size_t)size, pyramid, surface, log);
    VSIFree(made);
    return failure;
}

/* Overviews lie in memory where their planes do. */
static size_t spare_for_overviews(const struct surface *surface) {
    for (size_t b = 0; b < surface->n_bands; b++)
        if (plane_of(surface, b) && plane_of(surface, b)->mapped) return 0;
    return PLAN_OVERVIEW_BYTES;
}

/* Where a file's scratch planes go. */
static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
}

status raster_writer_cog(const char *path, const struct grid *grid, const struct surface *surface, struct log *log) {
    struct pyramid pyramid = {.spare = spare_for_overviews(surface)};
    struct gdal_words said;
    if (grid->width > INT32_MAX || grid->height > INT32_MAX)
        return status_fail(LODE_BAD_DATA, "the grid is wider or higher than a GeoTIFF can be: write a larger `cell`");
    char *folder = folder_of(path);
    if (!folder) return status_no_memory();
    status failure = make_pyramid(&pyramid, folder, grid, surface);
    gdal_begin(&said);
    char *pam = CPLStrdup(CPLGetThreadLocalConfigOption("GDAL_PAM_ENABLED", ""));
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    if (!failure) failure = write_file(path, grid, surface, log, &pyramid);
    if (!failure && said.failed) failure = status_fail(LODE_IO, "writing %s failed: %s", path, gdal_said(&said, "no reason given"));
    CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", pam[0] ? pam : NULL);
    CPLFree(pam);
    gdal_end();
    pyramid_free(&pyramid, surface);
    free(folder);
    return failure;
}
