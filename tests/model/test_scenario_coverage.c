/* Covered shares in a scenario: what is read, and what is said of mistakes. */
#include "parse_words.h"

#include <stdio.h>

static const char head[] = "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
                           "layers: {dem: {raster: d.tif}, parks: {vector: p.gpkg}}\n";
static const char tail[] = "targets: {plant: {score: flat}}\n";
static char text[2000];

static const char *with(const char *rule, const char *criterion) {
    snprintf(text, sizeof text, "%scriteria:\n  flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}\n  c: %s\nrules:\n  r: %s\n%s", head,
             criterion, rule, tail);
    return text;
}

static void values(void **state) {
    (void)state;
    struct scenario *scenario = NULL;
    const char *bytes = with("{exclude_inside: parks, coverage: 12.5 %}", "{coverage_of: parks}");
    assert_null(scenario_parse("s.yaml", bytes, strlen(bytes), &scenario));
    assert_true(scenario->rules[0].by_coverage && scenario->rules[0].coverage == 0.125 && scenario->rules[0].layer == 1);
    assert_true(scenario->criteria[1].op == OP_COVERAGE && scenario->criteria[1].layer == 1 && scenario->criteria[1].role == ROLE_EVIDENCE);
    scenario_free(scenario);
    bytes = with("{exclude_inside: parks}", "{coverage_of: parks}");
    assert_null(scenario_parse("s.yaml", bytes, strlen(bytes), &scenario));
    assert_false(scenario->rules[0].by_coverage);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    const char *const c = "{coverage_of: parks}", *const r = "{exclude_inside: parks, coverage: 1 %}";
    const struct {
        const char *rule, *criterion, *words;
    } rows[] = {
        {"{exclude_inside: parks, coverage: 0.5}", c, "s.yaml:9:40: `coverage: 0.5` needs a unit, for example `50 percent`"},
        {"{exclude_inside: parks, coverage: 150 %}", c, "s.yaml:9:40: `coverage: 150 %` is out of range; it is from 0 to 100 percent"},
        {"{exclude_inside: parks, coverage: 100 %}", c,
         "s.yaml:9:40: `coverage: 100 %` of exclude_inside holds nowhere, for no cell is covered more; write less"},
        {"{exclude_outside: parks, coverage: 0 %}", c,
         "s.yaml:9:41: `coverage: 0 %` of exclude_outside holds nowhere, for no cell is covered less; write more"},
        {"{exclude_inside: dem, coverage: 50 %}", c, "s.yaml:9:28: `coverage` needs a vector layer of areas; 'dem' is a raster layer"},
        {"{exclude_where: c > 0.5, coverage: 50 %}", c,
         "s.yaml:9:31: `coverage` goes with a layer of areas, and rule 'r' is exclude_where; to compare it, make a criterion of `coverage_of: "
         "LAYER`"},
        {"{exclude_inside: parks, buffer: 1 km, coverage: 50 %}", c,
         "s.yaml:9:44: rule 'r' has both `buffer` and `coverage`: a buffer goes round whole cells; make two rules of it"},
        {r, "{coverage_of: dem}", "s.yaml:7:20: `coverage_of: dem` needs a vector layer of areas; 'dem' is a raster layer"},
        {r, "{coverage_of: parks, unit: percent}", "s.yaml:7:33: `unit: percent` does not fit coverage_of; a share has none; leave it out"},
        {r, "{coverage_of: parks, metric: planar}", "s.yaml:7:27: `metric` is for distance_to alone; leave it out of coverage_of"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) parse_expecting(with(rows[i].rule, rows[i].criterion), rows[i].words);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
