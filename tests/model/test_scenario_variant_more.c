/* Variants with weights, tables and days of their own: what is read, what is said of mistakes, and what the scenario is then. */
#include <stdio.h>

#include "model/date.h"
#include "model/vary.h"
#include "parse_words.h"

static const char head[] = "lodescan: 1\ntitle: t\nas_of: 2026-01-31\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
                           "layers: {dem: {raster: d.tif}, parks: {vector: p.gpkg}, lands: {vector: l.gpkg, category: NAME}}\n"
                           "criteria:\n  flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}\n  far: {distance_to: parks, membership: "
                           "{small: {midpoint: 2 km}}}\n"
                           "  near: {distance_to: lands, membership: {small: {midpoint: 2 km}}}\n"
                           "rules:\n  park: {exclude_inside: parks, valid: {until: 2028-12-31}}\n  set: {exclude_setback: parks, default: 100 m}\n";
static const char sections[] = "permits: {jurisdiction: US}\nordinances: {table: o.csv, jurisdictions: lands}\n";
static const char targets[] =
    "targets:\n  plant: {score: {weighted: {flat: 2, far: 1}}}\n  mine: {score: {gamma: 0.8, of: [near, {weighted: {ahp: {flat/near: 2}}}]}}\n"
    "  port: {score: {weighted: {entropy: [flat, near]}}}\n";

static const char *whole(char *text, size_t room, const char *middle, const char *variants) {
    snprintf(text, room, "%s%s%s\n%s", head, middle, variants, targets);
    return text;
}

static struct scenario *read(const char *variants) {
    char text[3000];
    struct scenario *scenario = NULL;
    whole(text, sizeof text, sections, variants);
    status failure = scenario_parse("s.yaml", text, strlen(text), &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    return scenario;
}

static void values(void **state) {
    (void)state;
    struct scenario *scenario = read("variants:\n  a: {weights: {flat: 3, mine: {flat: 0.25}}, as_of: 2029-01-01}\n"
                                     "  b: {permits: {classes: c.csv}, ordinances: {table: n.csv}}\n  c: {ordinances: {table: }}\n");
    const struct variant_wish *a = &scenario->variants[0], *b = a + 1, *c = b + 1;
    assert_int_equal(scenario->n_variants, 3);
    char day[DATE_WORDS];
    date_words(a->as_of, day);
    assert_string_equal(day, "2029-01-01");
    assert_true(a->n_weights == 2 && a->weights[0].criterion == 0 && a->weights[0].target == NO_INDEX && a->weights[0].weight == 3);
    assert_true(a->weights[1].criterion == 0 && a->weights[1].target == 1 && a->weights[1].weight == 0.25);
    assert_true(!a->permits.routes && !a->permits.classes && !a->ordinances.asked);
    assert_true(!b->as_of && !b->permits.routes && b->ordinances.asked);
    assert_string_equal(b->permits.classes, "c.csv");
    assert_string_equal(b->ordinances.table, "n.csv");
    assert_true(c->ordinances.asked && !c->ordinances.table);
    scenario_free(scenario);
}

/* The child that is a criterion, of the first node below that weighs. */
static const struct overlay *leaf(const struct overlay *node, int criterion) {
    for (const struct overlay *child = node->child; child; child = child->next) {
        if (child->op == OVERLAY_CRITERION && child->criterion == criterion && overlay_table[node->op].weights) return child;
        if (child->child && leaf(child, criterion)) return leaf(child, criterion);
    }
    return NULL;
}

static void weights(void **state) {
    (void)state;
    struct scenario *scenario = read("variants: {a: {weights: {flat: 3, mine: {flat: 0.25}}}, b: {relax: park}}");
    struct arena arena = {0};
    const struct target *other = NULL;
    assert_null(vary_weights(scenario, &scenario->variants[0], &arena, &other));
    assert_true(leaf(other[0].score, 0)->weight == 3 && leaf(other[0].score, 1)->weight == 1);
    assert_true(leaf(other[1].score, 0)->weight == 0.25 && leaf(other[1].score, 2)->weight == leaf(scenario->targets[1].score, 2)->weight);
    assert_true(leaf(scenario->targets[0].score, 0)->weight == 2 && other[1].score->op == OVERLAY_GAMMA && other[1].score->gamma == 0.8);
    assert_true(other[2].score->weighting == scenario->targets[2].score->weighting && leaf(other[2].score, 0)->weight == 1);
    assert_null(vary_weights(scenario, &scenario->variants[1], &arena, &other));
    assert_ptr_equal(other, scenario->targets);
    arena_free(&arena);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    const struct {
        const char *middle, *variants, *words;
    } faults[] = {
        {sections, "variants: {a: {weights: {flt: 3}}}", "s.yaml:15:26: `weights: flt` names no criterion, did you mean 'flat'?"},
        {sections, "variants: {a: {weights: {plnt: {flat: 3}}}}", "s.yaml:15:26: `weights: plnt` names no target, did you mean 'plant'?"},
        {sections, "variants: {a: {weights: {flat: 0}}}", "s.yaml:15:32: `flat: 0` is out of range; it is more than 0"},
        {sections, "variants: {a: {weights: {flat: many}}}", "s.yaml:15:32: `flat: many` is not a number; write it like `1.5`"},
        {sections, "variants: {a: {weights: {}}}", "s.yaml:15:25: `weights` are none; name criteria, or leave it out"},
        {sections, "variants: {a: {weights: {plant: {}}}}", "s.yaml:15:33: `weights` of 'plant' are none; name criteria, or leave it out"},
        {sections, "variants: {a: {weights: 3}}", "s.yaml:15:25: `weights` is a map, for example `{rail: 2, plant: {power: 1}}`"},
        {sections, "variants: {a: {weights: {plant: {near: 2}}}}",
         "s.yaml:15:34: `weights`: 'near' has no weight in the score of 'plant' that could be another; name a criterion of `weighted`"},
        {sections, "variants: {a: {weights: {port: {near: 2}}}}",
         "s.yaml:15:33: `weights`: cells decide how much 'near' weighs in the score of 'port', and so they do in variants; leave it out"},
        {sections, "variants: {a: {permits: {}}}", "s.yaml:15:25: `permits` names no table; write `routes` or `classes`, or leave it out"},
        {sections, "variants: {a: {permits: {route: r.csv}}}", "s.yaml:15:26: unknown key 'route' in permits of variant 'a', did you mean 'routes'?"},
        {sections, "variants: {a: {ordinances: {}}}",
         "s.yaml:15:16: ordinances of variant 'a' needs `table`, for example `table: setbacks_2030.csv`: file; without a value: no setbacks, the "
         "defaults of "
         "the rules neither"},
        {sections, "variants: {a: {ordinances: o.csv}}", "s.yaml:15:28: `ordinances` is a map, for example `{table: ordinances.csv}`"},
        {sections, "variants: {a: {as_of: tomorrow}}", "s.yaml:15:23: `as_of: tomorrow` is no day; write it like `2027-01-31`"},
        {"ordinances: {table: o.csv, jurisdictions: lands}\n", "variants: {a: {permits: {routes: r.csv}}}",
         "s.yaml:14:16: `permits` needs a section `permits`, for example `permits: {jurisdiction: US}`"},
        {"ordinances:\n", "variants: {a: {ordinances: {table: n.csv}}}",
         "s.yaml:14:16: `ordinances`: the section `ordinances` does not say whose law holds where; write `jurisdictions: LAYER` there"},
    };
    for (size_t f = 0; f < sizeof faults / sizeof *faults; f++) {
        char text[3000];
        parse_expecting(whole(text, sizeof text, faults[f].middle, faults[f].variants), faults[f].words);
    }
}

/* Where nothing has days, another one is a slip; and tables need their section. */
static void nothing_to_change(void **state) {
    (void)state;
    const char *const plain =
        "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\nlayers: {dem: {raster: d.tif}}\n"
        "criteria: {flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}}\n%s\ntargets: {plant: {score: flat}}\n";
    char text[1000];
    snprintf(text, sizeof text, plain, "variants: {a: {as_of: 2029-01-01}}");
    parse_expecting(text, "s.yaml:6:16: `as_of` changes nothing: no rule has days; give one `valid: {from: ...}`");
    snprintf(text, sizeof text, plain, "variants: {a: {ordinances: {table: n.csv}}}");
    parse_expecting(text, "s.yaml:6:16: `ordinances` needs a section `ordinances`, for example "
                          "`ordinances: {table: ordinances.csv, jurisdictions: counties}`");
    snprintf(text, sizeof text, plain, "variants: {a: {weights: {flat: 2}}}");
    parse_expecting(text, "s.yaml:6:26: `weights`: 'flat' has no weight in a score that could be another; name a criterion of `weighted`");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(weights), cmocka_unit_test(mistakes),
                                       cmocka_unit_test(nothing_to_change)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
