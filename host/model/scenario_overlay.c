/* Overlays: a tree of operations with criteria as leaves. Its depth is bounded by that of the file. */
#include <string.h>

#include "model/scenario_reader.h"

static enum overlay_op op_find(const char *name) {
    for (enum overlay_op op = OVERLAY_WEIGHTED; op < OVERLAYS; op++)
        if (strcmp(overlay_table[op].name, name) == 0) return op;
    return OVERLAY_CRITERION;
}

static struct overlay *read_leaf(struct reader *reader, const struct node *node, const char *name) {
    int criterion = read_reference(reader, node, name, reader->criteria, "criterion");
    if (criterion == NO_INDEX) return NULL;
    const struct node *map = node;
    for (map = reader->criteria->child; map && strcmp(map->key, name) != 0;) map = map->next;
    if (map->kind == NODE_MAP && !node_get(map, "membership")) {
        mistakes_add(&reader->mistakes, node->at, "criterion '%s' has no membership, so it cannot be part of a score; give it one in line %d", name,
                     map->key_at.line);
        return NULL;
    }
    struct overlay *leaf = reader_alloc(reader, 1, sizeof *leaf);
    if (leaf) *leaf = (struct overlay){.op = OVERLAY_CRITERION, .criterion = criterion, .weight = 1, .at = node->at};
    return leaf;
}

static struct overlay *read_item(struct reader *reader, const struct node *node);

static double read_weight(struct reader *reader, const struct node *node) {
    double weight = 1;
    read_number(reader, node, RANGE_POSITIVE, &weight);
    return weight;
}

/* {of: CRITERION or OVERLAY, weight: w} */
static struct overlay *read_weighted_item(struct reader *reader, const struct node *node) {
    const struct node *of = node_get(node, "of"), *weight = node_get(node, "weight");
    if (node->kind == NODE_FAULT) return NULL;
    if (!of || !weight || node->count != 2) {
        mistakes_add(&reader->mistakes, node->at, "an item of a weighted list is written `{of: CRITERION or OVERLAY, weight: 2}`");
        return NULL;
    }
    struct overlay *item = read_item(reader, of);
    double w = read_weight(reader, weight);
    if (item) item->weight = w;
    return item;
}

static struct overlay *read_child(struct reader *reader, const struct node *node, enum overlay_op op, bool by_name) {
    if (!overlay_table[op].weights) return read_item(reader, node);
    if (!by_name) return read_weighted_item(reader, node);
    struct node named = *node;
    named.at = node->key_at;
    named.key = overlay_table[op].name;
    struct overlay *leaf = read_leaf(reader, &named, node->key);
    double weight = read_weight(reader, node);
    if (leaf) leaf->weight = weight;
    return leaf;
}

static void read_children(struct reader *reader, const struct node *list, struct overlay *parent) {
    const struct overlay **link = &parent->child;
    bool by_name = list->kind == NODE_MAP && overlay_table[parent->op].weights;
    if (list->kind == NODE_FAULT) return;
    if (list->kind != NODE_LIST && !by_name) {
        mistakes_add(&reader->mistakes, list->at, "`%s` takes %s", list->key,
                     overlay_table[parent->op].weights ? "criteria with their weights, for example `{rail: 2, power: 1}`"
                                                       : "a list of criteria, for example `[rail, power]`");
        return;
    }
    if (!list->count) mistakes_add(&reader->mistakes, list->at, "`%s` is empty; name at least one criterion", list->key);
    for (const struct node *node = list->child; node; node = node->next) {
        struct overlay *child = read_child(reader, node, parent->op, by_name);
        if (!child) continue;
        *link = child;
        link = &child->next;
    }
}

static void note_unknown_overlay(struct reader *reader, const struct node *map) {
    const char *names[OVERLAYS];
    for (size_t i = 0; i < OVERLAYS; i++) names[i] = overlay_table[i].name;
    if (map->count == 0)
        mistakes_add(&reader->mistakes, map->at, "`%s` combines nothing; write for example `{weighted: {rail: 2, power: 1}}`", map->key);
    else
        mistakes_add(&reader->mistakes, map->child->key_at, "unknown overlay '%s'%s", map->child->key,
                     reader_hint(reader, map->child->key, names, OVERLAYS, "; known: weighted, weighted_product, and, or, product, sum, gamma"));
}

static struct overlay *read_operation(struct reader *reader, const struct node *map) {
    struct overlay *overlay = reader_alloc(reader, 1, sizeof *overlay);
    const struct node *key = node_get(map, "gamma");
    if (!overlay) return NULL;
    if (!key) key = map->child;
    *overlay = (struct overlay){.op = key ? op_find(key->key) : OVERLAY_CRITERION, .criterion = NO_INDEX, .weight = 1, .at = map->at};
    if (overlay->op == OVERLAY_CRITERION) {
        note_unknown_overlay(reader, map);
        return NULL;
    }
    bool gamma = overlay->op == OVERLAY_GAMMA;
    for (const struct node *child = map->child; child; child = child->next)
        if (child != key && !(gamma && strcmp(child->key, "of") == 0))
            mistakes_add(&reader->mistakes, child->key_at, "`%s` does not go with `%s`; an overlay is one operation, nest the other inside",
                         child->key, key->key);
    const struct node *list = gamma ? node_get(map, "of") : key;
    if (gamma) read_number(reader, key, RANGE_SHARE, &overlay->gamma);
    if (list)
        read_children(reader, list, overlay);
    else
        mistakes_add(&reader->mistakes, key->key_at, "`gamma` needs `of`, for example `{gamma: 0.85, of: [rail, power]}`");
    return overlay;
}

static struct overlay *read_item(struct reader *reader, const struct node *node) {
    if (node->kind == NODE_MAP) return read_operation(reader, node);
    return node_is_text(reader, node) ? read_leaf(reader, node, node->text) : NULL;
}

const struct overlay *read_overlay(struct reader *reader, const struct node *node) {
    return read_item(reader, node);
}
