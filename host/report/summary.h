/* What a run says at its end. */
#ifndef LODE_REPORT_SUMMARY_H
#define LODE_REPORT_SUMMARY_H

#include "analysis/result.h"

/* Per target: what the ranking rests on, counts, the first sites, the excluded ones with reasons; then where the files are.
 * *text is malloc'ed; JSON when `json`. */
status summary_print(const struct result *result, const char *out_dir, bool json, char **text) LODE_MUST_CHECK;

#endif
