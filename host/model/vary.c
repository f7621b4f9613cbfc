/* Trees are copied whole, for they do not change once built. */
#include "model/vary.h"

#include <string.h>

struct reweighing {
    const struct variant_wish *variant;
    int target;
    struct arena *arena;
};

static const struct weight_wish *wish_of(const struct reweighing *of, int criterion) {
    const struct weight_wish *found = NULL;
    for (size_t i = 0; i < of->variant->n_weights; i++) {
        const struct weight_wish *wish = &of->variant->weights[i];
        if (wish->criterion != criterion || (wish->target != NO_INDEX && wish->target != of->target)) continue;
        if (!found || wish->target != NO_INDEX) found = wish;
    }
    return found;
}

/* NULL: memory is out. */
static struct overlay *reweigh(const struct reweighing *of, const struct overlay *node) {
    struct overlay *copy = arena_alloc(of->arena, 1, sizeof *copy);
    if (!copy) return NULL;
    *copy = *node;
    const bool weighs = overlay_table[node->op].weights && !weighting_table[node->weighting].from_cells;
    const struct overlay **link = &copy->child;
    for (const struct overlay *child = node->child; child; child = child->next) {
        struct overlay *other = reweigh(of, child);
        if (!other) return NULL;
        const struct weight_wish *wish = weighs && child->op == OVERLAY_CRITERION ? wish_of(of, child->criterion) : NULL;
        if (wish) {
            other->weight = wish->weight;
            copy->weighting = WEIGHTS_GIVEN;
        }
        *link = other;
        link = &other->next;
    }
    return copy;
}

status vary_weights(const struct scenario *scenario, const struct variant_wish *variant, struct arena *arena, const struct target **targets) {
    *targets = scenario->targets;
    if (!variant->n_weights) return NULL;
    struct target *copies = arena_alloc(arena, scenario->n_targets, sizeof *copies);
    if (!copies) return status_no_memory();
    memcpy(copies, scenario->targets, scenario->n_targets * sizeof *copies);
    for (size_t t = 0; t < scenario->n_targets; t++) {
        const struct reweighing of = {variant, (int)t, arena};
        if (!copies[t].model && !(copies[t].score = reweigh(&of, copies[t].score))) return status_no_memory();
    }
    *targets = copies;
    return NULL;
}
