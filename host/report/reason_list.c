/* Numbers have four decimals where they are parts of scores. */
#include "report/reason_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/word_rows.h"

/* Sums of floats that were made in another order agree no better. */
static const double SUM_SLACK = 2e-5, LEAST_DELTA = 5e-7;
enum { REASONS_IN_LINE = 3 };

void reason_list_free(struct reason_list *list) {
    free(list->items);
    arena_free(&list->arena);
}

void reason_add(struct reason_list *list, const char *kind, const char *name, double delta, double weight, const char *words) {
    if (!list->failure && !words) list->failure = status_no_memory();
    if (!list->failure) list->failure = memory_reserve((void **)&list->items, &list->room, list->count + 1, sizeof *list->items);
    if (!list->failure) list->items[list->count++] = (struct reason){kind, name, words, delta, weight};
}

static int by_weight(const void *a, const void *b) {
    const struct reason *first = a, *second = b;
    if (first->weight != second->weight) return first->weight > second->weight ? -1 : 1;
    return strcmp(first->words, second->words);
}

void reason_list_sort(struct reason_list *list) {
    if (list->count) qsort(list->items, list->count, sizeof *list->items, by_weight);
}

const char *reason_list_line(const struct reason_list *list, struct arena *arena) {
    struct text line = {0};
    size_t told = list->count <= REASONS_IN_LINE + 1 ? list->count : REASONS_IN_LINE;
    for (size_t i = 0; i < told; i++) text_print(&line, "%s%s", i ? "; " : "", list->items[i].words);
    if (told < list->count) text_print(&line, "; and %zu more", list->count - told);
    const char *kept = line.failed ? NULL : arena_copy(arena, line.bytes ? line.bytes : "");
    text_free(&line);
    return kept;
}

static const char *number(struct reason_list *list, double value, int decimals) {
    const char *words = number_words(value, decimals, &list->arena);
    return words ? words : "";
}

static const char *signed_number(struct reason_list *list, double value) {
    const char *words = number(list, value, 4), *plus = value > 0 ? arena_print(&list->arena, "+%s", words) : NULL;
    return plus ? plus : words;
}

static double or_zero(double value) {
    return isnan(value) ? 0 : value;
}

void reason_add_rule(struct reason_list *list, const char *name, bool now, const char *reason, const char *citation, double factor) {
    const char *times = isnan(factor) ? "" : arena_print(&list->arena, ", times %s", number(list, factor, 2));
    reason_add(list, "rule", name, NAN, INFINITY,
               arena_print(&list->arena, "rule '%s' %s here (%s%s%s%s)", name, now ? "now holds" : "no longer holds", reason, citation[0] ? ", " : "",
                           citation, times ? times : ""));
}

/* Why a membership is another one: the value, or what is made of it. */
static const char *value_change(struct reason_list *list, const struct term_sides *term) {
    double was = term->value[0], is = term->value[1];
    if (was == is || (isnan(was) && isnan(is))) return term->redefined ? "its membership was changed" : "its membership is another one";
    return arena_print(&list->arena, "%s -> %s%s%s%s", number(list, was, 3), number(list, is, 3), term->unit[0] ? " " : "", term->unit, term->cause);
}

static void add_sum_term(struct reason_list *list, const struct term_sides *term) {
    double part[2], w[2], m[2];
    for (int side = 0; side < 2; side++) {
        part[side] = or_zero(term->part[side]);
        m[side] = or_zero(term->membership[side]);
        w[side] = m[side] > 0 ? part[side] / m[side] : or_zero(term->weight[side]);
    }
    double by_share = (w[1] - w[0]) * (m[0] + m[1]) / 2, by_membership = (part[1] - part[0]) - by_share;
    if (fabs(by_share) >= LEAST_DELTA)
        reason_add(list, "weight", term->name, by_share, fabs(by_share),
                   arena_print(&list->arena, "%s %s: weight %s -> %s", signed_number(list, by_share), term->name, number(list, w[0], 4),
                               number(list, w[1], 4)));
    if (fabs(by_membership) >= LEAST_DELTA)
        reason_add(list, term->of_layer ? "layer" : "criterion", term->name, by_membership, fabs(by_membership),
                   arena_print(&list->arena, "%s %s: %s", signed_number(list, by_membership), term->name, value_change(list, term)));
}

/* A learnt score: contributions add up to its logit. */
static void add_logit_term(struct reason_list *list, const struct term_sides *term) {
    double was = or_zero(term->part[0]), is = or_zero(term->part[1]);
    if (fabs(is - was) >= LEAST_DELTA)
        reason_add(list, "logit", term->name, NAN, fabs(is - was),
                   arena_print(&list->arena, "%s of the logit by %s (%s -> %s)", signed_number(list, is - was), term->name, number(list, was, 4),
                               number(list, is, 4)));
}

static void add_free_term(struct reason_list *list, const struct term_sides *term) {
    double was = or_zero(term->weight[0]), is = or_zero(term->weight[1]), change = term->membership[1] - term->membership[0];
    if (isnan(term->weight[0]) && isnan(term->weight[1])) return;
    if (isnan(term->membership[0]) != isnan(term->membership[1]))
        reason_add(list, "criterion", term->name, NAN, 1,
                   arena_print(&list->arena, "%s %s data here", term->name, isnan(term->membership[0]) ? "now has" : "no longer has"));
    else if (fabs(change) >= LEAST_DELTA)
        reason_add(list, "criterion", term->name, NAN, fabs(change),
                   arena_print(&list->arena, "membership of %s %s -> %s (%s)", term->name, number(list, term->membership[0], 4),
                               number(list, term->membership[1], 4), value_change(list, term)));
    if (fabs(is - was) >= LEAST_DELTA)
        reason_add(list, "weight", term->name, NAN, fabs(is - was),
                   arena_print(&list->arena, "weight of %s %s -> %s", term->name, number(list, was, 4), number(list, is, 4)));
}

enum score_kind { SCORE_FREE, SCORE_SUM, SCORE_LOGIT };

static enum score_kind kind_of(const struct term_sides *terms, size_t count, const double plain[2]) {
    bool parts = true, sums = true;
    for (int side = 0; side < 2; side++) {
        bool any = false;
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            if (isnan(terms[i].part[side])) continue;
            sum += terms[i].part[side];
            any = true;
        }
        parts = parts && any;
        sums = sums && any && fabs(sum - plain[side]) <= SUM_SLACK;
    }
    return sums ? SCORE_SUM : parts ? SCORE_LOGIT : SCORE_FREE;
}

void reason_add_terms(struct reason_list *list, const struct term_sides *terms, size_t count, const double plain[2]) {
    const enum score_kind kind = kind_of(terms, count, plain);
    for (size_t i = 0; i < count; i++) {
        if (kind == SCORE_SUM)
            add_sum_term(list, &terms[i]);
        else if (kind == SCORE_LOGIT)
            add_logit_term(list, &terms[i]);
        else
            add_free_term(list, &terms[i]);
    }
}

void reason_add_penalties(struct reason_list *list, double before, double after) {
    const double change = after - before;
    if (!(fabs(change) >= LEAST_DELTA)) return;
    reason_add(list, "penalty", NULL, change, fabs(change),
               arena_print(&list->arena, "%s penalties: %s -> %s", signed_number(list, change), number(list, before, 4), number(list, after, 4)));
}

void reason_add_months(struct reason_list *list, double before, double after, const char *cause) {
    if (before == after || (isnan(before) && isnan(after))) return;
    reason_add(list, "permit", NULL, NAN, 0,
               arena_print(&list->arena, "permit %s -> %s months%s", number(list, before, 1), number(list, after, 1), cause));
}
