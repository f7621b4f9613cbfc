/* The classes of a target's pictures, for run.json and the page. */
#ifndef LODE_REPORT_CLASSES_JSON_H
#define LODE_REPORT_CLASSES_JSON_H

#include "analysis/result.h"
#include "report/json_build.h"

/* Puts "classes" into `into`: kind, how many were asked for (of equal intervals and quantiles), breaks, lowest and highest score. Nothing where
 * colours run along the ramp. */
void classes_json_put(const struct result *result, size_t target, struct json_build *build, struct json_object *into);

#endif
