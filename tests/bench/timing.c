/* Wall clock and processor time of the timed parts of a work. */
#include <time.h>

#include "bench.h"

static double seconds_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void timing_start(struct timing *timing) {
    timing->cpu_s -= seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    timing->wall_s -= seconds_of(CLOCK_MONOTONIC);
}

void timing_stop(struct timing *timing) {
    timing->wall_s += seconds_of(CLOCK_MONOTONIC);
    timing->cpu_s += seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

status timing_answer(const struct timing *timing, const float *values, size_t count) {
    if (timing->answer && fwrite(values, sizeof *values, count, timing->answer) != count) return status_fail(LODE_IO, "cannot write the answer");
    return NULL;
}
