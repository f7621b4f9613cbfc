/* The tables of sensors and indices, for people and for tools. */
#include <math.h>

#include "api/json_words.h"
#include "base/text.h"
#include "model/index_print.h"

static struct json_object *formula_map(struct json_build *build, const struct index_formula *formula) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "formula", formula->text);
    json_put_text(build, map, "source", formula->source);
    return map;
}

static char *indices_json(const struct sensor_row *sensor) {
    struct json_build build = {0};
    struct json_object *list = json_list(&build);
    for (size_t i = 0; i < index_count; i++) {
        const struct index_row *row = &index_table[i];
        const struct index_formula *only = sensor ? index_formula_for(row, sensor) : NULL;
        if (sensor && !only) continue;
        struct json_object *map = json_map(&build), *formulas = json_list(&build);
        json_put_text(&build, map, "name", row->name);
        json_put_text(&build, map, "title", row->title);
        if (!isnan(row->minimum)) json_put_number(&build, map, "minimum", row->minimum);
        if (only) json_append(&build, formulas, formula_map(&build, only));
        for (size_t k = 0; !only && k < INDEX_FORMULAS_MAX && row->formulas[k].text; k++)
            json_append(&build, formulas, formula_map(&build, &row->formulas[k]));
        json_put(&build, map, "formulas", formulas);
        json_append(&build, list, map);
    }
    return json_words(&build, list);
}

lode_error *lode_indices(const char *sensor, bool json, char **text) {
    const struct sensor_row *row = sensor ? sensor_find(sensor) : NULL;
    struct text out = {0};
    *text = NULL;
    if (sensor && !row) {
        const char *nearest = text_nearest(sensor, sensor_names, sensor_count);
        return status_fail(LODE_USAGE, "no sensor '%s'%s%s%s", sensor, nearest ? ", did you mean '" : "; `lodescan indices` lists them",
                           nearest ? nearest : "", nearest ? "'?" : "");
    }
    if (!json) index_list(row, &out);
    *text = json ? indices_json(row) : text_take(&out);
    return *text ? NULL : status_no_memory();
}
