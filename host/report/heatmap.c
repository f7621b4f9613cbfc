/* 8-bit palette PNG, row by row from the planes; world file (Esri: six lines, centre of the upper left cell) and GDAL's
 * auxiliary XML (PAM) with the reference system, the geotransform and what each palette entry means.
 * Score s has palette entry 4 + floor(252 s), so score 0 is the lowest colour of the ramp. */
#include "report/heatmap.h"

#include <errno.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/credits.h"
#include "report/ramp.h"

enum { RAMP_COLOURS = HEATMAP_COLOURS - HEATMAP_RAMP, HATCH_PERIOD = 8, HATCH_WIDTH = 3, PNG_LEVEL = 6 };

static const struct rgb no_data_grey = {222, 222, 222}, hatch_light = {176, 176, 176}, hatch_dark = {120, 120, 120};

static uint8_t pixel_of(enum cell_state state, float score, int64_t col, int64_t row) {
    switch (state) {
    case CELL_EXCLUDED:
        return (col + row) % HATCH_PERIOD < HATCH_WIDTH ? HEATMAP_HATCH_DARK : HEATMAP_HATCH;
    case CELL_NO_DATA:
        return HEATMAP_NO_DATA;
    case CELL_OUTSIDE:
        return HEATMAP_OUTSIDE;
    case CELL_SCORED:
        break;
    }
    double step = floor((double)score * RAMP_COLOURS);
    return (uint8_t)(HEATMAP_RAMP + (step > 0 ? fmin(step, RAMP_COLOURS - 1) : 0));
}

static void fill_row(const struct result *result, size_t target, int64_t row, uint8_t *pixels) {
    int64_t width = result->grid.width;
    const float *score = (const float *)result->targets[target].score.bytes + row * width;
    const uint8_t *state = (const uint8_t *)result->targets[target].state.bytes + row * width;
    for (int64_t col = 0; col < width; col++) pixels[col] = pixel_of((enum cell_state)state[col], score[col], col, row);
}

static void fill_palette(const struct ramp *ramp, png_color *palette) {
    const struct rgb states[HEATMAP_RAMP] = {{255, 255, 255}, no_data_grey, hatch_light, hatch_dark};
    for (int i = 0; i < HEATMAP_COLOURS; i++) {
        struct rgb c = i < HEATMAP_RAMP ? states[i] : ramp_colour(ramp, (double)(i - HEATMAP_RAMP) / (RAMP_COLOURS - 1));
        palette[i] = (png_color){c.r, c.g, c.b};
    }
}

static void credits_of(const struct scenario *scenario, struct text *into) {
    const char *credit;
    text_add(into, "");
    for (size_t i = 0; (credit = credits_at(scenario, i)); i++) text_print(into, "%s%s", i ? "; " : "", credit);
}

/* What libpng calls back into: words of the first error, and where to go on then. */
struct png_trouble {
    char words[160];
};

static void png_on_error(png_structp png, png_const_charp words) {
    struct png_trouble *trouble = png_get_error_ptr(png);
    snprintf(trouble->words, sizeof trouble->words, "%s", words);
    png_longjmp(png, 1);
}

static void png_on_warning(png_structp png, png_const_charp words) {
    (void)png, (void)words;
}

/* Everything that libpng needs, made before the setjmp so that no local changes behind it. */
struct picture {
    const struct result *result;
    size_t target;
    FILE *file;
    uint8_t *pixels;
    png_color palette[HEATMAP_COLOURS];
    struct text title, credits;
    struct png_trouble trouble;
};

static void write_header(png_structp png, png_infop info, struct picture *picture) {
    png_byte transparent = 0;
    char title_key[] = "Title", software_key[] = "Software", credits_key[] = "Description", software[] = "lodescan " LODE_VERSION, none[] = "";
    png_text texts[] = {
        {.compression = PNG_ITXT_COMPRESSION_NONE, .key = title_key, .text = picture->title.bytes, .lang = none, .lang_key = none},
        {.compression = PNG_TEXT_COMPRESSION_NONE, .key = software_key, .text = software},
        {.compression = PNG_ITXT_COMPRESSION_NONE, .key = credits_key, .text = picture->credits.bytes, .lang = none, .lang_key = none},
    };
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_IHDR(png, info, (png_uint_32)picture->result->grid.width, (png_uint_32)picture->result->grid.height, 8, PNG_COLOR_TYPE_PALETTE,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(png, PNG_LEVEL);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_set_PLTE(png, info, picture->palette, HEATMAP_COLOURS);
    png_set_tRNS(png, info, &transparent, 1, NULL);
    png_set_text(png, info, texts, 3);
    png_write_info(png, info);
}

static void write_image(png_structp png, png_infop info, struct picture *picture) {
    png_init_io(png, picture->file);
    write_header(png, info, picture);
    for (int64_t row = 0; row < picture->result->grid.height; row++) {
        fill_row(picture->result, picture->target, row, picture->pixels);
        png_write_row(png, picture->pixels);
    }
    png_write_end(png, info);
}

static status encode(struct picture *picture, const char *path) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &picture->trouble, png_on_error, png_on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return status_no_memory();
    }
    status failure = NULL;
    if (setjmp(png_jmpbuf(png)) == 0)
        write_image(png, info, picture);
    else
        failure = status_fail(LODE_IO, "%s: cannot be written: %s", path, picture->trouble.words);
    png_destroy_write_struct(&png, &info);
    return failure;
}

static status write_png(const struct result *result, size_t target, const char *path) {
    const struct target *asked = &result->scenario->targets[target];
    const struct ramp *ramp = ramp_find(asked->ramp);
    if (!ramp) return status_fail(LODE_BAD_DATA, "target '%s': there is no ramp '%s'", asked->name, asked->ramp);
    struct picture *picture;
    TRY(MEMORY_ARRAY(1, &picture));
    picture->result = result;
    picture->target = target;
    fill_palette(ramp, picture->palette);
    text_print(&picture->title, "%s: %s score", result->scenario->title, asked->name);
    credits_of(result->scenario, &picture->credits);
    picture->pixels = malloc((size_t)result->grid.width);
    status failure = picture->pixels && !picture->title.failed && !picture->credits.failed ? NULL : status_no_memory();
    picture->file = failure ? NULL : fopen(path, "wb");
    if (!failure && !picture->file) failure = status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    if (!failure) failure = encode(picture, path);
    if (picture->file && fclose(picture->file) != 0 && !failure) failure = status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    text_free(&picture->title);
    text_free(&picture->credits);
    free(picture->pixels);
    free(picture);
    return failure;
}

static void add_numbers(struct text *into, const double *values, size_t count, const char *between) {
    for (size_t i = 0; i < count; i++) {
        if (i) text_add(into, between);
        text_add_number(into, values[i]);
    }
}

static void add_escaped(struct text *into, const char *words) {
    for (; *words; words++) {
        if (*words == '&')
            text_add(into, "&amp;");
        else if (*words == '<')
            text_add(into, "&lt;");
        else if (*words == '>')
            text_add(into, "&gt;");
        else
            text_add_bytes(into, words, 1);
    }
}

static void add_categories(struct text *xml) {
    static const char *const names[HEATMAP_RAMP] = {"outside", "no data", "excluded", "excluded"};
    text_add(xml, "    <CategoryNames>\n");
    for (int i = 0; i < HEATMAP_COLOURS; i++) {
        text_add(xml, "      <Category>");
        if (i < HEATMAP_RAMP) {
            text_add(xml, names[i]);
        } else {
            text_add(xml, "score ");
            text_add_number(xml, round(1e4 * (i - HEATMAP_RAMP) / RAMP_COLOURS) / 1e4);
            text_add(xml, " to ");
            text_add_number(xml, round(1e4 * (i - HEATMAP_RAMP + 1) / RAMP_COLOURS) / 1e4);
        }
        text_add(xml, "</Category>\n");
    }
    text_add(xml, "    </CategoryNames>\n");
}

static void fill_aux(const struct grid *grid, struct text *xml) {
    text_add(xml, "<PAMDataset>\n  <SRS>");
    add_escaped(xml, grid->wkt);
    text_add(xml, "</SRS>\n  <GeoTransform>");
    add_numbers(xml, (const double[]){grid->x0, grid->dx, 0, grid->y0, 0, -grid->dy}, 6, ", ");
    text_add(xml, "</GeoTransform>\n  <PAMRasterBand band=\"1\">\n");
    add_categories(xml);
    text_add(xml, "  </PAMRasterBand>\n</PAMDataset>\n");
}

static void fill_world(const struct grid *grid, struct text *lines) {
    add_numbers(lines, (const double[]){grid->dx, 0, 0, -grid->dy, grid_x(grid, 0), grid_y(grid, 0)}, 6, "\n");
    text_add(lines, "\n");
}

static status write_text(const char *path, struct text *words) {
    if (words->failed) return status_no_memory();
    FILE *file = fopen(path, "wb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fwrite(words->bytes, 1, words->length, file) == words->length;
    if (fclose(file) != 0 || !written) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return NULL;
}

status heatmap_write(const struct result *result, size_t target, const struct heatmap_paths *paths) {
    struct text world = {0}, xml = {0};
    fill_world(&result->grid, &world);
    fill_aux(&result->grid, &xml);
    status failure = write_png(result, target, paths->png);
    if (!failure) failure = write_text(paths->world, &world);
    if (!failure) failure = write_text(paths->aux, &xml);
    text_free(&world);
    text_free(&xml);
    return failure;
}
