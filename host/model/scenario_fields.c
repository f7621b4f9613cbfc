/* Values by their schema row: one reading of texts, numbers, quantities, choices and references for all sections.
 * Defaults are the rows' own words read the same way, so that what the reference says is what happens. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/date.h"
#include "model/scenario_reader.h"

void *reader_alloc(struct reader *reader, size_t count, size_t size) {
    void *piece = arena_alloc(&reader->scenario->arena, count ? count : 1, size);
    if (!piece) reader->mistakes.no_memory = true;
    return piece;
}

const char *reader_words(struct reader *reader, const char *format, ...) {
    char words[256];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    char *kept = arena_copy(&reader->scenario->arena, words);
    if (!kept) reader->mistakes.no_memory = true;
    return kept ? kept : "";
}

const char *name_with_spaces(struct reader *reader, const char *name) {
    char *label = arena_copy(&reader->scenario->arena, name);
    if (!label) reader->mistakes.no_memory = true;
    for (char *c = label; c && *c; c++)
        if (*c == '_') *c = ' ';
    return label ? label : "";
}

const char *reader_hint(struct reader *reader, const char *word, const char *const *names, size_t count, const char *otherwise) {
    const char *nearest = text_nearest(word, names, count);
    return nearest ? reader_words(reader, ", did you mean '%s'?", nearest) : otherwise;
}

bool node_is_map(struct reader *reader, const struct node *node, const char *like) {
    if (node->kind == NODE_MAP) return true;
    if (node->kind != NODE_FAULT) mistakes_add(&reader->mistakes, node->at, "`%s` is a map, for example `%s`", node->key, like);
    return false;
}

bool node_is_text(struct reader *reader, const struct node *node) {
    if (node->kind == NODE_FAULT) return false;
    if (node->kind == NODE_SCALAR && !node_is_empty(node)) return true;
    if (node->kind == NODE_SCALAR)
        mistakes_add(&reader->mistakes, node->key_at, "`%s` has no value; give one or leave the key out", node->key);
    else
        mistakes_add(&reader->mistakes, node->at, "`%s` is one value, not a %s", node->key, node->kind == NODE_LIST ? "list" : "map");
    return false;
}

static bool in_range(struct reader *reader, const struct node *node, enum schema_range range, const char *share, double value) {
    const char *wanted = NULL;
    if (range == RANGE_POSITIVE && !(value > 0)) wanted = "more than 0";
    if (range == RANGE_NOT_NEGATIVE && !(value >= 0)) wanted = "0 or more";
    if (range == RANGE_SHARE && !(value >= 0 && value <= 1)) wanted = share;
    if (wanted) mistakes_add(&reader->mistakes, node->at, "`%s: %s` is out of range; it is %s", node->key, node->text, wanted);
    return !wanted;
}

bool read_number(struct reader *reader, const struct node *node, enum schema_range range, double *out) {
    double value;
    if (!node_is_text(reader, node)) return false;
    if (!text_number(node->text, &value)) {
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is not a number; write it like `%s`", node->key, node->text,
                     range == RANGE_SHARE ? "0.6" : "1.5");
        return false;
    }
    if (!in_range(reader, node, range, "from 0 to 1", value)) return false;
    *out = value;
    return true;
}

/* The unit most likely meant: hundreds are metres. */
static const char *kind_spelling(enum unit_kind kind, double number) {
    switch (kind) {
    case UNIT_LENGTH:
        return fabs(number) < 100 ? "km" : "m";
    case UNIT_ANGLE:
        return "deg";
    case UNIT_SHARE:
        return "percent";
    case UNIT_TIME:
        return "months";
    case UNIT_AREA:
        return "km2";
    case UNIT_DENSITY:
        return "per km2";
    case UNIT_LINE_DENSITY:
        return "km/km2";
    case UNIT_NONE:
        break;
    }
    return "";
}

/* A share below 1 was meant as a fraction. `own`: the unit that values are in; NULL where a number has none of its own. */
static void note_bare(struct reader *reader, const struct node *node, const char *text, enum unit_kind kind, const struct unit *own, double number) {
    struct text remedy = {0};
    if (kind == UNIT_SHARE && fabs(number) <= 1)
        text_add_number(&remedy, number * 100);
    else
        text_add(&remedy, text);
    mistakes_add(&reader->mistakes, node->at, "`%s: %s` needs a unit, for example `%s %s`", node->key, text, remedy.bytes ? remedy.bytes : text,
                 own ? own->name : kind_spelling(kind, number));
    text_free(&remedy);
}

static void note_quantity(struct reader *reader, const struct node *node, const char *text, enum unit_kind kind, const struct unit *own,
                          enum quantity_fault fault) {
    char word[UNIT_WORD_MAX] = "";
    double number = 0;
    bool split = quantity_split(text, &number, word, sizeof word) == QUANTITY_OK;
    switch (fault) {
    case QUANTITY_NO_UNIT:
        note_bare(reader, node, text, kind, own, number);
        break;
    case QUANTITY_UNKNOWN_UNIT: {
        const char *nearest = split ? unit_nearest(word) : NULL;
        const char *hint = nearest ? reader_words(reader, ", did you mean '%s'?", nearest) : reader_words(reader, "; write %s", unit_example(kind));
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` has the unknown unit '%s'%s", node->key, text, word, hint);
        break;
    }
    case QUANTITY_WRONG_KIND:
    case QUANTITY_NOT_A_NUMBER:
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is not %s", node->key, text, unit_example(kind));
        break;
    case QUANTITY_OK:
        break;
    }
}

bool read_quantity(struct reader *reader, const struct node *node, enum unit_kind kind, enum schema_range range, double *out) {
    double value;
    if (!node_is_text(reader, node)) return false;
    enum quantity_fault fault = quantity_parse(node->text, kind, &value, NULL);
    if (fault != QUANTITY_OK) {
        note_quantity(reader, node, node->text, kind, NULL, fault);
        return false;
    }
    if (!in_range(reader, node, range, "from 0 to 100 percent", value)) return false;
    *out = value;
    return true;
}

/* Degrees of slope are no linear unit of its percent. */
static bool read_slope_degrees(struct reader *reader, const struct node *node, const char *text, double degrees, double *out) {
    if (!(degrees >= 0 && degrees < 90)) {
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is out of range; a slope is from 0 to less than 90 deg", node->key, text);
        return false;
    }
    *out = 100 * tan(degrees * (3.14159265358979323846 / 180));
    return true;
}

static bool read_plain(struct reader *reader, const struct node *node, const char *text, const char *unit_name, double *out) {
    char word[UNIT_WORD_MAX];
    double number;
    if (quantity_split(text, &number, word, sizeof word) != QUANTITY_OK) {
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is not a number; write it like `1.5`", node->key, text);
        return false;
    }
    if (*word && strcmp(word, unit_name) != 0) {
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` has the unit '%s', but %s%s%s; write the number alone", node->key, text, word,
                     *unit_name ? "values are in '" : "values have none", unit_name, *unit_name ? "'" : "");
        return false;
    }
    *out = number;
    return true;
}

bool read_raw(struct reader *reader, const struct node *node, const char *text, const struct unit *unit, const char *unit_name, bool slope,
              double *out) {
    const struct unit *written;
    double value;
    if (!unit) return read_plain(reader, node, text, unit_name, out);
    enum quantity_fault fault = quantity_parse(text, unit->kind, &value, &written);
    if (fault == QUANTITY_NO_UNIT && (unit->kind == UNIT_DENSITY || unit->kind == UNIT_LINE_DENSITY)) return text_number(text, out);
    if (fault == QUANTITY_WRONG_KIND && slope && written->kind == UNIT_ANGLE && quantity_parse(text, UNIT_ANGLE, &value, NULL) == QUANTITY_OK)
        return read_slope_degrees(reader, node, text, value, out);
    if (fault != QUANTITY_OK) {
        note_quantity(reader, node, text, unit->kind, unit, fault);
        return false;
    }
    /* Already in this unit: the number as written, without rounding on the way through the base unit. */
    char word[UNIT_WORD_MAX];
    if (written == unit) return quantity_split(text, out, word, sizeof word) == QUANTITY_OK;
    *out = value / unit->in_base;
    return true;
}

int node_position(const struct node *map, const char *name) {
    int position = 0;
    for (const struct node *child = map ? map->child : NULL; child; child = child->next, position++)
        if (strcmp(child->key, name) == 0) return position;
    return NO_INDEX;
}

int read_reference(struct reader *reader, const struct node *node, const char *name, const struct node *map, const char *what) {
    int position = node_position(map, name);
    if (position != NO_INDEX) return position;
    size_t count = 0;
    const char **names = reader_alloc(reader, map ? map->count : 0, sizeof *names);
    for (const struct node *child = map && names ? map->child : NULL; child; child = child->next) names[count++] = child->key;
    const char *hint = reader_hint(reader, name, names, count, reader_words(reader, "; no %s has a name like it", what));
    mistakes_add(&reader->mistakes, node->at, "`%s: %s` names no %s%s", node->key, name, what, hint);
    return NO_INDEX;
}

static bool read_choice(struct reader *reader, const struct node *node, const struct schema_row *row, int *out) {
    size_t count = 0;
    if (!node_is_text(reader, node)) return false;
    while (row->choices[count] && strcmp(row->choices[count], node->text) != 0) count++;
    if (row->choices[count]) {
        *out = (int)count;
        return true;
    }
    char all[200] = "";
    for (size_t i = 0; row->choices[i]; i++) snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", row->choices[i]);
    const char *hint = reader_hint(reader, node->text, row->choices, count, "");
    mistakes_add(&reader->mistakes, node->at, "`%s: %s` is none of %s%s", node->key, node->text, all, hint);
    return false;
}

/* A bit for each; what is no choice is noted and left out. */
static void read_words(struct reader *reader, const struct node *node, const struct schema_row *row, unsigned *out) {
    int choice;
    *out = 0;
    if (node->kind != NODE_LIST) {
        if (read_choice(reader, node, row, &choice)) *out = 1u << choice;
        return;
    }
    for (const struct node *child = node->child; child; child = child->next) {
        struct node named = *child;
        named.key = node->key;
        named.key_at = child->at;
        if (read_choice(reader, &named, row, &choice)) *out |= 1u << choice;
    }
}

bool read_truth(struct reader *reader, const struct node *node, bool *out) {
    if (!node_is_text(reader, node)) return false;
    bool yes = strcmp(node->text, "true") == 0 || strcmp(node->text, "yes") == 0;
    if (!yes && strcmp(node->text, "false") != 0 && strcmp(node->text, "no") != 0) {
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is neither true nor false", node->key, node->text);
        return false;
    }
    *out = yes;
    return true;
}

static bool read_from_one(struct reader *reader, const struct node *node, long long *out) {
    if (!node_is_text(reader, node)) return false;
    if (text_integer(node->text, out) && *out >= 1 && *out <= 1000000000) return true;
    mistakes_add(&reader->mistakes, node->at, "`%s: %s` is not a whole number from 1", node->key, node->text);
    return false;
}

static void read_date(struct reader *reader, const struct node *node, int *out) {
    if (!node_is_text(reader, node) || date_parse(node->text, out)) return;
    mistakes_add(&reader->mistakes, node->at, "`%s: %s` is no day; write it like `2027-01-31`", node->key, node->text);
}

/* A model's name, or a map that has it fitted. */
static void read_variogram(struct reader *reader, const struct node *node, const struct schema_row *row, struct interpolation *how) {
    const bool fitted = node->kind == NODE_MAP;
    const struct node *named = fitted ? node_get(node, "fit") : node;
    int choice;
    if (fitted)
        for (const struct node *child = node->child; child; child = child->next)
            if (child != named)
                mistakes_add(&reader->mistakes, child->key_at, "unknown key '%s' in `%s`; it is written `%s: {fit: spherical}`", child->key,
                             node->key, node->key);
    if (!named)
        mistakes_add(&reader->mistakes, node->at, "`%s` names no model to fit; it is written `%s: {fit: spherical}`", node->key, node->key);
    else if (read_choice(reader, named, row, &choice))
        how->variogram = (enum variogram)choice, how->fitted = fitted;
}

static void field_read(struct reader *reader, const struct schema_row *row, const struct node *node, void *record) {
    void *field = (char *)record + row->offset;
    long long whole;
    int choice;
    bool truth;
    switch (row->type) {
    case TYPE_TEXT:
        if (node_is_text(reader, node)) *(const char **)field = node->text;
        break;
    case TYPE_WORD:
        if (read_choice(reader, node, row, &choice)) *(const char **)field = row->choices[choice];
        break;
    case TYPE_CHOICE:
        if (read_choice(reader, node, row, &choice)) memcpy(field, &choice, sizeof choice);
        break;
    case TYPE_VARIOGRAM:
        read_variogram(reader, node, row, field);
        break;
    case TYPE_WORDS:
        read_words(reader, node, row, field);
        break;
    case TYPE_INTEGER:
        if (read_from_one(reader, node, &whole)) *(int *)field = (int)whole;
        break;
    case TYPE_COUNT:
        if (read_from_one(reader, node, &whole)) *(size_t *)field = (size_t)whole;
        break;
    case TYPE_NUMBER:
        read_number(reader, node, row->range, field);
        break;
    case TYPE_QUANTITY:
        read_quantity(reader, node, row->unit, row->range, field);
        break;
    case TYPE_BOOL:
        read_truth(reader, node, field);
        break;
    case TYPE_TRISTATE:
        if (read_truth(reader, node, &truth)) *(enum tristate *)field = truth ? YES : NO;
        break;
    case TYPE_DATE:
        read_date(reader, node, field);
        break;
    case TYPE_LAYER:
        if (node_is_text(reader, node)) *(int *)field = read_reference(reader, node, node->text, reader->layers, "layer");
        break;
    case TYPE_TARGET:
        if (node_is_text(reader, node)) *(int *)field = read_reference(reader, node, node->text, reader->targets, "target");
        break;
    default:
        break;
    }
}

static void field_unset(const struct schema_row *row, void *record) {
    void *field = (char *)record + row->offset;
    switch (row->type) {
    case TYPE_NUMBER:
    case TYPE_QUANTITY:
        *(double *)field = NAN;
        break;
    case TYPE_TRISTATE:
        *(enum tristate *)field = UNSET;
        break;
    case TYPE_LAYER:
    case TYPE_TARGET:
        *(int *)field = NO_INDEX;
        break;
    default:
        break;
    }
}

void fields_default(struct reader *reader, enum schema_section section, void *record) {
    for (size_t i = 0; i < schema_row_count; i++) {
        const struct schema_row *row = &schema_rows[i];
        if (!schema_row_in(row, section)) continue;
        struct node said = {.kind = NODE_SCALAR, .key = row->name, .text = row->fallback};
        if (row->fallback)
            field_read(reader, row, &said, record);
        else
            field_unset(row, record);
    }
}

static bool is_operation(enum schema_section section, const char *name) {
    for (size_t i = 0; section == SECTION_CRITERION && i < CRITERION_OPS; i++)
        if (strcmp(criterion_table[i].name, name) == 0) return true;
    for (size_t i = 0; section == SECTION_RULE && i < RULES; i++)
        if (strcmp(rule_names[i], name) == 0) return true;
    return false;
}

static void note_unknown_key(struct reader *reader, enum schema_section section, const struct node *node, const char *owner) {
    const char *names[SCHEMA_NAMES_MAX];
    size_t count = schema_names(section, names);
    if (section == SECTION_VECTOR && schema_find(SECTION_RASTER, node->key)) {
        mistakes_add(&reader->mistakes, node->key_at, "`%s` in %s is for raster layers; this is a vector layer", node->key, owner);
        return;
    }
    if (section == SECTION_RASTER && schema_find(SECTION_VECTOR, node->key)) {
        mistakes_add(&reader->mistakes, node->key_at, "`%s` in %s is for vector layers; this is a raster layer", node->key, owner);
        return;
    }
    char all[512] = "; known: ";
    for (size_t i = 0; i < count; i++) snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", names[i]);
    mistakes_add(&reader->mistakes, node->key_at, "unknown key '%s' in %s%s", node->key, owner, reader_hint(reader, node->key, names, count, all));
}

void fields_read(struct reader *reader, enum schema_section section, const struct node *map, const char *owner, void *record) {
    for (const struct node *child = map->child; child; child = child->next) {
        const struct schema_row *row = schema_find(section, child->key);
        if (row)
            field_read(reader, row, child, record);
        else if (!is_operation(section, child->key))
            note_unknown_key(reader, section, child, owner);
    }
    for (size_t i = 0; i < schema_row_count; i++) {
        const struct schema_row *row = &schema_rows[i];
        if (row->required && schema_row_in(row, section) && !node_get(map, row->name))
            mistakes_add(&reader->mistakes, map->key_at, "%s needs `%s`%s%s%s: %s", owner, row->name, row->example ? ", for example `" : "",
                         row->example ? reader_words(reader, "%s: %s", row->name, row->example) : "", row->example ? "`" : "", row->help);
    }
}
