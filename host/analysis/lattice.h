/* What a page shows of a grid: memberships and rules of every step-th cell of every step-th row, a byte each, taken while bands pass. */
#ifndef LODE_ANALYSIS_LATTICE_H
#define LODE_ANALYSIS_LATTICE_H

#include "analysis/scan.h"
#include "geo/scratch.h"

enum {
    LATTICE_MISSING = 0, /* a membership mu is LATTICE_LEAST + round(LATTICE_STEPS mu) */
    LATTICE_LEAST = 1,
    LATTICE_STEPS = 254
};

/* A plane a criterion, then one for each eight rules, bit r % 8 of plane n_criteria + r / 8. Empty (cols 0): not wanted. */
struct lattice {
    int64_t step, cols, rows; /* its cell (i, j) is the grid's (lattice_cell(i), lattice_cell(j)) */
    size_t n_planes;
    struct scratch bytes; /* [plane][row][column] */
};

/* Its size for a grid, of PLAN_PAGE_CELLS at most; it depends on nothing else. */
void lattice_size(const struct plan *plan, struct lattice *out);
/* The same with room for its bytes, in a file, so that a page does not raise what a run needs. */
status lattice_open(const struct plan *plan, const char *folder, struct lattice *out) LODE_MUST_CHECK;
void lattice_close(struct lattice *lattice);
/* Column or row of the grid; `size`: its width or height. */
int64_t lattice_cell(const struct lattice *lattice, int64_t index, int64_t size);
const uint8_t *lattice_plane(const struct lattice *lattice, size_t plane);

/* Takes what lies in a band that the worker has just scored. `rules`: bits of the band (model/rule_bits.h). `membership`: of the band, or NULL: it is
 * made again for the cells that are taken. Several workers may take bands at the same time. */
status lattice_take(struct lattice *lattice, const struct scan *scan, struct worker *worker, struct window band, const void *rules,
                    float *const *membership) LODE_MUST_CHECK;

#endif
