/* Statistics as raster_writer_cog left them in the file. */
#include "geo/raster_facts.h"

#include <cpl_conv.h>
#include <gdal.h>
#include <math.h>

#include "geo/gdal_words.h"

static const char *type_name(GDALDataType type) {
    static const char *const names[] = {
        [GDT_Byte] = "uint8",      [GDT_UInt16] = "uint16",   [GDT_Int16] = "int16",   [GDT_UInt32] = "uint32", [GDT_Int32] = "int32",
        [GDT_Float32] = "float32", [GDT_Float64] = "float64", [GDT_UInt64] = "uint64", [GDT_Int64] = "int64"};
    const char *name = (size_t)type < sizeof names / sizeof *names ? names[type] : NULL;
    return name ? name : "other";
}

static status read_band(GDALRasterBandH band, struct arena *arena, struct band_facts *out) {
    int has_nodata = FALSE;
    *out = (struct band_facts){.name = arena_copy(arena, GDALGetDescription(band)), .unit = arena_copy(arena, GDALGetRasterUnitType(band))};
    if (!out->name || !out->unit) return status_no_memory();
    out->type = type_name(GDALGetRasterDataType(band));
    out->nodata = GDALGetRasterNoDataValue(band, &has_nodata);
    out->has_nodata = has_nodata;
    if (GDALGetRasterStatistics(band, FALSE, FALSE, &out->least, &out->most, &out->mean, &out->sd) != CE_None)
        out->least = out->most = out->mean = out->sd = NAN;
    const char *share = GDALGetMetadataItem(band, "STATISTICS_VALID_PERCENT", NULL);
    out->valid_percent = share ? CPLAtof(share) : NAN;
    return NULL;
}

static status read_bands(GDALDatasetH file, struct arena *arena, struct band_facts **bands, size_t *count) {
    *count = (size_t)GDALGetRasterCount(file);
    *bands = arena_alloc(arena, *count, sizeof **bands);
    if (!*bands) return status_no_memory();
    for (size_t b = 0; b < *count; b++) TRY(read_band(GDALGetRasterBand(file, (int)b + 1), arena, &(*bands)[b]));
    return NULL;
}

status raster_facts_read(const char *path, struct arena *arena, struct band_facts **bands, size_t *count) {
    struct gdal_words said;
    gdal_begin(&said);
    GDALDatasetH file = GDALOpen(path, GA_ReadOnly);
    status failure =
        file ? read_bands(file, arena, bands, count) : status_fail(LODE_IO, "%s cannot be read: %s", path, gdal_said(&said, "no reason given"));
    if (file) GDALClose(file);
    gdal_end();
    return failure;
}
