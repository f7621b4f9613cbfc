/* run.json: what was run, on what, with which inputs, and what came out. docs/schema/run.schema.json describes it. */
#ifndef LODE_REPORT_MANIFEST_H
#define LODE_REPORT_MANIFEST_H

#include <time.h>

#include "analysis/result.h"
#include "base/text.h"
#include "report/inputs.h"
#include "report/outputs.h"

/* Writes the manifest to `path`; `outputs` must be sealed, `inputs` waited for (NULL: they are hashed now). With SOURCE_DATE_EPOCH set both times are
 * that one and the timings are left out, so that the same run gives the same bytes. */
status manifest_write(const struct result *result, const struct inputs *inputs, const struct outputs *outputs, const struct log *log, time_t started,
                      time_t finished, const char *path) LODE_MUST_CHECK;

/* Compares the files of a finished run with its manifest. `report` gets a line a file (or JSON), also when it fails:
 * LODE_BAD_DATA when a file is missing or differs, naming the first. */
status manifest_verify(const char *out_dir, struct text *report, bool json) LODE_MUST_CHECK;

#endif
