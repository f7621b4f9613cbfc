/* Planar distance: bits and a summary of blocks of rows stay on the device; rows are made when asked for (kernels/distance.cl).
 * Squared distances are whole numbers p2 i^2 + q2 j^2, so that comparisons are exact: p2 / q2 is (dx / dy)^2, or its best fraction
 * within 64 bits (off by less than 1e-8 on grids up to 100,000 cells wide, which is below what a float holds). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/distance_kinds.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { BLOCK_ROWS = 64, COLUMNS_CPU = 32, LANES_CPU = 16, LANES_GPU = 8, GROUP_GPU = 64, ROWS_MAX_GPU = 2048, SCRATCH_BYTES = 256 << 20 };
enum { ROWS_MIN_CPU = 16, CACHE_BYTES = 2 << 20, STRIP_ROWS_LEAST = 4, STRIP_BYTES = 640 << 10, BATCH_CPU = 4 };
enum { BLOCK_ENDS, BLOCK_SWEEP, ROW_EMPTY, STRIP_NEAREST, COLUMN_NEAREST, ROW_NEAREST, KERNELS };
enum { OVERSCAN = 32 }; /* columns beyond the last that the kernels reckon with */

/* A whole number as the kernels' DIST: the narrowest of these that holds every squared distance. */
enum whole_kind { WHOLE_UINT, WHOLE_DOUBLE, WHOLE_LONG };
union whole {
    cl_uint narrow;
    cl_long integer;
    cl_double real;
};
union metre {
    cl_float single;
    cl_double real;
};

struct planar {
    struct device *device;
    struct window window;
    cl_int rows, cols, stride, blocks;
    cl_int strip_rows;   /* of a strip that a work-item makes in local memory; 0: columns and rows are launches of their own */
    cl_int rows_at_once; /* of these launches */
    bool empty;
    cl_long words_per_row;
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *bits, *first, *last, *nearest, *apart, *edges;
    enum whole_kind kind;
    union whole p2, q2, none;        /* none: beyond every squared distance */
    union metre unit_m, unit_rest_m; /* their sum: the length of a squared distance of 1 */
    bool in_double;                  /* metres are reckoned so */
    size_t group, columns, lanes;
};

/* The continued fraction of `ratio`, stopped at equality within rounding or before a part grows beyond `limit`. */
static void best_fraction(double ratio, double limit, double *p, double *q) {
    double p0 = 0, q0 = 1, p1 = 1, q1 = 0, rest = ratio;
    for (int i = 0; i < 64; i++) {
        double whole = floor(rest), p2 = whole * p1 + p0, q2 = whole * q1 + q0;
        if (p2 > limit || q2 > limit) break;
        p0 = p1, q0 = q1, p1 = p2, q1 = q2;
        if (fabs(p1 / q1 - ratio) <= 1e-13 * ratio) break;
        rest = 1 / (rest - whole);
    }
    *p = p1;
    *q = q1;
}

static union whole whole_of(enum whole_kind kind, double value) {
    if (kind == WHOLE_UINT) return (union whole){.narrow = (cl_uint)value};
    if (kind == WHOLE_DOUBLE) return (union whole){.real = value};
    return (union whole){.integer = (cl_long)value};
}

static size_t whole_bytes(const struct planar *planar) {
    return planar->kind == WHOLE_UINT ? sizeof(cl_uint) : sizeof(cl_long);
}

/* Where the sides of a cell differ so much that no whole numbers in reach have their ratio, lengths would be wrong. */
static status check_fraction(const struct planar *planar, double ratio, double p2, double q2) {
    const double least_wrong = 1e-6; /* of a length: half of what it is of its square */
    if (p2 >= 1 && q2 >= 1 && fabs(p2 / q2 - ratio) <= 2 * least_wrong * ratio) return NULL;
    return status_fail(LODE_BAD_DATA,
                       "distance over %lld x %lld cells, each %.6g times as wide as high: that cannot be exact on so large a grid; use cells of more "
                       "equal sides, a smaller extent, or a coarser cell",
                       (long long)planar->cols, (long long)planar->rows, sqrt(ratio));
}

/* `none` and one more width of the grid must fit too. */
static status choose_units(struct planar *planar, const struct grid *grid) {
    const double largest = 0x1p61, exact_in_double = 0x1p52, uint_end = 0x1p32;
    double cols = planar->cols + OVERSCAN, rows = planar->rows, side = fmax(cols, rows), aspect = grid->dy / grid->dx, p2, q2;
    best_fraction(1 / (aspect * aspect), floor(largest / (2 * side * side)), &p2, &q2);
    TRY(check_fraction(planar, 1 / (aspect * aspect), p2, q2));
    double narrow_none = p2 * cols * cols + q2 * rows * rows + 1, none = narrow_none;
    planar->kind = WHOLE_LONG;
    if (planar->device->info.fp64 && (p2 + q2) * side * side < exact_in_double) planar->kind = WHOLE_DOUBLE;
    if (narrow_none + p2 * cols * cols < uint_end) planar->kind = WHOLE_UINT;
    if (planar->kind != WHOLE_UINT) none = 0x1p62;
    planar->p2 = whole_of(planar->kind, p2);
    planar->q2 = whole_of(planar->kind, q2);
    planar->none = whole_of(planar->kind, none);
    double unit_m = grid->dx * grid->unit_m / sqrt(p2);
    planar->in_double = planar->device->info.fp64 && planar->kind != WHOLE_UINT;
    if (planar->in_double) {
        planar->unit_m.real = unit_m;
        planar->unit_rest_m.real = 0;
    } else {
        planar->unit_m.single = (float)unit_m;
        planar->unit_rest_m.single = (float)(unit_m - (double)planar->unit_m.single);
    }
    return NULL;
}

static status build(struct planar *planar) {
    static const char *const names[KERNELS] = {"block_ends", "block_sweep", "row_empty", "strip_nearest", "column_nearest", "row_nearest"};
    static const char *const wholes[] = {"-DDIST=uint -DPLACE=uint -DMASK=int -DPLACE_SHIFT=16",
                                         "-DDIST=double -DPLACE=ulong -DMASK=long -DPLACE_SHIFT=32",
                                         "-DDIST=long -DPLACE=ulong -DMASK=long -DPLACE_SHIFT=32"};
    char options[240];
    snprintf(options, sizeof options, "-DCOLUMNS=%zu -DBLOCK_ROWS=%d -DLANES=%zu -DBATCH=%d %s -DMETRE=%s%s", planar->columns, BLOCK_ROWS,
             planar->lanes, planar->device->info.gpu ? 1 : BATCH_CPU, wholes[planar->kind], planar->in_double ? "double -DHAVE_FP64" : "float",
             planar->strip_rows ? " -DSTRIPS" : "");
    TRY(program_build(planar->device, &kernel_distance, 1, options, &planar->program));
    for (size_t i = 0; i < KERNELS; i++)
        if (i <= ROW_EMPTY || (i == STRIP_NEAREST) == (planar->strip_rows > 0)) TRY(kernel_create(planar->program, names[i], &planar->kernels[i]));
    return NULL;
}

static status open_buffers(struct planar *planar, const struct mask *mask) {
    size_t cols = (size_t)planar->cols, words = (size_t)(mask->words_per_row * planar->rows);
    TRY(buffer_open(planar->device, words * sizeof(cl_ulong), &planar->bits));
    TRY(buffer_write(planar->bits, 0, words * sizeof(cl_ulong), mask->bits));
    TRY(buffer_open(planar->device, (size_t)planar->blocks * cols * sizeof(cl_int), &planar->first));
    TRY(buffer_open(planar->device, (size_t)planar->blocks * cols * sizeof(cl_int), &planar->last));
    if (planar->strip_rows) return NULL;
    size_t scratch = (size_t)planar->rows_at_once * (size_t)planar->stride;
    TRY(buffer_open(planar->device, scratch * sizeof(cl_int), &planar->nearest));
    TRY(buffer_open(planar->device, scratch / planar->lanes * sizeof(cl_int), &planar->edges));
    return buffer_open(planar->device, scratch * whole_bytes(planar), &planar->apart);
}

static size_t column_items(const struct planar *planar) {
    return (size_t)planar->stride / planar->columns;
}

static status summarise(struct planar *planar) {
    const struct kernel_arg ends[] = {ARG_BUFFER(planar->bits), ARG(planar->words_per_row), ARG(planar->rows),
                                      ARG(planar->cols),        ARG_BUFFER(planar->first),  ARG_BUFFER(planar->last)};
    const struct kernel_arg sweep[] = {ARG(planar->blocks), ARG(planar->cols), ARG_BUFFER(planar->first), ARG_BUFFER(planar->last)};
    TRY(kernel_run(planar->device, planar->kernels[BLOCK_ENDS], ends, 6, planar->group, column_items(planar), (size_t)planar->blocks));
    return kernel_run(planar->device, planar->kernels[BLOCK_SWEEP], sweep, 4, planar->group, column_items(planar), 1);
}

static int64_t within(int64_t least, int64_t most, int64_t value) {
    return value < least ? least : value > most ? most : value;
}

/* On a processor as many as stay in its cache between the columns' pass and the rows'. */
static cl_int rows_at_once(const struct planar *planar) {
    int64_t nearest_bytes = planar->stride * (int64_t)sizeof(cl_int), row_bytes = 2 * nearest_bytes + planar->stride * (int64_t)whole_bytes(planar);
    if (planar->device->info.gpu) return (cl_int)within(BLOCK_ROWS, ROWS_MAX_GPU, SCRATCH_BYTES / row_bytes / BLOCK_ROWS * BLOCK_ROWS);
    return (cl_int)within(ROWS_MIN_CPU, BLOCK_ROWS, CACHE_BYTES / nearest_bytes / ROWS_MIN_CPU * ROWS_MIN_CPU);
}

/* As many as stay in the cache of a processor's unit, where PoCL's local memory lies. 0: even the fewest would not. */
static cl_int strip_rows(const struct planar *planar) {
    cl_ulong local = 0;
    if (planar->device->info.gpu) return 0;
    clGetDeviceInfo(planar->device->id, CL_DEVICE_LOCAL_MEM_SIZE, sizeof local, &local, NULL);
    const int64_t most = local < STRIP_BYTES ? (int64_t)local : STRIP_BYTES, row_bytes = planar->stride * (int64_t)sizeof(cl_int);
    const int64_t left = most - planar->stride * (int64_t)whole_bytes(planar) - row_bytes / (int64_t)planar->lanes;
    cl_int rows = BLOCK_ROWS;
    while (rows >= STRIP_ROWS_LEAST && rows * row_bytes > left) rows /= 2;
    return rows >= STRIP_ROWS_LEAST ? rows : 0;
}

static bool is_empty(const struct mask *mask) {
    for (int64_t i = 0; i < mask->words_per_row * mask->window.rows; i++)
        if (mask->bits[i] != 0) return false;
    return true;
}

status planar_open(struct device *device, const struct grid *grid, const struct mask *mask, struct planar **out) {
    struct planar *planar;
    TRY(MEMORY_ARRAY(1, &planar));
    *planar = (struct planar){.device = device,
                              .window = mask->window,
                              .rows = (cl_int)mask->window.rows,
                              .cols = (cl_int)mask->window.cols,
                              .stride = (cl_int)((mask->window.cols + 2 * OVERSCAN - 1) / OVERSCAN * OVERSCAN),
                              .empty = is_empty(mask),
                              .blocks = (cl_int)((mask->window.rows + BLOCK_ROWS - 1) / BLOCK_ROWS),
                              .words_per_row = mask->words_per_row,
                              .group = device->info.gpu ? GROUP_GPU : 1,
                              .columns = device->info.gpu ? 1 : COLUMNS_CPU,
                              .lanes = device->info.gpu ? LANES_GPU : LANES_CPU};
    status failure = choose_units(planar, grid);
    if (!failure) {
        planar->rows_at_once = rows_at_once(planar);
        planar->strip_rows = strip_rows(planar);
    }
    if (!failure) failure = build(planar);
    if (!failure) failure = open_buffers(planar, mask);
    if (!failure) failure = summarise(planar);
    if (failure) {
        planar_close(planar);
        return failure;
    }
    *out = planar;
    return NULL;
}

void planar_close(struct planar *planar) {
    if (!planar) return;
    for (size_t i = 0; i < KERNELS; i++)
        if (planar->kernels[i]) clReleaseKernel(planar->kernels[i]);
    if (planar->program) clReleaseProgram(planar->program);
    buffer_close(planar->bits);
    buffer_close(planar->first);
    buffer_close(planar->last);
    buffer_close(planar->nearest);
    buffer_close(planar->apart);
    buffer_close(planar->edges);
    free(planar);
}

/* Rows row0.. of the mask, to the cells of the results from out_first on. */
static status some_rows(struct planar *planar, cl_int row0, cl_int rows, cl_int col0, cl_int cols, cl_long out_first, struct buffer *metres,
                        struct buffer *source) {
    const struct kernel_arg down[] = {
        ARG_BUFFER(planar->bits),  ARG(planar->words_per_row), ARG(planar->rows), ARG(planar->cols), ARG(planar->stride),
        ARG_BUFFER(planar->first), ARG_BUFFER(planar->last),   ARG(row0),         ARG(rows),         ARG_BUFFER(planar->nearest)};
    const size_t metre_bytes = planar->in_double ? sizeof(cl_double) : sizeof(cl_float);
    const struct kernel_arg along[] = {ARG_BUFFER(planar->nearest),
                                       ARG(planar->cols),
                                       ARG(planar->stride),
                                       ARG(row0),
                                       {whole_bytes(planar), &planar->p2},
                                       {whole_bytes(planar), &planar->q2},
                                       {whole_bytes(planar), &planar->none},
                                       ARG_BUFFER(planar->apart),
                                       ARG_BUFFER(planar->edges),
                                       ARG(col0),
                                       ARG(cols),
                                       {metre_bytes, &planar->unit_m},
                                       {metre_bytes, &planar->unit_rest_m},
                                       ARG(out_first),
                                       ARG_BUFFER(metres),
                                       source ? ARG_BUFFER(source) : ARG_NOTHING};
    size_t blocks = (size_t)((row0 + rows - 1) / BLOCK_ROWS - row0 / BLOCK_ROWS + 1);
    TRY(kernel_run(planar->device, planar->kernels[COLUMN_NEAREST], down, sizeof down / sizeof *down, planar->group, column_items(planar), blocks));
    return kernel_run(planar->device, planar->kernels[ROW_NEAREST], along, sizeof along / sizeof *along, planar->group, planar->group, (size_t)rows);
}

/* The same in one launch. */
static status strips(struct planar *planar, cl_int row0, cl_int rows, cl_int col0, cl_int cols, struct buffer *metres, struct buffer *source) {
    const size_t metre_bytes = planar->in_double ? sizeof(cl_double) : sizeof(cl_float), stride = (size_t)planar->stride;
    const cl_long out_first = 0;
    const struct kernel_arg args[] = {ARG_BUFFER(planar->bits),
                                      ARG(planar->words_per_row),
                                      ARG(planar->rows),
                                      ARG(planar->cols),
                                      ARG(planar->stride),
                                      ARG_BUFFER(planar->first),
                                      ARG_BUFFER(planar->last),
                                      ARG(row0),
                                      ARG(rows),
                                      ARG(planar->strip_rows),
                                      {whole_bytes(planar), &planar->p2},
                                      {whole_bytes(planar), &planar->q2},
                                      {whole_bytes(planar), &planar->none},
                                      ARG(col0),
                                      ARG(cols),
                                      {metre_bytes, &planar->unit_m},
                                      {metre_bytes, &planar->unit_rest_m},
                                      ARG(out_first),
                                      ARG_BUFFER(metres),
                                      source ? ARG_BUFFER(source) : ARG_NOTHING,
                                      ARG_LOCAL((size_t)planar->strip_rows * stride * sizeof(cl_int)),
                                      ARG_LOCAL(stride * whole_bytes(planar)),
                                      ARG_LOCAL(stride / planar->lanes * sizeof(cl_int))};
    const size_t count = (size_t)((row0 + rows - 1) / planar->strip_rows - row0 / planar->strip_rows + 1);
    return kernel_run(planar->device, planar->kernels[STRIP_NEAREST], args, sizeof args / sizeof *args, 1, count, 1);
}

static status no_rows(struct planar *planar, cl_long cells, struct buffer *metres, struct buffer *source) {
    const struct kernel_arg args[] = {ARG(cells), ARG_BUFFER(metres), source ? ARG_BUFFER(source) : ARG_NOTHING};
    return kernel_run(planar->device, planar->kernels[ROW_EMPTY], args, 3, planar->group, (size_t)cells, 1);
}

status planar_rows(struct planar *planar, struct window window, struct buffer *metres, struct buffer *source) {
    cl_int col0 = (cl_int)(window.col0 - planar->window.col0), cols = (cl_int)window.cols;
    int64_t row = window.row0 - planar->window.row0, end = row + window.rows, start = row;
    if (planar->empty) return no_rows(planar, window.cols * window.rows, metres, source);
    if (planar->strip_rows) return strips(planar, (cl_int)row, (cl_int)window.rows, col0, cols, metres, source);
    while (row < end) {
        int64_t next = (row / planar->rows_at_once + 1) * planar->rows_at_once;
        if (next > end) next = end;
        TRY(some_rows(planar, (cl_int)row, (cl_int)(next - row), col0, cols, (row - start) * window.cols, metres, source));
        row = next;
    }
    return NULL;
}
