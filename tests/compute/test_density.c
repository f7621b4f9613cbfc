/* Densities on the device: every window has the same bits, on metres and round the Earth; nothing counts twice, near a pole and across the
 * antimeridian; and of many points and pieces the sum over all of them in double. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/density.h"
#include "on_device.h"
#include "small_grids.h"

enum { COLS = 43, ROWS = 27, PARTS = 211 };

static const struct grid projected = METRES_GRID(500000, 4200000, COLS, ROWS);
static const struct grid geographic = DEGREES_GRID(170, COLS, ROWS);
static const struct grid globe = {.geographic = true,
                                  .wraps = true,
                                  .x0 = -180,
                                  .y0 = 90,
                                  .dx = 15,
                                  .dy = 7.5,
                                  .unit_m = 1,
                                  .semi_major_m = 6378137,
                                  .flattening = 1 / 298.257223563,
                                  .width = 24,
                                  .height = 24};

static double share(void) {
    return rand() / (double)RAND_MAX;
}

/* Over the grid and a little beyond, some on cells' centres; one has no weight. Of lines, one in nine is longer than the grid. */
static void scatter(const struct grid *grid, bool lines, struct feature_part parts[PARTS]) {
    srand(12);
    for (int i = 0; i < PARTS; i++) {
        struct feature_part *part = &parts[i];
        part->x = grid->x0 + (share() * 1.2 - 0.1) * (double)grid->width * grid->dx;
        part->y = fmax(fmin(grid->y0 - (share() * 1.2 - 0.1) * (double)grid->height * grid->dy, 90), -90);
        if (!grid->geographic) part->y = grid->y0 - (share() * 1.2 - 0.1) * ROWS * grid->dy;
        if (i % 31 == 5) part->x = grid_x(grid, i % 20), part->y = grid_y(grid, i % 20);
        const double reach = i % 9 == 4 && grid != &globe ? 60 : 3;
        part->to_x = lines ? part->x + (share() - 0.5) * reach * grid->dx : part->x;
        part->to_y = lines ? part->y + (share() - 0.5) * reach * grid->dy : part->y;
        if (grid->geographic) part->to_y = fmax(fmin(part->to_y, 90), -90);
        part->weight = 0.5 + (i % 5);
    }
    parts[17].weight = NAN;
}

/* In space, from the definition of the ellipsoid x^2/a^2 + y^2/a^2 + z^2/b^2 = 1. */
static void place(const struct grid *grid, double x, double y, double at[3]) {
    const double degree = acos(-1.0) / 180, a = grid->semi_major_m, b = a * (1 - grid->flattening);
    const double reduced = fabs(y) >= 90 ? y * degree : atan(b / a * tan(y * degree));
    at[0] = grid->geographic ? a * cos(reduced) * cos(x * degree) : x;
    at[1] = grid->geographic ? a * cos(reduced) * sin(x * degree) : y;
    at[2] = grid->geographic ? b * sin(reduced) : 0;
}

static double counts(enum density_kernel kernel, double apart, double radius) {
    const double a = 1 - apart * apart / (radius * radius), km2 = acos(-1.0) * radius * radius / 1e6;
    return !(apart <= radius * (1 + 1e-10)) ? 0 : kernel == DENSITY_UNIFORM ? 1 / km2 : 3 * a * a / km2;
}

/* A piece is cut into STEPS, each of which counts where its middle is. */
static double oracle(const struct grid *grid, const struct plane *plane, const struct feature_part *parts, bool lines, double x, double y) {
    enum { STEPS = 1000 };
    double here[3], sum = 0;
    place(grid, x, y, here);
    for (int i = 0; i < PARTS; i++) {
        const struct feature_part *part = &parts[i];
        double from[3], to[3];
        if (isnan(part->weight)) continue;
        place(grid, part->x, part->y, from);
        for (int k = 1; k <= (lines ? STEPS : 1); k++) {
            double apart2 = 0, length2 = 0;
            place(grid, part->x + (part->to_x - part->x) * k / STEPS, part->y + (part->to_y - part->y) * k / STEPS, to);
            for (int d = 0; d < 3; d++) apart2 += pow((from[d] + to[d]) / 2 - here[d], 2), length2 += pow(to[d] - from[d], 2);
            sum += part->weight * counts(plane->kernel, sqrt(apart2), plane->radius_m) * (lines ? sqrt(length2) / 1000 : 1);
            memcpy(from, to, sizeof from);
        }
    }
    return sum;
}

static void compute(const struct grid *grid, const struct plane *plane, const struct feature_part *parts, size_t count, struct window window,
                    float *out) {
    struct density *density;
    struct buffer *buffer;
    size_t bytes = (size_t)(window.cols * window.rows) * sizeof(float);
    assert_ok(density_open(device, grid, plane, parts, count, grid_window(grid), &density));
    assert_ok(buffer_open(device, bytes, &buffer));
    assert_ok(density_rows(density, window, buffer));
    assert_ok(buffer_read(buffer, 0, bytes, out));
    buffer_close(buffer);
    density_close(density);
}

/* `allowed`: a share of the largest density. */
static void compare(const struct grid *grid, enum density_kernel kernel, double radius_m, bool lines, double allowed) {
    const struct plane plane = {.kind = PLANE_DENSITY, .radius_m = radius_m, .kernel = kernel};
    const int64_t cells = grid->width * grid->height, every = lines ? 17 : 1;
    struct feature_part parts[PARTS];
    float *out = malloc((size_t)cells * sizeof *out);
    double most = 0;
    scatter(grid, lines, parts);
    compute(grid, &plane, parts, PARTS, grid_window(grid), out);
    for (int64_t i = 0; i < cells; i++) most = fmax(most, (double)out[i]);
    assert_true(most > 0);
    for (int64_t i = 0; i < cells; i += every) {
        const double wanted = oracle(grid, &plane, parts, lines, grid_x(grid, (double)(i % grid->width)), grid_y(grid, (double)(i / grid->width)));
        if (!(fabs((double)out[i] - wanted) <= allowed * most))
            fail_msg("kernel %d within %g of (%d,%d): %.9g, not %.9g", kernel, radius_m, (int)(i % grid->width), (int)(i / grid->width),
                     (double)out[i], wanted);
    }
    free(out);
}

static void every_point_counts_once(void **state) {
    (void)state;
    for (enum density_kernel kernel = 0; kernel < DENSITY_KERNELS; kernel++) {
        compare(&projected, kernel, 61.5, false, 1e-6);
        compare(&projected, kernel, 400, false, 1e-6);
        compare(&projected, kernel, 90000, false, 1e-6);
        compare(&geographic, kernel, 45e3, false, 1e-6);
        compare(&geographic, kernel, 900e3, false, 1e-6);
        compare(&globe, kernel, 700e3, false, 1e-6);
        compare(&globe, kernel, 5000e3, false, 1e-6);
        compare(&globe, kernel, 13000e3, false, 1e-6); /* all of the Earth */
    }
}

static void every_metre_counts_once(void **state) {
    (void)state;
    for (enum density_kernel kernel = 0; kernel < DENSITY_KERNELS; kernel++) {
        const double allowed = kernel == DENSITY_UNIFORM ? 3e-3 : 1e-4;
        compare(&projected, kernel, 61.5, true, allowed);
        compare(&projected, kernel, 400, true, allowed);
        compare(&geographic, kernel, 90e3, true, allowed);
        compare(&globe, kernel, 900e3, true, kernel == DENSITY_UNIFORM ? 1e-2 : 3e-3); /* chords of 100 km, near the poles too */
    }
}

static void the_same_bits_from_every_window(void **state) {
    (void)state;
    const struct grid *const grids[] = {&projected, &geographic};
    const double radii[] = {203, 150e3};
    for (int g = 0; g < 4; g++) {
        const struct grid *grid = grids[g / 2];
        const struct plane plane = {.kind = PLANE_DENSITY, .radius_m = radii[g / 2]};
        struct feature_part parts[PARTS];
        float whole[COLS * ROWS], part[COLS * ROWS];
        scatter(grid, g % 2, parts);
        compute(grid, &plane, parts, PARTS, grid_window(grid), whole);
        for (int64_t row = 0; row < ROWS; row += 10)
            for (int64_t col = 0; col < COLS; col += 17) {
                const struct window window = {col, row, COLS - col < 17 ? COLS - col : 17, ROWS - row < 10 ? ROWS - row : 10};
                compute(grid, &plane, parts, PARTS, window, part);
                for (int64_t r = 0; r < window.rows; r++)
                    assert_memory_equal(part + r * window.cols, whole + (row + r) * COLS + col, (size_t)window.cols * sizeof *part);
            }
    }
}

/* Lines of 2e9 and 1.6e8 pieces, straight across the grid's column 17 and 2000 times round the Earth from its row 11 southwards: what is near of
 * them is the same line cut short. */
static void a_long_line_counts_where_it_is_near(void **state) {
    (void)state;
    const struct grid *const grids[] = {&projected, &geographic};
    const struct feature_part whole[] = {{-1e11, -0.25e11, 1e11, 0.25e11, 1.5}, {0, 0, 720000, -140, 1.5}};
    const double radii[] = {203, 4000}, shorter[] = {1e-8, 0.1};
    for (int g = 0; g < 2; g++) {
        const struct grid *grid = grids[g];
        const struct plane plane = {.kind = PLANE_DENSITY, .radius_m = radii[g]};
        float wanted[COLS * ROWS], out[COLS * ROWS], most = 0;
        for (int cut = 0; cut < 2; cut++) {
            const double x = grid_x(grid, 17), y = grid_y(grid, 11), share = cut ? shorter[g] : 1;
            const struct feature_part part = {x + share * whole[g].x, y + share * whole[g].y, x + share * whole[g].to_x, y + share * whole[g].to_y,
                                              whole[g].weight};
            compute(grid, &plane, &part, 1, grid_window(grid), cut ? wanted : out);
        }
        for (int i = 0; i < COLS * ROWS; i++) most = wanted[i] > most ? wanted[i] : most;
        assert_true(most > 0);
        for (int i = 0; i < COLS * ROWS; i++) assert_true(fabsf(out[i] - wanted[i]) <= 1e-5F * most);
    }
}

static void nothing_is_none(void **state) {
    (void)state;
    const struct plane plane = {.kind = PLANE_DENSITY, .radius_m = 300};
    const struct feature_part far = {900000, 4900000, 900000, 4900000, 1};
    float out[COLS * ROWS];
    for (size_t count = 0; count < 2; count++) {
        compute(&projected, &plane, &far, count, grid_window(&projected), out);
        for (int i = 0; i < COLS * ROWS; i++) assert_true(out[i] == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_point_counts_once), cmocka_unit_test(every_metre_counts_once),
                                       cmocka_unit_test(the_same_bits_from_every_window), cmocka_unit_test(a_long_line_counts_where_it_is_near),
                                       cmocka_unit_test(nothing_is_none)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
