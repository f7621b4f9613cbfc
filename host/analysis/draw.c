/* Twice the wanted number are kept at most; when there are more, the half with the larger hashes goes. A cell's evidence lies at its place, which
 * stays when cells are put into another order: a cell that goes leaves its place to one that comes. */
#include "analysis/draw.h"

#include <stdlib.h>

#include "analysis/survey.h"

void draw_free(struct draw *draw) {
    free(draw->cells);
    free(draw->x);
    free(draw->here);
    *draw = (struct draw){0};
}

status draw_open(struct draw *draw, size_t room) {
    if (draw->cells) return NULL;
    TRY(MEMORY_ARRAY(room, &draw->cells));
    TRY(MEMORY_ARRAY(room, &draw->here));
    for (size_t i = 0; i < room; i++) draw->cells[i].place = (uint32_t)i;
    return memory_array(room, draw->n_evidence * sizeof *draw->x, (void **)&draw->x);
}

static int by_hash(const struct drawn_cell *p, const struct drawn_cell *q) {
    if (p->hash != q->hash) return p->hash < q->hash ? -1 : 1;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

static int by_cell(const void *a, const void *b) {
    const struct drawn_cell *p = a, *q = b;
    return (p->cell > q->cell) - (p->cell < q->cell);
}

static void swap(struct drawn_cell *a, struct drawn_cell *b) {
    struct drawn_cell other = *a;
    *a = *b;
    *b = other;
}

/* Hoare's selection: puts the `wanted` smallest first, the largest of these last among them. */
static void select_smallest(struct drawn_cell *cells, size_t n, size_t wanted) {
    size_t low = 0, high = n - 1, at = wanted - 1;
    while (low < high) {
        const struct drawn_cell middle = cells[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (by_hash(&cells[i], &middle) < 0) i++;
            while (by_hash(&middle, &cells[j]) < 0) j--;
            if (i >= j) break;
            swap(&cells[i++], &cells[j--]);
        }
        if (at <= j)
            high = j;
        else
            low = j + 1;
    }
}

static void prune(struct draw *draw) {
    if (draw->n <= draw->wanted) return;
    select_smallest(draw->cells, draw->n, draw->wanted);
    draw->n = draw->wanted;
    draw->full = true;
    draw->most = draw->cells[draw->n - 1].hash;
}

static void add(struct draw *draw, uint32_t hash, int64_t cell) {
    draw->cells[draw->n].hash = hash;
    draw->cells[draw->n++].cell = cell;
    if (draw->n == 2 * draw->wanted) prune(draw);
}

status draw_band(struct draw *draw, const uint8_t *state, struct window band, const struct training *training) {
    int64_t first = band.row0 * band.cols;
    size_t next = 0; /* training cell not before this one */
    if (!draw->wanted) return NULL;
    TRY(draw_open(draw, 2 * draw->wanted));
    for (int64_t i = 0; i < band.cols * band.rows; i++) {
        uint32_t hash = cell_hash(first + i) ^ draw->turn;
        if (state[i] > 1 || (draw->full && hash > draw->most)) continue;
        while (next < training->n && training->cells[next].row * band.cols + training->cells[next].col < first + i) next++;
        if (next < training->n && training->cells[next].row * band.cols + training->cells[next].col == first + i) continue;
        add(draw, hash, first + i);
    }
    return NULL;
}

size_t draw_of_band(struct draw *draw, struct window band, uint32_t *cells) {
    const int64_t first = band.row0 * band.cols, end = first + band.rows * band.cols;
    draw->n_here = 0;
    for (size_t i = 0; i < draw->n; i++) {
        const struct drawn_cell *drawn = &draw->cells[i];
        if (drawn->cell < first || drawn->cell >= end) continue;
        cells[draw->n_here] = (uint32_t)(drawn->cell - first);
        draw->here[draw->n_here++] = drawn->place;
    }
    return draw->n_here;
}

void draw_fill(struct draw *draw, size_t i, const float *values) {
    for (size_t k = 0; k < draw->n_here; k++) draw->x[draw->here[k] * draw->n_evidence + i] = values[k];
}

void draw_finish(struct draw *draw) {
    prune(draw);
    if (draw->n) qsort(draw->cells, draw->n, sizeof *draw->cells, by_cell);
}
