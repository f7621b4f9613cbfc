/* The main job: scan, then every output under a temporary name, then all of them published at once, the manifest last. */
#include <time.h>

#include "analysis/engine.h"
#include "api/scenario.h"
#include "api/sheets.h"
#include "api/surfaces.h"
#include "base/parallel.h"
#include "geo/site_writer.h"
#include "report/certainty_picture.h"
#include "report/certainty_table.h"
#include "report/credits.h"
#include "report/explain.h"
#include "report/heatmap.h"
#include "report/manifest.h"
#include "report/model_report.h"
#include "report/outputs.h"
#include "report/page.h"
#include "report/path_table.h"
#include "report/rule_picture.h"
#include "report/rule_table.h"
#include "report/shortlist_table.h"
#include "report/site_table.h"
#include "report/stac.h"
#include "report/summary.h"
#include "report/validation_set.h"
#include "report/variant_table.h"

/* Pictures of scores, which are drawn while sites are still being explained. */
struct heatmaps {
    size_t count;
    struct heatmap_paths *paths; /* [count], a target's */
    status failure;
};

static status heatmaps_add(const struct scenario *scenario, struct outputs *outputs, struct arena *arena, struct heatmaps *heatmaps) {
    *heatmaps = (struct heatmaps){.count = scenario->n_targets, .paths = arena_alloc(arena, scenario->n_targets, sizeof *heatmaps->paths)};
    if (!heatmaps->paths) return status_no_memory();
    for (size_t t = 0; t < heatmaps->count; t++) {
        const char *name = scenario->targets[t].name;
        char *png = arena_print(arena, "%s_heatmap.png", name), *world = arena_print(arena, "%s_heatmap.pgw", name);
        char *aux = arena_print(arena, "%s_heatmap.png.aux.xml", name);
        if (!png || !world || !aux) return status_no_memory();
        TRY(outputs_add(outputs, png, &heatmaps->paths[t].png));
        TRY(outputs_add(outputs, world, &heatmaps->paths[t].world));
        TRY(outputs_add(outputs, aux, &heatmaps->paths[t].aux));
    }
    return NULL;
}

static void write_heatmaps(void *user, const struct result *result) {
    struct heatmaps *heatmaps = user;
    for (size_t t = 0; !heatmaps->failure && t < heatmaps->count; t++) heatmaps->failure = heatmap_write(result, t, &heatmaps->paths[t]);
}

static status heatmaps_end(struct heatmaps *heatmaps, struct outputs *outputs) {
    status failure = heatmaps->failure;
    heatmaps->failure = NULL;
    for (size_t t = 0; !failure && t < heatmaps->count; t++) failure = outputs_ready(outputs, heatmaps->paths[t].png);
    return failure;
}

/* The lists of sites: small files that are written on one core, while pictures and surfaces keep the others busy. */
struct site_lists {
    struct site_metadata about;
    struct table *tables;
    size_t count, paths; /* tables of sites, then of paths */
    const char *gpkg, *geojson, *csv, *paths_geojson;
    const char **fgb; /* [count]; NULL: not asked for */
    status failure;
};

static status site_lists_add(const struct scenario *scenario, struct outputs *outputs, struct arena *arena, struct site_lists *lists) {
    *lists = (struct site_lists){.about = {.title = scenario->title, .description = scenario->description}, .count = scenario->n_targets};
    lists->paths = path_table_asked(scenario) ? lists->count : 0;
    struct text credits = {0};
    credits_join(scenario, &credits);
    lists->about.credits = credits.failed ? NULL : arena_copy(arena, credits.bytes);
    text_free(&credits);
    if (!lists->about.credits) return status_no_memory();
    TRY(outputs_add(outputs, "sites.gpkg", &lists->gpkg));
    TRY(outputs_add(outputs, "sites.geojson", &lists->geojson));
    if (lists->paths) TRY(outputs_add(outputs, "paths.geojson", &lists->paths_geojson));
    return outputs_add(outputs, "sites.csv", &lists->csv);
}

static status site_lists_add_fgb(const struct scenario *scenario, struct outputs *outputs, struct arena *arena, struct site_lists *lists) {
    lists->fgb = arena_alloc(arena, lists->count, sizeof *lists->fgb);
    if (!lists->fgb) return status_no_memory();
    for (size_t t = 0; t < lists->count; t++) {
        const char *name = arena_print(arena, "%s_sites.fgb", scenario->targets[t].name);
        if (!name) return status_no_memory();
        TRY(outputs_add(outputs, name, &lists->fgb[t]));
    }
    return NULL;
}

static status site_lists_make(const struct result *result, struct arena *arena, struct site_lists *lists) {
    lists->tables = arena_alloc(arena, 2 * lists->count, sizeof *lists->tables);
    if (!lists->tables) return status_no_memory();
    for (size_t t = 0; t < lists->count; t++) TRY(site_table_make(result, t, arena, &lists->tables[t]));
    for (size_t t = 0; t < lists->paths; t++) TRY(path_table_make(result, t, arena, &lists->tables[lists->count + t]));
    return NULL;
}

static status try_write_lists(const struct site_lists *lists) {
    TRY(site_writer_gpkg(lists->gpkg, lists->tables, lists->count + lists->paths, &lists->about));
    TRY(site_writer_geojson(lists->geojson, lists->tables, lists->count, &lists->about));
    for (size_t t = 0; lists->fgb && t < lists->count; t++) TRY(site_writer_fgb(lists->fgb[t], &lists->tables[t]));
    if (lists->paths) TRY(site_writer_geojson(lists->paths_geojson, lists->tables + lists->count, lists->paths, &lists->about));
    return site_writer_csv(lists->csv, lists->tables, lists->count);
}

static void write_lists(void *user) {
    struct site_lists *lists = user;
    lists->failure = try_write_lists(lists);
}

static status write_validations(const struct result *result, struct outputs *outputs, struct arena *arena) {
    for (size_t v = 0; v < result->scenario->n_validations; v++) {
        const char *folder = arena_print(arena, "validation/%s", result->validations[v].target);
        if (!folder) return status_no_memory();
        TRY(validation_set_write(&result->validations[v], folder, outputs));
    }
    return NULL;
}

static status write_page(const struct result *result, struct outputs *outputs, const struct log *log) {
    const char *path;
    if (!result->lattice.cols) return NULL;
    TRY(outputs_add(outputs, "report.html", &path));
    return page_write(result, log, path);
}

/* Surfaces come last: the others use the scores that they do not leave whole. */
static status write_rasters(const struct result *result, struct outputs *outputs, struct arena *arena, struct log *log) {
    TRY(write_validations(result, outputs, arena));
    TRY(write_page(result, outputs, log));
    log_stage(log, "writing surfaces", 0.9, 1);
    return surfaces_write(result, outputs, log);
}

static status write_model(const struct result *result, size_t target, struct outputs *outputs, struct arena *arena) {
    const char *name = result->scenario->targets[target].name, *csv, *json;
    char *table = arena_print(arena, "%s_%s.csv", name, model_report_table(result->scenario->targets[target].model));
    char *model = arena_print(arena, "%s_model.json", name);
    if (!table || !model) return status_no_memory();
    TRY(outputs_add(outputs, table, &csv));
    TRY(outputs_add(outputs, model, &json));
    TRY(model_report_csv(result, target, csv));
    return model_report_json(result, target, json);
}

static status write_rule_tables(const struct result *result, size_t target, struct outputs *outputs, struct arena *arena) {
    const char *name = result->scenario->targets[target].name, *legend_path, *overlap_path;
    char *legend = arena_print(arena, "%s_rules.csv", name), *overlap = arena_print(arena, "%s_rules_overlap.csv", name);
    if (!legend || !overlap) return status_no_memory();
    TRY(outputs_add(outputs, legend, &legend_path));
    TRY(outputs_add(outputs, overlap, &overlap_path));
    TRY(rule_table_csv(result, target, legend_path));
    TRY(rule_table_overlap_csv(result, target, overlap_path));
    if (!rule_table_excludes(result, target)) return NULL;
    const char *picture_path, *picture = arena_print(arena, "%s_rules.png", name);
    if (!picture) return status_no_memory();
    TRY(outputs_add(outputs, picture, &picture_path));
    return rule_picture_write(result, target, picture_path);
}

static status write_shortlist(const struct result *result, size_t target, struct outputs *outputs, struct arena *arena) {
    const char *path, *name = arena_print(arena, "%s_shortlist.csv", result->scenario->targets[target].name);
    if (!name) return status_no_memory();
    TRY(outputs_add(outputs, name, &path));
    return shortlist_csv(result, target, path);
}

static status write_variants(const struct result *result, struct outputs *outputs) {
    const char *path;
    TRY(outputs_add(outputs, "variants.csv", &path));
    return variant_table_csv(result, path);
}

static status write_certainty(const struct result *result, size_t target, struct outputs *outputs, struct arena *arena) {
    const char *path;
    char *table = arena_print(arena, "%s_acceptability.csv", result->scenario->targets[target].name);
    if (!table) return status_no_memory();
    TRY(outputs_add(outputs, table, &path));
    TRY(certainty_table_csv(result, target, path));
    char *tornado = arena_print(arena, "%s_tornado.csv", result->scenario->targets[target].name);
    if (!tornado) return status_no_memory();
    TRY(outputs_add(outputs, tornado, &path));
    TRY(certainty_tornado_csv(result, target, path));
    char *ranks = arena_print(arena, "%s_ranks.png", result->scenario->targets[target].name);
    char *swings = arena_print(arena, "%s_tornado.png", result->scenario->targets[target].name);
    if (!ranks || !swings) return status_no_memory();
    TRY(outputs_add(outputs, ranks, &path));
    TRY(certainty_picture_ranks(result, target, path));
    TRY(outputs_add(outputs, swings, &path));
    return certainty_picture_tornado(result, target, path);
}

/* A run's files whose names are known before it, and its inputs. */
struct job {
    struct arena arena;
    struct site_lists lists;
    struct heatmaps heatmaps;
    struct inputs *inputs;
    unsigned maps; /* kinds of map sheets */
    bool kmz;
};

static status write_outputs(struct job *job, const struct result *result, struct outputs *outputs, struct log *log) {
    struct aside aside;
    log_stage(log, "writing sites and pictures", 0.85, 0.9);
    TRY(log_progress(log, 0));
    TRY(heatmaps_end(&job->heatmaps, outputs));
    TRY(site_lists_make(result, &job->arena, &job->lists));
    aside_begin(&aside, write_lists, &job->lists);
    status failure = sheets_write(result, job->maps, job->kmz, outputs, &job->arena, log);
    if (!failure) failure = write_rasters(result, outputs, &job->arena, log);
    aside_end(&aside);
    failure = status_first(job->lists.failure, failure);
    for (size_t t = 0; !failure && t < result->scenario->n_targets; t++)
        if (result->targets[t].model) failure = write_model(result, t, outputs, &job->arena);
    for (size_t t = 0; !failure && t < result->scenario->n_targets; t++)
        if (rule_table_asked(result, t)) failure = write_rule_tables(result, t, outputs, &job->arena);
    for (size_t t = 0; !failure && t < result->scenario->n_targets; t++)
        if (shortlist_asked(result, t)) failure = write_shortlist(result, t, outputs, &job->arena);
    if (!failure && result->scenario->n_variants) failure = write_variants(result, outputs);
    for (size_t t = 0; !failure && t < result->scenario->n_targets; t++)
        if (certainty_table_asked(result, t)) failure = write_certainty(result, t, outputs, &job->arena);
    return failure;
}

/* It tells the other files' checksums, and the manifest tells its. */
static status write_stac(const struct result *result, struct outputs *outputs, time_t started) {
    const char *path;
    TRY(outputs_seal(outputs));
    TRY(outputs_add(outputs, STAC_NAME, &path));
    TRY(stac_write(result, outputs, started, path));
    return outputs_seal(outputs);
}

/* From here on nothing may be interrupted half-way: the old run's manifest goes first, the new one comes last. */
static status publish(struct job *job, const struct result *result, struct outputs *outputs, struct log *log, time_t started) {
    const char *path;
    TRY(write_stac(result, outputs, started));
    TRY(log_progress(log, 1));
    TRY(outputs_add(outputs, OUTPUTS_MANIFEST, &path));
    inputs_wait(job->inputs);
    TRY(manifest_write(result, job->inputs, outputs, log, started, time(NULL), path));
    return outputs_publish(outputs);
}

static status job_open(const struct scenario *scenario, const lode_options *options, struct outputs *outputs, struct job *job) {
    *job = (struct job){0};
    TRY(sheets_asked(scenario, options->map, &job->maps));
    job->kmz = options->kmz || scenario->write_kmz;
    TRY(site_lists_add(scenario, outputs, &job->arena, &job->lists));
    if (options->flatgeobuf || scenario->write_fgb) TRY(site_lists_add_fgb(scenario, outputs, &job->arena, &job->lists));
    TRY(heatmaps_add(scenario, outputs, &job->arena, &job->heatmaps));
    return inputs_begin(scenario, options->data_dir, &job->inputs);
}

static void job_close(struct job *job) {
    inputs_close(job->inputs);
    lode_error_free(job->heatmaps.failure); /* of pictures that were begun, after another failure */
    arena_free(&job->arena);
}

static status run_job(struct job *job, const lode_scenario *handle, struct outputs *outputs, const lode_options *options, bool json, struct log *log,
                      char **text) {
    struct result *result = NULL;
    time_t started = time(NULL);
    TRY(engine_run(handle->scenario, options, outputs->partial, &(struct engine_beside){write_heatmaps, &job->heatmaps}, log, &result));
    status failure = write_outputs(job, result, outputs, log);
    if (!failure && text) failure = summary_print(result, outputs->folder, json, text);
    if (!failure) failure = publish(job, result, outputs, log, started);
    result_free(result);
    return failure;
}

static status run(const lode_scenario *handle, struct outputs *outputs, const lode_options *options, bool json, struct log *log, char **text) {
    struct job job;
    status failure = job_open(handle->scenario, options, outputs, &job);
    if (!failure) failure = run_job(&job, handle, outputs, options, json, log, text);
    job_close(&job);
    return failure;
}

lode_error *lode_run(const lode_scenario *handle, const char *out_dir, const lode_options *options, bool json, char **text) {
    struct outputs *outputs = NULL;
    if (text) *text = NULL;
    TRY(outputs_open(out_dir, options->overwrite, &outputs));
    struct log log = log_from_options(options);
    status failure = run(handle, outputs, options, json, &log, text);
    outputs_close(outputs);
    log_free(&log);
    return failure;
}

lode_error *lode_explain(const char *out_dir, const char *site, bool json, char **text) {
    return explain_site(out_dir, site, json, text);
}

lode_error *lode_verify(const char *out_dir, bool json, char **text) {
    struct text report = {0};
    *text = NULL;
    status failure = manifest_verify(out_dir, &report, json);
    *text = text_take(&report);
    return failure;
}
