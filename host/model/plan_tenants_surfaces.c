/* Surfaces, in memory or the pages of their files that are looked at; and what their files and pictures take while they are written. */
#include "base/parallel.h"
#include "model/plan_memory.h"
#include "model/plan_tenants.h"

enum {
    PIECE_BYTES = 1 << 19,
    PIECES_A_THREAD = 4,
    TILE_CELLS = PLAN_TILE_SIDE * PLAN_TILE_SIDE,
    TILES_AHEAD = 2,
    PACKER_BYTES = 1 << 19 /* what ISA-L wants beside a tile */
};

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
size_t tenant_page_made(const struct plan *plan, size_t rows) {
    (void)rows;
    if (!plan->page) return 0;
    size_t own = 1 + plan->scenario->n_targets, planes = own + page_planes(plan), pixels = smaller(2 * cells_of(plan), PLAN_PAGE_CELLS);
    size_t looked_at = smaller(page_planes(plan), 3 * (size_t)parallel_threads());
    return pixels * sizeof(int32_t) + page_cells(plan) * (own + looked_at) + smaller(4 * planes * pixels, 3 * (size_t)PLAN_PAGE_PICTURES);
}

/* analysis/lattice.c: memberships that a worker makes at once, and what the page takes of a band until it is let go. */
size_t tenant_page_taken(const struct plan *plan, size_t rows) {
    if (!plan->page) return 0;
    double share = (double)page_cells(plan) / (double)cells_of(plan);
    size_t at_once = larger(width_of(plan), smaller(PLAN_LATTICE_CELLS, cells_of(plan)));
    size_t band = (size_t)((double)(width_of(plan) * rows) * share);
    return plan->devices * (plan->scenario->n_criteria * sizeof(float) * at_once + page_planes(plan) * band);
}

/* analysis/result.c, result_open_surfaces: planes that fit in their part of the budget lie in memory. */
size_t tenant_surfaces_in_memory(const struct plan *plan, size_t rows) {
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
size_t tenant_pages_in_flight(const struct plan *plan, size_t rows) {
    size_t threads = (size_t)parallel_threads(), bands = plan->slots * rows * width_of(plan) * surface_cell_bytes(plan);
    size_t counted = threads * larger(PLAN_CANDIDATE_ROWS * width_of(plan), PLAN_RANKED_CELLS);
    return all_in_memory(plan) ? 0 : larger(bands, smaller(counted, cells_of(plan)) * 5);
}

/* analysis/variants.c: pages of its planes, always in files, while bands pass and while candidates are looked for. */
size_t tenant_variants(const struct plan *plan, size_t rows) {
    size_t bands = plan->slots * rows * width_of(plan) * (plan->scenario->n_targets * 5 + rule_bytes(plan));
    size_t counted = (size_t)parallel_threads() * larger(PLAN_CANDIDATE_ROWS * width_of(plan), PLAN_RANKED_CELLS);
    return plan->scenario->n_variants ? larger(bands, smaller(counted, cells_of(plan)) * 5) : 0;
}

/* report/png_file.c: pieces that wait to be written, and a thread's rows. */
size_t tenant_picture(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t threads = (size_t)parallel_threads(), pieces = cells_of(plan) / PIECE_BYTES + 1;
    return smaller(pieces, threads * PIECES_A_THREAD) * (PIECE_BYTES + width_of(plan)) * 9 / 8 + smaller(pieces, threads) * 4 * PIECE_BYTES;
}

/* geo/raster_writer.c: floats of a target, or both bands of a criterion, or states, whose planes lie in memory; others lie in a file, let go like
 * the surfaces. */
size_t tenant_overviews(const struct plan *plan, size_t rows) {
    size_t bytes = cells_of(plan) * (plan->scenario->write_criteria ? 2 * sizeof(float) : sizeof(float));
    return smaller(smaller(bytes, tenant_surfaces_in_memory(plan, rows)) / 3, PLAN_OVERVIEW_BYTES);
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

size_t tenant_pages_written(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t cell = plan->scenario->write_criteria ? 2 * sizeof(float) : sizeof(float);
    return all_in_memory(plan) ? 0 : cells_written(plan) * cell;
}

/* api/surfaces.c: those of a target are taken from those of all, into a file. */
size_t tenant_rules_written(const struct plan *plan, size_t rows) {
    (void)rows;
    return cells_written(plan) * rule_bytes(plan) * (all_in_memory(plan) ? 1 : 2);
}

/* geo/tile_pack.c: a tile's bytes before and after, of both bands of a criterion, or of rule bits. */
size_t tenant_packing(const struct plan *plan, size_t rows) {
    (void)rows;
    size_t cell = larger(plan->scenario->write_criteria ? 2 * sizeof(float) : sizeof(float), rule_bytes(plan));
    return tiles_in_hand(plan) * (2 * TILE_CELLS * cell + PACKER_BYTES);
}
