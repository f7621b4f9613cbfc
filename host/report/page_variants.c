/* Of a site of the base only what may be another is told again; its terms where a value or a membership is. */
#include "report/page_variants.h"

#include <math.h>

#include "report/page_data.h"
#include "report/site_table.h"
#include "report/variant_compare.h"
#include "report/variant_words.h"

static bool same_number(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static bool same_terms(const struct scenario *scenario, const struct site *a, const struct site *b) {
    for (size_t c = 0; c < scenario->n_criteria; c++)
        if (!same_number(a->terms[c].raw, b->terms[c].raw) || !same_number(a->terms[c].membership, b->terms[c].membership) ||
            !same_number(a->terms[c].weight, b->terms[c].weight))
            return false;
    return true;
}

/* A place that is no site any more has its score, its rules and no terms but those of the base. */
static struct json_object *place_map(const struct comparison *comparison, const struct site *site, const struct variant_cell *at,
                                     struct json_build *build) {
    struct site place = *site;
    struct json_object *map = json_map(build);
    place.rules = at->rules;
    json_put(build, map, "gone", json_object_new_boolean(true));
    json_put_text(build, map, "status", site_table_status(at->state));
    json_put_number(build, map, "score", at->state == CELL_OUTSIDE ? (double)NAN : at->score);
    json_put(build, map, "rules", page_site_rules(&comparison->then, comparison->target, &place, build));
    return map;
}

static struct json_object *twin_map(const struct comparison *comparison, const struct site *site, const struct site *twin, struct json_build *build) {
    struct json_object *map = json_map(build);
    json_put_text(build, map, "status", site_table_status(twin->state));
    json_put_number(build, map, "score", twin->score);
    json_put_number(build, map, "plain_score", twin->plain_score);
    json_put_number(build, map, "percentile", twin->percentile);
    json_put_number(build, map, "coverage", twin->coverage);
    json_put(build, map, "rules", page_site_rules(&comparison->then, comparison->target, twin, build));
    if (comparison->variant->permits) json_put_number(build, map, "months", variant_months(comparison, &comparison->other, twin));
    if (!same_terms(comparison->then.scenario, site, twin)) json_put(build, map, "terms", page_site_terms(comparison->then.scenario, twin, build));
    return map;
}

/* Its permit figures are by the classes of the run's own tables, which the variant's may not share. */
static struct json_object *new_site(const struct comparison *comparison, const struct site *site, struct json_build *build) {
    struct json_object *map = page_site(&comparison->then, comparison->target, site, build);
    if (map) json_object_object_del(map, "rank");
    if (map && comparison->variant->permits) json_object_object_del(map, "permits");
    if (comparison->variant->permits) json_put_number(build, map, "months", variant_months(comparison, &comparison->other, site));
    return map;
}

static void put_sites(const struct comparison *comparison, struct json_build *build, struct json_object *map) {
    struct json_object *sites = json_list(build), *more = json_list(build);
    const struct variant_cell *now = comparison->variant->now[comparison->target], *before = comparison->variant->before[comparison->target];
    for (size_t i = 0; i < comparison->base.sites->count && !build->failed; i++) {
        const struct site *site = &comparison->base.sites->sites[i];
        json_append(build, sites, now[i].twin ? twin_map(comparison, site, now[i].twin, build) : place_map(comparison, site, &now[i], build));
    }
    for (size_t i = 0; i < comparison->other.sites->count && !build->failed; i++)
        if (!before[i].twin) json_append(build, more, new_site(comparison, &comparison->other.sites->sites[i], build));
    json_put(build, map, "sites", sites);
    json_put(build, map, "more", more);
}

static void put_changes(const struct comparison *comparison, struct arena *arena, struct json_build *build, struct json_object *map) {
    struct json_object *changes = json_list(build);
    size_t counts[CHANGES] = {0};
    for (size_t i = 0; i < comparison->count && !build->failed; i++) {
        const struct pair *pair = &comparison->pairs[i];
        const struct site *any = pair->other ? pair->other : pair->base;
        const enum change change = variant_change(pair);
        const char *why = variant_why(comparison, pair, arena);
        counts[change]++;
        if (change == CHANGE_NONE && why && !*why) continue;
        struct json_object *one = json_map(build);
        json_put_text(build, one, "id", any->id);
        json_put_text(build, one, "change", change_names[change]);
        if (pair->base && pair->base->rank) json_put_integer(build, one, "was", pair->base->rank);
        if (pair->other && pair->other->rank) json_put_integer(build, one, "rank", pair->other->rank);
        json_put_text(build, one, "why", why);
        json_append(build, changes, one);
    }
    for (int c = 0; c < CHANGE_NONE; c++) json_put_integer(build, map, change_names[c], (int64_t)counts[c]);
    json_put(build, map, "changes", changes);
}

/* Weights and relaxed rules are all that the page's picture can follow. */
static void put_wish(const struct comparison *comparison, struct json_build *build, struct json_object *map) {
    const struct variant_wish *wish = comparison->variant->wish;
    struct json_object *weights = json_map(build), *relax = json_list(build);
    const bool moved =
        wish->as_of || wish->ordinances.asked || (comparison->variant->permits && scenario_scores_permits(comparison->result->scenario));
    for (int own = 0; own < 2; own++) /* a target's own go before those of all */
        for (size_t i = 0; i < wish->n_weights; i++) {
            const struct weight_wish *weight = &wish->weights[i];
            if (own ? weight->target == (int)comparison->target : weight->target == NO_INDEX)
                json_put_number(build, weights, comparison->result->scenario->criteria[weight->criterion].name, weight->weight);
        }
    for (uint64_t left = wish->relaxed; left; left &= left - 1) json_append(build, relax, json_object_new_int(__builtin_ctzll(left)));
    json_put(build, map, "weights", weights);
    json_put(build, map, "relax", relax);
    json_put(build, map, "painted", json_object_new_boolean(!moved));
}

static int64_t shortlisted(const struct listing *listing) {
    int64_t count = 0;
    for (size_t i = 0; i < listing->sites->count; i++) count += listing->verdicts[i].answer == SHORTLIST_IN;
    return count;
}

static struct json_object *variant_map(const struct comparison *comparison, struct arena *arena, struct json_build *build) {
    const struct variant_areas *areas = &comparison->variant->areas[comparison->target];
    struct json_object *map = json_map(build);
    struct text words = {0};
    variant_words_print(comparison->result, comparison->variant->wish, arena, &words);
    build->failed |= words.failed;
    json_put_text(build, map, "name", comparison->variant->wish->name);
    json_put_text(build, map, "words", words.bytes ? words.bytes : "");
    text_free(&words);
    put_wish(comparison, build, map);
    json_put_number(build, map, "gained_km2", areas->gained_km2);
    json_put_number(build, map, "lost_km2", areas->lost_km2);
    if (comparison->base.verdicts) {
        json_put_integer(build, map, "base_shortlisted", shortlisted(&comparison->base));
        json_put_integer(build, map, "shortlisted", shortlisted(&comparison->other));
    }
    put_changes(comparison, arena, build, map);
    put_sites(comparison, build, map);
    return map;
}

void page_variants_target(const struct result *result, size_t target, struct json_build *build, struct json_object *into) {
    struct json_object *list = json_list(build);
    struct arena arena = {0};
    for (size_t v = 0; v < result->scenario->n_variants && !build->failed; v++) {
        struct comparison comparison;
        status failure = variant_compare(result, v, target, &arena, &comparison);
        build->failed |= failure != NULL;
        lode_error_free(failure);
        if (!build->failed) json_append(build, list, variant_map(&comparison, &arena, build));
    }
    if (result->scenario->n_variants)
        json_put(build, into, "variants", list);
    else
        json_object_put(list);
    arena_free(&arena);
}
