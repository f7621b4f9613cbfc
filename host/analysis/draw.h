/* Cells drawn at random from a study area, the training cells left out: those with the smallest hashes, so the same ones however bands are cut. */
#ifndef LODE_ANALYSIS_DRAW_H
#define LODE_ANALYSIS_DRAW_H

#include "analysis/training.h"

struct drawn_cell {
    uint32_t hash, place; /* place: where its evidence lies */
    int64_t cell;         /* row * width + column */
};

/* `wanted`, `n_evidence` and `turn` are the caller's; else zero-initialise. */
struct draw {
    size_t wanted, n_evidence, n;
    uint32_t turn;            /* exclusive-ors hashes, so that another seed draws other cells */
    struct drawn_cell *cells; /* n of them drawn */
    float *x;                 /* [place][n_evidence] */
    uint32_t *here;           /* [n_here] places of the cells that draw_of_band told last */
    size_t n_here;
    bool full; /* no hash above `most` is drawn any longer */
    uint32_t most;
};

/* Evidence of drawn cell k. */
static inline const float *draw_evidence(const struct draw *draw, size_t k) {
    return draw->x + draw->cells[k].place * draw->n_evidence;
}
/* Room for so many cells, unless there is room already; draw_band makes its own. A caller may put cells there himself, each with its own place. */
status draw_open(struct draw *draw, size_t room) LODE_MUST_CHECK;
void draw_free(struct draw *draw);
/* Draws from a band (whole rows) whose cells have these states; excluded cells are of the study area, too. */
status draw_band(struct draw *draw, const uint8_t *state, struct window band, const struct training *training) LODE_MUST_CHECK;
/* The drawn cells of the band that was added last, counted from its first: at most 2 * wanted. */
size_t draw_of_band(struct draw *draw, struct window band, uint32_t *cells);
/* Their values of evidence i, in that order. */
void draw_fill(struct draw *draw, size_t i, const float *values);
/* Keeps the wanted number of cells, in reading order. */
void draw_finish(struct draw *draw);

#endif
