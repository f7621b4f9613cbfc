/* Ordinances: the table, and the layer that says whose law holds where; and rules that take their setbacks from it. */
#include <math.h>
#include <string.h>

#include "model/scenario_reader.h"

/* A key without a value is an empty table's: its rules exclude nothing, and the run says so. */
static void read_table(struct reader *reader, const struct node *map, struct ordinance_wish *wish) {
    const struct node *node = node_get(map, "table");
    if (node && !(node->kind == NODE_SCALAR && node_is_empty(node)) && node_is_text(reader, node)) wish->table = node->text;
}

static void check_layer(struct reader *reader, const struct node *map, const struct ordinance_wish *wish) {
    const struct node *layers = node_get(map, "jurisdictions");
    if (!layers || wish->layer == NO_INDEX) return;
    const struct layer *layer = &reader->scenario->layers[wish->layer];
    if (layer->kind == LAYER_VECTOR && !layer->category)
        mistakes_add(&reader->mistakes, layers->at, "`jurisdictions: %s` needs classes; give the vector layer '%s' a `category: FIELD`", layers->text,
                     layer->name);
}

void read_ordinances(struct reader *reader, const struct node *map) {
    struct ordinance_wish *wish = &reader->scenario->ordinances;
    fields_default(reader, SECTION_ORDINANCES, wish);
    if (!map) return;
    wish->asked = true;
    wish->at = map->key_at;
    if (node_is_empty(map) || !node_is_map(reader, map, "{table: ordinances.csv, jurisdictions: counties}")) return;
    fields_read(reader, SECTION_ORDINANCES, map, "ordinances", wish);
    read_table(reader, map, wish);
    wish->names = read_namings(reader, node_get(map, "names"), "{Kern County: Kern}", &wish->n_names);
    check_layer(reader, map, wish);
    if (wish->table && !node_get(map, "jurisdictions"))
        mistakes_add(&reader->mistakes, map->key_at, "`ordinances` does not say whose law holds where; write `jurisdictions: LAYER`");
}

static void leave_out(struct reader *reader, const struct node *map, const char *key, const char *words) {
    const struct node *node = node_get(map, key);
    if (node) mistakes_add(&reader->mistakes, node->key_at, "`%s` %s; leave it out", key, words);
}

void read_setback(struct reader *reader, const struct node *map, struct rule *rule) {
    if (rule->kind != RULE_EXCLUDE_SETBACK) {
        leave_out(reader, map, "feature", "goes with exclude_setback alone");
        leave_out(reader, map, "default", "goes with exclude_setback alone");
        return;
    }
    leave_out(reader, map, "buffer", "does not go with exclude_setback, whose table says how far");
    leave_out(reader, map, "coverage", "does not go with exclude_setback, which measures from whole cells");
    if (!rule->feature && rule->layer != NO_INDEX) rule->feature = reader->scenario->layers[rule->layer].name;
    if (isnan(rule->default_m) && !node_get(map, "default"))
        mistakes_add(&reader->mistakes, map->key_at,
                     "rule '%s' has no `default`, the setback where the table has no row; write a length, or `default: 0 m` for none", rule->name);
    if (!reader->scenario->ordinances.asked)
        mistakes_add(&reader->mistakes, map->key_at,
                     "rule '%s' takes its setbacks from a table; it needs a section `ordinances: {table: ordinances.csv, jurisdictions: LAYER}`",
                     rule->name);
}
