/* Why a site of a finished run scores as it does. */
#ifndef LODE_REPORT_EXPLAIN_H
#define LODE_REPORT_EXPLAIN_H

#include <stdbool.h>

#include "base/status.h"

/* Reads OUT/sites.geojson. `site` is an id, "target:rank", or a name or part of one (any case). *text is malloc'ed: tables for people,
 * or the site's record as JSON. Unknown or ambiguous sites are LODE_USAGE and list what is near. */
status explain_site(const char *out_dir, const char *site, bool json, char **text) LODE_MUST_CHECK;

#endif
