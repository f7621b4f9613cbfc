/* A number of a formula that stands for a wavelength is NaN and names its layer in `operand`; other numbers name none. */
#include "model/settle.h"

#include <string.h>

static bool asks(const struct formula *formula) {
    for (size_t i = 0; formula && i < formula->n_nodes; i++)
        if (formula->nodes[i].op == FORMULA_NUMBER && formula->nodes[i].operand != NO_LAYER) return true;
    return false;
}

static const struct formula *settled(const struct formula *formula, double (*wavelength_nm)(void *user, int layer), void *user, struct arena *arena) {
    struct formula *copy = arena_alloc(arena, 1, sizeof *copy);
    struct formula_node *nodes = arena_alloc(arena, formula->n_nodes, sizeof *nodes);
    if (!copy || !nodes) return NULL;
    memcpy(nodes, formula->nodes, formula->n_nodes * sizeof *nodes);
    for (size_t i = 0; i < formula->n_nodes; i++)
        if (nodes[i].op == FORMULA_NUMBER && nodes[i].operand != NO_LAYER) nodes[i].number = wavelength_nm(user, nodes[i].operand);
    *copy = *formula;
    copy->nodes = nodes;
    return copy;
}

status scenario_settle(const struct scenario *scenario, double (*wavelength_nm)(void *user, int layer), void *user, struct arena *arena,
                       const struct scenario **out) {
    size_t asking = 0;
    *out = scenario;
    for (size_t i = 0; i < scenario->n_criteria; i++) asking += asks(scenario->criteria[i].formula);
    if (!asking) return NULL;
    struct scenario *copy = arena_alloc(arena, 1, sizeof *copy);
    struct criterion *criteria = arena_alloc(arena, scenario->n_criteria, sizeof *criteria);
    if (!copy || !criteria) return status_no_memory();
    memcpy(criteria, scenario->criteria, scenario->n_criteria * sizeof *criteria);
    for (size_t i = 0; i < scenario->n_criteria; i++) {
        if (!asks(criteria[i].formula)) continue;
        criteria[i].formula = settled(criteria[i].formula, wavelength_nm, user, arena);
        if (!criteria[i].formula) return status_no_memory();
    }
    *copy = *scenario;
    copy->criteria = criteria;
    *out = copy;
    return NULL;
}
