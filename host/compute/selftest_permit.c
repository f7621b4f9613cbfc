/* Permits: the generator's published answers (Random123, kat_vectors), normal quantiles, and routes whose months are known. */
#include <math.h>
#include <string.h>

#include "compute/permit.h"
#include "compute/selftest_parts.h"

static status generator(struct selftest *test, struct permit_sampler *sampler) {
    static const uint32_t counters[] = {0, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
    static const uint32_t keys[] = {0, 0, 0xffffffff, 0xffffffff, 0xa4093822, 0x299f31d0};
    static const uint32_t wanted[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8, 0x408f276d, 0x41c83b0e,
                                      0xa20bc7c6, 0x6d5451fd, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    uint32_t words[12];
    struct verdict verdict = {.allowed = 0};
    TRY(permit_blocks(sampler, counters, keys, 3, words));
    for (size_t i = 0; i < 12; i++) verdict_add(&verdict, i, words[i], wanted[i]);
    return selftest_add(test, "permit: Philox4x32-10, published answers", &verdict);
}

/* The share below a normal quantile is the share that was asked for: erfc knows. */
static status quantiles(struct selftest *test, struct permit_sampler *sampler) {
    enum { COUNT = 200 };
    float shares[COUNT], z[COUNT];
    struct verdict verdict = {.allowed = 1e-5}; /* of a tail of six millionths, where z is right to 1e-6 */
    for (int i = 0; i < COUNT; i++) shares[i] = i < 8 ? ldexpf(1, -24 + i) : i > COUNT - 9 ? 1 - ldexpf(1, -24 + COUNT - 1 - i) : (float)i / COUNT;
    TRY(permit_normals(sampler, shares, COUNT, z));
    for (size_t i = 0; i < COUNT; i++) {
        double tail = fmin((double)shares[i], 1 - (double)shares[i]), got = erfc(fabs((double)z[i]) / sqrt(2)) / 2;
        verdict_add(&verdict, i, got / tail, 1);
    }
    return selftest_add(test, "permit: normal quantiles", &verdict);
}

/* Stages of fixed length: 3 and 5 side by side, then 2 after both, and 6 beside all. */
static status fixed_route(struct selftest *test, struct permit_sampler *sampler) {
    struct permit_stage stages[] = {{.family = PERMIT_TRIANGULAR, .shape = {3, 3, 3}},
                                    {.family = PERMIT_TRIANGULAR, .shape = {5, 5, 5}},
                                    {.family = PERMIT_TRIANGULAR, .shape = {2, 2, 2}, .after = 3},
                                    {.family = PERMIT_TRIANGULAR, .shape = {6, 6, 6}}};
    const struct permit_route route = {.n_stages = 4, .stages = stages};
    static const double way[] = {0, 5, 2, 0};
    struct permit_draws draws;
    struct verdict verdict = {.allowed = 0};
    TRY(permit_sample(sampler, &route, 1, 77, &draws));
    for (size_t i = 0; i < draws.count; i++) verdict_add(&verdict, i, (double)draws.months[i], 7);
    for (size_t s = 0; s < 4; s++) verdict_add(&verdict, s, draws.way_months[s], way[s]);
    permit_draws_free(&draws);
    return selftest_add(test, "permit: the critical way through fixed stages", &verdict);
}

/* A lognormal stage of median 42 and quartiles 26 and 72, ten thousand draws: quartiles within four standard errors. */
static status quoted_quartiles(struct selftest *test, struct permit_sampler *sampler) {
    static const double shares[] = {0.25, 0.5, 0.75}, months[] = {26, 42, 72};
    struct permit_stage stage = {.shape = {log(42), log(42.0 / 26) / 0.67448975, log(72.0 / 42) / 0.67448975}};
    const struct permit_route route = {.n_stages = 1, .stages = &stage};
    struct permit_draws draws;
    struct verdict verdict = {.allowed = 4 * 0.0109}; /* sqrt(p (1 - p) / n) / normal density there * spread: at the upper quartile */
    TRY(permit_sample(sampler, &route, 7, 10000, &draws));
    for (size_t i = 0; i < 3; i++) verdict_add(&verdict, i, log(sorted_quantile(draws.months, draws.count, shares[i]) / months[i]), 0);
    permit_draws_free(&draws);
    return selftest_add(test, "permit: quoted quartiles of a stage", &verdict);
}

status selftest_permits(struct selftest *test) {
    struct permit_sampler *sampler;
    TRY(permit_sampler_open(test->device, &sampler));
    status failure = generator(test, sampler);
    if (!failure) failure = quantiles(test, sampler);
    if (!failure) failure = fixed_route(test, sampler);
    if (!failure) failure = quoted_quartiles(test, sampler);
    permit_sampler_close(sampler);
    return failure;
}
