/* Rows under a title; words left of them, fields or bars right. */
#include "report/certainty_picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/ink.h"

enum {
    WIDTH = 1280,
    LEFT = 330,
    RIGHT = 50,
    RIGHT_WORDS = 250, /* who comes first instead */
    TOP = 150,
    BOTTOM = 100,
    ROW = 40,
    SITES = 20,
    RANKS = 20,
    TEXT = 22,
    LABEL = 18,
    SMALL = 16,
    TITLE = 32,
    INK_RGB = 0x212121,
    FAINT_RGB = 0xc8c8c8,
    BLUE_RGB = 0x0072b2,
    VERMILION_RGB = 0xd55e00
};

struct picture {
    const struct result *result;
    size_t target, rows;
    struct ink ink;
    cairo_surface_t *surface;
    double bottom;
};

static const struct certainty *certainty_of(const struct picture *picture) {
    return &picture->result->targets[picture->target].certainty;
}

static const struct site *site_at(const struct picture *picture, size_t i) {
    return &picture->result->targets[picture->target].sites.sites[i];
}

static const char *called(const struct site *site) {
    return site->name && *site->name ? site->name : site->id;
}

static void draw_words(struct picture *picture, const char *words, int size, bool bold, unsigned rgb, double width, double x, double y,
                       enum ink_align across) {
    const struct ink_style style = {.size = size, .bold = bold, .rgb = rgb, .width = width, .lines = 1};
    ink_words(&picture->ink, words, &style, x, y, across, INK_MIDDLE);
}

static void draw_box(struct picture *picture, unsigned rgb, double x, double y, double w, double h) {
    ink_colour(&picture->ink, rgb);
    cairo_rectangle(picture->ink.cairo, x, y, w, h);
    cairo_fill(picture->ink.cairo);
}

static void open_picture(struct picture *picture, const char *title, const char *subtitle) {
    picture->bottom = TOP + ROW * (double)picture->rows;
    picture->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, (int)picture->bottom + BOTTOM);
    ink_open(picture->surface, &picture->ink);
    cairo_set_source_rgb(picture->ink.cairo, 1, 1, 1);
    cairo_paint(picture->ink.cairo);
    draw_words(picture, title, TITLE, true, INK_RGB, WIDTH - 80, 40, 44, INK_START);
    draw_words(picture, subtitle, TEXT, false, INK_RGB, WIDTH - 80, 40, 86, INK_START);
}

static status close_picture(struct picture *picture, const char *path) {
    cairo_status_t drawn = ink_close(&picture->ink);
    if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_write_to_png(picture->surface, path);
    cairo_surface_destroy(picture->surface);
    if (drawn == CAIRO_STATUS_SUCCESS) return NULL;
    return status_fail(drawn == CAIRO_STATUS_NO_MEMORY ? LODE_TRY_AGAIN : LODE_IO, "%s: the picture cannot be written: %s", path,
                       cairo_status_to_string(drawn));
}

/* White to dark blue, evenly in each channel. */
static unsigned shade(double share) {
    const double low[] = {255, 255, 255}, high[] = {8, 48, 107};
    unsigned rgb = 0;
    for (int i = 0; i < 3; i++) rgb = rgb << 8 | (unsigned)lround(low[i] + (high[i] - low[i]) * sqrt(share));
    return rgb;
}

static void draw_share(struct picture *picture, double share, double x, double y, double w) {
    char words[16];
    draw_box(picture, shade(share), x, y, w - 1, ROW - 1);
    if (share < 0.005) return;
    snprintf(words, sizeof words, "%.0f", 100 * share);
    draw_words(picture, words, SMALL, false, share > 0.2 ? 0xffffff : INK_RGB, 0, x + w / 2, y + ROW / 2.0, INK_MIDDLE);
}

status certainty_picture_ranks(const struct result *result, size_t target, const char *path) {
    struct picture picture = {.result = result, .target = target};
    const struct certainty *certainty = certainty_of(&picture);
    size_t ranks = certainty->n < RANKS ? certainty->n : RANKS;
    char words[64], title[120];
    double w = (double)(WIDTH - LEFT - RIGHT) / (double)ranks;
    picture.rows = certainty->n < SITES ? certainty->n : SITES;
    snprintf(title, sizeof title, "%s: how far ranks hold", result->scenario->targets[target].name);
    snprintf(words, sizeof words, "Percent of %zu draws in which a site has a rank", certainty->draws);
    open_picture(&picture, title, words);
    for (size_t r = 0; r < ranks; r++) {
        snprintf(words, sizeof words, "%zu", r + 1);
        draw_words(&picture, words, TEXT, false, INK_RGB, 0, LEFT + w * ((double)r + 0.5), TOP - 20, INK_MIDDLE);
    }
    for (size_t i = 0; i < picture.rows; i++) {
        double y = TOP + ROW * (double)i;
        snprintf(words, sizeof words, "%d", site_at(&picture, i)->rank);
        draw_words(&picture, words, TEXT, true, INK_RGB, 0, 70, y + ROW / 2.0, INK_END);
        draw_words(&picture, called(site_at(&picture, i)), TEXT, false, INK_RGB, LEFT - 105, 84, y + ROW / 2.0, INK_START);
        for (size_t r = 0; r < ranks; r++)
            draw_share(&picture, (double)certainty->ranked[i * certainty->n + r] / (double)certainty->draws, LEFT + w * (double)r, y, w);
    }
    draw_words(&picture, certainty->n > ranks ? "rank (later ones are not shown)" : "rank", TEXT, false, INK_RGB, 0, (LEFT + WIDTH - RIGHT) / 2.0,
               picture.bottom + 34, INK_MIDDLE);
    return close_picture(&picture, path);
}

/* How far the first site's score goes when a criterion's weight or membership changes. */
struct swing {
    size_t criterion, first; /* first: another site that comes first; 0: none does */
    double low[2], high[2];  /* of the weight, of the membership; 0 is as it is */
};

static double width_of(const struct swing *swing) {
    return fmax(swing->high[0] - swing->low[0], swing->high[1] - swing->low[1]);
}

static int by_width(const void *a, const void *b) {
    const struct swing *p = a, *q = b;
    double first = width_of(p), second = width_of(q);
    if (first != second) return first > second ? -1 : 1;
    return (p->criterion > q->criterion) - (p->criterion < q->criterion);
}

/* Cases of a criterion follow each other. Returns how many criteria have any. */
static size_t find_swings(const struct picture *picture, struct swing *swings) {
    const struct sensitivity *sensitivity = &certainty_of(picture)->sensitivity;
    size_t n = 0;
    for (size_t i = 0; i < sensitivity->n; i++) {
        const struct sensitivity_case *made = &sensitivity->cases[i];
        if (!n || swings[n - 1].criterion != made->criterion) swings[n++] = (struct swing){.criterion = made->criterion};
        struct swing *swing = &swings[n - 1];
        double change = made->score[0] - site_at(picture, 0)->score;
        int which = made->of_weight ? 0 : 1;
        if (made->rank[0] > 1 && !swing->first) swing->first = made->first;
        if (isnan(change)) continue;
        swing->low[which] = fmin(swing->low[which], change);
        swing->high[which] = fmax(swing->high[which], change);
    }
    qsort(swings, n, sizeof *swings, by_width);
    return n;
}

static void draw_swing(struct picture *picture, const struct swing *swing, double y, double middle, double scale) {
    const struct criterion *criterion = &picture->result->scenario->criteria[swing->criterion];
    char words[160];
    draw_words(picture, criterion->label ? criterion->label : criterion->name, LABEL, false, INK_RGB, LEFT - 50, 40, y + ROW / 2.0, INK_START);
    for (int which = 0; which < 2; which++)
        if (swing->high[which] > swing->low[which])
            draw_box(picture, which ? VERMILION_RGB : BLUE_RGB, middle + swing->low[which] * scale, y + 5 + 15 * which,
                     fmax(1, (swing->high[which] - swing->low[which]) * scale), 14);
    if (!swing->first) return;
    snprintf(words, sizeof words, "then first: %s", called(site_at(picture, swing->first)));
    draw_words(picture, words, SMALL, false, INK_RGB, RIGHT_WORDS - 20, WIDTH - RIGHT_WORDS + 10, y + ROW / 2.0, INK_START);
}

static void draw_scale(struct picture *picture, double middle, double scale, double widest) {
    double step = pow(10, floor(log10(widest)));
    char words[32];
    step *= widest / step < 2 ? 0.5 : widest / step > 4 ? 2 : 1;
    for (int k = (int)-floor(widest / step); k <= (int)floor(widest / step); k++) {
        double x = middle + k * step * scale;
        ink_colour(&picture->ink, k ? FAINT_RGB : INK_RGB);
        cairo_set_line_width(picture->ink.cairo, k ? 1 : 2);
        ink_line(&picture->ink, x, TOP, x, picture->bottom);
        snprintf(words, sizeof words, "%+.3g", k * step);
        draw_words(picture, k ? words : "0", SMALL, false, INK_RGB, 0, x, picture->bottom + 20, INK_MIDDLE);
    }
    draw_words(picture, "change of its score", TEXT, false, INK_RGB, 0, middle, picture->bottom + 56, INK_MIDDLE);
}

static void draw_key(struct picture *picture, unsigned rgb, const char *words, double x) {
    draw_box(picture, rgb, x, TOP - 33, 28, 16);
    draw_words(picture, words, SMALL, false, INK_RGB, 0, x + 38, TOP - 25, INK_START);
}

status certainty_picture_tornado(const struct result *result, size_t target, const char *path) {
    struct picture picture = {.result = result, .target = target};
    struct swing *swings = NULL;
    char title[120], words[160];
    double widest = 0, middle = (LEFT + WIDTH - RIGHT_WORDS) / 2.0, wished = result->scenario->targets[target].certainty.memberships;
    TRY(MEMORY_ARRAY(result->scenario->n_criteria + 1, &swings));
    picture.rows = find_swings(&picture, swings);
    for (size_t i = 0; i < picture.rows; i++)
        for (int which = 0; which < 2; which++) widest = fmax(widest, fmax(swings[i].high[which], -swings[i].low[which]));
    if (!(widest > 0)) widest = 1;
    snprintf(title, sizeof title, "%s: what one criterion does", result->scenario->targets[target].name);
    snprintf(words, sizeof words, "to the score of the first site, %s", called(site_at(&picture, 0)));
    open_picture(&picture, title, words);
    double scale = ((WIDTH - RIGHT_WORDS - LEFT) / 2.0 - 20) / widest;
    draw_key(&picture, BLUE_RGB, "its weight from nothing to double", LEFT);
    snprintf(words, sizeof words, "its membership at raw values up to %.0f %% off", 100 * (wished > 0 ? wished : 0.1));
    draw_key(&picture, VERMILION_RGB, words, LEFT + 330);
    draw_scale(&picture, middle, scale, widest);
    for (size_t i = 0; i < picture.rows; i++) draw_swing(&picture, &swings[i], TOP + ROW * (double)i, middle, scale);
    free(swings);
    return close_picture(&picture, path);
}
