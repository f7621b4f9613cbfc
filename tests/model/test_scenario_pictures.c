/* What a scenario says of its pictures: classes, kinds of map sheets, what a layer is on them; and of mistakes in it. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "model/scenario.h"

static status parse(const char *classes, const char *draw, const char *outputs, struct scenario **out) {
    char text[2000];
    int length = snprintf(text, sizeof text,
                          "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}\n"
                          "layers: {dem: {raster: d.tif}, lines: {vector: p.gpkg, draw: %s}}\n"
                          "criteria:\n  flat: {value_of: dem, membership: {linear: {zero: 0, one: 1}}}\n"
                          "targets:\n  plant: {score: flat, classes: %s}\noutputs: {map: %s}\n",
                          draw, classes, outputs);
    return scenario_parse("s.yaml", text, (size_t)length, out);
}

static struct scenario *read(const char *classes, const char *draw, const char *outputs) {
    struct scenario *scenario = NULL;
    status failure = parse(classes, draw, outputs, &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    return scenario;
}

static void values(void **state) {
    (void)state;
    struct scenario *scenario = read("{quantile: 7}", "rail", "[pdf, png]");
    const struct classing *classing = &scenario->targets[0].classing;
    assert_true(classing->kind == CLASSES_QUANTILE && classing->count == 7);
    assert_int_equal(scenario->layers[1].drawn, DRAWN_RAIL);
    assert_int_equal(scenario->maps, 1 << MAP_PNG | 1 << MAP_PDF);
    scenario_free(scenario);
    scenario = read("{breaks: [0.25, 0.5]}", "none", "svg");
    classing = &scenario->targets[0].classing;
    assert_true(classing->kind == CLASSES_BREAKS && classing->n_breaks == 2 && classing->breaks[0] == 0.25 && classing->breaks[1] == 0.5);
    assert_int_equal(scenario->layers[1].drawn, DRAWN_NONE);
    assert_int_equal(scenario->maps, 1 << MAP_SVG);
    scenario_free(scenario);
    scenario = read("concentration_area", "point", "[]");
    assert_int_equal(scenario->targets[0].classing.kind, CLASSES_CONCENTRATION_AREA);
    assert_int_equal(scenario->layers[1].drawn, DRAWN_POINT);
    assert_int_equal(scenario->maps, 0);
    scenario_free(scenario);
    scenario = read("equal_interval", "auto", "[png, png]");
    assert_true(scenario->targets[0].classing.kind == CLASSES_EQUAL_INTERVAL && scenario->targets[0].classing.count == 5);
    assert_int_equal(scenario->maps, 1 << MAP_PNG);
    scenario_free(scenario);
}

static void mistakes(void **state) {
    (void)state;
    static const struct {
        const char *classes, *draw, *outputs, *words;
    } rows[] = {
        {"quantiles", "auto", "png",
         "s.yaml:8:33: `classes: quantiles` is none of linear, equal_interval, quantile, concentration_area, breaks, did you mean 'quantile'?"},
        {"{quantile: 1}", "auto", "png", "s.yaml:8:44: `quantile: 1` is not a whole number of classes from 2 to 12"},
        {"{quantile: 13}", "auto", "png", "s.yaml:8:44: `quantile: 13` is not a whole number of classes from 2 to 12"},
        {"{quantile: 2.5}", "auto", "png", "s.yaml:8:44: `quantile: 2.5` is not a whole number of classes from 2 to 12"},
        {"{quantile: 5, breaks: [0.1]}", "auto", "png", "s.yaml:8:33: `classes` takes one way to make classes, for example `{quantile: 5}`"},
        {"{breaks: [0.5, 0.5]}", "auto", "png", "s.yaml:8:48: `breaks: 0.5` does not rise; write each score once, the lowest first"},
        {"{breaks: [0.5, 1.5]}", "auto", "png", "s.yaml:8:48: `breaks: 1.5` is out of range; it is from 0 to 1"},
        {"{breaks: []}", "auto", "png", "s.yaml:8:42: `breaks` is a list of 1 to 11 rising scores, for example `[0.2, 0.5, 0.8]`"},
        {"breaks", "auto", "png", "s.yaml:8:33: `classes: breaks` does not say where; write them, for example `{breaks: [0.2, 0.5]}`"},
        {"{concentration_area: 3}", "auto", "png", "s.yaml:8:54: `concentration_area` takes no number; write `classes: concentration_area`"},
        {"linear", "railway", "png",
         "s.yaml:4:62: `draw: railway` is none of auto, none, border, minor_border, coast, water, road, rail, town, port, deposit, area, line, "
         "point, did you mean 'rail'?"},
        {"linear", "auto", "[png, jpeg]", "s.yaml:9:22: `map: jpeg` is none of png, svg, pdf, did you mean 'png'?"},
        {"linear", "auto", "{png: true}", "s.yaml:9:16: `map` is one value, not a map"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scenario *scenario = NULL;
        status failure = parse(rows[i].classes, rows[i].draw, rows[i].outputs, &scenario);
        if (!failure || strcmp(lode_error_message(failure), rows[i].words) != 0)
            fail_msg("row %zu says: %s", i, failure ? lode_error_message(failure) : "nothing");
        lode_error_free(failure);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
