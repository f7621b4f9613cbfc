/* Sites are told in the order of the list: the draws' n-th site is the one of rank n. */
#include "report/certainty_table.h"

#include <math.h>

#include "report/csv_text.h"
#include "report/word_rows.h"

enum { SHOWN_FIRST = 10 };
static const double NAMED_SHARE = 0.01;

static const struct certainty *certainty_of(const struct result *result, size_t target) {
    return &result->targets[target].certainty;
}

static const struct site *site_at(const struct result *result, size_t target, size_t i) {
    return &result->targets[target].sites.sites[i];
}

static bool is_weighed(const struct result *result, size_t target, size_t criterion) {
    return !isnan(site_at(result, target, 0)->terms[criterion].weight);
}

bool certainty_table_asked(const struct result *result, size_t target) {
    return certainty_of(result, target)->n > 0;
}

static void add_quantiles(const struct quantiles *quantiles, struct text *out) {
    csv_number(out, quantiles->p05);
    csv_number(out, quantiles->p50);
    csv_number(out, quantiles->p95);
}

static void add_site(const struct result *result, size_t target, size_t i, struct text *out) {
    const struct certainty *certainty = certainty_of(result, target);
    const struct site_certainty *found = &certainty->sites[i];
    const struct site *site = site_at(result, target, i);
    csv_word(out, site->id);
    csv_word(out, site->name);
    csv_number(out, site->rank);
    csv_number(out, site->score);
    add_quantiles(&found->score, out);
    add_quantiles(&found->rank, out);
    csv_number(out, found->first);
    csv_number(out, found->among_first);
    for (size_t c = 0; c < result->scenario->n_criteria; c++)
        if (is_weighed(result, target, c)) csv_number(out, found->first_weights ? found->first_weights[c] : NAN);
    for (size_t r = 0; r < certainty->n; r++) csv_number(out, (double)certainty->ranked[i * certainty->n + r] / (double)certainty->draws);
    csv_end(out);
}

status certainty_table_csv(const struct result *result, size_t target, const char *path) {
    const struct certainty *certainty = certainty_of(result, target);
    struct text out = {0};
    text_add(&out, "site_id,name,rank,score,score_p05,score_p50,score_p95,rank_p05,rank_p50,rank_p95,share_first,share_first_10,");
    for (size_t c = 0; c < result->scenario->n_criteria; c++)
        if (is_weighed(result, target, c)) text_print(&out, "%s_weight_if_first,", result->scenario->criteria[c].name);
    for (size_t r = 0; r < certainty->n; r++) text_print(&out, "rank_%zu,", r + 1);
    csv_end(&out);
    for (size_t i = 0; i < certainty->n; i++) add_site(result, target, i, &out);
    return csv_write(&out, path);
}

static void add_case(const struct result *result, size_t target, const struct sensitivity_case *made, size_t i, struct text *out) {
    const struct site *site = site_at(result, target, i), *first = site_at(result, target, made->first);
    csv_word(out, result->scenario->criteria[made->criterion].name);
    csv_word(out, made->of_weight ? "weight" : "membership");
    csv_number(out, made->factor);
    csv_word(out, site->id);
    csv_word(out, site->name);
    csv_number(out, site->rank);
    csv_number(out, (double)made->rank[i]);
    csv_number(out, site->score);
    csv_number(out, made->score[i]);
    csv_number(out, made->score[i] - site->score);
    csv_word(out, first->id);
    csv_end(out);
}

status certainty_tornado_csv(const struct result *result, size_t target, const char *path) {
    const struct sensitivity *sensitivity = &certainty_of(result, target)->sensitivity;
    struct text out = {0};
    text_add(&out, "criterion,changed,factor,site_id,name,rank,rank_then,score,score_then,score_change,first_then\n");
    for (size_t c = 0; c < sensitivity->n; c++)
        for (size_t i = 0; i < sensitivity->n_sites; i++) add_case(result, target, &sensitivity->cases[c], i, &out);
    return csv_write(&out, path);
}

/* A case that puts another site first, whose score is higher and not the same. */
static bool dethrones(const struct sensitivity_case *made) {
    return made->rank[0] > 1;
}

static struct json_object *dethroned_list(const struct result *result, size_t target, struct json_build *build) {
    const struct sensitivity *sensitivity = &certainty_of(result, target)->sensitivity;
    struct json_object *list = json_list(build);
    for (size_t c = 0; c < sensitivity->n && !build->failed; c++) {
        const struct sensitivity_case *made = &sensitivity->cases[c];
        if (!dethrones(made)) continue;
        struct json_object *map = json_map(build);
        json_put_text(build, map, "criterion", result->scenario->criteria[made->criterion].name);
        json_put_text(build, map, "changed", made->of_weight ? "weight" : "membership");
        json_put_number(build, map, "factor", made->factor);
        json_put_text(build, map, "first", site_at(result, target, made->first)->id);
        json_put_integer(build, map, "rank_then", (int64_t)made->rank[0]);
        json_append(build, list, map);
    }
    return list;
}

static void print_dethroned(const struct result *result, size_t target, struct text *out) {
    const struct sensitivity *sensitivity = &certainty_of(result, target)->sensitivity;
    size_t shown = 0;
    for (size_t c = 0; c < sensitivity->n; c++) {
        const struct sensitivity_case *made = &sensitivity->cases[c];
        if (!dethrones(made)) continue;
        const struct site *first = site_at(result, target, made->first);
        text_print(out, "%s%s of %s times ", shown++ ? "; " : "  another site comes first with the ", made->of_weight ? "weight" : "membership",
                   result->scenario->criteria[made->criterion].name);
        text_add_number(out, made->factor);
        text_add(out, " (");
        word_print(first->name && *first->name ? first->name : first->id, out);
        text_add(out, ")");
    }
    text_add(out, shown ? "\n" : "  no criterion alone, its weight at nothing, half or double or its membership off, puts another site first\n");
}

static void put_wish(struct json_build *build, struct json_object *map, const struct certainty_wish *wish) {
    static const char *const words[] = {[CERTAINTY_ANY] = "any", [CERTAINTY_ORDER] = "order"};
    if (wish->weights == CERTAINTY_SPREAD)
        json_put_number(build, map, "weights", wish->spread);
    else
        json_put_text(build, map, "weights", words[wish->weights]);
    json_put_number(build, map, "memberships", wish->memberships);
    json_put_integer(build, map, "draws", (int64_t)wish->draws);
    json_put_integer(build, map, "seed", (int64_t)wish->seed);
}

static struct json_object *quantiles_list(struct json_build *build, const struct quantiles *quantiles) {
    struct json_object *list = json_list(build);
    json_append(build, list, json_number(build, quantiles->p05));
    json_append(build, list, json_number(build, quantiles->p50));
    json_append(build, list, json_number(build, quantiles->p95));
    return list;
}

static struct json_object *site_map(const struct result *result, size_t target, size_t i, struct json_build *build) {
    const struct site_certainty *found = &certainty_of(result, target)->sites[i];
    const struct site *site = site_at(result, target, i);
    struct json_object *map = json_map(build), *weights = found->first_weights ? json_map(build) : NULL;
    json_put_text(build, map, "site_id", site->id);
    json_put_text(build, map, "name", site->name);
    json_put_integer(build, map, "rank", site->rank);
    json_put(build, map, "score", quantiles_list(build, &found->score));
    json_put(build, map, "ranks", quantiles_list(build, &found->rank));
    json_put_number(build, map, "share_first", found->first);
    json_put_number(build, map, "share_first_10", found->among_first);
    for (size_t c = 0; weights && c < result->scenario->n_criteria; c++)
        if (is_weighed(result, target, c)) json_put_number(build, weights, result->scenario->criteria[c].name, found->first_weights[c]);
    if (weights) json_put(build, map, "weights_if_first", weights);
    return map;
}

struct json_object *certainty_table_json(const struct result *result, size_t target, struct json_build *build) {
    const struct certainty *certainty = certainty_of(result, target);
    struct json_object *map = json_map(build), *first = json_list(build);
    put_wish(build, map, &result->scenario->targets[target].certainty);
    json_put_integer(build, map, "sites", (int64_t)certainty->n);
    for (size_t i = 0; i < certainty->n && i < SHOWN_FIRST && !build->failed; i++) json_append(build, first, site_map(result, target, i, build));
    json_put(build, map, "first_ranked", first);
    json_put(build, map, "dethroned_by", dethroned_list(result, target, build));
    return map;
}

const char *certainty_table_rank(const struct result *result, size_t target, const struct site *site, struct arena *arena) {
    const struct certainty *certainty = certainty_of(result, target);
    if (site->rank < 1 || (size_t)site->rank > certainty->n) return NULL;
    const struct quantiles *ranks = &certainty->sites[site->rank - 1].rank;
    return arena_print(arena, "%.0f-%.0f", ranks->p05, ranks->p95);
}

static void print_wish(const struct certainty_wish *wish, struct arena *arena, struct text *out) {
    const char *spread = number_words(100 * wish->spread, 0, arena), *memberships = number_words(100 * wish->memberships, 0, arena);
    bool weights = wish->weights != CERTAINTY_SPREAD || wish->spread > 0, memberships_too = wish->memberships > 0;
    if (wish->weights == CERTAINTY_SPREAD && weights) text_print(out, "weights up to %s %% off", spread ? spread : "");
    if (wish->weights == CERTAINTY_ANY) text_add(out, "any weights");
    if (wish->weights == CERTAINTY_ORDER) text_add(out, "any weights in the order given");
    if (weights && memberships_too) text_add(out, " and ");
    if (memberships_too) text_print(out, "memberships up to %s %% off", memberships ? memberships : "");
    if (!weights && !memberships_too) text_add(out, "nothing else");
}

const char *certainty_table_wish(const struct result *result, size_t target, struct arena *arena) {
    struct text words = {0};
    print_wish(&result->scenario->targets[target].certainty, arena, &words);
    const char *copy = words.failed ? NULL : arena_print(arena, "%s", words.bytes);
    text_free(&words);
    return copy;
}

static void print_first(const struct result *result, size_t target, size_t i, bool another, struct arena *arena, struct text *out) {
    const struct site *site = site_at(result, target, i);
    const char *share = number_words(100 * certainty_of(result, target)->sites[i].first, 1, arena);
    text_add(out, another ? ", " : "");
    word_print(site->name && *site->name ? site->name : site->id, out);
    text_print(out, " in %s %%", share ? share : "");
}

void certainty_table_print(const struct result *result, size_t target, struct arena *arena, struct text *out) {
    const struct certainty *certainty = certainty_of(result, target);
    size_t shown = 0;
    if (!certainty_table_asked(result, target)) return;
    text_print(out, "  of %zu draws with ", certainty->draws);
    print_wish(&result->scenario->targets[target].certainty, arena, out);
    text_add(out, " first came: ");
    for (size_t i = 0; i < certainty->n; i++) {
        if (certainty->sites[i].first < NAMED_SHARE || shown >= SHOWN_FIRST) continue;
        print_first(result, target, i, shown++ > 0, arena, out);
    }
    text_add(out, shown ? "\n" : "none in more than 1 %\n");
    print_dethroned(result, target, out);
}
