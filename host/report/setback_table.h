/* Setbacks as they held in the grid: which jurisdictions have which by a row of the table, and which by a rule's default. */
#ifndef LODE_REPORT_SETBACK_TABLE_H
#define LODE_REPORT_SETBACK_TABLE_H

#include "analysis/result.h"
#include "report/json_build.h"

/* A few lines for the summary; nothing where no rule asks for setbacks. */
void setback_table_print(const struct result *result, struct text *out);
/* `ordinances` of run.json: the table with its checksum, and for each rule all jurisdictions of the grid; result->setbacks is there. */
struct json_object *setback_table_json(const struct result *result, struct json_build *build);
/* What the page says beside a rule: who has no row. In `arena`; NULL where there is nothing to say. */
const char *setback_table_words(const struct result *result, size_t rule, struct arena *arena);
/* Behind a site's reason: " (350 m by Ash: Ash County Code 19.4)", or " (250 m by default, no row for Cedar)". Nothing of other rules. */
void setback_table_at(const struct result *result, size_t rule, const struct site *site, struct text *out);

#endif
