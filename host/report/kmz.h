/* A target for globes such as Google Earth: scores, sites with their reasons, and a legend, in one KMZ (OGC KML 2.2 in a zip). */
#ifndef LODE_REPORT_KMZ_H
#define LODE_REPORT_KMZ_H

#include "analysis/result.h"

/* Everything is in the file; nothing is fetched when it opens. Names are escaped. The same result gives the same bytes. */
status kmz_write(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;

#endif
