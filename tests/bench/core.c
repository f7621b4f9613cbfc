/* lodescan_core: the compute core alone, for machines without GDAL.
 * Usage: lodescan_core selftest [DEVICE] | lodescan_core bench [DEVICE] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "compute/distance.h"
#include "compute/overlay.h"
#include "compute/selftest.h"

enum { SIDE = 4096, BAND = 512 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* A stretch of work by the clock on the wall, and by the processor's own, which other programs do not slow down. */
struct stretch {
    double wall, processor;
};

static struct stretch begin(void) {
    return (struct stretch){now(), (double)clock() / CLOCKS_PER_SEC};
}

static void report(const char *what, struct stretch since, double cells) {
    printf("%-30s %7.2f ns/cell  (%.2f of processor time)\n", what, (now() - since.wall) * 1e9 / cells,
           ((double)clock() / CLOCKS_PER_SEC - since.processor) * 1e9 / cells);
}

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

/* A network of straight roads, and some lone cells. */
static void draw_roads(struct mask *mask) {
    for (int64_t r = 0; r < SIDE; r++)
        for (int64_t k = 0; k < 24; k++) {
            int64_t c = (k * 997 + r * (k % 5 - 2) / 2 + 4 * SIDE) % SIDE;
            if (r % 700 > 40) mask->bits[r * mask->words_per_row + (c >> 6)] |= 1ULL << (c & 63);
        }
}

static status time_distance(struct device *device, const struct grid *grid, const char *what) {
    struct mask mask;
    struct distance *distance = NULL;
    struct buffer *metres = NULL;
    TRY(mask_init(&mask, (struct window){0, 0, grid->width, grid->height}));
    if (grid->geographic)
        for (int64_t i = 0; i < 300; i++) mask.bits[i * 7919 % (mask.words_per_row * grid->height)] |= 1;
    else
        draw_roads(&mask);
    status failure = buffer_open(device, (size_t)grid->width * BAND * sizeof(float), &metres);
    if (!failure) failure = distance_open(device, grid, &mask, METRIC_AUTO, &distance);
    float last = 0;
    struct stretch start = begin();
    for (int64_t row = 0; !failure && row < grid->height; row += BAND) {
        int64_t rows = grid->height - row < BAND ? grid->height - row : BAND;
        failure = distance_rows(distance, (struct window){0, row, grid->width, rows}, metres, NULL);
        if (!failure) failure = buffer_read(metres, 0, sizeof last, &last);
    }
    if (!failure) report(what, start, (double)grid->width * (double)grid->height);
    distance_close(distance);
    buffer_close(metres);
    mask_free(&mask);
    return failure;
}

/* Four layers, a weighted overlay of linear memberships, a rule. */
static status time_overlay(struct device *device) {
    enum { LAYERS = 4, CELLS = SIDE * BAND };
    struct criterion criteria[LAYERS] = {0};
    struct criterion_step steps[LAYERS] = {0};
    struct overlay leaves[LAYERS];
    for (int c = 0; c < LAYERS; c++) {
        criteria[c].membership.kind = MEMBER_LINEAR;
        steps[c] = (struct criterion_step){.plane = c, .scale = 1, .n_params = 2};
        leaves[c] = (struct overlay){.op = OVERLAY_CRITERION, .criterion = c, .weight = c + 1, .next = c + 1 < LAYERS ? &leaves[c + 1] : NULL};
    }
    const struct overlay root = {.op = OVERLAY_WEIGHTED, .child = leaves};
    const struct target targets[] = {{.score = &root, .min_coverage = 1}};
    const struct scenario scenario = {.n_criteria = LAYERS, .criteria = criteria, .n_targets = 1, .targets = targets};
    float params[] = {0, 1}, *values = NULL, *score = NULL;
    const struct plan plan = {
        .scenario = &scenario, .n_planes = LAYERS, .n_params = 2, .criteria = steps, .params = params, .within_plane = NO_INDEX};
    struct buffer *planes[LAYERS] = {NULL};
    struct overlay_pass *pass = NULL;
    status failure = MEMORY_ARRAY(CELLS, &values);
    if (!failure) failure = MEMORY_ARRAY(CELLS, &score);
    for (size_t i = 0; !failure && i < CELLS; i++) values[i] = (float)(i % 1000) / 1000;
    for (size_t c = 0; !failure && c < LAYERS; c++) failure = buffer_open(device, CELLS * sizeof(float), &planes[c]);
    for (size_t c = 0; !failure && c < LAYERS; c++) failure = buffer_write(planes[c], 0, CELLS * sizeof(float), values);
    if (!failure) failure = overlay_open(device, &plan, &pass);
    const struct overlay_results results = {.score = &score};
    if (!failure) failure = overlay_run(pass, planes, CELLS, &results);
    struct stretch start = begin();
    for (int i = 0; !failure && i < 8; i++) failure = overlay_run(pass, planes, CELLS, &results);
    if (!failure) report("overlay, 4 layers", start, 8.0 * CELLS);
    overlay_close(pass);
    for (size_t c = 0; c < LAYERS; c++) buffer_close(planes[c]);
    free(values);
    free(score);
    return failure;
}

static status bench(struct device *device) {
    const struct grid plane = {.crs = "bench", .dx = 100, .dy = 100, .unit_m = 1, .width = SIDE, .height = SIDE};
    const struct grid world = {.crs = "bench",
                               .geographic = true,
                               .wraps = true,
                               .x0 = -180,
                               .y0 = 90,
                               .dx = 0.1,
                               .dy = 0.1,
                               .semi_major_m = 6378137,
                               .flattening = 1 / 298.257223563,
                               .width = 3600,
                               .height = 1800};
    TRY(time_distance(device, &plane, "distance, planar, roads"));
    TRY(time_distance(device, &world, "distance, geodesic, 300 sites"));
    return time_overlay(device);
}

static status act(const char *verb, const char *select) {
    struct device *device;
    TRY(list_devices());
    TRY(device_open(select, &device));
    printf("on %s\n", device_info(device)->name);
    status failure = strcmp(verb, "bench") == 0 ? bench(device) : selftest(device);
    device_close(device);
    return failure;
}

int main(int argc, char **argv) {
    if (argc < 2 || (strcmp(argv[1], "selftest") != 0 && strcmp(argv[1], "bench") != 0)) {
        fprintf(stderr, "usage: lodescan_core selftest|bench [DEVICE]\n");
        return LODE_USAGE;
    }
    status failure = act(argv[1], argc > 2 ? argv[2] : NULL);
    if (!failure) return 0;
    fprintf(stderr, "lodescan_core: %s\n", lode_error_message(failure));
    int code = (int)lode_error_code(failure);
    lode_error_free(failure);
    return code;
}
