/* lodescan_core: self-test and timings of the compute core alone, for machines without GDAL.
 *   lodescan_core selftest|bench [DEVICE]
 *   lodescan_core time WORK [--size N] [--device D] [--out FILE]     a JSON line; FILE: the answer, raw floats
 *   lodescan_core make INPUT --size N --out FILE                     what the timings read, for other programs */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "compute/selftest.h"

static const struct work works[] = {
    {"planar", 4096, time_planar},
    {"planar-sparse", 4096, time_planar_sparse},
    {"geodesic", 4320, time_geodesic},
    {"geodesic-region", 2048, time_geodesic_region},
    {"cost", 2048, time_cost},
    {"overlay-linear", 8192, time_overlay_linear},
    {"overlay-logistic", 8192, time_overlay_logistic},
};
enum { WORKS = sizeof works / sizeof *works, WARM = 256 };

struct request {
    const char *verb, *name, *device, *out;
    int64_t size; /* 0: the work's own */
};

static status list_devices(void) {
    struct device_info *devices;
    size_t count;
    TRY(device_list(&devices, &count));
    for (size_t i = 0; i < count; i++)
        printf("%d:%d %s (%s), %u units, %zu MB%s\n", devices[i].platform, devices[i].index, devices[i].name, devices[i].platform_name,
               devices[i].compute_units, devices[i].memory_bytes >> 20, devices[i].fp64 ? ", double" : "");
    free(devices);
    return NULL;
}

static status selftest(struct device *device) {
    struct selftest_result *results;
    size_t count, failed = 0;
    TRY(selftest_run(device, &results, &count));
    for (size_t i = 0; i < count; i++) {
        printf("%-6s %s: %s\n", results[i].passed ? "ok" : "WRONG", results[i].name, results[i].detail);
        failed += !results[i].passed;
    }
    free(results);
    return failed ? status_fail(LODE_SELFTEST, "%zu of %zu checks failed on %s", failed, count, device_info(device)->name) : NULL;
}

/* A small grid first: the driver's cache of compiled kernels is warm, as it is on every run but the first. */
static status work_time(const struct work *work, struct timing *timing) {
    struct timing warm = {.device = timing->device, .size = WARM};
    TRY(work->run(&warm));
    return status_wrap(work->run(timing), "%s", work->name);
}

static status bench(struct device *device) {
    printf("%-18s %6s %12s %9s %13s %9s\n", "work", "size", "cells", "ns/cell", "processor ns", "seconds");
    for (size_t i = 0; i < WORKS; i++) {
        struct timing timing = {.device = device, .size = works[i].size};
        status failure = work_time(&works[i], &timing);
        if (failure && lode_error_code(failure) != LODE_USAGE) return failure;
        if (failure)
            printf("%-18s %s\n", works[i].name, lode_error_message(failure));
        else
            printf("%-18s %6lld %12lld %9.3f %13.3f %9.3f\n", works[i].name, (long long)timing.size, (long long)timing.cells,
                   timing.wall_s * 1e9 / (double)timing.cells, timing.cpu_s * 1e9 / (double)timing.cells, timing.wall_s);
        lode_error_free(failure);
    }
    return NULL;
}

static status time_one(const struct request *request, struct device *device) {
    const struct work *work = works;
    while (work < works + WORKS && strcmp(work->name, request->name) != 0) work++;
    if (work == works + WORKS) return status_fail(LODE_USAGE, "no work '%s'", request->name);
    struct timing timing = {.device = device, .size = request->size ? request->size : work->size};
    if (request->out && !(timing.answer = fopen(request->out, "wb"))) return status_fail(LODE_IO, "cannot write %s", request->out);
    status failure = work_time(work, &timing);
    if (timing.answer && fclose(timing.answer) != 0) failure = status_first(failure, status_fail(LODE_IO, "cannot write %s", request->out));
    if (!failure)
        printf("{\"work\": \"%s\", \"size\": %lld, \"wall_s\": %.6f, \"cpu_s\": %.6f, \"cells\": %lld%s}\n", work->name, (long long)timing.size,
               timing.wall_s, timing.cpu_s, (long long)timing.cells, timing.more);
    return failure;
}

static status make(const struct request *request) {
    if (!request->out || !request->size) return status_fail(LODE_USAGE, "make INPUT --size N --out FILE");
    FILE *file = fopen(request->out, "wb");
    if (!file) return status_fail(LODE_IO, "cannot write %s", request->out);
    status failure = bench_make(request->name, request->size, file);
    if (fclose(file) != 0) failure = status_first(failure, status_fail(LODE_IO, "cannot write %s", request->out));
    return failure;
}

static status act(const struct request *request) {
    bool timed = strcmp(request->verb, "time") == 0;
    struct device *device;
    if (strcmp(request->verb, "make") == 0) return make(request);
    if (!timed) TRY(list_devices());
    TRY(device_open(request->device, &device));
    if (!timed) printf("on %s\n", device_info(device)->name);
    status failure = timed ? time_one(request, device) : strcmp(request->verb, "bench") == 0 ? bench(device) : selftest(device);
    device_close(device);
    return failure;
}

static bool request_read(struct request *request, int argc, char **argv) {
    if (argc < 2) return false;
    request->verb = argv[1];
    if (strcmp(request->verb, "selftest") == 0 || strcmp(request->verb, "bench") == 0) {
        request->device = argc > 2 ? argv[2] : NULL;
        return argc <= 3;
    }
    if ((strcmp(request->verb, "time") != 0 && strcmp(request->verb, "make") != 0) || argc < 3 || argc % 2 == 0) return false;
    request->name = argv[2];
    for (int i = 3; i < argc; i += 2) {
        if (strcmp(argv[i], "--size") == 0)
            request->size = strtoll(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--device") == 0)
            request->device = argv[i + 1];
        else if (strcmp(argv[i], "--out") == 0)
            request->out = argv[i + 1];
        else
            return false;
        if (strcmp(argv[i], "--size") == 0 && (request->size < 16 || request->size > 1 << 17)) return false;
    }
    return true;
}

int main(int argc, char **argv) {
    struct request request = {0};
    if (!request_read(&request, argc, argv)) {
        fprintf(stderr, "usage: lodescan_core selftest|bench [DEVICE]\n"
                        "       lodescan_core time WORK [--size N] [--device D] [--out FILE]\n"
                        "       lodescan_core make roads|sparse|starts|friction --size N --out FILE\n");
        return LODE_USAGE;
    }
    status failure = act(&request);
    if (!failure) return 0;
    fprintf(stderr, "lodescan_core: %s\n", lode_error_message(failure));
    int code = (int)lode_error_code(failure);
    lode_error_free(failure);
    return code;
}
