/* Makes the planes of a band. Masks become bits, distances are made when a band passes: no whole-grid plane exists. */
#include "analysis/planes.h"

#include <stdlib.h>

#include "compute/distance.h"
#include "compute/formula_pass.h"
#include "compute/terrain.h"

struct planes {
    const struct plan *plan;
    struct layers *layers;
    struct device *device;
    struct log *log;
    struct terrain *terrain;
    int64_t *mask_cells;
    struct mask *masks; /* kept only where a PLANE_INSIDE reads them */
    struct distance **distances;
    struct buffer **buffers;        /* one a plane */
    struct buffer *surface;         /* a terrain step's input, one cell wider on each side */
    struct buffer *whole;           /* terrain over a chunk of the widest mask */
    struct formula_pass **formulas; /* one a criterion; NULL: it reads a plane */
    struct buffer *formula_out;     /* of a band; NULL while no criterion has a formula */
    struct buffer **nearest;        /* one a distance: source indices of one row */
    float *host;
    uint8_t *inside;
    int64_t *nearest_host;
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

static bool is_terrain(enum plane_kind kind) {
    return kind == PLANE_SLOPE || kind == PLANE_ASPECT || kind == PLANE_ROUGHNESS;
}

static status fill_terrain(struct planes *planes, enum plane_kind kind, int layer, struct window window, struct buffer *out) {
    struct window surface = window_grown(window, 1);
    TRY(layers_values(planes->layers, layer, surface, planes->host));
    TRY(buffer_write(planes->surface, 0, (size_t)(surface.cols * surface.rows) * sizeof(float), planes->host));
    return terrain_rows(planes->terrain, kind, planes->plan->grid, window, planes->surface, out);
}

/* A mask's cells in a chunk of rows: a layer's own, or where a criterion made from it meets the condition. */
static status mask_chunk(struct planes *planes, const struct mask_step *mask, struct window chunk) {
    const struct plan *plan = planes->plan;
    enum plane_kind kind = mask->criterion == NO_INDEX ? PLANE_LAYER : plan->planes[plan->criteria[mask->criterion].plane].kind;
    if (!is_terrain(kind)) return layers_inside(planes->layers, mask, chunk, planes->host, planes->inside);
    size_t cells = (size_t)(chunk.cols * chunk.rows);
    TRY(fill_terrain(planes, kind, mask->layer, chunk, planes->whole));
    TRY(buffer_read(planes->whole, 0, cells * sizeof(float), planes->host));
    for (size_t i = 0; i < cells; i++) planes->inside[i] = condition_holds(mask->condition, planes->host[i]);
    return NULL;
}

static status make_mask(struct planes *planes, size_t index, double from, double to) {
    const struct mask_step *step = &planes->plan->masks[index];
    struct mask *mask = &planes->masks[index];
    int64_t chunk_rows = (int64_t)planes->plan->band_rows;
    TRY(mask_init(mask, step->window));
    for (int64_t row = 0; row < step->window.rows; row += chunk_rows) {
        int64_t rows = step->window.rows - row < chunk_rows ? step->window.rows - row : chunk_rows;
        TRY(log_progress(planes->log, from + (to - from) * (double)row / (double)step->window.rows));
        TRY(mask_chunk(planes, step, rows_of(step->window, step->window.row0 + row, rows)));
        mask_pack(mask, row, rows, planes->inside);
    }
    planes->mask_cells[index] = mask_count(mask);
    return NULL;
}

static bool mask_is_read(const struct plan *plan, size_t mask) {
    for (size_t i = 0; i < plan->n_planes; i++)
        if (plan->planes[i].kind == PLANE_INSIDE && plan->planes[i].mask == (int)mask) return true;
    return false;
}

static status make_masks(struct planes *planes) {
    const struct plan *plan = planes->plan;
    for (size_t m = 0; m < plan->n_masks; m++) {
        TRY(make_mask(planes, m, (double)m / (double)plan->n_masks, (double)(m + 1) / (double)plan->n_masks));
        for (size_t d = 0; d < plan->n_distances; d++)
            if (plan->distances[d].mask == (int)m)
                TRY(distance_open(planes->device, plan->grid, &planes->masks[m], plan->distances[d].metric, &planes->distances[d]));
        if (!mask_is_read(plan, m)) mask_free(&planes->masks[m]);
    }
    return NULL;
}

static status open_formulas(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t bytes = plan->band_rows * (size_t)plan->grid->width * sizeof(float);
    TRY(MEMORY_ARRAY(plan->scenario->n_criteria + 1, &planes->formulas));
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        const struct formula *formula = plan->scenario->criteria[c].formula;
        if (!formula) continue;
        if (!planes->formula_out) TRY(buffer_open(planes->device, bytes, &planes->formula_out));
        TRY(formula_pass_open(planes->device, formula, &planes->formulas[c]));
    }
    return NULL;
}

static status allocate(struct planes *planes) {
    const struct plan *plan = planes->plan;
    size_t band_cells = plan->band_rows * (size_t)plan->grid->width, cols = (size_t)widest(plan);
    size_t chunk_cells = cols * plan->band_rows, surface_cells = (cols + 2) * (plan->band_rows + 2);
    TRY(MEMORY_ARRAY(plan->n_masks, &planes->masks));
    TRY(MEMORY_ARRAY(plan->n_masks, &planes->mask_cells));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->distances));
    TRY(MEMORY_ARRAY(plan->n_distances, &planes->nearest));
    TRY(MEMORY_ARRAY(plan->n_planes, &planes->buffers));
    TRY(MEMORY_ARRAY(surface_cells, &planes->host));
    TRY(MEMORY_ARRAY(chunk_cells, &planes->inside));
    TRY(MEMORY_ARRAY((size_t)plan->grid->width, &planes->nearest_host));
    for (size_t i = 0; i < plan->n_planes; i++) TRY(buffer_open(planes->device, band_cells * sizeof(float), &planes->buffers[i]));
    TRY(buffer_open(planes->device, surface_cells * sizeof(float), &planes->surface));
    TRY(buffer_open(planes->device, chunk_cells * sizeof(float), &planes->whole));
    for (size_t d = 0; d < plan->n_distances; d++) TRY(buffer_open(planes->device, (size_t)plan->grid->width * sizeof(int64_t), &planes->nearest[d]));
    TRY(open_formulas(planes));
    return terrain_open(planes->device, &planes->terrain);
}

status planes_open(const struct plan *plan, struct layers *layers, struct device *device, struct log *log, struct planes **out) {
    struct planes *planes = NULL;
    TRY(MEMORY_ARRAY(1, &planes));
    planes->plan = plan;
    planes->layers = layers;
    planes->device = device;
    planes->log = log;
    status failure = allocate(planes);
    if (!failure) failure = make_masks(planes);
    if (failure) {
        planes_close(planes);
        return failure;
    }
    *out = planes;
    return NULL;
}

void planes_close(struct planes *planes) {
    if (!planes) return;
    for (size_t i = 0; planes->masks && i < planes->plan->n_masks; i++) mask_free(&planes->masks[i]);
    for (size_t i = 0; planes->distances && i < planes->plan->n_distances; i++) distance_close(planes->distances[i]);
    for (size_t i = 0; planes->nearest && i < planes->plan->n_distances; i++) buffer_close(planes->nearest[i]);
    for (size_t i = 0; planes->buffers && i < planes->plan->n_planes; i++) buffer_close(planes->buffers[i]);
    for (size_t c = 0; planes->formulas && c < planes->plan->scenario->n_criteria; c++) formula_pass_close(planes->formulas[c]);
    free(planes->formulas);
    buffer_close(planes->formula_out);
    terrain_close(planes->terrain);
    buffer_close(planes->surface);
    buffer_close(planes->whole);
    free(planes->masks);
    free(planes->mask_cells);
    free(planes->distances);
    free(planes->nearest);
    free(planes->buffers);
    free(planes->host);
    free(planes->inside);
    free(planes->nearest_host);
    free(planes);
}

static void unpack(const struct mask *mask, struct window window, float *values) {
    for (int64_t r = 0; r < window.rows; r++)
        for (int64_t c = 0; c < window.cols; c++) *values++ = mask_get(mask, window.col0 + c, window.row0 + r) ? 1.0f : 0.0f;
}

status planes_fill_one(struct planes *planes, size_t index, struct window window) {
    const struct plane *plane = &planes->plan->planes[index];
    struct buffer *out = planes->buffers[index];
    size_t bytes = (size_t)(window.cols * window.rows) * sizeof(float);
    if (is_terrain(plane->kind)) return fill_terrain(planes, plane->kind, plane->layer, window, out);
    if (plane->kind == PLANE_DISTANCE) return distance_rows(planes->distances[plane->distance], window, out, NULL);
    if (plane->kind == PLANE_INSIDE)
        unpack(&planes->masks[plane->mask], window, planes->host);
    else
        TRY(layers_values(planes->layers, plane->layer, window, planes->host));
    return buffer_write(out, 0, bytes, planes->host);
}

status planes_fill(struct planes *planes, struct window window) {
    for (size_t i = 0; i < planes->plan->n_planes; i++) TRY(planes_fill_one(planes, i, window));
    return NULL;
}

status planes_read(struct planes *planes, size_t plane, struct window window, const float **values) {
    *values = planes->host;
    return buffer_read(planes->buffers[plane], 0, (size_t)(window.cols * window.rows) * sizeof(float), planes->host);
}

status planes_fill_criterion(struct planes *planes, size_t criterion, struct window window) {
    const struct formula *formula = planes->plan->scenario->criteria[criterion].formula;
    if (!formula) return planes_fill_one(planes, (size_t)planes->plan->criteria[criterion].plane, window);
    for (size_t i = 0; i < formula->n_operands; i++) TRY(planes_fill_one(planes, (size_t)planes->plan->operands[criterion][i], window));
    return NULL;
}

status planes_read_criterion(struct planes *planes, size_t criterion, struct window window, const float **values) {
    size_t cells = (size_t)(window.cols * window.rows);
    struct formula_pass *pass = planes->formulas[criterion];
    if (!pass) return planes_read(planes, (size_t)planes->plan->criteria[criterion].plane, window, values);
    TRY(formula_pass_run(pass, planes->buffers, planes->plan->operands[criterion], cells, planes->formula_out));
    *values = planes->host;
    return buffer_read(planes->formula_out, 0, cells * sizeof(float), planes->host);
}

struct buffer *const *planes_buffers(const struct planes *planes) {
    return planes->buffers;
}

status planes_fill_row(struct planes *planes, int64_t row) {
    struct window window = {0, row, planes->plan->grid->width, 1};
    for (size_t i = 0; i < planes->plan->n_planes; i++) {
        const struct plane *plane = &planes->plan->planes[i];
        if (plane->kind == PLANE_DISTANCE)
            TRY(distance_rows(planes->distances[plane->distance], window, planes->buffers[i], planes->nearest[plane->distance]));
        else
            TRY(planes_fill_one(planes, i, window));
    }
    return NULL;
}

status planes_nearest(struct planes *planes, size_t distance, int64_t *cols, int64_t *rows) {
    struct window mask = planes->plan->masks[planes->plan->distances[distance].mask].window;
    int64_t width = planes->plan->grid->width;
    TRY(buffer_read(planes->nearest[distance], 0, (size_t)width * sizeof(int64_t), planes->nearest_host));
    for (int64_t i = 0; i < width; i++) {
        int64_t source = planes->nearest_host[i];
        cols[i] = source < 0 ? INT64_MIN : mask.col0 + source % mask.cols;
        rows[i] = source < 0 ? INT64_MIN : mask.row0 + source / mask.cols;
    }
    return NULL;
}

int64_t planes_mask_cells(const struct planes *planes, size_t mask) {
    return planes->mask_cells[mask];
}
