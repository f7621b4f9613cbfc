/* Memberships by the rows of op_table: parameters in the criterion's own unit, and the scores of classes. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/scenario_reader.h"

static bool has_param(const struct membership_row *row, const char *name) {
    for (size_t i = 0; i < row->n_params; i++)
        if (strcmp(row->params[i].name, name) == 0) return true;
    return false;
}

static void note_unknown_param(struct reader *reader, const struct node *node, const struct membership_row *row) {
    const char *names[OP_PARAMS_MAX];
    char all[160] = "; it takes";
    for (size_t i = 0; i < row->n_params; i++) {
        names[i] = row->params[i].name;
        strncat(all, i ? ", " : " ", sizeof all - strlen(all) - 1);
        strncat(all, names[i], sizeof all - strlen(all) - 1);
    }
    mistakes_add(&reader->mistakes, node->key_at, "unknown key '%s' in membership '%s'%s", node->key, row->name,
                 reader_hint(reader, node->key, names, row->n_params, all));
}

static bool read_param(struct reader *reader, const struct node *map, const struct criterion *criterion, const struct param_row *param, double *out) {
    const struct node *node = node_get(map, param->name);
    *out = param->fallback;
    if (!node && isnan(param->fallback) && !param->from_stats) {
        const char *example = criterion->unit ? strchr(unit_example(criterion->unit->kind), '`') + 1 : "1.5`";
        mistakes_add(&reader->mistakes, map->key_at, "membership '%s' needs `%s` (%s), for example `%s: %s", map->key, param->name, param->help,
                     param->name, example);
        return false;
    }
    if (!node) return true;
    if (param->measure == PARAM_NUMBER) return read_number(reader, node, RANGE_ANY, out);
    return node_is_text(reader, node) && read_raw(reader, node, node->text, criterion->unit, criterion->unit_name, criterion->op == OP_SLOPE, out);
}

/* A parameter that would divide by zero, or turn a curve into something else. */
static void check_params(struct reader *reader, const struct node *map, enum membership_kind kind, const double *p) {
    const char *fault = NULL;
    switch (kind) {
    case MEMBER_LINEAR:
        if (p[0] == p[1]) fault = "`zero` and `one` are the same; a slope needs two different values";
        break;
    case MEMBER_TRAPEZOID:
        if (!(p[0] <= p[1] && p[1] <= p[2] && p[2] <= p[3]))
            fault = "the four values do not rise; write zero_below <= one_from <= one_to <= zero_above";
        break;
    case MEMBER_SMALL:
    case MEMBER_LARGE:
        if (!(p[0] > 0))
            fault = "`midpoint` is not above 0; give it a value more than 0";
        else if (!(p[1] > 0))
            fault = "`spread` is not above 0; turn the curve round with small or large";
        break;
    case MEMBER_NEAR:
    case MEMBER_GAUSSIAN:
        if (!(p[1] > 0)) fault = "`spread` is not above 0; a smaller one makes the curve wider";
        break;
    case MEMBER_LOGISTIC:
        if (p[1] == 0) fault = "`steepness` is 0; a negative one falls, a positive one rises";
        break;
    case MEMBER_MS_SMALL:
    case MEMBER_MS_LARGE:
        if (!(p[0] > 0))
            fault = "`mean_multiplier` is not above 0; the usual one is 1";
        else if (!(p[1] > 0))
            fault = "`sd_multiplier` is not above 0; the usual one is 1";
        break;
    case MEMBER_INVERSE:
        if (!(p[0] > 0)) fault = "`half` is not above 0; give it a value more than 0";
        break;
    default:
        break;
    }
    if (fault) mistakes_add(&reader->mistakes, map->at, "membership '%s': %s", map->key, fault);
}

static void read_params(struct reader *reader, const struct node *map, const struct criterion *criterion, struct membership *out) {
    const struct membership_row *row = &membership_table[out->kind];
    bool whole = true;
    for (const struct node *child = map->child; child; child = child->next)
        if (!has_param(row, child->key)) note_unknown_param(reader, child, row);
    for (size_t i = 0; i < row->n_params; i++) whole &= read_param(reader, map, criterion, &row->params[i], &out->params[i]);
    if (whole) check_params(reader, map, out->kind, out->params);
}

static void read_class_scores(struct reader *reader, const struct node *map, struct membership *out) {
    if (!node_is_map(reader, map, "{11: 0, granite: 0.8}")) return;
    struct class_score *classes = reader_alloc(reader, map->count, sizeof *classes);
    if (!classes) return;
    if (!map->count)
        mistakes_add(&reader->mistakes, map->at, "`classes` is empty; write each class with its score, for example `{11: 0, granite: 0.8}`");
    for (const struct node *child = map->child; child; child = child->next) {
        struct class_score *score = &classes[out->n_classes++];
        *score = (struct class_score){.label = child->key, .at = child->key_at, .code = NAN};
        score->is_code = text_number(child->key, &score->code);
        read_number(reader, child, RANGE_SHARE, &score->score);
        for (const struct class_score *other = classes; score->is_code && other < score; other++)
            if (other->is_code && other->code == score->code)
                mistakes_add(&reader->mistakes, child->key_at, "class %s is the same number as %s in line %d; keep one of them", child->key,
                             other->label, other->at.line);
    }
    out->classes = classes;
}

static void read_categorical(struct reader *reader, const struct node *map, struct membership *out) {
    static const char *const names[] = {"classes", "other"};
    const struct node *classes = node_get(map, "classes"), *other = node_get(map, "other");
    for (const struct node *child = map->child; child; child = child->next)
        if (child != classes && child != other)
            mistakes_add(&reader->mistakes, child->key_at, "unknown key '%s' in membership 'categorical'%s", child->key,
                         reader_hint(reader, child->key, names, 2, "; it takes classes, other"));
    if (classes)
        read_class_scores(reader, classes, out);
    else
        mistakes_add(&reader->mistakes, map->key_at, "membership 'categorical' needs `classes`, for example `classes: {11: 0, granite: 0.8}`");
    if (!other) return;
    if (other->kind == NODE_SCALAR && strcmp(other->text, "missing") == 0)
        out->other = NAN;
    else
        read_number(reader, other, RANGE_SHARE, &out->other);
}

static enum membership_kind kind_find(const char *name) {
    for (enum membership_kind kind = MEMBER_LINEAR; kind < MEMBERSHIPS; kind++)
        if (strcmp(membership_table[kind].name, name) == 0) return kind;
    return MEMBER_NONE;
}

void read_membership(struct reader *reader, const struct node *map, const struct criterion *criterion, struct membership *out) {
    const char *names[MEMBERSHIPS];
    for (size_t i = 0; i < MEMBERSHIPS; i++) names[i] = membership_table[i].name;
    if (!node_is_map(reader, map, "{small: {midpoint: 20 km}}")) return;
    if (map->count != 1) {
        mistakes_add(&reader->mistakes, map->at, "`membership` has %zu kinds; it has exactly one, for example `{small: {midpoint: 20 km}}`",
                     map->count);
        return;
    }
    const struct node *kind = map->child;
    out->kind = kind_find(kind->key);
    out->at = map->key_at;
    if (out->kind == MEMBER_NONE) {
        mistakes_add(&reader->mistakes, kind->key_at, "unknown membership '%s'%s", kind->key,
                     reader_hint(reader, kind->key, names, MEMBERSHIPS, "; the simplest is linear: {zero: .., one: ..}"));
        return;
    }
    struct node none = {.kind = NODE_MAP, .at = kind->at, .key = kind->key, .key_at = kind->key_at, .text = ""};
    if (node_is_empty(kind)) kind = &none;
    if (!node_is_map(reader, kind, "{midpoint: 20 km}")) return;
    if (criterion->op == OP_CATEGORY && out->kind != MEMBER_CATEGORICAL)
        mistakes_add(&reader->mistakes, kind->key_at,
                     "membership '%s' needs numbers, and `category_of` gives classes; use `categorical: {classes: {...}}`, or `value_of`", kind->key);
    if (criterion_is_permit(criterion) && out->kind == MEMBER_CATEGORICAL)
        mistakes_add(&reader->mistakes, kind->key_at, "membership 'categorical' needs classes, and `%s` gives numbers; use another",
                     criterion_table[criterion->op].name);
    if (out->kind == MEMBER_CATEGORICAL)
        read_categorical(reader, kind, out);
    else
        read_params(reader, kind, criterion, out);
}
