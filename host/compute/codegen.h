/* The fused pass as OpenCL C: the structure of a plan becomes text, its numbers a list. For this room alone.
 * Kernel `overlay(first, cells, stride, numbers, plane 0.., per target score, state, coverage, rules, per model condition, per target with penalties
 * plain, per model of trees those[, absent][, gathered][, raw, membership])`: planes are read at first.., results written at 0..cells-1, or not where they are null; raw and
 * membership (with -DLODE_TERMS) hold a row of `stride` cells a criterion, gathered (with -DLODE_GATHER) one for each child of the plan's gather
 * steps; absent, unless null, a number for each formula, to which the cells are added where its value is missing. */
#ifndef LODE_COMPUTE_CODEGEN_H
#define LODE_COMPUTE_CODEGEN_H

#include "base/text.h"
#include "compute/overlay.h"
#include "model/plan.h"

struct numbers {
    float *values;
    size_t count, room;
    struct overlay_weight *weights; /* which of them are weights of an overlay's children */
    size_t n_weights, weights_room;
    bool failed;
};

/* `source`: to be built after ops.h. `numbers`: plan->params first, at the same indices, then the others; numbers_free() them. */
void codegen_overlay(const struct plan *plan, struct text *source, struct numbers *numbers);
void numbers_free(struct numbers *numbers);
/* How many numbers `absent` has: criteria that are formulas, in their order. */
size_t codegen_counted(const struct plan *plan);
/* Whether penalties hold for a target: with -DLODE_COVERAGE its score without them is written, too. */
bool codegen_keeps_plain(const struct plan *plan, size_t target);
/* Whether a target's score is a model of trees. */
bool codegen_has_trees(const struct plan *plan, size_t target);

/* Kernel `formula(cells, numbers, operand 0.., result)`: a formula over planes of its own, a cell each. Built after ops.h, too. */
void codegen_formula(const struct formula *formula, struct text *source, struct numbers *numbers);

#endif
