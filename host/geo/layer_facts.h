/* What a layer holds, as `lodescan check` and the manifest tell it. Strings belong to the source. */
#ifndef LODE_GEO_LAYER_FACTS_H
#define LODE_GEO_LAYER_FACTS_H

#include <stdbool.h>
#include <stdint.h>

struct layer_facts {
    const char *driver, *crs, *type; /* "GTiff", "EPSG:4326", "Float32 band 1 of 3" or "Multi Line String" */
    double extent[4];                /* west south east north in the grid's crs; NaN when empty */
    int64_t width, height;           /* raster pixels */
    int64_t features;                /* vector features after `where` */
    double valid_share;              /* of the raster's pixels, NaN for vectors */
    bool valid_share_estimated;      /* from some blocks, spread over the raster */
    double wavelength_nm;            /* of a spectrometer's band; else of no meaning */
    int64_t bytes;                   /* of the file; 0 when unknown */
};

#endif
