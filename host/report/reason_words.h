/* Why a site is where it is in a list, and why it is elsewhere in another: sentences without a full stop, made in one place for tables,
 * summaries and comparisons of runs. All in `arena`, NULL when memory is out; numbers may be NaN, which leaves them out. */
#ifndef LODE_REPORT_REASON_WORDS_H
#define LODE_REPORT_REASON_WORDS_H

#include "base/memory.h"

/* "excluded: National park; Too steep". `reasons`: joined by "; ". */
const char *words_excluded(const char *reasons, struct arena *arena);
/* "no data of clay, rail". */
const char *words_no_data(const char *criteria, struct arena *arena);

/* How long a permit takes; in months if it is granted. */
struct permit_reason {
    double within_months, within, wanted; /* the probability of a permit within so many months, and what it should be */
    double granted, p50_months, mean_months;
    const char *critical_stage, *land; /* NULL: unknown */
    double critical_months;            /* of mean_months */
};
/* "P(permit within 6 months) = 0.12 is under 0.50: half of permits take more than 31 months, environmental impact statement 26 of 31". */
const char *words_slow(const struct permit_reason *permit, struct arena *arena);
/* "granted to only 30 % on conservation land, under 0.50 whatever the time". */
const char *words_refused(const struct permit_reason *permit, struct arena *arena);

/* "no longer excluded: National park". */
const char *words_freed(const char *reasons, struct arena *arena);
/* A site whose own score is as it was: "2 that were not ranked are above it now", "1 that was above it is gone". */
const char *words_pushed(size_t entered_above, size_t left_above, struct arena *arena);

#endif
