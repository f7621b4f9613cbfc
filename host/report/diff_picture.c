/* A change d has entry middle + round(124 d / most): only what is exactly no change, or less than half a step, is white. */
#include "report/diff_picture.h"

#include <math.h>

#include "base/parallel.h"
#include "compute/overlay.h"
#include "report/picture_place.h"
#include "report/png_file.h"

enum { HATCH_PERIOD = 8 };

struct picture {
    const struct surface_pair *pair;
    double most;
};

uint8_t diff_picture_entry(double difference, double most) {
    double step = most > 0 ? round(DIFF_STEPS * difference / most) : 0;
    step = step > DIFF_STEPS ? DIFF_STEPS : step < -DIFF_STEPS ? -DIFF_STEPS : step;
    return (uint8_t)(DIFF_MIDDLE + (int)step);
}

static uint8_t entry_of(uint8_t was, uint8_t is, int64_t row, int64_t col) {
    if (is == CELL_SCORED) return DIFF_NEWLY_SCORED;
    if (is == CELL_EXCLUDED && was != CELL_EXCLUDED) return DIFF_NEWLY_EXCLUDED;
    if (is == CELL_EXCLUDED) return (row + col) % HATCH_PERIOD < HATCH_PERIOD / 2 ? DIFF_HATCH_DARK : DIFF_HATCH;
    return is == CELL_NO_DATA ? DIFF_NO_DATA : DIFF_OUTSIDE;
}

uint8_t diff_picture_cell(const struct surface_pair *pair, double most, int64_t row, int64_t col) {
    const int64_t at = row * pair->grid->width + col;
    const double difference = (double)((const float *)pair->score[DIFF_BEFORE].bytes)[at];
    if (!isnan(difference)) return diff_picture_entry(difference, most);
    return entry_of(((const uint8_t *)pair->state[DIFF_BEFORE].bytes)[at], ((const uint8_t *)pair->state[DIFF_AFTER].bytes)[at], row, col);
}

static void fill_row(const void *user, int64_t row, uint8_t *pixels) {
    const struct picture *picture = user;
    for (int64_t col = 0; col < picture->pair->grid->width; col++) pixels[col] = diff_picture_cell(picture->pair, picture->most, row, col);
}

void diff_picture_palette(struct rgb palette[DIFF_COLOURS]) {
    static const struct rgb states[DIFF_RAMP] = {
        [DIFF_OUTSIDE] = {255, 255, 255},    [DIFF_NO_DATA] = {222, 222, 222},     [DIFF_HATCH] = {176, 176, 176},
        [DIFF_HATCH_DARK] = {120, 120, 120}, [DIFF_NEWLY_EXCLUDED] = {51, 51, 51}, [DIFF_NEWLY_SCORED] = {204, 121, 167}};
    const struct ramp *ramp = ramp_find("blue_orange");
    for (int i = 0; i < DIFF_COLOURS; i++)
        palette[i] = i < DIFF_RAMP ? states[i] : ramp_colour(ramp, 0.5 + (double)(i - DIFF_MIDDLE) / (2 * DIFF_STEPS));
}

/* The end of a step, `half` steps of half a colour from the middle. */
static void add_end(int half, double most, struct text *xml) {
    int at = half > 2 * DIFF_STEPS ? 2 * DIFF_STEPS : half < -2 * DIFF_STEPS ? -2 * DIFF_STEPS : half;
    text_add_number(xml, round(1e6 * most * at / (2 * DIFF_STEPS)) / 1e6 + 0.0); /* no -0 */
}

static void add_categories(double most, struct text *xml) {
    static const char *const names[DIFF_RAMP] = {"outside", "no data", "excluded", "excluded", "newly excluded", "newly scored"};
    for (int i = 0; i < DIFF_RAMP; i++) text_print(xml, "      <Category>%s</Category>\n", names[i]);
    for (int i = -DIFF_STEPS; i <= DIFF_STEPS; i++) {
        text_add(xml, "      <Category>change ");
        add_end(2 * i - 1, most, xml);
        text_add(xml, " to ");
        add_end(2 * i + 1, most, xml);
        text_add(xml, "</Category>\n");
    }
}

status diff_picture_write(const struct surface_pair *pair, double most, const char *title, const struct diff_picture_paths *paths) {
    const struct picture picture = {pair, most};
    const struct png_words words[] = {{"Title", title}, {"Software", "lodescan " LODE_VERSION}};
    struct rgb palette[DIFF_COLOURS];
    struct text categories = {0};
    diff_picture_palette(palette);
    add_categories(most, &categories);
    const struct png_picture png = {pair->grid->width, pair->grid->height, palette, words, 2, fill_row, &picture};
    status failure = png_file_write(paths->png, &png, parallel_threads());
    if (!failure) failure = picture_place_write(pair->grid, &categories, paths->world, paths->aux);
    text_free(&categories);
    return failure;
}
