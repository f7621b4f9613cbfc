/* Planes that the device makes of a layer's cells and those around them. */
#include <stdlib.h>

#include "analysis/planes_parts.h"

static size_t bytes_around(const struct plane *plane, struct window window) {
    struct window around = local_window(plane, window);
    return (size_t)(around.cols * around.rows) * sizeof(float);
}

/* Of what planes->surface holds. */
static status make_of_surface(struct planes *planes, const struct plane *plane, struct window window, struct buffer *out) {
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

status local_make(struct planes *planes, const struct plane *plane, struct window window, float *surface, struct buffer *out) {
    TRY(buffer_lend(planes->device, surface, bytes_around(plane, window), &planes->surface));
    return make_of_surface(planes, plane, window, out);
}

status local_fill(struct planes *planes, const struct plane *plane, struct window window, struct buffer *out) {
    TRY(layers_values(planes->layers, plane->layer, local_window(plane, window), planes->host));
    TRY(buffer_write(planes->surface, 0, bytes_around(plane, window), planes->host));
    return make_of_surface(planes, plane, window, out);
}
