/* Columns as wide as their widest word, counted in UTF-8 characters. */
#include "report/word_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void word_rows_free(struct word_rows *rows) {
    free(rows->rows);
    *rows = (struct word_rows){0};
}

void word_rows_add(struct word_rows *rows, const char *const *words) {
    status full = memory_reserve((void **)&rows->rows, &rows->room, rows->count + 1, sizeof *rows->rows);
    if (full) {
        lode_error_free(full);
        rows->failed = true;
        return;
    }
    for (size_t c = 0; c < rows->columns; c++) rows->rows[rows->count][c] = words[c] ? words[c] : "-";
    rows->count++;
}

/* Bytes of the first `limit` characters; *characters how many there are. */
static size_t bytes_of(const char *word, size_t limit, size_t *characters) {
    size_t bytes = 0, count = 0;
    for (; word[bytes]; bytes++) {
        bool begins = ((unsigned char)word[bytes] & 0xC0) != 0x80;
        if (begins && count == limit) break;
        count += begins;
    }
    *characters = count;
    return bytes;
}

/* A word on one line, as wide as its column; control characters, which terminals obey, become blanks. */
static void add_word(struct text *out, const char *word, size_t width, bool right, bool last) {
    size_t characters, all;
    bytes_of(word, (size_t)-1, &all);
    bool cut = all > WORDS_WIDTH_MAX;
    size_t bytes = bytes_of(word, cut ? WORDS_WIDTH_MAX - 3 : WORDS_WIDTH_MAX, &characters);
    if (cut) characters += 3;
    size_t space = width > characters ? width - characters : 0;
    if (right) text_print(out, "%*s", (int)space, "");
    for (size_t i = 0; i < bytes; i++) text_add_bytes(out, (unsigned char)word[i] < 0x20 || word[i] == 0x7f ? " " : word + i, 1);
    if (cut) text_add(out, "...");
    if (!right && !last) text_print(out, "%*s", (int)space, "");
}

void word_print(const char *word, struct text *out) {
    add_word(out, word, 0, false, true);
}

void word_rows_print(const struct word_rows *rows, size_t indent, struct text *out) {
    size_t widths[WORDS_COLUMNS_MAX] = {0};
    for (size_t r = 0; r < rows->count; r++) {
        for (size_t c = 0; c < rows->columns; c++) {
            size_t characters;
            bytes_of(rows->rows[r][c], WORDS_WIDTH_MAX, &characters);
            if (characters > widths[c]) widths[c] = characters;
        }
    }
    for (size_t r = 0; r < rows->count; r++) {
        text_print(out, "%*s", (int)indent, "");
        for (size_t c = 0; c < rows->columns; c++) {
            bool last = c + 1 == rows->columns;
            add_word(out, rows->rows[r][c], widths[c], rows->right >> c & 1, last);
            text_add(out, last ? "\n" : "  ");
        }
    }
    if (rows->failed) out->failed = true;
}

const char *number_words(double value, int decimals, struct arena *arena) {
    if (!isfinite(value)) return "-";
    struct text digits = {0};
    double scale = pow(10, decimals);
    text_add_number(&digits, round(value * scale) / scale);
    bool plain = !digits.failed && !strchr(digits.bytes, 'e');
    char *point = plain ? strchr(digits.bytes, '.') : NULL;
    size_t have = point ? strlen(point + 1) : 0;
    if (plain && !point && decimals > 0) text_add(&digits, ".");
    for (size_t i = have; plain && i < (size_t)decimals; i++) text_add(&digits, "0");
    char *kept = digits.failed ? NULL : arena_copy(arena, digits.bytes);
    text_free(&digits);
    return kept;
}
