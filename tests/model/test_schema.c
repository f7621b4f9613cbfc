/* What is made from the schema: the starter reads, and so does each of its commented keys; the JSON Schema is one and agrees with the parser;
 * docs/scenario-reference.md is what the program says (LODE_UPDATE=1 writes it anew). */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "model/scenario.h"
#include "model/schema.h"

static char *file_bytes(const char *path) {
    FILE *file = fopen(path, "rb");
    struct text bytes = {0};
    char block[4096];
    for (size_t got; file && (got = fread(block, 1, sizeof block, file)) > 0;) text_add_bytes(&bytes, block, got);
    if (file) fclose(file);
    return text_take(&bytes);
}

static void file_write(const char *path, const char *bytes) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(bytes, file);
    assert_int_equal(fclose(file), 0);
}

static status parse(const char *text, struct scenario **out) {
    return scenario_parse("s.yaml", text, strlen(text), out);
}

static void the_starter_reads(void **state) {
    (void)state;
    char *starter = scenario_starter();
    struct scenario *scenario;
    assert_null(parse(starter, &scenario));
    assert_int_equal(scenario->n_layers, 2);
    assert_int_equal(scenario->n_criteria, 2);
    assert_int_equal(scenario->n_rules, 1);
    assert_int_equal(scenario->n_targets, 1);
    assert_true(scenario->criteria[0].membership.params[0] == 20);
    scenario_free(scenario);
    for (size_t i = 0; i < schema_row_count; i++) {
        char key[64];
        snprintf(key, sizeof key, " %s:", schema_rows[i].name);
        if (schema_rows[i].sections & ~(1u << SECTION_CANDIDATES | 1u << SECTION_PEAKS | 1u << SECTION_TOP | 1u << SECTION_WEIGHTS_OF_EVIDENCE |
                                        1u << SECTION_LOGISTIC_REGRESSION | 1u << SECTION_RANDOM_FOREST | 1u << SECTION_BOOSTED_TREES |
                                        1u << SECTION_VALID | 1u << SECTION_SHORTLIST | 1u << SECTION_BUFFER | 1u << SECTION_CERTAINTY))
            assert_non_null(strstr(starter, key));
    }
    free(starter);
}

/* Each `# key: value` line is made live in turn. It reads, or is in the way of what is already there. */
static void commented_keys_read(void **state) {
    (void)state;
    const char *const excuses[] = {"names no layer",
                                   "names no rule",
                                   "is a map, for example `{relax",
                                   "is the scenario itself",
                                   "needs a section `permits`",
                                   "names no target",
                                   "two operations",
                                   "has both",
                                   "goes with cost_distance_to",
                                   "goes with a layer of areas",
                                   "goes with exclude_setback",
                                   "is measured, and rule",
                                   "operations on a circle",
                                   "goes with idw_of",
                                   "goes with kriging_of",
                                   "goes with percentile_of",
                                   "goes with density_of",
                                   "goes with `sensor`",
                                   "goes with index alone",
                                   "goes with months_to_permit",
                                   "goes with p_within",
                                   "goes with a penalty",
                                   "goes with an inclusion",
                                   "says of no place"};
    char *starter = scenario_starter();
    int tried = 0, read = 0;
    for (char *line = starter; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        char *mark = line + strspn(line, " ");
        char *colon = mark[0] == '#' && mark[1] == ' ' ? mark + 2 + strspn(mark + 2, "abcdefghijklmnopqrstuvwxyz_") : NULL;
        if (!colon || colon == mark + 2 || colon[0] != ':' || colon[1] != ' ' || strstr(line, "county") == mark + 2) continue;
        if (strncmp(mark + 2, "field:", 6) == 0 || strncmp(mark + 2, "layer: LAYER", 12) == 0) continue;
        struct scenario *scenario = NULL;
        struct text live = {0};
        text_add_bytes(&live, starter, (size_t)(mark - starter));
        text_add(&live, mark + 2);
        status failure = parse(live.bytes, &scenario);
        bool excused = false;
        for (size_t i = 0; failure && i < sizeof excuses / sizeof *excuses; i++) excused |= strstr(lode_error_message(failure), excuses[i]) != NULL;
        if (failure && !excused) fail_msg("%.40s: %s", mark + 2, lode_error_message(failure));
        tried++;
        read += !failure;
        lode_error_free(failure);
        scenario_free(scenario);
        text_free(&live);
    }
    assert_true(tried >= 40);
    assert_true(read >= 33);
    free(starter);
}

static const char checker[] =
    "import json, sys, yaml, jsonschema\n"
    "schema = json.load(open(sys.argv[1]))\n"
    "jsonschema.Draft202012Validator.check_schema(schema)\n"
    "validator = jsonschema.Draft202012Validator(schema)\n"
    "def errors(path):\n"
    "    return list(validator.iter_errors(json.loads(json.dumps(yaml.safe_load(open(path))))))\n"
    "for path in sys.argv[2:4]:\n"
    "    for error in errors(path):\n"
    "        sys.exit(f'{path}: {error.json_path}: {error.message[:200]}')\n"
    "text = open(sys.argv[3]).read()\n"
    "wrong = [('title:', 'titel:'), ('buffer: 1 km', 'buffer: 1'), ('gamma: 0.9', 'gamma: 1.9'), ('exclude_outside:', 'exclude_outsid:'),\n"
    "         ('midpoint: 20000 m, ', ''), ('role: evidence', 'role: witness'), ('lodescan: 1', 'lodescan: 2'), ('count: 7', 'count: 0'),\n"
    "         ('extent: [-120, 33, -110, 39]', 'extent: [-120, 33, -110]'), ('cell: [400 m, 0.5 km]', 'cell: 400'),\n"
    "         ('distance_to: rail, unit: mi', 'distance_to: rail, value_of: rail')]\n"
    "for good, bad in wrong:\n"
    "    assert good in text, good\n"
    "    open(sys.argv[4], 'w').write(text.replace(good, bad, 1))\n"
    "    if not errors(sys.argv[4]):\n"
    "        sys.exit(f'{bad!r} passes the schema')\n"
    "score = '{weighted_product: {rail_access: 2, flat_ground: 1}}'\n"
    "assert score in text\n"
    "right = ['{weighted: {ahp: {a/b: 3, a/c: 1/5, b/c: 2}, accept_inconsistency: true, of: {c: {or: [d, e]}}}}', '{topsis: {roc: [a, {and: [b, "
    "c]}]}}',\n"
    "         '{topsis: {a: 1, b: 2}, ideal: absolute}', '{owa: [a, b], orness: 0.7}', '{owa: {a: 1, b: 2}, order_weights: [1, 0]}',\n"
    "         '{owa: {entropy: [a, b]}, alpha: 2}', '{hamacher_sum: [a, b], parameter: 2}', '{hamacher_product: [a, b]}', '{lukasiewicz_or: [a, "
    "b]}']\n"
    "wrong = ['{weighted: {ahp: {a: 3}}}', '{weighted: {ahp: {a/b: much}}}', '{weighted: [a, b]}', '{topsis: {roc: {a: 1}}}', '{owa: [a, b], orness: "
    "2}',\n"
    "         '{topsis: {a: 1, b: 2}, ideal: best}', '{and: [a, b], parameter: 2}', '{hamacher_sum: [a, b], parameter: -1}', '{weighted: {rankings: "
    "[a]}}']\n"
    "for new in right + wrong:\n"
    "    open(sys.argv[4], 'w').write(text.replace(score, new, 1))\n"
    "    if bool(errors(sys.argv[4])) != (new in wrong):\n"
    "        sys.exit(f'{new!r}: {errors(sys.argv[4])}')\n";

static void the_json_schema_agrees_with_the_parser(void **state) {
    (void)state;
    char folder[] = "/tmp/lode_schema_XXXXXX", path[4][64], command[900];
    const char *const names[] = {"schema.json", "starter.yaml", "check.py", "wrong.yaml"};
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 4; i++) snprintf(path[i], sizeof path[i], "%s/%s", folder, names[i]);
    char *schema = schema_json(), *starter = scenario_starter();
    file_write(path[0], schema);
    file_write(path[1], starter);
    file_write(path[2], checker);
    snprintf(command, sizeof command, "/usr/bin/python3 %s %s %s %s/tests/model/full.yaml %s", path[2], path[0], path[1], LODE_SOURCE_DIR, path[3]);
    int result = system(command);
    for (size_t i = 0; i < 4; i++) unlink(path[i]);
    rmdir(folder);
    free(schema);
    free(starter);
    assert_int_equal(result, 0);
}

static void the_reference_is_what_the_program_says(void **state) {
    (void)state;
    const char *path = LODE_SOURCE_DIR "/docs/scenario-reference.md";
    char *said = schema_markdown();
    if (getenv("LODE_UPDATE")) file_write(path, said);
    char *written = file_bytes(path);
    if (strcmp(said, written) != 0) fail_msg("docs/scenario-reference.md is old; regenerate: LODE_UPDATE=1 build/tests/model_test_schema");
    for (size_t i = 0; i < schema_row_count; i++) {
        char cell[64];
        snprintf(cell, sizeof cell, "| `%s` |", schema_rows[i].name);
        assert_non_null(strstr(said, cell));
    }
    free(said);
    free(written);
}

/* Rows are found by name, so a name twice in a section would hide the second. */
static void no_section_has_a_key_twice(void **state) {
    (void)state;
    for (int section = 0; section < SECTIONS; section++) {
        const char *names[SCHEMA_NAMES_MAX];
        size_t count = schema_names((enum schema_section)section, names);
        assert_true(count > 0 && count < SCHEMA_NAMES_MAX);
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count; j++) assert_string_not_equal(names[i], names[j]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_starter_reads),
        cmocka_unit_test(commented_keys_read),
        cmocka_unit_test(the_json_schema_agrees_with_the_parser),
        cmocka_unit_test(the_reference_is_what_the_program_says),
        cmocka_unit_test(no_section_has_a_key_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
