/* STAC 1.0.0 with the extensions projection 1.1, raster 1.1, file 2.1 and processing 1.1 (https://stac-extensions.github.io). */
#include "report/stac.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "geo/raster_facts.h"
#include "model/date.h"
#include "report/credits.h"
#include "report/footprint.h"
#include "report/json_build.h"
#include "report/run_time.h"

static const char *const extensions[] = {
    "https://stac-extensions.github.io/projection/v1.1.0/schema.json", "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
    "https://stac-extensions.github.io/file/v2.1.0/schema.json", "https://stac-extensions.github.io/processing/v1.1.0/schema.json"};

/* What a file is, by the end of its name; the first that fits. */
static const struct kind {
    const char *end, *type, *role;
} kinds[] = {{".aux.xml", "application/xml", "metadata"},
             {"_map.png", "image/png", "overview"},
             {"_heatmap.png", "image/png", "visual"},
             {".png", "image/png", "overview"},
             {".svg", "image/svg+xml", "overview"},
             {".pdf", "application/pdf", "overview"},
             {".tif", "image/tiff; application=geotiff; profile=cloud-optimized", "data"},
             {".gpkg", "application/geopackage+sqlite3", "data"},
             {".geojson", "application/geo+json", "data"},
             {".csv", "text/csv", "data"},
             {".fgb", "application/vnd.flatgeobuf", "data"},
             {".kmz", "application/vnd.google-earth.kmz", "visual"},
             {".html", "text/html", "overview"},
             {".qml", "application/xml", "metadata"},
             {".pgw", "text/plain", "metadata"},
             {".json", "application/json", "metadata"},
             {"", "application/octet-stream", "data"}};

static bool ends(const char *name, const char *with) {
    size_t length = strlen(name), end = strlen(with);
    return length >= end && strcmp(name + length - end, with) == 0;
}

static const struct kind *kind_of(const char *name) {
    const struct kind *kind = kinds;
    while (!ends(name, kind->end)) kind++;
    return kind;
}

/* JSON has no word for these; the raster extension has. */
static void put_nodata(struct json_build *build, struct json_object *into, double value) {
    if (isfinite(value))
        json_put_number(build, into, "nodata", value);
    else
        json_put_text(build, into, "nodata", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
}

static void put_statistics(struct json_build *build, struct json_object *into, const struct band_facts *band) {
    if (isnan(band->least)) return;
    struct json_object *map = json_map(build);
    json_put_number(build, map, "minimum", band->least);
    json_put_number(build, map, "maximum", band->most);
    json_put_number(build, map, "mean", band->mean);
    json_put_number(build, map, "stddev", band->sd);
    if (!isnan(band->valid_percent)) json_put_number(build, map, "valid_percent", band->valid_percent);
    json_put(build, into, "statistics", map);
}

static struct json_object *band_map(struct json_build *build, const struct band_facts *band) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "name", band->name);
    json_put_text(build, map, "data_type", band->type);
    json_put_text(build, map, "sampling", "area");
    if (*band->unit) json_put_text(build, map, "unit", band->unit);
    if (band->has_nodata) put_nodata(build, map, band->nodata);
    put_statistics(build, map, band);
    return map;
}

static status put_bands(struct json_build *build, struct json_object *into, const char *path) {
    struct arena arena = {0};
    struct band_facts *bands = NULL;
    size_t count = 0;
    status failure = raster_facts_read(path, &arena, &bands, &count);
    struct json_object *list = json_list(build);
    for (size_t b = 0; !failure && b < count; b++) json_append(build, list, band_map(build, &bands[b]));
    json_put(build, into, "raster:bands", list);
    arena_free(&arena);
    return failure;
}

/* The checksum as a multihash: function 12 (SHA2-256), 20 (hex) bytes. */
static status put_asset(struct json_build *build, struct json_object *into, const struct output *output) {
    const struct kind *kind = kind_of(output->name);
    struct json_object *map = json_map(build), *roles = json_list(build);
    struct text words = {0};
    text_print(&words, "./%s", output->name);
    json_put_text(build, map, "href", words.bytes);
    json_put_text(build, map, "type", kind->type);
    json_append(build, roles, json_text(build, kind->role));
    json_put(build, map, "roles", roles);
    json_put_integer(build, map, "file:size", output->bytes);
    text_free(&words);
    text_print(&words, "1220%s", output->sha256.hex);
    json_put_text(build, map, "file:checksum", words.bytes);
    build->failed |= words.failed;
    text_free(&words);
    status failure = ends(output->name, ".tif") ? put_bands(build, map, output->path) : NULL;
    json_put(build, into, output->name, map);
    return failure;
}

static void put_numbers(struct json_build *build, struct json_object *into, const char *key, const double *values, size_t count) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < count; i++) json_append(build, list, json_number(build, values[i]));
    json_put(build, into, key, list);
}

static void put_projection(struct json_build *build, struct json_object *into, const struct grid *grid) {
    long long code;
    double right = grid->x0 + grid->dx * (double)grid->width, bottom = grid->y0 - grid->dy * (double)grid->height;
    if (strncmp(grid->crs, "EPSG:", 5) == 0 && text_integer(grid->crs + 5, &code))
        json_put_integer(build, into, "proj:epsg", code);
    else
        json_put(build, into, "proj:epsg", NULL);
    json_put_text(build, into, "proj:wkt2", grid->wkt);
    put_numbers(build, into, "proj:shape", (const double[]){(double)grid->height, (double)grid->width}, 2);
    put_numbers(build, into, "proj:transform", (const double[]){grid->dx, 0, grid->x0, 0, -grid->dy, grid->y0}, 6);
    put_numbers(build, into, "proj:bbox", (const double[]){grid->x0, bottom, right, grid->y0}, 4);
}

/* Small letters and digits of the title, other things between them as single hyphens. */
static void put_id(struct json_build *build, struct json_object *into, const char *title) {
    struct text id = {0};
    for (const char *at = title ? title : ""; *at; at++) {
        bool plain = (*at >= '0' && *at <= '9') || (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        if (plain) {
            char letter = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
            text_add_bytes(&id, &letter, 1);
        } else if (id.length && id.bytes[id.length - 1] != '-') {
            text_add(&id, "-");
        }
    }
    while (id.length && id.bytes[id.length - 1] == '-') id.bytes[--id.length] = '\0';
    json_put_text(build, into, "id", id.length ? id.bytes : "lodescan-run");
    build->failed |= id.failed;
    text_free(&id);
}

static void put_when(struct json_build *build, struct json_object *into, const struct scenario *scenario, time_t started) {
    char day[DATE_WORDS], words[DATE_WORDS + 16];
    if (!scenario->as_of) {
        run_time_put(build, into, "datetime", run_time_told(started));
        return;
    }
    date_words(scenario->as_of, day);
    snprintf(words, sizeof words, "%sT00:00:00Z", day);
    json_put_text(build, into, "datetime", words);
}

static void put_providers(struct json_build *build, struct json_object *into, const struct scenario *scenario) {
    const char *credit;
    struct json_object *list = json_list(build);
    for (size_t i = 0; (credit = credits_at(scenario, i)); i++) {
        struct json_object *provider = json_map(build), *roles = json_list(build);
        json_put_text(build, provider, "name", credit);
        json_append(build, roles, json_text(build, "producer"));
        json_put(build, provider, "roles", roles);
        json_append(build, list, provider);
    }
    json_put(build, into, "providers", list);
}

static struct json_object *properties_map(const struct result *result, time_t started, struct json_build *build) {
    const struct scenario *scenario = result->scenario;
    struct json_object *map = json_map(build), *software = json_map(build);
    put_when(build, map, scenario, started);
    if (scenario->title && *scenario->title) json_put_text(build, map, "title", scenario->title);
    if (scenario->description && *scenario->description) json_put_text(build, map, "description", scenario->description);
    put_providers(build, map, scenario);
    json_put_text(build, software, "lodescan", LODE_VERSION);
    json_put(build, map, "processing:software", software);
    put_projection(build, map, &result->grid);
    return map;
}

/* What a STAC file's own folder holds beside it; catalogues add links of theirs. */
static struct json_object *links_list(struct json_build *build) {
    struct json_object *list = json_list(build), *link = json_map(build);
    json_put_text(build, link, "rel", "about");
    json_put_text(build, link, "href", "./" OUTPUTS_MANIFEST);
    json_put_text(build, link, "type", "application/json");
    json_put_text(build, link, "title", "How the run came about");
    json_append(build, list, link);
    return list;
}

static status put_assets(struct json_build *build, struct json_object *into, const struct outputs *outputs) {
    struct json_object *assets = json_map(build);
    status failure = NULL;
    for (size_t i = 0; !failure && i < outputs->count; i++)
        if (strcmp(outputs->items[i].name, STAC_NAME) != 0) failure = put_asset(build, assets, &outputs->items[i]);
    json_put(build, into, "assets", assets);
    return failure;
}

static status fill(const struct result *result, const struct outputs *outputs, time_t started, struct json_build *build, struct json_object *item) {
    struct json_object *geometry, *bbox;
    TRY(footprint_make(&result->grid, build, &geometry, &bbox));
    struct json_object *list = json_list(build);
    json_put_text(build, item, "type", "Feature");
    json_put_text(build, item, "stac_version", "1.0.0");
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) json_append(build, list, json_text(build, extensions[i]));
    json_put(build, item, "stac_extensions", list);
    put_id(build, item, result->scenario->title);
    json_put(build, item, "geometry", geometry);
    json_put(build, item, "bbox", bbox);
    json_put(build, item, "properties", properties_map(result, started, build));
    json_put(build, item, "links", links_list(build));
    return put_assets(build, item, outputs);
}

status stac_write(const struct result *result, const struct outputs *outputs, time_t started, const char *path) {
    struct json_build build = {0};
    struct json_object *item = json_map(&build);
    status failure = fill(result, outputs, started, &build, item);
    if (!failure) failure = build.failed ? status_no_memory() : json_write(path, item);
    json_object_put(item);
    return failure;
}
