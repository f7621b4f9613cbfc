/* Whether this machine's GDAL and PROJ have what a job needs; for `lodescan doctor`. */
#ifndef LODE_GEO_HEALTH_H
#define LODE_GEO_HEALTH_H

#include "base/memory.h"

struct health_item {
    const char *name; /* "GDAL", "PROJ", "proj.db", "driver GPKG" */
    bool ok;
    const char *detail; /* what was found */
    const char *remedy; /* "" when ok */
};

/* All items, in `arena`. Never fails for what it finds, only when memory is out. */
status health_check(struct arena *arena, struct health_item **items, size_t *count) LODE_MUST_CHECK;

#endif
