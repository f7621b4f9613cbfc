/* Classes of cells against a plain loop: which layer of land is first, which jurisdiction a code is; for single cells, and for wide areas. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/permit_plane.h"

enum { COLS = 331, ROWS = 7, LAND = 3, CELLS = COLS * ROWS };
static const struct window window = {3, 2, COLS, ROWS}, wide = {-2, -1, COLS + 9, ROWS + 5};

static void sow(struct mask *mask, uint8_t *bytes, int one_in, int wide_as) {
    if (mask_init(mask, wide)) fail();
    for (int64_t i = 0; i < wide.cols * wide.rows; i++) bytes[i] = (uint8_t)(i % wide_as ? bytes[i - 1] : rand() % one_in == 0);
    mask_pack(mask, 0, wide.rows, bytes);
}

static void compare(int otherwise, int layer, int wide_as) {
    const float codes[] = {4, 9, 2};
    const int of[] = {1, 0, 1};
    const struct permit_places places = {
        .layer = layer, .n_codes = 3, .codes = codes, .jurisdictions = of, .otherwise = otherwise, .n_jurisdictions = 3, .n_land = LAND};
    static uint8_t bytes[LAND][(COLS + 9) * (ROWS + 5)];
    struct mask masks[LAND];
    float given[CELLS], values[CELLS];
    int word = 0;
    for (int l = 0; l < LAND; l++) sow(&masks[l], bytes[l], l + 2, wide_as);
    for (int i = 0; i < CELLS; i++) {
        if (i % wide_as == 0) word = rand() % 12;
        given[i] = values[i] = word == 11 ? NAN : (float)word;
    }
    permit_plane_fill(&places, (const struct mask *const[]){&masks[0], &masks[1], &masks[2]}, window, values);
    int missing = 0;
    for (int i = 0; i < CELLS; i++) {
        int64_t at = (i / COLS + window.row0 - wide.row0) * wide.cols + i % COLS + window.col0 - wide.col0;
        int land = bytes[0][at] ? 0 : bytes[1][at] ? 1 : bytes[2][at] ? 2 : 3;
        int place = layer == NO_INDEX ? otherwise : given[i] == 4 || given[i] == 2 ? 1 : given[i] == 9 ? 0 : otherwise;
        missing += place == NO_INDEX;
        if (place == NO_INDEX)
            assert_true(isnan(values[i]));
        else
            assert_true(values[i] == (float)(place * 4 + land));
    }
    assert_true((missing > 0) == (otherwise == NO_INDEX));
    for (int l = 0; l < LAND; l++) mask_free(&masks[l]);
}

static void classes(void **state) {
    (void)state;
    srand(11);
    const int widths[] = {1, 150, 233, 5000};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        compare(2, 0, widths[i]);
        if (widths[i] < 200) compare(NO_INDEX, 0, widths[i]);
        compare(0, 0, widths[i]);
        compare(1, NO_INDEX, widths[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(classes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
