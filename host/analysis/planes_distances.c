/* Distances and accumulated costs: made from masks once, asked band by band. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/planes_parts.h"
#include "geo/places.h"

static status check_friction(const struct plan *plan, size_t distance, struct window window, const float *friction) {
    const struct criterion *criterion = plan->scenario->criteria;
    for (size_t c = 0; plan->criteria[c].plane == NO_INDEX || plan->planes[plan->criteria[c].plane].kind != PLANE_COST ||
                       plan->planes[plan->criteria[c].plane].distance != (int)distance;
         c++)
        criterion++;
    for (int64_t i = 0; i < window.cols * window.rows; i++)
        if (friction[i] <= 0)
            return status_fail(LODE_BAD_DATA,
                               "%s:%d: the friction of criterion '%s' is %g in column %lld, row %lld of the grid, and no way is free: keep it "
                               "above 0, for example with max(0.1, ...)",
                               plan->scenario->path, criterion->at.line, criterion->name, (double)friction[i],
                               (long long)(window.col0 + i % window.cols), (long long)(window.row0 + i / window.cols));
    return NULL;
}

static status gather_friction(struct planes *planes, size_t distance, struct wide *wide, struct friction *friction) {
    const struct window window = friction->window;
    const int64_t chunk_rows = (int64_t)planes->plan->band_rows;
    float least = INFINITY;
    for (int64_t b = 0; b < window_bands(window, chunk_rows); b++) {
        const struct window chunk = window_band(window, b, chunk_rows);
        TRY(wide_rows(planes, wide, chunk, planes->host));
        TRY(check_friction(planes->plan, distance, chunk, planes->host));
        for (int64_t i = 0; i < chunk.rows * chunk.cols; i++) least = fminf(least, planes->host[i]); /* missing: a barrier */
        for (int64_t r = 0; r < chunk.rows; r++)
            memcpy(friction_row(friction, chunk.row0 - window.row0 + r), planes->host + r * window.cols, (size_t)window.cols * sizeof *planes->host);
    }
    planes->least_friction[distance] = (double)least;
    return NULL;
}

static status open_cost(struct planes *planes, size_t distance) {
    const struct distance_step *step = &planes->plan->distances[distance];
    const struct mask *mask = &planes->masks[step->mask];
    struct wide wide = {0};
    struct friction friction = {0};
    status failure = friction_init(&friction, mask->window);
    if (!failure) failure = wide_open(planes, step->friction, &wide);
    if (!failure) failure = gather_friction(planes, distance, &wide, &friction);
    wide_close(&wide);
    if (!failure) failure = cost_open(planes->device, planes->plan->grid, mask, &friction, &planes->costs[distance]);
    friction_free(&friction);
    return failure;
}

static status open_placed(struct planes *planes, size_t distance) {
    const struct mask *mask = &planes->masks[planes->plan->distances[distance].mask];
    struct places places;
    TRY(places_make(planes->plan->grid, mask->window, &places));
    status failure = distance_open_placed(planes->device, planes->plan->grid, mask, &places, &planes->distances[distance]);
    places_free(&places);
    return failure;
}

status distances_open_one(struct planes *planes, size_t distance) {
    const struct distance_step *step = &planes->plan->distances[distance];
    if (step->friction) return open_cost(planes, distance);
    if (step->metric == METRIC_GEODESIC && !planes->plan->grid->geographic) return open_placed(planes, distance);
    return distance_open(planes->device, planes->plan->grid, &planes->masks[step->mask], step->metric, &planes->distances[distance]);
}

status distances_fill(struct planes *planes, size_t distance, struct window window, struct buffer *out, struct buffer *nearest) {
    if (planes->first && planes->first->fields[distance]) {
        const float *field = planes->first->fields[distance] + window.row0 * planes->plan->grid->width;
        return buffer_write(out, 0, (size_t)(window.cols * window.rows) * sizeof(float), field);
    }
    if (planes->costs[distance]) return cost_rows(planes->costs[distance], window, out, nearest);
    return distance_rows(planes->distances[distance], window, out, nearest);
}

status distances_make_costs(struct planes *planes, const char *criterion) {
    const struct plan *plan = planes->plan;
    for (size_t d = 0; d < plan->n_distances; d++) {
        const size_t mask = (size_t)plan->distances[d].mask;
        if (!plan_reads_cost(plan, d, criterion)) continue;
        TRY(masks_make_one(planes, mask, (double)d / (double)plan->n_distances, (double)(d + 1) / (double)plan->n_distances));
        status failure = open_cost(planes, d);
        mask_free(&planes->masks[mask]);
        if (failure) return failure;
    }
    return NULL;
}

static size_t plane_of(const struct plan *plan, size_t distance) {
    size_t plane = 0;
    while (plan->planes[plane].distance != (int)distance) plane++;
    return plane;
}

/* What only the first device prepares goes to the others by way of the host: a cost settled on each would take as long, and their memory. */
static status keep_cost(struct planes *planes, size_t distance) {
    const struct grid *grid = planes->plan->grid;
    struct buffer *out = planes->buffers[plane_of(planes->plan, distance)];
    TRY(MEMORY_ARRAY((size_t)(grid->width * grid->height), &planes->fields[distance]));
    for (int64_t b = 0; b < plan_bands(planes->plan); b++) {
        const struct window band = plan_band(planes->plan, b);
        TRY(cost_rows(planes->costs[distance], band, out, NULL));
        TRY(buffer_read(out, 0, (size_t)(band.cols * band.rows) * sizeof(float), planes->fields[distance] + band.row0 * grid->width));
    }
    return NULL;
}

status distances_keep_costs(struct planes *planes) {
    TRY(MEMORY_ARRAY(planes->plan->n_distances, &planes->fields));
    for (size_t d = 0; planes->plan->devices > 1 && d < planes->plan->n_distances; d++)
        if (planes->costs[d]) TRY(keep_cost(planes, d));
    return NULL;
}

status planes_nearest(struct planes *planes, size_t distance, struct window window, int64_t *cols, int64_t *rows) {
    struct window mask = planes->plan->masks[planes->plan->distances[distance].mask].window;
    TRY(buffer_read(planes->nearest[distance], 0, (size_t)window.cols * sizeof(int64_t), planes->nearest_host));
    for (int64_t i = 0; i < window.cols; i++) {
        int64_t source = planes->nearest_host[i];
        cols[i] = source < 0 ? INT64_MIN : mask.col0 + source % mask.cols;
        rows[i] = source < 0 ? INT64_MIN : mask.row0 + source / mask.cols;
    }
    return NULL;
}

status planes_cost_at(struct planes *planes, size_t distance, int64_t col, int64_t row, double *cost) {
    struct buffer *one = NULL;
    float value = INFINITY;
    status failure = buffer_open(planes->device, sizeof value, &one);
    if (!failure) failure = cost_rows(planes->costs[distance], (struct window){col, row, 1, 1}, one, NULL);
    if (!failure) failure = buffer_read(one, 0, sizeof value, &value);
    buffer_close(one);
    *cost = (double)value;
    return failure;
}

status planes_way(struct planes *planes, size_t distance, int64_t col, int64_t row, struct cell_way *out) {
    struct window mask = planes->plan->masks[planes->plan->distances[distance].mask].window;
    int64_t *cells = NULL;
    *out = (struct cell_way){0};
    TRY(cost_path(planes->costs[distance], col, row, &cells, &out->count));
    status failure = MEMORY_ARRAY(out->count + 1, &out->cols);
    if (!failure) failure = MEMORY_ARRAY(out->count + 1, &out->rows);
    for (size_t i = 0; !failure && i < out->count; i++) {
        out->cols[i] = mask.col0 + cells[i] % mask.cols;
        out->rows[i] = mask.row0 + cells[i] / mask.cols;
    }
    free(cells);
    return failure;
}

double planes_least_friction(const struct planes *planes, size_t distance) {
    return planes->least_friction[distance] > 0 ? planes->least_friction[distance] : 1;
}
