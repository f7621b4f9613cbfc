/* Overlay trees as OpenCL C. For node n: w<n> the weights of the children that are there, all<n> those of all. */
#include <stdlib.h>

#include "base/memory.h"
#include "compute/codegen_writer.h"

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
        size_t gamma = writer_constant(w, node->gamma), rest = writer_constant(w, 1 - node->gamma);
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
    size_t alpha = node->n_order ? 0 : writer_constant(w, node->alpha < steepest ? node->alpha : steepest), order[OWA_ITEMS_MAX];
    for (size_t i = 0; i < node->n_order; i++) order[i] = writer_constant(w, node->order[i]);
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
        scale = gather ? writer_plan_constant(w, first + gather->n) : writer_constant(w, 1);
        best = gather ? writer_plan_constant(w, first + 2 * gather->n) : writer_constant(w, 1);
        worst = gather ? writer_plan_constant(w, first + 3 * gather->n) : writer_constant(w, 0);
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
    size_t parameter = writer_constant(w, node->gamma);
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
    if (gather && weighting_table[node->weighting].from_cells) return writer_plan_constant(w, gather->first_param + index);
    return writer_constant(w, overlay_table[node->op].weights ? child->weight : 1);
}

int codegen_node(struct writer *w, const struct overlay *node) {
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
        of[count].node = codegen_node(w, child);
        of[count].weight = child_weight(w, node, gather, child, count);
        if (overlay_table[node->op].weights) writer_weight(w, child, of[count].weight);
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
