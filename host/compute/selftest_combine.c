/* Overlays that sort, compare with ideals or join by t-norms, and what they give out to be gathered: worked out by hand for a few cells. */
#include <math.h>

#include "compute/selftest_parts.h"

enum { INPUTS = 3, CELLS = 5, COMBINATIONS = 5 };

/* A row an input. In the last cell only the first is there. */
static const float inputs[INPUTS * CELLS] = {0.8f, 0.2f, 1, 0, 0.5f, 0.4f, 0.6f, 1, 0, NAN, 0.6f, 0.4f, 0.5f, 0.25f, NAN};

/* OWA by p^2: parts 1/9, 3/9, 5/9 of the largest, the middle and the least. TOPSIS between 1 and 0 of equal weights. Einstein's sum,
 * (x + y) / (1 + x y). Lukasiewicz: the sum less 2. A mean whose items are gathered. */
static const struct {
    struct overlay node;
    double wanted[CELLS];
} rows[COMBINATIONS] = {
    {{.op = OVERLAY_OWA, .weight = 1, .alpha = 2}, {4.6 / 9, 2.8 / 9, 6.5 / 9, 0.25 / 9, 0.5}},
    {{.op = OVERLAY_TOPSIS, .weight = 1, .absolute = true}, {0.59003722, 0.40996278, 0.75, 0.13507811, 0.5}},
    {{.op = OVERLAY_HAMACHER_SUM, .weight = 1, .gamma = 2}, {0.97647059, 0.86666667, 1, 0.25, 0.5}},
    {{.op = OVERLAY_LUKASIEWICZ_AND, .weight = 1}, {0, 0, 0.5, 0, 0.5}},
    {{.op = OVERLAY_WEIGHTED, .weight = 1, .weighting = WEIGHTS_ENTROPY}, {0.65, 0.35, 0.875, 0.0625, 0.5}},
};

struct combinations {
    struct overlay leaves[COMBINATIONS][INPUTS], nodes[COMBINATIONS];
    struct target targets[COMBINATIONS];
    float score[COMBINATIONS][CELLS], gathered[INPUTS][CELLS], *scores[COMBINATIONS], *rows[INPUTS];
};

static void grow(struct combinations *all) {
    for (size_t t = 0; t < COMBINATIONS; t++) {
        for (size_t i = 0; i < INPUTS; i++)
            all->leaves[t][i] =
                (struct overlay){.op = OVERLAY_CRITERION, .criterion = (int)i, .weight = 1, .next = i + 1 < INPUTS ? &all->leaves[t][i + 1] : NULL};
        all->nodes[t] = rows[t].node;
        all->nodes[t].child = all->leaves[t];
        all->targets[t] = (struct target){.score = &all->nodes[t]};
        all->scores[t] = all->score[t];
    }
    for (size_t i = 0; i < INPUTS; i++) all->rows[i] = all->gathered[i];
}

status selftest_combinations(struct selftest *test) {
    struct combinations all;
    struct criterion criteria[INPUTS] = {0};
    struct criterion_step steps[INPUTS] = {0};
    struct verdict score = {.allowed = 2e-6}, gathered = {.allowed = 0};
    float params[] = {0, 1, 0.5f, 0.25f, 0.25f}; /* a linear membership's; then the weights that cells would have said */
    grow(&all);
    for (size_t c = 0; c < INPUTS; c++) {
        criteria[c].membership.kind = MEMBER_LINEAR;
        steps[c] = (struct criterion_step){.plane = (int)c, .scale = 1, .n_params = 2};
    }
    struct gather_step gather = {.node = &all.nodes[COMBINATIONS - 1], .n = INPUTS, .first_param = 2};
    const struct scenario scenario = {.n_criteria = INPUTS, .criteria = criteria, .n_targets = COMBINATIONS, .targets = all.targets};
    const struct plan plan = {.scenario = &scenario,
                              .n_planes = INPUTS,
                              .n_params = 5,
                              .criteria = steps,
                              .params = params,
                              .gathers = &gather,
                              .n_gathers = 1,
                              .n_rows = INPUTS,
                              .within_plane = NO_INDEX};
    TRY(selftest_overlay_once(test->device, &plan, inputs, CELLS, &(struct overlay_results){.score = all.scores}));
    TRY(selftest_overlay_once(test->device, &plan, inputs, CELLS, &(struct overlay_results){.gathered = all.rows}));
    for (size_t t = 0; t < COMBINATIONS; t++)
        for (size_t i = 0; i < CELLS; i++) verdict_add(&score, t * CELLS + i, (double)all.score[t][i], rows[t].wanted[i]);
    for (size_t i = 0; i < INPUTS * CELLS; i++) verdict_add(&gathered, i, (double)all.gathered[i / CELLS][i % CELLS], (double)inputs[i]);
    TRY(selftest_add(test, "overlay: order weights, ideals, t-norms", &score));
    return selftest_add(test, "overlay: values that weights come from", &gathered);
}
