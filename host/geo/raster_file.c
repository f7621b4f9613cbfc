/* Opening and reading one band. Pixels pass through double, so that scale and nodata are applied to what the file says. */
#include "geo/raster_file.h"

#include <cpl_string.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/vectors.h"
#include "geo/gdal_words.h"
#include "geo/srs.h"
#include "geo/wavelengths.h"

enum { STRIP_PIXELS = 1 << 20, CODE_MAX = 1 << 24, NAMES_MAX = 64 };

static status open_dataset(const char *path, GDALDatasetH *out) {
    struct gdal_words said;
    gdal_begin(&said);
    *out = GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    GDALDatasetH vector = *out ? NULL : GDALOpenEx(path, GDAL_OF_VECTOR | GDAL_OF_READONLY, NULL, NULL, NULL);
    VSIStatBufL facts;
    bool there = VSIStatL(path, &facts) == 0;
    gdal_end();
    if (vector) GDALClose(vector);
    if (*out) return NULL;
    if (vector)
        return status_fail(
            LODE_BAD_DATA,
            "%s holds vectors, not a raster: write `vector:` instead of `raster:` in a scenario; elsewhere gdal_rasterize makes a raster of it",
            path);
    if (!there) return status_fail(LODE_NO_INPUT, "%s is not there: check the path and the data folder", path);
    return status_fail(LODE_BAD_DATA, "%s is not a raster that GDAL can read: %s", path, gdal_said(&said, "unknown format"));
}

/* "NETCDF:file.nc:thorium" answers to "thorium", to its whole name and to its number from 1. */
static bool subdataset_is(const char *name, int number, const char *wanted) {
    long long index;
    if (text_integer(wanted, &index)) return index == number;
    const char *last = strrchr(name, ':');
    if (strcmp(name, wanted) == 0 || (last && strcmp(last + 1, wanted) == 0)) return true;
    size_t n = strlen(name), w = strlen(wanted);
    return n > w && strcmp(name + n - w, wanted) == 0 && strchr(":/", name[n - w - 1]);
}

static status open_subdataset(const char *path, const char *wanted, GDALDatasetH *dataset) {
    char **list = GDALGetMetadata(*dataset, "SUBDATASETS"), key[40];
    struct text known = {0};
    const char *name, *found = NULL;
    for (int i = 1; !found; i++) {
        snprintf(key, sizeof key, "SUBDATASET_%d_NAME", i);
        if (!(name = CSLFetchNameValue(list, key))) break;
        if (subdataset_is(name, i, wanted)) found = name;
        const char *last = strrchr(name, ':');
        if (i <= NAMES_MAX) text_print(&known, "%s%s", i > 1 ? ", " : "", last ? last + 1 : name);
    }
    char *found_name = found ? strdup(found) : NULL;
    status failed = found_name ? NULL
                               : status_fail(LODE_BAD_DATA, "%s has no subdataset '%s': it has %s", path, wanted,
                                             known.bytes ? known.bytes : "none, leave `subdataset:` out");
    if (found_name) {
        GDALClose(*dataset);
        failed = open_dataset(found_name, dataset);
    }
    free(found_name);
    text_free(&known);
    return failed;
}

static status take_band(const struct layer *layer, const char *path, struct raster_file *file) {
    int bands = GDALGetRasterCount(file->dataset);
    bool parts = CSLCount(GDALGetMetadata(file->dataset, "SUBDATASETS")) > 0;
    if (bands == 0 && parts)
        return status_fail(LODE_BAD_DATA,
                           "%s holds several subdatasets: choose one with `subdataset: NAME` in a scenario, elsewhere by its name in gdalinfo's list",
                           path);
    if (layer->band < 1 || layer->band > bands)
        return status_fail(LODE_BAD_DATA, "%s has no band %d: it has band%s 1%s%.0d", path, layer->band, bands > 1 ? "s" : "",
                           bands > 1 ? " to " : "", bands > 1 ? bands : 0);
    if (layer->bands_in_file && bands != layer->bands_in_file)
        return status_fail(LODE_BAD_DATA, "%s has %d bands where %s has %d: list those of the file in its order, as in `bands: [B2, B3, B4]`", path,
                           bands, layer->n_bands ? "`bands`" : layer->sensor->title, layer->bands_in_file);
    int band = layer->band;
    file->wavelength_nm = NAN;
    if (layer->wavelength_nm > 0)
        TRY(wavelengths_nearest(file->dataset, path, layer->wavelengths, layer->wavelength_nm, &band, &file->wavelength_nm));
    file->band = GDALGetRasterBand(file->dataset, band);
    file->width = GDALGetRasterXSize(file->dataset);
    file->height = GDALGetRasterYSize(file->dataset);
    if (GDALDataTypeIsComplex(GDALGetRasterDataType(file->band)))
        return status_fail(LODE_BAD_DATA, "%s band %d holds complex numbers: convert it to real ones first", path, layer->band);
    return NULL;
}

static status take_srs(const struct layer *layer, const char *path, struct raster_file *file) {
    if (layer->crs) return srs_read(layer->crs, &file->srs);
    OGRSpatialReferenceH srs = GDALGetSpatialRef(file->dataset);
    if (!srs) srs = GDALGetGCPSpatialRef(file->dataset);
    bool self_placed = GDALGetMetadata(file->dataset, "RPC") || GDALGetMetadata(file->dataset, "GEOLOCATION");
    if (!srs && !self_placed)
        return status_fail(
            LODE_BAD_DATA,
            "%s does not say its crs: write it in the scenario, such as `crs: EPSG:4326`, or into the file with `gdal_edit.py -a_srs EPSG:4326`",
            path);
    file->srs = srs ? OSRClone(srs) : NULL;
    if (file->srs) OSRSetAxisMappingStrategy(file->srs, OAMS_TRADITIONAL_GIS_ORDER);
    return NULL;
}

/* A geographic file whose columns are meridians may be read round the globe. */
static void take_turn(struct raster_file *file) {
    double gt[6];
    if (!file->srs || !OSRIsGeographic(file->srs) || GDALGetGeoTransform(file->dataset, gt) != CE_None) return;
    if (gt[2] != 0 || gt[4] != 0 || gt[1] == 0) return;
    file->turn = 360 / (fabs(gt[1]) * OSRGetAngularUnits(file->srs, NULL) * 180 / acos(-1.0));
    double whole = round(file->turn);
    if (fabs(file->turn - whole) < 1e-3) file->turn = whole;
    file->circles = file->turn == (double)file->width;
}

/* Whether every pixel is a float as it is, so that nothing need pass through double. A mask may then only be the band's own nodata. */
static void take_plain(struct raster_file *file, int mask_flags) {
    GDALDataType type = GDALGetRasterDataType(file->band);
    bool small = type == GDT_Byte || type == GDT_UInt16 || type == GDT_Int16;
    double none = file->mask ? GDALGetRasterNoDataValue(file->band, NULL) : NAN;
    bool exact = isnan(none) || (double)(float)none == none;
    if (small) exact = isnan(none) || none == floor(none);
    file->none = (float)none;
    file->plain = (small || type == GDT_Float32) && exact && file->scale == 1 && file->offset == 0 && (!file->mask || mask_flags == GMF_NODATA);
}

static void take_values(const struct layer *layer, struct raster_file *file) {
    int given;
    double scale = GDALGetRasterScale(file->band, &given);
    file->scale = !isnan(layer->scale) ? layer->scale : given ? scale : 1;
    double offset = GDALGetRasterOffset(file->band, &given);
    file->offset = !isnan(layer->offset) ? layer->offset : given ? offset : 0;
    file->nodata = layer->nodata;
    int flags = GDALGetMaskFlags(file->band);
    bool replaced = (flags & GMF_NODATA) && !isnan(layer->nodata);
    file->mask = (flags & GMF_ALL_VALID) || replaced ? NULL : GDALGetMaskBand(file->band);
    take_plain(file, flags);
    GDALRasterAttributeTableH table = GDALGetDefaultRAT(file->band);
    bool named = table && GDALRATGetColOfUsage(table, GFU_Name) >= 0;
    bool looks_like_classes = named || GDALGetRasterColorTable(file->band) || GDALGetRasterCategoryNames(file->band);
    file->classes = layer->content == CONTENT_CLASSES || (layer->content == CONTENT_AUTO && looks_like_classes);
}

status raster_file_open(const struct layer *layer, const char *full_path, struct raster_file *out) {
    struct raster_file file = {0};
    status failed = open_dataset(full_path, &file.dataset);
    struct gdal_words said;
    gdal_begin(&said);
    if (!failed && layer->subdataset) failed = open_subdataset(full_path, layer->subdataset, &file.dataset);
    if (!failed) failed = take_band(layer, full_path, &file);
    if (!failed) failed = take_srs(layer, full_path, &file);
    if (!failed) {
        take_turn(&file);
        take_values(layer, &file);
        if (file.plain && !file.classes) raster_straight_open(file.dataset, file.band, &file.straight);
    }
    gdal_end();
    if (failed) raster_file_close(&file);
    *out = file;
    return failed;
}

void raster_file_close(struct raster_file *file) {
    struct gdal_words said;
    gdal_begin(&said);
    raster_straight_close(&file->straight);
    if (file->dataset) GDALClose(file->dataset);
    if (file->srs) OSRRelease(file->srs);
    gdal_end();
    *file = (struct raster_file){0};
}

struct strip {
    int col, row, cols, rows; /* in the file */
    int out_cols, out_rows;   /* pixels taken */
    double *pixels;           /* out_cols * out_rows */
    uint8_t *valid;
};

static status strip_trouble(const struct strip *strip, const struct gdal_words *said) {
    return status_fail(LODE_IO, "reading rows %d to %d failed: %s", strip->row, strip->row + strip->rows - 1, gdal_said(said, "no reason given"));
}

static status strip_load(const struct raster_file *file, const struct strip *strip) {
    struct gdal_words said;
    gdal_begin(&said);
    CPLErr error = GDALRasterIO(file->band, GF_Read, strip->col, strip->row, strip->cols, strip->rows, strip->pixels, strip->out_cols,
                                strip->out_rows, GDT_Float64, 0, 0);
    if (error == CE_None && file->mask)
        error = GDALRasterIO(file->mask, GF_Read, strip->col, strip->row, strip->cols, strip->rows, strip->valid, strip->out_cols, strip->out_rows,
                             GDT_Byte, 0, 0);
    gdal_end();
    return error == CE_None ? NULL : strip_trouble(strip, &said);
}

static status strip_values(const struct raster_file *file, const struct strip *strip, float *values, int64_t stride) {
    for (int r = 0; r < strip->out_rows; r++) {
        for (int c = 0; c < strip->out_cols; c++) {
            size_t i = (size_t)r * (size_t)strip->out_cols + (size_t)c;
            double pixel = strip->pixels[i];
            bool missing = isnan(pixel) || pixel == file->nodata || (float)pixel == (float)file->nodata || (file->mask && !strip->valid[i]);
            if (!missing && file->classes && fabs(pixel) > CODE_MAX)
                return status_fail(
                    LODE_BAD_DATA,
                    "class code %.0f is too large (at most 16777216 keeps its value): renumber the classes, or write `kind: continuous`", pixel);
            values[r * stride + c] = missing ? NAN : (float)(pixel * file->scale + file->offset);
        }
    }
    return NULL;
}

/* Nodata of floats is compared by GDAL with some slack: a pixel in that slack is left to GDAL. */
WIDE_VECTORS static int has_near_miss(const float *values, int cols, float none) {
    const float slack = 1e-5f * fabsf(none);
    int near = 0;
    for (int c = 0; c < cols; c++) near |= (fabsf(values[c] - none) <= slack) & (values[c] != none);
    return near;
}

/* One choice after the other, and the sum for all of them: only so does the loop become vectors, a tenth of the time. */
WIDE_VECTORS static void blank_missing(float *values, int cols, float own, float none) {
    for (int c = 0; c < cols; c++) {
        float value = values[c] + 0.0f;
        value = value == own ? NAN : value;
        value = value == none ? NAN : value;
        values[c] = value == value ? value : NAN;
    }
}

/* What makes pixels of floats values, stretch by stretch. */
struct blanking {
    float own, none;
    bool near; /* some pixel is GDAL's to judge */
};

static void blank_stretch(void *user, float *values, int cols) {
    struct blanking *blanking = user;
    if (!isnan(blanking->none) && has_near_miss(values, cols, blanking->none)) blanking->near = true;
    blank_missing(values, cols, blanking->own, blanking->none);
}

static status plain_read(const struct raster_file *file, const struct strip *strip, float *values, int64_t stride, struct blanking *blanking) {
    struct gdal_words said;
    gdal_begin(&said);
    CPLErr error = GDALRasterIO(file->band, GF_Read, strip->col, strip->row, strip->cols, strip->rows, values, strip->cols, strip->rows, GDT_Float32,
                                0, (int)(stride * (int64_t)sizeof(float)));
    gdal_end();
    if (error != CE_None) return strip_trouble(strip, &said);
    bool as_is =
        isnan(blanking->own) && isnan(blanking->none) && GDALGetRasterDataType(file->band) != GDT_Float32; /* whole numbers know neither NaN nor -0 */
    for (int r = 0; r < strip->rows && !as_is; r++) blank_stretch(blanking, values + r * stride, strip->cols);
    return NULL;
}

/* Straight into the values, with one kind of NaN and one of zero as the long way has them; *done is false when the strip has to be read the long way.
 */
static status plain_load(const struct raster_file *file, const struct strip *strip, float *values, int64_t stride, bool *done) {
    struct blanking blanking = {.own = (float)file->nodata, .none = file->none};
    *done = file->plain && !(file->classes && GDALGetRasterDataType(file->band) == GDT_Float32) && stride < INT_MAX / (int64_t)sizeof(float);
    if (!*done) return NULL;
    if (file->straight.offsets)
        TRY(status_wrap(
            raster_straight_read(&file->straight, strip->col, strip->row, strip->cols, strip->rows, values, stride, blank_stretch, &blanking),
            "reading rows %d to %d failed", strip->row, strip->row + strip->rows - 1));
    else
        TRY(plain_read(file, strip, values, stride, &blanking));
    *done = !blanking.near;
    return NULL;
}

static status long_load(const struct raster_file *file, struct strip *strip, size_t pixels, float *values, int64_t stride) {
    if (!strip->pixels) TRY(MEMORY_ARRAY(pixels, &strip->pixels));
    if (!strip->valid) TRY(MEMORY_ARRAY(pixels, &strip->valid));
    TRY(strip_load(file, strip));
    return strip_values(file, strip, values, stride);
}

/* A rectangle inside the file, strip by strip. */
static status read_inside(const struct raster_file *file, int64_t col0, int64_t row0, int64_t cols, int64_t rows, float *values, int64_t stride) {
    int64_t strip_rows = STRIP_PIXELS / cols;
    if (strip_rows < 1) strip_rows = 1;
    if (strip_rows > rows) strip_rows = rows;
    struct strip strip = {.col = (int)col0, .cols = (int)cols, .out_cols = (int)cols};
    status failed = NULL;
    for (int64_t r = 0; r < rows && !failed; r += strip_rows) {
        bool done = false;
        strip.row = (int)(row0 + r);
        strip.rows = strip.out_rows = (int)(rows - r < strip_rows ? rows - r : strip_rows);
        failed = plain_load(file, &strip, values + r * stride, stride, &done);
        if (!failed && !done) failed = long_load(file, &strip, (size_t)(strip_rows * cols), values + r * stride, stride);
    }
    free(strip.pixels);
    free(strip.valid);
    return failed;
}

static int64_t modulo(int64_t a, int64_t n) {
    return (a % n + n) % n;
}

status raster_file_read(const struct raster_file *file, int64_t col0, int64_t row0, int64_t cols, int64_t rows, float *values) {
    int64_t first = row0 < 0 ? -row0 : 0, end = row0 + rows > file->height ? file->height - row0 : rows;
    bool whole = first == 0 && end == rows && (file->circles || (col0 >= 0 && col0 + cols <= file->width));
    for (int64_t i = 0; !whole && i < cols * rows; i++) values[i] = NAN;
    if (first >= end) return NULL;
    for (int64_t c = 0; c < cols;) {
        int64_t at = file->circles ? modulo(col0 + c, file->width) : col0 + c;
        int64_t run = at < 0 ? -at : file->width - at;
        if (at >= file->width) break;
        if (run > cols - c) run = cols - c;
        if (at >= 0) TRY(read_inside(file, at, row0 + first, run, end - first, values + first * cols + c, cols));
        c += run;
    }
    return NULL;
}
