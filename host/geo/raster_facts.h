/* What a finished raster file tells of its bands, without reading their cells. */
#ifndef LODE_GEO_RASTER_FACTS_H
#define LODE_GEO_RASTER_FACTS_H

#include "base/status.h"

/* Statistics of a band's valid cells; NaN where the file has none. */
struct band_facts {
    double least, most, mean, sd;
};

/* Of `band`, counted from 1, of the file. LODE_IO when it cannot be opened. */
status raster_facts_read(const char *path, int band, struct band_facts *out) LODE_MUST_CHECK;

#endif
