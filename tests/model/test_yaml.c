/* The YAML tree: places, limits and everything that is refused; and that no prefix of a file does harm. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/yaml.h"

struct loaded {
    struct arena arena;
    const struct node *root;
    char words[4000];
};

static struct loaded load_bytes(const char *bytes, size_t size) {
    struct loaded loaded = {0};
    struct mistakes mistakes = {.arena = &loaded.arena};
    loaded.root = yaml_load(bytes, size, &mistakes);
    status failure = mistakes_report(&mistakes, "f");
    snprintf(loaded.words, sizeof loaded.words, "%s", lode_error_message(failure));
    lode_error_free(failure);
    return loaded;
}

static struct loaded load(const char *text) {
    return load_bytes(text, strlen(text));
}

static void places_are_those_of_the_file(void **state) {
    (void)state;
    struct loaded loaded = load("# head\na: 1\nlist:\n  - x\n  - {deep:   'y z'}\n");
    assert_string_equal(loaded.words, "");
    const struct node *list = node_get(loaded.root, "list");
    assert_int_equal(loaded.root->count, 2);
    assert_int_equal(list->key_at.line, 3);
    assert_int_equal(list->key_at.column, 1);
    assert_int_equal(list->count, 2);
    assert_string_equal(list->child->key, "list");
    const struct node *deep = node_get(list->child->next, "deep");
    assert_string_equal(deep->text, "y z");
    assert_true(deep->quoted);
    assert_int_equal(deep->at.line, 5);
    assert_int_equal(deep->at.column, 14);
    assert_null(node_get(loaded.root, "no"));
    assert_null(node_get(list, "x"));
    arena_free(&loaded.arena);
}

static void empty_values_are_told_apart(void **state) {
    (void)state;
    struct loaded loaded = load("{a: , b: ~, c: null, d: '', e: 'null', f: x}");
    const char *const empty[] = {"a", "b", "c"}, *const full[] = {"d", "e", "f"};
    for (size_t i = 0; i < 3; i++) assert_true(node_is_empty(node_get(loaded.root, empty[i])));
    for (size_t i = 0; i < 3; i++) assert_false(node_is_empty(node_get(loaded.root, full[i])));
    arena_free(&loaded.arena);
}

static void refusals_have_words_and_places(void **state) {
    (void)state;
    const struct {
        const char *text, *words;
        bool stops;
    } rows[] = {
        {"", "f:1:1: the file is empty; `lodescan init` writes a starter", true},
        {"# only a comment\n", "f:1:1: the file is empty; `lodescan init` writes a starter", true},
        {"a: 1\nb: 2\na: 3\n", "f:3:1: `a` is written twice, first in line 1; keep one of them", false},
        {"a: &x 1\nb: *x\n",
         "f:1:4: anchors (`&x`) are not part of scenarios; write the value out\n"
         "f:2:4: aliases (`*x`) are not part of scenarios; write the value out",
         false},
        {"a: !!int 1\n", "f:1:4: tags (`tag:yaml.org,2002:int`) are not part of scenarios; leave it out", false},
        {"a: 1\n---\nb: 2\n", "f:2:1: a second document (`---`); a scenario is one document", false},
        {"[a]: 1\n", "f:1:1: a list or map where a name should be; write `name: value`", true},
        {"a: \"x\\0y\"\n", "f:1:4: a text with a zero byte in it; take it out", false},
        {"a: [1, 2\nb: 3\n",
         "f:2:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence (begun in line 1); look at the indentation, quotes and "
         "brackets here",
         true},
        {"a: 1\n\tb: 2\n",
         "f:2:1: not YAML: found a tab character that violates indentation while scanning a plain scalar (begun in line 1); look at the indentation, "
         "quotes and brackets here",
         true},
        {"a: 1\nb: \xff\n", "f:2:4: not YAML: invalid leading UTF-8 octet; look at the indentation, quotes and brackets here", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct loaded loaded = load(rows[i].text);
        assert_string_equal(loaded.words, rows[i].words);
        assert_int_equal(loaded.root == NULL, rows[i].stops);
        arena_free(&loaded.arena);
    }
}

static char *nested(size_t depth) {
    char *text = malloc(2 * depth + 1);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    text[2 * depth] = '\0';
    return text;
}

static void limits_hold(void **state) {
    (void)state;
    char *text = nested(YAML_DEPTH_MAX);
    struct loaded loaded = load(text);
    assert_string_equal(loaded.words, "");
    arena_free(&loaded.arena);
    free(text);
    text = nested(YAML_DEPTH_MAX + 1);
    loaded = load(text);
    assert_string_equal(loaded.words, "f:1:17: nested more than 16 deep; flatten it");
    assert_null(loaded.root);
    arena_free(&loaded.arena);
    free(text);
    struct text many = {0};
    for (int i = 0; i <= YAML_NODES_MAX; i++) text_add(&many, "- a\n");
    loaded = load(many.bytes);
    assert_string_equal(loaded.words, "f:20000:3: more than 20000 values; put the data into layers");
    arena_free(&loaded.arena);
    text_free(&many);
    char *large = malloc(YAML_BYTES_MAX + 1);
    memset(large, '#', YAML_BYTES_MAX + 1);
    loaded = load_bytes(large, YAML_BYTES_MAX + 1);
    assert_string_equal(loaded.words, "f:1:1: larger than 1 MiB; a scenario names its data, it does not hold them");
    free(large);
    arena_free(&loaded.arena);
}

static void mistakes_stay_one_line_each_and_fifty(void **state) {
    (void)state;
    struct arena arena = {0};
    struct mistakes mistakes = {.arena = &arena};
    for (int i = 60; i > 0; i--) mistakes_add(&mistakes, (struct place){i, 1}, "a\nb\t%d", i);
    status failure = mistakes_report(&mistakes, "p");
    const char *words = lode_error_message(failure);
    size_t lines = 1;
    for (const char *c = words; *c; c++) lines += *c == '\n';
    assert_int_equal(lines, 51);
    assert_memory_equal(words, "p:1:1: a b 1\np:2:1: a b 2\n", 26);
    assert_non_null(strstr(words, "\np:50:1: a b 50\n... and 10 more"));
    assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
    lode_error_free(failure);
    char *long_word = malloc(2001);
    for (int i = 0; i < 2000; i += 2) memcpy(long_word + i, "\xc3\xa9", 2);
    long_word[2000] = '\0';
    mistakes_add(&mistakes, (struct place){1, 1}, "x%s", long_word);
    mistakes_add(&mistakes, (struct place){1, 2}, "%s", long_word);
    failure = mistakes_report(&mistakes, "p");
    words = lode_error_message(failure);
    assert_true(strlen(words) < 1300);
    for (const char *c = words; *c; c++)
        if (*c == '\xc3') assert_int_equal(c[1], '\xa9');
    assert_null(mistakes_report(&mistakes, "p"));
    lode_error_free(failure);
    free(long_word);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_those_of_the_file),          cmocka_unit_test(empty_values_are_told_apart),
        cmocka_unit_test(refusals_have_words_and_places),        cmocka_unit_test(limits_hold),
        cmocka_unit_test(mistakes_stay_one_line_each_and_fifty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
