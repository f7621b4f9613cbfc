/* What a regression takes as zeros: cells drawn where a condition holds, or given places. */
#include "model/condition.h"
#include "model/scenario_reader.h"

static void read_where(struct reader *reader, const struct node *node, struct model *model) {
    struct condition_words words;
    if (!node_is_text(reader, node)) return;
    const char *fault = condition_split(node->text, &reader->scenario->arena, &words);
    if (fault) {
        mistakes_add(&reader->mistakes, node->at, "`where: %s`: %s", node->text, fault);
        return;
    }
    struct node named = *node;
    model->where = read_reference(reader, &named, words.name, reader->criteria, "criterion");
    if (model->where == NO_INDEX) return;
    const struct criterion *criterion = &reader->scenario->criteria[model->where];
    read_condition(reader, node, &words, criterion->unit, criterion->unit_name, criterion->op == OP_SLOPE, &model->allowed);
}

void read_negatives(struct reader *reader, const struct node *map, struct model *model) {
    static const char *const of_draws[] = {"negatives", "where", "apart", "seed"};
    const struct node *where = node_get(map, "where"), *barren = node_get(map, "barren"), *negatives = node_get(map, "negatives");
    if (negatives && model->negatives > MODEL_NEGATIVES_MAX)
        mistakes_add(&reader->mistakes, negatives->at, "`negatives: %s` is more than %d", negatives->text, MODEL_NEGATIVES_MAX);
    if (where) read_where(reader, where, model);
    if (!barren) return;
    model->n_barren = read_vector_layers(reader, barren, &model->barren);
    for (size_t i = 0; i < sizeof of_draws / sizeof *of_draws; i++)
        if (node_get(map, of_draws[i]))
            mistakes_add(&reader->mistakes, node_get(map, of_draws[i])->key_at,
                         "`%s` is about drawn cells, and with `barren` none are drawn: those places are the zeros; keep one of the two", of_draws[i]);
    for (size_t i = 0; i < model->n_barren; i++)
        for (size_t k = 0; k < model->n_training; k++)
            if (model->barren[i] == model->training[k])
                mistakes_add(&reader->mistakes, barren->at, "layer '%s' is both `training` and `barren`",
                             reader->scenario->layers[model->barren[i]].name);
}
