/* Variants and shortlists in a scenario: what is read, and what is said of mistakes. */
#include <stdio.h>

#include "parse_words.h"

static const char head[] =
    "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
    "layers: {dem: {raster: d.tif}, parks: {vector: p.gpkg}}\n"
    "criteria: {flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}}\n"
    "rules:\n  park: {exclude_inside: parks}\n  high: {exclude_where: flat > 3}\n  wet: {penalise_where: flat < 1, factor: 0.5}\n";

static const char *whole(char *text, size_t room, const char *permits, const char *variants, const char *shortlist) {
    snprintf(text, room, "%s%s\n%s\ntargets: {plant: {score: flat%s}}\n", head, permits, variants, shortlist);
    return text;
}

static void values(void **state) {
    (void)state;
    char text[2000];
    struct scenario *scenario;
    whole(text, sizeof text, "permits: {jurisdiction: US}",
          "variants: {a: {relax: high}, b: {accelerate: {review: 25 percent, talk: 0 percent}, relax: [high, park]}}",
          ", shortlist: {within: 0.5 years, probability: 0.25}");
    status failure = scenario_parse("s.yaml", text, strlen(text), &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    assert_int_equal(scenario->n_variants, 2);
    const struct variant_wish *variants = scenario->variants;
    assert_string_equal(variants[0].name, "a");
    assert_true(variants[0].relaxed == 2 && variants[0].n_faster == 0);
    assert_true(variants[1].relaxed == 3 && variants[1].n_faster == 2);
    assert_string_equal(variants[1].faster[0].name, "review");
    assert_true(variants[1].faster[0].share == 0.25 && variants[1].faster[1].share == 0);
    const struct shortlist_wish *wish = &scenario->targets[0].shortlist;
    assert_true(wish->asked && wish->within_months == 6 && wish->probability == 0.25 && wish->count == 20);
    scenario_free(scenario);
    whole(text, sizeof text, "permits: {jurisdiction: US}", "", ", shortlist: {}");
    assert_null(scenario_parse("s.yaml", text, strlen(text), &scenario));
    assert_true(scenario->targets[0].shortlist.asked && scenario->targets[0].shortlist.within_months == 6 && scenario->n_variants == 0);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    const struct {
        const char *permits, *variants, *shortlist, *words;
    } faults[] = {
        {"", "variants: {a: {relax: prak}}", "", "s.yaml:11:23: `relax: prak` names no rule, did you mean 'park'?"},
        {"", "variants: {a: {relax: [park, wet]}}", "", "s.yaml:11:30: `relax: wet` is penalise_where, which excludes nothing; name rules that do"},
        {"", "variants: {a: {relax: []}}", "", "s.yaml:11:23: `relax` is empty; name rules, or leave it out"},
        {"", "variants: {a: {}}", "", "s.yaml:11:12: variant 'a' is the scenario itself; write `relax`, `accelerate` or `weights`, or leave it out"},
        {"", "variants: {a: {relaxed: park, relax: park}}", "", "s.yaml:11:16: unknown key 'relaxed' in variant 'a', did you mean 'relax'?"},
        {"", "variants: {a: {accelerate: {x: 50 percent}}}", "",
         "s.yaml:11:16: `accelerate` needs a section `permits`, for example `permits: {jurisdiction: US}`"},
        {"permits: {jurisdiction: US}", "variants: {a: {accelerate: {x: 2 months}}}", "",
         "s.yaml:11:32: `x: 2 months` is not a share such as `15 percent`"},
        {"", "variants: {a b: {relax: park}}", "",
         "s.yaml:11:12: 'a b' is not a name; use letters, digits and _, a letter first, at most 48 of them"},
        {"", "", ", shortlist: {}", "s.yaml:12:32: `shortlist` needs a section `permits`, for example `permits: {jurisdiction: US}`"},
        {"permits: {jurisdiction: US}", "", ", shortlist: {within: 6}", "s.yaml:12:52: `within: 6` needs a unit, for example `6 months`"},
        {"permits: {jurisdiction: US}", "", ", shortlist: {probability: 1.5}", "s.yaml:12:57: `probability: 1.5` is out of range; it is from 0 to 1"},
        {"permits: {jurisdiction: US}", "", ", shortlist: {count: 0}", "s.yaml:12:51: `count: 0` is not a whole number from 1"},
        {"permits: {jurisdiction: US}", "", ", shortlist: {month: 6}",
         "s.yaml:12:44: unknown key 'month' in shortlist of target 'plant', did you mean 'count'?"},
    };
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        char text[2000];
        parse_expecting(whole(text, sizeof text, faults[f].permits, faults[f].variants, faults[f].shortlist), faults[f].words);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
