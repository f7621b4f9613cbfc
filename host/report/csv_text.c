/* Text that is complete before any of it is written. */
#include "report/csv_text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void csv_word(struct text *out, const char *words) {
    bool quoted = words && strpbrk(words, ",\"\r\n");
    if (quoted) text_add(out, "\"");
    for (; words && *words; words++) {
        if (*words == '"') text_add(out, "\"");
        text_add_bytes(out, words, 1);
    }
    text_add(out, quoted ? "\"," : ",");
}

void csv_number(struct text *out, double value) {
    if (isfinite(value)) text_add_number(out, value);
    text_add(out, ",");
}

void csv_end(struct text *out) {
    if (!out->failed && out->length) out->bytes[out->length - 1] = '\n';
}

status csv_write(struct text *out, const char *path) {
    FILE *file = out->failed ? NULL : fopen(path, "wb");
    bool written = file && fwrite(out->bytes, 1, out->length, file) == out->length;
    if (file && fclose(file) != 0) written = false;
    status failure = out->failed ? status_no_memory() : NULL;
    if (!failure && !written) failure = status_fail(errno == ENOSPC ? LODE_TRY_AGAIN : LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    text_free(out);
    return failure;
}
