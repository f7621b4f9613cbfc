/* Functions of a formula: a row each, and those whose arguments are layers. */
#include "model/formula_parser.h"

enum { ARGS_WRITTEN_MAX = 32 };

struct function {
    const char *name;
    enum formula_op op;
    size_t args; /* 0: two or more */
    enum type first;
    enum type result;
};

/* Functions that are written with others. */
#define RATIO FORMULA_OPS
#define BITS (enum formula_op)(FORMULA_OPS + 1)
#define BIT (enum formula_op)(FORMULA_OPS + 2)

static const struct function functions[] = {
    {"where", FORMULA_WHERE, 3, CONDITION, NUMBER},
    {"min", FORMULA_MIN, 0, NUMBER, NUMBER},
    {"max", FORMULA_MAX, 0, NUMBER, NUMBER},
    {"abs", FORMULA_ABS, 1, NUMBER, NUMBER},
    {"log", FORMULA_LOG, 1, NUMBER, NUMBER},
    {"log10", FORMULA_LOG10, 1, NUMBER, NUMBER},
    {"exp", FORMULA_EXP, 1, NUMBER, NUMBER},
    {"sqrt", FORMULA_SQRT, 1, NUMBER, NUMBER},
    {"pow", FORMULA_POWER, 2, NUMBER, NUMBER},
    {"sin", FORMULA_SIN, 1, NUMBER, NUMBER},
    {"cos", FORMULA_COS, 1, NUMBER, NUMBER},
    {"tan", FORMULA_TAN, 1, NUMBER, NUMBER},
    {"atan2", FORMULA_ATAN2, 2, NUMBER, NUMBER},
    {"floor", FORMULA_FLOOR, 1, NUMBER, NUMBER},
    {"clamp", FORMULA_CLAMP, 3, NUMBER, NUMBER},
    {"isnodata", FORMULA_ISNODATA, 1, NUMBER, CONDITION},
    {"ratio", RATIO, 2, NUMBER, NUMBER},
    {"bits", BITS, 3, NUMBER, NUMBER},
    {"bit", BIT, 2, NUMBER, CONDITION},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* `slope(LAYER)`, `inside(LAYER)`; the name is the token at hand. */
static struct part parse_layer_function(struct parser *p, enum operand_kind kind) {
    size_t offset = p->at;
    parser_next(p);
    parser_next(p);
    if (p->token != T_NAME) return parser_fail(p, p->at, "here the name of a layer is needed, as in `slope(elevation)`");
    int layer = parser_take_layer(p);
    if (layer == NO_LAYER) return NOTHING;
    if (kind == OPERAND_SLOPE && !parser_layer_is(p, p->names->heights, layer))
        return parser_fail(p, p->at,
                           arena_print(p->arena, "slope() needs a raster layer of heights; '%s' is a vector layer", p->names->layers[layer]));
    parser_next(p);
    if (!parser_expect(p, ")", "`)` is missing")) return NOTHING;
    return part_operand(p, kind, layer, offset);
}

static struct part fail_count(struct parser *p, const struct function *function, size_t offset, size_t count) {
    const char *few = function->args ? "" : " or more";
    return parser_fail(p, offset,
                       arena_print(p->arena, "%s() takes %zu%s value%s, not %zu", function->name, function->args ? function->args : 2, few,
                                   function->args == 1 ? "" : "s", count));
}

static struct part combine(struct parser *p, const struct function *function, size_t offset, const struct part *args, size_t count) {
    if (function->args ? count != function->args : count < 2) return fail_count(p, function, offset, count);
    for (size_t i = 0; i < count; i++)
        if (!part_wants(p, args[i], i ? NUMBER : function->first)) return NOTHING;
    if (function->op == RATIO) return part_ratio(p, args, offset);
    if (function->op == BITS) return part_bits(p, args, offset);
    if (function->op == BIT) return part_bit(p, args, offset);
    if (function->args) return part_op(p, function->op, function->result, offset, args, count);
    struct part folded = args[0];
    for (size_t i = 1; i < count; i++) folded = part_op(p, function->op, NUMBER, offset, (struct part[]){folded, args[i]}, 2);
    return folded;
}

static struct part parse_arguments(struct parser *p, const struct function *function) {
    struct part args[ARGS_WRITTEN_MAX];
    size_t count = 0, offset = p->at;
    parser_next(p);
    parser_next(p);
    while (!p->failed && !parser_is(p, ")")) {
        if (count == ARGS_WRITTEN_MAX) return parser_fail(p, p->at, "these are too many values for one function");
        args[count++] = parser_or(p);
        if (!parser_is(p, ",")) break;
        parser_next(p);
        if (parser_is(p, ")")) return parser_fail(p, p->at, "after `,` comes one more value");
    }
    if (!parser_expect(p, ")", "`)` is missing")) return NOTHING;
    return combine(p, function, offset, args, count);
}

/* `band_depth(LEFT, BAND, RIGHT)` of three layers; the name is the token at hand. */
static struct part parse_depth(struct parser *p) {
    struct part bands[3];
    size_t offset = p->at;
    parser_next(p);
    parser_next(p);
    for (size_t i = 0; i < 3; i++) {
        if (p->token != T_NAME)
            return parser_fail(p, p->at, "here the name of a band is needed, as in `band_depth(scene.w716, scene.w744, scene.w775)`");
        bands[i].offset = p->at;
        int layer = parser_take_layer(p);
        if (layer == NO_LAYER) return NOTHING;
        if (!parser_layer_is(p, p->names->heights, layer))
            return parser_fail(p, p->at, "band_depth() needs bands of a raster; this is a vector layer");
        bands[i] = part_operand(p, OPERAND_VALUE, layer, p->at);
        parser_next(p);
        if (!parser_expect(p, i < 2 ? "," : ")", i < 2 ? "`,` is missing: band_depth() takes three bands" : "`)` is missing")) return NOTHING;
    }
    return part_depth(p, bands[0], bands[1], bands[2], offset);
}

struct part parser_function(struct parser *p) {
    if (parser_is(p, "slope")) return parse_layer_function(p, OPERAND_SLOPE);
    if (parser_is(p, "inside")) return parse_layer_function(p, OPERAND_INSIDE);
    if (parser_is(p, "band_depth")) return parse_depth(p);
    const char *names[FUNCTIONS + 3] = {"slope", "inside", "band_depth"};
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (parser_is(p, functions[i].name)) return parse_arguments(p, &functions[i]);
        names[i + 3] = functions[i].name;
    }
    return parser_fail_unknown(p, names, FUNCTIONS + 3, "function");
}
