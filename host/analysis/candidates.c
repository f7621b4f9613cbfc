/* Candidates. Peaks: greedy spacing over block maxima, so that a peak costs the blocks near it and not the grid.
 * Distances on a geographic grid are great circles on the mean sphere (0.5 % of a spacing does not matter). */
#include "analysis/candidates.h"

#include <math.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "base/vectors.h"

enum { BLOCK = PLAN_CANDIDATE_ROWS };

struct peaks {
    const struct grid *grid;
    const float *score;
    const uint8_t *state;
    const struct scratch *planes[2]; /* score and state */
    double spacing_m, min_score;
    int64_t blocks_x, blocks_y;
    int64_t *best;     /* cell of each block's highest free score, or -1 */
    float *best_score; /* of that cell: to look it up in the plane would have pages of all of it read again */
    int64_t *chosen;
    size_t n_chosen, *near; /* near: room for suppress */
};

static double great_circle_m(double lon1, double lat1, double lon2, double lat2) {
    const double degree = acos(-1.0) / 180, mean_radius_m = 6371008.8;
    double s = sin((lat2 - lat1) * degree / 2), t = sin((lon2 - lon1) * degree / 2);
    double h = s * s + cos(lat1 * degree) * cos(lat2 * degree) * t * t;
    return 2 * mean_radius_m * asin(fmin(1, sqrt(h)));
}

static double cells_apart_m(const struct grid *grid, int64_t a, int64_t b) {
    int64_t ac = a % grid->width, ar = a / grid->width, bc = b % grid->width, br = b / grid->width;
    if (grid->geographic)
        return great_circle_m(grid_x(grid, (double)ac), grid_y(grid, (double)ar), grid_x(grid, (double)bc), grid_y(grid, (double)br));
    double x = (double)(ac - bc) * grid->dx, y = (double)(ar - br) * grid->dy;
    return sqrt(x * x + y * y) * grid->unit_m;
}

/* Indices of the chosen peaks that may take cells of the block away. Their distance to the block's nearest cell is known where cells are metres;
 * on the globe all count. */
static size_t peaks_near(const struct peaks *peaks, struct window block, size_t *near) {
    const struct grid *grid = peaks->grid;
    size_t count = 0;
    for (size_t i = 0; i < peaks->n_chosen; i++) {
        int64_t col = peaks->chosen[i] % grid->width, row = peaks->chosen[i] / grid->width;
        int64_t at_col = col < block.col0 ? block.col0 : col < block.col0 + block.cols ? col : block.col0 + block.cols - 1;
        int64_t at_row = row < block.row0 ? block.row0 : row < block.row0 + block.rows ? row : block.row0 + block.rows - 1;
        if (grid->geographic || cells_apart_m(grid, at_row * grid->width + at_col, peaks->chosen[i]) < peaks->spacing_m) near[count++] = i;
    }
    return count;
}

static bool is_free(const struct peaks *peaks, int64_t cell, const size_t *near, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (cells_apart_m(peaks->grid, cell, peaks->chosen[near[i]]) < peaks->spacing_m) return false;
    return true;
}

/* Whether any score of a row of a block is higher: hardly ever, once a block's first rows are seen. */
WIDE_VECTORS static bool has_higher(const float *score, int64_t count, float above) {
    int32_t higher = 0;
    for (int64_t i = 0; i < count; i++) higher |= score[i] > above;
    return higher;
}

/* The highest float that is not above the number: a float is higher than either or than none. */
static float float_below(double number) {
    float nearest = (float)number;
    return (double)nearest > number ? nextafterf(nearest, -INFINITY) : nearest;
}

/* `near` has room for every peak to be chosen. */
static void find_block_best(struct peaks *peaks, int64_t bx, int64_t by, size_t *near) {
    const struct grid *grid = peaks->grid;
    int64_t best = -1, row_end = (by + 1) * BLOCK < grid->height ? (by + 1) * BLOCK : grid->height;
    int64_t col_end = (bx + 1) * BLOCK < grid->width ? (bx + 1) * BLOCK : grid->width;
    size_t count = peaks_near(peaks, (struct window){bx * BLOCK, by * BLOCK, col_end - bx * BLOCK, row_end - by * BLOCK}, near);
    double above = peaks->min_score > 0 ? nextafter(peaks->min_score, 0) : 0; /* a cell counts when its score is higher */
    for (int64_t row = by * BLOCK; row < row_end; row++) {
        if (!has_higher(peaks->score + row * grid->width + bx * BLOCK, col_end - bx * BLOCK, float_below(above))) continue;
        for (int64_t col = bx * BLOCK; col < col_end; col++) {
            int64_t cell = row * grid->width + col;
            double score = (double)peaks->score[cell];
            if (!(score > above) || peaks->state[cell] != CELL_SCORED || !is_free(peaks, cell, near, count)) continue;
            best = cell;
            above = score;
        }
    }
    peaks->best[by * peaks->blocks_x + bx] = best;
    peaks->best_score[by * peaks->blocks_x + bx] = best < 0 ? 0 : peaks->score[best];
}

static void forget_row_of_blocks(const struct peaks *peaks, int64_t by) {
    size_t cells = (size_t)(BLOCK * peaks->grid->width);
    scratch_forget_cells(peaks->planes[0], peaks->planes[1], (size_t)by * cells, cells);
}

static void find_row_of_bests(void *user, int64_t by) {
    struct peaks *peaks = user;
    for (int64_t bx = 0; bx < peaks->blocks_x; bx++) find_block_best(peaks, bx, by, NULL);
    forget_row_of_blocks(peaks, by);
}

static int64_t highest(const struct peaks *peaks) {
    int64_t best = -1;
    float score = 0;
    for (int64_t i = 0; i < peaks->blocks_x * peaks->blocks_y; i++) {
        int64_t cell = peaks->best[i];
        if (cell < 0 || (best >= 0 && (peaks->best_score[i] < score || (peaks->best_score[i] == score && cell > best)))) continue;
        best = cell;
        score = peaks->best_score[i];
    }
    return best;
}

/* Only blocks whose best cell a new peak takes away need another look: a block's other cells were lower already. */
static void suppress(struct peaks *peaks, int64_t peak) {
    for (int64_t by = 0; by < peaks->blocks_y; by++) {
        bool looked = false;
        for (int64_t bx = 0; bx < peaks->blocks_x; bx++) {
            int64_t cell = peaks->best[by * peaks->blocks_x + bx];
            if (cell < 0 || cells_apart_m(peaks->grid, cell, peak) >= peaks->spacing_m) continue;
            find_block_best(peaks, bx, by, peaks->near);
            looked = true;
        }
        if (looked) forget_row_of_blocks(peaks, by);
    }
}

static void place_site(const struct scan *scan, struct site *site, int64_t col, int64_t row) {
    site->col = col;
    site->row = row;
    site->x = grid_x(scan->grid, (double)col);
    site->y = grid_y(scan->grid, (double)row);
    crs_to_lonlat(scan->lonlat, site->x, site->y, &site->lon, &site->lat);
    site->uncertainty_m = NAN;
}

static status take_peaks(const struct scan *scan, struct peaks *peaks, size_t count, struct arena *arena, struct site_list *out) {
    parallel_for(peaks->blocks_y, parallel_threads(), find_row_of_bests, peaks);
    while (peaks->n_chosen < count) {
        int64_t peak = highest(peaks);
        if (peak < 0) break;
        peaks->chosen[peaks->n_chosen++] = peak;
        suppress(peaks, peak);
    }
    out->count = peaks->n_chosen;
    out->sites = arena_alloc(arena, peaks->n_chosen + 1, sizeof *out->sites);
    if (!out->sites) return status_no_memory();
    for (size_t i = 0; i < out->count; i++)
        place_site(scan, &out->sites[i], peaks->chosen[i] % scan->grid->width, peaks->chosen[i] / scan->grid->width);
    return NULL;
}

status candidates_peaks(const struct scan *scan, size_t target, const struct scratch *score, const struct scratch *state, struct arena *arena,
                        struct site_list *out) {
    const struct target *wanted = &scan->scenario->targets[target];
    const struct grid *grid = scan->grid;
    struct peaks peaks = {.grid = grid,
                          .score = score->bytes,
                          .state = state->bytes,
                          .planes = {score, state},
                          .spacing_m = wanted->spacing_m,
                          .min_score = wanted->min_score,
                          .blocks_x = (grid->width + BLOCK - 1) / BLOCK,
                          .blocks_y = (grid->height + BLOCK - 1) / BLOCK};
    status failure = MEMORY_ARRAY((size_t)(peaks.blocks_x * peaks.blocks_y), &peaks.best);
    if (!failure) failure = MEMORY_ARRAY((size_t)(peaks.blocks_x * peaks.blocks_y), &peaks.best_score);
    if (!failure) failure = MEMORY_ARRAY(wanted->count, &peaks.chosen);
    if (!failure) failure = MEMORY_ARRAY(wanted->count, &peaks.near);
    if (!failure) failure = take_peaks(scan, &peaks, wanted->count, arena, out);
    free(peaks.best);
    free(peaks.best_score);
    free(peaks.chosen);
    free(peaks.near);
    return failure;
}

/* How well a given place is known: a field in kilometres, else the target's own length. */
static double uncertainty_of(const struct target *target, const struct vector_source *source, int64_t feature, struct arena *arena) {
    double km;
    if (!target->uncertainty_field) return target->uncertainty_m;
    const char *words = vector_source_field(source, feature, target->uncertainty_field, arena);
    return words && text_number(words, &km) ? km * 1000 : NAN;
}

/* A point as given, and the cell of the grid in which it lies. */
struct given {
    struct source_point point;
    double x, y;
    int64_t col, row;
};

/* A point on the grid's very edge belongs to the grid, whichever way its coordinates were rounded. */
static bool find_cell(const struct grid *grid, struct given *given) {
    const double hair = 1e-6;
    double across = (given->x - grid->x0) / grid->dx, down = (grid->y0 - given->y) / grid->dy;
    double width = (double)grid->width, height = (double)grid->height;
    if (!(across >= -hair && across <= width + hair && down >= -hair && down <= height + hair)) return false;
    given->col = (int64_t)fmin(fmax(floor(across), 0), width - 1);
    given->row = (int64_t)fmin(fmax(floor(down), 0), height - 1);
    return true;
}

static status read_point(const struct scan *scan, const struct target *target, int layer, int64_t feature, struct arena *arena, struct given *given) {
    const struct vector_source *source = scan->layers->vectors[layer];
    struct source_point *point = &given->point;
    TRY(vector_source_point(source, feature, &given->x, &given->y, &point->lon, &point->lat));
    point->layer = layer;
    point->label = target->name_field ? vector_source_field(source, feature, target->name_field, arena) : vector_source_label(source, feature);
    point->attributes = vector_source_attributes(source, feature, arena);
    point->uncertainty_m = uncertainty_of(target, source, feature, arena);
    return point->label && point->attributes ? NULL : status_no_memory();
}

/* All points of the target inside the grid, in the scenario's order; the layer left others out that lie farther away. */
static status read_points(const struct scan *scan, const struct target *target, struct arena *arena, struct given **points, size_t *count,
                          size_t *outside) {
    size_t total = 0;
    for (size_t i = 0; i < target->n_points; i++) total += (size_t)vector_source_count(scan->layers->vectors[target->points[i]]);
    *points = arena_alloc(arena, total + 1, sizeof **points);
    if (!*points) return status_no_memory();
    *count = *outside = 0;
    for (size_t i = 0; i < target->n_points; i++) {
        int layer = target->points[i];
        *outside += (size_t)vector_source_beyond(scan->layers->vectors[layer]);
        for (int64_t f = 0; f < vector_source_count(scan->layers->vectors[layer]); f++) {
            struct given *given = &(*points)[*count];
            TRY(read_point(scan, target, layer, f, arena, given));
            if (find_cell(scan->grid, given))
                ++*count;
            else
                ++*outside;
        }
    }
    return NULL;
}

static struct site *site_near(struct site_list *list, const struct source_point *point, double merge_m) {
    for (size_t i = 0; merge_m > 0 && i < list->count; i++) {
        struct site *site = &list->sites[i];
        if (fabs(site->lat - point->lat) * 110000 > merge_m) continue;
        if (crs_geodesic_m(site->lon, site->lat, point->lon, point->lat) <= merge_m) return site;
    }
    return NULL;
}

/* Moves the scored cell to the best one within snap_m of the given place; of equal ones to the nearest. */
static void snap(const struct scan *scan, const struct target *target, const struct scratch *scores, const struct scratch *states,
                 struct site *site) {
    const struct grid *grid = scan->grid;
    const float *score = scores->bytes;
    const uint8_t *state = states->bytes;
    double dx_m, dy_m, best = -1, nearest_m = INFINITY;
    grid_cell_metres(grid, (double)site->row, &dx_m, &dy_m);
    int64_t reach_x = (int64_t)fmin(target->snap_m / dx_m, (double)grid->width) + 1, reach_y = (int64_t)(target->snap_m / dy_m) + 1;
    int64_t col0 = site->col, row0 = site->row;
    for (int64_t row = row0 - reach_y; row <= row0 + reach_y; row++)
        for (int64_t at = col0 - reach_x; at <= col0 + reach_x; at++) {
            int64_t col = grid->wraps ? (at % grid->width + grid->width) % grid->width : at;
            if (!grid_holds(grid, col, row) || state[row * grid->width + col] != CELL_SCORED) continue;
            double lon, lat, value = (double)score[row * grid->width + col];
            if (value < best) continue;
            crs_to_lonlat(scan->lonlat, grid_x(grid, (double)col), grid_y(grid, (double)row), &lon, &lat);
            double apart_m = crs_geodesic_m(site->lon, site->lat, lon, lat);
            if (apart_m > target->snap_m || (value == best && apart_m >= nearest_m)) continue;
            best = value;
            nearest_m = apart_m;
            site->col = col;
            site->row = row;
        }
    int64_t first = row0 > reach_y ? row0 - reach_y : 0;
    scratch_forget_cells(scores, states, (size_t)(first * grid->width), (size_t)((row0 + reach_y + 1 - first) * grid->width));
}

static void add_site(const struct given *given, struct site_list *list) {
    const struct source_point *point = &given->point;
    list->sites[list->count++] = (struct site){.name = point->label,
                                               .lon = point->lon,
                                               .lat = point->lat,
                                               .x = given->x,
                                               .y = given->y,
                                               .col = given->col,
                                               .row = given->row,
                                               .uncertainty_m = point->uncertainty_m};
}

/* Gives every site its own points, leader first. `owner[i]` is the site of point i. */
static status share_points(const struct given *points, const size_t *owner, size_t count, struct arena *arena, struct site_list *list) {
    for (size_t i = 0; i < count; i++) list->sites[owner[i]].n_sources++;
    for (size_t s = 0; s < list->count; s++) {
        struct site *site = &list->sites[s];
        site->sources = arena_alloc(arena, site->n_sources, sizeof *site->sources);
        if (!site->sources) return status_no_memory();
        site->n_sources = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct site *site = &list->sites[owner[i]];
        site->sources[site->n_sources++] = points[i].point;
    }
    return NULL;
}

status candidates_points(const struct scan *scan, size_t target, const struct scratch *score, const struct scratch *state, struct arena *arena,
                         struct site_list *out) {
    const struct target *wanted = &scan->scenario->targets[target];
    struct given *points = NULL;
    size_t count = 0;
    *out = (struct site_list){0};
    TRY(read_points(scan, wanted, arena, &points, &count, &out->outside));
    out->given = count + out->outside;
    out->sites = arena_alloc(arena, count + 1, sizeof *out->sites);
    size_t *owner = arena_alloc(arena, count + 1, sizeof *owner);
    if (!out->sites || !owner) return status_no_memory();
    for (size_t i = 0; i < count; i++) {
        struct site *site = site_near(out, &points[i].point, wanted->merge_m);
        owner[i] = site ? (size_t)(site - out->sites) : out->count;
        if (!site) add_site(&points[i], out);
    }
    TRY(share_points(points, owner, count, arena, out));
    for (size_t i = 0; i < out->count; i++) {
        struct site *site = &out->sites[i];
        if (wanted->snap_m > 0) snap(scan, wanted, score, state, site);
        double lon, lat;
        crs_to_lonlat(scan->lonlat, grid_x(scan->grid, (double)site->col), grid_y(scan->grid, (double)site->row), &lon, &lat);
        site->snapped_m = crs_geodesic_m(site->lon, site->lat, lon, lat);
    }
    return NULL;
}
