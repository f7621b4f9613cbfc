/* Growing strings; numbers without a locale; the nearest known name. */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64 };

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){0};
}

void text_add_bytes(struct text *text, const char *bytes, size_t length) {
    if (text->failed) return;
    if (text->room - text->length <= length) {
        size_t room = (text->length + length + 1) * 2;
        char *grown = room > length ? realloc(text->bytes, room) : NULL;
        if (!grown) {
            text->failed = true;
            return;
        }
        text->bytes = grown;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *words) {
    text_add_bytes(text, words, strlen(words));
}

void text_print(struct text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    char *words = length < 0 ? NULL : malloc((size_t)length + 1);
    if (words) {
        vsnprintf(words, (size_t)length + 1, format, again);
        text_add_bytes(text, words, (size_t)length);
    } else {
        text->failed = true;
    }
    free(words);
    va_end(again);
    va_end(args);
}

/* printf and strtod follow the process's locale; a point is put back where it put a comma. */
static void point_for_comma(char *digits) {
    const char *point = localeconv()->decimal_point;
    char *found = strcmp(point, ".") == 0 ? NULL : strstr(digits, point);
    if (!found) return;
    *found = '.';
    memmove(found + 1, found + strlen(point), strlen(found + strlen(point)) + 1);
}

void text_add_number(struct text *text, double value) {
    char digits[40];
    if (isnan(value)) {
        text_add(text, "nan");
        return;
    }
    bool whole = fabs(value) < 1e15 && floor(value) == value; /* 60, not 6e+01 */
    if (whole) snprintf(digits, sizeof digits, "%.0f", value);
    for (int precision = 1; !whole && precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value) break;
    }
    point_for_comma(digits);
    text_add(text, digits);
}

char *text_take(struct text *text) {
    text_add(text, "");
    char *bytes = text->failed ? NULL : text->bytes;
    if (text->failed) free(text->bytes);
    *text = (struct text){0};
    return bytes;
}

static bool is_decimal(const char *words) {
    if (*words == '+' || *words == '-') words++;
    bool digits = false;
    for (; isdigit((unsigned char)*words) || *words == '.'; words++) digits |= *words != '.';
    if (digits && (*words == 'e' || *words == 'E')) {
        words++;
        if (*words == '+' || *words == '-') words++;
        if (!isdigit((unsigned char)*words)) return false;
        while (isdigit((unsigned char)*words)) words++;
    }
    return digits && *words == '\0';
}

bool text_number(const char *words, double *value) {
    if (!is_decimal(words) || strlen(words) >= WORD_MAX) return false;
    char local[WORD_MAX + 8];
    const char *decimal_sign = localeconv()->decimal_point;
    const char *point = strchr(words, '.');
    if (point && strcmp(decimal_sign, ".") != 0)
        snprintf(local, sizeof local, "%.*s%s%s", (int)(point - words), words, decimal_sign, point + 1);
    else
        snprintf(local, sizeof local, "%s", words);
    char *end;
    *value = strtod(local, &end);
    return *end == '\0' && isfinite(*value);
}

bool text_integer(const char *words, long long *value) {
    const char *digits = *words == '-' || *words == '+' ? words + 1 : words;
    if (!isdigit((unsigned char)*digits)) return false;
    char *end;
    errno = 0;
    *value = strtoll(words, &end, 10);
    return *end == '\0' && errno == 0;
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t text_edits(const char *a, const char *b, size_t limit) {
    size_t n = strlen(a), m = strlen(b);
    if (n > WORD_MAX || m > WORD_MAX || (n > m ? n - m : m - n) > limit) return limit + 1;
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= m; j++) rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = rows[i % 3], *up = rows[(i - 1) % 3], *up2 = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t differs = tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]);
            now[j] = smaller(smaller(up[j] + 1, now[j - 1] + 1), up[j - 1] + differs);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = smaller(now[j], up2[j - 2] + 1);
        }
    }
    return smaller(rows[n % 3][m], limit + 1);
}

const char *text_nearest(const char *word, const char *const *names, size_t count) {
    size_t best = (strlen(word) + 1) / 2;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t edits = names[i] ? text_edits(word, names[i], best) : SIZE_MAX;
        if (edits < best || (edits == best && !nearest)) {
            best = edits;
            nearest = names[i];
        }
    }
    return nearest;
}
