/* Points of a layer as places in space, in their order there. */
#include "analysis/variograms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/variogram.h"

/* By place, so that those at one place are side by side. */
static int by_place(const void *a, const void *b) {
    const struct located *p = a, *q = b;
    for (int i = 0; i < 3; i++)
        if (p->at[i] != q->at[i]) return p->at[i] < q->at[i] ? -1 : 1;
    return (p->value > q->value) - (p->value < q->value);
}

/* Not byte by byte: -0 and 0 are one place. */
static bool at_one_place(const struct located *p, const struct located *q) {
    return p->at[0] == q->at[0] && p->at[1] == q->at[1] && p->at[2] == q->at[2];
}

static size_t merge(struct located *places, size_t count) {
    size_t n = 0;
    if (count) qsort(places, count, sizeof *places, by_place);
    for (size_t i = 0; i < count;) {
        double sum = 0;
        size_t end = i;
        while (end < count && at_one_place(&places[end], &places[i])) sum += places[end++].value;
        places[n] = places[i];
        places[n++].value = sum / (double)(end - i);
        i = end;
    }
    return n;
}

static status places_of(const struct vector_source *source, const struct grid *grid, struct located **out, size_t *count) {
    const int64_t n = vector_source_count(source);
    double x, y, lon, lat;
    *count = 0;
    TRY(MEMORY_ARRAY((size_t)n + 1, out));
    for (int64_t i = 0; i < n; i++) {
        const double value = vector_source_number(source, i);
        if (!isfinite(value)) continue;
        TRY(vector_source_point(source, i, &x, &y, &lon, &lat));
        struct located *place = &(*out)[(*count)++];
        grid_space(grid, x, y, place->at);
        place->value = value;
    }
    *count = merge(*out, *count);
    return NULL;
}

static status fit(struct layers *layers, const struct grid *grid, struct arena *arena, const struct scenario *scenario, struct criterion *criterion) {
    struct interpolation *how = &criterion->interpolation;
    struct variogram_fit *fit = arena_alloc(arena, 1, sizeof *fit);
    struct located *places = NULL;
    size_t count;
    if (!fit) return status_no_memory();
    status failure = places_of(layers->vectors[criterion->layer], grid, &places, &count);
    if (!failure) failure = variogram_fit(places, count, how->variogram, fit);
    if (!failure) variogram_leave_out(places, count, how->neighbours, criterion->radius_m, fit);
    free(places);
    how->nugget = fit->nugget, how->sill = fit->sill, how->range_m = fit->range_m;
    how->fit = fit;
    if (!failure) return NULL;
    return status_wrap(failure, "%s:%d:%d: criterion '%s'", scenario->path, criterion->at.line, criterion->at.column, criterion->name);
}

status variograms_settle(struct layers *layers, const struct grid *grid, struct arena *arena, const struct scenario **scenario) {
    size_t wanted = 0;
    for (size_t i = 0; i < (*scenario)->n_criteria; i++) wanted += (*scenario)->criteria[i].interpolation.fitted;
    if (!wanted) return NULL;
    struct scenario *copy = arena_alloc(arena, 1, sizeof *copy);
    struct criterion *criteria = arena_alloc(arena, (*scenario)->n_criteria, sizeof *criteria);
    if (!copy || !criteria) return status_no_memory();
    memcpy(criteria, (*scenario)->criteria, (*scenario)->n_criteria * sizeof *criteria);
    for (size_t i = 0; i < (*scenario)->n_criteria; i++)
        if (criteria[i].interpolation.fitted) TRY(fit(layers, grid, arena, *scenario, &criteria[i]));
    *copy = **scenario;
    copy->criteria = criteria;
    *scenario = copy;
    return NULL;
}
