/* Sites are matched by id, which is made from a site's place, and then by distance, the smallest first, so that no order of the lists decides. */
#include "report/diff_sites.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/crs.h"
#include "report/json_build.h"

enum { TOP_SITES = 50 };
static const double LEAST_DEGREE_M = 110500; /* less than any degree of a meridian: passes by what lies too far north or south */

struct list {
    struct json_object **sites;
    const char **ids;
    double *lats;
    bool *taken;
    size_t count;
};

static void list_free(struct list *list) {
    free(list->sites);
    free(list->ids);
    free(list->lats);
    free(list->taken);
}

static status list_take(const struct diff_target *target, int run, struct list *out) {
    struct json_object *features = target->features[run];
    size_t all = json_object_array_length(features);
    TRY(MEMORY_ARRAY(all + 1, &out->sites));
    TRY(MEMORY_ARRAY(all + 1, &out->ids));
    TRY(MEMORY_ARRAY(all + 1, &out->lats));
    TRY(MEMORY_ARRAY(all + 1, &out->taken));
    for (size_t i = 0; i < all; i++) {
        struct json_object *site = json_member(json_object_array_get_idx(features, i), "properties");
        if (strcmp(json_member_text(site, "target"), target->name) != 0) continue;
        out->ids[out->count] = json_member_text(site, "site_id");
        out->lats[out->count] = json_member_number(site, "lat");
        out->sites[out->count++] = site;
    }
    return NULL;
}

static double apart(struct json_object *a, struct json_object *b) {
    return crs_geodesic_m(json_member_number(a, "lon"), json_member_number(a, "lat"), json_member_number(b, "lon"), json_member_number(b, "lat"));
}

/* A candidate of matching. */
struct near {
    double apart_m;
    size_t at[DIFF_RUNS];
};

static int by_distance(const void *a, const void *b) {
    const struct near *first = a, *second = b;
    if (first->apart_m != second->apart_m) return first->apart_m < second->apart_m ? -1 : 1;
    for (int r = 0; r < DIFF_RUNS; r++)
        if (first->at[r] != second->at[r]) return first->at[r] < second->at[r] ? -1 : 1;
    return 0;
}

struct matching {
    struct list lists[DIFF_RUNS];
    struct near *nears;
    size_t n_nears, room;
    struct diff_pair *pairs;
    size_t count;
};

static void match(struct matching *m, size_t before, size_t after, double apart_m) {
    m->lists[DIFF_BEFORE].taken[before] = m->lists[DIFF_AFTER].taken[after] = true;
    m->pairs[m->count++] = (struct diff_pair){{m->lists[DIFF_BEFORE].sites[before], m->lists[DIFF_AFTER].sites[after]}, apart_m};
}

static void match_ids(struct matching *m) {
    struct list *before = &m->lists[DIFF_BEFORE], *after = &m->lists[DIFF_AFTER];
    for (size_t i = 0; i < before->count; i++)
        for (size_t j = 0; j < after->count && !before->taken[i]; j++)
            if (!after->taken[j] && strcmp(before->ids[i], after->ids[j]) == 0) match(m, i, j, apart(before->sites[i], after->sites[j]));
}

static status match_places(struct matching *m, double within_m) {
    struct list *before = &m->lists[DIFF_BEFORE], *after = &m->lists[DIFF_AFTER];
    for (size_t i = 0; i < before->count; i++) {
        for (size_t j = 0; j < after->count && !before->taken[i]; j++) {
            if (after->taken[j] || !(fabs(before->lats[i] - after->lats[j]) * LEAST_DEGREE_M <= within_m)) continue;
            double between = apart(before->sites[i], after->sites[j]);
            if (!(between <= within_m)) continue;
            TRY(memory_reserve((void **)&m->nears, &m->room, m->n_nears + 1, sizeof *m->nears));
            m->nears[m->n_nears++] = (struct near){between, {i, j}};
        }
    }
    if (m->n_nears) qsort(m->nears, m->n_nears, sizeof *m->nears, by_distance);
    for (size_t k = 0; k < m->n_nears; k++) {
        const struct near *near = &m->nears[k];
        if (!before->taken[near->at[DIFF_BEFORE]] && !after->taken[near->at[DIFF_AFTER]])
            match(m, near->at[DIFF_BEFORE], near->at[DIFF_AFTER], near->apart_m);
    }
    return NULL;
}

static double order_of(struct json_object *site) {
    double rank = json_member_number(site, "rank");
    return isnan(rank) ? INFINITY : rank;
}

static int by_rank(const void *a, const void *b) {
    const struct diff_pair *first = a, *second = b;
    if (!first->site[DIFF_AFTER] != !second->site[DIFF_AFTER]) return first->site[DIFF_AFTER] ? -1 : 1;
    int run = first->site[DIFF_AFTER] ? DIFF_AFTER : DIFF_BEFORE;
    double x = order_of(first->site[run]), y = order_of(second->site[run]);
    if (x != y) return x < y ? -1 : 1;
    return strcmp(json_member_text(first->site[run], "site_id"), json_member_text(second->site[run], "site_id"));
}

static void add_alone(struct matching *m, int run, struct json_object *site) {
    struct diff_pair pair = {.apart_m = NAN};
    pair.site[run] = site;
    m->pairs[m->count++] = pair;
}

static status pair_lists(const struct diff_target *target, struct matching *m) {
    for (int r = 0; r < DIFF_RUNS; r++) TRY(list_take(target, r, &m->lists[r]));
    TRY(MEMORY_ARRAY(m->lists[DIFF_BEFORE].count + m->lists[DIFF_AFTER].count + 1, &m->pairs));
    match_ids(m);
    TRY(match_places(m, target->within_m));
    for (int r = 0; r < DIFF_RUNS; r++)
        for (size_t i = 0; i < m->lists[r].count; i++)
            if (!m->lists[r].taken[i]) add_alone(m, r, m->lists[r].sites[i]);
    qsort(m->pairs, m->count, sizeof *m->pairs, by_rank);
    return NULL;
}

status diff_sites_pair(const struct diff_target *target, struct diff_pair **pairs, size_t *count) {
    struct matching m = {0};
    status failure = pair_lists(target, &m);
    for (int r = 0; r < DIFF_RUNS; r++) list_free(&m.lists[r]);
    free(m.nears);
    if (failure) free(m.pairs);
    *pairs = failure ? NULL : m.pairs;
    *count = failure ? 0 : m.count;
    return failure;
}

double diff_months(struct json_object *site) {
    double faster = json_member_number(site, "permit_p50_what_if_months");
    return isnan(faster) ? json_member_number(site, "permit_p50_months") : faster;
}

static bool same_number(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static bool same_words(struct json_object *a, struct json_object *b, const char *key) {
    return strcmp(json_member_text(a, key), json_member_text(b, key)) == 0;
}

static const char *move_of(const struct diff_pair *pair) {
    struct json_object *a = pair->site[DIFF_BEFORE], *b = pair->site[DIFF_AFTER];
    if (!a) return "entered";
    if (!b) return "left";
    bool numbers = same_number(json_member_number(a, "rank"), json_member_number(b, "rank")) &&
                   same_number(json_member_number(a, "score"), json_member_number(b, "score")) && same_number(diff_months(a), diff_months(b));
    return numbers && same_words(a, b, "status") && same_words(a, b, "exclusion_reasons") && !(pair->apart_m > 0) ? "same" : "moved";
}

static void put_both(struct json_build *build, struct json_object *map, const char *key, const struct diff_pair *pair) {
    struct json_object *both = json_map(build);
    json_put(build, both, "before", json_object_get(json_member(pair->site[DIFF_BEFORE], key)));
    json_put(build, both, "after", json_object_get(json_member(pair->site[DIFF_AFTER], key)));
    json_put(build, map, key, both);
}

static void put_months(struct json_build *build, struct json_object *map, const struct diff_pair *pair) {
    struct json_object *both = json_map(build);
    json_put_number(build, both, "before", diff_months(pair->site[DIFF_BEFORE]));
    json_put_number(build, both, "after", diff_months(pair->site[DIFF_AFTER]));
    json_put(build, map, "permit_months", both);
}

/* Where it was, of a site whose place is another. */
static void put_place_before(struct json_build *build, struct json_object *map, struct json_object *site) {
    json_put(build, map, "lon_before", json_object_get(json_member(site, "lon")));
    json_put(build, map, "lat_before", json_object_get(json_member(site, "lat")));
}

static status site_json(const struct diff_target *target, const struct diff_pair *pair, struct json_build *build, struct json_object *list) {
    static const char *const keys[] = {"site_id", "status", "rank", "score"};
    struct json_object *map = json_map(build), *shown = pair->site[DIFF_AFTER] ? pair->site[DIFF_AFTER] : pair->site[DIFF_BEFORE];
    const char *move = move_of(pair);
    status failure = NULL;
    json_put_text(build, map, "move", move);
    json_put(build, map, "name", json_object_get(json_member(shown, "name")));
    json_put(build, map, "lon", json_object_get(json_member(shown, "lon")));
    json_put(build, map, "lat", json_object_get(json_member(shown, "lat")));
    json_put_number(build, map, "apart_m", pair->apart_m);
    if (pair->apart_m > 0) put_place_before(build, map, pair->site[DIFF_BEFORE]);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) put_both(build, map, keys[i], pair);
    put_months(build, map, pair);
    if (strcmp(move, "same") == 0) {
        json_put_text(build, map, "why", "");
        json_put(build, map, "reasons", json_list(build));
    } else {
        failure = diff_reasons(target, pair, build, map);
    }
    json_append(build, list, map);
    return failure;
}

static bool in_top(struct json_object *site) {
    return json_member_number(site, "rank") <= TOP_SITES;
}

/* Of the best sites before, how many are among the best after. */
static void put_top(const struct diff_pair *pairs, size_t count, struct json_build *build, struct json_object *map) {
    struct json_object *top = json_map(build);
    int64_t of = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        of += in_top(pairs[i].site[DIFF_BEFORE]);
        kept += in_top(pairs[i].site[DIFF_BEFORE]) && in_top(pairs[i].site[DIFF_AFTER]);
    }
    json_put_integer(build, top, "best", TOP_SITES);
    json_put_integer(build, top, "of", of);
    json_put_integer(build, top, "kept", kept);
    json_put(build, map, "top", top);
}

static void put_counts(const struct diff_pair *pairs, size_t count, struct json_build *build, struct json_object *map) {
    static const char *const moves[] = {"entered", "left", "moved", "same"};
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++) {
        int64_t found = 0;
        for (size_t i = 0; i < count; i++) found += strcmp(move_of(&pairs[i]), moves[m]) == 0;
        json_put_integer(build, map, moves[m], found);
    }
}

status diff_sites_json(const struct diff_target *target, struct json_build *build, struct json_object **out) {
    struct diff_pair *pairs;
    size_t count;
    TRY(diff_sites_pair(target, &pairs, &count));
    struct json_object *map = json_map(build), *list = json_list(build);
    put_counts(pairs, count, build, map);
    put_top(pairs, count, build, map);
    status failure = NULL;
    for (size_t i = 0; i < count && !failure && !build->failed; i++) failure = site_json(target, &pairs[i], build, list);
    json_put(build, map, "sites", list);
    *out = map;
    free(pairs);
    return failure;
}
