/* A target's cheapest ways as a table for any format. */
#ifndef LODE_REPORT_PATH_TABLE_H
#define LODE_REPORT_PATH_TABLE_H

#include "analysis/result.h"
#include "model/table.h"
#include "report/json_build.h"

/* Whether the scenario has a criterion that ways belong to. */
bool path_table_asked(const struct scenario *scenario);
/* `TARGET_paths`: one row a way, by rank, then by criterion; columns as docs/schema/paths.schema.json names them. Everything in `arena`;
 * names and lines are borrowed from scenario and result, which must outlive the table. */
status path_table_make(const struct result *result, size_t target, struct arena *arena, struct table *out) LODE_MUST_CHECK;
/* How many ranked sites of a target have a way, and how many have none: a map for each cost criterion. */
struct json_object *path_table_counts(const struct result *result, size_t target, struct json_build *build);

#endif
