/* One palette entry a cell; world file (Esri: six lines, centre of the upper left cell) and GDAL's auxiliary XML (PAM) with the
 * reference system, the geotransform and what each palette entry means.
 * Score s has palette entry 4 + floor(252 s), so score 0 is the lowest colour of the ramp. Colours of a model's posteriors are
 * even steps of the logit (analysis/score_scale). */
#include "report/heatmap.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "base/text.h"
#include "base/vectors.h"
#include "model/woe.h"
#include "report/credits.h"
#include "report/entry_table.h"
#include "report/picture_place.h"
#include "report/png_file.h"

enum { RAMP_COLOURS = HEATMAP_COLOURS - HEATMAP_RAMP, HATCH_PERIOD = 8, FORGET_ROWS = 16, CELLS_IN_HAND = 1 << 20 };

static const struct rgb no_data_grey = {222, 222, 222}, hatch_light = {176, 176, 176}, hatch_dark = {120, 120, 120};

/* Two periods, so that any start within the first can be read on for a whole one. */
static const uint8_t hatch[2 * HATCH_PERIOD] = {
    HEATMAP_HATCH_DARK, HEATMAP_HATCH_DARK, HEATMAP_HATCH_DARK, HEATMAP_HATCH, HEATMAP_HATCH, HEATMAP_HATCH, HEATMAP_HATCH, HEATMAP_HATCH,
    HEATMAP_HATCH_DARK, HEATMAP_HATCH_DARK, HEATMAP_HATCH_DARK, HEATMAP_HATCH, HEATMAP_HATCH, HEATMAP_HATCH, HEATMAP_HATCH, HEATMAP_HATCH};

/* In double, as the formula says: in float the product could be rounded up to the next colour. */
static inline uint8_t ramp_entry(float score) {
    double step = (double)score * RAMP_COLOURS;
    step = step > 0 ? step : 0;
    step = step < RAMP_COLOURS - 1 ? step : RAMP_COLOURS - 1;
    return (uint8_t)(HEATMAP_RAMP + (int)step);
}

static inline uint8_t state_entry(uint8_t state, uint8_t hatched, uint8_t scored) {
    uint8_t entry = state == CELL_SCORED ? scored : HEATMAP_OUTSIDE;
    entry = state == CELL_EXCLUDED ? hatched : entry;
    return state == CELL_NO_DATA ? HEATMAP_NO_DATA : entry;
}

/* One hatch period a turn: without branches and with a known count, so that compilers turn the loops into vector code. */
static void fill_period(const float *score, const uint8_t *state, const uint8_t *hatched, uint8_t *pixels) {
    uint8_t scored[HATCH_PERIOD];
    for (int i = 0; i < HATCH_PERIOD; i++) scored[i] = ramp_entry(score[i]);
    for (int i = 0; i < HATCH_PERIOD; i++) pixels[i] = state_entry(state[i], hatched[i], scored[i]);
}

double heatmap_share(const struct score_scale *scale, double score) {
    if (!scale->logits) return score;
    return scale->high > scale->low ? (woe_logit(score) - scale->low) / (scale->high - scale->low) : 0;
}

double heatmap_score(const struct score_scale *scale, double share) {
    return scale->logits ? woe_logistic(scale->low + share * (scale->high - scale->low)) : share;
}

double heatmap_class_share(const struct score_scale *scale, size_t k) {
    return scale->classed.n_breaks ? (double)k / (double)scale->classed.n_breaks : 1;
}

static bool is_plain(const struct score_scale *scale) {
    return !scale->logits && !scale->classed.n_breaks;
}

uint8_t heatmap_entry(const struct score_scale *scale, double score) {
    size_t class = 0;
    if (!scale->classed.n_breaks) return ramp_entry((float)heatmap_share(scale, score));
    while (class < scale->classed.n_breaks && score > scale->classed.breaks[class]) class ++;
    return (uint8_t)(HEATMAP_RAMP + class);
}

struct picture {
    const struct score_scale *scale;
    const struct entry_table *entries; /* of scales that are not plain */
    const struct grid *grid;
    const struct scratch *score, *state;
    int64_t in_hand; /* cells that threads may be about at once */
};

WIDE_VECTORS static void fill_row(const void *user, int64_t row, uint8_t *pixels) {
    const struct picture *picture = user;
    int64_t width = picture->grid->width, col = 0;
    const float *score = (const float *)picture->score->bytes + row * width;
    const uint8_t *state = (const uint8_t *)picture->state->bytes + row * width, *hatched = hatch + row % HATCH_PERIOD;
    for (; col + HATCH_PERIOD <= width && is_plain(picture->scale); col += HATCH_PERIOD) fill_period(score + col, state + col, hatched, pixels + col);
    for (int64_t i = col; i < width; i++)
        pixels[i] = state_entry(state[i], hatched[(i - col) % HATCH_PERIOD], entry_table_look(picture->entries, score[i]));
    if (row % FORGET_ROWS != FORGET_ROWS - 1 && row != picture->grid->height - 1) return;
    /* Another thread may come last to rows before these, so they are let go too. */
    int64_t end = (row + 1) * width, back = end - FORGET_ROWS * width - picture->in_hand;
    size_t first = back > 0 ? (size_t)back : 0, cells = (size_t)end - first;
    scratch_forget_cells(picture->score, picture->state, first, cells);
}

void heatmap_palette(const struct score_scale *scale, const struct ramp *ramp, struct rgb palette[HEATMAP_COLOURS]) {
    const struct rgb states[HEATMAP_RAMP] = {{255, 255, 255}, no_data_grey, hatch_light, hatch_dark};
    size_t breaks = scale->classed.n_breaks;
    for (int i = 0; i < HEATMAP_RAMP; i++) palette[i] = states[i];
    for (size_t i = 0; i < RAMP_COLOURS; i++) {
        double share = breaks ? heatmap_class_share(scale, i < breaks ? i : breaks) : (double)i / (RAMP_COLOURS - 1);
        palette[HEATMAP_RAMP + i] = ramp_colour(ramp, share);
    }
}

static status write_png(const struct result *result, size_t target, const struct score_scale *scale, const char *path) {
    const struct target *asked = &result->scenario->targets[target];
    const struct ramp *ramp = ramp_find(asked->ramp);
    if (!ramp) return status_fail(LODE_BAD_DATA, "target '%s': there is no ramp '%s'", asked->name, asked->ramp);
    struct rgb palette[HEATMAP_COLOURS];
    struct text title = {0}, credits = {0};
    heatmap_palette(scale, ramp, palette);
    text_print(&title, "%s: %s score", result->scenario->title, asked->name);
    credits_join(result->scenario, &credits);
    status failure = title.failed || credits.failed ? status_no_memory() : NULL;
    struct entry_table entries;
    entry_table_make(scale, &entries);
    const struct picture picture = {
        scale, &entries, &result->grid, &result->targets[target].score, &result->targets[target].state, (int64_t)parallel_threads() * CELLS_IN_HAND};
    const struct png_words words[] = {{"Title", title.bytes}, {"Software", "lodescan " LODE_VERSION}, {"Description", credits.bytes}};
    const struct png_picture png = {result->grid.width, result->grid.height, palette, words, 3, fill_row, &picture};
    if (!failure) failure = png_file_write(path, &png, parallel_threads());
    text_free(&title);
    text_free(&credits);
    return failure;
}

/* A class ends where the next begins, the outer ones at the lowest and the highest score. */
static double class_end(const struct classed *classed, int step) {
    if (step == 0) return classed->least;
    return (size_t)step > classed->n_breaks ? classed->most : classed->breaks[step - 1];
}

static void add_end(const struct score_scale *scale, int step, struct text *xml) {
    if (scale->classed.n_breaks) {
        text_add_number(xml, class_end(&scale->classed, step));
        return;
    }
    double score = heatmap_score(scale, (double)step / RAMP_COLOURS);
    text_add_number(xml, scale->logits ? score : round(1e4 * score) / 1e4);
}

static void add_categories(const struct score_scale *scale, struct text *xml) {
    static const char *const names[HEATMAP_RAMP] = {"outside", "no data", "excluded", "excluded"};
    int colours = scale->classed.n_breaks ? HEATMAP_RAMP + (int)scale->classed.n_breaks + 1 : HEATMAP_COLOURS;
    for (int i = 0; i < colours; i++) {
        text_add(xml, "      <Category>");
        if (i < HEATMAP_RAMP) {
            text_add(xml, names[i]);
        } else {
            text_add(xml, "score ");
            add_end(scale, i - HEATMAP_RAMP, xml);
            text_add(xml, " to ");
            add_end(scale, i - HEATMAP_RAMP + 1, xml);
        }
        text_add(xml, "</Category>\n");
    }
}

status heatmap_write(const struct result *result, size_t target, const struct heatmap_paths *paths) {
    struct text categories = {0};
    const struct score_scale *scale = &result->targets[target].scale;
    add_categories(scale, &categories);
    status failure = write_png(result, target, scale, paths->png);
    if (!failure) failure = picture_place_write(&result->grid, &categories, paths->world, paths->aux);
    text_free(&categories);
    return failure;
}
