/* Trees are compared member by member. Lists whose members have names are compared by these, so that an order does not matter. */
#include "report/diff_inputs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/json_build.h"

struct section {
    const char *key, *what;
    const char *skipped; /* members that tell what came of it, or what others say better, between blanks */
};

static const struct section sections[] = {
    {"layers", "layer", " name credit path bytes sha256 modified valid_share_estimated "},
    {"criteria", "criterion", " name label missing_cells missing_share "},
    {"rules", "rule", " name cells area_km2 alone_km2 freed_km2 "},
    {"targets", "target", " name ranking_basis ranking_basis_sentence score_words cells exclusions sites paths validation model "},
};
enum { SECTIONS = sizeof sections / sizeof *sections };

/* What there is once in a run, and which of it. */
static const struct single {
    const char *key, *member, *what, *words;
} singles[] = {
    {"tool_version", NULL, "program", "the program's version"},
    {"as_of", NULL, "as_of", "the day whose rules hold"},
    {"device", "name", "device", "the device"},
    {"grid", "crs", "grid", "the grid's crs"},
    {"grid", "width", "grid", "the grid's width in cells"},
    {"grid", "height", "grid", "the grid's height in cells"},
    {"grid", "cell", "grid", "the grid's cell size"},
    {"grid", "bbox", "grid", "the grid's extent"},
    {"permits", "seed", "permits", "the seed of the permit draws"},
    {"permits", "draws", "permits", "the number of permit draws"},
};

/* Files by their hash. */
static const struct table_key {
    const char *key, *member, *what, *words;
} tables[] = {
    {"permits", "routes", "permits", "the table of permit routes is another one"},
    {"permits", "classes", "permits", "the table of land status is another one"},
    {"ordinances", "table", "ordinances", "the table of ordinances is another one"},
};

struct compare {
    struct json_build *build;
    struct json_object *out;
    const char *what, *name;
};

static const char *value_words(struct json_object *value) {
    if (!value) return "none";
    return json_object_is_type(value, json_type_string)
               ? json_object_get_string(value)
               : json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* `words` say it without the values where `plain`, else what it is that changed from one value to another. */
static void add_change(const struct compare *at, const char *key, struct json_object *before, struct json_object *after, const char *words,
                       bool plain) {
    struct json_build *build = at->build;
    struct json_object *map = json_map(build);
    struct text line = {0};
    text_add(&line, words);
    if (!plain) {
        text_print(&line, ": %s", value_words(before));
        text_print(&line, " -> %s", value_words(after));
    }
    if (line.failed) build->failed = true;
    json_put_text(build, map, "what", at->what);
    json_put_text(build, map, "name", at->name);
    json_put_text(build, map, "key", key);
    json_put(build, map, "before", json_object_get(before));
    json_put(build, map, "after", json_object_get(after));
    json_put_text(build, map, "words", line.bytes);
    json_append(build, at->out, map);
    text_free(&line);
}

/* "layer 'rail' " and the like before the rest. */
static void add_named(const struct compare *at, const char *key, struct json_object *before, struct json_object *after, const char *rest,
                      bool plain) {
    struct text words = {0};
    text_print(&words, "%s '%s'%s%s", at->what, at->name, rest[0] == ',' ? "" : " ", rest);
    if (words.failed)
        at->build->failed = true;
    else
        add_change(at, key, before, after, words.bytes, plain);
    text_free(&words);
}

static const char *name_of(struct json_object *member) {
    static const char *const keys[] = {"name", "criterion", "rule"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (json_member(member, keys[i])) return json_member_text(member, keys[i]);
    return NULL;
}

static bool all_named(struct json_object *list) {
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (!name_of(json_object_array_get_idx(list, i))) return false;
    return json_object_array_length(list) > 0;
}

/* Lists of maps without names, each of which is the other's by its place. */
static bool all_maps(struct json_object *list, struct json_object *other) {
    size_t count = json_object_array_length(list), maps = 0;
    for (size_t i = 0; i < count; i++) maps += json_object_is_type(json_object_array_get_idx(list, i), json_type_object) ? 1 : 0;
    return maps == count && count == json_object_array_length(other);
}

static struct json_object *same_named(struct json_object *list, const char *name) {
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const char *other = name_of(json_object_array_get_idx(list, i));
        if (other && strcmp(other, name) == 0) return json_object_array_get_idx(list, i);
    }
    return NULL;
}

struct json_object *diff_named(struct json_object *list, const char *key, const char *name) {
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < count; i++)
        if (strcmp(json_member_text(json_object_array_get_idx(list, i), key), name) == 0) return json_object_array_get_idx(list, i);
    return NULL;
}

static void compare_values(const struct compare *at, const char *path, struct json_object *before, struct json_object *after, const char *skipped);

static void go_deeper(const struct compare *at, const char *path, const char *key, struct json_object *before, struct json_object *after) {
    struct text deeper = {0};
    text_print(&deeper, "%s%s%s", path, path[0] ? "." : "", key);
    if (deeper.failed)
        at->build->failed = true;
    else
        compare_values(at, deeper.bytes, before, after, "");
    text_free(&deeper);
}

static bool is_skipped(const char *skipped, const char *key) {
    struct text word = {0};
    text_print(&word, " %s ", key);
    bool found = word.bytes && strstr(skipped, word.bytes);
    text_free(&word);
    return found;
}

static void compare_maps(const struct compare *at, const char *path, struct json_object *before, struct json_object *after, const char *skipped) {
    json_object_object_foreach(before, key, value) {
        if (!is_skipped(skipped, key)) go_deeper(at, path, key, value, json_member(after, key));
    }
    json_object_object_foreach(after, key2, value2) {
        if (!is_skipped(skipped, key2) && !json_member(before, key2)) go_deeper(at, path, key2, NULL, value2);
    }
}

static void compare_lists(const struct compare *at, const char *path, struct json_object *before, struct json_object *after) {
    for (size_t i = 0; i < json_object_array_length(before); i++) {
        struct json_object *member = json_object_array_get_idx(before, i);
        go_deeper(at, path, name_of(member), member, same_named(after, name_of(member)));
    }
    for (size_t i = 0; i < json_object_array_length(after); i++) {
        struct json_object *member = json_object_array_get_idx(after, i);
        if (!same_named(before, name_of(member))) go_deeper(at, path, name_of(member), NULL, member);
    }
}

static void compare_places(const struct compare *at, const char *path, struct json_object *before, struct json_object *after) {
    for (size_t i = 0; i < json_object_array_length(before); i++) {
        char place[24];
        struct json_object *a = json_object_array_get_idx(before, i), *b = json_object_array_get_idx(after, i);
        const char *name = name_of(a) && name_of(b) && strcmp(name_of(a), name_of(b)) == 0 ? name_of(a) : place;
        snprintf(place, sizeof place, "%zu", i + 1);
        go_deeper(at, path, name, a, b);
    }
}

static void compare_values(const struct compare *at, const char *path, struct json_object *before, struct json_object *after, const char *skipped) {
    if (json_object_equal(before, after)) return;
    bool lists = json_object_is_type(before, json_type_array) && json_object_is_type(after, json_type_array);
    if (json_object_is_type(before, json_type_object) && json_object_is_type(after, json_type_object))
        compare_maps(at, path, before, after, skipped);
    else if (lists && all_named(before) && all_named(after))
        compare_lists(at, path, before, after);
    else if (lists && all_maps(before, after))
        compare_places(at, path, before, after);
    else
        add_named(at, path, before, after, path, false);
}

/* A file is known by its hash, else by its time and size; where it lies does not matter then. */
static void compare_file(const struct compare *at, struct json_object *before, struct json_object *after) {
    static const char *const signs[] = {"sha256", "modified", "bytes", "path"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        struct json_object *a = json_member(before, signs[i]), *b = json_member(after, signs[i]);
        if (!a || !b) continue;
        if (!json_object_equal(a, b)) add_named(at, signs[i], a, b, i < 3 ? ", its file, is another one" : ", its path,", i < 3);
        if (i == 0 || !json_object_equal(a, b)) return;
    }
}

static void compare_section(struct compare *at, const struct section *section, struct json_object *before, struct json_object *after) {
    struct json_object *a = json_member(before, section->key), *b = json_member(after, section->key);
    size_t count_a = json_object_is_type(a, json_type_array) ? json_object_array_length(a) : 0;
    size_t count_b = json_object_is_type(b, json_type_array) ? json_object_array_length(b) : 0;
    at->what = section->what;
    for (size_t i = 0; i < count_a; i++) {
        struct json_object *was = json_object_array_get_idx(a, i), *is = diff_named(b, "name", json_member_text(was, "name"));
        at->name = json_member_text(was, "name");
        if (!is) add_named(at, NULL, was, NULL, "is gone", true);
        if (is && section == &sections[0]) compare_file(at, was, is);
        if (is) compare_values(at, "", was, is, section->skipped);
    }
    for (size_t i = 0; i < count_b; i++) {
        struct json_object *is = json_object_array_get_idx(b, i);
        at->name = json_member_text(is, "name");
        if (!diff_named(a, "name", at->name)) add_named(at, NULL, NULL, is, "is new", true);
    }
    at->name = NULL;
}

static struct json_object *table_digest(struct json_object *run, const struct table_key *table) {
    struct json_object *map = json_member(run, table->key);
    return json_member(json_member(map, table->member), "sha256");
}

static void compare_singles(struct compare *at, struct json_object *before, struct json_object *after) {
    for (size_t i = 0; i < sizeof singles / sizeof *singles; i++) {
        const struct single *single = &singles[i];
        struct json_object *a = json_member(before, single->key), *b = json_member(after, single->key);
        if (single->member) {
            a = json_member(a, single->member);
            b = json_member(b, single->member);
        }
        at->what = single->what;
        if (!json_object_equal(a, b)) add_change(at, single->member ? single->member : single->key, a, b, single->words, false);
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct table_key *table = &tables[i];
        struct json_object *a = table_digest(before, table), *b = table_digest(after, table);
        at->what = table->what;
        if (!json_object_equal(a, b)) add_change(at, table->member, a, b, table->words, !!a == !!b);
    }
}

/* Stages that are taken to be faster, each with its share of the time. */
static void compare_accelerated(struct compare *at, struct json_object *before, struct json_object *after) {
    struct json_object *a = json_member(json_member(before, "permits"), "accelerate"), *b = json_member(json_member(after, "permits"), "accelerate");
    struct json_object *none = json_map(at->build);
    if (!none) return;
    at->what = "permit stage";
    struct json_object *was = json_object_is_type(a, json_type_object) ? a : none, *is = json_object_is_type(b, json_type_object) ? b : none;
    json_object_object_foreach(was, key, value) {
        at->name = key;
        if (!json_object_equal(value, json_member(is, key)))
            add_named(at, "accelerate", value, json_member(is, key), ", what if it took this share of its time", false);
    }
    json_object_object_foreach(is, key2, value2) {
        at->name = key2;
        if (!json_member(was, key2)) add_named(at, "accelerate", NULL, value2, ", what if it took this share of its time", false);
    }
    at->name = NULL;
    json_object_put(none);
}

/* Said last, for it is what remains where nothing above says what was changed. */
static void compare_text(struct compare *at, struct json_object *before, struct json_object *after) {
    struct json_object *a = json_member(json_member(before, "scenario"), "sha256"), *b = json_member(json_member(after, "scenario"), "sha256");
    at->what = "scenario";
    at->name = NULL;
    if (!json_object_equal(a, b)) add_change(at, "sha256", a, b, "the scenario's text is another one", true);
}

struct json_object *diff_inputs(struct json_object *before, struct json_object *after, struct json_build *build) {
    struct compare at = {.build = build, .out = json_list(build)};
    if (!at.out) return NULL;
    compare_singles(&at, before, after);
    for (size_t i = 0; i < SECTIONS; i++) compare_section(&at, &sections[i], before, after);
    compare_accelerated(&at, before, after);
    compare_text(&at, before, after);
    return at.out;
}

bool diff_inputs_has(struct json_object *changes, const char *what, const char *name) {
    for (size_t i = 0; i < json_object_array_length(changes); i++) {
        struct json_object *change = json_object_array_get_idx(changes, i);
        if (strcmp(json_member_text(change, "what"), what) == 0 && (!name || strcmp(json_member_text(change, "name"), name) == 0)) return true;
    }
    return false;
}
