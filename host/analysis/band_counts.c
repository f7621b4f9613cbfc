/* Counted while a band's scores, states and rule bits are still near the processor. */
#include "analysis/band_counts.h"

#include "base/vectors.h"

/* Whose states are still in the processor when they are looked at again. */
enum { CELLS_AT_ONCE = 1 << 16 };

static status count_rules(struct result *result, struct window band) {
    struct ruled_cells cells = {.band = band, .bits = result_rule_bits(result, band.row0)};
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        struct target_result *target = &result->targets[t];
        cells.state = (const uint8_t *)target->state.bytes + band.row0 * band.cols;
        cells.score = (const float *)target->score.bytes + band.row0 * band.cols;
        TRY(provenance_add(&target->provenance, &result->grid, &cells, t ? NULL : result->rules));
    }
    return NULL;
}

WIDE_VECTORS static int64_t count_bytes(const uint8_t *bytes, int64_t count, uint8_t wanted) {
    enum { STRETCH = 224 }; /* whose count fits a byte, so that it is counted in bytes */
    int64_t found = 0;
    for (int64_t from = 0; from < count; from += STRETCH) {
        const int64_t to = from + STRETCH < count ? from + STRETCH : count;
        uint8_t some = 0;
        for (int64_t i = from; i < to; i++) some = (uint8_t)(some + (bytes[i] == wanted));
        found += some;
    }
    return found;
}

static void count_states(struct result *result, struct window band) {
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        struct target_result *target = &result->targets[t];
        const uint8_t *state = (const uint8_t *)target->state.bytes + band.row0 * band.cols;
        for (int64_t r = 0; r < band.rows; r++) {
            double km2 = grid_cell_km2(&result->grid, (double)(band.row0 + r));
            int64_t left = band.cols; /* mostly there are but one or two states */
            for (int s = CELL_SCORED; s <= CELL_OUTSIDE && left > 0; s++) {
                int64_t in_row = s < CELL_OUTSIDE ? count_bytes(state + r * band.cols, band.cols, (uint8_t)s) : left;
                left -= in_row;
                target->cells[s] += in_row;
                target->area_km2[s] += km2 * (double)in_row;
            }
        }
    }
}

status band_counts_add(struct result *result, struct window band) {
    const int64_t rows = band.cols < CELLS_AT_ONCE ? CELLS_AT_ONCE / band.cols : 1;
    for (int64_t b = 0; b < window_bands(band, rows); b++) {
        TRY(count_rules(result, window_band(band, b, rows)));
        count_states(result, window_band(band, b, rows));
    }
    return NULL;
}
