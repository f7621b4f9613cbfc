/* What rules take from a target, in words and for tools: areas, what each alone takes, overlaps, and what would be free without it. */
#ifndef LODE_REPORT_RULE_TABLE_H
#define LODE_REPORT_RULE_TABLE_H

#include "analysis/result.h"
#include "report/json_build.h"

/* Whether any rule holds for the target, and whether any excludes cells from it. */
bool rule_table_asked(const struct result *result, size_t target);
bool rule_table_excludes(const struct result *result, size_t target);
/* Bit, value, words and areas of each rule of the target: the legend of its rule bits. */
status rule_table_csv(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* Each two exclusions of the target: the area that both exclude. */
status rule_table_overlap_csv(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* Of run.json: a map an exclusion. */
struct json_object *rule_table_json(const struct result *result, size_t target, struct json_build *build);
/* A line an exclusion, then what relaxing one frees. */
void rule_table_print(const struct result *result, size_t target, struct arena *arena, struct text *out);

#endif
