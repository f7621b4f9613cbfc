/* Bands of a scene: `scene.swir1`, `scene.b6` in a formula. Each that is read becomes a raster layer of its own, behind those that are
 * written, with the scene's path, crs and the rest, called by its band's label. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/scenario_reader.h"

static const char band_word[] = "{band}";

static bool is_date(const char *text) {
    static const char like[] = "dddd-dd-dd";
    if (strlen(text) != strlen(like)) return false;
    for (size_t i = 0; like[i]; i++)
        if (like[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != '-') return false;
    return strcmp(text + 5, "01") >= 0 && strcmp(text + 5, "12-31") <= 0 && strcmp(text + 8, "01") >= 0 && strcmp(text + 8, "31") <= 0;
}

static const char *band_labels(struct reader *reader, const struct sensor_row *sensor) {
    struct text all = {0};
    for (size_t i = 0; i < sensor->n_bands; i++) text_print(&all, "%sB%s", i ? ", " : "", sensor->bands[i].label);
    const char *kept = all.failed ? NULL : arena_copy(&reader->scenario->arena, all.bytes ? all.bytes : "");
    text_free(&all);
    if (!kept) reader->mistakes.no_memory = true;
    return kept ? kept : "";
}

static void read_bands(struct reader *reader, const struct node *node, struct layer *layer) {
    if (node->kind != NODE_LIST || !node->count) {
        if (node->kind != NODE_FAULT)
            mistakes_add(&reader->mistakes, node->at, "`bands` is a list of the file's bands in its order, for example `[B2, B3, B4]`");
        return;
    }
    int *bands = reader_alloc(reader, node->count, sizeof *bands);
    if (!bands) return;
    layer->bands = bands;
    for (const struct node *child = node->child; child; child = child->next) {
        if (!node_is_text(reader, child)) continue;
        int band = sensor_band_called(layer->sensor, child->text);
        if (band < 0)
            mistakes_add(&reader->mistakes, child->at, "`bands`: %s has no band '%s'; it has %s", layer->sensor->title, child->text,
                         band_labels(reader, layer->sensor));
        for (size_t i = 0; i < layer->n_bands && band >= 0; i++)
            if (bands[i] == band) mistakes_add(&reader->mistakes, child->at, "`bands` has '%s' twice", child->text);
        bands[layer->n_bands++] = band;
    }
}

/* Keys that say something of a scene alone. */
static void check_scene_keys(struct reader *reader, const struct node *map, const char *owner) {
    static const char *const keys[] = {"scaled", "bands", "date", "qa", "wavelengths"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *node = node_get(map, keys[i]);
        if (node) mistakes_add(&reader->mistakes, node->key_at, "`%s` in %s goes with `sensor`; say which, or leave it out", keys[i], owner);
    }
}

static void read_scaling(struct reader *reader, const struct node *map, const char *owner, struct layer *layer) {
    const struct node *node = node_get(map, "scaled"), *scale = node_get(map, "scale"), *offset = node_get(map, "offset");
    const struct scaling_row *row = layer->scaled ? sensor_scaling(layer->sensor, layer->scaled) : NULL;
    if (!layer->scaled) return;
    if (!row) {
        const struct scaling_row *own = sensor_scaling(layer->sensor, "sensor");
        mistakes_add(&reader->mistakes, node->at, "`scaled: %s` is no product of %s; %s", layer->scaled, layer->sensor->title,
                     own ? reader_words(reader, "write `scaled: %s`, or `scale` and `offset`", own->name) : "write `scale` and `offset`");
        return;
    }
    if (scale || offset) {
        mistakes_add(&reader->mistakes, node->key_at, "%s has both `scaled` and `%s`; keep one of them", owner, scale ? "scale" : "offset");
        return;
    }
    layer->scale = row->scale;
    layer->offset = row->offset;
    if (isnan(layer->nodata)) layer->nodata = row->nodata;
}

void read_scene(struct reader *reader, const struct node *map, const char *owner, struct layer *layer) {
    const struct node *bands = node_get(map, "bands"), *band = node_get(map, "band"), *date = node_get(map, "date");
    bool by_file = layer->path && strstr(layer->path, band_word);
    layer->sensor = layer->sensor_name ? sensor_find(layer->sensor_name) : NULL;
    if (!layer->sensor) {
        if (!node_get(map, "sensor")) check_scene_keys(reader, map, owner);
        if (!node_get(map, "sensor") && by_file)
            mistakes_add(&reader->mistakes, node_get(map, "raster")->at, "`raster: %s` stands for a file a band, which needs `sensor`", layer->path);
        return;
    }
    read_scaling(reader, map, owner, layer);
    if (band) mistakes_add(&reader->mistakes, band->key_at, "`band` in %s goes not with `sensor`; a formula may name `%s.b1`", owner, layer->name);
    if (bands && by_file)
        mistakes_add(&reader->mistakes, bands->key_at, "`bands` in %s goes not with a file a band (`{band}`); leave it out", owner);
    else if (bands && layer->sensor->n_bands)
        read_bands(reader, bands, layer);
    if (!layer->sensor->n_bands && (bands || by_file))
        mistakes_add(&reader->mistakes, bands ? bands->key_at : node_get(map, "raster")->at,
                     "bands of %s are found by their wavelengths in one file; %s out", layer->sensor->title,
                     bands ? "leave `bands`" : "leave `{band}`");
    else if (layer->sensor->n_bands && layer->wavelengths)
        mistakes_add(&reader->mistakes, node_get(map, "wavelengths")->key_at,
                     "`wavelengths` is for spectrometers; those of %s are known, so leave it out", layer->sensor->title);
    if (date && layer->date && !is_date(layer->date))
        mistakes_add(&reader->mistakes, date->at, "`date: %s` is no date; write it like `2007-06-30`", layer->date);
}

/* The file's band, from 1, that is this one of the sensor's; 0, and why, when it is not known to be there. */
static int band_in_file(struct reader *reader, const struct layer *scene, int band, const char **words) {
    const struct sensor_row *sensor = scene->sensor;
    for (size_t i = 0; i < scene->n_bands; i++)
        if (scene->bands[i] == band) return (int)i + 1;
    if (scene->n_bands) {
        *words = reader_words(reader, "`bands` of '%s' has no B%s", scene->name, sensor->bands[band].label);
        return 0;
    }
    int position = 1;
    for (int i = 0; i < band; i++) position += sensor->bands[i].usual;
    if (sensor->bands[band].usual) return position;
    *words = reader_words(reader, "a file of %s mostly has no B%s; list its bands with `bands: [...]` in layer '%s'", sensor->title,
                          sensor->bands[band].label, scene->name);
    return 0;
}

/* Detectors that wore out: refused after their last day, and asked for the day before. */
static bool is_alive(struct reader *reader, const struct layer *scene, int band, const char **words) {
    const struct sensor_row *sensor = scene->sensor;
    if (!sensor->swir_until || !sensor_band_is_swir(&sensor->bands[band])) return true;
    if (scene->date && strcmp(scene->date, sensor->swir_until) <= 0) return true;
    if (scene->date)
        *words = reader_words(reader, "B%s of %s is unusable after %s, and '%s' is of %s; take an older scene or another sensor",
                              sensor->bands[band].label, sensor->title, sensor->swir_until, scene->name, scene->date);
    else
        *words = reader_words(reader, "B%s of %s is unusable after %s; say of which day '%s' is, as in `date: 2006-05-17`", sensor->bands[band].label,
                              sensor->title, sensor->swir_until, scene->name);
    return false;
}

/* The path with the band's label for "{band}", with as many digits as the brand has: Sentinel-2 writes B04. */
static const char *band_path(struct reader *reader, const char *path, const struct sensor_row *sensor, int band) {
    const char *at = strstr(path, band_word), *label = sensor->bands[band].label;
    bool padded = strcmp(sensor->name, "sentinel_2") == 0 && strlen(label) == 1;
    if (strcmp(label, "8A") == 0) padded = false;
    return reader_words(reader, "%.*s%s%s%s", (int)(at - path), path, padded ? "0" : "", label, at + strlen(band_word));
}

static bool make_room(struct reader *reader) {
    struct scenario *scenario = reader->scenario;
    if (scenario->n_layers < reader->layer_room) return true;
    size_t room = 2 * scenario->n_layers;
    struct layer *larger = reader_alloc(reader, room, sizeof *larger);
    if (!larger) return false;
    memcpy(larger, scenario->layers, scenario->n_layers * sizeof *larger);
    scenario->layers = larger;
    reader->layer_room = room;
    return true;
}

/* The layer of a band, made at its first use; `part` is how it is called: "b8a", "w744". */
static int add_band(struct reader *reader, int scene, const char *part, int band_of_file, const char *path) {
    struct scenario *scenario = reader->scenario;
    char *name = arena_print(&scenario->arena, "%s.%s", scenario->layers[scene].name, part);
    if (!name) reader->mistakes.no_memory = true;
    for (size_t i = reader->layers->count; i < scenario->n_layers && name; i++)
        if (scenario->layers[i].scene == scene && strcmp(scenario->layers[i].name, name) == 0) return (int)i;
    if (!name || !make_room(reader)) return NO_LAYER;
    struct layer layer = scenario->layers[scene];
    bool of_many = layer.sensor && layer.sensor->n_bands && path == layer.path;
    layer.name = name;
    layer.scene = scene;
    layer.band = band_of_file;
    layer.path = path;
    layer.bands_in_file = of_many ? (int)(layer.n_bands ? layer.n_bands : sensor_usual_bands(layer.sensor)) : 0;
    ((struct layer *)scenario->layers)[scenario->n_layers] = layer;
    return (int)scenario->n_layers++;
}

/* The band of a spectrometer that is nearest to a wavelength, which its file will tell. */
static int add_wave(struct reader *reader, int scene, double nm) {
    char part[40];
    snprintf(part, sizeof part, "w%.0f", nm);
    int layer = add_band(reader, scene, part, 1, reader->scenario->layers[scene].path);
    if (layer != NO_LAYER) ((struct layer *)reader->scenario->layers)[layer].wavelength_nm = nm;
    return layer;
}

static int add_sensor_band(struct reader *reader, int index, int band, const char **words) {
    const struct layer *scene = &reader->scenario->layers[index];
    bool by_file = strstr(scene->path, band_word);
    if (!is_alive(reader, scene, band, words)) return NO_LAYER;
    if (scene->scaled && sensor_band_is_thermal(&scene->sensor->bands[band])) {
        *words = reader_words(reader, "B%s of %s is thermal, and `scaled: %s` is for reflectances; make another layer of the file without it",
                              scene->sensor->bands[band].label, scene->sensor->title, scene->scaled);
        return NO_LAYER;
    }
    int of_file = by_file ? 1 : band_in_file(reader, scene, band, words);
    if (!of_file) return NO_LAYER;
    const char *path = by_file ? band_path(reader, scene->path, scene->sensor, band) : scene->path;
    char part[8];
    snprintf(part, sizeof part, "b%s", scene->sensor->bands[band].label);
    for (char *c = part; *c; c++) *c = (char)tolower((unsigned char)*c);
    return add_band(reader, index, part, of_file, path);
}

static const char *bands_of(struct reader *reader, const struct sensor_row *sensor) {
    struct text all = {0};
    for (enum waveband i = 0; i < WAVEBANDS; i++)
        if (sensor_sees(sensor, i)) text_print(&all, "%s%s", all.length ? ", " : "", waveband_table[i].name);
    const char *kept = all.failed ? NULL : arena_copy(&reader->scenario->arena, all.bytes ? all.bytes : "");
    text_free(&all);
    if (!kept) reader->mistakes.no_memory = true;
    return kept ? kept : "";
}

/* `b3`, of a scene or of any raster. */
static int numbered_band(struct reader *reader, int index, const char *label, const char **words) {
    const struct layer *scene = &reader->scenario->layers[index];
    long long number;
    if (scene->sensor && scene->sensor->n_bands) {
        int band = sensor_band_called(scene->sensor, label);
        if (band >= 0) return add_sensor_band(reader, index, band, words);
        *words = reader_words(reader, "%s has no band '%s'; it has %s", scene->sensor->title, label, band_labels(reader, scene->sensor));
        return NO_LAYER;
    }
    if (text_integer(label + 1, &number) && number >= 1 && number <= 99999)
        return add_band(reader, index, reader_words(reader, "b%lld", number), (int)number, scene->path);
    *words = reader_words(reader, "'%s' is no band; write `%s.b1`, or give the layer a `sensor`", label, scene->name);
    return NO_LAYER;
}

static int named_band(struct reader *reader, int index, enum waveband waveband, const char **words) {
    const struct layer *scene = &reader->scenario->layers[index];
    const char *name = waveband_table[waveband].name;
    if (!scene->sensor && node_get(node_get(reader->layers, scene->name), "sensor")) {
        *words = reader_words(reader, "which band %s is depends on the `sensor` of '%s', which is not known", name, scene->name);
        return NO_LAYER;
    }
    if (!scene->sensor) {
        *words = reader_words(reader, "to know which band %s is, layer '%s' needs a `sensor`, for example `sensor: landsat_8`", name, scene->name);
        return NO_LAYER;
    }
    if (!scene->sensor->n_bands && sensor_sees(scene->sensor, waveband)) return add_wave(reader, index, waveband_table[waveband].centre_nm);
    int band = sensor_band_seeing(scene->sensor, waveband);
    if (band >= 0) return add_sensor_band(reader, index, band, words);
    *words = arena_print(&reader->scenario->arena, "%s has no %s; it has %s", scene->sensor->title, name, bands_of(reader, scene->sensor));
    return NO_LAYER;
}

/* `w744`, of a spectrometer. */
static int band_at_wavelength(struct reader *reader, int index, const char *digits, const char **words) {
    const struct layer *scene = &reader->scenario->layers[index];
    long long nm;
    if (!scene->sensor || scene->sensor->n_bands) {
        *words = reader_words(reader, "bands are found by wavelength in layers of a spectrometer, as in `sensor: enmap`; '%s' is none", scene->name);
        return NO_LAYER;
    }
    if (text_integer(digits, &nm) && (double)nm >= scene->sensor->from_nm && (double)nm <= scene->sensor->to_nm)
        return add_wave(reader, index, (double)nm);
    *words = reader_words(reader, "%s sees from %g to %g nm, not 'w%s'", scene->sensor->title, scene->sensor->from_nm, scene->sensor->to_nm, digits);
    return NO_LAYER;
}

double scene_wavelength(void *user, int index) {
    const struct reader *reader = user;
    const struct layer *layer = &reader->scenario->layers[index];
    if (layer->wavelength_nm > 0) return NAN;
    if (!layer->sensor || layer->scene == NO_INDEX) return 0;
    for (size_t i = 0; i < layer->sensor->n_bands; i++)
        if (strcasecmp(strrchr(layer->name, '.') + 2, layer->sensor->bands[i].label) == 0) return layer->sensor->bands[i].centre_nm;
    return 0;
}

static const char *no_band_words(struct reader *reader, const char *name) {
    const char *names[WAVEBANDS];
    for (size_t i = 0; i < WAVEBANDS; i++) names[i] = waveband_table[i].name;
    return reader_words(reader, "'%s' is no band%s", name, reader_hint(reader, name, names, WAVEBANDS, "; `lodescan indices` lists their names"));
}

int scene_band(void *user, const char *name, size_t length, const char **words) {
    struct reader *reader = user;
    const char *dot = memchr(name, '.', length);
    const char *own = dot ? reader_words(reader, "%.*s", (int)(dot - name), name) : "",
               *part = dot ? reader_words(reader, "%.*s", (int)(name + length - dot - 1), dot + 1) : "";
    int index = node_position(reader->layers, own);
    if (index == NO_INDEX) return NO_LAYER;
    const struct layer *scene = &reader->scenario->layers[index];
    if (scene->kind == LAYER_VECTOR || !scene->path) {
        *words = reader_words(reader, "'%s' is a vector layer, which has no bands", own);
        return NO_LAYER;
    }
    enum waveband waveband = waveband_find(part, strlen(part));
    if (waveband < WAVEBANDS) return named_band(reader, index, waveband, words);
    if (*part == 'w' && isdigit((unsigned char)part[1])) return band_at_wavelength(reader, index, part + 1, words);
    if (*part == 'b' && isdigit((unsigned char)part[1])) return numbered_band(reader, index, part, words);
    *words = no_band_words(reader, part);
    return NO_LAYER;
}

/* Numbers that are codes have no values between. Noted once all layers are read, for a layer may stand behind its scene. */
void check_quality(struct reader *reader) {
    struct layer *layers = (struct layer *)reader->scenario->layers;
    const struct node *map = reader->layers ? reader->layers->child : NULL;
    for (size_t i = 0; map && layers; map = map->next, i++) {
        if (layers[i].quality == NO_INDEX || !layers[i].sensor) continue;
        const struct node *node = node_get(map, "qa");
        struct layer *quality = &layers[layers[i].quality];
        bool blends = quality->resample && strcmp(quality->resample, "nearest") != 0 && strcmp(quality->resample, "mode") != 0;
        if (quality->kind == LAYER_VECTOR || quality->sensor)
            mistakes_add(&reader->mistakes, node->at, "`qa: %s` is %s; it takes a raster layer of one band", quality->name,
                         quality->sensor ? "a scene" : "a vector layer");
        else if (layers[i].sensor->quality == QUALITY_NONE)
            mistakes_add(&reader->mistakes, node->key_at, "`qa` of %s is nothing that lodescan reads; leave it out", layers[i].sensor->title);
        else if (blends || quality->content == CONTENT_CONTINUOUS)
            mistakes_add(&reader->mistakes, node->at, "`qa: %s` holds codes, of which there is no mean; leave `%s` out of that layer", quality->name,
                         blends ? "resample" : "kind");
        else
            quality->content = CONTENT_CLASSES;
    }
}

/* A scene of a file a band is itself, where a layer is named, the first of its bands that is read. */
void finish_scenes(struct reader *reader) {
    struct layer *layers = (struct layer *)reader->scenario->layers;
    size_t written = reader->layers ? reader->layers->count : 0;
    for (size_t i = 0; layers && i < written; i++) {
        if (!layers[i].sensor || !layers[i].sensor->n_bands || !layers[i].path || !strstr(layers[i].path, band_word)) continue;
        const char *path = NULL;
        for (size_t k = written; k < reader->scenario->n_layers && !path; k++)
            if (layers[k].scene == (int)i) path = layers[k].path;
        layers[i].path = path ? path : band_path(reader, layers[i].path, layers[i].sensor, 0);
    }
}
