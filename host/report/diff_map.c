/* A pixel shows one cell: nothing is averaged, so that a colour is a cell's own change. */
#include "report/diff_map.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "geo/mercator.h"
#include "report/diff_picture.h"
#include "report/plane_png.h"

enum { PIXELS_MOST = 1 << 22, URL_MOST = 6000000, TRIES = 20 };
static const double COARSER = 0.6;

struct drawing {
    const struct surface_pair *pair;
    double most;
    struct mercator map;
    uint8_t *entries; /* [height][width] */
    int32_t *places;
};

static void fill_strip(struct drawing *drawing, int64_t row, int64_t rows, const int64_t *cells) {
    const int64_t width = drawing->pair->grid->width;
    for (int64_t i = 0; i < rows * drawing->map.width; i++) {
        const int64_t at = row * drawing->map.width + i;
        drawing->places[at] = (int32_t)at;
        drawing->entries[at] = cells[i] < 0 ? DIFF_OUTSIDE : diff_picture_cell(drawing->pair, drawing->most, cells[i] / width, cells[i] % width);
    }
}

static status fill_entries(struct drawing *drawing, const struct crs_lonlat *lonlat) {
    const struct mercator *map = &drawing->map;
    const size_t pixels = (size_t)(map->width * map->height);
    int64_t *cells = NULL;
    TRY(MEMORY_ARRAY((size_t)(MERCATOR_STRIP * map->width), &cells));
    status failure = MEMORY_ARRAY(pixels, &drawing->entries);
    if (!failure) failure = MEMORY_ARRAY(pixels, &drawing->places);
    for (int64_t row = 0; !failure && row < map->height; row += MERCATOR_STRIP) {
        const int64_t rows = map->height - row < MERCATOR_STRIP ? map->height - row : MERCATOR_STRIP;
        mercator_strip(drawing->pair->grid, lonlat, map, row, cells);
        fill_strip(drawing, row, rows, cells);
    }
    free(cells);
    return failure;
}

static status draw(struct drawing *drawing, const struct crs_lonlat *lonlat, struct text *url) {
    atomic_size_t written = 0;
    status failure = fill_entries(drawing, lonlat);
    const struct plane_picture picture = {.width = drawing->map.width,
                                          .height = drawing->map.height,
                                          .n_planes = 1,
                                          .planes = {drawing->entries},
                                          .places = drawing->places,
                                          .written = &written,
                                          .most = URL_MOST / 4 * 3};
    text_free(url);
    if (!failure) failure = plane_png_url(&picture, url);
    if (!failure && atomic_load(&written) > URL_MOST / 4 * 3) text_free(url);
    free(drawing->entries);
    free(drawing->places);
    drawing->entries = NULL;
    drawing->places = NULL;
    return failure;
}

static struct json_object *map_json(const struct drawing *drawing, const struct text *url, struct json_build *build) {
    struct json_object *map = json_map(build);
    struct rgb palette[DIFF_COLOURS];
    char colours[6 * DIFF_COLOURS + 1];
    diff_picture_palette(palette);
    for (int i = 0; i < DIFF_COLOURS; i++) snprintf(colours + 6 * i, 7, "%02x%02x%02x", palette[i].r, palette[i].g, palette[i].b);
    json_put_number(build, map, "west", drawing->map.west);
    json_put_number(build, map, "south", drawing->map.south);
    json_put_number(build, map, "east", drawing->map.east);
    json_put_number(build, map, "north", drawing->map.north);
    json_put_integer(build, map, "width", drawing->map.width);
    json_put_integer(build, map, "height", drawing->map.height);
    json_put_number(build, map, "most", drawing->most);
    json_put_text(build, map, "colours", colours);
    json_put_text(build, map, "picture", url->bytes);
    return map;
}

status diff_map_make(const struct surface_pair *pair, double most, struct json_build *build, struct json_object **out) {
    struct drawing drawing = {.pair = pair, .most = most};
    struct crs_lonlat *lonlat = NULL;
    struct text url = {0};
    double pixels = PIXELS_MOST;
    *out = NULL;
    TRY(crs_lonlat_open(pair->grid, &lonlat));
    status failure = NULL;
    for (int try = 0; try < TRIES && !failure && !url.length; try++) {
        failure = mercator_fit(pair->grid, lonlat, 1, (int64_t)pixels, &drawing.map);
        if (failure && lode_error_code(failure) == LODE_BAD_DATA) {
            lode_error_free(failure);
            failure = NULL;
            break;
        }
        if (!failure) failure = draw(&drawing, lonlat, &url);
        pixels = COARSER * (double)(drawing.map.width * drawing.map.height);
    }
    if (!failure && url.length) *out = map_json(&drawing, &url, build);
    crs_lonlat_close(lonlat);
    text_free(&url);
    return failure;
}
