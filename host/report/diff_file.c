/* The parts of the tree that come from surfaces and manifests, and the table of sites. */
#include "report/diff_file.h"

#include <math.h>
#include <string.h>

#include "compute/overlay.h"
#include "report/csv_text.h"
#include "report/diff_inputs.h"
#include "report/json_build.h"

struct json_object *diff_run_json(const char *folder, struct json_object *run, struct json_build *build) {
    struct json_object *map = json_map(build), *scenario = json_member(run, "scenario");
    json_put_text(build, map, "folder", folder);
    json_put(build, map, "title", json_object_get(json_member(scenario, "title")));
    json_put(build, map, "started", json_object_get(json_member(run, "started")));
    json_put(build, map, "tool_version", json_object_get(json_member(run, "tool_version")));
    return map;
}

static void put_pair(struct json_build *build, struct json_object *into, const char *key, double before, double after) {
    struct json_object *map = json_map(build);
    json_put_number(build, map, "before", before);
    json_put_number(build, map, "after", after);
    json_put(build, into, key, map);
}

static double state_km2(const struct surface_moves *moves, int run, int state) {
    double sum = 0;
    for (int other = 0; other < DIFF_STATES; other++) sum += run == DIFF_BEFORE ? moves->km2[state][other] : moves->km2[other][state];
    return sum;
}

/* Area of cells that came to a state, and that went from it. */
static double came_km2(const struct surface_moves *moves, int state) {
    return state_km2(moves, DIFF_AFTER, state) - moves->km2[state][state];
}
static double went_km2(const struct surface_moves *moves, int state) {
    return state_km2(moves, DIFF_BEFORE, state) - moves->km2[state][state];
}

struct json_object *diff_surface_json(const struct surface_moves *moves, struct json_build *build) {
    struct json_object *map = json_map(build), *top = json_map(build);
    put_pair(build, map, "scored_km2", state_km2(moves, DIFF_BEFORE, CELL_SCORED), state_km2(moves, DIFF_AFTER, CELL_SCORED));
    put_pair(build, map, "excluded_km2", state_km2(moves, DIFF_BEFORE, CELL_EXCLUDED), state_km2(moves, DIFF_AFTER, CELL_EXCLUDED));
    put_pair(build, map, "no_data_km2", state_km2(moves, DIFF_BEFORE, CELL_NO_DATA), state_km2(moves, DIFF_AFTER, CELL_NO_DATA));
    json_put_number(build, map, "newly_excluded_km2", came_km2(moves, CELL_EXCLUDED));
    json_put_number(build, map, "no_longer_excluded_km2", went_km2(moves, CELL_EXCLUDED));
    json_put_integer(build, map, "scored_in_both_cells", moves->cells[CELL_SCORED][CELL_SCORED]);
    json_put_number(build, map, "scored_in_both_km2", moves->km2[CELL_SCORED][CELL_SCORED]);
    json_put_number(build, map, "higher_km2", moves->higher_km2);
    json_put_number(build, map, "lower_km2", moves->lower_km2);
    json_put_number(build, map, "mean_difference", moves->mean);
    json_put_number(build, map, "largest_rise", moves->rise);
    json_put_number(build, map, "largest_fall", moves->fall);
    json_put_number(build, map, "correlation", moves->correlation);
    json_put_integer(build, top, "before_cells", moves->top_before);
    json_put_integer(build, top, "after_cells", moves->top_after);
    json_put_integer(build, top, "kept_cells", moves->top_both);
    json_put_number(build, top, "kept_share", moves->top_before ? (double)moves->top_both / (double)moves->top_before : NAN);
    json_put(build, map, "top_percent", top);
    return map;
}

static void put_rule(struct json_object *was, struct json_object *is, struct json_build *build, struct json_object *list) {
    struct json_object *map = json_map(build), *one = is ? is : was;
    json_put(build, map, "rule", json_object_get(json_member(one, "rule")));
    json_put(build, map, "reason", json_object_get(json_member(one, "reason")));
    put_pair(build, map, "excluded_km2", was ? json_member_number(was, "excluded_km2") : 0, is ? json_member_number(is, "excluded_km2") : 0);
    put_pair(build, map, "alone_km2", was ? json_member_number(was, "alone_km2") : 0, is ? json_member_number(is, "alone_km2") : 0);
    json_append(build, list, map);
}

struct json_object *diff_rules_json(struct json_object *target_before, struct json_object *target_after, struct json_build *build) {
    struct json_object *list = json_list(build), *was = json_member(target_before, "exclusions"), *is = json_member(target_after, "exclusions");
    size_t n_was = json_object_is_type(was, json_type_array) ? json_object_array_length(was) : 0;
    size_t n_is = json_object_is_type(is, json_type_array) ? json_object_array_length(is) : 0;
    for (size_t i = 0; i < n_was; i++) {
        struct json_object *rule = json_object_array_get_idx(was, i);
        put_rule(rule, diff_named(is, "rule", json_member_text(rule, "rule")), build, list);
    }
    for (size_t i = 0; i < n_is; i++) {
        struct json_object *rule = json_object_array_get_idx(is, i);
        if (!diff_named(was, "rule", json_member_text(rule, "rule"))) put_rule(NULL, rule, build, list);
    }
    return list;
}

static const char *const numbers[] = {"rank", "score", "permit_months"};

static void add_header(struct text *out) {
    static const char *const columns[] = {"target",  "move",           "name",          "lon",           "lat",
                                          "apart_m", "site_id_before", "site_id_after", "status_before", "status_after"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) csv_word(out, columns[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        text_print(out, "%s_before,%s_after,%s_change,", numbers[i], numbers[i], numbers[i]);
    csv_word(out, "why");
    csv_end(out);
}

static const char *word_or_null(struct json_object *map, const char *key) {
    return json_member(map, key) ? json_member_text(map, key) : NULL;
}

static void add_site(const char *target, struct json_object *site, struct text *out) {
    static const char *const words[] = {"site_id", "status"};
    csv_word(out, target);
    csv_word(out, json_member_text(site, "move"));
    csv_word(out, word_or_null(site, "name"));
    csv_number(out, json_member_number(site, "lon"));
    csv_number(out, json_member_number(site, "lat"));
    csv_number(out, json_member_number(site, "apart_m"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        csv_word(out, word_or_null(json_member(site, words[i]), "before"));
        csv_word(out, word_or_null(json_member(site, words[i]), "after"));
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct json_object *both = json_member(site, numbers[i]);
        double before = json_member_number(both, "before"), after = json_member_number(both, "after");
        csv_number(out, before);
        csv_number(out, after);
        csv_number(out, after - before);
    }
    csv_word(out, json_member_text(site, "why"));
    csv_end(out);
}

status diff_write_csv(struct json_object *tree, const char *path) {
    struct text out = {0};
    struct json_object *targets = json_member(tree, "targets");
    add_header(&out);
    for (size_t t = 0; t < json_object_array_length(targets); t++) {
        struct json_object *target = json_object_array_get_idx(targets, t), *sites = json_member(json_member(target, "sites"), "sites");
        size_t count = json_object_is_type(sites, json_type_array) ? json_object_array_length(sites) : 0;
        for (size_t i = 0; i < count; i++) add_site(json_member_text(target, "name"), json_object_array_get_idx(sites, i), &out);
    }
    return csv_write(&out, path);
}
