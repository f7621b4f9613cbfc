/* Overlays that order, compare or join by t-norms, against published numbers and the definitions in double, with and without missing values;
 * and what cells say of weights and ideals, gathered by the kernel itself. */
#include "ok.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/overlay.h"
#include "model/plan_gather.h"

enum { ITEMS_MAX = 6, NODES_MAX = 12, CELLS_MAX = 5003 };

/* One overlay over `n` planes that are memberships already. */
struct bench {
    size_t n, cells;
    const float *planes[ITEMS_MAX];
    struct overlay leaves[ITEMS_MAX], nodes[NODES_MAX];
    const struct overlay *root;
    double min_coverage;
    float score[CELLS_MAX], coverage[CELLS_MAX], gathered[ITEMS_MAX][CELLS_MAX];
    double weights[ITEMS_MAX]; /* as the plan has them after a run */
};

static void bench_init(struct bench *bench, size_t n, size_t cells, enum overlay_op op) {
    memset(bench, 0, sizeof *bench);
    bench->n = n;
    bench->cells = cells;
    for (size_t i = 0; i < n; i++)
        bench->leaves[i] =
            (struct overlay){.op = OVERLAY_CRITERION, .criterion = (int)i, .weight = 1, .next = i + 1 < n ? &bench->leaves[i + 1] : NULL};
    bench->nodes[0] = (struct overlay){.op = op, .criterion = NO_INDEX, .weight = 1, .child = bench->leaves, .alpha = 1};
    bench->root = &bench->nodes[0];
}

static void gather(struct plan *plan, struct overlay_pass *pass, struct buffer *const *planes, struct bench *bench) {
    float *rows[ITEMS_MAX];
    for (size_t i = 0; i < ITEMS_MAX; i++) rows[i] = bench->gathered[i];
    for (size_t level = 1; level <= plan->n_levels; level++) {
        assert_ok(overlay_run(pass, planes, bench->cells, &(struct overlay_results){.gathered = rows}));
        for (size_t g = 0; g < plan->n_gathers; g++) {
            struct moment columns[ITEMS_MAX];
            double products[ITEMS_MAX * ITEMS_MAX];
            struct moments moments = {.n = plan->gathers[g].n, .logs = true, .columns = columns, .products = products};
            if (plan->gathers[g].level != level) continue;
            moments_of_cells((const float *const *)rows + plan->gathers[g].first_row, 0, bench->cells, &moments);
            assert_ok(plan_take_moments(plan, g, &moments));
        }
    }
}

static void bench_run(struct bench *bench) {
    struct criterion criteria[ITEMS_MAX] = {0};
    struct criterion_step steps[ITEMS_MAX] = {0};
    const struct target target = {.score = bench->root, .min_coverage = bench->min_coverage};
    const struct scenario scenario = {.path = "s.yaml", .n_criteria = bench->n, .criteria = criteria, .n_targets = 1, .targets = &target};
    float params[2 + 8 * ITEMS_MAX] = {0, 1}, *score = bench->score, *coverage = bench->coverage;
    struct gather_step gathers[4];
    struct plan plan = {.scenario = &scenario,
                        .n_planes = bench->n,
                        .n_params = 2,
                        .criteria = steps,
                        .params = params,
                        .gathers = gathers,
                        .within_plane = NO_INDEX};
    struct device *device;
    struct overlay_pass *pass;
    struct buffer *planes[ITEMS_MAX];
    gather_compile(&plan);
    assert_ok(device_open(NULL, &device));
    for (size_t i = 0; i < bench->n; i++) {
        criteria[i].membership.kind = MEMBER_LINEAR;
        steps[i] = (struct criterion_step){.plane = (int)i, .scale = 1, .n_params = 2};
        assert_ok(buffer_open(device, bench->cells * sizeof(float), &planes[i]));
        assert_ok(buffer_write(planes[i], 0, bench->cells * sizeof(float), bench->planes[i]));
    }
    assert_ok(overlay_open(device, &plan, &pass));
    gather(&plan, pass, planes, bench);
    assert_ok(overlay_run(pass, planes, bench->cells, &(struct overlay_results){.score = &score, .coverage = &coverage}));
    size_t i = 0;
    for (const struct overlay *child = bench->root->child; child; child = child->next) bench->weights[i++] = plan_weight(&plan, bench->root, child);
    overlay_close(pass);
    for (size_t p = 0; p < bench->n; p++) buffer_close(planes[p]);
    device_close(device);
}

static void near_to(double got, double wanted, double slack, size_t cell) {
    if (isnan(got) && isnan(wanted)) return;
    if (!(fabs(got - wanted) <= slack)) fail_msg("cell %zu: %.9g, and should be %.9g", cell, got, wanted);
}

/* Tzeng and Huang 2011: four alternatives by three criteria, weights 0.3, 0.4, 0.3; tenths, so that they are memberships, which the
 * vector norm does not see. Closeness 0.504, 0.658, 0.748, 0.334. */
static const float tzeng[3][4] = {{0.5f, 0.7f, 0.8f, 0.7f}, {0.8f, 0.6f, 0.8f, 0.4f}, {0.4f, 0.8f, 0.6f, 0.6f}};

static void tzeng_and_huangs_topsis(void **state) {
    (void)state;
    static struct bench bench;
    const double closeness[] = {0.50371966, 0.65808477, 0.74824866, 0.33399744};
    bench_init(&bench, 3, 4, OVERLAY_TOPSIS);
    for (size_t i = 0; i < 3; i++) bench.planes[i] = tzeng[i];
    bench.leaves[0].weight = 3, bench.leaves[1].weight = 4, bench.leaves[2].weight = 3; /* unnormed: only their ratios count */
    bench.min_coverage = 1;
    bench_run(&bench);
    for (size_t i = 0; i < 4; i++) near_to((double)bench.score[i], closeness[i], 1e-6, i);
}

/* The same between 1 and 0: by hand for the first: sqrt(.15^2 + .32^2 + .12^2) / (that + sqrt(.15^2 + .08^2 + .18^2)). */
static void absolute_topsis_asks_no_cells(void **state) {
    (void)state;
    static struct bench bench;
    bench_init(&bench, 3, 4, OVERLAY_TOPSIS);
    for (size_t i = 0; i < 3; i++) bench.planes[i] = tzeng[i];
    bench.nodes[0].absolute = true;
    bench.leaves[0].weight = 3, bench.leaves[1].weight = 4, bench.leaves[2].weight = 3;
    bench_run(&bench);
    double to_worst = sqrt(.15 * .15 + .32 * .32 + .12 * .12), to_best = sqrt(.15 * .15 + .08 * .08 + .18 * .18);
    near_to((double)bench.score[0], to_worst / (to_worst + to_best), 1e-6, 0);
}

/* Memberships with gaps, ties, zeros and ones. */
static float field[ITEMS_MAX][CELLS_MAX];
static void draw_field(void) {
    uint32_t seed = 9;
    for (size_t i = 0; i < ITEMS_MAX; i++)
        for (size_t c = 0; c < CELLS_MAX; c++) {
            seed = seed * 1664525u + 1013904223u;
            float u = (float)(seed >> 8) / 16777216.0f;
            field[i][c] = u < 0.15f ? NAN : u < 0.2f ? 0 : u < 0.25f ? 1 : u < 0.4f ? 0.5f : u;
        }
}

struct item {
    double value, weight;
};
static int by_value(const void *a, const void *b) {
    double p = ((const struct item *)a)->value, q = ((const struct item *)b)->value;
    return (p < q) - (p > q);
}

/* The quantifier through the sums of order weights, or a power. */
static double q_of(double p, const double *order, size_t n, double alpha) {
    double sum = 0, at = p * (double)n;
    if (!order) return p <= 0 ? 0 : p >= 1 ? 1 : pow(p, alpha);
    for (size_t j = 0; j < n && at > (double)j; j++) sum += order[j] * fmin(1, at - (double)j);
    return sum;
}

static double owa_of_cell(size_t n, size_t cell, const double *weights, const double *order, double alpha) {
    struct item items[ITEMS_MAX];
    size_t count = 0;
    double all = 0, before = 0, score = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(field[i][cell])) {
            items[count++] = (struct item){(double)field[i][cell], weights[i]};
            all += weights[i];
        }
    qsort(items, count, sizeof *items, by_value);
    for (size_t i = 0; i < count; i++) {
        double next = before + items[i].weight;
        score += items[i].value * (q_of(next / all, order, n, alpha) - q_of(before / all, order, n, alpha));
        before = next;
    }
    return count ? score : NAN;
}

static struct bench bench; /* large */

static void owa_against_its_definition(void **state) {
    (void)state;
    static const double order[5] = {0.1, 0.4, 0.3, 0.2, 0}, weights[2][5] = {{1, 1, 1, 1, 1}, {2, 1, 0.5, 3, 1.5}};
    static const double alphas[] = {0, 0.25, 1, 3, INFINITY};
    draw_field();
    for (size_t row = 0; row < 12; row++) {
        const double *w = weights[row % 2];
        bool ordered = row / 2 == 5;
        bench_init(&bench, 5, CELLS_MAX, OVERLAY_OWA);
        for (size_t i = 0; i < 5; i++) {
            bench.planes[i] = field[i];
            bench.leaves[i].weight = w[i];
        }
        if (ordered)
            bench.nodes[0].order = order, bench.nodes[0].n_order = 5;
        else
            bench.nodes[0].alpha = alphas[row / 2];
        bench_run(&bench);
        for (size_t c = 0; c < CELLS_MAX; c++) {
            double wanted = owa_of_cell(5, c, w, ordered ? order : NULL, bench.nodes[0].alpha), there = 0, all = 0;
            for (size_t i = 0; i < 5; i++) there += isnan(field[i][c]) ? 0 : w[i], all += w[i];
            near_to((double)bench.score[c], wanted, 3e-6, c);
            near_to((double)bench.coverage[c], there / all, 1e-6, c);
        }
    }
}

/* Yager 1988: order weights (.4 .3 .2 .1) of (.7 1 .3 .6) give .7 whatever the place of a value. */
static void yagers_example(void **state) {
    (void)state;
    static const double order[4] = {.4, .3, .2, .1};
    static const float values[4][2] = {{0.7f, 0.6f}, {1, 0.3f}, {0.3f, 1}, {0.6f, 0.7f}};
    bench_init(&bench, 4, 2, OVERLAY_OWA);
    for (size_t i = 0; i < 4; i++) bench.planes[i] = values[i];
    bench.nodes[0].order = order, bench.nodes[0].n_order = 4;
    bench_run(&bench);
    for (size_t c = 0; c < 2; c++) near_to((double)bench.score[c], 0.4 * 1 + 0.3 * 0.7 + 0.2 * 0.6 + 0.1 * 0.3, 1e-6, c);
}

static double norm_of(enum overlay_op op, double a, double b, double g) {
    if (op == OVERLAY_HAMACHER_SUM) return 1 - g * (a * b - a - b + 1) == 0 && a * b == 1 ? 1 : (a + b + (g - 2) * a * b) / (1 + (g - 1) * a * b);
    double below = g + (1 - g) * (a + b - a * b);
    return below > 0 ? a * b / below : 0;
}

static void hamacher_and_lukasiewicz_against_their_definitions(void **state) {
    (void)state;
    static const double parameters[] = {0, 0.5, 1, 2, 7};
    draw_field();
    for (enum overlay_op op = OVERLAY_HAMACHER_PRODUCT; op <= OVERLAY_LUKASIEWICZ_OR; op++)
        for (size_t p = 0; p < (op < OVERLAY_LUKASIEWICZ_AND ? 5 : 1); p++) {
            bench_init(&bench, 4, CELLS_MAX, op);
            for (size_t i = 0; i < 4; i++) bench.planes[i] = field[i];
            bench.nodes[0].gamma = parameters[p];
            bench_run(&bench);
            for (size_t c = 0; c < CELLS_MAX; c++) {
                bool any = false, hamacher = op < OVERLAY_LUKASIEWICZ_AND;
                bool one_everywhere = false;
                double v = op == OVERLAY_HAMACHER_SUM || op == OVERLAY_LUKASIEWICZ_OR ? 0 : 1;
                for (size_t i = 0; i < 4; i++) {
                    double x = (double)field[i][c];
                    if (isnan(x)) continue;
                    any = true;
                    one_everywhere |= op == OVERLAY_HAMACHER_SUM && x == 1; /* 1 joined with anything is 1, and 0 / 0 for two of them */
                    if (hamacher && !one_everywhere) v = norm_of(op, v, x, parameters[p]);
                    if (op == OVERLAY_LUKASIEWICZ_AND) v = fmax(0, v + x - 1);
                    if (op == OVERLAY_LUKASIEWICZ_OR) v = fmin(1, v + x);
                }
                near_to((double)bench.score[c], !any ? NAN : one_everywhere ? 1 : v, 3e-6, c);
            }
        }
}

/* Three and more layers: 0.999 for three of 0.9, where sum - product would say 1.971. Zimmermann and Zysno's gamma between them. */
static void sum_and_gamma_of_three_and_more(void **state) {
    (void)state;
    static const float nine[1] = {0.9f}, eight[1] = {0.8f}, half[1] = {0.5f};
    const struct {
        enum overlay_op op;
        double gamma, wanted;
    } rows[] = {{OVERLAY_SUM, 0, 0.999}, /* 1 - .1 .1 .2 .5 */
                {OVERLAY_PRODUCT, 0, 0.324},
                {OVERLAY_GAMMA, 0.85, pow(0.999, 0.85) * pow(0.324, 0.15)},
                {OVERLAY_HAMACHER_SUM, 1, 0.999},
                {OVERLAY_HAMACHER_PRODUCT, 1, 0.324}};
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        bench_init(&bench, 4, 1, rows[r].op);
        bench.planes[0] = bench.planes[1] = nine;
        bench.planes[2] = eight;
        bench.planes[3] = half;
        bench.nodes[0].gamma = rows[r].gamma;
        bench_run(&bench);
        near_to((double)bench.score[0], rows[r].wanted, 1e-6, r);
    }
    bench_init(&bench, 3, 1, OVERLAY_SUM);
    bench.planes[0] = bench.planes[1] = bench.planes[2] = nine;
    bench_run(&bench);
    near_to((double)bench.score[0], 0.999, 1e-6, 0);
}

/* Mean, sd and correlations by their definitions, over the cells where all are there. */
static void oracle_weights(size_t n, bool critic, double *weights) {
    double cells = 0, sum[ITEMS_MAX] = {0}, logs[ITEMS_MAX] = {0}, low[ITEMS_MAX], high[ITEMS_MAX], product[ITEMS_MAX][ITEMS_MAX] = {{0}}, all = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t c = 0; c < CELLS_MAX; c++) {
            bool whole = true;
            for (size_t i = 0; i < n; i++) whole &= !isnan(field[i][c]);
            if (!whole) continue;
            cells += pass == 0;
            for (size_t i = 0; i < n; i++) {
                double x = (double)field[i][c];
                if (pass == 0) {
                    low[i] = sum[i] == 0 && cells == 1 ? x : fmin(low[i], x);
                    high[i] = cells == 1 ? x : fmax(high[i], x);
                    sum[i] += x;
                    continue;
                }
                if (x > 0) logs[i] += x / sum[i] * log(x / sum[i]);
                for (size_t k = 0; k < n; k++) product[i][k] += (x - sum[i] / cells) * ((double)field[k][c] - sum[k] / cells);
            }
        }
    for (size_t i = 0; i < n; i++) {
        double conflict = 0;
        for (size_t k = 0; k < n; k++) conflict += 1 - product[i][k] / sqrt(product[i][i] * product[k][k]);
        weights[i] = critic ? sqrt(product[i][i] / cells) / (high[i] - low[i]) * conflict : 1 + logs[i] / log(cells);
        all += weights[i];
    }
    for (size_t i = 0; i < n; i++) weights[i] /= all;
}

static void cells_give_weights(void **state) {
    (void)state;
    for (int critic = 0; critic < 2; critic++) {
        double weights[3];
        draw_field();
        for (size_t c = 0; c < CELLS_MAX; c++) field[1][c] = field[1][c] * field[1][c], field[2][c] = 0.5f * field[2][c] + 0.5f * field[0][c];
        bench_init(&bench, 3, CELLS_MAX, OVERLAY_WEIGHTED);
        for (size_t i = 0; i < 3; i++) bench.planes[i] = field[i];
        bench.nodes[0].weighting = critic ? WEIGHTS_CRITIC : WEIGHTS_ENTROPY;
        bench.min_coverage = 1;
        bench_run(&bench);
        oracle_weights(3, critic, weights);
        for (size_t i = 0; i < 3; i++) near_to(bench.weights[i], weights[i], 1e-6, i);
        assert_true(fabs(weights[0] - weights[1]) > 0.02);
        for (size_t c = 0; c < CELLS_MAX; c++) {
            double wanted = 0;
            for (size_t i = 0; i < 3; i++) wanted += weights[i] * (double)field[i][c];
            near_to((double)bench.score[c], wanted, 2e-6, c);
        }
    }
}

/* Entropy over (0, OWA of (1, 2)), itself within a TOPSIS between observed ideals: two levels, each from the values of the one below. */
static void groups_are_gathered_from_the_inside(void **state) {
    (void)state;
    enum { N = 3 };
    static double group[CELLS_MAX];
    static float pair[CELLS_MAX];
    double weights[2], best[2] = {0, 0}, worst[2] = {1, 1}, square[2] = {0, 0};
    struct moment moment[2];
    struct moments moments = {.n = 2, .logs = true, .columns = moment};
    draw_field();
    bench_init(&bench, N, CELLS_MAX, OVERLAY_TOPSIS);
    for (size_t i = 0; i < N; i++) bench.planes[i] = field[i];
    struct overlay *owa = &bench.nodes[2], *mean = &bench.nodes[1], *again = &bench.nodes[3];
    *owa = (struct overlay){.op = OVERLAY_OWA, .weight = 1, .alpha = 2, .child = &bench.leaves[1]};
    bench.leaves[0].next = owa;
    *again = (struct overlay){.op = OVERLAY_CRITERION, .criterion = 0, .weight = 2};
    *mean = (struct overlay){.op = OVERLAY_WEIGHTED, .weight = 3, .weighting = WEIGHTS_ENTROPY, .child = &bench.leaves[0], .next = again};
    bench.nodes[0].child = mean;
    bench.min_coverage = 1;
    bench_run(&bench);
    for (size_t c = 0; c < CELLS_MAX; c++) { /* 0.25 of the larger; NaN if one is missing */
        double a = (double)field[1][c], b = (double)field[2][c];
        pair[c] = isnan(a + b) ? NAN : (float)(0.25 * fmax(a, b) + 0.75 * fmin(a, b));
    }
    const float *const taken[] = {field[0], pair};
    moments_of_cells(taken, 0, CELLS_MAX, &moments);
    assert_true(weights_entropy(&moments, weights));
    for (size_t c = 0; c < CELLS_MAX; c++) {
        double a = (double)field[0][c], b = (double)pair[c];
        group[c] = weights[0] * a + weights[1] * b;
        double v[2] = {group[c], a};
        for (int i = 0; i < 2 && !isnan(group[c]); i++) {
            best[i] = fmax(best[i], v[i]);
            worst[i] = fmin(worst[i], v[i]);
            square[i] += v[i] * v[i];
        }
    }
    size_t scored = 0;
    for (size_t c = 0; c < CELLS_MAX; c++) {
        double to_best = 0, to_worst = 0, v[2] = {group[c], (double)field[0][c]}, w[2] = {3, 2};
        for (int i = 0; i < 2; i++) {
            to_best += pow(w[i] * (v[i] - best[i]), 2) / square[i];
            to_worst += pow(w[i] * (v[i] - worst[i]), 2) / square[i];
        }
        bool all = !isnan(field[0][c]) && !isnan(field[1][c]) && !isnan(field[2][c]);
        scored += all;
        near_to((double)bench.score[c], all ? sqrt(to_worst) / (sqrt(to_worst) + sqrt(to_best)) : NAN, 5e-6, c);
    }
    assert_true(scored > CELLS_MAX / 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tzeng_and_huangs_topsis),
        cmocka_unit_test(absolute_topsis_asks_no_cells),
        cmocka_unit_test(owa_against_its_definition),
        cmocka_unit_test(yagers_example),
        cmocka_unit_test(hamacher_and_lukasiewicz_against_their_definitions),
        cmocka_unit_test(sum_and_gamma_of_three_and_more),
        cmocka_unit_test(cells_give_weights),
        cmocka_unit_test(groups_are_gathered_from_the_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
