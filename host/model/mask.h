/* One bit a cell over a window of the lattice: where a layer "is". Rows are padded to whole 64-bit words;
 * bit (c & 63) of word [r * words_per_row + c / 64] is cell (window.col0 + c, window.row0 + r). */
#ifndef LODE_MODEL_MASK_H
#define LODE_MODEL_MASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "model/grid.h"

struct mask {
    struct window window;
    int64_t words_per_row;
    uint64_t *bits;
};

status mask_init(struct mask *mask, struct window window) LODE_MUST_CHECK;
void mask_free(struct mask *mask);
/* Packs `rows` full-width rows of bytes (non-zero: set) into rows first_row.. of the mask. */
void mask_pack(struct mask *mask, int64_t first_row, int64_t rows, const uint8_t *bytes);
/* 1 where set and 0 elsewhere, over a window inside the mask's. */
void mask_unpack(const struct mask *mask, struct window window, float *values);
/* Takes the cells of `to`, whose window lies in that of `from`. */
void mask_copy(const struct mask *from, struct mask *to);
bool mask_get(const struct mask *mask, int64_t col, int64_t row); /* lattice coordinates; false outside the window */
/* Sixty-four cells of a row of the window from `col` on, the lowest bit being that one; beyond the window none is set. */
uint64_t mask_word(const struct mask *mask, int64_t col, int64_t row);
int64_t mask_count(const struct mask *mask);

#endif
