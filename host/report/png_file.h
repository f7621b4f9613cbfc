/* Palette pictures as PNG, compressed on all cores. */
#ifndef LODE_REPORT_PNG_FILE_H
#define LODE_REPORT_PNG_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "report/ramp.h"

enum { PNG_FILE_COLOURS = 256 };

/* UTF-8; `key` of 1 to 79 Latin letters. */
struct png_words {
    const char *key, *text;
};
struct png_picture {
    int64_t width, height;     /* 1 .. 2^31 - 1 */
    const struct rgb *palette; /* [PNG_FILE_COLOURS]; entry 0 is transparent */
    const struct png_words *words;
    size_t n_words;
    /* Writes the `width` palette entries of a row. Called by several threads at once, in any order, some rows more than once. */
    void (*fill_row)(const void *user, int64_t row, uint8_t *pixels);
    const void *user;
};

/* Writes the picture with `threads` threads. The bytes do not depend on how many. Needs about 4 MB a thread, or eight rows a thread
 * where these are more. LODE_IO, naming path and cause. */
status png_file_write(const char *path, const struct png_picture *picture, int threads) LODE_MUST_CHECK;

#endif
