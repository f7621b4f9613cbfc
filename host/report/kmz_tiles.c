/* Levels are drawn over each other, the finest last; a tile comes when it is as large on the screen as half its pixels (KML 2.2, 9.13). */
#include "report/kmz_tiles.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>

#include "geo/mercator.h"
#include "report/sheet_cells.h"

static const double PIXELS_MAX = 67108864;

struct tiling {
    const struct result *result;
    const struct score_scale *scale;
    const struct crs_lonlat *lonlat;
    const struct target_result *found;
    struct rgb palette[HEATMAP_COLOURS];
    struct zip_file *zip;
    struct text *kml;
    int64_t *cells;                         /* [MERCATOR_STRIP * KMZ_TILE] */
    uint8_t *pixels;                        /* [KMZ_TILE * KMZ_TILE] */
    double west, south, east, north, pixel; /* of the part; degrees of the finest pixel */
    int part;
};

struct tile {
    int level, levels;
    int64_t col, row, width, height; /* pixels of this level */
    double west, south, east, north;
};

static uint8_t entry_of(const struct tiling *tiling, int64_t cell, int64_t x, int64_t y) {
    enum cell_state state = cell < 0 ? CELL_OUTSIDE : (enum cell_state)((const uint8_t *)tiling->found->state.bytes)[cell];
    if (state == CELL_SCORED) return heatmap_entry(tiling->scale, (double)((const float *)tiling->found->score.bytes)[cell]);
    if (state == CELL_EXCLUDED) return (uint8_t)sheet_cells_hatch((int)(x % 1000000), (int)(y % 1000000));
    return state == CELL_NO_DATA ? HEATMAP_NO_DATA : HEATMAP_OUTSIDE;
}

/* Whether anything is seen. */
static bool fill_tile(const struct tiling *tiling, const struct tile *tile) {
    const struct mercator box = {.west = tile->west,
                                 .south = tile->south,
                                 .east = tile->east,
                                 .north = tile->north,
                                 .width = tile->width,
                                 .height = tile->height,
                                 .degrees = true};
    bool seen = false;
    for (int64_t row = 0; row < tile->height; row += MERCATOR_STRIP) {
        mercator_strip(&tiling->result->grid, tiling->lonlat, &box, row, tiling->cells);
        for (int64_t j = row; j < row + MERCATOR_STRIP && j < tile->height; j++)
            for (int64_t i = 0; i < tile->width; i++) {
                int64_t cell = tiling->cells[(j - row) * tile->width + i];
                uint8_t entry = entry_of(tiling, cell, tile->col * KMZ_TILE + i, tile->row * KMZ_TILE + j);
                tiling->pixels[j * tile->width + i] = entry;
                seen |= entry != HEATMAP_OUTSIDE;
            }
    }
    return seen;
}

static status encode(const struct tiling *tiling, const struct tile *tile, char **bytes, size_t *size) {
    uint8_t colours[HEATMAP_COLOURS][4];
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)tile->width,
                       .height = (png_uint_32)tile->height,
                       .format = PNG_FORMAT_RGBA_COLORMAP,
                       .colormap_entries = HEATMAP_COLOURS};
    for (int i = 0; i < HEATMAP_COLOURS; i++) {
        const struct rgb *c = &tiling->palette[i];
        uint8_t clear = i == HEATMAP_OUTSIDE ? 0 : 255;
        uint8_t colour[4] = {clear ? c->r : 0, clear ? c->g : 0, clear ? c->b : 0, clear};
        for (int k = 0; k < 4; k++) colours[i][k] = colour[k];
    }
    FILE *file = open_memstream(bytes, size);
    if (!file) return status_no_memory();
    bool good = png_image_write_to_stdio(&image, file, 0, tiling->pixels, 0, colours);
    png_image_free(&image);
    return fclose(file) == 0 && good ? NULL : status_no_memory();
}

static void add_overlay(const struct tiling *tiling, const struct tile *tile, const char *name) {
    static const char box[] = "<north>%.10g</north><south>%.10g</south><east>%.10g</east><west>%.10g</west>";
    bool coarsest = tile->level + 1 == tile->levels;
    text_add(tiling->kml, "<GroundOverlay>");
    if (tile->levels > 1) {
        text_add(tiling->kml, "<Region><LatLonAltBox>");
        text_print(tiling->kml, box, tile->north, tile->south, tile->east, tile->west);
        text_print(tiling->kml, "</LatLonAltBox><Lod><minLodPixels>%d</minLodPixels><maxLodPixels>-1</maxLodPixels></Lod></Region>",
                   coarsest ? 0 : KMZ_TILE / 2);
    }
    text_print(tiling->kml, "<drawOrder>%d</drawOrder><Icon><href>%s</href></Icon><LatLonBox>", tile->levels - tile->level, name);
    text_print(tiling->kml, box, tile->north, tile->south, tile->east, tile->west);
    text_add(tiling->kml, "</LatLonBox></GroundOverlay>\n");
}

static status write_tile(const struct tiling *tiling, const struct tile *tile) {
    char name[96], *bytes = NULL;
    size_t size = 0;
    if (!fill_tile(tiling, tile)) return NULL;
    snprintf(name, sizeof name, "scores/%d_%d_%lld_%lld.png", tiling->part, tile->level, (long long)tile->col, (long long)tile->row);
    status failure = encode(tiling, tile, &bytes, &size);
    if (!failure) failure = zip_file_add(tiling->zip, name, bytes, size);
    if (!failure) add_overlay(tiling, tile, name);
    free(bytes);
    return failure;
}

static status write_level(const struct tiling *tiling, int level, int levels) {
    double pixel = ldexp(tiling->pixel, level);
    int64_t width = (int64_t)ceil((tiling->east - tiling->west) / pixel - 1e-9),
            height = (int64_t)ceil((tiling->north - tiling->south) / pixel - 1e-9);
    struct tile tile = {.level = level, .levels = levels};
    for (tile.row = 0; tile.row * KMZ_TILE < height; tile.row++)
        for (tile.col = 0; tile.col * KMZ_TILE < width; tile.col++) {
            int64_t x = tile.col * KMZ_TILE, y = tile.row * KMZ_TILE;
            tile.width = width - x < KMZ_TILE ? width - x : KMZ_TILE;
            tile.height = height - y < KMZ_TILE ? height - y : KMZ_TILE;
            tile.west = tiling->west + (double)x * pixel;
            tile.east = fmin(tiling->west + (double)(x + tile.width) * pixel, tiling->east); /* the last pixels would overshoot, beyond a pole too */
            tile.north = tiling->north - (double)y * pixel;
            tile.south = fmax(tiling->north - (double)(y + tile.height) * pixel, tiling->south);
            TRY(write_tile(tiling, &tile));
        }
    return NULL;
}

static status write_part(struct tiling *tiling, double west, double east) {
    double turns = 360 * floor((west + 180 + 1e-9) / 360), longer = fmax(east - west, tiling->north - tiling->south) / tiling->pixel;
    int levels = 1;
    if (!(east - west > 1e-9)) return NULL;
    tiling->west = west - turns;
    tiling->east = east - turns;
    while (longer > KMZ_TILE) longer /= 2, levels++;
    for (int level = levels - 1; level >= 0; level--) TRY(write_level(tiling, level, levels));
    tiling->part++;
    return NULL;
}

/* The side of the smallest cell, about: that of the middle one, in degrees of latitude, or what keeps all pixels within their number. */
static double pixel_of(const struct grid *grid, const double degrees[4]) {
    double dx, dy, wide = degrees[2] - degrees[0], high = degrees[3] - degrees[1];
    double side = fmin(grid->dx, grid->dy);
    if (!grid->geographic) {
        grid_cell_metres(grid, (double)grid->height / 2, &dx, &dy);
        side = fmin(dx, dy) / 111320;
    }
    return fmax(side, sqrt(wide * high / PIXELS_MAX));
}

static status write_parts(struct tiling *tiling, const double degrees[4]) {
    double cut = 180 + 360 * floor((degrees[0] + 180) / 360); /* the first antimeridian east of the west end */
    tiling->north = degrees[3];
    tiling->south = degrees[1];
    if (cut >= degrees[2] - 1e-9) return write_part(tiling, degrees[0], degrees[2]);
    TRY(write_part(tiling, degrees[0], cut));
    return write_part(tiling, cut, degrees[2]);
}

status kmz_tiles_write(const struct result *result, size_t target, const struct score_scale *scale, const struct map_frame *frame,
                       struct zip_file *zip, struct text *kml) {
    struct tiling tiling = {.result = result, .scale = scale, .lonlat = frame->lonlat, .found = &result->targets[target], .zip = zip, .kml = kml};
    double degrees[4], grown;
    if (!map_frame_degrees(frame, degrees)) return NULL;
    tiling.pixel = pixel_of(&result->grid, degrees);
    grown = result->grid.geographic
                ? 0
                : fmax(2 * tiling.pixel, (degrees[3] - degrees[1]) / 1000); /* edges that bend between the places that were tried */
    degrees[1] = fmax(degrees[1] - grown, -90);
    degrees[3] = fmin(degrees[3] + grown, 90);
    if (degrees[2] - degrees[0] + 2 * grown < 360) degrees[0] -= grown, degrees[2] += grown;
    heatmap_palette(scale, ramp_find(result->scenario->targets[target].ramp), tiling.palette);
    status failure = MEMORY_ARRAY((size_t)MERCATOR_STRIP * KMZ_TILE, &tiling.cells);
    if (!failure) failure = MEMORY_ARRAY((size_t)KMZ_TILE * KMZ_TILE, &tiling.pixels);
    if (!failure) failure = write_parts(&tiling, degrees);
    free(tiling.cells);
    free(tiling.pixels);
    return failure;
}
