/* A launch a case: all sites are scored, since any may come first. */
#include "analysis/sensitivity.h"

#include <math.h>

static const double USUAL_STRETCH = 0.1;
static const double WEIGHT_FACTORS[] = {0, 0.5, 2};
enum { WEIGHT_CASES = sizeof WEIGHT_FACTORS / sizeof *WEIGHT_FACTORS, CASES = WEIGHT_CASES + 2 };

struct trying {
    const struct scan *scan;
    struct buffer *const *planes;
    size_t n;
    struct number_draw *draw;
    float *scores, **all; /* all: [target], for overlay_run_numbers */
};

static bool is_higher(float a, float b) {
    return a > b || (isnan(b) && !isnan(a));
}

static size_t rank_of(const struct trying *trying, size_t site) {
    size_t rank = 1;
    for (size_t i = 0; i < trying->n; i++) rank += is_higher(trying->scores[i], trying->scores[site]);
    return rank;
}

static status try_case(const struct trying *trying, size_t told, struct sensitivity_case *made) {
    TRY(overlay_run_numbers(trying->scan->overlay, trying->planes, trying->n, number_draw_numbers(trying->draw),
                            &(struct overlay_results){.score = trying->all}));
    for (size_t i = 0; i < trying->n; i++)
        if (is_higher(trying->scores[i], trying->scores[made->first])) made->first = i;
    for (size_t i = 0; i < told; i++) {
        made->score[i] = (double)trying->scores[i];
        made->rank[i] = rank_of(trying, i);
    }
    return NULL;
}

static struct sensitivity_case case_of(size_t criterion, size_t which, double stretch) {
    struct sensitivity_case made = {.criterion = criterion, .of_weight = which < WEIGHT_CASES};
    made.factor = made.of_weight ? WEIGHT_FACTORS[which] : which == WEIGHT_CASES ? 1 - stretch : 1 + stretch;
    return made;
}

status sensitivity_find(const struct scan *scan, size_t target, struct buffer *const *planes, size_t n, struct number_draw *draw, struct arena *arena,
                        struct sensitivity *out) {
    size_t criteria = scan->scenario->n_criteria, made = 0;
    double wished = scan->scenario->targets[target].certainty.memberships;
    struct trying trying = {.scan = scan, .planes = planes, .n = n, .draw = draw};
    struct sensitivity_case *cases = arena_alloc(arena, criteria * CASES + 1, sizeof *cases);
    trying.scores = arena_alloc(arena, n, sizeof *trying.scores);
    trying.all = arena_alloc(arena, scan->scenario->n_targets, sizeof *trying.all);
    if (!cases || !trying.scores || !trying.all) return status_no_memory();
    trying.all[target] = trying.scores;
    *out = (struct sensitivity){.n_sites = n < SENSITIVITY_SITES ? n : SENSITIVITY_SITES, .cases = cases};
    for (size_t c = 0; c < criteria; c++)
        for (size_t which = 0; which < CASES; which++) {
            struct sensitivity_case next = case_of(c, which, wished > 0 ? wished : USUAL_STRETCH);
            if (!number_draw_change(draw, c, next.of_weight, next.factor)) continue;
            TRY(try_case(&trying, out->n_sites, &next));
            cases[made++] = next;
        }
    number_draw_reset(draw);
    out->n = made;
    return NULL;
}
