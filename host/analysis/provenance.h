/* Which rules exclude what from a target: how much each takes, how much it alone takes (what would be free without it), and what it takes
 * together with each other one. Counted while bands pass, row by row: sums do not depend on how bands are cut. */
#ifndef LODE_ANALYSIS_PROVENANCE_H
#define LODE_ANALYSIS_PROVENANCE_H

#include "base/memory.h"
#include "geo/crs.h"
#include "model/grid.h"
#include "model/rule_bits.h"
#include "model/rule_effect.h"

/* Of a rule, for one target. Cells are excluded that would be scored without exclusions; those without data are not, nor are those of which an
 * inclusion frees. Penalties and inclusions exclude nothing. */
struct rule_share {
    double holds_km2; /* where it holds in the study area, data or not */
    int64_t excluded_cells, alone_cells;
    double excluded_km2, alone_km2;
    double best; /* the score of the best cell that it alone excludes, the first of equals as the rows go; NaN: there is none */
    int64_t best_col, best_row;
    double best_lon, best_lat; /* once provenance_place was called; NaN: there is none */
};

struct provenance {
    const struct scenario *scenario;
    size_t target;
    uint64_t rules;            /* that hold for the target, of any effect; 0: none do, and nothing is counted */
    uint64_t excluding;        /* of these, exclusions */
    size_t n_rules;            /* the scenario's */
    struct rule_share *shares; /* [rule] */
    double *overlap_km2;       /* [rule * n_rules + rule]: excluded by both */
};

/* Of rules whatever the target: where they hold in the whole grid. */
struct rule_result {
    int64_t cells; /* where it fires */
    double area_km2;
    double alone_km2; /* of an exclusion: where no other one excludes */
    double freed_km2; /* of an inclusion: where it frees of an exclusion */
};

status provenance_init(const struct scenario *scenario, size_t target, struct arena *arena, struct provenance *out) LODE_MUST_CHECK;

/* Rule bits (model/rule_bits.h), states and scores of a band's cells, row by row. Bands come in their order. */
struct ruled_cells {
    struct window band;
    const void *bits;
    const uint8_t *state; /* enum cell_state */
    const float *score;
};
/* `results` [rule], for one of the targets, to count rules whatever the target, too; else NULL. */
status provenance_add(struct provenance *provenance, const struct grid *grid, const struct ruled_cells *cells,
                      struct rule_result *results) LODE_MUST_CHECK;
/* When all bands are in. */
void provenance_place(struct provenance *provenance, const struct grid *grid, struct crs_lonlat *lonlat);
#endif
