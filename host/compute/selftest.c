/* Every kernel against answers known beforehand. */
#include "compute/selftest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/distance.h"

/* One source in a 7 x 5 grid of 3 x 2 m cells: distances are a closed form. */
static status check_one_source(struct device *device, struct selftest_result *result) {
    enum { COLS = 7, ROWS = 5, COL = 2, ROW = 3 };
    const struct grid grid = {.dx = 3, .dy = 2, .unit_m = 1, .width = COLS, .height = ROWS};
    struct mask mask = {0};
    struct distance *distance = NULL;
    struct buffer *metres = NULL;
    uint8_t bytes[COLS * ROWS] = {[ROW * COLS + COL] = 1};
    float found[COLS * ROWS];
    double worst = 0;
    status failure = mask_init(&mask, grid_window(&grid));
    if (!failure) mask_pack(&mask, 0, ROWS, bytes);
    if (!failure) failure = distance_open(device, &grid, &mask, METRIC_PLANAR, &distance);
    if (!failure) failure = buffer_open(device, sizeof found, &metres);
    if (!failure) failure = distance_rows(distance, grid_window(&grid), metres, NULL);
    if (!failure) failure = buffer_read(metres, 0, sizeof found, found);
    for (int i = 0; !failure && i < COLS * ROWS; i++)
        worst = fmax(worst, fabs((double)found[i] - hypot(3.0 * (i % COLS - COL), 2.0 * (i / COLS - ROW))));
    result->passed = !failure && worst < 1e-5;
    snprintf(result->detail, sizeof result->detail, "largest difference %g m", worst);
    buffer_close(metres);
    distance_close(distance);
    mask_free(&mask);
    return failure;
}

status selftest_run(struct device *device, struct selftest_result **results, size_t *count) {
    TRY(MEMORY_ARRAY(1, results));
    (*results)[0].name = "distance: planar, cells of 3 x 2 m, one source";
    *count = 1;
    return check_one_source(device, *results);
}
