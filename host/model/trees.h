/* A sum of decision trees as plain values, in the words that a device reads. Each inner node asks one question of one piece of evidence and has
 * two children side by side: the first where x < threshold (of classes: where x is another class), the second elsewhere. Missing evidence (NaN)
 * goes the way that was learnt for it; what is infinite is as large as TREES_LARGEST. */
#ifndef LODE_MODEL_TREES_H
#define LODE_MODEL_TREES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* A node's second word: which evidence; whether missing evidence goes to the second child; whether it asks for a class; and above these how many
 * nodes further on its first child is, 0 of a leaf. */
enum { TREES_EVIDENCE = 63, TREES_MISSING_SECOND = 1 << 6, TREES_CLASS = 1 << 7, TREES_CHILD = 8, TREES_NODES_MAX = 1 << 24 };

#define TREES_LARGEST 1e37f

struct trees {
    size_t n, n_nodes; /* nodes 0 to n - 1 are the roots */
    size_t depth;      /* questions to the deepest leaf */
    uint32_t *words;   /* [n_nodes][2]: the bits of a float, a leaf's value or what is asked for; and the above */
    double *mean;      /* [n_nodes]: of the leaves below, by the rows that reached them in training */
    size_t words_room, mean_room;
};

struct tree_question {
    size_t evidence; /* up to TREES_EVIDENCE */
    float value;
    bool class, missing_second;
};

/* `n` roots that are leaves of value 0. On failure, too, trees_free() them. */
status trees_init(struct trees *trees, size_t n) LODE_MUST_CHECK;
void trees_free(struct trees *trees);
void trees_set_leaf(struct trees *trees, size_t node, float value);
/* Makes a node ask; its children, leaves of value 0, are *first and the one behind it. The mean is the caller's. LODE_BAD_DATA: too many nodes. */
status trees_split(struct trees *trees, size_t node, const struct tree_question *question, size_t *first) LODE_MUST_CHECK;

/* What a node asks and its first child; of a leaf 0, and its value. */
size_t trees_node(const struct trees *trees, size_t node, struct tree_question *out);

/* What stands for x: itself, or the largest. */
float trees_within(float x);
/* The leaves that evidence x[TREES_EVIDENCE at most] leads to, added up in single precision, one tree after another. */
float trees_sum(const struct trees *trees, const float *x);
/* What each piece of evidence adds: along a tree's path the change of `mean` at each question belongs to what is asked (Saabas 2014). Adds to
 * `terms`; they and the roots' means are together the sum. */
void trees_terms(const struct trees *trees, const float *x, double *terms);
/* Sum of the roots' means. */
double trees_start(const struct trees *trees);

#endif
