/* A difference of scores as a picture, one pixel a cell: blue where scores fell, white where they are as they were, orange where they rose. */
#ifndef LODE_REPORT_DIFF_PICTURE_H
#define LODE_REPORT_DIFF_PICTURE_H

#include "analysis/surface_diff.h"
#include "report/ramp.h"

/* Palette entries: what is not scored in both, then the ramp, whose middle is no change. */
enum diff_index {
    DIFF_OUTSIDE,
    DIFF_NO_DATA,
    DIFF_HATCH,
    DIFF_HATCH_DARK,
    DIFF_NEWLY_EXCLUDED, /* not scored any more, for a rule */
    DIFF_NEWLY_SCORED,
    DIFF_RAMP,
    DIFF_STEPS = 124, /* on either side of the middle */
    DIFF_MIDDLE = DIFF_RAMP + DIFF_STEPS,
    DIFF_COLOURS = 256
};

struct diff_picture_paths {
    const char *png, *world, *aux;
};
/* The palette entry of a difference, the ramp's ends being -most and most. */
uint8_t diff_picture_entry(double difference, double most);
/* That of a cell, of `pair` as surface_diff_make left it; and the colours of all entries. */
uint8_t diff_picture_cell(const struct surface_pair *pair, double most, int64_t row, int64_t col);
void diff_picture_palette(struct rgb palette[DIFF_COLOURS]);
/* Writes all three. `pair` as surface_diff_make left it; `most`: the largest change either way. The same planes give the same bytes. */
status diff_picture_write(const struct surface_pair *pair, double most, const char *title, const struct diff_picture_paths *paths) LODE_MUST_CHECK;

#endif
