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
    size_t count = reader->layers ? reader->layers->count : 0;
    const char **layers = reader_alloc(reader, count, sizeof *layers);
    bool *heights = reader_alloc(reader, count, sizeof *heights), *values = reader_alloc(reader, count, sizeof *values);
    if (!layers || !heights || !values) return false;
    for (size_t i = 0; i < count; i++) {
        const struct layer *layer = &reader->scenario->layers[i];
        layers[i] = layer->name;
        heights[i] = layer->kind == LAYER_RASTER;
        values[i] = layer->kind == LAYER_RASTER || layer->attribute || layer->category;
    }
    *names = (struct formula_names){count, layers, heights, values, scene_band, scene_wavelength, reader};
    return true;
}

/* What stands for a criterion where only layers may be named. */
static const char *instead_of(struct reader *reader, const struct node *criterion) {
    const struct node *slope = node_get(criterion, "slope_of"), *value = node_get(criterion, "value_of");
    if (slope && slope->kind == NODE_SCALAR) return reader_words(reader, "write `slope(%s)`", slope->text);
    if (value && value->kind == NODE_SCALAR) return reader_words(reader, "write `%s`", value->text);
    if (node_get(criterion, "formula")) return "write its formula here, in brackets";
    return "write what it is made of here, as in `slope(elevation)` or `inside(roads)`";
}

/* Words that say more of the name at fault when it is a criterion's; else those there are. */
static const char *fault_words(struct reader *reader, const struct node *node, const struct formula_fault *fault) {
    char name[64];
    size_t length = strspn(node->text + fault->offset, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (length == 0 || length >= sizeof name) return fault->words;
    memcpy(name, node->text + fault->offset, length);
    name[length] = '\0';
    const struct node *criterion = node_get(reader->criteria, name);
    if (!criterion || node_get(reader->layers, name) || node->text[fault->offset + length] == '(') return fault->words;
    return reader_words(reader, "'%s' is a criterion, and a formula reads layers; %s", name, instead_of(reader, criterion));
}

const struct formula *read_formula_text(struct reader *reader, const char *text, const struct node *node) {
    struct formula_names names;
    struct formula_fault fault;
    if (!gather_names(reader, &names)) return NULL;
    const struct formula *formula = formula_parse(text, &names, &reader->scenario->arena, &fault);
    if (!formula && fault.words)
        mistakes_add(&reader->mistakes, node->at, "`%s%s%s`: %s", node->key, node->kind == NODE_SCALAR ? ": " : "",
                     node->kind == NODE_SCALAR ? node->text : "", fault.words);
    else if (!formula)
        reader->mistakes.no_memory = true;
    return formula;
}

const struct formula *read_formula(struct reader *reader, const struct node *node) {
    struct formula_names names;
    struct formula_fault fault;
    if (!gather_names(reader, &names)) return NULL;
    const struct formula *formula = formula_parse(node->text, &names, &reader->scenario->arena, &fault);
    if (!formula && fault.words)
        mistakes_add(&reader->mistakes, place_in(node, fault.offset), "`%s`: %s", node->key, fault_words(reader, node, &fault));
    else if (!formula)
        reader->mistakes.no_memory = true;
    return formula;
}
