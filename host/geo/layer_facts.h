/* What a layer holds, as `lodescan check` and the manifest tell it. Strings belong to the source. */
#ifndef LODE_GEO_LAYER_FACTS_H
#define LODE_GEO_LAYER_FACTS_H

#include <stdint.h>

struct layer_facts {
    const char *driver, *crs, *type; /* "GTiff", "EPSG:4326", "Float32 band 1 of 3" or "Multi Line String" */
    double extent[4];                /* west south east north in the grid's crs; NaN when empty */
    int64_t width, height;           /* raster pixels */
    int64_t features;                /* vector features after `where` */
    double valid_share;              /* of the raster's pixels (from statistics of an overview or the whole), NaN for vectors */
    int64_t bytes;                   /* of the file; 0 when unknown */
};

#endif
