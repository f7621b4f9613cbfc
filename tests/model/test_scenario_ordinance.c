/* Ordinances in a scenario: what is read, and what is said of mistakes. */
#include "parse_words.h"

#include <stdio.h>

static const char head[] =
    "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
    "layers: {dem: {raster: d.tif}, towns: {vector: p.gpkg}, plain: {vector: q.gpkg}, counties: {vector: c.gpkg, category: NAME}}\n"
    "criteria:\n  flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}\n";
static const char tail[] = "targets: {plant: {score: flat}}\n";
static char text[2000];

static const char *with(const char *section, const char *rule) {
    snprintf(text, sizeof text, "%s%s\nrules:\n  r: %s\n%s", head, section, rule, tail);
    return text;
}

static struct scenario *read(const char *section, const char *rule) {
    struct scenario *scenario = NULL;
    const char *bytes = with(section, rule);
    status failure = scenario_parse("s.yaml", bytes, strlen(bytes), &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    return scenario;
}

static void values(void **state) {
    (void)state;
    struct scenario *scenario = read("ordinances: {table: o.csv, jurisdictions: counties, names: {Kern County: Kern}}",
                                     "{exclude_setback: towns, feature: residence, default: 500 ft, metric: geodesic}");
    const struct ordinance_wish *wish = &scenario->ordinances;
    const struct rule *rule = &scenario->rules[0];
    assert_true(wish->asked && wish->layer == 3 && wish->n_names == 1);
    assert_string_equal(wish->table, "o.csv");
    assert_string_equal(wish->names[0].name, "Kern County");
    assert_string_equal(wish->names[0].of, "Kern");
    assert_true(rule->kind == RULE_EXCLUDE_SETBACK && rule->layer == 1 && rule->default_m == 152.4 && rule->metric == METRIC_GEODESIC);
    assert_string_equal(rule->feature, "residence");
    scenario_free(scenario);
    scenario = read("ordinances:", "{exclude_setback: towns, default: 0 m}");
    assert_true(scenario->ordinances.asked && !scenario->ordinances.table && scenario->ordinances.layer == NO_INDEX);
    assert_string_equal(scenario->rules[0].feature, "towns");
    scenario_free(scenario);
    scenario = read("ordinances: {table: , jurisdictions: counties}", "{exclude_inside: towns}");
    assert_true(scenario->ordinances.asked && !scenario->ordinances.table);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    const char *const s = "ordinances: {table: o.csv, jurisdictions: counties}", *const r = "{exclude_setback: towns, default: 1 km}";
    const struct {
        const char *section, *rule, *words;
    } rows[] = {
        {s, "{exclude_setback: towns}",
         "s.yaml:9:3: rule 'r' has no `default`, the setback where the table has no row; write a length, or `default: 0 m` for none"},
        {"", r,
         "s.yaml:9:3: rule 'r' takes its setbacks from a table; it needs a section `ordinances: {table: ordinances.csv, jurisdictions: LAYER}`"},
        {s, "{exclude_setback: towns, default: 1 km, buffer: 1 km}",
         "s.yaml:9:46: `buffer` does not go with exclude_setback, whose table says how far; leave it out"},
        {s, "{exclude_setback: towns, default: 1 km, coverage: 10 %}",
         "s.yaml:9:46: `coverage` does not go with exclude_setback, which measures from whole cells; leave it out"},
        {s, "{exclude_inside: towns, feature: residence}", "s.yaml:9:30: `feature` goes with exclude_setback alone; leave it out"},
        {s, "{exclude_inside: towns, default: 1 km}", "s.yaml:9:30: `default` goes with exclude_setback alone; leave it out"},
        {s, "{exclude_setback: towns, default: 500}", "s.yaml:9:40: `default: 500` needs a unit, for example `500 m`"},
        {s, "{exclude_setback: town, default: 1 km}", "s.yaml:9:24: `exclude_setback: town` names no layer, did you mean 'towns'?"},
        {"ordinances: {table: o.csv}", r, "s.yaml:7:1: `ordinances` does not say whose law holds where; write `jurisdictions: LAYER`"},
        {"ordinances: {table: o.csv, jurisdictions: plain}", r,
         "s.yaml:7:43: `jurisdictions: plain` needs classes; give the vector layer 'plain' a `category: FIELD`"},
        {"ordinances: {tabel: o.csv, jurisdictions: counties}", r, "s.yaml:7:14: unknown key 'tabel' in ordinances, did you mean 'table'?"},
        {"ordinances: [o.csv]", r, "s.yaml:7:13: `ordinances` is a map, for example `{table: ordinances.csv, jurisdictions: counties}`"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) parse_expecting(with(rows[i].section, rows[i].rule), rows[i].words);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
