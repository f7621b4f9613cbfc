/* A variant's own plan takes the numbers that came from cells (statistics, weights, models) from the base's, which it is compared with, and scores
 * once more. Planes are made anew only where they differ. What is relaxed is taken off the states, by the rule bits. */
#include "analysis/variants.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/candidates.h"
#include "analysis/result.h"
#include "analysis/scoring.h"
#include "analysis/sites.h"
#include "analysis/variant_areas.h"
#include "base/parallel.h"
#include "model/plan_vary.h"
#include "model/rule_effect.h"

/* Of one variant, closed before the next. */
struct variant_planes {
    struct arena arena;
    struct scratch *score, *state; /* [target]: the variant's own; empty: the base's hold */
    struct scratch bits;           /* of rules, likewise */
};

static status planes_init(const struct scenario *scenario, struct variant_planes *planes) {
    planes->score = arena_alloc(&planes->arena, scenario->n_targets, sizeof *planes->score);
    planes->state = arena_alloc(&planes->arena, scenario->n_targets, sizeof *planes->state);
    return planes->score && planes->state ? NULL : status_no_memory();
}

static void planes_free(const struct scenario *scenario, struct variant_planes *planes) {
    for (size_t t = 0; planes->score && planes->state && t < scenario->n_targets; t++) {
        scratch_close(&planes->score[t]);
        scratch_close(&planes->state[t]);
    }
    scratch_close(&planes->bits);
    arena_free(&planes->arena);
}

static status open_planes(const struct result *result, const char *folder, struct variant_planes *planes) {
    size_t cells = (size_t)(result->grid.width * result->grid.height);
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        TRY(scratch_open(folder, cells * sizeof(float), &planes->score[t]));
        TRY(scratch_open(folder, cells, &planes->state[t]));
    }
    return scratch_open(folder, result->rule_bits.size, &planes->bits);
}

/* The scoring pass into a result of its own: no page, no criteria's surfaces and no models' areas. */
static status score_again(const struct scan *scan, const struct result *result, struct variant_planes *planes) {
    struct arena *arena = &planes->arena;
    struct scenario plain = *scan->scenario;
    struct scan again = *scan;
    struct result shadow = {.scenario = &plain, .grid = result->grid, .plan = scan->plan, .n_devices = result->n_devices};
    plain.write_criteria = false;
    again.scenario = &plain;
    again.models = arena_alloc(arena, plain.n_targets, sizeof *again.models);
    shadow.targets = arena_alloc(arena, plain.n_targets, sizeof *shadow.targets);
    shadow.rules = arena_alloc(arena, plain.n_rules + 1, sizeof *shadow.rules);
    shadow.criteria = arena_alloc(arena, plain.n_criteria + 1, sizeof *shadow.criteria);
    shadow.devices = arena_alloc(arena, result->n_devices, sizeof *shadow.devices);
    if (!again.models || !shadow.targets || !shadow.rules || !shadow.criteria || !shadow.devices) return status_no_memory();
    shadow.rule_bits = planes->bits;
    for (size_t t = 0; t < plain.n_targets; t++) {
        shadow.targets[t].score = planes->score[t];
        shadow.targets[t].state = planes->state[t];
    }
    return scoring_run(&again, &shadow);
}

struct relaxing {
    const struct scenario *scenario;
    const struct scratch *bits, *from, *to; /* states; both may be the same */
    uint64_t relaxed;
    size_t target;
    int64_t width;
};

static void relax_row(void *user, int64_t row) {
    const struct relaxing *relaxing = user;
    const size_t bytes = rule_bits_bytes(relaxing->scenario->n_rules), cells = (size_t)relaxing->width, first = (size_t)row * cells;
    const void *bits = (const char *)relaxing->bits->bytes + first * bytes;
    const uint8_t *from = (const uint8_t *)relaxing->from->bytes + first;
    uint8_t *to = (uint8_t *)relaxing->to->bytes + first;
    uint64_t seen = 0; /* neighbours mostly have the same rules */
    bool free_then = false;
    for (size_t i = 0; i < cells; i++) {
        to[i] = from[i];
        if (from[i] != CELL_EXCLUDED) continue;
        uint64_t here = rule_bits_at(bits, bytes, i);
        if (here != seen) free_then = !(rules_stopping(relaxing->scenario, relaxing->target, here) & ~relaxing->relaxed);
        seen = here;
        if (free_then) to[i] = CELL_SCORED;
    }
    scratch_forget(relaxing->bits, first * bytes, cells * bytes);
    scratch_forget(relaxing->from, first, cells);
    scratch_forget(relaxing->to, first, cells);
}

static status relax(const struct result *result, const struct scenario *scenario, uint64_t relaxed, const char *folder,
                    struct variant_planes *planes) {
    size_t cells = (size_t)(result->grid.width * result->grid.height);
    for (size_t t = 0; t < scenario->n_targets; t++) {
        struct relaxing relaxing = {.scenario = scenario, .relaxed = relaxed, .target = t, .width = result->grid.width};
        relaxing.bits = planes->bits.bytes ? &planes->bits : &result->rule_bits;
        relaxing.from = planes->state[t].bytes ? &planes->state[t] : &result->targets[t].state;
        relaxing.to = &planes->state[t];
        if (!planes->state[t].bytes) TRY(scratch_open(folder, cells, &planes->state[t]));
        parallel_for(result->grid.height, parallel_threads(), relax_row, &relaxing);
    }
    return NULL;
}

static bool looks_up(const struct plan *plan) {
    for (size_t c = 0; c < plan->scenario->n_criteria; c++)
        if (plan_lookup(plan, c).count) return true;
    return false;
}

static const struct scratch *state_of(const struct result *result, const struct variant_planes *planes, size_t target) {
    return planes->state[target].bytes ? &planes->state[target] : &result->targets[target].state;
}

static int by_id(const void *a, const void *b) {
    const struct site *const *first = a, *const *second = b;
    return strcmp((*first)->id, (*second)->id);
}

/* NULL: memory is out. */
static const struct site **sorted_by_id(const struct site_list *sites) {
    const struct site **sorted = NULL;
    status failure = MEMORY_ARRAY(sites->count + 1, &sorted);
    lode_error_free(failure);
    if (failure) return NULL;
    for (size_t i = 0; i < sites->count; i++) sorted[i] = &sites->sites[i];
    qsort(sorted, sites->count, sizeof *sorted, by_id);
    return sorted;
}

/* Planes of a target, the base's or a variant's. */
struct looked {
    const struct site_list *sites;
    const struct scratch *score, *state, *bits;
};

static status look_at(struct result *result, const struct site_list *sites, const struct looked *at, struct variant_cell **out) {
    const size_t bytes = rule_bits_bytes(result->scenario->n_rules);
    const struct site **sorted = sorted_by_id(at->sites);
    *out = arena_alloc(&result->arena, sites->count + 1, sizeof **out);
    if (!*out || !sorted) {
        free(sorted);
        return status_no_memory();
    }
    for (size_t i = 0; i < sites->count; i++) {
        const struct site *site = &sites->sites[i], **twin = bsearch(&site, sorted, at->sites->count, sizeof *sorted, by_id);
        const size_t cell = (size_t)(site->row * result->grid.width + site->col);
        (*out)[i] = (struct variant_cell){.twin = twin ? *twin : NULL,
                                          .state = ((const uint8_t *)at->state->bytes)[cell],
                                          .score = (double)((const float *)at->score->bytes)[cell]};
        if (at->bits->bytes) (*out)[i].rules = rule_bits_at(at->bits->bytes, bytes, cell);
    }
    free(sorted);
    return NULL;
}

static status find_sites(const struct scan *scan, struct result *result, const struct variant_planes *planes, struct variant_result *out) {
    for (size_t t = 0; t < scan->scenario->n_targets; t++) {
        const struct scratch *score = planes->score[t].bytes ? &planes->score[t] : &result->targets[t].score;
        const struct scratch *state = state_of(result, planes, t);
        bool points = scan->scenario->targets[t].candidates == CANDIDATE_POINTS;
        TRY((points ? candidates_points : candidates_peaks)(scan, t, score, state, &result->arena, &out->sites[t]));
        TRY(sites_explain(scan, t, score, state, &result->arena, &out->sites[t]));
        const struct target_result *base = &result->targets[t];
        const struct scratch *bits = planes->bits.bytes ? &planes->bits : &result->rule_bits;
        const struct looked here = {&out->sites[t], score, state, bits}, there = {&base->sites, &base->score, &base->state, &result->rule_bits};
        TRY(look_at(result, &base->sites, &here, &out->now[t]));
        TRY(look_at(result, &out->sites[t], &there, &out->before[t]));
        variant_areas_count(scan->grid, &result->targets[t].state, state, &out->areas[t]);
    }
    return NULL;
}

/* Whether the fused pass has other numbers or another form. */
static bool is_replanned(const struct variant_wish *wish, const struct plan *base) {
    return wish->n_weights || wish->as_of || wish->ordinances.asked || wish->permits.routes || wish->permits.classes ||
           (wish->n_faster && looks_up(base));
}

static status make_plan(const struct scan *base, struct result *result, const struct variant_result *variant, struct plan **plan) {
    const struct permits *permits = variant->permits ? variant->permits : result->permits;
    const struct setbacks *setbacks = variant->setbacks ? variant->setbacks : result->setbacks;
    struct plan_facts facts = {.code_of = layers_code_of, .user = &result->sources, .devices = base->plan->devices};
    if (permits) facts.permits = &permits->places;
    if (setbacks) facts.setbacks = &setbacks->places;
    TRY(layers_lengths(&result->sources, variant->scenario, &result->arena, &facts.lengths));
    TRY(plan_compile(variant->scenario, base->grid, &facts, base->plan->memory_bytes, plan));
    return plan_take_numbers(*plan, base->plan);
}

/* Warnings about layers and masks are the base's, which has told them. */
static status make_planes(struct scan *scan) {
    struct log quiet = {.user = scan->log->user, .cancelled = scan->log->cancelled};
    workers_close_planes(scan->workers, scan->n_workers);
    status failure = workers_make_planes(scan->workers, scan->n_workers, scan->plan, scan->layers, &quiet);
    log_free(&quiet);
    return failure;
}

static status equip(struct scan *scan, const struct plan *base, bool shared) {
    if (scan->plan != base) {
        workers_close_overlays(scan->workers, scan->n_workers);
        if (shared)
            workers_adopt(scan->workers, scan->n_workers, scan->plan);
        else
            TRY(make_planes(scan));
    }
    scan->planes = scan->workers[0].planes;
    if (!scan->workers[0].overlay) TRY(workers_make_overlays(scan->workers, scan->n_workers, scan->plan));
    scan->overlay = scan->workers[0].overlay;
    return NULL;
}

/* Before the variant's plan goes. */
static void disband(const struct scan *scan, const struct plan *base, bool shared) {
    if (scan->plan == base) return;
    workers_close_overlays(scan->workers, scan->n_workers);
    if (shared)
        workers_adopt(scan->workers, scan->n_workers, base);
    else
        workers_close_planes(scan->workers, scan->n_workers);
}

static status rescore(const struct scan *scan, struct result *result, const char *folder, struct variant_result *out, struct variant_planes *planes) {
    out->sites = arena_alloc(&result->arena, scan->scenario->n_targets, sizeof *out->sites);
    out->areas = arena_alloc(&result->arena, scan->scenario->n_targets, sizeof *out->areas);
    out->now = arena_alloc(&result->arena, scan->scenario->n_targets, sizeof *out->now);
    out->before = arena_alloc(&result->arena, scan->scenario->n_targets, sizeof *out->before);
    if (!out->sites || !out->areas || !out->now || !out->before) return status_no_memory();
    TRY(planes_init(scan->scenario, planes));
    if (out->permits) TRY(permits_draw(out->permits, scan->workers[0].device, scan->plan));
    if (out->rescored) {
        TRY(open_planes(result, folder, planes));
        TRY(score_again(scan, result, planes));
    }
    if (scan->relaxed) TRY(relax(result, scan->scenario, scan->relaxed, folder, planes));
    return find_sites(scan, result, planes, out);
}

static status run_planned(const struct scan *base, struct result *result, const char *folder, struct variant_result *out, struct plan *plan) {
    const bool shared = plan == base->plan || plan_shares_planes(plan, base->plan);
    struct variant_planes planes = {.score = NULL};
    struct scan scan = *base;
    scan.scenario = out->scenario;
    scan.plan = plan;
    scan.relaxed = out->wish->relaxed;
    if (shared) plan->band_rows = base->plan->band_rows;
    status failure = equip(&scan, base->plan, shared);
    if (!failure) failure = rescore(&scan, result, folder, out, &planes);
    disband(&scan, base->plan, shared);
    planes_free(out->scenario, &planes);
    return failure;
}

/* Those that take the base's planes, or (`apart`) those that need others, which come last. */
static status run_variant(const struct scan *base, struct result *result, const char *folder, struct variant_result *out, bool apart) {
    struct plan *plan = NULL;
    if (!is_replanned(out->wish, base->plan)) {
        if (apart) return NULL;
        if (out->wish->n_faster && !out->permits) TRY(permits_vary(result->permits, out->wish, &out->permits));
        return run_planned(base, result, folder, out, base->plan);
    }
    const struct variant_wish *wish = out->wish;
    const bool permits = wish->n_faster || wish->permits.routes || wish->permits.classes;
    out->rescored = wish->n_weights || wish->as_of || wish->ordinances.asked || (permits && scenario_scores_permits(out->scenario));
    if (out->wish->n_faster && !out->permits) TRY(permits_vary(result->permits, out->wish, &out->permits));
    status failure = make_plan(base, result, out, &plan);
    if (!failure && plan_shares_planes(plan, base->plan) != apart) failure = run_planned(base, result, folder, out, plan);
    plan_free(plan);
    return failure;
}

status variants_run(const struct scan *scan, struct result *result, const char *folder) {
    const size_t count = scan->scenario->n_variants;
    for (int apart = 0; apart < 2; apart++)
        for (size_t v = 0; v < count; v++) {
            const struct variant_wish *wish = &scan->scenario->variants[v];
            log_stage(scan->log, "variants", 0.84, 0.85);
            TRY(log_progress(scan->log, (double)v / (double)count));
            TRY(status_wrap(run_variant(scan, result, folder, &result->variants[v], apart), "%s:%d: variant '%s'", scan->scenario->path,
                            wish->at.line, wish->name));
        }
    return NULL;
}

void variants_close(struct variant_result *variants, size_t count) {
    for (size_t v = 0; variants && v < count; v++) {
        permits_close(variants[v].permits);
        setbacks_close(variants[v].setbacks);
    }
}
