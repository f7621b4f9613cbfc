/* Permits: which routes hold where, and the criteria made from them. */
#include <math.h>
#include <string.h>

#include "model/scenario_reader.h"

enum { DRAWS_MAX = 1000000 };

const struct naming *read_namings(struct reader *reader, const struct node *map, const char *like, size_t *count) {
    *count = 0;
    if (!map || !node_is_map(reader, map, like)) return NULL;
    struct naming *names = reader_alloc(reader, map->count, sizeof *names);
    for (const struct node *child = names ? map->child : NULL; child; child = child->next)
        if (node_is_text(reader, child))
            names[(*count)++] = (struct naming){.name = child->key, .of = child->text, .layer = NO_INDEX, .at = child->at};
    if (!map->count) mistakes_add(&reader->mistakes, map->at, "`%s` is empty; write `%s`, or leave it out", map->key, like);
    return names;
}

static void find_land_layers(struct reader *reader, const struct node *map, struct permit_wish *wish) {
    struct naming *land = (struct naming *)wish->land;
    for (size_t i = 0; i < wish->n_land; i++) {
        const struct node *child = node_get(map, land[i].name);
        const struct node self = {.kind = NODE_SCALAR, .at = child->key_at, .key = "land_status", .text = land[i].name};
        land[i].layer = read_reference(reader, &self, land[i].name, reader->layers, "layer");
    }
}

size_t read_faster_stages(struct reader *reader, const struct node *map, const struct faster_stage **stages) {
    size_t count = 0;
    if (!map || !node_is_map(reader, map, "{environmental impact statement: 50 percent}")) return 0;
    struct faster_stage *faster = reader_alloc(reader, map->count, sizeof *faster);
    for (const struct node *child = faster ? map->child : NULL; child; child = child->next) {
        struct faster_stage *stage = &faster[count];
        *stage = (struct faster_stage){.name = child->key, .at = child->key_at};
        if (read_quantity(reader, child, UNIT_SHARE, RANGE_SHARE, &stage->share)) count++;
    }
    *stages = faster;
    return count;
}

static void check_jurisdictions(struct reader *reader, const struct node *map, const struct permit_wish *wish) {
    const struct node *layers = node_get(map, "jurisdictions"), *names = node_get(map, "names");
    if (!layers && !wish->jurisdiction)
        mistakes_add(&reader->mistakes, map->key_at,
                     "`permits` says of no place whose law holds there; write `jurisdiction: US`, or `jurisdictions: LAYER`");
    if (names && !layers)
        mistakes_add(&reader->mistakes, names->key_at, "`names` are of the classes of `jurisdictions`, which is not given; leave it out");
    if (!layers || wish->layer == NO_INDEX) return;
    const struct layer *layer = &reader->scenario->layers[wish->layer];
    if (layer->kind == LAYER_VECTOR && !layer->category)
        mistakes_add(&reader->mistakes, layers->at, "`jurisdictions: %s` needs classes; give the vector layer '%s' a `category: FIELD`", layers->text,
                     layer->name);
}

static struct place place_in(const struct node *map, const char *key, struct place otherwise) {
    const struct node *node = node_get(map, key);
    return node ? node->at : otherwise;
}

void read_permits(struct reader *reader, const struct node *map) {
    struct permit_wish *wish = &reader->scenario->permits;
    fields_default(reader, SECTION_PERMITS, wish);
    if (!map || node_is_empty(map) || !node_is_map(reader, map, "{jurisdiction: US, land_status: {parks: park}}")) return;
    wish->asked = true;
    wish->at = map->key_at;
    fields_read(reader, SECTION_PERMITS, map, "permits", wish);
    wish->jurisdiction_at = place_in(map, "jurisdiction", map->key_at);
    wish->elsewhere_at = place_in(map, "elsewhere", map->key_at);
    wish->names = read_namings(reader, node_get(map, "names"), "{Western Australia: AU-WA}", &wish->n_names);
    wish->land = read_namings(reader, node_get(map, "land_status"), "{parks: park}", &wish->n_land);
    find_land_layers(reader, node_get(map, "land_status"), wish);
    wish->n_faster = read_faster_stages(reader, node_get(map, "accelerate"), &wish->faster);
    check_jurisdictions(reader, map, wish);
    if (wish->draws > DRAWS_MAX)
        mistakes_add(&reader->mistakes, node_get(map, "draws")->at, "`draws: %zu` are too many; %d is the most", wish->draws, DRAWS_MAX);
}

static void check_keys(struct reader *reader, const struct node *map, const char *owner, const struct criterion *criterion) {
    const struct node *quantile = node_get(map, "quantile"), *route = node_get(map, "route");
    if (quantile && criterion->op != OP_MONTHS)
        mistakes_add(&reader->mistakes, quantile->key_at, "`quantile` goes with months_to_permit alone; leave it out of %s",
                     criterion_table[criterion->op].name);
    if (route && criterion->op != OP_WITHIN)
        mistakes_add(&reader->mistakes, route->key_at, "`route` goes with p_within alone; leave it out of %s", criterion_table[criterion->op].name);
    if (!route && criterion->op == OP_WITHIN) mistakes_add(&reader->mistakes, map->key_at, "%s needs `route`, for example `route: mine`", owner);
    if (quantile && !(criterion->quantile > 0 && criterion->quantile < 100))
        mistakes_add(&reader->mistakes, quantile->at, "`quantile: %s` is out of range; it is more than 0 and below 100", quantile->text);
}

bool criterion_is_permit(const struct criterion *criterion) {
    return criterion->op == OP_MONTHS || criterion->op == OP_WITHIN;
}

void read_permit_criterion(struct reader *reader, const struct node *map, const struct node *operand, const char *owner,
                           struct criterion *criterion) {
    check_keys(reader, map, owner, criterion);
    if (!criterion_is_permit(criterion)) return;
    if (criterion->op == OP_MONTHS)
        criterion->route = operand->text;
    else
        read_quantity(reader, operand, UNIT_TIME, RANGE_NOT_NEGATIVE, &criterion->within_months);
    if (!reader->scenario->permits.asked)
        mistakes_add(&reader->mistakes, operand->key_at, "`%s` needs a section `permits`, for example `permits: {jurisdiction: US}`", operand->key);
}

static bool is_looked_at(const struct scenario *scenario, int criterion) {
    for (size_t t = 0; t < scenario->n_targets; t++)
        if (overlay_uses(scenario->targets[t].score, criterion)) return true;
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (scenario->rules[r].criterion == criterion) return true;
    return false;
}

bool scenario_scores_permits(const struct scenario *scenario) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (criterion_is_permit(&scenario->criteria[c]) && is_looked_at(scenario, (int)c)) return true;
    return false;
}
