/* Why a site moved. Where the criteria's contributions add up to the score, so do the reasons to its change: with contribution c = w m, of effective
 * weight w and membership m, the change of c is (w' - w)(m + m')/2, the weight's part, and (m' - m)(w + w')/2, the membership's. Elsewhere
 * memberships and weights that changed are told, the largest first, and no shares. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/overlay.h"
#include "geo/bits_file.h"
#include "report/diff_inputs.h"
#include "report/diff_sites.h"
#include "report/json_build.h"
#include "report/word_rows.h"

/* Sums of floats that were made in another order agree no better. */
static const double SUM_SLACK = 2e-5, LEAST_DELTA = 5e-7;
static const double ROUNDED_SCORE = 2e-5; /* a surface in a file has 16 significant bits */

struct reason {
    const char *kind, *name, *words;
    double delta, weight; /* NaN where it is no part of a sum; by what it is ordered */
};

struct reasons {
    const struct diff_target *target;
    const struct diff_pair *pair;
    struct arena arena;
    struct reason *items;
    size_t count, room;
    status failure;
};

static void add(struct reasons *r, const char *kind, const char *name, double delta, double weight, const char *words) {
    if (!r->failure && !words) r->failure = status_no_memory();
    if (!r->failure) r->failure = memory_reserve((void **)&r->items, &r->room, r->count + 1, sizeof *r->items);
    if (!r->failure) r->items[r->count++] = (struct reason){kind, name, words, delta, weight};
}

static const char *number(struct reasons *r, double value, int decimals) {
    const char *words = number_words(value, decimals, &r->arena);
    return words ? words : "";
}

static const char *signed_number(struct reasons *r, double value) {
    const char *words = number(r, value, 4), *plus = value > 0 ? arena_print(&r->arena, "+%s", words) : NULL;
    return plus ? plus : words;
}

static struct json_object *before(const struct reasons *r) {
    return r->pair->site[DIFF_BEFORE];
}
static struct json_object *after(const struct reasons *r) {
    return r->pair->site[DIFF_AFTER];
}

/* Where to look in a run: its own site's cell, or the other's where it has none. False where the runs' grids differ and it has none. */
static bool cell_in(const struct reasons *r, int run, int64_t *col, int64_t *row) {
    struct json_object *own = r->pair->site[run], *site = own ? own : r->pair->site[!run];
    const struct surface_pair *surfaces = r->target->surfaces;
    double x = json_member_number(site, "cell_col"), y = json_member_number(site, "cell_row");
    if (!surfaces || !(x >= 0 && x < (double)surfaces->grid->width && y >= 0 && y < (double)surfaces->grid->height)) return false;
    *col = (int64_t)x;
    *row = (int64_t)y;
    return true;
}

static bool holds(struct reasons *r, int run, const char *rule) {
    int64_t col, row;
    bool is = false;
    if (r->failure || !r->target->rules[run] || !cell_in(r, run, &col, &row)) return false;
    r->failure = bits_file_holds(r->target->rules[run], rule, col, row, &is);
    return is;
}

/* "came to hold", with its reason and law, and the factor of a penalty. */
static void add_rule(struct reasons *r, struct json_object *rule, bool now) {
    const char *name = json_member_text(rule, "name"), *citation = json_member_text(rule, "citation");
    double factor = json_member_number(rule, "factor");
    const char *times = isnan(factor) ? "" : arena_print(&r->arena, ", times %s", number(r, factor, 2));
    add(r, "rule", name, NAN, INFINITY,
        arena_print(&r->arena, "rule '%s' %s here (%s%s%s%s)", name, now ? "now holds" : "no longer holds", json_member_text(rule, "reason"),
                    citation[0] ? ", " : "", citation, times ? times : ""));
}

static void add_rules(struct reasons *r) {
    for (int run = 0; run < DIFF_RUNS; run++) {
        struct json_object *rules = json_member(r->target->run[run], "rules"), *others = json_member(r->target->run[!run], "rules");
        size_t count = json_object_is_type(rules, json_type_array) ? json_object_array_length(rules) : 0;
        for (size_t i = 0; i < count && !r->failure; i++) {
            struct json_object *rule = json_object_array_get_idx(rules, i);
            const char *name = json_member_text(rule, "name");
            if (run == DIFF_BEFORE && diff_named(others, "name", name)) continue; /* told when it is met in the other run */
            bool was = holds(r, DIFF_BEFORE, name), is = holds(r, DIFF_AFTER, name);
            if (was != is) add_rule(r, rule, is);
        }
    }
}

/* What the other run says of the place of a site that only one lists. */
static void add_surface(struct reasons *r) {
    static const char *const states[] = {[CELL_EXCLUDED] = "excluded", [CELL_NO_DATA] = "without data", [CELL_OUTSIDE] = "outside the area"};
    const int run = before(r) ? DIFF_AFTER : DIFF_BEFORE;
    int64_t col, row;
    if (!cell_in(r, run, &col, &row)) return;
    const struct surface_pair *s = r->target->surfaces;
    size_t cell = (size_t)(row * s->grid->width + col);
    uint8_t state = ((const uint8_t *)s->state[run].bytes)[cell];
    double score = (double)((const float *)s->score[run].bytes)[cell], listed = json_member_number(r->pair->site[!run], "score");
    const char *when = run == DIFF_BEFORE ? "was" : "is now";
    if (state == CELL_SCORED && fabs(score - listed) < ROUNDED_SCORE)
        add(r, "score", NULL, NAN, 0,
            arena_print(&r->arena, "its place scores as before; %s", run == DIFF_BEFORE ? "others made way" : "others took its place"));
    else if (state == CELL_SCORED)
        add(r, "score", NULL, NAN, 0,
            arena_print(&r->arena, "its place scored %s before and scores %s now", number(r, run == DIFF_BEFORE ? score : listed, 4),
                        number(r, run == DIFF_BEFORE ? listed : score, 4)));
    else
        add(r, "state", NULL, NAN, 0, arena_print(&r->arena, "its place %s %s", when, state < DIFF_STATES ? states[state] : "unknown"));
}

struct term {
    struct json_object *was, *is; /* NULL: the run has no such criterion */
    double weight[DIFF_RUNS], membership[DIFF_RUNS], part[DIFF_RUNS];
};

static double or_zero(double value) {
    return isnan(value) ? 0 : value;
}

static void read_side(struct json_object *criterion, int run, struct term *term) {
    term->membership[run] = json_member_number(criterion, "membership");
    term->weight[run] = json_member_number(criterion, "weight");
    term->part[run] = json_member_number(criterion, "contribution");
}

static struct term term_of(struct json_object *was, struct json_object *is) {
    struct term term = {.was = was, .is = is};
    read_side(was, DIFF_BEFORE, &term);
    read_side(is, DIFF_AFTER, &term);
    return term;
}

/* Why a membership is another one: the value, or what is made of it. */
static const char *value_change(struct reasons *r, const struct term *term) {
    struct json_object *one = term->is ? term->is : term->was;
    const char *layer = json_member_text(one, "layer"), *name = json_member_text(one, "name"), *unit = json_member_text(one, "unit");
    double was = json_member_number(term->was, "value"), is = json_member_number(term->is, "value");
    bool other_file = layer[0] && diff_inputs_has(r->target->changes, "layer", layer);
    bool other_rule = diff_inputs_has(r->target->changes, "criterion", name);
    const char *cause = other_file             ? arena_print(&r->arena, ", layer '%s' changed", layer)
                        : other_rule           ? ", the criterion was changed"
                        : r->pair->apart_m > 0 ? ", the site lies elsewhere"
                                               : "";
    if (was == is || (isnan(was) && isnan(is))) return other_rule ? "its membership was changed" : "its membership is another one";
    return arena_print(&r->arena, "%s -> %s %s%s", number(r, was, 3), number(r, is, 3), unit, cause);
}

static void add_sum_term(struct reasons *r, const struct term *term, double part[DIFF_RUNS]) {
    struct json_object *one = term->is ? term->is : term->was;
    const char *name = json_member_text(one, "name");
    double w[DIFF_RUNS], m[DIFF_RUNS];
    for (int run = 0; run < DIFF_RUNS; run++) {
        m[run] = or_zero(term->membership[run]);
        w[run] = m[run] > 0 ? part[run] / m[run] : or_zero(term->weight[run]);
    }
    double by_weight = (w[1] - w[0]) * (m[0] + m[1]) / 2, by_membership = (part[1] - part[0]) - by_weight;
    if (fabs(by_weight) >= LEAST_DELTA)
        add(r, "weight", name, by_weight, fabs(by_weight),
            arena_print(&r->arena, "%s %s: weight %s -> %s", signed_number(r, by_weight), name, number(r, w[0], 4), number(r, w[1], 4)));
    if (fabs(by_membership) < LEAST_DELTA) return;
    const char *layer = json_member_text(one, "layer");
    bool file = layer[0] && diff_inputs_has(r->target->changes, "layer", layer);
    add(r, file ? "layer" : "criterion", name, by_membership, fabs(by_membership),
        arena_print(&r->arena, "%s %s: %s", signed_number(r, by_membership), name, value_change(r, term)));
}

/* A learnt score: contributions add up to its logit. */
static void add_logit_term(struct reasons *r, const struct term *term) {
    double delta = or_zero(term->part[1]) - or_zero(term->part[0]);
    const char *name = json_member_text(term->is ? term->is : term->was, "name");
    if (fabs(delta) >= LEAST_DELTA)
        add(r, "logit", name, NAN, fabs(delta),
            arena_print(&r->arena, "%s of the logit by %s (%s -> %s)", signed_number(r, delta), name, number(r, or_zero(term->part[0]), 4),
                        number(r, or_zero(term->part[1]), 4)));
}

static void add_free_term(struct reasons *r, const struct term *term) {
    const char *name = json_member_text(term->is ? term->is : term->was, "name");
    bool weighs = !isnan(term->weight[0]) || !isnan(term->weight[1]);
    double weight = or_zero(term->weight[1]) - or_zero(term->weight[0]), membership = term->membership[1] - term->membership[0];
    if (!weighs) return;
    if (isnan(term->membership[0]) != isnan(term->membership[1]))
        add(r, "criterion", name, NAN, 1, arena_print(&r->arena, "%s %s data here", name, isnan(term->membership[0]) ? "now has" : "no longer has"));
    else if (fabs(membership) >= LEAST_DELTA)
        add(r, "criterion", name, NAN, fabs(membership),
            arena_print(&r->arena, "membership of %s %s -> %s (%s)", name, number(r, term->membership[0], 4), number(r, term->membership[1], 4),
                        value_change(r, term)));
    if (fabs(weight) >= LEAST_DELTA)
        add(r, "weight", name, NAN, fabs(weight),
            arena_print(&r->arena, "weight of %s %s -> %s", name, number(r, or_zero(term->weight[0]), 4), number(r, or_zero(term->weight[1]), 4)));
}

/* The score before penalties. */
static double plain_score(struct json_object *site) {
    double plain = json_member_number(site, "score_without_penalties");
    return isnan(plain) ? json_member_number(site, "score") : plain;
}

static double sum_of(struct json_object *criteria, bool *any) {
    double sum = 0;
    size_t count = json_object_is_type(criteria, json_type_array) ? json_object_array_length(criteria) : 0;
    for (size_t i = 0; i < count; i++) {
        double part = json_member_number(json_object_array_get_idx(criteria, i), "contribution");
        if (isnan(part)) continue;
        sum += part;
        *any = true;
    }
    return sum;
}

enum score_kind { SCORE_FREE, SCORE_SUM, SCORE_LOGIT };

static enum score_kind kind_of(const struct reasons *r) {
    bool parts = true, sums = true;
    for (int run = 0; run < DIFF_RUNS; run++) {
        bool any = false;
        double sum = sum_of(json_member(r->pair->site[run], "criteria"), &any);
        parts = parts && any;
        sums = sums && any && fabs(sum - plain_score(r->pair->site[run])) <= SUM_SLACK;
    }
    return sums ? SCORE_SUM : parts ? SCORE_LOGIT : SCORE_FREE;
}

static void add_term(struct reasons *r, const struct term *term, enum score_kind kind) {
    double parts[DIFF_RUNS] = {or_zero(term->part[0]), or_zero(term->part[1])};
    if (kind == SCORE_SUM)
        add_sum_term(r, term, parts);
    else if (kind == SCORE_LOGIT)
        add_logit_term(r, term);
    else
        add_free_term(r, term);
}

static void add_terms(struct reasons *r) {
    const enum score_kind kind = kind_of(r);
    for (int run = 0; run < DIFF_RUNS; run++) {
        struct json_object *criteria = json_member(r->pair->site[run], "criteria"), *others = json_member(r->pair->site[!run], "criteria");
        size_t count = json_object_is_type(criteria, json_type_array) ? json_object_array_length(criteria) : 0;
        for (size_t i = 0; i < count; i++) {
            struct json_object *own = json_object_array_get_idx(criteria, i), *other = diff_named(others, "name", json_member_text(own, "name"));
            if (run == DIFF_AFTER && other) continue; /* told before */
            struct term term = run == DIFF_BEFORE ? term_of(own, other) : term_of(other, own);
            add_term(r, &term, kind);
        }
    }
}

static void add_penalties(struct reasons *r) {
    double was = json_member_number(before(r), "score") - plain_score(before(r)), is = json_member_number(after(r), "score") - plain_score(after(r));
    if (!(fabs(is - was) >= LEAST_DELTA)) return;
    add(r, "penalty", NULL, is - was, fabs(is - was),
        arena_print(&r->arena, "%s penalties: %s -> %s", signed_number(r, is - was), number(r, was, 4), number(r, is, 4)));
}

static void add_words(struct reasons *r, const char *key, const char *what) {
    const char *was = json_member_text(before(r), key), *is = json_member_text(after(r), key);
    if (strcmp(was, is) != 0)
        add(r, "permit", NULL, NAN, 0, arena_print(&r->arena, "%s: %s -> %s", what, was[0] ? was : "none", is[0] ? is : "none"));
}

static void add_permit(struct reasons *r) {
    double was = diff_months(before(r)), is = diff_months(after(r));
    if (was == is || (isnan(was) && isnan(is))) return;
    bool faster =
        !isnan(json_member_number(after(r), "permit_p50_what_if_months")) || !isnan(json_member_number(before(r), "permit_p50_what_if_months"));
    const char *cause = diff_inputs_has(r->target->changes, "permit stage", NULL) && faster ? ", as other stages are accelerated"
                        : diff_inputs_has(r->target->changes, "permits", NULL)              ? " by other tables"
                                                                                            : "";
    add(r, "permit", NULL, NAN, 0, arena_print(&r->arena, "permit %s -> %s months%s", number(r, was, 1), number(r, is, 1), cause));
    add_words(r, "permit_route", "permit route");
    add_words(r, "permit_jurisdiction", "jurisdiction");
    add_words(r, "land_status", "land status");
    add_words(r, "critical_stage", "longest stage");
}

static void add_rank(struct reasons *r) {
    double was = json_member_number(before(r), "rank"), is = json_member_number(after(r), "rank");
    if (r->count || isnan(was) || isnan(is) || was == is) return;
    add(r, "rank", NULL, NAN, 0, arena_print(&r->arena, "its score is as it was; others %s", is > was ? "passed it" : "fell back"));
}

static int by_weight(const void *a, const void *b) {
    const struct reason *first = a, *second = b;
    if (first->weight != second->weight) return first->weight > second->weight ? -1 : 1;
    return strcmp(first->words, second->words);
}

static struct json_object *as_json(struct reasons *r, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < r->count; i++) {
        struct json_object *map = json_map(build);
        json_put_text(build, map, "kind", r->items[i].kind);
        json_put_text(build, map, "name", r->items[i].name);
        json_put_number(build, map, "delta", r->items[i].delta);
        json_put_text(build, map, "words", r->items[i].words);
        json_append(build, list, map);
    }
    return list;
}

status diff_reasons(const struct diff_target *target, const struct diff_pair *pair, struct json_build *build, struct json_object **out) {
    struct reasons r = {.target = target, .pair = pair};
    *out = NULL;
    add_rules(&r);
    if (before(&r) && after(&r)) {
        add_terms(&r);
        add_penalties(&r);
        add_permit(&r);
        add_rank(&r);
    } else {
        add_surface(&r);
    }
    if (!r.failure && r.count) qsort(r.items, r.count, sizeof *r.items, by_weight);
    if (!r.failure) *out = as_json(&r, build);
    free(r.items);
    arena_free(&r.arena);
    return r.failure;
}
