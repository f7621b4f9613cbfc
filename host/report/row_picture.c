/* Cairo draws on white, Pango sets the words. */
#include "report/row_picture.h"

#include <math.h>

enum { TITLE = 32, EDGE = 40 };

void row_picture_words(struct row_picture *picture, const char *words, int size, bool bold, unsigned rgb, double width, double x, double y,
                       enum ink_align across) {
    const struct ink_style style = {.size = size, .bold = bold, .rgb = rgb, .width = width, .lines = 1};
    ink_words(&picture->ink, words, &style, x, y, across, INK_MIDDLE);
}

void row_picture_box(struct row_picture *picture, unsigned rgb, double x, double y, double w, double h) {
    ink_colour(&picture->ink, rgb);
    cairo_rectangle(picture->ink.cairo, x, y, w, h);
    cairo_fill(picture->ink.cairo);
}

void row_picture_open(size_t rows, const char *title, const char *subtitle, struct row_picture *out) {
    out->bottom = ROWS_TOP + ROW_HEIGHT * (double)rows;
    out->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, ROWS_WIDTH, (int)out->bottom + ROWS_BOTTOM);
    ink_open(out->surface, &out->ink);
    cairo_set_source_rgb(out->ink.cairo, 1, 1, 1);
    cairo_paint(out->ink.cairo);
    row_picture_words(out, title, TITLE, true, ROWS_INK, ROWS_WIDTH - 2 * EDGE, EDGE, 44, INK_START);
    row_picture_words(out, subtitle, ROWS_TEXT, false, ROWS_INK, ROWS_WIDTH - 2 * EDGE, EDGE, 86, INK_START);
}

status row_picture_close(struct row_picture *picture, const char *path) {
    cairo_status_t drawn = ink_close(&picture->ink);
    if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_write_to_png(picture->surface, path);
    cairo_surface_destroy(picture->surface);
    if (drawn == CAIRO_STATUS_SUCCESS) return NULL;
    return status_fail(drawn == CAIRO_STATUS_NO_MEMORY ? LODE_TRY_AGAIN : LODE_IO, "%s: the picture cannot be written: %s", path,
                       cairo_status_to_string(drawn));
}

void row_picture_key(struct row_picture *picture, unsigned rgb, const char *words, double x) {
    row_picture_box(picture, rgb, x, ROWS_TOP - 33, 28, 16);
    row_picture_words(picture, words, ROWS_SMALL, false, ROWS_INK, 0, x + 38, ROWS_TOP - 25, INK_START);
}

double row_picture_step(double widest) {
    double step = pow(10, floor(log10(widest)));
    return step * (widest / step < 2 ? 0.5 : widest / step > 4 ? 2 : 1);
}
