/* The parts in the order of the scenario's reference. */
#include "report/variant_words.h"

#include <math.h>

#include "model/date.h"
#include "report/digest.h"
#include "report/word_rows.h"

/* A part of what a variant has otherwise; each after the first is set apart. */
static void begin_part(struct text *out, const char *words, bool *any) {
    text_print(out, "%s%s", *any ? "; " : "", words);
    *any = true;
}

static void print_weights(const struct result *result, const struct variant_wish *wish, struct arena *arena, struct text *out, bool *any) {
    if (wish->n_weights) begin_part(out, "weight of", any);
    for (size_t i = 0; i < wish->n_weights; i++) {
        const struct weight_wish *weight = &wish->weights[i];
        text_print(out, "%s %s", i ? "," : "", result->scenario->criteria[weight->criterion].name);
        if (weight->target != NO_INDEX) text_print(out, " in %s", result->scenario->targets[weight->target].name);
        text_print(out, " %s", number_words(weight->weight, weight->weight == floor(weight->weight) ? 0 : 3, arena));
    }
}

static void print_tables(const struct variant_wish *wish, struct text *out, bool *any) {
    char day[DATE_WORDS];
    if (wish->permits.routes) begin_part(out, "routes of ", any), text_add(out, wish->permits.routes);
    if (wish->permits.classes) begin_part(out, "classes of land of ", any), text_add(out, wish->permits.classes);
    if (wish->ordinances.asked) {
        begin_part(out, wish->ordinances.table ? "setbacks of " : "no setbacks", any);
        text_add(out, wish->ordinances.table ? wish->ordinances.table : "");
    }
    if (wish->as_of) begin_part(out, "as of ", any), date_words(wish->as_of, day), text_add(out, day);
}

void variant_words_print(const struct result *result, const struct variant_wish *wish, struct arena *arena, struct text *out) {
    bool any = false;
    const char *comma = "";
    if (wish->relaxed) begin_part(out, "relax", &any);
    for (uint64_t left = wish->relaxed; left; left &= left - 1, comma = ",")
        text_print(out, "%s %s", comma, result->scenario->rules[__builtin_ctzll(left)].name);
    if (wish->n_faster) begin_part(out, "accelerate", &any);
    for (size_t i = 0; i < wish->n_faster; i++)
        text_print(out, "%s %s to %s %%", i ? "," : "", wish->faster[i].name, number_words(100 * wish->faster[i].share, 0, arena));
    print_weights(result, wish, arena, out, &any);
    print_tables(wish, out, &any);
}

static void put_weights(const struct result *result, const struct variant_wish *wish, struct json_build *build, struct json_object *map) {
    struct json_object *weights = json_list(build);
    for (size_t i = 0; i < wish->n_weights; i++) {
        struct json_object *weight = json_map(build);
        json_put_text(build, weight, "criterion", result->scenario->criteria[wish->weights[i].criterion].name);
        if (wish->weights[i].target != NO_INDEX) json_put_text(build, weight, "target", result->scenario->targets[wish->weights[i].target].name);
        json_put_number(build, weight, "weight", wish->weights[i].weight);
        json_append(build, weights, weight);
    }
    json_put(build, map, "weights", weights);
}

/* A path that is NULL: no file. */
static void put_table(const char *key, const char *path, struct json_build *build, struct json_object *map) {
    struct json_object *table = json_map(build);
    struct digest digest = {""};
    int64_t bytes = 0;
    if (path) lode_error_free(digest_file(path, &digest, &bytes));
    json_put_text(build, table, "path", path);
    json_put_text(build, table, "sha256", digest.hex[0] ? digest.hex : NULL);
    json_put(build, map, key, table);
}

void variant_words_json(const struct result *result, size_t variant, struct json_build *build, struct json_object *map) {
    const struct variant_result *of = &result->variants[variant];
    const struct variant_wish *wish = of->wish;
    struct json_object *relax = json_list(build), *accelerate = json_map(build);
    for (uint64_t left = wish->relaxed; left; left &= left - 1)
        json_append(build, relax, json_text(build, result->scenario->rules[__builtin_ctzll(left)].name));
    for (size_t i = 0; i < wish->n_faster; i++) json_put_number(build, accelerate, wish->faster[i].name, wish->faster[i].share);
    json_put(build, map, "relax", relax);
    json_put(build, map, "accelerate", accelerate);
    put_weights(result, wish, build, map);
    if (wish->permits.routes) put_table("routes", of->permits->routes_path, build, map);
    if (wish->permits.classes) put_table("classes", of->permits->classes_path, build, map);
    if (wish->ordinances.asked) put_table("ordinances", of->setbacks ? of->setbacks->path : NULL, build, map);
    char day[DATE_WORDS];
    if (wish->as_of) date_words(wish->as_of, day), json_put_text(build, map, "as_of", day);
}
