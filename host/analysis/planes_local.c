/* Planes that the device makes of a layer's cells and those around them, or of points. */
#include <stdlib.h>

#include "analysis/planes_parts.h"

status local_make(struct planes *planes, const struct plane *plane, struct window window, const float *surface, struct buffer *out) {
    struct window around = local_window(plane, window);
    TRY(buffer_write(planes->surface, 0, (size_t)(around.cols * around.rows) * sizeof(float), surface));
    if (plane->kind == PLANE_PERCENTILE) {
        if (!planes->percentile) TRY(percentile_open(planes->device, &planes->percentile));
        return percentile_rows(planes->percentile, plane, planes->plan->grid, window, planes->surface, out);
    }
    if (plane_is_circle(plane->kind)) {
        if (!planes->focal) TRY(focal_open(planes->device, &planes->focal));
        return focal_rows(planes->focal, plane, planes->plan->grid, window, planes->surface, out);
    }
    if (!planes->terrain) TRY(terrain_open(planes->device, &planes->terrain));
    return terrain_rows(planes->terrain, plane->kind, planes->plan->grid, window, planes->surface, out);
}

status local_fill(struct planes *planes, const struct plane *plane, struct window window, struct buffer *out) {
    TRY(layers_values(planes->layers, plane->layer, local_window(plane, window), planes->host));
    return local_make(planes, plane, window, planes->host, out);
}

/* What was measured at a vector layer's features, at a point of each. */
static status samples_of(struct planes *planes, int layer, struct sample **out, size_t *count) {
    struct vector_source *source = planes->layers->vectors[layer];
    const int64_t n = vector_source_count(source);
    double lon, lat;
    TRY(MEMORY_ARRAY((size_t)n + 1, out));
    for (*count = 0; *count < (size_t)n; ++*count) {
        struct sample *sample = &(*out)[*count];
        TRY(vector_source_point(source, (int64_t)*count, &sample->x, &sample->y, &lon, &lat));
        sample->value = vector_source_number(source, (int64_t)*count);
    }
    return NULL;
}

status local_open_interpolators(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(MEMORY_ARRAY(plan->n_planes + 1, &planes->interpolators));
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        struct sample *samples = NULL;
        size_t count = 0;
        if (!plane_is_interpolated(plane->kind)) continue;
        status failure = samples_of(planes, plane->layer, &samples, &count);
        if (!failure) failure = interpolator_open(planes->device, plan->grid, plane, samples, count, &planes->interpolators[i]);
        free(samples);
        if (failure) return failure;
    }
    return NULL;
}
