/* The list of checks, and how results are compared. */
#include "compute/selftest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/selftest_parts.h"

void verdict_add(struct verdict *verdict, size_t place, double got, double wanted) {
    bool same = got == wanted || (isnan(got) && isnan(wanted));
    double off = same ? 0 : fabs(got - wanted);
    verdict->compared++;
    if (off <= verdict->allowed) {
        verdict->worst = fmax(verdict->worst, off);
        return;
    }
    if (verdict->wrong++ > 0) return;
    verdict->first_wrong = place;
    verdict->got = got;
    verdict->wanted = wanted;
}

status selftest_add(struct selftest *test, const char *name, const struct verdict *verdict) {
    TRY(memory_reserve((void **)&test->results, &test->room, test->count + 1, sizeof *test->results));
    struct selftest_result *result = &test->results[test->count++];
    *result = (struct selftest_result){.name = name, .passed = verdict->compared > 0 && verdict->wrong == 0};
    if (verdict->wrong > 0)
        snprintf(result->detail, sizeof result->detail, "%zu of %zu values are wrong; the first, at %zu, is %.9g and should be %.9g", verdict->wrong,
                 verdict->compared, verdict->first_wrong, verdict->got, verdict->wanted);
    else
        snprintf(result->detail, sizeof result->detail, "%zu values, largest difference %.2g", verdict->compared, verdict->worst);
    return NULL;
}

status selftest_run(struct device *device, struct selftest_result **results, size_t *count) {
    struct selftest test = {.device = device};
    status failure = selftest_memberships(&test);
    if (!failure) failure = selftest_overlays(&test);
    if (!failure) failure = selftest_combinations(&test);
    if (!failure) failure = selftest_distances(&test);
    if (!failure) failure = selftest_costs(&test);
    if (!failure) failure = selftest_terrain(&test);
    if (!failure) failure = selftest_models(&test);
    if (!failure) failure = selftest_permits(&test);
    if (!failure) failure = selftest_focal(&test);
    if (!failure) failure = selftest_interpolate(&test);
    if (failure) {
        free(test.results);
        return failure;
    }
    *results = test.results;
    *count = test.count;
    return NULL;
}
