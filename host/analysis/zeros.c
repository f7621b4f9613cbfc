/* A condition is looked at row by row; what does not meet it is shown to the draw as if it were outside. */
#include "analysis/zeros.h"

#include <stdlib.h>
#include <string.h>

bool zeros_are_own(const struct model *model) {
    return model->allowed.text || model->n_barren;
}

const struct draw *zeros_of(const struct fitted_model *fitted) {
    return zeros_are_own(fitted->model) ? &fitted->zeros : &fitted->drawn;
}

static bool is_training(const struct training *training, const struct training_cell *cell, size_t *next) {
    const struct training_cell *cells = training->cells;
    while (*next < training->n && (cells[*next].row < cell->row || (cells[*next].row == cell->row && cells[*next].col < cell->col))) ++*next;
    return *next < training->n && cells[*next].row == cell->row && cells[*next].col == cell->col;
}

static status read_barren(const struct scan *scan, struct fitted_model *fitted) {
    struct training *barren = &fitted->barren;
    const struct model *model = fitted->model;
    size_t n = 0, next = 0;
    TRY(training_read(scan->grid, scan->layers, model->barren, model->n_barren, SAME_CELL_MERGE, &fitted->arena, barren));
    TRY(draw_open(&fitted->zeros, barren->n + 1));
    for (size_t i = 0; i < barren->n; i++) {
        if (is_training(&fitted->training, &barren->cells[i], &next)) continue;
        barren->cells[n++] = barren->cells[i];
        fitted->zeros.cells[fitted->zeros.n++].cell = barren->cells[i].row * scan->grid->width + barren->cells[i].col;
    }
    fitted->barren_known = barren->n - n;
    barren->n = n;
    return NULL;
}

status zeros_open(const struct scan *scan, struct fitted_model *fitted) {
    fitted->zeros.wanted = fitted->model->allowed.text ? fitted->model->negatives : 0;
    fitted->zeros.n_evidence = fitted->model->n_evidence;
    fitted->zeros.turn = fitted->drawn.turn;
    return fitted->model->n_barren ? read_barren(scan, fitted) : NULL;
}

static void keep_studied(struct fitted_model *fitted, const uint8_t *state, struct window band) {
    struct draw *zeros = &fitted->zeros;
    int64_t first = band.row0 * band.cols, end = first + band.rows * band.cols;
    size_t n = 0;
    for (size_t i = 0; i < zeros->n; i++) {
        int64_t cell = zeros->cells[i].cell;
        if (cell < first || cell >= end || state[cell - first] < 2) zeros->cells[n++] = zeros->cells[i];
    }
    zeros->n = n;
}

/* A row of the criterion in its unit, which cells meet the condition, and what the draw sees. */
struct looked_at {
    float *values;
    uint8_t *inside, *state;
};

static status looked_at_open(size_t cols, struct looked_at *out) {
    TRY(MEMORY_ARRAY(cols, &out->values));
    TRY(MEMORY_ARRAY(cols, &out->inside));
    return MEMORY_ARRAY(cols, &out->state);
}

static status draw_row(struct fitted_model *fitted, const float *plane, float scale, const uint8_t *state, struct window row, struct looked_at *at) {
    size_t cols = (size_t)row.cols;
    for (size_t i = 0; i < cols; i++) at->values[i] = plane[i] * scale;
    condition_mark(&fitted->model->allowed, at->values, cols, at->inside);
    for (size_t i = 0; i < cols; i++) at->state[i] = at->inside[i] ? state[i] : UINT8_MAX;
    return draw_band(&fitted->zeros, at->state, row, &fitted->training);
}

static status draw_where(const struct scan *scan, struct fitted_model *fitted, const uint8_t *state, struct window band) {
    struct looked_at at = {0};
    const float *plane, scale = (float)scan->plan->criteria[fitted->model->where].scale;
    TRY(planes_read_criterion(scan->planes, (size_t)fitted->model->where, band, &plane));
    status failure = looked_at_open((size_t)band.cols, &at);
    for (int64_t r = 0; !failure && r < band.rows; r++)
        failure = draw_row(fitted, plane + r * band.cols, scale, state + r * band.cols, (struct window){0, band.row0 + r, band.cols, 1}, &at);
    free(at.values);
    free(at.inside);
    free(at.state);
    return failure;
}

status zeros_band(const struct scan *scan, struct fitted_model *fitted, const uint8_t *state, struct window band) {
    if (fitted->model->allowed.text) return draw_where(scan, fitted, state, band);
    if (fitted->model->n_barren) keep_studied(fitted, state, band);
    return NULL;
}
