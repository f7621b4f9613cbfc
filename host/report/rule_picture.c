/* Areas are those of TARGET_rules.csv: of cells that would be scored without exclusions. */
#include "report/rule_picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/row_picture.h"

enum { RIGHT_WORDS = 240, SHARED_RGB = 0x9ecae9 };

struct bar {
    size_t rule;
    double alone, all; /* km2 */
};

static int by_area(const void *a, const void *b) {
    const struct bar *p = a, *q = b;
    if (p->all != q->all) return p->all > q->all ? -1 : 1;
    return (p->rule > q->rule) - (p->rule < q->rule);
}

static size_t find_bars(const struct provenance *provenance, struct bar *bars) {
    size_t n = 0;
    for (size_t r = 0; r < provenance->n_rules; r++)
        if (provenance->excluding >> r & 1) bars[n++] = (struct bar){r, provenance->shares[r].alone_km2, provenance->shares[r].excluded_km2};
    qsort(bars, n, sizeof *bars, by_area);
    return n;
}

/* Three digits, all before the point. */
static void area_words(double km2, size_t size, char *words) {
    snprintf(words, size, km2 >= 100 ? "%.0f" : "%.3g", km2);
}

static void draw_bar(struct row_picture *picture, const struct bar *bar, const char *reason, double y, double scale) {
    char all[32], alone[32], words[96];
    const double x = ROWS_LEFT, middle = y + ROW_HEIGHT / 2.0;
    area_words(bar->all, sizeof all, all);
    area_words(bar->alone, sizeof alone, alone);
    snprintf(words, sizeof words, "%s, alone %s", all, alone);
    row_picture_words(picture, reason, ROWS_LABEL, false, ROWS_INK, ROWS_LEFT - 55, 40, middle, INK_START);
    row_picture_box(picture, ROWS_BLUE, x, y + 7, bar->alone * scale, ROW_HEIGHT - 14);
    row_picture_box(picture, SHARED_RGB, x + bar->alone * scale, y + 7, (bar->all - bar->alone) * scale, ROW_HEIGHT - 14);
    row_picture_words(picture, words, ROWS_SMALL, false, ROWS_INK, RIGHT_WORDS - 10, x + bar->all * scale + 10, middle, INK_START);
}

static void draw_scale(struct row_picture *picture, double widest, double scale) {
    const double step = row_picture_step(widest);
    char words[32];
    for (int k = 0; k <= (int)floor(widest / step); k++) {
        double x = ROWS_LEFT + k * step * scale;
        ink_colour(&picture->ink, k ? ROWS_FAINT : ROWS_INK);
        cairo_set_line_width(picture->ink.cairo, k ? 1 : 2);
        ink_line(&picture->ink, x, ROWS_TOP, x, picture->bottom);
        snprintf(words, sizeof words, "%.6g", k * step);
        row_picture_words(picture, words, ROWS_SMALL, false, ROWS_INK, 0, x, picture->bottom + 20, INK_MIDDLE);
    }
    row_picture_words(picture, "km\302\262", ROWS_TEXT, false, ROWS_INK, 0, ROWS_LEFT + widest * scale / 2, picture->bottom + 56, INK_MIDDLE);
}

status rule_picture_write(const struct result *result, size_t target, const char *path) {
    const struct target_result *found = &result->targets[target];
    const double excluded = found->area_km2[CELL_EXCLUDED], all = excluded + found->area_km2[CELL_SCORED];
    struct bar *bars = NULL;
    struct row_picture picture;
    char title[160], subtitle[160], excluded_words[32], all_words[32];
    TRY(MEMORY_ARRAY(found->provenance.n_rules + 1, &bars));
    const size_t n = find_bars(&found->provenance, bars);
    area_words(excluded, sizeof excluded_words, excluded_words);
    area_words(all, sizeof all_words, all_words);
    snprintf(title, sizeof title, "%s: what rules exclude", result->scenario->targets[target].name);
    snprintf(subtitle, sizeof subtitle, "%s of %s km\302\262 that have data: %.3g %%", excluded_words, all_words, all > 0 ? 100 * excluded / all : 0);
    row_picture_open(n, title, subtitle, &picture);
    const double widest = n && bars[0].all > 0 ? bars[0].all : 1, scale = (ROWS_WIDTH - ROWS_LEFT - RIGHT_WORDS) / widest;
    row_picture_key(&picture, ROWS_BLUE, "by this rule alone", ROWS_LEFT);
    row_picture_key(&picture, SHARED_RGB, "by others too", ROWS_LEFT + 240);
    draw_scale(&picture, widest, scale);
    for (size_t i = 0; i < n; i++)
        draw_bar(&picture, &bars[i], result->scenario->rules[bars[i].rule].reason, ROWS_TOP + ROW_HEIGHT * (double)i, scale);
    free(bars);
    return row_picture_close(&picture, path);
}
