/* Overlays whose numbers cells decide: weights by entropy or CRITIC, TOPSIS between observed ideals. An overlay within such a one is gathered
 * first, level by level, for its values are what the outer one looks at. */
#include "model/plan_gather.h"

#include <math.h>
#include <stdlib.h>

static bool gathers(const struct overlay *node) {
    return weighting_table[node->weighting].from_cells || (node->op == OVERLAY_TOPSIS && !node->absolute);
}

static size_t children(const struct overlay *node) {
    size_t count = 0;
    for (const struct overlay *child = node->child; child; child = child->next) count++;
    return count;
}

size_t gather_numbers(const struct overlay *node) {
    return children(node) * (node->op == OVERLAY_TOPSIS && !node->absolute ? 4 : 1);
}

static void count(const struct overlay *node, size_t *steps, size_t *params) {
    for (const struct overlay *child = node->child; child; child = child->next) count(child, steps, params);
    if (!gathers(node)) return;
    ++*steps;
    *params += gather_numbers(node);
}

void gather_count(const struct scenario *scenario, size_t *steps, size_t *params) {
    *steps = *params = 0;
    for (size_t t = 0; t < scenario->n_targets; t++) count(scenario->targets[t].score, steps, params);
}

/* Returns the highest level in the node and below. */
static size_t compile(struct plan *plan, size_t target, const struct overlay *node) {
    size_t level = 0;
    for (const struct overlay *child = node->child; child; child = child->next) {
        size_t below = compile(plan, target, child);
        if (below > level) level = below;
    }
    if (!gathers(node)) return level;
    struct gather_step *step = &plan->gathers[plan->n_gathers++];
    *step = (struct gather_step){
        .node = node, .target = target, .level = level + 1, .n = children(node), .first_param = plan->n_params, .first_row = plan->n_rows};
    for (size_t i = 0; i < gather_numbers(node); i++) plan->params[plan->n_params++] = NAN;
    plan->n_rows += step->n;
    if (step->level > plan->n_levels) plan->n_levels = step->level;
    return step->level;
}

void gather_compile(struct plan *plan) {
    for (size_t t = 0; t < plan->scenario->n_targets; t++) compile(plan, t, plan->scenario->targets[t].score);
}

static const char *step_name(const struct gather_step *step) {
    enum weighting weighting = step->node->weighting;
    return weighting_table[weighting].from_cells ? weighting_table[weighting].name : overlay_table[step->node->op].name;
}

static status no_weights(const struct plan *plan, const struct gather_step *step, const struct moments *moments) {
    const char *path = plan->scenario->path, *name = step_name(step);
    int line = step->node->at.line, column = step->node->at.column;
    if (!(moments->cells > 0))
        return status_fail(LODE_BAD_DATA,
                           "%s:%d:%d: `%s` has no cell to go by: none has all of what it combines and is neither outside nor excluded; "
                           "give the weights as numbers, or layers that overlap",
                           path, line, column, name);
    return status_fail(
        LODE_BAD_DATA,
        "%s:%d:%d: `%s` finds nothing to tell criteria apart in the %.0f cells that count: they are all alike there; give the weights as "
        "numbers",
        path, line, column, name, moments->cells);
}

static void take_ideals(struct plan *plan, const struct gather_step *step, const struct moments *moments) {
    float *scale = plan->params + step->first_param + step->n, *best = scale + step->n, *worst = best + step->n;
    for (size_t j = 0; j < step->n; j++) {
        double rms = sqrt(moments->columns[j].square / moments->cells);
        scale[j] = rms > 0 ? (float)(1 / rms) : 0;
        best[j] = (float)moments->columns[j].max;
        worst[j] = (float)moments->columns[j].min;
    }
}

status plan_take_moments(struct plan *plan, size_t gather, const struct moments *moments) {
    struct gather_step *step = &plan->gathers[gather];
    enum weighting weighting = step->node->weighting;
    bool varied = false;
    double *weights = NULL;
    for (size_t j = 0; j < step->n && moments->cells > 0; j++) varied |= moments->columns[j].max > moments->columns[j].min;
    if (!varied) return no_weights(plan, step, moments);
    step->cells = moments->cells;
    if (step->node->op == OVERLAY_TOPSIS && !step->node->absolute) take_ideals(plan, step, moments);
    if (!weighting_table[weighting].from_cells) return NULL;
    TRY(MEMORY_ARRAY(step->n, &weights));
    bool found = weighting == WEIGHTS_ENTROPY ? weights_entropy(moments, weights) : weights_critic(moments, weights);
    for (size_t j = 0; j < step->n && found; j++) plan->params[step->first_param + j] = (float)weights[j];
    free(weights);
    return found ? NULL : no_weights(plan, step, moments);
}

const struct gather_step *plan_gather_of(const struct plan *plan, const struct overlay *node) {
    for (size_t g = 0; plan && g < plan->n_gathers; g++)
        if (plan->gathers[g].node == node) return &plan->gathers[g];
    return NULL;
}

double plan_weight(const struct plan *plan, const struct overlay *node, const struct overlay *child) {
    const struct gather_step *step = plan_gather_of(plan, node);
    size_t index = 0;
    for (const struct overlay *other = node->child; other != child; other = other->next) index++;
    if (!weighting_table[node->weighting].from_cells) return child->weight;
    return step ? (double)plan->params[step->first_param + index] : NAN;
}
