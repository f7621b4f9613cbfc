/* Points and pieces of lines are put in bins of cells by their middles. Long pieces are cut first, which changes no integral, so that a middle is
 * never far from any part of its piece; a cell looks through the bins within the radius and half of the longest piece. */
#include "compute/density.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/bins.h"
#include "compute/kernels.h"

enum { GROUP = 16, PART_NUMBERS = 3, PARTS_MOST = 100000000 };
/* Radii that a piece is long at most. Degrees make lines that bend in space: chords of an eighth are off by less than a 500th of their length
 * anywhere below 80 degrees of latitude and 500 km of radius. */
static const double LONGEST_ON_PLANE = 0.5, LONGEST_ON_EARTH = 0.125;

struct density {
    struct device *device;
    const struct grid *grid;
    bool lines;
    double radius_m, search_m, factor;
    struct bins bins;
    cl_program program;
    cl_kernel kernel;
    struct buffer *parts, *first, *reach, *across, *along;
};

/* A part in cells of the lattice, its middle normalised to the grid's turn. */
struct laid {
    double col, row, from_col, from_row, to_col, to_row, weight;
    size_t order;
    int64_t bin;
};

struct pile {
    struct laid *laid;
    size_t count;
};

static int by_bin(const void *a, const void *b) {
    const struct laid *p = a, *q = b;
    if (p->bin != q->bin) return p->bin < q->bin ? -1 : 1;
    return (p->order > q->order) - (p->order < q->order);
}

/* No shorter than the piece is in space. */
static double length_m(const struct grid *grid, const struct feature_part *part) {
    const double dx = part->to_x - part->x, dy = part->to_y - part->y, degree = acos(-1.0) / 180;
    if (!grid->geographic) return hypot(dx, dy) * grid->unit_m;
    const double nearest = part->y * part->to_y < 0 ? 0 : fmin(fabs(part->y), fabs(part->to_y));
    return hypot(dx * cos(nearest * degree), dy) * degree * grid->semi_major_m * (1 + grid->flattening);
}

static size_t pieces_of(const struct grid *grid, const struct feature_part *part, double longest_m) {
    return isfinite(part->weight) ? (size_t)fmax(ceil(fmin(length_m(grid, part) / longest_m, PARTS_MOST)), 1) : 0;
}

/* A part in its pieces, and on a geographic grid each a turn west and east of itself too. */
static void lay(const struct grid *grid, const struct feature_part *part, size_t pieces, struct pile *pile) {
    const double from_col = (part->x - grid->x0) / grid->dx - 0.5, from_row = (grid->y0 - part->y) / grid->dy - 0.5;
    const double cols = (part->to_x - part->x) / grid->dx, rows = (part->y - part->to_y) / grid->dy, turn = place_turn(grid);
    for (size_t k = 0; k < pieces; k++) {
        const double begin = (double)k / (double)pieces, end = (double)(k + 1) / (double)pieces;
        struct laid laid = {.from_col = from_col + cols * begin,
                            .from_row = from_row + rows * begin,
                            .to_col = from_col + cols * end,
                            .to_row = from_row + rows * end,
                            .weight = part->weight};
        const double middle = place_turned(grid, (laid.from_col + laid.to_col) / 2);
        laid.row = (laid.from_row + laid.to_row) / 2;
        for (int t = grid->geographic ? -1 : 0; t <= (grid->geographic ? 1 : 0); t++) {
            laid.col = middle + t * turn;
            laid.order = pile->count;
            pile->laid[pile->count++] = laid;
        }
    }
}

static status lay_all(const struct grid *grid, const struct feature_part *parts, size_t count, double longest_m, struct pile *pile) {
    double total = 0;
    for (size_t i = 0; i < count; i++) total += (double)pieces_of(grid, &parts[i], longest_m) * (grid->geographic ? 3 : 1);
    if (total > PARTS_MOST)
        return status_fail(LODE_BAD_DATA, "its lines are %.3g pieces as long as the radius is fit for, and %d are the most: give a longer radius",
                           total, PARTS_MOST);
    TRY(MEMORY_ARRAY((size_t)total + 1, &pile->laid));
    for (size_t i = 0; i < count; i++) lay(grid, &parts[i], pieces_of(grid, &parts[i], longest_m), pile);
    return NULL;
}

static void place(const struct grid *grid, double col, double row, double at[3]) {
    const cl_double2 a = place_across(grid, col), b = place_along(grid, row);
    at[0] = b.s[0] * a.s[0], at[1] = b.s[0] * a.s[1], at[2] = b.s[1];
}

/* A piece that has no length in space, as one along a pole, counts nothing. */
static void fill_part(const struct grid *grid, bool lines, const struct laid *laid, cl_double4 out[PART_NUMBERS]) {
    double from[3], to[3], length = 0;
    place(grid, laid->from_col, laid->from_row, from);
    place(grid, laid->to_col, laid->to_row, to);
    for (int i = 0; i < 3; i++) length += (to[i] - from[i]) * (to[i] - from[i]);
    length = sqrt(length);
    out[0] = (cl_double4){{from[0], from[1], from[2], laid->col}};
    out[1] = length > 0 ? (cl_double4){{(to[0] - from[0]) / length, (to[1] - from[1]) / length, (to[2] - from[2]) / length, length}}
                        : (cl_double4){{0, 0, 0, 0}};
    out[2] = (cl_double4){{lines && !(length > 0) ? 0 : laid->weight, 0, 0, 0}};
}

static struct bins choose_bins(const struct pile *pile) {
    double west = INFINITY, east = -INFINITY, north = INFINITY, south = -INFINITY;
    for (size_t i = 0; i < pile->count; i++) {
        west = fmin(west, pile->laid[i].col), east = fmax(east, pile->laid[i].col);
        north = fmin(north, pile->laid[i].row), south = fmax(south, pile->laid[i].row);
    }
    return bins_choose(west, east, north, south, pile->count);
}

static status write_parts(struct density *density, struct pile *pile) {
    const size_t bins = (size_t)density->bins.bins_x * (size_t)density->bins.bins_y, bytes = PART_NUMBERS * sizeof(cl_double4);
    cl_double4 *numbers = NULL;
    cl_int *first = NULL;
    for (size_t i = 0; i < pile->count; i++) pile->laid[i].bin = bins_at(&density->bins, pile->laid[i].col, pile->laid[i].row);
    if (pile->count) qsort(pile->laid, pile->count, sizeof *pile->laid, by_bin);
    status failure = MEMORY_ARRAY((pile->count + 1) * PART_NUMBERS, &numbers);
    if (!failure) failure = MEMORY_ARRAY(bins + 1, &first);
    for (size_t i = 0; !failure && i < pile->count; i++) {
        fill_part(density->grid, density->lines, &pile->laid[i], numbers + PART_NUMBERS * i);
        first[pile->laid[i].bin + 1]++;
    }
    for (size_t b = 0; !failure && b < bins; b++) first[b + 1] += first[b];
    if (!failure) failure = buffer_new(density->device, (pile->count + 1) * bytes, numbers, &density->parts);
    if (!failure) failure = buffer_new(density->device, (bins + 1) * sizeof *first, first, &density->first);
    free(numbers);
    free(first);
    return failure;
}

static bool are_lines(const struct feature_part *parts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (parts[i].x != parts[i].to_x || parts[i].y != parts[i].to_y) return true;
    return false;
}

static status fill(struct density *density, enum density_kernel kernel, const struct feature_part *parts, size_t count) {
    const double longest_m = density->radius_m * (density->grid->geographic ? LONGEST_ON_EARTH : LONGEST_ON_PLANE),
                 radius_km = density->radius_m / 1000;
    struct pile pile = {0};
    density->lines = are_lines(parts, count);
    status failure = lay_all(density->grid, parts, count, longest_m, &pile);
    if (!failure) density->bins = choose_bins(&pile);
    if (!failure) failure = write_parts(density, &pile);
    free(pile.laid);
    density->factor = (kernel == DENSITY_UNIFORM ? 1 : 3) / (acos(-1.0) * radius_km * radius_km) * (density->lines ? radius_km : 1);
    density->search_m = density->radius_m * 1.000001 + longest_m / 2;
    return failure;
}

static status build(struct density *density, enum density_kernel kernel) {
    char options[40];
    if (!density->device->info.fp64)
        return status_fail(LODE_NO_DEVICE, "%s has no doubles, which densities need: choose another with --device", density->device->info.name);
    snprintf(options, sizeof options, "-DUNIFORM=%d", kernel == DENSITY_UNIFORM);
    TRY(program_build(density->device, &kernel_density, 1, options, &density->program));
    return kernel_create(density->program, "density", &density->kernel);
}

status density_open(struct device *device, const struct grid *grid, const struct plane *plane, const struct feature_part *parts, size_t count,
                    struct density **out) {
    struct density *density;
    TRY(MEMORY_ARRAY(1, &density));
    *density = (struct density){.device = device, .grid = grid, .radius_m = plane->radius_m};
    status failure = build(density, plane->kernel);
    if (!failure) failure = fill(density, plane->kernel, parts, count);
    if (failure) {
        density_close(density);
        return failure;
    }
    *out = density;
    return NULL;
}

void density_close(struct density *density) {
    if (!density) return;
    if (density->kernel) clReleaseKernel(density->kernel);
    if (density->program) clReleaseProgram(density->program);
    buffer_close(density->parts);
    buffer_close(density->first);
    buffer_close(density->reach);
    buffer_close(density->across);
    buffer_close(density->along);
    free(density);
}

/* How far a straight line through the Earth of `metres` leads from a latitude, in degrees of it: nowhere does a meridian bend less than a circle of
 * its radius at the equator. */
static double degrees_of(const struct grid *grid, double metres) {
    const double radius_m = grid->semi_major_m * (1 - grid->flattening) * (1 - grid->flattening);
    return 2 * asin(fmin(metres / (2 * radius_m), 1)) * 180 / acos(-1.0);
}

static cl_int rows_reached(const struct density *density) {
    const struct grid *grid = density->grid;
    const double rows = grid->geographic ? degrees_of(grid, density->search_m) / grid->dy : density->search_m / (grid->dy * grid->unit_m);
    return (cl_int)fmin(ceil(rows) + 1, 1e9);
}

/* Two places a turn of t apart are at least 2 q sin(t / 2) metres apart, q being how far from the Earth's axis the one nearer to it is. */
static cl_int cols_reached(const struct density *density, int64_t row, cl_int rows) {
    const struct grid *grid = density->grid;
    if (!grid->geographic) return (cl_int)fmin(ceil(density->search_m / (grid->dx * grid->unit_m)) + 1, 1e9);
    const cl_double2 above = place_along(grid, (double)(row - rows)), below = place_along(grid, (double)(row + rows));
    const double from_axis = fmin(above.s[0], below.s[0]), turn = density->search_m < 2 * from_axis ? asin(density->search_m / (2 * from_axis)) : 2;
    return (cl_int)fmin(ceil(2 * turn * 180 / acos(-1.0) / grid->dx) + 1, ceil(place_turn(grid) / 2));
}

static status write_reach(struct density *density, struct window window, cl_int rows) {
    cl_int *reach;
    TRY(MEMORY_ARRAY((size_t)window.rows, &reach));
    for (int64_t y = 0; y < window.rows; y++) reach[y] = cols_reached(density, window.row0 + y, rows);
    buffer_close(density->reach);
    density->reach = NULL;
    status failure = buffer_new(density->device, (size_t)window.rows * sizeof *reach, reach, &density->reach);
    free(reach);
    return failure;
}

status density_rows(struct density *density, struct window window, struct buffer *out) {
    if (buffer_bytes(out) < (size_t)(window.cols * window.rows) * sizeof(float))
        return status_fail(LODE_SELFTEST, "densities of %lld x %lld cells: the buffer is too small", (long long)window.cols, (long long)window.rows);
    const struct bins *bins = &density->bins;
    const cl_int reach_rows = rows_reached(density), col0 = (cl_int)window.col0, row0 = (cl_int)window.row0, cols = (cl_int)window.cols,
                 rows = (cl_int)window.rows;
    const cl_double half_turn = density->grid->geographic ? place_turn(density->grid) / 2 : INFINITY, radius = density->radius_m,
                    radius2 = radius * radius * (1 + 1e-9), factor = density->factor;
    TRY(write_reach(density, window, reach_rows));
    TRY(places_write(density->device, density->grid, window, &density->across, &density->along));
    const struct kernel_arg args[] = {ARG_BUFFER(density->parts),
                                      ARG_BUFFER(density->first),
                                      ARG(bins->bins_x),
                                      ARG(bins->bins_y),
                                      ARG(bins->cells_x),
                                      ARG(bins->cells_y),
                                      ARG(bins->col0),
                                      ARG(bins->row0),
                                      ARG_BUFFER(density->reach),
                                      ARG(reach_rows),
                                      ARG(half_turn),
                                      ARG(radius),
                                      ARG(radius2),
                                      ARG(factor),
                                      ARG_BUFFER(density->across),
                                      ARG_BUFFER(density->along),
                                      ARG(col0),
                                      ARG(row0),
                                      ARG(cols),
                                      ARG(rows),
                                      ARG_BUFFER(out)};
    return kernel_run(density->device, density->kernel, args, sizeof args / sizeof *args, GROUP, (size_t)window.cols, (size_t)window.rows);
}
