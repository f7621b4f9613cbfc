/* Weights in the order of the file; what cells decide is said to come from them until they have. */
#include "model/overlay_print.h"

#include <math.h>
#include <stdlib.h>

static size_t count_children(const struct overlay *node) {
    size_t count = 0;
    for (const struct overlay *child = node->child; child; child = child->next) count++;
    return count;
}

double *overlay_order(const struct overlay *node) {
    size_t n = count_children(node);
    double *order = calloc(n + 1, sizeof *order);
    for (size_t i = 0; order && i < node->n_order; i++) order[i] = node->order[i];
    if (order && !node->n_order) order_from_alpha(n, node->alpha, order);
    return order;
}

/* A criterion's name, or the operation's with what is in it. */
static void print_item(const struct scenario *scenario, const struct overlay *item, struct text *out) {
    if (item->op == OVERLAY_CRITERION) {
        text_add(out, scenario->criteria[item->criterion].name);
        return;
    }
    text_print(out, "%s(", overlay_table[item->op].name);
    for (const struct overlay *child = item->child; child; child = child->next) {
        if (child != item->child) text_add(out, ", ");
        print_item(scenario, child, out);
    }
    text_add(out, ")");
}

static void print_weights(const struct plan *plan, const struct scenario *scenario, const struct overlay *node, struct text *out) {
    const struct gather_step *gather = plan_gather_of(plan, node);
    text_print(out, "weights by %s: ", weighting_table[node->weighting].name);
    for (const struct overlay *child = node->child; child; child = child->next) {
        double weight = plan_weight(plan, node, child);
        if (child != node->child) text_add(out, ", ");
        print_item(scenario, child, out);
        if (!isnan(weight)) text_print(out, " %.4f", weight);
    }
    if (isnan(plan_weight(plan, node, node->child))) text_add(out, " (known when the cells have been looked at)");
    if (gather && gather->cells > 0) text_print(out, "; over %.0f cells", gather->cells);
    if (node->ahp)
        text_print(out, "; consistency ratio %.3f%s", node->ahp->ratio, node->ahp->ratio > AHP_RATIO_MAX ? ", over 0.10 and accepted" : "");
    text_add(out, "\n");
}

static void print_order(const struct overlay *node, struct text *out) {
    size_t n = count_children(node);
    double *order = overlay_order(node);
    out->failed |= !order;
    if (!order) return;
    text_add(out, "order weights, of the largest value first:");
    for (size_t i = 0; i < n; i++) text_print(out, "%s %.4f", i ? "," : "", order[i]);
    text_print(out, "; ORness %.3f, trade-off %.3f\n", order_orness(n, order), order_trade_off(n, order));
    free(order);
}

static void print_node(const struct plan *plan, const struct scenario *scenario, const struct overlay *node, const char *before, struct text *out) {
    if (node->weighting != WEIGHTS_GIVEN) {
        text_add(out, before);
        print_weights(plan, scenario, node, out);
    }
    if (node->op == OVERLAY_OWA) {
        text_add(out, before);
        print_order(node, out);
    }
    if (node->op == OVERLAY_TOPSIS)
        text_print(out, "%stopsis between %s\n", before,
                   node->absolute ? "memberships 1 and 0"
                                  : "the best and the worst values of the cells that count: neither outside, excluded nor without data");
}

void overlay_print(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, const char *before, struct text *out) {
    print_node(plan, scenario, tree, before, out);
    for (const struct overlay *child = tree->child; child; child = child->next) overlay_print(plan, scenario, child, before, out);
}
