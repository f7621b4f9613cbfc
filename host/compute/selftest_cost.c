/* Accumulated cost against closed forms: even ground, where the way is slanting steps and then straight ones, and a winding passage
 * with one way only. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/cost.h"
#include "compute/selftest_parts.h"

enum { COLS = 75, ROWS = 45, CELLS = COLS * ROWS, SOURCE_COL = 40, SOURCE_ROW = 9 };

static status ask(struct device *device, const struct mask *mask, const float *friction, float *costs, int64_t *source) {
    const struct grid grid = {.crs = "selftest", .dx = 30, .dy = 40, .unit_m = 1, .width = COLS, .height = ROWS};
    struct cost *cost = NULL;
    struct buffer *on_costs = NULL, *on_source = NULL;
    status failure = buffer_open(device, CELLS * sizeof *costs, &on_costs);
    if (!failure) failure = buffer_open(device, CELLS * sizeof *source, &on_source);
    if (!failure) failure = cost_open_copy(device, &grid, mask, friction, &cost);
    if (!failure) failure = cost_rows(cost, mask->window, on_costs, on_source);
    if (!failure) failure = buffer_read(on_costs, 0, CELLS * sizeof *costs, costs);
    if (!failure) failure = buffer_read(on_source, 0, CELLS * sizeof *source, source);
    cost_close(cost);
    buffer_close(on_costs);
    buffer_close(on_source);
    return failure;
}

/* Steps of 30 m along, 40 m down, 50 m slantwise. */
static double even_ground(int64_t cell) {
    const double x = fabs((double)(cell % COLS - SOURCE_COL)), y = fabs((double)(cell / COLS - SOURCE_ROW)), slant = fmin(x, y);
    return 1.5 * (50 * slant + 30 * (x - slant) + 40 * (y - slant));
}

/* Even rows are passages, joined at their right and left ends in turn by one cell, whose corners are cut; entered at the upper left. */
static double winding(int64_t cell) {
    const int64_t x = cell % COLS, passage = (cell / COLS + 1) / 2, end = passage % 2 ? COLS - 1 : 0, entry = passage % 2 ? COLS - 2 : 1;
    const double to_entry = (double)(30 * (COLS - 2) + 100 + (passage - 1) * (30 * (COLS - 3) + 100));
    if (cell / COLS % 2) return x == end ? 1.5 * (to_entry - 50) : INFINITY;
    if (passage == 0) return 1.5 * 30 * (double)x;
    return 1.5 * (x == end ? to_entry - 10 : to_entry + 30 * fabs((double)(x - entry)));
}

typedef double (*answer)(int64_t cell);

static status check(struct selftest *test, answer wanted, int64_t start, const char *name) {
    struct mask mask;
    float friction[CELLS], costs[CELLS];
    int64_t source[CELLS];
    struct verdict verdict = {.allowed = 1e-2};
    for (int64_t i = 0; i < CELLS; i++) friction[i] = isinf(wanted(i)) ? NAN : 1.5f;
    TRY(mask_init(&mask, (struct window){0, 0, COLS, ROWS}));
    mask.bits[start / COLS * mask.words_per_row + (start % COLS >> 6)] = 1ULL << (start % COLS & 63);
    status failure = ask(test->device, &mask, friction, costs, source);
    mask_free(&mask);
    if (failure) return failure;
    for (int64_t i = 0; i < CELLS; i++) {
        verdict_add(&verdict, (size_t)i, (double)costs[i], wanted(i));
        verdict_add(&verdict, (size_t)i, (double)source[i], isinf(wanted(i)) ? -1 : (double)start);
    }
    return selftest_add(test, name, &verdict);
}

status selftest_costs(struct selftest *test) {
    TRY(check(test, even_ground, SOURCE_ROW * COLS + SOURCE_COL, "cost: even ground, non-square cells"));
    return check(test, winding, 0, "cost: a winding passage between barriers");
}
