/* Counts of cells above and on keys against a plain loop: fewer and more keys than are held against a cell at once, gaps, infinities, cells outside
 * the study; by one work-item a row and by many. */
#include <math.h>
#include <stdlib.h>

#include "compute/count.h"
#include "compute/opencl.h"
#include "on_device.h"

enum { COLS = 333, ROWS = 7, CELLS = COLS * ROWS, KEYS_MOST = 19 };

static float value_at(size_t i) {
    const uint32_t h = (uint32_t)i * 2654435761u >> 7;
    if (h % 11 == 0) return NAN;
    if (h % 13 == 0) return h % 2 ? INFINITY : -INFINITY;
    return (float)(h % 41) - 20;
}

static uint32_t wanted_at(const float *values, const uint8_t *state, float scale, bool exact, size_t row, const float *key) {
    uint32_t n = 0;
    for (size_t i = row * COLS; i < (row + 1) * COLS; i++) {
        const float x = values[i] * scale;
        n += state[i] < 2 && !isnan(x) && (!key || (exact ? x == *key : x > *key));
    }
    return n;
}

static void check(bool exact, size_t n_keys) {
    float values[CELLS], keys[KEYS_MOST];
    uint8_t study[CELLS];
    uint32_t counts[ROWS * (KEYS_MOST + 1)];
    struct counter *counter;
    struct buffer *plane;
    for (size_t i = 0; i < CELLS; i++) values[i] = value_at(i);
    for (size_t i = 0; i < CELLS; i++) study[i] = (uint8_t)(i * 7 % 5 % 4);
    for (size_t k = 0; k < n_keys; k++) keys[k] = 0.5f * (float)(2 * (int)k - 19);
    if (n_keys > 8) keys[8] = INFINITY;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) counts[i] = 77;
    assert_ok(counter_open(device, CELLS, &counter));
    assert_ok(buffer_open(device, sizeof values, &plane));
    assert_ok(buffer_write(plane, 0, sizeof values, values));
    assert_ok(counter_study(counter, study, CELLS));
    assert_ok(counter_keys(counter, plane, 0.5f, keys, n_keys, exact, COLS, ROWS, counts));
    for (size_t r = 0; r < ROWS; r++)
        for (size_t k = 0; k <= n_keys; k++)
            assert_int_equal(counts[r * (n_keys + 1) + k], wanted_at(values, study, 0.5f, exact, r, k ? &keys[k - 1] : NULL));
    buffer_close(plane);
    counter_close(counter);
}

static void check_all(void) {
    static const size_t n_keys[] = {0, 1, 7, 8, 9, 16, KEYS_MOST};
    for (size_t i = 0; i < sizeof n_keys / sizeof *n_keys; i++) {
        check(false, n_keys[i]);
        check(true, n_keys[i]);
    }
}

static void a_work_item_a_row(void **state) {
    (void)state;
    check_all();
}

/* As on a GPU. */
static void many_work_items_a_row(void **state) {
    (void)state;
    const bool was = device->info.gpu;
    device->info.gpu = true;
    check_all();
    device->info.gpu = was;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_work_item_a_row), cmocka_unit_test(many_work_items_a_row)};
    return cmocka_run_group_tests(tests, open_device, close_device);
}
