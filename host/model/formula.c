/* Precedence climbing, loosest first: or, and, not, one comparison, + -, * /, unary -, ^ (from the right).
 * Every recursion passes enter(), so depth is bounded whatever is written. */
#include "model/formula.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum type { NUMBER, CONDITION };
enum token { T_END, T_NUMBER, T_NAME, T_SIGN, T_UNKNOWN };
enum { ARGS_WRITTEN_MAX = 32 };

/* A parsed part: its node, and what it is. Node -1 after a fault. */
struct part {
    int node;
    enum type type;
    size_t offset;
};

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

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
static const char digits[] = "0123456789";

static const struct part NOTHING = {.node = -1};

/* The first fault counts: what follows may only be its consequence. */
static struct part fail(struct parser *p, size_t offset, const char *words) {
    if (!p->failed) *p->fault = (struct formula_fault){offset, words};
    p->failed = true;
    p->token = T_END;
    return NOTHING;
}

static size_t number_length(const char *words) {
    size_t length = strspn(words, digits);
    if (words[length] == '.') length += 1 + strspn(words + length + 1, digits);
    if (words[length] == 'e' || words[length] == 'E') {
        size_t sign = words[length + 1] == '-' || words[length + 1] == '+', power = strspn(words + length + 1 + sign, digits);
        if (power) length += 1 + sign + power;
    }
    return length;
}

static bool take_number(struct parser *p) {
    char word[64];
    p->length = number_length(p->text + p->at);
    if (p->length >= sizeof word) return false;
    memcpy(word, p->text + p->at, p->length);
    word[p->length] = 0;
    return text_number(word, &p->number);
}

/* Letters, digits and `_`; after a dot that a letter follows, more of them. */
static size_t name_length(const char *words) {
    static const char more[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    size_t length = strspn(words, more);
    if (words[length] == '.' && words[length + 1] && strchr(letters, words[length + 1])) length += 1 + strspn(words + length + 1, more);
    return length;
}

static void next(struct parser *p) {
    if (p->failed) return;
    p->at += p->length;
    p->at += strspn(p->text + p->at, " \t\r\n");
    const char *c = p->text + p->at;
    p->length = 1;
    if (!*c) {
        p->token = T_END;
        p->length = 0;
    } else if (strchr(letters, *c)) {
        p->token = T_NAME;
        p->length = name_length(c);
    } else if (strchr(digits, *c) || (*c == '.' && c[1] && strchr(digits, c[1]))) {
        p->token = T_NUMBER;
        if (!take_number(p)) fail(p, p->at, "this is not a number");
    } else {
        p->token = strchr("+-*/^<>=!(),", *c) ? T_SIGN : T_UNKNOWN;
        if (c[1] == '=' && strchr("<>=!", *c)) p->length = 2;
        while ((c[p->length] & 0xc0) == 0x80) p->length++; /* the rest of a character of UTF-8 */
    }
}

static bool is(const struct parser *p, const char *word) {
    return !p->failed && (p->token == T_SIGN || p->token == T_NAME) && strlen(word) == p->length && strncmp(p->text + p->at, word, p->length) == 0;
}

static const char *here(const struct parser *p) {
    return arena_print(p->arena, "'%.*s'", (int)(p->length < 40 ? p->length : 40), p->text + p->at);
}

static bool enter(struct parser *p) {
    if (++p->depth > FORMULA_DEPTH_MAX) fail(p, p->at, "it is nested too deeply; make it simpler, or several criteria of it");
    return !p->failed;
}

static struct part add(struct parser *p, struct formula_node node, enum type type, size_t offset) {
    if (p->failed) return NOTHING;
    p->nodes[p->n_nodes] = node;
    return (struct part){(int)p->n_nodes++, type, offset};
}

static struct part add_op(struct parser *p, enum formula_op op, enum type type, size_t offset, const struct part *parts, size_t count) {
    struct formula_node node = {.op = op, .args = {-1, -1, -1}, .operand = -1};
    for (size_t i = 0; i < count; i++) node.args[i] = parts[i].node;
    return add(p, node, type, offset);
}

static bool wants(struct parser *p, struct part part, enum type type) {
    if (p->failed || part.type == type) return !p->failed;
    fail(p, part.offset,
         type == NUMBER ? "this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"
                        : "this is a number where a condition is needed; compare it, as in `b5 > 0`");
    return false;
}

static struct part parse_or(struct parser *p);
static struct part parse_unary(struct parser *p);
static struct part fail_unknown(struct parser *p, const char *const *names, size_t count, const char *what);

static int find_layer(const struct parser *p) {
    for (size_t i = 0; i < p->names->n_layers; i++)
        if (strlen(p->names->layers[i]) == p->length && strncmp(p->names->layers[i], p->text + p->at, p->length) == 0) return (int)i;
    return NO_LAYER;
}

/* The layer that the name at hand stands for; NO_LAYER after a fault. */
static int take_layer(struct parser *p) {
    const char *words = NULL;
    int layer = find_layer(p);
    if (layer != NO_LAYER) return layer;
    if (p->names->part && memchr(p->text + p->at, '.', p->length)) layer = p->names->part(p->names->user, p->text + p->at, p->length, &words);
    if (layer == NO_LAYER && words)
        fail(p, p->at, words);
    else if (layer == NO_LAYER)
        fail_unknown(p, p->names->layers, p->names->n_layers, "layer");
    return layer;
}

/* Bands of a layer, which stand behind the others, are rasters. */
static bool layer_is(const struct parser *p, const bool *what, int layer) {
    return (size_t)layer >= p->names->n_layers || what[layer];
}

static struct part fail_unknown(struct parser *p, const char *const *names, size_t count, const char *what) {
    char *word = arena_print(p->arena, "%.*s", (int)p->length, p->text + p->at);
    const char *nearest = word ? text_nearest(word, names, count) : NULL;
    if (nearest) return fail(p, p->at, arena_print(p->arena, "'%s' names no %s, did you mean '%s'?", word, what, nearest));
    return fail(p, p->at, arena_print(p->arena, "'%s' names no %s", word ? word : "", what));
}

static struct part add_operand(struct parser *p, enum operand_kind kind, int layer, size_t offset) {
    size_t i = 0;
    while (i < p->n_operands && (p->operands[i].kind != kind || p->operands[i].layer != layer)) i++;
    if (i == p->n_operands) p->operands[p->n_operands++] = (struct formula_operand){kind, layer};
    struct formula_node node = {.op = FORMULA_OPERAND, .args = {-1, -1, -1}, .operand = (int)i};
    return add(p, node, kind == OPERAND_INSIDE ? CONDITION : NUMBER, offset);
}

static bool expect(struct parser *p, const char *sign, const char *words) {
    if (is(p, sign)) {
        next(p);
        return true;
    }
    if (p->token == T_END)
        fail(p, p->at, arena_print(p->arena, "it ends where %s", words));
    else
        fail(p, p->at, arena_print(p->arena, "before %s %s", here(p), words));
    return false;
}

/* `slope(LAYER)`, `inside(LAYER)`; the name is the token at hand. */
static struct part parse_layer_function(struct parser *p, enum operand_kind kind) {
    size_t offset = p->at;
    next(p);
    next(p);
    if (p->token != T_NAME) return fail(p, p->at, "here the name of a layer is needed, as in `slope(elevation)`");
    int layer = take_layer(p);
    if (layer == NO_LAYER) return NOTHING;
    if (kind == OPERAND_SLOPE && !layer_is(p, p->names->heights, layer))
        return fail(p, p->at, arena_print(p->arena, "slope() needs a raster layer of heights; '%s' is a vector layer", p->names->layers[layer]));
    next(p);
    if (!expect(p, ")", "`)` is missing")) return NOTHING;
    return add_operand(p, kind, layer, offset);
}

static struct part add_number(struct parser *p, double value, size_t offset) {
    struct formula_node node = {.op = FORMULA_NUMBER, .args = {-1, -1, -1}, .number = value, .operand = -1};
    return add(p, node, NUMBER, offset);
}

static struct part add_pair(struct parser *p, enum formula_op op, enum type type, struct part a, struct part b) {
    return add_op(p, op, type, a.offset, (struct part[]){a, b}, 2);
}

/* where(b > 0, a / b, nan) */
static struct part write_ratio(struct parser *p, const struct part *args, size_t offset) {
    struct part positive = add_pair(p, FORMULA_GT, CONDITION, args[1], add_number(p, 0, offset));
    struct part quotient = add_pair(p, FORMULA_DIVIDE, NUMBER, args[0], args[1]), missing = add_number(p, NAN, offset);
    return add_op(p, FORMULA_WHERE, NUMBER, offset, (struct part[]){positive, quotient, missing}, 3);
}

/* A whole number from `least` to `most`, as written; -1 after a fault. */
static int take_whole(struct parser *p, struct part part, int least, int most) {
    const struct formula_node *node = p->failed ? NULL : &p->nodes[part.node];
    if (!node) return -1;
    if (node->op == FORMULA_NUMBER && node->number >= least && node->number <= most && node->number == floor(node->number)) return (int)node->number;
    fail(p, part.offset, arena_print(p->arena, "here a whole number from %d to %d is needed, which counts bits", least, most));
    return -1;
}

/* `count` bits from bit `first`: floor(x / 2^first) - 2^count floor(x / 2^(first + count)). Powers of two are exact in floats. */
static struct part add_bits(struct parser *p, struct part x, int first, int count) {
    struct part low = add_pair(p, FORMULA_MULTIPLY, NUMBER, x, add_number(p, ldexp(1, -first), x.offset));
    struct part high = add_pair(p, FORMULA_MULTIPLY, NUMBER, x, add_number(p, ldexp(1, -first - count), x.offset));
    struct part above = add_op(p, FORMULA_FLOOR, NUMBER, x.offset, &high, 1);
    struct part shifted = add_pair(p, FORMULA_MULTIPLY, NUMBER, above, add_number(p, ldexp(1, count), x.offset));
    return add_pair(p, FORMULA_SUBTRACT, NUMBER, add_op(p, FORMULA_FLOOR, NUMBER, x.offset, &low, 1), shifted);
}

static struct part write_bits(struct parser *p, const struct part *args, size_t offset) {
    int first = take_whole(p, args[1], 0, FORMULA_BITS_MAX - 1), count = take_whole(p, args[2], 1, FORMULA_BITS_MAX - (first < 0 ? 0 : first));
    struct part part = p->failed ? NOTHING : add_bits(p, args[0], first, count);
    part.offset = offset;
    return part;
}

static struct part write_bit(struct parser *p, const struct part *args, size_t offset) {
    int first = take_whole(p, args[1], 0, FORMULA_BITS_MAX - 1);
    if (p->failed) return NOTHING;
    struct part sides[] = {add_bits(p, args[0], first, 1), add_number(p, 1, offset)};
    return add_op(p, FORMULA_EQ, CONDITION, offset, sides, 2);
}

static struct part fail_count(struct parser *p, const struct function *function, size_t offset, size_t count) {
    const char *few = function->args ? "" : " or more";
    return fail(p, offset,
                arena_print(p->arena, "%s() takes %zu%s value%s, not %zu", function->name, function->args ? function->args : 2, few,
                            function->args == 1 ? "" : "s", count));
}

static struct part combine(struct parser *p, const struct function *function, size_t offset, const struct part *args, size_t count) {
    if (function->args ? count != function->args : count < 2) return fail_count(p, function, offset, count);
    for (size_t i = 0; i < count; i++)
        if (!wants(p, args[i], i ? NUMBER : function->first)) return NOTHING;
    if (function->op == RATIO) return write_ratio(p, args, offset);
    if (function->op == BITS) return write_bits(p, args, offset);
    if (function->op == BIT) return write_bit(p, args, offset);
    if (function->args) return add_op(p, function->op, function->result, offset, args, count);
    struct part folded = args[0];
    for (size_t i = 1; i < count; i++) folded = add_op(p, function->op, NUMBER, offset, (struct part[]){folded, args[i]}, 2);
    return folded;
}

static struct part parse_arguments(struct parser *p, const struct function *function) {
    struct part args[ARGS_WRITTEN_MAX];
    size_t count = 0, offset = p->at;
    next(p);
    next(p);
    while (!p->failed && !is(p, ")")) {
        if (count == ARGS_WRITTEN_MAX) return fail(p, p->at, "these are too many values for one function");
        args[count++] = parse_or(p);
        if (!is(p, ",")) break;
        next(p);
        if (is(p, ")")) return fail(p, p->at, "after `,` comes one more value");
    }
    if (!expect(p, ")", "`)` is missing")) return NOTHING;
    return combine(p, function, offset, args, count);
}

/* The wavelength of a layer's band: the operand is its value. */
static struct part add_wavelength(struct parser *p, struct part value) {
    if (p->failed) return NOTHING;
    int layer = p->operands[p->nodes[value.node].operand].layer;
    double nm = p->names->wavelength ? p->names->wavelength(p->names->user, layer) : 0;
    if (nm == 0) return fail(p, value.offset, "the wavelength of this is not known; take a band of a layer with `sensor`, as in `scene.w744`");
    struct formula_node node = {.op = FORMULA_NUMBER, .args = {-1, -1, -1}, .number = nm, .operand = isnan(nm) ? layer : NO_LAYER};
    return add(p, node, NUMBER, value.offset);
}

/* 1 - b / c, c on the line from the left shoulder to the right; missing where c is not more than 0 (Clark and Roush 1984). */
static struct part add_depth(struct parser *p, struct part left, struct part band, struct part right, size_t offset) {
    struct part nm_left = add_wavelength(p, left), nm_band = add_wavelength(p, band), nm_right = add_wavelength(p, right);
    struct part share = add_pair(p, FORMULA_DIVIDE, NUMBER, add_pair(p, FORMULA_SUBTRACT, NUMBER, nm_band, nm_left),
                                 add_pair(p, FORMULA_SUBTRACT, NUMBER, nm_right, nm_left));
    struct part rise = add_pair(p, FORMULA_MULTIPLY, NUMBER, add_pair(p, FORMULA_SUBTRACT, NUMBER, right, left), share);
    struct part line = add_pair(p, FORMULA_ADD, NUMBER, left, rise), positive = add_pair(p, FORMULA_GT, CONDITION, line, add_number(p, 0, offset));
    struct part one = add_number(p, 1, offset);
    struct part depth = add_pair(p, FORMULA_SUBTRACT, NUMBER, one, add_pair(p, FORMULA_DIVIDE, NUMBER, band, line));
    return add_op(p, FORMULA_WHERE, NUMBER, offset, (struct part[]){positive, depth, add_number(p, NAN, offset)}, 3);
}

/* `band_depth(LEFT, BAND, RIGHT)` of three layers; the name is the token at hand. */
static struct part parse_depth(struct parser *p) {
    struct part bands[3];
    size_t offset = p->at;
    next(p);
    next(p);
    for (size_t i = 0; i < 3; i++) {
        if (p->token != T_NAME) return fail(p, p->at, "here the name of a band is needed, as in `band_depth(scene.w716, scene.w744, scene.w775)`");
        bands[i].offset = p->at;
        int layer = take_layer(p);
        if (layer == NO_LAYER) return NOTHING;
        if (!layer_is(p, p->names->heights, layer)) return fail(p, p->at, "band_depth() needs bands of a raster; this is a vector layer");
        bands[i] = add_operand(p, OPERAND_VALUE, layer, p->at);
        next(p);
        if (!expect(p, i < 2 ? "," : ")", i < 2 ? "`,` is missing: band_depth() takes three bands" : "`)` is missing")) return NOTHING;
    }
    return add_depth(p, bands[0], bands[1], bands[2], offset);
}

static struct part parse_function(struct parser *p) {
    if (is(p, "slope")) return parse_layer_function(p, OPERAND_SLOPE);
    if (is(p, "inside")) return parse_layer_function(p, OPERAND_INSIDE);
    if (is(p, "band_depth")) return parse_depth(p);
    const char *names[FUNCTIONS + 3] = {"slope", "inside", "band_depth"};
    for (size_t i = 0; i < FUNCTIONS; i++) {
        if (is(p, functions[i].name)) return parse_arguments(p, &functions[i]);
        names[i + 3] = functions[i].name;
    }
    return fail_unknown(p, names, FUNCTIONS + 3, "function");
}

static struct part take_constant(struct parser *p, double value) {
    struct part part = add_number(p, value, p->at);
    next(p);
    return part;
}

static bool opens_call(const struct parser *p) {
    const char *after = p->text + p->at + p->length;
    return after[strspn(after, " \t\r\n")] == '(';
}

static struct part parse_name(struct parser *p) {
    if (is(p, "and") || is(p, "or")) return fail(p, p->at, arena_print(p->arena, "a value is missing before %s", here(p)));
    if (opens_call(p)) return parse_function(p);
    if (find_layer(p) == NO_LAYER && is(p, "pi")) return take_constant(p, 3.14159265358979323846);
    if (find_layer(p) == NO_LAYER && is(p, "nan")) return take_constant(p, NAN);
    int layer = take_layer(p);
    if (layer == NO_LAYER) return NOTHING;
    if (!layer_is(p, p->names->values, layer))
        return fail(p, p->at,
                    arena_print(p->arena, "the vector layer '%s' has no numbers; give it an `attribute: FIELD`, or write `inside(%s)`",
                                p->names->layers[layer], p->names->layers[layer]));
    struct part part = add_operand(p, OPERAND_VALUE, layer, p->at);
    next(p);
    return part;
}

static struct part parse_primary(struct parser *p) {
    if (p->failed) return NOTHING;
    if (p->token == T_NUMBER) return take_constant(p, p->number);
    if (p->token == T_NAME) return parse_name(p);
    if (p->token == T_END) return fail(p, p->at, "it ends where a value is needed");
    if (!is(p, "(")) return fail(p, p->at, arena_print(p->arena, "a value is needed before %s", here(p)));
    next(p);
    struct part part = parse_or(p);
    return expect(p, ")", "`)` is missing") ? part : NOTHING;
}

static struct part parse_power(struct parser *p) {
    struct part base = parse_primary(p);
    if (!is(p, "^")) return base;
    next(p);
    struct part power = parse_unary(p);
    if (!wants(p, base, NUMBER) || !wants(p, power, NUMBER)) return NOTHING;
    return add_op(p, FORMULA_POWER, NUMBER, base.offset, (struct part[]){base, power}, 2);
}

static struct part parse_unary(struct parser *p) {
    if (!enter(p)) return NOTHING;
    struct part part;
    size_t offset = p->at;
    if (is(p, "-")) {
        next(p);
        part = parse_unary(p);
        if (wants(p, part, NUMBER)) part = add_op(p, FORMULA_NEGATE, NUMBER, offset, &part, 1);
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
        while (i < count && !is(p, signs[i].sign)) i++;
        if (i == count) return left;
        next(p);
        if (signs[i].op == FORMULA_MULTIPLY && is(p, "*") && p->text[p->at - 1] == '*') return fail(p, p->at, "a power is written with `^`");
        struct part right = inner(p);
        if (!wants(p, left, type) || !wants(p, right, type)) return NOTHING;
        left = add_op(p, signs[i].op, type, left.offset, (struct part[]){left, right}, 2);
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
        if (is(p, comparisons[i].sign)) return &comparisons[i];
    return NULL;
}

static struct part parse_comparison(struct parser *p) {
    struct part left = parse_sum(p);
    const struct infix *sign = comparison_here(p);
    if (is(p, "=")) return fail(p, p->at, "`=` is written `==`");
    if (!sign) return left;
    next(p);
    struct part right = parse_sum(p);
    if (comparison_here(p)) return fail(p, p->at, "compare twice and join with `and`, as in `0 < b5 and b5 < 1`");
    if (!wants(p, left, NUMBER) || !wants(p, right, NUMBER)) return NOTHING;
    return add_op(p, sign->op, CONDITION, left.offset, (struct part[]){left, right}, 2);
}

static struct part parse_not(struct parser *p) {
    if (is(p, "!")) return fail(p, p->at, "`!` is written `not`");
    if (!is(p, "not")) return parse_comparison(p);
    size_t offset = p->at;
    if (!enter(p)) return NOTHING;
    next(p);
    struct part part = parse_not(p);
    p->depth--;
    return wants(p, part, CONDITION) ? add_op(p, FORMULA_NOT, CONDITION, offset, &part, 1) : NOTHING;
}

static struct part parse_and(struct parser *p) {
    static const struct infix signs[] = {{"and", FORMULA_AND}};
    return parse_chain(p, parse_not, signs, 1, CONDITION);
}

static struct part parse_or(struct parser *p) {
    static const struct infix signs[] = {{"or", FORMULA_OR}};
    if (!enter(p)) return NOTHING;
    struct part part = parse_chain(p, parse_and, signs, 1, CONDITION);
    p->depth--;
    return part;
}

static const char *leftover_words(struct parser *p) {
    if (p->token == T_UNKNOWN && p->text[p->at] == '&') return "`&` is written `and`";
    if (p->token == T_UNKNOWN && p->text[p->at] == '|') return "`|` is written `or`";
    if (is(p, "!")) return "`!` is written `not`";
    if (is(p, ")")) return "this `)` closes nothing";
    return arena_print(p->arena, "before %s an operator is missing, such as `*`", here(p));
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
    next(&p);
    struct part whole = parse_or(&p);
    if (!p.failed && p.token != T_END) fail(&p, p.at, leftover_words(&p));
    wants(&p, whole, NUMBER);
    if (p.failed) return NULL;
    *formula = (struct formula){text, p.n_nodes, p.n_operands, p.nodes, p.operands};
    return formula;
}
