/* The difference as people read it in a terminal. */
#include <math.h>
#include <string.h>

#include "report/diff_file.h"
#include "report/json_build.h"
#include "report/word_rows.h"

enum { LISTED_MAX = 20, INPUTS_MAX = 40, CHANGE_MAX = 160 };

static size_t length_of(struct json_object *list) {
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

static double before_of(struct json_object *map, const char *key) {
    return json_member_number(json_member(map, key), "before");
}
static double after_of(struct json_object *map, const char *key) {
    return json_member_number(json_member(map, key), "after");
}

static void print_run(const char *which, struct json_object *run, struct text *out) {
    text_print(out, "%-6s %s: %s (lodescan %s, %s)\n", which, json_member_text(run, "folder"), json_member_text(run, "title"),
               json_member_text(run, "tool_version"), json_member_text(run, "started"));
}

/* Cut at a character's beginning; values may be whole tables. */
static void print_cut(const char *words, struct text *out) {
    size_t length = strlen(words);
    if (length > CHANGE_MAX) {
        length = CHANGE_MAX;
        while (length && ((unsigned char)words[length] & 0xC0) == 0x80) length--;
        text_add_bytes(out, words, length);
        text_add(out, "...");
    } else {
        text_add(out, words);
    }
}

static void print_inputs(struct json_object *inputs, struct text *out) {
    size_t count = length_of(inputs);
    text_add(out, count ? "\nWhat was changed:\n" : "\nNothing that a result depends on was changed.\n");
    for (size_t i = 0; i < count && i < INPUTS_MAX; i++) {
        text_add(out, "  ");
        print_cut(json_member_text(json_object_array_get_idx(inputs, i), "words"), out);
        text_add(out, "\n");
    }
    if (count > INPUTS_MAX) text_print(out, "  and %zu more (--json lists all)\n", count - INPUTS_MAX);
}

static const char *pair_words(struct json_object *map, const char *key, int decimals, struct arena *arena) {
    double before = before_of(map, key), after = after_of(map, key);
    const char *was = number_words(before, decimals, arena), *is = number_words(after, decimals, arena);
    if (!was || !is) return NULL;
    return strcmp(was, is) == 0 ? was : arena_print(arena, "%s -> %s", was, is);
}

/* Of a site that one run alone lists: its number there. */
static const char *listed_words(struct json_object *site, const char *key, int decimals, struct arena *arena) {
    const char *move = json_member_text(site, "move");
    if (strcmp(move, "entered") == 0) return number_words(after_of(site, key), decimals, arena);
    return strcmp(move, "left") == 0 ? number_words(before_of(site, key), decimals, arena) : pair_words(site, key, decimals, arena);
}

static const char *or_dash(const char *words) {
    return words && words[0] ? words : "-";
}

static void print_surface(struct json_object *surface, struct arena *arena, struct text *out) {
    struct json_object *top = json_member(surface, "top_percent");
    double share = json_member_number(top, "kept_share");
    text_print(out, "  scored %s km2, excluded %s km2", or_dash(pair_words(surface, "scored_km2", 1, arena)),
               or_dash(pair_words(surface, "excluded_km2", 1, arena)));
    text_print(out, " (newly %s, no longer %s)\n", or_dash(number_words(json_member_number(surface, "newly_excluded_km2"), 1, arena)),
               or_dash(number_words(json_member_number(surface, "no_longer_excluded_km2"), 1, arena)));
    if (!(json_member_number(surface, "scored_in_both_km2") > 0)) {
        text_add(out, "  no cell is scored in both\n");
        return;
    }
    if (json_member_number(surface, "higher_km2") + json_member_number(surface, "lower_km2") == 0) {
        text_add(out, "  where cells are scored in both, all scores are as they were\n");
        return;
    }
    text_print(out, "  scores rose on %s km2 (by up to %s) and fell on %s km2 (by up to %s); ",
               or_dash(number_words(json_member_number(surface, "higher_km2"), 1, arena)),
               or_dash(number_words(fmax(0, json_member_number(surface, "largest_rise")), 4, arena)),
               or_dash(number_words(json_member_number(surface, "lower_km2"), 1, arena)),
               or_dash(number_words(fmax(0, -json_member_number(surface, "largest_fall")), 4, arena)));
    text_print(out, "mean change %s, correlation %s\n", or_dash(number_words(json_member_number(surface, "mean_difference"), 4, arena)),
               or_dash(number_words(json_member_number(surface, "correlation"), 4, arena)));
    text_print(out, "  of the best hundredth of the cells before, %s %% still is among the best\n", or_dash(number_words(100 * share, 1, arena)));
}

static void print_rules(struct json_object *rules, struct arena *arena, struct text *out) {
    for (size_t i = 0; i < length_of(rules); i++) {
        struct json_object *rule = json_object_array_get_idx(rules, i);
        double change = after_of(rule, "excluded_km2") - before_of(rule, "excluded_km2");
        if (!(fabs(change) > 0)) continue;
        text_print(out, "  rule '%s' excludes %s km2 %s: %s (%s)\n", json_member_text(rule, "rule"), or_dash(number_words(fabs(change), 1, arena)),
                   change > 0 ? "more" : "less", or_dash(pair_words(rule, "excluded_km2", 1, arena)), json_member_text(rule, "reason"));
    }
}

static const char *rank_words(struct json_object *site, const char *side, struct arena *arena) {
    double rank = json_member_number(json_member(site, "rank"), side);
    return isnan(rank) ? json_member_text(json_member(site, "status"), side) : number_words(rank, 0, arena);
}

static const char *site_words(struct json_object *site, struct arena *arena) {
    const char *id = json_member_text(json_member(site, "site_id"), "after"), *name = json_member_text(site, "name");
    if (!id[0]) id = json_member_text(json_member(site, "site_id"), "before");
    return name[0] ? name : arena_print(arena, "%s", id);
}

static const char *was_is(struct json_object *site, struct arena *arena) {
    const char *move = json_member_text(site, "move"), *was = rank_words(site, "before", arena), *is = rank_words(site, "after", arena);
    if (strcmp(move, "entered") == 0) return arena_print(arena, "new -> %s", or_dash(is));
    if (strcmp(move, "left") == 0) return arena_print(arena, "%s -> gone", or_dash(was));
    return strcmp(or_dash(was), or_dash(is)) == 0 ? was : arena_print(arena, "%s -> %s", or_dash(was), or_dash(is));
}

/* The reasons are longer than a column: they stand below their site. */
static void print_site(struct json_object *site, struct arena *arena, struct text *out) {
    const char *months = listed_words(site, "permit_months", 1, arena);
    text_print(out, "  %-16s ", or_dash(was_is(site, arena)));
    word_print(or_dash(site_words(site, arena)), out);
    text_print(out, " (%s, %s), score %s", or_dash(number_words(json_member_number(site, "lon"), 4, arena)),
               or_dash(number_words(json_member_number(site, "lat"), 4, arena)), or_dash(listed_words(site, "score", 4, arena)));
    if (months && strcmp(months, "-") != 0) text_print(out, ", permit %s months", months);
    if (json_member_number(site, "apart_m") > 0)
        text_print(out, ", %s m apart", or_dash(number_words(json_member_number(site, "apart_m"), 0, arena)));
    text_add(out, "\n");
    if (json_member_text(site, "why")[0]) text_print(out, "                   %s\n", json_member_text(site, "why"));
}

/* Its rank alone is another one, because of others. */
static bool only_ranked(struct json_object *site) {
    struct json_object *reasons = json_member(site, "reasons");
    return length_of(reasons) == 1 && strcmp(json_member_text(json_object_array_get_idx(reasons, 0), "kind"), "rank") == 0;
}

static void print_sites(struct json_object *found, struct arena *arena, struct text *out) {
    struct json_object *sites = json_member(found, "sites"), *top = json_member(found, "top");
    size_t moved = 0, ranked = 0;
    text_print(out, "  sites: %.0f entered, %.0f left, %.0f moved, %.0f as they were; of the %.0f best, %.0f kept\n",
               json_member_number(found, "entered"), json_member_number(found, "left"), json_member_number(found, "moved"),
               json_member_number(found, "same"), json_member_number(top, "of"), json_member_number(top, "kept"));
    for (size_t i = 0; i < length_of(sites); i++) {
        struct json_object *site = json_object_array_get_idx(sites, i);
        if (strcmp(json_member_text(site, "move"), "same") == 0) continue;
        if (only_ranked(site))
            ranked++;
        else if (moved++ < LISTED_MAX)
            print_site(site, arena, out);
    }
    if (ranked) text_print(out, "  %zu more score as they did and changed their rank alone, as others moved\n", ranked);
    if (moved > LISTED_MAX) text_print(out, "  and %zu more (diff.csv of -o, and --json, list all)\n", moved - LISTED_MAX);
}

static void print_target(struct json_object *target, struct text *out) {
    struct arena arena = {0};
    const char *only = json_member_text(target, "only");
    text_print(out, "\n%s:", json_member_text(target, "name"));
    if (only[0]) {
        text_print(out, " only the run %s has this target\n", only);
        return;
    }
    text_add(out, "\n");
    if (json_member(target, "surface")) print_surface(json_member(target, "surface"), &arena, out);
    print_rules(json_member(target, "rules"), &arena, out);
    print_sites(json_member(target, "sites"), &arena, out);
    arena_free(&arena);
}

void diff_print(struct json_object *tree, struct text *out) {
    struct json_object *targets = json_member(tree, "targets");
    print_run("before", json_member(tree, "before"), out);
    print_run("after", json_member(tree, "after"), out);
    print_inputs(json_member(tree, "inputs"), out);
    if (json_member_text(tree, "grids")[0]) text_print(out, "\nSurfaces are not compared: %s.\n", json_member_text(tree, "grids"));
    for (size_t i = 0; i < length_of(targets); i++) print_target(json_object_array_get_idx(targets, i), out);
}
