/* A target's sites in a variant beside those of the base: which is which, what moved, and why. */
#ifndef LODE_REPORT_VARIANT_COMPARE_H
#define LODE_REPORT_VARIANT_COMPARE_H

#include "analysis/result.h"
#include "analysis/shortlist.h"

enum change { CHANGE_ENTERS, CHANGE_LEAVES, CHANGE_UP, CHANGE_DOWN, CHANGE_SCORE, CHANGE_NONE, CHANGES };
extern const char *const change_names[CHANGES]; /* that of CHANGE_NONE is "" */

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

/* In `arena`; result and comparison must outlive the pairs' words. */
status variant_compare(const struct result *result, size_t variant, size_t target, struct arena *arena, struct comparison *out) LODE_MUST_CHECK;
enum change variant_change(const struct pair *pair);
/* That half of the permits take; NaN: none are known, or the listing does not have the site. */
double variant_months(const struct comparison *comparison, const struct listing *listing, const struct site *site);
/* The reasons in a line; "" where nothing is otherwise, NULL when memory is out. */
const char *variant_why(const struct comparison *comparison, const struct pair *pair, struct arena *arena);
/* Of the shortlist; NULL: there is none, or the site is not in the list. */
const char *variant_answer(const struct listing *listing, const struct site *site);

#endif
