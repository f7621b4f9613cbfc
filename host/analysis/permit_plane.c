/* Sixty-four cells of a row at a time: mostly all of them lie in the same land and have the same code. Else the first layer of land that a cell lies
 * in, and its jurisdiction, cell by cell. */
#include "analysis/permit_plane.h"

#include <math.h>
#include <string.h>

#include "base/vectors.h"

enum { CELLS = 64 };

/* The code that was looked up last: neighbours mostly have the same. */
struct looked_up {
    float code, first;
};

static float first_class(const struct permit_places *places, int jurisdiction) {
    return jurisdiction == NO_INDEX ? NAN : (float)jurisdiction * (float)(places->n_land + 1);
}

static float first_of_code(const struct permit_places *places, float code) {
    for (size_t i = 0; i < places->n_codes; i++)
        if (places->codes[i] == code) return first_class(places, places->jurisdictions[i]);
    return first_class(places, places->otherwise);
}

static float look_up(const struct permit_places *places, float code, struct looked_up *last) {
    if (places->layer != NO_INDEX && code != last->code) *last = (struct looked_up){code, first_of_code(places, code)};
    return last->first;
}

static bool all_alike(const float *codes, int64_t count) {
    uint32_t first, differ = 0;
    memcpy(&first, codes, sizeof first);
    for (int64_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &codes[i], sizeof bits);
        differ |= bits ^ first;
    }
    return !differ;
}

/* The land of all `count` cells from (col, row) on; NO_INDEX: not of all the same. */
static int land_of_all(const struct permit_places *places, const struct mask *const *land, int64_t col, int64_t row, int64_t count) {
    const uint64_t all = count < CELLS ? (UINT64_C(1) << count) - 1 : ~UINT64_C(0);
    for (size_t l = 0; l < places->n_land; l++) {
        const uint64_t here = mask_word(land[l], col, row) & all;
        if (here) return here == all ? (int)l : NO_INDEX;
    }
    return (int)places->n_land;
}

/* Written from the last layer to the first, so that the first stays. */
static void find_land(const struct permit_places *places, const struct mask *const *land, int64_t col, int64_t row, int64_t count, float *of_land) {
    for (int64_t i = 0; i < count; i++) of_land[i] = (float)places->n_land;
    for (size_t l = places->n_land; l-- > 0;) {
        const uint64_t here = mask_word(land[l], col, row);
        for (int64_t i = 0; here && i < count; i++) of_land[i] = here >> i & 1 ? (float)l : of_land[i];
    }
}

WIDE_VECTORS void permit_plane_fill(const struct permit_places *places, const struct mask *const *land, struct window window, float *values) {
    float of_land[CELLS];
    struct looked_up last = {NAN, first_class(places, places->otherwise)};
    for (int64_t r = 0; r < window.rows; r++)
        for (int64_t c = 0; c < window.cols; c += CELLS) {
            const int64_t count = window.cols - c < CELLS ? window.cols - c : CELLS, col = window.col0 + c, row = window.row0 + r;
            const int even = land_of_all(places, land, col, row, count);
            float *of = values + r * window.cols + c;
            if (even != NO_INDEX && (places->layer == NO_INDEX || all_alike(of, count))) {
                const float class = look_up(places, of[0], &last) + (float)even;
                for (int64_t i = 0; i < count; i++) of[i] = class;
                continue;
            }
            find_land(places, land, col, row, count, of_land);
            for (int64_t i = 0; i < count; i++) of[i] = look_up(places, of[i], &last) + of_land[i];
        }
}
