/* Variants beside the base: which sites enter, leave and move, by how much and why. */
#ifndef LODE_REPORT_VARIANT_TABLE_H
#define LODE_REPORT_VARIANT_TABLE_H

#include "analysis/result.h"
#include "report/json_build.h"

/* A row for each variant, target and site of either list. */
status variant_table_csv(const struct result *result, const char *path) LODE_MUST_CHECK;
/* Of run.json: a map a variant. */
struct json_object *variant_table_json(const struct result *result, struct json_build *build);
void variant_table_print(const struct result *result, struct arena *arena, struct text *out);

#endif
