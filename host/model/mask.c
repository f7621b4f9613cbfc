/* Packed rows of bits. */
#include "model/mask.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/vectors.h"

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

/* Eight bytes as eight bits: the multiplication moves bit 8 i to bit 56 + i, and no two of its terms meet. */
static uint64_t pack_eight(const uint8_t *bytes) {
    const uint64_t low = 0x7f7f7f7f7f7f7f7f, ones = 0x0101010101010101;
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    eight = le64toh(eight);
    uint64_t set = (((eight & low) + low) | eight) >> 7 & ones;
    return set * 0x0102040810204080 >> 56;
}

static uint64_t pack_word(const uint8_t *bytes) {
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) word |= pack_eight(bytes + 8 * i) << 8 * i;
    return word;
}

/* Most of a mask is empty, and this loop becomes vectors. */
static bool is_empty(const uint8_t *bytes) {
    uint8_t any = 0;
    for (int i = 0; i < 64; i++) any |= bytes[i];
    return !any;
}

WIDE_VECTORS void mask_pack(struct mask *mask, int64_t first_row, int64_t rows, const uint8_t *bytes) {
    int64_t cols = mask->window.cols;
    for (int64_t r = 0; r < rows; r++) {
        uint64_t *words = mask->bits + (first_row + r) * mask->words_per_row;
        if (cols & 63) words[mask->words_per_row - 1] = 0;
        const uint8_t *row = bytes + r * cols;
        int64_t c = 0;
        for (; c + 64 <= cols; c += 64) words[c >> 6] = is_empty(row + c) ? 0 : pack_word(row + c);
        for (; c + 8 <= cols; c += 8) words[c >> 6] |= pack_eight(row + c) << (c & 63);
        for (; c < cols; c++) words[c >> 6] |= (uint64_t)(row[c] != 0) << (c & 63);
    }
}

static void unpack_word(uint64_t word, int64_t count, float *values) {
    const float all = word ? 1.0f : 0.0f;
    if (word == 0 || ~word == 0)
        for (int64_t i = 0; i < count; i++) values[i] = all;
    else
        for (int64_t i = 0; i < count; i++) values[i] = (float)(word >> i & 1);
}

WIDE_VECTORS void mask_unpack(const struct mask *mask, struct window window, float *values) {
    for (int64_t r = 0; r < window.rows; r++) {
        const uint64_t *words = mask->bits + (window.row0 + r - mask->window.row0) * mask->words_per_row;
        int64_t c = window.col0 - mask->window.col0, end = c + window.cols;
        for (int64_t next; c < end; c = next) {
            next = (c | 63) + 1 < end ? (c | 63) + 1 : end;
            unpack_word(words[c >> 6] >> (c & 63), next - c, values);
            values += next - c;
        }
    }
}

void mask_copy(const struct mask *from, struct mask *to) {
    const int64_t first = to->window.col0 - from->window.col0, shift = first & 63;
    const uint64_t last = to->window.cols & 63 ? (UINT64_C(1) << (to->window.cols & 63)) - 1 : ~UINT64_C(0);
    for (int64_t r = 0; r < to->window.rows; r++) {
        const uint64_t *words = from->bits + (to->window.row0 + r - from->window.row0) * from->words_per_row;
        uint64_t *out = to->bits + r * to->words_per_row;
        for (int64_t w = 0; w < to->words_per_row; w++) {
            const int64_t at = (first >> 6) + w;
            out[w] = words[at] >> shift;
            if (shift && at + 1 < from->words_per_row) out[w] |= words[at + 1] << (64 - shift);
        }
        if (to->words_per_row) out[to->words_per_row - 1] &= last;
    }
}

bool mask_get(const struct mask *mask, int64_t col, int64_t row) {
    int64_t c = col - mask->window.col0, r = row - mask->window.row0;
    if (c < 0 || r < 0 || c >= mask->window.cols || r >= mask->window.rows) return false;
    return mask->bits[r * mask->words_per_row + (c >> 6)] >> (c & 63) & 1;
}

uint64_t mask_word(const struct mask *mask, int64_t col, int64_t row) {
    const int64_t first = col - mask->window.col0, at = first >> 6, shift = first & 63;
    const uint64_t *words = mask->bits + (row - mask->window.row0) * mask->words_per_row;
    const uint64_t low = at >= 0 && at < mask->words_per_row ? words[at] >> shift : 0;
    return shift && at + 1 >= 0 && at + 1 < mask->words_per_row ? low | words[at + 1] << (64 - shift) : low;
}

int64_t mask_count(const struct mask *mask) {
    int64_t count = 0;
    for (int64_t i = 0; i < mask->words_per_row * mask->window.rows; i++)
        if (mask->bits[i]) count += __builtin_popcountll(mask->bits[i]);
    return count;
}
