/* The fused pass over ten layers, in turn with a triad a = b + s c of the host's threads: how near it comes to the speed of memory.
 * Bytes are those that must move: ten planes read and one score written; for the triad two arrays read and one written. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "bench.h"
#include "compute/overlay.h"

enum { LAYERS = 10, PASS = 1 << 22 /* cells */, TRIAD = 1 << 24 /* beyond any cache */, THREADS_MAX = 256 };

struct triad {
    float *a, *b, *c;
    size_t first, last;
};

static void *triad_part(void *user) {
    const struct triad *part = user;
    for (size_t i = part->first; i < part->last; i++) part->a[i] = part->b[i] + 0.4f * part->c[i];
    return NULL;
}

static void triad_run(const struct triad *whole) {
    pthread_t threads[THREADS_MAX];
    struct triad parts[THREADS_MAX];
    long cores = sysconf(_SC_NPROCESSORS_ONLN), n = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : cores;
    long started = 0;
    for (long i = 0; i < n; i++) {
        parts[i] = *whole;
        parts[i].first = whole->last * (size_t)i / (size_t)n;
        parts[i].last = whole->last * (size_t)(i + 1) / (size_t)n;
    }
    while (started + 1 < n && pthread_create(&threads[started], NULL, triad_part, &parts[started]) == 0) started++;
    for (long i = started; i < n; i++) triad_part(&parts[i]);
    for (long i = 0; i < started; i++) pthread_join(threads[i], NULL);
}

/* Layer c of cell i: (i (2c + 1) mod 1000) / 1000, so that a peer can make it too. */
static status fill_planes(struct device *device, float *values, struct buffer **planes) {
    for (size_t c = 0; c < LAYERS; c++) {
        for (size_t i = 0; i < PASS; i++) values[i] = (float)(i * (2 * c + 1) % 1000) / 1000;
        TRY(buffer_open(device, PASS * sizeof *values, &planes[c]));
        TRY(buffer_write(planes[c], 0, PASS * sizeof *values, values));
    }
    return NULL;
}

/* Pass, triad, pass, triad, until the grid's cells are done. */
static status take_turns(struct timing *timing, struct overlay_pass *pass, struct buffer *const *planes, float *score, const struct triad *triad) {
    const struct overlay_results results = {.score = &score};
    struct timing other = {0};
    int64_t passes = (timing->size * timing->size + PASS - 1) / PASS;
    TRY(overlay_run(pass, planes, PASS, &results));
    triad_run(triad);
    for (int64_t i = 0; i < passes; i++) {
        timing_start(timing);
        TRY(overlay_run(pass, planes, PASS, &results));
        timing_stop(timing);
        timing_start(&other);
        triad_run(triad);
        timing_stop(&other);
    }
    timing->cells = passes * PASS;
    const double gigabytes = (double)passes * sizeof(float) * 1e-9;
    snprintf(timing->more, sizeof timing->more, ", \"gb_s\": %.3f, \"triad_gb_s\": %.3f, \"triad_wall_s\": %.6f, \"triad_cpu_s\": %.6f",
             gigabytes * PASS * (LAYERS + 1) / timing->wall_s, gigabytes * TRIAD * 3 / other.wall_s, other.wall_s, other.cpu_s);
    return timing_answer(timing, score, PASS);
}

static status time_plan(struct timing *timing, const struct plan *plan) {
    struct buffer *planes[LAYERS] = {NULL};
    struct overlay_pass *pass = NULL;
    struct triad triad = {.last = TRIAD};
    float *score = NULL;
    status failure = MEMORY_ARRAY(PASS, &score);
    if (!failure) failure = MEMORY_ARRAY(TRIAD, &triad.a);
    if (!failure) failure = MEMORY_ARRAY(TRIAD, &triad.b);
    if (!failure) failure = MEMORY_ARRAY(TRIAD, &triad.c);
    if (!failure) failure = fill_planes(timing->device, triad.b, planes);
    for (size_t i = 0; !failure && i < TRIAD; i++) triad.b[i] = triad.c[i] = (float)(i % 1000); /* a page never written takes no memory to read */
    if (!failure) failure = overlay_open(timing->device, plan, &pass);
    if (!failure) failure = take_turns(timing, pass, planes, score, &triad);
    overlay_close(pass);
    for (size_t c = 0; c < LAYERS; c++) buffer_close(planes[c]);
    free(score);
    free(triad.a);
    free(triad.b);
    free(triad.c);
    return failure;
}

/* Weights 1 to 10; both memberships take two parameters. */
static status time_membership(struct timing *timing, enum membership_kind kind, float first, float second) {
    struct criterion criteria[LAYERS] = {0};
    struct criterion_step steps[LAYERS] = {0};
    struct overlay leaves[LAYERS];
    for (int c = 0; c < LAYERS; c++) {
        criteria[c].membership.kind = kind;
        steps[c] = (struct criterion_step){.plane = c, .scale = 1, .n_params = 2};
        leaves[c] = (struct overlay){.op = OVERLAY_CRITERION, .criterion = c, .weight = c + 1, .next = c + 1 < LAYERS ? &leaves[c + 1] : NULL};
    }
    const struct overlay root = {.op = OVERLAY_WEIGHTED, .child = leaves};
    const struct target targets[] = {{.score = &root, .min_coverage = 1}};
    const struct scenario scenario = {.n_criteria = LAYERS, .criteria = criteria, .n_targets = 1, .targets = targets};
    float params[] = {first, second};
    const struct plan plan = {
        .scenario = &scenario, .n_planes = LAYERS, .n_params = 2, .criteria = steps, .params = params, .within_plane = NO_INDEX};
    return time_plan(timing, &plan);
}

status time_overlay_linear(struct timing *timing) {
    return time_membership(timing, MEMBER_LINEAR, 0.9f, 0.1f);
}

status time_overlay_logistic(struct timing *timing) {
    return time_membership(timing, MEMBER_LOGISTIC, 0.4f, 9);
}
