/* One refit a fold: no layer is read for it but at the places' own cells, once. */
#include "analysis/held_out.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/model_fit.h"

struct sample_cell {
    double posterior, weight;
};

struct crossing {
    const struct scan *scan;
    const struct validation_wish *wish;
    size_t target, n, n_folds;
    const struct fitted_model *fitted;
    const struct validated_surface *surface;
    const struct held_out_place *places;
    float *x;         /* [n][evidence] at the places */
    double *place;    /* [n] posteriors of the fold at hand */
    size_t *owner;    /* [training cells] fold that it is held out with; n_folds: none */
    double *training; /* [training cells] */
    double *drawn;    /* [drawn cells] */
    bool *out;        /* [training cells] */
    struct sample_cell *sample;
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

/* The fold of the nearest place that is near enough; else, in folds by blocks, of the block. */
static size_t owner_of(const struct crossing *crossing, const struct training_cell *cell, const size_t *first) {
    const struct grid *grid = crossing->scan->grid;
    double x = grid_x(grid, (double)cell->col), y = grid_y(grid, (double)cell->row), lon, lat, dx_m, dy_m, least = INFINITY;
    size_t owner = crossing->n_folds;
    grid_cell_metres(grid, (double)cell->row, &dx_m, &dy_m);
    double near_m = crossing->wish->places.merge_m + hypot(dx_m, dy_m) / 2;
    crs_to_lonlat(crossing->scan->lonlat, x, y, &lon, &lat);
    for (size_t i = 0; i < crossing->n; i++) {
        const struct held_out_place *place = &crossing->places[i];
        bool same = place->cell == cell->row * grid->width + cell->col;
        if (!same && fabs(place->lat - lat) * 110000 > near_m) continue;
        double apart_m = same ? 0 : crs_geodesic_m(lon, lat, place->lon, place->lat);
        if (!(apart_m <= near_m && apart_m < least)) continue;
        least = apart_m;
        owner = place->fold;
    }
    for (size_t f = 0; owner == crossing->n_folds && crossing->wish->folds.kind == FOLDS_BLOCKS && f < crossing->n_folds; f++)
        if (folds_same_block(&crossing->wish->folds, grid, x, y, crossing->places[first[f]].x, crossing->places[first[f]].y)) return f;
    return owner;
}

static status find_owners(const struct crossing *crossing) {
    size_t *first = NULL; /* [folds] a place of each */
    TRY(MEMORY_ARRAY(crossing->n_folds + 1, &first));
    for (size_t i = crossing->n; i-- > 0;) first[crossing->places[i].fold] = i;
    for (size_t k = 0; k < crossing->fitted->training.n; k++) crossing->owner[k] = owner_of(crossing, &crossing->fitted->training.cells[k], first);
    free(first);
    return NULL;
}

static int by_posterior(const void *a, const void *b) {
    const struct sample_cell *p = a, *q = b;
    return (p->posterior > q->posterior) - (p->posterior < q->posterior);
}

/* The fold's posteriors of scored cells, rising; weights become those of all cells up to each. */
static size_t sort_sample(struct crossing *crossing) {
    const struct draw *drawn = &crossing->fitted->drawn;
    const struct grid *grid = crossing->scan->grid;
    const uint8_t *state = crossing->surface->state->bytes;
    size_t n = 0;
    for (size_t k = 0; k < drawn->n; k++)
        if (state[drawn->cells[k].cell] == CELL_SCORED && !isnan(crossing->drawn[k]))
            crossing->sample[n++] = (struct sample_cell){crossing->drawn[k], grid_cell_km2(grid, (double)(drawn->cells[k].cell / grid->width))};
    qsort(crossing->sample, n, sizeof *crossing->sample, by_posterior);
    for (size_t k = 1; k < n; k++) crossing->sample[k].weight += crossing->sample[k - 1].weight;
    return n;
}

/* Weight of sampled cells whose posterior is below `posterior`, or at most that. */
static double weight_below(const struct crossing *crossing, size_t n, double posterior, bool too) {
    size_t low = 0, high = n;
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
    for (size_t k = 0; k < crossing->fitted->training.n; k++) crossing->out[k] = crossing->owner[k] == fold;
    TRY(model_refit(crossing->scan->workers[0].device, crossing->fitted, crossing->out, &probe, crossing->training, crossing->drawn));
    size_t n = sort_sample(crossing);
    crossing->blind += !n;
    for (size_t i = 0; i < crossing->n; i++) {
        if (crossing->places[i].fold != fold) continue;
        double total = n ? crossing->sample[n - 1].weight : 0, posterior = crossing->place[i];
        double up_to = weight_below(crossing, n, posterior, true), below = weight_below(crossing, n, posterior, false);
        area_share[i] = n && !isnan(posterior) ? 1 - (below + up_to) / 2 / total : 0.5;
    }
    return NULL;
}

static status make_room(struct crossing *crossing, struct arena *arena) {
    size_t training = crossing->fitted->training.n, drawn = crossing->fitted->drawn.n;
    crossing->x = arena_alloc(arena, crossing->n * crossing->fitted->model->n_evidence + 1, sizeof *crossing->x);
    crossing->place = arena_alloc(arena, crossing->n + 1, sizeof *crossing->place);
    crossing->owner = arena_alloc(arena, training + 1, sizeof *crossing->owner);
    crossing->training = arena_alloc(arena, training + 1, sizeof *crossing->training);
    crossing->out = arena_alloc(arena, training + 1, sizeof *crossing->out);
    crossing->drawn = arena_alloc(arena, drawn + 1, sizeof *crossing->drawn);
    crossing->sample = arena_alloc(arena, drawn + 1, sizeof *crossing->sample);
    bool whole = crossing->x && crossing->place && crossing->owner && crossing->training && crossing->out && crossing->drawn && crossing->sample;
    return whole ? NULL : status_no_memory();
}

static status cross(struct crossing *crossing, double *area_share) {
    TRY(read_places(crossing));
    TRY(find_owners(crossing));
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
    arena_free(&arena);
    return failure;
}
