/* A diagram of curves as PNG: axes, ticks, legend, marks. Cairo draws, Pango sets the text (any language that the fonts know).
 * Colours are those of Okabe & Ito (2008), told apart by the colour-blind. The same plot is the same bytes on one machine; letters come from
 * its fonts. */
#ifndef LODE_REPORT_PLOT_H
#define LODE_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum plot_colour { PLOT_BLUE, PLOT_VERMILION, PLOT_GREEN, PLOT_PURPLE, PLOT_GREY, PLOT_FAINT };

struct plot_axis {
    const char *label;
    double from, to;  /* at the left or the bottom, and at the other end */
    bool logarithmic; /* then both are above 0 */
};

struct plot_series {
    const char *label; /* in the legend; NULL: not there */
    size_t n;
    const double *x, *y; /* points that are not finite, or not above 0 on a logarithmic axis, break the line */
    enum plot_colour colour;
    bool dashed, dots; /* dots: one a point, and no line */
    double width;      /* of the line, in pixels of a picture 1280 wide; 0: the usual */
};

/* A place pointed at: a dot with dashed lines to the axes, or an upright line alone, and words. */
struct plot_mark {
    double x, y; /* y NaN: an upright line */
    const char *words;
};

enum plot_corner { PLOT_TOP_LEFT, PLOT_TOP_RIGHT, PLOT_BOTTOM_LEFT, PLOT_BOTTOM_RIGHT, PLOT_ABOVE /* in a row over the frame */ };

struct plot {
    const char *title, *subtitle; /* subtitle may be NULL */
    struct plot_axis x, y;
    const struct plot_axis *right; /* a second scale for y; NULL: none */
    size_t n_series, n_marks;
    const struct plot_series *series;
    const struct plot_mark *marks;
    enum plot_corner legend;
};

status plot_write(const struct plot *plot, const char *path) LODE_MUST_CHECK;

#endif
