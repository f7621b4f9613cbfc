/* run.json of a finished run, read. */
#ifndef LODE_REPORT_RUN_FILE_H
#define LODE_REPORT_RUN_FILE_H

#include <stdbool.h>

#include "base/memory.h"
#include "base/status.h"

struct json_object;

/* Reads OUT/run.json. A folder without one is LODE_NO_INPUT and says that no finished run is there. *out: json_object_put(). */
status run_file_read(const char *folder, struct json_object **out) LODE_MUST_CHECK;

/* Output `index` of the manifest as {name, bytes, sha256}, or NULL beyond the last. Only names that stay inside the folder count. */
struct json_object *run_file_output(struct json_object *run, size_t index);
/* Whether a name is relative and stays inside its folder. */
bool run_file_name_is_safe(const char *name);

#endif
