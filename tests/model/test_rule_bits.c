/* Bits of rules from masks against a look at every cell: rules that hold nowhere or everywhere, in runs and in single cells, windows that begin and
 * end anywhere in a word; and masks cut out of wider ones. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "model/rule_bits.h"

enum { RULES_MOST = 64, ROWS = 3, COLS_MOST = 4500 };

static uint32_t next(uint32_t *seed) {
    return (*seed = *seed * 1664525u + 1013904223u) >> 8;
}

/* Every third rule none, every seventh single cells, others runs of some hundred. */
static void draw(struct mask *mask, size_t rule, uint32_t *seed) {
    uint8_t *bytes = calloc((size_t)(mask->window.cols * mask->window.rows), 1);
    int on = rule % 5 == 4, left = 0;
    for (int64_t i = 0; i < mask->window.cols * mask->window.rows; i++) {
        if (left-- == 0) {
            left = (int)(next(seed) % (rule % 7 == 6 ? 3 : 700));
            on = rule % 7 == 5 ? 1 : !on;
        }
        bytes[i] = (uint8_t)on;
    }
    mask_pack(mask, 0, mask->window.rows, bytes);
    free(bytes);
}

static void look(const struct mask *masks, size_t n_rules, uint64_t negated, struct window window) {
    static uint64_t words[ROWS * COLS_MOST + 1];
    const size_t bytes = rule_bits_bytes(n_rules), cells = (size_t)(window.cols * window.rows);
    memset(words, 0xa5, sizeof words);
    rule_bits_spread(masks, n_rules, negated, window, words);
    for (size_t i = 0; i < cells; i++) {
        uint64_t wanted = 0;
        for (size_t r = 0; r < n_rules; r++) {
            const int64_t col = window.col0 + (int64_t)i % window.cols, row = window.row0 + (int64_t)i / window.cols;
            if (masks[r].bits && mask_get(&masks[r], col, row) != (negated >> r & 1)) wanted |= UINT64_C(1) << r;
        }
        if (rule_bits_at(words, bytes, i) != wanted) fail_msg("%zu rules, cell %zu", n_rules, i);
    }
    for (size_t i = cells * bytes; i < cells * bytes + sizeof *words; i++) assert_int_equal(((uint8_t *)words)[i], 0xa5);
}

static void bits_are_those_of_the_masks(void **state) {
    (void)state;
    const size_t counts[] = {1, 5, 8, 9, 16, 17, 32, 33, 64};
    const int64_t widths[] = {1, 63, 64, 65, 331, 4096, COLS_MOST - 3};
    uint32_t seed = 11;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
            struct mask masks[RULES_MOST] = {{.bits = NULL}};
            const struct window grid = {0, 0, widths[w], ROWS};
            const uint64_t negated = (uint64_t)next(&seed) << 40 ^ (uint64_t)next(&seed) << 20 ^ next(&seed);
            for (size_t r = 0; r < counts[n]; r++) {
                if (r % 3 == 2) continue;
                assert_null(mask_init(&masks[r], grid));
                draw(&masks[r], r, &seed);
            }
            look(masks, counts[n], negated, grid);
            for (int64_t from = 0; from < widths[w]; from += 1 + widths[w] / 3)
                look(masks, counts[n], negated, (struct window){from, 1, widths[w] - from - (widths[w] - from) / 4, 2});
            for (size_t r = 0; r < counts[n]; r++) mask_free(&masks[r]);
        }
}

static void a_part_of_a_mask_has_its_cells(void **state) {
    (void)state;
    uint32_t seed = 3;
    const struct window whole = {-70, -2, 333, 9};
    struct mask from;
    assert_null(mask_init(&from, whole));
    draw(&from, 6, &seed);
    for (int64_t col = -70; col < 200; col += 13)
        for (int64_t cols = 1; cols <= whole.col0 + whole.cols - col; cols += 21) {
            struct mask to;
            assert_null(mask_init(&to, (struct window){col, 0, cols, 5}));
            mask_copy(&from, &to);
            int64_t set = 0;
            for (int64_t r = 0; r < 5; r++)
                for (int64_t c = col; c < col + cols; c++) {
                    assert_int_equal(mask_get(&to, c, r), mask_get(&from, c, r));
                    set += mask_get(&to, c, r);
                }
            assert_int_equal(mask_count(&to), set); /* nothing behind the last column */
            mask_free(&to);
        }
    mask_free(&from);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(bits_are_those_of_the_masks), cmocka_unit_test(a_part_of_a_mask_has_its_cells)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
