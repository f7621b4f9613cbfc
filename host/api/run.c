/* The main job: scan, then every output under a temporary name, then all of them published at once, the manifest last. */
#include <time.h>

#include "analysis/engine.h"
#include "api/scenario.h"
#include "api/surfaces.h"
#include "base/parallel.h"
#include "geo/site_writer.h"
#include "report/explain.h"
#include "report/heatmap.h"
#include "report/manifest.h"
#include "report/model_report.h"
#include "report/outputs.h"
#include "report/page.h"
#include "report/path_table.h"
#include "report/site_table.h"
#include "report/summary.h"
#include "report/validation_set.h"

static status write_heatmap(const struct result *result, size_t target, struct outputs *outputs, struct arena *arena) {
    const char *name = result->scenario->targets[target].name;
    char *png = arena_print(arena, "%s_heatmap.png", name), *world = arena_print(arena, "%s_heatmap.pgw", name);
    char *aux = arena_print(arena, "%s_heatmap.png.aux.xml", name);
    if (!png || !world || !aux) return status_no_memory();
    struct heatmap_paths paths;
    TRY(outputs_add(outputs, png, &paths.png));
    TRY(outputs_add(outputs, world, &paths.world));
    TRY(outputs_add(outputs, aux, &paths.aux));
    return heatmap_write(result, target, &paths);
}

/* The lists of sites: small files that are written on one core, while pictures and surfaces keep the others busy. */
struct site_lists {
    struct site_metadata about;
    struct table *tables;
    size_t count, paths; /* tables of sites, then of paths */
    const char *gpkg, *geojson, *csv, *paths_geojson;
    status failure;
};

static status site_lists_make(const struct result *result, struct outputs *outputs, struct arena *arena, struct site_lists *lists) {
    size_t count = result->scenario->n_targets;
    *lists = (struct site_lists){.about = {.title = result->scenario->title, .description = result->scenario->description}, .count = count};
    lists->paths = path_table_asked(result->scenario) ? count : 0;
    lists->tables = arena_alloc(arena, 2 * count, sizeof *lists->tables);
    if (!lists->tables) return status_no_memory();
    for (size_t t = 0; t < count; t++) TRY(site_table_make(result, t, arena, &lists->tables[t]));
    for (size_t t = 0; t < lists->paths; t++) TRY(path_table_make(result, t, arena, &lists->tables[count + t]));
    TRY(outputs_add(outputs, "sites.gpkg", &lists->gpkg));
    TRY(outputs_add(outputs, "sites.geojson", &lists->geojson));
    if (lists->paths) TRY(outputs_add(outputs, "paths.geojson", &lists->paths_geojson));
    return outputs_add(outputs, "sites.csv", &lists->csv);
}

static status try_write_lists(const struct site_lists *lists) {
    TRY(site_writer_gpkg(lists->gpkg, lists->tables, lists->count + lists->paths, &lists->about));
    TRY(site_writer_geojson(lists->geojson, lists->tables, lists->count, &lists->about));
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
    for (size_t t = 0; t < result->scenario->n_targets; t++) TRY(write_heatmap(result, t, outputs, arena));
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

static status write_outputs(const struct result *result, struct outputs *outputs, struct log *log) {
    struct arena arena = {0};
    struct site_lists lists;
    struct aside aside;
    log_stage(log, "writing sites and pictures", 0.85, 0.9);
    status failure = log_progress(log, 0);
    if (!failure) failure = site_lists_make(result, outputs, &arena, &lists);
    if (!failure) {
        aside_begin(&aside, write_lists, &lists);
        failure = write_rasters(result, outputs, &arena, log);
        aside_end(&aside);
        failure = status_first(lists.failure, failure);
    }
    for (size_t t = 0; !failure && t < result->scenario->n_targets; t++)
        if (result->targets[t].model) failure = write_model(result, t, outputs, &arena);
    arena_free(&arena);
    return failure;
}

/* From here on nothing may be interrupted half-way: the old run's manifest goes first, the new one comes last. */
static status publish(const struct result *result, struct outputs *outputs, struct log *log, time_t started) {
    const char *path;
    TRY(outputs_seal(outputs));
    TRY(log_progress(log, 1));
    TRY(outputs_add(outputs, OUTPUTS_MANIFEST, &path));
    TRY(manifest_write(result, outputs, log, started, time(NULL), path));
    return outputs_publish(outputs);
}

static status run(const lode_scenario *handle, struct outputs *outputs, const lode_options *options, bool json, struct log *log, char **text) {
    struct result *result = NULL;
    time_t started = time(NULL);
    TRY(engine_run(handle->scenario, options, outputs->partial, log, &result));
    status failure = write_outputs(result, outputs, log);
    if (!failure && text) failure = summary_print(result, outputs->folder, json, text);
    if (!failure) failure = publish(result, outputs, log, started);
    result_free(result);
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
