/* Formulas as OpenCL C, in the fused pass and in a kernel of their own. */
#include <stdlib.h>

#include "base/memory.h"
#include "compute/codegen_writer.h"

/* $1, $2, $3: what a node takes. Conditions are 1, 0 or NaN. */
static const char *const formula_forms[FORMULA_OPS] = {
    [FORMULA_ADD] = "$1 + $2",
    [FORMULA_SUBTRACT] = "$1 - $2",
    [FORMULA_MULTIPLY] = "$1 * $2",
    [FORMULA_DIVIDE] = "op_finite($1 / $2)",
    [FORMULA_POWER] = "op_finite(pow($1, $2) + 0.0f * ($1 + $2))", /* pow(NaN, 0) and pow(1, NaN) are 1 */
    [FORMULA_NEGATE] = "-$1",
    [FORMULA_LT] = "op_known($1, $2, $1 < $2)",
    [FORMULA_LE] = "op_known($1, $2, $1 <= $2)",
    [FORMULA_GT] = "op_known($1, $2, $1 > $2)",
    [FORMULA_GE] = "op_known($1, $2, $1 >= $2)",
    [FORMULA_EQ] = "op_known($1, $2, $1 == $2)",
    [FORMULA_NE] = "op_known($1, $2, $1 != $2)",
    [FORMULA_AND] = "$1 == 0.0f || $2 == 0.0f ? 0.0f : $1 * $2",
    [FORMULA_OR] = "$1 == 1.0f || $2 == 1.0f ? 1.0f : $1 + $2",
    [FORMULA_NOT] = "1.0f - $1",
    [FORMULA_WHERE] = "$1 == 1.0f ? $2 : $1 == 0.0f ? $3 : NAN",
    [FORMULA_MIN] = "$1 < $2 || $1 != $1 ? $1 : $2",
    [FORMULA_MAX] = "$1 > $2 || $1 != $1 ? $1 : $2",
    [FORMULA_ABS] = "fabs($1)",
    [FORMULA_LOG] = "op_finite(log($1))",
    [FORMULA_LOG10] = "op_finite(log10($1))",
    [FORMULA_EXP] = "op_finite(op_exp($1))",
    [FORMULA_SQRT] = "sqrt($1)",
    [FORMULA_SIN] = "sin($1)",
    [FORMULA_COS] = "cos($1)",
    [FORMULA_TAN] = "tan($1)",
    [FORMULA_ATAN2] = "atan2($1, $2)",
    [FORMULA_FLOOR] = "floor($1)",
    [FORMULA_CLAMP] = "op_known($2, $3, 1) * ($1 < $2 ? $2 : $1 > $3 ? $3 : $1)",
    [FORMULA_ISNODATA] = "$1 != $1 ? 1.0f : 0.0f",
};

/* One constant float a node, f<c>_<node>: text grows with the formula, and nothing is computed twice. */
static void write_node_form(struct writer *w, size_t c, const struct formula_node *node) {
    for (const char *form = formula_forms[node->op]; *form; form++) {
        if (*form == '$')
            text_print(&w->body, "f%zu_%d", c, node->args[*++form - '1']);
        else
            text_add_bytes(&w->body, form, 1);
    }
}

void codegen_formula_lines(struct writer *w, size_t c, const struct formula *formula, const int *operands) {
    for (size_t n = 0; n < formula->n_nodes; n++) {
        const struct formula_node *node = &formula->nodes[n];
        text_print(&w->body, "            const float f%zu_%zu = ", c, n);
        if (node->op == FORMULA_NUMBER)
            text_print(&w->body, "k%zu", writer_constant(w, node->number));
        else if (node->op == FORMULA_OPERAND)
            text_print(&w->body, "q%d[l]", operands[node->operand]);
        else
            write_node_form(w, c, node);
        text_add(&w->body, ";\n");
    }
    text_print(&w->body, "            const float x%zu = op_finite(f%zu_%zu);\n", c, c, formula->n_nodes - 1);
}

void codegen_formula(const struct formula *formula, struct text *source, struct numbers *numbers) {
    struct writer w = {.numbers = numbers};
    int *operands = NULL;
    status full = MEMORY_ARRAY(formula->n_operands + 1, &operands);
    if (full) {
        lode_error_free(full);
        source->failed = true;
        return;
    }
    for (size_t i = 0; i < formula->n_operands; i++) operands[i] = (int)i;
    codegen_formula_lines(&w, 0, formula, operands);
    text_add(source, "__kernel void formula(const ulong cells, __global const float *restrict k");
    for (size_t i = 0; i < formula->n_operands; i++) text_print(source, ", __global const float *restrict q%zu", i);
    text_add(source, ", __global float *restrict result) {\n    const size_t l = get_global_id(0);\n    if (l >= cells) return;\n");
    text_add(source, w.constants.bytes ? w.constants.bytes : "");
    text_add(source, w.body.bytes ? w.body.bytes : "");
    text_add(source, "            result[l] = x0;\n}\n");
    source->failed |= w.body.failed || w.constants.failed;
    text_free(&w.body);
    text_free(&w.constants);
    free(operands);
}
