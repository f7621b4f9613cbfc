/* What rules make of a site: why it is excluded, what its score is multiplied by, what frees it. */
#include "base/text.h"
#include "model/rule_effect.h"
#include "report/setback_table.h"
#include "report/site_field.h"
#include "report/site_table.h"

const char *site_table_reasons(const struct result *result, size_t target, const struct site *site, struct arena *arena) {
    struct text joined = {0};
    text_add(&joined, "");
    for (uint64_t left = rules_stopping(result->scenario, target, site->rules); left; left &= left - 1) {
        const size_t rule = (size_t)__builtin_ctzll(left);
        text_print(&joined, "%s%s", joined.length ? "; " : "", result->scenario->rules[rule].reason);
        setback_table_at(result, rule, site, &joined);
    }
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
}

static const char *penalty_words(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena) {
    struct text joined = {0};
    text_add(&joined, "");
    for (uint64_t left = rules_penalising(scenario, target, site->rules); left; left &= left - 1) {
        const struct rule *rule = &scenario->rules[__builtin_ctzll(left)];
        text_print(&joined, "%s%s (times ", joined.length ? "; " : "", rule->reason);
        text_add_number(&joined, rule->factor);
        text_add(&joined, ")");
    }
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
}

static const char *freeing_words(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena) {
    struct text joined = {0};
    text_add(&joined, "");
    for (uint64_t left = rules_freeing(scenario, target, site->rules); left; left &= left - 1)
        text_print(&joined, "%s%s", joined.length ? "; " : "", scenario->rules[__builtin_ctzll(left)].reason);
    char *kept = joined.failed ? NULL : arena_copy(arena, joined.bytes);
    text_free(&joined);
    return kept;
}

static union value read_plain_score(struct cell *cell, size_t index) {
    (void)index;
    return real(cell->site->plain_score);
}

static union value read_penalties(struct cell *cell, size_t index) {
    (void)index;
    return owned(cell, penalty_words(cell->result->scenario, cell->target, cell->site, cell->arena));
}

static union value read_freeing(struct cell *cell, size_t index) {
    (void)index;
    return owned(cell, freeing_words(cell->result->scenario, cell->target, cell->site, cell->arena));
}

/* Of targets that such rules hold for. */
static const struct field of_penalties[] = {
    {{"score_without_penalties", "Score without penalties", "", COLUMN_REAL}, read_plain_score, 0},
    {{"penalties", "What its score is multiplied by", "", COLUMN_TEXT}, read_penalties, 0},
};

static const struct field of_inclusions[] = {{{"freed_by", "Why not excluded", "", COLUMN_TEXT}, read_freeing, 0}};

size_t site_rule_fields(const struct result *result, size_t target, struct field *into) {
    size_t n = 0;
    if (rules_of_target(result->scenario, target, EFFECT_PENALISE)) n += add_fields(into, of_penalties, sizeof of_penalties / sizeof *of_penalties);
    if (rules_of_target(result->scenario, target, EFFECT_INCLUDE))
        n += add_fields(into ? into + n : NULL, of_inclusions, sizeof of_inclusions / sizeof *of_inclusions);
    return n;
}
