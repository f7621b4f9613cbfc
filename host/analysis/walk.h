/* A pass over all bands before the one that scores: the generated kernel runs over each, and what it says is looked at. */
#ifndef LODE_ANALYSIS_WALK_H
#define LODE_ANALYSIS_WALK_H

#include "analysis/scan.h"

/* What is done with a band whose results lie in walk->results[slot]; NULL: nothing. */
typedef status (*walk_fn)(void *user, size_t slot, struct window band);

struct walk {
    const struct scan *scan;               /* whose overlay is open; its first device works */
    double from, to;                       /* progress told */
    const struct overlay_results *results; /* [PLAN_SLOTS], each with room for a band */
    walk_fn look;                          /* while the band's planes are on the device */
    walk_fn take;                          /* on a thread of its own, while the next band is computed */
    void *user;
};

/* Bands in their order. The first failure ends the pass. */
status walk_bands(const struct walk *walk) LODE_MUST_CHECK;

#endif
