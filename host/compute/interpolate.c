/* Points are put in bins of cells (compute/bins.h), which the kernel looks through ring by ring. */
#include "compute/interpolate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/bins.h"
#include "compute/kernels.h"
#include "compute/opencl.h"

enum { GROUP = 16 };

struct interpolator {
    struct device *device;
    const struct grid *grid;
    enum plane_kind kind;
    struct interpolation how;
    double radius_m, ring_m;
    struct bins bins;
    cl_program program;
    cl_kernel kernel;
    struct buffer *place, *id, *first, *across, *along;
};

/* A sample in cells of the lattice, with its place in the list. */
struct binned {
    double col, row, value;
    cl_int id;
    int64_t bin;
};

static int by_place(const void *a, const void *b) {
    const struct binned *p = a, *q = b;
    if (p->col != q->col) return p->col < q->col ? -1 : 1;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    return p->id < q->id ? -1 : p->id > q->id;
}

static int by_bin(const void *a, const void *b) {
    const struct binned *p = a, *q = b;
    if (p->bin != q->bin) return p->bin < q->bin ? -1 : 1;
    return p->id < q->id ? -1 : p->id > q->id;
}

/* Values at one place become their mean, with the id of the first. */
static size_t merge(struct binned *points, size_t count) {
    size_t n = 0;
    qsort(points, count, sizeof *points, by_place);
    for (size_t i = 0; i < count;) {
        size_t end = i;
        double sum = 0;
        while (end < count && points[end].col == points[i].col && points[end].row == points[i].row) sum += points[end++].value;
        points[n] = points[i];
        points[n++].value = sum / (double)(end - i);
        i = end;
    }
    return n;
}

/* In cells; a geographic grid's samples also a turn west and east. `points` has room for three times as many. */
static size_t on_lattice(const struct grid *grid, const struct sample *samples, size_t count, struct binned *points) {
    const double turn = place_turn(grid);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(samples[i].value)) continue;
        const double col = place_turned(grid, (samples[i].x - grid->x0) / grid->dx - 0.5);
        points[n++] = (struct binned){col, (grid->y0 - samples[i].y) / grid->dy - 0.5, samples[i].value, (cl_int)i, 0};
    }
    n = merge(points, n);
    const size_t own = n;
    for (size_t i = 0; i < own && grid->geographic; i++)
        for (int t = -1; t <= 1; t += 2) {
            struct binned other = points[i];
            other.col += t * turn;
            points[n++] = other;
        }
    return n;
}

static void choose_bins(struct interpolator *it, const struct plane *plane, const struct binned *points, size_t n) {
    double west = INFINITY, east = -INFINITY, north = INFINITY, south = -INFINITY, dx_m, dy_m, least_dx = INFINITY;
    for (size_t i = 0; i < n; i++) {
        west = fmin(west, points[i].col), east = fmax(east, points[i].col);
        north = fmin(north, points[i].row), south = fmax(south, points[i].row);
    }
    it->bins = bins_choose(west, east, north, south, n);
    for (int64_t row = -plane->halo_rows; row < it->grid->height + plane->halo_rows; row++) {
        grid_cell_metres(it->grid, (double)row, &dx_m, &dy_m);
        least_dx = fmin(least_dx, fmin(fabs(dx_m), fabs(dy_m)));
    }
    it->ring_m = 0.99 * it->bins.cells_x * least_dx; /* chords are shorter than arcs, but not by that much within a radius */
}

static status write_points(struct interpolator *it, struct binned *points, size_t n, cl_double4 *place, cl_int *id, cl_int *first) {
    const size_t bins = (size_t)it->bins.bins_x * (size_t)it->bins.bins_y;
    for (size_t i = 0; i < n; i++) points[i].bin = bins_at(&it->bins, points[i].col, points[i].row);
    qsort(points, n, sizeof *points, by_bin);
    for (size_t i = 0; i < n; i++) {
        const cl_double2 a = place_across(it->grid, points[i].col), b = place_along(it->grid, points[i].row);
        place[i] = (cl_double4){{b.s[0] * a.s[0], b.s[0] * a.s[1], b.s[1], points[i].value}};
        id[i] = points[i].id;
        first[points[i].bin + 1]++;
    }
    for (size_t b = 0; b < bins; b++) first[b + 1] += first[b];
    TRY(buffer_new(it->device, (n + 1) * sizeof *place, place, &it->place));
    TRY(buffer_new(it->device, (n + 1) * sizeof *id, id, &it->id));
    return buffer_new(it->device, (bins + 1) * sizeof *first, first, &it->first);
}

static status fill(struct interpolator *it, const struct plane *plane, const struct sample *samples, size_t count) {
    struct binned *points = NULL;
    cl_double4 *place = NULL;
    cl_int *id = NULL, *first = NULL;
    status failure = count < INT32_MAX ? MEMORY_ARRAY(3 * count + 1, &points) : status_fail(LODE_BAD_DATA, "%zu points are too many", count);
    if (failure) return failure;
    const size_t n = on_lattice(it->grid, samples, count, points);
    choose_bins(it, plane, points, n);
    failure = MEMORY_ARRAY(n + 1, &place);
    if (!failure) failure = MEMORY_ARRAY(n + 1, &id);
    if (!failure) failure = MEMORY_ARRAY((size_t)it->bins.bins_x * (size_t)it->bins.bins_y + 1, &first);
    if (!failure) failure = write_points(it, points, n, place, id, first);
    free(points);
    free(place);
    free(id);
    free(first);
    return failure;
}

static status build(struct interpolator *it) {
    static const char *const names[] = {"idw", "kriging", "kriging_variance"};
    char options[80];
    if (!it->device->info.fp64)
        return status_fail(LODE_NO_DEVICE, "%s has no doubles, which values between points need: choose another with --device",
                           it->device->info.name);
    snprintf(options, sizeof options, "-DNEIGHBOURS=%zu -DVARIOGRAM=%d", it->how.neighbours, (int)it->how.variogram);
    TRY(program_build(it->device, &kernel_interpolate, 1, options, &it->program));
    return kernel_create(it->program, names[it->kind - PLANE_IDW], &it->kernel);
}

status interpolator_open(struct device *device, const struct grid *grid, const struct plane *plane, const struct sample *samples, size_t count,
                         struct interpolator **out) {
    struct interpolator *it;
    TRY(MEMORY_ARRAY(1, &it));
    *it = (struct interpolator){.device = device, .grid = grid, .kind = plane->kind, .how = *plane->interpolation, .radius_m = plane->radius_m};
    status failure = build(it);
    if (!failure) failure = fill(it, plane, samples, count);
    if (failure) {
        interpolator_close(it);
        return failure;
    }
    *out = it;
    return NULL;
}

void interpolator_close(struct interpolator *it) {
    if (!it) return;
    if (it->kernel) clReleaseKernel(it->kernel);
    if (it->program) clReleaseProgram(it->program);
    buffer_close(it->place);
    buffer_close(it->id);
    buffer_close(it->first);
    buffer_close(it->across);
    buffer_close(it->along);
    free(it);
}

status interpolator_rows(struct interpolator *it, struct window window, struct buffer *out) {
    if (buffer_bytes(out) < (size_t)(window.cols * window.rows) * sizeof(float))
        return status_fail(LODE_SELFTEST, "values between points of %lld x %lld cells: the buffer is too small", (long long)window.cols,
                           (long long)window.rows);
    TRY(places_write(it->device, it->grid, window, &it->across, &it->along));
    const bool idw = it->kind == PLANE_IDW;
    const cl_int col0 = (cl_int)window.col0, row0 = (cl_int)window.row0, cols = (cl_int)window.cols, rows = (cl_int)window.rows;
    const cl_double radius2 = it->radius_m * it->radius_m * (1 + 1e-9), a = idw ? it->how.power : it->how.nugget, b = it->how.sill,
                    c = it->how.range_m;
    const struct kernel_arg args[] = {ARG_BUFFER(it->place),
                                      ARG_BUFFER(it->id),
                                      ARG_BUFFER(it->first),
                                      ARG(it->bins.bins_x),
                                      ARG(it->bins.bins_y),
                                      ARG(it->bins.cells_x),
                                      ARG(it->bins.cells_y),
                                      ARG(it->bins.col0),
                                      ARG(it->bins.row0),
                                      ARG(it->ring_m),
                                      ARG(radius2),
                                      ARG_BUFFER(it->across),
                                      ARG_BUFFER(it->along),
                                      ARG(col0),
                                      ARG(row0),
                                      ARG(cols),
                                      ARG(rows),
                                      ARG(a),
                                      ARG(b),
                                      ARG(c),
                                      ARG_BUFFER(out)};
    return kernel_run(it->device, it->kernel, args, sizeof args / sizeof *args, GROUP, (size_t)window.cols, (size_t)window.rows);
}
