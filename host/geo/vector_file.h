/* The features of a vector layer that matter to a grid: filtered, transformed once, with their attributes. */
#ifndef LODE_GEO_VECTOR_FILE_H
#define LODE_GEO_VECTOR_FILE_H

#include <gdal.h>
#include <ogr_api.h>

#include "base/log.h"
#include "geo/layer_facts.h"
#include "geo/srs.h"
#include "model/scenario.h"

struct feature {
    OGRFeatureH row;    /* attributes and fid; owned */
    OGRGeometryH shape; /* in the grid's crs, never empty; owned */
    struct box box;     /* of the shape */
    bool touch;         /* burns every cell it touches */
    const char *label;  /* "" when it has none */
    double value;       /* attribute, or category's code; NaN when null */
};

struct vector_file {
    GDALDatasetH dataset;
    OGRLayerH layer;
    OGRSpatialReferenceH srs;     /* owned */
    int label_field, value_field; /* -1: none */
    struct arena arena;
    size_t n_features, room, n_categories;
    size_t n_empty; /* features without geometry, as far as they were read */
    struct feature *features;
    const char **categories; /* sorted; code = index + 1 */
    struct box extent;       /* of the whole file, in the grid's crs */
    struct box swapped;      /* the same if x and y of a geographic file were exchanged; empty when that cannot be */
    struct layer_facts facts;
};

/* Opens, checks and loads what lies within `reach` (grid's crs; a turn east or west counts too when `geographic`).
 * Messages name neither scenario nor layer: the caller adds them. */
status vector_file_open(const struct scenario *scenario, const struct layer *layer, const char *full_path, const struct grid *grid,
                        const struct box *reach, struct log *log, struct vector_file *out) LODE_MUST_CHECK;
void vector_file_close(struct vector_file *file);

#endif
