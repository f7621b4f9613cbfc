/* Permits in a scenario: what is read, and what is said of mistakes. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "model/scenario.h"

static const char head[] = "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
                           "layers: {dem: {raster: d.tif}, parks: {vector: p.gpkg}, states: {vector: s.gpkg, category: name}}\n";
static const char tail[] = "targets: {plant: {score: flat}}\n";

static status parse(const char *permits, const char *criterion, struct scenario **out) {
    char text[2000];
    int length = snprintf(text, sizeof text, "%scriteria:\n  flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}\n  p: %s\n%s\n%s", head,
                          criterion, permits, tail);
    return scenario_parse("s.yaml", text, (size_t)length, out);
}

static struct scenario *read(const char *permits, const char *criterion) {
    struct scenario *scenario = NULL;
    status failure = parse(permits, criterion, &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    return scenario;
}

static void values(void **state) {
    (void)state;
    struct scenario *scenario =
        read("permits: {jurisdictions: states, names: {Western Australia: AU-WA}, land_status: {parks: park, dem: public}, seed: 9}",
             "{months_to_permit: mine, quantile: 90, unit: years, membership: {small: {midpoint: 18 months}}}");
    const struct permit_wish *wish = &scenario->permits;
    const struct criterion *criterion = &scenario->criteria[1];
    assert_true(wish->asked && wish->layer == 2 && !wish->jurisdiction && wish->seed == 9 && wish->draws == 65536);
    assert_int_equal(wish->n_names, 1);
    assert_string_equal(wish->names[0].name, "Western Australia");
    assert_string_equal(wish->names[0].of, "AU-WA");
    assert_int_equal(wish->n_land, 2);
    assert_true(wish->land[0].layer == 1 && wish->land[1].layer == 0);
    assert_string_equal(wish->land[1].of, "public");
    assert_string_equal(wish->elsewhere, "private");
    assert_true(criterion->op == OP_MONTHS && criterion->quantile == 90 && criterion->layer == NO_INDEX && criterion->role == ROLE_ACCESS);
    assert_string_equal(criterion->route, "mine");
    assert_string_equal(criterion->unit_name, "year");
    assert_true(criterion->membership.params[0] == 1.5);
    scenario_free(scenario);
    scenario = read("permits: {jurisdiction: US}", "{p_within: 0.5 years, route: plant}");
    assert_true(scenario->criteria[1].op == OP_WITHIN && scenario->criteria[1].within_months == 6);
    assert_string_equal(scenario->criteria[1].route, "plant");
    scenario_free(scenario);
    scenario = read("permits:", "{value_of: dem}");
    assert_false(scenario->permits.asked);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    const char *const of = "{p_within: 6 months, route: mine}";
    const struct {
        const char *permits, *criterion, *words;
    } faults[] = {
        {"permits: {jurisdiction: US}", "{p_within: 6, route: mine}", "s.yaml:7:17: `p_within: 6` needs a unit, for example `6 months`"},
        {"permits: {jurisdiction: US}", "{p_within: 6 km, route: mine}", "s.yaml:7:17: `p_within: 6 km` is not a time such as `6 months`"},
        {"permits: {jurisdiction: US}", "{p_within: 6 months}", "s.yaml:7:3: criterion 'p' needs `route`, for example `route: mine`"},
        {"permits: {jurisdiction: US}", "{p_within: 6 months, route: mine, quantile: 50}",
         "s.yaml:7:40: `quantile` goes with months_to_permit alone; leave it out of p_within"},
        {"permits: {jurisdiction: US}", "{p_within: 6 months, route: mine, unit: month}",
         "s.yaml:7:46: `unit: month` does not fit p_within; a probability has none; leave it out"},
        {"permits: {jurisdiction: US}", "{months_to_permit: mine, route: plant}",
         "s.yaml:7:31: `route` goes with p_within alone; leave it out of months_to_permit"},
        {"permits: {jurisdiction: US}", "{months_to_permit: mine, quantile: 100}",
         "s.yaml:7:41: `quantile: 100` is out of range; it is more than 0 and below 100"},
        {"permits: {jurisdiction: US}", "{months_to_permit: mine, unit: km}",
         "s.yaml:7:37: `unit: km` does not fit months_to_permit; write a time's unit such as `month`"},
        {"permits: {jurisdiction: US}", "{months_to_permit: mine, membership: {categorical: {classes: {a: 1}}}}",
         "s.yaml:7:44: membership 'categorical' needs classes, and `months_to_permit` gives numbers; use another"},
        {"", of, "s.yaml:7:7: `p_within` needs a section `permits`, for example `permits: {jurisdiction: US}`"},
        {"permits: {seed: 1}", of,
         "s.yaml:8:1: `permits` says of no place whose law holds there; write `jurisdiction: US`, or `jurisdictions: LAYER`"},
        {"permits: {jurisdiction: US, names: {Nevada: US}}", of,
         "s.yaml:8:29: `names` are of the classes of `jurisdictions`, which is not given; leave it out"},
        {"permits: {jurisdictions: parks}", of,
         "s.yaml:8:26: `jurisdictions: parks` needs classes; give the vector layer 'parks' a `category: FIELD`"},
        {"permits: {jurisdiction: US, land_status: {park: park}}", of, "s.yaml:8:43: `land_status: park` names no layer, did you mean 'parks'?"},
        {"permits: {jurisdiction: US, land_status: [parks]}", of, "s.yaml:8:42: `land_status` is a map, for example `{parks: park}`"},
        {"permits: {jurisdiction: US, land_status: {}}", of, "s.yaml:8:42: `land_status` is empty; write `{parks: park}`, or leave it out"},
        {"permits: {jurisdiction: US, draws: 1000001}", of, "s.yaml:8:36: `draws: 1000001` are too many; 1000000 is the most"},
        {"permits: {jurisdiction: US, accelerate: {eis: 150 percent}}", of,
         "s.yaml:8:47: `eis: 150 percent` is out of range; it is from 0 to 100 percent"},
        {"permits: {jurisdiction: US, accelerate: {eis: 0.5}}", of, "s.yaml:8:47: `eis: 0.5` needs a unit, for example `50 percent`"},
        {"permits: {jurisdiction: US, seed: 0}", of, "s.yaml:8:35: `seed: 0` is not a whole number from 1"},
        {"permits: {jurisdiction: US, sede: 1}", of, "s.yaml:8:29: unknown key 'sede' in permits, did you mean 'seed'?"},
    };
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        struct scenario *scenario = NULL;
        status failure = parse(faults[f].permits, faults[f].criterion, &scenario);
        if (!failure) fail_msg("%s, %s: no mistake is found", faults[f].permits, faults[f].criterion);
        assert_string_equal(lode_error_message(failure), faults[f].words);
        lode_error_free(failure);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
