/* Draws of permits: published words of the generator, and closed forms of sums, of the later of two, and of both together. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compute/permit.h"
#include "on_device.h"

enum { DRAWS = 300001 };

static struct permit_sampler *sampler;

static int open_sampler(void **state) {
    open_device(state);
    assert_ok(permit_sampler_open(device, &sampler));
    return 0;
}

static int close_sampler(void **state) {
    permit_sampler_close(sampler);
    return close_device(state);
}

static struct permit_draws sample(struct permit_stage *stages, size_t n, size_t count) {
    const struct permit_route route = {.n_stages = n, .stages = stages};
    struct permit_draws draws;
    assert_ok(permit_sample(sampler, &route, 20251128, count, &draws));
    assert_int_equal(draws.count, count);
    for (size_t i = 1; i < count; i++) assert_true(draws.months[i - 1] <= draws.months[i]);
    return draws;
}

static struct permit_stage lognormal(double median, double sd, uint32_t after) {
    return (struct permit_stage){.shape = {log(median), sd, sd}, .after = after};
}

static struct permit_stage triangular(double low, double mode, double high, uint32_t after) {
    return (struct permit_stage){.family = PERMIT_TRIANGULAR, .shape = {low, mode, high}, .after = after};
}

/* Random123, kat_vectors, ten rounds. */
static void published_words(void **state) {
    (void)state;
    const uint32_t counters[] = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0, 0, 0, 0, ~0u, ~0u, ~0u, ~0u};
    const uint32_t keys[] = {0xa4093822, 0x299f31d0, 0, 0, ~0u, ~0u};
    const uint32_t wanted[] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1, 0x6627e8d5, 0xe169c58d,
                               0xbc57ac4c, 0x9b00dbd8, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
    uint32_t words[12];
    assert_ok(permit_blocks(sampler, counters, keys, 3, words));
    assert_memory_equal(words, wanted, sizeof wanted);
}

/* Every quantile's error in z is a few units of seven digits. */
static void normal_quantiles(void **state) {
    (void)state;
    enum { COUNT = 20011 };
    static float shares[COUNT], z[COUNT];
    for (int i = 0; i < COUNT; i++) shares[i] = i < 24 ? ldexpf(1, -24 + i) : ((float)(i * 419 - 9000) + 0.5f) * 0x1p-23f;
    assert_ok(permit_normals(sampler, shares, COUNT, z));
    for (int i = 0; i < COUNT; i++) {
        double p = fmin((double)shares[i], 1 - (double)shares[i]), low = 0, high = 6;
        for (int step = 0; step < 60; step++) {
            double middle = (low + high) / 2;
            if (erfc(middle / sqrt(2)) / 2 > p)
                low = middle;
            else
                high = middle;
        }
        double wanted = shares[i] < 0.5f ? -low : low;
        if (!(fabs((double)z[i] - wanted) < 4e-7 * fmax(1, low))) fail_msg("z of %.9g: %.9g, not %.9g", (double)shares[i], (double)z[i], wanted);
    }
}

static void assert_share(const struct permit_draws *draws, double months, double wanted) {
    double got = sorted_share(draws->months, draws->count, months), error = sqrt(wanted * (1 - wanted) / (double)draws->count);
    if (!(fabs(got - wanted) < 4 * error + 1e-9)) fail_msg("P(<= %g): %.6f, not %.6f +- %.6f", months, got, wanted, error);
}

static double normal_share(double z) {
    return erfc(-z / sqrt(2)) / 2;
}

static double triangular_share(double x, double low, double mode, double high) {
    if (x <= low || x >= high) return x >= high;
    return x < mode ? (x - low) * (x - low) / ((high - low) * (mode - low)) : 1 - (high - x) * (high - x) / ((high - low) * (high - mode));
}

static void single_stages(void **state) {
    (void)state;
    struct permit_stage eis = {.shape = {log(42), log(42.0 / 26) / 0.67448975, log(72.0 / 42) / 0.67448975}}, three = triangular(1, 2, 11, 0);
    struct permit_draws draws = sample(&eis, 1, DRAWS);
    assert_share(&draws, 26, 0.25);
    assert_share(&draws, 42, 0.5);
    assert_share(&draws, 72, 0.75);
    assert_share(&draws, 6, normal_share(log(6.0 / 42) / eis.shape[1]));
    assert_share(&draws, 300, normal_share(log(300.0 / 42) / eis.shape[2]));
    assert_true(draws.on_way[0] == 1);
    permit_draws_free(&draws);
    draws = sample(&three, 1, DRAWS);
    for (int m = 1; m <= 11; m++) assert_share(&draws, m, triangular_share(m, 1, 2, 11));
    assert_true(draws.months[0] >= 1 && draws.months[draws.count - 1] <= 11);
    permit_draws_free(&draws);
}

/* The mean and the variance of a sum are sums, and the median of two triangles' is their own numeric convolution. */
static void one_after_another(void **state) {
    (void)state;
    enum { STEPS = 4000 };
    struct permit_stage stages[] = {lognormal(10, 0.5, 0), lognormal(4, 0.75, 1), lognormal(7, 0.6, 2), lognormal(1, 0.4, 4), lognormal(3, 0.7, 8)};
    double mean = 0, variance = 0, got = 0, spread = 0, way = 0;
    for (size_t s = 0; s < 5; s++) {
        double median = exp(stages[s].shape[0]), sd = stages[s].shape[1], m = median * exp(sd * sd / 2);
        mean += m;
        variance += m * m * (exp(sd * sd) - 1);
    }
    struct permit_draws draws = sample(stages, 5, DRAWS);
    for (size_t i = 0; i < draws.count; i++) got += (double)draws.months[i] / DRAWS;
    for (size_t i = 0; i < draws.count; i++) spread += ((double)draws.months[i] - got) * ((double)draws.months[i] - got) / DRAWS;
    for (size_t s = 0; s < 5; s++) way += draws.way_months[s];
    assert_true(fabs(got - mean) < 4 * sqrt(variance / DRAWS));
    assert_true(fabs(spread / variance - 1) < 0.05);
    assert_true(fabs(way - got) < 1e-4);
    permit_draws_free(&draws);
    struct permit_stage triangles[] = {triangular(1, 2, 6, 0), triangular(0, 4, 5, 1)};
    draws = sample(triangles, 2, DRAWS);
    for (int m = 3; m < 11; m += 2) {
        double share = 0;
        for (int i = 0; i < STEPS; i++) {
            double a = 1 + 5 * (i + 0.0) / STEPS, b = 1 + 5 * (i + 1.0) / STEPS;
            share += (triangular_share(b, 1, 2, 6) - triangular_share(a, 1, 2, 6)) * triangular_share(m - (a + b) / 2, 0, 4, 5);
        }
        assert_share(&draws, m, share);
    }
    permit_draws_free(&draws);
}

/* The later of independent stages: shares multiply. */
static void side_by_side(void **state) {
    (void)state;
    struct permit_stage stages[] = {lognormal(10, 0.5, 0), lognormal(12, 0.7, 0), triangular(3, 9, 30, 0)};
    struct permit_draws draws = sample(stages, 3, DRAWS);
    const double months[] = {6, 9, 14, 24, 40};
    for (int i = 0; i < 5; i++) {
        double m = months[i];
        assert_share(&draws, m, normal_share(log(m / 10) / 0.5) * normal_share(log(m / 12) / 0.7) * triangular_share(m, 3, 9, 30));
    }
    double ways = 0;
    for (int s = 0; s < 3; s++) ways += draws.on_way[s];
    assert_true(fabs(ways - 1) < 1e-9);
    permit_draws_free(&draws);
}

/* Two side by side, then one after the second alone, and a long one: which way is critical is worked out draw by draw in the shares of a plain host
 * loop over another generator. */
static void both_together(void **state) {
    (void)state;
    struct permit_stage stages[] = {triangular(2, 5, 12, 0), triangular(1, 6, 8, 0), triangular(0, 1, 7, 2), triangular(4, 4, 16, 0),
                                    triangular(1, 2, 3, 5)};
    struct permit_draws draws = sample(stages, 5, DRAWS);
    enum { HOST = 1000000 };
    unsigned short seed[] = {1, 2, 3};
    double within[3] = {0}, on_way[5] = {0}, way_months[5] = {0}, square[5] = {0};
    const double limits[] = {9, 12, 15};
    for (int i = 0; i < HOST; i++) {
        double took[5], a, b, end;
        for (int s = 0; s < 5; s++) {
            const double *t = stages[s].shape;
            double u = erand48(seed), cut = (t[1] - t[0]) / (t[2] - t[0]);
            took[s] = u < cut ? t[0] + sqrt(u * (t[2] - t[0]) * (t[1] - t[0])) : t[2] - sqrt((1 - u) * (t[2] - t[0]) * (t[2] - t[1]));
        }
        a = took[0] + 0;
        b = took[1] + took[2]; /* 2 after 1; 4 after 0 and 2 */
        end = fmax(a, b) + took[4];
        bool way[5] = {a > b && end > took[3], b >= a && end > took[3], b >= a && end > took[3], took[3] >= end, end > took[3]};
        for (int l = 0; l < 3; l++) within[l] += fmax(end, took[3]) <= limits[l];
        for (int s = 0; s < 5; s++) {
            on_way[s] += way[s];
            way_months[s] += way[s] ? took[s] : 0;
            square[s] += way[s] ? took[s] * took[s] : 0;
        }
    }
    for (int l = 0; l < 3; l++) {
        double p = within[l] / HOST, error = sqrt(p * (1 - p) * (1.0 / HOST + 1.0 / DRAWS));
        assert_true(fabs(sorted_share(draws.months, DRAWS, limits[l]) - p) < 4 * error);
    }
    for (int s = 0; s < 5; s++) {
        double p = on_way[s] / HOST, m = way_months[s] / HOST, variance = square[s] / HOST - m * m, both = 1.0 / HOST + 1.0 / DRAWS;
        assert_true(fabs(draws.on_way[s] - p) < 4 * sqrt(p * (1 - p) * both));
        assert_true(fabs(draws.way_months[s] - m) < 4 * sqrt(variance * both));
    }
    permit_draws_free(&draws);
}

/* Draws are numbered, not counted: fewer of them are the first of more, whatever the size of a launch; another seed has others. */
static void same_draws(void **state) {
    (void)state;
    struct permit_stage stage = lognormal(10, 0.5, 0);
    const struct permit_route route = {.n_stages = 1, .stages = &stage};
    struct permit_draws few, again, many, other;
    assert_ok(permit_sample(sampler, &route, 5, 65537, &few));
    assert_ok(permit_sample(sampler, &route, 5, 65537, &again));
    assert_ok(permit_sample(sampler, &route, 5, 65538, &many));
    assert_ok(permit_sample(sampler, &route, 5 + (1ULL << 32), 65537, &other));
    assert_memory_equal(few.months, again.months, 65537 * sizeof(float));
    size_t same = 0;
    while (same < 65537 && few.months[same] == many.months[same]) same++;
    assert_memory_equal(few.months + same, many.months + same + 1, (65537 - same) * sizeof(float));
    assert_true(memcmp(few.months, other.months, 65537 * sizeof(float)) != 0);
    permit_draws_free(&few);
    permit_draws_free(&again);
    permit_draws_free(&many);
    permit_draws_free(&other);
}

/* As many stages as a route can have, one after another: each takes its turn in the words of the generator. */
static void many_stages(void **state) {
    (void)state;
    struct permit_stage stages[PERMIT_STAGES_MAX];
    for (uint32_t s = 0; s < PERMIT_STAGES_MAX; s++) stages[s] = triangular(0, 1, 2, s ? 1u << (s - 1) : 0);
    struct permit_draws draws = sample(stages, PERMIT_STAGES_MAX, 100003);
    double mean = 0, variance = 0;
    for (size_t i = 0; i < draws.count; i++) mean += (double)draws.months[i] / (double)draws.count;
    for (size_t i = 0; i < draws.count; i++) variance += pow((double)draws.months[i] - mean, 2) / (double)draws.count;
    assert_true(fabs(mean - 32) < 4 * sqrt(32.0 / 6 / 100003));
    assert_true(fabs(variance / (32.0 / 6) - 1) < 4 * sqrt(2.0 / 100003)); /* independent: a shared word would add covariance */
    permit_draws_free(&draws);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(published_words),   cmocka_unit_test(normal_quantiles), cmocka_unit_test(single_stages),
                                       cmocka_unit_test(one_after_another), cmocka_unit_test(side_by_side),     cmocka_unit_test(both_together),
                                       cmocka_unit_test(same_draws),        cmocka_unit_test(many_stages)};
    return cmocka_run_group_tests(tests, open_sampler, close_sampler);
}
