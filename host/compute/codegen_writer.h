/* What the files that write the fused pass share. In the text: q<plane>, x<criterion> raw and m<criterion> membership, y<rule>, and for node n
 * of the overlay trees v<n> its value (NaN: nothing present) and c<n> its coverage. k<i> is number i of the constant buffer. Lack of memory is
 * kept in the texts and numbers, as `failed`, and told by whoever builds them. */
#ifndef LODE_COMPUTE_CODEGEN_WRITER_H
#define LODE_COMPUTE_CODEGEN_WRITER_H

#include "compute/codegen.h"
#include "model/trees.h"

struct writer {
    const struct plan *plan;
    struct text constants, body, gathered; /* gathered: of the target being written */
    struct numbers *numbers;
    int nodes;
    bool whole; /* of the target: a cell without all of its criteria has no score, so that NaN may run through */
};

/* A loop within the loop over cells would keep that from becoming vectors; very many classes would make the text too long. */
enum { CLASSES_IN_LINE = 64 };
/* Rules are bits of two 32-bit words: a 64-bit one would halve the vectors that a compiler makes of the whole loop. */
enum { WORD_BITS = 32 };

/* A number that changes without a new program; returns its index in the buffer. */
size_t writer_number(struct numbers *numbers, double value);
/* Notes that a number is the weight of an overlay's child. */
void writer_weight(struct writer *w, const struct overlay *child, size_t number);
/* The same, and the text may call it k<index>. */
size_t writer_constant(struct writer *w, double value);
/* A number of the plan's may be called so. */
size_t writer_plan_constant(struct writer *w, size_t index);
/* Ends a statement: times a unit's scale, which is no number of the scenario's that may change. */
void writer_scale(struct writer *w, double scale);

/* codegen_formula.c: criterion c's formula down to x<c>; operand i is read from q<operands[i]>. */
void codegen_formula_lines(struct writer *w, size_t c, const struct formula *formula, const int *operands);
/* codegen_criterion.c: x<c> alone. */
void codegen_raw(struct writer *w, size_t c);
/* x<c> and m<c>, and where the value is in no plane the count of cells without it. */
void codegen_criterion(struct writer *w, size_t c);
/* codegen_node.c: an overlay after its children; returns its number n. What is gathered of it goes to w->gathered. */
int codegen_node(struct writer *w, const struct overlay *node);
/* codegen_model.c: the score of a target's model over the coverage of its evidence, and its condition; returns its number as a node. */
int codegen_model(struct writer *w, size_t t);
/* codegen_trees.c: a loop of its own over the lanes, before the others', that leaves sums of trees in grown<t>[l]; nothing for other models. */
void codegen_trees(struct writer *w, size_t t);

#endif
