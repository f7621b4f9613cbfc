/* Breaks are the scores themselves: who cuts there anew gets the same classes. */
#include "report/classes_json.h"

void classes_json_put(const struct result *result, size_t target, struct json_build *build, struct json_object *into) {
    const struct classing *wish = &result->scenario->targets[target].classing;
    const struct classed *classed = &result->targets[target].scale.classed;
    if (wish->kind == CLASSES_LINEAR) return;
    struct json_object *map = json_map(build), *breaks = json_list(build);
    for (size_t i = 0; i < classed->n_breaks && !build->failed; i++) json_append(build, breaks, json_number(build, classed->breaks[i]));
    json_put_text(build, map, "kind", classing_names[wish->kind]);
    if (wish->kind == CLASSES_QUANTILE || wish->kind == CLASSES_EQUAL_INTERVAL) json_put_integer(build, map, "count", (int64_t)wish->count);
    json_put(build, map, "breaks", breaks);
    json_put_number(build, map, "least", classed->least);
    json_put_number(build, map, "most", classed->most);
    json_put(build, into, "classes", map);
}
