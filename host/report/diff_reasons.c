/* Why a site moved, out of what the two runs wrote of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/overlay.h"
#include "geo/bits_file.h"
#include "report/diff_inputs.h"
#include "report/diff_sites.h"
#include "report/json_build.h"
#include "report/reason_list.h"
#include "report/word_rows.h"

static const double ROUNDED_SCORE = 2e-5; /* a surface in a file has 16 significant bits */

struct reasons {
    const struct diff_target *target;
    const struct diff_pair *pair;
    struct reason_list list;
};

static const char *number(struct reasons *r, double value, int decimals) {
    const char *words = number_words(value, decimals, &r->list.arena);
    return words ? words : "";
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
    if (r->list.failure || !r->target->rules[run] || !cell_in(r, run, &col, &row)) return false;
    r->list.failure = bits_file_holds(r->target->rules[run], rule, col, row, &is);
    return is;
}

static void add_rules(struct reasons *r) {
    for (int run = 0; run < DIFF_RUNS; run++) {
        struct json_object *rules = json_member(r->target->run[run], "rules"), *others = json_member(r->target->run[!run], "rules");
        size_t count = json_object_is_type(rules, json_type_array) ? json_object_array_length(rules) : 0;
        for (size_t i = 0; i < count && !r->list.failure; i++) {
            struct json_object *rule = json_object_array_get_idx(rules, i);
            const char *name = json_member_text(rule, "name");
            if (run == DIFF_BEFORE && diff_named(others, "name", name)) continue; /* told when it is met in the other run */
            bool was = holds(r, DIFF_BEFORE, name), is = holds(r, DIFF_AFTER, name);
            if (was != is)
                reason_add_rule(&r->list, name, is, json_member_text(rule, "reason"), json_member_text(rule, "citation"),
                                json_member_number(rule, "factor"));
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
        reason_add(&r->list, "score", NULL, NAN, 0,
                   arena_print(&r->list.arena, "its place scores as before; %s", run == DIFF_BEFORE ? "others made way" : "others took its place"));
    else if (state == CELL_SCORED)
        reason_add(&r->list, "score", NULL, NAN, 0,
                   arena_print(&r->list.arena, "its place scored %s before and scores %s now", number(r, run == DIFF_BEFORE ? score : listed, 4),
                               number(r, run == DIFF_BEFORE ? listed : score, 4)));
    else
        reason_add(&r->list, "state", NULL, NAN, 0,
                   arena_print(&r->list.arena, "its place %s %s", when, state < DIFF_STATES ? states[state] : "unknown"));
}

static void read_side(struct json_object *criterion, int run, struct term_sides *term) {
    term->value[run] = json_member_number(criterion, "value");
    term->membership[run] = json_member_number(criterion, "membership");
    term->weight[run] = json_member_number(criterion, "weight");
    term->part[run] = json_member_number(criterion, "contribution");
}

/* Either may be NULL: the run has no such criterion. */
static struct term_sides term_of(struct reasons *r, struct json_object *was, struct json_object *is) {
    struct json_object *one = is ? is : was;
    const char *layer = json_member_text(one, "layer");
    struct term_sides term = {.name = json_member_text(one, "name"), .unit = json_member_text(one, "unit")};
    term.of_layer = layer[0] && diff_inputs_has(r->target->changes, "layer", layer);
    term.redefined = diff_inputs_has(r->target->changes, "criterion", term.name);
    term.cause = term.of_layer          ? arena_print(&r->list.arena, ", layer '%s' changed", layer)
                 : term.redefined       ? ", the criterion was changed"
                 : r->pair->apart_m > 0 ? ", the site lies elsewhere"
                                        : "";
    if (!term.cause) term.cause = "";
    read_side(was, DIFF_BEFORE, &term);
    read_side(is, DIFF_AFTER, &term);
    return term;
}

/* The score before penalties. */
static double plain_score(struct json_object *site) {
    double plain = json_member_number(site, "score_without_penalties");
    return isnan(plain) ? json_member_number(site, "score") : plain;
}

static size_t length_of(struct json_object *list) {
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static void add_terms(struct reasons *r) {
    struct json_object *was = json_member(before(r), "criteria"), *is = json_member(after(r), "criteria");
    struct term_sides *terms = arena_alloc(&r->list.arena, length_of(was) + length_of(is) + 1, sizeof *terms);
    const double plain[DIFF_RUNS] = {plain_score(before(r)), plain_score(after(r))};
    size_t count = 0;
    for (size_t i = 0; terms && i < length_of(was); i++) {
        struct json_object *own = json_object_array_get_idx(was, i);
        terms[count++] = term_of(r, own, diff_named(is, "name", json_member_text(own, "name")));
    }
    for (size_t i = 0; terms && i < length_of(is); i++) {
        struct json_object *own = json_object_array_get_idx(is, i);
        if (!diff_named(was, "name", json_member_text(own, "name"))) terms[count++] = term_of(r, NULL, own);
    }
    if (terms)
        reason_add_terms(&r->list, terms, count, plain);
    else if (!r->list.failure)
        r->list.failure = status_no_memory();
}

static void add_penalties(struct reasons *r) {
    reason_add_penalties(&r->list, json_member_number(before(r), "score") - plain_score(before(r)),
                         json_member_number(after(r), "score") - plain_score(after(r)));
}

static void add_words(struct reasons *r, const char *key, const char *what) {
    const char *was = json_member_text(before(r), key), *is = json_member_text(after(r), key);
    if (strcmp(was, is) != 0)
        reason_add(&r->list, "permit", NULL, NAN, 0, arena_print(&r->list.arena, "%s: %s -> %s", what, was[0] ? was : "none", is[0] ? is : "none"));
}

static void add_permit(struct reasons *r) {
    double was = diff_months(before(r)), is = diff_months(after(r));
    if (was == is || (isnan(was) && isnan(is))) return;
    bool faster =
        !isnan(json_member_number(after(r), "permit_p50_what_if_months")) || !isnan(json_member_number(before(r), "permit_p50_what_if_months"));
    const char *cause = diff_inputs_has(r->target->changes, "permit stage", NULL) && faster ? ", as other stages are accelerated"
                        : diff_inputs_has(r->target->changes, "permits", NULL)              ? " by other tables"
                                                                                            : "";
    reason_add_months(&r->list, was, is, cause);
    add_words(r, "permit_route", "permit route");
    add_words(r, "permit_jurisdiction", "jurisdiction");
    add_words(r, "land_status", "land status");
    add_words(r, "critical_stage", "longest stage");
}

static void add_rank(struct reasons *r) {
    double was = json_member_number(before(r), "rank"), is = json_member_number(after(r), "rank");
    if (r->list.count || isnan(was) || isnan(is) || was == is) return;
    reason_add(&r->list, "rank", NULL, NAN, 0,
               arena_print(&r->list.arena, "its score is as it was; others %s", is > was ? "passed it" : "fell back"));
}

static struct json_object *as_json(struct reasons *r, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t i = 0; i < r->list.count; i++) {
        struct json_object *map = json_map(build);
        json_put_text(build, map, "kind", r->list.items[i].kind);
        json_put_text(build, map, "name", r->list.items[i].name);
        json_put_number(build, map, "delta", r->list.items[i].delta);
        json_put_text(build, map, "words", r->list.items[i].words);
        json_append(build, list, map);
    }
    return list;
}

status diff_reasons(const struct diff_target *target, const struct diff_pair *pair, struct json_build *build, struct json_object *map) {
    struct reasons r = {.target = target, .pair = pair};
    add_rules(&r);
    if (before(&r) && after(&r)) {
        add_terms(&r);
        add_penalties(&r);
        add_permit(&r);
        add_rank(&r);
    } else {
        add_surface(&r);
    }
    reason_list_sort(&r.list);
    const char *line = r.list.failure ? NULL : reason_list_line(&r.list, &r.list.arena);
    if (!r.list.failure && !line) r.list.failure = status_no_memory();
    if (!r.list.failure) {
        json_put_text(build, map, "why", line);
        json_put(build, map, "reasons", as_json(&r, build));
    }
    reason_list_free(&r.list);
    return r.list.failure;
}
