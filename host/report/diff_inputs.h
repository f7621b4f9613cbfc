/* What two runs were asked and given: their manifests side by side. */
#ifndef LODE_REPORT_DIFF_INPUTS_H
#define LODE_REPORT_DIFF_INPUTS_H

#include <stdbool.h>

#include "base/status.h"

struct json_build;
struct json_object;

/* A list of {what, name, key, before, after, words} for all that may move a result: the program, the device, the grid, layers (by the hash of their
 * file, or its time where the run took no hash), criteria, rules, targets' scores, permit and ordinance tables, the day. What a run found is not
 * compared. `name` is null for what there is once; `before` or `after` is null for what only one run has. */
struct json_object *diff_inputs(struct json_object *before, struct json_object *after, struct json_build *build);

/* Whether the list has a change of that thing; NULL as name: any. */
bool diff_inputs_has(struct json_object *changes, const char *what, const char *name);

/* The member of `list` whose `key` is `name`; NULL when there is none. */
struct json_object *diff_named(struct json_object *list, const char *key, const char *name);

#endif
