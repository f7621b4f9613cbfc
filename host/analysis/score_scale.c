/* Posteriors of a model are mostly small: their colours are even steps of the logit, from the lowest to the highest that is scored. */
#include "analysis/score_scale.h"

#include "compute/overlay.h"
#include "model/woe.h"

enum { FORGET_ROWS = 16 };

struct ends {
    float low, high;
};

static void widen(const float *score, const uint8_t *state, size_t cells, struct ends *ends) {
    for (size_t i = 0; i < cells; i++) {
        if (state[i] != CELL_SCORED || !(score[i] > 0 && score[i] < 1)) continue;
        ends->low = score[i] < ends->low ? score[i] : ends->low;
        ends->high = score[i] > ends->high ? score[i] : ends->high;
    }
}

static void find_ends(const struct grid *grid, const struct scratch *score, const struct scratch *state, struct score_scale *out) {
    const size_t width = (size_t)grid->width;
    struct ends ends = {.low = 1, .high = 0};
    for (size_t row = 0; row < (size_t)grid->height; row++) {
        widen((const float *)score->bytes + row * width, (const uint8_t *)state->bytes + row * width, width, &ends);
        if (row % FORGET_ROWS == FORGET_ROWS - 1) scratch_forget_cells(score, state, (row + 1 - FORGET_ROWS) * width, FORGET_ROWS * width);
    }
    if (ends.high < ends.low) return;
    out->low = woe_logit((double)ends.low);
    out->high = woe_logit((double)ends.high);
}

status score_scale_make(const struct grid *grid, const struct scratch *score, const struct scratch *state, bool model, const struct classing *wish,
                        struct score_scale *out) {
    *out = (struct score_scale){.logits = model, .low = 0, .high = model ? 0 : 1};
    if (model) find_ends(grid, score, state, out);
    return classing_make(grid, score, state, wish, &out->classed);
}
