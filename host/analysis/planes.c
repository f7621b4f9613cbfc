/* Makes the planes of a band. Masks become bits, distances are made when a band passes: no whole-grid plane exists. */
#include "analysis/planes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/permit_plane.h"
#include "compute/cost.h"
#include "compute/distance.h"
#include "compute/focal.h"
#include "compute/formula_pass.h"
#include "compute/interpolate.h"
#include "compute/terrain.h"
#include "geo/places.h"

struct planes {
    const struct plan *plan;
    struct layers *layers;
    struct device *device;
    struct log *log;
    struct terrain *terrain; /* NULL until a plane wants it, as the next */
    struct focal *focal;
    struct interpolator **interpolators; /* one a plane; NULL: not between points */
    int64_t *mask_cells;
    struct mask *masks; /* kept only where a PLANE_INSIDE reads them */
    struct distance **distances;
    struct cost **costs;            /* beside distances: one of the two */
    double *least_friction;         /* one a distance; 0: a plain one */
    struct buffer **buffers;        /* one a plane */
    struct buffer *surface;         /* input of terrain or circles, as much wider on each side as the widest halo */
    struct buffer *whole;           /* terrain or a formula over a chunk of the widest mask, while masks are made */
    struct buffer **nearest;        /* one a distance: source indices of one row */
    struct formula_pass **formulas; /* one a criterion; NULL: it reads a plane */
    struct buffer *formula_out;     /* of a band; NULL while no criterion has a formula or looks permits up */
    float ***loaded;                /* [slot][plane]: what was read for it; then, of terrain, what came of it. NULL for distances */
    const struct planes *first;     /* whose loaded bands, masks and cost fields these are; NULL: its own */
    float **fields;                 /* one a distance: accumulated costs of the grid, for the planes beside; else NULL */
    float *host;
    uint8_t *inside; /* while masks are made */
    int64_t *nearest_host;
    const struct mask **land; /* masks that permit classes are made from; NULL: none are */
    float *permit_row;
};

static struct window rows_of(struct window whole, int64_t row0, int64_t rows) {
    return (struct window){whole.col0, row0, whole.cols, rows};
}

static int64_t widest(const struct plan *plan) {
    int64_t cols = plan->grid->width;
    for (size_t m = 0; m < plan->n_masks; m++)
        if (plan->masks[m].window.cols > cols) cols = plan->masks[m].window.cols;
    return cols;
}

static struct window window_of(const struct plane *plane, struct window window) {
    return window_around(window, plane->halo_cols, plane->halo_rows);
}

/* `surface`: the layer's values over the window and the plane's halo. */
static status make_local(struct planes *planes, const struct plane *plane, struct window window, const float *surface, struct buffer *out) {
    struct window around = window_of(plane, window);
    TRY(buffer_write(planes->surface, 0, (size_t)(around.cols * around.rows) * sizeof(float), surface));
    if (plane_is_circle(plane->kind)) {
        if (!planes->focal) TRY(focal_open(planes->device, &planes->focal));
        return focal_rows(planes->focal, plane, planes->plan->grid, window, planes->surface, out);
    }
    if (!planes->terrain) TRY(terrain_open(planes->device, &planes->terrain));
    return terrain_rows(planes->terrain, plane->kind, planes->plan->grid, window, planes->surface, out);
}

static status fill_local(struct planes *planes, const struct plane *plane, struct window window, struct buffer *out) {
    TRY(layers_values(planes->layers, plane->layer, window_of(plane, window), planes->host));
    return make_local(planes, plane, window, planes->host, out);
}

/* What was measured at a vector layer's features, at a point of each. */
static status samples_of(struct planes *planes, int layer, struct sample **out, size_t *count) {
    struct vector_source *source = planes->layers->vectors[layer];
    const int64_t n = vector_source_count(source);
    double lon, lat;
    TRY(MEMORY_ARRAY((size_t)n + 1, out));
    for (*count = 0; *count < (size_t)n; ++*count) {
        struct sample *sample = &(*out)[*count];
        TRY(vector_source_point(source, (int64_t)*count, &sample->x, &sample->y, &lon, &lat));
        sample->value = vector_source_number(source, (int64_t)*count);
    }
    return NULL;
}

static status open_interpolators(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(MEMORY_ARRAY(plan->n_planes + 1, &planes->interpolators));
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        struct sample *samples = NULL;
        size_t count = 0;
        if (!plane_is_interpolated(plane->kind)) continue;
        status failure = samples_of(planes, plane->layer, &samples, &count);
        if (!failure) failure = interpolator_open(planes->device, plan->grid, plane, samples, count, &planes->interpolators[i]);
        free(samples);
        if (failure) return failure;
    }
    return NULL;
}

/* What a formula takes, over a window of any width that a mask has. */
static status fill_operand(struct planes *planes, struct formula_operand operand, struct window window, struct buffer *out) {
    const struct mask_step inside = {.layer = operand.layer, .criterion = NO_INDEX};
    size_t cells = (size_t)(window.cols * window.rows);
    const struct plane slope = {.kind = PLANE_SLOPE, .layer = operand.layer, .halo_cols = 1, .halo_rows = 1};
    if (operand.kind == OPERAND_SLOPE) return fill_local(planes, &slope, window, out);
    if (operand.kind == OPERAND_INSIDE) {
        TRY(layers_inside(planes->layers, &inside, window, planes->host, planes->inside));
        for (size_t i = 0; i < cells; i++) planes->host[i] = planes->inside[i] ? 1.0f : 0.0f;
    } else {
        TRY(layers_values(planes->layers, operand.layer, window, planes->host));
    }
    return buffer_write(out, 0, cells * sizeof(float), planes->host);
}

/* A formula over chunks of rows as wide as a mask. */
struct wide {
    const struct formula *formula; /* NULL: closed */
    struct formula_pass *pass;
    struct buffer **operands;
};

static void wide_close(struct wide *wide) {
    for (size_t i = 0; wide->operands && i < wide->formula->n_operands; i++) buffer_close(wide->operands[i]);
    formula_pass_close(wide->pass);
    free(wide->operands);
    *wide = (struct wide){0};
}

/* To be closed, even after a failure. */
static status wide_open(struct planes *planes, const struct formula *formula, struct wide *wide) {
    wide->formula = formula;
    TRY(MEMORY_ARRAY(formula->n_operands + 1, &wide->operands));
    for (size_t i = 0; i < formula->n_operands; i++) TRY(buffer_open(planes->device, buffer_bytes(planes->whole), &wide->operands[i]));
    return formula_pass_open(planes->device, formula, &wide->pass);
}

static status wide_rows(struct planes *planes, struct wide *wide, struct window window, float *values) {
    size_t cells = (size_t)(window.cols * window.rows);
    for (size_t i = 0; i < wide->formula->n_operands; i++) TRY(fill_operand(planes, wide->formula->operands[i], window, wide->operands[i]));
    TRY(formula_pass_run(wide->pass, wide->operands, NULL, cells, planes->whole));
    return buffer_read(planes->whole, 0, cells * sizeof(float), values);
}

/* A mask's cells in a chunk of rows: a layer's own, or where a criterion made from it meets the condition. */
static status mask_chunk(struct planes *planes, const struct mask_step *mask, struct wide *wide, struct window chunk) {
    const struct plan *plan = planes->plan;
    int plane = mask->criterion == NO_INDEX ? NO_INDEX : plan->criteria[mask->criterion].plane;
    enum plane_kind kind = plane == NO_INDEX ? PLANE_LAYER : plan->planes[plane].kind;
    const bool between = plane_is_interpolated(kind);
    if (!wide->formula && !plane_is_local(kind) && !between) return layers_inside(planes->layers, mask, chunk, planes->host, planes->inside);
    size_t cells = (size_t)(chunk.cols * chunk.rows);
    if (wide->formula) {
        TRY(wide_rows(planes, wide, chunk, planes->host));
    } else {
        TRY(between ? interpolator_rows(planes->interpolators[plane], chunk, planes->whole)
                    : fill_local(planes, &plan->planes[plane], chunk, planes->whole));
        TRY(buffer_read(planes->whole, 0, cells * sizeof(float), planes->host));
    }
    condition_mark(mask->condition, planes->host, cells, planes->inside);
    return NULL;
}

static status fill_mask(struct planes *planes, size_t index, struct wide *wide, double from, double to) {
    const struct mask_step *step = &planes->plan->masks[index];
    struct mask *mask = &planes->masks[index];
    int64_t chunk_rows = (int64_t)planes->plan->band_rows;
    TRY(mask_init(mask, step->window));
    for (int64_t row = 0; row < step->window.rows; row += chunk_rows) {
        int64_t rows = step->window.rows - row < chunk_rows ? step->window.rows - row : chunk_rows;
        TRY(log_progress(planes->log, from + (to - from) * (double)row / (double)step->window.rows));
        TRY(mask_chunk(planes, step, wide, rows_of(step->window, step->window.row0 + row, rows)));
        mask_pack(mask, row, rows, planes->inside);
    }
    planes->mask_cells[index] = mask_count(mask);
    return NULL;
}

static status make_mask(struct planes *planes, size_t index, double from, double to) {
    const struct mask_step *step = &planes->plan->masks[index];
    const struct criterion *criterion = step->criterion == NO_INDEX ? NULL : &planes->plan->scenario->criteria[step->criterion];
    struct wide wide = {0};
    status failure = criterion && criterion->op == OP_FORMULA ? wide_open(planes, criterion->formula, &wide) : NULL;
    if (!failure) failure = fill_mask(planes, index, &wide, from, to);
    wide_close(&wide);
    return failure;
}

static status check_friction(const struct plan *plan, size_t distance, struct window window, const float *friction) {
    const struct criterion *criterion = plan->scenario->criteria;
    for (size_t c = 0; plan->criteria[c].plane == NO_INDEX || plan->planes[plan->criteria[c].plane].kind != PLANE_COST ||
                       plan->planes[plan->criteria[c].plane].distance != (int)distance;
         c++)
        criterion++;
    for (int64_t i = 0; i < window.cols * window.rows; i++)
        if (friction[i] <= 0)
            return status_fail(LODE_BAD_DATA,
                               "%s:%d: the friction of criterion '%s' is %g in column %lld, row %lld of the grid, and no way is free: keep it "
                               "above 0, for example with max(0.1, ...)",
                               plan->scenario->path, criterion->at.line, criterion->name, (double)friction[i],
                               (long long)(window.col0 + i % window.cols), (long long)(window.row0 + i / window.cols));
    return NULL;
}

static status gather_friction(struct planes *planes, size_t distance, struct wide *wide, struct friction *friction) {
    const struct window window = friction->window;
    const int64_t chunk_rows = (int64_t)planes->plan->band_rows;
    float least = INFINITY;
    for (int64_t row = 0; row < window.rows; row += chunk_rows) {
        const int64_t rows = window.rows - row < chunk_rows ? window.rows - row : chunk_rows;
        const struct window chunk = rows_of(window, window.row0 + row, rows);
        TRY(wide_rows(planes, wide, chunk, planes->host));
        TRY(check_friction(planes->plan, distance, chunk, planes->host));
        for (int64_t i = 0; i < rows * window.cols; i++) least = fminf(least, planes->host[i]); /* missing: a barrier */
        for (int64_t r = 0; r < rows; r++)
            memcpy(friction_row(friction, row + r), planes->host + r * window.cols, (size_t)window.cols * sizeof *planes->host);
    }
    planes->least_friction[distance] = (double)least;
    return NULL;
}

static status open_cost(struct planes *planes, size_t distance) {
    const struct distance_step *step = &planes->plan->distances[distance];
    const struct mask *mask = &planes->masks[step->mask];
    struct wide wide = {0};
    struct friction friction = {0};
    status failure = friction_init(&friction, mask->window);
    if (!failure) failure = wide_open(planes, step->friction, &wide);
    if (!failure) failure = gather_friction(planes, distance, &wide, &friction);
    wide_close(&wide);
    if (!failure) failure = cost_open(planes->device, planes->plan->grid, mask, &friction, &planes->costs[distance]);
    friction_free(&friction);
    return failure;
}

static status open_placed(struct planes *planes, size_t distance) {
    const struct mask *mask = &planes->masks[planes->plan->distances[distance].mask];
    struct places places;
    TRY(places_make(planes->plan->grid, mask->window, &places));
    status failure = distance_open_placed(planes->device, planes->plan->grid, mask, &places, &planes->distances[distance]);
    places_free(&places);
    return failure;
}

static status open_distance(struct planes *planes, size_t distance) {
    const struct distance_step *step = &planes->plan->distances[distance];
    if (step->friction) return open_cost(planes, distance);
    if (step->metric == METRIC_GEODESIC && !planes->plan->grid->geographic) return open_placed(planes, distance);
    return distance_open(planes->device, planes->plan->grid, &planes->masks[step->mask], step->metric, &planes->distances[distance]);
}

static status fill_distance(struct planes *planes, size_t distance, struct window window, struct buffer *out, struct buffer *nearest) {
    if (planes->first && planes->first->fields[distance]) {
        const float *field = planes->first->fields[distance] + window.row0 * planes->plan->grid->width;
        return buffer_write(out, 0, (size_t)(window.cols * window.rows) * sizeof(float), field);
    }
    if (planes->costs[distance]) return cost_rows(planes->costs[distance], window, out, nearest);
    return distance_rows(planes->distances[distance], window, out, nearest);
}

static status make_costs(struct planes *planes, const char *criterion) {
    const struct plan *plan = planes->plan;
    for (size_t d = 0; d < plan->n_distances; d++) {
        const size_t mask = (size_t)plan->distances[d].mask;
        if (!plan_reads_cost(plan, d, criterion)) continue;
        TRY(make_mask(planes, mask, (double)d / (double)plan->n_distances, (double)(d + 1) / (double)plan->n_distances));
        status failure = open_cost(planes, d);
        mask_free(&planes->masks[mask]);
        if (failure) return failure;
    }
    return NULL;
}

static status make_masks(struct planes *planes) {
    const struct plan *plan = planes->plan;
    for (size_t m = 0; m < plan->n_masks; m++) {
        TRY(make_mask(planes, m, (double)m / (double)plan->n_masks, (double)(m + 1) / (double)plan->n_masks));
        for (size_t d = 0; d < plan->n_distances; d++)
            if (plan->distances[d].mask == (int)m) TRY(open_distance(planes, d));
        if (!plan_reads_mask(plan, m) && plan->devices == 1) mask_free(&planes->masks[m]);
    }
    return NULL;
}

static bool is_loaded(enum plane_kind kind) {
    return !plane_is_distance(kind);
}

/* What masks and frictions are made in. A chunk of the widest mask is wider than a band. */
static status open_mask_room(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t cols = (size_t)widest(plan), cells = cols * plan->band_rows, around = plan_cells_around(plan, cols, plan->band_rows);
    TRY(MEMORY_ARRAY(around, &planes->host));
    TRY(MEMORY_ARRAY(cells, &planes->inside));
    if (!plan_has_local(plan) && !plan_has_formula(plan)) return NULL;
    TRY(buffer_open(planes->device, around * sizeof(float), &planes->surface));
    return buffer_open(planes->device, cells * sizeof(float), &planes->whole);
}

static void close_mask_room(struct planes *planes) {
    free(planes->host);
    free(planes->inside);
    buffer_close(planes->surface);
    buffer_close(planes->whole);
    planes->host = NULL;
    planes->inside = NULL;
    planes->surface = planes->whole = NULL;
}

static status open_slot(const struct plan *plan, float ***loaded) {
    size_t cols = (size_t)plan->grid->width, rows = plan->band_rows;
    TRY(MEMORY_ARRAY(plan->n_planes, loaded));
    for (size_t i = 0; i < plan->n_planes; i++) {
        struct window around = window_of(&plan->planes[i], (struct window){0, 0, (int64_t)cols, (int64_t)rows});
        if (is_loaded(plan->planes[i].kind)) TRY(MEMORY_ARRAY((size_t)(around.cols * around.rows), &(*loaded)[i]));
    }
    return NULL;
}

static status open_slots(struct planes *planes) {
    TRY(MEMORY_ARRAY(planes->plan->slots, &planes->loaded));
    for (size_t s = 0; s < planes->plan->slots; s++) TRY(open_slot(planes->plan, &planes->loaded[s]));
    return NULL;
}

static void close_slot(const struct plan *plan, float **loaded) {
    for (size_t i = 0; loaded && i < plan->n_planes; i++) free(loaded[i]);
    free(loaded);
}

static status open_band_room(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t width = (size_t)plan->grid->width, cells = plan->band_rows * width;
    TRY(MEMORY_ARRAY(cells, &planes->host));
    TRY(MEMORY_ARRAY(width, &planes->nearest_host));
    for (size_t i = 0; i < plan->n_planes; i++) TRY(buffer_open(planes->device, cells * sizeof(float), &planes->buffers[i]));
    for (size_t d = 0; d < plan->n_distances; d++) TRY(buffer_open(planes->device, width * sizeof(int64_t), &planes->nearest[d]));
    return plan_has_local(plan) ? buffer_open(planes->device, plan_cells_around(plan, width, plan->band_rows) * sizeof(float), &planes->surface)
                                : NULL;
}

static status open_formulas(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t bytes = plan->band_rows * (size_t)plan->grid->width * sizeof(float);
    TRY(MEMORY_ARRAY(plan->scenario->n_criteria + 1, &planes->formulas));
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        const struct criterion *criterion = &plan->scenario->criteria[c];
        if (criterion->op != OP_FORMULA && !criterion_is_permit(criterion)) continue;
        if (!planes->formula_out) TRY(buffer_open(planes->device, bytes, &planes->formula_out));
        if (criterion->formula) TRY(formula_pass_open(planes->device, criterion->formula, &planes->formulas[c]));
    }
    return NULL;
}

/* What only the first device prepares goes to the others by way of the host: a cost settled on each would take as long, and their memory. */
static status keep_cost(struct planes *planes, size_t distance) {
    const struct grid *grid = planes->plan->grid;
    int64_t band_rows = (int64_t)planes->plan->band_rows;
    TRY(MEMORY_ARRAY((size_t)(grid->width * grid->height), &planes->fields[distance]));
    for (int64_t row = 0; row < grid->height; row += band_rows) {
        struct window band = rows_of(grid_window(grid), row, grid->height - row < band_rows ? grid->height - row : band_rows);
        TRY(cost_rows(planes->costs[distance], band, planes->buffers[0], NULL));
        TRY(buffer_read(planes->buffers[0], 0, (size_t)(band.cols * band.rows) * sizeof(float), planes->fields[distance] + row * grid->width));
    }
    return NULL;
}

static status keep_costs(struct planes *planes) {
    TRY(MEMORY_ARRAY(planes->plan->n_distances, &planes->fields));
    for (size_t d = 0; planes->plan->devices > 1 && d < planes->plan->n_distances; d++)
        if (planes->costs[d]) TRY(keep_cost(planes, d));
    return NULL;
}

static status open_tables(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->distances));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->costs));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->least_friction));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->nearest));
    return MEMORY_ARRAY(plan->n_planes, &planes->buffers);
}

static status open_masks(struct planes *planes) {
    TRY(MEMORY_ARRAY(planes->plan->n_masks, &planes->masks));
    TRY(MEMORY_ARRAY(planes->plan->n_masks, &planes->mask_cells));
    return open_mask_room(planes);
}

static status open_land(struct planes *planes) {
    const struct plan *plan = planes->plan;
    if (!plan->permits) return NULL;
    TRY(MEMORY_ARRAY(plan->permits->n_land + 1, &planes->land));
    for (size_t i = 0; i < plan->permits->n_land; i++) planes->land[i] = &planes->masks[plan->land_masks[i]];
    return MEMORY_ARRAY(2 * (size_t)plan->grid->width, &planes->permit_row);
}

static status fill(struct planes *planes) {
    TRY(open_tables(planes));
    TRY(open_interpolators(planes));
    TRY(open_masks(planes));
    TRY(make_masks(planes));
    close_mask_room(planes);
    memory_trim();
    TRY(open_land(planes));
    TRY(open_formulas(planes));
    TRY(open_slots(planes));
    TRY(open_band_room(planes));
    return keep_costs(planes);
}

static status fill_costs(struct planes *planes, const char *criterion) {
    TRY(open_tables(planes));
    TRY(open_masks(planes));
    return make_costs(planes, criterion);
}

static status fill_beside(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(open_tables(planes));
    TRY(open_interpolators(planes));
    for (size_t d = 0; d < plan->n_distances; d++)
        if (!plan->distances[d].friction) TRY(open_distance(planes, d));
    TRY(open_formulas(planes));
    return open_band_room(planes);
}

static status new_planes(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) {
    TRY(MEMORY_ARRAY(1, out));
    (*out)->plan = plan;
    (*out)->layers = layers;
    (*out)->device = device;
    (*out)->log = log;
    return NULL;
}

status planes_open_beside(const struct planes *first, struct device *device, struct planes **out) {
    struct planes *planes = NULL;
    TRY(MEMORY_ARRAY(1, &planes));
    *planes = (struct planes){.plan = first->plan,
                              .layers = first->layers,
                              .device = device,
                              .log = first->log,
                              .loaded = first->loaded,
                              .masks = first->masks,
                              .first = first};
    status failure = fill_beside(planes);
    if (failure) {
        planes_close(planes);
        return failure;
    }
    *out = planes;
    return NULL;
}

static void close_own(struct planes *planes) {
    for (size_t i = 0; planes->masks && i < planes->plan->n_masks; i++) mask_free(&planes->masks[i]);
    for (size_t s = 0; planes->loaded && s < planes->plan->slots; s++) close_slot(planes->plan, planes->loaded[s]);
    for (size_t d = 0; planes->fields && d < planes->plan->n_distances; d++) free(planes->fields[d]);
    free(planes->masks);
    free(planes->loaded);
    free(planes->fields);
}

static status closed_after(status failure, struct planes **planes) {
    if (!failure) return NULL;
    planes_close(*planes);
    *planes = NULL;
    return failure;
}

status planes_open(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) {
    TRY(new_planes(plan, layers, device, log, out));
    return closed_after(fill(*out), out);
}

status planes_open_costs(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, const char *criterion,
                         struct planes **out) {
    TRY(new_planes(plan, layers, device, log, out));
    return closed_after(fill_costs(*out, criterion), out);
}

void planes_close(struct planes *planes) {
    if (!planes) return;
    if (!planes->first) close_own(planes);
    for (size_t i = 0; planes->distances && i < planes->plan->n_distances; i++) distance_close(planes->distances[i]);
    for (size_t i = 0; planes->costs && i < planes->plan->n_distances; i++) cost_close(planes->costs[i]);
    for (size_t i = 0; planes->nearest && i < planes->plan->n_distances; i++) buffer_close(planes->nearest[i]);
    for (size_t i = 0; planes->buffers && i < planes->plan->n_planes; i++) buffer_close(planes->buffers[i]);
    for (size_t c = 0; planes->formulas && c < planes->plan->scenario->n_criteria; c++) formula_pass_close(planes->formulas[c]);
    free(planes->formulas);
    buffer_close(planes->formula_out);
    close_mask_room(planes);
    terrain_close(planes->terrain);
    focal_close(planes->focal);
    for (size_t i = 0; planes->interpolators && i < planes->plan->n_planes; i++) interpolator_close(planes->interpolators[i]);
    free(planes->interpolators);
    free(planes->mask_cells);
    free(planes->distances);
    free(planes->costs);
    free(planes->least_friction);
    free(planes->nearest);
    free(planes->buffers);
    free(planes->nearest_host);
    free(planes->land);
    free(planes->permit_row);
    free(planes);
}

static status load_permits(struct planes *planes, const struct plane *plane, struct window window, float *values) {
    if (plane->layer != NO_INDEX) TRY(layers_values(planes->layers, plane->layer, window, values));
    permit_plane_fill(planes->plan->permits, planes->land, window, planes->permit_row, values);
    return NULL;
}

static status load(struct planes *planes, size_t slot, size_t index, struct window window) {
    const struct plane *plane = &planes->plan->planes[index];
    float *values = planes->loaded[slot][index];
    if (plane_is_distance(plane->kind) || plane_is_interpolated(plane->kind)) return NULL;
    if (plane->kind == PLANE_PERMIT) return load_permits(planes, plane, window, values);
    if (plane->kind == PLANE_SHARE) return layers_share(planes->layers, plane->layer, window, values);
    if (plane->kind != PLANE_INSIDE) return layers_values(planes->layers, plane->layer, window_of(plane, window), values);
    mask_unpack(&planes->masks[plane->mask], window, values);
    return NULL;
}

/* Values of terrain and circles come back in place of their surface: what is missing of them is counted on the host. */
static status make(struct planes *planes, size_t slot, size_t index, struct window window, struct buffer *nearest) {
    const struct plane *plane = &planes->plan->planes[index];
    struct buffer *out = planes->buffers[index];
    float *values = planes->loaded[slot][index];
    size_t bytes = (size_t)(window.cols * window.rows) * sizeof(float);
    if (plane_is_distance(plane->kind)) return fill_distance(planes, (size_t)plane->distance, window, out, nearest);
    if (!plane_is_local(plane->kind) && !plane_is_interpolated(plane->kind)) return buffer_write(out, 0, bytes, values);
    if (plane_is_local(plane->kind))
        TRY(make_local(planes, plane, window, values, out));
    else
        TRY(interpolator_rows(planes->interpolators[index], window, out));
    return buffer_read(out, 0, bytes, values);
}

status planes_load(struct planes *planes, size_t slot, struct window window) {
    for (size_t i = 0; i < planes->plan->n_planes; i++) TRY(load(planes, slot, i, window));
    return NULL;
}

status planes_make(struct planes *planes, size_t slot, struct window window) {
    for (size_t i = 0; i < planes->plan->n_planes; i++) TRY(make(planes, slot, i, window, NULL));
    return NULL;
}

int64_t planes_missing(const struct planes *planes, size_t slot, size_t plane, struct window window) {
    const float *values = planes->loaded[slot][plane];
    int64_t missing = 0;
    for (int64_t i = 0; values && i < window.cols * window.rows; i++) missing += isnan(values[i]) != 0;
    return missing;
}

static status fill_one(struct planes *planes, size_t plane, struct window window) {
    TRY(load(planes, 0, plane, window));
    return make(planes, 0, plane, window, NULL);
}

status planes_fill_criterion(struct planes *planes, size_t criterion, struct window window) {
    const struct formula *formula = planes->plan->scenario->criteria[criterion].formula;
    if (!planes->formulas[criterion]) return fill_one(planes, (size_t)planes->plan->criteria[criterion].plane, window);
    for (size_t i = 0; i < formula->n_operands; i++) TRY(fill_one(planes, (size_t)planes->plan->operands[criterion][i], window));
    return NULL;
}

/* Permit classes to what the criterion says of them, by way of the host: for what looks at values before the fused pass. */
static status look_up(struct planes *planes, struct lookup_step lookup, const struct buffer *classes, size_t cells) {
    const float *numbers = planes->plan->params + lookup.first;
    TRY(buffer_read(classes, 0, cells * sizeof(float), planes->host));
    for (size_t i = 0; i < cells; i++) planes->host[i] = planes->host[i] >= 0 ? numbers[(size_t)planes->host[i]] : NAN;
    return buffer_write(planes->formula_out, 0, cells * sizeof(float), planes->host);
}

status planes_criterion(struct planes *planes, size_t criterion, struct window window, struct buffer **values) {
    struct formula_pass *pass = planes->formulas[criterion];
    const struct lookup_step lookup = plan_lookup(planes->plan, criterion);
    struct buffer *plane = pass ? NULL : planes->buffers[planes->plan->criteria[criterion].plane];
    const size_t cells = (size_t)(window.cols * window.rows);
    *values = pass || lookup.count ? planes->formula_out : plane;
    if (lookup.count) return look_up(planes, lookup, plane, cells);
    if (!pass) return NULL;
    return formula_pass_run(pass, planes->buffers, planes->plan->operands[criterion], cells, *values);
}

status planes_read_criterion(struct planes *planes, size_t criterion, struct window window, const float **values) {
    struct buffer *from;
    TRY(planes_criterion(planes, criterion, window, &from));
    *values = planes->host;
    return buffer_read(from, 0, (size_t)(window.cols * window.rows) * sizeof(float), planes->host);
}

struct buffer *const *planes_buffers(const struct planes *planes) {
    return planes->buffers;
}

status planes_fill_row(struct planes *planes, struct window window) {
    TRY(planes_load(planes, 0, window));
    for (size_t i = 0; i < planes->plan->n_planes; i++) {
        int distance = planes->plan->planes[i].distance;
        TRY(make(planes, 0, i, window, distance == NO_INDEX ? NULL : planes->nearest[distance]));
    }
    return NULL;
}

status planes_nearest(struct planes *planes, size_t distance, struct window window, int64_t *cols, int64_t *rows) {
    struct window mask = planes->plan->masks[planes->plan->distances[distance].mask].window;
    TRY(buffer_read(planes->nearest[distance], 0, (size_t)window.cols * sizeof(int64_t), planes->nearest_host));
    for (int64_t i = 0; i < window.cols; i++) {
        int64_t source = planes->nearest_host[i];
        cols[i] = source < 0 ? INT64_MIN : mask.col0 + source % mask.cols;
        rows[i] = source < 0 ? INT64_MIN : mask.row0 + source / mask.cols;
    }
    return NULL;
}

status planes_cost_at(struct planes *planes, size_t distance, int64_t col, int64_t row, double *cost) {
    struct buffer *one = NULL;
    float value = INFINITY;
    status failure = buffer_open(planes->device, sizeof value, &one);
    if (!failure) failure = cost_rows(planes->costs[distance], (struct window){col, row, 1, 1}, one, NULL);
    if (!failure) failure = buffer_read(one, 0, sizeof value, &value);
    buffer_close(one);
    *cost = (double)value;
    return failure;
}

status planes_way(struct planes *planes, size_t distance, int64_t col, int64_t row, struct cell_way *out) {
    struct window mask = planes->plan->masks[planes->plan->distances[distance].mask].window;
    int64_t *cells = NULL;
    *out = (struct cell_way){0};
    TRY(cost_path(planes->costs[distance], col, row, &cells, &out->count));
    status failure = MEMORY_ARRAY(out->count + 1, &out->cols);
    if (!failure) failure = MEMORY_ARRAY(out->count + 1, &out->rows);
    for (size_t i = 0; !failure && i < out->count; i++) {
        out->cols[i] = mask.col0 + cells[i] % mask.cols;
        out->rows[i] = mask.row0 + cells[i] / mask.cols;
    }
    free(cells);
    return failure;
}

status planes_permit_classes(struct planes *planes, struct window window, float *classes) {
    const int plane = planes->plan->permit_plane;
    for (int64_t i = 0; plane == NO_INDEX && i < window.cols; i++) classes[i] = NAN;
    return plane == NO_INDEX ? NULL : buffer_read(planes->buffers[plane], 0, (size_t)window.cols * sizeof(float), classes);
}

int64_t planes_mask_cells(const struct planes *planes, size_t mask) {
    return planes->mask_cells[mask];
}

double planes_least_friction(const struct planes *planes, size_t distance) {
    return planes->least_friction[distance] > 0 ? planes->least_friction[distance] : 1;
}
