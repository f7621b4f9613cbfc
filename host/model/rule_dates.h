/* Which rules are in force on the day that a run asks about. */
#ifndef LODE_MODEL_RULE_DATES_H
#define LODE_MODEL_RULE_DATES_H

#include "base/text.h"
#include "model/scenario.h"

/* The scenario as it stands on a day: a copy in `arena` whose rules that are not in force are suspended and hold for no target.
 * `as_of`: the day as words, or NULL for the scenario's own; LODE_USAGE when it is none. Without any day every rule without dates holds, and one
 * with dates is a failure (LODE_BAD_DATA): a run of another day would be another one. */
status rules_on_date(const struct scenario *scenario, const char *as_of, struct arena *arena, const struct scenario **out) LODE_MUST_CHECK;
/* "from 2027-01-01 until 2030-12-31"; "" without dates. */
void rule_dates_words(const struct rule *rule, struct text *out);

#endif
