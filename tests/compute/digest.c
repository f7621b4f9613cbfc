/* Prints a digest of each operation's results on fixed inputs; same_bytes.py compares it between ways of running. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compute/cost.h"
#include "compute/distance.h"
#include "compute/focal.h"
#include "compute/overlay.h"
#include "compute/permit.h"
#include "compute/terrain.h"

enum { COLS = 719, ROWS = 361, CELLS = COLS * ROWS };

/* FNV-1a, 64 bits. */
static void print_digest(const char *what, const void *bytes, size_t count) {
    unsigned long long hash = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < count; i++) hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3ULL;
    printf("%s %016llx\n", what, hash);
}

static status print_buffer(const char *what, const struct buffer *buffer, size_t count, void *room) {
    TRY(buffer_read(buffer, 0, count, room));
    print_digest(what, room, count);
    return NULL;
}

static void sow(struct mask *mask) {
    for (int64_t i = 0; i < CELLS; i++)
        if (i * 7919 % 2003 == 1 || i * 31 % 9973 < 3) mask->bits[i / COLS * mask->words_per_row + (i % COLS >> 6)] |= 1ULL << (i % COLS & 63);
}

static status distances(struct device *device, const struct grid *grid, struct buffer *metres, struct buffer *source, void *room) {
    struct mask mask;
    struct distance *distance;
    TRY(mask_init(&mask, (struct window){0, 0, COLS, ROWS}));
    sow(&mask);
    TRY(distance_open(device, grid, &mask, METRIC_AUTO, &distance));
    TRY(distance_rows(distance, mask.window, metres, source));
    TRY(print_buffer(grid->geographic ? "geodesic metres" : "planar metres", metres, CELLS * sizeof(float), room));
    TRY(print_buffer(grid->geographic ? "geodesic source" : "planar source", source, CELLS * sizeof(int64_t), room));
    distance_close(distance);
    mask_free(&mask);
    return NULL;
}

/* A Mercator plane of the sphere, its places at every fourth cell. */
static status placed_distances(struct device *device, struct buffer *metres, struct buffer *source, void *room) {
    enum { STEP = 4 };
    const struct grid grid = {.crs = "sphere", .dx = 1, .dy = 1, .unit_m = 1, .semi_major_m = 6371007, .width = COLS, .height = ROWS};
    struct places places = {.window = {0, 0, COLS, ROWS}, .step = STEP, .cols = (COLS - 1) / STEP + 4, .rows = (ROWS - 1) / STEP + 4};
    struct mask mask;
    struct distance *distance;
    TRY(MEMORY_ARRAY((size_t)(places.cols * places.rows) * 3, &places.nodes));
    for (int64_t i = 0; i < places.cols * places.rows; i++) {
        double lon = 0.002 * (double)((i % places.cols - 1) * STEP), y = 0.002 * (double)(ROWS - (i / places.cols - 1) * STEP);
        places.nodes[3 * i] = cos(lon) / cosh(y);
        places.nodes[3 * i + 1] = sin(lon) / cosh(y);
        places.nodes[3 * i + 2] = tanh(y);
    }
    TRY(mask_init(&mask, places.window));
    sow(&mask);
    TRY(distance_open_placed(device, &grid, &mask, &places, &distance));
    TRY(distance_rows(distance, mask.window, metres, source));
    TRY(print_buffer("placed metres", metres, CELLS * sizeof(float), room));
    TRY(print_buffer("placed source", source, CELLS * sizeof(int64_t), room));
    distance_close(distance);
    mask_free(&mask);
    free(places.nodes);
    return NULL;
}

static status overlays(struct device *device, const struct buffer *metres) {
    const struct criterion criteria[] = {{.membership.kind = MEMBER_SMALL}, {.membership.kind = MEMBER_GAUSSIAN}};
    struct criterion_step steps[] = {{0, 1e-3, 0, 2}, {0, 1e-3, 2, 2}};
    float params[] = {40, 3, 30, 0.01f};
    const struct overlay second = {.op = OVERLAY_CRITERION, .criterion = 1, .weight = 1},
                         first = {.op = OVERLAY_CRITERION, .weight = 1, .next = &second};
    const struct overlay root = {.op = OVERLAY_GAMMA, .gamma = 0.9, .child = &first};
    const struct target targets[] = {{.score = &root, .min_coverage = 1}};
    const struct scenario scenario = {.n_criteria = 2, .criteria = criteria, .n_targets = 1, .targets = targets};
    const struct plan plan = {.scenario = &scenario, .n_planes = 1, .n_params = 4, .criteria = steps, .params = params, .within_plane = NO_INDEX};
    struct overlay_pass *pass;
    struct buffer *planes[] = {(struct buffer *)metres};
    float *score = malloc(CELLS * sizeof *score);
    if (!score) return status_no_memory();
    TRY(overlay_open(device, &plan, &pass));
    TRY(overlay_run(pass, planes, CELLS, &(struct overlay_results){.score = &score}));
    print_digest("overlay score", score, CELLS * sizeof *score);
    overlay_close(pass);
    free(score);
    return NULL;
}

static status costs(struct device *device, const struct grid *grid, struct buffer *metres, struct buffer *source, void *room) {
    struct mask mask;
    struct cost *cost;
    float *friction = malloc(CELLS * sizeof *friction);
    if (!friction) return status_no_memory();
    for (int64_t i = 0; i < CELLS; i++) friction[i] = i * 31 % 17 == 3 ? NAN : (float)(i * 7919 % 1009 / 100);
    TRY(mask_init(&mask, (struct window){0, 0, COLS, ROWS}));
    for (int64_t i = 5; i < CELLS; i += 19997) mask.bits[i / COLS * mask.words_per_row + (i % COLS >> 6)] |= 1ULL << (i % COLS & 63);
    TRY(cost_open_copy(device, grid, &mask, friction, &cost));
    TRY(cost_rows(cost, mask.window, metres, source));
    TRY(print_buffer("cost", metres, CELLS * sizeof(float), room));
    TRY(print_buffer("cost source", source, CELLS * sizeof(int64_t), room));
    cost_close(cost);
    mask_free(&mask);
    free(friction);
    return NULL;
}

static status terrains(struct device *device, const struct grid *grid, const struct buffer *surface, struct buffer *out, void *room) {
    struct terrain *terrain;
    TRY(terrain_open(device, &terrain));
    const struct window inner = {1, 1, COLS - 2, ROWS - 2};
    for (enum plane_kind kind = PLANE_SLOPE; kind <= PLANE_TANGENTIAL_CURVATURE; kind++) {
        TRY(terrain_rows(terrain, kind, grid, inner, surface, out));
        TRY(print_buffer("terrain", out, (size_t)(inner.cols * inner.rows) * sizeof(float), room));
    }
    terrain_close(terrain);
    return NULL;
}

static status permits(struct device *device) {
    struct permit_stage stages[] = {
        {.shape = {3.5, 0.7, 0.8}}, {.family = PERMIT_TRIANGULAR, .shape = {9, 24, 80}}, {.shape = {1, 0.5, 0.5}, .after = 1}};
    const struct permit_route route = {.n_stages = 3, .stages = stages};
    struct permit_sampler *sampler;
    struct permit_draws draws;
    TRY(permit_sampler_open(device, &sampler));
    TRY(permit_sample(sampler, &route, 3, 100001, &draws));
    print_digest("permit", draws.months, draws.count * sizeof(float));
    permit_draws_free(&draws);
    permit_sampler_close(sampler);
    return NULL;
}

static status circles(struct device *device, const struct grid *grid, const struct buffer *surface, struct buffer *out, void *room) {
    struct focal *focal;
    TRY(focal_open(device, &focal));
    for (enum plane_kind kind = PLANE_RELIEF; kind <= PLANE_SD; kind++) {
        const struct plane plane = {.kind = kind, .radius_m = 6100, .halo_cols = 15, .halo_rows = 12};
        const struct window inner = {15, 12, COLS - 30, ROWS - 24};
        TRY(focal_rows(focal, &plane, grid, inner, surface, out));
        TRY(print_buffer("circles", out, (size_t)(inner.cols * inner.rows) * sizeof(float), room));
    }
    focal_close(focal);
    return NULL;
}

static status all(void) {
    const struct grid plane = {.crs = "plane", .dx = 400, .dy = 500, .unit_m = 1, .width = COLS, .height = ROWS};
    const struct grid world = {.crs = "world",
                               .geographic = true,
                               .x0 = -180,
                               .y0 = 90.25,
                               .dx = 0.5,
                               .dy = 0.5,
                               .semi_major_m = 6378137,
                               .flattening = 1 / 298.257223563,
                               .width = COLS,
                               .height = ROWS};
    struct device *device;
    struct buffer *metres, *source, *other;
    void *room = malloc(CELLS * sizeof(int64_t));
    if (!room) return status_no_memory();
    TRY(device_open(NULL, &device));
    TRY(buffer_open(device, CELLS * sizeof(float), &metres));
    TRY(buffer_open(device, CELLS * sizeof(float), &other));
    TRY(buffer_open(device, CELLS * sizeof(int64_t), &source));
    TRY(distances(device, &plane, metres, source, room));
    TRY(overlays(device, metres));
    TRY(terrains(device, &plane, metres, other, room));
    if (device_info(device)->fp64) TRY(circles(device, &plane, metres, other, room));
    TRY(distances(device, &world, metres, source, room));
    TRY(costs(device, &plane, metres, source, room));
    TRY(permits(device));
    if (device_info(device)->fp64) TRY(placed_distances(device, metres, source, room));
    buffer_close(metres);
    buffer_close(other);
    buffer_close(source);
    device_close(device);
    free(room);
    return NULL;
}

int main(void) {
    status failure = all();
    if (!failure) return 0;
    fprintf(stderr, "%s\n", lode_error_message(failure));
    lode_error_free(failure);
    return 1;
}
