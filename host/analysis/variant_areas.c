/* Rows are summed up in parts, as many for every machine, and the parts in their order. */
#include "analysis/variant_areas.h"

#include <string.h>

#include "base/parallel.h"

enum { PARTS = 64, STATES = 4 };

struct counting {
    const struct grid *grid;
    const struct scratch *base, *state;
    struct variant_areas parts[PARTS];
};

static void add_row(const struct counting *counting, int64_t row, struct variant_areas *into) {
    const size_t cells = (size_t)counting->grid->width, first = (size_t)row * cells;
    const uint8_t *base = (const uint8_t *)counting->base->bytes + first, *state = (const uint8_t *)counting->state->bytes + first;
    const double km2 = grid_cell_km2(counting->grid, (double)row);
    int64_t both[STATES][STATES] = {{0}};
    for (size_t i = 0; i < cells;) {
        size_t from = i; /* neighbours mostly have the same states */
        while (i < cells && base[i] == base[from] && state[i] == state[from]) i++;
        both[base[from]][state[from]] += (int64_t)(i - from);
    }
    for (int b = 0; b < STATES; b++)
        for (int s = 0; s < STATES; s++) {
            const double area = km2 * (double)both[b][s];
            into->km2[s] += area;
            if (b != CELL_SCORED && s == CELL_SCORED) into->gained_km2 += area;
            if (b == CELL_SCORED && s != CELL_SCORED) into->lost_km2 += area;
        }
    scratch_forget(counting->base, first, cells);
    scratch_forget(counting->state, first, cells);
}

static void add_part(void *user, int64_t part) {
    struct counting *counting = user;
    const int64_t rows = counting->grid->height;
    for (int64_t row = part * rows / PARTS; row < (part + 1) * rows / PARTS; row++) add_row(counting, row, &counting->parts[part]);
}

void variant_areas_count(const struct grid *grid, const struct scratch *base, const struct scratch *state, struct variant_areas *out) {
    struct counting counting = {.grid = grid, .base = base, .state = state};
    parallel_for(PARTS, parallel_threads(), add_part, &counting);
    *out = (struct variant_areas){{0}, 0, 0};
    for (int part = 0; part < PARTS; part++) {
        for (int s = 0; s < STATES; s++) out->km2[s] += counting.parts[part].km2[s];
        out->gained_km2 += counting.parts[part].gained_km2;
        out->lost_km2 += counting.parts[part].lost_km2;
    }
}
