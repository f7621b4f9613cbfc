/* Rules: one exclude_ key, what it looks at, and the targets it holds for. */
#include <string.h>

#include "model/scenario_reader.h"

static const struct node *read_exclusion(struct reader *reader, const struct node *map, const char *owner, enum rule_kind *kind) {
    const struct node *first = NULL;
    for (const struct node *child = map->child; child; child = child->next)
        for (enum rule_kind i = 0; i < RULES; i++) {
            if (strcmp(child->key, rule_names[i]) != 0) continue;
            if (first)
                mistakes_add(&reader->mistakes, child->key_at, "%s has both `%s` and `%s`; make two rules of it", owner, first->key, child->key);
            else
                first = child, *kind = i;
        }
    if (!first) mistakes_add(&reader->mistakes, map->key_at, "%s excludes nothing; it needs exclude_inside, exclude_outside or exclude_where", owner);
    return first;
}

static void note_unknown_operand(struct reader *reader, const struct node *node, const char *name) {
    size_t count = 0, room = (reader->criteria ? reader->criteria->count : 0) + (reader->layers ? reader->layers->count : 0);
    const char **names = reader_alloc(reader, room, sizeof *names);
    if (!names) return;
    for (const struct node *child = reader->criteria ? reader->criteria->child : NULL; child; child = child->next) names[count++] = child->key;
    for (const struct node *child = reader->layers ? reader->layers->child : NULL; child; child = child->next) names[count++] = child->key;
    mistakes_add(&reader->mistakes, node->at, "`exclude_where` compares '%s', which is neither a criterion nor a layer%s", name,
                 reader_hint(reader, name, names, count, ""));
}

static void read_where_layer(struct reader *reader, const struct node *node, const struct condition_words *words, struct rule *rule) {
    const struct layer *layer = &reader->scenario->layers[rule->layer];
    if (layer->kind == LAYER_VECTOR && !layer->attribute && !layer->category)
        mistakes_add(&reader->mistakes, node->at,
                     "`exclude_where` needs values; give the vector layer '%s' an `attribute` or a `category`, or use exclude_inside", layer->name);
    read_condition(reader, node, words, NULL, layer->unit ? layer->unit : "", false, &rule->condition);
}

/* A criterion's raw value is meant before a layer of the same name. */
static void read_where(struct reader *reader, const struct node *node, struct rule *rule) {
    struct condition_words words;
    const char *fault = condition_split(node->text, &reader->scenario->arena, &words);
    if (fault) {
        mistakes_add(&reader->mistakes, node->at, "`exclude_where: %s`: %s", node->text, fault);
        return;
    }
    rule->criterion = node_position(reader->criteria, words.name);
    if (rule->criterion == NO_INDEX) rule->layer = node_position(reader->layers, words.name);
    if (rule->criterion != NO_INDEX) {
        const struct criterion *criterion = &reader->scenario->criteria[rule->criterion];
        read_condition(reader, node, &words, criterion->unit, criterion->unit_name, criterion->op == OP_SLOPE, &rule->condition);
    } else if (rule->layer != NO_INDEX) {
        read_where_layer(reader, node, &words, rule);
    } else {
        note_unknown_operand(reader, node, words.name);
    }
}

static void read_rule_target(struct reader *reader, const struct node *node, struct rule *rule) {
    if (!node_is_text(reader, node)) return;
    int target = read_reference(reader, node, node->text, reader->targets, "target");
    if (target != NO_INDEX && target < TARGETS_MAX) rule->targets |= 1ull << target;
}

static void read_targets(struct reader *reader, const struct node *node, struct rule *rule) {
    if (node->kind != NODE_LIST) {
        read_rule_target(reader, node, rule);
        return;
    }
    if (!node->count) mistakes_add(&reader->mistakes, node->at, "`targets` is empty; name the targets the rule holds for, or leave it out for all");
    for (const struct node *child = node->child; child; child = child->next) read_rule_target(reader, child, rule);
}

static void check_metric(struct reader *reader, const struct node *map, const struct rule *rule) {
    const struct node *node = node_get(map, "metric");
    if (node && !(rule->buffer_m > 0))
        mistakes_add(&reader->mistakes, node->key_at, "`metric` says how a `buffer` is measured, and rule '%s' has none; write one, or leave it out",
                     rule->name);
}

void read_rule(struct reader *reader, const struct node *map, struct rule *rule) {
    const char *owner = reader_words(reader, "rule '%s'", map->key);
    *rule = (struct rule){.name = map->key, .at = map->key_at, .layer = NO_INDEX, .criterion = NO_INDEX};
    fields_default(reader, SECTION_RULE, rule);
    if (node_is_map(reader, map, "{exclude_inside: parks, buffer: 1 km, reason: National park}")) {
        fields_read(reader, SECTION_RULE, map, owner, rule);
        const struct node *exclusion = read_exclusion(reader, map, owner, &rule->kind), *targets = node_get(map, "targets");
        if (exclusion && node_is_text(reader, exclusion)) {
            if (rule->kind == RULE_EXCLUDE_WHERE)
                read_where(reader, exclusion, rule);
            else
                rule->layer = read_reference(reader, exclusion, exclusion->text, reader->layers, "layer");
        }
        check_metric(reader, map, rule);
        if (targets)
            read_targets(reader, targets, rule);
        else
            rule->targets = (1ull << (reader->scenario->n_targets < TARGETS_MAX ? reader->scenario->n_targets : TARGETS_MAX)) - 1;
    }
    if (!rule->reason) rule->reason = name_with_spaces(reader, map->key);
}
