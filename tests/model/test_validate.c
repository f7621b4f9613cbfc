/* `validate`: what it reads as, and every mistake with its place, cause and remedy. */
#include "unit.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/scenario.h"

static const char before[] = "lodescan: 1\n"
                             "title: t\n"
                             "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
                             "layers:\n"
                             "  clay: {raster: clay.tif}\n"
                             "  known: {vector: known.gpkg}\n"
                             "criteria:\n"
                             "  clay: {value_of: clay, membership: {linear: {zero: 0, one: 1}}}\n"
                             "targets:\n"
                             "  deposit: {score: {weighted: {clay: 1}}}\n"
                             "  simple: {score: {weighted: {clay: 1}}}\n"
                             "validate:\n"; /* what follows is line 13 */

static status parse(const char *rest, struct scenario **out) {
    struct text words = {0};
    text_print(&words, "%s%s", before, rest);
    status failure = scenario_parse("s.yaml", words.bytes, words.length, out);
    text_free(&words);
    return failure;
}

static void all_keys(void **state) {
    (void)state;
    struct scenario *scenario;
    assert_null(parse("  deposit: {sites: known, folds: 5, uncertainty: 2 km, within: best, merge_within: 1 km, name: n, baseline: simple}\n"
                      "  simple: {sites: [known], blocks: 50 km, uncertainty: unc_km}\n",
                      &scenario));
    const struct validation_wish *first = &scenario->validations[0], *second = &scenario->validations[1];
    assert_int_equal(scenario->n_validations, 2);
    assert_true(first->target == 0 && first->baseline == 1 && first->within == WITHIN_BEST && first->at.line == 13);
    assert_true(first->folds.kind == FOLDS_LOT && first->folds.count == 5);
    assert_true(first->places.n_points == 1 && first->places.points[0] == 1);
    assert_true(first->places.uncertainty_m == 2000 && first->places.merge_m == 1000);
    assert_string_equal(first->places.name_field, "n");
    assert_true(second->target == 1 && second->baseline == NO_INDEX && second->within == WITHIN_SHARE);
    assert_true(second->folds.kind == FOLDS_BLOCKS && second->folds.block_m == 50000);
    assert_true(isnan(second->places.uncertainty_m) && second->places.merge_m == 0);
    assert_string_equal(second->places.uncertainty_field, "unc_km");
    scenario_free(scenario);
    assert_null(parse("  deposit: {sites: known, folds: leave_one_out}\n", &scenario));
    assert_int_equal(scenario->validations[0].folds.kind, FOLDS_ONE_OUT);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    const struct {
        const char *rest, *says;
    } rows[] = {
        {"  deposits: {sites: known}\n", "s.yaml:13:3: `validate: deposits` names no target, did you mean 'deposit'?"},
        {"  deposit: {folds: 5}\n", "s.yaml:13:3: validation of 'deposit' needs `sites`"},
        {"  deposit: {sites: clay}\n", "s.yaml:13:20: `sites: clay` is a raster layer; points come from a vector layer"},
        {"  deposit: {sites: []}\n", "`sites` is empty; name a vector layer"},
        {"  deposit: {sites: knwon}\n", "`sites: knwon` names no layer, did you mean 'known'?"},
        {"  deposit: {sites: known, folds: 1}\n", "s.yaml:13:34: `folds: 1` is neither a whole number from 2 to 1000 nor `leave_one_out`"},
        {"  deposit: {sites: known, folds: 5, blocks: 50 km}\n",
         "s.yaml:13:37: validation of 'deposit' has both `folds` and `blocks`; keep one of the two ways"},
        {"  deposit: {sites: known, blocks: 0 km}\n", "`blocks: 0 km` is out of range; it is more than 0"},
        {"  deposit: {sites: known, within: best}\n",
         "s.yaml:13:27: `within: best` looks within `uncertainty`, which is not given; add `uncertainty: 2 km`"},
        {"  deposit: {sites: known, baseline: deposit}\n", "s.yaml:13:37: `baseline: deposit` is the target itself; name another target"},
        {"  deposit: {sites: known, baseline: sample}\n", "`baseline: sample` names no target, did you mean 'simple'?"},
        {"  deposit: {sites: known, fold: 5}\n", "unknown key 'fold' in validation of 'deposit', did you mean 'folds'?"},
        {"  deposit: known\n", "`deposit` is a map, for example `{sites: LAYER, folds: 5}`"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario *scenario = NULL;
        status failure = parse(rows[i].rest, &scenario);
        if (!failure || !strstr(lode_error_message(failure), rows[i].says))
            fail_msg("%s gave: %s", rows[i].rest, failure ? lode_error_message(failure) : "no failure");
        lode_error_free(failure);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_keys), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
