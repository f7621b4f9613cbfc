/* Finds one site in a run's sites.geojson and tells its record as people read it. */
#include "report/explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/json_build.h"
#include "report/overlay_words.h"
#include "report/run_file.h"
#include "report/word_rows.h"

enum { LISTED_MAX = 8 };

/* Ways of naming a site, the surest first. */
enum match { MATCH_ID, MATCH_RANK, MATCH_NAME, MATCH_PART, MATCHES };

static struct json_object *properties_at(struct json_object *features, size_t index) {
    return json_member(json_object_array_get_idx(features, index), "properties");
}

static const char *rank_words(struct json_object *site, struct arena *arena) {
    double rank = json_member_number(site, "rank");
    const char *target = json_member_text(site, "target");
    return isnan(rank) ? arena_print(arena, "%s, %s", target, json_member_text(site, "status")) : arena_print(arena, "%s:%.0f", target, rank);
}

static bool matches(struct json_object *site, const char *wanted, enum match how, struct arena *arena) {
    const char *name = json_member_text(site, "name"), *ranked;
    switch (how) {
    case MATCH_ID:
        return strcmp(json_member_text(site, "site_id"), wanted) == 0;
    case MATCH_RANK:
        ranked = rank_words(site, arena);
        return ranked && strchr(wanted, ':') && strcmp(ranked, wanted) == 0;
    case MATCH_NAME:
        return strcasecmp(name, wanted) == 0;
    default:
        return strcasestr(name, wanted) != NULL;
    }
}

static void list_site(struct json_object *site, struct arena *arena, struct text *into) {
    const char *ranked = rank_words(site, arena);
    text_print(into, "\n  %s  %s  %s", json_member_text(site, "site_id"), ranked ? ranked : "", json_member_text(site, "name"));
}

static status ambiguous(struct json_object *features, const char *wanted, enum match how, struct arena *arena) {
    struct text list = {0};
    size_t found = 0, count = json_object_array_length(features);
    for (size_t i = 0; i < count; i++) {
        struct json_object *site = properties_at(features, i);
        if (matches(site, wanted, how, arena) && found++ < LISTED_MAX) list_site(site, arena, &list);
    }
    status failure = list.failed ? status_no_memory()
                                 : status_fail(LODE_USAGE, "'%s' fits %zu sites: give an id or target:rank of one of them%s%s", wanted, found,
                                               list.bytes, found > LISTED_MAX ? "\n  ..." : "");
    text_free(&list);
    return failure;
}

/* The names and ids nearest to what was asked; without any, the first ones, so that the reader sees what an id looks like. */
static status unknown(struct json_object *features, const char *wanted, struct arena *arena) {
    size_t count = json_object_array_length(features), listed = 0;
    const char **words = arena_alloc(arena, 3 * count + 1, sizeof *words);
    struct text list = {0};
    if (!words) return status_no_memory();
    for (size_t i = 0; i < count; i++) {
        struct json_object *site = properties_at(features, i);
        words[3 * i] = json_member_text(site, "name");
        words[3 * i + 1] = json_member_text(site, "site_id");
        words[3 * i + 2] = rank_words(site, arena);
        if (*words[3 * i] == '\0') words[3 * i] = NULL;
    }
    for (const char *near; listed < 3 && (near = text_nearest(wanted, words, 3 * count)); listed++) {
        size_t at = 0;
        while (words[at] != near) at++;
        list_site(properties_at(features, at / 3), arena, &list);
        for (size_t i = at / 3 * 3; i < at / 3 * 3 + 3; i++) words[i] = NULL;
    }
    bool any = listed > 0;
    for (size_t i = 0; !any && i < count && i < 3; i++) list_site(properties_at(features, i), arena, &list);
    text_add(&list, "");
    status failure = list.failed ? status_no_memory()
                                 : status_fail(LODE_USAGE, "no site is called '%s' among the %zu of this run; %s:%s", wanted, count,
                                               any ? "near ones" : "they look like this", list.bytes);
    text_free(&list);
    return failure;
}

static status find_site(struct json_object *features, const char *wanted, struct arena *arena, struct json_object **site) {
    size_t count = json_object_array_length(features);
    for (enum match how = MATCH_ID; how < MATCHES && *wanted; how++) {
        size_t found = 0;
        for (size_t i = 0; i < count; i++) {
            if (!matches(properties_at(features, i), wanted, how, arena)) continue;
            *site = properties_at(features, i);
            found++;
        }
        if (found == 1) return NULL;
        if (found > 1) return ambiguous(features, wanted, how, arena);
    }
    return unknown(features, wanted, arena);
}

static const char *number_at(struct json_object *map, const char *key, int decimals, struct arena *arena) {
    return number_words(json_member_number(map, key), decimals, arena);
}

static const char *text_or_null(struct json_object *map, const char *key) {
    const char *words = json_member_text(map, key);
    return *words ? words : NULL;
}

static void print_head(struct json_object *site, struct arena *arena, struct text *out) {
    const char *name = text_or_null(site, "name"), *ranked = rank_words(site, arena), *target = json_member_text(site, "target");
    text_print(out, "%s (%s, id %s)\n", name ? name : target, ranked ? ranked : "", json_member_text(site, "site_id"));
    text_print(out, "%s at longitude %s, latitude %s\n", json_member_text(site, "mode"), number_at(site, "lon", 6, arena),
               number_at(site, "lat", 6, arena));
    double snapped = json_member_number(site, "snapped_m"), uncertainty = json_member_number(site, "coord_unc_km");
    if (snapped > 0) text_print(out, "scored at the cell centre %s m away\n", number_words(snapped, 0, arena));
    if (uncertainty > 0) text_print(out, "its place is known to %s km\n", number_words(uncertainty, 2, arena));
    text_print(out, "%s\n\n", basis_sentence(json_member_text(site, "ranking_basis")));
}

static void print_score(struct json_object *site, struct arena *arena, struct text *out) {
    const char *status_words = json_member_text(site, "status"), *reasons = text_or_null(site, "exclusion_reasons");
    double coverage = 100 * json_member_number(site, "evidence_coverage");
    const char *nodata = text_or_null(site, "nodata_layers"), *penalties = text_or_null(site, "penalties"), *freed = text_or_null(site, "freed_by");
    if (strcmp(status_words, "ranked") == 0)
        text_print(out, "Score %s; %s percent of the scored cells score less.\n", number_at(site, "score", 4, arena),
                   number_at(site, "percentile", 2, arena));
    else
        text_print(out, "Not ranked: %s.\n", status_words);
    if (isfinite(json_member_number(site, "score_sd")))
        text_print(out, "The model knows that score to a standard deviation of %s.\n", number_at(site, "score_sd", 4, arena));
    if (strcmp(status_words, "excluded") == 0) {
        text_print(out, "Excluded because: %s\n", reasons ? reasons : "-");
        text_print(out, "Without that it would score %s.\n", number_at(site, "score", 4, arena));
    }
    if (penalties)
        text_print(out, "Penalties: %s. Without them it would score %s.\n", penalties, number_at(site, "score_without_penalties", 4, arena));
    if (freed) text_print(out, "Freed of an exclusion: %s\n", freed);
    if (isfinite(coverage)) text_print(out, "%s percent of the weight has data here.\n", number_words(coverage, 0, arena));
    if (nodata) text_print(out, "No data here: %s\n", nodata);
    text_add(out, "\n");
}

/* Whether a criterion that is scored here has a part of the score, or none is there to have one. */
static bool adds_up(struct json_object *criteria) {
    size_t count = json_object_is_type(criteria, json_type_array) ? json_object_array_length(criteria) : 0, scored = 0, parts = 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *c = json_object_array_get_idx(criteria, i);
        if (isfinite(json_member_number(c, "weight")) && isfinite(json_member_number(c, "membership"))) scored++;
        if (isfinite(json_member_number(c, "contribution"))) parts++;
    }
    return parts || !scored;
}

static void print_criteria(struct json_object *site, struct arena *arena, struct text *out) {
    struct json_object *criteria = json_member(site, "criteria");
    struct word_rows rows = {.columns = 8, .right = 1u << 2 | 1u << 4 | 1u << 5 | 1u << 6};
    word_rows_add(&rows, (const char *const[]){"criterion", "role", "value", "unit", "membership", "weight", "contribution", "nearest"});
    size_t count = json_object_is_type(criteria, json_type_array) ? json_object_array_length(criteria) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *c = json_object_array_get_idx(criteria, i);
        word_rows_add(&rows,
                      (const char *const[]){json_member_text(c, "label"), json_member_text(c, "role"), number_at(c, "value", 3, arena),
                                            json_member_text(c, "unit"), number_at(c, "membership", 4, arena), number_at(c, "weight", 4, arena),
                                            number_at(c, "contribution", 4, arena), text_or_null(c, "nearest")});
    }
    word_rows_print(&rows, 2, out);
    word_rows_free(&rows);
    if (!adds_up(criteria)) text_add(out, "  The score is no sum of parts, so criteria have no contributions.\n");
}

/* A column heading does not say that a length is not one on the ground. */
static void print_costs(struct json_object *site, struct text *out) {
    struct json_object *criteria = json_member(site, "criteria");
    const bool outside = strcmp(json_member_text(site, "status"), "outside") == 0; /* maybe of the grid: nothing is known there */
    size_t count = json_object_is_type(criteria, json_type_array) ? json_object_array_length(criteria) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *c = json_object_array_get_idx(criteria, i);
        if (strcmp(json_member_text(c, "operation"), "cost_distance_to") == 0)
            text_print(out, "  %s: cost distance to %s, in lengths of easy way%s\n", json_member_text(c, "label"), json_member_text(c, "layer"),
                       !outside && !json_member(c, "value") ? "; no way leads there" : "");
    }
}

static void print_sources(struct json_object *site, struct arena *arena, struct text *out) {
    struct json_object *sources = json_member(site, "sources");
    size_t count = json_object_is_type(sources, json_type_array) ? json_object_array_length(sources) : 0;
    if (!count) return;
    struct word_rows rows = {.columns = 5, .right = 1u << 2 | 1u << 3 | 1u << 4};
    word_rows_add(&rows, (const char *const[]){"source", "label", "lon", "lat", "uncertain km"});
    for (size_t i = 0; i < count; i++) {
        struct json_object *s = json_object_array_get_idx(sources, i);
        word_rows_add(&rows, (const char *const[]){json_member_text(s, "layer"), text_or_null(s, "label"), number_at(s, "lon", 6, arena),
                                                   number_at(s, "lat", 6, arena), number_at(s, "uncertainty_km", 2, arena)});
    }
    text_add(out, "\n");
    word_rows_print(&rows, 2, out);
    word_rows_free(&rows);
}

/* How the weights came about, as the run told. */
static void print_score_words(struct json_object *run, const char *target, struct text *out) {
    struct json_object *targets = json_member(run, "targets");
    size_t count = json_object_is_type(targets, json_type_array) ? json_object_array_length(targets) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *map = json_object_array_get_idx(targets, i), *lines = json_member(map, "score_words");
        bool asked = strcmp(json_member_text(map, "name"), target) == 0 && json_object_is_type(lines, json_type_array);
        for (size_t j = 0; asked && j < json_object_array_length(lines); j++)
            text_print(out, "  %s\n", json_object_get_string(json_object_array_get_idx(lines, j)));
    }
}

/* The model of the site's target in the run's manifest; NULL: its score is no model's. */
static struct json_object *model_of(struct json_object *run, struct json_object *site) {
    struct json_object *targets = json_member(run, "targets");
    size_t count = json_object_is_type(targets, json_type_array) ? json_object_array_length(targets) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *target = json_object_array_get_idx(targets, i);
        if (strcmp(json_member_text(target, "name"), json_member_text(site, "target")) == 0) return json_member(target, "model");
    }
    return NULL;
}

/* What the contributions are added to. */
static void print_model(struct json_object *model, struct arena *arena, struct text *out) {
    struct json_object *coefficients = model ? json_member(model, "coefficients") : NULL;
    if (!model) return;
    if (coefficients)
        text_print(
            out, "\nLearnt by logistic_regression: each contribution is coefficient times (value - mean), and they add to the logit of the score.\n");
    else if (json_member(model, "gains"))
        text_print(out, "\nLearnt by %s: with the start, %s, the contributions along the trees' paths add up to the logit of the score.\n",
                   json_member_text(model, "model"), number_at(model, "start_logit", 4, arena));
    else
        text_print(out, "\nLearnt by weights_of_evidence: with the prior's logit, %s, the contributions add up to the logit of the score.\n",
                   number_at(model, "prior_logit", 4, arena));
}

static status read_features(const char *out_dir, struct arena *arena, struct json_object **run, struct json_object **tree,
                            struct json_object **features) {
    TRY(run_file_read(out_dir, run));
    const char *path = arena_print(arena, "%s/sites.geojson", out_dir);
    if (!path) return status_no_memory();
    TRY(json_read(path, tree));
    *features = json_member(*tree, "features");
    if (!json_object_is_type(*features, json_type_array)) return status_fail(LODE_BAD_DATA, "%s: is no GeoJSON FeatureCollection", path);
    return NULL;
}

status explain_site(const char *out_dir, const char *site, bool json, char **text) {
    struct arena arena = {0};
    struct text out = {0};
    struct json_object *run = NULL, *tree = NULL, *features = NULL, *found = NULL;
    *text = NULL;
    status failure = read_features(out_dir, &arena, &run, &tree, &features);
    if (!failure) failure = status_wrap(find_site(features, site, &arena, &found), "%s", out_dir);
    if (!failure && json) {
        text_print(&out, "%s\n", json_object_to_json_string_ext(found, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    } else if (!failure) {
        print_head(found, &arena, &out);
        print_score(found, &arena, &out);
        print_criteria(found, &arena, &out);
        print_score_words(run, json_member_text(found, "target"), &out);
        print_costs(found, &out);
        print_model(model_of(run, found), &arena, &out);
        print_sources(found, &arena, &out);
    }
    if (!failure) {
        *text = text_take(&out);
        if (!*text) failure = status_no_memory();
    }
    text_free(&out);
    json_object_put(run);
    json_object_put(tree);
    arena_free(&arena);
    return failure;
}
