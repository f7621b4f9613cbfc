/* A pixel shows one cell of the lattice: nothing is averaged, so that a colour is a cell's own score. */
#include "report/page_raster.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/parallel.h"

enum { RULES_A_PLANE = 8, TRIES = 20, FORGET_ROWS = 64 };
static const double COARSER = 0.75;

static bool can_score(const struct overlay *node) {
    static const bool known[OVERLAYS] = {[OVERLAY_CRITERION] = true, [OVERLAY_WEIGHTED] = true, [OVERLAY_WEIGHTED_PRODUCT] = true,
                                         [OVERLAY_AND] = true,       [OVERLAY_OR] = true,       [OVERLAY_PRODUCT] = true,
                                         [OVERLAY_SUM] = true,       [OVERLAY_GAMMA] = true};
    for (const struct overlay *child = node->child; child; child = child->next)
        if (!can_score(child)) return false;
    return known[node->op];
}

bool page_can_score(const struct target *target) {
    return !target->model && target->score && can_score(target->score);
}

/* Planes that are not the lattice's own. */
struct own_planes {
    uint8_t *inside, **scores; /* [lattice cell]; scores: NULL where the page works them out */
};

struct making {
    const struct result *result;
    struct page_raster *raster;
    struct own_planes own;
    int32_t *places;
    status *failures;      /* [n_urls] */
    atomic_size_t written; /* bytes of all pictures */
};

static status name_planes(const struct result *result, struct page_raster *raster) {
    const struct scenario *scenario = result->scenario;
    struct page_planes *planes = &raster->planes;
    planes->criteria = arena_alloc(&raster->arena, scenario->n_criteria + 1, sizeof *planes->criteria);
    planes->scores = arena_alloc(&raster->arena, scenario->n_targets, sizeof *planes->scores);
    if (!planes->criteria || !planes->scores) return status_no_memory();
    int next = 1;
    for (size_t c = 0; c < scenario->n_criteria; c++) planes->criteria[c] = scenario->criteria[c].membership.kind == MEMBER_NONE ? NO_INDEX : next++;
    planes->rules = next;
    next += (int)((scenario->n_rules + RULES_A_PLANE - 1) / RULES_A_PLANE);
    for (size_t t = 0; t < scenario->n_targets; t++) planes->scores[t] = page_can_score(&scenario->targets[t]) ? NO_INDEX : next++;
    planes->count = (size_t)next;
    raster->n_urls = (planes->count + PLANES_A_PNG - 1) / PLANES_A_PNG;
    raster->urls = arena_alloc(&raster->arena, raster->n_urls, sizeof *raster->urls);
    return raster->urls ? NULL : status_no_memory();
}

static size_t grid_cell_at(const struct result *result, int64_t i, int64_t j) {
    const struct lattice *lattice = &result->lattice;
    return (size_t)(lattice_cell(lattice, j, result->grid.height) * result->grid.width + lattice_cell(lattice, i, result->grid.width));
}

static uint8_t score_byte(const struct score_scale *scale, float score) {
    double share = heatmap_share(scale, (double)score);
    return isnan(score) ? LATTICE_MISSING : (uint8_t)(LATTICE_LEAST + (int)(fmin(fmax(share, 0), 1) * LATTICE_STEPS + 0.5));
}

/* Planes of a whole grid may be larger than memory. */
static void forget_before(const struct result *result, size_t target, int64_t row) {
    const struct target_result *found = &result->targets[target];
    int64_t first = row - FORGET_ROWS * result->lattice.step;
    if (first < 0) first = 0;
    scratch_forget_cells(&found->score, &found->state, (size_t)(first * result->grid.width), (size_t)((row - first) * result->grid.width));
}

static status fill_scores(const struct result *result, size_t target, struct making *making) {
    const struct lattice *lattice = &result->lattice;
    const float *score = result->targets[target].score.bytes;
    const struct score_scale *scale = &result->targets[target].scale;
    uint8_t **to = &making->own.scores[target];
    TRY(MEMORY_ARRAY((size_t)(lattice->cols * lattice->rows), to));
    for (int64_t j = 0; j < lattice->rows; j++) {
        for (int64_t i = 0; i < lattice->cols; i++) (*to)[j * lattice->cols + i] = score_byte(scale, score[grid_cell_at(result, i, j)]);
        if (j % FORGET_ROWS == 0) forget_before(result, target, lattice_cell(lattice, j, result->grid.height));
    }
    return NULL;
}

static status fill_own(const struct result *result, struct making *making) {
    const struct lattice *lattice = &result->lattice;
    size_t cells = (size_t)(lattice->cols * lattice->rows), targets = result->scenario->n_targets;
    const uint8_t *state = result->targets[0].state.bytes;
    TRY(MEMORY_ARRAY(cells, &making->own.inside));
    TRY(MEMORY_ARRAY(targets, &making->own.scores));
    for (int64_t j = 0; j < lattice->rows; j++) {
        for (int64_t i = 0; i < lattice->cols; i++)
            making->own.inside[j * lattice->cols + i] = state[grid_cell_at(result, i, j)] == CELL_OUTSIDE ? 0 : UINT8_MAX;
        if (j % FORGET_ROWS == 0) forget_before(result, 0, lattice_cell(lattice, j, result->grid.height));
    }
    for (size_t t = 0; t < targets; t++)
        if (making->raster->planes.scores[t] != NO_INDEX) TRY(fill_scores(result, t, making));
    return NULL;
}

/* The lattice's cell that stands for each pixel's. */
static status fill_places(const struct result *result, const struct crs_lonlat *lonlat, const struct mercator *map, int32_t **out) {
    const struct lattice *lattice = &result->lattice;
    int64_t *cells = NULL;
    TRY(MEMORY_ARRAY((size_t)(MERCATOR_STRIP * map->width), &cells));
    status failure = MEMORY_ARRAY((size_t)(map->width * map->height), out);
    for (int64_t row = 0; !failure && row < map->height; row += MERCATOR_STRIP) {
        int64_t rows = map->height - row < MERCATOR_STRIP ? map->height - row : MERCATOR_STRIP;
        mercator_strip(&result->grid, lonlat, map, row, cells);
        for (int64_t i = 0; i < rows * map->width; i++) {
            int64_t column = cells[i] % result->grid.width / lattice->step, line = cells[i] / result->grid.width / lattice->step;
            (*out)[row * map->width + i] = cells[i] < 0 ? -1 : (int32_t)(line * lattice->cols + column);
        }
    }
    free(cells);
    return failure;
}

static const uint8_t *plane_at(const struct making *making, size_t index) {
    const struct page_planes *planes = &making->raster->planes;
    const struct scenario *scenario = making->result->scenario;
    const struct lattice *lattice = &making->result->lattice;
    if ((int)index == planes->inside) return making->own.inside;
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (planes->criteria[c] == (int)index) return lattice_plane(lattice, c);
    for (size_t t = 0; t < scenario->n_targets; t++)
        if (planes->scores[t] == (int)index) return making->own.scores[t];
    return lattice_plane(lattice, scenario->n_criteria + index - (size_t)planes->rules);
}

/* In a file they may be larger than memory together. */
static void forget_planes(const struct making *making, const uint8_t *const *planes, size_t count) {
    const struct scratch *bytes = &making->result->lattice.bytes;
    size_t cells = (size_t)(making->result->lattice.cols * making->result->lattice.rows);
    for (size_t k = 0; k < count; k++) {
        const uint8_t *start = bytes->bytes;
        for (size_t p = 0; p < making->result->lattice.n_planes; p++)
            if (planes[k] == start + p * cells) scratch_forget(bytes, p * cells, cells);
    }
}

static void make_url(void *user, int64_t index) {
    struct making *making = user;
    const struct page_raster *raster = making->raster;
    size_t first = (size_t)index * PLANES_A_PNG, left = raster->planes.count - first;
    struct plane_picture picture = {.width = raster->map.width,
                                    .height = raster->map.height,
                                    .n_planes = left < PLANES_A_PNG ? left : PLANES_A_PNG,
                                    .places = making->places,
                                    .written = &making->written,
                                    .most = PLAN_PAGE_PICTURES / 4 * 3};
    for (size_t k = 0; k < picture.n_planes; k++) picture.planes[k] = plane_at(making, first + k);
    making->failures[index] = plane_png_url(&picture, &raster->urls[index]);
    forget_planes(making, picture.planes, picture.n_planes);
}

static status make_urls(struct making *making, const struct crs_lonlat *lonlat, bool *fit) {
    struct page_raster *raster = making->raster;
    atomic_store(&making->written, 0);
    TRY(fill_places(making->result, lonlat, &raster->map, &making->places));
    for (size_t i = 0; i < raster->n_urls; i++) text_free(&raster->urls[i]);
    parallel_for((int64_t)raster->n_urls, parallel_threads(), make_url, making);
    status failure = NULL;
    for (size_t i = 0; i < raster->n_urls; i++) {
        failure = status_first(failure, making->failures[i]);
        making->failures[i] = NULL;
    }
    *fit = atomic_load(&making->written) <= PLAN_PAGE_PICTURES / 4 * 3;
    free(making->places);
    making->places = NULL;
    return failure;
}

/* As fine as the lattice, then coarser until all pictures together are small enough for one file. */
static status make_fitting(struct making *making, const struct crs_lonlat *lonlat) {
    const struct result *result = making->result;
    double pixels = PLAN_PAGE_CELLS;
    bool fit = false;
    for (int try = 0; !fit && try < TRIES; try++) {
        TRY(mercator_fit(&result->grid, lonlat, result->lattice.step, (int64_t)pixels, &making->raster->map));
        TRY(make_urls(making, lonlat, &fit));
        pixels = COARSER * (double)(making->raster->map.width * making->raster->map.height);
    }
    return fit ? NULL : status_fail(LODE_BAD_DATA, "report.html: so many criteria and rules do not fit into one page; leave it out by --no-report");
}

status page_raster_make(const struct result *result, struct page_raster *out) {
    struct making making = {.result = result, .raster = out};
    struct crs_lonlat *lonlat = NULL;
    *out = (struct page_raster){0};
    status failure = name_planes(result, out);
    if (!failure) failure = fill_own(result, &making);
    if (!failure) failure = MEMORY_ARRAY(out->n_urls, &making.failures);
    if (!failure) failure = crs_lonlat_open(&result->grid, &lonlat);
    if (!failure) failure = make_fitting(&making, lonlat);
    crs_lonlat_close(lonlat);
    for (size_t t = 0; making.own.scores && t < result->scenario->n_targets; t++) free(making.own.scores[t]);
    free(making.own.scores);
    free(making.own.inside);
    free(making.failures);
    free(making.places);
    return failure;
}

void page_raster_free(struct page_raster *raster) {
    for (size_t i = 0; raster->urls && i < raster->n_urls; i++) text_free(&raster->urls[i]);
    arena_free(&raster->arena);
}
