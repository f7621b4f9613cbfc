/* Circles of cells: a checkerboard and a ramp, whose means, spreads and extremes are known, with a gap. */
#include <math.h>

#include "compute/focal.h"
#include "compute/percentile.h"
#include "compute/selftest_parts.h"

enum { COLS = 21, ROWS = 9, REACH = 2, WIDE = COLS + 2 * REACH, HIGH = ROWS + 2 * REACH };

static const struct grid grid = {.dx = 30, .dy = 30, .unit_m = 1, .width = COLS, .height = ROWS};

static status compute(struct selftest *test, enum plane_kind kind, const float *surface, float *out) {
    const struct plane plane = {.kind = kind, .radius_m = 60, .halo_cols = REACH, .halo_rows = REACH};
    struct focal *focal = NULL;
    struct buffer *in = NULL, *result = NULL;
    status failure = focal_open(test->device, &focal);
    if (!failure) failure = buffer_open(test->device, WIDE * HIGH * sizeof(float), &in);
    if (!failure) failure = buffer_open(test->device, COLS * ROWS * sizeof(float), &result);
    if (!failure) failure = buffer_write(in, 0, WIDE * HIGH * sizeof(float), surface);
    if (!failure) failure = focal_rows(focal, &plane, &grid, grid_window(&grid), in, result);
    if (!failure) failure = buffer_read(result, 0, COLS * ROWS * sizeof(float), out);
    focal_close(focal);
    buffer_close(in);
    buffer_close(result);
    return failure;
}

/* A circle of two cells holds 13: 9 of the middle's colour and 4 of the other. On the ramp 3 x + y it reaches 6 to either side. */
static status check(struct selftest *test, enum plane_kind kind, bool board, const char *name) {
    float surface[WIDE * HIGH], out[COLS * ROWS];
    struct verdict verdict = {.allowed = 1e-4};
    for (int i = 0; i < WIDE * HIGH; i++) surface[i] = board ? (float)((i % WIDE + i / WIDE) % 2) : (float)(3 * (i % WIDE) + i / WIDE);
    surface[5 * WIDE + 7] = NAN;
    TRY(compute(test, kind, surface, out));
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLS; x++) {
            const int off_x = x + REACH - 7, off_y = y + REACH - 5;
            const double own = (x + y) % 2, mean = (9 * own + 4 * (1 - own)) / 13;
            if (off_x * off_x + off_y * off_y <= 4) continue; /* the gap is looked at in tests; here it only must not spread */
            const double wanted = kind == PLANE_RELIEF ? 12 : kind == PLANE_TPI ? 0 : kind == PLANE_MEAN ? mean : 6 / 13.0; /* sqrt(9 * 4) / 13 */
            verdict_add(&verdict, (size_t)(y * COLS + x), (double)out[y * COLS + x], wanted);
        }
    return selftest_add(test, name, &verdict);
}

static status compute_percentile(struct selftest *test, const float *surface, float *out) {
    const struct plane plane = {.kind = PLANE_PERCENTILE, .percentile = 75, .radius_m = 60, .halo_cols = REACH, .halo_rows = REACH};
    struct percentile *percentile = NULL;
    struct buffer *in = NULL, *result = NULL;
    status failure = percentile_open(test->device, &percentile);
    if (!failure) failure = buffer_open(test->device, WIDE * HIGH * sizeof(float), &in);
    if (!failure) failure = buffer_open(test->device, COLS * ROWS * sizeof(float), &result);
    if (!failure) failure = buffer_write(in, 0, WIDE * HIGH * sizeof(float), surface);
    if (!failure) failure = percentile_rows(percentile, &plane, &grid, grid_window(&grid), in, result);
    if (!failure) failure = buffer_read(result, 0, COLS * ROWS * sizeof(float), out);
    percentile_close(percentile);
    buffer_close(in);
    buffer_close(result);
    return failure;
}

/* On the ramp a circle's 13 values lie -6 -4 -3 -2 -2 -1 0 1 2 2 3 4 6 from the middle's; a value of no circle but those around it is missing. */
static status check_percentile(struct selftest *test) {
    float surface[WIDE * HIGH], out[COLS * ROWS];
    struct verdict verdict = {.allowed = 0};
    for (int i = 0; i < WIDE * HIGH; i++) surface[i] = (float)(3 * (i % WIDE) + i / WIDE) - 40;
    surface[5 * WIDE + 7] = NAN;
    TRY(compute_percentile(test, surface, out));
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLS; x++) {
            const int off_x = x + REACH - 7, off_y = y + REACH - 5;
            if (off_x * off_x + off_y * off_y <= 4) continue;
            verdict_add(&verdict, (size_t)(y * COLS + x), (double)out[y * COLS + x], 3 * (x + REACH) + y + REACH - 40 + 2);
        }
    return selftest_add(test, "circles: percentiles of a ramp, with a gap", &verdict);
}

status selftest_focal(struct selftest *test) {
    TRY(check_percentile(test));
    TRY(check(test, PLANE_RELIEF, false, "circles: relief of a ramp, with a gap"));
    if (!device_info(test->device)->fp64) return NULL;
    TRY(check(test, PLANE_TPI, false, "circles: topographic position on a ramp, with a gap"));
    TRY(check(test, PLANE_MEAN, true, "circles: means of a checkerboard, with a gap"));
    return check(test, PLANE_SD, true, "circles: standard deviations of a checkerboard, with a gap");
}
