/* Variants: what is otherwise in each. */
#include "model/scenario_reader.h"

static void relax_rule(struct reader *reader, const struct node *node, const struct node *rules, struct variant_wish *variant) {
    if (!node_is_text(reader, node)) return;
    int rule = read_reference(reader, node, node->text, rules, "rule");
    if (rule == NO_INDEX || (size_t)rule >= reader->scenario->n_rules || rule >= RULES_MAX) return;
    if (rule_table[reader->scenario->rules[rule].kind].effect != EFFECT_EXCLUDE)
        mistakes_add(&reader->mistakes, node->at, "`relax: %s` is %s, which excludes nothing; name rules that do", node->text,
                     rule_names[reader->scenario->rules[rule].kind]);
    variant->relaxed |= 1ull << rule;
}

static void read_relaxed(struct reader *reader, const struct node *node, const struct node *rules, struct variant_wish *variant) {
    if (node->kind != NODE_LIST) {
        relax_rule(reader, node, rules, variant);
        return;
    }
    if (!node->count) mistakes_add(&reader->mistakes, node->at, "`relax` is empty; name rules, or leave it out");
    for (const struct node *child = node->child; child; child = child->next) relax_rule(reader, child, rules, variant);
}

void read_variant(struct reader *reader, const struct node *map, const struct node *rules, struct variant_wish *variant) {
    *variant = (struct variant_wish){.name = map->key, .at = map->key_at};
    if (!node_is_map(reader, map, "{relax: [park]}")) return;
    fields_read(reader, SECTION_VARIANT, map, reader_words(reader, "variant '%s'", map->key), variant);
    const struct node *relax = node_get(map, "relax"), *accelerate = node_get(map, "accelerate");
    if (relax) read_relaxed(reader, relax, rules, variant);
    variant->n_faster = read_faster_stages(reader, accelerate, &variant->faster);
    if (accelerate && !reader->scenario->permits.asked)
        mistakes_add(&reader->mistakes, accelerate->key_at, "`accelerate` needs a section `permits`, for example `permits: {jurisdiction: US}`");
    if (!relax && !accelerate)
        mistakes_add(&reader->mistakes, map->key_at, "variant '%s' is the scenario itself; write `relax` or `accelerate`, or leave it out", map->key);
}
