/* Words of a formula: numbers, names, signs. */
#include <string.h>

#include "base/text.h"
#include "model/formula_parser.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

static const char digits[] = "0123456789";

struct part parser_fail(struct parser *p, size_t offset, const char *words) {
    if (!p->failed) *p->fault = (struct formula_fault){offset, words};
    p->failed = true;
    p->token = T_END;
    return NOTHING;
}

static size_t number_length(const char *words) {
    size_t length = strspn(words, digits);
    if (words[length] == '.') length += 1 + strspn(words + length + 1, digits);
    if (words[length] == 'e' || words[length] == 'E') {
        size_t sign = words[length + 1] == '-' || words[length + 1] == '+', power = strspn(words + length + 1 + sign, digits);
        if (power) length += 1 + sign + power;
    }
    return length;
}

static bool take_number(struct parser *p) {
    char word[64];
    p->length = number_length(p->text + p->at);
    if (p->length >= sizeof word) return false;
    memcpy(word, p->text + p->at, p->length);
    word[p->length] = 0;
    return text_number(word, &p->number);
}

/* Letters, digits and `_`; after a dot that a letter follows, more of them. */
static size_t name_length(const char *words) {
    static const char more[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    size_t length = strspn(words, more);
    if (words[length] == '.' && words[length + 1] && strchr(letters, words[length + 1])) length += 1 + strspn(words + length + 1, more);
    return length;
}

void parser_next(struct parser *p) {
    if (p->failed) return;
    p->at += p->length;
    p->at += strspn(p->text + p->at, " \t\r\n");
    const char *c = p->text + p->at;
    p->length = 1;
    if (!*c) {
        p->token = T_END;
        p->length = 0;
    } else if (strchr(letters, *c)) {
        p->token = T_NAME;
        p->length = name_length(c);
    } else if (strchr(digits, *c) || (*c == '.' && c[1] && strchr(digits, c[1]))) {
        p->token = T_NUMBER;
        if (!take_number(p)) parser_fail(p, p->at, "this is not a number");
    } else {
        p->token = strchr("+-*/^<>=!(),", *c) ? T_SIGN : T_UNKNOWN;
        if (c[1] == '=' && strchr("<>=!", *c)) p->length = 2;
        while ((c[p->length] & 0xc0) == 0x80) p->length++; /* the rest of a character of UTF-8 */
    }
}

bool parser_is(const struct parser *p, const char *word) {
    return !p->failed && (p->token == T_SIGN || p->token == T_NAME) && strlen(word) == p->length && strncmp(p->text + p->at, word, p->length) == 0;
}

const char *parser_here(const struct parser *p) {
    return arena_print(p->arena, "'%.*s'", (int)(p->length < 40 ? p->length : 40), p->text + p->at);
}

bool parser_enter(struct parser *p) {
    if (++p->depth > FORMULA_DEPTH_MAX) parser_fail(p, p->at, "it is nested too deeply; make it simpler, or several criteria of it");
    return !p->failed;
}

bool parser_expect(struct parser *p, const char *sign, const char *words) {
    if (parser_is(p, sign)) {
        parser_next(p);
        return true;
    }
    if (p->token == T_END)
        parser_fail(p, p->at, arena_print(p->arena, "it ends where %s", words));
    else
        parser_fail(p, p->at, arena_print(p->arena, "before %s %s", parser_here(p), words));
    return false;
}
