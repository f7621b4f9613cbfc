/* Conditions are split by hand: a name, one comparison, values between commas. */
#include "model/condition.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
static const char blanks[] = " \t\r\n";
static const char no_memory[] = "memory ran out";

static char *copy_trimmed(struct arena *arena, const char *words, size_t length) {
    while (length && strchr(blanks, *words)) words++, length--;
    while (length && strchr(blanks, words[length - 1])) length--;
    char *copy = arena_alloc(arena, length + 1, 1);
    if (copy) memcpy(copy, words, length);
    return copy;
}

/* The longest that fits: `<=` before `<`. Returns its length, 0 when there is none. */
static size_t op_length(const char *words, enum compare_op *op) {
    size_t longest = 0;
    for (enum compare_op i = 0; i < COMPARES; i++) {
        size_t length = strlen(compare_names[i]);
        bool word_goes_on = i == COMPARE_IN && words[0] && words[1] && words[2] && strchr(letters, words[2]);
        if (length > longest && strncmp(words, compare_names[i], length) == 0 && !word_goes_on) {
            longest = length;
            *op = i;
        }
    }
    return longest;
}

static const char *split_values(const char *words, struct arena *arena, struct condition_words *out) {
    size_t room = 1;
    for (const char *c = words; *c; c++) room += *c == ',';
    if (out->op != COMPARE_IN) room = 1;
    out->values = arena_alloc(arena, room, sizeof *out->values);
    if (!out->values) return no_memory;
    for (;;) {
        size_t length = out->op == COMPARE_IN ? strcspn(words, ",") : strlen(words);
        const char *value = copy_trimmed(arena, words, length);
        if (!value) return no_memory;
        if (!*value) return "a value is missing, as in `slope > 15 percent`";
        out->values[out->n_values++] = value;
        if (!words[length]) return NULL;
        words += length + 1;
        if (out->op != COMPARE_IN) return NULL;
    }
}

const char *condition_split(const char *text, struct arena *arena, struct condition_words *out) {
    *out = (struct condition_words){0};
    text += strspn(text, blanks);
    size_t length = strspn(text, letters);
    if (!length) return "it starts with a name, as in `slope > 15 percent`";
    out->name = copy_trimmed(arena, text, length);
    if (!out->name) return no_memory;
    text += length;
    text += strspn(text, blanks);
    length = op_length(text, &out->op);
    if (!length && *text == '=') return "`=` is written `==`";
    if (!length) return "after the name comes one of < <= > >= == != in";
    return split_values(text + length, arena, out);
}
