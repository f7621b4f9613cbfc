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

/* Whether an overlay in the tree weighs the criterion by what people said, or (`cells`) by what the cells hold. */
static bool weighs(const struct overlay *node, int criterion, bool cells) {
    for (const struct overlay *child = node->child; child; child = child->next) {
        bool here = child->op == OVERLAY_CRITERION && child->criterion == criterion && overlay_table[node->op].weights;
        if ((here && weighting_table[node->weighting].from_cells == cells) || weighs(child, criterion, cells)) return true;
    }
    return false;
}

static bool is_weighed(const struct reader *reader, const struct weight_wish *wish, bool cells) {
    const struct scenario *scenario = reader->scenario;
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct target *target = &scenario->targets[t];
        if (wish->target != NO_INDEX && (size_t)wish->target != t) continue;
        if (!target->model && target->score && weighs(target->score, wish->criterion, cells)) return true;
    }
    return false;
}

static void note_unweighed(struct reader *reader, const struct node *node, const struct weight_wish *wish) {
    const char *of = wish->target == NO_INDEX ? "a score" : reader_words(reader, "the score of '%s'", reader->scenario->targets[wish->target].name);
    if (is_weighed(reader, wish, true))
        mistakes_add(&reader->mistakes, node->key_at, "`weights`: cells decide how much '%s' weighs in %s, and so they do in variants; leave it out",
                     node->key, of);
    else
        mistakes_add(&reader->mistakes, node->key_at, "`weights`: '%s' has no weight in %s that could be another; name a criterion of `weighted`",
                     node->key, of);
}

static void read_weight(struct reader *reader, const struct node *node, int target, struct variant_wish *variant) {
    struct node named = *node;
    struct weight_wish wish = {.target = target, .at = node->key_at};
    named.at = node->key_at;
    named.key = "weights";
    wish.criterion = read_reference(reader, &named, node->key, reader->criteria, "criterion");
    if (!read_number(reader, node, RANGE_POSITIVE, &wish.weight) || wish.criterion == NO_INDEX) return;
    if (is_weighed(reader, &wish, false))
        ((struct weight_wish *)variant->weights)[variant->n_weights++] = wish;
    else
        note_unweighed(reader, node, &wish);
}

static void read_weights_of(struct reader *reader, const struct node *node, struct variant_wish *variant) {
    struct node named = *node;
    named.at = node->key_at;
    named.key = "weights";
    int target = read_reference(reader, &named, node->key, reader->targets, "target");
    if (!node->count) mistakes_add(&reader->mistakes, node->at, "`weights` of '%s' are none; name criteria, or leave it out", node->key);
    for (const struct node *child = node->child; child && target != NO_INDEX; child = child->next) read_weight(reader, child, target, variant);
}

static size_t count_weights(const struct node *map) {
    size_t count = map->count;
    for (const struct node *child = map->child; child; child = child->next) count += child->kind == NODE_MAP ? child->count : 0;
    return count;
}

static void read_weights(struct reader *reader, const struct node *map, struct variant_wish *variant) {
    if (!map || !node_is_map(reader, map, "{rail: 2, plant: {power: 1}}")) return;
    if (!map->count) mistakes_add(&reader->mistakes, map->at, "`weights` are none; name criteria, or leave it out");
    if (!(variant->weights = reader_alloc(reader, count_weights(map), sizeof *variant->weights))) return;
    for (const struct node *child = map->child; child; child = child->next)
        if (child->kind == NODE_MAP)
            read_weights_of(reader, child, variant);
        else
            read_weight(reader, child, NO_INDEX, variant);
}

static void needs_section(struct reader *reader, const struct node *node, bool there, const char *section, const char *like) {
    if (node && !there)
        mistakes_add(&reader->mistakes, node->key_at, "`%s` needs a section `%s`, for example `%s: %s`", node->key, section, section, like);
}

static void read_tables(struct reader *reader, const struct node *map, struct variant_wish *variant) {
    const struct scenario *scenario = reader->scenario;
    const struct node *permits = node_get(map, "permits"), *ordinances = node_get(map, "ordinances");
    needs_section(reader, permits, scenario->permits.asked, "permits", "{jurisdiction: US}");
    needs_section(reader, ordinances, scenario->ordinances.asked, "ordinances", "{table: ordinances.csv, jurisdictions: counties}");
    if (permits && node_is_map(reader, permits, "{routes: routes.csv}")) {
        variant->permits.at = permits->key_at;
        fields_read(reader, SECTION_VARIANT_PERMITS, permits, reader_words(reader, "permits of variant '%s'", map->key), variant);
        if (!permits->count) mistakes_add(&reader->mistakes, permits->at, "`permits` names no table; write `routes` or `classes`, or leave it out");
    }
    if (ordinances && node_is_map(reader, ordinances, "{table: ordinances.csv}")) {
        variant->ordinances.asked = true;
        variant->ordinances.at = ordinances->key_at;
        fields_read(reader, SECTION_VARIANT_ORDINANCES, ordinances, reader_words(reader, "ordinances of variant '%s'", map->key), variant);
        const struct node *table = node_get(ordinances, "table");
        if (table && !(table->kind == NODE_SCALAR && node_is_empty(table)) && node_is_text(reader, table)) variant->ordinances.table = table->text;
        if (variant->ordinances.table && scenario->ordinances.asked && scenario->ordinances.layer == NO_INDEX)
            mistakes_add(&reader->mistakes, ordinances->key_at,
                         "`ordinances`: the section `ordinances` does not say whose law holds where; write `jurisdictions: LAYER` there");
    }
}

/* Another day changes nothing where nothing has days; and without a day of its own the scenario itself has no rules. */
static void check_day(struct reader *reader, const struct node *node, const struct variant_wish *variant) {
    const struct scenario *scenario = reader->scenario;
    bool dated = scenario->ordinances.asked || variant->ordinances.asked;
    for (size_t r = 0; r < scenario->n_rules; r++) dated |= scenario->rules[r].valid_from || scenario->rules[r].valid_until;
    if (node && !dated) mistakes_add(&reader->mistakes, node->key_at, "`as_of` changes nothing: no rule has days; give one `valid: {from: ...}`");
}

static bool says_anything(const struct node *map) {
    for (const struct node *child = map->child; child; child = child->next)
        if (schema_find(SECTION_VARIANT, child->key)) return true;
    return false;
}

void read_variant(struct reader *reader, const struct node *map, const struct node *rules, struct variant_wish *variant) {
    *variant = (struct variant_wish){.name = map->key, .at = map->key_at};
    if (!node_is_map(reader, map, "{relax: [park]}")) return;
    fields_read(reader, SECTION_VARIANT, map, reader_words(reader, "variant '%s'", map->key), variant);
    const struct node *relax = node_get(map, "relax"), *accelerate = node_get(map, "accelerate");
    if (relax) read_relaxed(reader, relax, rules, variant);
    variant->n_faster = read_faster_stages(reader, accelerate, &variant->faster);
    needs_section(reader, accelerate, reader->scenario->permits.asked, "permits", "{jurisdiction: US}");
    read_weights(reader, node_get(map, "weights"), variant);
    read_tables(reader, map, variant);
    check_day(reader, node_get(map, "as_of"), variant);
    if (!says_anything(map))
        mistakes_add(&reader->mistakes, map->key_at, "variant '%s' is the scenario itself; write `relax`, `accelerate` or `weights`, or leave it out",
                     map->key);
}
