/* The steps of a scan up to its cost distances, then the way from each place. */
#include "analysis/path_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/engine.h"
#include "analysis/scan.h"
#include "analysis/ways.h"
#include "base/text.h"

static status place_cell(const struct scan *scan, const double lonlat[2], struct site *at) {
    double x, y;
    crs_from_lonlat(scan->lonlat, lonlat[0], lonlat[1], &x, &y);
    if (isfinite(x) && isfinite(y)) grid_cell(scan->grid, x, y, &at->col, &at->row);
    if (!isfinite(x) || !isfinite(y) || !grid_holds(scan->grid, at->col, at->row))
        return status_fail(LODE_USAGE, "longitude %.10g, latitude %.10g lies outside the scenario's grid", lonlat[0], lonlat[1]);
    return NULL;
}

static status find_one(const struct scan *scan, const struct site *at, struct arena *arena, struct found_path *path) {
    const struct criterion_step *step = &scan->plan->criteria[path->criterion];
    const struct criterion *criterion = &scan->scenario->criteria[path->criterion];
    const char *name = NULL;
    int64_t end_col, end_row;
    TRY(planes_cost_at(scan->planes, (size_t)scan->plan->planes[step->plane].distance, at->col, at->row, &path->cost));
    path->cost *= step->scale;
    TRY(ways_trace(scan, at, path->criterion, arena, &path->way, &end_col, &end_row));
    if (!path->way.count) {
        log_warn(scan->log, "criterion '%s': no way leads to %s from longitude %.10g, latitude %.10g", criterion->name,
                 scan->scenario->layers[criterion->layer].name, path->lon, path->lat);
        return NULL;
    }
    TRY(layers_name_at(scan->layers, criterion->layer, end_col, end_row, &name));
    if (name && !(path->nearest = arena_copy(arena, name))) return status_no_memory();
    return NULL;
}

static bool is_wanted(const struct criterion *criterion, const char *name) {
    return criterion->op == OP_COST && (!name || strcmp(criterion->name, name) == 0);
}

static status find_all(const struct scan *scan, const double (*lonlat)[2], size_t count, const char *criterion, struct found_paths *out) {
    const struct scenario *scenario = scan->scenario;
    struct arena *arena = &out->result->arena;
    out->paths = arena_alloc(arena, count * scenario->n_criteria + 1, sizeof *out->paths);
    if (!out->paths) return status_no_memory();
    for (size_t i = 0; i < count; i++) {
        struct site at = {0};
        TRY(place_cell(scan, lonlat[i], &at));
        for (size_t c = 0; c < scenario->n_criteria; c++) {
            if (!is_wanted(&scenario->criteria[c], criterion)) continue;
            struct found_path *path = &out->paths[out->count++];
            *path = (struct found_path){.lon = lonlat[i][0], .lat = lonlat[i][1], .criterion = c};
            TRY(find_one(scan, &at, arena, path));
        }
    }
    return NULL;
}

static status check_criterion(const struct scenario *scenario, const char *name) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (is_wanted(&scenario->criteria[c], name)) return NULL;
    const char **names = NULL;
    struct text known = {0};
    size_t count = 0;
    TRY(MEMORY_ARRAY(scenario->n_criteria + 1, &names));
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (is_wanted(&scenario->criteria[c], NULL)) names[count++] = scenario->criteria[c].name;
    for (size_t i = 0; i < count; i++) text_print(&known, "%s%s", i ? ", " : "", names[i]);
    const char *nearest = count ? text_nearest(name, names, count) : NULL;
    status failure;
    if (!count)
        failure = status_fail(LODE_USAGE, "%s: no criterion is a cost_distance_to, so there are no ways to find", scenario->path);
    else if (nearest)
        failure = status_fail(LODE_USAGE, "%s: '%s' is no criterion with cost_distance_to, did you mean '%s'?", scenario->path, name, nearest);
    else
        failure = status_fail(LODE_USAGE, "%s: '%s' is no criterion with cost_distance_to; there are: %s", scenario->path, name, known.bytes);
    text_free(&known);
    free(names);
    return failure;
}

/* Before hours of work: are all places in the grid? */
static status check_places(const struct scan *scan, const double (*lonlat)[2], size_t count) {
    struct site at;
    for (size_t i = 0; i < count; i++) TRY(place_cell(scan, lonlat[i], &at));
    return NULL;
}

static status search(const lode_options *options, const double (*lonlat)[2], size_t count, const char *criterion, struct log *log,
                     struct found_paths *out) {
    struct result *result = out->result;
    struct scan scan = {.scenario = result->scenario, .grid = &result->grid, .plan = result->plan, .layers = &result->sources, .log = log};
    struct device *device = NULL;
    status failure = crs_lonlat_open(&result->grid, &scan.lonlat);
    if (!failure) failure = check_places(&scan, lonlat, count);
    if (!failure) failure = device_open(options->device, &device);
    log_stage(log, "masks and cost distances", 0.05, 0.95);
    if (!failure) failure = planes_open_costs(scan.plan, scan.layers, device, log, criterion, &scan.planes);
    log_stage(log, "tracing ways", 0.95, 1);
    if (!failure) failure = log_progress(log, 0);
    if (!failure) failure = find_all(&scan, lonlat, count, criterion, out);
    planes_close(scan.planes);
    crs_lonlat_close(scan.lonlat);
    device_close(device);
    return failure;
}

status path_search(const struct scenario *scenario, const lode_options *options, const double (*lonlat)[2], size_t count, const char *criterion,
                   struct log *log, struct found_paths *out) {
    *out = (struct found_paths){0};
    TRY(check_criterion(scenario, criterion));
    int64_t cache = engine_bound_cache(options);
    status failure = engine_prepare_ways(scenario, options, criterion, log, &out->result);
    if (!failure) {
        failure = search(options, lonlat, count, criterion, log, out);
        if (failure) result_free(out->result);
    }
    raster_cache_restore(cache);
    return failure;
}
