/* GDAL's rasteriser on fixed strips. On a geographic grid shapes are burnt again a turn east and west. */
#include "geo/vector_burn.h"

#include <gdal_alg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "geo/gdal_words.h"
#include "geo/memory_dataset.h"
#include "model/plan.h"

void burn_init(struct burn *burn, enum burn_kind kind, const struct vector_file *file, const struct grid *grid, int64_t margin_cols) {
    int64_t margin = grid->wraps ? 0 : margin_cols, cols = grid->width + 2 * margin, rows = PLAN_STRIP_CELLS / cols;
    *burn = (struct burn){.kind = kind, .file = file, .grid = grid, .col0 = -margin, .cols = cols};
    burn->rows = rows > PLAN_STRIP_ROWS ? PLAN_STRIP_ROWS : rows < 1 ? 1 : rows;
}

void burn_free(struct burn *burn) {
    free(burn->cells);
    free(burn->shapes);
    free(burn->values);
    *burn = (struct burn){0};
}

static size_t cell_bytes(enum burn_kind kind) {
    return kind == BURN_MASK ? 1 : sizeof(float);
}

static GDALDatasetH dataset_over(const void *cells, enum burn_kind kind, struct window window) {
    return memory_dataset(kind == BURN_MASK ? GDT_Byte : GDT_Float32, (int)window.cols, (int)window.rows, 1, &cells);
}

static CPLErr burn_shapes(GDALDatasetH dataset, int64_t rows, size_t count, OGRGeometryH *shapes, double *values, bool touch) {
    char chunk[40];
    snprintf(chunk, sizeof chunk, "CHUNKYSIZE=%lld", (long long)rows);
    const char *const options[] = {touch ? "ALL_TOUCHED=TRUE" : "ALL_TOUCHED=FALSE", "OPTIM=RASTER", chunk, NULL};
    const int band = 1;
    return count == 0 ? CE_None
                      : GDALRasterizeGeometries(dataset, 1, &band, (int)count, shapes, NULL, NULL, values, (CSLConstList)options, NULL, NULL);
}

static void place_dataset(GDALDatasetH dataset, const struct grid *grid, struct window window, int turn) {
    double gt[] = {grid->x0 + (double)window.col0 * grid->dx - 360.0 * turn, grid->dx, 0, grid->y0 - (double)window.row0 * grid->dy, 0, -grid->dy};
    GDALSetGeoTransform(dataset, gt);
}

/* The shapes that meet the window, in the file's order: the last one wins where several overlap. */
static CPLErr burn_window(const struct burn *burn, GDALDatasetH dataset, struct window window, int turn) {
    struct box box = box_of_window(burn->grid, window);
    box.west -= 360.0 * turn;
    box.east -= 360.0 * turn;
    place_dataset(dataset, burn->grid, window, turn);
    size_t n = 0;
    bool touch = false;
    for (size_t i = 0; i < burn->file->n_features; i++) {
        const struct feature *feature = &burn->file->features[i];
        if (!box_meets(&feature->box, &box) || (burn->only && !burn->only[i])) continue;
        if (n && feature->touch != touch) {
            if (burn_shapes(dataset, window.rows, n, burn->shapes, burn->values, touch) != CE_None) return CE_Failure;
            n = 0;
        }
        touch = feature->touch;
        burn->shapes[n] = feature->shape;
        burn->values[n++] = burn->kind == BURN_MASK ? 1 : feature->value;
    }
    return burn_shapes(dataset, window.rows, n, burn->shapes, burn->values, touch);
}

static CPLErr burn_turns(const struct burn *burn, void *cells, struct window window) {
    GDALDatasetH dataset = dataset_over(cells, burn->kind, window);
    CPLErr error = dataset ? CE_None : CE_Failure;
    int turns = burn->grid->geographic ? 1 : 0;
    for (int turn = -turns; turn <= turns && error == CE_None; turn++) error = burn_window(burn, dataset, window, turn);
    if (dataset) GDALClose(dataset);
    return error;
}

static status strip_load(struct burn *burn, int64_t strip_col, int64_t strip_row) {
    if (burn->loaded && burn->strip_col == strip_col && burn->strip_row == strip_row) return NULL;
    size_t count = (size_t)(burn->cols * burn->rows);
    if (!burn->cells) TRY(memory_array(count, cell_bytes(burn->kind), &burn->cells));
    if (!burn->shapes) TRY(MEMORY_ARRAY(burn->file->n_features, &burn->shapes));
    if (!burn->values) TRY(MEMORY_ARRAY(burn->file->n_features, &burn->values));
    burn->loaded = false;
    if (burn->kind == BURN_MASK)
        memset(burn->cells, 0, count);
    else
        for (size_t i = 0; i < count; i++) ((float *)burn->cells)[i] = NAN;
    struct window window = {burn->col0 + strip_col * burn->cols, strip_row * burn->rows, burn->cols, burn->rows};
    struct gdal_words said;
    gdal_begin(&said);
    CPLErr error = burn_turns(burn, burn->cells, window);
    gdal_end();
    if (error != CE_None) return status_fail(LODE_IO, "rasterising failed: %s", gdal_said(&said, "no reason given"));
    burn->strip_col = strip_col;
    burn->strip_row = strip_row;
    burn->loaded = true;
    return NULL;
}

static int64_t floor_divide(int64_t a, int64_t n) {
    return a / n - (a % n < 0 ? 1 : 0);
}

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* Copies what one strip holds of a window's rows first..first+rows-1, from the window's column `at` on; *taken columns. */
static status copy_part(struct burn *burn, struct window window, int64_t first, int64_t rows, int64_t at, unsigned char *cells, int64_t *taken) {
    size_t bytes = cell_bytes(burn->kind);
    int64_t col = window.col0 + at, row = window.row0 + first;
    if (burn->grid->wraps) col -= floor_divide(col, burn->grid->width) * burn->grid->width;
    int64_t strip_col = floor_divide(col - burn->col0, burn->cols), strip_row = floor_divide(row, burn->rows);
    int64_t in_col = col - burn->col0 - strip_col * burn->cols, in_row = row - strip_row * burn->rows;
    *taken = smaller(burn->cols - in_col, window.cols - at);
    TRY(strip_load(burn, strip_col, strip_row));
    for (int64_t r = 0; r < rows; r++)
        memcpy(cells + (size_t)((first + r) * window.cols + at) * bytes,
               (const unsigned char *)burn->cells + (size_t)((in_row + r) * burn->cols + in_col) * bytes, (size_t)*taken * bytes);
    return NULL;
}

status burn_read(struct burn *burn, struct window window, void *cells) {
    for (int64_t first = 0; first < window.rows;) {
        int64_t row = window.row0 + first, strip_end = (floor_divide(row, burn->rows) + 1) * burn->rows, taken;
        int64_t rows = smaller(strip_end - row, window.rows - first);
        for (int64_t at = 0; at < window.cols; at += taken) TRY(copy_part(burn, window, first, rows, at, cells, &taken));
        first += rows;
    }
    return NULL;
}

status burn_covers(const struct grid *grid, const struct feature *feature, int64_t col, int64_t row, bool *covers) {
    struct window window = {col - 1, row - 1, 3, 3};
    uint8_t cells[9] = {0};
    OGRGeometryH shape = feature->shape;
    double value = 1;
    int turns = grid->geographic ? 1 : 0;
    struct gdal_words said;
    gdal_begin(&said);
    GDALDatasetH dataset = dataset_over(cells, BURN_MASK, window);
    CPLErr error = dataset ? CE_None : CE_Failure;
    for (int turn = -turns; turn <= turns && error == CE_None; turn++) {
        place_dataset(dataset, grid, window, turn);
        error = burn_shapes(dataset, window.rows, 1, &shape, &value, feature->touch);
    }
    if (dataset) GDALClose(dataset);
    gdal_end();
    *covers = cells[4];
    return error == CE_None ? NULL : status_fail(LODE_IO, "rasterising failed: %s", gdal_said(&said, "no reason given"));
}
