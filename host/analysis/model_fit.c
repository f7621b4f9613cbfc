/* Weights of evidence over a scan. The study area of a target is its scored and excluded cells: a rule says where not to go, not what the ground
 * holds. Counts are whole numbers a row, areas are added row after row, so nothing depends on the height of bands. */
#include "analysis/model_fit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/design.h"
#include "analysis/forest_fit.h"
#include "analysis/regression_fit.h"
#include "analysis/walk.h"
#include "analysis/zeros.h"
#include "compute/count.h"

/* Cells drawn to tell how much of the study area scores as high as some place. */
enum { BACKGROUND = 100000 };

static status open_evidence(struct fitted_model *fitted, struct fitted_evidence *evidence) {
    struct arena *arena = &fitted->arena;
    evidence->n_classes = evidence->keys.n + !evidence->keys.exact;
    evidence->km2 = arena_alloc(arena, evidence->n_classes, sizeof *evidence->km2);
    evidence->counts = arena_alloc(arena, evidence->n_classes, sizeof *evidence->counts);
    evidence->training = arena_alloc(arena, fitted->training.n + 1, sizeof *evidence->training);
    return evidence->km2 && evidence->counts && evidence->training ? NULL : status_no_memory();
}

static status check_columns(const struct scan *scan, size_t target, const struct fitted_model *fitted) {
    const struct scenario *scenario = scan->scenario;
    size_t most = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        if (fitted->evidence[i].keys.exact && fitted->evidence[i].keys.n < 2)
            return status_fail(LODE_BAD_DATA, "%s:%d: target '%s': criterion '%s' is the same class everywhere: leave it out", scenario->path,
                               fitted->model->evidence[i].at.line, scenario->targets[target].name,
                               scenario->criteria[fitted->model->evidence[i].criterion].name);
        if (fitted->evidence[i].keys.n > fitted->evidence[most].keys.n) most = i;
    }
    if (design_columns(fitted) < LOGISTIC_COLUMNS_MAX) return NULL;
    return status_fail(LODE_BAD_DATA,
                       "%s:%d: target '%s': its numbers and classes make %zu coefficients, and a regression takes at most %d ('%s' alone has %zu "
                       "classes): use coarser classes, or weights_of_evidence",
                       scenario->path, fitted->model->evidence[most].at.line, scenario->targets[target].name, design_columns(fitted) + 1,
                       LOGISTIC_COLUMNS_MAX, scenario->criteria[fitted->model->evidence[most].criterion].name, fitted->evidence[most].keys.n);
}

/* How many keys the fused pass looks up of each evidence, and whether as they are: in the model's arena. */
struct lookups {
    size_t *n_keys;
    bool *exact;
};

/* All evidence with the classes that a survey finds. */
static status open_surveyed(const struct scan *scan, size_t target, struct fitted_model *fitted, struct lookups *out) {
    size_t n = fitted->model->n_evidence;
    struct class_keys *keys;
    *out = (struct lookups){arena_alloc(&fitted->arena, n, sizeof *out->n_keys), arena_alloc(&fitted->arena, n, sizeof *out->exact)};
    fitted->evidence = arena_alloc(&fitted->arena, n, sizeof *fitted->evidence);
    if (!out->n_keys || !out->exact || !fitted->evidence) return status_no_memory();
    TRY(survey_evidence(scan, target, &fitted->arena, &keys));
    for (size_t i = 0; i < n; i++) {
        fitted->evidence[i].keys = keys[i];
        out->n_keys[i] = keys[i].n;
        out->exact[i] = keys[i].exact;
        TRY(open_evidence(fitted, &fitted->evidence[i]));
    }
    return NULL;
}

/* A number has no classes: its one class is where it is known. */
static status open_columns(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    struct fitted_regression *regression = &fitted->regression;
    struct lookups lookups;
    TRY(open_surveyed(scan, target, fitted, &lookups));
    TRY(check_columns(scan, target, fitted));
    regression->mean = arena_alloc(&fitted->arena, design_columns(fitted) + 1, sizeof *regression->mean);
    regression->sd = arena_alloc(&fitted->arena, design_columns(fitted) + 1, sizeof *regression->sd);
    regression->classes = arena_alloc(&fitted->arena, design_classes(fitted) + 1, sizeof *regression->classes);
    if (!regression->mean || !regression->sd || !regression->classes) return status_no_memory();
    return plan_open_model(scan->plan, target, lookups.n_keys, lookups.exact);
}

/* Trees have no classes: their one class is where the evidence is known. */
static status open_trees(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    size_t n = fitted->model->n_evidence;
    fitted->evidence = arena_alloc(&fitted->arena, n, sizeof *fitted->evidence);
    if (!fitted->evidence) return status_no_memory();
    for (size_t i = 0; i < n; i++) TRY(open_evidence(fitted, &fitted->evidence[i]));
    return plan_open_model(scan->plan, target, NULL, NULL);
}

/* Classes that are added up end in one cut, wherever it will be: the fused pass then compares once. */
static bool cuts_once(const struct evidence *evidence) {
    return evidence->approach != WOE_UNIQUE;
}

static status open_classes(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    struct lookups lookups;
    TRY(open_surveyed(scan, target, fitted, &lookups));
    for (size_t i = 0; i < fitted->model->n_evidence; i++)
        if (cuts_once(&fitted->model->evidence[i])) lookups.n_keys[i] = 1;
    return plan_open_model(scan->plan, target, lookups.n_keys, lookups.exact);
}

/* Zeros to learn from; others are looked at by a validation alone. */
static size_t cells_to_draw(const struct scenario *scenario, size_t target) {
    const struct model *model = scenario->targets[target].model;
    if (model_table[model->kind].draws && !zeros_are_own(model)) return model->negatives;
    for (size_t v = 0; v < scenario->n_validations; v++)
        if (scenario->validations[v].target == (int)target || scenario->validations[v].baseline == (int)target) return BACKGROUND;
    return 0;
}

status model_open(const struct scan *scan, size_t target, struct fitted_model **out) {
    struct fitted_model *fitted;
    TRY(MEMORY_ARRAY(1, &fitted));
    *out = fitted;
    fitted->model = scan->scenario->targets[target].model;
    fitted->grid = scan->grid;
    const struct model *model = fitted->model;
    const struct model_row *row = &model_table[model->kind];
    TRY(training_read(scan->grid, scan->layers, model->training, model->n_training, model->same_cell, &fitted->arena, &fitted->training));
    fitted->drawn.wanted = cells_to_draw(scan->scenario, target);
    fitted->drawn.n_evidence = model->n_evidence;
    fitted->drawn.turn = model->seed > 1 ? cell_hash((int64_t)model->seed) : 0;
    TRY(zeros_open(scan, fitted));
    if (row->trees) return open_trees(scan, target, fitted);
    return row->draws ? open_columns(scan, target, fitted) : open_classes(scan, target, fitted);
}

void model_free(struct fitted_model *fitted) {
    if (!fitted) return;
    scratch_close(&fitted->sd);
    conditions_free(&fitted->conditions);
    draw_free(&fitted->drawn);
    draw_free(&fitted->zeros);
    trees_free(&fitted->trees.trees);
    arena_free(&fitted->arena);
    free(fitted);
}

/* The counting pass. */
struct counting {
    const struct scan *scan;
    struct fitted_model **models;
    struct counter *counter;
    uint8_t **state; /* [target] of a band; NULL: no model */
    uint32_t *counts;
    uint32_t *cells;         /* of training, in the band */
    uint32_t *drawn, *zeros; /* drawn cells in the band */
    size_t n_drawn, n_zeros;
    float *values;
    struct arena arena;
};

/* Of one evidence: cells above each key become cells between keys, row by row. */
static void add_counts(const struct scan *scan, const uint32_t *counts, struct window band, struct fitted_evidence *evidence) {
    size_t n = evidence->keys.n;
    for (int64_t r = 0; r < band.rows; r++, counts += n + 1) {
        double km2 = grid_cell_km2(scan->grid, (double)(band.row0 + r));
        for (size_t j = 0; j < evidence->n_classes; j++) {
            uint32_t cells = evidence->keys.exact ? counts[j + 1] : counts[j] - (j < n ? counts[j + 1] : 0);
            evidence->km2[j] += km2 * (double)cells;
        }
    }
}

/* The training cells of a band, and the values of an evidence there. */
static void training_span(const struct training *training, struct window band, size_t *first, size_t *count) {
    size_t i = 0;
    while (i < training->n && training->cells[i].row < band.row0) i++;
    *first = i;
    while (i < training->n && training->cells[i].row < band.row0 + band.rows) i++;
    *count = i - *first;
}

static status count_evidence(struct counting *counting, struct fitted_model *fitted, size_t i, struct window band, size_t first, size_t count) {
    const struct scan *scan = counting->scan;
    struct fitted_evidence *evidence = &fitted->evidence[i];
    size_t criterion = (size_t)fitted->model->evidence[i].criterion;
    float scale = (float)scan->plan->criteria[criterion].scale;
    struct buffer *plane;
    TRY(planes_criterion(scan->planes, criterion, band, &plane));
    TRY(counter_keys(counting->counter, plane, scale, evidence->keys.keys, evidence->keys.n, evidence->keys.exact, (size_t)band.cols,
                     (size_t)band.rows, counting->counts));
    add_counts(scan, counting->counts, band, evidence);
    TRY(counter_gather(counting->counter, plane, scale, counting->cells, count, evidence->training + first));
    if (counting->n_drawn) {
        TRY(counter_gather(counting->counter, plane, scale, counting->drawn, counting->n_drawn, counting->values));
        draw_fill(&fitted->drawn, i, counting->values);
    }
    if (!counting->n_zeros) return NULL;
    TRY(counter_gather(counting->counter, plane, scale, counting->zeros, counting->n_zeros, counting->values));
    draw_fill(&fitted->zeros, i, counting->values);
    return NULL;
}

static void add_study(const struct scan *scan, const uint8_t *state, struct window band, struct fitted_model *fitted) {
    for (int64_t r = 0; r < band.rows; r++) {
        int64_t cells = 0;
        for (int64_t c = 0; c < band.cols; c++) cells += state[r * band.cols + c] < 2;
        fitted->study_km2 += grid_cell_km2(scan->grid, (double)(band.row0 + r)) * (double)cells;
    }
}

static status count_target(struct counting *counting, size_t target, struct window band) {
    struct fitted_model *fitted = counting->models[target];
    const uint8_t *state = counting->state[target];
    size_t first, count;
    add_study(counting->scan, state, band, fitted);
    training_span(&fitted->training, band, &first, &count);
    for (size_t i = 0; i < count; i++) {
        struct training_cell *cell = &fitted->training.cells[first + i];
        counting->cells[i] = (uint32_t)((cell->row - band.row0) * band.cols + cell->col);
        cell->studied = state[counting->cells[i]] < 2;
    }
    TRY(draw_band(&fitted->drawn, state, band, &fitted->training));
    TRY(zeros_band(counting->scan, fitted, state, band));
    counting->n_drawn = draw_of_band(&fitted->drawn, band, counting->drawn);
    counting->n_zeros = draw_of_band(&fitted->zeros, band, counting->zeros);
    TRY(counter_study(counting->counter, state, (size_t)(band.cols * band.rows)));
    for (size_t i = 0; i < fitted->model->n_evidence; i++) TRY(count_evidence(counting, fitted, i, band, first, count));
    return NULL;
}

static status count_band(void *user, size_t slot, struct window band) {
    (void)slot;
    struct counting *counting = user;
    for (size_t t = 0; t < counting->scan->scenario->n_targets; t++)
        if (counting->models[t]) TRY(count_target(counting, t, band));
    return NULL;
}

static status counting_open(struct counting *counting) {
    const struct scan *scan = counting->scan;
    size_t rows = scan->plan->band_rows, cells = rows * (size_t)scan->grid->width, keys = 0, points = 0, most = 0;
    counting->state = arena_alloc(&counting->arena, scan->scenario->n_targets, sizeof *counting->state);
    if (!counting->state) return status_no_memory();
    for (size_t t = 0; t < scan->scenario->n_targets; t++) {
        const struct fitted_model *fitted = counting->models[t];
        if (!fitted) continue;
        counting->state[t] = arena_alloc(&counting->arena, cells, sizeof *counting->state[t]);
        if (!counting->state[t]) return status_no_memory();
        if (fitted->drawn.wanted > most) most = fitted->drawn.wanted;
        if (fitted->zeros.wanted + fitted->zeros.n > most) most = fitted->zeros.wanted + fitted->zeros.n;
        if (fitted->training.n > points) points = fitted->training.n;
        for (size_t i = 0; i < fitted->model->n_evidence; i++)
            if (fitted->evidence[i].keys.n > keys) keys = fitted->evidence[i].keys.n;
    }
    counting->counts = arena_alloc(&counting->arena, rows * (keys + 1), sizeof *counting->counts);
    counting->cells = arena_alloc(&counting->arena, points + 1, sizeof *counting->cells);
    counting->drawn = arena_alloc(&counting->arena, 2 * most + 1, sizeof *counting->drawn);
    counting->zeros = arena_alloc(&counting->arena, 2 * most + 1, sizeof *counting->zeros);
    counting->values = arena_alloc(&counting->arena, 2 * most + 1, sizeof *counting->values);
    if (!counting->counts || !counting->cells || !counting->drawn || !counting->zeros || !counting->values) return status_no_memory();
    return counter_open(scan->workers[0].device, cells, &counting->counter);
}

static status count_all(const struct scan *scan, struct fitted_model **models) {
    struct counting counting = {.scan = scan, .models = models};
    struct overlay_results states[PLAN_SLOTS];
    const struct walk walk = {.scan = scan, .to = 1, .results = states, .look = count_band, .user = &counting};
    status failure = counting_open(&counting);
    for (size_t s = 0; s < PLAN_SLOTS; s++) states[s] = (struct overlay_results){.state = counting.state};
    if (!failure) failure = walk_bands(&walk);
    counter_close(counting.counter);
    arena_free(&counting.arena);
    return failure;
}

/* From counts to weights. */
static void sum_classes(struct fitted_model *fitted, struct fitted_evidence *evidence) {
    for (size_t j = 0; j < evidence->n_classes; j++) evidence->counts[j] = (struct woe_count){.units = evidence->km2[j] / fitted->model->unit_km2};
    for (size_t i = 0; i < fitted->training.n; i++) {
        int class = class_of(&evidence->keys, evidence->training[i]);
        if (fitted->training.cells[i].studied && class != NO_INDEX) evidence->counts[class].points += fitted->training.cells[i].points;
    }
}

static double best_contrast(const struct woe_evidence *woe) {
    double best = -INFINITY;
    for (size_t i = 0; i < woe->n; i++) best = fmax(best, woe->rows[i].studentised);
    return best;
}

/* Evidence that is not used is said aloud: most often it was added up from the wrong end. */
static status tell_of_unused(const struct scan *scan, size_t target, struct fitted_model *fitted, size_t i) {
    const struct fitted_evidence *evidence = &fitted->evidence[i];
    const struct evidence *asked = &fitted->model->evidence[i];
    struct woe_evidence other = {
        .approach = asked->approach == WOE_ASCENDING ? WOE_DESCENDING : WOE_ASCENDING, .n = evidence->n_classes, .classes = evidence->counts};
    if (evidence->woe.n_groups != 1) return NULL;
    TRY(woe_fit(&other, fitted->model->contrast, &fitted->arena));
    bool turned = asked->approach != WOE_UNIQUE && other.cut >= 0;
    log_warn(scan->log, "%s:%d: target '%s': no class of '%s' reaches a studentised contrast of %g (the best has %.3g), so it is not used%s%s",
             scan->scenario->path, asked->at.line, scan->scenario->targets[target].name, scan->scenario->criteria[asked->criterion].name,
             fitted->model->contrast, best_contrast(&evidence->woe), turned ? "; it would be, as " : "",
             turned ? approach_names[other.approach] : "");
    return NULL;
}

static status weigh(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        struct fitted_evidence *evidence = &fitted->evidence[i];
        sum_classes(fitted, evidence);
        evidence->woe = (struct woe_evidence){.approach = fitted->model->evidence[i].approach, .n = evidence->n_classes, .classes = evidence->counts};
        TRY(woe_fit(&evidence->woe, fitted->model->contrast, &fitted->arena));
        TRY(tell_of_unused(scan, target, fitted, i));
    }
    return NULL;
}

static status sum_training(const struct scan *scan, size_t target, struct fitted_model *fitted) {
    const struct scenario *scenario = scan->scenario;
    fitted->points = 0;
    for (size_t i = 0; i < fitted->training.n; i++) fitted->points += fitted->training.cells[i].studied ? fitted->training.cells[i].points : 0;
    fitted->prior = fitted->points * fitted->model->unit_km2 / fitted->study_km2;
    if (!(fitted->points > 0))
        return status_fail(
            LODE_BAD_DATA,
            "%s:%d: target '%s': none of the %zu training places lies in the study area (inside the grid, where its evidence is known): "
            "check the layer's place, or lower `min_coverage`",
            scenario->path, fitted->model->at.line, scenario->targets[target].name, fitted->training.given);
    if (!(fitted->prior < 1))
        return status_fail(
            LODE_BAD_DATA, "%s:%d: target '%s': %g training places in %g km2 are more than one in each `unit_area` of %g km2: give a smaller one",
            scenario->path, fitted->model->at.line, scenario->targets[target].name, fitted->points, fitted->study_km2, fitted->model->unit_km2);
    return NULL;
}

/* The model's numbers, as term_step and model_step in model/plan.h say. */
static void write_classes(const struct fitted_evidence *evidence, float *params) {
    size_t n = evidence->keys.n;
    for (size_t j = 0; j < n; j++) params[j] = evidence->keys.keys[j];
    for (size_t j = 0; j < evidence->n_classes; j++) {
        params[n + j] = (float)evidence->woe.weight[evidence->woe.group[j]];
        params[n + n + 1 + j] = (float)evidence->woe.group[j];
    }
}

/* Below the cut lies the first class, above it the last; without a cut they have the same weight, and any key will do. */
static void write_cut(const struct fitted_evidence *evidence, float *params) {
    const struct woe_evidence *woe = &evidence->woe;
    size_t ends[2] = {woe->group[0], woe->group[woe->n - 1]};
    if (woe->cut >= 0) params[0] = evidence->keys.keys[woe->approach == WOE_ASCENDING ? woe->cut : woe->cut - 1];
    for (size_t k = 0; k < 2; k++) {
        params[1 + k] = (float)woe->weight[ends[k]];
        params[3 + k] = (float)ends[k];
    }
}

static void write_plan(struct plan *plan, size_t target, struct fitted_model *fitted) {
    const struct model_step *step = &plan->models[target];
    double conditions = 1;
    plan->params[step->first_param] = (float)woe_logit(fitted->prior);
    for (size_t i = 0; i < step->n_terms; i++) {
        plan->params[step->first_param + 1 + i] = (float)(fitted->evidence[i].woe.n_groups + 1);
        conditions *= (double)(fitted->evidence[i].woe.n_groups + 1);
        (cuts_once(&fitted->model->evidence[i]) ? write_cut : write_classes)(&fitted->evidence[i], plan->params + step->terms[i].first_param);
    }
    fitted->tells_conditions = conditions <= 4294967296.0;
}

/* The commonest class: the one that is known best. Of equal areas the first. */
static void choose_references(struct fitted_model *fitted) {
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        struct fitted_evidence *evidence = &fitted->evidence[i];
        for (size_t which = 0; evidence->keys.exact && which < evidence->keys.n; which++)
            if (evidence->km2[which] > evidence->km2[evidence->reference]) evidence->reference = which;
    }
}

status models_learn(const struct scan *scan, struct fitted_model **models) {
    TRY(count_all(scan, models));
    for (size_t t = 0; t < scan->scenario->n_targets; t++) {
        if (!models[t]) continue;
        TRY(sum_training(scan, t, models[t]));
        draw_finish(&models[t]->drawn);
        if (models[t]->zeros.wanted) draw_finish(&models[t]->zeros);
        if (model_table[models[t]->model->kind].trees) {
            TRY(forest_learn(scan, t, models[t]));
        } else if (models[t]->model->kind == MODEL_LOGISTIC_REGRESSION) {
            choose_references(models[t]);
            TRY(regression_learn(scan, t, models[t]));
        } else {
            TRY(weigh(scan, t, models[t]));
            write_plan(scan->plan, t, models[t]);
        }
    }
    return NULL;
}

/* The last evidence's group is the lowest digit. */
static void condition_values(const struct fitted_model *fitted, uint32_t condition, double *posterior, double *sd) {
    double logit = woe_logit(fitted->prior), variance = 0;
    for (size_t i = fitted->model->n_evidence; i-- > 0;) {
        const struct woe_evidence *woe = &fitted->evidence[i].woe;
        size_t group = condition % (uint32_t)(woe->n_groups + 1);
        condition /= (uint32_t)(woe->n_groups + 1);
        logit += woe->weight[group];
        variance += woe->variance[group];
    }
    *posterior = woe_logistic(logit);
    *sd = woe_posterior_sd(*posterior, fitted->points, variance);
}

float model_condition_sd(void *user, uint32_t condition) {
    double posterior, sd;
    condition_values(user, condition, &posterior, &sd);
    return (float)sd;
}

status model_test(struct fitted_model *fitted) {
    size_t n = fitted->conditions.n;
    double *units = arena_alloc(&fitted->arena, n + 1, sizeof *units), *posterior = arena_alloc(&fitted->arena, n + 1, sizeof *posterior);
    double *sd = arena_alloc(&fitted->arena, n + 1, sizeof *sd);
    if (!units || !posterior || !sd) return status_no_memory();
    for (size_t i = 0; i < n; i++) {
        units[i] = fitted->conditions.km2[i] / fitted->model->unit_km2;
        condition_values(fitted, fitted->conditions.keys[i], &posterior[i], &sd[i]);
    }
    fitted->independence = woe_independence(n, units, posterior, sd, fitted->points);
    return NULL;
}

bool model_tells_sd(const struct fitted_model *fitted) {
    return fitted->model->kind == MODEL_LOGISTIC_REGRESSION || fitted->tells_conditions;
}

static double model_term(const struct fitted_model *fitted, size_t i, float x) {
    if (fitted->model->kind == MODEL_LOGISTIC_REGRESSION) return regression_term(fitted, &fitted->regression, i, x);
    const struct fitted_evidence *evidence = &fitted->evidence[i];
    int class = class_of(&evidence->keys, x);
    return class == NO_INDEX ? 0 : evidence->woe.weight[evidence->woe.group[class]];
}

double model_sd(const struct fitted_model *fitted, const float *x) {
    if (model_table[fitted->model->kind].trees) return NAN;
    bool regression = fitted->model->kind == MODEL_LOGISTIC_REGRESSION;
    double logit = regression ? regression_constant(fitted, true, NULL) : woe_logit(fitted->prior), variance = 0;
    for (size_t i = 0; i < fitted->model->n_evidence; i++) {
        const struct fitted_evidence *evidence = &fitted->evidence[i];
        int class = regression ? NO_INDEX : class_of(&evidence->keys, x[i]);
        logit += model_term(fitted, i, x[i]);
        variance += class == NO_INDEX ? 0 : evidence->woe.variance[evidence->woe.group[class]];
    }
    double posterior = woe_logistic(logit);
    return regression ? regression_sd(fitted, posterior, x) : woe_posterior_sd(posterior, fitted->points, variance);
}

void model_terms(const struct fitted_model *fitted, const float *x, double *terms) {
    if (model_table[fitted->model->kind].trees)
        forest_terms(fitted, x, terms);
    else
        for (size_t i = 0; i < fitted->model->n_evidence; i++) terms[i] = model_term(fitted, i, x[i]);
}

double model_start(const struct fitted_model *fitted) {
    if (model_table[fitted->model->kind].trees) return forest_start(fitted);
    return fitted->model->kind == MODEL_LOGISTIC_REGRESSION ? regression_constant(fitted, true, NULL) : woe_logit(fitted->prior);
}
