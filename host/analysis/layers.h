/* The scenario's layers, opened on the grid: rasters and vectors behind one set of questions. */
#ifndef LODE_ANALYSIS_LAYERS_H
#define LODE_ANALYSIS_LAYERS_H

#include "geo/raster_source.h"
#include "geo/vector_source.h"
#include "model/plan.h"

struct layers {
    const struct scenario *scenario;
    struct raster_source **rasters; /* [n_layers]; NULL for vectors */
    struct vector_source **vectors; /* [n_layers]; NULL for rasters */
};

/* Opens every layer; all that fail are reported together. `scenario` and `grid` must outlive it. */
status layers_open(const struct scenario *scenario, const char *data_dir, const struct grid *grid, struct log *log,
                   struct layers *out) LODE_MUST_CHECK;
void layers_close(struct layers *layers);
/* How much memory resampling may take. */
void layers_room(struct layers *layers, size_t bytes);

const struct layer_facts *layers_facts(const struct layers *layers, size_t layer);
/* What GDAL should keep of decoded pixels of all layers; INT64_MAX: as much as it may. */
int64_t layers_cache_bytes(const struct layers *layers);
/* For scenario_settle: `user` is the struct layers. */
double layers_wavelength_nm(void *user, int layer);
/* For plan_facts: `user` is the struct layers. */
double layers_code_of(void *user, int layer, const char *label);
/* The name of a class; NULL when it has none. Good until the next call. */
const char *layers_class_name(const struct layers *layers, int layer, double code);

/* A layer's values (a vector's attribute or category) over a window; NaN where missing. */
status layers_values(struct layers *layers, int layer, struct window window, float *values) LODE_MUST_CHECK;
/* The share of each of the grid's cells that a layer's areas cover; the scenario asks it of the layer. */
status layers_share(struct layers *layers, int layer, struct window window, float *values) LODE_MUST_CHECK;
/* 1 where the layer "is": features; a raster's selected cells, or those meeting `condition`, or (any_value) all valid ones.
 * `scratch` holds window.cols * window.rows floats. */
status layers_inside(struct layers *layers, const struct mask_step *mask, struct window window, float *scratch, uint8_t *inside) LODE_MUST_CHECK;

/* 1 where a value meets a condition, 0 elsewhere; NaN never meets one. */
void condition_mark(const struct condition *condition, const float *values, size_t count, uint8_t *inside);
/* The name of what lies in a cell of the layer: a feature's label, a class's name; NULL when it has none. Belongs to the source. */
status layers_name_at(struct layers *layers, int layer, int64_t col, int64_t row, const char **name) LODE_MUST_CHECK;

/* The different buffers by a field of every rule that has such, in `arena`; NULL where none has. */
status layers_lengths(const struct layers *layers, const struct scenario *scenario, struct arena *arena,
                      const struct rule_lengths **out) LODE_MUST_CHECK;

#endif
