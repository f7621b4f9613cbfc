/* Places of nodes are asked of PROJ, a run of rows a thread; how coarse they may be is tried out from the coarsest. */
#include "geo/places.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "geo/gdal_words.h"
#include "geo/srs.h"

enum { SAMPLES = 17, STRETCH_STEPS = 16, RUN_NODES = 1 << 14 };
static const double MOST_PATCHED = 0.75, LITTLE_PATCHED = 1.0 / 16;      /* of all tiles */
static const double SHARE_SPARE = 1.5;                                   /* of tiles expected to be patched, for some are missed */
static const double CELL_PART = 2e-7, SMALL_M = 1e-4, SMALL_PART = 1e-5; /* allowed errors: of a cell, or so small a length */

/* Rows of places to be asked for: columns col0 + i step_x, rows row0 + j step_y of the lattice, `cols` by `rows` of them;
 * or, where there are `tiles`, the rows of one tile after those of another, col0 and row0 being the corner of all. */
struct asking {
    const struct grid *grid;
    int64_t col0, row0, step_x, step_y, cols, rows;
    const int64_t *tiles; /* NULL, or of every PLACES_TILE rows the tile's number */
    int64_t tile_cols;
    int64_t run; /* rows a thread takes at a time */
    double *out; /* [row][col][3] */
    atomic_bool failed;
};

static void first_cell(const struct asking *asking, int64_t j, int64_t *col, int64_t *row) {
    int64_t tile = asking->tiles ? asking->tiles[j / PLACES_TILE] : 0;
    *col = asking->col0 + (asking->tiles ? tile % asking->tile_cols * PLACES_TILE : 0);
    *row = asking->row0 + (asking->tiles ? tile / asking->tile_cols * PLACES_TILE + j % PLACES_TILE : j * asking->step_y);
}

static OGRCoordinateTransformationH to_own_lonlat(const struct grid *grid) {
    OGRSpatialReferenceH srs = NULL;
    status failure = srs_read(grid->wkt, &srs);
    lode_error_free(failure);
    if (failure) return NULL;
    OGRSpatialReferenceH own = OSRCloneGeogCS(srs);
    OGRCoordinateTransformationH transform = NULL;
    if (own) {
        OSRSetAxisMappingStrategy(own, OAMS_TRADITIONAL_GIS_ORDER);
        OSRSetAngularUnits(own, SRS_UA_DEGREE, atan(1.0) / 45);
        transform = srs_transform(srs, own);
        OSRRelease(own);
    }
    OSRRelease(srs);
    return transform;
}

static void place_of(double lon, double lat, double flattening, double out[3]) {
    double degree = acos(-1.0) / 180, p = atan2((1 - flattening) * sin(lat * degree), cos(lat * degree));
    out[0] = cos(p) * cos(lon * degree);
    out[1] = cos(p) * sin(lon * degree);
    out[2] = sin(p);
}

static bool ask_rows(const struct asking *asking, OGRCoordinateTransformationH transform, int64_t from, int64_t to) {
    size_t cols = (size_t)asking->cols;
    double *x = NULL, *y = NULL;
    int *good = NULL;
    status failure = MEMORY_ARRAY(cols, &x);
    if (!failure) failure = MEMORY_ARRAY(cols, &y);
    if (!failure) failure = MEMORY_ARRAY(cols, &good);
    for (int64_t j = from; !failure && j < to; j++) {
        int64_t col, row;
        first_cell(asking, j, &col, &row);
        for (size_t i = 0; i < cols; i++) {
            x[i] = grid_x(asking->grid, (double)(col + (int64_t)i * asking->step_x));
            y[i] = grid_y(asking->grid, (double)row);
        }
        OCTTransformEx(transform, (int)cols, x, y, NULL, good);
        for (size_t i = 0; i < cols; i++) {
            bool known = good[i] && isfinite(x[i]) && isfinite(y[i]);
            place_of(known ? x[i] : NAN, known ? y[i] : NAN, asking->grid->flattening, asking->out + 3 * ((size_t)j * cols + i));
        }
    }
    bool done = !failure;
    lode_error_free(failure);
    free(x);
    free(y);
    free(good);
    return done;
}

static void ask_run(void *user, int64_t run) {
    struct asking *asking = user;
    int64_t from = run * asking->run, to = from + asking->run < asking->rows ? from + asking->run : asking->rows;
    struct gdal_words said;
    gdal_begin(&said);
    OGRCoordinateTransformationH transform = to_own_lonlat(asking->grid);
    if (!transform || !ask_rows(asking, transform, from, to)) asking->failed = true;
    OCTDestroyCoordinateTransformation(transform);
    gdal_end();
}

static status ask(struct asking *asking) {
    TRY(MEMORY_ARRAY((size_t)(asking->cols * asking->rows) * 3, &asking->out));
    asking->run = RUN_NODES / asking->cols + 1;
    parallel_for((asking->rows + asking->run - 1) / asking->run, parallel_threads(), ask_run, asking);
    if (!asking->failed) return NULL;
    free(asking->out);
    asking->out = NULL;
    return status_fail(LODE_BAD_DATA, "no way from %s to longitude and latitude", asking->grid->crs);
}

static status ask_nodes(const struct grid *grid, struct window window, int64_t step, struct places *out) {
    struct asking asking = {.grid = grid,
                            .col0 = window.col0 - step,
                            .row0 = window.row0 - step,
                            .step_x = step,
                            .step_y = step,
                            .cols = (window.cols - 1) / step + 4,
                            .rows = (window.rows - 1) / step + 4};
    TRY(ask(&asking));
    *out = (struct places){.window = window,
                           .step = step,
                           .cols = asking.cols,
                           .rows = asking.rows,
                           .nodes = asking.out,
                           .tile_cols = (window.cols + PLACES_TILE - 1) / PLACES_TILE,
                           .tile_rows = (window.rows + PLACES_TILE - 1) / PLACES_TILE};
    return NULL;
}

/* The cubic in the middle of four by four nodes; *known: how many of them are somewhere. */
static void middle_of(const struct places *places, int64_t i, int64_t j, double out[3], int *known) {
    static const double w[4] = {-1.0 / 16, 9.0 / 16, 9.0 / 16, -1.0 / 16};
    *known = 0;
    for (int k = 0; k < 3; k++) out[k] = 0;
    for (int b = 0; b < 4; b++)
        for (int a = 0; a < 4; a++) {
            const double *node = places->nodes + 3 * ((j + b) * places->cols + i + a);
            *known += !isnan(node[0]);
            for (int k = 0; k < 3; k++) out[k] += w[a] * w[b] * node[k];
        }
}

/* Whether the cubic's `middle` serves for `exact`; `known` of its nodes are somewhere. */
static bool is_fine(const struct grid *grid, const double middle[3], int known, const double exact[3]) {
    const double cell_m = fmin(grid->dx, grid->dy) * grid->unit_m, allowed = fmax(CELL_PART * cell_m, fmin(SMALL_M, SMALL_PART * cell_m));
    double off2 = 0;
    for (int k = 0; k < 3; k++) off2 += (middle[k] - exact[k]) * (middle[k] - exact[k]);
    return known == 0 ? isnan(exact[0]) : known == 16 && sqrt(off2) * grid->semi_major_m <= allowed;
}

/* Marks the tiles in which the middle between four nodes is not where the cubic says. Where some of its nodes are nowhere it would be nowhere too,
 * and cannot serve. */
static status mark_rough(const struct grid *grid, const struct places *places, bool *rough) {
    struct asking middles = {.grid = grid,
                             .col0 = places->window.col0 + places->step / 2,
                             .row0 = places->window.row0 + places->step / 2,
                             .step_x = places->step,
                             .step_y = places->step,
                             .cols = places->cols - 3,
                             .rows = places->rows - 3};
    TRY(ask(&middles));
    for (int64_t j = 0; j < middles.rows; j++)
        for (int64_t i = 0; i < middles.cols; i++) {
            const double *exact = middles.out + 3 * (j * middles.cols + i);
            double middle[3];
            int known;
            middle_of(places, i, j, middle, &known);
            if (!is_fine(grid, middle, known, exact))
                rough[j * places->step / PLACES_TILE * places->tile_cols + i * places->step / PLACES_TILE] = true;
        }
    free(middles.out);
    return NULL;
}

/* All places of the tiles that are rough. */
static status ask_patches(const struct grid *grid, const bool *rough, struct places *places) {
    int64_t tiles = places->tile_cols * places->tile_rows, *listed;
    TRY(MEMORY_ARRAY((size_t)places->n_patches, &listed));
    status failure = MEMORY_ARRAY((size_t)tiles, &places->patch_of);
    int32_t n = 0;
    for (int64_t t = 0; !failure && t < tiles; t++) {
        if (rough[t]) listed[n] = t;
        places->patch_of[t] = rough[t] ? n++ : -1;
    }
    struct asking asking = {.grid = grid,
                            .col0 = places->window.col0,
                            .row0 = places->window.row0,
                            .step_x = 1,
                            .cols = PLACES_TILE,
                            .rows = n * PLACES_TILE,
                            .tiles = listed,
                            .tile_cols = places->tile_cols};
    if (!failure) failure = ask(&asking);
    places->patches = asking.out;
    free(listed);
    return failure;
}

/* Patches that cost less than the nodes that half the step would add, or little anyway: where a projection ends, no step is small enough. */
static double few_share(int64_t step) {
    return fmax(fmin(4 / (double)(step * step), MOST_PATCHED), LITTLE_PATCHED);
}

static int64_t few_patches(const struct places *places) {
    return (int64_t)fmin(few_share(places->step) * (double)(places->tile_cols * places->tile_rows), INT32_MAX);
}

/* *few: the nodes serve in all tiles but a few, and those have patches. */
static status mend_rough(const struct grid *grid, struct places *places, bool *few) {
    int64_t tiles = places->tile_cols * places->tile_rows;
    bool *rough;
    TRY(MEMORY_ARRAY((size_t)tiles, &rough));
    status failure = mark_rough(grid, places, rough);
    for (int64_t t = 0; t < tiles; t++) places->n_patches += rough[t];
    *few = places->n_patches <= few_patches(places);
    if (!failure && *few && places->n_patches > 0) failure = ask_patches(grid, rough, places);
    free(rough);
    return failure;
}

/* Places of the window's samples, each moved by some cells. Free out->out. */
static status ask_samples(const struct grid *grid, struct window window, int64_t right, int64_t down, struct asking *out) {
    *out = (struct asking){.grid = grid,
                           .col0 = window.col0 + right,
                           .row0 = window.row0 + down,
                           .step_x = (window.cols - 1) / (SAMPLES - 1) + 1,
                           .step_y = (window.rows - 1) / (SAMPLES - 1) + 1,
                           .cols = SAMPLES,
                           .rows = SAMPLES};
    return ask(out);
}

/* How many of the samples the cubic of nodes at every step-th cell does not serve for. */
static status rough_share(const struct grid *grid, struct window window, int64_t step, double *out) {
    static const double w[4] = {-1.0 / 16, 9.0 / 16, 9.0 / 16, -1.0 / 16};
    double middle[SAMPLES * SAMPLES][3] = {{0}};
    int known[SAMPLES * SAMPLES] = {0}, rough = 0;
    struct asking asked;
    for (int k = 0; k < 16; k++) {
        TRY(ask_samples(grid, window, (k % 4 - 1) * step, (k / 4 - 1) * step, &asked));
        for (int i = 0; i < SAMPLES * SAMPLES; i++) {
            known[i] += !isnan(asked.out[3 * i]);
            for (int axis = 0; axis < 3; axis++) middle[i][axis] += w[k % 4] * w[k / 4] * asked.out[3 * i + axis];
        }
        free(asked.out);
    }
    TRY(ask_samples(grid, window, step / 2, step / 2, &asked));
    for (int i = 0; i < SAMPLES * SAMPLES; i++) rough += !is_fine(grid, middle[i], known[i], asked.out + 3 * i);
    free(asked.out);
    *out = (double)rough / (SAMPLES * SAMPLES);
    return NULL;
}

static double node_share(struct window window, int64_t step) {
    return (double)((window.cols - 1) / step + 4) * (double)((window.rows - 1) / step + 4) / ((double)window.cols * (double)window.rows);
}

/* As places_make goes down the steps. Where a step could do or not, the dearer of both is taken. */
status places_cell_bytes(const struct grid *grid, struct window window, double *out) {
    const double place = 2 * 3 * sizeof(double), tile_cells = PLACES_TILE * PLACES_TILE;
    *out = 0;
    for (int64_t step = PLACES_TILE; step > 1; step /= 2) {
        double share, few = few_share(step);
        TRY(rough_share(grid, window, step, &share));
        if (share > few) continue;
        *out = fmax(*out, place * (node_share(window, step) + fmin(share * SHARE_SPARE, few)) + 2 * sizeof(int32_t) / tile_cells);
        if (share * SHARE_SPARE <= few) return NULL;
    }
    *out = fmax(*out, place * node_share(window, 1));
    return NULL;
}

/* The least metres of ground that a metre of the plane can be, from the places of a cell and of the next to the east and south. */
static double least_ground(const struct grid *grid, const double *here, const double *east, const double *south) {
    double du[3], dv[3], e = 0, f = 0, g = 0;
    for (int k = 0; k < 3; k++) {
        double axis_m = k < 2 ? grid->semi_major_m : grid->semi_major_m * (1 - grid->flattening);
        du[k] = (east[k] - here[k]) * axis_m / (grid->dx * grid->unit_m);
        dv[k] = (south[k] - here[k]) * axis_m / (grid->dy * grid->unit_m);
        e += du[k] * du[k], f += du[k] * dv[k], g += dv[k] * dv[k];
    }
    return sqrt(fmax((e + g) / 2 - hypot((e - g) / 2, f), 0));
}

/* Within the grid and `growth` of its longer side around it, at STRETCH_STEPS + 1 places abreast. */
static status stretch_within(const struct grid *grid, double growth, double *out) {
    const double side_m = fmax((double)grid->width * grid->dx, (double)grid->height * grid->dy);
    const int64_t around_x = (int64_t)ceil(growth * side_m / grid->dx), around_y = (int64_t)ceil(growth * side_m / grid->dy);
    struct asking asking[3];
    status failure = NULL;
    for (int k = 0; k < 3; k++) asking[k].out = NULL;
    for (int k = 0; !failure && k < 3; k++) {
        asking[k] = (struct asking){.grid = grid,
                                    .col0 = -around_x + (k == 1),
                                    .row0 = -around_y + (k == 2),
                                    .step_x = (grid->width + 2 * around_x) / STRETCH_STEPS + 1,
                                    .step_y = (grid->height + 2 * around_y) / STRETCH_STEPS + 1,
                                    .cols = STRETCH_STEPS + 1,
                                    .rows = STRETCH_STEPS + 1};
        failure = ask(&asking[k]);
    }
    *out = 0;
    for (int64_t i = 0; !failure && i < 3 * (STRETCH_STEPS + 1) * (STRETCH_STEPS + 1); i += 3) {
        double ground = least_ground(grid, asking[0].out + i, asking[1].out + i, asking[2].out + i);
        if (!isnan(ground)) *out = fmax(*out, 1 / ground);
    }
    for (int k = 0; k < 3; k++) free(asking[k].out);
    return failure;
}

status places_stretch(struct grid *grid) {
    for (int i = 0; i < 4; i++) TRY(stretch_within(grid, grid_growth[i], &grid->stretch[i]));
    return NULL;
}

status places_make(const struct grid *grid, struct window window, struct places *out) {
    for (int64_t step = PLACES_TILE;; step /= 2) {
        bool few = true;
        TRY(ask_nodes(grid, window, step, out));
        status failure = step == 1 ? NULL : mend_rough(grid, out, &few);
        if (failure || !few) places_free(out);
        if (failure || few) return failure;
    }
}

void places_free(struct places *places) {
    free(places->nodes);
    free(places->patch_of);
    free(places->patches);
    *places = (struct places){0};
}
