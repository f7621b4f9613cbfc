/* Distances against the slowest way there is, every cell to every source: planar in whole numbers, geodesic on a sphere by
 * great circles, and on the Earth along the equator and a meridian (its quarter: 10001965.729 m). */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/distance.h"
#include "compute/opencl.h"
#include "compute/selftest_parts.h"

enum { COLS = 45, ROWS = 67, CELLS = COLS * ROWS };

struct answers {
    float *metres;
    int64_t *source;
};

static status answer(struct device *device, struct distance *distance, struct window window, struct answers *out) {
    struct buffer *metres = NULL, *source = NULL;
    size_t cells = (size_t)(window.cols * window.rows);
    status failure = buffer_open(device, cells * sizeof(float), &metres);
    if (!failure) failure = buffer_open(device, cells * sizeof(int64_t), &source);
    if (!failure) failure = distance_rows(distance, window, metres, source);
    if (!failure) failure = buffer_read(metres, 0, cells * sizeof(float), out->metres);
    if (!failure) failure = buffer_read(source, 0, cells * sizeof(int64_t), out->source);
    buffer_close(metres);
    buffer_close(source);
    return failure;
}

static status ask(struct device *device, const struct grid *grid, const struct mask *mask, struct answers *out) {
    struct distance *distance;
    TRY(distance_open(device, grid, mask, METRIC_AUTO, &distance));
    status failure = answer(device, distance, mask->window, out);
    distance_close(distance);
    return failure;
}

static void sow(struct mask *mask, int64_t every) {
    int64_t cols = mask->window.cols;
    for (int64_t i = 0; i < cols * mask->window.rows; i++)
        if ((i * 7919 + i / 13) % every == 1) mask->bits[i / cols * mask->words_per_row + (i % cols >> 6)] |= 1ULL << (i % cols & 63);
}

/* Squared length between two cells in a measure of the caller's. */
typedef double (*measure)(const struct grid *grid, int64_t a, int64_t b);

static double in_plane(const struct grid *grid, int64_t a, int64_t b) {
    double x = (double)(a % COLS - b % COLS) * grid->dx, y = (double)(a / COLS - b / COLS) * grid->dy;
    return sqrt(x * x + y * y);
}

static double great_circle(const struct grid *grid, int64_t a, int64_t b) {
    double degree = acos(-1.0) / 180, p = grid_y(grid, (double)(a / COLS)) * degree, q = grid_y(grid, (double)(b / COLS)) * degree;
    double lon = (double)(a % COLS - b % COLS) * grid->dx * degree;
    double x = cos(q) * sin(lon), y = cos(p) * sin(q) - sin(p) * cos(q) * cos(lon), z = sin(p) * sin(q) + cos(p) * cos(q) * cos(lon);
    return grid->semi_major_m * atan2(hypot(x, y), z);
}

static void compare(const struct grid *grid, const struct mask *mask, measure length, const struct answers *got, struct verdict *metres,
                    struct verdict *source) {
    for (int64_t i = 0; i < CELLS; i++) {
        double best = INFINITY;
        int64_t nearest = -1;
        for (int64_t s = 0; s < CELLS; s++) {
            if (!mask_get(mask, s % COLS, s / COLS)) continue;
            double d = length(grid, i, s);
            if (d < best) nearest = s;
            best = fmin(best, d);
        }
        double scale = best > 0 && isfinite(best) ? best : 1; /* relative, where that can be */
        verdict_add(metres, (size_t)i, (double)got->metres[i] / scale, best / scale);
        if (source) verdict_add(source, (size_t)i, (double)got->source[i], (double)nearest);
    }
}

static status check(struct selftest *test, const struct grid *grid, measure length, int64_t every, const char *name, const char *source_name) {
    struct mask mask;
    struct answers got = {NULL, NULL};
    struct verdict metres = {.allowed = grid->geographic ? 1e-5 : 1.2e-7}, source = {.allowed = 0};
    TRY(mask_init(&mask, (struct window){0, 0, COLS, ROWS}));
    sow(&mask, every);
    status failure = MEMORY_ARRAY(CELLS, &got.metres);
    if (!failure) failure = MEMORY_ARRAY(CELLS, &got.source);
    if (!failure) failure = ask(test->device, grid, &mask, &got);
    if (!failure) {
        compare(grid, &mask, length, &got, &metres, source_name ? &source : NULL);
        failure = selftest_add(test, name, &metres);
    }
    if (!failure && source_name) failure = selftest_add(test, source_name, &source);
    free(got.metres);
    free(got.source);
    mask_free(&mask);
    return failure;
}

static status check_earth(struct selftest *test) {
    enum { SIDE = 19 };
    const struct grid earth = {.crs = "selftest",
                               .geographic = true,
                               .x0 = -5,
                               .y0 = 95,
                               .dx = 10,
                               .dy = 10,
                               .semi_major_m = 6378137,
                               .flattening = 1 / 298.257223563,
                               .width = SIDE,
                               .height = SIDE};
    struct mask mask;
    float metres[SIDE * SIDE];
    int64_t sources[SIDE * SIDE];
    struct verdict verdict = {.allowed = 100};
    TRY(mask_init(&mask, grid_window(&earth)));
    mask.bits[9 * mask.words_per_row] = 1;
    status failure = ask(test->device, &earth, &mask, &(struct answers){metres, sources});
    mask_free(&mask);
    if (failure) return failure;
    for (size_t c = 0; c < SIDE - 1; c++) verdict_add(&verdict, c, (double)metres[9 * SIDE + c], 6378137 * (double)c * acos(-1.0) / 18);
    verdict_add(&verdict, SIDE, (double)metres[0], 10001965.729);
    verdict_add(&verdict, SIDE + 1, (double)metres[18 * SIDE], 10001965.729);
    verdict_add(&verdict, SIDE + 2, (double)metres[9 * SIDE + 18], 2 * 10001965.729); /* the antipode: over a pole */
    return selftest_add(test, "distance: geodesic, equator and meridian of the Earth", &verdict);
}

/* The sphere seen from above the pole (stereographic), where scale doubles towards the equator. */
static void place_stereographic(const struct grid *grid, int64_t i, double at[3]) {
    double x = grid_x(grid, (double)(i % COLS)) / (2 * grid->semi_major_m), y = grid_y(grid, (double)(i / COLS)) / (2 * grid->semi_major_m);
    double r2 = x * x + y * y;
    at[0] = 2 * x / (1 + r2);
    at[1] = 2 * y / (1 + r2);
    at[2] = (1 - r2) / (1 + r2);
}

static double great_circle_of_places(const struct grid *grid, int64_t a, int64_t b) {
    double p[3], q[3];
    place_stereographic(grid, a, p);
    place_stereographic(grid, b, q);
    return 2 * grid->semi_major_m *
           asin(fmin(1, sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) + (p[2] - q[2]) * (p[2] - q[2])) / 2));
}

static status check_placed(struct selftest *test) {
    const struct grid polar = {
        .crs = "selftest", .x0 = -7.1e6, .y0 = 11.3e6, .dx = 320e3, .dy = 330e3, .unit_m = 1, .semi_major_m = 6371007, .width = COLS, .height = ROWS};
    struct places places = {.window = {0, 0, COLS, ROWS}, .step = 1, .cols = COLS + 3, .rows = ROWS + 3};
    struct mask mask = {0};
    struct distance *distance = NULL;
    struct answers got = {NULL, NULL};
    struct verdict metres = {.allowed = 1e-5}, source = {.allowed = 0};
    status failure = MEMORY_ARRAY((size_t)(places.cols * places.rows) * 3, &places.nodes);
    for (int64_t i = 0; !failure && i < CELLS; i++) place_stereographic(&polar, i, places.nodes + 3 * ((i / COLS + 1) * places.cols + i % COLS + 1));
    if (!failure) failure = mask_init(&mask, places.window);
    if (!failure) sow(&mask, 431);
    if (!failure) failure = MEMORY_ARRAY(CELLS, &got.metres);
    if (!failure) failure = MEMORY_ARRAY(CELLS, &got.source);
    if (!failure) failure = distance_open_placed(test->device, &polar, &mask, &places, &distance);
    if (!failure) failure = answer(test->device, distance, mask.window, &got);
    if (!failure) {
        compare(&polar, &mask, great_circle_of_places, &got, &metres, &source);
        failure = selftest_add(test, "distance: geodesic, a projected grid of a sphere", &metres);
    }
    if (!failure) failure = selftest_add(test, "distance: geodesic, a projected grid of a sphere, nearest source", &source);
    distance_close(distance);
    mask_free(&mask);
    free(places.nodes);
    free(got.metres);
    free(got.source);
    return failure;
}

status selftest_distances(struct selftest *test) {
    const struct grid square = {.crs = "selftest", .dx = 500, .dy = 500, .unit_m = 1, .width = COLS, .height = ROWS};
    const struct grid oblong = {.crs = "selftest", .dx = 400, .dy = 500, .unit_m = 1, .width = COLS, .height = ROWS};
    const struct grid sphere = {.crs = "selftest",
                                .geographic = true,
                                .wraps = true,
                                .x0 = -180,
                                .y0 = 67,
                                .dx = 8,
                                .dy = 2,
                                .semi_major_m = 6371007,
                                .width = COLS,
                                .height = ROWS};
    TRY(check(test, &square, in_plane, 97, "distance: planar, square cells", "distance: planar, nearest source, ties included"));
    TRY(check(test, &oblong, in_plane, 431, "distance: planar, non-square cells", "distance: planar, non-square cells, nearest source"));
    TRY(check(test, &square, in_plane, CELLS * 8000, "distance: planar, no source at all", NULL));
    TRY(check(test, &sphere, great_circle, 977, "distance: geodesic, great circles of a sphere", NULL));
    TRY(check_earth(test));
    return test->device->info.fp64 ? check_placed(test) : NULL;
}
