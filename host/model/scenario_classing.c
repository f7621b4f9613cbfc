/* How scores are shown: a word, or a map of one that says how many classes or where they end. */
#include <math.h>
#include <string.h>

#include "model/scenario_reader.h"

enum { CLASSES_USUAL = 5 };

static bool read_kind(struct reader *reader, const struct node *node, const char *word, struct place at, struct classing *classing) {
    for (int kind = 0; kind < CLASSINGS; kind++) {
        if (strcmp(word, classing_names[kind]) != 0) continue;
        *classing = (struct classing){.kind = (enum classing_kind)kind, .count = CLASSES_USUAL};
        return true;
    }
    mistakes_add(&reader->mistakes, at, "`%s: %s` is none of linear, equal_interval, quantile, concentration_area, breaks%s", node->key, word,
                 reader_hint(reader, word, classing_names, CLASSINGS, ""));
    return false;
}

static void read_count(struct reader *reader, const struct node *node, struct classing *classing) {
    double count;
    if (!read_number(reader, node, RANGE_ANY, &count)) return;
    classing->count = count >= 2 && count <= CLASSES_COUNT_MAX ? (size_t)count : 0;
    if ((double)classing->count != count)
        mistakes_add(&reader->mistakes, node->at, "`%s: %s` is not a whole number of classes from 2 to %d", node->key, node->text, CLASSES_COUNT_MAX);
}

static void read_breaks(struct reader *reader, const struct node *list, struct classing *classing) {
    double *breaks = reader_alloc(reader, list->count, sizeof *breaks);
    if (!breaks || list->kind == NODE_FAULT) return;
    if (list->kind != NODE_LIST || !list->count || list->count >= CLASSES_COUNT_MAX) {
        mistakes_add(&reader->mistakes, list->at, "`breaks` is a list of 1 to %d rising scores, for example `[0.2, 0.5, 0.8]`",
                     CLASSES_COUNT_MAX - 1);
        return;
    }
    for (const struct node *item = list->child; item; item = item->next) {
        struct node named = *item;
        named.key = list->key;
        named.key_at = item->at;
        if (!read_number(reader, &named, RANGE_SHARE, &breaks[classing->n_breaks])) return;
        if (classing->n_breaks && !(breaks[classing->n_breaks] > breaks[classing->n_breaks - 1])) {
            mistakes_add(&reader->mistakes, item->at, "`breaks: %s` does not rise; write each score once, the lowest first", item->text);
            return;
        }
        classing->n_breaks++;
    }
    classing->breaks = breaks;
}

void read_classing(struct reader *reader, const struct node *node, struct classing *classing) {
    const struct node *child = node->child;
    if (node->kind != NODE_MAP) {
        if (!node_is_text(reader, node) || !read_kind(reader, node, node->text, node->at, classing)) return;
        if (classing->kind == CLASSES_BREAKS)
            mistakes_add(&reader->mistakes, node->at, "`%s: breaks` does not say where; write them, for example `{breaks: [0.2, 0.5]}`", node->key);
        return;
    }
    if (node->count != 1) {
        mistakes_add(&reader->mistakes, node->at, "`%s` takes one way to make classes, for example `{quantile: 5}`", node->key);
        return;
    }
    if (!read_kind(reader, node, child->key, child->key_at, classing)) return;
    if (classing->kind == CLASSES_BREAKS)
        read_breaks(reader, child, classing);
    else if (classing->kind == CLASSES_LINEAR || classing->kind == CLASSES_CONCENTRATION_AREA)
        mistakes_add(&reader->mistakes, child->at, "`%s` takes no number; write `%s: %s`", child->key, node->key, child->key);
    else
        read_count(reader, child, classing);
}
