/* Permits in words and in JSON. */
#ifndef LODE_REPORT_PERMIT_TABLE_H
#define LODE_REPORT_PERMIT_TABLE_H

#include "analysis/result.h"
#include "report/json_build.h"

/* A line for each kind of place among a target's ranked sites; nothing where the scenario asks for no permits. */
void permit_table_print(const struct result *result, size_t target, struct text *out);
/* Of run.json: tables with their digests, seed and draws, and the figures of every route in every class of cells. */
struct json_object *permit_table_json(const struct result *result, struct json_build *build);
/* Those of one route in one class of cells. */
struct json_object *permit_table_figures(const struct result *result, const char *route, int permit_class, struct json_build *build);

#endif
