/* What a model has learnt: the table of its weights (CSV), and all of it as JSON. */
#ifndef LODE_REPORT_MODEL_REPORT_H
#define LODE_REPORT_MODEL_REPORT_H

#include "analysis/result.h"
#include "report/json_build.h"

/* Targets with a model only. A line a class, of a regression a line a coefficient; the table's file is called `TARGET_` and this. */
const char *model_report_table(const struct model *model);
status model_report_csv(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* Training, study area, prior, evidence, tests. */
struct json_object *model_report_map(const struct result *result, size_t target, struct json_build *build);
status model_report_json(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* A few lines for the end of a run. */
void model_report_words(const struct result *result, size_t target, struct text *out);

#endif
