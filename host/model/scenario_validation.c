/* What is held against known places: a target's name and where its places come from. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/scenario_reader.h"

static void read_folds(struct reader *reader, const struct node *node, struct folds *folds) {
    long long count;
    if (!node_is_text(reader, node)) return;
    if (strcmp(node->text, "leave_one_out") == 0) {
        folds->kind = FOLDS_ONE_OUT;
    } else if (text_integer(node->text, &count) && count >= 2 && count <= FOLDS_MAX) {
        *folds = (struct folds){FOLDS_LOT, (size_t)count, folds->block_m};
    } else {
        mistakes_add(&reader->mistakes, node->at, "`folds: %s` is neither a whole number from 2 to %d nor `leave_one_out`", node->text, FOLDS_MAX);
    }
}

static void check_no_uncertainty(struct reader *reader, const struct node *map, const struct validation_wish *wish) {
    const struct node *within = node_get(map, "within");
    if (wish->within == WITHIN_BEST && !node_get(map, "uncertainty"))
        mistakes_add(&reader->mistakes, within->key_at, "`within: best` looks within `uncertainty`, which is not given; add `uncertainty: 2 km`");
}

void read_validation(struct reader *reader, const struct node *map, struct validation_wish *wish) {
    const struct node self = {.kind = NODE_SCALAR, .at = map->key_at, .key = "validate", .text = map->key};
    *wish = (struct validation_wish){.at = map->key_at};
    wish->places = (struct target){.name = map->key, .at = map->key_at, .candidates = CANDIDATE_POINTS, .uncertainty_m = NAN};
    fields_default(reader, SECTION_VALIDATE, wish);
    wish->target = read_reference(reader, &self, map->key, reader->targets, "target");
    if (!node_is_map(reader, map, "{sites: LAYER, folds: 5}")) return;
    fields_read(reader, SECTION_VALIDATE, map, reader_words(reader, "validation of '%s'", map->key), wish);
    const struct node *sites = node_get(map, "sites"), *folds = node_get(map, "folds"), *blocks = node_get(map, "blocks");
    const struct node *uncertainty = node_get(map, "uncertainty"), *baseline = node_get(map, "baseline");
    if (sites) wish->places.n_points = read_vector_layers(reader, sites, &wish->places.points);
    if (uncertainty && !node_is_empty(uncertainty)) read_uncertainty(reader, uncertainty, &wish->places);
    if (folds) read_folds(reader, folds, &wish->folds);
    if (folds && blocks)
        mistakes_add(&reader->mistakes, blocks->key_at, "validation of '%s' has both `folds` and `blocks`; keep one of the two ways", map->key);
    if (blocks) wish->folds.kind = FOLDS_BLOCKS;
    if (baseline && wish->baseline != NO_INDEX && wish->baseline == wish->target)
        mistakes_add(&reader->mistakes, baseline->at, "`baseline: %s` is the target itself; name another target", baseline->text);
    check_no_uncertainty(reader, map, wish);
}
