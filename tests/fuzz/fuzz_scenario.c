/* Any bytes at all as a scenario: the parser answers with values that keep its promises or with words, and never with a crash.
 * libFuzzer; seeds are the scenarios of datasets/ and tests/model/full.yaml. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool holds) {
    if (!holds) abort();
}

/* What the parser promises to everyone behind it. */
static void check_scenario(const struct scenario *scenario) {
    must(scenario->title && scenario->grid.crs && scenario->grid.cell_x > 0 && scenario->grid.cell_y > 0);
    must(scenario->n_layers && scenario->n_criteria && scenario->n_targets && scenario->n_targets <= 16 && scenario->n_rules <= 64);
    for (size_t i = 0; i < scenario->n_layers; i++) must(scenario->layers[i].path && scenario->layers[i].full_path);
    for (size_t i = 0; i < scenario->n_criteria; i++)
        must(scenario->criteria[i].layer >= 0 && (size_t)scenario->criteria[i].layer < scenario->n_layers && scenario->criteria[i].unit_name);
    for (size_t i = 0; i < scenario->n_rules; i++) {
        const struct rule *rule = &scenario->rules[i];
        must((rule->layer >= 0) != (rule->criterion >= 0) && rule->targets && rule->buffer_m >= 0);
        must(rule->kind != RULE_EXCLUDE_WHERE || (rule->condition.n_values && rule->condition.text));
    }
    for (size_t i = 0; i < scenario->n_targets; i++) {
        const struct overlay *score = scenario->targets[i].score;
        must(score && (score->op == OVERLAY_CRITERION) == !score->child);
        must(scenario->targets[i].candidates == CANDIDATE_PEAKS || scenario->targets[i].n_points);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct scenario *scenario;
    status failure = scenario_parse("f.yaml", (const char *)bytes, size, &scenario);
    if (failure) {
        must(!scenario && strncmp(lode_error_message(failure), "f.yaml:", 7) == 0);
        lode_error_free(failure);
        return 0;
    }
    check_scenario(scenario);
    scenario_free(scenario);
    return 0;
}
