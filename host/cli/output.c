/* Text out and failures out. A full disk behind standard output is a failure too. */
#include "cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/interrupt.h"

int output_message(lode_code code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("lodescan: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return (int)code;
}

/* A signal can also make a step fail on its way: OpenCL's compiler removes its temporary files when one comes. */
int output_failure(lode_error *failure) {
    lode_code code = lode_error_code(failure);
    bool stopped = code == LODE_INTERRUPTED || (code != LODE_OK && interrupt_asked(NULL));
    if (code != LODE_OK) output_message(code, "%s", stopped && code != LODE_INTERRUPTED ? "interrupted" : lode_error_message(failure));
    lode_error_free(failure);
    return stopped ? interrupt_exit_code() : (int)code;
}

int output_finish(lode_error *failure, char *text) {
    int code = output_failure(failure);
    if (code == 0 && text) {
        size_t length = strlen(text);
        fputs(text, stdout);
        if (length > 0 && text[length - 1] != '\n') fputc('\n', stdout);
    }
    if (fflush(stdout) != 0 && code == 0) code = output_message(LODE_IO, "writing to standard output: %s", strerror(errno));
    free(text);
    return code;
}
