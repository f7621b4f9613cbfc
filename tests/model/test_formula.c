/* Formulas: what they mean, by an evaluation in double of the parsed nodes beside hand-written values; and the exact words and
 * place of every fault. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/formula.h"

static const char *const layers[] = {"b5", "b7", "elevation", "rail", "zones"};
static const bool heights[] = {true, true, true, false, false}, values[] = {true, true, true, false, true};
/* "b5.three" and "b5.four" are more rasters, which hold 5.5 and 4; nothing else has parts. */
static int part_of(void *user, const char *name, size_t length, const char **words) {
    (void)user;
    if (length == 8 && strncmp(name, "b5.three", 8) == 0) return 5;
    if (length == 7 && strncmp(name, "b5.four", 7) == 0) return 6;
    *words = strncmp(name, "b5.", 3) == 0 ? "'b5' has no such part" : NULL;
    return NO_LAYER;
}

/* b5 is at 700 nm, b7 at 750, b5.three at 800, b5.four at 780; elevation is yet to say. */
static double nm_of(void *user, int layer) {
    (void)user;
    return layer == 0 ? 700 : layer == 1 ? 750 : layer == 5 ? 800 : layer == 6 ? 780 : layer == 2 ? NAN : 0;
}

static const struct formula_names names = {5, layers, heights, values, part_of, nm_of, NULL};

/* What the layers hold where formulas are evaluated: value, slope and inside of each. */
enum { KINDS = 3, LAYERS = 7 };
static const double held[LAYERS][KINDS] = {{3, 7, 1}, {NAN, 9, 0}, {100, 12, 1}, {NAN, NAN, 1}, {4, NAN, 0}, {5.5, 2, 0}, {4, 2, 0}};

static double of_three(bool decided, double otherwise, double a, double b) {
    return decided ? otherwise : isnan(a) || isnan(b) ? NAN : 1 - otherwise;
}

static double compare(bool holds, double a, double b) {
    return isnan(a) || isnan(b) ? NAN : holds;
}

static double number_or_missing(double value) {
    return isfinite(value) ? value : NAN;
}

static double node_value(const struct formula *formula, const struct formula_node *node, const double *v) {
    double a = node->args[0] < 0 ? NAN : v[node->args[0]], b = node->args[1] < 0 ? NAN : v[node->args[1]],
           c = node->args[2] < 0 ? NAN : v[node->args[2]];
    switch (node->op) {
    case FORMULA_NUMBER:
        return node->number;
    case FORMULA_OPERAND:
        return held[formula->operands[node->operand].layer][formula->operands[node->operand].kind];
    case FORMULA_ADD:
        return a + b;
    case FORMULA_SUBTRACT:
        return a - b;
    case FORMULA_MULTIPLY:
        return a * b;
    case FORMULA_DIVIDE:
        return number_or_missing(a / b);
    case FORMULA_POWER:
        return isnan(a) || isnan(b) ? NAN : number_or_missing(pow(a, b));
    case FORMULA_NEGATE:
        return -a;
    case FORMULA_LT:
        return compare(a < b, a, b);
    case FORMULA_LE:
        return compare(a <= b, a, b);
    case FORMULA_GT:
        return compare(a > b, a, b);
    case FORMULA_GE:
        return compare(a >= b, a, b);
    case FORMULA_EQ:
        return compare(a == b, a, b);
    case FORMULA_NE:
        return compare(a != b, a, b);
    case FORMULA_AND:
        return of_three(a == 0 || b == 0, 0, a, b);
    case FORMULA_OR:
        return of_three(a == 1 || b == 1, 1, a, b);
    case FORMULA_NOT:
        return 1 - a;
    case FORMULA_WHERE:
        return isnan(a) ? NAN : a > 0 ? b : c;
    case FORMULA_MIN:
        return isnan(a) || isnan(b) ? NAN : fmin(a, b);
    case FORMULA_MAX:
        return isnan(a) || isnan(b) ? NAN : fmax(a, b);
    case FORMULA_ABS:
        return fabs(a);
    case FORMULA_LOG:
        return number_or_missing(log(a));
    case FORMULA_LOG10:
        return number_or_missing(log10(a));
    case FORMULA_EXP:
        return number_or_missing(exp(a));
    case FORMULA_SQRT:
        return sqrt(a);
    case FORMULA_SIN:
        return sin(a);
    case FORMULA_COS:
        return cos(a);
    case FORMULA_TAN:
        return tan(a);
    case FORMULA_ATAN2:
        return atan2(a, b);
    case FORMULA_FLOOR:
        return floor(a);
    case FORMULA_CLAMP:
        return isnan(a) || isnan(b) || isnan(c) ? NAN : a < b ? b : a > c ? c : a;
    case FORMULA_ISNODATA:
        return isnan(a);
    case FORMULA_OPS:
        break;
    }
    fail_msg("operation %d", (int)node->op);
    return NAN;
}

static double evaluate(const char *text) {
    struct arena arena = {0};
    struct formula_fault fault;
    const struct formula *formula = formula_parse(text, &names, &arena, &fault);
    if (!formula) {
        fail_msg("`%s`: %zu: %s", text, fault.offset, fault.words);
        return NAN;
    }
    double *of_nodes = calloc(formula->n_nodes, sizeof *of_nodes);
    for (size_t i = 0; i < formula->n_nodes; i++) {
        for (size_t k = 0; k < FORMULA_ARGS; k++) assert_true(formula->nodes[i].args[k] < (int)i);
        of_nodes[i] = node_value(formula, &formula->nodes[i], of_nodes);
    }
    double result = of_nodes[formula->n_nodes - 1];
    free(of_nodes);
    arena_free(&arena);
    return result;
}

static void values_are_right(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"1 + 2 * 3", 7},
        {"(1 + 2) * 3", 9},
        {"10 - 4 - 3", 3},
        {"16 / 4 / 2", 2},
        {"-2 ^ 2", -4},
        {"2 ^ 3 ^ 2", 512},
        {"2 ^ -1", 0.5},
        {"2 * -3", -6},
        {"- - 3", 3},
        {"1.5e2 + .5 + 2.", 152.5},
        {"elevation / b5", 100.0 / 3},
        {"elevation-b5", 97},
        {"slope(b5) + slope ( elevation )", 19},
        {"where(inside(rail), 5, 0) + where(inside(zones), 5, 0)", 5},
        {"zones", 4},
        {"pi", 3.14159265358979323846},
        {"nan", NAN},
        {"b7 * 0", NAN},
        {"b7 ^ 0", NAN},
        {"1 ^ b7", NAN},
        {"where(b7 > 0, 1, 2)", NAN},
        {"where(isnodata(b7), 1, 2)", 1},
        {"where(isnodata(b5), 1, 2)", 2},
        {"where(isnodata(b7) or b7 > 0, 1, 2)", 1},
        {"where(b7 > 0 or b5 > 0, 1, 2)", 1},
        {"where(b7 > 0 or b5 < 0, 1, 2)", NAN},
        {"where(b7 > 0 and b5 < 0, 1, 2)", 2},
        {"where(b7 > 0 and b5 > 0, 1, 2)", NAN},
        {"where(not b7 > 0, 1, 2)", NAN},
        {"where(not not 1 < 2, 1, 2)", 1},
        {"where(1 < 2 or 1 < 2 and 2 < 1, 1, 2)", 1},
        {"where(not 1 < 2 or 1 < 2, 1, 2)", 1},
        {"where(1 + 1 == 2 and 3 != 4 and 3 >= 3 and 3 <= 3 and 2 > 1, 1, 2)", 1},
        {"where(b5 > 0, b5, b7)", 3},
        {"where(b5 < 0, b5, b7)", NAN},
        {"min(4, 2, 8) + max(4, 2, 8)", 10},
        {"min(b5, b7)", NAN},
        {"max(b7, b5)", NAN},
        {"clamp(5, 1, 3) + clamp(-5, 1, 3) + clamp(2, 1, 3)", 6},
        {"clamp(b7, 1, 3)", NAN},
        {"clamp(2, b7, 3)", NAN},
        {"abs(-3) + floor(-1.5)", 1},
        {"log(exp(2)) + log10(1000) + sqrt(16) + pow(2, 5)", 41},
        {"log(0)", NAN},
        {"1 / 0", NAN},
        {"sqrt(-1)", NAN},
        {"sin(pi / 2) + cos(0) + tan(0)", 2},
        {"ratio(6, 4)", 1.5},
        {"ratio(6, 0)", NAN},
        {"ratio(6, -4)", NAN},
        {"ratio(b7, 2)", NAN},
        {"ratio(2, b7)", NAN},
        {"ratio(-6, 4) + ratio(0, b5)", -1.5},
        {"band_depth(b5, b5.three, b5)", NAN}, /* shoulders at one place */
        {"band_depth(b5, b7, b5.three)", NAN}, /* b7 is missing */
        {"band_depth(b7, b5, b5.three)", NAN},
        {"band_depth(b5.three, b5, b5)", 0},
        {"band_depth(b5, b5.four, b5.three)", 0.2}, /* the line is 5 at 780 */
        {"band_depth(b5, elevation, b5.three)", NAN},
        {"bits(181, 0, 8)", 181},
        {"bits(181, 2, 3)", 5}, /* 1 0 1 1 0 1 0 1 */
        {"bits(181, 4, 2)", 3},
        {"bits(16777215, 20, 4)", 15},
        {"bits(16777215, 23, 1)", 1},
        {"bits(8388607, 23, 1)", 0},
        {"bits(b7, 2, 3)", NAN},
        {"where(bit(181, 0), 1, 0) + where(bit(181, 1), 1, 0)", 1},
        {"where(bit(181, 7) and bit(181, 5) and not bit(181, 6), 1, 0)", 1},
        {"where(bit(21824, 6) and not bit(21824, 5), 1, 0)", 1}, /* a clear pixel of Landsat's QA_PIXEL */
        {"where(bit(b7, 3), 1, 0)", NAN},
        {"where(bit(b7, 3) or bit(b5, 0), 1, 0)", 1},
        {"b5.three + slope(b5.three)", 7.5},
        {"b5.three+.5", 6},
        {"atan2(1, 0)", 3.14159265358979323846 / 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double got = evaluate(rows[i].text);
        bool same = isnan(rows[i].value) ? isnan(got) : fabs(got - rows[i].value) < 1e-12 * (1 + fabs(rows[i].value));
        if (!same) fail_msg("`%s` is %.17g, not %.17g", rows[i].text, got, rows[i].value);
    }
}

static void faults_have_words_and_places(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
        const char *words;
    } rows[] = {
        {"", 0, "it ends where a value is needed"},
        {"b5 +", 4, "it ends where a value is needed"},
        {"b5 + * 2", 5, "a value is needed before '*'"},
        {"(b5", 3, "it ends where `)` is missing"},
        {"(b5 2)", 4, "before '2' `)` is missing"},
        {"b5)", 2, "this `)` closes nothing"},
        {"5 km", 2, "before 'km' an operator is missing, such as `*`"},
        {"b5 % 2", 3, "before '%' an operator is missing, such as `*`"},
        {"b5 ** 2", 4, "a power is written with `^`"},
        {"b5 \xc3\xa9", 3, "before '\xc3\xa9' an operator is missing, such as `*`"},
        {"b55 / b7", 0, "'b55' names no layer, did you mean 'b5'?"},
        {"2 * elevatoin", 4, "'elevatoin' names no layer, did you mean 'elevation'?"},
        {"qqqqqq", 0, "'qqqqqq' names no layer"},
        {"squrt(b5)", 0, "'squrt' names no function, did you mean 'sqrt'?"},
        {"rail + 1", 0, "the vector layer 'rail' has no numbers; give it an `attribute: FIELD`, or write `inside(rail)`"},
        {"slope(rail)", 6, "slope() needs a raster layer of heights; 'rail' is a vector layer"},
        {"slope(2)", 6, "here the name of a layer is needed, as in `slope(elevation)`"},
        {"slope(elevatio)", 6, "'elevatio' names no layer, did you mean 'elevation'?"},
        {"slope(b5 + 1)", 9, "before '+' `)` is missing"},
        {"sqrt(b5, 2)", 0, "sqrt() takes 1 value, not 2"},
        {"sqrt()", 0, "sqrt() takes 1 value, not 0"},
        {"where(b5 > 1, 2)", 0, "where() takes 3 values, not 2"},
        {"max(b5)", 0, "max() takes 2 or more values, not 1"},
        {"max(b5,)", 7, "after `,` comes one more value"},
        {"where(b5, 1, 0)", 6, "this is a number where a condition is needed; compare it, as in `b5 > 0`"},
        {"b5 > 1", 0, "this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"},
        {"1 + (b5 > 1)", 5, "this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"},
        {"2 * inside(rail)", 4, "this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"},
        {"where(b5 and b7 > 1, 1, 0)", 6, "this is a number where a condition is needed; compare it, as in `b5 > 0`"},
        {"where(not b5, 1, 0)", 10, "this is a number where a condition is needed; compare it, as in `b5 > 0`"},
        {"where(1 < b5 < 2, 1, 0)", 13, "compare twice and join with `and`, as in `0 < b5 and b5 < 1`"},
        {"where(b5 = 2, 1, 0)", 9, "`=` is written `==`"},
        {"where(!inside(rail), 1, 0)", 6, "`!` is written `not`"},
        {"b5 > 1 && b7", 7, "`&` is written `and`"},
        {"b5 > 1 || b7", 7, "`|` is written `or`"},
        {"and", 0, "a value is missing before 'and'"},
        {"ratio(b5)", 0, "ratio() takes 2 values, not 1"},
        {"bit(b5, b5)", 8, "here a whole number from 0 to 23 is needed, which counts bits"},
        {"bit(b5, 1.5)", 8, "here a whole number from 0 to 23 is needed, which counts bits"},
        {"bit(b5, 24)", 8, "here a whole number from 0 to 23 is needed, which counts bits"},
        {"bits(b5, 20, 5)", 13, "here a whole number from 1 to 4 is needed, which counts bits"},
        {"bits(b5, 20, 0)", 13, "here a whole number from 1 to 4 is needed, which counts bits"},
        {"bit(b5, 1) + 1", 0, "this is a condition where a number is needed; `where(condition, 1, 0)` makes a number of it"},
        {"band_depth(b5, zones, b5.three)", 15, "band_depth() needs bands of a raster; this is a vector layer"},
        {"band_depth(b5, 2, b5.three)", 15, "here the name of a band is needed, as in `band_depth(scene.w716, scene.w744, scene.w775)`"},
        {"band_depth(b5, b5.three)", 23, "before ')' `,` is missing: band_depth() takes three bands"},
        {"1 + b5.two", 4, "'b5' has no such part"},
        {"b7.three", 0, "'b7.three' names no layer"},
        {"b5 .three", 3, "before '.' an operator is missing, such as `*`"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct formula_fault fault = {0};
        assert_null(formula_parse(rows[i].text, &names, &arena, &fault));
        if (!fault.words || strcmp(fault.words, rows[i].words) != 0 || fault.offset != rows[i].offset)
            fail_msg("`%s`: %zu: %s", rows[i].text, fault.offset, fault.words);
        arena_free(&arena);
    }
}

/* However deep or long: an answer, and a stack that stays small. */
static void limits_hold(void **state) {
    (void)state;
    static const char *const repeated[] = {"(", "-", "not ", "sqrt(", "2^", "where(", "2^-", "b5+", "b5 or ", "bit(", "ratio(", "bits("};
    for (size_t r = 0; r < sizeof repeated / sizeof *repeated; r++)
        for (size_t copies = 5; copies < 1000; copies *= 7) {
            struct arena arena = {0};
            struct formula_fault fault = {0};
            char *text = calloc(copies * strlen(repeated[r]) + 4, 1);
            for (size_t i = 0; i < copies; i++) strcat(text, repeated[r]);
            strcat(text, "b5");
            bool fits = strlen(text) <= FORMULA_LENGTH_MAX;
            const struct formula *formula = formula_parse(text, &names, &arena, &fault);
            if (formula) assert_true(formula->n_nodes <= 2 * strlen(text));
            if (!formula) assert_non_null(fault.words);
            if (!fits) assert_string_equal(fault.words, "it has more than 2000 characters; make several criteria of it");
            if (fits && copies > 100 && r < 7)
                assert_string_equal(fault.words, "it is nested too deeply; make it simpler, or several criteria of it");
            if (fits && r == 7) assert_non_null(formula);
            free(text);
            arena_free(&arena);
        }
}

/* What makes most nodes of fewest letters stays in the room there is (the sanitizer looks on). */
static void short_bits_fit(void **state) {
    (void)state;
    struct arena arena = {0};
    struct formula_fault fault = {0};
    char text[FORMULA_LENGTH_MAX + 1] = "";
    strcat(text, "where(bit(1,0)");
    while (strlen(text) + 14 < sizeof text - 8) strcat(text, "or bit(1,0)");
    strcat(text, ",1,0)");
    const struct formula *formula = formula_parse(text, &names, &arena, &fault);
    assert_non_null(formula);
    assert_true(formula->n_nodes > strlen(text) && formula->n_nodes <= 2 * strlen(text));
    arena_free(&arena);
}

static void operands_are_listed_once(void **state) {
    (void)state;
    struct arena arena = {0};
    struct formula_fault fault;
    const struct formula *formula = formula_parse("b5 + b7 + b5 + slope(b5) + slope(b5) + where(inside(b5), b7, 0)", &names, &arena, &fault);
    assert_non_null(formula);
    static const struct formula_operand expected[] = {{OPERAND_VALUE, 0}, {OPERAND_VALUE, 1}, {OPERAND_SLOPE, 0}, {OPERAND_INSIDE, 0}};
    assert_int_equal(formula->n_operands, 4);
    for (size_t i = 0; i < 4; i++) assert_true(formula->operands[i].kind == expected[i].kind && formula->operands[i].layer == expected[i].layer);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_right), cmocka_unit_test(faults_have_words_and_places), cmocka_unit_test(limits_hold),
        cmocka_unit_test(short_bits_fit),   cmocka_unit_test(operands_are_listed_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
