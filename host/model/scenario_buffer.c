/* A rule's buffer: one length, or one for each feature of its layer by a field. */
#include <math.h>

#include "model/scenario_reader.h"

static void read_classes(struct reader *reader, const struct node *map, struct feature_buffer *by) {
    if (!node_is_map(reader, map, "{interstate: 500 m, local: 100 m}")) return;
    const char **classes = reader_alloc(reader, map->count, sizeof *classes);
    double *lengths_m = reader_alloc(reader, map->count, sizeof *lengths_m);
    if (!classes || !lengths_m) return;
    if (!map->count) mistakes_add(&reader->mistakes, map->at, "`by` is empty; give a class its buffer, for example `by: {interstate: 500 m}`");
    for (const struct node *child = map->child; child; child = child->next) {
        if (!read_quantity(reader, child, UNIT_LENGTH, RANGE_NOT_NEGATIVE, &lengths_m[by->n_classes])) continue;
        classes[by->n_classes++] = child->key;
    }
    by->classes = classes;
    by->lengths_m = lengths_m;
}

static void read_unit(struct reader *reader, const struct node *node, struct feature_buffer *by) {
    if (!node_is_text(reader, node)) return;
    const struct unit *unit = unit_find(node->text);
    if (unit && unit->kind == UNIT_LENGTH)
        by->unit_m = unit->in_base;
    else
        mistakes_add(&reader->mistakes, node->at, "`unit: %s` is no unit of length; write m, km or ft", node->text);
}

static double longest(const struct feature_buffer *by) {
    double most_m = fmax(by->n_classes ? 0 : by->most_m, isnan(by->otherwise_m) ? 0 : by->otherwise_m);
    for (size_t i = 0; i < by->n_classes; i++) most_m = fmax(most_m, by->lengths_m[i]);
    return most_m;
}

static void check_forms(struct reader *reader, const struct node *map, const char *owner) {
    const struct node *classes = node_get(map, "by"), *unit = node_get(map, "unit"), *most = node_get(map, "most");
    if (classes && (unit || most))
        mistakes_add(&reader->mistakes, (unit ? unit : most)->key_at,
                     "`%s` goes with numbers of a field, and %s says classes with `by`; leave one out", (unit ? unit : most)->key, owner);
    if (!classes && (!unit || !most))
        mistakes_add(&reader->mistakes, map->key_at,
                     "%s needs either `by` with a length for each class, or the `unit` of the field's numbers and the `most` that they are", owner);
}

void read_buffer(struct reader *reader, const struct node *node, const char *owner, struct rule *rule) {
    struct feature_buffer *by = &rule->by;
    if (node->kind != NODE_MAP) {
        read_quantity(reader, node, UNIT_LENGTH, RANGE_ANY, &rule->buffer_m);
        return;
    }
    const char *mine = reader_words(reader, "`buffer` of %s", owner);
    fields_default(reader, SECTION_BUFFER, rule);
    fields_read(reader, SECTION_BUFFER, node, mine, rule);
    check_forms(reader, node, mine);
    if (node_get(node, "by")) read_classes(reader, node_get(node, "by"), by);
    if (node_get(node, "unit")) read_unit(reader, node_get(node, "unit"), by);
    rule->buffer_m = longest(by);
}

void check_buffer(struct reader *reader, const struct node *map, const struct rule *rule) {
    const struct node *node = node_get(map, "buffer");
    if (!node || !rule->by.field) return;
    if (rule_table[rule->kind].where || rule_table[rule->kind].setback ||
        (rule->layer != NO_INDEX && reader->scenario->layers[rule->layer].kind != LAYER_VECTOR))
        mistakes_add(&reader->mistakes, node->key_at, "a `buffer` by a field goes with a vector layer, and rule '%s' has none; write one length",
                     rule->name);
    if (rule->min_clump_km2 > 0)
        mistakes_add(&reader->mistakes, node->key_at,
                     "rule '%s' has both `min_clump` and a `buffer` by a field: clumps are of all features; leave one out", rule->name);
}
