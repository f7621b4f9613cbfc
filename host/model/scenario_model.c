/* A score that is learnt: {weights_of_evidence: {training: known}, of: {near_fault: ascending}}, and the like. */
#include <string.h>

#include "model/scenario_reader.h"

static const struct node *model_key(const struct node *score, enum model_kind *kind) {
    for (*kind = 0; *kind < MODELS; ++*kind)
        if (node_get(score, model_table[*kind].name)) return node_get(score, model_table[*kind].name);
    return NULL;
}

bool is_model(const struct node *score) {
    enum model_kind kind;
    return model_key(score, &kind) != NULL;
}

static bool read_approach(struct reader *reader, const struct node *node, const char *word, struct place at, enum woe_approach *out) {
    for (*out = WOE_UNIQUE; *out < WOE_APPROACHES; ++*out)
        if (strcmp(word, approach_names[*out]) == 0) return true;
    mistakes_add(&reader->mistakes, at, "`%s: %s` is none of unique, ascending, descending%s", node->key, word,
                 reader_hint(reader, word, approach_names, WOE_APPROACHES, ""));
    return false;
}

static void read_breaks(struct reader *reader, const struct node *list, struct evidence *evidence) {
    const struct criterion *criterion = &reader->scenario->criteria[evidence->criterion];
    double *breaks = reader_alloc(reader, list->count, sizeof *breaks);
    if (!breaks || list->kind == NODE_FAULT) return;
    if (list->kind != NODE_LIST || !list->count) {
        mistakes_add(&reader->mistakes, list->at, "`breaks` is a list of rising values, for example `[1, 2, 5]`");
        return;
    }
    for (const struct node *node = list->child; node; node = node->next) {
        double *value = &breaks[evidence->n_breaks];
        if (!node_is_text(reader, node)) return;
        if (!read_raw(reader, node, node->text, criterion->unit, criterion->unit_name, criterion->op == OP_SLOPE, value)) return;
        if (evidence->n_breaks && !(*value > value[-1])) {
            mistakes_add(&reader->mistakes, node->at, "`breaks: %s` does not rise; write each value once, the lowest first", node->text);
            return;
        }
        evidence->n_breaks++;
    }
    evidence->breaks = breaks;
}

/* {breaks: [1 km, 2 km]} or {classes: 10} */
static void read_cutting(struct reader *reader, const struct node *map, struct evidence *evidence) {
    const struct node *breaks = node_get(map, "breaks"), *classes = node_get(map, "classes");
    double count = 0;
    if (!node_is_map(reader, map, "{breaks: [1, 2, 5]}")) return;
    for (const struct node *child = map->child; child; child = child->next)
        if (child != breaks && child != classes)
            mistakes_add(&reader->mistakes, child->key_at, "unknown key '%s' in `%s`; it takes breaks or classes", child->key, map->key);
    if (breaks && classes) mistakes_add(&reader->mistakes, classes->key_at, "`%s` has both `breaks` and `classes`; keep one of the two", map->key);
    if (breaks) read_breaks(reader, breaks, evidence);
    if (!classes || !read_number(reader, classes, RANGE_POSITIVE, &count)) return;
    evidence->n_classes = (size_t)count;
    if ((double)evidence->n_classes != count || evidence->n_classes < 2 || evidence->n_classes > 1000)
        mistakes_add(&reader->mistakes, classes->at, "`classes: %s` is not a whole number from 2 to 1000", classes->text);
}

static bool read_how(struct reader *reader, const struct node *node, struct evidence *evidence) {
    if (node->kind != NODE_MAP) return node_is_text(reader, node) && read_approach(reader, node, node->text, node->at, &evidence->approach);
    if (node->count != 1) {
        mistakes_add(&reader->mistakes, node->at, "`%s` takes one approach, for example `{ascending: {breaks: [1, 2, 5]}}`", node->key);
        return false;
    }
    if (!read_approach(reader, node, node->child->key, node->child->key_at, &evidence->approach)) return false;
    read_cutting(reader, node->child, evidence);
    return true;
}

/* Codes of classes are no amounts, whatever they are asked for as. */
static bool gives_classes(const struct scenario *scenario, int index) {
    const struct criterion *criterion = &scenario->criteria[index];
    bool coded = criterion->op == OP_VALUE && scenario->layers[criterion->layer].content == CONTENT_CLASSES;
    return criterion->op == OP_CATEGORY || coded;
}

/* The criterion as a leaf of the score; it needs no membership. */
static struct overlay *read_evidence(struct reader *reader, const struct node *node, const char *name, const struct model *model,
                                     struct evidence *evidence) {
    struct node named = *node;
    named.key = model_table[model->kind].name;
    if (model_table[model->kind].approaches) named.at = node->key_at;
    int criterion = read_reference(reader, &named, name, reader->criteria, "criterion");
    struct overlay *leaf = criterion == NO_INDEX ? NULL : reader_alloc(reader, 1, sizeof *leaf);
    if (!leaf) return NULL;
    *evidence = (struct evidence){.criterion = criterion, .classes = gives_classes(reader->scenario, criterion), .at = named.at};
    *leaf = (struct overlay){.op = OVERLAY_CRITERION, .criterion = criterion, .weight = 1, .at = named.at};
    if (model_table[model->kind].approaches && !read_how(reader, node, evidence)) return NULL;
    return leaf;
}

static void note_twins(struct reader *reader, const struct model *model) {
    for (size_t i = 0; i < model->n_evidence; i++)
        for (size_t j = 0; j < i; j++)
            if (model->evidence[i].criterion == model->evidence[j].criterion) {
                mistakes_add(&reader->mistakes, model->evidence[i].at, "criterion '%s' is evidence twice; keep one of them",
                             reader->scenario->criteria[model->evidence[i].criterion].name);
                break;
            }
}

static void read_of(struct reader *reader, const struct node *of, struct model *model, struct overlay *root) {
    bool by_name = model_table[model->kind].approaches;
    const struct overlay **link = &root->child;
    struct evidence *evidence = reader_alloc(reader, of->count, sizeof *evidence);
    if (!evidence || of->kind == NODE_FAULT) return;
    if (of->kind != (by_name ? NODE_MAP : NODE_LIST) || !of->count) {
        mistakes_add(&reader->mistakes, of->at, "`of` of %s names criteria, for example `%s`", model_table[model->kind].name,
                     model_table[model->kind].like);
        return;
    }
    model->evidence = evidence;
    for (const struct node *node = of->child; node; node = node->next) {
        if (!by_name && !node_is_text(reader, node)) continue;
        struct overlay *leaf = read_evidence(reader, node, by_name ? node->key : node->text, model, &evidence[model->n_evidence]);
        if (!leaf) continue;
        model->n_evidence++;
        *link = leaf;
        link = &leaf->next;
    }
    note_twins(reader, model);
    if (model->n_evidence > MODEL_EVIDENCE_MAX)
        mistakes_add(&reader->mistakes, of->at, "`of` has %zu criteria; at most %d are possible", model->n_evidence, MODEL_EVIDENCE_MAX);
}

/* A tree that sees no row, and a step beyond what the trees before left over, are no models. */
static void check_trees(struct reader *reader, const struct node *map, const struct model *model) {
    static const struct {
        const char *key, *most;
    } limits[] = {{"trees", "5000"}, {"depth", "12"}, {"sample", "100 percent"}, {"learning_rate", "1"}};
    const bool beyond[] = {model->trees > MODEL_TREES_MAX, model->depth > MODEL_DEPTH_MAX, model->sample > 1, model->learning_rate > 1};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct node *node = node_get(map, limits[i].key);
        if (node && beyond[i]) mistakes_add(&reader->mistakes, node->at, "`%s: %s` is more than %s", limits[i].key, node->text, limits[i].most);
    }
}

void read_model(struct reader *reader, const struct node *score, struct target *target) {
    enum model_kind kind;
    const struct node *key = model_key(score, &kind), *of = node_get(score, "of");
    struct model *model = reader_alloc(reader, 1, sizeof *model);
    struct overlay *root = reader_alloc(reader, 1, sizeof *root);
    if (!model || !root) return;
    *model = (struct model){.kind = kind, .where = NO_INDEX, .at = key->key_at};
    *root = (struct overlay){.op = OVERLAY_WEIGHTED, .criterion = NO_INDEX, .weight = 1, .at = score->at};
    enum schema_section section = SECTION_WEIGHTS_OF_EVIDENCE + (enum schema_section)kind;
    for (const struct node *child = score->child; child; child = child->next)
        if (child != key && child != of)
            mistakes_add(&reader->mistakes, child->key_at, "`%s` does not go with `%s`; a model is a target's whole score", child->key, key->key);
    fields_default(reader, section, model);
    if (node_is_map(reader, key, "{training: known}")) {
        fields_read(reader, section, key, reader_words(reader, "%s of target '%s'", key->key, target->name), model);
        const struct node *training = node_get(key, "training");
        check_trees(reader, key, model);
        if (training) model->n_training = read_vector_layers(reader, training, &model->training);
        if (model_table[kind].draws) read_negatives(reader, key, model);
    }
    if (of)
        read_of(reader, of, model, root);
    else
        mistakes_add(&reader->mistakes, key->key_at, "`%s` needs `of`, the criteria that are evidence, for example `of: %s`", key->key,
                     model_table[kind].like);
    target->score = root;
    target->model = model;
}
