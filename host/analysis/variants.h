/* What if: the scan over again with a variant's numbers. Layers, masks, distances and the program of the fused pass are those of the base; where no
 * score changes, so are the scores. */
#ifndef LODE_ANALYSIS_VARIANTS_H
#define LODE_ANALYSIS_VARIANTS_H

#include "analysis/permits.h"
#include "analysis/scan.h"
#include "analysis/site.h"

struct result;

struct variant_result {
    const struct variant_wish *wish;
    struct permits *permits; /* drawn with its stages; NULL: those of the base hold */
    bool rescored;           /* criteria made of permits changed */
    struct site_list *sites; /* [target]: as those of the base, but for ways */
};

/* Fills result->variants, after the base's sites. `folder`: for planes in unlinked files, a variant's at a time. */
status variants_run(const struct scan *scan, struct result *result, const char *folder) LODE_MUST_CHECK;
void variants_close(struct variant_result *variants, size_t count);

#endif
