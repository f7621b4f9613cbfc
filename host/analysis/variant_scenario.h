/* What each variant is as a scenario, with the tables of its own. Grows with the steps that settle the base: rules of a day, tables, layers. */
#ifndef LODE_ANALYSIS_VARIANT_SCENARIO_H
#define LODE_ANALYSIS_VARIANT_SCENARIO_H

#include "analysis/result.h"

/* Fills result->variants, each with its wish and the rules of its day. `written`: the scenario as the file has it, which result->scenario is of the
 * base's day of; `as_of`: the caller's day or NULL. */
status variants_begin(struct result *result, const struct scenario *written, const char *as_of) LODE_MUST_CHECK;
/* Reads tables of setbacks. *widest: the base with rules that reach as far, and are in force, as in any variant: layers are opened with it. Lives as
 * long as the result. Where there are no variants, all these do nothing. */
status variants_read_setbacks(struct result *result, const char *data_dir, struct log *log, const struct scenario **widest) LODE_MUST_CHECK;
/* When layers are open: reads tables of permits, and matches all tables with the layers. */
status variants_match(struct result *result, const char *data_dir, struct log *log) LODE_MUST_CHECK;
/* When the base is settled: so are they, each with its weights. */
status variants_settle(struct result *result) LODE_MUST_CHECK;

#endif
