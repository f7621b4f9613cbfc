/* A validation as files: validation.json (docs/schema/validation.schema.json) and curves.csv. */
#ifndef LODE_REPORT_VALIDATION_FILE_H
#define LODE_REPORT_VALIDATION_FILE_H

#include "analysis/validate.h"
#include "base/text.h"

struct json_build;
struct json_object;

/* The figures that fit into a run's manifest and summary; and all, with every place and fold. */
struct json_object *validation_figures_json(const struct validated *validated, struct json_build *build);
struct json_object *validation_json(const struct validated *validated, struct json_build *build);

status validation_write_json(const struct validated *validated, const char *path) LODE_MUST_CHECK;
/* The curves from the highest score down: score, share of area, share of places, precision, area in km2. */
status validation_write_csv(const struct validated *validated, const char *path) LODE_MUST_CHECK;
/* The figures for people, indented by two spaces. */
void validation_print(const struct validated *validated, struct text *out);

#endif
