/* The record of a way: whose it is, what it costs, how long it is, and what it leads to. */
#include "report/path_table.h"

#include "analysis/ways.h"

static const struct column columns[] = {{"target", "Target", "", COLUMN_TEXT},
                                        {"rank", "Rank", "", COLUMN_INTEGER},
                                        {"site_id", "Site", "", COLUMN_TEXT},
                                        {"name", "Name", "", COLUMN_TEXT},
                                        {"criterion", "Criterion", "", COLUMN_TEXT},
                                        {"cost", "Accumulated cost, in lengths of easy way", "", COLUMN_REAL},
                                        {"unit", "Unit of the cost", "", COLUMN_TEXT},
                                        {"length_km", "Length on the ground", "km", COLUMN_REAL},
                                        {"nearest", "What it leads to", "", COLUMN_TEXT}};
enum { COLUMNS = sizeof columns / sizeof *columns };

bool path_table_asked(const struct scenario *scenario) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (scenario->criteria[c].op == OP_COST) return true;
    return false;
}

static void fill_row(const struct result *result, size_t target, const struct site *site, const struct way *way, union value row[COLUMNS]) {
    const struct criterion *criterion = &result->scenario->criteria[way->criterion];
    const struct term *term = &site->terms[way->criterion];
    size_t n = 0;
    row[n++].text = result->scenario->targets[target].name;
    row[n++].integer = site->rank;
    row[n++].text = site->id;
    row[n++].text = site->name;
    row[n++].text = criterion->name;
    row[n++].real = term->raw;
    row[n++].text = criterion->unit_name;
    row[n++].real = way->length_m / 1000;
    row[n++].text = term->nearest;
}

status path_table_make(const struct result *result, size_t target, struct arena *arena, struct table *out) {
    const struct target_result *found = &result->targets[target];
    size_t rows = found->ways.count, n_values;
    char *name = arena_print(arena, "%s_paths", result->scenario->targets[target].name);
    if (!name || !size_multiply(rows, COLUMNS, &n_values)) return status_no_memory();
    union value *values = arena_alloc(arena, n_values + 1, sizeof *values);
    struct line *lines = arena_alloc(arena, rows + 1, sizeof *lines);
    if (!values || !lines) return status_no_memory();
    for (size_t r = 0; r < rows; r++) {
        const struct way *way = &found->ways.ways[r];
        fill_row(result, target, &found->sites.sites[way->site], way, values + r * COLUMNS);
        lines[r] = (struct line){way->count, way->lon, way->lat};
    }
    *out = (struct table){.name = name, .n_columns = COLUMNS, .n_rows = rows, .columns = columns, .values = values, .lines = lines};
    return NULL;
}

struct json_object *path_table_counts(const struct result *result, size_t target, struct json_build *build) {
    const struct target_result *found = &result->targets[target];
    struct json_object *list = json_list(build);
    for (size_t c = 0; c < result->scenario->n_criteria && !build->failed; c++) {
        int64_t paths = 0;
        if (result->scenario->criteria[c].op != OP_COST) continue;
        for (size_t i = 0; i < found->ways.count; i++) paths += found->ways.ways[i].criterion == c;
        struct json_object *map = json_map(build);
        json_put_text(build, map, "criterion", result->scenario->criteria[c].name);
        json_put_integer(build, map, "paths", paths);
        json_put_integer(build, map, "without", (int64_t)ways_lacking(&found->sites, c));
        json_append(build, list, map);
    }
    return list;
}
