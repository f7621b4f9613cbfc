/* A field that is made band by band, timed. */
#include <stdlib.h>

#include "base/memory.h"
#include "bench.h"

enum { BAND = 512 };

static status every_band(struct timing *timing, const struct grid *grid, const struct banded *field, struct buffer *band, float *host) {
    timing_start(timing);
    status failure = field->open(field->user, timing->device);
    for (int64_t row = 0; !failure && row < grid->height; row += BAND) {
        int64_t rows = grid->height - row < BAND ? grid->height - row : BAND;
        size_t cells = (size_t)(grid->width * rows);
        failure = field->rows(field->user, (struct window){0, row, grid->width, rows}, band);
        if (!failure) failure = buffer_read(band, 0, cells * sizeof *host, host);
        timing_stop(timing);
        if (!failure) failure = timing_answer(timing, host, cells);
        timing_start(timing);
    }
    timing_stop(timing);
    timing->cells = grid->width * grid->height;
    return failure;
}

status bench_bands(struct timing *timing, const struct grid *grid, const struct banded *field) {
    struct buffer *band = NULL;
    float *host = NULL;
    size_t cells = (size_t)grid->width * BAND;
    status failure = MEMORY_ARRAY(cells, &host);
    if (!failure) failure = buffer_over(timing->device, host, cells * sizeof(float), &band);
    if (!failure) failure = every_band(timing, grid, field, band, host);
    buffer_close(band);
    free(host);
    return failure;
}
