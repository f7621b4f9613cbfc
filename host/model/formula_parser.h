/* A formula while it is parsed, for the files that do it: formula_lexer.c has words, formula_part.c nodes and their types, formula_name.c
 * layers' names, formula_function.c calls, formula.c precedence. After the first fault all of them do nothing and return NOTHING. */
#ifndef LODE_MODEL_FORMULA_PARSER_H
#define LODE_MODEL_FORMULA_PARSER_H

#include "model/formula.h"

enum type { NUMBER, CONDITION };
enum token { T_END, T_NUMBER, T_NAME, T_SIGN, T_UNKNOWN };

/* A parsed part: its node, and what it is. Node -1 after a fault. */
struct part {
    int node;
    enum type type;
    size_t offset;
};
static const struct part NOTHING = {.node = -1};

struct parser {
    const char *text;
    const struct formula_names *names;
    struct arena *arena;
    struct formula_fault *fault;
    bool failed;
    int depth;
    /* the token at hand */
    enum token token;
    size_t at, length;
    double number;
    /* the result so far */
    struct formula_node *nodes;
    size_t n_nodes;
    struct formula_operand *operands;
    size_t n_operands;
};

/* The first fault counts: what follows may only be its consequence. `words` NULL: memory ran out. Returns NOTHING. */
struct part parser_fail(struct parser *p, size_t offset, const char *words);
/* To the next word. */
void parser_next(struct parser *p);
/* Whether the word at hand is this sign or name. */
bool parser_is(const struct parser *p, const char *word);
/* The word at hand in quotes, for messages. */
const char *parser_here(const struct parser *p);
/* Passes over a sign, or fails: "it ends where `words`", "before ... `words`". */
bool parser_expect(struct parser *p, const char *sign, const char *words);
/* One level deeper (p->depth-- leaves it); fails beyond FORMULA_DEPTH_MAX. */
bool parser_enter(struct parser *p);

/* Nodes at the end of the list. */
struct part part_op(struct parser *p, enum formula_op op, enum type type, size_t offset, const struct part *parts, size_t count);
struct part part_pair(struct parser *p, enum formula_op op, enum type type, struct part a, struct part b);
struct part part_number(struct parser *p, double value, size_t offset);
struct part part_operand(struct parser *p, enum operand_kind kind, int layer, size_t offset);
/* Fails where a part is of the other type. */
bool part_wants(struct parser *p, struct part part, enum type type);
/* Functions that are written with other nodes: ratio(a, b), bits(x, first, count), bit(x, which), band_depth of three operands. */
struct part part_ratio(struct parser *p, const struct part *args, size_t offset);
struct part part_bits(struct parser *p, const struct part *args, size_t offset);
struct part part_bit(struct parser *p, const struct part *args, size_t offset);
struct part part_depth(struct parser *p, struct part left, struct part band, struct part right, size_t offset);

/* The layer of the name at hand, by itself; NO_LAYER: none. */
int parser_find_layer(const struct parser *p);
/* The layer that the name at hand stands for, by itself or as a part of one; NO_LAYER after a fault. */
int parser_take_layer(struct parser *p);
/* Bands of a layer, which stand behind the others, are rasters. */
bool parser_layer_is(const struct parser *p, const bool *what, int layer);
/* The name at hand is none of these; with the nearest of them. */
struct part parser_fail_unknown(struct parser *p, const char *const *names, size_t count, const char *what);

/* A call; the function's name is the word at hand. */
struct part parser_function(struct parser *p);
/* All of an expression, from its loosest operation on. */
struct part parser_or(struct parser *p);

#endif
