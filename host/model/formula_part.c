/* Nodes of a formula and what is written with several of them. */
#include <math.h>

#include "model/formula_parser.h"

static struct part part_add(struct parser *p, struct formula_node node, enum type type, size_t offset) {
    if (p->failed) return NOTHING;
    p->nodes[p->n_nodes] = node;
    return (struct part){(int)p->n_nodes++, type, offset};
}

struct part part_op(struct parser *p, enum formula_op op, enum type type, size_t offset, const struct part *parts, size_t count) {
    struct formula_node node = {.op = op, .args = {-1, -1, -1}, .operand = -1};
    for (size_t i = 0; i < count; i++) node.args[i] = parts[i].node;
    return part_add(p, node, type, offset);
}

bool part_wants(struct parser *p, struct part part, enum type type) {
    if (p->failed || part.type == type) return !p->failed;
    parser_fail(p, part.offset,
                type == NUMBER ? "this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"
                               : "this is a number where a condition is needed; compare it, as in `b5 > 0`");
    return false;
}

struct part part_operand(struct parser *p, enum operand_kind kind, int layer, size_t offset) {
    size_t i = 0;
    while (i < p->n_operands && (p->operands[i].kind != kind || p->operands[i].layer != layer)) i++;
    if (i == p->n_operands) p->operands[p->n_operands++] = (struct formula_operand){kind, layer};
    struct formula_node node = {.op = FORMULA_OPERAND, .args = {-1, -1, -1}, .operand = (int)i};
    return part_add(p, node, kind == OPERAND_INSIDE ? CONDITION : NUMBER, offset);
}

struct part part_number(struct parser *p, double value, size_t offset) {
    struct formula_node node = {.op = FORMULA_NUMBER, .args = {-1, -1, -1}, .number = value, .operand = -1};
    return part_add(p, node, NUMBER, offset);
}

struct part part_pair(struct parser *p, enum formula_op op, enum type type, struct part a, struct part b) {
    return part_op(p, op, type, a.offset, (struct part[]){a, b}, 2);
}

struct part part_ratio(struct parser *p, const struct part *args, size_t offset) {
    struct part positive = part_pair(p, FORMULA_GT, CONDITION, args[1], part_number(p, 0, offset));
    struct part quotient = part_pair(p, FORMULA_DIVIDE, NUMBER, args[0], args[1]), missing = part_number(p, NAN, offset);
    return part_op(p, FORMULA_WHERE, NUMBER, offset, (struct part[]){positive, quotient, missing}, 3);
}

/* A whole number from `least` to `most`, as written; -1 after a fault. */
static int take_whole(struct parser *p, struct part part, int least, int most) {
    const struct formula_node *node = p->failed ? NULL : &p->nodes[part.node];
    if (!node) return -1;
    if (node->op == FORMULA_NUMBER && node->number >= least && node->number <= most && node->number == floor(node->number)) return (int)node->number;
    parser_fail(p, part.offset, arena_print(p->arena, "here a whole number from %d to %d is needed, which counts bits", least, most));
    return -1;
}

/* `count` bits from bit `first`: floor(x / 2^first) - 2^count floor(x / 2^(first + count)). Powers of two are exact in floats. */
static struct part add_bits(struct parser *p, struct part x, int first, int count) {
    struct part low = part_pair(p, FORMULA_MULTIPLY, NUMBER, x, part_number(p, ldexp(1, -first), x.offset));
    struct part high = part_pair(p, FORMULA_MULTIPLY, NUMBER, x, part_number(p, ldexp(1, -first - count), x.offset));
    struct part above = part_op(p, FORMULA_FLOOR, NUMBER, x.offset, &high, 1);
    struct part shifted = part_pair(p, FORMULA_MULTIPLY, NUMBER, above, part_number(p, ldexp(1, count), x.offset));
    return part_pair(p, FORMULA_SUBTRACT, NUMBER, part_op(p, FORMULA_FLOOR, NUMBER, x.offset, &low, 1), shifted);
}

struct part part_bits(struct parser *p, const struct part *args, size_t offset) {
    int first = take_whole(p, args[1], 0, FORMULA_BITS_MAX - 1), count = take_whole(p, args[2], 1, FORMULA_BITS_MAX - (first < 0 ? 0 : first));
    struct part part = p->failed ? NOTHING : add_bits(p, args[0], first, count);
    part.offset = offset;
    return part;
}

struct part part_bit(struct parser *p, const struct part *args, size_t offset) {
    int first = take_whole(p, args[1], 0, FORMULA_BITS_MAX - 1);
    if (p->failed) return NOTHING;
    struct part sides[] = {add_bits(p, args[0], first, 1), part_number(p, 1, offset)};
    return part_op(p, FORMULA_EQ, CONDITION, offset, sides, 2);
}

/* The wavelength of a layer's band: the operand is its value. */
static struct part add_wavelength(struct parser *p, struct part value) {
    if (p->failed) return NOTHING;
    int layer = p->operands[p->nodes[value.node].operand].layer;
    double nm = p->names->wavelength ? p->names->wavelength(p->names->user, layer) : 0;
    if (nm == 0) return parser_fail(p, value.offset, "the wavelength of this is not known; take a band of a layer with `sensor`, as in `scene.w744`");
    struct formula_node node = {.op = FORMULA_NUMBER, .args = {-1, -1, -1}, .number = nm, .operand = isnan(nm) ? layer : NO_LAYER};
    return part_add(p, node, NUMBER, value.offset);
}

struct part part_depth(struct parser *p, struct part left, struct part band, struct part right, size_t offset) {
    struct part nm_left = add_wavelength(p, left), nm_band = add_wavelength(p, band), nm_right = add_wavelength(p, right);
    struct part share = part_pair(p, FORMULA_DIVIDE, NUMBER, part_pair(p, FORMULA_SUBTRACT, NUMBER, nm_band, nm_left),
                                  part_pair(p, FORMULA_SUBTRACT, NUMBER, nm_right, nm_left));
    struct part rise = part_pair(p, FORMULA_MULTIPLY, NUMBER, part_pair(p, FORMULA_SUBTRACT, NUMBER, right, left), share);
    struct part line = part_pair(p, FORMULA_ADD, NUMBER, left, rise), positive = part_pair(p, FORMULA_GT, CONDITION, line, part_number(p, 0, offset));
    struct part one = part_number(p, 1, offset);
    struct part depth = part_pair(p, FORMULA_SUBTRACT, NUMBER, one, part_pair(p, FORMULA_DIVIDE, NUMBER, band, line));
    return part_op(p, FORMULA_WHERE, NUMBER, offset, (struct part[]){positive, depth, part_number(p, NAN, offset)}, 3);
}
