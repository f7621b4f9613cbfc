/* Geodesic distance: bits stay on the device; rows are made a strip of columns at a time (kernels/geodesic.cl).
 * A mask wider than the world is folded to one turn. Tables of the ellipsoid's meridian are made here in double: with
 * p the reduced latitude a row has rho = cos p, z = (1 - f) sin p (semi-major axes), and fall = (rho - rho')^2 + (z - z')^2.
 * Where the device has no double, lengths are made here too, by the same formula. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/distance_kinds.h"
#include "compute/kernels.h"
#include "compute/opencl.h"
#include "geodesy.h"

enum {
    LANES_CPU = 16,
    STRIP_MIN = 64,
    STRIP_MAX = 1024,
    STRIP_BYTES = 64 << 20,
    BYTES_PER_CELL = 8,
    ROWS_AT_ONCE = 64,
    GROUP_CPU = 1,
    GROUP_GPU = 64
};
enum { STRIP_NEAREST, NEAREST_ROW, WINNER_LENGTH, KERNELS };

/* Reduced latitude, and sine and cosine of its half: what kernels/geodesy.h wants. */
struct latitude {
    double reduced, half_sin, half_cos;
};

struct geodesic {
    struct device *device;
    struct window window; /* of the mask as given */
    cl_int given_cols, rows, cols, n_words, n_listed, strip;
    cl_long given_words;
    size_t group, lanes;
    double semi_major_m, flattening, column_rad;
    struct latitude *latitudes; /* of each row of the mask */
    double *rho, *z;
    cl_int *listed; /* rows with sources, from the top */
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *given, *bits, *listed_rows, *search_sine2, *length_sine2, *rho_listed, *latitude_rows; /* bits is given when nothing is folded */
    struct buffer *at, *sine2, *winner, *fall, *rho_rows, *start;
};

/* Columns of a whole turn, 0 when 360 degrees are no whole number of them. */
static int64_t columns_of_turn(const struct grid *grid) {
    double turn = 360 / grid->dx, whole = round(turn);
    return fabs(turn - whole) < 1e-6 ? (int64_t)whole : 0;
}

static void choose_shape(struct geodesic *geodesic, const struct grid *grid, const struct mask *mask) {
    int64_t turn = columns_of_turn(grid);
    geodesic->given_cols = (cl_int)mask->window.cols;
    geodesic->given_words = mask->words_per_row;
    geodesic->rows = (cl_int)mask->window.rows;
    geodesic->cols = turn > 0 && turn < mask->window.cols ? (cl_int)turn : geodesic->given_cols;
    geodesic->n_words = (geodesic->cols + 63) / 64;
    geodesic->semi_major_m = grid->semi_major_m;
    geodesic->flattening = grid->flattening;
    geodesic->column_rad = grid->dx * acos(-1.0) / 180;
}

static status measure_rows(struct geodesic *geodesic, const struct grid *grid, const struct mask *mask) {
    TRY(MEMORY_ARRAY((size_t)geodesic->rows, &geodesic->latitudes));
    TRY(MEMORY_ARRAY((size_t)geodesic->rows, &geodesic->rho));
    TRY(MEMORY_ARRAY((size_t)geodesic->rows, &geodesic->z));
    TRY(MEMORY_ARRAY((size_t)geodesic->rows, &geodesic->listed));
    for (cl_int r = 0; r < geodesic->rows; r++) {
        double lat = fmin(fmax(grid_y(grid, (double)(mask->window.row0 + r)), -90), 90) * acos(-1.0) / 180;
        double reduced = atan2((1 - geodesic->flattening) * sin(lat), cos(lat));
        geodesic->latitudes[r] = (struct latitude){reduced, sin(reduced / 2), cos(reduced / 2)};
        geodesic->rho[r] = cos(reduced);
        geodesic->z[r] = (1 - geodesic->flattening) * sin(reduced);
        const uint64_t *words = mask->bits + r * mask->words_per_row;
        uint64_t any = 0;
        for (int64_t i = 0; i < mask->words_per_row; i++) any |= words[i];
        if (any) geodesic->listed[geodesic->n_listed++] = r;
    }
    return NULL;
}

static status buffer_of(struct device *device, size_t bytes, const void *from, struct buffer **out) {
    TRY(buffer_open(device, bytes, out));
    return buffer_write(*out, 0, bytes, from);
}

static status upload_bits(struct geodesic *geodesic, const struct mask *mask) {
    TRY(buffer_of(geodesic->device, (size_t)(mask->words_per_row * geodesic->rows) * sizeof(cl_ulong), mask->bits, &geodesic->given));
    geodesic->bits = geodesic->given;
    if (geodesic->cols == geodesic->given_cols) return NULL;
    uint64_t *folded;
    size_t words = (size_t)geodesic->n_words * (size_t)geodesic->rows;
    TRY(MEMORY_ARRAY(words, &folded));
    for (int64_t r = 0; r < geodesic->rows; r++)
        for (int64_t c = 0; c < geodesic->given_cols; c++) {
            int64_t x = c % geodesic->cols;
            folded[r * geodesic->n_words + (x >> 6)] |= (mask->bits[r * mask->words_per_row + (c >> 6)] >> (c & 63) & 1) << (x & 63);
        }
    geodesic->bits = NULL;
    status failure = buffer_of(geodesic->device, words * sizeof *folded, folded, &geodesic->bits);
    free(folded);
    return failure;
}

/* Squared half sines by columns apart, the same both ways round: single to search with, double for lengths. */
static status upload_sines(struct geodesic *geodesic, const struct grid *grid) {
    size_t cols = (size_t)geodesic->cols;
    int64_t turn = columns_of_turn(grid);
    float *single = NULL;
    double *real = NULL;
    status failure = MEMORY_ARRAY(cols, &single);
    if (!failure) failure = MEMORY_ARRAY(cols, &real);
    for (int64_t d = 0; !failure && d < geodesic->cols; d++) {
        double s = sin(0.5 * geodesic->column_rad * (double)(turn > 0 && 2 * d > turn ? llabs(turn - d) : d));
        real[d] = s * s;
        single[d] = (float)real[d];
    }
    if (!failure) failure = buffer_of(geodesic->device, cols * sizeof *single, single, &geodesic->search_sine2);
    if (!failure) failure = buffer_of(geodesic->device, cols * sizeof *real, real, &geodesic->length_sine2);
    free(single);
    free(real);
    return failure;
}

static status upload_tables(struct geodesic *geodesic) {
    size_t n = (size_t)geodesic->n_listed;
    float *rho;
    TRY(MEMORY_ARRAY(n, &rho));
    for (size_t k = 0; k < n; k++) rho[k] = (float)geodesic->rho[geodesic->listed[k]];
    status failure = buffer_of(geodesic->device, n * sizeof *rho, rho, &geodesic->rho_listed);
    free(rho);
    if (!failure) failure = buffer_of(geodesic->device, n * sizeof(cl_int), geodesic->listed, &geodesic->listed_rows);
    if (!failure)
        failure = buffer_of(geodesic->device, (size_t)geodesic->rows * sizeof(struct latitude), geodesic->latitudes, &geodesic->latitude_rows);
    return failure;
}

static status open_scratch(struct geodesic *geodesic) {
    size_t n = (size_t)geodesic->n_listed, strip = STRIP_BYTES / (BYTES_PER_CELL * (n ? n : 1)) / STRIP_MIN * STRIP_MIN;
    strip = strip < STRIP_MIN ? STRIP_MIN : strip > STRIP_MAX ? STRIP_MAX : strip;
    geodesic->strip = (cl_int)strip;
    TRY(buffer_open(geodesic->device, n * strip * sizeof(cl_int), &geodesic->at));
    TRY(buffer_open(geodesic->device, n * strip * sizeof(float), &geodesic->sine2));
    TRY(buffer_open(geodesic->device, ROWS_AT_ONCE * strip * sizeof(cl_int), &geodesic->winner));
    TRY(buffer_open(geodesic->device, ROWS_AT_ONCE * n * sizeof(float), &geodesic->fall));
    TRY(buffer_open(geodesic->device, ROWS_AT_ONCE * sizeof(float), &geodesic->rho_rows));
    return buffer_open(geodesic->device, ROWS_AT_ONCE * sizeof(cl_int), &geodesic->start);
}

static status build(struct geodesic *geodesic) {
    static const char *const names[KERNELS] = {"strip_nearest", "nearest_row", "winner_length"};
    static const char *const options[2][2] = {{"-DLANES=16", "-DLANES=16 -DHAVE_FP64"}, {"-DLANES=1", "-DLANES=1 -DHAVE_FP64"}};
    bool fp64 = geodesic->device->info.fp64;
    const char *const sources[] = {kernel_geodesy, kernel_geodesic};
    TRY(program_build(geodesic->device, fp64 ? sources : sources + 1, fp64 ? 2 : 1, options[geodesic->lanes == 1][fp64], &geodesic->program));
    for (size_t i = 0; i < KERNELS; i++) TRY(kernel_create(geodesic->program, names[i], &geodesic->kernels[i]));
    return NULL;
}

static status prepare(struct geodesic *geodesic, const struct grid *grid, const struct mask *mask) {
    choose_shape(geodesic, grid, mask);
    if ((double)geodesic->cols * grid->dx > 360 + 1e-6)
        return status_fail(LODE_BAD_DATA,
                           "%d columns of %g degrees go round the world more than once, and 360 is no whole number of them: "
                           "use a smaller grid: margin:, or a cell that divides 360",
                           geodesic->cols, grid->dx);
    TRY(measure_rows(geodesic, grid, mask));
    TRY(upload_bits(geodesic, mask));
    TRY(upload_sines(geodesic, grid));
    TRY(upload_tables(geodesic));
    TRY(open_scratch(geodesic));
    return build(geodesic);
}

status geodesic_open(struct device *device, const struct grid *grid, const struct mask *mask, struct geodesic **out) {
    struct geodesic *geodesic;
    TRY(MEMORY_ARRAY(1, &geodesic));
    *geodesic = (struct geodesic){
        .device = device, .window = mask->window, .group = device->info.gpu ? GROUP_GPU : GROUP_CPU, .lanes = device->info.gpu ? 1 : LANES_CPU};
    status failure = prepare(geodesic, grid, mask);
    if (failure) {
        geodesic_close(geodesic);
        return failure;
    }
    *out = geodesic;
    return NULL;
}

void geodesic_close(struct geodesic *geodesic) {
    if (!geodesic) return;
    for (size_t i = 0; i < KERNELS; i++)
        if (geodesic->kernels[i]) clReleaseKernel(geodesic->kernels[i]);
    if (geodesic->program) clReleaseProgram(geodesic->program);
    if (geodesic->bits != geodesic->given) buffer_close(geodesic->bits);
    struct buffer *const buffers[] = {geodesic->given,      geodesic->listed_rows,   geodesic->search_sine2, geodesic->length_sine2,
                                      geodesic->rho_listed, geodesic->latitude_rows, geodesic->at,           geodesic->sine2,
                                      geodesic->winner,     geodesic->fall,          geodesic->rho_rows,     geodesic->start};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_close(buffers[i]);
    free(geodesic->latitudes);
    free(geodesic->rho);
    free(geodesic->z);
    free(geodesic->listed);
    free(geodesic);
}

/* fall, rho and start of rows row0.. */
static status upload_rows(struct geodesic *geodesic, cl_int row0, cl_int rows) {
    size_t n = (size_t)geodesic->n_listed;
    float *fall, rho[ROWS_AT_ONCE];
    cl_int start[ROWS_AT_ONCE];
    TRY(MEMORY_ARRAY((size_t)rows * n, &fall));
    for (cl_int r = 0; r < rows; r++) {
        rho[r] = (float)geodesic->rho[row0 + r];
        start[r] = 0;
        for (size_t k = 0; k < n; k++) {
            cl_int row = geodesic->listed[k];
            double drho = geodesic->rho[row0 + r] - geodesic->rho[row], dz = geodesic->z[row0 + r] - geodesic->z[row];
            fall[(size_t)r * n + k] = (float)(drho * drho + dz * dz);
            start[r] += row < row0 + r;
        }
    }
    status failure = buffer_write(geodesic->fall, 0, (size_t)rows * n * sizeof *fall, fall);
    if (!failure) failure = buffer_write(geodesic->rho_rows, 0, (size_t)rows * sizeof *rho, rho);
    if (!failure) failure = buffer_write(geodesic->start, 0, (size_t)rows * sizeof *start, start);
    free(fall);
    return failure;
}

static status make_strip(struct geodesic *geodesic, cl_int strip0, cl_int cells) {
    const cl_int filled = (cells + LANES_CPU - 1) / LANES_CPU * LANES_CPU;
    const struct kernel_arg args[] = {ARG_BUFFER(geodesic->bits),
                                      ARG(geodesic->n_words),
                                      ARG(geodesic->cols),
                                      ARG_BUFFER(geodesic->given),
                                      ARG(geodesic->given_words),
                                      ARG(geodesic->given_cols),
                                      ARG_BUFFER(geodesic->listed_rows),
                                      ARG(geodesic->n_listed),
                                      ARG_BUFFER(geodesic->search_sine2),
                                      ARG(strip0),
                                      ARG(geodesic->strip),
                                      ARG(filled),
                                      ARG_BUFFER(geodesic->at),
                                      ARG_BUFFER(geodesic->sine2)};
    return kernel_run(geodesic->device, geodesic->kernels[STRIP_NEAREST], args, 14, geodesic->group, (size_t)geodesic->n_listed, 1);
}

/* A piece of the results: rows row0.. of the mask, cells of the present strip; `first`: its first cell in the results, `width` cells a row. */
struct piece {
    cl_int row0, rows, strip0, cells;
    cl_long first;
    cl_int width;
};

static status make_piece(struct geodesic *geodesic, const struct piece *piece, struct buffer *metres, struct buffer *source) {
    const struct kernel_arg search[] = {ARG_BUFFER(geodesic->listed_rows),
                                        ARG(geodesic->n_listed),
                                        ARG_BUFFER(geodesic->rho_listed),
                                        ARG_BUFFER(geodesic->fall),
                                        ARG_BUFFER(geodesic->rho_rows),
                                        ARG_BUFFER(geodesic->start),
                                        ARG(piece->rows),
                                        ARG(geodesic->strip),
                                        ARG(piece->cells),
                                        ARG_BUFFER(geodesic->sine2),
                                        ARG_BUFFER(geodesic->winner)};
    const struct kernel_arg length[] = {ARG_BUFFER(geodesic->listed_rows),
                                        ARG_BUFFER(geodesic->given),
                                        ARG(geodesic->given_words),
                                        ARG(geodesic->given_cols),
                                        ARG(geodesic->cols),
                                        ARG(piece->strip0),
                                        ARG(geodesic->strip),
                                        ARG(piece->cells),
                                        ARG(piece->rows),
                                        ARG_BUFFER(geodesic->at),
                                        ARG_BUFFER(geodesic->winner),
                                        ARG(piece->row0),
                                        ARG(piece->first),
                                        ARG(piece->width),
                                        source ? ARG_BUFFER(source) : ARG_NOTHING,
                                        ARG_BUFFER(metres),
                                        ARG_BUFFER(geodesic->latitude_rows),
                                        ARG_BUFFER(geodesic->length_sine2),
                                        ARG(geodesic->semi_major_m),
                                        ARG(geodesic->flattening),
                                        ARG(geodesic->column_rad)};
    size_t items = ((size_t)piece->cells + geodesic->lanes - 1) / geodesic->lanes;
    TRY(kernel_run(geodesic->device, geodesic->kernels[NEAREST_ROW], search, 11, geodesic->group, items, (size_t)piece->rows));
    return kernel_run(geodesic->device, geodesic->kernels[WINNER_LENGTH], length, geodesic->device->info.fp64 ? 21 : 16, GROUP_GPU,
                      (size_t)piece->cells, (size_t)piece->rows);
}

/* The lengths to the sources found, where the device cannot. */
static status lengths_on_host(struct geodesic *geodesic, struct window window, struct buffer *metres, const struct buffer *source) {
    size_t cells = (size_t)(window.cols * window.rows);
    int64_t *sources = NULL;
    float *lengths = NULL;
    status failure = MEMORY_ARRAY(cells, &sources);
    if (!failure) failure = MEMORY_ARRAY(cells, &lengths);
    if (!failure) failure = buffer_read(source, 0, cells * sizeof *sources, sources);
    for (size_t i = 0; !failure && i < cells; i++) {
        int64_t col = window.col0 - geodesic->window.col0 + (int64_t)i % window.cols;
        int64_t row = window.row0 - geodesic->window.row0 + (int64_t)i / window.cols;
        const struct latitude *p = &geodesic->latitudes[row], *q = &geodesic->latitudes[sources[i] / geodesic->given_cols];
        double lon = geodesic->column_rad * (double)(col - sources[i] % geodesic->given_cols), s = sin(lon / 2);
        lengths[i] = (float)geodesy_length(geodesic->semi_major_m, geodesic->flattening, p->reduced, p->half_sin, p->half_cos, q->reduced,
                                           q->half_sin, q->half_cos, lon, s * s);
    }
    if (!failure) failure = buffer_write(metres, 0, cells * sizeof *lengths, lengths);
    free(sources);
    free(lengths);
    return failure;
}

static status no_source(struct window window, struct buffer *metres, struct buffer *source) {
    int64_t *none = NULL;
    float *far = NULL;
    size_t cols = (size_t)window.cols;
    status failure = MEMORY_ARRAY(cols, &none);
    if (!failure) failure = MEMORY_ARRAY(cols, &far);
    for (size_t i = 0; !failure && i < cols; i++) {
        none[i] = -1;
        far[i] = INFINITY;
    }
    for (size_t r = 0; !failure && r < (size_t)window.rows; r++) {
        failure = buffer_write(metres, r * cols * sizeof *far, cols * sizeof *far, far);
        if (!failure && source) failure = buffer_write(source, r * cols * sizeof *none, cols * sizeof *none, none);
    }
    free(none);
    free(far);
    return failure;
}

/* All rows of the window, columns col.. to the end of the strip of the folded row, or to the window's. Moves *col on. */
static status strip_rows(struct geodesic *geodesic, struct window window, int64_t *col, struct buffer *metres, struct buffer *source) {
    int64_t end = window.col0 - geodesic->window.col0 + window.cols, folded = *col % geodesic->cols;
    int64_t cells = geodesic->cols - folded < geodesic->strip ? geodesic->cols - folded : geodesic->strip;
    if (cells > end - *col) cells = end - *col;
    TRY(make_strip(geodesic, (cl_int)folded, (cl_int)cells));
    for (int64_t r = 0; r < window.rows; r += ROWS_AT_ONCE) {
        int64_t rows = window.rows - r < ROWS_AT_ONCE ? window.rows - r : ROWS_AT_ONCE;
        struct piece piece = {.row0 = (cl_int)(window.row0 - geodesic->window.row0 + r),
                              .rows = (cl_int)rows,
                              .strip0 = (cl_int)folded,
                              .cells = (cl_int)cells,
                              .first = r * window.cols + *col - (end - window.cols),
                              .width = (cl_int)window.cols};
        TRY(upload_rows(geodesic, piece.row0, piece.rows));
        TRY(make_piece(geodesic, &piece, metres, source));
    }
    *col += cells;
    return NULL;
}

status geodesic_rows(struct geodesic *geodesic, struct window window, struct buffer *metres, struct buffer *source) {
    struct buffer *own = NULL;
    if (geodesic->n_listed == 0) return no_source(window, metres, source);
    bool fp64 = geodesic->device->info.fp64;
    if (!fp64 && !source) TRY(buffer_open(geodesic->device, (size_t)(window.cols * window.rows) * sizeof(cl_long), &own));
    int64_t col = window.col0 - geodesic->window.col0, end = col + window.cols;
    status failure = NULL;
    while (!failure && col < end) failure = strip_rows(geodesic, window, &col, metres, source ? source : own);
    if (!failure && !fp64) failure = lengths_on_host(geodesic, window, metres, source ? source : own);
    buffer_close(own);
    return failure;
}
