/* The main path: grid, layers, plan, device, masks and distances, statistics, the fused pass band by band, sites. */
#include "analysis/engine.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "analysis/candidates.h"
#include "analysis/criterion_stats.h"
#include "analysis/gather.h"
#include "analysis/model_fit.h"
#include "analysis/scan.h"
#include "analysis/scoring.h"
#include "analysis/short_reach.h"
#include "analysis/sites.h"
#include "analysis/variant_scenario.h"
#include "analysis/variograms.h"
#include "analysis/ways.h"
#include "base/parallel.h"
#include "model/plan_memory.h"
#include "model/rule_dates.h"
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
    log_stage(log, "opening layers", 0, 0.05);
    TRY(log_progress(log, 0));
    TRY(setbacks_open(result->scenario, options->data_dir, log, &result->setbacks, &result->scenario));
    const struct scenario *scenario = result->scenario, *widest;
    TRY(variants_read_setbacks(result, options->data_dir, log, &widest));
    TRY(grid_open(scenario, options, result));
    TRY(layers_open(widest, options->data_dir, &result->grid, log, &result->sources));
    if (result->setbacks) TRY(setbacks_match(result->setbacks, &result->sources, log));
    TRY(permits_open(scenario, &result->sources, options->data_dir, log, &result->permits));
    TRY(variants_match(result, options->data_dir, log));
    TRY(copy_facts(result, options->data_dir));
    TRY(scenario_settle(scenario, layers_wavelength_nm, &result->sources, &result->arena, &result->scenario));
    TRY(variograms_settle(&result->sources, &result->grid, &result->arena, &result->scenario));
    return variants_settle(result);
}

static status make_plan(struct result *result, const lode_options *options, struct plan_facts facts) {
    if (result->permits) facts.permits = &result->permits->places;
    if (result->setbacks) facts.setbacks = &result->setbacks->places;
    TRY(layers_lengths(&result->sources, result->scenario, &result->arena, &facts.lengths));
    size_t memory = memory_for(options);
    facts.code_of = layers_code_of;
    facts.user = &result->sources;
    layers_room(&result->sources, plan_warp_bytes(memory));
    return plan_compile(result->scenario, &result->grid, &facts, memory, &result->plan);
}

static status make_run_plan(struct result *result, const lode_options *options) {
    return make_plan(result, options, (struct plan_facts){.devices = result->n_devices, .page = !options->no_report});
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
        provenance_place(&target->provenance, scan->grid, scan->lonlat);
        TRY(certainty_find(scan, t, &target->sites, &result->arena, &target->certainty));
        TRY(ways_find(scan, &target->sites, &result->arena, &target->ways));
    }
    short_reach_tell(scan, result);
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

static void warn_of_clumps(const struct scan *scan, const struct mask_step *mask) {
    log_warn(scan->log,
             "%s:%d: layer '%s'%s%s has no clump of %.6g km2 or more in the grid or its margin: a rule with such a `min_clump` finds nothing",
             scan->scenario->path, scan->scenario->layers[mask->layer].at.line, scan->scenario->layers[mask->layer].name,
             mask->condition ? " where " : "", mask->condition ? mask->condition->text : "", mask->least_km2);
}

static void warn_of_empty_masks(const struct scan *scan) {
    for (size_t m = 0; m < scan->plan->n_masks; m++) {
        const struct mask_step *mask = &scan->plan->masks[m];
        if (planes_mask_cells(scan->planes, m) || mask->outside || mask->by) continue;
        if (mask->least_km2 > 0)
            warn_of_clumps(scan, mask);
        else if (mask->condition)
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
        if (scan->models[t] && model_tells_sd(scan->models[t])) TRY(scratch_open_within(folder, cells * sizeof(float), spare, &scan->models[t]->sd));
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

static status find_scales(const struct scan *scan, struct result *result) {
    for (size_t t = 0; t < scan->scenario->n_targets; t++) {
        struct target_result *found = &result->targets[t];
        TRY(score_scale_make(&result->grid, &found->score, &found->state, found->model != NULL, &scan->scenario->targets[t].classing, &found->scale));
    }
    return NULL;
}

static bool learns(const struct scan *scan) {
    for (size_t t = 0; t < scan->scenario->n_targets; t++)
        if (scan->models[t]) return true;
    return false;
}

struct besides {
    const struct engine_beside *beside;
    const struct result *result;
};

static void do_beside(void *user) {
    struct besides *besides = user;
    besides->beside->task(besides->beside->user, besides->result);
}

/* One core alone looks for sites and their reasons, most of the time. */
static status find_sites_beside(const struct scan *scan, struct result *result, const char *folder, const struct engine_beside *beside) {
    struct besides besides = {beside, result};
    struct aside aside;
    double started = now_s();
    aside_begin(&aside, do_beside, &besides);
    status failure = find_sites(scan, result);
    if (!failure) failure = validate(scan, result);
    if (!failure) failure = variants_run(scan, result, folder);
    result->seconds[PHASE_SITES] = now_s() - started;
    aside_end(&aside);
    return failure;
}

static status run_steps(struct scan *scan, struct result *result, const char *folder, size_t *spare, const struct engine_beside *beside) {
    double started = now_s();
    log_stage(scan->log, "masks and distances", 0.05, 0.3);
    TRY(workers_make_planes(scan->workers, scan->n_workers, scan->plan, scan->layers, scan->log));
    scan->planes = scan->workers[0].planes;
    warn_of_empty_masks(scan);
    if (result->permits) TRY(permits_draw(result->permits, scan->workers[0].device, scan->plan));
    result->seconds[PHASE_DISTANCES] = now_s() - started;
    log_stage(scan->log, "statistics", 0.3, 0.35);
    for (size_t c = 0; c < scan->scenario->n_criteria; c++)
        if (plan_needs_stats(scan->plan, c)) TRY(criterion_stats(scan, c));
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
    TRY(scoring_run(scan, result));
    TRY(test_models(scan));
    TRY(find_scales(scan, result));
    result->seconds[PHASE_SCORING] = now_s() - started;
    return find_sites_beside(scan, result, folder, beside);
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
    const struct scenario *scenario;
    struct scan *scan;
    struct log log; /* its warnings, until the caller's thread tells them */
    status failure;
};

static void open_devices(void *user) {
    struct device_opening *opening = user;
    opening->failure = workers_open(opening->select, &opening->log, &opening->scan->workers, &opening->scan->n_workers);
    if (!opening->failure) workers_warm(opening->scan->workers, opening->scan->n_workers, opening->scenario);
}

/* Rules that are not in force need no layers beyond the grid, no masks and no distances. */
static status settle_rules(struct result *result, const lode_options *options) {
    const struct scenario *written = result->scenario;
    TRY(rules_on_date(written, options->as_of, &result->arena, &result->scenario));
    return variants_begin(result, written, options->as_of);
}

static status prepare_both(struct scan *scan, struct result *result, const lode_options *options) {
    struct device_opening opening = {.select = options->device, .scenario = result->scenario, .scan = scan};
    struct aside aside;
    devices_settle_environment();
    crs_settle();
    aside_begin(&aside, open_devices, &opening);
    status failure = open_layers(result, options, scan->log);
    aside_end(&aside);
    for (size_t i = 0; i < opening.log.n_warnings; i++) log_warn(scan->log, "%s", opening.log.warnings[i]);
    log_free(&opening.log);
    failure = status_first(opening.failure, failure);
    if (!failure) failure = name_workers(scan, result);
    return failure ? failure : make_run_plan(result, options);
}

static status run(struct result *result, const lode_options *options, const char *folder, const struct engine_beside *beside, struct log *log) {
    double started = now_s();
    size_t spare = memory_for(options) / PLAN_SURFACES_PART;
    struct scan scan = {.scenario = result->scenario, .grid = &result->grid, .layers = &result->sources, .log = log};
    status failure = settle_rules(result, options);
    if (!failure) failure = prepare_both(&scan, result, options);
    if (failure) goto done;
    scan.scenario = result->scenario;
    bound_cache(scan.layers);
    result->seconds[PHASE_LAYERS] = now_s() - started;
    scan.plan = result->plan;
    failure = crs_lonlat_open(&result->grid, &scan.lonlat);
    if (!failure) failure = result_open_surfaces(result, folder, &spare, !options->no_report);
    if (!failure) failure = run_steps(&scan, result, folder, &spare, beside);
done:
    crs_lonlat_close(scan.lonlat);
    workers_close(scan.workers, scan.n_workers);
    memory_trim();
    return failure;
}

int64_t engine_bound_cache(const lode_options *options) {
    return raster_cache_limit((int64_t)plan_cache_bytes(memory_for(options)));
}

status engine_run(const struct scenario *scenario, const lode_options *options, const char *folder, const struct engine_beside *beside,
                  struct log *log, struct result **out) {
    struct result *result = NULL;
    TRY(result_new(scenario, &result));
    int64_t cache = engine_bound_cache(options);
    status failure = run(result, options, folder, beside, log);
    raster_cache_restore(cache);
    if (failure)
        result_free(result);
    else
        *out = result;
    return failure;
}

status engine_prepare(const struct scenario *scenario, const lode_options *options, struct log *log, struct result **out) {
    struct result *result = NULL;
    TRY(result_new(scenario, &result));
    status failure = name_wanted(options->device, result);
    if (!failure) failure = settle_rules(result, options);
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
    TRY(result_new(scenario, &result));
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
