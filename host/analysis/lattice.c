/* Cells are those in the middle of squares of step x step. Where all cells are taken, some rows are made at once. */
#include "analysis/lattice.h"

#include <math.h>
#include <stdlib.h>

#include "model/rule_bits.h"

enum { CELLS_AT_ONCE = PLAN_LATTICE_CELLS, RULES_A_BYTE = 8 };

void lattice_size(const struct plan *plan, struct lattice *out) {
    const struct grid *grid = plan->grid;
    *out = (struct lattice){.step = 0};
    do {
        out->step++;
        out->cols = (grid->width + out->step - 1) / out->step;
        out->rows = (grid->height + out->step - 1) / out->step;
    } while (out->cols > PLAN_PAGE_CELLS / out->rows);
    out->n_planes = plan->scenario->n_criteria + (plan->scenario->n_rules + RULES_A_BYTE - 1) / RULES_A_BYTE;
}

status lattice_open(const struct plan *plan, const char *folder, struct lattice *out) {
    lattice_size(plan, out);
    return scratch_open(folder, out->n_planes * (size_t)(out->cols * out->rows), &out->bytes);
}

void lattice_close(struct lattice *lattice) {
    scratch_close(&lattice->bytes);
}

int64_t lattice_cell(const struct lattice *lattice, int64_t index, int64_t size) {
    int64_t cell = index * lattice->step + lattice->step / 2;
    return cell < size ? cell : size - 1;
}

const uint8_t *lattice_plane(const struct lattice *lattice, size_t plane) {
    return (const uint8_t *)lattice->bytes.bytes + plane * (size_t)(lattice->cols * lattice->rows);
}

static uint8_t *row_of(const struct lattice *lattice, size_t plane, int64_t row) {
    return (uint8_t *)lattice->bytes.bytes + plane * (size_t)(lattice->cols * lattice->rows) + row * lattice->cols;
}

static uint8_t byte_of(float membership) {
    if (isnan(membership)) return LATTICE_MISSING;
    float share = membership < 0 ? 0 : membership > 1 ? 1 : membership;
    return (uint8_t)(LATTICE_LEAST + (int)(share * LATTICE_STEPS + 0.5f));
}

static void take_row(struct lattice *lattice, const struct scenario *scenario, int64_t width, int64_t row, float *const *membership, size_t first,
                     const void *rules, size_t first_of_rules) {
    const size_t bytes = rule_bits_bytes(scenario->n_rules);
    for (size_t c = 0; c < scenario->n_criteria; c++) {
        uint8_t *to = row_of(lattice, c, row);
        const float *from = membership[c] + first;
        for (int64_t i = 0; i < lattice->cols; i++) to[i] = byte_of(from[lattice_cell(lattice, i, width)]);
    }
    for (size_t p = scenario->n_criteria; p < lattice->n_planes; p++) {
        uint8_t *to = row_of(lattice, p, row);
        const size_t shift = RULES_A_BYTE * (p - scenario->n_criteria);
        for (int64_t i = 0; i < lattice->cols; i++)
            to[i] = (uint8_t)(rule_bits_at(rules, bytes, first_of_rules + (size_t)lattice_cell(lattice, i, width)) >> shift);
    }
}

/* Rows of the lattice from `row` on that lie side by side in the band, as many as are made at once. */
static int64_t rows_together(const struct lattice *lattice, int64_t width, int64_t height, int64_t row, int64_t end) {
    int64_t most = lattice->step > 1 || width >= CELLS_AT_ONCE ? 1 : CELLS_AT_ONCE / width, count = 1;
    while (count < most && row + count < lattice->rows && lattice_cell(lattice, row + count, height) < end) count++;
    return count;
}

static status room_for(const struct scenario *scenario, size_t cells, float ***out) {
    float **rows = NULL;
    TRY(MEMORY_ARRAY(scenario->n_criteria + 1, &rows));
    status failure = MEMORY_ARRAY(cells * scenario->n_criteria, &rows[0]);
    for (size_t c = 1; c < scenario->n_criteria; c++) rows[c] = rows[0] ? rows[0] + c * cells : NULL;
    *out = rows;
    return failure;
}

static status take_made(struct lattice *lattice, const struct scan *scan, struct worker *worker, struct window band, int64_t row, const void *rules,
                        float **room) {
    const int64_t width = scan->grid->width, height = scan->grid->height, end = band.row0 + band.rows;
    for (int64_t count; row < lattice->rows && lattice_cell(lattice, row, height) < end; row += count) {
        count = rows_together(lattice, width, height, row, end);
        size_t from = (size_t)((lattice_cell(lattice, row, height) - band.row0) * width);
        TRY(overlay_run_from(worker->overlay, planes_buffers(worker->planes), from, (size_t)(count * width),
                             &(struct overlay_results){.membership = room}));
        for (int64_t i = 0; i < count; i++)
            take_row(lattice, scan->scenario, width, row + i, room, (size_t)(i * width), rules, from + (size_t)(i * width));
    }
    return NULL;
}

/* In a file they may be larger than memory. */
static void forget_rows(const struct lattice *lattice, int64_t from, int64_t to) {
    for (size_t p = 0; to > from && p < lattice->n_planes; p++)
        scratch_forget(&lattice->bytes, (size_t)(row_of(lattice, p, from) - (uint8_t *)lattice->bytes.bytes), (size_t)((to - from) * lattice->cols));
}

static int64_t first_row(const struct lattice *lattice, const struct scan *scan, int64_t from) {
    int64_t row = from / lattice->step;
    while (row > 0 && lattice_cell(lattice, row - 1, scan->grid->height) >= from) row--;
    while (row < lattice->rows && lattice_cell(lattice, row, scan->grid->height) < from) row++;
    return row;
}

status lattice_take(struct lattice *lattice, const struct scan *scan, struct worker *worker, struct window band, const void *rules,
                    float *const *membership) {
    const int64_t width = scan->grid->width, height = scan->grid->height;
    const int64_t start = first_row(lattice, scan, band.row0), after = first_row(lattice, scan, band.row0 + band.rows);
    int64_t row = start;
    float **room = NULL;
    if (membership) {
        for (; row < lattice->rows && lattice_cell(lattice, row, height) < band.row0 + band.rows; row++) {
            size_t from = (size_t)((lattice_cell(lattice, row, height) - band.row0) * width);
            take_row(lattice, scan->scenario, width, row, membership, from, rules, from);
        }
        forget_rows(lattice, start, after);
        return NULL;
    }
    size_t cells = (size_t)(width > CELLS_AT_ONCE ? width : CELLS_AT_ONCE);
    status failure = room_for(scan->scenario, cells, &room);
    if (!failure) failure = take_made(lattice, scan, worker, band, row, rules, room);
    if (room) free(room[0]);
    free(room);
    forget_rows(lattice, start, after);
    return failure;
}
