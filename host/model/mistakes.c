/* The list of mistakes: one line each whatever the file holds, in the order of the file, the first 50 of them. */
#include "model/mistakes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SHOWN_MAX = 50, WORDS_MAX = 600 };

struct mistake {
    struct place at;
    size_t order;
    const char *words;
};

/* Control bytes would break the line or the terminal; a cut must not leave half a character. */
static void line_clean(char *words, size_t length) {
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)words[i] < 0x20 || words[i] == 0x7f) words[i] = ' ';
    if (length < WORDS_MAX - 1) return;
    while (length && ((unsigned char)words[length - 1] & 0xc0) == 0x80) length--;
    if (length && ((unsigned char)words[length - 1] & 0x80)) length--;
    words[length] = '\0';
}

void mistakes_add(struct mistakes *mistakes, struct place at, const char *format, ...) {
    char words[WORDS_MAX];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (length < 0) words[0] = '\0';
    line_clean(words, strlen(words));
    status failure = memory_reserve((void **)&mistakes->items, &mistakes->room, mistakes->count + 1, sizeof *mistakes->items);
    char *kept = failure ? NULL : arena_copy(mistakes->arena, words);
    lode_error_free(failure);
    if (!kept) {
        mistakes->no_memory = true;
        return;
    }
    mistakes->items[mistakes->count] = (struct mistake){at, mistakes->count, kept};
    mistakes->count++;
}

static int mistake_order(const void *a, const void *b) {
    const struct mistake *x = a, *y = b;
    if (x->at.line != y->at.line) return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column) return x->at.column < y->at.column ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

status mistakes_report(struct mistakes *mistakes, const char *path) {
    struct text lines = {0};
    status result = NULL;
    if (mistakes->count) qsort(mistakes->items, mistakes->count, sizeof *mistakes->items, mistake_order);
    for (size_t i = 0; i < mistakes->count && i < SHOWN_MAX; i++) {
        const struct mistake *mistake = &mistakes->items[i];
        text_print(&lines, "%s%s:%d:%d: %s", i ? "\n" : "", path, mistake->at.line, mistake->at.column, mistake->words);
    }
    if (mistakes->count > SHOWN_MAX) text_print(&lines, "\n... and %zu more", mistakes->count - SHOWN_MAX);
    if (mistakes->no_memory || lines.failed)
        result = status_no_memory();
    else if (mistakes->count)
        result = status_fail(LODE_BAD_DATA, "%s", lines.bytes);
    text_free(&lines);
    free(mistakes->items);
    *mistakes = (struct mistakes){.arena = mistakes->arena};
    return result;
}
