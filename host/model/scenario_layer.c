/* Layers, the condition that selects a raster's cells, and annotations. */
#include <string.h>

#include "model/scenario_reader.h"

void read_condition(struct reader *reader, const struct node *node, const struct condition_words *words, const struct unit *unit,
                    const char *unit_name, bool slope, struct condition *out) {
    double *values = reader_alloc(reader, words->n_values, sizeof *values);
    if (!values) return;
    bool whole = true;
    for (size_t i = 0; i < words->n_values; i++) whole &= read_raw(reader, node, words->values[i], unit, unit_name, slope, &values[i]);
    if (whole) *out = (struct condition){words->op, words->n_values, values, node->text};
}

static void read_selection(struct reader *reader, const struct node *node, struct layer *layer) {
    struct condition_words words;
    if (!node_is_text(reader, node)) return;
    const char *fault = condition_split(node->text, &reader->scenario->arena, &words);
    if (fault)
        mistakes_add(&reader->mistakes, node->at, "`where: %s`: %s", node->text, fault);
    else if (strcmp(words.name, "value") != 0)
        mistakes_add(&reader->mistakes, node->at, "`where: %s` of a raster compares `value`, as in `value > 0`", node->text);
    else
        read_condition(reader, node, &words, NULL, layer->unit ? layer->unit : "", false, &layer->selected);
}

void read_layer(struct reader *reader, const struct node *map, struct layer *layer) {
    const char *owner = reader_words(reader, "layer '%s'", map->key);
    bool raster = node_get(map, "raster"), vector = node_get(map, "vector");
    layer->name = map->key;
    layer->at = map->key_at;
    layer->kind = vector && !raster ? LAYER_VECTOR : LAYER_RASTER;
    layer->scene = NO_INDEX;
    fields_default(reader, SECTION_VECTOR, layer);
    fields_default(reader, SECTION_RASTER, layer);
    if (!node_is_map(reader, map, "{raster: elevation.tif}")) return;
    if (raster == vector) {
        mistakes_add(&reader->mistakes, map->key_at, "%s has %s; it needs exactly one of them, for example `raster: elevation.tif`", owner,
                     raster ? "both `raster` and `vector`" : "neither `raster` nor `vector`");
        return;
    }
    fields_read(reader, raster ? SECTION_RASTER : SECTION_VECTOR, map, owner, layer);
    if (raster) read_scene(reader, map, owner, layer);
    const struct node *where = node_get(map, "where");
    if (raster && where) read_selection(reader, where, layer);
    if (layer->scale == 0)
        mistakes_add(&reader->mistakes, node_get(map, "scale")->at, "`scale: 0` makes every value the same; leave it out or give another");
    if (layer->attribute && layer->category)
        mistakes_add(&reader->mistakes, node_get(map, "category")->key_at,
                     "%s has both `attribute` and `category`; keep `attribute` for numbers or `category` for classes", owner);
}

void read_annotation(struct reader *reader, const struct node *map, struct annotation *annotation) {
    annotation->name = map->key;
    annotation->at = map->key_at;
    fields_default(reader, SECTION_ANNOTATION, annotation);
    if (!node_is_map(reader, map, "{layer: counties, field: name}")) return;
    fields_read(reader, SECTION_ANNOTATION, map, reader_words(reader, "annotation '%s'", map->key), annotation);
    if (annotation->layer != NO_INDEX && reader->scenario->layers[annotation->layer].kind != LAYER_VECTOR)
        mistakes_add(&reader->mistakes, node_get(map, "layer")->at, "`layer: %s` is a raster layer; names come from fields of a vector layer",
                     reader->scenario->layers[annotation->layer].name);
}
