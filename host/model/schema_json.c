/* The JSON Schema (draft 2020-12) of scenarios, for editors: a definition a section, made from the rows. What refers to
 * names elsewhere in the file is a plain string here; the program itself checks it. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "model/schema.h"

/* The rows' words hold no control bytes. */
static void add_string(struct text *out, const char *words) {
    text_add(out, "\"");
    for (; *words; words++) {
        if (*words == '"' || *words == '\\') text_add(out, "\\");
        text_add_bytes(out, words, 1);
    }
    text_add(out, "\"");
}

static void add_pattern(struct text *out, enum unit_kind kind) {
    text_add(out, "{\"type\":\"string\",\"pattern\":\"^\\\\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\\\\s*(");
    for (size_t i = 0; unit_spelling(kind, i); i++) text_print(out, "%s%s", i ? "|" : "", unit_spelling(kind, i));
    text_add(out, ")\\\\s*$\"}");
}

static void add_choices(struct text *out, const char *const *choices) {
    text_add(out, "{\"enum\":[");
    for (size_t i = 0; choices[i]; i++) {
        if (i) text_add(out, ",");
        add_string(out, choices[i]);
    }
    text_add(out, "]}");
}

/* One of them, or a list. */
static void add_words(struct text *out, const char *const *choices) {
    text_add(out, "{\"anyOf\":[");
    add_choices(out, choices);
    text_add(out, ",{\"type\":\"array\",\"items\":");
    add_choices(out, choices);
    text_add(out, "}]}");
}

static const char *number_form(enum schema_range range) {
    switch (range) {
    case RANGE_NOT_NEGATIVE:
        return "{\"type\":\"number\",\"minimum\":0}";
    case RANGE_POSITIVE:
        return "{\"type\":\"number\",\"exclusiveMinimum\":0}";
    case RANGE_SHARE:
        return "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}";
    case RANGE_ANY:
        break;
    }
    return "{\"type\":\"number\"}";
}

static const char *fixed_form(enum schema_type type) {
    switch (type) {
    case TYPE_VERSION:
        return "{\"const\":1}";
    case TYPE_INTEGER:
    case TYPE_COUNT:
        return "{\"type\":\"integer\",\"minimum\":1}";
    case TYPE_DATE:
        return "{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"}";
    case TYPE_BOOL:
    case TYPE_TRISTATE:
        return "{\"type\":\"boolean\"}";
    case TYPE_LAYER:
    case TYPE_TARGET:
        return "{\"$ref\":\"#/$defs/name\"}";
    case TYPE_TARGETS:
    case TYPE_RULES:
    case TYPE_LAYERS:
    case TYPE_MASKS:
        return "{\"$ref\":\"#/$defs/names\"}";
    case TYPE_TEXTS:
        return "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}";
    case TYPE_EXTENT:
        return "{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":4,\"maxItems\":4}";
    case TYPE_CELL:
        return "{\"anyOf\":[{\"$ref\":\"#/$defs/side\"},{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/side\"},\"minItems\":2,\"maxItems\":2}]}";
    case TYPE_MEMBERSHIP:
        return "{\"$ref\":\"#/$defs/membership\"}";
    case TYPE_OVERLAY:
        return "{\"$ref\":\"#/$defs/overlay\"}";
    case TYPE_CONDITION:
    case TYPE_UNIT_WORD:
    case TYPE_UNCERTAINTY:
        return "{\"type\":\"string\"}";
    case TYPE_FOLDS:
        return "{\"anyOf\":[{\"const\":\"leave_one_out\"},{\"type\":\"integer\",\"minimum\":2}]}";
    case TYPE_BANDS:
        return "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":[\"string\",\"integer\"]}}";
    case TYPE_INDEXED:
        return "{\"anyOf\":[{\"$ref\":\"#/$defs/name\"},{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{\"type\":\"string\"}}]}";
    case TYPE_NAMES:
        return "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{\"type\":\"string\"}}";
    case TYPE_WEIGHTS:
        return "{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{\"anyOf\":[{\"type\":\"number\",\"exclusiveMinimum\":0},{\"type\":"
               "\"object\",\"minProperties\":1,\"additionalProperties\":{\"type\":\"number\",\"exclusiveMinimum\":0}}]}}";
    case TYPE_CLASSING:
        return "{\"anyOf\":[{\"enum\":[\"linear\",\"quantile\",\"equal_interval\",\"concentration_area\"]},{\"type\":\"object\",\"minProperties\":1,"
               "\"maxProperties\":1,\"additionalProperties\":false,\"properties\":{\"quantile\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":12},"
               "\"equal_interval\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":12},\"breaks\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":11,"
               "\"items\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1}}}}]}";
    case TYPE_SPREAD:
        return "{\"anyOf\":[{\"enum\":[\"any\",\"order\"]},{\"type\":\"string\"},{\"type\":\"number\",\"minimum\":0,\"maximum\":1}]}";
    case TYPE_TABLE:
        return "{\"type\":[\"string\",\"null\"]}";
    case TYPE_FORMULA:
        return "{\"type\":[\"string\",\"number\"]}"; /* `friction: 1` is a number to YAML */
    default:
        return "{\"type\":[\"string\",\"number\",\"boolean\"]}";
    }
}

static void add_child(struct text *out, const struct schema_row *row) {
    const char *layers = "{\"anyOf\":[{\"$ref\":\"#/$defs/section_2\"},{\"$ref\":\"#/$defs/section_3\"}]}";
    _Static_assert(SECTION_RASTER == 2 && SECTION_VECTOR == 3, "a layer is one of the two");
    if (row->type == TYPE_NAMED_SECTION)
        text_print(out, "{\"type\":%s,\"propertyNames\":{\"$ref\":\"#/$defs/name\"},\"additionalProperties\":",
                   row->required ? "\"object\",\"minProperties\":1" : "[\"object\",\"null\"]");
    if (row->child == SECTION_RASTER)
        text_add(out, layers);
    else if (row->type == TYPE_NAMED_SECTION || row->required)
        text_print(out, "{\"$ref\":\"#/$defs/section_%d\"}", (int)row->child);
    else
        text_print(out, "{\"anyOf\":[{\"$ref\":\"#/$defs/section_%d\"},{\"type\":\"null\"}]}", (int)row->child);
    if (row->type == TYPE_NAMED_SECTION) text_add(out, "}");
}

static void add_variogram(struct text *out, const char *const *choices) {
    text_add(out, "{\"anyOf\":[");
    add_choices(out, choices);
    text_add(out, ",{\"type\":\"object\",\"required\":[\"fit\"],\"additionalProperties\":false,\"properties\":{\"fit\":");
    add_choices(out, choices);
    text_add(out, "}}]}");
}

static void add_row(struct text *out, const struct schema_row *row) {
    add_string(out, row->name);
    text_add(out, ":{\"description\":");
    add_string(out, row->help);
    text_add(out, ",\"allOf\":[");
    if (row->type == TYPE_SECTION || row->type == TYPE_NAMED_SECTION)
        add_child(out, row);
    else if (row->type == TYPE_BUFFER) {
        text_add(out, "{\"anyOf\":[");
        add_pattern(out, row->unit);
        text_print(out, ",{\"$ref\":\"#/$defs/section_%d\"}]}", (int)row->child);
    } else if (row->type == TYPE_QUANTITY)
        add_pattern(out, row->unit);
    else if (row->type == TYPE_WORDS)
        add_words(out, row->choices);
    else if (row->type == TYPE_VARIOGRAM)
        add_variogram(out, row->choices);
    else if (row->choices)
        add_choices(out, row->choices);
    else
        text_add(out, row->type == TYPE_NUMBER ? number_form(row->range) : fixed_form(row->type));
    text_add(out, "]}");
}

static void add_operation(struct text *out, const char *name, const char *help, const char *form) {
    add_string(out, name);
    text_add(out, ":{\"description\":");
    add_string(out, help);
    text_print(out, ",%s},", form);
}

static void add_operations(struct text *out, enum schema_section section) {
    for (size_t i = 0; section == SECTION_CRITERION && i < CRITERION_OPS; i++)
        add_operation(out, criterion_table[i].name, criterion_table[i].help,
                      i == OP_FORMULA || i == OP_MONTHS || i == OP_WITHIN ? "\"type\":\"string\"" : "\"$ref\":\"#/$defs/name\"");
    for (size_t i = 0; section == SECTION_RULE && i < RULES; i++)
        add_operation(out, rule_names[i], rule_help[i], rule_table[i].where ? "\"type\":\"string\"" : "\"$ref\":\"#/$defs/name\"");
}

static void add_one_operation(struct text *out, enum schema_section section) {
    if (section != SECTION_CRITERION && section != SECTION_RULE) return;
    size_t count = section == SECTION_CRITERION ? (size_t)CRITERION_OPS : (size_t)RULES;
    text_add(out, ",\"oneOf\":[");
    for (size_t i = 0; i < count; i++)
        text_print(out, "%s{\"required\":[\"%s\"]}", i ? "," : "", section == SECTION_CRITERION ? criterion_table[i].name : rule_names[i]);
    text_add(out, "]");
}

/* `type` to `additionalProperties`, without the braces around. */
static void add_section(struct text *out, enum schema_section section) {
    size_t count = 0;
    text_add(out, "\"type\":\"object\",\"description\":");
    add_string(out, schema_section_help[section]);
    text_add(out, ",\"properties\":{");
    add_operations(out, section);
    for (size_t i = 0; i < schema_row_count; i++) {
        if (!schema_row_in(&schema_rows[i], section)) continue;
        if (count++) text_add(out, ",");
        add_row(out, &schema_rows[i]);
    }
    text_add(out, "},\"required\":[");
    count = 0;
    for (size_t i = 0; i < schema_row_count; i++)
        if (schema_row_in(&schema_rows[i], section) && schema_rows[i].required) text_print(out, "%s\"%s\"", count++ ? "," : "", schema_rows[i].name);
    text_add(out, "]");
    add_one_operation(out, section);
    text_add(out, ",\"additionalProperties\":false");
}

static void add_params(struct text *out, const struct membership_row *row) {
    size_t required = 0;
    text_add(out, ":{\"type\":[\"object\",\"null\"],\"properties\":{");
    for (size_t p = 0; p < row->n_params; p++) {
        text_print(out, "%s\"%s\":{\"type\":%s,\"description\":", p ? "," : "", row->params[p].name,
                   row->params[p].measure == PARAM_RAW ? "[\"number\",\"string\"]" : "\"number\"");
        add_string(out, row->params[p].help);
        text_add(out, "}");
    }
    text_add(out, "},\"required\":[");
    for (size_t p = 0; p < row->n_params; p++)
        if (isnan(row->params[p].fallback) && !row->params[p].from_stats) text_print(out, "%s\"%s\"", required++ ? "," : "", row->params[p].name);
    text_add(out, "],\"additionalProperties\":false,\"description\":");
    add_string(out, row->help);
    text_add(out, "}");
}

static void add_membership(struct text *out) {
    text_add(out, "\"membership\":{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,\"additionalProperties\":false,\"properties\":{");
    for (size_t i = MEMBER_LINEAR; i < MEMBERSHIPS; i++) {
        text_print(out, "%s\"%s\"", i == MEMBER_LINEAR ? "" : ",", membership_table[i].name);
        if (i == MEMBER_CATEGORICAL)
            text_add(out, ":{\"type\":\"object\",\"required\":[\"classes\"],\"additionalProperties\":false,\"properties\":{\"classes\":{\"type\":"
                          "\"object\",\"minProperties\":1,\"additionalProperties\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1}},"
                          "\"other\":{\"anyOf\":[{\"const\":\"missing\"},{\"type\":\"number\",\"minimum\":0,\"maximum\":1}]}}}");
        else
            add_params(out, &membership_table[i]);
    }
    text_add(out, "}},");
}

static const char *const option_forms[OVERLAY_OPTIONS] = {
    [OPTION_OF] = "{\"$ref\":\"#/$defs/overlays\"}",
    [OPTION_ORDER_WEIGHTS] = "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"number\",\"minimum\":0}}",
    [OPTION_ORNESS] = "{\"$ref\":\"#/$defs/share\"}",
    [OPTION_ALPHA] = "{\"type\":\"number\",\"minimum\":0}",
    [OPTION_IDEAL] = "{\"enum\":[\"observed\",\"absolute\"]}",
    [OPTION_PARAMETER] = "{\"type\":\"number\",\"minimum\":0}",
};

static void add_overlay_form(struct text *out, enum overlay_op op) {
    const struct overlay_row *row = &overlay_table[op];
    const char *form = row->list ? "listed" : row->weights ? "weights" : op == OVERLAY_GAMMA ? "share" : "overlays";
    text_print(out, ",{\"type\":\"object\",\"required\":[\"%s\"%s],\"additionalProperties\":false,\"properties\":{\"%s\":{\"$ref\":\"#/$defs/%s\"}",
               row->name, op == OVERLAY_GAMMA ? ",\"of\"" : "", row->name, form);
    for (size_t i = 0; i < OVERLAY_OPTIONS; i++)
        if (row->options >> i & 1) text_print(out, ",\"%s\":%s", option_names[i], option_forms[i]);
    text_add(out, "},\"description\":");
    add_string(out, row->help);
    text_add(out, "}");
}

/* Every way of weights but the given ones: a map whose one key says which. */
static void add_weightings(struct text *out) {
    for (size_t i = WEIGHTS_AHP; i < WEIGHTINGS; i++) {
        text_print(
            out, ",{\"type\":\"object\",\"required\":[\"%s\"],\"additionalProperties\":false,\"properties\":{\"%s\":{\"$ref\":\"#/$defs/%s\"}%s},",
            weighting_table[i].name, weighting_table[i].name, i == WEIGHTS_AHP ? "pairs" : "overlays",
            i == WEIGHTS_AHP ? ",\"accept_inconsistency\":{\"type\":\"boolean\"},\"of\":{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#/"
                               "$defs/overlay\"}}"
                             : "");
        text_add(out, "\"description\":");
        add_string(out, weighting_table[i].help);
        text_add(out, "}");
    }
}

static void add_model_forms(struct text *out) {
    for (size_t m = 0; m < MODELS; m++) {
        text_print(out,
                   ",{\"type\":\"object\",\"required\":[\"%s\",\"of\"],\"additionalProperties\":false,\"properties\":{\"%s\":{\"$ref\":\"#/$defs/"
                   "section_%d\"},"
                   "\"of\":{\"$ref\":\"#/$defs/%s\"}},\"description\":",
                   model_table[m].name, model_table[m].name, (int)(SECTION_WEIGHTS_OF_EVIDENCE + m),
                   model_table[m].approaches ? "evidence" : "names");
        add_string(out, model_table[m].help);
        text_add(out, "}");
    }
}

static void add_overlay(struct text *out) {
    text_add(out, "\"overlay\":{\"anyOf\":[{\"$ref\":\"#/$defs/name\"}");
    for (enum overlay_op op = OVERLAY_WEIGHTED; op < OVERLAYS; op++) add_overlay_form(out, op);
    add_model_forms(out);
    text_add(out, "]},\"share\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},\"weight\":{\"type\":\"number\",\"exclusiveMinimum\":0},"
                  "\"overlays\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/overlay\"}},"
                  "\"pairs\":{\"type\":\"object\",\"minProperties\":1,\"propertyNames\":{\"pattern\":\"^[^/]+/[^/]+$\"},\"additionalProperties\":"
                  "{\"anyOf\":[{\"type\":\"number\"},{\"type\":\"string\",\"pattern\":\"^[0-9.]+/[0-9.]+$\"}]}},"
                  "\"listed\":{\"anyOf\":[{\"$ref\":\"#/$defs/overlays\"},{\"$ref\":\"#/$defs/weights\"}]},"
                  "\"weights\":{\"anyOf\":[{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{\"$ref\":\"#/$defs/weight\"}},"
                  "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\",\"required\":[\"of\",\"weight\"],\"additionalProperties\":false,"
                  "\"properties\":{\"of\":{\"$ref\":\"#/$defs/overlay\"},\"weight\":{\"$ref\":\"#/$defs/weight\"}}}}");
    add_weightings(out);
    text_add(out, "]},");
}

/* How weights of evidence cut their evidence in classes. */
static void add_evidence(struct text *out) {
    text_add(out, "\"evidence\":{\"type\":\"object\",\"minProperties\":1,\"additionalProperties\":{\"anyOf\":[");
    add_choices(out, approach_names);
    text_add(out, ",{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,\"propertyNames\":");
    add_choices(out, approach_names);
    text_add(out, ",\"additionalProperties\":{\"type\":\"object\",\"maxProperties\":1,\"additionalProperties\":false,\"properties\":{"
                  "\"breaks\":{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":[\"number\",\"string\"]}},"
                  "\"classes\":{\"type\":\"integer\",\"minimum\":2,\"maximum\":1000}}}}]}},");
}

char *schema_json(void) {
    struct text out = {0};
    text_add(&out, "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"lodescan scenario\",");
    add_section(&out, SECTION_TOP);
    text_print(&out, ",\"$defs\":{\"name\":{\"type\":\"string\",\"pattern\":\"^[A-Za-z][A-Za-z0-9_]*$\",\"maxLength\":%d},", NAME_LENGTH_MAX);
    text_add(&out, "\"names\":{\"anyOf\":[{\"$ref\":\"#/$defs/name\"},{\"type\":\"array\",\"minItems\":1,\"items\":{\"$ref\":\"#/$defs/name\"}}]},"
                   "\"side\":{\"anyOf\":[");
    add_pattern(&out, UNIT_LENGTH);
    text_add(&out, ",");
    add_pattern(&out, UNIT_ANGLE);
    text_add(&out, "]},");
    add_membership(&out);
    add_overlay(&out);
    add_evidence(&out);
    for (int section = SECTION_GRID; section < SECTIONS; section++) {
        text_print(&out, "%s\"section_%d\":{", section == SECTION_GRID ? "" : ",", section);
        add_section(&out, (enum schema_section)section);
        text_add(&out, "}");
    }
    text_add(&out, "}}\n");
    return text_take(&out);
}
