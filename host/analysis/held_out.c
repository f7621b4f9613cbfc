/* One refit a fold: no layer is read for it but at the places' own cells, once. */
#include "analysis/held_out.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/model_fit.h"

struct sample_cell {
    double posterior, weight;
};

/* A training cell that is held out in a fold. */
struct held_pair {
    size_t cell, fold;
};

struct crossing {
    const struct scan *scan;
    const struct validation_wish *wish;
    size_t target, n, n_folds;
    const struct fitted_model *fitted;
    const struct validated_surface *surface;
    const struct held_out_place *places;
    float *x;      /* [n][evidence] at the places */
    double *place; /* [n] posteriors of the fold at hand */
    struct held_pair *pairs;
    size_t n_pairs, room;
    double *training; /* [training cells] */
    double *drawn;    /* [drawn cells] */
    bool *out;        /* [training cells] */
    struct sample_cell *sample;
    size_t n_sample;
    double scored_km2;
    size_t blind; /* folds without a model */
};

/* In reading order, so that strips and blocks of layers are read once. */
static int by_cell(const void *a, const void *b) {
    const struct held_out_place *p = *(const struct held_out_place *const *)a, *q = *(const struct held_out_place *const *)b;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

static status read_place(const struct crossing *crossing, const struct held_out_place *place) {
    const struct scan *scan = crossing->scan;
    size_t n = crossing->fitted->model->n_evidence, at = (size_t)(place - crossing->places);
    struct window cell = {place->cell % scan->grid->width, place->cell / scan->grid->width, 1, 1};
    for (size_t i = 0; i < n; i++) {
        size_t criterion = (size_t)crossing->fitted->model->evidence[i].criterion;
        const float *value;
        TRY(planes_fill_criterion(scan->planes, criterion, cell));
        TRY(planes_read_criterion(scan->planes, criterion, cell, &value));
        crossing->x[at * n + i] = *value * (float)scan->plan->criteria[criterion].scale;
    }
    return NULL;
}

static status read_places(const struct crossing *crossing) {
    const struct held_out_place **order = NULL;
    status failure = MEMORY_ARRAY(crossing->n + 1, &order);
    for (size_t i = 0; !failure && i < crossing->n; i++) order[i] = &crossing->places[i];
    if (!failure) qsort(order, crossing->n, sizeof *order, by_cell);
    for (size_t i = 0; !failure && i < crossing->n; i++) failure = read_place(crossing, order[i]);
    free(order);
    return failure;
}

static status add_pair(struct crossing *crossing, size_t cell, size_t fold) {
    TRY(memory_reserve((void **)&crossing->pairs, &crossing->room, crossing->n_pairs + 1, sizeof *crossing->pairs));
    crossing->pairs[crossing->n_pairs++] = (struct held_pair){cell, fold};
    return NULL;
}

static bool is_near(const struct crossing *crossing, const struct training_cell *cell, double lon, double lat, const struct held_out_place *place) {
    const struct grid *grid = crossing->scan->grid;
    double merge_m = crossing->wish->places.merge_m, dx_m, dy_m;
    if (place->cell == cell->row * grid->width + cell->col) return true;
    if (!(merge_m > 0)) return false;
    grid_cell_metres(grid, (double)cell->row, &dx_m, &dy_m);
    merge_m += hypot(dx_m, dy_m) / 2;
    return fabs(place->lat - lat) * 110000 <= merge_m && crs_geodesic_m(lon, lat, place->lon, place->lat) <= merge_m;
}

/* A cell may be held out in several folds: two places in it need not be of one. `first`: a place of each fold. */
static status pair_cell(struct crossing *crossing, size_t k, const size_t *first) {
    const struct grid *grid = crossing->scan->grid;
    const struct training_cell *cell = &crossing->fitted->training.cells[k];
    double x = grid_x(grid, (double)cell->col), y = grid_y(grid, (double)cell->row), lon, lat;
    crs_to_lonlat(crossing->scan->lonlat, x, y, &lon, &lat);
    for (size_t i = 0; i < crossing->n; i++)
        if (is_near(crossing, cell, lon, lat, &crossing->places[i])) TRY(add_pair(crossing, k, crossing->places[i].fold));
    for (size_t f = 0; crossing->wish->folds.kind == FOLDS_BLOCKS && f < crossing->n_folds; f++)
        if (folds_same_block(&crossing->wish->folds, grid, x, y, crossing->places[first[f]].x, crossing->places[first[f]].y))
            TRY(add_pair(crossing, k, f));
    return NULL;
}

static status pair_cells(struct crossing *crossing) {
    size_t *first = NULL;
    TRY(MEMORY_ARRAY(crossing->n_folds + 1, &first));
    for (size_t i = crossing->n; i-- > 0;) first[crossing->places[i].fold] = i;
    status failure = NULL;
    for (size_t k = 0; !failure && k < crossing->fitted->training.n; k++) failure = pair_cell(crossing, k, first);
    free(first);
    return failure;
}

static int by_posterior(const void *a, const void *b) {
    const struct sample_cell *p = a, *q = b;
    return (p->posterior > q->posterior) - (p->posterior < q->posterior);
}

/* Area of what is scored. */
static double scored_km2(const struct grid *grid, const struct scratch *state) {
    double km2 = 0;
    for (int64_t row = 0; row < grid->height; row++) {
        const uint8_t *cells = (const uint8_t *)state->bytes + row * grid->width;
        int64_t scored = 0;
        for (int64_t col = 0; col < grid->width; col++) scored += cells[col] == CELL_SCORED;
        km2 += grid_cell_km2(grid, (double)row) * (double)scored;
        scratch_forget(state, (size_t)(row * grid->width), (size_t)grid->width);
    }
    return km2;
}

static void add_cell(struct crossing *crossing, int64_t cell, double posterior) {
    const struct grid *grid = crossing->scan->grid;
    if (((const uint8_t *)crossing->surface->state->bytes)[cell] != CELL_SCORED || isnan(posterior)) return;
    crossing->sample[crossing->n_sample++] = (struct sample_cell){posterior, grid_cell_km2(grid, (double)(cell / grid->width))};
}

/* The fold's posteriors of scored cells, rising: all training cells, and the drawn ones for all others. Weights become those of all up to each. */
static void sort_sample(struct crossing *crossing) {
    const struct fitted_model *fitted = crossing->fitted;
    double known_km2 = 0, drawn_km2 = 0;
    crossing->n_sample = 0;
    for (size_t k = 0; k < fitted->training.n; k++)
        add_cell(crossing, fitted->training.cells[k].row * crossing->scan->grid->width + fitted->training.cells[k].col, crossing->training[k]);
    size_t known = crossing->n_sample;
    for (size_t k = 0; k < fitted->drawn.n; k++) add_cell(crossing, fitted->drawn.cells[k].cell, crossing->drawn[k]);
    for (size_t k = 0; k < crossing->n_sample; k++) *(k < known ? &known_km2 : &drawn_km2) += crossing->sample[k].weight;
    for (size_t k = known; k < crossing->n_sample; k++) crossing->sample[k].weight *= (crossing->scored_km2 - known_km2) / drawn_km2;
    qsort(crossing->sample, crossing->n_sample, sizeof *crossing->sample, by_posterior);
    for (size_t k = 1; k < crossing->n_sample; k++) crossing->sample[k].weight += crossing->sample[k - 1].weight;
}

/* Weight of sampled cells whose posterior is below `posterior`, or at most that. */
static double weight_below(const struct crossing *crossing, double posterior, bool too) {
    size_t low = 0, high = crossing->n_sample;
    while (low < high) {
        size_t middle = (low + high) / 2;
        double at = crossing->sample[middle].posterior;
        if (at < posterior || (too && at == posterior))
            low = middle + 1;
        else
            high = middle;
    }
    return low ? crossing->sample[low - 1].weight : 0;
}

static status cross_fold(struct crossing *crossing, size_t fold, double *area_share) {
    const struct model_probe probe = {crossing->n, crossing->x, crossing->place};
    for (size_t k = 0; k < crossing->fitted->training.n; k++) crossing->out[k] = false;
    for (size_t i = 0; i < crossing->n_pairs; i++) crossing->out[crossing->pairs[i].cell] |= crossing->pairs[i].fold == fold;
    TRY(model_refit(crossing->scan->workers[0].device, crossing->fitted, crossing->out, &probe, crossing->training, crossing->drawn));
    sort_sample(crossing);
    size_t n = crossing->n_sample;
    crossing->blind += !n;
    for (size_t i = 0; i < crossing->n; i++) {
        if (crossing->places[i].fold != fold) continue;
        double total = n ? crossing->sample[n - 1].weight : 0, posterior = crossing->place[i];
        double up_to = weight_below(crossing, posterior, true), below = weight_below(crossing, posterior, false);
        area_share[i] = n && !isnan(posterior) ? 1 - (below + up_to) / 2 / total : 0.5;
    }
    return NULL;
}

static status make_room(struct crossing *crossing, struct arena *arena) {
    size_t training = crossing->fitted->training.n, drawn = crossing->fitted->drawn.n;
    crossing->x = arena_alloc(arena, crossing->n * crossing->fitted->model->n_evidence + 1, sizeof *crossing->x);
    crossing->place = arena_alloc(arena, crossing->n + 1, sizeof *crossing->place);
    crossing->training = arena_alloc(arena, training + 1, sizeof *crossing->training);
    crossing->out = arena_alloc(arena, training + 1, sizeof *crossing->out);
    crossing->drawn = arena_alloc(arena, drawn + 1, sizeof *crossing->drawn);
    crossing->sample = arena_alloc(arena, training + drawn + 1, sizeof *crossing->sample);
    bool whole = crossing->x && crossing->place && crossing->training && crossing->out && crossing->drawn && crossing->sample;
    return whole ? NULL : status_no_memory();
}

static status cross(struct crossing *crossing, double *area_share) {
    TRY(read_places(crossing));
    TRY(pair_cells(crossing));
    crossing->scored_km2 = scored_km2(crossing->scan->grid, crossing->surface->state);
    for (size_t f = 0; f < crossing->n_folds; f++) {
        TRY(log_progress(crossing->scan->log, (double)f / (double)crossing->n_folds));
        TRY(cross_fold(crossing, f, area_share));
    }
    if (crossing->blind)
        log_warn(crossing->scan->log,
                 "validation of '%s': in %zu of %zu folds nothing can be learnt from the places that are left; they rank as blind",
                 crossing->scan->scenario->targets[crossing->target].name, crossing->blind, crossing->n_folds);
    return NULL;
}

status held_out_shares(const struct scan *scan, const struct validation_wish *wish, size_t target, const struct validated_surface *surface, size_t n,
                       const struct held_out_place *places, size_t n_folds, double *area_share) {
    struct arena arena = {0};
    struct crossing crossing = {.scan = scan,
                                .wish = wish,
                                .target = target,
                                .n = n,
                                .n_folds = n_folds,
                                .fitted = scan->models[target],
                                .surface = surface,
                                .places = places};
    status failure = make_room(&crossing, &arena);
    if (!failure) failure = cross(&crossing, area_share);
    free(crossing.pairs);
    arena_free(&arena);
    return failure;
}
