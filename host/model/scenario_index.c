/* `index: clay, of: scene` of a criterion: the first of the index's formulas whose wavebands are there, written out over the scene's
 * bands and read as any other formula. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/index_table.h"
#include "model/scenario_reader.h"

static bool is_element(enum waveband waveband) {
    return waveband_table[waveband].centre_nm == 0;
}

/* "swir1 and swir2": those of a set. */
static const char *set_words(struct reader *reader, unsigned long long set) {
    struct text all = {0};
    for (enum waveband i = 0; i < WAVEBANDS; i++)
        if (set >> i & 1) text_print(&all, "%s%s", !all.length ? "" : set >> (i + 1) ? ", " : " and ", waveband_table[i].name);
    const char *kept = reader_words(reader, "%s", all.bytes ? all.bytes : "");
    text_free(&all);
    return kept;
}

static unsigned long long missing_of(const struct index_words *operands, const char *text) {
    unsigned long long missing = index_wavebands(text);
    for (enum waveband i = 0; i < WAVEBANDS; i++)
        if (operands->wavebands[i]) missing &= ~(1ull << i);
    return missing;
}

static const struct index_formula *choose_formula(const struct index_row *row, const struct index_words *operands) {
    for (size_t i = 0; i < INDEX_FORMULAS_MAX && row->formulas[i].text; i++)
        if (!missing_of(operands, row->formulas[i].text)) return &row->formulas[i];
    return NULL;
}

/* The formula that lacks least, for words. */
static unsigned long long least_missing(const struct index_row *row, const struct index_words *operands) {
    unsigned long long least = ~0ull;
    for (size_t i = 0; i < INDEX_FORMULAS_MAX && row->formulas[i].text; i++) {
        unsigned long long missing = missing_of(operands, row->formulas[i].text);
        if (__builtin_popcountll(missing) < __builtin_popcountll(least)) least = missing;
    }
    return least;
}

static bool read_scene_operands(struct reader *reader, const struct node *of, const struct index_row *row, struct index_words *out) {
    int index = read_reference(reader, of, of->text, reader->layers, "layer");
    if (index == NO_INDEX) return false;
    const struct layer *scene = &reader->scenario->layers[index];
    unsigned long long reads = index_wavebands(row->formulas[0].text);
    if (is_element((enum waveband)__builtin_ctzll(reads))) {
        mistakes_add(&reader->mistakes, of->at, "`index: %s` reads layers, not a scene; name them, as in `of: {%s: %s, ...}`", row->name,
                     waveband_table[__builtin_ctzll(reads)].name, of->text);
        return false;
    }
    if (!scene->sensor) {
        if (!node_get(node_get(reader->layers, of->text), "sensor"))
            mistakes_add(&reader->mistakes, of->at,
                         "`of: %s`: the layer needs a `sensor`, for example `sensor: landsat_8`; or name layers, as in `of: {%s: %s, ...}`", of->text,
                         waveband_table[__builtin_ctzll(reads)].name, of->text);
        return false;
    }
    for (enum waveband i = 0; i < WAVEBANDS; i++)
        if (sensor_sees(scene->sensor, i)) out->wavebands[i] = reader_words(reader, "%s.%s", of->text, waveband_table[i].name);
    return true;
}

static bool read_named_operand(struct reader *reader, const struct node *child, struct index_words *out) {
    enum waveband waveband = waveband_find(child->key, strlen(child->key));
    if (waveband == WAVEBANDS) {
        const char *names[WAVEBANDS];
        for (size_t i = 0; i < WAVEBANDS; i++) names[i] = waveband_table[i].name;
        mistakes_add(&reader->mistakes, child->key_at, "`of`: '%s' is nothing that an index reads%s", child->key,
                     reader_hint(reader, child->key, names, WAVEBANDS, "; `lodescan indices` lists what is"));
        return false;
    }
    if (!node_is_text(reader, child)) return false;
    if (!strchr(child->text, '.') && read_reference(reader, child, child->text, reader->layers, "layer") == NO_INDEX) return false;
    out->wavebands[waveband] = child->text;
    return true;
}

static bool read_operands(struct reader *reader, const struct node *of, const struct index_row *row, struct index_words *out) {
    bool whole = true;
    if (of->kind == NODE_SCALAR) return node_is_text(reader, of) && read_scene_operands(reader, of, row, out);
    if (!node_is_map(reader, of, "of: scene` or `of: {swir1: b6, swir2: b7}")) return false;
    for (const struct node *child = of->child; child; child = child->next) whole &= read_named_operand(reader, child, out);
    return whole;
}

static bool minimum_fits(struct reader *reader, const struct node *map, const struct index_row *row) {
    const struct node *node = node_get(map, "minimum");
    if (!node || !isnan(row->minimum)) return true;
    mistakes_add(&reader->mistakes, node->key_at, "`minimum` is for ratios of radioelements; leave it out of `index: %s`", row->name);
    return false;
}

static const struct index_row *read_name(struct reader *reader, const struct node *node) {
    const struct index_row *row = index_find(node->text);
    if (row) return row;
    const char *nearest = index_nearest(node->text);
    mistakes_add(&reader->mistakes, node->at, "`index: %s` names no index%s", node->text,
                 nearest ? reader_words(reader, ", did you mean '%s'?", nearest) : "; `lodescan indices` lists them");
    return NULL;
}

static const struct index_mask *find_mask(struct reader *reader, const struct node *node) {
    const char *names[INDEX_MASKS];
    for (size_t i = 0; i < INDEX_MASKS; i++) {
        names[i] = index_masks[i].name;
        if (strcmp(node->text, names[i]) == 0) return &index_masks[i];
    }
    mistakes_add(&reader->mistakes, node->at, "`mask: %s` names no mask%s", node->text,
                 reader_hint(reader, node->text, names, INDEX_MASKS, "; there are vegetation, cloud, shadow, snow and water"));
    return NULL;
}

/* The scene's layer of quality, and of which kind its sensor's are; NO_INDEX where it has none. */
static int quality_layer(struct reader *reader, const struct node *of, enum quality *quality) {
    const struct layer *scene = of->kind == NODE_SCALAR ? &reader->scenario->layers[node_position(reader->layers, of->text)] : NULL;
    *quality = scene ? scene->sensor->quality : QUALITY_NONE;
    return scene ? scene->quality : NO_INDEX;
}

/* The condition of one mask; NULL after a mistake. */
static const char *mask_condition(struct reader *reader, const struct node *node, const struct node *of, const struct index_words *words) {
    const struct index_mask *mask = node_is_text(reader, node) ? find_mask(reader, node) : NULL;
    enum quality quality;
    int layer = quality_layer(reader, of, &quality);
    if (!mask) return NULL;
    const char *condition = layer == NO_INDEX ? NULL : mask->quality[quality];
    if (!condition) condition = mask->spectral;
    if (condition && missing_of(words, condition)) {
        mistakes_add(&reader->mistakes, node->at, "`mask: %s` needs %s too", node->text, set_words(reader, missing_of(words, condition)));
        return NULL;
    }
    if (!condition)
        mistakes_add(&reader->mistakes, node->at,
                     quality == QUALITY_NONE
                         ? "`mask: %s` is told by Landsat's and Sentinel-2's own quality alone; make a rule of a layer that knows it"
                         : "`mask: %s` needs the scene's quality (QA_PIXEL, SCL): give its layer `qa: LAYER`",
                     node->text);
    return condition;
}

/* The formula, missing where a mask holds or cannot be told. */
static const char *read_masks(struct reader *reader, const struct node *masks, const struct node *of, struct index_words *words, const char *text) {
    struct text all = {0};
    enum quality quality;
    int layer = quality_layer(reader, of, &quality);
    if (layer != NO_INDEX) words->quality = reader->scenario->layers[layer].name;
    bool list = masks->kind == NODE_LIST;
    for (const struct node *node = list ? masks->child : masks; node; node = list ? node->next : NULL) {
        const char *condition = mask_condition(reader, node, of, words);
        condition = condition ? index_expand(condition, words, &reader->scenario->arena) : NULL;
        if (condition) text_print(&all, "%s%s", all.length ? " or " : "", condition);
    }
    if (all.length) text = arena_print(&reader->scenario->arena, "where(%s, nan, %s)", all.bytes, text);
    if (all.failed || !text) reader->mistakes.no_memory = true;
    text_free(&all);
    return text;
}

void read_index(struct reader *reader, const struct node *node, const struct node *map, struct criterion *criterion) {
    const struct index_row *row = read_name(reader, node);
    const struct node *of = node_get(map, "of"), *mask = node_get(map, "mask");
    struct index_words operands = {.minimum = criterion->minimum};
    if (!of) mistakes_add(&reader->mistakes, node->at, "`index: %s` needs `of`, the scene that it reads, as in `of: scene`", node->text);
    if (!row || !of || !minimum_fits(reader, map, row) || !read_operands(reader, of, row, &operands)) return;
    const struct index_formula *chosen = choose_formula(row, &operands);
    if (!chosen) {
        const char *lacks = set_words(reader, least_missing(row, &operands));
        if (of->kind == NODE_SCALAR)
            mistakes_add(&reader->mistakes, node->at, "`index: %s` needs %s, which %s of layer '%s' has not; take another index or scene", node->text,
                         lacks, reader->scenario->layers[node_position(reader->layers, of->text)].sensor->title, of->text);
        else
            mistakes_add(&reader->mistakes, of->at, "`index: %s` also needs %s in `of`", node->text, lacks);
        return;
    }
    if (isnan(operands.minimum)) operands.minimum = row->minimum;
    const char *text = index_expand(chosen->text, &operands, &reader->scenario->arena);
    if (!text) reader->mistakes.no_memory = true;
    if (text && mask) text = read_masks(reader, mask, of, &operands, text);
    if (!text) return;
    criterion->index = row->name;
    criterion->formula = read_formula_text(reader, text, of);
    if (criterion->formula) criterion->layer = criterion->formula->operands[0].layer;
}
