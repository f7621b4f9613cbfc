/* The manifest as one JSON tree, a function a section. */
#include "report/manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "model/date.h"
#include "model/variogram.h"
#include "report/certainty_table.h"
#include "report/classes_json.h"
#include "report/credits.h"
#include "report/json_build.h"
#include "report/layer_json.h"
#include "report/model_report.h"
#include "report/overlay_words.h"
#include "report/path_table.h"
#include "report/permit_table.h"
#include "report/rule_table.h"
#include "report/run_time.h"
#include "report/setback_table.h"
#include "report/shortlist_table.h"
#include "report/site_table.h"
#include "report/validation_file.h"
#include "report/variant_table.h"

static struct json_object *numbers(struct json_build *build, const double *values, size_t count) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < count; i++) json_append(build, list, json_number(build, values[i]));
    return list;
}

static struct json_object *scenario_map(const struct scenario *scenario, struct json_build *build) {
    struct digest digest = {""};
    int64_t bytes = 0;
    lode_error_free(digest_file(scenario->path, &digest, &bytes)); /* a scenario read from memory has no file */
    struct json_object *map = json_map(build);
    json_put_text(build, map, "path", scenario->path);
    json_put_text(build, map, "sha256", digest.hex[0] ? digest.hex : NULL);
    json_put_text(build, map, "title", scenario->title);
    json_put_text(build, map, "description", scenario->description);
    return map;
}

static struct json_object *device_map(const struct device_info *device, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "name", device->name);
    json_put_text(build, map, "vendor", device->vendor);
    json_put_text(build, map, "driver", device->driver);
    json_put_text(build, map, "platform", device->platform_name);
    json_put_text(build, map, "version", device->version);
    return map;
}

/* How bands were shared depends on the clock, as `seconds` do. */
static struct json_object *devices_list(const struct result *result, bool reproducible, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < result->n_devices && !build->failed; i++) {
        const struct device_result *device = &result->devices[i];
        struct json_object *map = device_map(&device->info, build);
        char number[32];
        snprintf(number, sizeof number, "%d:%d", device->info.platform, device->info.index);
        json_put_text(build, map, "number", number);
        if (!reproducible) {
            json_put_integer(build, map, "bands", device->bands);
            json_put_integer(build, map, "rows", device->rows);
        }
        json_append(build, list, map);
    }
    return list;
}

/* How far beyond the grid the widest mask looks. */
static int64_t margin_of(const struct plan *plan) {
    int64_t margin = 0;
    for (size_t i = 0; plan && i < plan->n_masks; i++)
        if (-plan->masks[i].window.col0 > margin) margin = -plan->masks[i].window.col0;
    return margin;
}

static struct json_object *grid_map(const struct result *result, struct json_build *build) {
    const struct grid *grid = &result->grid;
    double east = grid->x0 + grid->dx * (double)grid->width, south = grid->y0 - grid->dy * (double)grid->height;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "crs", grid->crs);
    json_put_integer(build, map, "width", grid->width);
    json_put_integer(build, map, "height", grid->height);
    json_put(build, map, "cell", numbers(build, (const double[]){grid->dx, grid->dy}, 2));
    json_put(build, map, "bbox", numbers(build, (const double[]){grid->x0, south, east, grid->y0}, 4));
    json_put_integer(build, map, "margin_cells", margin_of(result->plan));
    return map;
}

/* Size, and hash, or time where hashing would take long. */
static void put_layer_file(struct json_build *build, struct json_object *map, const struct inputs *inputs, const char *path) {
    struct stat facts;
    struct digest digest;
    if (!path || stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) return;
    json_put_integer(build, map, "bytes", facts.st_size);
    if (inputs_digest(inputs, path, &digest))
        json_put_text(build, map, "sha256", digest.hex);
    else
        run_time_put(build, map, "modified", facts.st_mtime);
}

static struct json_object *layers_list(const struct result *result, const struct inputs *inputs, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < result->scenario->n_layers && !build->failed; i++) {
        struct json_object *map = layer_json(build, &result->scenario->layers[i], &result->layers[i]);
        json_put_text(build, map, "credit", result->scenario->layers[i].credit);
        put_layer_file(build, map, inputs, result->layers[i].path);
        json_append(build, list, map);
    }
    return list;
}

/* The parameters as used: those not given come from the statistics that the plan took. */
static struct json_object *membership_map(const struct result *result, size_t index, struct json_build *build) {
    const struct membership *membership = &result->scenario->criteria[index].membership;
    const struct membership_row *row = &membership_table[membership->kind];
    const float *used = result->plan ? result->plan->params + result->plan->criteria[index].first_param : NULL;
    if (membership->kind == MEMBER_NONE) return NULL;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "kind", row->name);
    for (size_t i = 0; i < row->n_params; i++) {
        double given = membership->params[i];
        json_put_number(build, map, row->params[i].name, !isnan(given) ? given : used ? (double)used[i] : NAN);
    }
    if (row->needs_stats && used) {
        json_put_number(build, map, "mean", (double)used[row->n_params]);
        json_put_number(build, map, "sd", (double)used[row->n_params + 1]);
    }
    if (membership->kind == MEMBER_CATEGORICAL) {
        struct json_object *classes = json_map(build);
        for (size_t i = 0; i < membership->n_classes; i++)
            json_put_number(build, classes, membership->classes[i].label, membership->classes[i].score);
        json_put(build, map, "classes", classes);
        json_put_number(build, map, "other", membership->other);
    }
    return map;
}

static void put_permit_criterion(const struct criterion *criterion, struct json_object *map, struct json_build *build) {
    if (criterion_is_permit(criterion)) json_put_text(build, map, "route", criterion->route);
    if (criterion->op == OP_MONTHS) json_put_number(build, map, "quantile", criterion->quantile);
    if (criterion->op == OP_WITHIN) json_put_number(build, map, "within_months", criterion->within_months);
}

static struct json_object *lags_list(const struct variogram_fit *fit, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < fit->n_lags; i++) {
        struct json_object *lag = json_map(build);
        json_put_number(build, lag, "distance_m", fit->lags[i].distance_m);
        json_put_number(build, lag, "semivariance", fit->lags[i].semivariance);
        json_put_integer(build, lag, "pairs", (int64_t)fit->lags[i].pairs);
        json_append(build, list, lag);
    }
    return list;
}

static struct json_object *left_out_map(const struct variogram_fit *fit, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_integer(build, map, "points", (int64_t)fit->left_out);
    json_put_number(build, map, "mean_error", fit->mean_error);
    json_put_number(build, map, "rmse", fit->rmse);
    json_put_number(build, map, "mean_squared_ratio", fit->squared_ratio);
    return map;
}

/* Of kriging: the variogram as used, and if it was fitted to what, and how well it foretells points. */
static void put_variogram(const struct criterion *criterion, struct json_object *into, struct json_build *build) {
    const struct interpolation *how = &criterion->interpolation;
    if (criterion->op != OP_KRIGING && criterion->op != OP_KRIGING_VARIANCE) return;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "model", variogram_names[how->variogram]);
    json_put_number(build, map, "nugget", how->nugget);
    json_put_number(build, map, "sill", how->sill);
    json_put_number(build, map, "range_m", how->range_m);
    if (how->fit) {
        json_put_integer(build, map, "places", (int64_t)how->fit->places);
        json_put_number(build, map, "misfit", how->fit->misfit);
        json_put(build, map, "lags", lags_list(how->fit, build));
        json_put(build, map, "left_out", left_out_map(how->fit, build));
    }
    json_put(build, into, "variogram", map);
}

static struct json_object *criterion_map(const struct result *result, size_t index, struct json_build *build) {
    const struct criterion *criterion = &result->scenario->criteria[index];
    double cells = (double)result->grid.width * (double)result->grid.height;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "name", criterion->name);
    json_put_text(build, map, "label", criterion->label);
    json_put_text(build, map, "operation", criterion_table[criterion->op].name);
    json_put_text(build, map, "layer", criterion->layer == NO_INDEX ? NULL : result->scenario->layers[criterion->layer].name);
    put_permit_criterion(criterion, map, build);
    put_variogram(criterion, map, build);
    if (criterion->index) json_put_text(build, map, "index", criterion->index);
    if (criterion->formula) json_put_text(build, map, criterion->op == OP_COST ? "friction" : "formula", criterion->formula->text);
    json_put_text(build, map, "role", role_name(criterion->role));
    json_put_text(build, map, "unit", criterion->unit_name ? criterion->unit_name : "");
    json_put(build, map, "complement", json_object_new_boolean(criterion->complement));
    json_put(build, map, "membership", membership_map(result, index, build));
    json_put_integer(build, map, "missing_cells", result->criteria[index].missing_cells);
    json_put_number(build, map, "missing_share", (double)result->criteria[index].missing_cells / cells);
    return map;
}

static void put_date(int date, const char *key, struct json_object *map, struct json_build *build) {
    char words[DATE_WORDS];
    if (!date) return;
    date_words(date, words);
    json_put_text(build, map, key, words);
}

/* Of a rule with dates. One that is not in force has counted no cells. */
static void put_validity(const struct rule *rule, struct json_object *map, struct json_build *build) {
    if (!rule->valid_from && !rule->valid_until) return;
    put_date(rule->valid_from, "valid_from", map, build);
    put_date(rule->valid_until, "valid_until", map, build);
    json_put(build, map, "in_force", json_object_new_boolean(!rule->suspended));
}

/* What only penalties and inclusions have. */
static void put_effect(const struct result *result, size_t index, struct json_object *map, struct json_build *build) {
    const struct rule *rule = &result->scenario->rules[index];
    const enum rule_effect effect = rule_table[rule->kind].effect;
    if (effect == EFFECT_PENALISE) json_put_number(build, map, "factor", rule->factor);
    if (effect != EFFECT_INCLUDE) return;
    struct json_object *over = json_list(build);
    for (uint64_t left = rule->over; left; left &= left - 1)
        json_append(build, over, json_text(build, result->scenario->rules[__builtin_ctzll(left)].name));
    json_put(build, map, "over", over);
    json_put_number(build, map, "freed_km2", result->rules[index].freed_km2);
}

/* What a rule asks, beside its buffer. */
static void put_asked(const struct scenario *scenario, const struct rule *rule, struct json_object *map, struct json_build *build) {
    if (rule->layer != NO_INDEX) json_put_text(build, map, "layer", scenario->layers[rule->layer].name);
    if (rule->condition.text) json_put_text(build, map, "condition", rule->condition.text);
    if (rule->by_coverage) json_put_number(build, map, "coverage", rule->coverage);
    if (rule->min_clump_km2 > 0) json_put_number(build, map, "min_clump_km2", rule->min_clump_km2);
}

static struct json_object *rule_map(const struct result *result, size_t index, struct json_build *build) {
    const struct rule *rule = &result->scenario->rules[index];
    const struct rule_result *found = &result->rules[index];
    struct json_object *map = json_map(build), *targets = json_list(build);
    for (size_t t = 0; t < result->scenario->n_targets; t++)
        if (rule->targets >> t & 1) json_append(build, targets, json_text(build, result->scenario->targets[t].name));
    json_put_text(build, map, "name", rule->name);
    json_put_text(build, map, "kind", rule_names[rule->kind]);
    json_put_text(build, map, "reason", rule->reason);
    json_put_text(build, map, "citation", rule->citation);
    put_asked(result->scenario, rule, map, build);
    put_validity(rule, map, build);
    json_put_number(build, map, "buffer_m", rule->buffer_m);
    if (rule->by.field) json_put_text(build, map, "buffer_field", rule->by.field);
    json_put(build, map, "targets", targets);
    json_put_integer(build, map, "cells", found->cells);
    json_put_number(build, map, "area_km2", found->area_km2);
    json_put_number(build, map, "alone_km2", found->alone_km2);
    put_effect(result, index, map, build);
    return map;
}

static struct json_object *states_map(const struct target_result *target, struct json_build *build) {
    static const char *const names[] = {
        [CELL_SCORED] = "scored", [CELL_EXCLUDED] = "excluded", [CELL_NO_DATA] = "no_data", [CELL_OUTSIDE] = "outside"};
    struct json_object *map = json_map(build);
    for (int s = 0; s < 4; s++) {
        struct json_object *state = json_map(build);
        json_put_integer(build, state, "cells", target->cells[s]);
        json_put_number(build, state, "km2", target->area_km2[s]);
        json_put(build, map, names[s], state);
    }
    return map;
}

static struct json_object *sites_map(const struct site_list *sites, struct json_build *build) {
    int64_t ranked = 0, excluded = 0;
    for (size_t i = 0; i < sites->count; i++) {
        ranked += sites->sites[i].rank > 0;
        excluded += sites->sites[i].state == CELL_EXCLUDED;
    }
    struct json_object *map = json_map(build);
    json_put_integer(build, map, "ranked", ranked);
    json_put_integer(build, map, "excluded", excluded);
    json_put_integer(build, map, "total", (int64_t)sites->count);
    return map;
}

static struct json_object *target_map(const struct result *result, size_t index, struct json_build *build) {
    const struct target *target = &result->scenario->targets[index];
    struct json_object *map = json_map(build);
    json_put_text(build, map, "name", target->name);
    json_put_text(build, map, "mode", site_table_mode(target));
    json_put_text(build, map, "ranking_basis", overlay_basis(result->scenario, index));
    json_put_text(build, map, "ranking_basis_sentence", basis_sentence(overlay_basis(result->scenario, index)));
    json_put(build, map, "score", score_json(result->plan, result->scenario, target, build));
    json_put(build, map, "score_words", overlay_lines(result->plan, result->scenario, target->score, build));
    json_put_number(build, map, "min_coverage", target->min_coverage);
    classes_json_put(result, index, build, map);
    if (target->model) json_put(build, map, "model", model_report_map(result, index, build));
    json_put(build, map, "cells", states_map(&result->targets[index], build));
    if (rule_table_excludes(result, index)) json_put(build, map, "exclusions", rule_table_json(result, index, build));
    if (shortlist_asked(result, index)) json_put(build, map, "shortlist", shortlist_json(result, index, build));
    json_put(build, map, "sites", sites_map(&result->targets[index].sites, build));
    if (certainty_table_asked(result, index)) json_put(build, map, "certainty", certainty_table_json(result, index, build));
    if (path_table_asked(result->scenario)) json_put(build, map, "paths", path_table_counts(result, index, build));
    for (size_t v = 0; v < result->scenario->n_validations; v++)
        if (result->scenario->validations[v].target == (int)index)
            json_put(build, map, "validation", validation_figures_json(&result->validations[v], build));
    return map;
}

/* A list with one map for each of `count` things. */
static void put_list(const struct result *result, size_t count, const char *key, struct json_build *build, struct json_object *into,
                     struct json_object *(*make)(const struct result *, size_t, struct json_build *)) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < count && !build->failed; i++) json_append(build, list, make(result, i, build));
    json_put(build, into, key, list);
}

static struct json_object *credits_list(const struct scenario *scenario, struct json_build *build) {
    struct json_object *list = json_list(build);
    const char *credit;
    for (size_t i = 0; (credit = credits_at(scenario, i)) && !build->failed; i++) json_append(build, list, json_text(build, credit));
    return list;
}

static struct json_object *warnings_list(const struct log *log, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < log->n_warnings; i++) json_append(build, list, json_text(build, log->warnings[i]));
    return list;
}

static struct json_object *timings_map(const struct result *result, struct json_build *build) {
    static const char *const names[] = {
        [PHASE_LAYERS] = "layers", [PHASE_DISTANCES] = "distances", [PHASE_SCORING] = "scoring", [PHASE_SITES] = "sites"};
    struct json_object *map = json_map(build);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) json_put_number(build, map, names[i], result->seconds[i]);
    return map;
}

static struct json_object *outputs_list(const struct outputs *outputs, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < outputs->count; i++) {
        const struct output *item = &outputs->items[i];
        if (strcmp(item->name, OUTPUTS_MANIFEST) == 0) continue;
        struct json_object *map = json_map(build);
        json_put_text(build, map, "name", item->name);
        json_put_integer(build, map, "bytes", item->bytes);
        json_put_text(build, map, "sha256", item->sha256.hex);
        json_append(build, list, map);
    }
    return list;
}

status manifest_write(const struct result *result, const struct inputs *inputs, const struct outputs *outputs, const struct log *log, time_t started,
                      time_t finished, const char *path) {
    const struct scenario *scenario = result->scenario;
    struct json_build build = {0};
    time_t fixed;
    bool reproducible = run_time_fixed(&fixed);
    struct json_object *run = json_map(&build);
    if (!run) return status_no_memory();
    json_put_text(&build, run, "schema_version", "1");
    json_put_text(&build, run, "tool", "lodescan");
    json_put_text(&build, run, "tool_version", LODE_VERSION);
    run_time_put(&build, run, "started", reproducible ? fixed : started);
    run_time_put(&build, run, "finished", reproducible ? fixed : finished);
    json_put(&build, run, "scenario", scenario_map(scenario, &build));
    json_put(&build, run, "device", device_map(&result->devices[0].info, &build));
    json_put(&build, run, "devices", devices_list(result, reproducible, &build));
    json_put(&build, run, "grid", grid_map(result, &build));
    json_put(&build, run, "layers", layers_list(result, inputs, &build));
    put_list(result, scenario->n_criteria, "criteria", &build, run, criterion_map);
    if (result->setbacks) json_put(&build, run, "ordinances", setback_table_json(result, &build));
    if (result->permits) json_put(&build, run, "permits", permit_table_json(result, &build));
    put_date(scenario->as_of, "as_of", run, &build);
    put_list(result, scenario->n_rules, "rules", &build, run, rule_map);
    put_list(result, scenario->n_targets, "targets", &build, run, target_map);
    if (scenario->n_variants) json_put(&build, run, "variants", variant_table_json(result, &build));
    json_put(&build, run, "warnings", warnings_list(log, &build));
    json_put(&build, run, "credits", credits_list(scenario, &build));
    if (!reproducible) json_put(&build, run, "seconds", timings_map(result, &build));
    json_put(&build, run, "outputs", outputs_list(outputs, &build));
    status failure = build.failed ? status_no_memory() : json_write(path, run);
    json_object_put(run);
    return failure;
}
