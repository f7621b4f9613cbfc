/* Which sites of a target can have their permit in time, and why the others cannot. */
#ifndef LODE_ANALYSIS_SHORTLIST_H
#define LODE_ANALYSIS_SHORTLIST_H

#include "analysis/permits.h"
#include "analysis/site.h"

/* The first that holds. */
enum shortlist_answer {
    SHORTLIST_IN,
    SHORTLIST_OUTSIDE,
    SHORTLIST_NO_DATA,
    SHORTLIST_EXCLUDED,   /* by rules */
    SHORTLIST_NO_FIGURES, /* no known jurisdiction, or no such route there */
    SHORTLIST_NO_PERMIT,  /* the land has none */
    SHORTLIST_REFUSED,    /* even in any time it is less likely than wanted */
    SHORTLIST_SLOW,
    SHORTLIST_BEYOND, /* would do, but `count` better ones do */
    SHORTLIST_ANSWERS
};

struct shortlist_verdict {
    enum shortlist_answer answer;
    size_t position;                      /* among those that would do, from 1; 0: would not */
    bool faster;                          /* with the stages that `permits` accelerates */
    double within;                        /* probability of a permit in time; NaN unknown */
    const struct permit_figures *figures; /* NULL: none */
};

/* A verdict for each site of the list, which is in order of rank. `faster`: with the stages that `permits` accelerates. */
void shortlist_judge(const struct target *target, size_t index, const struct permits *permits, const struct site_list *sites, bool faster,
                     struct shortlist_verdict *verdicts);

#endif
