/* Sites are told by their number in the list, which is their rank less one: the first of the list are those that took part. */
#include "report/page_certainty.h"

#include <math.h>

#include "report/certainty_table.h"

enum { RANKS_TOLD = 50 };

static const struct certainty *certainty_of(const struct result *result, size_t target) {
    return &result->targets[target].certainty;
}

/* Of the draws, as far as four digits tell. */
static struct json_object *share(double value, struct json_build *build) {
    return json_number(build, round(value * 1e4) / 1e4);
}

static struct json_object *quantiles_list(const struct quantiles *quantiles, struct json_build *build) {
    struct json_object *list = json_list(build);
    json_append(build, list, json_number(build, quantiles->p05));
    json_append(build, list, json_number(build, quantiles->p50));
    json_append(build, list, json_number(build, quantiles->p95));
    return list;
}

static struct json_object *ranks_list(const struct certainty *certainty, size_t i, struct json_build *build) {
    const uint32_t *ranked = certainty->ranked + i * certainty->n;
    struct json_object *list = json_list(build);
    size_t told = certainty->n < RANKS_TOLD ? certainty->n : RANKS_TOLD;
    while (told && !ranked[told - 1]) told--;
    for (size_t r = 0; r < told && !build->failed; r++) json_append(build, list, share((double)ranked[r] / (double)certainty->draws, build));
    return list;
}

static struct json_object *weights_list(const struct result *result, const double *weights, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t c = 0; c < result->scenario->n_criteria && !build->failed; c++) json_append(build, list, share(weights[c], build));
    return list;
}

void page_certainty_site(const struct result *result, size_t target, const struct site *site, struct json_build *build, struct json_object *into) {
    const struct certainty *certainty = certainty_of(result, target);
    if (site->rank < 1 || (size_t)site->rank > certainty->n) return;
    const size_t i = (size_t)site->rank - 1;
    const struct site_certainty *found = &certainty->sites[i];
    struct json_object *map = json_map(build);
    json_put(build, map, "rank", quantiles_list(&found->rank, build));
    json_put(build, map, "score", quantiles_list(&found->score, build));
    json_put(build, map, "ranks", ranks_list(certainty, i, build));
    if (found->first_weights) json_put(build, map, "weights_if_first", weights_list(result, found->first_weights, build));
    json_put(build, into, "certainty", map);
}

static struct json_object *case_map(const struct sensitivity *sensitivity, const struct sensitivity_case *made, struct json_build *build) {
    struct json_object *map = json_map(build), *scores = json_list(build), *ranks = json_list(build);
    json_put_integer(build, map, "criterion", (int64_t)made->criterion);
    json_put(build, map, "of_weight", json_object_new_boolean(made->of_weight));
    json_put_number(build, map, "factor", made->factor);
    for (size_t i = 0; i < sensitivity->n_sites && !build->failed; i++) {
        json_append(build, scores, json_number(build, made->score[i]));
        json_append(build, ranks, json_number(build, (double)made->rank[i]));
    }
    json_put(build, map, "scores", scores);
    json_put(build, map, "ranks", ranks);
    json_put_integer(build, map, "first", (int64_t)made->first);
    return map;
}

void page_certainty_target(const struct result *result, size_t target, struct json_build *build, struct json_object *into) {
    const struct certainty *certainty = certainty_of(result, target);
    const struct sensitivity *sensitivity = &certainty->sensitivity;
    if (!certainty_table_asked(result, target)) return;
    struct arena arena = {0};
    struct json_object *map = json_map(build), *cases = json_list(build);
    json_put_integer(build, map, "draws", (int64_t)certainty->draws);
    json_put_text(build, map, "drawn", certainty_table_wish(result, target, &arena));
    json_put_number(build, map, "memberships", result->scenario->targets[target].certainty.memberships);
    json_put_integer(build, map, "sites", (int64_t)certainty->n);
    for (size_t i = 0; i < sensitivity->n && !build->failed; i++) json_append(build, cases, case_map(sensitivity, &sensitivity->cases[i], build));
    json_put(build, map, "cases", cases);
    json_put(build, into, "certainty", map);
    arena_free(&arena);
}
