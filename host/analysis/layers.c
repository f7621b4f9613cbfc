/* Opens the layers and answers for rasters and vectors alike. */
#include "analysis/layers.h"

#include <math.h>
#include <stdlib.h>

static status open_layer(struct layers *layers, size_t index, const char *data_dir, const struct grid *grid, struct log *log) {
    const struct scenario *scenario = layers->scenario;
    const struct layer *layer = &scenario->layers[index];
    if (layer->kind == LAYER_RASTER) return raster_source_open(scenario, layer, data_dir, grid, log, &layers->rasters[index]);
    return vector_source_open(scenario, layer, data_dir, grid, plan_layer_reach_m(scenario, grid, (int)index), log, &layers->vectors[index]);
}

/* Two failures as one, a line each: people mend a scenario in one go. */
static status both(status all, status another) {
    if (!all) return another;
    status joined = status_fail(lode_error_code(all), "%s\n%s", lode_error_message(all), lode_error_message(another));
    lode_error_free(all);
    lode_error_free(another);
    return joined;
}

status layers_open(const struct scenario *scenario, const char *data_dir, const struct grid *grid, struct log *log, struct layers *out) {
    *out = (struct layers){.scenario = scenario};
    status failure = MEMORY_ARRAY(scenario->n_layers, &out->rasters);
    if (!failure) failure = MEMORY_ARRAY(scenario->n_layers, &out->vectors);
    if (failure) goto fail;
    for (size_t i = 0; i < scenario->n_layers; i++) {
        status one = open_layer(out, i, data_dir, grid, log);
        if (one) failure = both(failure, one);
    }
    if (!failure) return NULL;
fail:
    layers_close(out);
    return failure;
}

void layers_close(struct layers *layers) {
    for (size_t i = 0; layers->scenario && i < layers->scenario->n_layers; i++) {
        if (layers->rasters) raster_source_close(layers->rasters[i]);
        if (layers->vectors) vector_source_close(layers->vectors[i]);
    }
    free(layers->rasters);
    free(layers->vectors);
    *layers = (struct layers){0};
}

void layers_room(struct layers *layers, size_t bytes) {
    for (size_t i = 0; i < layers->scenario->n_layers; i++)
        if (layers->rasters[i]) raster_source_room(layers->rasters[i], bytes);
}

const struct layer_facts *layers_facts(const struct layers *layers, size_t layer) {
    return layers->rasters[layer] ? raster_source_facts(layers->rasters[layer]) : vector_source_facts(layers->vectors[layer]);
}

int64_t layers_cache_bytes(const struct layers *layers) {
    int64_t bytes = 0;
    for (size_t i = 0; i < layers->scenario->n_layers; i++) {
        if (!layers->rasters[i]) continue;
        int64_t more = raster_source_cache_bytes(layers->rasters[i]);
        if (more > INT64_MAX - bytes) return INT64_MAX;
        bytes += more;
    }
    return bytes;
}

double layers_wavelength_nm(void *user, int layer) {
    const struct layers *layers = user;
    return layers_facts(layers, (size_t)layer)->wavelength_nm;
}

double layers_code_of(void *user, int layer, const char *label) {
    const struct layers *layers = user;
    return layers->rasters[layer] ? raster_source_code(layers->rasters[layer], label) : vector_source_code(layers->vectors[layer], label);
}

const char *layers_class_name(const struct layers *layers, int layer, double code) {
    return layers->rasters[layer] ? raster_source_label(layers->rasters[layer], code) : vector_source_category(layers->vectors[layer], code);
}

status layers_values(struct layers *layers, int layer, struct window window, float *values) {
    if (layers->rasters[layer]) return raster_source_read(layers->rasters[layer], window, values);
    return vector_source_values(layers->vectors[layer], window, values);
}

status layers_share(struct layers *layers, int layer, struct window window, float *values) {
    return vector_source_share(layers->vectors[layer], window, values);
}

status layers_lengths(const struct layers *layers, const struct scenario *scenario, struct arena *arena, const struct rule_lengths **out) {
    struct rule_lengths *lengths = NULL;
    for (size_t r = 0; r < scenario->n_rules; r++) {
        const struct rule *rule = &scenario->rules[r];
        if (!rule->by.field || rule->suspended) continue;
        if (!lengths) lengths = arena_alloc(arena, scenario->n_rules, sizeof *lengths);
        if (!lengths) return status_no_memory();
        TRY(status_wrap(vector_source_lengths(layers->vectors[rule->layer], &rule->by, FEATURE_BUFFERS_MAX, lengths[r].lengths_m, &lengths[r].count),
                        "rule '%s'", rule->name));
    }
    *out = lengths;
    return NULL;
}

static uint8_t is_one_of(const struct condition *condition, float value) {
    for (size_t i = 0; i < condition->n_values; i++)
        if (value == (float)condition->values[i]) return 1;
    return 0;
}

#define MARK_EACH(test)                                                                                                                              \
    for (size_t i = 0; i < count; i++) inside[i] = (test);                                                                                           \
    return

/* Thresholds are rounded as cells are: a cell of 0.1 is not below 0.1, on the device as here. A loop each, so that all become vectors. */
void condition_mark(const struct condition *condition, const float *values, size_t count, uint8_t *inside) {
    const float other = (float)condition->values[0];
    switch (condition->op) {
    case COMPARE_LT:
        MARK_EACH(values[i] < other);
    case COMPARE_LE:
        MARK_EACH(values[i] <= other);
    case COMPARE_GT:
        MARK_EACH(values[i] > other);
    case COMPARE_GE:
        MARK_EACH(values[i] >= other);
    case COMPARE_EQ:
        MARK_EACH(values[i] == other);
    case COMPARE_NE:
        MARK_EACH(!isnan(values[i]) && values[i] != other);
    default:
        MARK_EACH(is_one_of(condition, values[i]));
    }
}

status layers_inside(struct layers *layers, const struct mask_step *mask, struct window window, float *scratch, uint8_t *inside) {
    const struct layer *layer = &layers->scenario->layers[mask->layer];
    const struct condition *condition = mask->condition ? mask->condition : layer->selected.text ? &layer->selected : NULL;
    if (mask->by) return vector_source_mask_by(layers->vectors[mask->layer], mask->by, mask->length_m, window, inside);
    if (layer->kind == LAYER_VECTOR && !mask->condition) return vector_source_mask(layers->vectors[mask->layer], window, inside);
    TRY(layers_values(layers, mask->layer, window, scratch));
    size_t cells = (size_t)(window.cols * window.rows);
    if (condition) condition_mark(condition, scratch, cells, inside);
    for (size_t i = 0; !condition && i < cells; i++) inside[i] = !isnan(scratch[i]) && (mask->any_value || scratch[i] != 0);
    return NULL;
}

status layers_name_at(struct layers *layers, int layer, int64_t col, int64_t row, const char **name) {
    *name = NULL;
    if (layers->vectors[layer]) {
        int64_t feature = NO_FEATURE;
        TRY(vector_source_feature_at(layers->vectors[layer], col, row, &feature));
        if (feature != NO_FEATURE) *name = vector_source_label(layers->vectors[layer], feature);
    } else {
        float value = NAN;
        TRY(raster_source_read(layers->rasters[layer], (struct window){col, row, 1, 1}, &value));
        *name = raster_source_label(layers->rasters[layer], (double)value);
    }
    if (*name && !**name) *name = NULL;
    return NULL;
}
