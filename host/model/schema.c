/* The rows of schema.h, in the order people write the keys. */
#include "model/schema.h"

#include <string.h>

#include "model/scenario.h"
#include "model/sensor_table.h"

#define IN(section) (1u << SECTION_##section)
#define LAYERS_BOTH (IN(RASTER) | IN(VECTOR))
#define MODELS_TREES (IN(RANDOM_FOREST) | IN(BOOSTED_TREES))
#define MODELS_DRAWING (IN(LOGISTIC_REGRESSION) | MODELS_TREES)
#define MODELS_ALL (IN(WEIGHTS_OF_EVIDENCE) | MODELS_DRAWING)
#define AT(record, field) offsetof(struct record, field)

static const char *const contents[] = {"auto", "continuous", "classes", NULL};
static const char *const resamples[] = {"nearest", "bilinear", "cubic", "cubicspline", "lanczos", "average", "mode", "max",
                                        "min",     "med",      "q1",    "q3",          "rms",     "sum",     NULL};
static const char *const metrics[] = {"auto", "planar", "geodesic", NULL};
static const char *const roles[] = {"evidence", "access", NULL};
static const char *const same_cells[] = {"merge", "count", NULL};
static const char *const modes[] = {"deposit", "plant", "stockpile", NULL};
static const char *const withins[] = {"share", "best", NULL};
static const char *const drawns[] = {"auto", "none", "border",  "minor_border", "coast", "water", "road", "rail",
                                     "town", "port", "deposit", "area",         "line",  "point", NULL};
const char *const classing_names[] = {"linear", "equal_interval", "quantile", "concentration_area", "breaks"};
const char *const map_format_names[] = {"png", "svg", "pdf", NULL};
static const char *const ramps[] = {"viridis", "cividis", "magma", "batlow", NULL};

const char *const schema_section_titles[SECTIONS] = {
    [SECTION_TOP] = "The file",
    [SECTION_GRID] = "`grid`",
    [SECTION_RASTER] = "`layers.NAME` (raster)",
    [SECTION_VECTOR] = "`layers.NAME` (vector)",
    [SECTION_CRITERION] = "`criteria.NAME`",
    [SECTION_RULE] = "`rules.NAME`",
    [SECTION_TARGET] = "`targets.NAME`",
    [SECTION_CANDIDATES] = "`targets.NAME.candidates`",
    [SECTION_PEAKS] = "`targets.NAME.candidates.peaks`",
    [SECTION_WEIGHTS_OF_EVIDENCE] = "`targets.NAME.score.weights_of_evidence`",
    [SECTION_LOGISTIC_REGRESSION] = "`targets.NAME.score.logistic_regression`",
    [SECTION_RANDOM_FOREST] = "`targets.NAME.score.random_forest`",
    [SECTION_BOOSTED_TREES] = "`targets.NAME.score.boosted_trees`",
    [SECTION_ANNOTATION] = "`annotate.NAME`",
    [SECTION_VALIDATE] = "`validate.TARGET`",
    [SECTION_PERMITS] = "`permits`",
    [SECTION_SHORTLIST] = "`targets.NAME.shortlist`",
    [SECTION_VARIANT] = "`variants.NAME`",
    [SECTION_VARIANT_PERMITS] = "`variants.NAME.permits`",
    [SECTION_VARIANT_ORDINANCES] = "`variants.NAME.ordinances`",
    [SECTION_VALID] = "`rules.NAME.valid`",
    [SECTION_ORDINANCES] = "`ordinances`",
    [SECTION_BUFFER] = "`rules.NAME.buffer`",
    [SECTION_OUTPUTS] = "`outputs`",
    [SECTION_CERTAINTY] = "`targets.NAME.certainty`",
};

const char *const schema_section_help[SECTIONS] = {
    [SECTION_TOP] = "What a file holds.",
    [SECTION_GRID] = "The one grid that every layer is brought onto.",
    [SECTION_RASTER] = "A layer of cells. Exactly one of `raster` and `vector` is written.",
    [SECTION_VECTOR] = "A layer of points, lines or areas. Exactly one of `raster` and `vector` is written.",
    [SECTION_CRITERION] = "One surface in 0..1: exactly one operation on layers, and the membership that scores its raw values.",
    [SECTION_RULE] = "Where not, where yet, where less, and why: exactly one of the first keys. A cell that an exclusion holds for has no rank, "
                     "unless an inclusion frees "
                     "it; a penalty multiplies its score, several multiply it one after another.",
    [SECTION_TARGET] = "What is ranked.",
    [SECTION_CANDIDATES] = "Where sites are looked for: either given points or peaks of the score.",
    [SECTION_PEAKS] = "The best cells, no two nearer than `spacing`.",
    [SECTION_WEIGHTS_OF_EVIDENCE] = "A score learnt from known places by weights of evidence, see Models.",
    [SECTION_LOGISTIC_REGRESSION] = "A score learnt from known places and drawn cells by logistic regression, see Models.",
    [SECTION_RANDOM_FOREST] = "A score learnt from known places and drawn cells by a random forest, see Models.",
    [SECTION_BOOSTED_TREES] = "A score learnt from known places and drawn cells by gradient boosting, see Models.",
    [SECTION_ANNOTATION] = "A name that is looked up at each site.",
    [SECTION_VALIDATE] = "How well a target's score finds known places; the name is the target's. Only scored cells are area.",
    [SECTION_PERMITS] =
        "How long permits take, drawn at random from tables of routes, jurisdictions and land (the program's own are in datasets/permits, where "
        "every figure has its source and says how sure it is). What is told is the time if the permit is granted, and the probability that it is; "
        "the probability of a permit within a time is the product of both. Excluded land has none: infinite months, probability 0. Where a "
        "jurisdiction has no such route, that of the part of its name before `-` holds (`CA` for `CA-QC`), else the figures are missing. The same "
        "`seed` gives the same bytes on every device.",
    [SECTION_VALID] = "The days on which a rule is in force, both included. On other days it does nothing, and the run says so.",
    [SECTION_ORDINANCES] =
        "How far jurisdictions want things to stay from features: a table of setbacks for the rules `exclude_setback`, see Ordinances.",
    [SECTION_SHORTLIST] =
        "Which sites can have their permit in time, and why the others fall out: the first `count` by rank of the ranked sites that have one within "
        "this time with this probability, by the target's route. Needs `permits`; with `accelerate` there, it is told for that, too.",
    [SECTION_VARIANT] =
        "The scenario with a few things otherwise, in the same run: sites.csv stays as it is, `variants.csv` and the summary tell which sites enter, "
        "leave and move, and why. Layers are shared, and distances unless setbacks reach farther or other rules are in force. Statistics, weights "
        "that "
        "cells decide and learnt models stay those of the base.",
    [SECTION_VARIANT_PERMITS] = "Other tables of permits; all else is as in `permits`.",
    [SECTION_VARIANT_ORDINANCES] = "Another table of setbacks; all else is as in `ordinances`.",
    [SECTION_BUFFER] = "A buffer for each feature of a vector layer, instead of one length for all: by the class that it has in a field, or by the "
                       "field's number. A "
                       "cell lies in the buffer of the layer when it lies in that of any feature. At most 32 different lengths.",
    [SECTION_OUTPUTS] = "What else is written.",
    [SECTION_CERTAINTY] =
        "How far ranks hold if weights and memberships are other than written (SMAA-2, Lahdelma and Salminen 2001): the listed sites that have a "
        "rank, "
        "the first 1000 at most, are scored anew with numbers drawn at random. Every site then tells the 5, 50 and 95 percent quantiles of its score "
        "and rank, and how often it was first and among the first ten; `TARGET_acceptability.csv` has the share of each rank, and the mean weights "
        "of "
        "the draws in which a site came first. Sites with the same score share the better rank. Rules and penalties hold as they are; so do ideals "
        "of `topsis`, order weights of `owa` and memberships of classes. The same `seed` draws the same numbers everywhere.",
};

const char *const rule_help[RULES] = {
    [RULE_EXCLUDE_INSIDE] = "cells in the layer, and within `buffer` of it",
    [RULE_EXCLUDE_OUTSIDE] = "cells beyond `buffer` from the layer",
    [RULE_EXCLUDE_WHERE] = "cells where a criterion's raw value or a layer's value meets a condition, and within `buffer` of them",
    [RULE_REQUIRE_INSIDE] = "cells are scored only in the layer, and within `buffer` of it: exclude_outside in other words",
    [RULE_EXCLUDE_SETBACK] = "cells no farther from the layer than the setback of the cell's own jurisdiction, see Ordinances",
    [RULE_INCLUDE_INSIDE] =
        "cells in the layer, and within `buffer` of it, are freed of the exclusions that `over` names, by default all before this rule",
    [RULE_INCLUDE_WHERE] = "the same where a condition holds",
    [RULE_PENALISE_INSIDE] = "scores of cells in the layer, and within `buffer` of it, are multiplied by `factor`",
    [RULE_PENALISE_OUTSIDE] = "scores of cells beyond `buffer` from the layer are multiplied by `factor`",
    [RULE_PENALISE_WHERE] = "scores where a condition holds, and within `buffer` of there, are multiplied by `factor`",
};

const struct schema_row schema_rows[] = {
    {IN(TOP), "lodescan", TYPE_VERSION, .required = true, .example = "1", .help = "version of the language"},
    {IN(TOP), "title", TYPE_TEXT, .required = true, .offset = AT(scenario, title), .example = "Mojave rare-earth scan",
     .help = "what the scan is called"},
    {IN(TOP), "description", TYPE_TEXT, .offset = AT(scenario, description), .example = "free text", .help = "what it asks, for reports"},
    {IN(TOP), "data", TYPE_TEXT, .offset = AT(scenario, data_dir), .example = "../data",
     .help = "folder of the layers' files, relative to the scenario; default: the scenario's own folder"},
    {IN(TOP), "as_of", TYPE_DATE, .offset = AT(scenario, as_of), .example = "2027-01-31",
     .help = "the day whose rules hold, where rules have dates; `--as-of` says another"},
    {IN(TOP), "credits", TYPE_TEXTS, .example = "[USGS, OpenStreetMap contributors]", .help = "shown with every picture and in run.json"},
    {IN(TOP), "grid", TYPE_SECTION, .required = true, .child = SECTION_GRID, .help = "the grid that everything is brought onto"},
    {IN(TOP), "layers", TYPE_NAMED_SECTION, .required = true, .child = SECTION_RASTER, .help = "the data, a name each"},
    {IN(TOP), "criteria", TYPE_NAMED_SECTION, .required = true, .child = SECTION_CRITERION, .help = "surfaces in 0..1 made from layers, a name each"},
    {IN(TOP), "rules", TYPE_NAMED_SECTION, .child = SECTION_RULE, .help = "where not, and why, a name each; at most 64"},
    {IN(TOP), "targets", TYPE_NAMED_SECTION, .required = true, .child = SECTION_TARGET, .help = "what is ranked, a name each; at most 16"},
    {IN(TOP), "annotate", TYPE_NAMED_SECTION, .child = SECTION_ANNOTATION, .help = "names looked up at each site"},
    {IN(TOP), "validate", TYPE_NAMED_SECTION, .child = SECTION_VALIDATE, .help = "targets whose scores are held against known places"},
    {IN(TOP), "permits", TYPE_SECTION, .child = SECTION_PERMITS, .example = "{jurisdiction: US, land_status: {parks: park}}",
     .help = "how long permits take, and where"},
    {IN(TOP), "ordinances", TYPE_SECTION, .child = SECTION_ORDINANCES, .example = "{table: ordinances.csv, jurisdictions: counties}",
     .help = "setbacks by jurisdiction"},
    {IN(TOP), "variants", TYPE_NAMED_SECTION, .child = SECTION_VARIANT, .help = "what if: the scenario with a few things otherwise, a name each"},
    {IN(TOP), "outputs", TYPE_SECTION, .child = SECTION_OUTPUTS, .help = "what else is written"},

    {IN(GRID), "crs", TYPE_TEXT, .required = true, .offset = AT(scenario, grid.crs), .example = "EPSG:5070",
     .help = "coordinate system of the grid; anything PROJ reads"},
    {IN(GRID), "extent", TYPE_EXTENT, .required = true, .example = "[-120, 33, -110, 39]",
     .help = "west, south, east, north in `extent_crs`; its bounding box in `crs` is snapped outward to whole cells"},
    {IN(GRID), "extent_crs", TYPE_TEXT, .fallback = "EPSG:4326", .offset = AT(scenario, grid.extent_crs), .example = "EPSG:4326",
     .help = "coordinate system of `extent`"},
    {IN(GRID), "cell", TYPE_CELL, .required = true, .example = "500 m",
     .help = "size of a cell, or [x, y]: a length, or an angle on a geographic `crs`"},
    {IN(GRID), "margin", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .offset = AT(scenario, grid.margin_m), .example = "50 km",
     .help = "how far layers are read beyond the grid; default: as far as any distance matters, by cost where a metre of way counts for one"},
    {IN(GRID), "within", TYPE_LAYER, .offset = AT(scenario, grid.within), .example = "LAYER",
     .help = "cells outside this layer (areas, or a raster's valid cells) are outside the study"},

    {IN(RASTER), "raster", TYPE_TEXT, .required = true, .offset = AT(layer, path), .example = "elevation.tif",
     .help = "file, or any name GDAL opens"},
    {IN(RASTER), "band", TYPE_INTEGER, .fallback = "1", .offset = AT(layer, band), .example = "1", .help = "which band, from 1"},
    {IN(RASTER), "subdataset", TYPE_TEXT, .offset = AT(layer, subdataset), .example = "NAME", .help = "name or number of a subdataset (netCDF, HDF)"},
    {IN(RASTER), "resample", TYPE_WORD, .choices = resamples, .offset = AT(layer, resample), .example = "bilinear",
     .help = "how cells are made to fit; default: bilinear for continuous values, nearest for classes"},
    {IN(RASTER), "kind", TYPE_CHOICE, .choices = contents, .fallback = "auto", .offset = AT(layer, content), .example = "classes",
     .help = "what values are; auto: classes if the band has a colour table or category names"},
    {IN(RASTER), "nodata", TYPE_NUMBER, .offset = AT(layer, nodata), .example = "-9999", .help = "value that means missing; default: the file's own"},
    {IN(RASTER), "scale", TYPE_NUMBER, .offset = AT(layer, scale), .example = "0.1",
     .help = "value = stored * scale + offset; default: the file's own"},
    {IN(RASTER), "offset", TYPE_NUMBER, .offset = AT(layer, offset), .example = "0", .help = "see `scale`"},
    {IN(RASTER), "unit", TYPE_TEXT, .offset = AT(layer, unit), .example = "ppm", .help = "what values are measured in"},
    {IN(RASTER), "sensor", TYPE_WORD, .choices = sensor_names, .offset = AT(layer, sensor_name), .example = "landsat_8",
     .help = "whose bands the raster has, see Sensors; `raster` is then a file of several bands, or of one each, with `{band}` in its name"},
    {IN(RASTER), "scaled", TYPE_WORD, .choices = scaling_names, .offset = AT(layer, scaled), .example = "landsat_2_sr",
     .help = "the product whose `scale`, `offset` and `nodata` these are, see Sensors; `sensor`: the sensor's usual one; default: as the file says"},
    {IN(RASTER), "bands", TYPE_BANDS, .example = "[B2, B3, B4, B8, B11, B12]",
     .help = "the sensor's bands in the order of the file; default: the usual ones"},
    {IN(RASTER), "wavelengths", TYPE_TEXT, .offset = AT(layer, wavelengths), .example = "wavelengths.txt",
     .help = "of a spectrometer: a text file with the bands' wavelengths, a line each; default: what the file itself says"},
    {IN(RASTER), "qa", TYPE_LAYER, .offset = AT(layer, quality), .example = "LAYER",
     .help = "the raster that tells clouds and the like: QA_PIXEL of Landsat Collection 2, SCL of Sentinel-2, see `mask` of a criterion"},
    {IN(RASTER), "date", TYPE_TEXT, .offset = AT(layer, date), .example = "2006-05-17", .help = "when the scene was taken"},
    {IN(RASTER), "where", TYPE_CONDITION, .example = "\"value > 0\"",
     .help = "condition on `value`: the cells that distance_to, exclude_inside and exclude_outside take; default: valid and not zero"},

    {IN(VECTOR), "vector", TYPE_TEXT, .required = true, .offset = AT(layer, path), .example = "railroads.gpkg",
     .help = "file, or any name GDAL opens"},
    {IN(VECTOR), "layer", TYPE_TEXT, .offset = AT(layer, sublayer), .example = "NAME", .help = "which layer of the file; default: the first"},
    {IN(VECTOR), "where", TYPE_TEXT, .offset = AT(layer, where), .example = "\"status = 'active'\"",
     .help = "SQL on attributes: the features that are taken; default: all"},
    {IN(VECTOR), "attribute", TYPE_TEXT, .offset = AT(layer, attribute), .example = "FIELD", .help = "numbers of this field become cell values"},
    {IN(VECTOR), "category", TYPE_TEXT, .offset = AT(layer, category), .example = "FIELD", .help = "classes of this field become cell values"},
    {IN(VECTOR), "label", TYPE_TEXT, .offset = AT(layer, label), .example = "FIELD",
     .help = "name of a feature in reports; default: the first of name, label, title and the like"},
    {IN(VECTOR), "all_touched", TYPE_TRISTATE, .offset = AT(layer, all_touched), .example = "true",
     .help = "take every cell that a feature touches; default: true for lines, false for areas"},
    {IN(VECTOR), "unit", TYPE_TEXT, .offset = AT(layer, unit), .example = "ppm", .help = "what `attribute` is measured in"},
    {IN(VECTOR), "draw", TYPE_CHOICE, .choices = drawns, .fallback = "auto", .offset = AT(layer, drawn), .example = "road",
     .help =
         "what it is on a map sheet (`outputs: {map: ...}`); auto: by its name if that tells (`states`, `rail`, `towns` ...), and known places are "
         "deposits; else not drawn"},
    {LAYERS_BOTH, "crs", TYPE_TEXT, .offset = AT(layer, crs), .example = "EPSG:4326", .help = "coordinate system instead of the file's own"},
    {LAYERS_BOTH, "credit", TYPE_TEXT, .offset = AT(layer, credit), .example = "USGS", .help = "who made the data"},

    {IN(CRITERION), "unit", TYPE_UNIT_WORD, .example = "km",
     .help = "unit of raw values in reports; slope_of knows `percent` alone (its memberships may also be written in `deg`)"},
    {IN(CRITERION), "metric", TYPE_CHOICE, .choices = metrics, .fallback = "auto", .offset = AT(criterion, metric), .example = "planar",
     .help = "how distance_to measures: `planar` in the grid's own plane, `geodesic` along the ellipsoid, whatever the projection does to lengths; "
             "auto: planar, geodesic on a geographic grid"},
    {IN(CRITERION), "radius", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_POSITIVE, .offset = AT(criterion, radius_m), .example = "1 km",
     .help = "how far points are looked for by idw_of and kriging_of, and what density_of and crossings_of count; and of the circle of cells of "
             "relief_of, tpi_of, mean_of, sd_of and percentile_of: "
             "those whose centres are this near, also beyond the grid; "
             "missing ones are left out, and half of them must be known; at most 512 cells, of percentile_of 128"},
    {IN(CRITERION), "kernel", TYPE_CHOICE, .choices = density_kernel_names, .fallback = "quartic", .offset = AT(criterion, kernel),
     .example = "uniform", .help = "of density_of and crossings_of: how much counts what lies off the cell, see Densities"},
    {IN(CRITERION), "weighted", TYPE_BOOL, .fallback = "false", .offset = AT(criterion, weighted), .example = "true",
     .help = "of density_of: a feature counts as many times as the layer's `attribute` says; one without a number does not count"},
    {IN(CRITERION), "percentile", TYPE_NUMBER, .offset = AT(criterion, percentile), .example = "90",
     .help = "of percentile_of: 0 (the least value) to 100 (the largest); 50 is the median"},
    {IN(CRITERION), "neighbours", TYPE_COUNT, .fallback = "12", .offset = AT(criterion, interpolation.neighbours), .example = "12",
     .help = "of idw_of and kriging_of: how many points at most, the nearest within `radius`; 1 to 16"},
    {IN(CRITERION), "power", TYPE_NUMBER, .range = RANGE_POSITIVE, .fallback = "2", .offset = AT(criterion, interpolation.power), .example = "2",
     .help = "of idw_of: 1 / distance^power"},
    {IN(CRITERION), "variogram", TYPE_VARIOGRAM, .choices = variogram_names, .fallback = "spherical", .offset = AT(criterion, interpolation),
     .example = "spherical",
     .help = "of kriging_of: how values differ with distance, see Between points; `{fit: spherical}` fits nugget, sill and range to the points"},
    {IN(CRITERION), "nugget", TYPE_NUMBER, .range = RANGE_NOT_NEGATIVE, .fallback = "0", .offset = AT(criterion, interpolation.nugget),
     .example = "20", .help = "of kriging_of: the variogram just beside a point, in the square of the layer's unit"},
    {IN(CRITERION), "sill", TYPE_NUMBER, .range = RANGE_POSITIVE, .offset = AT(criterion, interpolation.sill), .example = "100",
     .help = "of kriging_of: the variogram far away, nugget included"},
    {IN(CRITERION), "range", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_POSITIVE, .offset = AT(criterion, interpolation.range_m),
     .example = "15 km", .help = "of kriging_of: how far values are alike; exponential and gaussian variograms are then at 95 percent of the way"},
    {IN(CRITERION), "friction", TYPE_FORMULA, .example = "\"1 + 0.2 * slope(elevation) + where(inside(lakes), nan, 0)\"",
     .help = "what a metre of way counts for cost_distance_to, more than 0, see Formulas; missing: no way leads there; below 1 ways reach farther "
             "than the default `margin` of the grid"},
    {IN(CRITERION), "of", TYPE_INDEXED, .example = "SCENE",
     .help = "what an index reads: a layer with `sensor`, or a layer for each waveband or element: `{thorium: th, potassium: k}`"},
    {IN(CRITERION), "mask", TYPE_MASKS, .example = "[vegetation, cloud, shadow, water]", .help = "where an index is missing, see Indices"},
    {IN(CRITERION), "minimum", TYPE_NUMBER, .range = RANGE_POSITIVE, .offset = AT(criterion, minimum), .example = "0.25",
     .help = "of an index of radioelements: the least concentration of the divisor that counts"},
    {IN(CRITERION), "quantile", TYPE_NUMBER, .fallback = "50", .offset = AT(criterion, quantile), .example = "90",
     .help = "of months_to_permit: so many of 100 permits that are granted take no longer; more than 0, below 100"},
    {IN(CRITERION), "route", TYPE_TEXT, .offset = AT(criterion, route), .example = "mine", .help = "the route of p_within"},
    {IN(CRITERION), "role", TYPE_CHOICE, .choices = roles, .offset = AT(criterion, role), .example = "evidence",
     .help = "evidence or access; default: evidence for value_of, category_of, coverage_of, formula, mean_of, sd_of, percentile_of and values "
             "between points, else "
             "access"},
    {IN(CRITERION), "membership", TYPE_MEMBERSHIP, .example = "{small: {midpoint: 20 km}}",
     .help = "raw value to 0..1; a criterion without one is reported, not scored"},
    {IN(CRITERION), "complement", TYPE_BOOL, .fallback = "false", .offset = AT(criterion, complement), .example = "true",
     .help = "1 - membership (fuzzy NOT)"},
    {IN(CRITERION), "label", TYPE_TEXT, .offset = AT(criterion, label), .example = "Distance to rail",
     .help = "how people read it; default: the name with spaces"},

    {IN(RULE), "buffer", TYPE_BUFFER, .unit = UNIT_LENGTH, .child = SECTION_BUFFER, .fallback = "0 m", .example = "1 km",
     .help = "also everything this near; for the `_outside` rules and require_inside it grows the allowed area; below 0 it takes an edge off: only "
             "what lies "
             "farther than this from where the layer is known not to be; cells without data take nothing off"},
    {IN(RULE), "min_clump", TYPE_QUANTITY, .unit = UNIT_AREA, .range = RANGE_NOT_NEGATIVE, .fallback = "0 km2", .offset = AT(rule, min_clump_km2),
     .example = "2 km2",
     .help = "clumps of cells (touching at sides or corners) of less area do not count, before any `buffer`; layers are read farther beyond the grid "
             "for it, and a clump that goes on beyond what was read counts"},
    {IN(RULE), "coverage", TYPE_QUANTITY, .unit = UNIT_SHARE, .range = RANGE_SHARE, .offset = AT(rule, coverage), .example = "50 percent",
     .help = "of rules on a layer of areas, instead of `all_touched` and `buffer`: how much of a cell must be "
             "covered, see Coverage"},
    {IN(RULE), "feature", TYPE_TEXT, .offset = AT(rule, feature), .example = "residence",
     .help = "of exclude_setback: what the table calls the layer; default: the layer's name"},
    {IN(RULE), "default", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .offset = AT(rule, default_m), .example = "500 m",
     .help = "of exclude_setback, which needs it: the setback where the table has no row; `0 m` is none"},
    {IN(RULE), "metric", TYPE_CHOICE, .choices = metrics, .fallback = "auto", .offset = AT(rule, metric), .example = "geodesic",
     .help = "how `buffer` is measured, as `metric` of a criterion"},
    {IN(RULE), "factor", TYPE_NUMBER, .range = RANGE_SHARE, .offset = AT(rule, factor), .example = "0.6",
     .help = "of a penalty, which needs it: what scores are multiplied by; 0 keeps the cell ranked, with score 0"},
    {IN(RULE), "over", TYPE_RULES, .example = "[park]",
     .help = "of an inclusion: the exclusions that it frees of; default: all that are written before it"},
    {IN(RULE), "reason", TYPE_TEXT, .offset = AT(rule, reason), .example = "National park",
     .help = "what reports say; default: the name with spaces; of require_inside: outside the layer"},
    {IN(RULE), "citation", TYPE_TEXT, .offset = AT(rule, citation), .example = "54 USC 100101", .help = "the law or plan behind it"},
    {IN(RULE), "valid", TYPE_SECTION, .child = SECTION_VALID, .example = "{from: 2027-01-01, until: 2030-12-31}",
     .help = "when it is in force; needs `as_of` or `--as-of`; default: always"},
    {IN(RULE), "targets", TYPE_TARGETS, .example = "[plant]", .help = "the targets it holds for; default: all"},

    {IN(TARGET), "mode", TYPE_CHOICE, .choices = modes, .offset = AT(target, mode), .example = "plant",
     .help = "what kind of site; default: from the name, else deposit"},
    {IN(TARGET), "score", TYPE_OVERLAY, .required = true, .example = "{weighted: {rail: 2, power: 1}}", .help = "how criteria combine"},
    {IN(TARGET), "min_coverage", TYPE_QUANTITY, .unit = UNIT_SHARE, .range = RANGE_SHARE, .fallback = "100 percent",
     .offset = AT(target, min_coverage), .example = "60 percent",
     .help = "share of the weight that must be known; below 100 percent missing criteria are left out and the rest renormalised"},
    {IN(TARGET), "permit", TYPE_TEXT, .offset = AT(target, permit), .example = "mine",
     .help = "route that its sites' permit figures are of, where there are `permits`; default: `mine` for deposits, else `plant`"},
    {IN(TARGET), "shortlist", TYPE_SECTION, .child = SECTION_SHORTLIST, .example = "{within: 6 months, probability: 0.5}",
     .help = "which sites can have their permit in time"},
    {IN(TARGET), "candidates", TYPE_SECTION, .child = SECTION_CANDIDATES, .example = "{peaks: {spacing: 10 km}}",
     .help = "where sites are looked for; default: peaks"},
    {IN(TARGET), "ramp", TYPE_WORD, .choices = ramps, .offset = AT(target, ramp), .example = "viridis",
     .help = "colours of its pictures; default: chosen by the report"},
    {IN(TARGET), "classes", TYPE_CLASSING, .example = "{quantile: 5}",
     .help =
         "how its pictures (heatmap, map sheet, KMZ) show scores: `linear` (default) along the ramp; in classes `{quantile: 5}` of equal area, "
         "`{equal_interval: 5}` between the lowest and the highest score, `concentration_area` (where the area above a threshold breaks in double "
         "logarithms), or at `{breaks: [0.2, 0.5]}`; a score on a break belongs below it"},

    {IN(TARGET), "certainty", TYPE_SECTION, .child = SECTION_CERTAINTY, .example = "{weights: 25 percent, memberships: 10 percent}",
     .help = "how far ranks hold if weights and memberships are other than written; default: not asked"},

    {IN(CERTAINTY), "weights", TYPE_SPREAD, .example = "25 percent",
     .help =
         "which weights are drawn: each up to so much more or less than written (default: 25 percent), evenly; `order`: all that rank the criteria "
         "of a group as written; `any`: all there are, evenly"},
    {IN(CERTAINTY), "memberships", TYPE_QUANTITY, .unit = UNIT_SHARE, .range = RANGE_SHARE, .fallback = "0 percent",
     .offset = AT(certainty_wish, memberships), .example = "10 percent",
     .help = "how much the raw values at which memberships rise and fall may be larger or smaller, each criterion's together and evenly; at most 50 "
             "percent"},
    {IN(CERTAINTY), "draws", TYPE_COUNT, .fallback = "10000", .offset = AT(certainty_wish, draws), .example = "10000",
     .help = "how many; at most 100000"},
    {IN(CERTAINTY), "seed", TYPE_COUNT, .fallback = "1", .offset = AT(certainty_wish, seed), .example = "1", .help = "of the random numbers"},

    {IN(CANDIDATES), "points", TYPE_LAYERS, .example = "LAYER", .help = "layer of known places, or a list of them"},
    {IN(CANDIDATES), "merge_within", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .fallback = "0 m",
     .offset = AT(target, merge_m), .example = "5 km", .help = "points this near are one site"},
    {IN(CANDIDATES), "snap_within", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .fallback = "0 m", .offset = AT(target, snap_m),
     .example = "1 km", .help = "a point takes the best cell this near"},
    {IN(CANDIDATES), "uncertainty", TYPE_UNCERTAINTY, .example = "2 km",
     .help = "how well places are known: a length, or a field that holds kilometres"},
    {IN(CANDIDATES), "name", TYPE_TEXT, .offset = AT(target, name_field), .example = "FIELD",
     .help = "field with the sites' names; default: the layer's `label`"},
    {IN(CANDIDATES), "peaks", TYPE_SECTION, .child = SECTION_PEAKS, .example = "{spacing: 10 km, count: 50}",
     .help = "the best cells instead of given points"},

    {IN(PEAKS), "spacing", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_POSITIVE, .fallback = "10 km", .offset = AT(target, spacing_m),
     .example = "10 km", .help = "least distance between two peaks"},
    {IN(PEAKS), "count", TYPE_COUNT, .fallback = "50", .offset = AT(target, count), .example = "50", .help = "at most this many"},
    {IN(PEAKS), "min_score", TYPE_NUMBER, .range = RANGE_SHARE, .fallback = "0", .offset = AT(target, min_score), .example = "0.2",
     .help = "none below this score"},

    {MODELS_ALL, "training", TYPE_LAYERS, .required = true, .example = "known", .help = "layer of known places, or a list of them"},
    {MODELS_ALL, "same_cell", TYPE_CHOICE, .choices = same_cells, .fallback = "merge", .offset = AT(model, same_cell), .example = "merge",
     .help = "what places in one cell are: one (merge), or as many as there are (count)"},
    {MODELS_ALL, "unit_area", TYPE_QUANTITY, .unit = UNIT_AREA, .range = RANGE_POSITIVE, .fallback = "1 km2", .offset = AT(model, unit_km2),
     .example = "1 km2", .help = "area that holds at most one place: probabilities are those of such an area"},
    {IN(WEIGHTS_OF_EVIDENCE), "contrast", TYPE_NUMBER, .range = RANGE_NOT_NEGATIVE, .fallback = "2", .offset = AT(model, contrast), .example = "2",
     .help = "least studentised contrast (contrast by its standard deviation) of evidence that is used"},
    {MODELS_DRAWING, "negatives", TYPE_COUNT, .fallback = "10000", .offset = AT(model, negatives), .example = "10000",
     .help = "cells drawn at random, always the same ones, from the study area without the training cells"},
    {MODELS_DRAWING, "apart", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .fallback = "0 m", .offset = AT(model, apart_m),
     .example = "5 km", .help = "drawn cells nearer than this to a known place are no negatives: deposits nobody has found lie near known ones"},
    {MODELS_DRAWING, "seed", TYPE_COUNT, .fallback = "1", .offset = AT(model, seed), .example = "1", .help = "of the draw, and of the trees"},
    {MODELS_DRAWING, "where", TYPE_CONDITION, .example = "\"near_road < 2 km\"",
     .help = "cells are drawn only where a criterion's raw value meets this condition, for example where somebody has looked; default: everywhere"},
    {MODELS_DRAWING, "barren", TYPE_LAYERS, .example = "drilled",
     .help = "layer of places known to hold nothing, or a list of them: these are the negatives, a cell each, and none are drawn"},
    {IN(RANDOM_FOREST), "trees", TYPE_COUNT, .fallback = "300", .offset = AT(model, trees), .example = "300", .help = "how many"},
    {IN(RANDOM_FOREST), "depth", TYPE_COUNT, .fallback = "8", .offset = AT(model, depth), .example = "8",
     .help = "questions one after another, at most"},
    {IN(RANDOM_FOREST), "sample", TYPE_QUANTITY, .unit = UNIT_SHARE, .range = RANGE_POSITIVE, .fallback = "63.2 percent", .offset = AT(model, sample),
     .example = "63.2 percent",
     .help = "share of the rows that a tree sees, none twice; a bootstrap would hold so many different ones (Breiman 2001)"},
    {IN(BOOSTED_TREES), "trees", TYPE_COUNT, .fallback = "200", .offset = AT(model, trees), .example = "200", .help = "how many, one after another"},
    {IN(BOOSTED_TREES), "depth", TYPE_COUNT, .fallback = "3", .offset = AT(model, depth), .example = "3",
     .help = "questions one after another, at most: how many criteria can act together"},
    {IN(BOOSTED_TREES), "learning_rate", TYPE_NUMBER, .range = RANGE_POSITIVE, .fallback = "0.1", .offset = AT(model, learning_rate),
     .example = "0.1", .help = "how much of each tree is taken, up to 1 (Friedman 2001)"},
    {IN(BOOSTED_TREES), "sample", TYPE_QUANTITY, .unit = UNIT_SHARE, .range = RANGE_POSITIVE, .fallback = "50 percent", .offset = AT(model, sample),
     .example = "50 percent", .help = "share of the rows that a tree sees, none twice (Friedman 2002)"},

    {IN(ANNOTATION), "layer", TYPE_LAYER, .required = true, .offset = AT(annotation, layer), .example = "LAYER", .help = "a vector layer"},
    {IN(ANNOTATION), "field", TYPE_TEXT, .required = true, .offset = AT(annotation, field), .example = "FIELD", .help = "its field"},

    {IN(VALIDATE), "sites", TYPE_LAYERS, .required = true, .example = "LAYER", .help = "layer of known places, or a list of them"},
    {IN(VALIDATE), "folds", TYPE_FOLDS, .example = "5",
     .help = "parts that are held out in turn, by lot; a learnt score is learnt anew without each"},
    {IN(VALIDATE), "blocks", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_POSITIVE, .offset = AT(validation_wish, folds.block_m),
     .example = "50 km", .help = "instead of `folds`: all places of a square of this side are held out together"},
    {IN(VALIDATE), "uncertainty", TYPE_UNCERTAINTY, .example = "2 km",
     .help = "radius within which a place may lie: a length, or a field that holds kilometres; default: its own cell"},
    {IN(VALIDATE), "within", TYPE_CHOICE, .choices = withins, .fallback = "share", .offset = AT(validation_wish, within), .example = "share",
     .help = "share: every cell of the radius counts in part; best: the highest one, which flatters"},
    {IN(VALIDATE), "merge_within", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .fallback = "0 m",
     .offset = AT(validation_wish, places.merge_m), .example = "1 km", .help = "points this near are one place"},
    {IN(VALIDATE), "name", TYPE_TEXT, .offset = AT(validation_wish, places.name_field), .example = "FIELD",
     .help = "field with the places' names; default: the layer's `label`"},
    {IN(VALIDATE), "baseline", TYPE_TARGET, .offset = AT(validation_wish, baseline), .example = "TARGET",
     .help = "another target to compare with, at the same places"},

    {IN(PERMITS), "jurisdiction", TYPE_TEXT, .offset = AT(permit_wish, jurisdiction), .example = "US",
     .help = "jurisdiction of every cell that `jurisdictions` says nothing known of"},
    {IN(PERMITS), "jurisdictions", TYPE_LAYER, .offset = AT(permit_wish, layer), .example = "LAYER",
     .help = "layer whose classes (a vector's `category`) are jurisdictions"},
    {IN(PERMITS), "names", TYPE_NAMES, .example = "{Western Australia: AU-WA}",
     .help = "what the table calls classes of that layer; others go by their own name"},
    {IN(PERMITS), "land_status", TYPE_NAMES, .example = "{parks: park, reserves: conservation, blm: public}",
     .help = "class of the land in each layer; of several the first"},
    {IN(PERMITS), "elsewhere", TYPE_TEXT, .fallback = "private", .offset = AT(permit_wish, elsewhere), .example = "public",
     .help = "class of the land in none of them"},
    {IN(PERMITS), "routes", TYPE_TEXT, .offset = AT(permit_wish, routes), .example = "permits/routes.csv",
     .help = "table of routes; default: the program's own"},
    {IN(PERMITS), "classes", TYPE_TEXT, .offset = AT(permit_wish, classes), .example = "permits/land_status.csv",
     .help = "table of classes of land; default: the program's own"},
    {IN(PERMITS), "accelerate", TYPE_NAMES, .example = "{environmental impact statement: 50 percent}",
     .help = "what if these stages took so much of their time (0 percent: none); told beside each figure, and no criterion sees it"},
    {IN(PERMITS), "seed", TYPE_COUNT, .fallback = "1", .offset = AT(permit_wish, seed), .example = "1", .help = "of the random numbers"},
    {IN(PERMITS), "draws", TYPE_COUNT, .fallback = "65536", .offset = AT(permit_wish, draws), .example = "65536",
     .help = "how many; at most 1000000"},

    {IN(BUFFER), "field", TYPE_TEXT, .required = true, .offset = AT(rule, by.field), .example = "CLASS", .help = "field of the rule's vector layer"},
    {IN(BUFFER), "by", TYPE_NAMES, .example = "{interstate: 500 m, local: 100 m}", .help = "the buffer of each class of the field"},
    {IN(BUFFER), "unit", TYPE_UNIT_WORD, .example = "m", .help = "instead of `by`: the field holds each feature's own buffer, in this unit"},
    {IN(BUFFER), "most", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_POSITIVE, .offset = AT(rule, by.most_m), .example = "2 km",
     .help = "with `unit`: the most that the field says of any feature; the layer is read so far beyond the grid"},
    {IN(BUFFER), "else", TYPE_QUANTITY, .unit = UNIT_LENGTH, .range = RANGE_NOT_NEGATIVE, .offset = AT(rule, by.otherwise_m), .example = "0 m",
     .help = "of features whose class is not named, or that have nothing in the field; default: such a feature is an error"},

    {IN(VALID), "from", TYPE_DATE, .offset = AT(rule, valid_from), .example = "2027-01-01", .help = "first day; default: always was"},
    {IN(VALID), "until", TYPE_DATE, .offset = AT(rule, valid_until), .example = "2030-12-31", .help = "last day; default: for ever"},

    {IN(ORDINANCES), "table", TYPE_TABLE, .offset = AT(ordinance_wish, table), .example = "ordinances.csv",
     .help = "CSV file, a row for each jurisdiction and feature; an empty one, or none, excludes nothing"},
    {IN(ORDINANCES), "jurisdictions", TYPE_LAYER, .offset = AT(ordinance_wish, layer), .example = "LAYER",
     .help = "layer whose classes (a vector's `category`) are jurisdictions"},
    {IN(ORDINANCES), "names", TYPE_NAMES, .example = "{Kern County: Kern}",
     .help = "what the table calls classes of that layer; others go by their own name"},

    {IN(SHORTLIST), "within", TYPE_QUANTITY, .unit = UNIT_TIME, .range = RANGE_POSITIVE, .fallback = "6 months",
     .offset = AT(target, shortlist.within_months), .example = "6 months", .help = "the time that a permit may take"},
    {IN(SHORTLIST), "probability", TYPE_NUMBER, .range = RANGE_SHARE, .fallback = "0.5", .offset = AT(target, shortlist.probability),
     .example = "0.5", .help = "least probability of a permit within that time"},
    {IN(SHORTLIST), "count", TYPE_COUNT, .fallback = "20", .offset = AT(target, shortlist.count), .example = "20", .help = "at most this many sites"},

    {IN(VARIANT), "relax", TYPE_RULES, .example = "[park]", .help = "exclusions that exclude nothing here"},
    {IN(VARIANT), "accelerate", TYPE_NAMES, .example = "{environmental impact statement: 50 percent}",
     .help = "stages of permits that take so much of their time here; criteria made of permits see it"},
    {IN(VARIANT), "weights", TYPE_WEIGHTS, .example = "{rail_access: 4, plant: {flat_ground: 2}}",
     .help = "other weights of criteria, in all targets or in one, beside those of the others as they are"},
    {IN(VARIANT), "permits", TYPE_SECTION, .child = SECTION_VARIANT_PERMITS, .example = "{routes: routes_2030.csv}",
     .help = "other tables of permits"},
    {IN(VARIANT), "ordinances", TYPE_SECTION, .child = SECTION_VARIANT_ORDINANCES, .example = "{table: setbacks_2030.csv}",
     .help = "another table of setbacks"},
    {IN(VARIANT), "as_of", TYPE_DATE, .offset = AT(variant_wish, as_of), .example = "2030-01-31",
     .help = "another day, whose rules and setbacks hold"},

    {IN(VARIANT_PERMITS), "routes", TYPE_TEXT, .offset = AT(variant_wish, permits.routes), .example = "permits/routes_2030.csv",
     .help = "table of routes; default: that of `permits`"},
    {IN(VARIANT_PERMITS), "classes", TYPE_TEXT, .offset = AT(variant_wish, permits.classes), .example = "permits/land_status_2030.csv",
     .help = "table of classes of land; default: that of `permits`"},
    {IN(VARIANT_ORDINANCES), "table", TYPE_TABLE, .required = true, .example = "setbacks_2030.csv",
     .help = "file; without a value: no setbacks, the defaults of the rules neither"},

    {IN(OUTPUTS), "criteria", TYPE_BOOL, .fallback = "false", .offset = AT(scenario, write_criteria), .example = "true",
     .help = "also write criteria/NAME.tif: raw value and membership"},
    {IN(OUTPUTS), "map", TYPE_WORDS, .choices = map_format_names, .offset = AT(scenario, maps), .example = "[png, pdf]",
     .help = "also draw TARGET_map.png, .svg, .pdf: a map sheet (A3) with legend, scale bar, graticule, numbered sites and credits"},
    {IN(OUTPUTS), "kmz", TYPE_BOOL, .fallback = "false", .offset = AT(scenario, write_kmz), .example = "true",
     .help = "also write TARGET.kmz: scores, sites with their reasons and a legend for globes such as Google Earth"},
    {IN(OUTPUTS), "flatgeobuf", TYPE_BOOL, .fallback = "false", .offset = AT(scenario, write_fgb), .example = "true",
     .help = "also write TARGET_sites.fgb: the sites with the fields of sites.gpkg, as FlatGeobuf for web maps"},
};
const size_t schema_row_count = sizeof schema_rows / sizeof *schema_rows;

bool schema_row_in(const struct schema_row *row, enum schema_section section) {
    return row->sections & 1u << section;
}

const struct schema_row *schema_find(enum schema_section section, const char *name) {
    for (size_t i = 0; i < schema_row_count; i++)
        if (schema_row_in(&schema_rows[i], section) && strcmp(schema_rows[i].name, name) == 0) return &schema_rows[i];
    return NULL;
}

size_t schema_names(enum schema_section section, const char *names[SCHEMA_NAMES_MAX]) {
    size_t count = 0;
    for (size_t i = 0; section == SECTION_CRITERION && i < CRITERION_OPS; i++) names[count++] = criterion_table[i].name;
    for (size_t i = 0; section == SECTION_RULE && i < RULES; i++) names[count++] = rule_names[i];
    for (size_t i = 0; i < schema_row_count && count < SCHEMA_NAMES_MAX; i++)
        if (schema_row_in(&schema_rows[i], section)) names[count++] = schema_rows[i].name;
    return count;
}
