/* A formula over layers, such as `where(b5 <= 0, nan, b5 / b7)`: a list of nodes, each after those it takes, the last one the result.
 * Plain values. What is missing (NaN) stays missing through arithmetic and comparisons; `and` and `or` are those of three values
 * (Kleene 1938): true or missing is true, false and missing is false. A quotient, power, logarithm or exponential that is not finite
 * is missing too. */
#ifndef LODE_MODEL_FORMULA_H
#define LODE_MODEL_FORMULA_H

#include <stddef.h>

#include "base/memory.h"

enum formula_op {
    FORMULA_NUMBER,
    FORMULA_OPERAND,
    FORMULA_ADD,
    FORMULA_SUBTRACT,
    FORMULA_MULTIPLY,
    FORMULA_DIVIDE,
    FORMULA_POWER,
    FORMULA_NEGATE,
    FORMULA_LT,
    FORMULA_LE,
    FORMULA_GT,
    FORMULA_GE,
    FORMULA_EQ,
    FORMULA_NE,
    FORMULA_AND,
    FORMULA_OR,
    FORMULA_NOT,
    FORMULA_WHERE,
    FORMULA_MIN,
    FORMULA_MAX,
    FORMULA_ABS,
    FORMULA_LOG,
    FORMULA_LOG10,
    FORMULA_EXP,
    FORMULA_SQRT,
    FORMULA_SIN,
    FORMULA_COS,
    FORMULA_TAN,
    FORMULA_ATAN2,
    FORMULA_FLOOR,
    FORMULA_CLAMP,
    FORMULA_ISNODATA,
    FORMULA_OPS
};

/* What a formula reads of a layer; each pair of kind and layer once. */
enum operand_kind { OPERAND_VALUE, OPERAND_SLOPE /* percent */, OPERAND_INSIDE /* 1 in it, else 0 */ };
struct formula_operand {
    enum operand_kind kind;
    int layer;
};

enum { NO_LAYER = -1, FORMULA_BITS_MAX = 24 /* of a whole number that a float holds */ };
enum { FORMULA_ARGS = 3, FORMULA_LENGTH_MAX = 2000, FORMULA_DEPTH_MAX = 48 };

/* Conditions are 1, 0 or NaN. */
struct formula_node {
    enum formula_op op;
    int args[FORMULA_ARGS]; /* nodes before this one */
    double number;          /* FORMULA_NUMBER */
    int operand;            /* FORMULA_OPERAND; of a number, the layer whose wavelength it will be, else NO_LAYER */
};

struct formula {
    const char *text; /* as written */
    size_t n_nodes, n_operands;
    const struct formula_node *nodes;
    const struct formula_operand *operands;
};

/* What is wrong, and where: bytes from the start of the text. */
struct formula_fault {
    size_t offset;
    const char *words; /* in the arena; NULL: memory ran out */
};

/* The layers a formula may name. `heights[i]`: layer i is a raster, whose slope can be taken; `values[i]`: it has numbers. */
struct formula_names {
    size_t n_layers;
    const char *const *layers;
    const bool *heights, *values;
    /* What a name with a dot (`scene.swir1`) stands for: the number of a raster layer, from n_layers on; else NO_LAYER, with what is wrong
     * with it. NULL: no name has one. */
    int (*part)(void *user, const char *name, size_t length, const char **words);
    /* The centre of a layer's band in nm; NaN: its file will say (the number names the layer in `operand`, see settle.h); 0: it has none. May be
     * NULL. */
    double (*wavelength)(void *user, int layer);
    void *user;
};

/* The formula in `arena` (its text is kept, not copied); NULL when it is faulty. Never reads deeper or longer than the limits. */
const struct formula *formula_parse(const char *text, const struct formula_names *names, struct arena *arena, struct formula_fault *fault);

#endif
