/* The host's half of what the fused pass does with rule bits: excluded = fired exclusions, less what fired inclusions are over. */
#include "model/rule_effect.h"

uint64_t rules_of_target(const struct scenario *scenario, size_t target, enum rule_effect effect) {
    uint64_t bits = 0;
    for (size_t r = 0; r < scenario->n_rules; r++) {
        const struct rule *rule = &scenario->rules[r];
        if (rule_table[rule->kind].effect == effect && rule->targets >> target & 1) bits |= (uint64_t)1 << r;
    }
    return bits;
}

uint64_t rules_stopping(const struct scenario *scenario, size_t target, uint64_t fired) {
    uint64_t stopping = fired & rules_of_target(scenario, target, EFFECT_EXCLUDE);
    uint64_t freeing = fired & rules_of_target(scenario, target, EFFECT_INCLUDE);
    for (; freeing; freeing &= freeing - 1) stopping &= ~(uint64_t)scenario->rules[__builtin_ctzll(freeing)].over;
    return stopping;
}

uint64_t rules_excluding(const struct scenario *scenario, uint64_t fired) {
    uint64_t excluding = 0;
    for (uint64_t left = fired; left; left &= left - 1) {
        const int r = __builtin_ctzll(left);
        unsigned long long targets = rule_table[scenario->rules[r].kind].effect == EFFECT_EXCLUDE ? scenario->rules[r].targets : 0;
        for (uint64_t other = fired; other; other &= other - 1) {
            const struct rule *rule = &scenario->rules[__builtin_ctzll(other)];
            if (rule_table[rule->kind].effect == EFFECT_INCLUDE && rule->over >> r & 1) targets &= ~rule->targets;
        }
        if (targets) excluding |= (uint64_t)1 << r;
    }
    return excluding;
}

uint64_t rules_freeing(const struct scenario *scenario, size_t target, uint64_t fired) {
    const uint64_t stopping = fired & rules_of_target(scenario, target, EFFECT_EXCLUDE);
    uint64_t freeing = fired & rules_of_target(scenario, target, EFFECT_INCLUDE);
    for (size_t r = 0; r < scenario->n_rules; r++)
        if (!(scenario->rules[r].over & stopping)) freeing &= ~((uint64_t)1 << r);
    return freeing;
}

uint64_t rules_penalising(const struct scenario *scenario, size_t target, uint64_t fired) {
    return fired & rules_of_target(scenario, target, EFFECT_PENALISE);
}
