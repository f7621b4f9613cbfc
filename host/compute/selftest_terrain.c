/* Terrain on tilted planes, whose slope and aspect are known, and on a paraboloid's bowl for roughness. */
#include <math.h>
#include <stdlib.h>

#include "compute/selftest_parts.h"
#include "compute/terrain.h"

enum { COLS = 21, ROWS = 9, WIDE = COLS + 2, HIGH = ROWS + 2 };

static const struct grid grid = {.dx = 30, .dy = 20, .unit_m = 1, .width = COLS, .height = ROWS};

static status compute(struct selftest *test, enum plane_kind kind, const float *surface, float *out) {
    struct terrain *terrain = NULL;
    struct buffer *in = NULL, *result = NULL;
    status failure = terrain_open(test->device, &terrain);
    if (!failure) failure = buffer_open(test->device, WIDE * HIGH * sizeof(float), &in);
    if (!failure) failure = buffer_open(test->device, COLS * ROWS * sizeof(float), &result);
    if (!failure) failure = buffer_write(in, 0, WIDE * HIGH * sizeof(float), surface);
    if (!failure) failure = terrain_rows(terrain, kind, &grid, grid_window(&grid), in, result);
    if (!failure) failure = buffer_read(result, 0, COLS * ROWS * sizeof(float), out);
    terrain_close(terrain);
    buffer_close(in);
    buffer_close(result);
    return failure;
}

status selftest_terrain(struct selftest *test) {
    static const double tilts[][4] = {{0, -0.1, 0, 10}, {-0.1, 0, 90, 10}, {0, 0.25, 180, 25}, {0.3, 0.4, 216.86989765, 50}, {0, 0, -1, 0}};
    float surface[WIDE * HIGH], out[COLS * ROWS];
    struct verdict slope = {.allowed = 1e-3}, aspect = {.allowed = 1e-2}, roughness = {.allowed = 1e-4}, ruggedness = {.allowed = 1e-3};
    for (size_t t = 0; t < sizeof tilts / sizeof *tilts; t++) {
        for (int i = 0; i < WIDE * HIGH; i++) surface[i] = (float)(tilts[t][0] * 30 * (i % WIDE) - tilts[t][1] * 20 * (i / WIDE));
        surface[4 * WIDE + 5] = NAN;
        TRY(compute(test, PLANE_SLOPE, surface, out));
        for (int i = 0; i < COLS * ROWS; i++) {
            bool gap = abs(i % COLS + 1 - 5) < 2 && abs(i / COLS + 1 - 4) < 2;
            verdict_add(&slope, (size_t)i, (double)out[i], gap ? NAN : tilts[t][3]);
        }
        TRY(compute(test, PLANE_ASPECT, surface, out));
        for (int i = 0; i < COLS * ROWS; i++) {
            bool gap = abs(i % COLS + 1 - 5) < 2 && abs(i / COLS + 1 - 4) < 2;
            double got = (double)out[i] > 359.9 ? (double)out[i] - 360 : (double)out[i];
            verdict_add(&aspect, (size_t)i, got, gap ? NAN : tilts[t][2]);
        }
    }
    for (int i = 0; i < WIDE * HIGH; i++) surface[i] = (float)((i % WIDE) * (i % WIDE) + i / WIDE);
    TRY(compute(test, PLANE_ROUGHNESS, surface, out));
    for (int i = 0; i < COLS * ROWS; i++) verdict_add(&roughness, (size_t)i, (double)out[i], 4 * (i % COLS + 1) + 2);
    TRY(compute(test, PLANE_RUGGEDNESS, surface, out));
    for (int i = 0; i < COLS * ROWS; i++) {
        const double ahead = 2 * (i % COLS + 1) + 1, back = ahead - 2; /* to the next square and from the one before; a row is one more */
        const double sum = 3 * ahead * ahead + 3 * back * back + 6;    /* (ahead - 1)^2 + ahead^2 + (ahead + 1)^2, the same of back, and 1 twice */
        verdict_add(&ruggedness, (size_t)i, (double)out[i], sqrt(sum));
    }
    TRY(selftest_add(test, "terrain: slope of tilted planes, with a gap", &slope));
    TRY(selftest_add(test, "terrain: aspect of tilted planes, with a gap", &aspect));
    TRY(selftest_add(test, "terrain: ruggedness of a valley", &ruggedness));
    return selftest_add(test, "terrain: roughness of a valley", &roughness);
}
