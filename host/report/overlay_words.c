/* A ranking made from access alone must be called that: it says where building is easy, not where ore is. */
#include "report/overlay_words.h"

#include <string.h>

bool overlay_uses(const struct overlay *tree, int criterion) {
    for (; tree; tree = tree->next)
        if (tree->op == OVERLAY_CRITERION ? tree->criterion == criterion : overlay_uses(tree->child, criterion)) return true;
    return false;
}

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

struct json_object *overlay_json(const struct scenario *scenario, const struct overlay *tree, struct json_build *build) {
    struct json_object *map = json_map(build);
    if (tree->op == OVERLAY_CRITERION) {
        json_put_text(build, map, "criterion", scenario->criteria[tree->criterion].name);
        json_put_number(build, map, "weight", tree->weight);
        return map;
    }
    struct json_object *of = json_list(build);
    for (const struct overlay *child = tree->child; child && !build->failed; child = child->next)
        json_append(build, of, overlay_json(scenario, child, build));
    json_put_text(build, map, "operation", overlay_table[tree->op].name);
    json_put_number(build, map, "weight", tree->weight);
    if (tree->op == OVERLAY_GAMMA) json_put_number(build, map, "gamma", tree->gamma);
    json_put(build, map, "of", of);
    return map;
}
