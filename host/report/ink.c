/* Letters are not hinted and measured without rounding, so that a picture, an SVG and a PDF break their lines at the same places. */
#include "report/ink.h"

#include <pango/pangocairo.h>

void ink_open(cairo_surface_t *surface, struct ink *ink) {
    cairo_font_options_t *options = cairo_font_options_create();
    ink->cairo = cairo_create(surface);
    ink->layout = pango_cairo_create_layout(ink->cairo);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(pango_layout_get_context(ink->layout), options);
    pango_cairo_context_set_resolution(pango_layout_get_context(ink->layout), 96);
    cairo_font_options_destroy(options);
}

cairo_status_t ink_close(struct ink *ink) {
    g_object_unref(ink->layout);
    cairo_status_t drawn = cairo_status(ink->cairo);
    cairo_destroy(ink->cairo);
    return drawn;
}

void ink_colour(struct ink *ink, unsigned rgb) {
    cairo_set_source_rgb(ink->cairo, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0);
}

void ink_line(struct ink *ink, double x1, double y1, double x2, double y2) {
    cairo_move_to(ink->cairo, x1, y1);
    cairo_line_to(ink->cairo, x2, y2);
    cairo_stroke(ink->cairo);
}

static void set_words(struct ink *ink, const char *words, const struct ink_style *style) {
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, "DejaVu Sans");
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    if (style->bold) pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    if (style->italic) pango_font_description_set_style(font, PANGO_STYLE_OBLIQUE);
    pango_layout_set_font_description(ink->layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(ink->layout, style->width > 0 ? (int)(style->width * PANGO_SCALE) : -1);
    pango_layout_set_wrap(ink->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(ink->layout, style->width > 0 && style->lines ? -style->lines : -1000);
    pango_layout_set_ellipsize(ink->layout, style->width > 0 && style->lines ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_single_paragraph_mode(ink->layout, style->lines == 1);
    char *valid = g_utf8_make_valid(words, -1); /* names come from files */
    pango_layout_set_text(ink->layout, valid, -1);
    g_free(valid);
}

void ink_size(struct ink *ink, const char *words, const struct ink_style *style, double *w, double *h) {
    PangoRectangle logical;
    set_words(ink, words, style);
    pango_layout_get_extents(ink->layout, NULL, &logical);
    *w = (double)logical.width / PANGO_SCALE;
    *h = (double)logical.height / PANGO_SCALE;
}

struct ink_box ink_place(struct ink *ink, const char *words, const struct ink_style *style, double x, double y, enum ink_align across,
                         enum ink_align down) {
    struct ink_box box;
    ink_size(ink, words, style, &box.w, &box.h);
    box.x = x - box.w * (double)across / 2;
    box.y = y - box.h * (double)down / 2;
    return box;
}

double ink_words(struct ink *ink, const char *words, const struct ink_style *style, double x, double y, enum ink_align across, enum ink_align down) {
    struct ink_box box = ink_place(ink, words, style, x, y, across, down);
    cairo_move_to(ink->cairo, box.x, box.y);
    if (style->haloed) {
        pango_cairo_layout_path(ink->cairo, ink->layout);
        cairo_set_source_rgba(ink->cairo, 1, 1, 1, 0.85);
        cairo_set_line_width(ink->cairo, style->size / 5);
        cairo_set_line_join(ink->cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(ink->cairo);
        cairo_move_to(ink->cairo, box.x, box.y);
    }
    ink_colour(ink, style->rgb);
    pango_cairo_show_layout(ink->cairo, ink->layout);
    cairo_new_path(ink->cairo);
    return box.h;
}

bool ink_boxes_meet(const struct ink_box *a, const struct ink_box *b) {
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}
