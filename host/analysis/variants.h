/* What if: the scan over again as a variant has it. Layers are those of the base, and so are masks, distances and the program of the fused pass where
 * they do not differ; where no score changes, so are the scores. */
#ifndef LODE_ANALYSIS_VARIANTS_H
#define LODE_ANALYSIS_VARIANTS_H

#include "analysis/permits.h"
#include "analysis/scan.h"
#include "analysis/setbacks.h"
#include "analysis/site.h"

struct result;

/* What is at the cell of a site of the other list: a deposit keeps its id, a peak while it stays in its cell. */
struct variant_cell {
    const struct site *twin; /* of the same id; NULL: none is listed */
    enum cell_state state;
    double score;
    uint64_t rules; /* bit r: rule r fires */
};

struct variant_result {
    const struct variant_wish *wish;
    const struct scenario *scenario; /* the base's, with what the variant has otherwise */
    struct setbacks *setbacks;       /* of its table and day; NULL: those of the base hold */
    struct permits *permits;         /* of its tables, drawn with its stages; the same */
    bool rescored;                   /* scores or states may be others before rules are relaxed */
    struct site_list *sites;         /* [target]: as those of the base, but for ways */
    struct variant_areas *areas;     /* [target] */
    struct variant_cell **now;       /* [target][site of the base]: at its cell, here */
    struct variant_cell **before;    /* [target][site here]: at its cell, in the base */
};

/* Square kilometres by state, and of cells that came to be scored, or are so no longer. */
struct variant_areas {
    double km2[4]; /* by enum cell_state */
    double gained_km2, lost_km2;
};

/* Fills what result->variants knows after a run; the base's sites are found, and nothing of the base is scored any more: workers may be left with
 * planes and overlays of a variant, or none. `folder`: for planes in unlinked files, a variant's at a time. */
status variants_run(const struct scan *scan, struct result *result, const char *folder) LODE_MUST_CHECK;
void variants_close(struct variant_result *variants, size_t count);

#endif
