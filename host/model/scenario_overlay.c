/* Overlays: a tree of operations with criteria as leaves. Its depth is bounded by that of the file. */
#include <string.h>

#include "base/text.h"
#include "model/scenario_reader.h"

bool overlay_uses(const struct overlay *tree, int criterion) {
    for (; tree; tree = tree->next)
        if (tree->op == OVERLAY_CRITERION ? tree->criterion == criterion : overlay_uses(tree->child, criterion)) return true;
    return false;
}

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
    struct overlay *item = read_overlay_item(reader, of);
    double w = read_weight(reader, weight);
    if (item) item->weight = w;
    return item;
}

/* A list or a map is no weight: it was meant as a way to make weights. */
static void note_unknown_weighting(struct reader *reader, const struct node *node, enum overlay_op op) {
    const char **names = reader_alloc(reader, (reader->criteria ? reader->criteria->count : 0) + WEIGHTINGS, sizeof *names);
    struct text known = {0};
    size_t count = 0;
    for (enum weighting w = WEIGHTS_AHP; names && w < WEIGHTINGS; w++) {
        names[count++] = weighting_table[w].name;
        text_print(&known, "%s%s", w == WEIGHTS_AHP ? "; known: " : ", ", weighting_table[w].name);
    }
    for (const struct node *child = names && reader->criteria ? reader->criteria->child : NULL; child; child = child->next)
        names[count++] = child->key;
    mistakes_add(&reader->mistakes, node->key_at, "`%s: %s` names no criterion and no way to make weights%s", overlay_table[op].name, node->key,
                 reader_hint(reader, node->key, names, count, known.bytes ? known.bytes : ""));
    text_free(&known);
}

static struct overlay *read_child(struct reader *reader, const struct node *node, enum overlay_op op, bool by_name) {
    bool bare = overlay_table[op].list && !by_name && !node_get(node, "weight");
    if (!overlay_table[op].weights || bare) return read_overlay_item(reader, node);
    if (!by_name) return read_weighted_item(reader, node);
    if ((node->kind == NODE_LIST || node->kind == NODE_MAP) && node_position(reader->criteria, node->key) == NO_INDEX) {
        note_unknown_weighting(reader, node, op);
        return NULL;
    }
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
    const struct node *weighting = NULL;
    if (list->kind == NODE_FAULT) return;
    if (by_name) parent->weighting = weighting_of(list, &weighting);
    if (weighting) {
        read_weighting(reader, list, weighting, parent);
        return;
    }
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

static const struct weighting_row *weighting_named(const char *name) {
    for (enum weighting w = WEIGHTS_AHP; w < WEIGHTINGS; w++)
        if (strcmp(weighting_table[w].name, name) == 0) return &weighting_table[w];
    return NULL;
}

static void note_unknown_overlay(struct reader *reader, const struct node *map) {
    const char *names[OVERLAYS];
    struct text known = {0};
    for (size_t i = 0; i < OVERLAYS; i++) {
        names[i] = overlay_table[i].name;
        if (i > OVERLAY_CRITERION) text_print(&known, "%s%s", i == OVERLAY_WEIGHTED ? "; known: " : ", ", names[i]);
    }
    if (map->count == 0)
        mistakes_add(&reader->mistakes, map->at, "`%s` combines nothing; write for example `{weighted: {rail: 2, power: 1}}`", map->key);
    else if (weighting_named(map->child->key))
        mistakes_add(&reader->mistakes, map->child->key_at, "unknown overlay '%s': it makes weights for one; write `{weighted: %s}`", map->child->key,
                     weighting_named(map->child->key)->written);
    else
        mistakes_add(&reader->mistakes, map->child->key_at, "unknown overlay '%s'%s", map->child->key,
                     reader_hint(reader, map->child->key, names, OVERLAYS, known.bytes ? known.bytes : ""));
    text_free(&known);
}

static const struct node *option(const struct node *map, enum overlay_option which) {
    return node_get(map, option_names[which]);
}

static size_t count_children(const struct overlay *overlay) {
    size_t count = 0;
    for (const struct overlay *child = overlay->child; child; child = child->next) count++;
    return count;
}

/* Normed, so that they sum to 1. */
static void read_order(struct reader *reader, const struct node *node, size_t wanted, struct overlay *overlay) {
    double *order = reader_alloc(reader, node->count, sizeof *order), sum = 0;
    size_t n = 0;
    if (!order || node->kind == NODE_FAULT) return;
    if (node->kind != NODE_LIST || node->count != wanted) {
        mistakes_add(&reader->mistakes, node->at,
                     "`order_weights` is a list of %zu numbers here, one for each of what `owa` combines, for the largest "
                     "value first",
                     wanted);
        return;
    }
    for (const struct node *child = node->child; child; child = child->next, n++)
        if (read_number(reader, child, RANGE_NOT_NEGATIVE, &order[n])) sum += order[n];
    if (!(sum > 0)) {
        mistakes_add(&reader->mistakes, node->at, "`order_weights` are all 0; the first is that of the largest value");
        return;
    }
    for (size_t i = 0; i < n; i++) order[i] /= sum;
    overlay->order = order;
    overlay->n_order = n;
}

static void read_owa(struct reader *reader, const struct node *map, const struct node *key, struct overlay *overlay) {
    const struct node *order = option(map, OPTION_ORDER_WEIGHTS), *orness = option(map, OPTION_ORNESS), *alpha = option(map, OPTION_ALPHA);
    size_t count = count_children(overlay);
    double share = 0.5;
    overlay->alpha = 1;
    if (!order + !orness + !alpha != 2) {
        mistakes_add(&reader->mistakes, key->key_at, "`owa` needs one of `order_weights`, `orness` and `alpha`, for example `orness: 0.7`");
        return;
    }
    if (count > OWA_ITEMS_MAX)
        mistakes_add(&reader->mistakes, key->at, "`owa` combines %zu things; at most %d are possible, group them", count, OWA_ITEMS_MAX);
    if (order) read_order(reader, order, key->kind == NODE_LIST || !overlay->weighting ? key->count : count, overlay);
    if (orness && read_number(reader, orness, RANGE_SHARE, &share)) overlay->alpha = alpha_from_orness(count, share);
    if (alpha) read_number(reader, alpha, RANGE_NOT_NEGATIVE, &overlay->alpha);
}

static void read_ideal(struct reader *reader, const struct node *node, struct overlay *overlay) {
    if (!node_is_text(reader, node)) return;
    overlay->absolute = strcmp(node->text, "absolute") == 0;
    if (!overlay->absolute && strcmp(node->text, "observed") != 0)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is none of observed, absolute", node->key, node->text);
}

static void read_options(struct reader *reader, const struct node *map, const struct node *key, struct overlay *overlay) {
    const struct node *ideal = option(map, OPTION_IDEAL), *parameter = option(map, OPTION_PARAMETER);
    unsigned options = overlay_table[overlay->op].options;
    if (overlay->op == OVERLAY_OWA) read_owa(reader, map, key, overlay);
    if (ideal && options & 1u << OPTION_IDEAL) read_ideal(reader, ideal, overlay);
    if (parameter && options & 1u << OPTION_PARAMETER) read_number(reader, parameter, RANGE_NOT_NEGATIVE, &overlay->gamma);
}

static bool goes_with(const char *word, enum overlay_op op) {
    for (size_t i = 0; i < OVERLAY_OPTIONS; i++)
        if (strcmp(word, option_names[i]) == 0) return overlay_table[op].options >> i & 1;
    return false;
}

/* The operation's own key: the first that names one, and gamma's wherever it stands. */
static const struct node *operation_key(const struct node *map) {
    const struct node *key = node_get(map, "gamma");
    for (const struct node *child = map->child; !key && child; child = child->next)
        if (op_find(child->key) != OVERLAY_CRITERION) key = child;
    return key ? key : map->child;
}

static struct overlay *read_operation(struct reader *reader, const struct node *map) {
    struct overlay *overlay = reader_alloc(reader, 1, sizeof *overlay);
    const struct node *key = operation_key(map);
    if (!overlay) return NULL;
    *overlay = (struct overlay){.op = key ? op_find(key->key) : OVERLAY_CRITERION, .criterion = NO_INDEX, .weight = 1, .at = map->at};
    if (overlay->op == OVERLAY_CRITERION) {
        note_unknown_overlay(reader, map);
        return NULL;
    }
    bool gamma = overlay->op == OVERLAY_GAMMA;
    for (const struct node *child = map->child; child; child = child->next)
        if (child != key && !goes_with(child->key, overlay->op))
            mistakes_add(&reader->mistakes, child->key_at, "`%s` does not go with `%s`; an overlay is one operation, nest the other inside",
                         child->key, key->key);
    const struct node *list = gamma ? node_get(map, "of") : key;
    if (gamma) read_number(reader, key, RANGE_SHARE, &overlay->gamma);
    if (list)
        read_children(reader, list, overlay);
    else
        mistakes_add(&reader->mistakes, key->key_at, "`gamma` needs `of`, for example `{gamma: 0.85, of: [rail, power]}`");
    read_options(reader, map, key, overlay);
    return overlay;
}

struct overlay *read_overlay_item(struct reader *reader, const struct node *node) {
    if (node->kind == NODE_MAP) return read_operation(reader, node);
    return node_is_text(reader, node) ? read_leaf(reader, node, node->text) : NULL;
}

const struct overlay *read_overlay(struct reader *reader, const struct node *node) {
    return read_overlay_item(reader, node);
}
