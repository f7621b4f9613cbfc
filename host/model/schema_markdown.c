/* The reference of every key as markdown, made from the rows; docs/scenario-reference.md is its output. */
#include <math.h>

#include "base/text.h"
#include "model/index_print.h"
#include "model/schema.h"

static const char *type_words(const struct schema_row *row) {
    switch (row->type) {
    case TYPE_INTEGER:
    case TYPE_COUNT:
        return "whole number from 1";
    case TYPE_NUMBER:
        return row->range == RANGE_SHARE ? "number from 0 to 1" : "number";
    case TYPE_QUANTITY:
        return row->unit == UNIT_SHARE ? "share" : row->unit == UNIT_AREA ? "area" : row->unit == UNIT_TIME ? "time" : "length";
    case TYPE_BOOL:
    case TYPE_TRISTATE:
        return "true or false";
    case TYPE_DATE:
        return "day";
    case TYPE_LAYER:
        return "name of a layer";
    case TYPE_VERSION:
        return "1";
    case TYPE_TEXTS:
        return "list of texts";
    case TYPE_EXTENT:
        return "four numbers";
    case TYPE_CELL:
        return "length or angle, or two";
    case TYPE_CONDITION:
        return "condition";
    case TYPE_FORMULA:
        return "formula";
    case TYPE_UNIT_WORD:
        return "unit";
    case TYPE_MEMBERSHIP:
        return "membership";
    case TYPE_OVERLAY:
        return "overlay";
    case TYPE_TARGET:
        return "name of a target";
    case TYPE_TARGETS:
        return "name of a target, or a list";
    case TYPE_BUFFER:
        return "length, or a map";
    case TYPE_RULES:
        return "name of a rule, or a list";
    case TYPE_LAYERS:
        return "name of a layer, or a list";
    case TYPE_UNCERTAINTY:
        return "length, or a field";
    case TYPE_FOLDS:
        return "whole number from 2, or `leave_one_out`";
    case TYPE_BANDS:
        return "list of bands";
    case TYPE_MASKS:
        return "name of a mask, or a list";
    case TYPE_INDEXED:
        return "name of a layer, or a map of them";
    case TYPE_CLASSING:
        return "word, or a map of one";
    case TYPE_SPREAD:
        return "share, `order` or `any`";
    case TYPE_WEIGHTS:
        return "map of criteria, or of targets with one each";
    case TYPE_NAMES:
        return "map of names to words";
    case TYPE_SECTION:
        return "map";
    case TYPE_NAMED_SECTION:
        return "map of names";
    default:
        return "text";
    }
}

/* A bar would end the cell. */
static void add_cell(struct text *out, const char *words) {
    for (; *words; words++) {
        if (*words == '|') text_add(out, "\\");
        text_add_bytes(out, words, 1);
    }
}

static void add_row(struct text *out, const struct schema_row *row) {
    text_print(out, "| `%s` | ", row->name);
    for (size_t i = 0; row->choices && row->choices[i]; i++) text_print(out, "%s`%s`", i ? ", " : "", row->choices[i]);
    if (row->type == TYPE_WORDS) text_add(out, ", or a list");
    if (!row->choices) text_add(out, type_words(row));
    if (row->range == RANGE_NOT_NEGATIVE) text_add(out, ", 0 or more");
    if (row->range == RANGE_POSITIVE) text_add(out, ", more than 0");
    text_add(out, row->required ? " | required" : " | ");
    if (row->fallback) text_print(out, "`%s`", row->fallback);
    text_add(out, " | ");
    if (row->example) text_print(out, "`%s`", row->example);
    text_add(out, " | ");
    add_cell(out, row->help);
    text_add(out, " |\n");
}

static void add_section(struct text *out, enum schema_section section) {
    text_print(out, "\n## %s\n\n%s\n\n", schema_section_titles[section], schema_section_help[section]);
    text_add(out, "| key | value | default | example | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; section == SECTION_CRITERION && i < CRITERION_OPS; i++)
        text_print(out, "| `%s` | %s | | `%s` | %s%s%s%s |\n", criterion_table[i].name,
                   i == OP_FORMULA  ? "formula"
                   : i == OP_INDEX  ? "name of an index"
                   : i == OP_MONTHS ? "name of a route"
                   : i == OP_WITHIN ? "time"
                                    : "name of a layer",
                   criterion_table[i].takes, criterion_table[i].help,
                   *criterion_table[i].default_unit     ? "; unit `"
                   : i == OP_FORMULA || i == OP_INDEX   ? "; unit: none, or `unit`"
                   : i == OP_WITHIN || i == OP_COVERAGE ? "; no unit, 0 to 1"
                                                        : "; unit: the layer's",
                   criterion_table[i].default_unit, *criterion_table[i].default_unit ? "`" : "");
    for (size_t i = 0; section == SECTION_RULE && i < RULES; i++)
        text_print(out, "| `%s` | %s | %s |\n", rule_names[i],
                   rule_table[i].where ? "condition | | `\"slope > 15 percent\"`" : "name of a layer | | `LAYER`", rule_help[i]);
    for (size_t i = 0; i < schema_row_count; i++)
        if (schema_row_in(&schema_rows[i], section)) add_row(out, &schema_rows[i]);
}

static void add_param(struct text *out, const struct param_row *param) {
    text_print(out, "`%s` ", param->name);
    if (param->from_stats)
        text_print(out, "(%s)", param->help);
    else if (isnan(param->fallback))
        text_print(out, "(required: %s)", param->help);
    else {
        text_print(out, "(%s; default ", param->help);
        text_add_number(out, param->fallback);
        text_add(out, ")");
    }
}

static void add_memberships(struct text *out) {
    text_add(
        out,
        "\n## Memberships\n\nA map with one kind: `membership: {small: {midpoint: 20 km, spread: 3}}`. `x` and what is compared with it are in the "
        "criterion's unit:\nwhere that is a length, an angle or a share a unit is written (any of its kind; it is converted), where it is none "
        "or another word (`ppm`) the bare number is.\n\n| kind | parameters | formula |\n|---|---|---|\n");
    for (size_t i = MEMBER_LINEAR; i < MEMBERSHIPS; i++) {
        const struct membership_row *row = &membership_table[i];
        text_print(out, "| `%s` | ", row->name);
        for (size_t p = 0; p < row->n_params; p++) {
            if (p) text_add(out, ", ");
            add_param(out, &row->params[p]);
        }
        if (i == MEMBER_CATEGORICAL)
            text_add(out, "`classes` (required: `{CODE_OR_LABEL: 0..1}`), `other` (of classes that are not listed; a score or `missing`; default 0)");
        text_add(out, " | ");
        add_cell(out, row->help);
        text_add(out, " |\n");
    }
}

static void add_overlays(struct text *out) {
    text_add(out, "\n## Overlays\n\nA criterion's name, or a map with one operation, nested at will. `mu` are the memberships of its items.\n\n"
                  "| operation | written | formula |\n|---|---|---|\n");
    for (size_t i = OVERLAY_WEIGHTED; i < OVERLAYS; i++)
        text_print(out, "| `%s` | `%s` | %s |\n", overlay_table[i].name,
                   overlay_table[i].written   ? overlay_table[i].written
                   : overlay_table[i].weights ? "{a: 2, b: 1}` or `[{of: a, weight: 2}, {of: {or: [b, c]}, weight: 1}]"
                                              : "[a, b, {or: [c, d]}]",
                   overlay_table[i].help);
    text_add(out,
             "\nMissing items are left out of every operation; `min_coverage` says how much may be. Each criterion's part of a score is told where "
             "the score is\nmade of weighted means alone; elsewhere there are none.\n"
             "\n**Order weights.** `order_weights` are those of the largest value first, then of the second largest, and so on (Yager 1988); `alpha` "
             "stands for "
             "the\nquantifier p^alpha (Yager 1996), below 1 for OR-like, above 1 for AND-like; `orness` finds the alpha that gives just this many "
             "items that "
             "ORness: 1 is\nthe largest value alone, 0 the smallest, 0.5 the weighted mean. With importances a value's part is Q(p) - Q(p before "
             "it), p being "
             "the share of\nthe weights from the largest value down to it, and Q the quantifier or the line through the sums of the order weights "
             "(Torra 1997): so a "
             "score does\nnot jump where two memberships meet. Reports tell the ORness and the trade-off, 1 - sqrt(n sum((v - 1/n)^2) / (n - 1)), of "
             "the order "
             "weights.\n"
             "\n**Ideals.** TOPSIS (Hwang and Yoon 1981) measures w mu / sqrt(sum of mu^2) from the best and the worst values among the cells that "
             "count (see "
             "Weights), so a\nscore depends on what the grid holds. `ideal: absolute` measures w mu itself from 1 and from 0: scores of different "
             "grids can be "
             "compared.\n");
}

static void add_between_points(struct text *out) {
    text_add(
        out,
        "\n## Between points\n\n`idw_of`, `kriging_of` and `kriging_variance_of` take a vector layer with an `attribute`; a line or an area "
        "counts as one point on it, and\npoints at one place as one with their mean. A cell takes the `neighbours` nearest points within "
        "`radius`; where there is none it is missing, where\nit has a point at its centre it is that point's value. Distances are measured in "
        "the grid's plane, on a geographic grid straight through the Earth.\n\n"
        "| variogram | at a distance h, between `nugget` n and `sill` s |\n|---|---|\n"
        "| `spherical` | n + (s - n) (1.5 h / range - 0.5 (h / range)^3), s from the range on |\n"
        "| `exponential` | n + (s - n) (1 - exp(-3 h / range)) |\n"
        "| `gaussian` | n + (s - n) (1 - exp(-3 (h / range)^2)) |\n\n"
        "Kriging is ordinary: the mean is unknown, and the same among the neighbours. `sill` and `nugget` weigh points by their ratio; the "
        "variance is in their unit.\n"
        "\n**Fitted variograms.** `variogram: {fit: spherical}` takes the mean of half the squared differences of all pairs of points in 15 equal "
        "lags up to half the\ndiagonal of the points' extent (Matheron 1963; of more than 5000 points, of so many), and the nugget, sill and range "
        "for "
        "which sum n (semivariance / model - 1)^2\nover the lags is least, n being a lag's pairs (Cressie 1985). `lodescan check` shows them; "
        "`run.json` has them with the lags, and how well kriging foretells each\npoint from the others (`left_out`: mean error, root mean square "
        "error, "
        "and the mean of squared error / variance, which is 1 where variances are true).\n");
}

static void add_coverage(struct text *out) {
    text_add(out,
             "\n## Coverage\n\n`coverage_of` and a rule's `coverage` measure exactly, edge by edge, which share of a cell's area the polygons of a "
             "vector layer cover; without them a\ncell is in a layer or not. Polygons that overlap count once, holes not at all, lines and points "
             "cover nothing; a cell without polygons has 0, so no\ncell is missing. Polygons have the corners they have in the file, brought to "
             "the grid's `crs`, with straight edges between them. On a geographic grid the\nshare is that of the cell's square of longitude and "
             "latitude. The shares times a cell's area add up to the polygons' area, to a millionth.\n\n"
             "`exclude_inside: parks, coverage: 50 percent` excludes cells of which more than half is covered (`0 percent`: any part of it); "
             "`exclude_outside: claim,\ncoverage: 100 percent` those of which less than all is covered. Other rules `_inside` and "
             "`_outside` hold likewise. Shares are compared to a millionth of a cell.\n");
}

static void add_ordinances(struct text *out) {
    text_add(out,
             "\n## Ordinances\n\n`ordinances` names a CSV table whose rows say how far a jurisdiction wants things to stay from a feature, and the "
             "layer whose classes are\njurisdictions. A rule `exclude_setback: LAYER` excludes a cell whose distance to the layer is not more than "
             "the setback of the jurisdiction that the\ncell itself lies in: `homes: {exclude_setback: towns, feature: residence, default: 500 "
             "m}`. Where the table has no row for it, and in cells of no\njurisdiction, the rule's `default` holds, and the report lists those. A "
             "setback of 0 excludes nothing, not even the layer's own cells. A table without\nrows, or no table, excludes nothing at all, the "
             "default neither, and the run says so.\n\n| column | meaning |\n|---|---|\n"
             "| `jurisdiction` | a class of the layer, or what `names` calls it |\n| `feature` | what rules call it by `feature` |\n"
             "| `setback`, `unit` | a number of 0 or more, and m, km, ft or mi |\n"
             "| `valid_from`, `valid_until` | first and last day (`2027-01-31`) of the row; empty: open. The scenario then says its day, `as_of`. "
             "Optional |\n| `citation`, `text` | the law and its words, for reports. Optional |\n\n"
             "No two rows about the same may hold on one day. Rows that name no class of the layer, and features that no rule has, are warned of.\n");
}

static void add_densities(struct text *out) {
    text_add(
        out,
        "\n## Densities\n\n`density_of` takes a vector layer of points or of lines as they lie, not as cells. Around a cell's centre each point, or "
        "each metre of line, within `radius`\nr counts K of its distance d; the sum is per square kilometre: points, or kilometres of line. `unit` "
        "tells it in "
        "another: of points and crossings such as\n`per 100 km2`, of lines `km/km2` or `m/ha`; of what is `weighted` any other word, without "
        "conversion. Where "
        "nothing is near it is 0. The part of a line that lies within is\nintegrated exactly, piece by piece. `crossings_of` does the same with the "
        "places where at least three branches of lines meet: crossings and abutments, each one once,\nand no place where a line only goes on as "
        "another. Distances are measured in the grid's plane, on a geographic grid straight through the Earth.\n\n"
        "| kernel | K |\n|---|---|\n"
        "| `quartic` | 3 / (pi r^2) (1 - (d / r)^2)^2 (Silverman 1986, eq. 4.5) |\n"
        "| `uniform` | 1 / (pi r^2) |\n");
}

static void add_weightings(struct text *out) {
    text_add(
        out,
        "\n## Weights\n\nWhere an overlay takes weights (`weighted: {a: 2, b: 1}`), a map with one of these may stand instead: `weighted: {roc: [a, "
        "b, c]}`. "
        "Items may be\noverlays. What cells decide is worked out before the scores, over the cells that count: those in the study area that no rule "
        "excludes from\nthe target and where nothing that is combined is missing; `run.json` has the numbers.\n\n| weights | written | meaning "
        "|\n|---|---|---|\n");
    for (size_t i = WEIGHTS_AHP; i < WEIGHTINGS; i++)
        text_print(out, "| `%s` | `%s` | %s |\n", weighting_table[i].name, weighting_table[i].written, weighting_table[i].help);
    text_add(out,
             "\n**Comparisons.** 1 is equally, 3 somewhat, 5 much, 7 very much, 9 extremely more important; `a/b: 1/3` is `b/a: 3`. Every pair is "
             "compared once. The\nweights are the principal eigenvector. A consistency ratio over 0.10 is a mistake unless `accept_inconsistency: "
             "true` stands "
             "beside `ahp`. Overlays are\ncompared by a name: `{ahp: {access/slope: 3}, of: {access: {or: [rail, road]}}}`.\n");
}

static void add_models(struct text *out) {
    text_add(out, "\n## Models\n\nA target's whole score may be learnt from known places instead. Evidence are criteria's raw values: they need no "
                  "membership.\n\n"
                  "| model | written | formula |\n|---|---|---|\n");
    for (size_t m = 0; m < MODELS; m++) text_print(out, "| `%s` | `%s` | %s |\n", model_table[m].name, model_table[m].takes, model_table[m].help);
    text_add(
        out,
        "\nWeights of evidence cut each criterion in classes: `near_fault: ascending`, or with how to cut, `near_fault: {ascending: {breaks: [1 km, "
        "2 "
        "km]}}`,\n`clay: {descending: {classes: 20}}` (classes of about equal area of the grid; 10 where nothing is said). A value on a break "
        "belongs below "
        "it.\n\n"
        "| approach | meaning |\n|---|---|\n"
        "| `ascending` | classes are added up from the lowest value: low values are the pattern, as of a distance |\n"
        "| `descending` | classes are added up from the highest value: high values are the pattern, as of a concentration |\n"
        "| `unique` | each class by itself; where nothing is said, each value is a class |\n\n"
        "Ascending and descending choose the cut of the greatest studentised contrast; `unique` gives a class that reaches `contrast` its own weight "
        "and "
        "pools\nthe others. Evidence that never reaches `contrast` is not used. A table with a count of 0 has 0.5 more in each of its four counts.\n"
        "The study area is every cell that is not outside and has `min_coverage`, excluded ones among them; evidence missing there weighs 0.\n"
        "The names are those of ArcSDM and the eis_toolkit.\n\n"
        "Logistic regression draws `negatives` from the study area without the training cells (those without all of the evidence are passed over, "
        "and so\nare those within `apart` of a known place, centre to centre: in the plane, or along the geodesic on a grid in degrees) and\n"
        "corrects its constant to the true share of deposits (prior correction, King and Zeng 2001).\n"
        "`where` draws them from the cells alone that meet a condition on a criterion, as near roads, where deposits would have been found. `barren` "
        "takes\n"
        "the cells of places where somebody looked and found nothing; they should be spread as barren ground is, for the correction takes them as a "
        "sample\n"
        "of it. Held-out places are compared with the whole study area in either case.\n"
        "A criterion of classes (`category_of`, or `value_of` a raster of `kind: classes`) has a coefficient for each class, against the class of "
        "most\n"
        "area; a class without known places, or without drawn cells, is fitted as if half a place lay in it besides, and drawn cells in proportion,\n"
        "where all else is average. All evidence together may have 63 numbers and classes. Where evidence is missing it counts as average.\n\n"
        "A random forest and boosted trees draw `negatives` in the same way; they are grown by XGBoost and asked on the device. Criteria may be "
        "numbers or "
        "classes\n(`category_of`; at most 256). Evidence that is missing, as far as `min_coverage` allows, goes the way that was learnt for it, or "
        "where no "
        "row lacked it\nthe library's usual way. Odds are brought to the true share of deposits. Trees answer in steps, and do not go on beyond what "
        "they "
        "saw.\n\n"
        "A run writes what was learnt: `TARGET_weights.csv`, `TARGET_coefficients.csv` or `TARGET_trees.csv`, `TARGET_model.json` (training, prior, "
        "tests; also in "
        "run.json), and\n"
        "`TARGET_sd.tif`, the standard deviation of the posterior (trees tell none); a site has it as `score_sd`. A site's contributions add up to "
        "the logit of its "
        "score.\n");
}

static void add_units(struct text *out) {
    const char *const titles[] = {[UNIT_LENGTH] = "length",
                                  [UNIT_ANGLE] = "angle",
                                  [UNIT_SHARE] = "share",
                                  [UNIT_TIME] = "time",
                                  [UNIT_AREA] = "area",
                                  [UNIT_DENSITY] = "density",
                                  [UNIT_LINE_DENSITY] = "density of lines"};
    text_add(out, "\n## Units\n\nA quantity is a number and a unit. A bare number where a unit is meant is a mistake; but for densities, whose bare "
                  "numbers are in the criterion's unit.\n\n| kind | spellings |\n|---|---|\n");
    for (enum unit_kind kind = UNIT_LENGTH; kind <= UNIT_LINE_DENSITY; kind++) {
        text_print(out, "| %s | ", titles[kind]);
        for (size_t i = 0; unit_spelling(kind, i); i++) text_print(out, "%s`%s`", i ? ", " : "", unit_spelling(kind, i));
        text_add(out, " |\n");
    }
    text_add(out,
             "\nSlopes are in percent; memberships and conditions on them may also be written in degrees, which become 100 tan(angle) percent.\n");
}

static void add_conditions(struct text *out) {
    text_add(out, "\n## Conditions\n\n`NAME OP VALUE` with one of");
    for (size_t i = 0; i < COMPARE_IN; i++) text_print(out, " `%s`", compare_names[i]);
    text_add(out, ", or `NAME in V1, V2, ...`. NAME is a criterion (its raw value; VALUE in its unit), else a layer (plain numbers);\n"
                  "in a raster layer's `where` it is `value`. Missing values meet no condition.\n");
}

static void add_formulas(struct text *out) {
    text_add(
        out,
        "\n## Formulas\n\n`\"where(isnodata(b5) or b5 <= 0, nan, b5 / b7)\"`: numbers, `pi`, `nan`, and names of layers, which stand for a raster's "
        "values or a\nvector layer's `attribute`. From loosest to tightest: `or`, `and`, `not`, one of `< <= > >= == !=`, `+ -`, `* /`, `-x`, `^` "
        "(from the right).\n\n| function | value |\n|---|---|\n"
        "| `where(condition, a, b)` | a where the condition holds, b where it does not |\n"
        "| `min(a, b, ...)`, `max(a, b, ...)` | the least, the greatest |\n"
        "| `clamp(x, low, high)`, `abs(x)`, `floor(x)` | as they say |\n"
        "| `sqrt(x)`, `exp(x)`, `log(x)`, `log10(x)`, `pow(x, y)` | `log` is natural; `pow` is `^` |\n"
        "| `sin(x)`, `cos(x)`, `tan(x)`, `atan2(y, x)` | angles in radians |\n"
        "| `isnodata(x)` | whether x is missing |\n"
        "| `ratio(a, b)` | a / b, missing where b is not more than 0 |\n"
        "| `bit(x, n)` | whether bit n of a whole number is set; bit 0 counts one |\n"
        "| `bits(x, first, count)` | the number that `count` bits from `first` make |\n"
        "| `band_depth(LEFT, BAND, RIGHT)` | 1 - b / c, c on the line between two shoulders at the bands' wavelengths; of layers with `sensor` |\n"
        "| `slope(LAYER)` | percent, as `slope_of` |\n"
        "| `inside(LAYER)` | whether a cell is in the layer, as `exclude_inside` |\n"
        "\nA number made of anything missing is missing, and so is a quotient, power, logarithm or exponential that is not finite. A comparison "
        "with\n"
        "something missing is itself missing, and `where` of it gives a missing value; but true `or` missing is true, and false `and` missing is "
        "false.\nComputed in single precision.\n");
}

char *schema_markdown(void) {
    struct text out = {0};
    text_add(
        &out,
        "<!-- Made from the schema; do not edit. Regenerate: LODE_UPDATE=1 build/tests/model_test_schema -->\n"
        "# Scenario reference\n\n"
        "A scenario is one YAML document (at most 1 MiB, 16 levels deep, no aliases, anchors or tags). Unknown and duplicate keys are mistakes;\n"
        "all mistakes of a file are reported at once. Paths are relative to the data folder. A NAME is letters, digits and `_`, a letter first.\n");
    for (int section = SECTION_TOP; section < SECTIONS; section++) add_section(&out, (enum schema_section)section);
    add_formulas(&out);
    add_densities(&out);
    add_between_points(&out);
    add_coverage(&out);
    add_ordinances(&out);
    index_markdown(&out);
    add_memberships(&out);
    add_overlays(&out);
    add_weightings(&out);
    add_models(&out);
    add_conditions(&out);
    add_units(&out);
    return text_take(&out);
}
