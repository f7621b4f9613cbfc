/* Twice the wanted number are kept at most; when there are more, the half with the larger hashes goes. */
#include "analysis/draw.h"

#include <stdlib.h>

#include "analysis/survey.h"

void draw_free(struct draw *draw) {
    free(draw->cells);
    *draw = (struct draw){0};
}

static int by_hash(const void *a, const void *b) {
    const struct drawn_cell *p = a, *q = b;
    if (p->hash != q->hash) return p->hash < q->hash ? -1 : 1;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

static int by_cell(const void *a, const void *b) {
    const struct drawn_cell *p = a, *q = b;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

static void prune(struct draw *draw) {
    if (draw->n <= draw->wanted) return;
    qsort(draw->cells, draw->n, sizeof *draw->cells, by_hash);
    draw->n = draw->wanted;
    draw->full = true;
    draw->most = draw->cells[draw->n - 1].hash;
}

static status add(struct draw *draw, uint32_t hash, int64_t cell) {
    TRY(memory_reserve((void **)&draw->cells, &draw->room, draw->n + 1, sizeof *draw->cells));
    draw->cells[draw->n].hash = hash;
    draw->cells[draw->n++].cell = cell;
    if (draw->n == 2 * draw->wanted) prune(draw);
    return NULL;
}

status draw_band(struct draw *draw, const uint8_t *state, struct window band, const struct training *training) {
    int64_t first = band.row0 * band.cols;
    size_t next = 0; /* training cell not before this one */
    if (!draw->wanted) return NULL;
    for (int64_t i = 0; i < band.cols * band.rows; i++) {
        uint32_t hash = cell_hash(first + i) ^ draw->turn;
        if (state[i] > 1 || (draw->full && hash > draw->most)) continue;
        while (next < training->n && training->cells[next].row * band.cols + training->cells[next].col < first + i) next++;
        if (next < training->n && training->cells[next].row * band.cols + training->cells[next].col == first + i) continue;
        TRY(add(draw, hash, first + i));
    }
    return NULL;
}

static bool in_band(const struct drawn_cell *drawn, struct window band) {
    return drawn->cell >= band.row0 * band.cols && drawn->cell < (band.row0 + band.rows) * band.cols;
}

size_t draw_of_band(const struct draw *draw, struct window band, uint32_t *cells) {
    size_t n = 0;
    for (size_t i = 0; i < draw->n; i++)
        if (in_band(&draw->cells[i], band)) cells[n++] = (uint32_t)(draw->cells[i].cell - band.row0 * band.cols);
    return n;
}

void draw_fill(struct draw *draw, struct window band, size_t i, const float *values) {
    size_t n = 0;
    for (size_t k = 0; k < draw->n; k++)
        if (in_band(&draw->cells[k], band)) draw->cells[k].x[i] = values[n++];
}

void draw_finish(struct draw *draw) {
    prune(draw);
    if (draw->n) qsort(draw->cells, draw->n, sizeof *draw->cells, by_cell);
}
