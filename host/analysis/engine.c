/* The main path: grid, layers, plan, device, masks and distances, statistics, the fused pass band by band, sites. */
#include "analysis/engine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/candidates.h"
#include "analysis/gather.h"
#include "analysis/lattice.h"
#include "analysis/model_fit.h"
#include "analysis/scan.h"
#include "analysis/sites.h"
#include "analysis/stream.h"
#include "analysis/ways.h"
#include "base/parallel.h"
#include "model/plan_memory.h"
#include "model/settle.h"

/* What GDAL may always keep of decoded pixels, if the budget allows. */
enum { CACHE_LEAST = 32 << 20 };

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static size_t half_of_machine(void) {
    return (size_t)sysconf(_SC_PHYS_PAGES) / 2 * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t memory_for(const lode_options *options) {
    return options->memory_bytes ? options->memory_bytes : half_of_machine();
}

static status copy_facts(struct result *result, const char *data_dir) {
    const struct scenario *scenario = result->scenario;
    result->layers = arena_alloc(&result->arena, scenario->n_layers + 1, sizeof *result->layers);
    if (!result->layers) return status_no_memory();
    for (size_t i = 0; i < scenario->n_layers; i++) {
        result->layers[i].facts = *layers_facts(&result->sources, i);
        result->layers[i].path = scenario_layer_path(scenario, &scenario->layers[i], data_dir, &result->arena);
        if (!result->layers[i].path) return status_no_memory();
    }
    return NULL;
}

/* The scenario's grid, with the caller's cell size instead of its own. */
static status grid_open(const struct scenario *scenario, const lode_options *options, struct result *result) {
    struct scenario overridden = *scenario;
    if (options->cell > 0) {
        overridden.grid.cell_x = overridden.grid.cell_y = options->cell;
        overridden.grid.cell_in_degrees = options->cell_in_degrees;
    }
    return crs_grid(&overridden, &result->arena, &result->grid);
}

static status open_layers(struct result *result, const lode_options *options, struct log *log) {
    const struct scenario *scenario = result->scenario;
    log_stage(log, "opening layers", 0, 0.05);
    TRY(log_progress(log, 0));
    TRY(grid_open(scenario, options, result));
    TRY(layers_open(scenario, options->data_dir, &result->grid, log, &result->sources));
    TRY(permits_open(scenario, &result->sources, options->data_dir, log, &result->permits));
    TRY(copy_facts(result, options->data_dir));
    return scenario_settle(scenario, layers_wavelength_nm, &result->sources, &result->arena, &result->scenario);
}

static status make_plan(struct result *result, const lode_options *options, struct plan_facts facts) {
    if (result->permits) facts.permits = &result->permits->places;
    size_t memory = memory_for(options);
    facts.code_of = layers_code_of;
    facts.user = &result->sources;
    layers_room(&result->sources, plan_warp_bytes(memory));
    return plan_compile(result->scenario, &result->grid, &facts, memory, &result->plan);
}

static status make_run_plan(struct result *result, const lode_options *options) {
    return make_plan(result, options, (struct plan_facts){.devices = result->n_devices, .page = !options->no_report});
}

static struct window band_at(const struct plan *plan, int64_t row) {
    int64_t left = plan->grid->height - row, rows = (int64_t)plan->band_rows;
    return (struct window){0, row, plan->grid->width, left < rows ? left : rows};
}

/* Mean and variance cell after cell in reading order (Welford 1962): the same bits whatever the band height. */
static void gather_stats(const float *values, int64_t count, double scale, struct stats *stats) {
    for (int64_t i = 0; i < count; i++) {
        double value = (double)values[i] * scale;
        if (!isfinite(value)) continue;
        double before = value - stats->mean;
        stats->valid++;
        stats->mean += before / (double)stats->valid;
        stats->sd += before * (value - stats->mean);
        stats->min = fmin(stats->min, value);
        stats->max = fmax(stats->max, value);
    }
}

static status run_stats(const struct scan *scan, size_t criterion) {
    struct stats stats = {.min = INFINITY, .max = -INFINITY};
    const struct criterion_step *step = &scan->plan->criteria[criterion];
    for (int64_t row = 0; row < scan->grid->height; row += (int64_t)scan->plan->band_rows) {
        struct window band = band_at(scan->plan, row);
        const float *values;
        TRY(log_progress(scan->log, (double)row / (double)scan->grid->height));
        TRY(planes_fill_criterion(scan->planes, criterion, band));
        TRY(planes_read_criterion(scan->planes, criterion, band, &values));
        gather_stats(values, band.cols * band.rows, step->scale, &stats);
    }
    if (!stats.valid)
        return status_fail(LODE_BAD_DATA,
                           "%s:%d: criterion '%s' has no valid cell in the grid, so its membership has no statistics to go by: give its "
                           "numbers, or a layer that covers the grid",
                           scan->scenario->path, scan->scenario->criteria[criterion].at.line, scan->scenario->criteria[criterion].name);
    stats.sd = sqrt(stats.sd / (double)stats.valid);
    plan_take_stats(scan->plan, criterion, &stats);
    return NULL;
}

/* The scoring pass. A slot's scores and states go straight into the result's planes, its rule bits to where they are counted. */
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

static status slot_init(struct scoring *scoring, struct scoring_slot *slot) {
    const struct scan *scan = scoring->scan;
    struct overlay_results *to = &slot->to;
    to->missing = arena_alloc(&scoring->arena, scan->scenario->n_criteria + 1, sizeof *to->missing);
    size_t targets = scan->scenario->n_targets, criteria = scan->scenario->n_criteria;
    to->rules = arena_alloc(&scoring->arena, scan->plan->band_rows * (size_t)scan->grid->width, sizeof *to->rules);
    to->score = arena_alloc(&scoring->arena, targets, sizeof *to->score);
    to->state = arena_alloc(&scoring->arena, targets, sizeof *to->state);
    to->condition = arena_alloc(&scoring->arena, targets, sizeof *to->condition);
    if (!to->missing || !to->rules || !to->score || !to->state || !to->condition) return status_no_memory();
    for (size_t t = 0; t < targets; t++) {
        if (!scan->models[t] || !scan->models[t]->tells_conditions) continue;
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
    }
    for (size_t c = 0; to->raw && c < result->scenario->n_criteria; c++) {
        to->raw[c] = (float *)result->criteria[c].value.bytes + first;
        to->membership[c] = (float *)result->criteria[c].membership.bytes + first;
    }
}

static void count_rules(struct result *result, const uint64_t *rules, struct window band) {
    for (int64_t r = 0; r < band.rows; r++) {
        int64_t in_row[64] = {0}, alone[64] = {0};
        for (int64_t c = 0; c < band.cols; c++) {
            uint64_t bits = *rules++;
            if (bits && !(bits & (bits - 1))) alone[__builtin_ctzll(bits)]++;
            for (; bits; bits &= bits - 1) in_row[__builtin_ctzll(bits)]++;
        }
        double km2 = grid_cell_km2(&result->grid, (double)(band.row0 + r));
        for (size_t i = 0; i < result->scenario->n_rules; i++) {
            result->rules[i].cells += in_row[i];
            result->rules[i].area_km2 += km2 * (double)in_row[i];
            result->rules[i].alone_km2 += km2 * (double)alone[i];
        }
    }
}

static int64_t count_bytes(const uint8_t *bytes, int64_t count, uint8_t wanted) {
    int64_t found = 0;
    for (int64_t i = 0; i < count; i++) found += bytes[i] == wanted;
    return found;
}

static void count_states(struct result *result, struct window band) {
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        struct target_result *target = &result->targets[t];
        const uint8_t *state = (const uint8_t *)target->state.bytes + band.row0 * band.cols;
        for (int64_t r = 0; r < band.rows; r++) {
            double km2 = grid_cell_km2(&result->grid, (double)(band.row0 + r));
            for (int s = 0; s < 4; s++) {
                int64_t in_row = count_bytes(state + r * band.cols, band.cols, (uint8_t)s);
                target->cells[s] += in_row;
                target->area_km2[s] += km2 * (double)in_row;
            }
        }
    }
}

/* What a model's cells are known to within, and the area of each condition. */
static status count_conditions(const struct scoring *scoring, size_t slot, struct window band) {
    struct result *result = scoring->result;
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        struct fitted_model *fitted = result->targets[t].model;
        if (!scoring->slots[slot].to.condition[t]) continue;
        for (int64_t r = 0; r < band.rows; r++) {
            int64_t first = (band.row0 + r) * band.cols;
            TRY(conditions_add_row(
                &fitted->conditions, scoring->slots[slot].to.condition[t] + r * band.cols, (const uint8_t *)result->targets[t].state.bytes + first,
                band.cols, grid_cell_km2(&result->grid, (double)(band.row0 + r)), model_condition_sd, fitted, (float *)fitted->sd.bytes + first));
        }
        scratch_forget(&fitted->sd, (size_t)(band.row0 * band.cols) * sizeof(float), (size_t)(band.rows * band.cols) * sizeof(float));
    }
    return NULL;
}

static struct window scoring_band(const struct scoring *scoring, int64_t band) {
    return band_at(scoring->scan->plan, band * (int64_t)scoring->scan->plan->band_rows);
}

static status read_band(void *user, size_t slot, int64_t band) {
    const struct scoring *scoring = user;
    return planes_load(scoring->scan->planes, slot, scoring_band(scoring, band));
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
    struct window window = scoring_band(scoring, band);
    slot_point(&scoring->slots[slot].to, scoring->result, window.row0);
    scoring->slots[slot].worker = computer;
    if (computer == 0) TRY(log_progress(scan->log, (double)window.row0 / (double)scan->grid->height));
    return device_blamed(scan->workers[computer].device, scan->n_workers, score_on(scoring, &scan->workers[computer], slot, window));
}

/* Planes of a whole grid may be larger than memory. */
static void forget_band(const struct result *result, struct window window) {
    size_t first = (size_t)(window.row0 * window.cols), cells = (size_t)(window.cols * window.rows);
    for (size_t t = 0; t < result->scenario->n_targets; t++) scratch_forget_cells(&result->targets[t].score, &result->targets[t].state, first, cells);
    for (size_t c = 0; result->scenario->write_criteria && c < result->scenario->n_criteria; c++) {
        scratch_forget(&result->criteria[c].value, first * sizeof(float), cells * sizeof(float));
        scratch_forget(&result->criteria[c].membership, first * sizeof(float), cells * sizeof(float));
    }
}

static status count_band(void *user, size_t slot, int64_t band) {
    struct scoring *scoring = user;
    struct window window = scoring_band(scoring, band);
    for (size_t p = 0; p < scoring->scan->plan->n_planes; p++) scoring->missing[p] += planes_missing(scoring->scan->planes, slot, p, window);
    for (size_t c = 0; c < scoring->scan->scenario->n_criteria; c++) scoring->result->criteria[c].missing_cells += scoring->slots[slot].to.missing[c];
    scoring->result->devices[scoring->slots[slot].worker].bands++;
    scoring->result->devices[scoring->slots[slot].worker].rows += window.rows;
    count_rules(scoring->result, scoring->slots[slot].to.rules, window);
    count_states(scoring->result, window);
    TRY(count_conditions(scoring, slot, window));
    forget_band(scoring->result, window);
    return NULL;
}

static status run_bands(const struct scan *scan, struct result *result) {
    struct scoring scoring = {.scan = scan, .result = result};
    struct stream stream = {
        .slots = scan->plan->slots, .computers = scan->n_workers, .read = read_band, .compute = score_band, .write = count_band, .user = &scoring};
    int64_t rows = (int64_t)scan->plan->band_rows;
    stream.bands = (scan->grid->height + rows - 1) / rows;
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

static status open_surfaces(struct result *result, const char *folder, size_t *spare, bool page) {
    const struct scenario *scenario = result->scenario;
    size_t cells = (size_t)(result->grid.width * result->grid.height);
    result->targets = arena_alloc(&result->arena, scenario->n_targets, sizeof *result->targets);
    result->rules = arena_alloc(&result->arena, scenario->n_rules + 1, sizeof *result->rules);
    result->criteria = arena_alloc(&result->arena, scenario->n_criteria + 1, sizeof *result->criteria);
    if (!result->targets || !result->rules || !result->criteria) return status_no_memory();
    for (size_t t = 0; t < scenario->n_targets; t++) {
        TRY(scratch_open_within(folder, cells * sizeof(float), spare, &result->targets[t].score));
        TRY(scratch_open_within(folder, cells, spare, &result->targets[t].state));
    }
    for (size_t c = 0; scenario->write_criteria && c < scenario->n_criteria; c++) {
        TRY(scratch_open_within(folder, cells * sizeof(float), spare, &result->criteria[c].value));
        TRY(scratch_open_within(folder, cells * sizeof(float), spare, &result->criteria[c].membership));
    }
    return page ? lattice_open(result->plan, folder, &result->lattice) : NULL;
}

/* Metres from a cell to the nearest side of a mask's window that more features could hide behind. */
static double to_window_edge_m(const struct grid *grid, struct window window, const struct site *site) {
    double dx_m, dy_m;
    grid_cell_metres(grid, (double)site->row, &dx_m, &dy_m);
    double east_west = fmin((double)(site->col - window.col0), (double)(window.col0 + window.cols - 1 - site->col)) * dx_m;
    double north = (double)(site->row - window.row0) * dy_m, south = (double)(window.row0 + window.rows - 1 - site->row) * dy_m;
    if (grid->geographic && grid_y(grid, (double)window.row0 - 0.5) > 90 - 1e-6) north = INFINITY; /* nothing hides behind a pole */
    if (grid->geographic && grid_y(grid, (double)(window.row0 + window.rows) - 0.5) < -90 + 1e-6) south = INFINITY;
    double north_south = fmin(north, south);
    return grid->wraps ? north_south : fmin(east_west, north_south);
}

static bool ground_is_asked(const struct scan *scan, const struct distance_step *distance) {
    return distance->metric == METRIC_GEODESIC && !scan->grid->geographic;
}

/* Of a projected grid. */
static double margin_m(const struct grid *grid, struct window window) {
    return fmax((double)-window.col0 * grid->dx, (double)-window.row0 * grid->dy) * grid->unit_m;
}

/* A site farther from its nearest feature than from the edge of what was looked at: a nearer one may lie beyond. Said, never hidden. */
static void tell_of_short_reach(const struct scan *scan, const struct result *result) {
    for (size_t c = 0; c < scan->scenario->n_criteria; c++) {
        const struct criterion *criterion = &scan->scenario->criteria[c];
        if (criterion->op != OP_DISTANCE && criterion->op != OP_COST) continue;
        const struct distance_step *distance = &scan->plan->distances[scan->plan->planes[scan->plan->criteria[c].plane].distance];
        struct window window = scan->plan->masks[distance->mask].window;
        double stretch = ground_is_asked(scan, distance) ? grid_stretch(scan->grid, margin_m(scan->grid, window)) : 1;
        double least = planes_least_friction(scan->planes, (size_t)(distance - scan->plan->distances)); /* a way out to there costs at least this */
        size_t beyond = 0;
        for (size_t t = 0; t < scan->scenario->n_targets; t++)
            for (size_t i = 0; i < result->targets[t].sites.count; i++) {
                const struct site *site = &result->targets[t].sites.sites[i];
                beyond += site->terms[c].raw / scan->plan->criteria[c].scale > least * to_window_edge_m(scan->grid, window, site) / stretch;
            }
        if (!beyond) continue;
        double looked_km = plan_layer_reach_m(scan->scenario, scan->grid, criterion->layer) / 1000;
        char easy[96] = "";
        if (least < 1) snprintf(easy, sizeof easy, ", and where a metre counts for only %.3g a way reaches farther", least);
        log_info(scan->log,
                 "criterion '%s': for %zu sites a nearer feature could lie beyond the %.6g km around the grid that were looked at%s%s; `margin:` in "
                 "the grid looks farther",
                 criterion->name, beyond, looked_km, easy, isnan(scan->scenario->grid.margin_m) && !*easy ? " (scores hardly depend on it)" : "");
    }
}

static status find_sites(const struct scan *scan, struct result *result) {
    size_t targets = scan->scenario->n_targets;
    for (size_t t = 0; t < targets; t++) {
        struct target_result *target = &result->targets[t];
        const struct scratch *score = &target->score, *state = &target->state;
        bool points = scan->scenario->targets[t].candidates == CANDIDATE_POINTS;
        log_stage(scan->log, "explaining sites", 0.75 + 0.1 * (double)t / (double)targets, 0.75 + 0.1 * (double)(t + 1) / (double)targets);
        TRY((points ? candidates_points : candidates_peaks)(scan, t, score, state, &result->arena, &target->sites));
        if (target->sites.outside)
            log_info(scan->log, "target '%s': %zu of %zu given points lie outside the grid and are not listed", scan->scenario->targets[t].name,
                     target->sites.outside, target->sites.given);
        TRY(sites_explain(scan, t, score, state, &result->arena, &target->sites));
        TRY(ways_find(scan, &target->sites, &result->arena, &target->ways));
    }
    tell_of_short_reach(scan, result);
    return NULL;
}

/* Before the surfaces are written: then excluded cells lose their scores, which are not needed here either. */
static status validate(const struct scan *scan, struct result *result) {
    const struct scenario *scenario = scan->scenario;
    result->validations = arena_alloc(&result->arena, scenario->n_validations + 1, sizeof *result->validations);
    if (!result->validations) return status_no_memory();
    for (size_t v = 0; v < scenario->n_validations; v++) {
        const struct validation_wish *wish = &scenario->validations[v];
        const struct target_result *target = &result->targets[wish->target];
        const struct target_result *other = wish->baseline == NO_INDEX ? NULL : &result->targets[wish->baseline];
        struct validated_surface surface = {&target->score, &target->state}, baseline = {0};
        if (other) baseline = (struct validated_surface){&other->score, &other->state};
        TRY(log_progress(scan->log, 1));
        TRY(validate_surface(scan, wish, &surface, other ? &baseline : NULL, &result->arena, &result->validations[v]));
    }
    return NULL;
}

/* A mask with a condition is that of one rule. */
static void warn_of_condition(const struct scan *scan, const struct condition *condition) {
    const struct scenario *scenario = scan->scenario;
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (&scenario->rules[r].condition == condition)
            log_warn(scan->log, "%s:%d: rule '%s' excludes nothing: `%s` holds in no cell of the grid or its margin", scenario->path,
                     scenario->rules[r].at.line, scenario->rules[r].name, condition->text);
}

static void warn_of_layer(const struct scan *scan, const struct layer *layer) {
    log_warn(scan->log,
             "%s:%d: layer '%s' covers no cell of the grid or its margin: distances to it are infinite, "
             "exclude_inside excludes nothing and exclude_outside everything",
             scan->scenario->path, layer->at.line, layer->name);
}

static void warn_of_empty_masks(const struct scan *scan) {
    for (size_t m = 0; m < scan->plan->n_masks; m++) {
        const struct mask_step *mask = &scan->plan->masks[m];
        if (planes_mask_cells(scan->planes, m)) continue;
        if (mask->condition)
            warn_of_condition(scan, mask->condition);
        else
            warn_of_layer(scan, &scan->scenario->layers[mask->layer]);
    }
}

/* Before the fused pass is built: what it is to look like. */
static status open_models(struct scan *scan, struct result *result) {
    scan->models = arena_alloc(&result->arena, scan->scenario->n_targets, sizeof *scan->models);
    if (!scan->models) return status_no_memory();
    for (size_t t = 0; t < scan->scenario->n_targets; t++) {
        if (!scan->scenario->targets[t].model) continue;
        status failure = model_open(scan, t, &result->targets[t].model);
        scan->models[t] = result->targets[t].model;
        if (failure) return failure;
    }
    return NULL;
}

static status learn_models(struct scan *scan, struct result *result, const char *folder, size_t *spare) {
    size_t cells = (size_t)(result->grid.width * result->grid.height);
    TRY(models_learn(scan, scan->models));
    for (size_t t = 0; t < scan->scenario->n_targets; t++)
        if (scan->models[t] && scan->models[t]->tells_conditions)
            TRY(scratch_open_within(folder, cells * sizeof(float), spare, &scan->models[t]->sd));
    return NULL;
}

/* Evidence that says the same thing twice makes posteriors too high. */
static void warn_of_dependence(const struct scan *scan, size_t target) {
    const double one_tailed_95 = 1.645;
    const struct woe_independence *test = &scan->models[target]->independence;
    if (!(test->z > one_tailed_95)) return;
    log_warn(
        scan->log,
        "%s:%d: target '%s': its evidence is not independent given the training places (%.4g are expected, %.4g are known; Agterberg-Cheng z %.2f): "
        "posteriors are too high and good for ranking alone; leave out evidence that says the same, or use logistic_regression",
        scan->scenario->path, scan->scenario->targets[target].model->at.line, scan->scenario->targets[target].name, test->expected,
        scan->models[target]->points, test->z);
}

static status test_models(struct scan *scan) {
    for (size_t t = 0; t < scan->scenario->n_targets; t++)
        if (scan->models[t] && scan->models[t]->tells_conditions) {
            TRY(model_test(scan->models[t]));
            warn_of_dependence(scan, t);
        }
    return NULL;
}

static bool learns(const struct scan *scan) {
    for (size_t t = 0; t < scan->scenario->n_targets; t++)
        if (scan->models[t]) return true;
    return false;
}

static status run_steps(struct scan *scan, struct result *result, const char *folder, size_t *spare) {
    double started = now_s();
    log_stage(scan->log, "masks and distances", 0.05, 0.3);
    TRY(workers_make_planes(scan->workers, scan->n_workers, scan->plan, scan->layers, scan->log));
    scan->planes = scan->workers[0].planes;
    warn_of_empty_masks(scan);
    if (result->permits) TRY(permits_draw(result->permits, scan->workers[0].device, scan->plan));
    result->seconds[PHASE_DISTANCES] = now_s() - started;
    log_stage(scan->log, "statistics", 0.3, 0.35);
    for (size_t c = 0; c < scan->scenario->n_criteria; c++)
        if (plan_needs_stats(scan->plan, c)) TRY(run_stats(scan, c));
    TRY(open_models(scan, result));
    TRY(workers_make_overlays(scan->workers, scan->n_workers, scan->plan));
    scan->overlay = scan->workers[0].overlay;
    TRY(gather_run(scan));
    started = now_s();
    bool learning = learns(scan);
    if (learning) {
        log_stage(scan->log, "training", 0.35, 0.5);
        TRY(learn_models(scan, result, folder, spare));
    }
    log_stage(scan->log, "scoring", learning ? 0.5 : 0.35, 0.75);
    TRY(run_bands(scan, result));
    TRY(test_models(scan));
    result->seconds[PHASE_SCORING] = now_s() - started;
    started = now_s();
    TRY(find_sites(scan, result));
    TRY(validate(scan, result));
    result->seconds[PHASE_SITES] = now_s() - started;
    return NULL;
}

static status name_workers(const struct scan *scan, struct result *result) {
    result->devices = arena_alloc(&result->arena, scan->n_workers, sizeof *result->devices);
    if (!result->devices) return status_no_memory();
    result->n_devices = scan->n_workers;
    for (size_t i = 0; i < scan->n_workers; i++) result->devices[i].info = *device_info(scan->workers[i].device);
    return NULL;
}

/* Only a device that was asked for is looked for: a check needs none. */
static status name_wanted(const char *select, struct result *result) {
    struct device_info *infos = NULL;
    if (!select) return NULL;
    TRY(devices_find(select, &infos, &result->n_devices));
    result->devices = arena_alloc(&result->arena, result->n_devices, sizeof *result->devices);
    for (size_t i = 0; result->devices && i < result->n_devices; i++) result->devices[i].info = infos[i];
    free(infos);
    return result->devices ? NULL : status_no_memory();
}

static void bound_cache(const struct layers *layers) {
    int64_t wanted = layers_cache_bytes(layers);
    raster_cache_limit(wanted < CACHE_LEAST ? CACHE_LEAST : wanted);
}

/* To load a driver with its compiler takes as long as to open a few layers, and neither needs the other. */
struct device_opening {
    const char *select;
    struct scan *scan;
    struct log log; /* its warnings, until the caller's thread tells them */
    status failure;
};

static void open_devices(void *user) {
    struct device_opening *opening = user;
    opening->failure = workers_open(opening->select, &opening->log, &opening->scan->workers, &opening->scan->n_workers);
}

static status prepare_both(struct scan *scan, struct result *result, const lode_options *options) {
    struct device_opening opening = {.select = options->device, .scan = scan};
    struct aside aside;
    aside_begin(&aside, open_devices, &opening);
    status failure = open_layers(result, options, scan->log);
    aside_end(&aside);
    for (size_t i = 0; i < opening.log.n_warnings; i++) log_warn(scan->log, "%s", opening.log.warnings[i]);
    log_free(&opening.log);
    failure = status_first(opening.failure, failure);
    if (!failure) failure = name_workers(scan, result);
    return failure ? failure : make_run_plan(result, options);
}

static status run(struct result *result, const lode_options *options, const char *folder, struct log *log) {
    double started = now_s();
    size_t spare = memory_for(options) / PLAN_SURFACES_PART;
    struct scan scan = {.scenario = result->scenario, .grid = &result->grid, .layers = &result->sources, .log = log};
    status failure = prepare_both(&scan, result, options);
    if (failure) goto done;
    bound_cache(scan.layers);
    result->seconds[PHASE_LAYERS] = now_s() - started;
    scan.plan = result->plan;
    failure = crs_lonlat_open(&result->grid, &scan.lonlat);
    if (!failure) failure = open_surfaces(result, folder, &spare, !options->no_report);
    if (!failure) failure = run_steps(&scan, result, folder, &spare);
done:
    crs_lonlat_close(scan.lonlat);
    workers_close(scan.workers, scan.n_workers);
    memory_trim();
    return failure;
}

static status new_result(const struct scenario *scenario, struct result **out) {
    TRY(MEMORY_ARRAY(1, out));
    (*out)->scenario = scenario;
    return NULL;
}

int64_t engine_bound_cache(const lode_options *options) {
    return raster_cache_limit((int64_t)plan_cache_bytes(memory_for(options)));
}

status engine_run(const struct scenario *scenario, const lode_options *options, const char *folder, struct log *log, struct result **out) {
    struct result *result = NULL;
    TRY(new_result(scenario, &result));
    int64_t cache = engine_bound_cache(options);
    status failure = run(result, options, folder, log);
    raster_cache_restore(cache);
    if (failure)
        result_free(result);
    else
        *out = result;
    return failure;
}

status engine_prepare(const struct scenario *scenario, const lode_options *options, struct log *log, struct result **out) {
    struct result *result = NULL;
    TRY(new_result(scenario, &result));
    status failure = name_wanted(options->device, result);
    if (!failure) failure = open_layers(result, options, log);
    if (!failure) failure = make_run_plan(result, options);
    if (failure)
        result_free(result);
    else
        *out = result;
    return failure;
}

status engine_prepare_ways(const struct scenario *scenario, const lode_options *options, const char *ways_of, struct log *log, struct result **out) {
    struct result *result = NULL;
    TRY(new_result(scenario, &result));
    status failure = name_wanted(options->device, result);
    if (!failure) failure = open_layers(result, options, log);
    if (!failure) bound_cache(&result->sources);
    if (!failure) failure = make_plan(result, options, (struct plan_facts){.ways_only = true, .ways_of = ways_of});
    if (failure)
        result_free(result);
    else
        *out = result;
    return failure;
}

void result_free(struct result *result) {
    if (!result) return;
    for (size_t t = 0; result->targets && t < result->scenario->n_targets; t++) {
        scratch_close(&result->targets[t].score);
        scratch_close(&result->targets[t].state);
        model_free(result->targets[t].model);
    }
    for (size_t c = 0; result->criteria && c < result->scenario->n_criteria; c++) {
        scratch_close(&result->criteria[c].value);
        scratch_close(&result->criteria[c].membership);
    }
    lattice_close(&result->lattice);
    plan_free(result->plan);
    permits_close(result->permits);
    layers_close(&result->sources);
    arena_free(&result->arena);
    free(result);
}
