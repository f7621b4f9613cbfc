/* Sensors and indices: the tables hold together, scenarios become formulas over bands, and mistakes have their places. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/index_print.h"
#include "model/scenario.h"
#include "model/settle.h"

static status read_lines(const char *layers, const char *criteria, struct scenario **out) {
    static char text[4000];
    snprintf(text, sizeof text,
             "lodescan: 1\ntitle: t\ngrid: {crs: EPSG:32617, extent: [0, 0, 100, 100], extent_crs: EPSG:32617, cell: 10 m}\nlayers:\n%s\n  base: "
             "{raster: base.tif}\n"
             "criteria:\n%s\n  z: {value_of: base, membership: {linear: {zero: 0, one: 1}}}\ntargets: {deposit: {score: z}}\n",
             layers, criteria);
    return scenario_parse("s.yaml", text, strlen(text), out);
}

/* A layer in line 5 and a criterion `a` in line 8. */
static const struct {
    const char *layer, *criterion, *words;
} mistakes[] = {
    {"scene: {raster: s.tif, sensor: landsat_8}", "{index: claz, of: scene}", "s.yaml:8:14: `index: claz` names no index, did you mean 'clay'?"},
    {"scene: {raster: s.tif, sensor: landsat_8}", "{index: qqqqqqqq, of: scene}",
     "s.yaml:8:14: `index: qqqqqqqq` names no index; `lodescan indices` lists them"},
    {"scene: {raster: s.tif, sensor: landsat_8}", "{index: clay}",
     "s.yaml:8:14: `index: clay` needs `of`, the scene that it reads, as in `of: scene`"},
    {"scene: {raster: s.tif, sensor: landsat_8}", "{index: clay, of: scen}", "s.yaml:8:24: `of: scen` names no layer, did you mean 'scene'?"},
    {"scene: {raster: s.tif}", "{index: clay, of: scene}",
     "s.yaml:8:24: `of: scene`: the layer needs a `sensor`, for example `sensor: landsat_8`; or name layers, as in `of: {swir_2165: scene, ...}`"},
    {"scene: {raster: s.tif, sensor: landsat_8}", "{index: calcite, of: scene}",
     "s.yaml:8:14: `index: calcite` needs swir_2205, swir_2330 and swir_2395, which Landsat 8 OLI and TIRS of layer 'scene' has not; take another "
     "index or scene"},
    {"scene: {raster: s.tif, sensor: aster}", "{index: ndwi, of: {green: scene}}", "s.yaml:8:24: `index: ndwi` also needs nir in `of`"},
    {"scene: {raster: s.tif, sensor: aster}", "{index: clay, of: scene}",
     "s.yaml:8:24: `of: scene`: B5 of ASTER is unusable after 2008-04-30; say of which day 'scene' is, as in `date: 2006-05-17`"},
    {"scene: {raster: s.tif, sensor: aster, date: 2008-05-01}", "{index: clay, of: scene}",
     "s.yaml:8:24: `of: scene`: B5 of ASTER is unusable after 2008-04-30, and 'scene' is of 2008-05-01; take an older scene or another sensor"},
    {"scene: {raster: s.tif, sensor: aster, date: 1.5.2006}", "{index: ndvi, of: scene}",
     "s.yaml:5:47: `date: 1.5.2006` is no date; write it like `2007-06-30`"},
    {"scene: {raster: s.tif, sensor: landsat_88}", "{index: clay, of: scene}",
     "s.yaml:5:34: `sensor: landsat_88` is none of landsat_5, landsat_7, landsat_8, landsat_9, sentinel_2, aster, enmap, prisma, emit, spectrometer, "
     "did you mean 'landsat_8'?"},
    {"scene: {raster: s.tif, sensor: landsat_8, bands: [2, 3, 4]}", "{index: clay, of: scene}",
     "s.yaml:8:24: `of: scene`: `bands` of 'scene' has no B6"},
    {"scene: {raster: s.tif, sensor: landsat_7, bands: [2, B3, 31]}", "{index: ndwi, of: scene}",
     "s.yaml:5:60: `bands`: Landsat 7 ETM+ has no band '31'; it has B1, B2, B3, B4, B5, B6, B7, B8\ns.yaml:8:24: `of: scene`: `bands` of 'scene' has "
     "no "
     "B4"},
    {"scene: {raster: s.tif, sensor: landsat_7, bands: [2, B02]}", "{formula: scene.b2}", "s.yaml:5:56: `bands` has 'B02' twice"},
    {"scene: {raster: s.tif, sensor: landsat_7, band: 2}", "{formula: scene.b2}",
     "s.yaml:5:45: `band` in layer 'scene' goes not with `sensor`; a formula may name `scene.b1`"},
    {"scene: {raster: s.tif, bands: [2]}", "{formula: scene.b2}",
     "s.yaml:5:26: `bands` in layer 'scene' goes with `sensor`; say which, or leave it out"},
    {"scene: {raster: \"s_{band}.tif\"}", "{formula: scene.b2}",
     "s.yaml:5:19: `raster: s_{band}.tif` stands for a file a band, which needs `sensor`"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{formula: scene.b8}",
     "s.yaml:8:16: `formula`: a file of Landsat 7 ETM+ mostly has no B8; list its bands with `bands: [...]` in layer 'scene'"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{formula: 1 + scene.swir3}", "s.yaml:8:20: `formula`: 'swir3' is no band, did you mean 'swir1'?"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{formula: scene.b31}",
     "s.yaml:8:16: `formula`: Landsat 7 ETM+ has no band 'b31'; it has B1, B2, B3, B4, B5, B6, B7, B8"},
    {"scene: {raster: s.tif, sensor: aster}", "{formula: scene.blue}",
     "s.yaml:8:16: `formula`: ASTER has no blue; it has green, red, nir, nir_narrow, swir1, swir_2165, swir_2205, swir_2260, swir_2330, swir_2395, "
     "tir_8300, tir_8650, tir_9100, tir_10600, tir_11300"},
    {"scene: {raster: s.tif}", "{formula: scene.blue}",
     "s.yaml:8:16: `formula`: to know which band blue is, layer 'scene' needs a `sensor`, for example `sensor: landsat_8`"},
    {"scene: {vector: s.gpkg}", "{formula: scene.b1}", "s.yaml:8:16: `formula`: 'scene' is a vector layer, which has no bands"},
    {"k: {raster: k.tif}", "{index: thorium_potassium, of: k}",
     "s.yaml:8:37: `index: thorium_potassium` reads layers, not a scene; name them, as in `of: {potassium: k, ...}`"},
    {"k: {raster: k.tif}", "{index: thorium_potassium, of: {potassium: k, thorum: k}}",
     "s.yaml:8:52: `of`: 'thorum' is nothing that an index reads, "
     "did you mean 'thorium'?"},
    {"k: {raster: k.tif}", "{index: thorium_potassium, of: {potassium: k, thorium: k}, minimum: 0}",
     "s.yaml:8:74: `minimum: 0` is out of range; it is more than 0"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{index: ndvi, of: scene, minimum: 2}",
     "s.yaml:8:31: `minimum` is for ratios of radioelements; leave it out of `index: ndvi`"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{value_of: scene, of: scene}",
     "s.yaml:8:24: `of` goes with index alone; leave it out of value_of"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{index: clay, of: scene, mask: [vegetaton]}",
     "s.yaml:8:38: `mask: vegetaton` names no mask, did you mean 'vegetation'?"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{index: clay, of: scene, mask: [vegetation, cloud]}",
     "s.yaml:8:50: `mask: cloud` needs the scene's quality (QA_PIXEL, SCL): give its layer `qa: LAYER`"},
    {"scene: {raster: s.tif, sensor: aster}", "{index: ndvi, of: scene, mask: cloud}",
     "s.yaml:8:37: `mask: cloud` is told by Landsat's and Sentinel-2's own quality alone; make a rule of a layer that knows it"},
    {"base2: {raster: s.tif}", "{index: clay, of: {swir1: base, swir2: base2}, mask: water}", "s.yaml:8:59: `mask: water` needs green and nir too"},
    {"scene: {raster: s.tif, sensor: landsat_7, qa: scene}", "{index: clay, of: scene, mask: cloud}",
     "s.yaml:5:49: `qa: scene` is a scene; it takes a raster layer of one band"},
    {"scene: {raster: s.tif, sensor: aster, qa: base}", "{index: ndvi, of: scene}",
     "s.yaml:5:41: `qa` of ASTER is nothing that lodescan reads; leave it out"},
    {"scene: {raster: s.tif, qa: base}", "{value_of: scene}", "s.yaml:5:26: `qa` in layer 'scene' goes with `sensor`; say which, or leave it out"},
    {"scene: {raster: s.tif, sensor: landsat_7, qa: q}\n  q: {raster: q.tif, resample: bilinear}", "{index: ndvi, of: scene}",
     "s.yaml:5:49: `qa: q` holds codes, of which there is no mean; leave `resample` out of that layer"},
    {"scene: {raster: s.tif, sensor: landsat_7, qa: q}\n  q: {raster: q.tif, kind: continuous}", "{index: ndvi, of: scene}",
     "s.yaml:5:49: `qa: q` holds codes, of which there is no mean; leave `kind` out of that layer"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{value_of: scene, mask: cloud}",
     "s.yaml:8:24: `mask` goes with index alone; leave it out of value_of"},
    {"scene: {raster: s.tif, sensor: landsat_8, scaled: sentinel_2_l2a}", "{index: clay, of: scene}",
     "s.yaml:5:53: `scaled: sentinel_2_l2a` is no product of Landsat 8 OLI and TIRS; write `scaled: landsat_2_sr`, or `scale` and `offset`"},
    {"scene: {raster: s.tif, sensor: emit, scaled: sensor}", "{index: clay, of: scene}",
     "s.yaml:5:48: `scaled: sensor` is no product of EMIT; write `scale` and `offset`"},
    {"scene: {raster: s.tif, sensor: landsat_8, scaled: sensor, offset: 1}", "{index: clay, of: scene}",
     "s.yaml:5:45: layer 'scene' has both `scaled` and `offset`; keep one of them"},
    {"scene: {raster: s.tif, scaled: sensor}", "{value_of: scene}",
     "s.yaml:5:26: `scaled` in layer 'scene' goes with `sensor`; say which, or leave it out"},
    {"scene: {raster: s.tif, sensor: aster, scaled: aster_07}", "{index: quartz, of: scene}",
     "s.yaml:8:26: `of: scene`: B11 of ASTER is thermal, and `scaled: aster_07` is for reflectances; make another layer of the file without it"},
    {"scene: {raster: s.tif, sensor: enmap}", "{formula: scene.w2600}", "s.yaml:8:16: `formula`: EnMAP HSI sees from 420 to 2450 nm, not 'w2600'"},
    {"scene: {raster: s.tif, sensor: landsat_7}", "{formula: scene.w744}",
     "s.yaml:8:16: `formula`: bands are found by wavelength in layers of a spectrometer, as in `sensor: enmap`; 'scene' is none"},
    {"scene: {raster: s.tif, sensor: enmap}", "{index: quartz, of: scene}",
     "s.yaml:8:14: `index: quartz` needs tir_8300, tir_8650 and tir_9100, which EnMAP HSI of layer 'scene' has not; take another index or scene"},
    {"scene: {raster: s.tif, sensor: sentinel_2}", "{index: nd_744, of: scene}",
     "s.yaml:8:14: `index: nd_744` needs nm_716, nm_744 and nm_775, which Sentinel-2 MSI of layer 'scene' has not; take another index or scene"},
    {"scene: {raster: s.tif, sensor: emit, bands: [1, 2]}", "{index: nd_744, of: scene}",
     "s.yaml:5:40: bands of EMIT are found by their wavelengths in one file; leave `bands` out"},
    {"scene: {raster: \"s_{band}.tif\", sensor: emit}", "{index: nd_744, of: scene}",
     "s.yaml:5:19: bands of EMIT are found by their wavelengths in one file; leave `{band}` out"},
    {"scene: {raster: s.tif, sensor: aster, wavelengths: w.txt}", "{index: ndvi, of: scene}",
     "s.yaml:5:41: `wavelengths` is for spectrometers; those of ASTER are known, so leave it out"},
    {"scene: {raster: s.tif}", "{formula: \"band_depth(scene.b1, base, scene.b2)\"}",
     "s.yaml:8:28: `formula`: the wavelength of this is not known; take a band of a layer with `sensor`, as in `scene.w744`"},
};

static void mistakes_have_places(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        struct scenario *scenario;
        char layer[400], criterion[400];
        snprintf(layer, sizeof layer, "  %s", mistakes[i].layer);
        snprintf(criterion, sizeof criterion, "  a: %s", mistakes[i].criterion);
        status failure = read_lines(layer, criterion, &scenario);
        if (!failure || strcmp(lode_error_message(failure), mistakes[i].words) != 0)
            fail_msg("%s %s:\n%s\nshould be\n%s", mistakes[i].layer, mistakes[i].criterion, failure ? lode_error_message(failure) : "read",
                     mistakes[i].words);
        lode_error_free(failure);
    }
}

static struct scenario *read_well(const char *layers, const char *criteria) {
    struct scenario *scenario = NULL;
    status failure = read_lines(layers, criteria, &scenario);
    if (failure) fail_msg("%s", lode_error_message(failure));
    return scenario;
}

static const struct layer *layer_called(const struct scenario *scenario, const char *name) {
    for (size_t i = 0; i < scenario->n_layers; i++)
        if (strcmp(scenario->layers[i].name, name) == 0) return &scenario->layers[i];
    fail_msg("no layer %s", name);
    return NULL;
}

/* Each band once, however it is named, and from the place in the file that the sensor or `bands` says. */
static void bands_become_layers(void **state) {
    (void)state;
    struct scenario *scenario =
        read_well("  dem: {raster: dem.tif}\n  s: {raster: s.tif, sensor: sentinel_2, resample: cubic, nodata: 0}\n"
                  "  six: {raster: six.tif, sensor: landsat_7, bands: [1, 2, B3, 4, b05, 07]}",
                  "  a: {index: ferrous_silicates, of: s}\n  b: {formula: \"s.b8a + s.nir_narrow + s.nir + slope(dem.b2) + dem\"}\n"
                  "  c: {index: clay, of: six}");
    assert_string_equal(scenario->criteria[0].formula->text, "ratio(s.swir1, s.nir_narrow)");
    assert_string_equal(scenario->criteria[0].index, "ferrous_silicates");
    assert_int_equal(scenario->criteria[0].op, OP_FORMULA);
    assert_int_equal(scenario->n_layers, 4 + 3 + 1 + 2);
    static const struct {
        const char *name, *path;
        int band, bands_in_file;
    } expected[] = {{"s.b11", "s.tif", 11, 12},  {"s.b8a", "s.tif", 9, 12},   {"s.b8", "s.tif", 8, 12}, {"dem.b2", "dem.tif", 2, 0},
                    {"six.b5", "six.tif", 5, 6}, {"six.b7", "six.tif", 6, 6}, {"dem", "dem.tif", 1, 0}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct layer *layer = layer_called(scenario, expected[i].name);
        assert_string_equal(layer->path, expected[i].path);
        assert_int_equal(layer->band, expected[i].band);
        assert_int_equal(layer->bands_in_file, expected[i].bands_in_file);
    }
    assert_string_equal(layer_called(scenario, "s.b11")->resample, "cubic");
    assert_true(layer_called(scenario, "s.b11")->nodata == 0);
    assert_int_equal(scenario->criteria[1].formula->n_operands, 4);
    scenario_free(scenario);
}

static void a_file_a_band(void **state) {
    (void)state;
    struct scenario *scenario =
        read_well("  s: {raster: \"T32_B{band}_20m.jp2\", sensor: sentinel_2}\n  l: {raster: \"L_B{band}.TIF\", sensor: landsat_9}",
                  "  a: {index: ferrous_iron, of: s}\n  b: {index: clay, of: l}");
    assert_string_equal(layer_called(scenario, "s.b12")->path, "T32_B12_20m.jp2");
    assert_string_equal(layer_called(scenario, "s.b8a")->path, "T32_B8A_20m.jp2");
    assert_string_equal(layer_called(scenario, "s.b3")->path, "T32_B03_20m.jp2");
    assert_string_equal(layer_called(scenario, "l.b6")->path, "L_B6.TIF");
    assert_string_equal(layer_called(scenario, "l.b6")->full_path, "L_B6.TIF");
    assert_int_equal(layer_called(scenario, "l.b6")->band, 1);
    assert_int_equal(layer_called(scenario, "l.b6")->bands_in_file, 0);
    assert_string_equal(layer_called(scenario, "s")->path, "T32_B12_20m.jp2");
    scenario_free(scenario);
}

static void products_scale_bands(void **state) {
    (void)state;
    struct scenario *scenario =
        read_well("  l: {raster: l.tif, sensor: landsat_5, scaled: sensor}\n  s: {raster: s.tif, sensor: sentinel_2, scaled: sentinel_2_before_0400, "
                  "nodata: 7}\n  n: {raster: n.tif, sensor: aster}",
                  "  a: {index: clay, of: l}\n  b: {index: clay, of: s}\n  c: {index: ndvi, of: n}");
    const struct layer *landsat = layer_called(scenario, "l.b5"), *sentinel = layer_called(scenario, "s.b11"),
                       *aster = layer_called(scenario, "n.b2");
    assert_true(landsat->scale == 0.0000275 && landsat->offset == -0.2 && landsat->nodata == 0);
    assert_true(sentinel->scale == 0.0001 && sentinel->offset == 0 && sentinel->nodata == 7);
    assert_true(isnan(aster->scale) && isnan(aster->offset) && isnan(aster->nodata));
    scenario_free(scenario);
}

static void layers_by_name(void **state) {
    (void)state;
    struct scenario *scenario = read_well("  k: {raster: k.tif}\n  th: {raster: th.tif}\n  stack: {raster: stack.tif}",
                                          "  a: {index: thorium_potassium, of: {potassium: k, thorium: th}}\n"
                                          "  b: {index: thorium_potassium, of: {potassium: k, thorium: th}, minimum: 0.5}\n"
                                          "  c: {index: clay, of: {swir1: stack.b2, swir2: stack.b3}}");
    assert_string_equal(scenario->criteria[0].formula->text, "where(k >= 0.25, ratio(th, k), nan)");
    assert_string_equal(scenario->criteria[1].formula->text, "where(k >= 0.5, ratio(th, k), nan)");
    assert_string_equal(scenario->criteria[2].formula->text, "ratio(stack.b2, stack.b3)");
    scenario_free(scenario);
}

static double told_nm(void *user, int layer) {
    const struct scenario *scenario = user;
    return scenario->layers[layer].wavelength_nm + 0.5;
}

/* A spectrometer's bands are asked for by wavelength, and the formulas get what the file says; the scenario itself stays as it was. */
static void wavelengths_are_settled_later(void **state) {
    (void)state;
    struct arena arena = {0};
    struct scenario *scenario =
        read_well("  s: {raster: s.img, sensor: enmap, wavelengths: w.txt}\n  l: {raster: l.tif, sensor: landsat_8}",
                  "  a: {index: neodymium, of: s}\n  b: {index: clay, of: s}\n  c: {formula: \"band_depth(l.red, l.b5, l.swir1)\"}");
    const struct scenario *settled, *again;
    assert_string_equal(scenario->criteria[0].formula->text,
                        "min(band_depth(s.nm_716, s.nm_744, s.nm_775), band_depth(s.nm_775, s.nm_802, s.nm_835))");
    assert_string_equal(scenario->criteria[1].formula->text, "ratio(s.swir_2165 + s.swir_2260, s.swir_2205)");
    assert_true(layer_called(scenario, "s.w744")->wavelength_nm == 744);
    assert_true(layer_called(scenario, "l.b5")->wavelength_nm == 0);
    assert_null(scenario_settle(scenario, told_nm, scenario, &arena, &settled));
    assert_ptr_not_equal(settled, scenario);
    size_t asked = 0, known = 0;
    for (size_t i = 0; i < scenario->criteria[0].formula->n_nodes; i++) {
        const struct formula_node *before = &scenario->criteria[0].formula->nodes[i], *after = &settled->criteria[0].formula->nodes[i];
        if (before->op != FORMULA_NUMBER || before->operand == NO_LAYER) continue;
        assert_true(isnan(before->number));
        assert_true(after->number == scenario->layers[before->operand].wavelength_nm + 0.5);
        asked++;
    }
    assert_int_equal(asked, 6);
    for (size_t i = 0; i < scenario->criteria[2].formula->n_nodes; i++) known += scenario->criteria[2].formula->nodes[i].number == 865;
    assert_int_equal(known, 1);
    assert_ptr_equal(settled->criteria[2].formula, scenario->criteria[2].formula);
    scenario_free(scenario);
    scenario = read_well("  l: {raster: l.tif, sensor: landsat_8}", "  a: {index: clay, of: l}");
    assert_null(scenario_settle(scenario, told_nm, scenario, &arena, &again));
    assert_ptr_equal(again, scenario);
    scenario_free(scenario);
    arena_free(&arena);
}

static void masks_become_conditions(void **state) {
    (void)state;
    struct scenario *scenario =
        read_well("  l: {raster: l.tif, sensor: landsat_8, qa: q}\n  q: {raster: q.tif}\n  s: {raster: s.tif, sensor: sentinel_2, qa: base}",
                  "  a: {index: clay, of: l, mask: [vegetation, cloud, water]}\n  b: {index: clay, of: s, mask: shadow}\n"
                  "  c: {index: ndvi, of: {red: q, nir: l.b5, green: q}, mask: [water]}");
    assert_string_equal(scenario->criteria[0].formula->text,
                        "where(ratio(l.nir - l.red, l.nir + l.red) > 0.3 or bit(q, 1) or bit(q, 2) or bit(q, 3) or bit(q, 7), nan, ratio(l.swir1, "
                        "l.swir2))");
    assert_string_equal(scenario->criteria[1].formula->text, "where(base == 3, nan, ratio(s.swir1, s.swir2))");
    assert_string_equal(scenario->criteria[2].formula->text, "where(ratio(q - l.b5, q + l.b5) > 0, nan, ratio(l.b5 - q, l.b5 + q))");
    assert_int_equal(layer_called(scenario, "q")->content, CONTENT_CLASSES);
    assert_int_equal(layer_called(scenario, "l.b6")->content, CONTENT_AUTO);
    scenario_free(scenario);
}

/* Every formula parses when each waveband is a layer, reads what it says, and is one that a sensor or three radioelements suffice for. */
static double any_nm(void *user, int layer) {
    (void)user;
    return waveband_table[layer].centre_nm;
}

static void the_table_is_whole(void **state) {
    (void)state;
    struct index_words words = {.quality = "quality"};
    bool yes[WAVEBANDS];
    for (size_t i = 0; i < WAVEBANDS; i++) words.wavebands[i] = waveband_table[i].name, yes[i] = true;
    const struct formula_names layers = {WAVEBANDS, words.wavebands, yes, yes, NULL, any_nm, NULL};
    for (size_t i = 0; i < index_count; i++) {
        assert_ptr_equal(index_find(index_table[i].name), &index_table[i]);
        assert_non_null(index_table[i].formulas[0].text);
        words.minimum = index_table[i].minimum;
        for (size_t k = 0; k < INDEX_FORMULAS_MAX && index_table[i].formulas[k].text; k++) {
            struct arena arena = {0};
            struct formula_fault fault;
            const char *text = index_expand(index_table[i].formulas[k].text, &words, &arena);
            const struct formula *formula = formula_parse(text, &layers, &arena, &fault);
            if (!formula) fail_msg("%s: %zu: %s", text, fault.offset, fault.words);
            unsigned long long read = 0;
            for (size_t o = 0; o < formula->n_operands; o++) read |= 1ull << formula->operands[o].layer;
            assert_true(read == index_wavebands(index_table[i].formulas[k].text));
            assert_true(index_table[i].formulas[k].source && *index_table[i].formulas[k].source);
            bool reachable = read >> BAND_POTASSIUM != 0;
            for (size_t s = 0; s < sensor_count; s++)
                reachable |= index_formula_for(&index_table[i], &sensor_table[s]) == &index_table[i].formulas[k];
            assert_true(reachable);
            arena_free(&arena);
        }
    }
    assert_string_equal(scaling_names[0], "sensor");
    for (size_t i = 0; i < scaling_count; i++) assert_string_equal(scaling_names[i + 1], scaling_table[i].name);
    for (size_t s = 0; s < sensor_count; s++) {
        assert_string_equal(sensor_names[s], sensor_table[s].name);
        for (size_t b = 0; b < sensor_table[s].n_bands; b++)
            assert_int_equal(sensor_band_called(&sensor_table[s], sensor_table[s].bands[b].label), (int)b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_have_places),
        cmocka_unit_test(bands_become_layers),
        cmocka_unit_test(a_file_a_band),
        cmocka_unit_test(layers_by_name),
        cmocka_unit_test(wavelengths_are_settled_later),
        cmocka_unit_test(masks_become_conditions),
        cmocka_unit_test(products_scale_bands),
        cmocka_unit_test(the_table_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
