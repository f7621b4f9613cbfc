/* A formula among the scenario's keys: the layers it may name, and its faults at their places in the file. */
#include <string.h>

#include "model/scenario_reader.h"

/* Where in the file a byte of the scalar stands. Lines that YAML folds together cannot be told apart: there it is the start. */
static struct place place_in(const struct node *node, size_t offset) {
    struct place at = node->at;
    if (!strchr(node->text, '\n')) at.column += (int)offset + node->quoted;
    return at;
}

static bool gather_names(struct reader *reader, struct formula_names *names) {
    size_t count = reader->layers ? reader->scenario->n_layers : 0;
    const char **layers = reader_alloc(reader, count, sizeof *layers);
    bool *heights = reader_alloc(reader, count, sizeof *heights), *values = reader_alloc(reader, count, sizeof *values);
    if (!layers || !heights || !values) return false;
    for (size_t i = 0; i < count; i++) {
        const struct layer *layer = &reader->scenario->layers[i];
        layers[i] = layer->name;
        heights[i] = layer->kind == LAYER_RASTER;
        values[i] = layer->kind == LAYER_RASTER || layer->attribute || layer->category;
    }
    *names = (struct formula_names){count, layers, heights, values};
    return true;
}

const struct formula *read_formula(struct reader *reader, const struct node *node) {
    struct formula_names names;
    struct formula_fault fault;
    if (!gather_names(reader, &names)) return NULL;
    const struct formula *formula = formula_parse(node->text, &names, &reader->scenario->arena, &fault);
    if (!formula && fault.words)
        mistakes_add(&reader->mistakes, place_in(node, fault.offset), "`%s`: %s", node->key, fault.words);
    else if (!formula)
        reader->mistakes.no_memory = true;
    return formula;
}
