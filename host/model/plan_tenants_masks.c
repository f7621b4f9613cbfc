/* What is there while masks and distances are made, and what of it stays. */
#include "model/mask_clumps.h"
#include "model/plan_memory.h"
#include "model/plan_tenants.h"

enum {
    COST_TILE = 64,
    COST_CELL_BYTES = 18 /* friction and cost in tiles; when sites are explained, the way back and the source, and room to find them */
};

static bool distance_is_made(const struct plan *plan, size_t distance) {
    return !plan->ways_only || plan_reads_cost(plan, distance, plan->ways_of);
}

static bool mask_is_kept(const struct plan *plan, size_t mask) {
    return !plan->ways_only && plan_keeps_mask(plan, mask);
}

size_t tenant_cache(const struct plan *plan, size_t rows) {
    (void)rows;
    return plan_cache_bytes(plan->memory_bytes);
}

size_t tenant_warping(const struct plan *plan, size_t rows) {
    (void)rows;
    for (size_t i = 0; i < plan->scenario->n_layers; i++)
        if (plan->scenario->layers[i].kind == LAYER_RASTER) return plan_warp_bytes(plan->memory_bytes);
    return 0;
}

/* geo/vector_burn.c: a strip each for a layer's mask and its values, from when they are first asked for, and GDAL's copy of one. */
size_t tenant_strips(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t bytes = 0, largest = 0;
    for (size_t m = 0; m < plan->n_masks; m++) {
        const struct mask_step *mask = &plan->masks[m];
        size_t cells = smaller(PLAN_STRIP_CELLS, (size_t)mask->window.cols * PLAN_STRIP_ROWS), cell = mask->condition ? sizeof(float) : 1;
        if (plan->scenario->layers[mask->layer].kind != LAYER_VECTOR) continue;
        bytes += cells * cell;
        largest = larger(largest, cells * cell);
    }
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        size_t cols = width_of(plan) + 2 * (size_t)plane->halo_cols;
        size_t strip = smaller(PLAN_STRIP_CELLS, cols * PLAN_STRIP_ROWS) * sizeof(float);
        bool of_values = plane->kind == PLANE_LAYER || plane_is_circle(plane->kind) || (plane->kind == PLANE_PERMIT && plane->layer != NO_INDEX);
        if (!of_values || plan->scenario->layers[plane->layer].kind != LAYER_VECTOR) continue;
        bytes += strip;
        largest = larger(largest, strip);
    }
    return bytes + largest;
}

/* model/mask_clumps.c: whatever lies in the mask; analysis/planes_masks.c: which cells of a chunk are known; analysis/planes_rules.c: where a rule
 * holds in one. */
size_t tenant_clumps(const struct plan *plan, size_t rows) {
    size_t most = plan_makes_of_distances(plan) ? row_bits(plan) * rows : 0;
    for (size_t m = 0; m < plan->n_masks; m++) {
        const struct mask_step *mask = &plan->masks[m];
        if (mask->least_km2 > 0) most = larger(most, mask_clumps_bytes(mask->window));
        if (mask->outside) most = larger(most, rounded_up((size_t)mask->window.cols, 64) / 8 * rows);
    }
    return most;
}

size_t tenant_masks_kept(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t bytes = 0;
    for (size_t m = 0; m < plan->n_masks; m++) bytes += mask_is_kept(plan, m) ? mask_bytes(plan, m) : 0;
    return bytes;
}

/* Ways alone ask for the sources of their costs. */
static bool mask_is_made(const struct plan *plan, size_t mask) {
    for (size_t d = 0; plan->ways_only && d < plan->n_distances; d++)
        if (plan->distances[d].mask == (int)mask && distance_is_made(plan, d)) return true;
    return !plan->ways_only;
}

/* The mask that is made, and what a geodesic distance folds it to. */
size_t tenant_mask_in_hand(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t largest = 0;
    for (size_t m = 0; m < plan->n_masks; m++) largest = mask_is_made(plan, m) ? larger(largest, mask_bytes(plan, m)) : largest;
    return plan->grid->geographic ? 2 * largest : largest;
}

/* compute/distance_placed.c: what geodesic distance on a projected grid keeps a cell beside the mask: balls around its sources, and places. */
static double placed_cell_bytes(const struct grid *grid) {
    return 0.1 + grid->places_cell_bytes;
}

/* compute/distance_planar.c: bits, first and last source row of each 64 in each column; on grids so wide that a processor's strips do not fit into
 * its local memory, which is the driver's, a few rows of scratch, of 12.25 bytes a cell, whose nearest sources fill 2 MiB.
 * compute/distance_geodesic.c: bits, those folded to one turn, tables of rows and columns, a strip. */
static size_t planar_scratch_bytes(size_t cols) {
    const size_t strip = 640 << 10; /* four rows of it, and one of scratch: 24.25 bytes a cell */
    if ((cols + 64) * 97 / 4 <= strip) return 0;
    return smaller(64, larger(16, (2 << 20) / (4 * cols))) * cols * 49 / 4;
}

static size_t distance_bytes(const struct plan *plan, size_t distance) {
    size_t mask = (size_t)plan->distances[distance].mask;
    size_t bits = mask_bytes(plan, mask), cols = rounded_up((size_t)plan->masks[mask].window.cols, 32), rows = (size_t)plan->masks[mask].window.rows;
    if (plan->grid->geographic) return 2 * bits + 80 * rows + 4 * cols + smaller(rows * 1024 * 8, larger(64 << 20, rows * 64 * 8)) + (128 << 10);
    if (plan->distances[distance].metric == METRIC_GEODESIC)
        return 2 * bits + (size_t)((double)plan->masks[mask].window.cols * (double)rows * placed_cell_bytes(plan->grid));
    return bits + (rows + 63) / 64 * cols * 8 + planar_scratch_bytes(cols);
}

size_t tenant_distances(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t bytes = 0;
    for (size_t d = 0; d < plan->n_distances; d++)
        if (!plan->distances[d].friction && plan_reads_distance(plan, d) && distance_is_made(plan, d)) bytes += distance_bytes(plan, d);
    return bytes * plan->devices;
}

/* analysis/planes_masks.c: one at a time. */
size_t tenant_distance_of_rules(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t most = 0;
    for (size_t d = 0; !plan->ways_only && d < plan->n_distances; d++)
        if (!plan_reads_distance(plan, d)) most = larger(most, distance_bytes(plan, d));
    return most;
}

size_t tenant_rules_made(const struct plan *plan, size_t rows) {
    (void)rows;
    return plan->ways_only ? 0 : (size_t)__builtin_popcountll(plan->made_rules) * row_bits(plan) * (size_t)plan->grid->height;
}

/* compute/cost.c; analysis/planes_distances.c: where there are other devices, what they get of it lies on the host once. */
size_t tenant_costs(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t bytes = 0;
    for (size_t d = 0; d < plan->n_distances; d++) {
        if (!plan->distances[d].friction || !distance_is_made(plan, d)) continue;
        struct window window = plan->masks[plan->distances[d].mask].window;
        size_t cells = rounded_up((size_t)window.cols, COST_TILE) * rounded_up((size_t)window.rows, COST_TILE);
        bytes += cells * COST_CELL_BYTES + 2 * mask_bytes(plan, (size_t)plan->distances[d].mask);
        bytes += plan->devices > 1 ? cells_of(plan) * sizeof(float) : 0;
    }
    return bytes;
}

/* The operands of the formula with most of them, of those that masks and frictions are made of. */
static size_t wide_operands(const struct plan *plan) {
    size_t most = 0;
    for (size_t m = 0; m < plan->n_masks; m++) {
        int criterion = plan->masks[m].criterion;
        const struct formula *formula = criterion == NO_INDEX ? NULL : plan->scenario->criteria[criterion].formula;
        if (formula) most = larger(most, formula->n_operands);
    }
    for (size_t d = 0; d < plan->n_distances; d++)
        if (plan->distances[d].friction) most = larger(most, plan->distances[d].friction->n_operands);
    return most;
}

/* analysis/planes_masks.c: values with an edge, bytes; on the device their surface, a result and a formula's operands. */
size_t tenant_mask_room(const struct plan *plan, size_t rows) {
    size_t cols = widest(plan), around = plan_cells_around(plan, cols, rows) * sizeof(float), cells = cols * rows;
    bool on_device = plan_has_local(plan) || plan_has_formula(plan), whole = on_device || plan_makes_of_distances(plan);
    return around + cells + (on_device ? around + cells * sizeof(float) * wide_operands(plan) : 0) + (whole ? cells * sizeof(float) : 0);
}
