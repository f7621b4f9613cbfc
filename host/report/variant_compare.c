/* Whether a score or a rank is another, and what of rules, weights, values and permits is otherwise. */
#include "report/variant_compare.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/rule_effect.h"
#include "report/reason_list.h"
#include "report/reason_words.h"
#include "report/setback_table.h"
#include "report/shortlist_table.h"
#include "report/site_table.h"
#include "report/word_rows.h"

const char *const change_names[CHANGES] = {"enters", "leaves", "up", "down", "score", ""};

static status judge(const struct result *result, size_t target, struct arena *arena, struct listing *listing) {
    if (!shortlist_asked(result, target)) return NULL;
    listing->verdicts = arena_alloc(arena, listing->sites->count + 1, sizeof *listing->verdicts);
    if (!listing->verdicts) return status_no_memory();
    shortlist_judge(&result->scenario->targets[target], target, listing->permits, listing->sites, false, listing->verdicts);
    return NULL;
}

status variant_compare(const struct result *result, size_t variant, size_t target, struct arena *arena, struct comparison *out) {
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
        out->pairs[out->count++] = (struct pair){of->before[target][i].twin, site};
    }
    for (size_t i = 0; i < out->base.sites->count; i++)
        if (!of->now[target][i].twin) out->pairs[out->count++] = (struct pair){&out->base.sites->sites[i], NULL};
    TRY(judge(result, target, arena, &out->base));
    return judge(result, target, arena, &out->other);
}

static int rank_of(const struct site *site) {
    return site ? site->rank : 0;
}

static bool scores_differ(const struct pair *pair) {
    return pair->base && pair->other && pair->base->score != pair->other->score && !(isnan(pair->base->score) && isnan(pair->other->score));
}

enum change variant_change(const struct pair *pair) {
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

double variant_months(const struct comparison *comparison, const struct listing *listing, const struct site *site) {
    const struct permit_figures *figures = figures_of(comparison, listing, site);
    return figures ? figures->p50_months : NAN;
}

/* That hold for the target at the site, but for exclusions that an inclusion frees it of. */
static uint64_t rules_of(const struct comparison *comparison, const struct scenario *scenario, const struct site *site) {
    return rules_stopping(scenario, comparison->target, site->rules) | rules_penalising(scenario, comparison->target, site->rules);
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

/* A setback's with its length, and whose it is. */
static const char *reason_of(const struct result *result, size_t rule, const struct site *site, struct arena *arena) {
    struct text words = {0};
    text_add(&words, result->scenario->rules[rule].reason);
    setback_table_at(result, rule, site, &words);
    const char *kept = words.failed ? NULL : arena_copy(arena, words.bytes);
    text_free(&words);
    return kept;
}

/* Rules that excluded here and are relaxed, or that hold no longer, or that now do. */
static void add_rules(const struct comparison *comparison, const struct pair *pair, struct reason_list *list) {
    const struct scenario *then = comparison->then.scenario;
    const uint64_t relaxed = comparison->variant->wish->relaxed, was = rules_of(comparison, comparison->result->scenario, pair->base),
                   is = rules_of(comparison, then, pair->other);
    const struct site relaxing = {.rules = relaxed & is, .jurisdiction = pair->other->jurisdiction};
    if (relaxing.rules && pair->other->state == CELL_SCORED) {
        const char *reasons = site_table_reasons(&comparison->then, comparison->target, &relaxing, &list->arena);
        if (!reasons || *reasons) reason_add(list, "rule", NULL, NAN, INFINITY, reasons ? words_freed(reasons, &list->arena) : NULL);
    }
    for (uint64_t left = (was ^ is) & ~relaxed; left; left &= left - 1) {
        const size_t r = (size_t)__builtin_ctzll(left);
        const struct rule *rule = &then->rules[r];
        const bool now = is >> r & 1;
        const char *reason = reason_of(now ? &comparison->then : comparison->result, r, now ? pair->other : pair->base, &list->arena);
        if (reason)
            reason_add_rule(list, rule->name, now, reason, rule->citation ? rule->citation : "", rule->factor);
        else
            reason_add(list, NULL, NULL, NAN, 0, NULL);
    }
}

static double plain_of(const struct site *site) {
    return isnan(site->plain_score) ? site->score : site->plain_score;
}

static void add_terms(const struct comparison *comparison, const struct pair *pair, struct reason_list *list) {
    const struct scenario *scenario = comparison->result->scenario;
    const struct site *sides[] = {pair->base, pair->other};
    struct term_sides *terms = arena_alloc(&list->arena, scenario->n_criteria, sizeof *terms);
    if (!terms) reason_add(list, NULL, NULL, NAN, 0, NULL);
    for (size_t c = 0; terms && c < scenario->n_criteria; c++) {
        const char *unit = scenario->criteria[c].unit_name;
        terms[c] = (struct term_sides){.name = scenario->criteria[c].name, .unit = unit ? unit : "", .cause = ""};
        for (int side = 0; side < 2; side++) {
            const struct term *term = &sides[side]->terms[c];
            terms[c].value[side] = term->raw;
            terms[c].membership[side] = term->membership;
            terms[c].weight[side] = term->weight;
            terms[c].part[side] = term->contribution;
        }
    }
    if (!terms) return;
    const double plain[] = {plain_of(pair->base), plain_of(pair->other)};
    reason_add_terms(list, terms, scenario->n_criteria, plain);
    reason_add_penalties(list, pair->base->score - plain[0], pair->other->score - plain[1]);
}

static const char *months_cause(const struct comparison *comparison) {
    const struct variant_wish *wish = comparison->variant->wish;
    if (wish->permits.routes || wish->permits.classes) return " by other tables";
    return wish->n_faster ? ", as other stages are accelerated" : "";
}

static void add_state(const struct comparison *comparison, const struct pair *pair, struct reason_list *list) {
    if (pair->base->state == pair->other->state) return;
    if (pair->other->state == CELL_NO_DATA)
        reason_add(list, "state", NULL, NAN, 1,
                   words_no_data(site_table_nodata(comparison->then.scenario, comparison->target, pair->other, &list->arena), &list->arena));
    else if (pair->base->state == CELL_NO_DATA)
        reason_add(list, "state", NULL, NAN, 1, "it has a score now");
}

/* The site that one list does not have, as its cell is there. */
static struct site as_it_is(const struct site *site, const struct variant_cell *cell) {
    struct site other = *site;
    other.state = cell->state;
    other.score = cell->score;
    other.rules = cell->rules;
    return other;
}

/* A peak of one list: what is at its cell in the other, and that others are in its stead. */
static void add_alone(const struct comparison *comparison, const struct pair *pair, struct reason_list *list) {
    const size_t t = comparison->target;
    struct site other;
    struct pair both = *pair;
    if (!pair->base) {
        other = as_it_is(pair->other, &comparison->variant->before[t][pair->other - comparison->other.sites->sites]);
        both.base = &other;
    } else {
        other = as_it_is(pair->base, &comparison->variant->now[t][pair->base - comparison->base.sites->sites]);
        both.other = &other;
    }
    add_rules(comparison, &both, list);
    add_state(comparison, &both, list);
    if (scores_differ(&both))
        reason_add(list, "score", NULL, NAN, 0,
                   arena_print(&list->arena, "its place scored %s before and scores %s now", number_words(both.base->score, 4, &list->arena),
                               number_words(both.other->score, 4, &list->arena)));
    if (!list->count) reason_add(list, "state", NULL, NAN, 0, pair->base ? "a better place around takes its part" : "now the best place around");
    reason_list_sort(list);
}

static void find_reasons(const struct comparison *comparison, const struct pair *pair, struct reason_list *list) {
    double before = variant_months(comparison, &comparison->base, pair->base), now = variant_months(comparison, &comparison->other, pair->other);
    enum change change = variant_change(pair);
    if (!pair->base || !pair->other) {
        add_alone(comparison, pair, list);
        return;
    }
    add_rules(comparison, pair, list);
    add_state(comparison, pair, list);
    if (scores_differ(pair)) add_terms(comparison, pair, list);
    reason_add_months(list, before, now, months_cause(comparison));
    if (!scores_differ(pair) && (change == CHANGE_UP || change == CHANGE_DOWN))
        reason_add(list, "rank", NULL, NAN, 0.5, pushed_words(comparison, pair, &list->arena));
    reason_list_sort(list);
}

const char *variant_why(const struct comparison *comparison, const struct pair *pair, struct arena *arena) {
    struct reason_list list = {.items = NULL};
    find_reasons(comparison, pair, &list);
    const char *line = list.failure ? NULL : reason_list_line(&list, arena);
    lode_error_free(list.failure);
    reason_list_free(&list);
    return line;
}

const char *variant_answer(const struct listing *listing, const struct site *site) {
    return site && listing->verdicts ? shortlist_answer(listing->verdicts[site - listing->sites->sites].answer) : NULL;
}
