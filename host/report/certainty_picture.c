/* Rows under a title; words left of them, fields or bars right. */
#include "report/certainty_picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/row_picture.h"

enum { RIGHT = 50, RIGHT_WORDS = 250 /* who comes first instead */, SITES = 20, RANKS = 20 };

struct picture {
    const struct result *result;
    size_t target, rows;
    struct row_picture drawn;
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

/* White to dark blue, evenly in each channel. */
static unsigned shade(double share) {
    const double low[] = {255, 255, 255}, high[] = {8, 48, 107};
    unsigned rgb = 0;
    for (int i = 0; i < 3; i++) rgb = rgb << 8 | (unsigned)lround(low[i] + (high[i] - low[i]) * sqrt(share));
    return rgb;
}

static void draw_share(struct picture *picture, double share, double x, double y, double w) {
    char words[16];
    row_picture_box(&picture->drawn, shade(share), x, y, w - 1, ROW_HEIGHT - 1);
    if (share < 0.005) return;
    snprintf(words, sizeof words, "%.0f", 100 * share);
    row_picture_words(&picture->drawn, words, ROWS_SMALL, false, share > 0.2 ? 0xffffff : ROWS_INK, 0, x + w / 2, y + ROW_HEIGHT / 2.0, INK_MIDDLE);
}

status certainty_picture_ranks(const struct result *result, size_t target, const char *path) {
    struct picture picture = {.result = result, .target = target};
    const struct certainty *certainty = certainty_of(&picture);
    size_t ranks = certainty->n < RANKS ? certainty->n : RANKS;
    char words[64], title[120];
    double w = (double)(ROWS_WIDTH - ROWS_LEFT - RIGHT) / (double)ranks;
    picture.rows = certainty->n < SITES ? certainty->n : SITES;
    snprintf(title, sizeof title, "%s: how far ranks hold", result->scenario->targets[target].name);
    snprintf(words, sizeof words, "Percent of %zu draws in which a site has a rank", certainty->draws);
    row_picture_open(picture.rows, title, words, &picture.drawn);
    for (size_t r = 0; r < ranks; r++) {
        snprintf(words, sizeof words, "%zu", r + 1);
        row_picture_words(&picture.drawn, words, ROWS_TEXT, false, ROWS_INK, 0, ROWS_LEFT + w * ((double)r + 0.5), ROWS_TOP - 20, INK_MIDDLE);
    }
    for (size_t i = 0; i < picture.rows; i++) {
        double y = ROWS_TOP + ROW_HEIGHT * (double)i;
        snprintf(words, sizeof words, "%d", site_at(&picture, i)->rank);
        row_picture_words(&picture.drawn, words, ROWS_TEXT, true, ROWS_INK, 0, 70, y + ROW_HEIGHT / 2.0, INK_END);
        row_picture_words(&picture.drawn, called(site_at(&picture, i)), ROWS_TEXT, false, ROWS_INK, ROWS_LEFT - 105, 84, y + ROW_HEIGHT / 2.0,
                          INK_START);
        for (size_t r = 0; r < ranks; r++)
            draw_share(&picture, (double)certainty->ranked[i * certainty->n + r] / (double)certainty->draws, ROWS_LEFT + w * (double)r, y, w);
    }
    row_picture_words(&picture.drawn, certainty->n > ranks ? "rank (later ones are not shown)" : "rank", ROWS_TEXT, false, ROWS_INK, 0,
                      (ROWS_LEFT + ROWS_WIDTH - RIGHT) / 2.0, picture.drawn.bottom + 34, INK_MIDDLE);
    return row_picture_close(&picture.drawn, path);
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
    row_picture_words(&picture->drawn, criterion->label ? criterion->label : criterion->name, ROWS_LABEL, false, ROWS_INK, ROWS_LEFT - 50, 40,
                      y + ROW_HEIGHT / 2.0, INK_START);
    for (int which = 0; which < 2; which++)
        if (swing->high[which] > swing->low[which])
            row_picture_box(&picture->drawn, which ? ROWS_VERMILION : ROWS_BLUE, middle + swing->low[which] * scale, y + 5 + 15 * which,
                            fmax(1, (swing->high[which] - swing->low[which]) * scale), 14);
    if (!swing->first) return;
    snprintf(words, sizeof words, "then first: %s", called(site_at(picture, swing->first)));
    row_picture_words(&picture->drawn, words, ROWS_SMALL, false, ROWS_INK, RIGHT_WORDS - 20, ROWS_WIDTH - RIGHT_WORDS + 10, y + ROW_HEIGHT / 2.0,
                      INK_START);
}

static void draw_scale(struct picture *picture, double middle, double scale, double widest) {
    double step = row_picture_step(widest);
    char words[32];
    for (int k = (int)-floor(widest / step); k <= (int)floor(widest / step); k++) {
        double x = middle + k * step * scale;
        ink_colour(&picture->drawn.ink, k ? ROWS_FAINT : ROWS_INK);
        cairo_set_line_width(picture->drawn.ink.cairo, k ? 1 : 2);
        ink_line(&picture->drawn.ink, x, ROWS_TOP, x, picture->drawn.bottom);
        snprintf(words, sizeof words, "%+.3g", k * step);
        row_picture_words(&picture->drawn, k ? words : "0", ROWS_SMALL, false, ROWS_INK, 0, x, picture->drawn.bottom + 20, INK_MIDDLE);
    }
    row_picture_words(&picture->drawn, "change of its score", ROWS_TEXT, false, ROWS_INK, 0, middle, picture->drawn.bottom + 56, INK_MIDDLE);
}

status certainty_picture_tornado(const struct result *result, size_t target, const char *path) {
    struct picture picture = {.result = result, .target = target};
    struct swing *swings = NULL;
    char title[120], words[160];
    double widest = 0, middle = (ROWS_LEFT + ROWS_WIDTH - RIGHT_WORDS) / 2.0, wished = result->scenario->targets[target].certainty.memberships;
    TRY(MEMORY_ARRAY(result->scenario->n_criteria + 1, &swings));
    picture.rows = find_swings(&picture, swings);
    for (size_t i = 0; i < picture.rows; i++)
        for (int which = 0; which < 2; which++) widest = fmax(widest, fmax(swings[i].high[which], -swings[i].low[which]));
    if (!(widest > 0)) widest = 1;
    snprintf(title, sizeof title, "%s: what one criterion does", result->scenario->targets[target].name);
    snprintf(words, sizeof words, "to the score of the first site, %s", called(site_at(&picture, 0)));
    row_picture_open(picture.rows, title, words, &picture.drawn);
    double scale = ((ROWS_WIDTH - RIGHT_WORDS - ROWS_LEFT) / 2.0 - 20) / widest;
    row_picture_key(&picture.drawn, ROWS_BLUE, "its weight from nothing to double", ROWS_LEFT);
    snprintf(words, sizeof words, "its membership at raw values up to %.0f %% off", 100 * (wished > 0 ? wished : 0.1));
    row_picture_key(&picture.drawn, ROWS_VERMILION, words, ROWS_LEFT + 330);
    draw_scale(&picture, middle, scale, widest);
    for (size_t i = 0; i < picture.rows; i++) draw_swing(&picture, &swings[i], ROWS_TOP + ROW_HEIGHT * (double)i, middle, scale);
    free(swings);
    return row_picture_close(&picture.drawn, path);
}
