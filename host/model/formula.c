/* Precedence climbing, loosest first: or, and, not, one comparison, + -, * /, unary -, ^ (from the right).
 * Every recursion passes parser_enter(), so depth is bounded whatever is written. */
#include <math.h>
#include <string.h>

#include "model/formula_parser.h"

static struct part parse_unary(struct parser *p);

static struct part take_constant(struct parser *p, double value) {
    struct part part = part_number(p, value, p->at);
    parser_next(p);
    return part;
}

static bool opens_call(const struct parser *p) {
    const char *after = p->text + p->at + p->length;
    return after[strspn(after, " \t\r\n")] == '(';
}

static struct part parse_name(struct parser *p) {
    if (parser_is(p, "and") || parser_is(p, "or"))
        return parser_fail(p, p->at, arena_print(p->arena, "a value is missing before %s", parser_here(p)));
    if (opens_call(p)) return parser_function(p);
    if (parser_find_layer(p) == NO_LAYER && parser_is(p, "pi")) return take_constant(p, 3.14159265358979323846);
    if (parser_find_layer(p) == NO_LAYER && parser_is(p, "nan")) return take_constant(p, NAN);
    int layer = parser_take_layer(p);
    if (layer == NO_LAYER) return NOTHING;
    if (!parser_layer_is(p, p->names->values, layer))
        return parser_fail(p, p->at,
                           arena_print(p->arena, "the vector layer '%s' has no numbers; give it an `attribute: FIELD`, or write `inside(%s)`",
                                       p->names->layers[layer], p->names->layers[layer]));
    struct part part = part_operand(p, OPERAND_VALUE, layer, p->at);
    parser_next(p);
    return part;
}

static struct part parse_primary(struct parser *p) {
    if (p->failed) return NOTHING;
    if (p->token == T_NUMBER) return take_constant(p, p->number);
    if (p->token == T_NAME) return parse_name(p);
    if (p->token == T_END) return parser_fail(p, p->at, "it ends where a value is needed");
    if (!parser_is(p, "(")) return parser_fail(p, p->at, arena_print(p->arena, "a value is needed before %s", parser_here(p)));
    parser_next(p);
    struct part part = parser_or(p);
    return parser_expect(p, ")", "`)` is missing") ? part : NOTHING;
}

static struct part parse_power(struct parser *p) {
    struct part base = parse_primary(p);
    if (!parser_is(p, "^")) return base;
    parser_next(p);
    struct part power = parse_unary(p);
    if (!part_wants(p, base, NUMBER) || !part_wants(p, power, NUMBER)) return NOTHING;
    return part_op(p, FORMULA_POWER, NUMBER, base.offset, (struct part[]){base, power}, 2);
}

static struct part parse_unary(struct parser *p) {
    if (!parser_enter(p)) return NOTHING;
    struct part part;
    size_t offset = p->at;
    if (parser_is(p, "-")) {
        parser_next(p);
        part = parse_unary(p);
        if (part_wants(p, part, NUMBER)) part = part_op(p, FORMULA_NEGATE, NUMBER, offset, &part, 1);
    } else {
        part = parse_power(p);
    }
    p->depth--;
    return part;
}

struct infix {
    const char *sign;
    enum formula_op op;
};

/* From the left: a op b op c. */
static struct part parse_chain(struct parser *p, struct part (*inner)(struct parser *), const struct infix *signs, size_t count, enum type type) {
    struct part left = inner(p);
    for (;;) {
        size_t i = 0;
        while (i < count && !parser_is(p, signs[i].sign)) i++;
        if (i == count) return left;
        parser_next(p);
        if (signs[i].op == FORMULA_MULTIPLY && parser_is(p, "*") && p->text[p->at - 1] == '*')
            return parser_fail(p, p->at, "a power is written with `^`");
        struct part right = inner(p);
        if (!part_wants(p, left, type) || !part_wants(p, right, type)) return NOTHING;
        left = part_op(p, signs[i].op, type, left.offset, (struct part[]){left, right}, 2);
    }
}

static struct part parse_product(struct parser *p) {
    static const struct infix signs[] = {{"*", FORMULA_MULTIPLY}, {"/", FORMULA_DIVIDE}};
    return parse_chain(p, parse_unary, signs, 2, NUMBER);
}

static struct part parse_sum(struct parser *p) {
    static const struct infix signs[] = {{"+", FORMULA_ADD}, {"-", FORMULA_SUBTRACT}};
    return parse_chain(p, parse_product, signs, 2, NUMBER);
}

static const struct infix comparisons[] = {{"<", FORMULA_LT},  {"<=", FORMULA_LE}, {">", FORMULA_GT},
                                           {">=", FORMULA_GE}, {"==", FORMULA_EQ}, {"!=", FORMULA_NE}};

static const struct infix *comparison_here(const struct parser *p) {
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (parser_is(p, comparisons[i].sign)) return &comparisons[i];
    return NULL;
}

static struct part parse_comparison(struct parser *p) {
    struct part left = parse_sum(p);
    const struct infix *sign = comparison_here(p);
    if (parser_is(p, "=")) return parser_fail(p, p->at, "`=` is written `==`");
    if (!sign) return left;
    parser_next(p);
    struct part right = parse_sum(p);
    if (comparison_here(p)) return parser_fail(p, p->at, "compare twice and join with `and`, as in `0 < b5 and b5 < 1`");
    if (!part_wants(p, left, NUMBER) || !part_wants(p, right, NUMBER)) return NOTHING;
    return part_op(p, sign->op, CONDITION, left.offset, (struct part[]){left, right}, 2);
}

static struct part parse_not(struct parser *p) {
    if (parser_is(p, "!")) return parser_fail(p, p->at, "`!` is written `not`");
    if (!parser_is(p, "not")) return parse_comparison(p);
    size_t offset = p->at;
    if (!parser_enter(p)) return NOTHING;
    parser_next(p);
    struct part part = parse_not(p);
    p->depth--;
    return part_wants(p, part, CONDITION) ? part_op(p, FORMULA_NOT, CONDITION, offset, &part, 1) : NOTHING;
}

static struct part parse_and(struct parser *p) {
    static const struct infix signs[] = {{"and", FORMULA_AND}};
    return parse_chain(p, parse_not, signs, 1, CONDITION);
}

struct part parser_or(struct parser *p) {
    static const struct infix signs[] = {{"or", FORMULA_OR}};
    if (!parser_enter(p)) return NOTHING;
    struct part part = parse_chain(p, parse_and, signs, 1, CONDITION);
    p->depth--;
    return part;
}

static const char *leftover_words(struct parser *p) {
    if (p->token == T_UNKNOWN && p->text[p->at] == '&') return "`&` is written `and`";
    if (p->token == T_UNKNOWN && p->text[p->at] == '|') return "`|` is written `or`";
    if (parser_is(p, "!")) return "`!` is written `not`";
    if (parser_is(p, ")")) return "this `)` closes nothing";
    return arena_print(p->arena, "before %s an operator is missing, such as `*`", parser_here(p));
}

static bool allocate(struct parser *p, size_t length) {
    /* A character makes at most two: bit(x,0) has more nodes than letters. */
    p->nodes = arena_alloc(p->arena, 2 * length + 1, sizeof *p->nodes);
    p->operands = arena_alloc(p->arena, length + 1, sizeof *p->operands);
    return p->nodes && p->operands;
}

const struct formula *formula_parse(const char *text, const struct formula_names *names, struct arena *arena, struct formula_fault *fault) {
    struct parser p = {.text = text, .names = names, .arena = arena, .fault = fault};
    struct formula *formula = arena_alloc(arena, 1, sizeof *formula);
    size_t length = strlen(text);
    *fault = (struct formula_fault){0};
    if (length > FORMULA_LENGTH_MAX) {
        fault->words = arena_print(arena, "it has more than %d characters; make several criteria of it", FORMULA_LENGTH_MAX);
        return NULL;
    }
    if (!formula || !allocate(&p, length)) return NULL;
    parser_next(&p);
    struct part whole = parser_or(&p);
    if (!p.failed && p.token != T_END) parser_fail(&p, p.at, leftover_words(&p));
    part_wants(&p, whole, NUMBER);
    if (p.failed) return NULL;
    *formula = (struct formula){text, p.n_nodes, p.n_operands, p.nodes, p.operands};
    return formula;
}
