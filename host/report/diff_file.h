/* A difference of two runs as JSON (the whole of it), as words for people and as a table. */
#ifndef LODE_REPORT_DIFF_FILE_H
#define LODE_REPORT_DIFF_FILE_H

#include "analysis/surface_diff.h"
#include "base/text.h"

struct json_build;
struct json_object;

/* {folder, title, started, tool_version} of a run. */
struct json_object *diff_run_json(const char *folder, struct json_object *run, struct json_build *build);
/* What became of the cells: areas by state, scores of those scored in both, what is kept of the best hundredth. */
struct json_object *diff_surface_json(const struct surface_moves *moves, struct json_build *build);
/* A list of {rule, reason, excluded_km2: {before, after}, alone_km2: {before, after}} for each rule that excludes in one of the runs' targets. */
struct json_object *diff_rules_json(struct json_object *target_before, struct json_object *target_after, struct json_build *build);

/* The tree that api/diff.c puts together of these: {before, after, inputs, targets: [{name, surface, rules, sites}]}. */
void diff_print(struct json_object *tree, struct text *out);
/* One row a site that is in either run. */
status diff_write_csv(struct json_object *tree, const char *path) LODE_MUST_CHECK;

#endif
