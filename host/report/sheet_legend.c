/* The legend: what colours mean and how the score came about, what is hatched or blank and how much of it, then what the symbols are. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/overlay_words.h"
#include "report/sheet_cells.h"
#include "report/sheet_parts.h"

enum { ROW = 34, SWATCH = 52, SWATCH_HIGH = 24, RAMP_HIGH = 30, RAMP_STOPS = 32, TICKS = 5, CROWDED = 7 };
static const struct ink_style plain = {.size = SHEET_TEXT, .rgb = 0x222222}, heading = {.size = 23, .bold = true, .rgb = 0x222222};

void sheet_thousands(double value, char words[40]) {
    char digits[32];
    size_t n = (size_t)snprintf(digits, sizeof digits, value < 10 ? "%.1f" : "%.0f", value), whole = strcspn(digits, "."), at = 0;
    for (size_t i = 0; i < n; i++) {
        if (i && i < whole && (whole - i) % 3 == 0) at += (size_t)snprintf(words + at, 40 - at, "\u202f");
        words[at++] = digits[i];
    }
    words[at] = '\0';
}

static void frame_ramp(struct ink *ink, double x, double y, double width) {
    cairo_rectangle(ink->cairo, x, y, width, RAMP_HIGH);
    ink_colour(ink, 0x444444);
    cairo_set_line_width(ink->cairo, 1.5);
    cairo_stroke(ink->cairo);
}

static void draw_ramp(const struct ramp *ramp, struct ink *ink, double x, double y, double width) {
    cairo_pattern_t *pattern = cairo_pattern_create_linear(x, y, x + width, y);
    for (int i = 0; i <= RAMP_STOPS; i++) {
        struct rgb c = ramp_colour(ramp, (double)i / RAMP_STOPS);
        cairo_pattern_add_color_stop_rgb(pattern, (double)i / RAMP_STOPS, c.r / 255.0, c.g / 255.0, c.b / 255.0);
    }
    cairo_rectangle(ink->cairo, x, y, width, RAMP_HIGH);
    cairo_set_source(ink->cairo, pattern);
    cairo_fill(ink->cairo);
    cairo_pattern_destroy(pattern);
}

static void draw_classes(const struct score_scale *scale, const struct ramp *ramp, struct ink *ink, double x, double y, double width) {
    size_t n = scale->classed.n_breaks + 1;
    for (size_t k = 0; k < n; k++) {
        struct rgb c = ramp_colour(ramp, heatmap_class_share(scale, k));
        cairo_rectangle(ink->cairo, x + width * (double)k / (double)n, y, width / (double)n, RAMP_HIGH);
        ink_colour(ink, (unsigned)c.r << 16 | (unsigned)c.g << 8 | c.b);
        cairo_fill(ink->cairo);
    }
}

static double draw_tick(struct ink *ink, double at, double y, double length, double score, bool precise, enum ink_align across) {
    char words[32];
    snprintf(words, sizeof words, precise ? "%.2g" : "%.3g", score);
    cairo_set_line_width(ink->cairo, 1.5);
    ink_colour(ink, 0x444444);
    ink_line(ink, at, y, at, y + length);
    return length + 1 + ink_words(ink, words, &plain, at, y + length + 1, across, INK_START);
}

/* The ends and the breaks; of a ramp even steps of it. */
static double draw_ticks(const struct score_scale *scale, struct ink *ink, double x, double y, double width) {
    const struct classed *classed = &scale->classed;
    size_t n = classed->n_breaks ? classed->n_breaks + 2 : TICKS;
    double high = 0;
    for (size_t i = 0; i < n; i++) {
        double share = (double)i / (double)(n - 1), score = heatmap_score(scale, share);
        if (classed->n_breaks) score = i == 0 ? classed->least : i == n - 1 ? classed->most : classed->breaks[i - 1];
        double tick = n > CROWDED && i % 2 ? 28 : 6; /* every other label on a line of its own */
        high = fmax(high, draw_tick(ink, x + share * width, y, tick, score, scale->logits, i == 0 ? INK_START : i == n - 1 ? INK_END : INK_MIDDLE));
    }
    return high + 2;
}

static void add_classing(const struct sheet *sheet, struct text *words) {
    static const char *const names[CLASSINGS] = {[CLASSES_EQUAL_INTERVAL] = "of equal intervals",
                                                 [CLASSES_QUANTILE] = "of equal area (quantiles)",
                                                 [CLASSES_CONCENTRATION_AREA] = "at breaks of concentration-area (Cheng et al. 1994)",
                                                 [CLASSES_BREAKS] = "at the given breaks"};
    size_t breaks = sheet->scale.classed.n_breaks;
    if (breaks) text_print(words, "%zu classes %s. ", breaks + 1, names[sheet->result->scenario->targets[sheet->target].classing.kind]);
}

static size_t leaves(const struct overlay *tree) {
    size_t n = 0;
    for (; tree; tree = tree->next) n += tree->op == OVERLAY_CRITERION ? 1 : leaves(tree->child);
    return n;
}

static void add_method(const struct sheet *sheet, struct text *words) {
    const struct scenario *scenario = sheet->result->scenario;
    const struct target *target = &scenario->targets[sheet->target];
    const struct overlay *score = target->score;
    if (target->model) {
        text_print(words, "Probability of a known place in %g km², learnt by %s%s", target->model->unit_km2, model_table[target->model->kind].words,
                   sheet->scale.classed.n_breaks ? ". " : "; the colours are even steps of its logit. ");
    } else {
        const char *name = score && score->op != OVERLAY_CRITERION ? overlay_table[score->op].name : "criterion";
        text_print(words, "Score from 0 (worst) to 1 (best), without unit; overlay “%s” of %zu criteria. ", name, leaves(score));
    }
    add_classing(sheet, words);
    text_add(words, basis_sentence(overlay_basis(scenario, sheet->target)));
}

static double draw_score(const struct sheet *sheet, struct ink *ink, double x, double y, double width) {
    struct ink_style wrapped = plain;
    struct text words = {0};
    double top = y;
    const char *name = sheet->result->scenario->targets[sheet->target].name;
    text_print(&words, sheet->scale.logits ? "Probability: %s" : "Score: %s", name);
    wrapped = heading;
    wrapped.width = width;
    y += ink_words(ink, words.bytes ? words.bytes : "", &wrapped, x, y, INK_START, INK_START) + 10;
    text_free(&words);
    const struct ramp *ramp = ramp_find(sheet->result->scenario->targets[sheet->target].ramp);
    if (sheet->scale.classed.n_breaks)
        draw_classes(&sheet->scale, ramp, ink, x, y, width);
    else
        draw_ramp(ramp, ink, x, y, width);
    frame_ramp(ink, x, y, width);
    y += RAMP_HIGH;
    y += draw_ticks(&sheet->scale, ink, x, y, width) + 4;
    add_method(sheet, &words);
    wrapped = plain;
    wrapped.size = SHEET_SMALL;
    wrapped.width = width;
    y += ink_words(ink, words.bytes ? words.bytes : "", &wrapped, x, y, INK_START, INK_START) + 12;
    text_free(&words);
    return y - top;
}

static void draw_swatch(const struct sheet *sheet, struct ink *ink, enum cell_state state, double x, double y) {
    struct rgb palette[HEATMAP_COLOURS];
    heatmap_palette(&sheet->scale, ramp_find(NULL), palette);
    struct rgb c = palette[state == CELL_EXCLUDED ? HEATMAP_HATCH : state == CELL_NO_DATA ? HEATMAP_NO_DATA : HEATMAP_OUTSIDE];
    cairo_save(ink->cairo);
    cairo_rectangle(ink->cairo, x, y, SWATCH, SWATCH_HIGH);
    ink_colour(ink, (unsigned)c.r << 16 | (unsigned)c.g << 8 | c.b);
    cairo_fill_preserve(ink->cairo);
    ink_colour(ink, 0x777777);
    cairo_set_line_width(ink->cairo, 1.5);
    cairo_stroke_preserve(ink->cairo);
    cairo_clip(ink->cairo);
    c = palette[HEATMAP_HATCH_DARK];
    ink_colour(ink, (unsigned)c.r << 16 | (unsigned)c.g << 8 | c.b);
    cairo_set_line_width(ink->cairo, 3.5);
    for (int i = 0; state == CELL_EXCLUDED && i < SWATCH + SWATCH_HIGH; i += 14)
        ink_line(ink, x + i + 4, y - 2, x + i - SWATCH_HIGH, y + SWATCH_HIGH + 2);
    cairo_restore(ink->cairo);
}

static double draw_states(const struct sheet *sheet, struct ink *ink, double x, double y, double width) {
    static const struct {
        enum cell_state state;
        const char *words;
    } rows[] = {
        {CELL_EXCLUDED, "Excluded by a rule"}, {CELL_NO_DATA, "No data: a layer says nothing there"}, {CELL_OUTSIDE, "Outside of the study area"}};
    const struct target_result *found = &sheet->result->targets[sheet->target];
    double top = y;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char area[40], words[160];
        struct ink_style style = plain;
        if (!found->cells[rows[i].state]) continue;
        sheet_thousands(found->area_km2[rows[i].state], area);
        snprintf(words, sizeof words, "%s (%s km²)", rows[i].words, area);
        style.width = width - SWATCH - 16;
        style.lines = 1;
        draw_swatch(sheet, ink, rows[i].state, x, y + (ROW - SWATCH_HIGH) / 2.0);
        ink_words(ink, words, &style, x + SWATCH + 16, y + ROW / 2.0, INK_START, INK_MIDDLE);
        y += ROW;
    }
    return y - top;
}

/* Symbols stand in two columns where there is room. */
struct symbols {
    double x, y, width;
    int at, columns;
};

static void next_symbol(struct symbols *symbols, struct ink *ink, const char *words, double *x, double *y) {
    struct ink_style style = plain;
    double column = symbols->width / symbols->columns;
    *x = symbols->x + column * (symbols->at % symbols->columns);
    *y = symbols->y + ROW * (symbols->at / symbols->columns);
    style.width = column - SWATCH - 22;
    style.lines = 1;
    ink_words(ink, words, &style, *x + SWATCH + 16, *y + ROW / 2.0, INK_START, INK_MIDDLE);
    symbols->at++;
}

static void draw_deposits(const struct sheet *sheet, struct ink *ink, struct symbols *symbols) {
    const struct base_map *base = &sheet->base;
    for (size_t t = 0; t < base->n_types; t++) {
        double x, y;
        char words[200];
        bool untold = strcmp(base->types[t], "type not told") == 0;
        snprintf(words, sizeof words, untold && base->n_types == 1 ? "Known deposit" : "Known: %s", base->types[t]);
        next_symbol(symbols, ink, words, &x, &y);
        base_map_symbol(DRAWN_DEPOSIT, (int)t, ink, x + SWATCH / 2.0, y + ROW / 2.0, base_map_deposit_size(base));
    }
}

static void draw_base(const struct sheet *sheet, struct ink *ink, struct symbols *symbols) {
    for (enum drawn drawn = DRAWN_BORDER; drawn <= DRAWN_POINT; drawn++) {
        double x, y;
        if (drawn == DRAWN_DEPOSIT || !base_map_has(&sheet->base, drawn)) continue;
        next_symbol(symbols, ink, base_map_words(drawn), &x, &y);
        base_map_sample(drawn, ink, x, y + (ROW - SWATCH_HIGH) / 2.0, SWATCH, SWATCH_HIGH);
    }
}

double sheet_legend_draw(const struct sheet *sheet, struct ink *ink, double x, double y, double width) {
    double high = draw_score(sheet, ink, x, y, width);
    return high + draw_states(sheet, ink, x, y + high, width);
}

double sheet_symbols_draw(const struct sheet *sheet, struct ink *ink, double x, double y, double width) {
    double top = y, sx, sy;
    struct symbols symbols = {x, y, width, 0, 1};
    if (sheet->n_listed) {
        next_symbol(&symbols, ink, "Ranked site: its rank, as in the table", &sx, &sy);
        sheet_marks_number(ink, 1, sx + SWATCH / 2.0, sy + ROW / 2.0);
    }
    draw_deposits(sheet, ink, &symbols);
    y += ROW * symbols.at;
    symbols = (struct symbols){x, y, width, 0, 2};
    draw_base(sheet, ink, &symbols);
    return y + ROW * ((symbols.at + 1) / 2) - top;
}
