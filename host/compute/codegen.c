/* Writes the fused pass. In the text: q<plane>, x<criterion> raw and m<criterion> membership, y<rule>, and for node n of the
 * overlay trees v<n> its value (NaN: nothing present) and c<n> its coverage. k<i> is number i of the constant buffer. */
#include "compute/codegen.h"

#include <stdlib.h>

#include "base/memory.h"
#include "model/rule_effect.h"

struct writer {
    const struct plan *plan;
    struct text constants, body, gathered; /* gathered: of the target being written */
    struct numbers *numbers;
    int nodes;
    bool whole; /* of the target: a cell without all of its criteria has no score, so that NaN may run through */
};

/* A number that changes without a new program; returns its index in the buffer. */
static size_t number_add(struct numbers *numbers, double value) {
    status full = memory_reserve((void **)&numbers->values, &numbers->room, numbers->count + 1, sizeof *numbers->values);
    if (full) {
        lode_error_free(full);
        numbers->failed = true;
        return 0;
    }
    numbers->values[numbers->count] = (float)value;
    return numbers->count++;
}

static size_t constant(struct writer *w, double value) {
    size_t index = number_add(w->numbers, value);
    text_print(&w->constants, "    const float k%zu = k[%zu];\n", index, index);
    return index;
}

/* A number of the plan's. */
static size_t plan_constant(struct writer *w, size_t index) {
    text_print(&w->constants, "    const float k%zu = k[%zu];\n", index, index);
    return index;
}

/* A loop within the loop over cells would keep that from becoming vectors; very many classes would make the text too long. */
enum { CLASSES_IN_LINE = 64 };

static void write_categorical(struct writer *w, size_t c) {
    const struct criterion_step *step = &w->plan->criteria[c];
    size_t classes = step->n_params > 2 ? (step->n_params - 2) / 2 : 0, first = step->first_param;
    text_print(&w->body, "            float m%zu = k[%zu];\n", c, first + 1);
    if (classes > CLASSES_IN_LINE)
        text_print(&w->body, "            for (int j = 0; j < %zu; j++) m%zu = x%zu == k[%zu + 2 * j] ? k[%zu + 2 * j] : m%zu;\n", classes, c, c,
                   first + 2, first + 3, c);
    for (size_t j = 0; classes <= CLASSES_IN_LINE && j < classes; j++) {
        size_t code = first + 2 + 2 * j;
        text_print(&w->constants, "    const float code%zu = k[%zu], score_of%zu = k[%zu];\n", code, code, code, code + 1);
        text_print(&w->body, "            m%zu = x%zu == code%zu ? score_of%zu : m%zu;\n", c, c, code, code, c);
    }
    text_print(&w->body, "            m%zu = x%zu == x%zu ? m%zu : NAN;\n", c, c, c, c);
}

static void write_membership(struct writer *w, size_t c) {
    const struct criterion_step *step = &w->plan->criteria[c];
    text_print(&w->body, "            float m%zu = %s(x%zu", c, membership_table[w->plan->scenario->criteria[c].membership.kind].function, c);
    for (size_t i = 0; i < step->n_params; i++) {
        text_print(&w->constants, "    const float a%zu_%zu = k[%zu];\n", c, i, step->first_param + i);
        text_print(&w->body, ", a%zu_%zu", c, i);
    }
    text_add(&w->body, ");\n");
}

/* Ends a statement: times a unit's scale, which is no number of the scenario's that may change. */
static void write_scale(struct writer *w, double scale) {
    if (scale != 1) text_print(&w->body, " * k%zu", constant(w, scale));
    text_add(&w->body, ";\n");
}

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

/* Operand i is read from q<operands[i]>. */
static void write_formula(struct writer *w, size_t c, const struct formula *formula, const int *operands) {
    for (size_t n = 0; n < formula->n_nodes; n++) {
        const struct formula_node *node = &formula->nodes[n];
        text_print(&w->body, "            const float f%zu_%zu = ", c, n);
        if (node->op == FORMULA_NUMBER)
            text_print(&w->body, "k%zu", constant(w, node->number));
        else if (node->op == FORMULA_OPERAND)
            text_print(&w->body, "q%d[l]", operands[node->operand]);
        else
            write_node_form(w, c, node);
        text_add(&w->body, ";\n");
    }
    text_print(&w->body, "            const float x%zu = op_finite(f%zu_%zu);\n", c, c, formula->n_nodes - 1);
}

static void write_raw(struct writer *w, size_t c) {
    const struct criterion_step *step = &w->plan->criteria[c];
    const struct lookup_step lookup = plan_lookup(w->plan, c);
    if (step->plane == NO_INDEX) {
        write_formula(w, c, w->plan->scenario->criteria[c].formula, w->plan->operands[c]);
    } else if (lookup.count) { /* a missing class has no number of its own */
        text_print(&w->body, "            const uint g%zu = q%d[l] >= 0.0f ? (uint)q%d[l] : 0u;\n", c, step->plane, step->plane);
        text_print(&w->body, "            const float x%zu = q%d[l] >= 0.0f ? k[%zu + g%zu] : NAN;\n", c, step->plane, lookup.first, c);
    } else {
        text_print(&w->body, "            const float x%zu = q%d[l]", c, step->plane);
        write_scale(w, step->scale);
    }
    if (plan_is_counted(w->plan, c)) text_print(&w->body, "            absent%zu[l] += (uint)(x%zu != x%zu) & (uint)(l < n);\n", c, c, c);
}

static void write_criterion(struct writer *w, size_t c) {
    const struct criterion *criterion = &w->plan->scenario->criteria[c];
    write_raw(w, c);
    if (criterion->membership.kind == MEMBER_NONE)
        text_print(&w->body, "            float m%zu = NAN;\n", c);
    else if (criterion->membership.kind == MEMBER_CATEGORICAL)
        write_categorical(w, c);
    else
        write_membership(w, c);
    if (criterion->complement) text_print(&w->body, "            m%zu = 1.0f - m%zu;\n", c, c);
}

/* Rules are bits of two 32-bit words: a 64-bit one would halve the vectors that a compiler makes of the whole loop. */
enum { WORD_BITS = 32 };
static const char *word_of(size_t rule) {
    return rule < WORD_BITS ? "low" : "high";
}

static void write_rule(struct writer *w, size_t r) {
    static const char *const signs[COMPARES] = {"<", "<=", ">", ">=", "==", "!=", "=="};
    const struct rule_step *step = &w->plan->rules[r];
    if (step->plane == NO_INDEX) {
        text_print(&w->body, "            const float y%zu = x%d;\n", r, w->plan->scenario->rules[r].criterion);
    } else {
        text_print(&w->body, "            const float y%zu = q%d[l]", r, step->plane);
        write_scale(w, step->scale);
    }
    text_print(&w->body, "            %s |= (uint)(y%zu == y%zu && (0", word_of(r), r, r);
    for (size_t i = 0; i < step->n_values; i++) {
        text_print(&w->constants, "    const float b%zu_%zu = k[%zu];\n", r, i, step->first_param + i);
        text_print(&w->body, " || y%zu %s b%zu_%zu", r, signs[step->op], r, i);
    }
    text_print(&w->body, ")) << %zu;\n", r % WORD_BITS);
}

/* One child of a node as its parent sees it. */
struct child {
    int node;
    bool leaf;
    size_t weight; /* number */
};

static void write_mean(struct writer *w, int n, const struct child *of, size_t count) {
    if (w->whole) {
        text_print(&w->body, "            const float v%d = (0.0f", n);
        for (size_t i = 0; i < count; i++) text_print(&w->body, " + k%zu * v%d", of[i].weight, of[i].node);
        text_print(&w->body, ") / all%d;\n", n);
        return;
    }
    text_print(&w->body, "            const float v%d = (0.0f", n);
    for (size_t i = 0; i < count; i++) text_print(&w->body, " + (v%d == v%d ? k%zu * v%d : 0.0f)", of[i].node, of[i].node, of[i].weight, of[i].node);
    text_print(&w->body, ") / w%d;\n", n);
}

static void write_weighted_product(struct writer *w, int n, const struct child *of, size_t count) {
    text_print(&w->body, "            const float v%d = w%d > 0.0f ? 1.0f", n, n);
    for (size_t i = 0; i < count; i++)
        text_print(&w->body, " * (v%d == v%d ? op_pow(v%d, k%zu / w%d) : 1.0f)", of[i].node, of[i].node, of[i].node, of[i].weight, n);
    text_add(&w->body, " : NAN;\n");
}

/* Weights of the children that are there, and the coverage: its share of all. A leaf is there whole or not at all. */
static void write_weights(struct writer *w, int n, const struct child *of, size_t count) {
    text_print(&w->constants, "    const float all%d = 0.0f", n);
    for (size_t i = 0; i < count; i++) text_print(&w->constants, " + k%zu", of[i].weight);
    text_add(&w->constants, ";\n");
    text_print(&w->body, "            const float w%d = 0.0f", n);
    for (size_t i = 0; i < count; i++) text_print(&w->body, " + (v%d == v%d ? k%zu : 0.0f)", of[i].node, of[i].node, of[i].weight);
    bool leaves = true;
    for (size_t i = 0; i < count; i++) leaves &= of[i].leaf;
    text_print(&w->body, ";\n            const float c%d = (0.0f", n);
    if (leaves) text_print(&w->body, " + w%d", n);
    for (size_t i = 0; !leaves && i < count; i++) text_print(&w->body, " + k%zu * c%d", of[i].weight, of[i].node);
    text_print(&w->body, ") / all%d;\n", n);
}

/* r: min, max or product of those present; q: product of their complements. */
static void write_fold(struct writer *w, const struct overlay *node, int n, const struct child *of, size_t count) {
    bool folds = node->op != OVERLAY_SUM, complements = node->op == OVERLAY_SUM || node->op == OVERLAY_GAMMA;
    if (folds) text_print(&w->body, "            float r%d = %s;\n", n, node->op == OVERLAY_OR ? "-1.0f" : node->op == OVERLAY_AND ? "2.0f" : "1.0f");
    if (complements) text_print(&w->body, "            float q%d = 1.0f;\n", n);
    for (size_t i = 0; i < count; i++) {
        int v = of[i].node;
        if (node->op == OVERLAY_AND) text_print(&w->body, "            r%d = v%d < r%d ? v%d : r%d;\n", n, v, n, v, n);
        if (node->op == OVERLAY_OR) text_print(&w->body, "            r%d = v%d > r%d ? v%d : r%d;\n", n, v, n, v, n);
        if (node->op == OVERLAY_PRODUCT || node->op == OVERLAY_GAMMA)
            text_print(&w->body, "            r%d = v%d == v%d ? r%d * v%d : r%d;\n", n, v, v, n, v, n);
        if (complements) text_print(&w->body, "            q%d = v%d == v%d ? q%d * (1.0f - v%d) : q%d;\n", n, v, v, n, v, n);
    }
    text_print(&w->body, "            const float v%d = w%d > 0.0f ? ", n, n);
    if (node->op == OVERLAY_GAMMA) {
        size_t gamma = constant(w, node->gamma), rest = constant(w, 1 - node->gamma);
        text_print(&w->body, "op_pow(1.0f - q%d, k%zu) * op_pow(r%d, k%zu)", n, gamma, n, rest);
    } else if (node->op == OVERLAY_SUM) {
        text_print(&w->body, "1.0f - q%d", n);
    } else {
        text_print(&w->body, "r%d", n);
    }
    text_add(&w->body, " : NAN;\n");
}

/* Sorted by bubbles, a compare and exchange a line: s<n>_0 is the largest value, u<n>_i the weight of s<n>_i, 0 of what is missing. */
static void write_sorted(struct writer *w, int n, const struct child *of, size_t count) {
    for (size_t i = 0; i < count; i++)
        text_print(&w->body, "            float s%d_%zu = v%d == v%d ? v%d : -1.0f, u%d_%zu = v%d == v%d ? k%zu : 0.0f;\n", n, i, of[i].node,
                   of[i].node, of[i].node, n, i, of[i].node, of[i].node, of[i].weight);
    for (size_t end = count - 1; end > 0; end--)
        for (size_t i = 0; i < end; i++)
            text_print(&w->body,
                       "            { const int turn = s%1$d_%3$zu > s%1$d_%2$zu; const float s = turn ? s%1$d_%3$zu : s%1$d_%2$zu, u = turn ? "
                       "u%1$d_%3$zu : u%1$d_%2$zu; s%1$d_%3$zu = turn ? s%1$d_%2$zu : s%1$d_%3$zu; u%1$d_%3$zu = turn ? u%1$d_%2$zu : u%1$d_%3$zu; "
                       "s%1$d_%2$zu = s; u%1$d_%2$zu = u; }\n",
                       n, i, i + 1);
}

/* Q(p), p the share of the weights down to a value: its increase is that value's part. Where p is 1 it is exactly so: the last sum by itself. */
static void write_owa(struct writer *w, const struct overlay *node, int n, const struct child *of, size_t count) {
    const double steepest = 1e30; /* stands for infinity, which times the logarithm of 1 would be NaN */
    size_t alpha = node->n_order ? 0 : constant(w, node->alpha < steepest ? node->alpha : steepest), order[OWA_ITEMS_MAX];
    for (size_t i = 0; i < node->n_order; i++) order[i] = constant(w, node->order[i]);
    write_sorted(w, n, of, count);
    text_print(&w->body, "            const float p%d_0 = u%d_0;\n", n, n);
    for (size_t i = 1; i < count; i++) text_print(&w->body, "            const float p%d_%zu = p%d_%zu + u%d_%zu;\n", n, i, n, i - 1, n, i);
    for (size_t i = 0; i < count; i++) {
        text_print(&w->body, "            const float h%d_%zu = p%d_%zu / p%d_%zu, e%d_%zu = ", n, i, n, i, n, count - 1, n, i);
        if (!node->n_order) text_print(&w->body, "op_pow(h%d_%zu, k%zu)", n, i, alpha);
        for (size_t j = 0; j < node->n_order; j++)
            text_print(&w->body, "%sk%zu * op_step_share(h%d_%zu * %zu.0f, %zu.0f)", j ? " + " : "", order[j], n, i, count, j);
        text_add(&w->body, ";\n");
    }
    text_print(&w->body, "            const float v%d = w%d > 0.0f ? e%d_0 * s%d_0", n, n, n, n);
    for (size_t i = 1; i < count; i++) text_print(&w->body, " + (e%d_%zu - e%d_%zu) * s%d_%zu", n, i, n, i - 1, n, i);
    text_add(&w->body, " : NAN;\n");
}

/* Squares of the distances from the best and the worst. A criterion's factor is the square of its weight and scale. */
static void write_topsis(struct writer *w, const struct gather_step *gather, int n, const struct child *of, size_t count) {
    text_print(&w->body, "            float b%d = 0.0f, d%d = 0.0f;\n", n, n);
    for (size_t i = 0; i < count; i++) {
        size_t scale, best, worst, first = gather ? gather->first_param + i : 0;
        scale = gather ? plan_constant(w, first + gather->n) : constant(w, 1);
        best = gather ? plan_constant(w, first + 2 * gather->n) : constant(w, 1);
        worst = gather ? plan_constant(w, first + 3 * gather->n) : constant(w, 0);
        text_print(&w->constants, "    const float t%d_%zu = k%zu / all%d * k%zu, f%d_%zu = t%d_%zu * t%d_%zu;\n", n, i, of[i].weight, n, scale, n, i,
                   n, i, n, i);
        text_print(&w->body, "            b%d += v%d == v%d ? f%d_%zu * ((v%d - k%zu) * (v%d - k%zu)) : 0.0f;\n", n, of[i].node, of[i].node, n, i,
                   of[i].node, best, of[i].node, best);
        text_print(&w->body, "            d%d += v%d == v%d ? f%d_%zu * ((v%d - k%zu) * (v%d - k%zu)) : 0.0f;\n", n, of[i].node, of[i].node, n, i,
                   of[i].node, worst, of[i].node, worst);
    }
    text_print(&w->body, "            const float v%d = w%d > 0.0f ? sqrt(d%d) / (sqrt(b%d) + sqrt(d%d)) : NAN;\n", n, n, n, n, n);
}

/* r: by a t-norm of those present, or of their complements. */
static void write_hamacher(struct writer *w, const struct overlay *node, int n, const struct child *of, size_t count) {
    bool sum = node->op == OVERLAY_HAMACHER_SUM;
    size_t parameter = constant(w, node->gamma);
    text_print(&w->body, "            float r%d = 1.0f;\n", n);
    for (size_t i = 0; i < count; i++)
        text_print(&w->body, "            r%d = v%d == v%d ? op_hamacher(r%d, %sv%d, k%zu) : r%d;\n", n, of[i].node, of[i].node, n,
                   sum ? "1.0f - " : "", of[i].node, parameter, n);
    text_print(&w->body, "            const float v%d = w%d > 0.0f ? %sr%d : NAN;\n", n, n, sum ? "1.0f - " : "", n);
}

static void write_lukasiewicz(struct writer *w, const struct overlay *node, int n, const struct child *of, size_t count) {
    bool either = node->op == OVERLAY_LUKASIEWICZ_OR;
    text_print(&w->body, "            float r%d = 0.0f;\n", n);
    for (size_t i = 0; i < count; i++)
        text_print(&w->body, "            r%d += v%d == v%d ? %sv%d : 0.0f;\n", n, of[i].node, of[i].node, either ? "" : "1.0f - ", of[i].node);
    text_print(&w->body, "            const float v%d = w%d > 0.0f ? op_unit(%sr%d) : NAN;\n", n, n, either ? "" : "1.0f - ", n);
}

static void write_operation(struct writer *w, const struct overlay *node, const struct gather_step *gather, int n, const struct child *of,
                            size_t count) {
    switch (node->op) {
    case OVERLAY_WEIGHTED:
        write_mean(w, n, of, count);
        break;
    case OVERLAY_WEIGHTED_PRODUCT:
        write_weighted_product(w, n, of, count);
        break;
    case OVERLAY_OWA:
        write_owa(w, node, n, of, count);
        break;
    case OVERLAY_TOPSIS:
        write_topsis(w, node->absolute ? NULL : gather, n, of, count);
        break;
    case OVERLAY_HAMACHER_PRODUCT:
    case OVERLAY_HAMACHER_SUM:
        write_hamacher(w, node, n, of, count);
        break;
    case OVERLAY_LUKASIEWICZ_AND:
    case OVERLAY_LUKASIEWICZ_OR:
        write_lukasiewicz(w, node, n, of, count);
        break;
    default:
        write_fold(w, node, n, of, count);
        break;
    }
}

static size_t child_weight(struct writer *w, const struct overlay *node, const struct gather_step *gather, const struct overlay *child,
                           size_t index) {
    if (gather && weighting_table[node->weighting].from_cells) return plan_constant(w, gather->first_param + index);
    return constant(w, overlay_table[node->op].weights ? child->weight : 1);
}

/* Writes the node after its children; returns its number. */
static int write_node(struct writer *w, const struct overlay *node) {
    if (node->op == OVERLAY_CRITERION) {
        int n = w->nodes++;
        text_print(&w->body, "            const float v%d = m%d, c%d = v%d == v%d ? 1.0f : 0.0f;\n", n, node->criterion, n, n, n);
        return n;
    }
    const struct gather_step *gather = plan_gather_of(w->plan, node);
    struct child *of = NULL;
    size_t count = 0, room = 0;
    for (const struct overlay *child = node->child; child; child = child->next) {
        status full = memory_reserve((void **)&of, &room, count + 1, sizeof *of);
        if (full) {
            lode_error_free(full);
            w->body.failed = true;
            break;
        }
        of[count].leaf = child->op == OVERLAY_CRITERION;
        of[count].node = write_node(w, child);
        of[count].weight = child_weight(w, node, gather, child, count);
        if (gather)
            text_print(&w->gathered, "            to_gathered%zu[l] = outside || excluded || c%d < 0.999999f ? NAN : v%d;\n",
                       gather->first_row + count, of[count].node, of[count].node);
        count++;
    }
    int n = w->nodes++;
    write_weights(w, n, of, count);
    write_operation(w, node, gather, n, of, count);
    free(of);
    return n;
}

/* A weighted mean of criteria all of which must be there: its NaN alone tells what is missing. */
static bool is_whole(const struct target *target) {
    if (target->min_coverage < 1 || target->score->op != OVERLAY_WEIGHTED || weighting_table[target->score->weighting].from_cells) return false;
    for (const struct overlay *child = target->score->child; child; child = child->next)
        if (child->op != OVERLAY_CRITERION || !(child->weight > 0)) return false;
    return true;
}

/* Cells count that are neither outside nor excluded from this target, and whole: a group of which a part is missing is another group. */
static void write_gathered(struct writer *w, size_t t) {
    if (w->gathered.bytes)
        text_print(&w->body, "#ifdef LODE_GATHER\n            {\n            const int excluded = halted%zu;\n%s            }\n#endif\n", t,
                   w->gathered.bytes);
    w->body.failed |= w->gathered.failed;
    text_free(&w->gathered);
    w->gathered = (struct text){0};
}

static void write_key(struct writer *w, size_t t, size_t i, size_t j, bool in_line) {
    const struct term_step *term = &w->plan->models[t].terms[i];
    size_t key = term->first_param + j, weight = term->first_param + term->n_keys, group = weight + term->n_keys + 1, to = term->exact ? j : j + 1;
    const char *sign = term->exact ? "==" : ">";
    if (in_line)
        text_print(&w->body, "            t%zu_%zu = x%d %s k[%zu] ? k[%zu] : t%zu_%zu;\n            g%zu_%zu = x%d %s k[%zu] ? k[%zu] : g%zu_%zu;\n",
                   t, i, term->criterion, sign, key, weight + to, t, i, t, i, term->criterion, sign, key, group + to, t, i);
    else
        text_print(&w->body,
                   "            for (int j = 0; j < %zu; j++) {\n                t%zu_%zu = x%d %s k[%zu + j] ? k[%zu + j] : t%zu_%zu;\n"
                   "                g%zu_%zu = x%d %s k[%zu + j] ? k[%zu + j] : g%zu_%zu;\n            }\n",
                   term->n_keys, t, i, term->criterion, sign, key, weight + to, t, i, t, i, term->criterion, sign, key, group + to, t, i);
}

/* The weight of a term's class and the class's group; missing evidence has 0 for both. */
static void write_class_term(struct writer *w, size_t t, size_t i) {
    const struct term_step *term = &w->plan->models[t].terms[i];
    size_t weight = term->first_param + term->n_keys + (term->exact ? term->n_keys : 0), group = weight + term->n_keys + 1;
    int c = term->criterion;
    text_print(&w->body, "            float t%zu_%zu = k[%zu], g%zu_%zu = k[%zu];\n", t, i, weight, t, i, group);
    if (term->n_keys > CLASSES_IN_LINE) write_key(w, t, i, 0, false);
    for (size_t j = 0; term->n_keys <= CLASSES_IN_LINE && j < term->n_keys; j++) write_key(w, t, i, j, true);
    text_print(&w->body, "            t%zu_%zu = x%d == x%d ? t%zu_%zu : 0.0f;\n            g%zu_%zu = x%d == x%d ? g%zu_%zu : 0.0f;\n", t, i, c, c,
               t, i, t, i, c, c, t, i);
}

static void write_linear_term(struct writer *w, size_t t, size_t i) {
    const struct term_step *term = &w->plan->models[t].terms[i];
    text_print(&w->body, "            const float d%zu_%zu = k[%zu] * (x%d - k[%zu]), t%zu_%zu = d%zu_%zu - d%zu_%zu == 0.0f ? d%zu_%zu : 0.0f;\n", t,
               i, term->first_param + 1, term->criterion, term->first_param, t, i, t, i, t, i, t, i);
}

/* A model's score over the coverage of its evidence: the logistic of a sum; NaN where there is no evidence at all. Returns its number as a node. */
static int write_model(struct writer *w, size_t t) {
    const struct model_step *step = &w->plan->models[t];
    bool classes = w->plan->scenario->targets[t].model->kind == MODEL_WEIGHTS_OF_EVIDENCE;
    int n = w->nodes++;
    text_print(&w->body, "            const float c%d = (0.0f", n);
    for (size_t i = 0; i < step->n_terms; i++)
        text_print(&w->body, " + (x%d == x%d ? 1.0f : 0.0f)", step->terms[i].criterion, step->terms[i].criterion);
    text_print(&w->body, ") / %zu.0f;\n", step->n_terms);
    for (size_t i = 0; i < step->n_terms; i++) (classes ? write_class_term : write_linear_term)(w, t, i);
    text_print(&w->body, "            const float s%zu = k[%zu]", t, step->first_param);
    for (size_t i = 0; i < step->n_terms; i++) text_print(&w->body, " + t%zu_%zu", t, i);
    text_print(&w->body, ", v%d = c%d > 0.0f ? 1.0f / (1.0f + op_exp(-s%zu)) : NAN;\n            uint u%zu = 0;\n", n, n, t, t);
    for (size_t i = 0; classes && i < step->n_terms; i++)
        text_print(&w->body, "            u%zu = u%zu * (uint)k[%zu] + (uint)g%zu_%zu;\n", t, t, step->first_param + 1 + i, t, i);
    text_print(&w->body, "            to_condition%zu[l] = u%zu;\n", t, t);
    return n;
}

/* halted<t>: whether an exclusion fires that no inclusion frees of. */
static void write_halted(struct writer *w, size_t t) {
    const uint64_t stopping = rules_of_target(w->plan->scenario, t, EFFECT_EXCLUDE);
    uint64_t freeing = rules_of_target(w->plan->scenario, t, EFFECT_INCLUDE);
    const unsigned long long lower = stopping & 0xffffffffULL, upper = stopping >> WORD_BITS;
    if (!freeing) {
        text_print(&w->body, "            const int halted%zu = ((low & 0x%llxu) | (high & 0x%llxu)) != 0;\n", t, lower, upper);
        return;
    }
    text_print(&w->body, "            uint stop_low%zu = low & 0x%llxu, stop_high%zu = high & 0x%llxu;\n", t, lower, t, upper);
    for (; freeing; freeing &= freeing - 1) {
        const size_t r = (size_t)__builtin_ctzll(freeing);
        const unsigned long long over = w->plan->scenario->rules[r].over;
        text_print(&w->body,
                   "            stop_low%zu &= ~(0x%llxu * (%s >> %zu & 1u));\n            stop_high%zu &= ~(0x%llxu * (%s >> %zu & 1u));\n", t,
                   over & 0xffffffffULL, word_of(r), r % WORD_BITS, t, over >> WORD_BITS, word_of(r), r % WORD_BITS);
    }
    text_print(&w->body, "            const int halted%zu = (stop_low%zu | stop_high%zu) != 0;\n", t, t, t);
}

/* The score as the overlay says it, times the factor of every penalty that fires. */
static void write_score(struct writer *w, size_t t, int n) {
    uint64_t penalties = rules_of_target(w->plan->scenario, t, EFFECT_PENALISE);
    if (penalties) text_print(&w->body, "#ifdef LODE_COVERAGE\n            to_plain%zu[l] = outside || missing%zu ? NAN : v%d;\n#endif\n", t, t, n);
    text_print(&w->body, "            to_score%zu[l] = outside || missing%zu ? NAN : v%d", t, t, n);
    for (; penalties; penalties &= penalties - 1) {
        const size_t r = (size_t)__builtin_ctzll(penalties);
        text_print(&w->body, " * ((%s >> %zu & 1u) != 0 ? k%zu : 1.0f)", word_of(r), r % WORD_BITS, constant(w, w->plan->scenario->rules[r].factor));
    }
    text_add(&w->body, ";\n");
}

bool codegen_keeps_plain(const struct plan *plan, size_t target) {
    return rules_of_target(plan->scenario, target, EFFECT_PENALISE) != 0;
}

static void write_target(struct writer *w, size_t t) {
    enum { ROUNDING_SLACK_PPM = 1 };
    const struct target *target = &w->plan->scenario->targets[t];
    w->whole = !target->model && is_whole(target);
    int n = target->model ? write_model(w, t) : write_node(w, target->score);
    size_t least = constant(w, target->min_coverage - ROUNDING_SLACK_PPM * 1e-6);
    if (w->whole)
        text_print(&w->body, "            const int missing%zu = v%d != v%d;\n", t, n, n);
    else
        text_print(&w->body, "            const int missing%zu = c%d < k%zu || v%d != v%d;\n", t, n, least, n, n);
    write_score(w, t, n);
    write_halted(w, t);
    text_print(&w->body, "#ifdef LODE_COVERAGE\n            to_coverage%zu[l] = c%d;\n#endif\n", t, n);
    text_print(&w->body, "            to_state%zu[l] = outside ? 3 : missing%zu ? 2 : halted%zu ? 1 : 0;\n", t, t, t);
    write_gathered(w, t);
}

static void write_body(struct writer *w) {
    const struct scenario *scenario = w->plan->scenario;
    for (size_t c = 0; c < scenario->n_criteria; c++) write_criterion(w, c);
    text_add(&w->body, "            uint low = 0, high = 0;\n");
    for (size_t r = 0; r < scenario->n_rules; r++) write_rule(w, r);
    if (w->plan->within_plane == NO_INDEX)
        text_add(&w->body, "            const int outside = 0;\n");
    else
        text_print(&w->body, "            const int outside = !(q%d[l] < 0.0f || q%d[l] > 0.0f);\n", w->plan->within_plane, w->plan->within_plane);
    for (size_t t = 0; t < scenario->n_targets; t++) write_target(w, t);
    text_add(&w->body, "            to_low[l] = low;\n            to_high[l] = high;\n#ifdef LODE_TERMS\n");
    for (size_t c = 0; c < scenario->n_criteria; c++)
        text_print(&w->body, "            to_raw%zu[l] = x%zu;\n            to_membership%zu[l] = m%zu;\n", c, c, c, c);
    text_add(&w->body, "#endif\n");
}

size_t codegen_counted(const struct plan *plan) {
    size_t counted = 0;
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) counted += plan_is_counted(plan, c);
    return counted;
}

static void write_head(const struct plan *plan, struct text *source) {
    text_add(source, "#ifndef CELLS_PER_ITEM\n#define CELLS_PER_ITEM 1 // consecutive cells that one work-item makes\n#endif\n");
    text_add(source, "#ifndef LANES\n#define LANES 1 // of these, the cells that are taken, computed and given back together\n#endif\n");
    /* Whole vectors, wherever they lie: a loop would copy halves of 256 bits, and a load of two halves waits until they are stored. */
    text_add(source, "#if LANES == 16 && defined(__clang__)\n"
                     "typedef float loose_float __attribute__((ext_vector_type(16), aligned(4), may_alias));\n"
                     "typedef uchar loose_uchar __attribute__((ext_vector_type(16), aligned(1), may_alias));\n"
                     "typedef uint loose_uint __attribute__((ext_vector_type(16), aligned(4), may_alias));\n"
                     "#define TAKE(to, from) *(__private loose_float *)(to) = *(__global const loose_float *)(from)\n"
                     "#define GIVE_ALL(type, to, from) *(__global loose_##type *)(to) = *(__private const loose_##type *)(from)\n#else\n"
                     "#define TAKE(to, from) for (uint l = 0; l < LANES; l++) (to)[l] = (from)[l]\n"
                     "#define GIVE_ALL(type, to, from) TAKE(to, from)\n#endif\n");
    text_add(source, "#define GIVE(type, to, from) { \\\n    if (n == LANES) { GIVE_ALL(type, to, from); } \\\n"
                     "    else { for (uint l = 0; l < n; l++) (to)[l] = from[l]; } }\n");
    /* LLVM would stop at 256 bits where there are 512; it is the last of its passes that makes the vectors, and the first that complains. */
    text_add(source, "#if LANES > 1 && defined(__clang__)\n#pragma clang diagnostic ignored \"-Wpass-failed\"\n"
                     "__attribute__((min_vector_width(512)))\n#endif\n");
    text_add(source, "__kernel void overlay(const ulong first, const uint cells, const ulong stride, __global const float *restrict k");
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, ",\n    __global const float *restrict p%zu", i);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        text_print(source, ",\n    __global float *restrict score%zu, __global uchar *restrict state%zu, __global float *restrict coverage%zu", t, t,
                   t);
    text_add(source, ",\n    __global ulong *restrict rules");
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (plan->scenario->targets[t].model) text_print(source, ",\n    __global uint *restrict condition%zu", t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(plan, t)) text_print(source, ",\n    __global float *restrict plain%zu", t);
    if (codegen_counted(plan)) text_add(source, ",\n    __global uint *restrict absent");
    text_add(source, "\n#ifdef LODE_GATHER\n    , __global float *restrict gathered\n#endif\n#ifdef LODE_TERMS\n");
    text_add(source, "    , __global float *restrict raw, __global float *restrict membership\n#endif\n) {\n");
}

static void write_counts(const struct plan *plan, struct text *source) {
    for (size_t c = 0, i = 0; c < plan->scenario->n_criteria; c++) {
        if (!plan_is_counted(plan, c)) continue;
        text_print(source, "    for (uint l = 1; l < LANES; l++) absent%zu[0] += absent%zu[l];\n", c, c);
        text_print(source, "    if (absent && absent%zu[0]) atomic_add(absent + %zu, absent%zu[0]);\n", c, i++, c);
    }
}

/* Private copies of a block of cells on the way in and out: without them a compiler must fear that planes overlap.
 * All copies of a whole block stand together, with no branch between them. */
static void write_taking(const struct plan *plan, struct text *source) {
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, "        float q%zu[LANES];\n", i);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        text_print(source, "        float to_score%zu[LANES], to_coverage%zu[LANES];\n        uchar to_state%zu[LANES];\n", t, t, t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (plan->scenario->targets[t].model) text_print(source, "        uint to_condition%zu[LANES];\n", t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(plan, t)) text_print(source, "#ifdef LODE_COVERAGE\n        float to_plain%zu[LANES];\n#endif\n", t);
    text_add(source, "        uint to_low[LANES], to_high[LANES];\n#ifdef LODE_TERMS\n");
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) text_print(source, "        float to_raw%zu[LANES], to_membership%zu[LANES];\n", c, c);
    text_add(source, "#endif\n#ifdef LODE_GATHER\n");
    for (size_t i = 0; i < plan->n_rows; i++) text_print(source, "        float to_gathered%zu[LANES];\n", i);
    text_add(source, "#endif\n        if (n == LANES) {\n");
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, "            TAKE(q%zu, p%zu + first + at);\n", i, i);
    text_add(source, "        } else {\n            for (uint l = 0; l < LANES; l++) {\n");
    for (size_t i = 0; i < plan->n_planes; i++) text_print(source, "                q%zu[l] = l < n ? p%zu[first + at + l] : NAN;\n", i, i);
    text_add(source, "            }\n        }\n");
}

static void write_giving(const struct plan *plan, struct text *source) {
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        text_print(source,
                   "        if (score%zu) GIVE(float, score%zu + at, to_score%zu);\n        if (state%zu) GIVE(uchar, state%zu + at, to_state%zu);\n",
                   t, t, t, t, t, t);
        text_print(source, "#ifdef LODE_COVERAGE\n        if (coverage%zu) GIVE(float, coverage%zu + at, to_coverage%zu);\n#endif\n", t, t, t);
    }
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (plan->scenario->targets[t].model)
            text_print(source, "        if (condition%zu) GIVE(uint, condition%zu + at, to_condition%zu);\n", t, t, t);
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        if (codegen_keeps_plain(plan, t))
            text_print(source, "#ifdef LODE_COVERAGE\n        if (plain%zu) GIVE(float, plain%zu + at, to_plain%zu);\n#endif\n", t, t, t);
    text_add(source, "        if (rules) for (uint l = 0; l < n; l++) rules[at + l] = (ulong)to_high[l] << 32 | to_low[l];\n#ifdef LODE_TERMS\n");
    for (size_t c = 0; c < plan->scenario->n_criteria; c++) {
        text_print(source, "        GIVE(float, raw + %zuUL * stride + at, to_raw%zu);\n", c, c);
        text_print(source, "        GIVE(float, membership + %zuUL * stride + at, to_membership%zu);\n", c, c);
    }
    text_add(source, "#endif\n#ifdef LODE_GATHER\n");
    for (size_t i = 0; i < plan->n_rows; i++) text_print(source, "        GIVE(float, gathered + %zuUL * stride + at, to_gathered%zu);\n", i, i);
    text_add(source, "#endif\n");
}

void codegen_overlay(const struct plan *plan, struct text *source, struct numbers *numbers) {
    struct writer w = {.plan = plan, .numbers = numbers};
    for (size_t i = 0; i < plan->n_params; i++) number_add(numbers, (double)plan->params[i]);
    write_body(&w);
    write_head(plan, source);
    text_add(source, w.constants.bytes ? w.constants.bytes : "");
    text_add(source, "    const uint begin = (uint)get_global_id(0) * CELLS_PER_ITEM, end = min(begin + CELLS_PER_ITEM, cells);\n");
    for (size_t c = 0; c < plan->scenario->n_criteria; c++)
        if (plan_is_counted(plan, c)) text_print(source, "    uint absent%zu[LANES] = {0};\n", c);
    text_add(source, "    for (uint at = begin; at < end; at += LANES) {\n        const uint n = min((uint)LANES, end - at);\n");
    write_taking(plan, source);
    text_add(source, "#if LANES > 1 && defined(__clang__)\n#pragma clang loop vectorize_width(LANES)\n#endif\n");
    text_add(source, "        for (uint l = 0; l < LANES; l++) {\n");
    text_add(source, w.body.bytes ? w.body.bytes : "");
    text_add(source, "        }\n");
    write_giving(plan, source);
    text_add(source, "    }\n");
    write_counts(plan, source);
    text_add(source, "}\n");
    source->failed |= w.body.failed || w.constants.failed;
    text_free(&w.body);
    text_free(&w.constants);
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
    write_formula(&w, 0, formula, operands);
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
