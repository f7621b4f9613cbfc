/* Tables in the order of the variant's list, then what only the base has. */
#include "report/variant_table.h"

#include <math.h>

#include "report/csv_text.h"
#include "report/site_table.h"
#include "report/variant_compare.h"
#include "report/variant_words.h"
#include "report/word_rows.h"

enum { SHOWN_CHANGES = 6 };

static int rank_of(const struct site *site) {
    return site ? site->rank : 0;
}

static void csv_rank(struct text *out, const struct site *site) {
    if (rank_of(site)) text_print(out, "%d", site->rank);
    text_add(out, ",");
}

static void add_pair(const struct comparison *comparison, const struct pair *pair, struct arena *arena, struct text *out) {
    const struct site *any = pair->other ? pair->other : pair->base;
    text_print(out, "%s,%s,%s,", comparison->variant->wish->name, comparison->result->scenario->targets[comparison->target].name, any->id);
    csv_word(out, any->name);
    csv_number(out, any->lon);
    csv_number(out, any->lat);
    csv_word(out, change_names[variant_change(pair)]);
    csv_word(out, pair->base ? site_table_status(pair->base->state) : NULL);
    csv_word(out, pair->other ? site_table_status(pair->other->state) : NULL);
    csv_rank(out, pair->base);
    csv_rank(out, pair->other);
    csv_number(out, pair->base ? pair->base->score : (double)NAN);
    csv_number(out, pair->other ? pair->other->score : (double)NAN);
    csv_number(out, variant_months(comparison, &comparison->base, pair->base));
    csv_number(out, variant_months(comparison, &comparison->other, pair->other));
    csv_word(out, variant_answer(&comparison->base, pair->base));
    csv_word(out, variant_answer(&comparison->other, pair->other));
    csv_word(out, variant_why(comparison, pair, arena));
    csv_end(out);
}

status variant_table_csv(const struct result *result, const char *path) {
    struct arena arena = {0};
    struct text out = {0};
    status failure = NULL;
    text_add(&out, "variant,target,site_id,name,lon,lat,change,base_status,status,base_rank,rank,base_score,score,base_permit_p50_months,"
                   "permit_p50_months,base_shortlist,shortlist,why\n");
    for (size_t v = 0; v < result->scenario->n_variants; v++)
        for (size_t t = 0; !failure && t < result->scenario->n_targets; t++) {
            struct comparison comparison;
            failure = variant_compare(result, v, t, &arena, &comparison);
            for (size_t i = 0; !failure && i < comparison.count; i++) add_pair(&comparison, &comparison.pairs[i], &arena, &out);
        }
    status unwritten = csv_write(&out, path);
    arena_free(&arena);
    return status_first(failure, unwritten);
}

struct totals {
    size_t of[CHANGES], in_base, in_other; /* the latter: shortlists */
};

static struct totals count_changes(const struct comparison *comparison) {
    struct totals totals = {{0}, 0, 0};
    for (size_t i = 0; i < comparison->count; i++) totals.of[variant_change(&comparison->pairs[i])]++;
    for (size_t i = 0; comparison->base.verdicts && i < comparison->base.sites->count; i++)
        totals.in_base += comparison->base.verdicts[i].answer == SHORTLIST_IN;
    for (size_t i = 0; comparison->other.verdicts && i < comparison->other.sites->count; i++)
        totals.in_other += comparison->other.verdicts[i].answer == SHORTLIST_IN;
    return totals;
}

static void put_rank(struct json_build *build, struct json_object *map, const char *key, const struct site *site) {
    if (rank_of(site)) json_put_integer(build, map, key, site->rank);
}

static struct json_object *change_map(const struct comparison *comparison, const struct pair *pair, struct json_build *build, struct arena *arena) {
    const struct site *any = pair->other ? pair->other : pair->base;
    struct json_object *map = json_map(build);
    json_put_text(build, map, "site_id", any->id);
    json_put_text(build, map, "name", any->name);
    json_put_text(build, map, "change", change_names[variant_change(pair)]);
    put_rank(build, map, "base_rank", pair->base);
    put_rank(build, map, "rank", pair->other);
    json_put_number(build, map, "base_score", pair->base ? pair->base->score : (double)NAN);
    json_put_number(build, map, "score", pair->other ? pair->other->score : (double)NAN);
    if (comparison->base.permits) {
        json_put_number(build, map, "base_permit_p50_months", variant_months(comparison, &comparison->base, pair->base));
        json_put_number(build, map, "permit_p50_months", variant_months(comparison, &comparison->other, pair->other));
    }
    json_put_text(build, map, "why", variant_why(comparison, pair, arena));
    return map;
}

static void put_areas(const struct comparison *comparison, struct json_build *build, struct json_object *map) {
    const double *base = comparison->result->targets[comparison->target].area_km2;
    const struct variant_areas *now = &comparison->variant->areas[comparison->target];
    json_put_number(build, map, "base_scored_km2", base[CELL_SCORED]);
    json_put_number(build, map, "scored_km2", now->km2[CELL_SCORED]);
    json_put_number(build, map, "base_excluded_km2", base[CELL_EXCLUDED]);
    json_put_number(build, map, "excluded_km2", now->km2[CELL_EXCLUDED]);
    json_put_number(build, map, "gained_km2", now->gained_km2);
    json_put_number(build, map, "lost_km2", now->lost_km2);
}

static struct json_object *comparison_map(const struct comparison *comparison, struct json_build *build, struct arena *arena) {
    struct totals totals = count_changes(comparison);
    struct json_object *map = json_map(build), *changes = json_list(build);
    json_put_text(build, map, "target", comparison->result->scenario->targets[comparison->target].name);
    for (int c = 0; c < CHANGE_NONE; c++) json_put_integer(build, map, change_names[c], (int64_t)totals.of[c]);
    put_areas(comparison, build, map);
    if (comparison->base.verdicts) {
        json_put_integer(build, map, "base_shortlisted", (int64_t)totals.in_base);
        json_put_integer(build, map, "shortlisted", (int64_t)totals.in_other);
    }
    for (size_t i = 0; i < comparison->count && !build->failed; i++)
        if (variant_change(&comparison->pairs[i]) != CHANGE_NONE)
            json_append(build, changes, change_map(comparison, &comparison->pairs[i], build, arena));
    json_put(build, map, "changes", changes);
    return map;
}

static struct json_object *variant_map(const struct result *result, size_t v, struct json_build *build) {
    struct arena arena = {0};
    struct json_object *map = json_map(build), *targets = json_list(build);
    json_put_text(build, map, "name", result->variants[v].wish->name);
    variant_words_json(result, v, build, map);
    for (size_t t = 0; t < result->scenario->n_targets && !build->failed; t++) {
        struct comparison comparison;
        status failure = variant_compare(result, v, t, &arena, &comparison);
        build->failed |= failure != NULL;
        lode_error_free(failure);
        if (!build->failed) json_append(build, targets, comparison_map(&comparison, build, &arena));
    }
    json_put(build, map, "targets", targets);
    arena_free(&arena);
    return map;
}

struct json_object *variant_table_json(const struct result *result, struct json_build *build) {
    struct json_object *list = json_list(build);
    for (size_t v = 0; v < result->scenario->n_variants && !build->failed; v++) json_append(build, list, variant_map(result, v, build));
    return list;
}

static void print_change(const struct comparison *comparison, const struct pair *pair, struct arena *arena, struct text *out) {
    const struct site *any = pair->other ? pair->other : pair->base;
    enum change change = variant_change(pair);
    const char *reason = variant_why(comparison, pair, arena);
    text_print(out, "    %s ", change_names[change]);
    if (rank_of(pair->base)) text_print(out, "%d ", pair->base->rank);
    if (rank_of(pair->base) && rank_of(pair->other)) text_add(out, "-> ");
    if (rank_of(pair->other)) text_print(out, "%d ", pair->other->rank);
    word_print(any->name && *any->name ? any->name : any->id, out);
    text_print(out, " (%s): %s\n", number_words(any->score, 4, arena), reason ? reason : "");
}

/* Those that enter or leave, then those that move farthest: in the order of the kinds, each in that of the list. */
static void print_changes(const struct comparison *comparison, struct arena *arena, struct text *out) {
    size_t shown = 0, all = 0;
    for (enum change c = CHANGE_ENTERS; c < CHANGE_NONE; c++)
        for (size_t i = 0; i < comparison->count; i++) {
            if (variant_change(&comparison->pairs[i]) != c) continue;
            if (all++ >= SHOWN_CHANGES) continue;
            print_change(comparison, &comparison->pairs[i], arena, out);
            shown++;
        }
    if (all > shown) text_print(out, "    and %zu more, see variants.csv\n", all - shown);
}

static void print_comparison(const struct comparison *comparison, struct arena *arena, struct text *out) {
    struct totals totals = count_changes(comparison);
    text_print(out, "  %s: %zu enter, %zu leave, %zu up, %zu down", comparison->result->scenario->targets[comparison->target].name,
               totals.of[CHANGE_ENTERS], totals.of[CHANGE_LEAVES], totals.of[CHANGE_UP], totals.of[CHANGE_DOWN]);
    if (comparison->base.verdicts) text_print(out, "; shortlisted %zu instead of %zu", totals.in_other, totals.in_base);
    const struct variant_areas *areas = &comparison->variant->areas[comparison->target];
    if (areas->gained_km2 > 0) text_print(out, "; %s km2 more are scored", number_words(areas->gained_km2, 1, arena));
    if (areas->lost_km2 > 0) text_print(out, "; %s km2 no longer", number_words(areas->lost_km2, 1, arena));
    text_add(out, "\n");
    print_changes(comparison, arena, out);
}

void variant_table_print(const struct result *result, struct arena *arena, struct text *out) {
    for (size_t v = 0; v < result->scenario->n_variants; v++) {
        text_print(out, "variant '%s' (", result->variants[v].wish->name);
        variant_words_print(result, result->variants[v].wish, arena, out);
        text_add(out, "):\n");
        for (size_t t = 0; t < result->scenario->n_targets; t++) {
            struct comparison comparison;
            status failure = variant_compare(result, v, t, arena, &comparison);
            out->failed |= failure != NULL;
            lode_error_free(failure);
            if (!out->failed) print_comparison(&comparison, arena, out);
        }
        text_add(out, "\n");
    }
}
