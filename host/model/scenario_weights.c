/* Weights that are not given but made: from comparisons in pairs, from an order of importance, or from what cells hold.
 * A weighting is a map with its name and a list or map, where given weights have a number after each name. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/scenario_reader.h"

enum weighting weighting_of(const struct node *map, const struct node **key) {
    for (const struct node *child = map->kind == NODE_MAP ? map->child : NULL; child; child = child->next)
        for (enum weighting w = WEIGHTS_AHP; w < WEIGHTINGS; w++)
            if (child->kind != NODE_SCALAR && strcmp(child->key, weighting_table[w].name) == 0) {
                *key = child;
                return w;
            }
    return WEIGHTS_GIVEN;
}

/* A pairwise comparison: items by their position. */
struct pair {
    const struct node *node;
    size_t first, second;
    double ratio;
};

struct comparisons {
    struct reader *reader;
    const struct node *list, *of; /* `of`: overlays by name; NULL: none */
    const char *names[AHP_ITEMS_MAX];
    struct pair *pairs;
    size_t n, n_pairs;
    bool faulty;
};

static void note_fault(struct comparisons *c, const struct node *node, const char *words) {
    mistakes_add(&c->reader->mistakes, node->key_at, "`%s: %s` %s", node->key, node->kind == NODE_SCALAR ? node->text : "", words);
    c->faulty = true;
}

static bool item_at(struct comparisons *c, const struct node *node, const char *name, size_t *out) {
    for (*out = 0; *out < c->n && strcmp(c->names[*out], name) != 0;) ++*out;
    if (*out < c->n) return true;
    if (c->n == AHP_ITEMS_MAX) {
        note_fault(c, node, reader_words(c->reader, "is about a thing too many; at most %d are compared, group them", AHP_ITEMS_MAX));
        return false;
    }
    c->names[c->n++] = name;
    return true;
}

/* "3" or "1/3". */
static bool read_ratio(struct comparisons *c, const struct node *node, double *out) {
    const double slack = 1e-9;
    double under = 1;
    if (!node_is_text(c->reader, node)) {
        c->faulty = true;
        return false;
    }
    const char *slash = strchr(node->text, '/');
    const char *over = slash ? reader_words(c->reader, "%.*s", (int)(slash - node->text), node->text) : node->text;
    if (!text_number(over, out) || (slash && !text_number(slash + 1, &under))) {
        note_fault(c, node, "is not a number; write it like `3` or `1/3`");
        return false;
    }
    *out /= under;
    if (*out >= 1 / (9 + slack) && *out <= 9 + slack) return true;
    note_fault(c, node, "is out of range; it is from 1/9 to 9: 1 equal, 3 somewhat, 5 much, 7 very much, 9 extremely more important");
    return false;
}

static void read_pair(struct comparisons *c, const struct node *node) {
    struct pair pair = {.node = node};
    const char *slash = strchr(node->key, '/');
    if (!slash || slash == node->key || !slash[1] || strchr(slash + 1, '/')) {
        note_fault(c, node, "is no comparison; write it like `rail/power: 3`, rail being 3 times as important");
        return;
    }
    const char *first = reader_words(c->reader, "%.*s", (int)(slash - node->key), node->key), *second = slash + 1;
    if (!read_ratio(c, node, &pair.ratio) || !item_at(c, node, first, &pair.first) || !item_at(c, node, second, &pair.second)) return;
    if (pair.first == pair.second) {
        note_fault(c, node, "compares a thing with itself; leave it out");
        return;
    }
    for (size_t i = 0; i < c->n_pairs; i++) {
        const struct pair *other = &c->pairs[i];
        bool same = other->first == pair.first && other->second == pair.second, turned = other->first == pair.second && other->second == pair.first;
        if (!same && !turned) continue;
        note_fault(c, node, reader_words(c->reader, "is compared already in line %d; leave one of them out", other->node->key_at.line));
        return;
    }
    c->pairs[c->n_pairs++] = pair;
}

/* The whole matrix, and which pairs are not compared. */
static void fill_matrix(struct comparisons *c, double *matrix) {
    for (size_t i = 0; i < c->n * c->n; i++) matrix[i] = i % (c->n + 1) ? 0 : 1;
    for (size_t i = 0; i < c->n_pairs; i++) {
        const struct pair *pair = &c->pairs[i];
        matrix[pair->first * c->n + pair->second] = pair->ratio;
        matrix[pair->second * c->n + pair->first] = 1 / pair->ratio;
    }
    if (c->faulty) return;
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = i + 1; j < c->n; j++) {
            if (matrix[i * c->n + j] > 0) continue;
            mistakes_add(&c->reader->mistakes, c->list->key_at, "`ahp` does not compare '%s' with '%s'; add for example `%s/%s: 1`", c->names[i],
                         c->names[j], c->names[i], c->names[j]);
            c->faulty = true;
        }
}

/* "1/7" or "2.5". */
static const char *ratio_words(struct comparisons *c, double ratio) {
    return reader_words(c->reader, "%s%.2g", ratio < 1 ? "1/" : "", ratio < 1 ? 1 / ratio : ratio);
}

/* Among three things every comparison is off by the same: none is to blame more than the others. */
static void note_inconsistency(struct comparisons *c, const double *matrix, const struct ahp *ahp) {
    const struct pair *worst = c->pairs;
    size_t row = ahp->worst_row, col = ahp->worst_col;
    while (!(worst->first == row && worst->second == col) && !(worst->first == col && worst->second == row)) worst++;
    double implied = worst->first == row ? ahp->implied : 1 / ahp->implied;
    const char *blame = reader_words(c->reader, "`%s: %s` fits the others least, the weights make it %s", worst->node->key, worst->node->text,
                                     ratio_words(c, implied));
    if (c->n == 3) {
        size_t third = 3 - worst->first - worst->second;
        double others = matrix[worst->first * 3 + third] * matrix[third * 3 + worst->second];
        blame = reader_words(c->reader, "any of the three may be the wrong one; by the other two `%s` would be %s", worst->node->key,
                             ratio_words(c, others));
    }
    mistakes_add(
        &c->reader->mistakes, worst->node->key_at,
        "`ahp` contradicts itself: its consistency ratio is %.3f, and %.2f is the most; %s; change it, or write `accept_inconsistency: true` "
        "beside `ahp`",
        ahp->ratio, AHP_RATIO_MAX, blame);
}

/* The overlay that `of` has under the name, else the criterion. */
static struct overlay *read_named(struct comparisons *c, const char *name) {
    const struct node *named = c->of ? node_get(c->of, name) : NULL;
    struct node leaf = {.kind = NODE_SCALAR, .key = c->list->key, .at = c->list->child->key_at, .key_at = c->list->child->key_at, .text = name};
    for (size_t i = c->n_pairs; i-- > 0;)
        if (strcmp(c->names[c->pairs[i].first], name) == 0 || strcmp(c->names[c->pairs[i].second], name) == 0) leaf.at = c->pairs[i].node->key_at;
    return read_overlay_item(c->reader, named ? named : &leaf);
}

static void append(struct overlay *parent, struct overlay *child) {
    const struct overlay **link = &parent->child;
    while (*link) link = (const struct overlay **)&(*link)->next;
    *link = child;
}

static void read_accepted(struct reader *reader, const struct node *map, bool *accepted) {
    const struct node *node = node_get(map, "accept_inconsistency");
    if (node) read_truth(reader, node, accepted);
}

static void note_unused_names(struct comparisons *c) {
    for (const struct node *named = c->of ? c->of->child : NULL; named; named = named->next) {
        size_t i = 0;
        while (i < c->n && strcmp(c->names[i], named->key) != 0) i++;
        if (i == c->n)
            mistakes_add(&c->reader->mistakes, named->key_at, "`%s` is compared with nothing; name it in `ahp` or leave it out", named->key);
    }
}

static void read_ahp(struct reader *reader, const struct node *map, const struct node *list, struct overlay *parent) {
    struct comparisons c = {.reader = reader, .list = list, .of = node_get(map, "of")};
    double matrix[AHP_ITEMS_MAX * AHP_ITEMS_MAX], weights[AHP_ITEMS_MAX];
    bool accepted = false;
    struct ahp *ahp = reader_alloc(reader, 1, sizeof *ahp);
    c.pairs = reader_alloc(reader, list->count, sizeof *c.pairs);
    if (!ahp || !c.pairs) return;
    if (c.of && !node_is_map(reader, c.of, "{NAME: {or: [rail, road]}}")) c.of = NULL;
    if (!node_is_map(reader, list, "{rail/power: 3, rail/slope: 5, power/slope: 2}")) return;
    if (!list->count) mistakes_add(&reader->mistakes, list->at, "`ahp` is empty; compare at least two criteria, for example `{rail/power: 3}`");
    for (const struct node *node = list->child; node; node = node->next) read_pair(&c, node);
    fill_matrix(&c, matrix);
    read_accepted(reader, map, &accepted);
    note_unused_names(&c);
    if (c.faulty || !list->count) return;
    weights_ahp(c.n, matrix, weights, ahp);
    if (ahp->ratio > AHP_RATIO_MAX && !accepted) note_inconsistency(&c, matrix, ahp);
    parent->ahp = ahp;
    for (size_t i = 0; i < c.n; i++) {
        struct overlay *child = read_named(&c, c.names[i]);
        if (!child) continue;
        child->weight = weights[i];
        append(parent, child);
    }
}

/* A list from most to least important, or of what cells are to say the weights of. */
static void read_list(struct reader *reader, const struct node *list, struct overlay *parent) {
    double *weights = reader_alloc(reader, list->count, sizeof *weights);
    if (!weights) return;
    if (list->kind != NODE_LIST || !list->count) {
        if (list->kind != NODE_FAULT)
            mistakes_add(&reader->mistakes, list->at, "`%s` takes a list of criteria, for example `%s`", list->key,
                         weighting_table[parent->weighting].written);
        return;
    }
    if (weighting_table[parent->weighting].from_cells && list->count > CELLS_ITEMS_MAX)
        mistakes_add(&reader->mistakes, list->at, "`%s` weighs %zu things; at most %d are possible, group them", list->key, list->count,
                     CELLS_ITEMS_MAX);
    for (size_t i = 0; i < list->count; i++) weights[i] = 1;
    if (parent->weighting == WEIGHTS_RANK_SUM) weights_rank_sum(list->count, weights);
    if (parent->weighting == WEIGHTS_ROC) weights_centroid(list->count, weights);
    if (parent->weighting == WEIGHTS_RECIPROCAL) weights_reciprocal(list->count, weights);
    for (const struct node *node = list->child; node; node = node->next, weights++) {
        struct overlay *child = read_overlay_item(reader, node);
        if (!child) continue;
        child->weight = *weights;
        append(parent, child);
    }
}

void read_weighting(struct reader *reader, const struct node *map, const struct node *key, struct overlay *parent) {
    bool ahp = parent->weighting == WEIGHTS_AHP;
    for (const struct node *child = map->child; child; child = child->next)
        if (child != key && !(ahp && (strcmp(child->key, "accept_inconsistency") == 0 || strcmp(child->key, "of") == 0)))
            mistakes_add(&reader->mistakes, child->key_at, "`%s` does not go with `%s`; weights come about in one way", child->key, key->key);
    if (ahp)
        read_ahp(reader, map, key, parent);
    else
        read_list(reader, key, parent);
}
