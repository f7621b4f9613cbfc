/* The scoring pass: bands are read, scored by the fused kernel on whatever device is free, and counted in their order. */
#include "analysis/scoring.h"

#include <math.h>
#include <string.h>

#include "analysis/band_counts.h"
#include "analysis/stream.h"

/* A slot's scores, states and rule bits go straight into the result's planes. */
struct scoring_slot {
    struct overlay_results to;
    size_t worker; /* who did it */
};

struct scoring {
    const struct scan *scan;
    struct result *result;
    struct scoring_slot *slots; /* [plan->slots] */
    int64_t *missing;           /* [plane] */
    struct arena arena;
};

/* Of a regression the fused pass writes the deviation itself, into the plane. */
static bool counts_conditions(const struct fitted_model *fitted) {
    return fitted && fitted->tells_conditions;
}

static status slot_init(struct scoring *scoring, struct scoring_slot *slot) {
    const struct scan *scan = scoring->scan;
    struct overlay_results *to = &slot->to;
    to->missing = arena_alloc(&scoring->arena, scan->scenario->n_criteria + 1, sizeof *to->missing);
    size_t targets = scan->scenario->n_targets, criteria = scan->scenario->n_criteria;
    to->score = arena_alloc(&scoring->arena, targets, sizeof *to->score);
    to->state = arena_alloc(&scoring->arena, targets, sizeof *to->state);
    to->condition = arena_alloc(&scoring->arena, targets, sizeof *to->condition);
    if (!to->missing || !to->score || !to->state || !to->condition) return status_no_memory();
    for (size_t t = 0; t < targets; t++) {
        if (!counts_conditions(scan->models[t])) continue;
        to->condition[t] = arena_alloc(&scoring->arena, scan->plan->band_rows * (size_t)scan->grid->width, sizeof *to->condition[t]);
        if (!to->condition[t]) return status_no_memory();
    }
    if (!scan->scenario->write_criteria) return NULL;
    to->raw = arena_alloc(&scoring->arena, criteria, sizeof *to->raw);
    to->membership = arena_alloc(&scoring->arena, criteria, sizeof *to->membership);
    return to->raw && to->membership ? NULL : status_no_memory();
}

static void slot_point(struct overlay_results *to, const struct result *result, int64_t row) {
    size_t first = (size_t)(row * result->grid.width);
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        to->score[t] = (float *)result->targets[t].score.bytes + first;
        to->state[t] = (uint8_t *)result->targets[t].state.bytes + first;
        const struct fitted_model *fitted = result->targets[t].model;
        if (fitted && model_tells_sd(fitted) && !counts_conditions(fitted)) to->condition[t] = (uint32_t *)fitted->sd.bytes + first;
    }
    to->rules = result_rule_bits(result, row);
    for (size_t c = 0; to->raw && c < result->scenario->n_criteria; c++) {
        to->raw[c] = (float *)result->criteria[c].value.bytes + first;
        to->membership[c] = (float *)result->criteria[c].membership.bytes + first;
    }
}

static void blank_unscored(const struct result *result, size_t target, int64_t row) {
    const struct target_result *of = &result->targets[target];
    int64_t first = row * result->grid.width;
    float *sd = (float *)of->model->sd.bytes + first;
    const uint8_t *state = (const uint8_t *)of->state.bytes + first;
    for (int64_t i = 0; i < result->grid.width; i++) sd[i] = state[i] ? NAN : sd[i];
}

/* What a model's cells are known to within, and the area of each condition. */
static status count_conditions(const struct scoring *scoring, size_t slot, struct window band) {
    struct result *result = scoring->result;
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        struct fitted_model *fitted = result->targets[t].model;
        if (!scoring->slots[slot].to.condition[t]) continue;
        for (int64_t r = 0; !counts_conditions(fitted) && r < band.rows; r++) blank_unscored(result, t, band.row0 + r);
        for (int64_t r = 0; counts_conditions(fitted) && r < band.rows; r++) {
            int64_t first = (band.row0 + r) * band.cols;
            TRY(conditions_add_row(
                &fitted->conditions, scoring->slots[slot].to.condition[t] + r * band.cols, (const uint8_t *)result->targets[t].state.bytes + first,
                band.cols, grid_cell_km2(&result->grid, (double)(band.row0 + r)), model_condition_sd, fitted, (float *)fitted->sd.bytes + first));
        }
        scratch_forget(&fitted->sd, (size_t)(band.row0 * band.cols) * sizeof(float), (size_t)(band.rows * band.cols) * sizeof(float));
    }
    return NULL;
}

static status read_band(void *user, size_t slot, int64_t band) {
    const struct scoring *scoring = user;
    return planes_load(scoring->scan->planes, slot, plan_band(scoring->scan->plan, band));
}

static status score_on(const struct scoring *scoring, struct worker *worker, size_t slot, struct window window) {
    struct scoring_slot *into = &scoring->slots[slot];
    TRY(planes_make(worker->planes, slot, window));
    memset(into->to.missing, 0, scoring->scan->scenario->n_criteria * sizeof *into->to.missing);
    TRY(overlay_run(worker->overlay, planes_buffers(worker->planes), (size_t)(window.cols * window.rows), &into->to));
    struct lattice *lattice = &scoring->result->lattice;
    return lattice->cols ? lattice_take(lattice, scoring->scan, worker, window, into->to.rules, into->to.membership) : NULL;
}

/* The first worker is on the caller's thread, which alone tells of progress and asks whether to go on. */
static status score_band(void *user, size_t computer, size_t slot, int64_t band) {
    struct scoring *scoring = user;
    const struct scan *scan = scoring->scan;
    struct window window = plan_band(scoring->scan->plan, band);
    slot_point(&scoring->slots[slot].to, scoring->result, window.row0);
    scoring->slots[slot].worker = computer;
    if (computer == 0) TRY(log_progress(scan->log, (double)window.row0 / (double)scan->grid->height));
    return device_blamed(scan->workers[computer].device, scan->n_workers, score_on(scoring, &scan->workers[computer], slot, window));
}

/* Planes of a whole grid may be larger than memory. */
static void forget_band(const struct result *result, struct window window) {
    size_t first = (size_t)(window.row0 * window.cols), cells = (size_t)(window.cols * window.rows);
    for (size_t t = 0; t < result->scenario->n_targets; t++) scratch_forget_cells(&result->targets[t].score, &result->targets[t].state, first, cells);
    size_t rule_bytes = rule_bits_bytes(result->scenario->n_rules);
    scratch_forget(&result->rule_bits, first * rule_bytes, cells * rule_bytes);
    for (size_t c = 0; result->scenario->write_criteria && c < result->scenario->n_criteria; c++) {
        scratch_forget(&result->criteria[c].value, first * sizeof(float), cells * sizeof(float));
        scratch_forget(&result->criteria[c].membership, first * sizeof(float), cells * sizeof(float));
    }
}

static void count_jurisdictions(const struct scoring *scoring, size_t slot, struct window band) {
    const int classes = plan_class_plane(scoring->scan->plan);
    if (classes == NO_INDEX || !scoring->result->setbacks) return;
    setbacks_count(scoring->result->setbacks, scoring->scan->grid, band, planes_loaded(scoring->scan->planes, slot, (size_t)classes));
}

static status count_band(void *user, size_t slot, int64_t band) {
    struct scoring *scoring = user;
    struct window window = plan_band(scoring->scan->plan, band);
    for (size_t p = 0; p < scoring->scan->plan->n_planes; p++) scoring->missing[p] += planes_missing(scoring->scan->planes, slot, p);
    for (size_t c = 0; c < scoring->scan->scenario->n_criteria; c++) scoring->result->criteria[c].missing_cells += scoring->slots[slot].to.missing[c];
    scoring->result->devices[scoring->slots[slot].worker].bands++;
    scoring->result->devices[scoring->slots[slot].worker].rows += window.rows;
    TRY(band_counts_add(scoring->result, window));
    count_jurisdictions(scoring, slot, window);
    TRY(count_conditions(scoring, slot, window));
    forget_band(scoring->result, window);
    return NULL;
}

status scoring_run(const struct scan *scan, struct result *result) {
    struct scoring scoring = {.scan = scan, .result = result};
    const struct stream stream = {.bands = plan_bands(scan->plan),
                                  .slots = scan->plan->slots,
                                  .computers = scan->n_workers,
                                  .read = read_band,
                                  .compute = score_band,
                                  .write = count_band,
                                  .user = &scoring};
    scoring.missing = arena_alloc(&scoring.arena, scan->plan->n_planes + 1, sizeof *scoring.missing);
    scoring.slots = arena_alloc(&scoring.arena, scan->plan->slots, sizeof *scoring.slots);
    status failure = scoring.missing && scoring.slots ? NULL : status_no_memory();
    for (size_t s = 0; !failure && s < scan->plan->slots; s++) failure = slot_init(&scoring, &scoring.slots[s]);
    if (!failure) failure = stream_run(&stream);
    for (size_t c = 0; !failure && c < scan->scenario->n_criteria; c++)
        if (!plan_is_counted(scan->plan, c)) result->criteria[c].missing_cells = scoring.missing[scan->plan->criteria[c].plane];
    arena_free(&scoring.arena);
    return failure;
}
