/* Words in aligned columns, for terminals. */
#ifndef LODE_REPORT_WORD_ROWS_H
#define LODE_REPORT_WORD_ROWS_H

#include "base/memory.h"
#include "base/text.h"

enum { WORDS_COLUMNS_MAX = 10, WORDS_WIDTH_MAX = 36 };

/* Rows of text; the first is the heading. Columns whose bit is set in `right` are flush right. Zero-initialise; the words are borrowed. */
struct word_rows {
    const char *(*rows)[WORDS_COLUMNS_MAX];
    size_t count, room, columns;
    unsigned right;
    bool failed;
};
void word_rows_free(struct word_rows *rows);
/* Adds a row of `rows->columns` words; NULL is shown as "-". */
void word_rows_add(struct word_rows *rows, const char *const *words);
/* Prints all rows, `indent` spaces before each; words longer than WORDS_WIDTH_MAX characters are cut with an ellipsis. */
void word_rows_print(const struct word_rows *rows, size_t indent, struct text *out);
/* One such word on its own, cut like those; control characters are blanks in both. */
void word_print(const char *word, struct text *out);
/* A number with that many decimals, "-" when it is not finite; in `arena`, NULL when memory is out. Decimal point in every locale. */
const char *number_words(double value, int decimals, struct arena *arena);

#endif
