/* Planes that the device makes of a layer's features as they lie: values between points, densities of points and lines. */
#include <stdlib.h>

#include "analysis/planes_parts.h"

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
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

static status open_interpolator(struct planes *planes, const struct plane *plane, struct interpolator **out) {
    struct sample *samples = NULL;
    size_t count = 0;
    status failure = samples_of(planes, plane->layer, &samples, &count);
    if (!failure) failure = interpolator_open(planes->device, planes->plan->grid, plane, samples, count, out);
    free(samples);
    return failure;
}

/* Around all windows that are asked for: the grid's, and those of masks that conditions make. */
static struct window windows_made(const struct plan *plan) {
    struct window all = grid_window(plan->grid);
    for (size_t m = 0; m < plan->n_masks; m++) {
        const struct window mask = plan->masks[m].window;
        const int64_t east = larger(all.col0 + all.cols, mask.col0 + mask.cols), south = larger(all.row0 + all.rows, mask.row0 + mask.rows);
        all.col0 = mask.col0 < all.col0 ? mask.col0 : all.col0, all.row0 = mask.row0 < all.row0 ? mask.row0 : all.row0;
        all.cols = east - all.col0, all.rows = south - all.row0;
    }
    return all;
}

/* Kilometres to a square kilometre are of lines; what a layer holds is known now. */
static status check_unit(const struct planes *planes, const struct plane *plane, const struct feature_part *parts, size_t count) {
    const struct scenario *scenario = planes->plan->scenario;
    bool lines = !count;
    for (size_t i = 0; i < count && !lines; i++) lines = parts[i].x != parts[i].to_x || parts[i].y != parts[i].to_y;
    for (size_t c = 0; c < scenario->n_criteria && !lines; c++) {
        const struct criterion *criterion = &scenario->criteria[c];
        if (criterion->op == OP_DENSITY && criterion->layer == plane->layer && criterion->unit && criterion->unit->kind == UNIT_LINE_DENSITY)
            return status_fail(
                LODE_BAD_DATA, "%s:%d:%d: criterion '%s': `unit: %s` is of lines, and layer '%s' has points: write `per km2` or `per ha`",
                scenario->path, criterion->at.line, criterion->at.column, criterion->name, criterion->unit_name, scenario->layers[plane->layer].name);
    }
    return NULL;
}

static status open_density(struct planes *planes, const struct plane *plane, struct density **out) {
    const struct vector_source *source = planes->layers->vectors[plane->layer];
    struct feature_part *parts = NULL;
    size_t count = 0;
    TRY(plane->kind == PLANE_CROSSINGS ? vector_source_crossings(source, &parts, &count)
                                       : vector_source_parts(source, plane->weighted, &parts, &count));
    status unfit = plane->kind == PLANE_DENSITY ? check_unit(planes, plane, parts, count) : NULL;
    if (unfit) {
        free(parts);
        return unfit;
    }
    status failure = density_open(planes->device, planes->plan->grid, plane, parts, count, windows_made(planes->plan), out);
    free(parts);
    if (!failure) return NULL;
    return status_wrap(failure, "%s: layer '%s'", planes->plan->scenario->path, planes->plan->scenario->layers[plane->layer].name);
}

status features_open(struct planes *planes) {
    const struct plan *plan = planes->plan;
    TRY(MEMORY_ARRAY(plan->n_planes + 1, &planes->interpolators));
    TRY(MEMORY_ARRAY(plan->n_planes + 1, &planes->densities));
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (plane_is_interpolated(plane->kind)) TRY(open_interpolator(planes, plane, &planes->interpolators[i]));
        if (plane_is_density(plane->kind)) TRY(open_density(planes, plane, &planes->densities[i]));
    }
    return NULL;
}

status features_make(struct planes *planes, size_t plane, struct window window, struct buffer *out) {
    if (planes->densities[plane]) return density_rows(planes->densities[plane], window, out);
    return interpolator_rows(planes->interpolators[plane], window, out);
}
