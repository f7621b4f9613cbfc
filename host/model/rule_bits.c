/* Eight words of 64 cells, a rule each, become eight bits of 64 bytes: bytes are brought together by three exchanges of halves, and the bits of each
 * eight bytes then turned over (Warren, Hacker's Delight, 7-3). Where no rule begins or ends within the 64 cells, all have the same bits. */
#include "model/rule_bits.h"

#include <endian.h>
#include <string.h>

#include "base/vectors.h"

enum { RULES = 64, EIGHT = 8, CELLS = 64 /* of a word */, WORDS = 64 };

static void exchange(uint64_t words[EIGHT], int apart, int shift, uint64_t lower) {
    for (int i = 0; i < EIGHT; i++) {
        if (i & apart) continue;
        const uint64_t differ = (words[i] >> shift ^ words[i + apart]) & lower;
        words[i + apart] ^= differ;
        words[i] ^= differ << shift;
    }
}

/* Bit i of byte r becomes bit r of byte i. */
static uint64_t turned_over(uint64_t x) {
    uint64_t differ = (x ^ x >> 7) & 0x00aa00aa00aa00aa;
    x ^= differ ^ differ << 7;
    differ = (x ^ x >> 14) & 0x0000cccc0000cccc;
    x ^= differ ^ differ << 14;
    differ = (x ^ x >> 28) & 0x00000000f0f0f0f0;
    return x ^ differ ^ differ << 28;
}

static void spread_eight(const uint64_t words[EIGHT], uint8_t bytes[CELLS]) {
    uint64_t turned[EIGHT];
    memcpy(turned, words, sizeof turned);
    exchange(turned, 4, 32, 0x00000000ffffffff);
    exchange(turned, 2, 16, 0x0000ffff0000ffff);
    exchange(turned, 1, 8, 0x00ff00ff00ff00ff);
    for (int i = 0; i < EIGHT; i++) turned[i] = htole64(turned_over(turned[i]));
    memcpy(bytes, turned, sizeof turned);
}

/* `bytes` of them, each the byte of eight rules, lowest rules first. */
static void join(uint8_t part[EIGHT][CELLS], size_t bytes, void *bits) {
    uint16_t *two = bits;
    uint32_t *four = bits;
    uint64_t *eight = bits;
    if (bytes == 1) memcpy(bits, part[0], CELLS);
    for (int i = 0; bytes == 2 && i < CELLS; i++) two[i] = (uint16_t)(part[0][i] | part[1][i] << 8);
    for (int i = 0; bytes == 4 && i < CELLS; i++) {
        four[i] = 0;
        for (int b = 0; b < 4; b++) four[i] |= (uint32_t)part[b][i] << 8 * b;
    }
    for (int i = 0; bytes == 8 && i < CELLS; i++) {
        eight[i] = 0;
        for (int b = 0; b < 8; b++) eight[i] |= (uint64_t)part[b][i] << 8 * b;
    }
}

/* Words of a row that are looked at together: whether their cells all have the same rules, and which. */
struct stretch {
    uint64_t uneven[WORDS], all[WORDS];
};

static void look_at(const struct mask *masks, size_t n_rules, uint64_t negated, int64_t row, int64_t from, int64_t words, struct stretch *out) {
    memset(out, 0, sizeof *out);
    for (size_t r = 0; r < n_rules; r++) {
        if (!masks[r].bits) continue;
        const uint64_t *word = masks[r].bits + row * masks[r].words_per_row + from, turn = 0 - (negated >> r & 1);
        for (int64_t w = 0; w < words; w++) {
            const uint64_t first = word[w] & 1;
            out->uneven[w] |= word[w] ^ (0 - first);
            out->all[w] |= (first ^ (turn & 1)) << r;
        }
    }
}

static void spread_word(const struct mask *masks, size_t n_rules, uint64_t negated, int64_t row, int64_t word, void *bits) {
    const size_t bytes = rule_bits_bytes(n_rules);
    uint64_t words[RULES] = {0};
    uint8_t part[EIGHT][CELLS];
    for (size_t r = 0; r < n_rules; r++)
        if (masks[r].bits) words[r] = masks[r].bits[row * masks[r].words_per_row + word] ^ (0 - (negated >> r & 1));
    for (size_t b = 0; b < bytes; b++) spread_eight(words + EIGHT * b, part[b]);
    join(part, bytes, bits);
}

static void spread_even(uint64_t all, size_t bytes, void *bits) {
    uint8_t part[EIGHT][CELLS];
    for (size_t b = 0; b < bytes; b++) memset(part[b], (int)(all >> 8 * b & 0xff), CELLS);
    join(part, bytes, bits);
}

/* Columns `from` to `end`, which may begin and end within a word; their bits go to `to`. */
static void spread_stretch(const struct mask *masks, size_t n_rules, uint64_t negated, int64_t row, int64_t from, int64_t end, char *to) {
    const size_t bytes = rule_bits_bytes(n_rules);
    const int64_t first = from >> 6;
    struct stretch stretch;
    uint64_t cells[CELLS]; /* room for the widest */
    look_at(masks, n_rules, negated, row, first, ((end + 63) >> 6) - first, &stretch);
    for (int64_t c = from, next; c < end; c = next) {
        next = (c | 63) + 1 < end ? (c | 63) + 1 : end;
        const size_t size = (size_t)(next - c) * bytes;
        void *out = size == CELLS * bytes ? (void *)to : cells;
        if (stretch.uneven[(c >> 6) - first])
            spread_word(masks, n_rules, negated, row, c >> 6, out);
        else
            spread_even(stretch.all[(c >> 6) - first], bytes, out);
        if (out == cells) memcpy(to, (const char *)cells + (size_t)(c & 63) * bytes, size);
        to += size;
    }
}

WIDE_VECTORS void rule_bits_spread(const struct mask *masks, size_t n_rules, uint64_t negated, struct window window, void *bits) {
    char *to = bits;
    for (int64_t row = window.row0; row < window.row0 + window.rows; row++)
        for (int64_t c = window.col0, end = window.col0 + window.cols, next; c < end; c = next) {
            next = (c / (CELLS * WORDS) + 1) * CELLS * WORDS;
            next = next < end ? next : end;
            spread_stretch(masks, n_rules, negated, row, c, next, to);
            to += (size_t)(next - c) * rule_bits_bytes(n_rules);
        }
}
