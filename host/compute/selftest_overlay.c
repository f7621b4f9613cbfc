/* The fused pass: memberships at their midpoints and ends, an overlay tree with missing data worked out by hand. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/overlay.h"
#include "compute/selftest_parts.h"

enum { FORMULAS = MEMBERSHIPS - 1, POINTS = 8, PARAMS_EACH = 8, INPUTS = 3, CELLS = 37 };

/* A membership with its parameters (and mean and sd, or classes), and points on its curve. */
struct curve {
    enum membership_kind kind;
    size_t n_params;
    float params[PARAMS_EACH];
    float x[POINTS], mu[POINTS];
};

static const struct curve curves[FORMULAS] = {
    {MEMBER_LINEAR, 2, {10, 2}, {10, 2, 6, 0, 99, INFINITY, NAN, 8}, {0, 1, 0.5f, 1, 0, 0, NAN, 0.25f}},
    {MEMBER_TRAPEZOID, 4, {1, 3, 3, 7}, {0, 1, 2, 3, 4, 7, INFINITY, NAN}, {0, 0, 0.5f, 1, 0.75f, 0, 0, NAN}},
    {MEMBER_SMALL, 2, {4, 2}, {4, 0, -1, 8, 2, INFINITY, NAN, 12}, {0.5f, 1, 1, 0.2f, 0.8f, 0, NAN, 0.1f}},
    {MEMBER_LARGE, 2, {4, 2}, {4, 0, -1, 8, 2, INFINITY, NAN, 12}, {0.5f, 0, 0, 0.8f, 0.2f, 1, NAN, 0.9f}},
    {MEMBER_NEAR, 2, {5, 0.25f}, {5, 7, 3, 1, 9, INFINITY, NAN, 6}, {1, 0.5f, 0.5f, 0.2f, 0.2f, 0, NAN, 0.8f}},
    {MEMBER_GAUSSIAN, 2, {5, 0.25f}, {5, 7, 3, 1, 9, INFINITY, NAN, 6}, {1, 0.36787944f, 0.36787944f, 0.01831564f, 0.01831564f, 0, NAN, 0.77880078f}},
    {MEMBER_LOGISTIC,
     2,
     {5, 2},
     {5, 6, 4, 5.5f, 4.5f, INFINITY, NAN, -INFINITY},
     {0.5f, 0.88079708f, 0.11920292f, 0.73105858f, 0.26894142f, 1, NAN, 0}},
    {MEMBER_MS_SMALL, 4, {1, 2, 4, 0.5f}, {4, 0, 5, 7, 13, INFINITY, NAN, 4.25f}, {1, 1, 0.5f, 0.25f, 0.1f, 0, NAN, 0.8f}},
    {MEMBER_MS_LARGE, 4, {1, 2, 4, 0.5f}, {4, 0, 5, 7, 13, INFINITY, NAN, 4.25f}, {0, 0, 0.5f, 0.75f, 0.9f, 1, NAN, 0.2f}},
    {MEMBER_INVERSE, 1, {3}, {3, 0, -2, 9, 1, INFINITY, NAN, 27}, {0.5f, 1, 1, 0.25f, 0.75f, 0, NAN, 0.1f}},
    {MEMBER_CATEGORICAL, 8, {3, NAN, 1, 0.25f, 5, 1, 7, 0}, {1, 5, 7, 2, NAN, 0, 1.5f, 5}, {0.25f, 1, 0, NAN, NAN, NAN, NAN, 1}},
};

static status open_planes(struct device *device, const float *values, size_t planes, size_t cells, struct buffer **out) {
    for (size_t i = 0; i < planes; i++) {
        TRY(buffer_open(device, cells * sizeof *values, &out[i]));
        TRY(buffer_write(out[i], 0, cells * sizeof *values, values + i * cells));
    }
    return NULL;
}

status selftest_overlay_once(struct device *device, const struct plan *plan, const float *values, size_t cells,
                             const struct overlay_results *results) {
    struct buffer *planes[FORMULAS] = {NULL};
    struct overlay_pass *pass = NULL;
    status failure = open_planes(device, values, plan->n_planes, cells, planes);
    if (!failure) failure = overlay_open(device, plan, &pass);
    if (!failure) failure = overlay_run(pass, planes, cells, results);
    overlay_close(pass);
    for (size_t i = 0; i < plan->n_planes; i++) buffer_close(planes[i]);
    return failure;
}

status selftest_memberships(struct selftest *test) {
    struct criterion criteria[FORMULAS] = {0};
    struct criterion_step steps[FORMULAS] = {0};
    float params[FORMULAS * PARAMS_EACH] = {0}, values[FORMULAS * POINTS], membership[FORMULAS][POINTS], *rows[FORMULAS];
    struct verdict verdict = {.allowed = 2e-6};
    for (size_t c = 0; c < FORMULAS; c++) {
        criteria[c].membership.kind = curves[c].kind;
        steps[c] = (struct criterion_step){.plane = (int)c, .scale = 1, .first_param = c * PARAMS_EACH, .n_params = curves[c].n_params};
        for (size_t i = 0; i < PARAMS_EACH; i++) params[c * PARAMS_EACH + i] = curves[c].params[i];
        for (size_t i = 0; i < POINTS; i++) values[c * POINTS + i] = curves[c].x[i];
        rows[c] = membership[c];
    }
    const struct scenario scenario = {.n_criteria = FORMULAS, .criteria = criteria};
    const struct plan plan = {.scenario = &scenario,
                              .n_planes = FORMULAS,
                              .n_params = FORMULAS * PARAMS_EACH,
                              .criteria = steps,
                              .params = params,
                              .within_plane = NO_INDEX};
    TRY(selftest_overlay_once(test->device, &plan, values, POINTS, &(struct overlay_results){.membership = rows}));
    for (size_t c = 0; c < FORMULAS; c++)
        for (size_t i = 0; i < POINTS; i++) verdict_add(&verdict, c * POINTS + i, (double)membership[c][i], (double)curves[c].mu[i]);
    return selftest_add(test, "overlay: memberships at midpoints, ends, infinity and missing", &verdict);
}

/* gamma 0.5 of (a, the larger of b and c), weighted 3 : 1 with b. */
struct tree {
    struct overlay leaves[5], either, both, mean;
};

static void grow(struct tree *tree) {
    static const int criterion[5] = {0, 1, 2, 1, 0};
    for (size_t i = 0; i < 5; i++) tree->leaves[i] = (struct overlay){.op = OVERLAY_CRITERION, .criterion = criterion[i], .weight = 1};
    tree->leaves[1].next = &tree->leaves[2];
    tree->either = (struct overlay){.op = OVERLAY_OR, .weight = 1, .child = &tree->leaves[1]};
    tree->leaves[0].next = &tree->either;
    tree->both = (struct overlay){.op = OVERLAY_GAMMA, .gamma = 0.5, .weight = 3, .child = &tree->leaves[0], .next = &tree->leaves[3]};
    tree->mean = (struct overlay){.op = OVERLAY_WEIGHTED, .child = &tree->both};
}

/* The same tree worked out for one cell; NaN is missing. */
static double by_hand(const double *mu, double *coverage) {
    double either = fmax(mu[1], mu[2]); /* of one missing, the other */
    double sum = 0, product = 1, parts = 0, weights = 0, total = 0;
    if (!isnan(mu[0])) sum = mu[0], product = mu[0], parts++;
    if (!isnan(either)) sum = 1 - (1 - sum) * (1 - either), product *= either, parts++;
    if (parts > 0) total += 3 * sqrt(sum * product), weights += 3;
    if (!isnan(mu[1])) total += mu[1], weights += 1;
    double either_there = 0.5 * (!isnan(mu[1]) + !isnan(mu[2]));
    *coverage = (3 * 0.5 * (!isnan(mu[0]) + either_there) + !isnan(mu[1])) / 4;
    return total / weights;
}

status selftest_overlays(struct selftest *test) {
    struct tree tree;
    struct criterion criteria[INPUTS] = {0};
    struct criterion_step steps[INPUTS] = {0};
    float values[INPUTS * CELLS], score[CELLS], coverage[CELLS], *scores = score, *coverages = coverage;
    uint8_t state[CELLS], fired[CELLS], *states = state;
    grow(&tree);
    for (size_t i = 0; i < INPUTS * CELLS; i++) values[i] = i * i % 7 == 2 ? NAN : (float)(i * 29 % 65) / 64;
    for (size_t c = 0; c < INPUTS; c++) {
        criteria[c].membership.kind = MEMBER_LINEAR;
        steps[c] = (struct criterion_step){.plane = (int)c, .scale = 1, .n_params = 2};
    }
    float params[] = {0, 1, 0.75f};
    struct rule_step rule_steps[] = {{.plane = 2, .scale = 1, .op = COMPARE_GT, .first_param = 2, .n_values = 1}};
    const struct rule rules[] = {{.targets = 1}};
    const struct target targets[] = {{.score = &tree.mean, .min_coverage = 0.5}};
    const struct scenario scenario = {.n_criteria = INPUTS, .criteria = criteria, .n_rules = 1, .rules = rules, .n_targets = 1, .targets = targets};
    const struct plan plan = {
        .scenario = &scenario, .n_planes = INPUTS, .n_params = 3, .criteria = steps, .rules = rule_steps, .params = params, .within_plane = NO_INDEX};
    TRY(selftest_overlay_once(test->device, &plan, values, CELLS,
                              &(struct overlay_results){.score = &scores, .state = &states, .coverage = &coverages, .rules = fired}));
    struct verdict number = {.allowed = 2e-6}, word = {.allowed = 0};
    for (size_t i = 0; i < CELLS; i++) {
        double mu[INPUTS] = {(double)values[i], (double)values[CELLS + i], (double)values[2 * CELLS + i]}, share, wanted = by_hand(mu, &share);
        bool missing = share < 0.5 || isnan(wanted), excluded = mu[2] > 0.75;
        verdict_add(&number, i, (double)score[i], missing ? NAN : wanted);
        verdict_add(&number, i, (double)coverage[i], share);
        verdict_add(&word, i, state[i], missing ? CELL_NO_DATA : excluded ? CELL_EXCLUDED : CELL_SCORED);
        verdict_add(&word, i, (double)fired[i], excluded);
    }
    TRY(selftest_add(test, "overlay: a nested tree over missing data", &number));
    return selftest_add(test, "overlay: states and rules", &word);
}
