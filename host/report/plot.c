/* Draws from the back to the front: grid, curves, marks, frame, words, legend. */
#include "report/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/ink.h"

enum {
    WIDTH = 1280,
    HEIGHT = 960,
    LEFT = 160,
    RIGHT = 50,
    RIGHT_AXIS = 140,
    TOP = 130,
    BOTTOM = 110,
    TEXT = 24,
    TITLE = 32,
    TICKS_MAX = 64,
    LINE = 4,
    ROW = 40,
    INK_RGB = 0x212121
};

static const double colours[][3] = {[PLOT_BLUE] = {0, 0.447, 0.698},     [PLOT_VERMILION] = {0.835, 0.369, 0}, [PLOT_GREEN] = {0, 0.62, 0.451},
                                    [PLOT_PURPLE] = {0.8, 0.475, 0.655}, [PLOT_GREY] = {0.45, 0.45, 0.45},     [PLOT_FAINT] = {0.78, 0.78, 0.78}};
static const double INK[3] = {0x21 / 255.0, 0x21 / 255.0, 0x21 / 255.0}; /* INK_RGB */

struct canvas {
    struct ink ink;
    cairo_t *cairo; /* the ink's */
    const struct plot *plot;
    double left, right, top, bottom; /* of the frame */
};

static void set_colour(cairo_t *cairo, const double colour[3]) {
    cairo_set_source_rgb(cairo, colour[0], colour[1], colour[2]);
}

static struct ink_style style_of(int size, bool bold) {
    return (struct ink_style){.size = size, .bold = bold, .rgb = INK_RGB};
}

static void words_size(struct canvas *canvas, const char *words, int size, int *width, int *height) {
    const struct ink_style style = style_of(size, false);
    double w, h;
    ink_size(&canvas->ink, words, &style, &w, &h);
    *width = (int)ceil(w);
    *height = (int)ceil(h);
}

static void draw_words(struct canvas *canvas, const char *words, int size, bool bold, double x, double y, enum ink_align across,
                       enum ink_align down) {
    const struct ink_style style = style_of(size, bold);
    ink_words(&canvas->ink, words, &style, x, y, across, down);
}

static void draw_upright(struct canvas *canvas, const char *words, double x, double y) {
    cairo_save(canvas->cairo);
    cairo_translate(canvas->cairo, x, y);
    cairo_rotate(canvas->cairo, -acos(-1.0) / 2);
    draw_words(canvas, words, TEXT, false, 0, 0, INK_MIDDLE, INK_MIDDLE);
    cairo_restore(canvas->cairo);
}

static double share_along(const struct plot_axis *axis, double value) {
    if (axis->logarithmic) return value > 0 ? log(value / axis->from) / log(axis->to / axis->from) : NAN;
    return (value - axis->from) / (axis->to - axis->from);
}

static double place_x(const struct canvas *canvas, double value) {
    return canvas->left + share_along(&canvas->plot->x, value) * (canvas->right - canvas->left);
}

static double place_y(const struct canvas *canvas, const struct plot_axis *axis, double value) {
    return canvas->bottom - share_along(axis, value) * (canvas->bottom - canvas->top);
}

static bool between(const struct plot_axis *axis, double value) {
    double share = share_along(axis, value);
    return share > -1e-9 && share < 1 + 1e-9;
}

static size_t even_ticks(const struct plot_axis *axis, double ticks[TICKS_MAX]) {
    double span = fabs(axis->to - axis->from), step = pow(10, floor(log10(span / 4))), low = fmin(axis->from, axis->to);
    size_t n = 0;
    if (span / step > 20) step *= 5;
    if (span / step > 10) step *= 2;
    for (double k = ceil(low / step - 1e-9); k * step <= low + span * (1 + 1e-9) && n < TICKS_MAX; k++) ticks[n++] = k * step;
    return n;
}

/* Powers of ten; multiples of them too where there are few. */
static size_t log_ticks(const struct plot_axis *axis, double ticks[TICKS_MAX]) {
    double decades = log10(axis->to / axis->from);
    size_t n = 0;
    for (int power = (int)floor(log10(axis->from)); power <= (int)ceil(log10(axis->to)); power++)
        for (int digit = 1; digit < 10 && n < TICKS_MAX; digit++) {
            double tick = digit * pow(10, power);
            bool wanted =
                digit == 1 || (decades < 3 && (digit == 2 || digit == 5)) || (decades < 1.3 && (digit == 3 || digit == 7)) || decades < 0.85;
            if (wanted && between(axis, tick)) ticks[n++] = tick;
        }
    return n;
}

static size_t ticks_of(const struct plot_axis *axis, double ticks[TICKS_MAX]) {
    size_t n = axis->logarithmic ? log_ticks(axis, ticks) : 0;
    return n > 1 ? n : even_ticks(axis, ticks);
}

/* Powers of ten on an axis that goes far from 1: 10⁸ rather than 1e+08. */
static const char *tick_words(const struct plot_axis *axis, double value, char words[32]) {
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    int power = value > 0 ? (int)lround(log10(value)) : 0;
    bool is_power = axis->logarithmic && (fabs(log10(axis->to)) > 4.5 || fabs(log10(axis->from)) > 4.5) && abs(power) > 2 && abs(power) < 100 &&
                    fabs(value / pow(10, power) - 1) < 1e-9;
    const char *sign = power < 0 ? "⁻" : "", *tens = abs(power) > 9 ? raised[abs(power) / 10 % 10] : "";
    if (is_power)
        snprintf(words, 32, "10%s%s%s", sign, tens, raised[abs(power) % 10]);
    else
        snprintf(words, 32, "%.6g", fabs(value) < 1e-12 ? 0 : value);
    return words;
}

static void line_between(struct canvas *canvas, double x1, double y1, double x2, double y2) {
    cairo_move_to(canvas->cairo, x1, y1);
    cairo_line_to(canvas->cairo, x2, y2);
    cairo_stroke(canvas->cairo);
}

static void draw_grid(struct canvas *canvas) {
    double ticks[TICKS_MAX];
    const double faint[3] = {0.91, 0.91, 0.91};
    set_colour(canvas->cairo, faint);
    cairo_set_line_width(canvas->cairo, 2);
    for (size_t i = 0, n = ticks_of(&canvas->plot->x, ticks); i < n; i++)
        line_between(canvas, place_x(canvas, ticks[i]), canvas->top, place_x(canvas, ticks[i]), canvas->bottom);
    for (size_t i = 0, n = ticks_of(&canvas->plot->y, ticks); i < n; i++)
        line_between(canvas, canvas->left, place_y(canvas, &canvas->plot->y, ticks[i]), canvas->right, place_y(canvas, &canvas->plot->y, ticks[i]));
}

static void draw_dot(struct canvas *canvas, double x, double y, double radius) {
    cairo_new_path(canvas->cairo);
    cairo_arc(canvas->cairo, x, y, radius, 0, 2 * acos(-1.0));
    cairo_fill(canvas->cairo);
}

static void style_line(struct canvas *canvas, const struct plot_series *series) {
    const double dashes[] = {14, 9};
    set_colour(canvas->cairo, colours[series->colour]);
    cairo_set_line_width(canvas->cairo, series->width > 0 ? series->width : LINE);
    cairo_set_dash(canvas->cairo, dashes, series->dashed ? 2 : 0, 0);
}

static void draw_series(struct canvas *canvas, const struct plot_series *series) {
    bool open = false;
    style_line(canvas, series);
    cairo_new_path(canvas->cairo);
    for (size_t i = 0; i < series->n; i++) {
        double x = place_x(canvas, series->x[i]), y = place_y(canvas, &canvas->plot->y, series->y[i]);
        bool good = isfinite(x) && isfinite(y);
        if (good && series->dots) {
            draw_dot(canvas, x, y, LINE + 1);
        } else if (good) {
            if (open)
                cairo_line_to(canvas->cairo, x, y);
            else
                cairo_move_to(canvas->cairo, x, y);
        }
        open = good;
    }
    cairo_stroke(canvas->cairo);
    cairo_set_dash(canvas->cairo, NULL, 0, 0);
}

static void draw_inside(struct canvas *canvas) {
    cairo_save(canvas->cairo);
    cairo_rectangle(canvas->cairo, canvas->left - LINE, canvas->top - LINE, canvas->right - canvas->left + 2 * LINE,
                    canvas->bottom - canvas->top + 2 * LINE);
    cairo_clip(canvas->cairo);
    cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
    for (size_t i = 0; i < canvas->plot->n_series; i++) draw_series(canvas, &canvas->plot->series[i]);
    cairo_restore(canvas->cairo);
}

/* Words over a curve must still be read. */
static void draw_backing(struct canvas *canvas, const char *words, double x, double y, bool before) {
    int width, height;
    words_size(canvas, words, TEXT - 2, &width, &height);
    cairo_set_source_rgba(canvas->cairo, 1, 1, 1, 0.88);
    cairo_rectangle(canvas->cairo, before ? x - width - 4 : x - 4, y - 2, width + 8, height + 4);
    cairo_fill(canvas->cairo);
}

/* Words stand on the side with more room. */
static void draw_mark(struct canvas *canvas, const struct plot_mark *mark, size_t index) {
    const double dashes[] = {5, 6};
    double x = place_x(canvas, mark->x), y = isnan(mark->y) ? canvas->top : place_y(canvas, &canvas->plot->y, mark->y);
    if (!isfinite(x) || !isfinite(y) || !between(&canvas->plot->x, mark->x)) return;
    set_colour(canvas->cairo, colours[PLOT_GREY]);
    cairo_set_line_width(canvas->cairo, 2);
    cairo_set_dash(canvas->cairo, dashes, 2, 0);
    line_between(canvas, x, y, x, canvas->bottom);
    if (!isnan(mark->y)) line_between(canvas, canvas->left, y, x, y);
    cairo_set_dash(canvas->cairo, NULL, 0, 0);
    bool before = x > (canvas->left + canvas->right) / 2;
    set_colour(canvas->cairo, INK);
    if (!isnan(mark->y)) draw_dot(canvas, x, y, 8);
    double down = isnan(mark->y) ? canvas->bottom - 40.0 - 34.0 * (double)index : y + 16;
    if (mark->words) draw_backing(canvas, mark->words, x + (before ? -14 : 14), down, before);
    if (mark->words) draw_words(canvas, mark->words, TEXT - 2, false, x + (before ? -14 : 14), down, before ? INK_END : INK_START, INK_START);
}

static void draw_scale(struct canvas *canvas, const struct plot_axis *axis, bool right) {
    double ticks[TICKS_MAX];
    char words[32];
    double x = right ? canvas->right : canvas->left;
    for (size_t i = 0, n = ticks_of(axis, ticks); i < n; i++)
        draw_words(canvas, tick_words(axis, ticks[i], words), TEXT, false, x + (right ? 14 : -14), place_y(canvas, axis, ticks[i]),
                   right ? INK_START : INK_END, INK_MIDDLE);
    draw_upright(canvas, axis->label, right ? WIDTH - 34 : 30, (canvas->top + canvas->bottom) / 2);
}

static void draw_axes(struct canvas *canvas) {
    double ticks[TICKS_MAX];
    char words[32];
    const struct plot *plot = canvas->plot;
    set_colour(canvas->cairo, INK);
    cairo_set_line_width(canvas->cairo, 2.5);
    cairo_rectangle(canvas->cairo, canvas->left, canvas->top, canvas->right - canvas->left, canvas->bottom - canvas->top);
    cairo_stroke(canvas->cairo);
    for (size_t i = 0, n = ticks_of(&plot->x, ticks); i < n; i++)
        draw_words(canvas, tick_words(&plot->x, ticks[i], words), TEXT, false, place_x(canvas, ticks[i]), canvas->bottom + 10, INK_MIDDLE, INK_START);
    draw_scale(canvas, &plot->y, false);
    if (plot->right) draw_scale(canvas, plot->right, true);
    draw_words(canvas, plot->x.label, TEXT, false, (canvas->left + canvas->right) / 2, HEIGHT - 24, INK_MIDDLE, INK_END);
    struct ink_style title = style_of(TITLE, true), subtitle = style_of(TEXT, false);
    title.width = subtitle.width = WIDTH - canvas->left;
    title.lines = subtitle.lines = 1;
    ink_words(&canvas->ink, plot->title, &title, canvas->left, 18, INK_START, INK_START);
    if (plot->subtitle) ink_words(&canvas->ink, plot->subtitle, &subtitle, canvas->left, 72, INK_START, INK_START);
}

static void draw_sample(struct canvas *canvas, const struct plot_series *series, double x, double y, double length) {
    style_line(canvas, series);
    if (series->dots)
        draw_dot(canvas, x + length / 2, y, LINE + 1);
    else
        line_between(canvas, x, y, x + length, y);
    cairo_set_dash(canvas->cairo, NULL, 0, 0);
    draw_words(canvas, series->label, TEXT, false, x + length + 14, y, INK_START, INK_MIDDLE);
}

static void draw_legend_row(struct canvas *canvas) {
    double x = canvas->left;
    int width, height;
    for (size_t i = 0; i < canvas->plot->n_series; i++) {
        const struct plot_series *series = &canvas->plot->series[i];
        if (!series->label) continue;
        draw_sample(canvas, series, x, canvas->top - ROW / 2.0 - 4, 56);
        words_size(canvas, series->label, TEXT, &width, &height);
        x += 56 + 14 + width + 50;
    }
}

static void draw_legend(struct canvas *canvas) {
    const struct plot *plot = canvas->plot;
    const int sample = 56, pad = 14, away = 18;
    int widest = 0, count = 0, width, height;
    for (size_t i = 0; i < plot->n_series; i++) {
        if (!plot->series[i].label) continue;
        words_size(canvas, plot->series[i].label, TEXT, &width, &height);
        if (width > widest) widest = width;
        count++;
    }
    if (!count) return;
    double w = sample + widest + 3.0 * pad, h = ROW * count + 2.0 * pad;
    double x = plot->legend == PLOT_TOP_RIGHT || plot->legend == PLOT_BOTTOM_RIGHT ? canvas->right - away - w : canvas->left + away;
    double y = plot->legend == PLOT_BOTTOM_LEFT || plot->legend == PLOT_BOTTOM_RIGHT ? canvas->bottom - away - h : canvas->top + away;
    cairo_set_source_rgba(canvas->cairo, 1, 1, 1, 0.88);
    cairo_rectangle(canvas->cairo, x, y, w, h);
    cairo_fill(canvas->cairo);
    for (size_t i = 0, at = 0; i < plot->n_series; i++)
        if (plot->series[i].label) draw_sample(canvas, &plot->series[i], x + pad, y + pad + ROW * ((double)at++ + 0.5), sample);
}

static void draw(struct canvas *canvas) {
    cairo_set_source_rgb(canvas->cairo, 1, 1, 1);
    cairo_paint(canvas->cairo);
    draw_grid(canvas);
    draw_inside(canvas);
    for (size_t i = 0; i < canvas->plot->n_marks; i++) draw_mark(canvas, &canvas->plot->marks[i], i);
    draw_axes(canvas);
    if (canvas->plot->legend == PLOT_ABOVE)
        draw_legend_row(canvas);
    else
        draw_legend(canvas);
}

status plot_write(const struct plot *plot, const char *path) {
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    struct canvas canvas = {.plot = plot, .left = LEFT, .top = TOP + (plot->legend == PLOT_ABOVE ? ROW : 0), .bottom = HEIGHT - BOTTOM};
    canvas.right = WIDTH - (plot->right ? RIGHT_AXIS : RIGHT);
    ink_open(surface, &canvas.ink);
    canvas.cairo = canvas.ink.cairo;
    draw(&canvas);
    cairo_status_t drawn = ink_close(&canvas.ink);
    if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_write_to_png(surface, path);
    cairo_surface_destroy(surface);
    if (drawn == CAIRO_STATUS_SUCCESS) return NULL;
    return status_fail(drawn == CAIRO_STATUS_NO_MEMORY ? LODE_TRY_AGAIN : LODE_IO, "%s: the diagram cannot be written: %s", path,
                       cairo_status_to_string(drawn));
}
