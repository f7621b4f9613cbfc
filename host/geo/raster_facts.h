/* What a finished raster file tells of its bands, without reading their cells. */
#ifndef LODE_GEO_RASTER_FACTS_H
#define LODE_GEO_RASTER_FACTS_H

#include <stdbool.h>

#include "base/memory.h"
#include "base/status.h"

/* Statistics are of the band's valid cells; NaN where the file has none. */
struct band_facts {
    const char *name, *unit; /* "" where there is none */
    const char *type;        /* "uint8", "float32" ... */
    bool has_nodata;         /* then `nodata` is a number, or NaN */
    double nodata;
    double least, most, mean, sd, valid_percent;
};

/* Of every band of the file, in `arena`. LODE_IO when it cannot be opened. */
status raster_facts_read(const char *path, struct arena *arena, struct band_facts **bands, size_t *count) LODE_MUST_CHECK;

#endif
