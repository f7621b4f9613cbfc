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
/* Of a single line before those far away are left out: beyond it lie no lines on the Earth. */
static const double PIECES_MOST = 1e12;
/* Radii that a piece is long at most. Degrees make lines that bend in space: chords of an eighth are off by less than a 500th of their length
 * anywhere below 80 degrees of latitude and 500 km of radius. */
static const double LONGEST_ON_PLANE = 0.5, LONGEST_ON_EARTH = 0.125;

struct density {
    struct device *device;
    const struct grid *grid;
    struct window within;
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

static double pieces_of(const struct grid *grid, const struct feature_part *part, double longest_m) {
    return isfinite(part->weight) ? fmax(ceil(length_m(grid, part) / longest_m), 1) : 0;
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

/* Columns and rows that middles of parts which count lie between. */
struct near {
    double west, east, north, south;
};

static struct near near_window(const struct density *density, struct window window) {
    const cl_int rows = rows_reached(density), first = cols_reached(density, window.row0, rows),
                 last = cols_reached(density, window.row0 + window.rows - 1, rows), cols = first > last ? first : last;
    return (struct near){.west = (double)(window.col0 - cols - 1),
                         .east = (double)(window.col0 + window.cols + cols),
                         .north = (double)(window.row0 - rows - 1),
                         .south = (double)(window.row0 + window.rows + rows)};
}

/* A part on the lattice, in equal pieces, of which those from `first` to before `last` may be near. Doubles: there may be more than can be laid. */
struct cut {
    double from_col, from_row, cols, rows, pieces, first, last;
};

/* Which pieces may have their middles between two numbers: one more at each end, as rounding may take one away. */
static void clip(struct cut *cut, double from, double step, double least, double most) {
    if (step == 0) {
        if (!(from >= least && from <= most)) cut->last = cut->first;
        return;
    }
    const double a = (least - from) / step * cut->pieces, b = (most - from) / step * cut->pieces;
    cut->first = fmax(cut->first, floor(fmin(a, b)) - 1);
    cut->last = fmax(fmin(cut->last, ceil(fmax(a, b)) + 1), cut->first);
}

static struct cut cut_of(const struct grid *grid, const struct feature_part *part, double pieces) {
    return (struct cut){.from_col = (part->x - grid->x0) / grid->dx - 0.5,
                        .from_row = (grid->y0 - part->y) / grid->dy - 0.5,
                        .cols = (part->to_x - part->x) / grid->dx,
                        .rows = (part->y - part->to_y) / grid->dy,
                        .pieces = pieces,
                        .last = pieces};
}

/* `turns`: how many turns east of where it is written. The middle is a whole number of turns from where it would be in the first. */
static void lay_turn(const struct grid *grid, const struct cut *cut, double weight, double turns, struct pile *pile) {
    const double turn = place_turn(grid);
    for (double k = cut->first; k < cut->last; k++) {
        const double begin = k / cut->pieces, end = (k + 1) / cut->pieces;
        struct laid *laid = &pile->laid[pile->count];
        *laid = (struct laid){.from_col = cut->from_col + cut->cols * begin,
                              .from_row = cut->from_row + cut->rows * begin,
                              .to_col = cut->from_col + cut->cols * end,
                              .to_row = cut->from_row + cut->rows * end,
                              .weight = weight,
                              .order = pile->count++};
        const double middle = (laid->from_col + laid->to_col) / 2, turned = place_turned(grid, middle);
        laid->row = (laid->from_row + laid->to_row) / 2;
        laid->col = grid->geographic ? turned + (turns + round((middle - turned) / turn)) * turn : middle;
    }
}

/* The pieces of a part that are near, on a geographic grid in every turn; counts alone where nothing is piled. */
static double lay(const struct grid *grid, const struct feature_part *part, double pieces, const struct near *near, struct pile *pile) {
    struct cut whole = cut_of(grid, part, pieces);
    clip(&whole, whole.from_row, whole.rows, near->north, near->south);
    if (!(whole.last > whole.first)) return 0;
    const double turn = place_turn(grid), one = whole.from_col + whole.cols * whole.first / pieces,
                 other = whole.from_col + whole.cols * whole.last / pieces;
    const double least = grid->geographic ? floor((near->west - fmax(one, other)) / turn) : 0,
                 most = grid->geographic ? ceil((near->east - fmin(one, other)) / turn) : 0;
    double count = 0;
    for (double turns = least; turns <= most; turns++) {
        struct cut cut = whole;
        clip(&cut, cut.from_col + turns * turn, cut.cols, near->west, near->east);
        count += cut.last - cut.first;
        if (pile) lay_turn(grid, &cut, part->weight, turns, pile);
    }
    return count;
}

static status lay_all(const struct density *density, const struct feature_part *parts, size_t count, double longest_m, struct window window,
                      struct pile *pile) {
    const struct near near = near_window(density, window);
    double total = 0;
    for (size_t i = 0; i < count && total <= PARTS_MOST; i++) {
        const double pieces = pieces_of(density->grid, &parts[i], longest_m);
        total += pieces <= PIECES_MOST ? lay(density->grid, &parts[i], pieces, &near, NULL) : pieces;
    }
    if (!(total <= PARTS_MOST))
        return status_fail(
            LODE_BAD_DATA,
            "its lines near the grid are at least %.3g pieces as long as the radius is fit for, and %d are the most: give a longer radius", total,
            PARTS_MOST);
    TRY(MEMORY_ARRAY((size_t)total + 1, &pile->laid));
    for (size_t i = 0; i < count; i++) lay(density->grid, &parts[i], pieces_of(density->grid, &parts[i], longest_m), &near, pile);
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

static status fill(struct density *density, enum density_kernel kernel, const struct feature_part *parts, size_t count, struct window window) {
    const double longest_m = density->radius_m * (density->grid->geographic ? LONGEST_ON_EARTH : LONGEST_ON_PLANE),
                 radius_km = density->radius_m / 1000;
    struct pile pile = {0};
    density->lines = are_lines(parts, count);
    density->search_m = density->radius_m * 1.000001 + longest_m / 2;
    status failure = lay_all(density, parts, count, longest_m, window, &pile);
    if (!failure) density->bins = choose_bins(&pile);
    if (!failure) failure = write_parts(density, &pile);
    free(pile.laid);
    density->factor = (kernel == DENSITY_UNIFORM ? 1 : 3) / (acos(-1.0) * radius_km * radius_km) * (density->lines ? radius_km : 1);
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
                    struct window within, struct density **out) {
    struct density *density;
    TRY(MEMORY_ARRAY(1, &density));
    *density = (struct density){.device = device, .grid = grid, .within = within, .radius_m = plane->radius_m};
    status failure = build(density, plane->kernel);
    if (!failure) failure = fill(density, plane->kernel, parts, count, within);
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

static bool holds(struct window whole, struct window part) {
    return part.col0 >= whole.col0 && part.row0 >= whole.row0 && part.col0 + part.cols <= whole.col0 + whole.cols &&
           part.row0 + part.rows <= whole.row0 + whole.rows;
}

status density_rows(struct density *density, struct window window, struct buffer *out) {
    if (buffer_bytes(out) < (size_t)(window.cols * window.rows) * sizeof(float))
        return status_fail(LODE_SELFTEST, "densities of %lld x %lld cells: the buffer is too small", (long long)window.cols, (long long)window.rows);
    if (!holds(density->within, window)) return status_fail(LODE_SELFTEST, "densities: a window beyond the one that they were opened for");
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
