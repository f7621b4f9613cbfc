/* Known places on a surface. Points are merged as a target's candidates are; a disc is looked at on a lattice of at most some 33 x 33 cells. */
#include "analysis/validate.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/candidates.h"
#include "analysis/held_out.h"
#include "analysis/spread.h"

enum { LATTICE = 16, SEED = 1 };

/* Scored cells of one surface within the places' radii. */
struct discs {
    const struct scan *scan;
    const struct validated_surface *surface;
    enum within_radius within;
    size_t count, room, n_used;
    struct place_cell *cells;
    double *scores; /* [count] */
    size_t scores_room;
    double *home;       /* [places] score of each used place's own cell, or its nearest */
    int64_t *home_cell; /* [places] */
};

struct looking {
    double weights, nearest_m, nearest, best;
    int64_t nearest_cell;
    size_t first;
};

static status take_cell(struct discs *discs, struct looking *seen, int64_t cell, double apart_m, double weight, double score) {
    if (apart_m < seen->nearest_m) {
        seen->nearest_m = apart_m;
        seen->nearest_cell = cell;
        seen->nearest = score;
    }
    seen->weights += weight;
    seen->best = fmax(seen->best, score);
    TRY(memory_reserve((void **)&discs->cells, &discs->room, discs->count + 1, sizeof *discs->cells));
    TRY(memory_reserve((void **)&discs->scores, &discs->scores_room, discs->count + 1, sizeof *discs->scores));
    discs->cells[discs->count] = (struct place_cell){.place = discs->n_used, .share = weight};
    discs->scores[discs->count++] = score;
    return NULL;
}

static bool score_at(const struct discs *discs, int64_t col, int64_t row, double *score) {
    int64_t cell = row * discs->scan->grid->width + col;
    if (((const uint8_t *)discs->surface->state->bytes)[cell] != CELL_SCORED) return false;
    *score = spread_score(((const float *)discs->surface->score->bytes)[cell]);
    return !isnan(*score);
}

static status look_at(struct discs *discs, const struct site *site, int64_t col, int64_t row, double radius_m, struct looking *seen) {
    const struct grid *grid = discs->scan->grid;
    bool own = col == site->col && row == site->row;
    if (grid->wraps) col = (col % grid->width + grid->width) % grid->width;
    double score, lon, lat;
    if (!grid_holds(grid, col, row) || !score_at(discs, col, row, &score)) return NULL;
    crs_to_lonlat(discs->scan->lonlat, grid_x(grid, (double)col), grid_y(grid, (double)row), &lon, &lat);
    double apart_m = own ? 0 : crs_geodesic_m(site->lon, site->lat, lon, lat);
    if (!own && !(apart_m <= radius_m)) return NULL;
    return take_cell(discs, seen, row * grid->width + col, apart_m, grid_cell_km2(grid, (double)row), score);
}

/* Each row of a disc brings pages of its own, and places may be anywhere. */
static void forget_row(const struct discs *discs, int64_t row) {
    const struct grid *grid = discs->scan->grid;
    if (row < 0 || row >= grid->height) return;
    scratch_forget_cells(discs->surface->score, discs->surface->state, (size_t)(row * grid->width), (size_t)grid->width);
}

/* A place's cells, at even steps about its own; `within: best` keeps the highest. */
static status add_disc(struct discs *discs, const struct site *site, bool *used) {
    const struct grid *grid = discs->scan->grid;
    struct looking seen = {.nearest_m = INFINITY, .best = -INFINITY, .first = discs->count};
    double radius_m = isnan(site->uncertainty_m) ? 0 : site->uncertainty_m, dx_m, dy_m;
    grid_cell_metres(grid, (double)site->row, &dx_m, &dy_m);
    int64_t reach_x = (int64_t)fmin(radius_m / dx_m, (double)grid->width / 2), reach_y = (int64_t)fmin(radius_m / dy_m, (double)grid->height);
    int64_t step_x = reach_x / (LATTICE + 1) + 1, step_y = reach_y / (LATTICE + 1) + 1;
    for (int64_t j = -(reach_y / step_y); j <= reach_y / step_y; j++) {
        for (int64_t i = -(reach_x / step_x); i <= reach_x / step_x; i++)
            TRY(look_at(discs, site, site->col + i * step_x, site->row + j * step_y, radius_m, &seen));
        forget_row(discs, site->row + j * step_y);
    }
    *used = discs->count > seen.first;
    if (!*used) return NULL;
    if (discs->within == WITHIN_BEST) {
        discs->count = seen.first + 1;
        discs->cells[seen.first].share = seen.weights = 1;
        discs->scores[seen.first] = seen.best;
    }
    for (size_t i = seen.first; i < discs->count; i++) discs->cells[i].share /= seen.weights;
    discs->home_cell[discs->n_used] = seen.nearest_cell;
    discs->home[discs->n_used++] = seen.nearest;
    return NULL;
}

static void discs_free(struct discs *discs) {
    free(discs->cells);
    free(discs->scores);
    free(discs->home);
    free(discs->home_cell);
}

static status open_homes(struct discs *discs, size_t places) {
    TRY(MEMORY_ARRAY(places + 1, &discs->home));
    return MEMORY_ARRAY(places + 1, &discs->home_cell);
}

static status measure_spread(struct discs *discs, struct arena *arena, struct spread *spread) {
    double *wanted = NULL;
    TRY(MEMORY_ARRAY(discs->count + discs->n_used + 1, &wanted));
    for (size_t i = 0; i < discs->count; i++) wanted[i] = discs->scores[i];
    for (size_t i = 0; i < discs->n_used; i++) wanted[discs->count + i] = discs->home[i];
    const struct validated_surface *surface = discs->surface;
    status failure = spread_measure(discs->scan->grid, surface->score, surface->state, wanted, discs->count + discs->n_used, arena, spread);
    for (size_t i = 0; !failure && i < discs->count; i++) discs->cells[i].cut = spread_find(spread, discs->scores[i]);
    free(wanted);
    return failure;
}

/* Area shares of the used places on another surface; NaN where it has no score for one. */
static status measure_baseline(const struct scan *scan, const struct validated_surface *surface, enum within_radius within,
                               const struct site_list *list, const struct validated *places, double *area_share, struct arena *arena) {
    struct discs discs = {.scan = scan, .surface = surface, .within = within};
    struct spread spread;
    double *shares = NULL;
    size_t *owner = arena_alloc(arena, places->n_used + 1, sizeof *owner);
    status failure = owner ? open_homes(&discs, list->count) : status_no_memory();
    for (size_t i = 0; !failure && i < list->count; i++) {
        bool used = false;
        if (!places->places[i].used) continue;
        area_share[places->places[i].index] = NAN;
        failure = add_disc(&discs, &list->sites[i], &used);
        if (used) owner[discs.n_used - 1] = places->places[i].index;
    }
    if (!failure) failure = measure_spread(&discs, arena, &spread);
    if (!failure) failure = spread_shares(&spread, 0.5, arena, &shares);
    for (size_t i = 0; !failure && i < discs.n_used; i++) area_share[owner[i]] = 0;
    for (size_t i = 0; !failure && i < discs.count; i++) area_share[owner[discs.cells[i].place]] += discs.cells[i].share * shares[discs.cells[i].cut];
    discs_free(&discs);
    return failure;
}

static status fold_places(const struct scan *scan, const struct folds *folds, struct validated *out, struct arena *arena,
                          struct validation_input *input) {
    double *x = arena_alloc(arena, out->n_used + 1, sizeof *x), *y = arena_alloc(arena, out->n_used + 1, sizeof *y);
    size_t *fold = arena_alloc(arena, out->n_used + 1, sizeof *fold);
    if (!x || !y || !fold) return status_no_memory();
    for (size_t i = 0; i < out->n_places; i++) {
        if (!out->places[i].used) continue;
        x[out->places[i].index] = out->places[i].x;
        y[out->places[i].index] = out->places[i].y;
    }
    TRY(folds_make(folds, scan->grid, out->n_used, x, y, fold, &input->n_folds));
    for (size_t i = 0; i < out->n_places; i++)
        if (out->places[i].used) out->places[i].fold = fold[out->places[i].index];
    input->fold = fold;
    return NULL;
}

static status list_places(struct discs *discs, const struct site_list *list, struct arena *arena, struct validated *out) {
    out->n_places = list->count;
    out->places = arena_alloc(arena, list->count + 1, sizeof *out->places);
    if (!out->places) return status_no_memory();
    TRY(open_homes(discs, list->count));
    for (size_t i = 0; i < list->count; i++) {
        const struct site *site = &list->sites[i];
        bool used = false;
        enum cell_state state = ((const uint8_t *)discs->surface->state->bytes)[site->row * discs->scan->grid->width + site->col];
        TRY(add_disc(discs, site, &used));
        out->places[i] = (struct known_place){.name = site->name,
                                              .lon = site->lon,
                                              .lat = site->lat,
                                              .x = site->x,
                                              .y = site->y,
                                              .uncertainty_m = site->uncertainty_m,
                                              .n_sources = site->n_sources,
                                              .state = state,
                                              .used = used,
                                              .index = used ? discs->n_used - 1 : 0};
    }
    out->n_used = discs->n_used;
    return NULL;
}

static void tell_unused(struct log *log, const struct validated *validated) {
    size_t by_state[4] = {0};
    if (validated->outside)
        log_warn(log, "validation of '%s': %zu of %zu known points lie outside the grid and are not measured", validated->target, validated->outside,
                 validated->given);
    for (size_t i = 0; i < validated->n_places; i++) by_state[validated->places[i].state] += !validated->places[i].used;
    if (!validated->n_places) log_warn(log, "validation of '%s': no known place lies in the grid, so that nothing is measured", validated->target);
    if (validated->n_used == validated->n_places) return;
    log_warn(
        log,
        "validation of '%s': %zu of %zu known places count; %zu lie where a rule excludes, %zu where data is missing, %zu outside the study, and no "
        "scored cell is within their uncertainty: a larger `uncertainty` reaches farther",
        validated->target, validated->n_used, validated->n_places, by_state[CELL_EXCLUDED], by_state[CELL_NO_DATA], by_state[CELL_OUTSIDE]);
}

static bool is_learnt(const struct scan *scan, int target) {
    return scan->models && target != NO_INDEX && scan->models[target];
}

/* Area shares of the used places on a target's model, each learnt without its fold. */
static status cross_validate(const struct discs *discs, const struct validated *places, int target, const struct validated_surface *surface,
                             const struct validation_input *input, struct arena *arena, double *area_share) {
    struct held_out_place *held = arena_alloc(arena, places->n_used + 1, sizeof *held);
    if (!held) return status_no_memory();
    for (size_t i = 0; i < places->n_places; i++) {
        const struct known_place *place = &places->places[i];
        if (place->used)
            held[place->index] = (struct held_out_place){discs->home_cell[place->index], place->lon, place->lat, place->x, place->y, place->fold};
    }
    return held_out_shares(discs->scan, places->wish, (size_t)target, surface, places->n_used, held, input->n_folds, area_share);
}

static status give_share(void *user, size_t fold, size_t place, double *area_share) {
    (void)fold;
    *area_share = ((const double *)user)[place];
    return NULL;
}

/* Learnt scores are held out. A baseline that is learnt is, too, or it would have seen what the other has not. */
static status hold_out(const struct discs *discs, const struct validated_surface *baseline, struct validated *out, double *others,
                       struct validation_input *input, struct arena *arena) {
    const struct validation_wish *wish = out->wish;
    if (wish->folds.kind == FOLDS_NONE || !out->n_used) return NULL;
    input->clustered = wish->folds.kind == FOLDS_BLOCKS;
    if (out->learnt) {
        double *area_share = arena_alloc(arena, out->n_used + 1, sizeof *area_share);
        if (!area_share) return status_no_memory();
        TRY(cross_validate(discs, out, wish->target, discs->surface, input, arena, area_share));
        input->user = area_share;
        input->held_out = give_share;
    }
    return baseline && is_learnt(discs->scan, wish->baseline) ? cross_validate(discs, out, wish->baseline, baseline, input, arena, others) : NULL;
}

static status make(struct discs *discs, const struct site_list *list, const struct validated_surface *baseline, struct arena *arena,
                   struct validated *out) {
    struct spread spread;
    struct validation_input input = {.spread = &spread, .seed = SEED};
    out->given = list->given;
    out->outside = list->outside;
    TRY(list_places(discs, list, arena, out));
    tell_unused(discs->scan->log, out);
    TRY(measure_spread(discs, arena, &spread));
    if (!spread.n)
        log_warn(
            discs->scan->log,
            "validation of '%s': no cell is scored, so that there is no area to compare places with: data is missing or a rule excludes everywhere",
            out->target);
    TRY(fold_places(discs->scan, &out->wish->folds, out, arena, &input));
    size_t *home = arena_alloc(arena, out->n_used + 1, sizeof *home);
    double *others = arena_alloc(arena, out->n_used + 1, sizeof *others);
    if (!home || !others) return status_no_memory();
    for (size_t i = 0; i < out->n_used; i++) home[i] = spread_find(&spread, discs->home[i]);
    input.n_places = out->n_used;
    input.n_cells = discs->count;
    input.cells = discs->cells;
    input.home = home;
    if (baseline) {
        TRY(measure_baseline(discs->scan, baseline, out->wish->within, list, out, others, arena));
        input.baseline = others;
    }
    TRY(hold_out(discs, baseline, out, others, &input, arena));
    return validation_make(&input, arena, &out->figures);
}

status validate_surface(const struct scan *scan, const struct validation_wish *wish, const struct validated_surface *surface,
                        const struct validated_surface *baseline, struct arena *arena, struct validated *out) {
    struct scenario asked = *scan->scenario; /* the places stand in for a target's candidates */
    struct scan looking = *scan;
    struct discs discs = {.scan = scan, .surface = surface, .within = wish->within};
    struct site_list list;
    asked.n_targets = 1;
    asked.targets = &wish->places;
    looking.scenario = &asked;
    *out = (struct validated){.wish = wish, .target = wish->places.name};
    out->learnt = is_learnt(scan, wish->target);
    if (baseline) out->baseline = scan->scenario->targets[wish->baseline].name;
    TRY(candidates_points(&looking, 0, surface->score, surface->state, arena, &list));
    status failure = make(&discs, &list, baseline, arena, out);
    discs_free(&discs);
    return status_wrap(failure, "validation of '%s'", wish->places.name);
}
