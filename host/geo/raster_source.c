/* A raster layer on the grid: opened, checked against the grid once, then read window by window. */
#include "geo/raster_source.h"

#include <cpl_vsi.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_words.h"
#include "geo/raster_warp.h"
#include "geo/srs.h"

enum { PROBES = 48, SAMPLE_BLOCKS = 61, SAMPLE_CELLS = 1 << 20 };
static const double MUCH_COARSER = 2; /* pixels per cell beyond which they are averaged */

struct raster_source {
    const struct scenario *scenario;
    const struct layer *layer;
    struct layer opened; /* the same, with the path of its list of wavelengths */
    const struct grid *grid;
    struct raster_file file;
    struct raster_place place;
    struct raster_warp warp;
    bool direct; /* pixels are cells: pixel = cell + shift */
    int64_t shift_x, shift_y;
    struct arena arena;
    struct layer_facts facts;
};

/* Pixel of a lattice place. */
static bool pixel_at(struct raster_source *source, double col, double row, double *x, double *y) {
    return raster_place_row(&source->place, row, 1, &col, x, y) && isfinite(*x);
}

static bool in_file(const struct raster_file *file, double x, double y) {
    return (file->circles || (x >= 0 && x <= (double)file->width)) && y >= 0 && y <= (double)file->height;
}

/* What probing a lattice of the grid's places found. */
struct meeting {
    double share;          /* of the grid inside the file */
    double step_x, step_y; /* pixels per cell, the median of what meets; NaN when nothing does */
};

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void grid_probe(struct raster_source *source, struct meeting *met) {
    double steps_x[PROBES * PROBES], steps_y[PROBES * PROBES], w = (double)source->grid->width, h = (double)source->grid->height;
    size_t inside = 0, stepped = 0;
    for (int j = 0; j < PROBES; j++) {
        for (int i = 0; i < PROBES; i++) {
            double col = floor(w * (i + 0.5) / PROBES) + 0.5, row = floor(h * (j + 0.5) / PROBES) + 0.5, x, y, xr, yr, xd, yd;
            if (!pixel_at(source, col, row, &x, &y) || !in_file(&source->file, x, y)) continue;
            inside++;
            if (!pixel_at(source, col + 1, row, &xr, &yr) || !pixel_at(source, col, row + 1, &xd, &yd)) continue;
            steps_x[stepped] = fmax(fabs(xr - x), fabs(xd - x));
            steps_y[stepped++] = fmax(fabs(yr - y), fabs(yd - y));
        }
    }
    qsort(steps_x, stepped, sizeof *steps_x, by_size);
    qsort(steps_y, stepped, sizeof *steps_y, by_size);
    *met = (struct meeting){(double)inside / (PROBES * PROBES), stepped ? steps_x[stepped / 2] : NAN, stepped ? steps_y[stepped / 2] : NAN};
}

/* The file's pixels as a box in another crs (NULL: longitude and latitude), through its corners, edges and inside. */
static struct box file_box(const struct raster_source *source, OGRSpatialReferenceH to) {
    struct box out = box_empty();
    double gt[6];
    if (!source->file.srs || GDALGetGeoTransform(source->file.dataset, gt) != CE_None) return out;
    struct gdal_words said;
    gdal_begin(&said);
    OGRCoordinateTransformationH transform = srs_transform(source->file.srs, to);
    for (int j = 0; j <= PROBES && transform; j++) {
        for (int i = 0; i <= PROBES; i++) {
            double u = (double)source->file.width * i / PROBES, v = (double)source->file.height * j / PROBES;
            double x = gt[0] + u * gt[1] + v * gt[2], y = gt[3] + u * gt[4] + v * gt[5];
            if (OCTTransform(transform, 1, &x, &y, NULL)) box_add(&out, x, y);
        }
    }
    if (transform) OCTDestroyCoordinateTransformation(transform);
    gdal_end();
    return out;
}

static struct box grid_lonlat(const struct grid *grid) {
    struct box box = box_of_window(grid, grid_window(grid)), out = box_empty();
    OGRSpatialReferenceH srs = NULL;
    status failed = srs_read(grid->wkt, &srs);
    lode_error_free(failed);
    if (!srs) return out;
    struct gdal_words said;
    gdal_begin(&said);
    OGRCoordinateTransformationH transform = srs_transform(srs, NULL);
    if (transform) {
        out = box_transform(&box, transform);
        OCTDestroyCoordinateTransformation(transform);
    }
    gdal_end();
    OSRRelease(srs);
    return out;
}

static status does_not_meet(const struct raster_source *source) {
    struct box file = file_box(source, NULL), grid = grid_lonlat(source->grid);
    struct box swapped = {file.south, file.west, file.north, file.east};
    bool swap = !box_is_empty(&file) && box_meets_lonlat(&swapped, &grid);
    return status_fail(
        LODE_BAD_DATA, "does not meet the grid: it covers longitude %.4g..%.4g, latitude %.4g..%.4g, the grid %.4g..%.4g, %.4g..%.4g: %s", file.west,
        file.east, file.south, file.north, grid.west, grid.east, grid.south, grid.north,
        swap ? "its axes look swapped (latitude first), correct the file's coordinates" : "check the file, its crs and the grid's extent");
}

static status check_meeting(struct raster_source *source, struct log *log, const struct meeting *met) {
    if (met->share == 0) {
        const struct box *extent = (const struct box *)source->facts.extent;
        struct box grid = box_of_window(source->grid, grid_window(source->grid));
        if (source->file.circles || !box_meets(extent, &grid)) return does_not_meet(source);
    }
    if (met->share < 0.995)
        log_warn(log, "%s:%d: layer '%s' (%s) covers only %s%.0f %% of the grid: cells beyond it are missing; use a wider layer or a smaller extent",
                 source->scenario->path, source->layer->at.line, source->layer->name, source->layer->path, met->share < 0.01 ? "less than " : "",
                 fmax(floor(100 * met->share), 1));
    return NULL;
}

/* Pixels are cells when the same step and a whole shift hold at the grid's corners and no reprojection lies between. */
static void find_direct(struct raster_source *source) {
    OGRSpatialReferenceH grid_srs = NULL;
    double gt[6], x, y, w = (double)source->grid->width, h = (double)source->grid->height;
    status failed = srs_read(source->grid->wkt, &grid_srs);
    lode_error_free(failed);
    bool same = grid_srs && source->file.srs && GDALGetGeoTransform(source->file.dataset, gt) == CE_None && OSRIsSame(grid_srs, source->file.srs);
    if (grid_srs) OSRRelease(grid_srs);
    if (!same || source->warp.method == GRA_CubicSpline) return;
    const double corners[][2] = {{0.5, 0.5}, {w - 0.5, 0.5}, {0.5, h - 0.5}, {w - 0.5, h - 0.5}};
    for (int i = 0; i < 4; i++) {
        if (!pixel_at(source, corners[i][0], corners[i][1], &x, &y)) return;
        double dx = x - corners[i][0], dy = y - corners[i][1];
        if (i == 0) {
            source->shift_x = (int64_t)round(dx);
            source->shift_y = (int64_t)round(dy);
        }
        if (fabs(dx - (double)source->shift_x) > 1e-4 || fabs(dy - (double)source->shift_y) > 1e-4) return;
    }
    source->direct = true;
}

static status choose_method(struct raster_source *source, struct log *log, const struct meeting *met) {
    struct raster_warp *warp = &source->warp;
    bool classes = source->file.classes, coarser = met->step_x > MUCH_COARSER && met->step_y > MUCH_COARSER;
    const char *name = source->layer->resample;
    *warp = (struct raster_warp){.file = &source->file, .place = &source->place, .shrink_x = 1, .shrink_y = 1};
    raster_warp_room(warp, SIZE_MAX);
    if (!name && coarser) {
        name = classes ? "mode" : "average";
        log_info(log, "layer '%s' (%s): a cell holds about %.0f pixels, resampled by `%s`", source->layer->name, source->layer->path,
                 met->step_x * met->step_y, name);
    }
    if (!name) name = classes ? "nearest" : "bilinear";
    if (!raster_warp_method(name, &warp->method)) return status_fail(LODE_BAD_DATA, "unknown resample `%s`", name);
    if (met->step_x > 1) warp->shrink_x = 1 / met->step_x;
    if (met->step_y > 1) warp->shrink_y = 1 / met->step_y;
    return NULL;
}

static bool any_valid(const struct raster_file *file, int64_t rows, float *values, status *failed) {
    for (int64_t r = 0; r < file->height; r += rows) {
        int64_t n = file->height - r < rows ? file->height - r : rows;
        *failed = raster_file_read(file, 0, r, file->width, n, values);
        if (*failed) return false;
        for (int64_t i = 0; i < n * file->width; i++)
            if (!isnan(values[i])) return true;
    }
    return false;
}

/* Whole numbers, small enough for class codes, without a mask or a nodata value. */
static bool is_complete(const struct raster_file *file) {
    GDALDataType type = GDALGetRasterDataType(file->band);
    return !file->mask && isnan(file->nodata) && (type == GDT_Byte || type == GDT_UInt16 || type == GDT_Int16);
}

/* Number i of places spread over 0 .. count - 1: by the golden section, which falls into no step with rows or columns. */
static int64_t spread(int64_t i, int64_t count) {
    const double golden = 0.6180339887498949, at = (double)(i + 1) * golden;
    return (int64_t)((at - floor(at)) * (double)count);
}

/* Adds the valid pixels of block `index` of the file, counted row by row, to `valid`, and all of them to `seen`. */
static status count_block(const struct raster_file *file, int64_t index, float *values, int64_t *valid, int64_t *seen) {
    int across, down;
    GDALGetBlockSize(file->band, &across, &down);
    int64_t blocks_x = (file->width + across - 1) / across, col = index % blocks_x * across, row = index / blocks_x * down;
    int64_t cols = file->width - col < across ? file->width - col : across, rows = file->height - row < down ? file->height - row : down;
    if (rows > SAMPLE_CELLS / cols + 1) rows = SAMPLE_CELLS / cols + 1; /* of a block that is the whole file, its beginning */
    TRY(raster_file_read(file, col, row, cols, rows, values));
    for (int64_t i = 0; i < cols * rows; i++) *valid += !isnan(values[i]);
    *seen += cols * rows;
    return NULL;
}

/* The share of valid pixels, from some blocks, since to look at every n-th pixel would decode all; a file in whose blocks none is valid
 * may be empty, which is an error, so then all are read. */
static status count_valid(struct raster_source *source) {
    const struct raster_file *file = &source->file;
    source->facts.valid_share = 1;
    if (is_complete(file)) return NULL;
    int across, down;
    GDALGetBlockSize(file->band, &across, &down);
    int64_t blocks = ((file->width + across - 1) / across) * ((file->height + down - 1) / down), strip = 1 + ((int64_t)1 << 20) / file->width;
    int64_t looks = blocks < SAMPLE_BLOCKS ? blocks : SAMPLE_BLOCKS, valid = 0, seen = 0;
    int64_t block = (int64_t)across * down < SAMPLE_CELLS + across ? (int64_t)across * down : SAMPLE_CELLS + across, larger = strip * file->width;
    float *values = NULL;
    TRY(MEMORY_ARRAY((size_t)(block > larger ? block : larger), &values));
    status failed = NULL;
    for (int64_t i = 0; i < looks && !failed; i++) failed = count_block(file, looks < blocks ? spread(i, blocks) : i, values, &valid, &seen);
    if (!failed) source->facts.valid_share = (double)valid / (double)seen;
    source->facts.valid_share_estimated = seen < file->width * file->height;
    if (!failed && valid == 0 && !any_valid(file, strip, values, &failed) && !failed)
        failed = status_fail(LODE_BAD_DATA, "is empty: every pixel of band %d is missing; check `band` and `nodata`", GDALGetBandNumber(file->band));
    free(values);
    return failed;
}

static status take_facts(struct raster_source *source, const char *full_path) {
    struct layer_facts *facts = &source->facts;
    const struct raster_file *file = &source->file;
    char name[SRS_NAME_MAX] = "its own";
    if (file->srs) srs_name(file->srs, name);
    *facts = (struct layer_facts){.driver = GDALGetDriverShortName(GDALGetDatasetDriver(file->dataset)),
                                  .crs = arena_copy(&source->arena, name),
                                  .type = arena_print(&source->arena, "%s band %d of %d", GDALGetDataTypeName(GDALGetRasterDataType(file->band)),
                                                      GDALGetBandNumber(file->band), GDALGetRasterCount(file->dataset)),
                                  .wavelength_nm = file->wavelength_nm,
                                  .extent = {NAN, NAN, NAN, NAN},
                                  .width = file->width,
                                  .height = file->height};
    if (facts->type && !isnan(file->wavelength_nm)) facts->type = arena_print(&source->arena, "%s, %.6g nm", facts->type, file->wavelength_nm);
    if (!facts->crs || !facts->type) return status_no_memory();
    OGRSpatialReferenceH grid_srs = NULL;
    TRY(srs_read(source->grid->wkt, &grid_srs));
    struct box box = file_box(source, grid_srs);
    OSRRelease(grid_srs);
    if (!box_is_empty(&box)) memcpy(facts->extent, &box, sizeof box);
    VSIStatBufL size;
    if (VSIStatL(full_path, &size) == 0) facts->bytes = (int64_t)size.st_size;
    return NULL;
}

/* Scaled floats are rare: such a file often holds scaled values already and forgot to drop its scale. */
static void tell_scale(const struct raster_source *source, struct log *log) {
    const struct raster_file *file = &source->file;
    const struct layer *layer = source->layer;
    bool own = (isnan(layer->scale) && file->scale != 1) || (isnan(layer->offset) && file->offset != 0);
    GDALDataType type = GDALGetRasterDataType(file->band);
    if (!own) return;
    if (type == GDT_Float32 || type == GDT_Float64)
        log_warn(log,
                 "%s:%d: layer '%s' (%s) is scaled by the file's own word (value * %g + %g): if its values are right as they are, write `scale: 1, "
                 "offset: 0`",
                 source->scenario->path, layer->at.line, layer->name, layer->path, file->scale, file->offset);
    else
        log_info(log, "layer '%s' (%s): scaled as the file says, value * %g + %g", layer->name, layer->path, file->scale, file->offset);
}

/* Whether this is the first of the bands of its scene, which are told the same. */
static bool is_first_of_scene(const struct raster_source *source) {
    const struct layer *layers = source->scenario->layers;
    size_t i = source->scenario->n_layers - 1;
    while (i > 0 && layers[i - 1].scene != NO_INDEX) i--;
    while (&layers[i] != source->layer && layers[i].scene != source->layer->scene) i++;
    return &layers[i] == source->layer;
}

/* Reflectances are rarely over 1. The middle of the file is looked at, as far as it is valid. */
static status tell_numbers(const struct raster_source *source, struct log *log) {
    enum { SIDE = 64 };
    static const double MUCH_TOO_BRIGHT = 2;
    const struct raster_file *file = &source->file;
    const struct layer *layer = source->layer;
    if (layer->scene == NO_INDEX || !layer->sensor || !isnan(layer->scale) || !isnan(layer->offset) || !is_first_of_scene(source)) return NULL;
    int64_t cols = file->width < SIDE ? file->width : SIDE, rows = file->height < SIDE ? file->height : SIDE, valid = 0;
    float values[SIDE * SIDE];
    double sum = 0;
    TRY(raster_file_read(file, (file->width - cols) / 2, (file->height - rows) / 2, cols, rows, values));
    for (int64_t i = 0; i < cols * rows; i++)
        if (!isnan(values[i])) sum += (double)values[i], valid++;
    const struct scaling_row *usual = sensor_scaling(layer->sensor, "sensor");
    if (valid && sum / (double)valid > MUCH_TOO_BRIGHT)
        log_warn(log,
                 "%s:%d: layer '%s' (%s): its values, about %.4g, look like stored numbers rather than reflectances, and an offset of theirs changes "
                 "every "
                 "index: write %s%s%s`scale` and `offset`; `scale: 1` if they are right as they are",
                 source->scenario->path, layer->at.line, source->scenario->layers[layer->scene].name, layer->path, sum / (double)valid,
                 usual ? "`scaled: " : "", usual ? usual->name : "", usual ? "` or another product's name, or " : "");
    return NULL;
}

static status source_fill(struct raster_source *source, const char *full_path, struct log *log) {
    TRY(raster_file_open(&source->opened, full_path, &source->file));
    TRY(raster_place_open(&source->file, source->grid, &source->place));
    TRY(take_facts(source, full_path));
    struct meeting met;
    grid_probe(source, &met);
    TRY(check_meeting(source, log, &met));
    TRY(choose_method(source, log, &met));
    TRY(count_valid(source));
    tell_scale(source, log);
    TRY(tell_numbers(source, log));
    find_direct(source);
    return NULL;
}

status raster_source_open(const struct scenario *scenario, const struct layer *layer, const char *data_dir, const struct grid *grid, struct log *log,
                          struct raster_source **out) {
    struct raster_source *source = NULL;
    *out = NULL;
    TRY(memory_array(1, sizeof *source, (void **)&source));
    source->scenario = scenario;
    source->layer = layer;
    source->grid = grid;
    const char *path = scenario_layer_path(scenario, layer, data_dir, &source->arena);
    source->opened = *layer;
    if (layer->wavelengths) source->opened.wavelengths = scenario_data_path(scenario, layer->wavelengths, data_dir, &source->arena);
    if (layer->wavelengths && !source->opened.wavelengths) path = NULL;
    status failed = path ? source_fill(source, path, log) : status_no_memory();
    if (failed)
        raster_source_close(source);
    else
        *out = source;
    return layer_blame(failed, scenario, layer);
}

void raster_source_close(struct raster_source *source) {
    if (!source) return;
    raster_place_close(&source->place);
    raster_file_close(&source->file);
    arena_free(&source->arena);
    free(source);
}

static status read_run(struct raster_source *source, struct window window, float *values, int64_t stride) {
    if (!source->direct) return raster_warp_window(&source->warp, window, values, stride);
    if (stride == window.cols)
        return raster_file_read(&source->file, window.col0 + source->shift_x, window.row0 + source->shift_y, window.cols, window.rows, values);
    for (int64_t r = 0; r < window.rows; r++)
        TRY(raster_file_read(&source->file, window.col0 + source->shift_x, window.row0 + source->shift_y + r, window.cols, 1, values + r * stride));
    return NULL;
}

status raster_source_read(struct raster_source *source, struct window window, float *values) {
    int64_t width = source->grid->width, done = 0;
    status failed = NULL;
    if (!source->grid->wraps) {
        failed = read_run(source, window, values, window.cols);
        return layer_blame(failed, source->scenario, source->layer);
    }
    while (done < window.cols && !failed) {
        struct window run = window;
        run.col0 = ((window.col0 + done) % width + width) % width;
        run.cols = width - run.col0 < window.cols - done ? width - run.col0 : window.cols - done;
        failed = read_run(source, run, values + done, window.cols);
        done += run.cols;
    }
    return layer_blame(failed, source->scenario, source->layer);
}

void raster_source_room(struct raster_source *source, size_t bytes) {
    raster_warp_room(&source->warp, bytes);
}

const struct layer_facts *raster_source_facts(const struct raster_source *source) {
    return &source->facts;
}

/* The attribute table's column of names, with the row's code; -1 when there is none. */
static int name_column(GDALRasterAttributeTableH table) {
    return table ? GDALRATGetColOfUsage(table, GFU_Name) : -1;
}

static double row_code(GDALRasterAttributeTableH table, int row) {
    int column = GDALRATGetColOfUsage(table, GFU_MinMax);
    if (column < 0) column = GDALRATGetColOfUsage(table, GFU_Min);
    return column < 0 ? row : GDALRATGetValueAsDouble(table, row, column);
}

double raster_source_code(const struct raster_source *source, const char *label) {
    char **names = GDALGetRasterCategoryNames(source->file.band);
    for (int i = 0; names && names[i]; i++)
        if (strcmp(names[i], label) == 0) return i;
    GDALRasterAttributeTableH table = GDALGetDefaultRAT(source->file.band);
    int column = name_column(table);
    for (int row = 0; column >= 0 && row < GDALRATGetRowCount(table); row++)
        if (strcmp(GDALRATGetValueAsString(table, row, column), label) == 0) return row_code(table, row);
    return NAN;
}

const char *raster_source_label(const struct raster_source *source, double code) {
    char **names = GDALGetRasterCategoryNames(source->file.band);
    for (int i = 0; names && names[i] && i <= code; i++)
        if (i == code && names[i][0]) return names[i];
    GDALRasterAttributeTableH table = GDALGetDefaultRAT(source->file.band);
    int column = name_column(table);
    for (int row = 0; column >= 0 && row < GDALRATGetRowCount(table); row++)
        if (row_code(table, row) == code) return GDALRATGetValueAsString(table, row, column);
    return NULL;
}

int64_t raster_source_cache_bytes(const struct raster_source *source) {
    const struct raster_file *file = &source->file;
    int across, down;
    GDALGetBlockSize(file->band, &across, &down);
    if (!source->direct || strcmp(source->facts.driver, "GTiff") != 0) return INT64_MAX;
    int64_t pixel = GDALGetDataTypeSizeBytes(GDALGetRasterDataType(file->band)), bands = GDALGetRasterCount(file->dataset);
    return 2 * down * (file->width + across) * pixel * bands;
}

int64_t raster_cache_limit(int64_t bytes) {
    int64_t before = GDALGetCacheMax64();
    if (bytes < before) GDALSetCacheMax64(bytes);
    return before;
}

void raster_cache_restore(int64_t before) {
    GDALSetCacheMax64(before);
}
