/* Geodesic distance: bits stay on the device; ROWS_AT_ONCE rows of a strip of columns are made at a time (kernels/geodesic.cl) from the mask's
 * rows within a margin of them, widened until no row outside can hold a nearer source.
 * A mask wider than the world is folded to one turn. Tables of the ellipsoid's meridian are made here in double: with
 * p the reduced latitude a row has rho = cos p, z = (1 - f) sin p (semi-major axes), each sent as a single and its rest.
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
    ROWS_AT_ONCE = 256,
    ANCHOR = 16, /* as in kernels/geodesic.cl */
    ANCHORS_AT_ONCE = ROWS_AT_ONCE / ANCHOR + 2,
    MARGIN = 64,
    GROUP_CPU = 1,
    GROUP_GPU = 64
};
enum { STRIP_NEAREST, ANCHOR_ROWS, NEAREST_SOURCE, KERNELS };

/* Reduced latitude, and sine and cosine of its half: what kernels/geodesy.h wants. */
struct latitude {
    double reduced, half_sin, half_cos;
};

struct geodesic {
    struct device *device;
    struct window window; /* of the mask as given */
    cl_int given_cols, rows, cols, n_words, n_listed, strip;
    cl_int *margins; /* of each strip, rows beyond a piece likely to be enough */
    cl_long given_words;
    size_t group, lanes;
    double semi_major_m, flattening, column_rad;
    struct latitude *latitudes; /* of each row of the mask */
    cl_int *listed;             /* rows with sources, from the top */
    cl_int *start;              /* of each row, the first listed row not above it; n_listed beyond the last */
    cl_program program;
    cl_kernel kernels[KERNELS];
    struct buffer *given, *bits; /* the same when nothing is folded */
    struct buffer *listed_rows, *start_rows, *half_sine2, *place_rows, *latitude_rows;
    struct buffer *at, *sine2, *winner, *beyond;
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
    TRY(MEMORY_ARRAY((size_t)geodesic->rows, &geodesic->listed));
    TRY(MEMORY_ARRAY((size_t)geodesic->rows + 1, &geodesic->start));
    for (cl_int r = 0; r < geodesic->rows; r++) {
        double lat = fmin(fmax(grid_y(grid, (double)(mask->window.row0 + r)), -90), 90) * acos(-1.0) / 180;
        double reduced = atan2((1 - geodesic->flattening) * sin(lat), cos(lat));
        geodesic->latitudes[r] = (struct latitude){reduced, sin(reduced / 2), cos(reduced / 2)};
        geodesic->start[r] = geodesic->n_listed;
        const uint64_t *words = mask->bits + r * mask->words_per_row;
        uint64_t any = 0;
        for (int64_t i = 0; i < mask->words_per_row; i++) any |= words[i];
        if (any) geodesic->listed[geodesic->n_listed++] = r;
    }
    geodesic->start[geodesic->rows] = geodesic->n_listed;
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

/* Squared half sines by columns apart, the same both ways round. */
static status upload_sines(struct geodesic *geodesic, const struct grid *grid) {
    size_t cols = (size_t)geodesic->cols;
    int64_t turn = columns_of_turn(grid);
    float *half_sine2;
    TRY(MEMORY_ARRAY(cols, &half_sine2));
    for (int64_t d = 0; d < geodesic->cols; d++) {
        double s = sin(0.5 * geodesic->column_rad * (double)(turn > 0 && 2 * d > turn ? llabs(turn - d) : d));
        half_sine2[d] = (float)(s * s);
    }
    status failure = buffer_of(geodesic->device, cols * sizeof *half_sine2, half_sine2, &geodesic->half_sine2);
    free(half_sine2);
    return failure;
}

/* As the kernels' place. */
static status upload_places(struct geodesic *geodesic) {
    size_t rows = (size_t)geodesic->rows;
    cl_float4 *places;
    TRY(MEMORY_ARRAY(rows, &places));
    for (size_t r = 0; r < rows; r++) {
        double rho = cos(geodesic->latitudes[r].reduced), z = (1 - geodesic->flattening) * sin(geodesic->latitudes[r].reduced);
        places[r] = (cl_float4){{(float)rho, (float)(rho - (float)rho), (float)z, (float)(z - (float)z)}};
    }
    status failure = buffer_of(geodesic->device, rows * sizeof *places, places, &geodesic->place_rows);
    free(places);
    return failure;
}

static status upload_tables(struct geodesic *geodesic) {
    struct device *device = geodesic->device;
    size_t rows = (size_t)geodesic->rows;
    TRY(upload_places(geodesic));
    TRY(buffer_of(device, (size_t)geodesic->n_listed * sizeof(cl_int), geodesic->listed, &geodesic->listed_rows));
    TRY(buffer_of(device, rows * sizeof(cl_int), geodesic->start, &geodesic->start_rows));
    return buffer_of(device, rows * sizeof(struct latitude), geodesic->latitudes, &geodesic->latitude_rows);
}

static status open_scratch(struct geodesic *geodesic) {
    size_t n = (size_t)geodesic->n_listed, strip = STRIP_BYTES / (BYTES_PER_CELL * (n ? n : 1)) / STRIP_MIN * STRIP_MIN;
    strip = strip < STRIP_MIN ? STRIP_MIN : strip > STRIP_MAX ? STRIP_MAX : strip;
    geodesic->strip = (cl_int)strip;
    TRY(MEMORY_ARRAY((size_t)geodesic->cols / strip + 1, &geodesic->margins));
    for (size_t i = 0; i <= (size_t)geodesic->cols / strip; i++) geodesic->margins[i] = MARGIN;
    TRY(buffer_open(geodesic->device, n * strip * sizeof(cl_int), &geodesic->at));
    TRY(buffer_open(geodesic->device, n * strip * sizeof(float), &geodesic->sine2));
    TRY(buffer_open(geodesic->device, ANCHORS_AT_ONCE * strip * sizeof(cl_int), &geodesic->winner));
    return buffer_open(geodesic->device, sizeof(cl_int), &geodesic->beyond);
}

static status build(struct geodesic *geodesic) {
    static const char *const names[KERNELS] = {"strip_nearest", "anchor_rows", "nearest_source"};
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
    struct buffer *const buffers[] = {geodesic->given,      geodesic->listed_rows,   geodesic->start_rows, geodesic->half_sine2,
                                      geodesic->place_rows, geodesic->latitude_rows, geodesic->at,         geodesic->sine2,
                                      geodesic->winner,     geodesic->beyond};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) buffer_close(buffers[i]);
    free(geodesic->latitudes);
    free(geodesic->listed);
    free(geodesic->start);
    free(geodesic->margins);
    free(geodesic);
}

/* A piece of the results: rows row0.. of the mask, cells of a strip; `first`: its first cell in the results, `width` cells a row.
 * Listed rows first_k to end_k - 1 are at hand. Anchors are rows ANCHOR apart from the mask's top. */
struct piece {
    cl_int row0, rows, strip0, cells, first_k, end_k, first_anchor, anchors;
    cl_long first;
    cl_int width;
};

/* The listed rows within `margin` of the piece and its anchors. */
static void reach(const struct geodesic *geodesic, cl_int margin, struct piece *piece) {
    int64_t end = ((int64_t)piece->first_anchor + piece->anchors - 1) * ANCHOR + 1 + margin, top = (int64_t)piece->first_anchor * ANCHOR - margin;
    piece->first_k = geodesic->start[top > 0 ? top : 0];
    piece->end_k = geodesic->start[end < geodesic->rows ? end : geodesic->rows];
}

static status make_strip(struct geodesic *geodesic, const struct piece *piece, bool sources) {
    const cl_int filled = (piece->cells + LANES_CPU - 1) / LANES_CPU * LANES_CPU;
    const struct kernel_arg args[] = {ARG_BUFFER(geodesic->bits),
                                      ARG(geodesic->n_words),
                                      ARG(geodesic->cols),
                                      ARG_BUFFER(geodesic->given),
                                      ARG(geodesic->given_words),
                                      ARG(geodesic->given_cols),
                                      ARG_BUFFER(geodesic->listed_rows),
                                      ARG(piece->first_k),
                                      ARG(piece->end_k),
                                      ARG_BUFFER(geodesic->half_sine2),
                                      ARG(piece->strip0),
                                      ARG(geodesic->strip),
                                      ARG(filled),
                                      sources ? ARG_BUFFER(geodesic->at) : ARG_NOTHING,
                                      ARG_BUFFER(geodesic->sine2)};
    return kernel_run(geodesic->device, geodesic->kernels[STRIP_NEAREST], args, 15, geodesic->group, (size_t)(piece->end_k - piece->first_k), 1);
}

/* `*beyond`: how many rows beyond the piece were looked at; CL_INT_MAX: more are needed. */
static status make_anchors(struct geodesic *geodesic, const struct piece *piece, cl_int *beyond) {
    const cl_int last_row = geodesic->rows - 1;
    const struct kernel_arg args[] = {ARG_BUFFER(geodesic->listed_rows),
                                      ARG(geodesic->n_listed),
                                      ARG(piece->first_k),
                                      ARG(piece->end_k),
                                      ARG_BUFFER(geodesic->place_rows),
                                      ARG_BUFFER(geodesic->start_rows),
                                      ARG(last_row),
                                      ARG(piece->first_anchor),
                                      ARG(piece->anchors),
                                      ARG(geodesic->strip),
                                      ARG(piece->cells),
                                      ARG_BUFFER(geodesic->sine2),
                                      ARG_BUFFER(geodesic->winner),
                                      ARG_BUFFER(geodesic->beyond)};
    const size_t items = ((size_t)piece->cells + geodesic->lanes - 1) / geodesic->lanes;
    *beyond = 0;
    TRY(buffer_write(geodesic->beyond, 0, sizeof *beyond, beyond));
    TRY(kernel_run(geodesic->device, geodesic->kernels[ANCHOR_ROWS], args, 14, geodesic->group, items, (size_t)piece->anchors));
    return buffer_read(geodesic->beyond, 0, sizeof *beyond, beyond);
}

/* Anchors from as few rows as will do. What they say does not depend on the margin tried first. */
static status find_anchors(struct geodesic *geodesic, struct piece *piece, bool sources) {
    cl_int *margin = &geodesic->margins[piece->strip0 / geodesic->strip], beyond = CL_INT_MAX;
    for (;; *margin *= 2) {
        reach(geodesic, *margin, piece);
        if (piece->first_k == piece->end_k) continue;
        TRY(make_strip(geodesic, piece, sources));
        TRY(make_anchors(geodesic, piece, &beyond));
        if (beyond == CL_INT_MAX) continue;
        *margin = beyond + beyond / 4 + ANCHOR;
        return NULL;
    }
}

static status make_piece(struct geodesic *geodesic, struct piece *piece, struct buffer *metres, struct buffer *source) {
    const cl_int last_row = geodesic->rows - 1;
    TRY(find_anchors(geodesic, piece, source));
    const struct kernel_arg args[] = {ARG_BUFFER(geodesic->listed_rows),
                                      ARG(piece->first_k),
                                      ARG_BUFFER(geodesic->place_rows),
                                      ARG(last_row),
                                      ARG_BUFFER(geodesic->sine2),
                                      source ? ARG_BUFFER(geodesic->at) : ARG_NOTHING,
                                      ARG_BUFFER(geodesic->winner),
                                      ARG(piece->first_anchor),
                                      ARG_BUFFER(geodesic->given),
                                      ARG(geodesic->given_words),
                                      ARG(geodesic->given_cols),
                                      ARG(geodesic->cols),
                                      ARG(piece->strip0),
                                      ARG(geodesic->strip),
                                      ARG(piece->cells),
                                      ARG(piece->row0),
                                      ARG(piece->rows),
                                      ARG(piece->first),
                                      ARG(piece->width),
                                      source ? ARG_BUFFER(source) : ARG_NOTHING,
                                      ARG_BUFFER(metres),
                                      ARG_BUFFER(geodesic->latitude_rows),
                                      ARG_BUFFER(geodesic->bits),
                                      ARG(geodesic->n_words),
                                      ARG_BUFFER(geodesic->half_sine2),
                                      ARG(geodesic->semi_major_m),
                                      ARG(geodesic->flattening),
                                      ARG(geodesic->column_rad)};
    const size_t lanes = geodesic->lanes, row0 = (size_t)piece->row0, end = row0 + (size_t)piece->rows;
    return kernel_run(geodesic->device, geodesic->kernels[NEAREST_SOURCE], args, geodesic->device->info.fp64 ? 28 : 21, geodesic->group,
                      ((size_t)piece->cells + lanes - 1) / lanes, (end + lanes - 1) / lanes - row0 / lanes);
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
    for (int64_t r = 0; r < window.rows; r += ROWS_AT_ONCE) {
        int64_t rows = window.rows - r < ROWS_AT_ONCE ? window.rows - r : ROWS_AT_ONCE;
        struct piece piece = {.row0 = (cl_int)(window.row0 - geodesic->window.row0 + r),
                              .rows = (cl_int)rows,
                              .strip0 = (cl_int)folded,
                              .cells = (cl_int)cells,
                              .first = r * window.cols + *col - (end - window.cols),
                              .width = (cl_int)window.cols};
        piece.first_anchor = piece.row0 / ANCHOR;
        piece.anchors = (piece.row0 + piece.rows - 1) / ANCHOR + 2 - piece.first_anchor;
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
