/* Failures as owned message chains. The out-of-memory failure is one constant, so that it always works. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lode_error {
    lode_code code;
    char *message;
};

static struct lode_error no_memory = {LODE_TRY_AGAIN, (char *)"out of memory: close other programs, or give a smaller --memory or a coarser cell"};

status status_no_memory(void) {
    return &no_memory;
}

static char *format_words(const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *words = length < 0 ? NULL : malloc((size_t)length + 1);
    if (words) vsnprintf(words, (size_t)length + 1, format, args);
    return words;
}

status status_fail(lode_code code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *message = format_words(format, args);
    va_end(args);
    struct lode_error *error = message ? malloc(sizeof *error) : NULL;
    if (!error) {
        free(message);
        return &no_memory;
    }
    *error = (struct lode_error){code, message};
    return error;
}

status status_wrap(status failure, const char *format, ...) {
    if (!failure || failure == &no_memory) return failure;
    va_list args;
    va_start(args, format);
    char *words = format_words(format, args);
    va_end(args);
    size_t size = words ? strlen(words) + strlen(failure->message) + 3 : 0;
    char *chain = words ? malloc(size) : NULL;
    if (chain) {
        snprintf(chain, size, "%s: %s", words, failure->message);
        free(failure->message);
        failure->message = chain;
    }
    free(words);
    return failure;
}

status status_first(status a, status b) {
    if (!a) return b;
    lode_error_free(b);
    return a;
}

lode_code lode_error_code(const lode_error *error) {
    return error ? error->code : LODE_OK;
}

const char *lode_error_message(const lode_error *error) {
    return error ? error->message : "";
}

void lode_error_free(lode_error *error) {
    if (!error || error == &no_memory) return;
    free(error->message);
    free(error);
}
