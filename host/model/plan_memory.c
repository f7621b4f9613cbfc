/* One row a tenant. Where a tenant's size is decided elsewhere, its function says where; tests/analysis/test_plan.c and tests/scan/test_memory.py
 * hold the sums against what devices and the process really take. */
#include "model/plan_memory.h"

#include "base/parallel.h"
#include "model/mask_clumps.h"
#include "model/rule_bits.h"

enum {
    BAND_ROWS_MAX = 256,
    BANDS_A_DEVICE = 8, /* at least */
    CACHE_LEAST = 8 << 20,
    WARP_PART = 16,
    WARP_LEAST = 4 << 20,
    WARP_MOST = 448 << 20,
    COST_TILE = 64,
    COST_CELL_BYTES = 18, /* friction and cost in tiles; when sites are explained, the way back and the source, and room to find them */
    PIECE_BYTES = 1 << 19,
    PIECES_A_THREAD = 4,
    TILE_CELLS = PLAN_TILE_SIDE * PLAN_TILE_SIDE,
    TILES_AHEAD = 2,
    PACKER_BYTES = 1 << 19, /* what ISA-L wants beside a tile */
    CIRCLE_LANES = 16
};
static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

size_t plan_cache_bytes(size_t memory_bytes) {
    return larger(memory_bytes / PLAN_CACHE_PART, CACHE_LEAST);
}

size_t plan_warp_bytes(size_t memory_bytes) {
    return smaller(larger(memory_bytes / WARP_PART, WARP_LEAST), WARP_MOST);
}

static size_t width_of(const struct plan *plan) {
    return (size_t)plan->grid->width;
}

static size_t cells_of(const struct plan *plan) {
    return width_of(plan) * (size_t)plan->grid->height;
}

static size_t rounded_up(size_t count, size_t step) {
    return (count + step - 1) / step * step;
}

static size_t widest(const struct plan *plan) {
    size_t cols = width_of(plan);
    for (size_t m = 0; m < plan->n_masks; m++) cols = larger(cols, (size_t)plan->masks[m].window.cols);
    return cols;
}

static bool distance_is_made(const struct plan *plan, size_t distance) {
    return !plan->ways_only || plan_reads_cost(plan, distance, plan->ways_of);
}

/* Bits of a mask in whole words. */
static size_t mask_bytes(const struct plan *plan, size_t mask) {
    struct window window = plan->masks[mask].window;
    return rounded_up((size_t)window.cols, 64) / 8 * (size_t)window.rows;
}

static bool mask_is_kept(const struct plan *plan, size_t mask) {
    return !plan->ways_only && plan_keeps_mask(plan, mask);
}

/* Of a cell in the plane of rule bits. */
static size_t rule_bytes(const struct plan *plan) {
    return plan->scenario->n_rules ? rule_bits_bytes(plan->scenario->n_rules) : 0;
}

static size_t made_bytes(const struct plan *plan) {
    return plan->made_rules ? rule_bytes(plan) : 0;
}

/* Bits of the grid's rows. */
static size_t row_bits(const struct plan *plan) {
    return rounded_up(width_of(plan), 64) / 8;
}

static size_t cache(const struct plan *plan, size_t rows) {
    (void)rows;
    return plan_cache_bytes(plan->memory_bytes);
}

static size_t warping(const struct plan *plan, size_t rows) {
    (void)rows;
    for (size_t i = 0; i < plan->scenario->n_layers; i++)
        if (plan->scenario->layers[i].kind == LAYER_RASTER) return plan_warp_bytes(plan->memory_bytes);
    return 0;
}

/* geo/vector_burn.c: a strip each for a layer's mask and its values, from when they are first asked for, and GDAL's copy of one. */
static size_t strips(const struct plan *plan, size_t rows) {
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
static size_t clumps(const struct plan *plan, size_t rows) {
    size_t most = plan_makes_of_distances(plan) ? row_bits(plan) * rows : 0;
    for (size_t m = 0; m < plan->n_masks; m++) {
        const struct mask_step *mask = &plan->masks[m];
        if (mask->least_km2 > 0) most = larger(most, mask_clumps_bytes(mask->window));
        if (mask->outside) most = larger(most, rounded_up((size_t)mask->window.cols, 64) / 8 * rows);
    }
    return most;
}

/* geo/vector_share.c: a strip of cells a layer, with what edges cover of them and of those beside them. */
static size_t shares(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t planes = 0;
    for (size_t i = 0; i < plan->n_planes; i++) planes += plan->planes[i].kind == PLANE_SHARE;
    return planes * (width_of(plan) + 1) * PLAN_SHARE_ROWS * (2 * sizeof(double) + sizeof(float));
}

static size_t masks_kept(const struct plan *plan, size_t rows) {
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
static size_t mask_in_hand(const struct plan *plan, size_t rows) {
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

static size_t distances(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t bytes = 0;
    for (size_t d = 0; d < plan->n_distances; d++)
        if (!plan->distances[d].friction && plan_reads_distance(plan, d) && distance_is_made(plan, d)) bytes += distance_bytes(plan, d);
    return bytes * plan->devices;
}

/* analysis/planes_masks.c: one at a time. */
static size_t distance_of_rules(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t most = 0;
    for (size_t d = 0; !plan->ways_only && d < plan->n_distances; d++)
        if (!plan_reads_distance(plan, d)) most = larger(most, distance_bytes(plan, d));
    return most;
}

static size_t rules_made(const struct plan *plan, size_t rows) {
    (void)rows;
    return plan->ways_only ? 0 : (size_t)__builtin_popcountll(plan->made_rules) * row_bits(plan) * (size_t)plan->grid->height;
}

/* compute/cost.c; analysis/planes_distances.c: where there are other devices, what they get of it lies on the host once. */
static size_t costs(const struct plan *plan, size_t rows) {
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
static size_t mask_room(const struct plan *plan, size_t rows) {
    size_t cols = widest(plan), around = plan_cells_around(plan, cols, rows) * sizeof(float), cells = cols * rows;
    bool on_device = plan_has_local(plan) || plan_has_formula(plan), whole = on_device || plan_makes_of_distances(plan);
    return around + cells + (on_device ? around + cells * sizeof(float) * wide_operands(plan) : 0) + (whole ? cells * sizeof(float) : 0);
}

static size_t layers_in_flight(const struct plan *plan, size_t rows) {
    size_t cells = 0;
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (!plane_is_distance(plane->kind)) cells += (width_of(plan) + 2 * (size_t)plane->halo_cols) * (rows + 2 * (size_t)plane->halo_rows);
    }
    return plan->slots * (cells * sizeof(float) + width_of(plan) * rows * made_bytes(plan));
}

/* A set a device: every plane, rules, a terrain's surface, a formula's or a permit criterion's result, a row of nearest sources a distance. */
static size_t planes_on_device(const struct plan *plan, size_t rows) {
    size_t planes = plan->n_planes, surface = plan_has_local(plan) ? plan_cells_around(plan, width_of(plan), rows) : 0;
    for (size_t c = 0; c < plan->scenario->n_criteria && planes == plan->n_planes; c++)
        planes += plan->scenario->criteria[c].op == OP_FORMULA || criterion_is_permit(&plan->scenario->criteria[c]);
    size_t floats = planes * width_of(plan) * rows + surface;
    return plan->devices * (floats * sizeof(float) + width_of(plan) * rows * made_bytes(plan) + plan->n_distances * width_of(plan) * sizeof(int64_t));
}

/* compute/focal.c: pieces of runs twice and the sums of circles, of two or three numbers a cell, and the runs' lengths. Masks may be made of them
 * too, and are wider; the largest of each is kept. */
static size_t circles(const struct plan *plan, size_t rows) {
    size_t most = 0, cols = rounded_up(widest(plan), CIRCLE_LANES);
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (!plane_is_circle(plane->kind)) continue;
        if (plane->kind == PLANE_PERCENTILE) continue;
        size_t number = plane->kind == PLANE_SD ? 3 * sizeof(double) : plane->kind == PLANE_RELIEF ? 3 * sizeof(float) : 2 * sizeof(double);
        size_t wide = rounded_up(cols + 2 * (size_t)plane->halo_cols, CIRCLE_LANES), high = rows + 2 * (size_t)plane->halo_rows;
        most = larger(most, number * (2 * wide * high + cols * rows) + 2 * sizeof(int) * rows * (high + 2));
    }
    return most * plan->devices;
}

/* compute/percentile.c: keys of cells and those around, and the runs' lengths. */
static size_t percentiles(const struct plan *plan, size_t rows) {
    size_t most = 0, cols = rounded_up(widest(plan), CIRCLE_LANES);
    for (size_t i = 0; i < plan->n_planes; i++) {
        const struct plane *plane = &plan->planes[i];
        if (plane->kind != PLANE_PERCENTILE) continue;
        size_t wide = rounded_up(cols + 2 * (size_t)plane->halo_cols, CIRCLE_LANES), high = rows + 2 * (size_t)plane->halo_rows;
        most = larger(most, sizeof(int) * (wide * high + 2 * rows * (high + 2)));
    }
    return most * plan->devices;
}

static size_t values_fetched(const struct plan *plan, size_t rows) {
    return plan->devices * width_of(plan) * rows * sizeof(float);
}

/* analysis/gather.c: values that weights are made of, of bands in flight and of a chunk. */
static size_t gathered(const struct plan *plan, size_t rows) {
    size_t cells = width_of(plan) * rows;
    return plan->n_rows * sizeof(float) * (PLAN_SLOTS * cells + smaller(PLAN_CHUNK_CELLS, cells));
}

static size_t models_of(const struct plan *plan, bool classes) {
    size_t models = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        const struct model *model = plan->scenario->targets[t].model;
        models += model && (!classes || model->kind == MODEL_WEIGHTS_OF_EVIDENCE);
    }
    return models;
}

/* analysis/model_fit.c: a band's states of each model, and on the device those of one. */
static size_t studied(const struct plan *plan, size_t rows) {
    size_t models = models_of(plan, false);
    return models ? (models + 1) * width_of(plan) * rows : 0;
}

/* Which classes a cell's evidence falls into: of bands in flight, and of a chunk on each device. */
static size_t conditions(const struct plan *plan, size_t rows) {
    size_t cells = width_of(plan) * rows;
    return models_of(plan, true) * sizeof(uint32_t) * (plan->slots * cells + plan->devices * smaller(PLAN_CHUNK_CELLS, cells));
}

/* A model also has a surface of standard deviations, but for trees. */
static size_t deviations_of(const struct plan *plan) {
    size_t models = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        const struct model *model = plan->scenario->targets[t].model;
        models += model && !model_table[model->kind].trees;
    }
    return models;
}

static size_t surface_cell_bytes(const struct plan *plan) {
    return plan->scenario->n_targets * 5 + rule_bytes(plan) + deviations_of(plan) * sizeof(float) +
           (plan->scenario->write_criteria ? plan->scenario->n_criteria * 8 : 0);
}

/* One plane after the other, as long as it fits in what is left of their part of the budget. */
static size_t planes_that_fit(size_t plane_bytes, size_t count, size_t *spare) {
    size_t fit = plane_bytes ? smaller(count, *spare / plane_bytes) : 0;
    *spare -= fit * plane_bytes;
    return fit * plane_bytes;
}

/* analysis/lattice.c: a byte each of a cell that the page shows. */
static size_t page_planes(const struct plan *plan) {
    return plan->scenario->n_criteria + (plan->scenario->n_rules + 7) / 8;
}

static size_t page_cells(const struct plan *plan) {
    return smaller(cells_of(plan), PLAN_PAGE_CELLS);
}

/* report/page_raster.c: where a pixel is found (Web Mercator has up to twice the pixels of a turned grid), planes of the page's own, those that
 * threads look at in a file, and the pictures: as they are compressed, as letters, and as these are copied into the page. */
static size_t page_made(const struct plan *plan, size_t rows) {
    (void)rows;
    if (!plan->page) return 0;
    size_t own = 1 + plan->scenario->n_targets, planes = own + page_planes(plan), pixels = smaller(2 * cells_of(plan), PLAN_PAGE_CELLS);
    size_t looked_at = smaller(page_planes(plan), 3 * (size_t)parallel_threads());
    return pixels * sizeof(int32_t) + page_cells(plan) * (own + looked_at) + smaller(4 * planes * pixels, 3 * (size_t)PLAN_PAGE_PICTURES);
}

/* analysis/lattice.c: memberships that a worker makes at once, and what the page takes of a band until it is let go. */
static size_t page_taken(const struct plan *plan, size_t rows) {
    if (!plan->page) return 0;
    double share = (double)page_cells(plan) / (double)cells_of(plan);
    size_t at_once = larger(width_of(plan), smaller(PLAN_LATTICE_CELLS, cells_of(plan)));
    size_t band = (size_t)((double)(width_of(plan) * rows) * share);
    return plan->devices * (plan->scenario->n_criteria * sizeof(float) * at_once + page_planes(plan) * band);
}

/* analysis/result.c, result_open_surfaces: planes that fit in their part of the budget lie in memory. */
static size_t surfaces_in_memory(const struct plan *plan, size_t rows) {
    (void)rows;
    if (plan->ways_only) return 0;
    size_t spare = plan->memory_bytes / PLAN_SURFACES_PART, cells = cells_of(plan), bytes = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++)
        bytes += planes_that_fit(cells * sizeof(float), 1, &spare) + planes_that_fit(cells, 1, &spare);
    bytes += planes_that_fit(cells * rule_bytes(plan), 1, &spare);
    if (plan->scenario->write_criteria) bytes += planes_that_fit(cells * sizeof(float), 2 * plan->scenario->n_criteria, &spare);
    return bytes + planes_that_fit(cells * sizeof(float), deviations_of(plan), &spare);
}

static bool all_in_memory(const struct plan *plan) {
    return cells_of(plan) * surface_cell_bytes(plan) <= plan->memory_bytes / PLAN_SURFACES_PART;
}

/* Pages of the surfaces' files that the process looks at: bands until they are counted, later blocks of candidates, a row of them a thread, or
 * the cells that a thread counts. Those of a thread are of one target, of 5 bytes a cell. */
static size_t pages_in_flight(const struct plan *plan, size_t rows) {
    size_t threads = (size_t)parallel_threads(), bands = plan->slots * rows * width_of(plan) * surface_cell_bytes(plan);
    size_t counted = threads * larger(PLAN_CANDIDATE_ROWS * width_of(plan), PLAN_RANKED_CELLS);
    return all_in_memory(plan) ? 0 : larger(bands, smaller(counted, cells_of(plan)) * 5);
}

/* analysis/variants.c: pages of its planes, always in files, while bands pass and while candidates are looked for. */
static size_t variants(const struct plan *plan, size_t rows) {
    size_t bands = plan->slots * rows * width_of(plan) * (plan->scenario->n_targets * 5 + rule_bytes(plan));
    size_t counted = (size_t)parallel_threads() * larger(PLAN_CANDIDATE_ROWS * width_of(plan), PLAN_RANKED_CELLS);
    return plan->scenario->n_variants ? larger(bands, smaller(counted, cells_of(plan)) * 5) : 0;
}

/* compute/overlay.c: what is fetched of a chunk; analysis/sites.c: of a row. */
static size_t terms(const struct plan *plan, size_t rows) {
    size_t chunk = smaller(PLAN_CHUNK_CELLS, width_of(plan) * rows), criteria = plan->scenario->n_criteria, targets = plan->scenario->n_targets;
    size_t of_row = width_of(plan) * (21 + 8 * criteria + 16 * plan->n_distances);
    return plan->devices * chunk * (8 * criteria + 9 * targets + 8) + of_row;
}

/* report/png_file.c: pieces that wait to be written, and a thread's rows. */
static size_t picture(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t threads = (size_t)parallel_threads(), pieces = cells_of(plan) / PIECE_BYTES + 1;
    return smaller(pieces, threads * PIECES_A_THREAD) * (PIECE_BYTES + width_of(plan)) * 9 / 8 + smaller(pieces, threads) * 4 * PIECE_BYTES;
}

/* geo/raster_writer.c: floats of a target, or both bands of a criterion, or states, whose planes lie in memory; others lie in a file, let go like
 * the surfaces. */
static size_t overviews(const struct plan *plan, size_t rows) {
    size_t bytes = cells_of(plan) * (plan->scenario->write_criteria ? 2 * sizeof(float) : sizeof(float));
    return smaller(smaller(bytes, surfaces_in_memory(plan, rows)) / 3, PLAN_OVERVIEW_BYTES);
}

/* Tiles that are packed or wait to be written. */
static size_t tiles_in_hand(const struct plan *plan) {
    return smaller(cells_of(plan) / TILE_CELLS + 1, (size_t)parallel_threads() + TILES_AHEAD);
}

/* geo/tile_file.c: rows of tiles, from that of the oldest in hand; those of a thread that makes overviews are fewer. */
static size_t cells_written(const struct plan *plan) {
    size_t across = (width_of(plan) + PLAN_TILE_SIDE - 1) / PLAN_TILE_SIDE;
    return smaller(((tiles_in_hand(plan) + across - 1) / across + 1) * PLAN_TILE_SIDE * width_of(plan), cells_of(plan));
}

static size_t pages_written(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t cell = plan->scenario->write_criteria ? 2 * sizeof(float) : sizeof(float);
    return all_in_memory(plan) ? 0 : cells_written(plan) * cell;
}

/* api/surfaces.c: those of a target are taken from those of all, into a file. */
static size_t rules_written(const struct plan *plan, size_t rows) {
    (void)rows;
    return cells_written(plan) * rule_bytes(plan) * (all_in_memory(plan) ? 1 : 2);
}

/* geo/tile_pack.c: a tile's bytes before and after, of both bands of a criterion, or of rule bits. */
static size_t packing(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t cell = larger(plan->scenario->write_criteria ? 2 * sizeof(float) : sizeof(float), rule_bytes(plan));
    return tiles_in_hand(plan) * (2 * TILE_CELLS * cell + PACKER_BYTES);
}

/* analysis/certainty.c: a score for each draw and site, and each criterion's weight. */
static size_t certainty(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t most = 0;
    for (size_t t = 0; t < plan->scenario->n_targets; t++) {
        const struct target *target = &plan->scenario->targets[t];
        size_t sites = target->candidates == CANDIDATE_PEAKS ? smaller(target->count, CERTAINTY_SITES_MAX) : CERTAINTY_SITES_MAX;
        size_t draw = sites * sizeof(float) + plan->scenario->n_criteria * sizeof(double);
        if (target->certainty.asked) most = larger(most, target->certainty.draws * draw);
    }
    return most;
}

static const struct tenant {
    const char *name;
    unsigned times;
    size_t (*bytes)(const struct plan *plan, size_t rows);
} tenant_table[] = {
    {"decoded pixels", TIME_MASKS | TIME_SCORING | TIME_WRITING | TIME_PAGE, cache},
    {"resampling", TIME_MASKS | TIME_SCORING, warping},
    {"burnt strips of vector layers", TIME_MASKS | TIME_SCORING, strips},
    {"shares of cells that areas cover", TIME_SCORING, shares},
    {"masks kept", TIME_MASKS | TIME_SCORING, masks_kept},
    {"distances", TIME_MASKS | TIME_SCORING, distances},
    {"the distance that rules are made of", TIME_MASKS, distance_of_rules},
    {"bits of rules", TIME_MASKS | TIME_SCORING, rules_made},
    {"accumulated costs", TIME_MASKS | TIME_SCORING, costs},
    {"the mask that is made", TIME_MASKS, mask_in_hand},
    {"room to make masks in", TIME_MASKS, mask_room},
    {"clumps of a mask, and what is known beside it", TIME_MASKS, clumps},
    {"layers of bands in flight", TIME_SCORING, layers_in_flight},
    {"planes on the device", TIME_SCORING, planes_on_device},
    {"circles of cells", TIME_MASKS | TIME_SCORING, circles},
    {"percentiles of circles", TIME_MASKS | TIME_SCORING, percentiles},
    {"values fetched", TIME_SCORING, values_fetched},
    {"values that weights are made of", TIME_SCORING, gathered},
    {"states of cells that models learn from", TIME_SCORING, studied},
    {"conditions of bands in flight", TIME_SCORING, conditions},
    {"surfaces in memory", TIME_MASKS | TIME_SCORING | TIME_WRITING | TIME_PAGE, surfaces_in_memory},
    {"pages of surfaces in flight", TIME_SCORING, pages_in_flight},
    {"planes of variants", TIME_SCORING, variants},
    {"terms of sites", TIME_SCORING, terms},
    {"scores of draws", TIME_SCORING, certainty},
    {"values for the page", TIME_SCORING, page_taken},
    {"picture", TIME_SCORING, picture},
    {"overviews", TIME_WRITING, overviews},
    {"pages of surfaces being written", TIME_WRITING, pages_written},
    {"rule bits being written", TIME_WRITING, rules_written},
    {"tiles of surfaces", TIME_WRITING, packing},
    {"pictures of the page", TIME_PAGE, page_made},
};
enum { N_TENANTS = sizeof tenant_table / sizeof *tenant_table };
_Static_assert((int)N_TENANTS <= (int)PLAN_TENANTS_MAX, "callers have room for every tenant");

static size_t tenant_bytes(const struct tenant *tenant, const struct plan *plan, size_t rows) {
    return plan->ways_only && !(tenant->times & TIME_MASKS) ? 0 : tenant->bytes(plan, rows);
}

size_t plan_tenants(const struct plan *plan, size_t rows, struct plan_tenant tenants[PLAN_TENANTS_MAX]) {
    size_t n = 0;
    for (size_t i = 0; i < N_TENANTS; i++) {
        size_t bytes = tenant_bytes(&tenant_table[i], plan, rows);
        if (bytes > 0) tenants[n++] = (struct plan_tenant){tenant_table[i].name, tenant_table[i].times, bytes};
    }
    return n;
}

static size_t bytes_at(const struct plan *plan, size_t rows, unsigned time) {
    size_t bytes = 0;
    for (size_t i = 0; i < N_TENANTS; i++) bytes += tenant_table[i].times & time ? tenant_bytes(&tenant_table[i], plan, rows) : 0;
    return bytes;
}

size_t plan_peak_bytes(const struct plan *plan, size_t rows) {
    return larger(bytes_at(plan, rows, TIME_MASKS),
                  larger(bytes_at(plan, rows, TIME_SCORING), larger(bytes_at(plan, rows, TIME_WRITING), bytes_at(plan, rows, TIME_PAGE))));
}

static const size_t MB = 1000000;

static bool fits(struct plan plan, size_t megabytes) {
    plan.memory_bytes = megabytes * MB;
    return plan_peak_bytes(&plan, 1) <= plan.memory_bytes;
}

/* A larger budget lets some tenants take more: the least one, from the plan's own on, that holds what it would itself bring. */
static size_t megabytes_needed(struct plan plan) {
    size_t megabytes = plan.memory_bytes / MB, before = megabytes;
    while (!fits(plan, megabytes)) {
        plan.memory_bytes = megabytes * MB;
        megabytes = larger(megabytes + 1, (plan_peak_bytes(&plan, 1) + MB - 1) / MB);
    }
    while (megabytes > before + 1 && fits(plan, megabytes - 1)) megabytes--;
    return megabytes;
}

/* Of a budget that is just enough, the largest tenant of the time that needs most is named. */
static status too_little(struct plan plan) {
    const size_t megabytes = megabytes_needed(plan);
    struct plan_tenant tenants[PLAN_TENANTS_MAX], most = {"", 0, 0};
    plan.memory_bytes = megabytes * MB;
    size_t n = plan_tenants(&plan, 1, tenants), needed = plan_peak_bytes(&plan, 1);
    unsigned time = TIME_MASKS;
    while (bytes_at(&plan, 1, time) < needed) time <<= 1;
    for (size_t i = 0; i < n; i++)
        if (tenants[i].times & time && tenants[i].bytes > most.bytes) most = tenants[i];
    return status_fail(LODE_TRY_AGAIN, "a grid of %lld x %lld cells needs at least %zu MB (%zu MB of it: %s): give more --memory or a coarser cell",
                       (long long)plan.grid->width, (long long)plan.grid->height, megabytes, (most.bytes + MB - 1) / MB, most.name);
}

/* Several devices: or the slowest ends long after the others. */
static size_t fair_rows(const struct plan *plan) {
    return plan->devices > 1 ? (size_t)plan->grid->height / (plan->devices * BANDS_A_DEVICE) + 1 : (size_t)plan->grid->height;
}

status plan_choose_band(struct plan *plan) {
    size_t low = 1, high = smaller(BAND_ROWS_MAX, fair_rows(plan));
    if (plan_peak_bytes(plan, low) > plan->memory_bytes) return too_little(*plan);
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (plan_peak_bytes(plan, middle) <= plan->memory_bytes)
            low = middle;
        else
            high = middle - 1;
    }
    plan->band_rows = low;
    return NULL;
}
