/* QML of QGIS 3 (as 3.22 writes it; later ones read it): a pseudocolour renderer along stops or in steps, or a palette. */
#include "report/raster_style.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/sheet_svg.h"

enum { STOPS = 65 };

/* One colour of a style: at a value, up to one (steps), or of one (palette). */
struct stop {
    double value;
    struct rgb colour;
    int alpha;
    char *label;
};
enum style_kind { STYLE_LINEAR, STYLE_STEPS, STYLE_PALETTE };
struct style {
    enum style_kind kind;
    int band;
    double low, high;
    bool failed; /* memory ran out */
    size_t count;
    struct stop stops[STOPS];
};

/* Text between quotes of XML. */
static void add_quoted(const char *words, struct text *xml) {
    struct text safe = {0};
    sheet_svg_words(words, &safe);
    for (const char *at = safe.bytes; at && *at; at++) {
        if (*at == '"')
            text_add(xml, "&quot;");
        else
            text_add_bytes(xml, at, 1);
    }
    xml->failed |= safe.failed;
    text_free(&safe);
}

static void add_value(const char *key, double value, struct text *xml) {
    text_print(xml, " %s=\"", key);
    if (isinf(value))
        text_add(xml, "inf");
    else
        text_add_number(xml, value);
    text_add(xml, "\"");
}

static void add_stop(const struct style *style, const struct stop *stop, struct text *xml) {
    text_add(xml, style->kind == STYLE_PALETTE ? "<paletteEntry" : "<item");
    add_value("value", stop->value, xml);
    text_print(xml, " color=\"#%02x%02x%02x\" alpha=\"%d\" label=\"", stop->colour.r, stop->colour.g, stop->colour.b, stop->alpha);
    add_quoted(stop->label ? stop->label : "", xml);
    text_add(xml, "\"/>\n");
}

static void add_renderer(const struct style *style, struct text *xml) {
    bool palette = style->kind == STYLE_PALETTE;
    text_print(xml, "<rasterrenderer type=\"%s\" band=\"%d\" opacity=\"1\" alphaBand=\"-1\" nodataColor=\"\"",
               palette ? "paletted" : "singlebandpseudocolor", style->band);
    if (!palette) {
        add_value("classificationMin", style->low, xml);
        add_value("classificationMax", style->high, xml);
    }
    text_add(xml, "><rasterTransparency/>\n");
    if (palette) {
        text_add(xml, "<colorPalette>\n");
    } else {
        text_print(xml, "<rastershader><colorrampshader colorRampType=\"%s\" classificationMode=\"1\" clip=\"0\" labelPrecision=\"4\"",
                   style->kind == STYLE_STEPS ? "DISCRETE" : "INTERPOLATED");
        add_value("minimumValue", style->low, xml);
        add_value("maximumValue", style->high, xml);
        text_add(xml, ">\n");
    }
    for (size_t i = 0; i < style->count; i++) add_stop(style, &style->stops[i], xml);
    text_add(xml, palette ? "</colorPalette>" : "</colorrampshader></rastershader>");
    text_add(xml, "</rasterrenderer>\n");
}

static void add_style(const struct style *style, struct text *xml) {
    text_add(xml, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22.0\" styleCategories=\"Symbology\">\n<pipe>\n");
    add_renderer(style, xml);
    text_add(xml, "<brightnesscontrast brightness=\"0\" contrast=\"0\" gamma=\"1\"/>\n<huesaturation saturation=\"0\" grayscaleMode=\"0\"/>\n"
                  "<rasterresampler maxOversampling=\"2\"/>\n</pipe>\n<blendMode>0</blendMode>\n</qgis>\n");
}

static status write_whole(const struct text *words, const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fwrite(words->bytes, 1, words->length, file) == words->length;
    if (fclose(file) != 0 || !written) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return NULL;
}

static status write_style(const struct style *style, const char *path) {
    struct text xml = {0};
    add_style(style, &xml);
    status failure = xml.failed || style->failed ? status_no_memory() : write_whole(&xml, path);
    text_free(&xml);
    return failure;
}

/* Equal values would leave it to QGIS which colour holds. */
static void put(struct style *style, double value, struct rgb colour, int alpha, char *label) {
    style->failed |= !label;
    if (style->count && style->stops[style->count - 1].value == value) style->count--;
    style->stops[style->count++] = (struct stop){value, colour, alpha, label};
}

/* Four digits are enough to read. */
static char *number_label(struct arena *arena, double value, const char *after) {
    char digits[32];
    struct text words = {0};
    snprintf(digits, sizeof digits, "%.3e", value);
    text_number(digits, &value);
    text_add_number(&words, value);
    char *label = words.failed ? NULL : arena_print(arena, "%s%s", words.bytes, after);
    text_free(&words);
    return label;
}

static void put_classes(struct style *style, const struct score_scale *scale, const struct ramp *ramp, struct arena *arena) {
    const struct classed *classed = &scale->classed;
    style->kind = STYLE_STEPS;
    for (size_t k = 0; k <= classed->n_breaks; k++) {
        char *low = number_label(arena, k ? classed->breaks[k - 1] : classed->least, "");
        char *high = number_label(arena, k < classed->n_breaks ? classed->breaks[k] : classed->most, "");
        char *label = low && high ? arena_print(arena, "%s - %s", low, high) : NULL;
        put(style, k < classed->n_breaks ? classed->breaks[k] : INFINITY, ramp_colour(ramp, heatmap_class_share(scale, k)), 255, label);
    }
}

/* Stops in even steps of the ramp, which are even steps of the score or of its logit. */
static void put_ramp(struct style *style, const struct score_scale *scale, const struct ramp *ramp, struct arena *arena) {
    for (int i = 0; i < STOPS; i++) {
        double share = (double)i / (STOPS - 1), score = heatmap_score(scale, share);
        put(style, score, ramp_colour(ramp, share), 255, number_label(arena, score, ""));
    }
}

status raster_style_score(const struct score_scale *scale, const struct ramp *ramp, const char *path) {
    struct arena arena = {0};
    struct style style = {.kind = STYLE_LINEAR, .band = 1, .low = heatmap_score(scale, 0), .high = heatmap_score(scale, 1)};
    if (scale->classed.n_breaks)
        put_classes(&style, scale, ramp, &arena);
    else
        put_ramp(&style, scale, ramp, &arena);
    status failure = write_style(&style, path);
    arena_free(&arena);
    return failure;
}

status raster_style_change(double most, const char *path) {
    struct arena arena = {0};
    const double end = most > 0 ? most : 1;
    struct style style = {.kind = STYLE_LINEAR, .band = 1, .low = -end, .high = end};
    for (int i = 0; i < STOPS; i++) {
        double share = (double)i / (STOPS - 1), value = end * (2 * share - 1);
        put(&style, value, ramp_colour(ramp_find("blue_orange"), share), 255, number_label(&arena, value, ""));
    }
    status failure = write_style(&style, path);
    arena_free(&arena);
    return failure;
}

status raster_style_state(const struct ramp *ramp, const char *path) {
    struct style style = {.kind = STYLE_PALETTE,
                          .band = 1,
                          .count = 3,
                          .stops = {{CELL_SCORED, ramp_colour(ramp, 0.6), 255, "scored"},
                                    {CELL_EXCLUDED, {120, 120, 120}, 255, "excluded"},
                                    {CELL_NO_DATA, {222, 222, 222}, 255, "no data"}}};
    return write_style(&style, path);
}

status raster_style_rules(const char *const *names, const char *path) {
    struct arena arena = {0};
    struct style style = {.kind = STYLE_STEPS, .band = 1, .low = 0, .high = 1};
    const struct ramp *ramp = ramp_find("batlow");
    size_t bits = 0, rules = 0, told = 0;
    put(&style, 0, (struct rgb){255, 255, 255}, 0, "no rule");
    for (; names[bits]; bits++) rules += *names[bits] != '\0';
    for (size_t bit = 0; bit < bits; bit++) {
        if (!*names[bit]) continue;
        style.high = ldexp(1, (int)bit + 1) - 1;
        char *label = arena_print(&arena, told ? "%s (earlier ones may hold too)" : "%s", names[bit]);
        put(&style, style.high, ramp_colour(ramp, rules > 1 ? (double)told / (double)(rules - 1) : 0), 255, label);
        told++;
    }
    status failure = write_style(&style, path);
    arena_free(&arena);
    return failure;
}

status raster_style_range(int band, double low, double high, const char *unit, const char *path) {
    struct arena arena = {0};
    bool known = isfinite(low) && isfinite(high);
    struct style style = {.kind = STYLE_LINEAR, .band = band, .low = known ? low : 0, .high = known ? high : 1};
    if (style.low == style.high) style.high = style.low + 1;
    char *after = unit && *unit ? arena_print(&arena, " %s", unit) : "";
    style.failed = !after;
    for (int i = 0; i < STOPS; i++) {
        double share = (double)i / (STOPS - 1), value = style.low + share * (style.high - style.low);
        put(&style, value, ramp_colour(ramp_find(NULL), share), 255, number_label(&arena, value, after ? after : ""));
    }
    status failure = write_style(&style, path);
    arena_free(&arena);
    return failure;
}
