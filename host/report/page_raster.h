/* The pictures behind a page's map: what its pixels need to be scored anew in a browser, in Web Mercator. */
#ifndef LODE_REPORT_PAGE_RASTER_H
#define LODE_REPORT_PAGE_RASTER_H

#include "analysis/result.h"
#include "geo/mercator.h"
#include "report/heatmap.h"
#include "report/plane_png.h"

/* Which plane shows what; NO_INDEX: none. Plane k is channel k % 3 of picture k / 3. Bytes are those of analysis/lattice.h. */
struct page_planes {
    int inside;    /* not 0: within the study area */
    int *criteria; /* [n_criteria]: memberships */
    int rules;     /* the first: of eight rules each */
    int *scores;   /* [n_targets]: of a target whose score the page cannot work out */
    size_t count;
};

struct page_raster {
    struct arena arena;
    struct mercator map;
    struct page_planes planes;
    size_t n_urls;
    struct text *urls;
};

/* Whether a page can score a target from memberships: it is not learnt, and all its overlays are means, products, minima and the like. */
bool page_can_score(const struct target *target);
/* Makes the pictures; coarser ones where they would be too large together. Scores and states of the result must still be whole. */
status page_raster_make(const struct result *result, struct page_raster *out) LODE_MUST_CHECK;
void page_raster_free(struct page_raster *raster);

#endif
