/* Broken scenarios, with the exact words that people see; all mistakes of a file at once. */
#include <stdlib.h>

#include "base/text.h"
#include "parse_words.h"

/* A whole scenario in lines 1 to 13, so that each broken line stands in for one of them. */
/* clang-format off */
static const char *const good[] = {
    "lodescan: 1",
    "title: t",
    "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m}",
    "layers:",
    "  dem: {raster: dem.tif}",
    "  rail: {vector: rail.gpkg}",
    "criteria:",
    "  near_rail: {distance_to: rail, membership: {small: {midpoint: 20 km}}}",
    "  slope: {slope_of: dem, membership: {linear: {zero: 15 percent, one: 3 percent}}}",
    "rules:",
    "  park: {exclude_inside: rail, buffer: 1 km}",
    "targets:",
    "  plant: {score: {weighted: {near_rail: 2, slope: 1}}}",
};
/* clang-format on */
enum { GOOD_LINES = sizeof good / sizeof *good };

static char *with_line(size_t line, const char *instead) {
    struct text text = {0};
    for (size_t i = 0; i < GOOD_LINES; i++) text_print(&text, "%s\n", i + 1 == line ? instead : good[i]);
    return text_take(&text);
}

/* `line` of the good scenario replaced (0: none), and what is then said. */
struct broken {
    size_t line;
    const char *instead, *words;
};

static void say(const struct broken *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *bytes = with_line(rows[i].line, rows[i].instead);
        parse_expecting(bytes, rows[i].words);
        free(bytes);
    }
}

static void broken_lines_of_the_top_and_the_grid(void **state) {
    (void)state;
    static const struct broken rows[] = {
        {0, "", ""}, /* nothing replaced: the good one reads */
        {1, "lodescan: 2", "s.yaml:1:11: `lodescan: 2` is not a version this program reads; write `lodescan: 1`"},
        {2, "titel: t",
         "s.yaml:1:1: the scenario needs `title`, for example `title: Mojave rare-earth scan`: what the scan is called\n"
         "s.yaml:2:1: unknown key 'titel' in the scenario, did you mean 'title'?"},
        {2, "title:", "s.yaml:2:1: `title` has no value; give one or leave the key out"},
        {2, "title: [a, b]", "s.yaml:2:8: `title` is one value, not a list"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110], cell: 500 m}", "s.yaml:3:32: `extent` is four numbers: [west, south, east, north]"},
        {3, "grid: {crs: EPSG:5070, extent: [33, -120, 39, -110], cell: 500 m}",
         "s.yaml:3:32: `extent`: a latitude is beyond 90; an extent is [west, south, east, north]"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 39, -110, 33], cell: 500 m}",
         "s.yaml:3:32: `extent`: south is not below north; an extent is [west, south, east, north]"},
        {3, "grid: {crs: EPSG:5070, extent: [170, -20, -170, -10], cell: 500 m}",
         "s.yaml:3:32: `extent`: west is not below east; across the antimeridian count on beyond 180, as in [170, -20, 190, -10], or make two scans"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500}", "s.yaml:3:60: `cell: 500` needs a unit, for example `500 m`"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 0 m}", "s.yaml:3:60: `cell: 0 m` is out of range; it is more than 0"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: [500 m, 0.1 deg]}",
         "s.yaml:3:60: `cell` mixes a length and an angle; give both sides in the same kind of unit"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m, margin: 5 percent}",
         "s.yaml:3:75: `margin: 5 percent` is not a length such as `20 km`"},
        {3, "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500 m, within: rial}",
         "s.yaml:3:75: `within: rial` names no layer, did you mean 'rail'?"},
    };
    say(rows, sizeof rows / sizeof *rows);
}

static void broken_lines_of_layers(void **state) {
    (void)state;
    static const struct broken rows[] = {
        {5, "  dem: {raster: dem.tif, resample: cubik}",
         "s.yaml:5:36: `resample: cubik` is none of nearest, bilinear, cubic, cubicspline, lanczos, average, mode, max, min, med, q1, q3, rms, sum, "
         "did you mean 'cubic'?"},
        {5, "  dem: {raster: dem.tif, vector: dem.gpkg}",
         "s.yaml:5:3: layer 'dem' has both `raster` and `vector`; it needs exactly one of them, for example `raster: elevation.tif`"},
        {5, "  dem: {band: 1}",
         "s.yaml:5:3: layer 'dem' has neither `raster` nor `vector`; it needs exactly one of them, for example `raster: elevation.tif`"},
        {5, "  dem: {raster: dem.tif, band: 0}", "s.yaml:5:32: `band: 0` is not a whole number from 1"},
        {5, "  dem: {raster: dem.tif, where: \"height > 0\"}", "s.yaml:5:33: `where: height > 0` of a raster compares `value`, as in `value > 0`"},
        {5, "  dem: {raster: dem.tif, where: \"value = 0\"}", "s.yaml:5:33: `where: value = 0`: `=` is written `==`"},
        {5, "  dem: {raster: dem.tif, scale: ten}", "s.yaml:5:33: `scale: ten` is not a number; write it like `1.5`"},
        {5, "  5dem: {raster: dem.tif}",
         "s.yaml:5:3: '5dem' is not a name; use letters, digits and _, a letter first, at most 48 of them\n"
         "s.yaml:9:21: `slope_of: dem` names no layer, did you mean '5dem'?"},
        {6, "  rail: {vector: rail.gpkg, all_touched: maybe}", "s.yaml:6:42: `all_touched: maybe` is neither true nor false"},
        {6, "  rail: {vector: rail.gpkg, attribute: A, category: B}",
         "s.yaml:6:43: layer 'rail' has both `attribute` and `category`; keep `attribute` for numbers or `category` for classes"},
        {6, "  dem: {vector: rail.gpkg}",
         "s.yaml:6:3: `dem` is written twice, first in line 5; keep one of them\n"
         "s.yaml:8:28: `distance_to: rail` names no layer; no layer has a name like it\n"
         "s.yaml:11:26: `exclude_inside: rail` names no layer; no layer has a name like it"},
    };
    say(rows, sizeof rows / sizeof *rows);
}

static void broken_lines_of_criteria(void **state) {
    (void)state;
    static const struct broken rows[] = {
        {9, "  slope: {ruggedness_of: dem, membership: {linear: {zero: 0, one: 200 m}}}", "s.yaml:9:59: `zero: 0` needs a unit, for example `0 m`"},
        {9, "  slope: {ruggedness_of: dem, unit: ft, membership: {linear: {zero: 0 m, one: 20}}}",
         "s.yaml:9:79: `one: 20` needs a unit, for example `20 ft`"},
        {9, "  Near_Rail: {slope_of: dem, membership: {linear: {zero: 15 %, one: 3 %}}}",
         "s.yaml:9:3: 'Near_Rail' differs from 'near_rail' in line 8 only by capital letters; rename one of them\n"
         "s.yaml:13:44: `weighted: slope` names no criterion; no criterion has a name like it"},
        {8, "  near_rail: {distance_to: rial, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:28: `distance_to: rial` names no layer, did you mean 'rail'?"},
        {8, "  near_rail: {distance_to: rail, slope_of: dem, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: criterion 'near_rail' has two operations, `distance_to` and `slope_of`; make two criteria of it"},
        {8, "  near_rail: {membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:3: criterion 'near_rail' has no operation; it needs one of value_of, category_of, distance_to, slope_of, aspect_of, roughness_of, "
         "ruggedness_of, formula, "
         "cost_distance_to, index, months_to_permit, p_within, profile_curvature_of, plan_curvature_of, tangential_curvature_of, relief_of, tpi_of, "
         "mean_of, sd_of, percentile_of, idw_of, kriging_of, kriging_variance_of, density_of, crossings_of, "
         "coverage_of"},
        {8, "  near_rail: {relief_of: dem, membership: {small: {midpoint: 20 m}}}",
         "s.yaml:8:3: criterion 'near_rail' needs `radius`, how far relief_of looks, for example `radius: 1 km`"},
        {8, "  near_rail: {distance_to: rail, radius: 1 km, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: `radius` is for operations on a circle; leave it out of distance_to"},
        {8, "  near_rail: {density_of: dem, radius: 1 km, membership: {small: {midpoint: 2}}}",
         "s.yaml:8:27: `density_of: dem` needs a vector layer, whose points or lines are counted; 'dem' is a raster layer"},
        {8, "  near_rail: {crossings_of: rail, radius: 1 km, unit: km, membership: {small: {midpoint: 2}}}",
         "s.yaml:8:55: `unit: km` does not fit crossings_of; write `per km2` or `per ha`"},
        {8, "  near_rail: {distance_to: rail, kernel: uniform, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: `kernel` goes with density_of and crossings_of alone; leave it out of distance_to"},
        {8, "  near_rail: {percentile_of: dem, radius: 1 km, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:3: criterion 'near_rail' needs `percentile`, 0 to 100, for example `percentile: 90`"},
        {8, "  near_rail: {percentile_of: dem, radius: 1 km, percentile: 101, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:61: `percentile: 101` is out of range; it is from 0 to 100"},
        {8, "  near_rail: {mean_of: dem, radius: 1 km, percentile: 10, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:43: `percentile` goes with percentile_of alone; leave it out of mean_of"},
        {8, "  near_rail: {idw_of: dem, radius: 1 km, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:23: `idw_of: dem` needs a vector layer with an `attribute: FIELD`; 'dem' is a raster layer"},
        {8, "  near_rail: {distance_to: rail, nugget: 3, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: `nugget` goes with kriging_of alone; leave it out of distance_to"},
        {8, "  near_rail: {distance_to: rail, unit: ppm, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:40: `unit: ppm` does not fit distance_to; write a length's unit such as `km`"},
        {8, "  near_rail: {distance_to: rail}",
         "s.yaml:13:30: criterion 'near_rail' has no membership, so it cannot be part of a score; give it one in line 8"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {spread: 3}}}",
         "s.yaml:8:47: membership 'small' needs `midpoint` (where it is 0.5), for example `midpoint: 20 km`"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpoint: 20 kn}}}",
         "s.yaml:8:65: `midpoint: 20 kn` has the unknown unit 'kn', did you mean 'km'?"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpoint: 15 percent}}}",
         "s.yaml:8:65: `midpoint: 15 percent` is not a length such as `20 km`"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpoint: 0 km}}}",
         "s.yaml:8:54: membership 'small': `midpoint` is not above 0; give it a value more than 0"},
        {8, "  near_rail: {distance_to: rail, membership: {smal: {midpoint: 20 km}}}",
         "s.yaml:8:47: unknown membership 'smal', did you mean 'small'?"},
        {8, "  near_rail: {distance_to: rail, membership: {small: {midpiont: 20 km}}}",
         "s.yaml:8:47: membership 'small' needs `midpoint` (where it is 0.5), for example `midpoint: 20 km`\n"
         "s.yaml:8:55: unknown key 'midpiont' in membership 'small', did you mean 'midpoint'?"},
        {8, "  near_rail: {distance_to: rail, membrship: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: unknown key 'membrship' in criterion 'near_rail', did you mean 'membership'?\n"
         "s.yaml:13:30: criterion 'near_rail' has no membership, so it cannot be part of a score; give it one in line 8"},
        {8, "  near_rail: {value_of: rail, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:25: `value_of: rail` needs numbers; give the vector layer 'rail' an `attribute: FIELD`"},
        {8, "  near_rail: {slope_of: rail, membership: {small: {midpoint: 20 percent}}}",
         "s.yaml:8:25: `slope_of: rail` needs a raster layer of heights; 'rail' is a vector layer"},
        {8, "  near_rail: {category_of: dem, membership: {linear: {zero: 0, one: 3}}}",
         "s.yaml:8:46: membership 'linear' needs numbers, and `category_of` gives classes; use `categorical: {classes: {...}}`, or `value_of`"},
        {8, "  near_rail: {category_of: dem, membership: {categorical: {classes: {11: 1.5}, othr: 0}}}",
         "s.yaml:8:74: `11: 1.5` is out of range; it is from 0 to 1\n"
         "s.yaml:8:80: unknown key 'othr' in membership 'categorical', did you mean 'other'?"},
        {8, "  near_rail: {category_of: dem, membership: {categorical: {classes: {1: 0.5, 1.0: 1}}}}",
         "s.yaml:8:78: class 1.0 is the same number as 1 in line 8; keep one of them"},
        {8, "  near_rail: {cost_distance_to: rail, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:3: criterion 'near_rail' needs `friction`, what a metre of way counts, for example `friction: \"1 + 0.2 * slope(elevation)\"`"},
        {8, "  near_rail: {cost_distance_to: rail, friction: slope(dem, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:58: `friction`: it ends where `)` is missing"},
        {8, "  near_rail: {cost_distance_to: rail, friction: inside(dem), membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:49: `friction`: this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"},
        {8, "  near_rail: {cost_distance_to: rail, friction: 1, unit: ppm, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:58: `unit: ppm` does not fit cost_distance_to; write a length's unit such as `km`"},
        {8, "  near_rail: {distance_to: rail, friction: 1, membership: {small: {midpoint: 20 km}}}",
         "s.yaml:8:34: `friction` goes with cost_distance_to alone; leave it out of distance_to"},
        {8, "  near_rail: {formula: \"dem / dme\", membership: {small: {midpoint: 20}}}",
         "s.yaml:8:31: `formula`: 'dme' names no layer, did you mean 'dem'?"},
        {8, "  near_rail: {formula: dem / (dem, membership: {small: {midpoint: 20}}}", "s.yaml:8:34: `formula`: it ends where `)` is missing"},
        {8, "  near_rail: {formula: 1 + 2, membership: {small: {midpoint: 20}}}",
         "s.yaml:8:24: `formula: 1 + 2` names no layer, so it is the same everywhere; name one"},
        {8, "  near_rail: {formula: \"rail * 2\", membership: {small: {midpoint: 20}}}",
         "s.yaml:8:25: `formula`: the vector layer 'rail' has no numbers; give it an `attribute: FIELD`, or write `inside(rail)`"},
        {8, "  near_rail: {formula: \"1\\n+ dme\", membership: {small: {midpoint: 20}}}",
         "s.yaml:8:24: `formula`: 'dme' names no layer, did you mean 'dem'?"},
        {9, "  slope: {slope_of: dem, unit: degree, membership: {linear: {zero: 15 deg, one: 3 deg}}}",
         "s.yaml:9:32: `unit: degree` does not fit slope_of; write `percent`; memberships and conditions may still be written in `deg`"},
        {9, "  slope: {slope_of: dem, membership: {linear: {zero: 90 deg, one: 3 deg}}}",
         "s.yaml:9:54: `zero: 90 deg` is out of range; a slope is from 0 to less than 90 deg"},
        {9, "  slope: {slope_of: dem, membership: {linear: {zero: 3 percent, one: 3 %}}}",
         "s.yaml:9:47: membership 'linear': `zero` and `one` are the same; a slope needs two different values"},
        {9, "  slope: {slope_of: dem, membership: {trapezoid: {zero_below: 3 %, one_from: 2 %, one_to: 5 %, zero_above: 9 %}}}",
         "s.yaml:9:50: membership 'trapezoid': the four values do not rise; write zero_below <= one_from <= one_to <= zero_above"},
        {9, "  slope: {slope_of: dem, metric: planar, membership: {linear: {zero: 15 %, one: 3 %}}}",
         "s.yaml:9:26: `metric` is for distance_to alone; leave it out of slope_of"},
        {9, "  slope: {slope_of: dem, membership: {linear: {zero: 15 %, one: 3 %}, small: {midpoint: 3 %}}}",
         "s.yaml:9:38: `membership` has 2 kinds; it has exactly one, for example `{small: {midpoint: 20 km}}`"},
    };
    say(rows, sizeof rows / sizeof *rows);
}

static void broken_lines_of_rules(void **state) {
    (void)state;
    static const struct broken rows[] = {
        {11, "  park: {exclude_inside: rail, buffer: 5}", "s.yaml:11:40: `buffer: 5` needs a unit, for example `5 km`"},
        {11, "  park: {exclude_inside: rail, metric: geodesic}",
         "s.yaml:11:32: `metric` says how a `buffer` is measured, and rule 'park' has none; write one, or leave it out"},
        {11, "  park: {exclude_inside: rail, buffer: 1 km, metric: geodesik}",
         "s.yaml:11:54: `metric: geodesik` is none of auto, planar, geodesic, did you mean 'geodesic'?"},
        {11, "  park: {exclude_inside: rail, exclude_outside: dem}",
         "s.yaml:11:32: rule 'park' has both `exclude_inside` and `exclude_outside`; make two rules of it"},
        {11, "  park: {buffer: 1 km}",
         "s.yaml:11:3: rule 'park' does nothing; it needs exclude_inside, exclude_outside, exclude_where, require_inside, exclude_setback, "
         "include_inside, "
         "include_where, penalise_inside, penalise_outside or "
         "penalise_where"},
        {11, "  park: {exclude_insde: rail}",
         "s.yaml:11:3: rule 'park' does nothing; it needs exclude_inside, exclude_outside, exclude_where, require_inside, exclude_setback, "
         "include_inside, "
         "include_where, penalise_inside, penalise_outside or "
         "penalise_where\n"
         "s.yaml:11:10: unknown key 'exclude_insde' in rule 'park', did you mean 'exclude_inside'?"},
        {11, "  park: {exclude_inside: rail, factor: 0.5}",
         "s.yaml:11:32: `factor` goes with a penalty, and rule 'park' is exclude_inside; leave it out, or use penalise_inside"},
        {11, "  park: {penalise_where: \"slope > 15 percent\"}",
         "s.yaml:11:3: rule 'park' has no `factor`; say what scores are multiplied by, for example `factor: 0.6`"},
        {11, "  park: {penalise_outside: rail, factor: 1.5}", "s.yaml:11:42: `factor: 1.5` is out of range; it is from 0 to 1"},
        {11, "  park: {exclude_inside: rail, over: park}",
         "s.yaml:11:32: `over` goes with an inclusion, and rule 'park' is exclude_inside; leave it out"},
        {11, "  park: {exclude_inside: rail, valid: {from: 2027-02-29}}", "s.yaml:11:46: `from: 2027-02-29` is no day; write it like `2027-01-31`"},
        {11, "  park: {exclude_inside: rail, valid: {until: 1900-02-29}}", "s.yaml:11:47: `until: 1900-02-29` is no day; write it like `2027-01-31`"},
        {11, "  park: {exclude_inside: rail, valid: {until: 27-01-01}}", "s.yaml:11:47: `until: 27-01-01` is no day; write it like `2027-01-31`"},
        {11, "  park: {exclude_inside: rail, valid: {from: 2027-01-02, until: 2027-01-01}}",
         "s.yaml:11:39: `valid` of rule 'park' ends before it begins"},
        {11, "  park: {exclude_inside: rail, valid: {since: 2027-01-02}}",
         "s.yaml:11:40: unknown key 'since' in `valid` of rule 'park'; known: from, until"},
        {11, "  park: {exclude_inside: rail, min_clump: 2 km}", "s.yaml:11:43: `min_clump: 2 km` is not an area such as `1 km2`"},
        {11, "  park: {exclude_inside: rail, buffer: {field: F}}",
         "s.yaml:11:32: `buffer` of rule 'park' needs either `by` with a length for each class, or the `unit` of the field's numbers and the `most` "
         "that "
         "they are"},
        {11, "  park: {exclude_inside: rail, buffer: {by: {a: 1 km}}}",
         "s.yaml:11:32: `buffer` of rule 'park' needs `field`, for example `field: CLASS`: field of the rule's vector layer"},
        {11, "  park: {exclude_inside: rail, buffer: {field: F, by: {a: 1}}}", "s.yaml:11:59: `a: 1` needs a unit, for example `1 km`"},
        {11, "  park: {exclude_inside: rail, buffer: {field: F, unit: kg, most: 1 km}}",
         "s.yaml:11:57: `unit: kg` is no unit of length; write m, km or ft"},
        {11, "  park: {exclude_inside: dem, buffer: {field: F, by: {a: 1 km}}}",
         "s.yaml:11:31: a `buffer` by a field goes with a vector layer, and rule 'park' has none; write one length"},
        {11, "  park: {exclude_inside: rail, min_clump: 1 km2, buffer: {field: F, by: {a: 1 km}}}",
         "s.yaml:11:50: rule 'park' has both `min_clump` and a `buffer` by a field: clumps are of all features; leave one out"},
        {11, "  park: {include_inside: rail}",
         "s.yaml:11:3: rule 'park' frees of nothing: no exclusion is written before it; write it behind them, or name some in `over`"},
        {11, "  park: {include_inside: rail, over: prk}", "s.yaml:11:38: `over: prk` names no rule, did you mean 'park'?"},
        {11, "  park: {include_inside: rail, over: [park]}",
         "s.yaml:11:39: `over: park` is include_inside, which excludes nothing; name rules that do"},
        {11, "  park: {exclude_where: \"slop > 15 percent\"}",
         "s.yaml:11:25: `exclude_where` compares 'slop', which is neither a criterion nor a layer, did you mean 'slope'?"},
        {11, "  park: {penalise_inside: rail, factor: nan}", "s.yaml:11:41: `factor: nan` is not a number; write it like `0.6`"},
        {11, "  park: {exclude_where: \"slope > 15\"}", "s.yaml:11:25: `exclude_where: 15` needs a unit, for example `15 percent`"},
        {11, "  park: {exclude_where: \"slope >\"}", "s.yaml:11:25: `exclude_where: slope >`: a value is missing, as in `slope > 15 percent`"},
        {11, "  park: {exclude_where: \"slope is 15\"}",
         "s.yaml:11:25: `exclude_where: slope is 15`: after the name comes one of < <= > >= == != in"},
        {11, "  park: {exclude_where: \"dem > 15 m\"}",
         "s.yaml:11:25: `exclude_where: 15 m` has the unit 'm', but values have none; write the number alone"},
        {11, "  park: {exclude_inside: rail, targets: [plnt]}", "s.yaml:11:42: `targets: plnt` names no target, did you mean 'plant'?"},
    };
    say(rows, sizeof rows / sizeof *rows);
}

static void broken_lines_of_targets(void **state) {
    (void)state;
    static const struct broken rows[] = {
        {12, "target:",
         "s.yaml:1:1: the scenario needs `targets`: what is ranked, a name each; at most 16\n"
         "s.yaml:12:1: unknown key 'target' in the scenario, did you mean 'targets'?"},
        {13, "  plant: {score: {weighted: {near_rail: -2, slope: 1}}}", "s.yaml:13:41: `near_rail: -2` is out of range; it is more than 0"},
        {13, "  plant: {score: {weighted: {near_rial: 2, slope: 1}}}",
         "s.yaml:13:30: `weighted: near_rial` names no criterion, did you mean 'near_rail'?"},
        {13, "  plant: {score: {weighted: [{of: slope}]}}",
         "s.yaml:13:30: an item of a weighted list is written `{of: CRITERION or OVERLAY, weight: 2}`"},
        {13, "  plant: {score: {gamma: 1.5, of: [slope]}}", "s.yaml:13:26: `gamma: 1.5` is out of range; it is from 0 to 1"},
        {13, "  plant: {score: {gamma: 0.5}}", "s.yaml:13:19: `gamma` needs `of`, for example `{gamma: 0.85, of: [rail, power]}`"},
        {13, "  plant: {score: {and: [slope], or: [slope]}}",
         "s.yaml:13:33: `or` does not go with `and`; an overlay is one operation, nest the other inside"},
        {13, "  plant: {score: {and: []}}", "s.yaml:13:24: `and` is empty; name at least one criterion"},
        {13, "  plant: {score: {an: [slope]}}", "s.yaml:13:19: unknown overlay 'an', did you mean 'and'?"},
        {13, "  plant: {score: slope, min_coverage: 0.6}", "s.yaml:13:39: `min_coverage: 0.6` needs a unit, for example `60 percent`"},
        {13, "  plant: {score: slope, candidates: {points: dem}}", "s.yaml:13:46: `points: dem` is a raster layer; points come from a vector layer"},
        {13, "  plant: {score: slope, candidates: {peaks: {count: 0}, merge_within: 5 km}}",
         "s.yaml:13:53: `count: 0` is not a whole number from 1\n"
         "s.yaml:13:57: `merge_within` goes with `points`, not with `peaks`; keep one of the two ways"},
        {13, "  plant: {score: slope, candidates: {}}",
         "s.yaml:13:25: `candidates` needs `points` or `peaks`, for example `{peaks: {spacing: 10 km, count: 50}}`"},
        {13, "  plant: {score: slope, mode: factory}", "s.yaml:13:31: `mode: factory` is none of deposit, plant, stockpile"},
        {13, "  plant: {score: &a slope, x: *a}",
         "s.yaml:13:18: anchors (`&a`) are not part of scenarios; write the value out\n"
         "s.yaml:13:28: unknown key 'x' in target 'plant'; known: mode, score, min_coverage, permit, shortlist, candidates, ramp, classes, certainty\n"
         "s.yaml:13:31: aliases (`*a`) are not part of scenarios; write the value out"},
        {13, "  plant: {score: slope, score: slope}", "s.yaml:13:25: `score` is written twice, first in line 13; keep one of them"},
        {13, "  plant: {score: [[[[[[[[[[[[[[[slope]]]]]]]]]]]]]]]}", "s.yaml:13:31: nested more than 16 deep; flatten it"},
        {13, "  plant: {score: slope",
         "s.yaml:14:1: not YAML: did not find expected ',' or '}' while parsing a flow mapping (begun in line 13); look at the indentation, quotes "
         "and brackets here"},
        {13, "annotate: {county: {layer: dem, field: x}}",
         "s.yaml:12:1: `targets` is empty; it holds what is ranked, a name each; at most 16\n"
         "s.yaml:13:28: `layer: dem` is a raster layer; names come from fields of a vector layer"},
    };
    say(rows, sizeof rows / sizeof *rows);
}

static void all_mistakes_come_at_once_in_order(void **state) {
    (void)state;
    parse_expecting("lodescan: 1\n"
                    "titel: t\n"
                    "grid: {crs: EPSG:5070, extent: [-120, 33, -110, 39], cell: 500}\n"
                    "layers:\n"
                    "  rail: {vector: rail.gpkg, band: 2}\n"
                    "criteria:\n"
                    "  a: {distance_to: rale, membership: {small: {midpoint: 20}}}\n"
                    "targets:\n"
                    "  plant: {score: {weighted: {b: -1}}, min_coverage: 120 percent}\n",
                    "s.yaml:1:1: the scenario needs `title`, for example `title: Mojave rare-earth scan`: what the scan is called\n"
                    "s.yaml:2:1: unknown key 'titel' in the scenario, did you mean 'title'?\n"
                    "s.yaml:3:60: `cell: 500` needs a unit, for example `500 m`\n"
                    "s.yaml:5:29: `band` in layer 'rail' is for raster layers; this is a vector layer\n"
                    "s.yaml:7:20: `distance_to: rale` names no layer, did you mean 'rail'?\n"
                    "s.yaml:7:57: `midpoint: 20` needs a unit, for example `20 km`\n"
                    "s.yaml:9:30: `weighted: b` names no criterion, did you mean 'a'?\n"
                    "s.yaml:9:33: `b: -1` is out of range; it is more than 0\n"
                    "s.yaml:9:53: `min_coverage: 120 percent` is out of range; it is from 0 to 100 percent");
}

static void sections_have_their_limits(void **state) {
    (void)state;
    struct text text = {0};
    char *base = with_line(11, "");
    for (int rules = 64; rules <= 65; rules++) {
        text_print(&text, "%.*s", (int)(strstr(base, "rules:") - base), base);
        text_add(&text, "rules:\n");
        for (int i = 0; i < rules; i++) text_print(&text, "  r%d: {exclude_inside: rail}\n", i);
        text_add(&text, strstr(base, "targets:"));
        parse_expecting(text.bytes, rules == 64 ? "" : "s.yaml:10:1: `rules` has 65 entries; at most 64 are possible");
        text_free(&text);
    }
    for (int targets = 16; targets <= 17; targets++) {
        text_add(&text, base);
        for (int i = 1; i < targets; i++) text_print(&text, "  t%d: {score: slope}\n", i);
        parse_expecting(text.bytes, targets == 16 ? "" : "s.yaml:12:1: `targets` has 17 entries; at most 16 are possible");
        text_free(&text);
    }
    free(base);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_lines_of_the_top_and_the_grid),
        cmocka_unit_test(broken_lines_of_layers),
        cmocka_unit_test(broken_lines_of_criteria),
        cmocka_unit_test(broken_lines_of_rules),
        cmocka_unit_test(broken_lines_of_targets),
        cmocka_unit_test(all_mistakes_come_at_once_in_order),
        cmocka_unit_test(sections_have_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
