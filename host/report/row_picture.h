/* A diagram of rows under a title, as PNG: words left of them, fields or bars right. The same rows are the same bytes on one machine; letters come
 * from its fonts. */
#ifndef LODE_REPORT_ROW_PICTURE_H
#define LODE_REPORT_ROW_PICTURE_H

#include "report/ink.h"

/* Pixels; rows begin at ROWS_TOP. */
enum { ROWS_WIDTH = 1280, ROWS_LEFT = 330, ROWS_TOP = 150, ROWS_BOTTOM = 100, ROW_HEIGHT = 40 };
enum { ROWS_TEXT = 22, ROWS_LABEL = 18, ROWS_SMALL = 16 };
enum { ROWS_INK = 0x212121, ROWS_FAINT = 0xc8c8c8, ROWS_BLUE = 0x0072b2, ROWS_VERMILION = 0xd55e00 };

struct row_picture {
    struct ink ink;
    cairo_surface_t *surface;
    double bottom; /* of the last row */
};

void row_picture_open(size_t rows, const char *title, const char *subtitle, struct row_picture *out);
/* Writes and closes it, whatever comes. */
status row_picture_close(struct row_picture *picture, const char *path) LODE_MUST_CHECK;
/* One line, upright in the middle at y; `width` 0: as wide as it is. */
void row_picture_words(struct row_picture *picture, const char *words, int size, bool bold, unsigned rgb, double width, double x, double y,
                       enum ink_align across);
void row_picture_box(struct row_picture *picture, unsigned rgb, double x, double y, double w, double h);
/* A colour and what it means, above the rows. */
void row_picture_key(struct row_picture *picture, unsigned rgb, const char *words, double x);
/* A step of 1, 2 or 5 times a power of ten of which two to four go into `widest`, which is above 0. */
double row_picture_step(double widest);

#endif
