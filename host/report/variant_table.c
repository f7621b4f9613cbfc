/* Sites of the two lists are the same where their ids are: a deposit keeps its id, a peak while it stays in its cell. */
#include "report/variant_table.h"

#include <math.h>
#include <string.h>

#include "model/rule_effect.h"
#include "report/csv_text.h"
#include "report/reason_words.h"
#include "report/shortlist_table.h"
#include "report/site_table.h"
#include "report/variant_words.h"
#include "report/word_rows.h"

enum { SHOWN_CHANGES = 6 };
enum change { CHANGE_ENTERS, CHANGE_LEAVES, CHANGE_UP, CHANGE_DOWN, CHANGE_SCORE, CHANGE_NONE, CHANGES };
static const char *const change_names[CHANGES] = {"enters", "leaves", "up", "down", "score", ""};

/* One list and what is known of it. */
struct listing {
    const struct permits *permits;
    const struct site_list *sites;
    struct shortlist_verdict *verdicts; /* NULL: the target has no shortlist */
};

/* A site of either list; NULL where a list does not have it. */
struct pair {
    const struct site *base, *other;
};

struct comparison {
    const struct result *result;
    struct result then; /* the run as the variant has it, for words about its sites: scenario, permits and setbacks alone are its own */
    const struct variant_result *variant;
    size_t target, count;
    struct listing base, other;
    struct pair *pairs; /* in the order of the variant's list, then what only the base has */
};

static const struct site *site_of(const struct site_list *sites, const char *id) {
    for (size_t i = 0; i < sites->count; i++)
        if (strcmp(sites->sites[i].id, id) == 0) return &sites->sites[i];
    return NULL;
}

static status judge(const struct result *result, size_t target, struct arena *arena, struct listing *listing) {
    if (!shortlist_asked(result, target)) return NULL;
    listing->verdicts = arena_alloc(arena, listing->sites->count + 1, sizeof *listing->verdicts);
    if (!listing->verdicts) return status_no_memory();
    shortlist_judge(&result->scenario->targets[target], target, listing->permits, listing->sites, false, listing->verdicts);
    return NULL;
}

static status compare(const struct result *result, size_t variant, size_t target, struct arena *arena, struct comparison *out) {
    const struct variant_result *of = &result->variants[variant];
    *out = (struct comparison){.result = result, .then = *result, .variant = of, .target = target};
    out->then.scenario = of->scenario;
    if (of->permits) out->then.permits = of->permits;
    if (of->setbacks) out->then.setbacks = of->setbacks;
    out->base = (struct listing){.permits = result->permits, .sites = &result->targets[target].sites};
    out->other = (struct listing){.permits = out->then.permits, .sites = &of->sites[target]};
    out->pairs = arena_alloc(arena, out->base.sites->count + out->other.sites->count + 1, sizeof *out->pairs);
    if (!out->pairs) return status_no_memory();
    for (size_t i = 0; i < out->other.sites->count; i++) {
        const struct site *site = &out->other.sites->sites[i];
        out->pairs[out->count++] = (struct pair){site_of(out->base.sites, site->id), site};
    }
    for (size_t i = 0; i < out->base.sites->count; i++)
        if (!site_of(out->other.sites, out->base.sites->sites[i].id)) out->pairs[out->count++] = (struct pair){&out->base.sites->sites[i], NULL};
    TRY(judge(result, target, arena, &out->base));
    return judge(result, target, arena, &out->other);
}

static int rank_of(const struct site *site) {
    return site ? site->rank : 0;
}

static bool scores_differ(const struct pair *pair) {
    return pair->base && pair->other && pair->base->score != pair->other->score && !(isnan(pair->base->score) && isnan(pair->other->score));
}

static enum change change_of(const struct pair *pair) {
    int before = rank_of(pair->base), now = rank_of(pair->other);
    if (!before && !now) return scores_differ(pair) ? CHANGE_SCORE : CHANGE_NONE;
    if (!before) return CHANGE_ENTERS;
    if (!now) return CHANGE_LEAVES;
    if (before != now) return now < before ? CHANGE_UP : CHANGE_DOWN;
    return scores_differ(pair) ? CHANGE_SCORE : CHANGE_NONE;
}

static const struct permit_figures *figures_of(const struct comparison *comparison, const struct listing *listing, const struct site *site) {
    const struct target *target = &comparison->result->scenario->targets[comparison->target];
    return site && listing->permits ? permits_figures(listing->permits, permits_route_of(listing->permits, target), site->permit_class) : NULL;
}

static double months_of(const struct comparison *comparison, const struct listing *listing, const struct site *site) {
    const struct permit_figures *figures = figures_of(comparison, listing, site);
    return figures ? figures->p50_months : NAN;
}

/* Of terms of weight the one whose part of the score changed most, or where scores have no parts, its membership. */
static const char *term_words(const struct comparison *comparison, const struct pair *pair, struct arena *arena) {
    const struct scenario *scenario = comparison->result->scenario;
    double most = 0;
    size_t which = scenario->n_criteria;
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        const struct term *before = &pair->base->terms[c], *now = &pair->other->terms[c];
        double parts = fabs(now->contribution - before->contribution), apart = fabs(now->membership - before->membership);
        double by = isnan(now->weight) ? NAN : isnan(parts) ? apart * now->weight : parts;
        if (!(by > most)) continue;
        most = by;
        which = c;
    }
    if (which == scenario->n_criteria) return "its score is another";
    const struct criterion *criterion = &scenario->criteria[which];
    const struct term *before = &pair->base->terms[which], *now = &pair->other->terms[which];
    if (before->weight != now->weight && before->membership == now->membership)
        return words_weight(criterion->name, before->weight, now->weight, arena);
    return words_term(&(struct term_change){criterion->label, criterion->unit_name ? criterion->unit_name : "", before->raw, now->raw,
                                            before->membership, now->membership},
                      arena);
}

static const char *pushed_words(const struct comparison *comparison, const struct pair *pair, struct arena *arena) {
    size_t entered = 0, left = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        const struct pair *one = &comparison->pairs[i];
        bool above = rank_of(one->base) && rank_of(one->base) < pair->base->rank;
        bool above_now = rank_of(one->other) && rank_of(one->other) < pair->other->rank;
        entered += above_now && !above;
        left += above && !above_now;
    }
    return words_pushed(entered, left, arena);
}

static const char *enters_words(const struct comparison *comparison, const struct pair *pair, struct arena *arena) {
    const struct site *then = pair->base ? pair->base : pair->other;
    const char *reasons = site_table_reasons(pair->base ? comparison->result : &comparison->then, comparison->target, then, arena);
    if (!reasons) return NULL;
    if (*reasons && (!pair->base || pair->base->state == CELL_EXCLUDED)) return words_freed(reasons, arena);
    if (pair->base) return scores_differ(pair) ? term_words(comparison, pair, arena) : "it has a score now";
    return "now the best place around";
}

static const char *leaves_words(const struct comparison *comparison, const struct pair *pair, struct arena *arena) {
    if (!pair->other) return "a better place around takes its part";
    if (pair->other->state == CELL_EXCLUDED)
        return words_stopped(site_table_reasons(&comparison->then, comparison->target, pair->other, arena), arena);
    return words_no_data(site_table_nodata(comparison->result->scenario, comparison->target, pair->other, arena), arena);
}

static const char *why(const struct comparison *comparison, const struct pair *pair, struct arena *arena) {
    double before = months_of(comparison, &comparison->base, pair->base), now = months_of(comparison, &comparison->other, pair->other);
    switch (change_of(pair)) {
    case CHANGE_ENTERS:
        return enters_words(comparison, pair, arena);
    case CHANGE_LEAVES:
        return leaves_words(comparison, pair, arena);
    case CHANGE_UP:
    case CHANGE_DOWN:
        return scores_differ(pair) ? term_words(comparison, pair, arena) : pushed_words(comparison, pair, arena);
    case CHANGE_SCORE:
        return term_words(comparison, pair, arena);
    default:
        return isfinite(before) && isfinite(now) && before != now ? words_months(before, now, arena) : "";
    }
}

static const char *answer_of(const struct listing *listing, const struct site *site) {
    return site && listing->verdicts ? shortlist_answer(listing->verdicts[site - listing->sites->sites].answer) : NULL;
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
    csv_word(out, change_names[change_of(pair)]);
    csv_word(out, pair->base ? site_table_status(pair->base->state) : NULL);
    csv_word(out, pair->other ? site_table_status(pair->other->state) : NULL);
    csv_rank(out, pair->base);
    csv_rank(out, pair->other);
    csv_number(out, pair->base ? pair->base->score : (double)NAN);
    csv_number(out, pair->other ? pair->other->score : (double)NAN);
    csv_number(out, months_of(comparison, &comparison->base, pair->base));
    csv_number(out, months_of(comparison, &comparison->other, pair->other));
    csv_word(out, answer_of(&comparison->base, pair->base));
    csv_word(out, answer_of(&comparison->other, pair->other));
    csv_word(out, why(comparison, pair, arena));
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
            failure = compare(result, v, t, &arena, &comparison);
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
    for (size_t i = 0; i < comparison->count; i++) totals.of[change_of(&comparison->pairs[i])]++;
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
    json_put_text(build, map, "change", change_names[change_of(pair)]);
    put_rank(build, map, "base_rank", pair->base);
    put_rank(build, map, "rank", pair->other);
    json_put_number(build, map, "base_score", pair->base ? pair->base->score : (double)NAN);
    json_put_number(build, map, "score", pair->other ? pair->other->score : (double)NAN);
    if (comparison->base.permits) {
        json_put_number(build, map, "base_permit_p50_months", months_of(comparison, &comparison->base, pair->base));
        json_put_number(build, map, "permit_p50_months", months_of(comparison, &comparison->other, pair->other));
    }
    json_put_text(build, map, "why", why(comparison, pair, arena));
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
        if (change_of(&comparison->pairs[i]) != CHANGE_NONE) json_append(build, changes, change_map(comparison, &comparison->pairs[i], build, arena));
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
        status failure = compare(result, v, t, &arena, &comparison);
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
    enum change change = change_of(pair);
    const char *reason = why(comparison, pair, arena);
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
            if (change_of(&comparison->pairs[i]) != c) continue;
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
            status failure = compare(result, v, t, arena, &comparison);
            out->failed |= failure != NULL;
            lode_error_free(failure);
            if (!out->failed) print_comparison(&comparison, arena, out);
        }
        text_add(out, "\n");
    }
}
