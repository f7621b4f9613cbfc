/* Classes of cells against a plain loop: which layer of land is first, which jurisdiction a code is. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/permit_plane.h"

enum { COLS = 71, ROWS = 7, LAND = 3, CELLS = COLS * ROWS };
static const struct window window = {3, 2, COLS, ROWS}, wide = {-2, -1, COLS + 9, ROWS + 5};

static void sow(struct mask *mask, uint8_t *bytes, int one_in) {
    if (mask_init(mask, wide)) fail();
    for (int64_t i = 0; i < wide.cols * wide.rows; i++) bytes[i] = rand() % one_in == 0;
    mask_pack(mask, 0, wide.rows, bytes);
}

static void compare(int otherwise, int layer) {
    const float codes[] = {4, 9, 2};
    const int of[] = {1, 0, 1};
    const struct permit_places places = {
        .layer = layer, .n_codes = 3, .codes = codes, .jurisdictions = of, .otherwise = otherwise, .n_jurisdictions = 3, .n_land = LAND};
    static uint8_t bytes[LAND][(COLS + 9) * (ROWS + 5)];
    struct mask masks[LAND];
    float given[CELLS], values[CELLS], room[2 * COLS];
    for (int l = 0; l < LAND; l++) sow(&masks[l], bytes[l], l + 2);
    for (int i = 0; i < CELLS; i++) {
        int word = rand() % 12;
        given[i] = values[i] = word == 11 ? NAN : (float)word;
    }
    permit_plane_fill(&places, (const struct mask *const[]){&masks[0], &masks[1], &masks[2]}, window, room, values);
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
    compare(2, 0);
    compare(NO_INDEX, 0);
    compare(0, 0);
    compare(1, NO_INDEX);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(classes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
