/* Targets: the score, and where sites are looked for. */
#include <math.h>
#include <string.h>

#include "model/scenario_reader.h"

static bool read_vector_layer(struct reader *reader, const struct node *node, const char *key, int *layer) {
    if (!node_is_text(reader, node)) return false;
    *layer = read_reference(reader, node, node->text, reader->layers, "layer");
    if (*layer == NO_INDEX) return false;
    if (reader->scenario->layers[*layer].kind != LAYER_VECTOR)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is a raster layer; points come from a vector layer", key, node->text);
    return true;
}

size_t read_vector_layers(struct reader *reader, const struct node *node, const int **layers) {
    size_t count = node->kind == NODE_LIST ? node->count : 1, good = 0;
    int *found = reader_alloc(reader, count, sizeof *found);
    if (!found) return 0;
    if (!count) mistakes_add(&reader->mistakes, node->at, "`%s` is empty; name a vector layer", node->key);
    if (node->kind == NODE_LIST) {
        for (const struct node *child = node->child; child; child = child->next) good += read_vector_layer(reader, child, node->key, &found[good]);
    } else {
        good += read_vector_layer(reader, node, node->key, &found[good]);
    }
    *layers = found;
    return good;
}

/* A field's name does not start with a digit; anything that does is a length. */
void read_uncertainty(struct reader *reader, const struct node *node, struct target *target) {
    if (!node_is_text(reader, node)) return;
    if (strchr("0123456789+-.", node->text[0]))
        read_quantity(reader, node, UNIT_LENGTH, RANGE_NOT_NEGATIVE, &target->uncertainty_m);
    else
        target->uncertainty_field = node->text;
}

static void check_points_keys(struct reader *reader, const struct node *map) {
    for (const struct node *child = map->child; child; child = child->next)
        if (strcmp(child->key, "peaks") != 0 && schema_find(SECTION_CANDIDATES, child->key))
            mistakes_add(&reader->mistakes, child->key_at, "`%s` goes with `points`, not with `peaks`; keep one of the two ways", child->key);
}

static void read_candidates(struct reader *reader, const struct node *map, struct target *target) {
    const struct node *points = node_get(map, "points"), *peaks = node_get(map, "peaks"), *uncertainty = node_get(map, "uncertainty");
    if (!node_is_map(reader, map, "{peaks: {spacing: 10 km, count: 50}}")) return;
    fields_read(reader, SECTION_CANDIDATES, map, reader_words(reader, "candidates of target '%s'", target->name), target);
    if (!points && !peaks)
        mistakes_add(&reader->mistakes, map->key_at, "`candidates` needs `points` or `peaks`, for example `{peaks: {spacing: 10 km, count: 50}}`");
    if (peaks) check_points_keys(reader, map);
    if (peaks && !node_is_empty(peaks) && node_is_map(reader, peaks, "{spacing: 10 km, count: 50}"))
        fields_read(reader, SECTION_PEAKS, peaks, reader_words(reader, "peaks of target '%s'", target->name), target);
    if (uncertainty) read_uncertainty(reader, uncertainty, target);
    target->candidates = points ? CANDIDATE_POINTS : CANDIDATE_PEAKS;
    if (points) target->n_points = read_vector_layers(reader, points, &target->points);
}

static enum mode mode_of_name(const char *name) {
    if (strstr(name, "stockpile")) return MODE_STOCKPILE;
    return strstr(name, "plant") ? MODE_PLANT : MODE_DEPOSIT;
}

static void read_shortlist(struct reader *reader, const struct node *map, struct target *target) {
    target->shortlist.asked = true;
    target->shortlist.at = map->key_at;
    if (!node_is_empty(map) && node_is_map(reader, map, "{within: 6 months, probability: 0.5}"))
        fields_read(reader, SECTION_SHORTLIST, map, reader_words(reader, "shortlist of target '%s'", target->name), target);
    if (!reader->scenario->permits.asked)
        mistakes_add(&reader->mistakes, map->key_at, "`shortlist` needs a section `permits`, for example `permits: {jurisdiction: US}`");
}

void read_target(struct reader *reader, const struct node *map, struct target *target) {
    *target = (struct target){.name = map->key, .at = map->key_at, .candidates = CANDIDATE_PEAKS, .uncertainty_m = NAN};
    fields_default(reader, SECTION_TARGET, target);
    fields_default(reader, SECTION_CANDIDATES, target);
    fields_default(reader, SECTION_PEAKS, target);
    fields_default(reader, SECTION_SHORTLIST, target);
    target->mode = mode_of_name(map->key);
    if (!node_is_map(reader, map, "{score: {weighted: {rail: 2, power: 1}}}")) return;
    fields_read(reader, SECTION_TARGET, map, reader_words(reader, "target '%s'", map->key), target);
    const struct node *score = node_get(map, "score"), *candidates = node_get(map, "candidates");
    if (score && is_model(score))
        read_model(reader, score, target);
    else if (score)
        target->score = read_overlay(reader, score);
    if (candidates) read_candidates(reader, candidates, target);
    const struct node *classes = node_get(map, "classes");
    if (classes) read_classing(reader, classes, &target->classing);
    if (node_get(map, "shortlist")) read_shortlist(reader, node_get(map, "shortlist"), target);
    const struct node *certainty = node_get(map, "certainty");
    if (certainty) read_certainty(reader, certainty, target);
}
