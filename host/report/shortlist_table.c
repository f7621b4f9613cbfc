/* What the permits' `accelerate` would change stands beside, in columns `what_if_`. */
#include "report/shortlist_table.h"

#include <math.h>
#include <string.h>

#include "report/csv_text.h"
#include "report/reason_words.h"
#include "report/site_table.h"
#include "report/word_rows.h"

enum { SHOWN_REASONS = 5, SHOWN_NAMES = 3 };

/* Judged twice where stages are accelerated. */
struct judged {
    const struct result *result;
    size_t target;
    const struct site_list *sites;
    struct shortlist_verdict *today, *faster; /* [site]; faster: NULL where nothing is accelerated */
};

bool shortlist_asked(const struct result *result, size_t target) {
    return result->permits && result->scenario->targets[target].shortlist.asked;
}

const char *shortlist_answer(enum shortlist_answer answer) {
    static const char *const names[SHORTLIST_ANSWERS] = {
        [SHORTLIST_IN] = "in",
        [SHORTLIST_OUTSIDE] = "outside",
        [SHORTLIST_NO_DATA] = "no data",
        [SHORTLIST_EXCLUDED] = "excluded",
        [SHORTLIST_NO_FIGURES] = "no figures",
        [SHORTLIST_NO_PERMIT] = "no permit",
        [SHORTLIST_REFUSED] = "refused",
        [SHORTLIST_SLOW] = "slow",
        [SHORTLIST_BEYOND] = "beyond",
    };
    return names[answer];
}

static struct permit_reason reason_of(const struct target *target, const struct permits *permits, const struct site *site,
                                      const struct shortlist_verdict *verdict) {
    const struct permit_figures *figures = verdict->figures;
    const struct land_class *land = permits_land(permits, site->permit_class);
    struct permit_reason reason = {.within_months = target->shortlist.within_months,
                                   .within = verdict->within,
                                   .wanted = target->shortlist.probability,
                                   .granted = figures->granted,
                                   .p50_months = figures->p50_months,
                                   .mean_months = figures->mean_months,
                                   .critical_stage = figures->critical_stage,
                                   .land = land ? land->name : NULL,
                                   .critical_months = figures->critical_share * figures->mean_months};
    if (!verdict->faster) return reason;
    reason.p50_months = figures->faster_p50_months; /* which stage is the critical one then is not known */
    reason.critical_stage = NULL;
    return reason;
}

static const char *figures_words(const struct permits *permits, const struct target *target, const struct site *site, struct arena *arena) {
    const char *place = permits_jurisdiction(permits, site->permit_class);
    if (!place) return "no known jurisdiction, so no permit figures";
    return arena_print(arena, "no route '%s' in %s is in the table of permits", permits_route_of(permits, target), place);
}

const char *shortlist_words(const struct result *result, const struct permits *permits, size_t target, const struct site *site,
                            const struct shortlist_verdict *verdict, struct arena *arena) {
    const struct target *wanted = &result->scenario->targets[target];
    struct permit_reason reason;
    if (verdict->answer == SHORTLIST_SLOW || verdict->answer == SHORTLIST_REFUSED) reason = reason_of(wanted, permits, site, verdict);
    switch (verdict->answer) {
    case SHORTLIST_IN:
        return arena_print(arena, "P(permit within %g months) = %s", wanted->shortlist.within_months, number_words(verdict->within, 3, arena));
    case SHORTLIST_OUTSIDE:
        return "outside the study area";
    case SHORTLIST_NO_DATA:
        return words_no_data(site_table_nodata(result->scenario, target, site, arena), arena);
    case SHORTLIST_EXCLUDED:
        return words_excluded(site_table_reasons(result, target, site, arena), arena);
    case SHORTLIST_NO_FIGURES:
        return figures_words(permits, wanted, site, arena);
    case SHORTLIST_NO_PERMIT:
        return arena_print(arena, "no permit on %s land", permits_land(permits, site->permit_class)->name);
    case SHORTLIST_REFUSED:
        return words_refused(&reason, arena);
    case SHORTLIST_SLOW:
        return words_slow(&reason, arena);
    default:
        return arena_print(arena, "would do, but the first %zu by rank that do are taken", wanted->shortlist.count);
    }
}

static status judge(const struct result *result, size_t target, struct arena *arena, struct judged *out) {
    const struct target *wanted = &result->scenario->targets[target];
    *out = (struct judged){result, target, &result->targets[target].sites, NULL, NULL};
    out->today = arena_alloc(arena, out->sites->count + 1, sizeof *out->today);
    if (!out->today) return status_no_memory();
    shortlist_judge(wanted, target, result->permits, out->sites, false, out->today);
    if (!result->scenario->permits.n_faster) return NULL;
    out->faster = arena_alloc(arena, out->sites->count + 1, sizeof *out->faster);
    if (!out->faster) return status_no_memory();
    shortlist_judge(wanted, target, result->permits, out->sites, true, out->faster);
    return NULL;
}

static const char *why(const struct judged *judged, size_t site, const struct shortlist_verdict *verdict, struct arena *arena) {
    return shortlist_words(judged->result, judged->result->permits, judged->target, &judged->sites->sites[site], verdict, arena);
}

static void add_site(const struct judged *judged, size_t i, struct arena *arena, struct text *out) {
    const struct site *site = &judged->sites->sites[i];
    const struct shortlist_verdict *today = &judged->today[i];
    csv_word(out, site->id);
    csv_word(out, site->name);
    csv_number(out, site->rank > 0 ? (double)site->rank : (double)NAN);
    csv_number(out, site->score);
    csv_number(out, today->answer == SHORTLIST_IN ? (double)today->position : NAN);
    csv_word(out, shortlist_answer(today->answer));
    csv_number(out, today->within);
    csv_number(out, today->figures ? today->figures->p50_months : NAN);
    csv_word(out, today->figures ? today->figures->critical_stage : NULL);
    csv_number(out, today->figures ? today->figures->critical_share * today->figures->mean_months : NAN);
    csv_word(out, why(judged, i, today, arena));
    if (judged->faster) {
        csv_number(out, judged->faster[i].answer == SHORTLIST_IN ? (double)judged->faster[i].position : NAN);
        csv_word(out, shortlist_answer(judged->faster[i].answer));
        csv_number(out, judged->faster[i].within);
        csv_number(out, judged->faster[i].figures ? judged->faster[i].figures->faster_p50_months : NAN);
    }
    csv_end(out);
}

status shortlist_csv(const struct result *result, size_t target, const char *path) {
    struct arena arena = {0};
    struct text out = {0};
    struct judged judged;
    status failure = judge(result, target, &arena, &judged);
    if (!failure) {
        text_print(&out, "site_id,name,rank,score,position,shortlist,p_within,permit_p50_months,critical_stage,critical_stage_months,why%s\n",
                   judged.faster ? ",what_if_position,what_if_shortlist,what_if_p_within,what_if_p50_months" : "");
        for (size_t i = 0; i < judged.sites->count; i++) add_site(&judged, i, &arena, &out);
        failure = csv_write(&out, path);
    }
    arena_free(&arena);
    return failure;
}

static void count_answers(const struct judged *judged, const struct shortlist_verdict *verdicts, size_t counts[SHORTLIST_ANSWERS]) {
    for (size_t i = 0; i < judged->sites->count; i++) counts[verdicts[i].answer]++;
}

static struct json_object *verdict_map(const struct judged *judged, size_t i, const struct shortlist_verdict *verdict, struct json_build *build,
                                       struct arena *arena) {
    const struct site *site = &judged->sites->sites[i];
    struct json_object *map = json_map(build);
    json_put_text(build, map, "site_id", site->id);
    json_put_text(build, map, "name", site->name);
    if (site->rank > 0) json_put_integer(build, map, "rank", site->rank);
    json_put_text(build, map, "shortlist", shortlist_answer(verdict->answer));
    json_put_number(build, map, "p_within", verdict->within);
    json_put_text(build, map, "why", why(judged, i, verdict, arena));
    return map;
}

static struct json_object *list_json(const struct judged *judged, const struct shortlist_verdict *verdicts, struct json_build *build,
                                     struct arena *arena) {
    size_t counts[SHORTLIST_ANSWERS] = {0};
    struct json_object *map = json_map(build), *answers = json_map(build), *in = json_list(build);
    count_answers(judged, verdicts, counts);
    for (int a = 0; a < SHORTLIST_ANSWERS; a++)
        if (counts[a]) json_put_integer(build, answers, shortlist_answer((enum shortlist_answer)a), (int64_t)counts[a]);
    for (size_t i = 0; i < judged->sites->count && !build->failed; i++)
        if (verdicts[i].answer == SHORTLIST_IN) json_append(build, in, verdict_map(judged, i, &verdicts[i], build, arena));
    json_put(build, map, "counts", answers);
    json_put(build, map, "sites", in);
    return map;
}

struct json_object *shortlist_json(const struct result *result, size_t target, struct json_build *build) {
    const struct shortlist_wish *wish = &result->scenario->targets[target].shortlist;
    struct arena arena = {0};
    struct judged judged;
    struct json_object *map = json_map(build);
    status failure = judge(result, target, &arena, &judged);
    json_put_number(build, map, "within_months", wish->within_months);
    json_put_number(build, map, "probability", wish->probability);
    json_put_integer(build, map, "count", (int64_t)wish->count);
    if (!failure) json_put(build, map, "today", list_json(&judged, judged.today, build, &arena));
    if (!failure && judged.faster) json_put(build, map, "accelerated", list_json(&judged, judged.faster, build, &arena));
    build->failed |= failure != NULL;
    lode_error_free(failure);
    arena_free(&arena);
    return map;
}

static const char *called(const struct site *site) {
    return site->name && *site->name ? site->name : site->id;
}

static void print_in(const struct judged *judged, struct arena *arena, struct text *out) {
    struct word_rows rows = {.columns = 6, .right = 1u | 1u << 2 | 1u << 3 | 1u << 4};
    word_rows_add(&rows, (const char *const[]){"", "site", "rank", "score", "in time", "land"});
    for (size_t i = 0; i < judged->sites->count; i++) {
        const struct site *site = &judged->sites->sites[i];
        const struct land_class *land = permits_land(judged->result->permits, site->permit_class);
        if (judged->today[i].answer != SHORTLIST_IN) continue;
        word_rows_add(&rows, (const char *const[]){arena_print(arena, "%zu", judged->today[i].position), called(site),
                                                   arena_print(arena, "%d", site->rank), number_words(site->score, 4, arena),
                                                   number_words(judged->today[i].within, 3, arena), land ? land->name : NULL});
    }
    if (rows.count > 1) word_rows_print(&rows, 4, out);
    out->failed |= rows.failed;
    word_rows_free(&rows);
}

/* " (3 excluded, 1 slow)", or nothing where all are in. */
static void print_counts(const struct judged *judged, const struct shortlist_verdict *verdicts, struct text *out) {
    size_t counts[SHORTLIST_ANSWERS] = {0};
    count_answers(judged, verdicts, counts);
    const char *before = " (";
    for (int a = SHORTLIST_IN + 1; a < SHORTLIST_ANSWERS; a++) {
        if (!counts[a]) continue;
        text_print(out, "%s%zu %s", before, counts[a], shortlist_answer((enum shortlist_answer)a));
        before = ", ";
    }
    if (*before == ',') text_add(out, ")");
}

static bool falls_out(const struct judged *judged, size_t i, const struct shortlist_verdict *verdicts) {
    return verdicts[i].answer != SHORTLIST_IN && !isnan(judged->sites->sites[i].score);
}

/* The names of those from `first` on that fall out for the same reason. */
static void print_same(const struct judged *judged, const struct shortlist_verdict *verdicts, const char *const *reasons, size_t first,
                       struct text *out) {
    size_t count = 0;
    for (size_t i = first; i < judged->sites->count; i++) {
        if (!falls_out(judged, i, verdicts) || strcmp(reasons[i], reasons[first]) != 0) continue;
        if (count < SHOWN_NAMES) {
            text_add(out, count ? ", " : "    not ");
            word_print(called(&judged->sites->sites[i]), out);
        }
        count++;
    }
    if (count > SHOWN_NAMES) text_print(out, " and %zu more", count - SHOWN_NAMES);
    text_print(out, ": %s\n", reasons[first]);
}

static bool is_first(const struct judged *judged, const struct shortlist_verdict *verdicts, const char *const *reasons, size_t i) {
    for (size_t j = 0; j < i; j++)
        if (falls_out(judged, j, verdicts) && strcmp(reasons[i], reasons[j]) == 0) return false;
    return true;
}

/* Those with a score that fall out, the best first, a line for each reason. */
static void print_out(const struct judged *judged, const struct shortlist_verdict *verdicts, struct arena *arena, struct text *out) {
    const char **reasons = arena_alloc(arena, judged->sites->count + 1, sizeof *reasons);
    size_t shown = 0;
    for (size_t i = 0; reasons && i < judged->sites->count; i++)
        if (!(reasons[i] = why(judged, i, &verdicts[i], arena))) reasons = NULL;
    out->failed |= !reasons;
    for (size_t i = 0; reasons && i < judged->sites->count && shown < SHOWN_REASONS; i++) {
        if (!falls_out(judged, i, verdicts) || !is_first(judged, verdicts, reasons, i)) continue;
        print_same(judged, verdicts, reasons, i, out);
        shown++;
    }
}

static void print_entering(const struct judged *judged, struct text *out) {
    size_t shown = 0;
    for (size_t i = 0; i < judged->sites->count; i++) {
        if (judged->faster[i].answer != SHORTLIST_IN || judged->today[i].answer == SHORTLIST_IN) continue;
        if (shown < SHOWN_NAMES) {
            text_add(out, shown ? ", " : "; new: ");
            word_print(called(&judged->sites->sites[i]), out);
        }
        shown++;
    }
    if (shown > SHOWN_NAMES) text_print(out, " and %zu more", shown - SHOWN_NAMES);
}

static void print_faster(const struct judged *judged, struct arena *arena, struct text *out) {
    size_t counts[SHORTLIST_ANSWERS] = {0};
    count_answers(judged, judged->faster, counts);
    text_print(out, "  with accelerated permits: %zu of %zu sites", counts[SHORTLIST_IN], judged->sites->count);
    print_counts(judged, judged->faster, out);
    print_entering(judged, out);
    text_add(out, "\n");
    print_out(judged, judged->faster, arena, out);
}

void shortlist_print(const struct result *result, size_t target, struct arena *arena, struct text *out) {
    const struct shortlist_wish *wish = &result->scenario->targets[target].shortlist;
    struct judged judged;
    if (!shortlist_asked(result, target)) return;
    status failure = judge(result, target, arena, &judged);
    if (failure) {
        out->failed = true;
        lode_error_free(failure);
        return;
    }
    size_t counts[SHORTLIST_ANSWERS] = {0};
    count_answers(&judged, judged.today, counts);
    text_print(out, "  shortlist, a permit within %g months with probability %g: %zu of %zu sites", wish->within_months, wish->probability,
               counts[SHORTLIST_IN], judged.sites->count);
    print_counts(&judged, judged.today, out);
    text_add(out, "\n");
    print_in(&judged, arena, out);
    print_out(&judged, judged.today, arena, out);
    if (judged.faster) print_faster(&judged, arena, out);
}
