/* Reasons why a site moved: rules, weights, values and permits that are otherwise than before, each with its words. For comparisons of runs and of
 * variants alike. Index 0 of a pair is before, 1 after. Where the criteria's contributions add up to the score, so do the reasons to its change:
 * with contribution c = w m, of effective weight w and membership m, the change of c is (w' - w)(m + m')/2, the weight's part, and
 * (m' - m)(w + w')/2, the membership's. Elsewhere memberships and weights that changed are told, the largest first, and no shares. */
#ifndef LODE_REPORT_REASON_LIST_H
#define LODE_REPORT_REASON_LIST_H

#include "base/memory.h"
#include "base/status.h"

struct reason {
    const char *kind, *name, *words; /* kind: rule, weight, layer, criterion, logit, penalty, permit, rank, score, state; name may be NULL */
    double delta, weight;            /* NaN where it is no part of a sum; by what it is ordered */
};

/* Zero-initialise; the words live in its arena. What fails is kept, and nothing is added after it. */
struct reason_list {
    struct arena arena;
    struct reason *items;
    size_t count, room;
    status failure;
};
void reason_list_free(struct reason_list *list);
/* Words that are NULL: memory is out. */
void reason_add(struct reason_list *list, const char *kind, const char *name, double delta, double weight, const char *words);
/* The weightiest first. */
void reason_list_sort(struct reason_list *list);
/* In a line, the first few; in `arena`, NULL when memory is out. */
const char *reason_list_line(const struct reason_list *list, struct arena *arena);

/* "rule 'park' no longer holds here (A park, 16 USC 1)". `factor`: of a penalty, else NaN. */
void reason_add_rule(struct reason_list *list, const char *name, bool now, const char *reason, const char *citation, double factor);

/* A criterion at the site. All may be NaN. */
struct term_sides {
    const char *name, *unit;
    const char *cause; /* ", layer 'x' changed", after another value; "" where nothing is known */
    bool of_layer;     /* that cause is a layer's file */
    bool redefined;    /* the criterion itself was changed */
    double value[2], membership[2], weight[2], part[2];
};
/* `plain`: scores without penalties. */
void reason_add_terms(struct reason_list *list, const struct term_sides *terms, size_t count, const double plain[2]);
/* What penalties take off the scores. */
void reason_add_penalties(struct reason_list *list, double before, double after);
/* Half of permits within so many months. */
void reason_add_months(struct reason_list *list, double before, double after, const char *cause);

#endif
