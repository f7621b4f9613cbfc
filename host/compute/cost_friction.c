/* Friction lies in rows of whole vectors with an edge around, as kernels/cost.cl reads it. */
#include <stdlib.h>

#include "base/memory.h"
#include "compute/cost_parts.h"

int64_t friction_rounded_up(int64_t cells) {
    return (cells + UNIT - 1) / UNIT * UNIT;
}

int64_t friction_stride(int64_t cols) {
    return friction_rounded_up(cols) + 2 * EDGE;
}

status friction_init(struct friction *friction, struct window window) {
    size_t cells, bytes;
    if (window.cols < 1 || window.rows < 1 || window.cols > SIDE_MAX || window.rows > SIDE_MAX)
        return status_fail(LODE_BAD_DATA, "cost distance over %lld x %lld cells: each side must have 1 to %d", (long long)window.cols,
                           (long long)window.rows, SIDE_MAX);
    if (!size_multiply((size_t)friction_stride(window.cols), (size_t)(friction_rounded_up(window.rows) + 2), &cells) ||
        !size_multiply(cells, sizeof(float), &bytes))
        return status_no_memory();
    *friction = (struct friction){window, aligned_alloc(UNIT, (bytes + UNIT - 1) / UNIT * UNIT)};
    return friction->room ? NULL : status_no_memory();
}

float *friction_row(const struct friction *friction, int64_t row) {
    return friction->room + (row + 1) * friction_stride(friction->window.cols) + EDGE;
}

void friction_free(struct friction *friction) {
    free(friction->room);
    friction->room = NULL;
}
