/* A rule is in force from the first to the last of its days, both included. */
#include "model/rule_dates.h"

#include <string.h>

#include "model/date.h"

static bool is_dated(const struct rule *rule) {
    return rule->valid_from || rule->valid_until;
}

static bool is_in_force(const struct rule *rule, int date) {
    return (!rule->valid_from || date >= rule->valid_from) && (!rule->valid_until || date <= rule->valid_until);
}

void rule_dates_words(const struct rule *rule, struct text *out) {
    char words[DATE_WORDS];
    if (rule->valid_from) date_words(rule->valid_from, words), text_print(out, "from %s", words);
    if (rule->valid_until) date_words(rule->valid_until, words), text_print(out, "%suntil %s", rule->valid_from ? " " : "", words);
}

static status no_date(const struct scenario *scenario, const struct rule *rule) {
    struct text dates = {0};
    rule_dates_words(rule, &dates);
    status failure =
        status_fail(LODE_BAD_DATA,
                    "%s:%d:%d: rule '%s' holds %s, and nothing says of which day this run is: write `as_of: 2027-01-31` in the scenario, or give "
                    "--as-of",
                    scenario->path, rule->at.line, rule->at.column, rule->name, dates.bytes ? dates.bytes : "");
    text_free(&dates);
    return failure;
}

status rules_on_date(const struct scenario *scenario, const char *as_of, struct arena *arena, const struct scenario **out) {
    int date = scenario->as_of;
    *out = scenario;
    if (as_of && !date_parse(as_of, &date)) return status_fail(LODE_USAGE, "--as-of=%s is no day; write it like 2027-01-31", as_of);
    for (size_t r = 0; !date && r < scenario->n_rules; r++)
        if (is_dated(&scenario->rules[r])) return no_date(scenario, &scenario->rules[r]);
    if (!date) return NULL;
    struct scenario *copy = arena_alloc(arena, 1, sizeof *copy);
    struct rule *rules = arena_alloc(arena, scenario->n_rules + 1, sizeof *rules);
    if (!copy || !rules) return status_no_memory();
    if (scenario->n_rules) memcpy(rules, scenario->rules, scenario->n_rules * sizeof *rules);
    for (size_t r = 0; r < scenario->n_rules; r++) {
        rules[r].suspended = !is_in_force(&rules[r], date);
        if (rules[r].suspended) rules[r].targets = 0;
    }
    *copy = *scenario;
    copy->as_of = date;
    copy->rules = rules;
    *out = copy;
    return NULL;
}
