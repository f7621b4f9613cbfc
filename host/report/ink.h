/* Words, lines and colours on a Cairo surface: the same letters whatever the desktop's taste. Pango sets the text, in any language that the fonts
 * know; the letters are DejaVu Sans. */
#ifndef LODE_REPORT_INK_H
#define LODE_REPORT_INK_H

#include <cairo.h>
#include <stdbool.h>

#include "base/status.h"

typedef struct _PangoLayout PangoLayout;

struct ink {
    cairo_t *cairo;
    PangoLayout *layout;
};
enum ink_align { INK_START, INK_MIDDLE, INK_END };

/* How words look. A width of 0: as wide as they are; else they are broken into lines of that width, `lines` at most (0: any number), and end in
 * an ellipsis where there is more. With `lines` 1 line feeds in them are shown as signs and break nothing. */
struct ink_style {
    double size; /* in units of the surface */
    bool bold, italic;
    unsigned rgb; /* 0xRRGGBB */
    bool haloed;  /* a white edge, for words over a map */
    double width;
    int lines;
};
struct ink_box {
    double x, y, w, h;
};

/* Draws on `surface`, which must outlive it. */
void ink_open(cairo_surface_t *surface, struct ink *ink);
/* Whether all could be drawn. */
cairo_status_t ink_close(struct ink *ink);
void ink_colour(struct ink *ink, unsigned rgb);
void ink_line(struct ink *ink, double x1, double y1, double x2, double y2);
/* How much room the words take; of one line where the style has no width. */
void ink_size(struct ink *ink, const char *words, const struct ink_style *style, double *w, double *h);
/* Where they would stand. */
struct ink_box ink_place(struct ink *ink, const char *words, const struct ink_style *style, double x, double y, enum ink_align across,
                         enum ink_align down);
/* Draws them so that (x, y) is at their start, middle or end, across and down; returns their height. */
double ink_words(struct ink *ink, const char *words, const struct ink_style *style, double x, double y, enum ink_align across, enum ink_align down);
bool ink_boxes_meet(const struct ink_box *a, const struct ink_box *b);

#endif
