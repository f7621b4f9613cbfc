/* Draws of a permit route's months (Philox4x32-10, keyed by a seed): the same bytes on every device and for every number of draws at a time. */
#ifndef LODE_COMPUTE_PERMIT_H
#define LODE_COMPUTE_PERMIT_H

#include "compute/device.h"
#include "model/permit.h"

struct permit_draws {
    size_t count;
    float *months;                        /* sorted, from the start until the last stage is over */
    double on_way[PERMIT_STAGES_MAX];     /* share of the draws whose critical way leads through the stage */
    double way_months[PERMIT_STAGES_MAX]; /* and the months it takes there, mean over all draws: these add up to the mean of `months` */
};

struct permit_sampler;
status permit_sampler_open(struct device *device, struct permit_sampler **out) LODE_MUST_CHECK;
void permit_sampler_close(struct permit_sampler *sampler);
/* Draw i of a stage is a function of `seed`, i and the stage's position: routes are compared under the same luck. Free with permit_draws_free. */
status permit_sample(struct permit_sampler *sampler, const struct permit_route *route, uint64_t seed, size_t count,
                     struct permit_draws *out) LODE_MUST_CHECK;
void permit_draws_free(struct permit_draws *draws);

/* The generator's and the normal quantile's own answers, for tests: `counters` 4 words a block, `keys` 2, `out` 4. */
status permit_blocks(struct permit_sampler *sampler, const uint32_t *counters, const uint32_t *keys, size_t count, uint32_t *out) LODE_MUST_CHECK;
status permit_normals(struct permit_sampler *sampler, const float *shares, size_t count, float *out) LODE_MUST_CHECK;

#endif
