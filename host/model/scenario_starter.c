/* The starter: one small scenario that reads, with every other key of the schema beside it as a comment. */
#include <string.h>

#include "base/text.h"
#include "model/scenario.h"
#include "model/schema.h"

enum { LINES_MAX = 4, HELP_COLUMN = 62 };

struct line {
    const char *key, *value;
};

/* Something of a section that the starter shows: its lines, and as comments the section's other keys. */
struct shown {
    enum schema_section section;
    const char *name; /* NULL: the section itself */
    bool every_key;
    struct line lines[LINES_MAX];
};

static const struct shown top = {SECTION_TOP, NULL, true, {{"lodescan", "1"}, {"title", "My first scan"}}};
static const struct shown grid = {SECTION_GRID, NULL, true, {{"crs", "EPSG:5070"}, {"extent", "[-120, 33, -110, 39]"}, {"cell", "500 m"}}};
static const struct shown layers[] = {
    {SECTION_RASTER, "elevation", true, {{"raster", "elevation.tif"}}},
    {SECTION_VECTOR, "rail", true, {{"vector", "rail.gpkg"}}},
};
static const struct shown criteria[] = {
    {SECTION_CRITERION, "rail_access", true, {{"distance_to", "rail"}, {"membership", "{small: {midpoint: 20 km, spread: 3}}"}}},
    {SECTION_CRITERION, "flat_ground", false, {{"slope_of", "elevation"}, {"membership", "{linear: {zero: 15 percent, one: 3 percent}}"}}},
};
static const struct shown rules[] = {
    {SECTION_RULE, "steep", true, {{"exclude_where", "flat_ground > 30 percent"}, {"reason", "Too steep to build on"}}},
};
static const struct shown targets[] = {
    {SECTION_TARGET,
     "plant",
     true,
     {{"score", "{weighted: {rail_access: 2, flat_ground: 1}}"}, {"candidates", "{peaks: {spacing: 10 km, count: 50}}"}}},
};
static const struct shown annotations[] = {
    {SECTION_ANNOTATION, "county", true, {{NULL, NULL}}},
};
static const struct shown validations[] = {
    {SECTION_VALIDATE, "plant", true, {{NULL, NULL}}},
};
static const struct shown permits = {SECTION_PERMITS, NULL, true, {{NULL, NULL}}};
static const struct shown ordinances = {SECTION_ORDINANCES, NULL, true, {{NULL, NULL}}};
static const struct shown variants[] = {
    {SECTION_VARIANT, "faster", true, {{NULL, NULL}}},
};
static const struct shown outputs = {SECTION_OUTPUTS, NULL, true, {{NULL, NULL}}};

static const char *line_value(const struct shown *shown, const char *key) {
    for (size_t i = 0; i < LINES_MAX && shown->lines[i].key; i++)
        if (strcmp(shown->lines[i].key, key) == 0) return shown->lines[i].value;
    return NULL;
}

static void add_line(struct text *out, int indent, bool comment, const char *key, const char *value, const char *help) {
    size_t start = out->length;
    text_print(out, "%*s%s%s:%s%s", indent, "", comment ? "# " : "", key, *value ? " " : "", value);
    size_t width = out->length - start;
    text_print(out, "%*s# %s\n", width < HELP_COLUMN ? (int)(HELP_COLUMN - width) : 1, "", help);
}

static void add_operations(struct text *out, const struct shown *shown, int indent) {
    for (size_t i = 0; shown->section == SECTION_CRITERION && i < CRITERION_OPS; i++) {
        const char *value = line_value(shown, criterion_table[i].name);
        if (value || shown->every_key)
            add_line(out, indent, !value, criterion_table[i].name, value ? value : criterion_table[i].takes, criterion_table[i].help);
    }
    for (size_t i = 0; shown->section == SECTION_RULE && i < RULES; i++) {
        const char *value = line_value(shown, rule_names[i]);
        if (value || shown->every_key)
            add_line(out, indent, !value, rule_names[i], value ? value : rule_table[i].where ? "CONDITION" : "LAYER", rule_help[i]);
    }
}

static void add_shown(struct text *out, const struct shown *shown, int indent) {
    if (shown->name) {
        text_print(out, "%*s%s%s:\n", indent, "", shown->lines[0].key ? "" : "# ", shown->name);
        indent += 2;
    }
    add_operations(out, shown, indent);
    for (size_t i = 0; i < schema_row_count; i++) {
        const struct schema_row *row = &schema_rows[i];
        const char *value = schema_row_in(row, shown->section) ? line_value(shown, row->name) : NULL;
        if (value)
            add_line(out, indent, false, row->name, value, row->help);
        else if (schema_row_in(row, shown->section) && shown->every_key && row->example)
            add_line(out, indent, true, row->name, row->example, row->help);
    }
}

static void add_section(struct text *out, const char *name, const struct shown *shown, size_t count) {
    text_add(out, "\n");
    add_line(out, 0, false, name, "", schema_find(SECTION_TOP, name)->help);
    for (size_t i = 0; i < count; i++) add_shown(out, &shown[i], 2);
}

static void add_memberships(struct text *out) {
    text_add(out, "  # Memberships, x in the criterion's own unit:\n");
    for (size_t i = MEMBER_LINEAR; i < MEMBERSHIPS; i++) {
        text_print(out, "  #   %s: {", membership_table[i].name);
        for (size_t p = 0; p < membership_table[i].n_params; p++) text_print(out, "%s%s", p ? ", " : "", membership_table[i].params[p].name);
        text_print(out, "%s}  %s\n", i == MEMBER_CATEGORICAL ? "classes, other" : "", membership_table[i].help);
    }
}

static void add_overlays(struct text *out) {
    text_add(out, "  # Overlays, of criteria (mu) or of other overlays:\n");
    for (size_t i = OVERLAY_WEIGHTED; i < OVERLAYS; i++) text_print(out, "  #   %s  %s\n", overlay_table[i].name, overlay_table[i].help);
    text_add(out, "  # Weights may also be made, as in `weighted: {roc: [rail_access, flat_ground]}`:\n");
    for (size_t i = WEIGHTS_AHP; i < WEIGHTINGS; i++) text_print(out, "  #   %s  %s\n", weighting_table[i].name, weighting_table[i].help);
    text_add(out, "  # Or a score learnt from known places, of raw values:\n");
    for (size_t m = 0; m < MODELS; m++) text_print(out, "  #   %s  %s\n", model_table[m].takes, model_table[m].help);
}

char *scenario_starter(void) {
    struct text out = {0};
    text_add(&out, "# A lodescan scenario. Lengths, angles and shares carry their unit: `20 km`, `30 deg`, `15 percent`.\n"
                   "# Keys behind a # are optional and show how they are written. Put your own files under `layers`.\n");
    add_shown(&out, &top, 0);
    text_add(&out, "\n");
    add_line(&out, 0, false, "grid", "", schema_find(SECTION_TOP, "grid")->help);
    add_shown(&out, &grid, 2);
    add_section(&out, "layers", layers, sizeof layers / sizeof *layers);
    add_section(&out, "criteria", criteria, sizeof criteria / sizeof *criteria);
    add_memberships(&out);
    add_section(&out, "rules", rules, sizeof rules / sizeof *rules);
    add_section(&out, "targets", targets, sizeof targets / sizeof *targets);
    add_overlays(&out);
    add_section(&out, "annotate", annotations, sizeof annotations / sizeof *annotations);
    add_section(&out, "validate", validations, sizeof validations / sizeof *validations);
    text_add(&out, "\n");
    add_line(&out, 0, false, "permits", "", schema_find(SECTION_TOP, "permits")->help);
    add_shown(&out, &permits, 2);
    add_section(&out, "variants", variants, sizeof variants / sizeof *variants);
    text_add(&out, "\n");
    add_line(&out, 0, true, "ordinances", "", schema_find(SECTION_TOP, "ordinances")->help);
    add_shown(&out, &ordinances, 2);
    text_add(&out, "\n");
    add_line(&out, 0, false, "outputs", "", schema_find(SECTION_TOP, "outputs")->help);
    add_shown(&out, &outputs, 2);
    return text_take(&out);
}
