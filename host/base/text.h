/* Text that grows, and numbers that read and print the same in every locale. */
#ifndef LODE_BASE_TEXT_H
#define LODE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lodescan.h"

/* A growing string. Zero-initialise. After memory ran out `failed` is set and further calls do nothing. */
struct text {
    char *bytes; /* NUL-terminated once anything was added */
    size_t length, room;
    bool failed;
};
void text_free(struct text *text);
void text_add(struct text *text, const char *words);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_print(struct text *text, const char *format, ...) LODE_PRINTF(2, 3);
/* Shortest decimal that reads back as the same double; "nan" for NaN. Point as decimal sign, whatever the locale. */
void text_add_number(struct text *text, double value);
/* Hands over the string (free()); "" rather than NULL; NULL only when memory ran out. The text is empty afterwards. */
char *text_take(struct text *text);

/* The whole of `words` as a number with a decimal point; false if it is anything else (hex, inf and nan refused). */
bool text_number(const char *words, double *value);
bool text_integer(const char *words, long long *value);

/* Edits (insert, delete, replace, swap neighbours) between two words, at most `limit`. Damerau (1964), optimal string alignment. */
size_t text_edits(const char *a, const char *b, size_t limit);
/* The name nearest to `word` among `count` (NULL entries skipped), or NULL when none is near. */
const char *text_nearest(const char *word, const char *const *names, size_t count);

#endif
