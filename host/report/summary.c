/* The end of a run in words and as JSON. */
#include "report/summary.h"
#include "report/certainty_table.h"

#include <math.h>

#include "analysis/ways.h"
#include "model/date.h"
#include "model/overlay_print.h"
#include "model/rule_dates.h"
#include "report/json_build.h"
#include "report/model_report.h"
#include "report/overlay_words.h"
#include "report/path_table.h"
#include "report/permit_table.h"
#include "report/rule_table.h"
#include "report/setback_table.h"
#include "report/shortlist_table.h"
#include "report/site_table.h"
#include "report/validation_file.h"
#include "report/variant_table.h"
#include "report/word_rows.h"

enum { SHOWN_RANKED = 10, SHOWN_EXCLUDED = 5 };

struct counts {
    size_t by_state[4];
};

static struct counts count_sites(const struct site_list *sites) {
    struct counts counts = {{0}};
    for (size_t i = 0; i < sites->count; i++) counts.by_state[sites->sites[i].state]++;
    return counts;
}

/* How well a criterion speaks for a site: its membership, or what it adds to a model's logit. */
static double merit_of(const struct term *term, bool model) {
    return model ? term->contribution : term->membership;
}

/* The scored criteria with the highest and the lowest membership; NO_INDEX when there is none or it is the same one. */
static void extremes(const struct site *site, size_t count, bool model, int *best, int *worst) {
    *best = *worst = NO_INDEX;
    for (size_t c = 0; c < count; c++) {
        double merit = merit_of(&site->terms[c], model);
        if (isnan(site->terms[c].weight) || isnan(merit)) continue;
        if (*best == NO_INDEX || merit > merit_of(&site->terms[*best], model)) *best = (int)c;
        if (*worst == NO_INDEX || merit <= merit_of(&site->terms[*worst], model)) *worst = (int)c;
    }
    if (*worst == *best) *worst = NO_INDEX;
}

static const char *term_words(const struct scenario *scenario, const struct site *site, int criterion, bool model, struct arena *arena) {
    if (criterion == NO_INDEX) return NULL;
    const char *membership = number_words(merit_of(&site->terms[criterion], model), 2, arena);
    return arena_print(arena, "%s %s", scenario->criteria[criterion].name, membership ? membership : "");
}

static const char *called(const struct site *site) {
    return site->name && *site->name ? site->name : site->id;
}

/* Where the known places fall in the surface is a question about given points; peaks are at its top by their making. */
static bool tells_percentiles(const struct result *result, size_t target) {
    return result->scenario->targets[target].candidates == CANDIDATE_POINTS;
}

static const char *percent_words(double percent, struct arena *arena) {
    const char *number = number_words(percent, 1, arena);
    return number && isfinite(percent) ? arena_print(arena, "%s %%", number) : number;
}

static void add_ranked(const struct result *result, size_t target, const struct site *site, struct arena *arena, struct word_rows *rows) {
    const struct scenario *scenario = result->scenario;
    const char *words[WORDS_COLUMNS_MAX];
    size_t n = 0;
    int best, worst;
    bool model = result->targets[target].model;
    extremes(site, scenario->n_criteria, model, &best, &worst);
    words[n++] = arena_print(arena, "%d", site->rank);
    if (certainty_table_asked(result, target)) words[n++] = certainty_table_rank(result, target, site, arena);
    words[n++] = number_words(site->score, 4, arena);
    if (tells_percentiles(result, target)) words[n++] = percent_words(site->percentile, arena);
    words[n++] = called(site);
    words[n++] = number_words(site->lon, 4, arena);
    words[n++] = number_words(site->lat, 4, arena);
    words[n++] = term_words(scenario, site, best, model, arena);
    words[n++] = term_words(scenario, site, worst, model, arena);
    word_rows_add(rows, words);
}

static void add_heading(struct word_rows *rows, const char **heading, const char *words, bool right) {
    rows->right |= (unsigned)right << rows->columns;
    heading[rows->columns++] = words;
}

static void print_ranked(const struct result *result, size_t target, struct arena *arena, struct text *out) {
    const struct site_list *sites = &result->targets[target].sites;
    const bool certainty = certainty_table_asked(result, target), percentile = tells_percentiles(result, target);
    const char *heading[WORDS_COLUMNS_MAX];
    struct word_rows rows = {0};
    add_heading(&rows, heading, "rank", true);
    if (certainty) add_heading(&rows, heading, "90 % of draws", true);
    add_heading(&rows, heading, "score", true);
    if (percentile) add_heading(&rows, heading, "better than", true);
    add_heading(&rows, heading, "site", false);
    add_heading(&rows, heading, "lon", true);
    add_heading(&rows, heading, "lat", true);
    add_heading(&rows, heading, "best criterion", false);
    add_heading(&rows, heading, "worst criterion", false);
    word_rows_add(&rows, heading);
    for (size_t i = 0; i < sites->count && i < SHOWN_RANKED && sites->sites[i].rank > 0; i++)
        add_ranked(result, target, &sites->sites[i], arena, &rows);
    if (rows.count > 1) word_rows_print(&rows, 2, out);
    if (rows.failed) out->failed = true;
    word_rows_free(&rows);
}

static void print_excluded(const struct result *result, size_t target, size_t excluded, struct arena *arena, struct text *out) {
    const struct site_list *sites = &result->targets[target].sites;
    size_t shown = 0;
    if (excluded) text_add(out, "  excluded:\n");
    for (size_t i = 0; i < sites->count && shown < SHOWN_EXCLUDED; i++) {
        const struct site *site = &sites->sites[i];
        if (site->state != CELL_EXCLUDED) continue;
        const char *reasons = site_table_reasons(result, target, site, arena);
        text_add(out, "    ");
        word_print(called(site), out);
        text_print(out, ": %s\n", reasons ? reasons : "");
        shown++;
    }
    if (excluded > shown) text_print(out, "    and %zu more\n", excluded - shown);
}

static void print_lacking_ways(const struct result *result, size_t target, size_t ranked, struct text *out) {
    const struct scenario *scenario = result->scenario;
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        const struct criterion *criterion = &scenario->criteria[c];
        size_t lacking = criterion->op == OP_COST ? ways_lacking(&result->targets[target].sites, c) : 0;
        if (lacking)
            text_print(out, "  no way leads to %s from %zu of %zu ranked sites (criterion '%s')\n", scenario->layers[criterion->layer].name, lacking,
                       ranked, criterion->name);
    }
}

static void print_target(const struct result *result, size_t target, struct arena *arena, struct text *out) {
    struct counts counts = count_sites(&result->targets[target].sites);
    text_print(out, "%s: %s\n", result->scenario->targets[target].name, basis_sentence(overlay_basis(result->scenario, target)));
    overlay_print(result->plan, result->scenario, result->scenario->targets[target].score, "  ", out);
    text_print(out, "  %zu ranked, %zu excluded, %zu without data, %zu outside\n", counts.by_state[CELL_SCORED], counts.by_state[CELL_EXCLUDED],
               counts.by_state[CELL_NO_DATA], counts.by_state[CELL_OUTSIDE]);
    if (result->targets[target].model) model_report_words(result, target, out);
    print_ranked(result, target, arena, out);
    certainty_table_print(result, target, arena, out);
    print_lacking_ways(result, target, counts.by_state[CELL_SCORED], out);
    permit_table_print(result, target, out);
    shortlist_print(result, target, arena, out);
    print_excluded(result, target, counts.by_state[CELL_EXCLUDED], arena, out);
    rule_table_print(result, target, arena, out);
    for (size_t v = 0; v < result->scenario->n_validations; v++)
        if (result->scenario->validations[v].target == (int)target) validation_print(&result->validations[v], out);
    text_add(out, "\n");
}

static struct json_object *site_map(const struct result *result, size_t target, const struct site *site, struct arena *arena,
                                    struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "site_id", site->id);
    json_put_text(build, map, "name", site->name);
    if (site->rank > 0) json_put_integer(build, map, "rank", site->rank);
    json_put_number(build, map, "score", site->score);
    if (tells_percentiles(result, target)) json_put_number(build, map, "percentile", site->percentile);
    json_put_number(build, map, "lon", site->lon);
    json_put_number(build, map, "lat", site->lat);
    if (site->state == CELL_EXCLUDED) json_put_text(build, map, "exclusion_reasons", site_table_reasons(result, target, site, arena));
    return map;
}

static struct json_object *target_map(const struct result *result, size_t target, struct arena *arena, struct json_build *build) {
    const struct site_list *sites = &result->targets[target].sites;
    struct counts counts = count_sites(sites);
    struct json_object *map = json_map(build), *ranked = json_list(build), *excluded = json_list(build);
    json_put_text(build, map, "target", result->scenario->targets[target].name);
    json_put_text(build, map, "ranking_basis", overlay_basis(result->scenario, target));
    json_put(build, map, "score_words", overlay_lines(result->plan, result->scenario, result->scenario->targets[target].score, build));
    if (result->targets[target].model) json_put(build, map, "model", model_report_map(result, target, build));
    json_put_integer(build, map, "ranked", (int64_t)counts.by_state[CELL_SCORED]);
    json_put_integer(build, map, "excluded", (int64_t)counts.by_state[CELL_EXCLUDED]);
    json_put_integer(build, map, "no_data", (int64_t)counts.by_state[CELL_NO_DATA]);
    json_put_integer(build, map, "outside", (int64_t)counts.by_state[CELL_OUTSIDE]);
    for (size_t i = 0; i < sites->count && !build->failed; i++) {
        const struct site *site = &sites->sites[i];
        struct json_object *list = site->state == CELL_EXCLUDED ? excluded : ranked;
        size_t limit = site->state == CELL_EXCLUDED ? SHOWN_EXCLUDED : SHOWN_RANKED;
        bool shown = (site->rank > 0 || site->state == CELL_EXCLUDED) && json_object_array_length(list) < limit;
        if (shown) json_append(build, list, site_map(result, target, site, arena, build));
    }
    if (certainty_table_asked(result, target)) json_put(build, map, "certainty", certainty_table_json(result, target, build));
    if (path_table_asked(result->scenario)) json_put(build, map, "paths", path_table_counts(result, target, build));
    if (rule_table_excludes(result, target)) json_put(build, map, "exclusions", rule_table_json(result, target, build));
    if (shortlist_asked(result, target)) json_put(build, map, "shortlist", shortlist_json(result, target, build));
    json_put(build, map, "first_ranked", ranked);
    json_put(build, map, "first_excluded", excluded);
    for (size_t v = 0; v < result->scenario->n_validations; v++)
        if (result->scenario->validations[v].target == (int)target)
            json_put(build, map, "validation", validation_figures_json(&result->validations[v], build));
    return map;
}

static void print_suspended(const struct scenario *scenario, struct text *out) {
    char day[DATE_WORDS];
    date_words(scenario->as_of, day);
    for (size_t r = 0; r < scenario->n_rules; r++) {
        const struct rule *rule = &scenario->rules[r];
        if (!rule->suspended) continue;
        text_print(out, "Not in force on %s: rule '%s' (", day, rule->name);
        rule_dates_words(rule, out);
        text_print(out, ").\n");
    }
}

/* Names of rules that are not in force. */
static struct json_object *suspended_list(const struct scenario *scenario, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (scenario->rules[r].suspended) json_append(build, list, json_text(build, scenario->rules[r].name));
    return list;
}

static void print_devices(const struct result *result, struct text *out) {
    for (size_t i = 0; i < result->n_devices; i++) {
        const struct device_result *device = &result->devices[i];
        text_print(out, "%s %d:%d %s (%lld row%s in %lld band%s)", i ? "," : "Computed on", device->info.platform, device->info.index,
                   device->info.name, (long long)device->rows, device->rows == 1 ? "" : "s", (long long)device->bands, device->bands == 1 ? "" : "s");
    }
    text_add(out, ".\n");
}

static struct json_object *devices_list(const struct result *result, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < result->n_devices && !build->failed; i++) {
        const struct device_result *device = &result->devices[i];
        struct json_object *map = json_map(build);
        json_put_integer(build, map, "platform", device->info.platform);
        json_put_integer(build, map, "device", device->info.index);
        json_put_text(build, map, "name", device->info.name);
        json_put_integer(build, map, "bands", device->bands);
        json_put_integer(build, map, "rows", device->rows);
        json_append(build, list, map);
    }
    return list;
}

static void print_json(const struct result *result, const char *out_dir, struct arena *arena, struct text *out) {
    struct json_build build = {0};
    struct json_object *map = json_map(&build), *targets = json_list(&build);
    json_put_text(&build, map, "title", result->scenario->title);
    json_put_text(&build, map, "folder", out_dir);
    for (size_t t = 0; t < result->scenario->n_targets && !build.failed; t++) json_append(&build, targets, target_map(result, t, arena, &build));
    json_put(&build, map, "targets", targets);
    if (result->scenario->n_variants) json_put(&build, map, "variants", variant_table_json(result, &build));
    if (result->scenario->as_of) json_put(&build, map, "rules_not_in_force", suspended_list(result->scenario, &build));
    if (result->setbacks) json_put(&build, map, "ordinances", setback_table_json(result, &build));
    json_put(&build, map, "devices", devices_list(result, &build));
    if (build.failed)
        out->failed = true;
    else
        text_print(out, "%s\n", json_object_to_json_string_ext(map, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(map);
}

status summary_print(const struct result *result, const char *out_dir, bool json, char **text) {
    struct arena arena = {0};
    struct text out = {0};
    if (json) {
        print_json(result, out_dir, &arena, &out);
    } else {
        text_print(&out, "%s\n\n", result->scenario->title);
        for (size_t t = 0; t < result->scenario->n_targets; t++) print_target(result, t, &arena, &out);
        print_suspended(result->scenario, &out);
        setback_table_print(result, &out);
        variant_table_print(result, &arena, &out);
        print_devices(result, &out);
        text_print(&out, "Files are in %s: sites.gpkg, sites.geojson, sites.csv, %sscores and heatmaps; run.json says how they came about.\n",
                   out_dir, path_table_asked(result->scenario) ? "paths.geojson, " : "");
    }
    arena_free(&arena);
    *text = text_take(&out);
    return *text ? NULL : status_no_memory();
}
