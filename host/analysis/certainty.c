/* One launch a draw: sites are the cells of a small band, whose planes hold what the scan read where they lie. */
#include "analysis/certainty.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/number_draw.h"
#include "base/parallel.h"
#include "model/rule_bits.h"

enum { DRAWS_A_PROGRESS = 512 };

struct drawing {
    const struct scan *scan;
    size_t target, n, draws;
    struct buffer **planes; /* [plan plane], of n cells */
    struct number_draw *draw;
    float *scores;  /* [draw * n + site] */
    double *shares; /* [draw * n_criteria + criterion] */
    uint32_t *ranked;
    struct site_certainty *sites;
    struct sensitivity sensitivity;
    struct arena arena;
};

static size_t count_ranked(const struct site_list *list) {
    size_t n = 0;
    while (n < list->count && n < CERTAINTY_SITES_MAX && list->sites[n].rank > 0) n++;
    return n;
}

/* Behind the planes: what rules were made to hold at the sites. */
static status open_rules(struct drawing *drawing, const struct site_list *list) {
    const struct plan *plan = drawing->scan->plan;
    const size_t bytes = rule_bits_bytes(plan->scenario->n_rules);
    struct buffer **rules = &drawing->planes[plan->n_planes];
    if (!plan->made_rules) return NULL;
    void *bits = arena_alloc(&drawing->arena, drawing->n, bytes);
    if (!bits) return status_no_memory();
    for (size_t i = 0; i < drawing->n; i++) rule_bits_put(bits, bytes, i, list->sites[i].rules & plan->made_rules);
    TRY(buffer_open(drawing->scan->workers[0].device, drawing->n * bytes, rules));
    return buffer_write(*rules, 0, drawing->n * bytes, bits);
}

static status open_planes(struct drawing *drawing, const struct site_list *list) {
    float *values = arena_alloc(&drawing->arena, drawing->n, sizeof *values);
    drawing->planes = arena_alloc(&drawing->arena, drawing->scan->plan->n_planes + 1, sizeof *drawing->planes);
    if (!values || !drawing->planes) return status_no_memory();
    for (size_t p = 0; p < drawing->scan->plan->n_planes; p++) {
        for (size_t i = 0; i < drawing->n; i++) values[i] = list->sites[i].planes[p];
        TRY(buffer_open(drawing->scan->workers[0].device, drawing->n * sizeof *values, &drawing->planes[p]));
        TRY(buffer_write(drawing->planes[p], 0, drawing->n * sizeof *values, values));
    }
    return open_rules(drawing, list);
}

static void drawing_close(struct drawing *drawing) {
    for (size_t p = 0; drawing->planes && p <= drawing->scan->plan->n_planes; p++) buffer_close(drawing->planes[p]);
    number_draw_close(drawing->draw);
    free(drawing->scores);
    free(drawing->shares);
    arena_free(&drawing->arena);
}

static status score_draws(struct drawing *drawing) {
    const struct scan *scan = drawing->scan;
    float **scores = arena_alloc(&drawing->arena, scan->scenario->n_targets, sizeof *scores);
    if (!scores) return status_no_memory();
    for (size_t d = 0; d < drawing->draws; d++) {
        if (d % DRAWS_A_PROGRESS == 0) TRY(log_progress(scan->log, (double)d / (double)drawing->draws));
        number_draw_next(drawing->draw);
        number_draw_shares(drawing->draw, drawing->shares + d * scan->scenario->n_criteria);
        scores[drawing->target] = drawing->scores + d * drawing->n;
        TRY(overlay_run_numbers(scan->overlay, drawing->planes, drawing->n, number_draw_numbers(drawing->draw),
                                &(struct overlay_results){.score = scores}));
    }
    return NULL;
}

struct place_of {
    float score; /* below all others where it is missing */
    uint32_t site;
};

static int by_score(const void *a, const void *b) {
    const struct place_of *p = a, *q = b;
    return (p->score < q->score) - (p->score > q->score);
}

static void rank_draw(void *user, int64_t d) {
    const struct drawing *drawing = user;
    const float *scores = drawing->scores + (size_t)d * drawing->n;
    struct place_of places[CERTAINTY_SITES_MAX];
    for (size_t i = 0; i < drawing->n; i++) places[i] = (struct place_of){isnan(scores[i]) ? -INFINITY : scores[i], (uint32_t)i};
    qsort(places, drawing->n, sizeof *places, by_score);
    for (size_t i = 0, rank = 0; i < drawing->n; i++) {
        if (i && places[i].score < places[i - 1].score) rank = i;
        __atomic_fetch_add(&drawing->ranked[places[i].site * drawing->n + rank], 1, __ATOMIC_RELAXED);
    }
}

/* Position, from 0, of the least value with so large a share of the draws at or below it. */
static size_t position(double share, size_t draws) {
    size_t at = (size_t)ceil(share * (double)draws);
    return at ? at - 1 : 0;
}

/* Hoare's selection: what would be at `wanted` if all were sorted. */
static float select_at(float *values, size_t n, size_t wanted) {
    size_t low = 0, high = n - 1;
    while (low < high) {
        float pivot = values[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;;) {
            while (values[i] < pivot) i++;
            while (values[j] > pivot) j--;
            if (i >= j) break;
            float kept = values[i];
            values[i++] = values[j];
            values[j--] = kept;
        }
        if (wanted <= j)
            high = j;
        else
            low = j + 1;
    }
    return values[wanted];
}

static double score_at(float *values, size_t draws, double share) {
    float value = select_at(values, draws, position(share, draws));
    return isinf(value) ? NAN : (double)value;
}

static double rank_at(const uint32_t *counts, size_t draws, double share) {
    size_t rank = 0, seen = counts[0], wanted = position(share, draws) + 1;
    while (seen < wanted) seen += counts[++rank];
    return (double)rank + 1;
}

static void sum_up_site(void *user, int64_t i) {
    const struct drawing *drawing = user;
    const uint32_t *counts = drawing->ranked + (size_t)i * drawing->n;
    struct site_certainty *site = &drawing->sites[i];
    size_t draws = drawing->draws, among = 0;
    float *values = NULL;
    for (size_t r = 0; r < drawing->n && r < CERTAINTY_FIRST; r++) among += counts[r];
    site->first = (double)counts[0] / (double)draws;
    site->among_first = (double)among / (double)draws;
    site->rank = (struct quantiles){rank_at(counts, draws, 0.05), rank_at(counts, draws, 0.5), rank_at(counts, draws, 0.95)};
    site->score = (struct quantiles){NAN, NAN, NAN};
    status failure = MEMORY_ARRAY(draws, &values);
    lode_error_free(failure);
    if (failure) return;
    for (size_t d = 0; d < draws; d++) {
        float score = drawing->scores[d * drawing->n + (size_t)i];
        values[d] = isnan(score) ? -INFINITY : score;
    }
    site->score.p05 = score_at(values, draws, 0.05);
    site->score.p50 = score_at(values, draws, 0.5);
    site->score.p95 = score_at(values, draws, 0.95);
    free(values);
}

/* Central weights: sums in the order of the draws. */
static status find_first_weights(const struct drawing *drawing, struct arena *arena) {
    size_t criteria = drawing->scan->scenario->n_criteria;
    for (size_t i = 0; i < drawing->n; i++) {
        const uint32_t firsts = drawing->ranked[i * drawing->n];
        if (!firsts) continue;
        double *weights = arena_alloc(arena, criteria, sizeof *weights);
        if (!weights) return status_no_memory();
        for (size_t d = 0; d < drawing->draws; d++) {
            const float *scores = drawing->scores + d * drawing->n;
            bool first = true;
            for (size_t j = 0; first && j < drawing->n; j++) first = !(scores[j] > scores[i] || (isnan(scores[i]) && !isnan(scores[j])));
            for (size_t c = 0; first && c < criteria; c++) weights[c] += drawing->shares[d * criteria + c] / (double)firsts;
        }
        drawing->sites[i].first_weights = weights;
    }
    return NULL;
}

static status run(struct drawing *drawing, const struct site_list *list, struct arena *arena) {
    const struct scan *scan = drawing->scan;
    size_t cells;
    drawing->ranked = arena_alloc(arena, drawing->n * drawing->n, sizeof *drawing->ranked);
    drawing->sites = arena_alloc(arena, drawing->n, sizeof *drawing->sites);
    if (!drawing->ranked || !drawing->sites || !size_multiply(drawing->n, drawing->draws, &cells)) return status_no_memory();
    TRY(MEMORY_ARRAY(cells, &drawing->scores));
    TRY(MEMORY_ARRAY(drawing->draws * scan->scenario->n_criteria, &drawing->shares));
    TRY(open_planes(drawing, list));
    TRY(number_draw_open(scan->plan, scan->overlay, drawing->target, &drawing->draw));
    TRY(score_draws(drawing));
    parallel_for((int64_t)drawing->draws, parallel_threads(), rank_draw, drawing);
    parallel_for((int64_t)drawing->n, parallel_threads(), sum_up_site, drawing);
    TRY(find_first_weights(drawing, arena));
    return sensitivity_find(scan, drawing->target, drawing->planes, drawing->n, drawing->draw, arena, &drawing->sensitivity);
}

status certainty_find(const struct scan *scan, size_t target, const struct site_list *list, struct arena *arena, struct certainty *out) {
    const struct certainty_wish *wish = &scan->scenario->targets[target].certainty;
    struct drawing drawing = {.scan = scan, .target = target, .n = wish->asked ? count_ranked(list) : 0, .draws = wish->draws};
    *out = (struct certainty){0};
    if (!drawing.n) return NULL;
    status failure = run(&drawing, list, arena);
    if (!failure) *out = (struct certainty){drawing.draws, drawing.n, drawing.sites, drawing.sensitivity, drawing.ranked};
    drawing_close(&drawing);
    return failure;
}
