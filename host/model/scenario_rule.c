/* Rules: one key that says what becomes of which cells, what it looks at, and the targets it holds for. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/scenario_reader.h"

static const struct node *read_kind(struct reader *reader, const struct node *map, const char *owner, enum rule_kind *kind) {
    const struct node *first = NULL;
    for (const struct node *child = map->child; child; child = child->next)
        for (enum rule_kind i = 0; i < RULES; i++) {
            if (strcmp(child->key, rule_names[i]) != 0) continue;
            if (first)
                mistakes_add(&reader->mistakes, child->key_at, "%s has both `%s` and `%s`; make two rules of it", owner, first->key, child->key);
            else
                first = child, *kind = i;
        }
    if (first) return first;
    char all[256] = "";
    for (size_t i = 0; i < RULES; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i == 0 ? "" : i + 1 < RULES ? ", " : " or ", rule_names[i]);
    mistakes_add(&reader->mistakes, map->key_at, "%s does nothing; it needs %s", owner, all);
    return NULL;
}

static void note_unknown_operand(struct reader *reader, const struct node *node, const char *name) {
    size_t count = 0, room = (reader->criteria ? reader->criteria->count : 0) + (reader->layers ? reader->layers->count : 0);
    const char **names = reader_alloc(reader, room, sizeof *names);
    if (!names) return;
    for (const struct node *child = reader->criteria ? reader->criteria->child : NULL; child; child = child->next) names[count++] = child->key;
    for (const struct node *child = reader->layers ? reader->layers->child : NULL; child; child = child->next) names[count++] = child->key;
    mistakes_add(&reader->mistakes, node->at, "`%s` compares '%s', which is neither a criterion nor a layer%s", node->key, name,
                 reader_hint(reader, name, names, count, ""));
}

static void read_where_layer(struct reader *reader, const struct node *node, const struct condition_words *words, struct rule *rule) {
    const struct layer *layer = &reader->scenario->layers[rule->layer];
    if (layer->kind == LAYER_VECTOR && !layer->attribute && !layer->category)
        mistakes_add(&reader->mistakes, node->at, "`%s` needs values; give the vector layer '%s' an `attribute` or a `category`, or use %.*sinside",
                     node->key, layer->name, (int)(strlen(node->key) - strlen("where")), node->key);
    read_condition(reader, node, words, NULL, layer->unit ? layer->unit : "", false, &rule->condition);
}

/* A criterion's raw value is meant before a layer of the same name. */
static void read_where(struct reader *reader, const struct node *node, struct rule *rule) {
    struct condition_words words;
    const char *fault = condition_split(node->text, &reader->scenario->arena, &words);
    if (fault) {
        mistakes_add(&reader->mistakes, node->at, "`%s: %s`: %s", node->key, node->text, fault);
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
    if (node && rule->buffer_m == 0 && !rule_table[rule->kind].setback)
        mistakes_add(&reader->mistakes, node->key_at, "`metric` says how a `buffer` is measured, and rule '%s' has none; write one, or leave it out",
                     rule->name);
}

/* `factor` belongs to penalties, `over` to inclusions. */
static void check_effect(struct reader *reader, const struct node *map, const struct rule *rule) {
    const struct node *factor = node_get(map, "factor"), *over = node_get(map, "over");
    enum rule_effect effect = rule_table[rule->kind].effect;
    if (factor && effect != EFFECT_PENALISE)
        mistakes_add(&reader->mistakes, factor->key_at, "`factor` goes with a penalty, and rule '%s' is %s; leave it out, or use penalise_%s",
                     rule->name, rule_names[rule->kind],
                     rule_table[rule->kind].where     ? "where"
                     : rule_table[rule->kind].outside ? "outside"
                                                      : "inside");
    if (!factor && effect == EFFECT_PENALISE)
        mistakes_add(&reader->mistakes, map->key_at, "rule '%s' has no `factor`; say what scores are multiplied by, for example `factor: 0.6`",
                     rule->name);
    if (over && effect != EFFECT_INCLUDE)
        mistakes_add(&reader->mistakes, over->key_at, "`over` goes with an inclusion, and rule '%s' is %s; leave it out", rule->name,
                     rule_names[rule->kind]);
}

static void read_valid(struct reader *reader, const struct node *node, const char *owner, struct rule *rule) {
    if (!node_is_map(reader, node, "{from: 2027-01-01, until: 2030-12-31}")) return;
    fields_read(reader, SECTION_VALID, node, reader_words(reader, "`valid` of %s", owner), rule);
    if (!node->count) mistakes_add(&reader->mistakes, node->at, "`valid` of %s is empty; give it `from`, `until` or both", owner);
    if (rule->valid_from && rule->valid_until && rule->valid_from > rule->valid_until)
        mistakes_add(&reader->mistakes, node->at, "`valid` of %s ends before it begins", owner);
}

static void read_over(struct reader *reader, const struct node *node, const struct node *map, const struct rule *rules, struct rule *rule) {
    if (!node_is_text(reader, node)) return;
    int other = read_reference(reader, node, node->text, map, "rule");
    if (other == NO_INDEX || other >= RULES_MAX) return;
    if (rule_table[rules[other].kind].effect == EFFECT_EXCLUDE)
        rule->over |= 1ull << other;
    else
        mistakes_add(&reader->mistakes, node->at, "`over: %s` is %s, which excludes nothing; name rules that do", node->text,
                     rule_names[rules[other].kind]);
}

/* Polygons cover a share of a cell; a buffer is measured from cells, and a raster's cells are in or out. */
static void check_coverage(struct reader *reader, const struct node *map, struct rule *rule) {
    const struct node *node = node_get(map, "coverage");
    const struct layer *layer = rule->layer == NO_INDEX ? NULL : &reader->scenario->layers[rule->layer];
    const struct rule_row *form = &rule_table[rule->kind];
    if (!node || isnan(rule->coverage)) return;
    rule->by_coverage = !form->where;
    if (form->where)
        mistakes_add(&reader->mistakes, node->key_at,
                     "`coverage` goes with a layer of areas, and rule '%s' is %s; to compare it, make a criterion of `coverage_of: LAYER`",
                     rule->name, rule_names[rule->kind]);
    else if (layer && layer->kind == LAYER_RASTER)
        mistakes_add(&reader->mistakes, node->key_at, "`coverage` needs a vector layer of areas; '%s' is a raster layer", layer->name);
    else if (rule->buffer_m != 0)
        mistakes_add(&reader->mistakes, node->key_at,
                     "rule '%s' has both `buffer` and `coverage`: a buffer goes round whole cells; make two rules of it", rule->name);
    else if (rule->min_clump_km2 > 0)
        mistakes_add(&reader->mistakes, node->key_at, "rule '%s' has both `min_clump` and `coverage`: clumps are of whole cells; leave one out",
                     rule->name);
    else if (!form->outside && rule->coverage == 1)
        mistakes_add(&reader->mistakes, node->at, "`coverage: %s` of %s holds nowhere, for no cell is covered more; write less", node->text,
                     rule_names[rule->kind]);
    else if (form->outside && rule->coverage == 0)
        mistakes_add(&reader->mistakes, node->at, "`coverage: %s` of %s holds nowhere, for no cell is covered less; write more", node->text,
                     rule_names[rule->kind]);
}

void read_rule(struct reader *reader, const struct node *map, struct rule *rule) {
    const char *owner = reader_words(reader, "rule '%s'", map->key);
    *rule = (struct rule){.name = map->key, .at = map->key_at, .layer = NO_INDEX, .criterion = NO_INDEX};
    fields_default(reader, SECTION_RULE, rule);
    if (node_is_map(reader, map, "{exclude_inside: parks, buffer: 1 km, reason: National park}")) {
        fields_read(reader, SECTION_RULE, map, owner, rule);
        if (node_get(map, "buffer")) read_buffer(reader, node_get(map, "buffer"), owner, rule);
        const struct node *subject = read_kind(reader, map, owner, &rule->kind), *targets = node_get(map, "targets");
        if (subject && node_is_text(reader, subject)) {
            if (rule_table[rule->kind].where)
                read_where(reader, subject, rule);
            else
                rule->layer = read_reference(reader, subject, subject->text, reader->layers, "layer");
        }
        if (subject) check_effect(reader, map, rule);
        if (subject) read_setback(reader, map, rule);
        if (subject) check_buffer(reader, map, rule);
        check_metric(reader, map, rule);
        check_coverage(reader, map, rule);
        if (node_get(map, "valid")) read_valid(reader, node_get(map, "valid"), owner, rule);
        if (targets)
            read_targets(reader, targets, rule);
        else
            rule->targets = (1ull << (reader->scenario->n_targets < TARGETS_MAX ? reader->scenario->n_targets : TARGETS_MAX)) - 1;
    }
    if (!rule->reason && rule->kind == RULE_REQUIRE_INSIDE && rule->layer != NO_INDEX)
        rule->reason = reader_words(reader, "outside %s", name_with_spaces(reader, reader->scenario->layers[rule->layer].name));
    if (!rule->reason) rule->reason = name_with_spaces(reader, map->key);
}

/* Unsaid: of every exclusion that is written before it. */
static unsigned long long exclusions_before(const struct rule *rules, size_t index) {
    unsigned long long bits = 0;
    for (size_t r = 0; r < index && r < RULES_MAX; r++) bits |= (unsigned long long)(rule_table[rules[r].kind].effect == EFFECT_EXCLUDE) << r;
    return bits;
}

void read_inclusions(struct reader *reader, const struct node *map, struct rule *rules) {
    size_t r = 0;
    for (const struct node *child = map->child; child; child = child->next, r++) {
        const struct node *over = child->kind == NODE_MAP ? node_get(child, "over") : NULL;
        if (rule_table[rules[r].kind].effect != EFFECT_INCLUDE) continue;
        if (over && over->kind != NODE_LIST) read_over(reader, over, map, rules, &rules[r]);
        for (const struct node *name = over && over->kind == NODE_LIST ? over->child : NULL; name; name = name->next)
            read_over(reader, name, map, rules, &rules[r]);
        if (!over) rules[r].over = exclusions_before(rules, r);
        if ((!over && !rules[r].over) || (over && over->kind == NODE_LIST && !over->count))
            mistakes_add(&reader->mistakes, over ? over->at : child->key_at,
                         "rule '%s' frees of nothing: no exclusion is %s; write it behind them, or name some in `over`", rules[r].name,
                         over ? "named" : "written before it");
    }
}
