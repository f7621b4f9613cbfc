/* A pass of the generated kernel over all bands, whose children's values come to the host. Rows of the grid are summed up side by side, each by
 * itself, and joined in their order: a cell's part does not depend on bands or threads. */
#include "analysis/gather.h"

#include <stdlib.h>

#include "analysis/walk.h"
#include "base/parallel.h"

struct gathering {
    const struct scan *scan;
    size_t level;
    float **rows[PLAN_SLOTS];       /* [row of the plan's gather steps]: a band's values */
    struct moments *totals;         /* [gather step] */
    struct moments *of_row;         /* [row of a band]: of one gather step */
    double **products;              /* [row of a band]: room for those of of_row, where a step wants them */
    const struct gather_step *step; /* being summed up */
    struct window band;
    size_t slot;
    struct arena arena;
};

static status moments_init(struct arena *arena, size_t n, size_t products, struct moments *moments) {
    *moments = (struct moments){.n = n};
    moments->columns = arena_alloc(arena, n, sizeof *moments->columns);
    if (products) moments->products = arena_alloc(arena, products, sizeof *moments->products);
    if (!moments->columns || (products && !moments->products)) return status_no_memory();
    moments_of_cells(NULL, 0, 0, moments);
    return NULL;
}

static size_t products_of(const struct gather_step *step) {
    return step->node->weighting == WEIGHTS_CRITIC ? step->n * step->n : 0;
}

/* For the sums of one row at a time, of whichever step. */
static status rows_init(struct gathering *gathering) {
    const struct plan *plan = gathering->scan->plan;
    size_t most = 1, products = 0;
    for (size_t g = 0; g < plan->n_gathers; g++) {
        const struct gather_step *step = &plan->gathers[g];
        if (step->n > most) most = step->n;
        if (products_of(step) > products) products = products_of(step);
    }
    gathering->of_row = arena_alloc(&gathering->arena, plan->band_rows, sizeof *gathering->of_row);
    gathering->products = arena_alloc(&gathering->arena, plan->band_rows, sizeof *gathering->products);
    if (!gathering->of_row || !gathering->products) return status_no_memory();
    for (size_t r = 0; r < plan->band_rows; r++) {
        TRY(moments_init(&gathering->arena, most, products, &gathering->of_row[r]));
        gathering->products[r] = gathering->of_row[r].products;
    }
    return NULL;
}

static status gathering_init(struct gathering *gathering) {
    const struct plan *plan = gathering->scan->plan;
    size_t cells = plan->band_rows * (size_t)plan->grid->width;
    gathering->totals = arena_alloc(&gathering->arena, plan->n_gathers, sizeof *gathering->totals);
    if (!gathering->totals) return status_no_memory();
    for (size_t g = 0; g < plan->n_gathers; g++)
        TRY(moments_init(&gathering->arena, plan->gathers[g].n, products_of(&plan->gathers[g]), &gathering->totals[g]));
    TRY(rows_init(gathering));
    for (size_t s = 0; s < PLAN_SLOTS; s++) {
        gathering->rows[s] = arena_alloc(&gathering->arena, plan->n_rows, sizeof *gathering->rows[s]);
        if (!gathering->rows[s]) return status_no_memory();
        for (size_t r = 0; r < plan->n_rows; r++)
            if (!(gathering->rows[s][r] = arena_alloc(&gathering->arena, cells, sizeof(float)))) return status_no_memory();
    }
    return NULL;
}

static void sum_row(void *user, int64_t row) {
    struct gathering *gathering = user;
    const struct gather_step *step = gathering->step;
    struct moments *moments = &gathering->of_row[row];
    size_t cols = (size_t)gathering->band.cols;
    moments->n = step->n;
    moments->products = products_of(step) ? gathering->products[row] : NULL;
    moments->logs = step->node->weighting == WEIGHTS_ENTROPY;
    moments_of_cells((const float *const *)gathering->rows[gathering->slot] + step->first_row, (size_t)row * cols, cols, moments);
}

static status sum_band(void *user, size_t slot, struct window band) {
    struct gathering *gathering = user;
    const struct plan *plan = gathering->scan->plan;
    gathering->band = band;
    gathering->slot = slot;
    for (size_t g = 0; g < plan->n_gathers; g++) {
        if (plan->gathers[g].level != gathering->level) continue;
        gathering->step = &plan->gathers[g];
        parallel_for(gathering->band.rows, parallel_threads(), sum_row, gathering);
        for (int64_t r = 0; r < gathering->band.rows; r++) moments_join(&gathering->totals[g], &gathering->of_row[r]);
    }
    return NULL;
}

static status run_level(struct gathering *gathering) {
    struct plan *plan = gathering->scan->plan;
    struct overlay_results results[PLAN_SLOTS];
    for (size_t s = 0; s < PLAN_SLOTS; s++) results[s] = (struct overlay_results){.gathered = gathering->rows[s]};
    const double levels = (double)plan->n_levels, level = (double)gathering->level;
    const struct walk walk = {
        .scan = gathering->scan, .from = (level - 1) / levels, .to = level / levels, .results = results, .take = sum_band, .user = gathering};
    TRY(walk_bands(&walk));
    for (size_t g = 0; g < plan->n_gathers; g++)
        if (plan->gathers[g].level == gathering->level) TRY(plan_take_moments(plan, g, &gathering->totals[g]));
    return NULL;
}

status gather_run(const struct scan *scan) {
    struct gathering gathering = {.scan = scan};
    if (!scan->plan->n_gathers) return NULL;
    status failure = gathering_init(&gathering);
    for (gathering.level = 1; !failure && gathering.level <= scan->plan->n_levels; gathering.level++) failure = run_level(&gathering);
    arena_free(&gathering.arena);
    return failure;
}
