/* Cheapest ways from places to GeoJSON. */
#include <math.h>

#include "analysis/engine.h"
#include "analysis/path_search.h"
#include "api/scenario.h"
#include "geo/site_writer.h"

static const struct column columns[] = {
    {"criterion", "Criterion", "", COLUMN_TEXT},          {"lon", "Longitude asked for", "degree", COLUMN_REAL},
    {"lat", "Latitude asked for", "degree", COLUMN_REAL}, {"cost", "Accumulated cost, in lengths of easy way", "", COLUMN_REAL},
    {"unit", "Unit of the cost", "", COLUMN_TEXT},        {"length_km", "Length on the ground", "km", COLUMN_REAL},
    {"nearest", "What it leads to", "", COLUMN_TEXT}};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void fill_row(const struct scenario *scenario, const struct found_path *path, union value row[COLUMNS]) {
    const struct criterion *criterion = &scenario->criteria[path->criterion];
    size_t n = 0;
    row[n++].text = criterion->name;
    row[n++].real = path->lon;
    row[n++].real = path->lat;
    row[n++].real = path->cost; /* infinity is written as missing */
    row[n++].text = criterion->unit_name;
    row[n++].real = path->way.count ? path->way.length_m / 1000 : NAN;
    row[n++].text = path->nearest;
}

static status print_paths(const struct found_paths *found, char **text) {
    const struct scenario *scenario = found->result->scenario;
    struct arena *arena = &found->result->arena;
    union value *values = arena_alloc(arena, found->count, COLUMNS * sizeof *values);
    struct line *lines = arena_alloc(arena, found->count, sizeof *lines);
    if (!values || !lines) return status_no_memory();
    for (size_t i = 0; i < found->count; i++) {
        fill_row(scenario, &found->paths[i], values + i * COLUMNS);
        lines[i] = (struct line){found->paths[i].way.count, found->paths[i].way.lon, found->paths[i].way.lat};
    }
    const struct table table = {.n_columns = COLUMNS, .n_rows = found->count, .columns = columns, .values = values, .lines = lines};
    const struct site_metadata about = {.title = scenario->title, .description = scenario->description};
    return site_writer_geojson_text(&table, &about, text);
}

lode_error *lode_path(const lode_scenario *handle, const double (*lonlat)[2], size_t count, const char *criterion, const lode_options *options,
                      char **text) {
    struct log log = log_from_options(options);
    struct found_paths found;
    *text = NULL;
    status failure = path_search(handle->scenario, options, lonlat, count, criterion, &log, &found);
    if (!failure) {
        failure = print_paths(&found, text);
        result_free(found.result);
    }
    log_free(&log);
    return failure;
}
