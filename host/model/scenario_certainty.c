/* How ranks are held against other weights and memberships. */
#include <string.h>

#include "model/scenario_reader.h"

static const double USUAL_SPREAD = 0.25, STRETCH_MOST = 0.5;

static void read_weights(struct reader *reader, const struct node *node, struct certainty_wish *wish) {
    if (!node_is_text(reader, node)) return;
    if (strcmp(node->text, "any") == 0)
        wish->weights = CERTAINTY_ANY;
    else if (strcmp(node->text, "order") == 0)
        wish->weights = CERTAINTY_ORDER;
    else if (strchr("0123456789+-.", node->text[0]))
        read_quantity(reader, node, UNIT_SHARE, RANGE_SHARE, &wish->spread);
    else
        mistakes_add(&reader->mistakes, node->at, "`weights: %s` is neither a share such as `25 percent` nor one of order, any", node->text);
}

/* Where weights decide anything: an overlay of two things or more that weighs them. */
static bool weighs(const struct overlay *node) {
    if (overlay_table[node->op].weights && node->child && node->child->next) return true;
    for (const struct overlay *child = node->child; child; child = child->next)
        if (weighs(child)) return true;
    return false;
}

static void check(struct reader *reader, const struct node *map, const struct target *target) {
    const struct certainty_wish *wish = &target->certainty;
    const struct node *memberships = node_get(map, "memberships"), *draws = node_get(map, "draws");
    if (wish->draws > CERTAINTY_DRAWS_MAX)
        mistakes_add(&reader->mistakes, draws->at, "`draws: %s` is too many; at most %d are possible", draws->text, CERTAINTY_DRAWS_MAX);
    if (wish->memberships > STRETCH_MOST)
        mistakes_add(&reader->mistakes, memberships->at, "`memberships: %s` is out of range; at most 50 percent are possible", memberships->text);
    if (target->model)
        mistakes_add(&reader->mistakes, map->key_at,
                     "`certainty` varies the weights and memberships of an overlay, and the score of target '%s' is learnt; leave it out",
                     target->name);
    else if (target->score && !weighs(target->score) && !(wish->memberships > 0))
        mistakes_add(&reader->mistakes, map->key_at,
                     "`certainty` has nothing to vary: the score of target '%s' has no weights; write `memberships: 10 percent`", target->name);
}

void read_certainty(struct reader *reader, const struct node *map, struct target *target) {
    struct certainty_wish *wish = &target->certainty;
    *wish = (struct certainty_wish){.asked = true, .at = map->key_at, .spread = USUAL_SPREAD};
    fields_default(reader, SECTION_CERTAINTY, wish);
    if (!node_is_map(reader, map, "{weights: 25 percent, memberships: 10 percent}")) return;
    fields_read(reader, SECTION_CERTAINTY, map, reader_words(reader, "certainty of target '%s'", target->name), wish);
    const struct node *weights = node_get(map, "weights");
    if (weights && !node_is_empty(weights)) read_weights(reader, weights, wish);
    check(reader, map, target);
    if (target->score && !weighs(target->score)) {
        wish->weights = CERTAINTY_SPREAD;
        wish->spread = 0;
    }
}
