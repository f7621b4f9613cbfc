#include "model/trees.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static status add_nodes(struct trees *trees, size_t count) {
    size_t n = trees->n_nodes + count;
    if (n > TREES_NODES_MAX) return status_fail(LODE_BAD_DATA, "trees of more than %d nodes: grow fewer, or less deep ones", TREES_NODES_MAX);
    TRY(memory_reserve((void **)&trees->words, &trees->words_room, 2 * n, sizeof *trees->words));
    TRY(memory_reserve((void **)&trees->mean, &trees->mean_room, n, sizeof *trees->mean));
    memset(trees->words + 2 * trees->n_nodes, 0, 2 * count * sizeof *trees->words);
    memset(trees->mean + trees->n_nodes, 0, count * sizeof *trees->mean);
    trees->n_nodes = n;
    return NULL;
}

status trees_init(struct trees *trees, size_t n) {
    *trees = (struct trees){.n = n};
    return add_nodes(trees, n);
}

void trees_free(struct trees *trees) {
    free(trees->words);
    free(trees->mean);
    *trees = (struct trees){0};
}

void trees_set_leaf(struct trees *trees, size_t node, float value) {
    memcpy(&trees->words[2 * node], &value, sizeof value);
    trees->words[2 * node + 1] = 0;
    trees->mean[node] = (double)value;
}

status trees_split(struct trees *trees, size_t node, const struct tree_question *question, size_t *first) {
    *first = trees->n_nodes;
    TRY(add_nodes(trees, 2));
    memcpy(&trees->words[2 * node], &question->value, sizeof question->value);
    trees->words[2 * node + 1] = (uint32_t)(*first - node) << TREES_CHILD | (question->class ? TREES_CLASS : 0) |
                                 (question->missing_second ? TREES_MISSING_SECOND : 0) | (uint32_t)question->evidence;
    return NULL;
}

static float value_of(const struct trees *trees, size_t node) {
    float value;
    memcpy(&value, &trees->words[2 * node], sizeof value);
    return value;
}

size_t trees_node(const struct trees *trees, size_t node, struct tree_question *out) {
    uint32_t way = trees->words[2 * node + 1];
    *out = (struct tree_question){way & TREES_EVIDENCE, value_of(trees, node), (way & TREES_CLASS) != 0, (way & TREES_MISSING_SECOND) != 0};
    return way >> TREES_CHILD ? node + (way >> TREES_CHILD) : 0;
}

float trees_within(float x) {
    return x > TREES_LARGEST ? TREES_LARGEST : x < -TREES_LARGEST ? -TREES_LARGEST : x;
}

static bool goes_second(uint32_t way, float asked, float x) {
    if (x != x) return way & TREES_MISSING_SECOND;
    return way & TREES_CLASS ? x == asked : !(x < asked);
}

/* From a node to the child that x leads to; false: it is a leaf. */
static bool step(const struct trees *trees, const float *x, size_t *node) {
    uint32_t way = trees->words[2 * *node + 1];
    if (!(way >> TREES_CHILD)) return false;
    *node += (way >> TREES_CHILD) + goes_second(way, value_of(trees, *node), trees_within(x[way & TREES_EVIDENCE]));
    return true;
}

float trees_sum(const struct trees *trees, const float *x) {
    float sum = 0;
    for (size_t t = 0; t < trees->n; t++) {
        size_t node = t;
        while (step(trees, x, &node))
            ;
        sum += value_of(trees, node);
    }
    return sum;
}

void trees_terms(const struct trees *trees, const float *x, double *terms) {
    for (size_t t = 0; t < trees->n; t++)
        for (size_t node = t, from = t; step(trees, x, &node); from = node)
            terms[trees->words[2 * from + 1] & TREES_EVIDENCE] += trees->mean[node] - trees->mean[from];
}

double trees_start(const struct trees *trees) {
    double sum = 0;
    for (size_t t = 0; t < trees->n; t++) sum += trees->mean[t];
    return sum;
}
