/* GDAL's warp kernel on blocks of the file that hold all that a window needs, so that no cell sees where a block ends.
 * A row of missing pixels closes each block: the kernel then takes its masked path always, with the same arithmetic. */
#include "geo/raster_warp.h"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_words.h"
#include "geo/memory_dataset.h"

enum { CELLS_MOST = 1 << 22, PIXELS_MOST = 1 << 25, CELL_SHARE = 28, PIXEL_SHARE = 14 };

static const struct {
    const char *name;
    GDALResampleAlg method;
    int reach; /* pixels */
} methods[] = {{"nearest", GRA_NearestNeighbour, 1},
               {"bilinear", GRA_Bilinear, 1},
               {"cubic", GRA_Cubic, 2},
               {"cubicspline", GRA_CubicSpline, 2},
               {"lanczos", GRA_Lanczos, 3},
               {"average", GRA_Average, 1},
               {"mode", GRA_Mode, 1},
               {"max", GRA_Max, 1},
               {"min", GRA_Min, 1},
               {"med", GRA_Med, 1},
               {"q1", GRA_Q1, 1},
               {"q3", GRA_Q3, 1},
               {"rms", GRA_RMS, 1},
               {"sum", GRA_Sum, 1}};
enum { N_METHODS = sizeof methods / sizeof *methods };

bool raster_warp_method(const char *name, GDALResampleAlg *method) {
    for (int i = 0; i < N_METHODS; i++) {
        if (strcmp(methods[i].name, name) != 0) continue;
        *method = methods[i].method;
        return true;
    }
    return false;
}

/* A pixel takes 9 bytes here and in GDAL's own copy with its validity, a cell 8. */
void raster_warp_room(struct raster_warp *warp, size_t bytes) {
    warp->pixels_at_once = bytes / PIXEL_SHARE < PIXELS_MOST ? (int64_t)(bytes / PIXEL_SHARE) : PIXELS_MOST;
    warp->cells_at_once = bytes / CELL_SHARE < CELLS_MOST ? (int64_t)(bytes / CELL_SHARE) : CELLS_MOST;
}

static int reach_of(GDALResampleAlg method) {
    for (int i = 0; i < N_METHODS; i++)
        if (methods[i].method == method) return methods[i].reach;
    return 3;
}

/* Methods that gather all pixels under a cell, rather than those around its centre. */
static bool gathers(GDALResampleAlg method) {
    return method >= GRA_Average;
}

/* Pixels of a file. */
struct block {
    int64_t col0, row0, cols, rows;
    bool cut; /* the window reaches beyond the file */
};

struct span {
    double least_x, most_x, least_y, most_y;
};

static void span_add(struct span *span, size_t count, const double *x, const double *y) {
    struct span s = *span;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(x[i])) continue;
        s.least_x = x[i] < s.least_x ? x[i] : s.least_x;
        s.most_x = x[i] > s.most_x ? x[i] : s.most_x;
        s.least_y = y[i] < s.least_y ? y[i] : s.least_y;
        s.most_y = y[i] > s.most_y ? y[i] : s.most_y;
    }
    *span = s;
}

/* All pixels under a window's cells: corners along the even half rows, centres along the odd ones, since paths may turn back within. */
static status span_find(const struct raster_warp *warp, struct window window, struct span *span) {
    size_t count = (size_t)window.cols + 1;
    double *col = NULL;
    *span = (struct span){INFINITY, -INFINITY, INFINITY, -INFINITY};
    TRY(memory_array(3 * count, sizeof *col, (void **)&col));
    double *x = col + count, *y = x + count;
    bool good = true;
    for (int64_t r = 0; r <= 2 * window.rows && good; r++) {
        size_t centres = (size_t)(r & 1);
        for (size_t i = 0; i < count; i++) col[i] = (double)window.col0 + (double)i + (centres ? 0.5 : 0);
        good = raster_place_row(warp->place, (double)window.row0 + (double)r / 2, count - centres, col, x, y);
        if (good) span_add(span, count - centres, x, y);
    }
    free(col);
    return good ? NULL : status_no_memory();
}

/* The span with the kernel's reach, cut to the file; false when they do not meet. */
static bool block_of(const struct raster_warp *warp, const struct span *span, struct block *block) {
    const struct raster_file *file = warp->file;
    if (!(span->least_x <= span->most_x)) return false;
    double reach = reach_of(warp->method) + 2, reach_x = ceil(reach / warp->shrink_x), reach_y = ceil(reach / warp->shrink_y);
    double left = floor(span->least_x) - reach_x, right = ceil(span->most_x) + reach_x;
    double top = fmax(floor(span->least_y) - reach_y, 0), bottom = fmin(ceil(span->most_y) + reach_y, (double)file->height);
    if (!file->circles) {
        left = fmax(left, 0);
        right = fmin(right, (double)file->width);
    }
    if (left >= right || top >= bottom) return false;
    bool beyond_x = !file->circles && (span->least_x < 0 || span->most_x > (double)file->width);
    bool beyond_y = span->least_y < 0 || span->most_y > (double)file->height;
    *block = (struct block){(int64_t)left, (int64_t)top, (int64_t)(right - left), (int64_t)(bottom - top), beyond_x || beyond_y};
    return true;
}

static GDALWarpOptions *warp_options(const struct raster_warp *warp, GDALDatasetH source) {
    GDALWarpOptions *options = GDALCreateWarpOptions();
    options->hSrcDS = source;
    options->eResampleAlg = warp->method;
    options->eWorkingDataType = GDT_Float32;
    GDALWarpInitDefaultBandMapping(options, 1);
    GDALWarpInitSrcNoDataReal(options, NAN);
    GDALWarpInitDstNoDataReal(options, NAN);
    options->pfnTransformer = raster_place_transform;
    options->pTransformerArg = warp->place;
    char scale_x[40], scale_y[40];
    CPLsnprintf(scale_x, sizeof scale_x, "%.17g", warp->shrink_x);
    CPLsnprintf(scale_y, sizeof scale_y, "%.17g", warp->shrink_y);
    options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "UNIFIED_SRC_NODATA", "YES");
    options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "XSCALE", scale_x);
    options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "YSCALE", scale_y);
    options->papszWarpOptions = CSLSetNameValue(options->papszWarpOptions, "NUM_THREADS", "1");
    return options;
}

static status kernel_run(const struct raster_warp *warp, struct window window, const struct block *block, float *pixels, float *cells) {
    struct gdal_words said;
    gdal_begin(&said);
    const void *plane = pixels;
    GDALDatasetH source = memory_dataset(GDT_Float32, (int)block->cols, (int)block->rows + 1, 1, &plane);
    GDALWarpOptions *options = source ? warp_options(warp, source) : NULL;
    GDALWarpOperationH operation = options ? GDALCreateWarpOperation(options) : NULL;
    warp->place->col0 = (double)window.col0;
    warp->place->row0 = (double)window.row0;
    warp->place->block_col = (double)block->col0;
    warp->place->block_row = (double)block->row0;
    CPLErr error = operation ? GDALWarpRegionToBuffer(operation, 0, 0, (int)window.cols, (int)window.rows, cells, GDT_Float32, 0, 0, (int)block->cols,
                                                      (int)block->rows + 1)
                             : CE_Failure;
    if (operation) GDALDestroyWarpOperation(operation);
    if (options) GDALDestroyWarpOptions(options);
    if (source) GDALClose(source);
    gdal_end();
    return error == CE_None ? NULL : status_fail(LODE_IO, "warping failed: %s", gdal_said(&said, "no reason given"));
}

/* The pixel of the block under a place of the file; NaN beyond it. Round a world map the block may start a turn away. */
static float pixel_at(const struct raster_warp *warp, const struct block *block, const float *pixels, double x, double y) {
    const double rounding = 1e-6; /* a centre on the edge of two pixels is the right one's, as for GDAL */
    if (!isfinite(x) || !isfinite(y)) return NAN;
    int64_t col = (int64_t)floor(x + rounding) - block->col0, row = (int64_t)floor(y + rounding) - block->row0;
    if (warp->file->circles && col < 0) col += warp->file->width;
    if (warp->file->circles && col >= block->cols) col -= warp->file->width;
    return col >= 0 && col < block->cols && row >= 0 && row < block->rows ? pixels[row * block->cols + col] : NAN;
}

static bool has_missing(const struct block *block, const float *pixels) {
    for (int64_t i = 0; i < block->cols * block->rows; i++)
        if (isnan(pixels[i])) return true;
    return false;
}

/* Cells whose centre lies outside the file are missing, also where a gathering method found pixels at their rim.
 * For the other methods cells whose own pixel is missing are so too: from 3.10.2 on GDAL borrows a neighbour's value there. */
static status clear_missing(const struct raster_warp *warp, struct window window, const struct block *block, const float *pixels, float *cells) {
    size_t count = (size_t)window.cols;
    double *col = NULL;
    bool gathered = gathers(warp->method);
    if (!gathered && !block->cut && !has_missing(block, pixels)) return NULL;
    TRY(memory_array(3 * count, sizeof *col, (void **)&col));
    double *x = col + count, *y = x + count, width = (double)warp->file->width, height = (double)warp->file->height;
    bool good = true;
    for (size_t i = 0; i < count; i++) col[i] = (double)window.col0 + (double)i + 0.5;
    for (int64_t r = 0; r < window.rows && good; r++) {
        good = raster_place_row(warp->place, (double)(window.row0 + r) + 0.5, count, col, x, y);
        for (size_t i = 0; i < count && good; i++) {
            bool inside = (warp->file->circles || (x[i] >= 0 && x[i] <= width)) && y[i] >= 0 && y[i] <= height;
            bool hole = !gathered && isnan(pixel_at(warp, block, pixels, x[i], y[i]));
            if (!inside || !isfinite(x[i]) || hole) cells[(size_t)r * count + i] = NAN;
        }
    }
    free(col);
    return good ? NULL : status_no_memory();
}

static status warp_block(const struct raster_warp *warp, struct window window, const struct block *block, float *values, int64_t stride) {
    size_t n_cells = (size_t)(window.cols * window.rows), n_pixels = (size_t)(block->cols * (block->rows + 1));
    float *pixels = NULL, *cells = NULL;
    status failed = MEMORY_ARRAY(n_pixels, &pixels);
    if (!failed) failed = MEMORY_ARRAY(n_cells, &cells);
    if (!failed) failed = raster_file_read(warp->file, block->col0, block->row0, block->cols, block->rows, pixels);
    if (!failed) {
        for (size_t i = (size_t)(block->cols * block->rows); i < n_pixels; i++) pixels[i] = NAN;
        for (size_t i = 0; i < n_cells; i++) cells[i] = NAN;
        failed = kernel_run(warp, window, block, pixels, cells);
    }
    if (!failed) failed = clear_missing(warp, window, block, pixels, cells);
    for (int64_t r = 0; r < window.rows && !failed; r++) memcpy(values + r * stride, cells + r * window.cols, (size_t)window.cols * sizeof *values);
    free(pixels);
    free(cells);
    return failed;
}

static status warp_halves(const struct raster_warp *warp, struct window window, float *values, int64_t stride) {
    struct window first = window, second = window;
    if (window.rows > 1) {
        first.rows = window.rows / 2;
        second.rows -= first.rows;
        second.row0 += first.rows;
        TRY(raster_warp_window(warp, first, values, stride));
        return raster_warp_window(warp, second, values + first.rows * stride, stride);
    }
    first.cols = window.cols / 2;
    second.cols -= first.cols;
    second.col0 += first.cols;
    TRY(raster_warp_window(warp, first, values, stride));
    return raster_warp_window(warp, second, values + first.cols, stride);
}

status raster_warp_window(const struct raster_warp *warp, struct window window, float *values, int64_t stride) {
    struct span span;
    struct block block;
    int64_t cells = window.cols * window.rows;
    if (cells == 0) return NULL;
    if (cells > warp->cells_at_once && window.rows > 1) return warp_halves(warp, window, values, stride);
    TRY(span_find(warp, window, &span));
    if (!block_of(warp, &span, &block)) {
        for (int64_t r = 0; r < window.rows; r++)
            for (int64_t c = 0; c < window.cols; c++) values[r * stride + c] = NAN;
        return NULL;
    }
    int64_t most = window.rows > 1 ? warp->pixels_at_once : PIXELS_MOST;
    if (block.cols * block.rows > most && cells > 1) return warp_halves(warp, window, values, stride);
    return warp_block(warp, window, &block, values, stride);
}
