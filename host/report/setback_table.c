/* Jurisdictions are told in the order of the layer's classes, those without any last. */
#include "report/setback_table.h"

#include "report/digest.h"

enum { SHOWN = 12 };

static const char *name_of(const struct setbacks *setbacks, size_t class) {
    return class < setbacks->n_codes ? setbacks->jurisdictions[class].name : "no jurisdiction";
}

static bool is_met(const struct setbacks *setbacks, size_t class, size_t rule, bool by_row) {
    return setbacks->jurisdictions[class].cells > 0 && (setbacks_row(setbacks, rule, class) != NULL) == by_row;
}

static size_t met(const struct setbacks *setbacks, size_t rule, bool by_row) {
    size_t count = 0;
    for (size_t class = 0; class <= setbacks->n_codes; class ++) count += is_met(setbacks, class, rule, by_row);
    return count;
}

static void add_length(struct text *out, double setback_m) {
    if (setback_m > 0) {
        text_add_number(out, setback_m);
        text_add(out, " m");
    } else {
        text_add(out, "none");
    }
}

/* "Inyo, Nye and 3 more". */
static void add_names(const struct setbacks *setbacks, size_t rule, bool by_row, struct text *out) {
    size_t shown = 0, count = met(setbacks, rule, by_row);
    for (size_t class = 0; class <= setbacks->n_codes && shown < SHOWN; class ++) {
        if (!is_met(setbacks, class, rule, by_row)) continue;
        text_print(out, "%s%s", shown++ ? ", " : "", name_of(setbacks, class));
        if (!by_row) continue;
        text_add(out, " ");
        add_length(out, setbacks_row(setbacks, rule, class)->setback_m);
    }
    if (count > shown) text_print(out, " and %zu more", count - shown);
}

static void add_rule(const struct result *result, size_t rule, struct text *out) {
    const struct setbacks *setbacks = result->setbacks;
    if (setbacks_are_empty(setbacks)) {
        text_print(out, "excludes nothing, as %s", setbacks->path ? "the table has no rows" : "there is no table");
        return;
    }
    size_t with = met(setbacks, rule, true), without = met(setbacks, rule, false);
    if (with) text_add(out, "by the table ");
    if (with) add_names(setbacks, rule, true, out);
    if (with && without) text_add(out, "; ");
    if (without) {
        text_add(out, "no row, so by default ");
        add_length(out, result->scenario->rules[rule].default_m);
        text_add(out, ": ");
        add_names(setbacks, rule, false, out);
    }
}

static bool is_asked(const struct result *result, size_t rule) {
    const struct rule *of = &result->scenario->rules[rule];
    return result->setbacks && rule_table[of->kind].setback && !of->suspended;
}

static bool any_asked(const struct result *result) {
    for (size_t r = 0; r < result->scenario->n_rules; r++)
        if (is_asked(result, r)) return true;
    return false;
}

void setback_table_print(const struct result *result, struct text *out) {
    const struct setbacks *setbacks = result->setbacks;
    if (!any_asked(result)) return;
    if (setbacks->path)
        text_print(out, "Setbacks by %s (%zu row%s, %zu in force):\n", setbacks->path, setbacks->table.n_rows, setbacks->table.n_rows == 1 ? "" : "s",
                   setbacks->table.n_in_force);
    else
        text_add(out, "Setbacks: `ordinances` names no table\n");
    for (size_t r = 0; r < result->scenario->n_rules; r++) {
        if (!is_asked(result, r)) continue;
        text_print(out, "  rule '%s', %s: ", result->scenario->rules[r].name, result->scenario->rules[r].feature);
        add_rule(result, r, out);
        text_add(out, "\n");
    }
    text_add(out, "\n");
}

const char *setback_table_words(const struct result *result, size_t rule, struct arena *arena) {
    struct text out = {0};
    if (!is_asked(result, rule)) return NULL;
    add_rule(result, rule, &out);
    const char *words = out.bytes && !out.failed ? arena_copy(arena, out.bytes) : NULL;
    text_free(&out);
    return words;
}

void setback_table_at(const struct result *result, size_t rule, const struct site *site, struct text *out) {
    const struct setbacks *setbacks = result->setbacks;
    if (!is_asked(result, rule)) return;
    size_t class = setbacks_class(setbacks, site->jurisdiction);
    const struct ordinance *row = setbacks_row(setbacks, rule, class);
    text_add(out, " (");
    add_length(out, row ? row->setback_m : result->scenario->rules[rule].default_m);
    if (row)
        text_print(out, " by %s%s%s", name_of(setbacks, class), *row->citation ? ": " : "", row->citation);
    else
        text_print(out, " by default, %s%s", class < setbacks->n_codes ? "no row for " : "", name_of(setbacks, class));
    text_add(out, ")");
}

static struct json_object *jurisdiction_json(const struct setbacks *setbacks, size_t rule, size_t class, struct json_build *build) {
    struct json_object *map = json_map(build);
    const struct ordinance *row = setbacks_row(setbacks, rule, class);
    json_put_text(build, map, "jurisdiction", class < setbacks->n_codes ? name_of(setbacks, class) : NULL);
    json_put_integer(build, map, "cells", setbacks->jurisdictions[class].cells);
    json_put_number(build, map, "area_km2", setbacks->jurisdictions[class].area_km2);
    json_put_number(build, map, "setback_m", row ? row->setback_m : setbacks->scenario->rules[rule].default_m);
    if (!row) return map;
    json_put_integer(build, map, "line", row->line);
    json_put_text(build, map, "citation", *row->citation ? row->citation : NULL);
    json_put_text(build, map, "text", *row->text ? row->text : NULL);
    return map;
}

static struct json_object *list_json(const struct setbacks *setbacks, size_t rule, bool by_row, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t class = 0; class <= setbacks->n_codes && !build->failed; class ++)
        if (is_met(setbacks, class, rule, by_row)) json_append(build, list, jurisdiction_json(setbacks, rule, class, build));
    return list;
}

static struct json_object *rule_json(const struct result *result, size_t rule, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "rule", result->scenario->rules[rule].name);
    json_put_text(build, map, "feature", result->scenario->rules[rule].feature);
    json_put_number(build, map, "default_m", result->scenario->rules[rule].default_m);
    json_put(build, map, "by_table", list_json(result->setbacks, rule, true, build));
    json_put(build, map, "by_default", list_json(result->setbacks, rule, false, build));
    return map;
}

/* Rows of jurisdictions that have no cell in the grid. */
static struct json_object *unmet_json(const struct setbacks *setbacks, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < setbacks->table.n_in_force && !build->failed; i++) {
        const struct ordinance *row = &setbacks->table.in_force[i];
        if (setbacks_cells(setbacks, row->jurisdiction)) continue;
        struct json_object *map = json_map(build);
        json_put_text(build, map, "jurisdiction", row->jurisdiction);
        json_put_text(build, map, "feature", row->feature);
        json_put_integer(build, map, "line", row->line);
        json_append(build, list, map);
    }
    return list;
}

struct json_object *setback_table_json(const struct result *result, struct json_build *build) {
    const struct setbacks *setbacks = result->setbacks;
    struct json_object *map = json_map(build), *table = json_map(build), *rules = json_list(build);
    struct digest digest = {""};
    int64_t bytes = 0;
    if (setbacks->path) lode_error_free(digest_file(setbacks->path, &digest, &bytes));
    json_put_text(build, table, "path", setbacks->path);
    json_put_text(build, table, "sha256", digest.hex[0] ? digest.hex : NULL);
    json_put_integer(build, table, "rows", (int64_t)setbacks->table.n_rows);
    json_put_integer(build, table, "in_force", (int64_t)setbacks->table.n_in_force);
    json_put(build, map, "table", table);
    json_put(build, map, "excludes_nothing", json_object_new_boolean(setbacks_are_empty(setbacks)));
    for (size_t r = 0; r < result->scenario->n_rules && !build->failed; r++)
        if (is_asked(result, r)) json_append(build, rules, rule_json(result, r, build));
    json_put(build, map, "rules", rules);
    json_put(build, map, "rows_of_elsewhere", unmet_json(setbacks, build));
    return map;
}
