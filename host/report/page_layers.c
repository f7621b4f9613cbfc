/* Layers are those of the map sheets (report/base_map), and others that a reader may switch on. */
#include "report/page_layers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "geo/mercator_outline.h"
#include "report/base_map.h"

enum { QUARTERS = 4, FINER = 4, TRIES = 5, PLACES_MOST = 500, NAME_BYTES_MOST = 60000 };
static const double TOLERANCE_PX = 0.5, COARSER = 2;

/* A layer's lines as letters. */
struct lines {
    struct text letters;
    size_t count;
};

struct layering {
    const struct result *result;
    const struct mercator *picture;
    struct map_frame frame;
    struct crs_lonlat *lonlat;
    struct base_map base;
    struct lines *lines; /* [base.n_layers] */
    double tolerance;
    size_t bytes;
};

/* Where numbers are told from: the one before. */
struct pen {
    struct text *letters;
    int64_t right, down;
};

static void add_bits(struct text *letters, uint64_t bits) {
    char buffer[16];
    size_t length = 0;
    do {
        buffer[length++] = (char)(63 + (bits & 31) + (bits > 31 ? 32 : 0));
        bits >>= 5;
    } while (bits);
    text_add_bytes(letters, buffer, length);
}

static void add_signed(struct text *letters, int64_t value) {
    add_bits(letters, value < 0 ? ((uint64_t)(-value - 1) << 1) + 1 : (uint64_t)value << 1);
}

static void add_place(struct pen *pen, const double *at) {
    int64_t right = llround(QUARTERS * at[0]), down = llround(QUARTERS * at[1]);
    add_signed(pen->letters, right - pen->right);
    add_signed(pen->letters, down - pen->down);
    pen->right = right;
    pen->down = down;
}

static status draw_layer(struct layering *layering, size_t index) {
    struct lines *lines = &layering->lines[index];
    struct pen pen = {.letters = &lines->letters};
    struct outline drawn;
    text_free(&lines->letters);
    lines->count = 0;
    text_add(&lines->letters, "");
    TRY(mercator_outline(&layering->base.layers[index].outline, &layering->result->grid, layering->lonlat, layering->picture, layering->tolerance,
                         &drawn));
    for (size_t i = 0; i < drawn.n_parts; i++) {
        const struct outline_part *part = &drawn.parts[i];
        if (part->kind != OUTLINE_LINE) continue;
        add_bits(pen.letters, part->count);
        for (size_t k = 0; k < part->count; k++) add_place(&pen, drawn.places[part->first + k]);
        lines->count++;
    }
    outline_free(&drawn);
    layering->bytes += lines->letters.length;
    return lines->letters.failed ? status_no_memory() : NULL;
}

static status draw_fitting(struct layering *layering) {
    layering->tolerance = TOLERANCE_PX;
    for (int try = 0; try < TRIES; try++) {
        if (try) layering->tolerance *= COARSER;
        layering->bytes = 0;
        for (size_t i = 0; i < layering->base.n_layers; i++) TRY(draw_layer(layering, i));
        if (layering->bytes <= PAGE_LAYER_BYTES) break;
    }
    return NULL;
}

static struct json_object *colour(struct json_build *build, unsigned rgb) {
    char words[8];
    snprintf(words, sizeof words, "#%06x", rgb & 0xffffff);
    return json_text(build, words);
}

/* What a sheet draws is shown from the start. */
static bool shown_at_first(const struct layering *layering, size_t layer) {
    return base_map_drawn(layering->result->scenario, layering->result, layer) != DRAWN_NONE;
}

static struct json_object *lines_map(const struct layering *layering, size_t index, struct json_build *build) {
    const struct base_layer *layer = &layering->base.layers[index];
    const struct base_style style = base_map_style(layer->drawn);
    struct json_object *map = json_map(build), *dash = json_list(build);
    for (int i = 0; i < 2 && style.dash[0] > 0; i++) json_append(build, dash, json_number(build, style.dash[i]));
    json_put_text(build, map, "name", layering->result->scenario->layers[layer->layer].name);
    json_put_text(build, map, "words", base_map_words(layer->drawn));
    json_put(build, map, "shown", json_object_new_boolean(shown_at_first(layering, layer->layer)));
    json_put(build, map, "colour", colour(build, style.rgb));
    if (style.under) json_put(build, map, "under", colour(build, style.under));
    json_put_number(build, map, "width", style.width);
    json_put_number(build, map, "under_width", style.under_width);
    json_put(build, map, "dash", dash);
    json_put_integer(build, map, "lines", (int64_t)layering->lines[index].count);
    json_put_text(build, map, "shapes", layering->lines[index].letters.bytes);
    return map;
}

/* Quarters of pixels of a place on the frame; false where it has none. */
static bool pixel_of(const struct layering *layering, double right, double down, double at[2]) {
    const struct mercator *picture = layering->picture;
    double x, y, lon, lat;
    map_frame_from_sheet(&layering->frame, right, down, &x, &y);
    crs_to_lonlat(layering->lonlat, x, y, &lon, &lat);
    if (isnan(lon) || isnan(lat)) return false;
    double middle = layering->result->grid.geographic ? x : (picture->west + picture->east) / 2;
    mercator_pixel(picture, lon - 360 * round((lon - middle) / 360), lat, &at[0], &at[1]);
    return at[0] >= 0 && at[1] >= 0 && at[0] <= (double)picture->width && at[1] <= (double)picture->height;
}

/* Places of one kind, each with its words. */
struct group {
    struct json_object *map, *names;
    struct text letters;
    struct pen pen;
    size_t count, left_out, name_bytes;
};

static void group_begin(struct group *group, enum drawn drawn, struct json_build *build) {
    *group = (struct group){.map = json_map(build), .names = json_list(build)};
    group->pen.letters = &group->letters;
    text_add(&group->letters, "");
    json_put(build, group->map, "colour", colour(build, base_map_style(drawn).rgb));
    json_put_text(build, group->map, "words", base_map_words(drawn));
}

static void group_add(struct group *group, const struct layering *layering, const double sheet[2], const char *name, struct json_build *build) {
    double at[2];
    if (!pixel_of(layering, sheet[0], sheet[1], at)) return;
    if (group->count == PLACES_MOST || group->name_bytes + strlen(name) > NAME_BYTES_MOST) {
        group->left_out++;
        return;
    }
    add_place(&group->pen, at);
    json_append(build, group->names, json_text(build, name));
    group->name_bytes += strlen(name);
    group->count++;
}

static void group_end(struct group *group, const char *name, const char *symbol, bool shown, struct json_build *build, struct json_object *list) {
    if (group->letters.failed) build->failed = true;
    if (!group->count || build->failed) {
        json_object_put(group->names);
        json_object_put(group->map);
    } else {
        json_put_text(build, group->map, "name", name);
        json_put_text(build, group->map, "symbol", symbol);
        json_put(build, group->map, "shown", json_object_new_boolean(shown));
        json_put_text(build, group->map, "places", group->letters.bytes);
        json_put(build, group->map, "names", group->names);
        json_put_integer(build, group->map, "left_out", (int64_t)group->left_out);
        json_append(build, list, group->map);
    }
    text_free(&group->letters);
}

static void add_places(const struct layering *layering, struct json_build *build, struct json_object *list) {
    static const struct {
        enum drawn drawn;
        const char *name, *symbol;
    } kinds[] = {{DRAWN_POINT, "places", "place"}, {DRAWN_PORT, "ports", "port"}, {DRAWN_TOWN, "towns", "town"}};
    const struct base_map *base = &layering->base;
    struct group group;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        group_begin(&group, kinds[k].drawn, build);
        for (size_t i = 0; i < base->n_places && !build->failed; i++) {
            const struct base_place *place = &base->places[i];
            if (place->drawn == kinds[k].drawn) group_add(&group, layering, (const double[]){place->right, place->down}, place->name, build);
        }
        group_end(&group, kinds[k].name, kinds[k].symbol, kinds[k].drawn != DRAWN_POINT, build, list);
    }
    group_begin(&group, DRAWN_DEPOSIT, build);
    for (size_t i = 0; i < base->n_deposits && !build->failed; i++) {
        const struct base_deposit *deposit = &base->deposits[i];
        group_add(&group, layering, (const double[]){deposit->right, deposit->down}, base->types[deposit->type], build);
    }
    group_end(&group, "deposits", "deposit", false, build, list);
}

static void add_lines(const struct layering *layering, struct json_build *build, struct json_object *list, struct json_object *left_out) {
    size_t bytes = 0;
    for (size_t i = 0; i < layering->base.n_layers && !build->failed; i++) {
        const struct lines *lines = &layering->lines[i];
        bool fits = bytes + lines->letters.length <= PAGE_LAYER_BYTES;
        if (!fits) json_append(build, left_out, json_text(build, layering->result->scenario->layers[layering->base.layers[i].layer].name));
        if (!fits || !lines->count) continue;
        bytes += lines->letters.length;
        json_append(build, list, lines_map(layering, i, build));
    }
}

static struct json_object *whole_map(const struct layering *layering, struct json_build *build) {
    struct json_object *map = json_map(build), *list = json_list(build), *left_out = json_list(build);
    add_lines(layering, build, list, left_out);
    add_places(layering, build, list);
    json_put_number(build, map, "tolerance_px", layering->tolerance);
    json_put_integer(build, map, "bytes", (int64_t)layering->bytes);
    json_put(build, map, "left_out", left_out);
    json_put(build, map, "list", list);
    return map;
}

status page_layers_json(const struct result *result, const struct mercator *picture, struct json_build *build, struct json_object **out) {
    struct layering layering = {.result = result, .picture = picture};
    *out = NULL;
    TRY(crs_lonlat_open(&result->grid, &layering.lonlat));
    layering.frame = (struct map_frame){
        .w = FINER * (double)picture->width, .h = FINER * (double)picture->height, .grid = &result->grid, .lonlat = layering.lonlat};
    status failure = base_map_make_all(result, &layering.frame, &layering.base);
    if (!failure) failure = MEMORY_ARRAY(layering.base.n_layers + 1, &layering.lines);
    if (!failure) failure = draw_fitting(&layering);
    if (!failure) *out = whole_map(&layering, build);
    for (size_t i = 0; layering.lines && i < layering.base.n_layers; i++) text_free(&layering.lines[i].letters);
    free(layering.lines);
    base_map_free(&layering.base);
    crs_lonlat_close(layering.lonlat);
    return failure;
}
