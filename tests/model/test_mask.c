/* Bits of masks against a loop over cells: any non-zero byte sets, rows end anywhere in a word, windows start anywhere. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "model/mask.h"

static uint32_t next(uint32_t *seed) {
    return *seed = *seed * 1664525u + 1013904223u;
}

static void bytes_become_bits_and_floats(void **state) {
    (void)state;
    const int64_t widths[] = {1, 7, 8, 9, 63, 64, 65, 127, 200, 331};
    uint32_t seed = 5;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct window window = {-3, 11, widths[w], 5};
        size_t cells = (size_t)(window.cols * window.rows);
        uint8_t *bytes = malloc(cells);
        float *values = malloc(cells * sizeof *values);
        for (size_t i = 0; i < cells; i++) {
            uint32_t dice = next(&seed) >> 16;
            bytes[i] = (uint8_t)(i / (size_t)window.cols == 2 ? 255 : i / (size_t)window.cols == 3 ? 0 : dice & 1 ? 0 : dice >> 3);
        }
        struct mask mask;
        assert_null(mask_init(&mask, window));
        mask_pack(&mask, 0, 2, bytes);
        mask_pack(&mask, 2, 3, bytes + 2 * window.cols);
        int64_t set = 0;
        for (size_t i = 0; i < cells; i++) {
            int64_t c = (int64_t)i % window.cols, r = (int64_t)i / window.cols;
            assert_int_equal(mask.bits[r * mask.words_per_row + c / 64] >> c % 64 & 1, bytes[i] != 0);
            assert_int_equal(mask_get(&mask, c - 3, r + 11), bytes[i] != 0);
            set += bytes[i] != 0;
        }
        assert_int_equal(mask_count(&mask), set);
        for (int64_t c0 = 0; c0 < window.cols; c0 += 5) {
            struct window part = {c0 - 3, 12, window.cols - c0 - c0 / 10, 4};
            mask_unpack(&mask, part, values);
            for (int64_t r = 0; r < part.rows; r++)
                for (int64_t c = 0; c < part.cols; c++)
                    assert_true(values[r * part.cols + c] == (bytes[(r + 1) * window.cols + c0 + c] ? 1.0f : 0.0f));
        }
        mask_free(&mask);
        free(bytes);
        free(values);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_become_bits_and_floats)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
