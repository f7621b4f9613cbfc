/* A variant with stages of permits draws them anew and, where criteria look permits up, scores once more; what is relaxed is taken off the states,
 * by the rule bits. Numbers that came from cells (statistics, weights, models) stay the base's: variants are compared with it. */
#include "analysis/variants.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/candidates.h"
#include "analysis/result.h"
#include "analysis/scoring.h"
#include "analysis/sites.h"
#include "base/parallel.h"
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
    struct result shadow = {.scenario = &plain, .grid = result->grid, .plan = result->plan, .n_devices = result->n_devices};
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

static status relax(const struct result *result, uint64_t relaxed, const char *folder, struct variant_planes *planes) {
    size_t cells = (size_t)(result->grid.width * result->grid.height);
    for (size_t t = 0; t < result->scenario->n_targets; t++) {
        struct relaxing relaxing = {.scenario = result->scenario, .relaxed = relaxed, .target = t, .width = result->grid.width};
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

static status find_sites(const struct scan *scan, struct result *result, const struct variant_planes *planes, struct variant_result *out) {
    for (size_t t = 0; t < scan->scenario->n_targets; t++) {
        const struct scratch *score = planes->score[t].bytes ? &planes->score[t] : &result->targets[t].score;
        const struct scratch *state = planes->state[t].bytes ? &planes->state[t] : &result->targets[t].state;
        bool points = scan->scenario->targets[t].candidates == CANDIDATE_POINTS;
        TRY((points ? candidates_points : candidates_peaks)(scan, t, score, state, &result->arena, &out->sites[t]));
        TRY(sites_explain(scan, t, score, state, &result->arena, &out->sites[t]));
    }
    return NULL;
}

static status draw(const struct scan *scan, const struct result *result, struct variant_result *out, struct variant_planes *planes) {
    struct plan *plan = scan->plan;
    float *params = arena_alloc(&planes->arena, plan->n_params + 1, sizeof *params);
    if (!params) return status_no_memory();
    memcpy(params, plan->params, plan->n_params * sizeof *params);
    plan->params = params;
    TRY(permits_vary(result->permits, out->wish, &out->permits));
    return permits_draw(out->permits, scan->workers[0].device, plan);
}

static status run_variant(const struct scan *base, struct result *result, const char *folder, struct variant_result *out,
                          struct variant_planes *planes) {
    struct scan scan = *base;
    scan.relaxed = out->wish->relaxed;
    out->sites = arena_alloc(&result->arena, scan.scenario->n_targets, sizeof *out->sites);
    if (!out->sites) return status_no_memory();
    TRY(planes_init(scan.scenario, planes));
    if (out->wish->n_faster) TRY(draw(&scan, result, out, planes));
    out->rescored = out->wish->n_faster && looks_up(scan.plan);
    if (out->rescored) {
        TRY(open_planes(result, folder, planes));
        TRY(score_again(&scan, result, planes));
    }
    if (scan.relaxed) TRY(relax(result, scan.relaxed, folder, planes));
    return find_sites(&scan, result, planes, out);
}

/* The plan's numbers are the base's again in any case. */
status variants_run(const struct scan *scan, struct result *result, const char *folder) {
    size_t count = scan->scenario->n_variants;
    float *params = scan->plan->params;
    status failure = NULL;
    result->variants = arena_alloc(&result->arena, count + 1, sizeof *result->variants);
    if (!result->variants) return status_no_memory();
    for (size_t v = 0; !failure && v < count; v++) {
        struct variant_planes planes = {.score = NULL};
        result->variants[v].wish = &scan->scenario->variants[v];
        log_stage(scan->log, "variants", 0.84, 0.85);
        failure = log_progress(scan->log, (double)v / (double)count);
        if (!failure) failure = run_variant(scan, result, folder, &result->variants[v], &planes);
        scan->plan->params = params;
        planes_free(scan->scenario, &planes);
        failure =
            status_wrap(failure, "%s:%d: variant '%s'", scan->scenario->path, scan->scenario->variants[v].at.line, scan->scenario->variants[v].name);
    }
    return failure;
}

void variants_close(struct variant_result *variants, size_t count) {
    for (size_t v = 0; variants && v < count; v++) permits_close(variants[v].permits);
}
