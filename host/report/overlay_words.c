/* A ranking made from access alone must be called that: it says where building is easy, not where ore is. */
#include "report/overlay_words.h"

#include <stdlib.h>
#include <string.h>

#include "model/overlay_print.h"

static bool uses_role(const struct scenario *scenario, size_t target, enum role role) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (scenario->criteria[c].role == role && overlay_uses(scenario->targets[target].score, (int)c)) return true;
    return false;
}

const char *overlay_basis(const struct scenario *scenario, size_t target) {
    if (!uses_role(scenario, target, ROLE_EVIDENCE)) return "access only";
    return uses_role(scenario, target, ROLE_ACCESS) ? "evidence and access" : "evidence";
}

const char *basis_sentence(const char *basis) {
    if (strcmp(basis, "access only") == 0) return "Ranked by access only: it says where work is easy, not where ore is.";
    if (strcmp(basis, "evidence") == 0) return "Ranked by evidence alone; access does not enter the score.";
    return "Ranked by evidence and access together.";
}

const char *role_name(enum role role) {
    return role == ROLE_EVIDENCE ? "evidence" : "access";
}

static void put_weighting(const struct plan *plan, const struct overlay *node, struct json_build *build, struct json_object *map) {
    const struct gather_step *gather = plan_gather_of(plan, node);
    if (node->weighting != WEIGHTS_GIVEN) json_put_text(build, map, "weights_by", weighting_table[node->weighting].name);
    if (gather) json_put_number(build, map, "cells_counted", gather->cells);
    if (!node->ahp) return;
    json_put_number(build, map, "lambda_max", node->ahp->lambda_max);
    json_put_number(build, map, "consistency_index", node->ahp->index);
    json_put_number(build, map, "consistency_ratio", node->ahp->ratio);
}

static void put_order(const struct overlay *node, struct json_build *build, struct json_object *map) {
    struct json_object *list = json_list(build);
    double *order = overlay_order(node);
    size_t n = 0;
    build->failed |= !order;
    for (const struct overlay *child = node->child; order && child; child = child->next, n++) json_append(build, list, json_number(build, order[n]));
    json_put(build, map, "order_weights", list);
    if (!node->n_order) json_put_number(build, map, "alpha", node->alpha);
    if (order) json_put_number(build, map, "orness", order_orness(n, order));
    if (order) json_put_number(build, map, "trade_off", order_trade_off(n, order));
    free(order);
}

/* Best and worst values, an entry a child, and the root mean squares that they and all others are divided by. */
static void put_ideals(const struct plan *plan, const struct overlay *node, struct json_build *build, struct json_object *map) {
    const struct gather_step *gather = plan_gather_of(plan, node);
    static const char *const names[] = {"root_mean_square", "best", "worst"};
    json_put_text(build, map, "ideal", node->absolute ? "absolute" : "observed");
    for (size_t i = 0; gather && !node->absolute && i < 3; i++) {
        const float *numbers = plan->params + gather->first_param + (i + 1) * gather->n;
        struct json_object *list = json_list(build);
        for (size_t j = 0; j < gather->n; j++) {
            double number = (double)numbers[j];
            json_append(build, list, json_number(build, i > 0 ? number : number > 0 ? 1 / number : 0));
        }
        json_put(build, map, names[i], list);
    }
}

static struct json_object *node_json(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, double weight,
                                     struct json_build *build) {
    struct json_object *map = json_map(build);
    if (tree->op == OVERLAY_CRITERION) {
        json_put_text(build, map, "criterion", scenario->criteria[tree->criterion].name);
        json_put_number(build, map, "weight", weight);
        return map;
    }
    struct json_object *of = json_list(build);
    for (const struct overlay *child = tree->child; child && !build->failed; child = child->next)
        json_append(build, of, node_json(plan, scenario, child, plan_weight(plan, tree, child), build));
    json_put_text(build, map, "operation", overlay_table[tree->op].name);
    json_put_number(build, map, "weight", weight);
    if (tree->op == OVERLAY_GAMMA) json_put_number(build, map, "gamma", tree->gamma);
    if (overlay_table[tree->op].options >> OPTION_PARAMETER & 1) json_put_number(build, map, "parameter", tree->gamma);
    put_weighting(plan, tree, build, map);
    if (tree->op == OVERLAY_OWA) put_order(tree, build, map);
    if (tree->op == OVERLAY_TOPSIS) put_ideals(plan, tree, build, map);
    json_put(build, map, "of", of);
    return map;
}

struct json_object *overlay_json(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, struct json_build *build) {
    return node_json(plan, scenario, tree, tree->weight, build);
}

struct json_object *overlay_lines(const struct plan *plan, const struct scenario *scenario, const struct overlay *tree, struct json_build *build) {
    struct json_object *list = json_list(build);
    struct text lines = {0};
    overlay_print(plan, scenario, tree, "", &lines);
    for (char *line = lines.bytes, *end; line && (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        json_append(build, list, json_text(build, line));
    }
    build->failed |= lines.failed;
    text_free(&lines);
    return list;
}

struct json_object *score_json(const struct plan *plan, const struct scenario *scenario, const struct target *target, struct json_build *build) {
    struct json_object *map = overlay_json(plan, scenario, target->score, build);
    if (target->model) json_put_text(build, map, "operation", model_table[target->model->kind].name);
    return map;
}
