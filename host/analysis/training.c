/* Places to cells: sorted in reading order, those of one cell joined. */
#include "analysis/training.h"

#include <stdlib.h>

static int by_place(const void *a, const void *b) {
    const struct training_cell *p = a, *q = b;
    if (p->row != q->row) return p->row < q->row ? -1 : 1;
    return (p->col > q->col) - (p->col < q->col);
}

static void join(struct training *training, enum same_cell same_cell) {
    size_t n = 0;
    for (size_t i = 0; i < training->n; i++) {
        struct training_cell *cell = &training->cells[i];
        if (n && by_place(&training->cells[n - 1], cell) == 0)
            training->cells[n - 1].points += same_cell == SAME_CELL_COUNT ? 1 : 0;
        else
            training->cells[n++] = *cell;
    }
    training->n = n;
}

status training_read(const struct grid *grid, const struct layers *layers, const int *which, size_t count, enum same_cell same_cell,
                     struct arena *arena, struct training *out) {
    *out = (struct training){0};
    for (size_t i = 0; i < count; i++) out->given += (size_t)vector_source_count(layers->vectors[which[i]]);
    out->cells = arena_alloc(arena, out->given + 1, sizeof *out->cells);
    if (!out->cells) return status_no_memory();
    for (size_t i = 0; i < count; i++) {
        const struct vector_source *source = layers->vectors[which[i]];
        for (int64_t f = 0; f < vector_source_count(source); f++) {
            struct training_cell *cell = &out->cells[out->n];
            double x, y, lon, lat;
            *cell = (struct training_cell){.points = 1};
            TRY(vector_source_point(source, f, &x, &y, &lon, &lat));
            grid_cell(grid, x, y, &cell->col, &cell->row);
            if (grid_holds(grid, cell->col, cell->row))
                out->n++;
            else
                out->beyond++;
        }
    }
    qsort(out->cells, out->n, sizeof *out->cells, by_place);
    join(out, same_cell);
    return NULL;
}
