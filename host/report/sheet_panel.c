/* The panel beside or below the map: columns that blocks flow through, the table of sites last, which takes the lines that are left. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/globe.h"
#include "report/sheet_parts.h"

enum {
    COLUMN_LEAST = 500,
    COLUMN_MOST = 760,
    GAP = 44,
    LINE = 27,
    GLOBE = 118,
    BETWEEN = 26,
    COLUMNS_MAX = 5,
    BELOW_LEAST = 190,
    GLOBE_REACH_M = 8500000
};
static const struct ink_style plain = {.size = SHEET_TEXT, .rgb = 0x222222}, small = {.size = SHEET_SMALL, .rgb = 0x333333},
                              heading = {.size = 23, .bold = true, .rgb = 0x222222};

static void crs_words(const struct sheet *sheet, struct text *words) {
    const struct grid *grid = &sheet->result->grid;
    const char *name = grid->wkt ? strchr(grid->wkt, '"') : NULL;
    size_t length = name ? strcspn(name + 1, "\"") : 0;
    bool known = strncmp(grid->crs, "EPSG:", 5) == 0 || strlen(grid->crs) < 20;
    if (known) text_add(words, grid->crs);
    if (length) text_print(words, "%s%.*s", known ? " " : "", (int)length, name + 1);
}

static void add_degrees(struct text *words, double lat) {
    text_print(words, "%.4g°%s", fabs(lat), lat > 0 ? " N" : lat < 0 ? " S" : "");
}

static void scale_words(const struct sheet *sheet, struct text *words) {
    const struct grid *grid = &sheet->result->grid;
    crs_words(sheet, words);
    if (grid->geographic) {
        text_add(words, "; drawn as an equirectangular map, true to scale along ");
        add_degrees(words, grid_y(grid, (double)(grid->height - 1) / 2));
    }
    text_print(words, ". Grid of %lld × %lld cells of ", (long long)grid->width, (long long)grid->height);
    text_add_number(words, grid->dx);
    if (grid->dy != grid->dx) {
        text_add(words, " × ");
        text_add_number(words, grid->dy);
    }
    text_add(words, grid->geographic ? "°" : grid->unit_m == 1 ? " m" : " units");
    if (sheet->has_bar) {
        double ratio = sheet->bar.metres / sheet->bar.units * SHEET_DPI / 0.0254, digit = pow(10, floor(log10(ratio)) - 2);
        char about[40];
        sheet_thousands(round(ratio / digit) * digit, about);
        text_print(words, "; about 1 : %s on A3", about);
    }
    text_add(words, ".");
}

static void bar_label(double metres, char words[32]) {
    if (metres >= 1000)
        snprintf(words, 32, "%g km", metres / 1000);
    else
        snprintf(words, 32, "%g m", metres);
}

static double draw_bar(const struct sheet *sheet, struct ink *ink, double x, double y) {
    char words[32];
    double units = sheet->bar.units;
    ink_colour(ink, 0x222222);
    cairo_set_line_width(ink->cairo, 1.5);
    for (int i = 0; i < 4; i++) {
        cairo_rectangle(ink->cairo, x + units * i / 4, y, units / 4, 11);
        if (i % 2 == 0)
            cairo_fill(ink->cairo);
        else
            cairo_stroke(ink->cairo);
    }
    cairo_rectangle(ink->cairo, x, y, units, 11);
    cairo_stroke(ink->cairo);
    ink_words(ink, "0", &plain, x, y + 14, INK_START, INK_START);
    bar_label(sheet->bar.metres / 2, words);
    if (units > 200) ink_words(ink, words, &plain, x + units / 2, y + 14, INK_MIDDLE, INK_START);
    bar_label(sheet->bar.metres, words);
    return 14 + ink_words(ink, words, &plain, x + units, y + 14, INK_MIDDLE, INK_START);
}

static void draw_north(const struct sheet *sheet, struct ink *ink, double x, double y) {
    double north = map_frame_north(&sheet->frame);
    if (isnan(north)) {
        ink_words(ink, "north is where", &small, x - 30, y - 16, INK_START, INK_START);
        ink_words(ink, "the meridians meet", &small, x - 30, y + 6, INK_START, INK_START);
        return;
    }
    ink_words(ink, "true north", &small, x + 36, y - 16, INK_START, INK_START);
    ink_words(ink, "at the middle", &small, x + 36, y + 6, INK_START, INK_START);
    cairo_save(ink->cairo);
    cairo_translate(ink->cairo, x, y);
    cairo_rotate(ink->cairo, north);
    ink_colour(ink, 0x222222);
    cairo_move_to(ink->cairo, 0, -34);
    cairo_line_to(ink->cairo, 15, 26);
    cairo_line_to(ink->cairo, 0, 14);
    cairo_close_path(ink->cairo);
    cairo_fill(ink->cairo);
    cairo_move_to(ink->cairo, 0, -34);
    cairo_line_to(ink->cairo, -15, 26);
    cairo_line_to(ink->cairo, 0, 14);
    cairo_close_path(ink->cairo);
    cairo_set_line_width(ink->cairo, 2);
    cairo_stroke(ink->cairo);
    ink_words(ink, "N", &heading, 0, -36, INK_MIDDLE, INK_END);
    cairo_restore(ink->cairo);
}

/* A globe says nothing of a map that shows most of a side. */
static bool has_globe(const struct sheet *sheet) {
    return map_frame_reach_m(&sheet->frame) < GLOBE_REACH_M;
}

static double draw_scale(const struct sheet *sheet, struct ink *ink, double x, double y, double width) {
    struct ink_style wrapped = small;
    struct text words = {0};
    bool globe = has_globe(sheet);
    double top = y, left = globe ? x + 2 * GLOBE + 40 : x, high = 0;
    if (globe) globe_draw(ink, &sheet->frame, x + GLOBE, y + GLOBE, GLOBE);
    draw_north(sheet, ink, left + 30, y + 68);
    high = 110;
    if (sheet->has_bar) {
        high += 14 + draw_bar(sheet, ink, left, y + high + 14);
        wrapped.width = width - (left - x);
        high += 4 + ink_words(ink, "along the ellipsoid, at the map's middle", &wrapped, left, y + high + 4, INK_START, INK_START);
    }
    y += fmax(high, globe ? 2 * GLOBE : 0) + 12;
    scale_words(sheet, &words);
    wrapped.width = width;
    y += ink_words(ink, words.bytes ? words.bytes : "", &wrapped, x, y, INK_START, INK_START);
    text_free(&words);
    return y - top;
}

struct column {
    double x, y, width, bottom;
};

static int columns_of(const struct ink_box *panel, struct column columns[COLUMNS_MAX]) {
    int n = (int)((panel->w + GAP) / (COLUMN_LEAST + GAP));
    n = n < 1 ? 1 : n > COLUMNS_MAX ? COLUMNS_MAX : n;
    double width = fmin((panel->w - GAP * (n - 1)) / n, COLUMN_MOST);
    for (int i = 0; i < n; i++) columns[i] = (struct column){panel->x + i * (width + GAP), panel->y, width, panel->y + panel->h};
    return n;
}

/* The table goes on below the map, where that leaves room for some lines. */
static int columns_below(const struct sheet *sheet, struct column *columns, int n) {
    if (sheet->below.w < COLUMN_LEAST || sheet->below.h < BELOW_LEAST) return n;
    return n + columns_of(&sheet->below, columns + n);
}

typedef double (*block_draw)(const struct sheet *sheet, struct ink *ink, double x, double y, double width);

/* The same is drawn on nothing to know how high it is. */
static double height_of(const struct sheet *sheet, block_draw draw, double width) {
    struct ink ink;
    cairo_surface_t *nothing = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1);
    ink_open(nothing, &ink);
    double high = draw(sheet, &ink, 0, 0, width);
    if (ink_close(&ink) != CAIRO_STATUS_SUCCESS) high = 0; /* the sheet itself fails then too */
    cairo_surface_destroy(nothing);
    return high;
}

static int place_block(const struct sheet *sheet, struct ink *ink, block_draw draw, struct column *columns, int n, int at) {
    double high = height_of(sheet, draw, columns[at].width);
    bool begun = columns[at].y > sheet->panel.y;
    if (begun && columns[at].y + high > columns[at].bottom && at + 1 < n) at++;
    if (ink) draw(sheet, ink, columns[at].x, columns[at].y, columns[at].width);
    columns[at].y += high + (draw == sheet_legend_draw ? 0 : BETWEEN);
    return at;
}

static size_t ranked_sites(const struct sheet *sheet) {
    const struct site_list *sites = &sheet->result->targets[sheet->target].sites;
    size_t ranked = 0;
    for (size_t i = 0; i < sites->count; i++) ranked += sites->sites[i].rank > 0;
    return ranked;
}

static size_t lines_in(const struct column *column) {
    double room = column->bottom - column->y - 2 * LINE - 12;
    return room > 0 ? (size_t)(room / LINE) : 0;
}

/* Whether the table finds room in the columns after `at`. */
static bool fits_beyond(const struct sheet *sheet, const struct column *columns, int n, int at) {
    size_t lines = 0;
    while (++at < n) lines += lines_in(&columns[at]);
    return lines >= ranked_sites(sheet);
}

static int place_blocks(const struct sheet *sheet, struct ink *ink, struct column *columns, int n) {
    int at = place_block(sheet, ink, sheet_legend_draw, columns, n, 0);
    at = place_block(sheet, ink, sheet_symbols_draw, columns, n, at);
    bool many = n > 2; /* then each block has a column of its own */
    if (many) at++;
    at = place_block(sheet, ink, draw_scale, columns, n, at < n ? at : n - 1);
    return many && at + 1 < n && fits_beyond(sheet, columns, n, at) ? at + 1 : at;
}

size_t sheet_panel_lines(const struct sheet *sheet) {
    struct column columns[2 * COLUMNS_MAX];
    int n = columns_of(&sheet->panel, columns), at = place_blocks(sheet, NULL, columns, n);
    size_t lines = 0;
    n = columns_below(sheet, columns, n);
    for (; at < n; at++) lines += lines_in(&columns[at]);
    return lines < SHEET_SITES_MAX ? lines : SHEET_SITES_MAX;
}

static const char *name_of(const struct scenario *scenario, const struct site *site) {
    if (site->name && *site->name) return site->name;
    for (size_t a = 0; site->annotations && a < scenario->n_annotations; a++)
        if (site->annotations[a] && *site->annotations[a]) return site->annotations[a];
    return "–";
}

static void draw_cell(struct ink *ink, const char *words, double x, double y, double width, enum ink_align across, bool bold) {
    struct ink_style style = small;
    style.bold = bold;
    style.lines = 1;
    style.width = across == INK_START ? width : 0;
    ink_words(ink, words, &style, across == INK_START ? x : x + width, y, across, INK_START);
}

static const double number_wide = 44, score_wide = 72, degree_wide = 102;

static void draw_row(struct ink *ink, const struct column *column, const char *number, const char *name, const char *score, const char *lon,
                     const char *lat, bool bold) {
    double x = column->x, right = x + column->width;
    draw_cell(ink, number, x, column->y, number_wide - 12, INK_END, bold);
    draw_cell(ink, name, x + number_wide, column->y, column->width - number_wide - score_wide - 2 * degree_wide, INK_START, bold);
    draw_cell(ink, score, right - 2 * degree_wide - score_wide, column->y, score_wide, INK_END, bold);
    draw_cell(ink, lon, right - 2 * degree_wide, column->y, degree_wide, INK_END, bold);
    draw_cell(ink, lat, right - degree_wide, column->y, degree_wide, INK_END, bold);
}

static void draw_head(const struct sheet *sheet, struct ink *ink, struct column *column, bool first) {
    char words[96];
    size_t ranked = ranked_sites(sheet);
    snprintf(words, sizeof words, "The first %zu of %zu ranked sites", sheet->n_listed, ranked);
    if (sheet->n_listed == ranked) snprintf(words, sizeof words, "Ranked sites");
    ink_words(ink, first ? words : "Ranked sites, continued", &heading, column->x, column->y, INK_START, INK_START);
    column->y += LINE + 10;
    draw_row(ink, column, "No.", "site, or where it is", sheet->scale.logits ? "prob." : "score", "lon °", "lat °", true);
    column->y += LINE;
    ink_colour(ink, 0x999999);
    cairo_set_line_width(ink->cairo, 1.2);
    ink_line(ink, column->x, column->y - 2, column->x + column->width, column->y - 2);
}

static void draw_site(const struct sheet *sheet, struct ink *ink, struct column *column, const struct site *site) {
    char number[16], score[24], lon[24], lat[24];
    snprintf(number, sizeof number, "%d", site->rank);
    snprintf(score, sizeof score, sheet->scale.logits ? "%.3g" : "%.4f", site->score);
    snprintf(lon, sizeof lon, "%.4f", site->lon);
    snprintf(lat, sizeof lat, "%.4f", site->lat);
    draw_row(ink, column, number, name_of(sheet->result->scenario, site), score, lon, lat, false);
    column->y += LINE;
}

static void draw_table(const struct sheet *sheet, struct ink *ink, struct column *columns, int n, int at) {
    const struct site_list *sites = &sheet->result->targets[sheet->target].sites;
    size_t listed = 0, left = 0;
    for (size_t i = 0; i < sites->count && listed < sheet->marks.n_sites; i++) {
        if (sites->sites[i].rank != sheet->marks.sites[listed].rank) continue;
        while (!left && at < n) {
            left = lines_in(&columns[at]);
            if (left)
                draw_head(sheet, ink, &columns[at], listed == 0);
            else
                at++;
        }
        if (!left) return;
        draw_site(sheet, ink, &columns[at], &sites->sites[i]);
        listed++;
        if (--left == 0) at++;
    }
}

void sheet_panel_draw(const struct sheet *sheet, struct ink *ink) {
    struct column columns[2 * COLUMNS_MAX];
    int n = columns_of(&sheet->panel, columns), at = place_blocks(sheet, ink, columns, n);
    draw_table(sheet, ink, columns, columns_below(sheet, columns, n), at);
}
