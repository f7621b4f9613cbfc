/* The fused pass against the formulas in double, cell by cell: every membership and overlay, missing data, rules, states. */
#include "ok.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/overlay.h"
#include "ops.h"

enum { PLANES = 4, CRITERIA = 14, TARGETS = 4, RULES_N = 5, CELLS = (1 << 20) + 53 };

/* Plane 0: plain values with gaps; 1: metres, infinity, 0; 2: class codes; 3: the study area. */
static const float params[] = {
    10,   2,                             /* 0 linear, falling */
    1,    3,     3, 8,                   /* 2 trapezoid, with a peak */
    4,    5,                             /* 6 small */
    4,    5,                             /* 8 large */
    5,    0.1f,                          /* 10 near */
    5,    0.1f,                          /* 12 gaussian */
    5,    1.84f,                         /* 14 logistic */
    1,    0.5f,  4, 2,                   /* 16 ms_small, mean 4, sd 2 */
    0.5f, 1,     4, 2,                   /* 20 ms_large */
    3,                                   /* 24 inverse */
    3,    NAN,   1, 0.8f, 2, 0.3f, 7, 1, /* 25 categorical */
    1,    0.25f, 3, 0.5f,                /* 33 categorical, other 0.25 */
    6,    1,     3, 20,                  /* 37 rules */
};
static struct criterion_step steps[CRITERIA] = {
    {0, 1, 0, 2},  {0, 1, 2, 4},  {1, 1e-3, 6, 2},  {1, 1e-3, 8, 2}, {0, 2, 10, 2}, {0, 1, 12, 2}, {0, 1, 14, 2},
    {0, 1, 16, 4}, {0, 1, 20, 4}, {1, 1e-3, 24, 1}, {2, 1, 25, 8},   {2, 1, 33, 4}, {1, 1, 0, 0},  {0, 1, 0, 2},
};
static const enum membership_kind kinds[CRITERIA] = {MEMBER_LINEAR,      MEMBER_TRAPEZOID,   MEMBER_SMALL,    MEMBER_LARGE,    MEMBER_NEAR,
                                                     MEMBER_GAUSSIAN,    MEMBER_LOGISTIC,    MEMBER_MS_SMALL, MEMBER_MS_LARGE, MEMBER_INVERSE,
                                                     MEMBER_CATEGORICAL, MEMBER_CATEGORICAL, MEMBER_NONE,     MEMBER_LINEAR};
static struct rule_step rule_steps[RULES_N] = {
    {.plane = 0, .scale = 1, .op = COMPARE_GT, .first_param = 37, .n_values = 1},
    {.plane = 2, .scale = 1, .op = COMPARE_IN, .first_param = 38, .n_values = 2},
    {.plane = 0, .scale = 1, .op = COMPARE_NE, .first_param = 39, .n_values = 1},
    {.plane = 1, .scale = 1e-3, .op = COMPARE_LE, .first_param = 38, .n_values = 1},
    {.plane = 2, .scale = 1, .op = COMPARE_EQ, .first_param = 39, .n_values = 1},
};
static struct rule rules[RULES_N] = {{.targets = 1}, {.targets = 2}, {.targets = 4}, {.targets = 0}, {.targets = 15}};

static const struct overlay w_leaf3 = {.op = OVERLAY_CRITERION, .criterion = 13, .weight = 0.5},
                            w_leaf2 = {.op = OVERLAY_CRITERION, .criterion = 10, .weight = 3, .next = &w_leaf3},
                            w_leaf1 = {.op = OVERLAY_CRITERION, .criterion = 2, .weight = 2, .next = &w_leaf2},
                            weighted = {.op = OVERLAY_WEIGHTED, .child = &w_leaf1}, and2 = {.op = OVERLAY_CRITERION, .criterion = 11, .weight = 1},
                            and1 = {.op = OVERLAY_CRITERION, .criterion = 0, .weight = 1, .next = &and2},
                            or2 = {.op = OVERLAY_CRITERION, .criterion = 10, .weight = 1},
                            or1 = {.op = OVERLAY_CRITERION, .criterion = 1, .weight = 1, .next = &or2},
                            g3 = {.op = OVERLAY_CRITERION, .criterion = 6, .weight = 1},
                            g2 = {.op = OVERLAY_OR, .weight = 1, .child = &or1, .next = &g3},
                            g1 = {.op = OVERLAY_AND, .weight = 1, .child = &and1, .next = &g2},
                            gamma_node = {.op = OVERLAY_GAMMA, .gamma = 0.85, .child = &g1},
                            p3 = {.op = OVERLAY_CRITERION, .criterion = 9, .weight = 1.5},
                            p2 = {.op = OVERLAY_CRITERION, .criterion = 3, .weight = 0.25, .next = &p3},
                            p1 = {.op = OVERLAY_CRITERION, .criterion = 10, .weight = 2, .next = &p2},
                            powers = {.op = OVERLAY_WEIGHTED_PRODUCT, .child = &p1}, s2 = {.op = OVERLAY_CRITERION, .criterion = 8, .weight = 1},
                            s1 = {.op = OVERLAY_CRITERION, .criterion = 10, .weight = 1, .next = &s2},
                            q2 = {.op = OVERLAY_CRITERION, .criterion = 7, .weight = 1},
                            q1 = {.op = OVERLAY_CRITERION, .criterion = 4, .weight = 1, .next = &q2},
                            t2 = {.op = OVERLAY_PRODUCT, .weight = 3, .child = &q1}, t1 = {.op = OVERLAY_SUM, .weight = 1, .child = &s1, .next = &t2},
                            nested = {.op = OVERLAY_WEIGHTED, .child = &t1};
static const struct target targets[TARGETS] = {{.score = &weighted, .min_coverage = 0.5},
                                               {.score = &gamma_node, .min_coverage = 1},
                                               {.score = &powers, .min_coverage = 0},
                                               {.score = &nested, .min_coverage = 0.6}};

static struct criterion criteria[CRITERIA];
static const struct scenario scenario = {
    .n_criteria = CRITERIA, .n_rules = RULES_N, .n_targets = TARGETS, .criteria = criteria, .rules = rules, .targets = targets};

static struct plan test_plan(void) {
    for (size_t c = 0; c < CRITERIA; c++) criteria[c].membership.kind = kinds[c];
    criteria[13].complement = true;
    return (struct plan){.scenario = &scenario,
                         .n_planes = PLANES,
                         .n_params = sizeof params / sizeof *params,
                         .criteria = steps,
                         .rules = rule_steps,
                         .params = (float *)params,
                         .within_plane = 3};
}

static double oracle_membership(size_t c, double x) {
    const float *p = params + steps[c].first_param;
    double d, t;
    if (isnan(x)) return NAN;
    switch (kinds[c]) {
    case MEMBER_LINEAR:
        return fmin(1, fmax(0, (x - p[0]) / ((double)p[1] - p[0])));
    case MEMBER_TRAPEZOID:
        return fmax(0, fmin(1, fmin(p[0] == p[1] ? x >= p[0] : (x - p[0]) / ((double)p[1] - p[0]),
                                    p[2] == p[3] ? x <= p[2] : (p[3] - x) / ((double)p[3] - p[2]))));
    case MEMBER_SMALL:
        return x <= 0 ? 1 : 1 / (1 + pow(x / p[0], p[1]));
    case MEMBER_LARGE:
        return x <= 0 ? 0 : 1 / (1 + pow(x / p[0], -p[1]));
    case MEMBER_NEAR:
        d = x - p[0];
        return 1 / (1 + p[1] * d * d);
    case MEMBER_GAUSSIAN:
        d = x - p[0];
        return exp(-p[1] * d * d);
    case MEMBER_LOGISTIC:
        return 1 / (1 + exp(-p[1] * (x - p[0])));
    case MEMBER_MS_SMALL:
        t = x - (double)p[0] * p[2];
        return t > 0 ? p[1] * p[3] / (t + p[1] * p[3]) : 1;
    case MEMBER_MS_LARGE:
        t = x - (double)p[0] * p[2];
        return t > 0 ? 1 - p[1] * p[3] / (t + p[1] * p[3]) : 0;
    case MEMBER_INVERSE:
        return p[0] / (p[0] + x);
    case MEMBER_CATEGORICAL:
        for (int i = 0; i < (int)p[0]; i++)
            if (x == p[2 + 2 * i]) return p[3 + 2 * i];
        return p[1];
    default:
        return NAN;
    }
}

/* Value and coverage of a node from the memberships of a cell. */
static double oracle_node(const struct overlay *node, const double *mu, double *coverage) {
    if (node->op == OVERLAY_CRITERION) {
        *coverage = !isnan(mu[node->criterion]);
        return mu[node->criterion];
    }
    double all = 0, there = 0, covered = 0, sum = 0, low = 1, high = 0, product = 1, inverse = 1, logs = 0;
    bool weights = node->op == OVERLAY_WEIGHTED || node->op == OVERLAY_WEIGHTED_PRODUCT;
    for (const struct overlay *child = node->child; child; child = child->next) {
        double share, value = oracle_node(child, mu, &share), weight = weights ? child->weight : 1;
        all += weight;
        covered += weight * share;
        if (isnan(value)) continue;
        there += weight;
        sum += weight * value;
        low = fmin(low, value);
        high = fmax(high, value);
        product *= value;
        inverse *= 1 - value;
        logs += weight * log(value);
    }
    *coverage = covered / all;
    if (there == 0) return NAN;
    switch (node->op) {
    case OVERLAY_WEIGHTED:
        return sum / there;
    case OVERLAY_WEIGHTED_PRODUCT:
        return exp(logs / there);
    case OVERLAY_AND:
        return low;
    case OVERLAY_OR:
        return high;
    case OVERLAY_PRODUCT:
        return product;
    case OVERLAY_SUM:
        return 1 - inverse;
    case OVERLAY_GAMMA:
        return pow(1 - inverse, node->gamma) * pow(product, 1 - node->gamma);
    default:
        return NAN;
    }
}

static uint64_t oracle_rules(const float *cell) {
    double v = cell[0], code = cell[2], km = (double)(cell[1] * 1e-3f);
    return (uint64_t)(v > 6) << 0 | (uint64_t)(code == 1 || code == 3) << 1 | (uint64_t)(!isnan(v) && v != 3) << 2 | (uint64_t)(km <= 1) << 3 |
           (uint64_t)(code == 3) << 4;
}

static void near_enough(double got, double wanted, double slack, const char *what, size_t which, size_t cell) {
    if (isnan(got) && isnan(wanted)) return;
    if (got == wanted || fabs(got - wanted) <= slack) return;
    fail_msg("%s %zu of cell %zu: %.9g, and should be %.9g", what, which, cell, got, wanted);
}

struct run {
    struct device *device;
    float *planes[PLANES], *score[TARGETS], *coverage[TARGETS], *raw[CRITERIA], *membership[CRITERIA];
    uint8_t *state[TARGETS];
    uint8_t *rules; /* a byte holds them */
};

static float draw(uint32_t *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return (float)(*seed >> 8) / 16777216.0f;
}

static void fill_planes(struct run *run, size_t cells) {
    uint32_t seed = 7;
    for (size_t i = 0; i < cells; i++) {
        float a = draw(&seed), b = draw(&seed), c = draw(&seed), d = draw(&seed);
        run->planes[0][i] = a < 0.1f ? NAN : a < 0.2f ? 3 : a < 0.22f ? INFINITY : 14 * a - 4;
        run->planes[1][i] = b < 0.05f ? INFINITY : b < 0.1f ? 0 : b < 0.15f ? NAN : 9000 * b;
        run->planes[2][i] = c < 0.1f ? NAN : floorf(c * 9);
        run->planes[3][i] = d < 0.05f ? NAN : d < 0.1f ? 0 : d < 0.3f ? -1 : 1;
    }
}

static void open_run(struct run *run, size_t cells) {
    assert_ok(device_open(NULL, &run->device));
    for (size_t i = 0; i < PLANES; i++) run->planes[i] = malloc(cells * sizeof(float));
    for (size_t t = 0; t < TARGETS; t++) {
        run->score[t] = malloc(cells * sizeof(float));
        run->coverage[t] = malloc(cells * sizeof(float));
        run->state[t] = malloc(cells);
    }
    for (size_t c = 0; c < CRITERIA; c++) {
        run->raw[c] = malloc(cells * sizeof(float));
        run->membership[c] = malloc(cells * sizeof(float));
    }
    run->rules = malloc(cells * sizeof *run->rules);
    fill_planes(run, cells);
}

static void close_run(struct run *run) {
    for (size_t i = 0; i < PLANES; i++) free(run->planes[i]);
    for (size_t t = 0; t < TARGETS; t++) {
        free(run->score[t]);
        free(run->coverage[t]);
        free(run->state[t]);
    }
    for (size_t c = 0; c < CRITERIA; c++) {
        free(run->raw[c]);
        free(run->membership[c]);
    }
    free(run->rules);
    device_close(run->device);
}

static void compute(struct run *run, const struct plan *plan, size_t cells, const struct overlay_results *results) {
    struct buffer *planes[PLANES];
    struct overlay_pass *pass;
    for (size_t i = 0; i < PLANES; i++) {
        assert_ok(buffer_open(run->device, cells * sizeof(float), &planes[i]));
        assert_ok(buffer_write(planes[i], 0, cells * sizeof(float), run->planes[i]));
    }
    assert_ok(overlay_open(run->device, plan, &pass));
    assert_ok(overlay_run(pass, planes, cells, results));
    overlay_close(pass);
    for (size_t i = 0; i < PLANES; i++) buffer_close(planes[i]);
}

static void check_cell(const struct run *run, size_t i) {
    const float cell[PLANES] = {run->planes[0][i], run->planes[1][i], run->planes[2][i], run->planes[3][i]};
    double mu[CRITERIA];
    bool outside = isnan(cell[3]) || cell[3] == 0;
    uint64_t fired = oracle_rules(cell);
    for (size_t c = 0; c < CRITERIA; c++) {
        float x = cell[steps[c].plane] * (float)steps[c].scale;
        mu[c] = oracle_membership(c, (double)x);
        if (criteria[c].complement) mu[c] = 1 - mu[c];
        near_enough(run->raw[c][i], (double)x, 0, "raw value", c, i);
        near_enough(run->membership[c][i], mu[c], 4e-6, "membership", c, i);
    }
    assert_true(run->rules[i] == fired);
    for (size_t t = 0; t < TARGETS; t++) {
        double coverage, score = oracle_node(targets[t].score, mu, &coverage);
        bool missing = coverage < targets[t].min_coverage - 1e-6 || isnan(score), excluded = false;
        for (size_t r = 0; r < RULES_N; r++) excluded |= (fired >> r & 1) && (rules[r].targets >> t & 1);
        near_enough(run->coverage[t][i], coverage, 1e-6, "coverage", t, i);
        near_enough(run->score[t][i], outside || missing ? NAN : score, 1e-5, "score", t, i);
        near_enough(run->state[t][i], outside ? CELL_OUTSIDE : missing ? CELL_NO_DATA : excluded ? CELL_EXCLUDED : CELL_SCORED, 0, "state", t, i);
    }
}

static void every_cell_is_as_the_formulas_say(void **state) {
    (void)state;
    struct run run;
    struct plan plan = test_plan();
    open_run(&run, CELLS);
    compute(&run, &plan, CELLS,
            &(struct overlay_results){run.score, run.state, run.coverage, run.rules, run.raw, run.membership, NULL, NULL, NULL, NULL});
    size_t states[4] = {0};
    for (size_t i = 0; i < CELLS; i++) {
        check_cell(&run, i);
        for (size_t t = 0; t < TARGETS; t++) states[run.state[t][i]]++;
    }
    for (int s = 0; s < 4; s++) assert_true(states[s] > CELLS / 50);
    close_run(&run);
}

static void results_depend_neither_on_what_is_wanted_nor_on_bands(void **state) {
    (void)state;
    enum { FEW = 1009, FROM = 333, SOME = 500 };
    struct run run;
    struct plan plan = test_plan();
    float whole[TARGETS][FEW];
    open_run(&run, FEW);
    compute(&run, &plan, FEW, &(struct overlay_results){.score = run.score, .membership = run.membership});
    for (size_t t = 0; t < TARGETS; t++) memcpy(whole[t], run.score[t], sizeof whole[t]);
    compute(&run, &plan, FEW, &(struct overlay_results){.score = run.score});
    for (size_t t = 0; t < TARGETS; t++) assert_memory_equal(whole[t], run.score[t], sizeof whole[t]);
    for (size_t i = 0; i < PLANES; i++) memmove(run.planes[i], run.planes[i] + FROM, SOME * sizeof(float));
    float *only[TARGETS] = {NULL, run.score[1], NULL, run.score[3]};
    compute(&run, &plan, SOME, &(struct overlay_results){.score = only});
    for (size_t t = 1; t < TARGETS; t += 2) assert_memory_equal(whole[t] + FROM, run.score[t], SOME * sizeof(float));
    close_run(&run);
}

/* Units in the last place of the float nearest to `wanted`, as a float's own range has them. */
static double ulps_off(float got, double wanted) {
    int exponent;
    if (isinf(got) && fabs(wanted) > 3.4028235e38) return 0;
    frexp(wanted, &exponent);
    return fabs((double)got - wanted) / ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static void exponential_and_power_are_as_exact_as_they_say(void **state) {
    (void)state;
    enum { STEPS = 300007, POWERS = 600011 };
    const double near_one = ldexp(1, 24);
    uint32_t seed = 11;
    for (int i = 0; i < STEPS; i++) {
        float x = -110 + 200 * (float)i / STEPS;
        if (!(ulps_off(op_exp(x), exp((double)x)) <= 1)) fail_msg("exp %a", (double)x);
    }
    for (int i = 0; i < POWERS; i++) {
        float x = i % 3 ? 0.6f + 0.9f * draw(&seed) : ldexpf(1 + draw(&seed), (int)(270 * draw(&seed)) - 145);
        float y = (float)(300 * (double)(draw(&seed) - 0.5f) / (i % 2 ? 1 : fabs(log2((double)x)) + 1e-6));
        double wanted = pow((double)x, (double)y), allowed = wanted > 1 / near_one && wanted < near_one ? 2 : 8;
        if (!(ulps_off(op_pow(x, y), wanted) <= allowed)) fail_msg("%a to the power %a", (double)x, (double)y);
    }
    assert_true(isnan(op_exp(NAN)) && op_exp(INFINITY) == INFINITY && op_exp(-INFINITY) == 0);
    assert_true(op_pow(0, 2) == 0 && op_pow(0, -2) == INFINITY && op_pow(0, 0) == 1 && op_pow(1, 7) == 1);
    assert_true(op_pow(INFINITY, 2) == INFINITY && op_pow(INFINITY, -2) == 0 && isnan(op_pow(NAN, 2)) && isnan(op_pow(-1, 2)));
    assert_true(op_pow(-0.0f, -1) == INFINITY && isnan(op_pow(1, INFINITY)) && isnan(op_pow(1, -INFINITY)) && isnan(op_pow(1, NAN)));
}

static void same_bits(const struct run *run, size_t c, size_t i, float wanted) {
    if (isnan(wanted) ? !isnan(run->membership[c][i]) : op_bits(wanted) != op_bits(run->membership[c][i]))
        fail_msg("criterion %zu, cell %zu: %a, not %a", c, i, (double)run->membership[c][i], (double)wanted);
}

/* The pixel maths as C, and the quotient of a linear one as a division. */
static void device_and_host_agree_to_the_bit(void **state) {
    (void)state;
    enum { SOME = 70001 };
    struct run run;
    struct plan plan = test_plan();
    open_run(&run, SOME);
    compute(&run, &plan, SOME, &(struct overlay_results){.membership = run.membership});
    for (size_t i = 0; i < SOME; i++) {
        float x = run.planes[0][i], km = run.planes[1][i] * 1e-3f, t = (x - params[0]) / (params[1] - params[0]);
        same_bits(&run, 0, i, isnan(x) ? NAN : t > 1 ? 1 : t > 0 ? t : 0);
        same_bits(&run, 2, i, member_small(km, params[6], params[7]));
        same_bits(&run, 3, i, member_large(km, params[8], params[9]));
        same_bits(&run, 5, i, member_gaussian(x, params[12], params[13]));
        same_bits(&run, 6, i, member_logistic(x, params[14], params[15]));
    }
    close_run(&run);
}

/* An exponent that was rounded so many times makes an error that grows with it. */
static void near(float got, double wanted, double exponent, int roundings) {
    double allowed = (2 + roundings * fabs(exponent)) * ldexp(1, -24) * wanted + 1e-37;
    if (!(fabs((double)got - wanted) <= allowed)) fail_msg("%a, not %a", (double)got, wanted);
}

static void exponential_memberships_are_near_and_exact_at_their_ends(void **state) {
    (void)state;
    uint32_t seed = 7;
    for (int i = 0; i < 300007; i++) {
        float x = draw(&seed) * 40 - 15, midpoint = draw(&seed) * 10, steepness = draw(&seed) * 8 - 4, spread = fabsf(steepness);
        double d = (double)(x - midpoint), e = -(double)spread * d * d;
        near(member_logistic(x, midpoint, steepness), 1 / (1 + exp(-(double)steepness * d)), (double)steepness * d, 3);
        near(member_gaussian(x, midpoint, spread), exp(e), e, 4);
        assert_true(member_logistic(midpoint, midpoint, steepness) == 0.5f && member_gaussian(midpoint, midpoint, spread) == 1);
    }
    assert_true(member_logistic(INFINITY, 1, 2) == 1 && member_logistic(-INFINITY, 1, 2) == 0);
    assert_true(member_logistic(INFINITY, 1, -2) == 0 && member_logistic(-INFINITY, 1, -2) == 1);
    assert_true(member_gaussian(INFINITY, 1, 2) == 0 && member_gaussian(-INFINITY, 1, 2) == 0);
    assert_true(isnan(member_logistic(op_float(0x7fffffff), 1, 2)) && isnan(member_gaussian(op_float(0xff812345), 1, 2)));
}

static void linear_membership_divides_rightly_and_may_be_a_step(void **state) {
    (void)state;
    uint32_t seed = 5;
    for (int i = 0; i < 200003; i++) {
        float zero = draw(&seed) * 1000 - 300, one = draw(&seed) * 1000 - 300, x = draw(&seed) * 1400 - 500;
        if (zero == one) continue;
        float t = (x - zero) / (one - zero), wanted = t > 1 ? 1 : t > 0 ? t : 0;
        if (member_linear(x, zero, one) != wanted) fail_msg("%a in %a..%a", (double)x, (double)zero, (double)one);
        assert_true(member_linear(one, zero, one) == 1 && member_linear(zero, zero, one) == 0);
        assert_true(member_linear(INFINITY, zero, one) == (one > zero) && member_linear(-INFINITY, zero, one) == (one < zero));
    }
    assert_true(member_linear(3, 3, 3) == 1 && member_linear(nextafterf(3, 0), 3, 3) == 0 && member_linear(4, 3, 3) == 1);
    /* Nearer than 2^-126: a slope as long as that, which ends at `one`. */
    assert_true(member_linear(-0x1p-125f, 0, 0x1p-129f) == 0 && member_linear(0x1p-129f, 0, 0x1p-129f) == 1);
    assert_true(member_linear(0x1p-126f, 0, 0x1p-125f) == 0.5f);
    assert_true(member_linear(0, 0, 0) == 1 && member_linear(INFINITY, 0, 0) == 1 && isnan(member_linear(NAN, 3, 3)));
}

/* Rule r fires on code r, for target r % 2: all 64 bits have their place. */
static void sixty_four_rules(void **state) {
    (void)state;
    enum { ALL = 64, FEW = 67 };
    struct rule many[ALL];
    struct rule_step many_steps[ALL];
    float codes[ALL], plane[FEW];
    uint8_t even[FEW], odd[FEW], *states[] = {even, odd};
    uint64_t fired[FEW];
    for (int r = 0; r < ALL; r++) {
        codes[r] = (float)r;
        many[r] = (struct rule){.targets = 1ULL << r % 2};
        many_steps[r] = (struct rule_step){.plane = 0, .scale = 1, .op = COMPARE_EQ, .first_param = (size_t)r, .n_values = 1};
    }
    for (int i = 0; i < FEW; i++) plane[i] = (float)i;
    struct criterion one[] = {{.membership.kind = MEMBER_LINEAR}};
    struct criterion_step step[] = {{.plane = 0, .scale = 1, .first_param = 0, .n_params = 2}};
    const struct overlay leaf = {.op = OVERLAY_CRITERION, .weight = 1};
    const struct target both[] = {{.score = &leaf, .min_coverage = 1}, {.score = &leaf, .min_coverage = 1}};
    const struct scenario ruled = {.n_criteria = 1, .criteria = one, .n_rules = ALL, .rules = many, .n_targets = 2, .targets = both};
    const struct plan plan = {
        .scenario = &ruled, .n_planes = 1, .n_params = ALL, .criteria = step, .rules = many_steps, .params = codes, .within_plane = NO_INDEX};
    struct device *device;
    struct overlay_pass *pass;
    struct buffer *buffer;
    assert_ok(device_open(NULL, &device));
    assert_ok(buffer_open(device, sizeof plane, &buffer));
    assert_ok(buffer_write(buffer, 0, sizeof plane, plane));
    assert_ok(overlay_open(device, &plan, &pass));
    assert_ok(overlay_run(pass, &buffer, FEW, &(struct overlay_results){.state = states, .rules = fired}));
    for (int i = 0; i < FEW; i++) {
        assert_true(fired[i] == (i < ALL ? 1ULL << i : 0));
        assert_int_equal(even[i], i < ALL && i % 2 == 0 ? CELL_EXCLUDED : CELL_SCORED);
        assert_int_equal(odd[i], i < ALL && i % 2 == 1 ? CELL_EXCLUDED : CELL_SCORED);
    }
    overlay_close(pass);
    buffer_close(buffer);
    device_close(device);
}

static void new_numbers_make_no_new_source(void **state) {
    (void)state;
    struct plan plan = test_plan();
    struct text before = {0}, after = {0};
    overlay_source(&plan, &before);
    float *other = malloc(sizeof params);
    for (size_t i = 0; i < plan.n_params; i++) other[i] = params[i] + 1;
    plan.params = other;
    overlay_source(&plan, &after);
    assert_string_equal(before.bytes, after.bytes);
    text_free(&before);
    text_free(&after);
    free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_as_the_formulas_say),
        cmocka_unit_test(results_depend_neither_on_what_is_wanted_nor_on_bands),
        cmocka_unit_test(exponential_and_power_are_as_exact_as_they_say),
        cmocka_unit_test(device_and_host_agree_to_the_bit),
        cmocka_unit_test(exponential_memberships_are_near_and_exact_at_their_ends),
        cmocka_unit_test(linear_membership_divides_rightly_and_may_be_a_step),
        cmocka_unit_test(sixty_four_rules),
        cmocka_unit_test(new_numbers_make_no_new_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
