/* Packed rows of bits. */
#include "model/mask.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

status mask_init(struct mask *mask, struct window window) {
    *mask = (struct mask){.window = window, .words_per_row = (window.cols + 63) / 64};
    size_t words;
    if (!size_multiply((size_t)mask->words_per_row, (size_t)window.rows, &words)) return status_no_memory();
    return memory_array(words, sizeof *mask->bits, (void **)&mask->bits);
}

void mask_free(struct mask *mask) {
    free(mask->bits);
    *mask = (struct mask){0};
}

void mask_pack(struct mask *mask, int64_t first_row, int64_t rows, const uint8_t *bytes) {
    int64_t cols = mask->window.cols;
    for (int64_t r = 0; r < rows; r++) {
        uint64_t *words = mask->bits + (first_row + r) * mask->words_per_row;
        memset(words, 0, (size_t)mask->words_per_row * sizeof *words);
        const uint8_t *row = bytes + r * cols;
        for (int64_t c = 0; c < cols; c++) words[c >> 6] |= (uint64_t)(row[c] != 0) << (c & 63);
    }
}

bool mask_get(const struct mask *mask, int64_t col, int64_t row) {
    int64_t c = col - mask->window.col0, r = row - mask->window.row0;
    if (c < 0 || r < 0 || c >= mask->window.cols || r >= mask->window.rows) return false;
    return mask->bits[r * mask->words_per_row + (c >> 6)] >> (c & 63) & 1;
}

int64_t mask_count(const struct mask *mask) {
    int64_t count = 0;
    for (int64_t i = 0; i < mask->words_per_row * mask->window.rows; i++) count += __builtin_popcountll(mask->bits[i]);
    return count;
}
