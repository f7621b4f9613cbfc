/* A result's planes and its end. */
#include "analysis/result.h"

#include <stdlib.h>

status result_open_surfaces(struct result *result, const char *folder, size_t *spare, bool page) {
    const struct scenario *scenario = result->scenario;
    size_t cells = (size_t)(result->grid.width * result->grid.height);
    result->targets = arena_alloc(&result->arena, scenario->n_targets, sizeof *result->targets);
    result->rules = arena_alloc(&result->arena, scenario->n_rules + 1, sizeof *result->rules);
    result->criteria = arena_alloc(&result->arena, scenario->n_criteria + 1, sizeof *result->criteria);
    if (!result->targets || !result->rules || !result->criteria) return status_no_memory();
    for (size_t t = 0; t < scenario->n_targets; t++) {
        TRY(scratch_open_within(folder, cells * sizeof(float), spare, &result->targets[t].score));
        TRY(scratch_open_within(folder, cells, spare, &result->targets[t].state));
        TRY(provenance_init(scenario, t, &result->arena, &result->targets[t].provenance));
    }
    if (scenario->n_rules) TRY(scratch_open_within(folder, cells * rule_bits_bytes(scenario->n_rules), spare, &result->rule_bits));
    for (size_t c = 0; scenario->write_criteria && c < scenario->n_criteria; c++) {
        TRY(scratch_open_within(folder, cells * sizeof(float), spare, &result->criteria[c].value));
        TRY(scratch_open_within(folder, cells * sizeof(float), spare, &result->criteria[c].membership));
    }
    return page ? lattice_open(result->plan, folder, &result->lattice) : NULL;
}

void *result_rule_bits(const struct result *result, int64_t row) {
    size_t first = (size_t)(row * result->grid.width);
    return result->scenario->n_rules ? (char *)result->rule_bits.bytes + first * rule_bits_bytes(result->scenario->n_rules) : NULL;
}

status result_new(const struct scenario *scenario, struct result **out) {
    TRY(MEMORY_ARRAY(1, out));
    (*out)->scenario = scenario;
    return NULL;
}

void result_free(struct result *result) {
    if (!result) return;
    for (size_t t = 0; result->targets && t < result->scenario->n_targets; t++) {
        scratch_close(&result->targets[t].score);
        scratch_close(&result->targets[t].state);
        model_free(result->targets[t].model);
    }
    for (size_t c = 0; result->criteria && c < result->scenario->n_criteria; c++) {
        scratch_close(&result->criteria[c].value);
        scratch_close(&result->criteria[c].membership);
    }
    scratch_close(&result->rule_bits);
    lattice_close(&result->lattice);
    variants_close(result->variants, result->scenario->n_variants);
    plan_free(result->plan);
    permits_close(result->permits);
    layers_close(&result->sources);
    setbacks_close(result->setbacks); /* layers look at the scenario in it */
    arena_free(&result->arena);
    free(result);
}
