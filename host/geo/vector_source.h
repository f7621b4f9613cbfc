/* A vector layer on the grid: filtered, transformed once, rasterised window by window. */
#ifndef LODE_GEO_VECTOR_SOURCE_H
#define LODE_GEO_VECTOR_SOURCE_H

#include "base/log.h"
#include "geo/layer_facts.h"
#include "model/feature_part.h"
#include "model/grid.h"
#include "model/scenario.h"

struct vector_source;
struct vector_file;

/* Opens and filters a vector layer for a grid (both must outlive it); `margin_m` around the grid is what will be asked for
 * (features farther away are not kept; a layer cut inside the margin gets a warning).
 * Unknown layer, field or where, missing crs, empty layers, swapped axes: fail or warn with file, layer, scenario line, cause and remedy. */
status vector_source_open(const struct scenario *scenario, const struct layer *layer, const char *data_dir, const struct grid *grid, double margin_m,
                          struct log *log, struct vector_source **out) LODE_MUST_CHECK;
void vector_source_close(struct vector_source *source);

/* 1 where a feature covers the cell (all-touched as the layer says), else 0. window.cols * window.rows bytes. */
status vector_source_mask(struct vector_source *source, struct window window, uint8_t *bytes) LODE_MUST_CHECK;
/* The same of those features whose own buffer is that long, of the different lengths that there are (geo/vector_lengths.h). */
status vector_source_mask_by(struct vector_source *source, const struct feature_buffer *by, double length_m, struct window window,
                             uint8_t *bytes) LODE_MUST_CHECK;
status vector_source_lengths(const struct vector_source *source, const struct feature_buffer *by, size_t room, double *lengths_m,
                             size_t *count) LODE_MUST_CHECK;
/* The layer's `attribute` (number) or `category` (code) of the feature there (the last one where several overlap); NaN elsewhere. */
status vector_source_values(struct vector_source *source, struct window window, float *values) LODE_MUST_CHECK;

/* The share of each cell that the layer's areas cover, 0 to 1 (geo/vector_share.h): of a layer that the scenario asks it of, and within the grid. */
status vector_source_share(struct vector_source *source, struct window window, float *values) LODE_MUST_CHECK;

/* The feature burnt into a cell: among those that cover it the one nearest to its centre, lowest FID on a tie; NO_FEATURE if none. */
enum { NO_FEATURE = -1 };
status vector_source_feature_at(struct vector_source *source, int64_t col, int64_t row, int64_t *index) LODE_MUST_CHECK;
/* The feature's label (layer's `label:` or the first likely name field); "" when it has none. Belongs to the source. */
const char *vector_source_label(const struct vector_source *source, int64_t index);
/* Any field of a feature as text in `arena` ("" when null; NULL when memory is out). */
const char *vector_source_field(const struct vector_source *source, int64_t index, const char *field, struct arena *arena);

/* Features as points (a point, or the point on surface of others) in the grid's crs, with longitude and latitude. */
int64_t vector_source_count(const struct vector_source *source);
int64_t vector_source_beyond(const struct vector_source *source); /* those of the layer that lie outside of what was asked for */
status vector_source_point(const struct vector_source *source, int64_t index, double *x, double *y, double *lon, double *lat) LODE_MUST_CHECK;
/* The number of the layer's `attribute` (a category's code); NaN when it has none. */
double vector_source_number(const struct vector_source *source, int64_t index);
/* All attributes of a feature as a JSON object, in `arena`; NULL when memory is out. */
const char *vector_source_attributes(const struct vector_source *source, int64_t index, struct arena *arena);

/* Features as they lie, for what counts them: vector_parts_read, and vector_parts_crossings (geo/vector_parts.h), with layer and scenario line in
 * what fails. free() what comes. */
status vector_source_parts(const struct vector_source *source, bool weighted, struct feature_part **out, size_t *count) LODE_MUST_CHECK;
status vector_source_crossings(const struct vector_source *source, struct feature_part **out, size_t *count) LODE_MUST_CHECK;

const struct layer_facts *vector_source_facts(const struct vector_source *source);
/* Code of a category by its text, or NaN; codes count from 1 in alphabetical order. */
double vector_source_code(const struct vector_source *source, const char *label);
const char *vector_source_category(const struct vector_source *source, double code); /* its text, or NULL; belongs to the source */
/* The name of the first of these fields that the layer has (in any case of letters), or NULL; `names` ends with NULL. Belongs to the source. */
const char *vector_source_field_among(const struct vector_source *source, const char *const *names);
/* For geo: the features themselves and the grid they were opened for. */
const struct vector_file *vector_source_file(const struct vector_source *source);
const struct grid *vector_source_grid(const struct vector_source *source);

#endif
