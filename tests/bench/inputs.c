/* Grids, masks and frictions for timing: the same bytes for the program and for its peers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "bench.h"

struct grid bench_plane(int64_t size) {
    return (struct grid){.crs = "plane", .dx = 1, .dy = 1, .unit_m = 1, .width = size, .height = size};
}

static struct grid ellipsoid(double x0, double y0, double cell, int64_t width, int64_t height) {
    return (struct grid){.crs = "ellipsoid",
                         .geographic = true,
                         .wraps = fabs(cell * (double)width - 360) < 1e-9,
                         .x0 = x0,
                         .y0 = y0,
                         .dx = cell,
                         .dy = cell,
                         .semi_major_m = 6378137,
                         .flattening = 1 / 298.257223563,
                         .width = width,
                         .height = height};
}

struct grid bench_world(int64_t size) {
    return ellipsoid(-180, 90, 360 / (double)size, size, size / 2);
}

struct grid bench_region(int64_t size) {
    return ellipsoid(5, 64, 25 / (double)size, size, size * 5 / 8);
}

static uint64_t next(uint64_t *state) { /* Knuth's MMIX generator, upper bits */
    *state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
    return *state >> 33;
}

static void set(struct mask *mask, int64_t col, int64_t row) {
    col = (col % mask->window.cols + mask->window.cols) % mask->window.cols;
    row = (row % mask->window.rows + mask->window.rows) % mask->window.rows;
    mask->bits[row * mask->words_per_row + (col >> 6)] |= 1ULL << (col & 63);
}

/* Straight roads in ten directions, broken now and then, one for every 170 cells of the side. */
status bench_roads(const struct grid *grid, struct mask *mask) {
    TRY(mask_init(mask, grid_window(grid)));
    int64_t roads = grid->width / 170 + 3;
    for (int64_t road = 0; road < roads; road++)
        for (int64_t along = 0; along < grid->width; along++) {
            int64_t across = road * 997 + along * (road % 5 - 2) / 2;
            if ((along + 131 * road) % 700 <= 40) continue;
            set(mask, road & 1 ? across : along, road & 1 ? along : across);
        }
    return NULL;
}

status bench_clusters(const struct grid *grid, struct mask *mask) {
    enum { TOGETHER = 20 };
    TRY(mask_init(mask, grid_window(grid)));
    uint64_t state = 1;
    int64_t spread = grid->width / 50 + 1, clusters = (int64_t)(2e-5 * (double)grid->width * (double)grid->height) / TOGETHER + 1;
    for (int64_t cluster = 0; cluster < clusters; cluster++) {
        int64_t col = (int64_t)next(&state), row = (int64_t)next(&state);
        for (int i = 0; i < TOGETHER; i++) {
            int64_t east = (int64_t)next(&state) % spread, south = (int64_t)next(&state) % spread;
            set(mask, col + east, row + south);
        }
    }
    return NULL;
}

static status scattered(const struct grid *grid, int count, struct mask *mask) {
    TRY(mask_init(mask, grid_window(grid)));
    uint64_t state = 7;
    for (int i = 0; i < count; i++) {
        int64_t col = (int64_t)next(&state), row = (int64_t)next(&state);
        set(mask, col, row);
    }
    return NULL;
}

status bench_sites(const struct grid *grid, struct mask *mask) {
    return scattered(grid, 300, mask);
}

status bench_starts(const struct grid *grid, struct mask *mask) {
    return scattered(grid, 20, mask);
}

void bench_friction_row(const struct grid *grid, int64_t row, float *friction) {
    const double side = (double)grid->width, v = (double)row / side;
    for (int64_t col = 0; col < grid->width; col++) {
        const double u = (double)col / side;
        friction[col] = (float)(3 + sin(9 * u + 4 * v) + sin(14 * v - 5 * u));
    }
}

static status write_mask(const struct mask *mask, FILE *file) {
    uint8_t *bytes;
    size_t cols = (size_t)mask->window.cols;
    status failure = MEMORY_ARRAY(cols, &bytes);
    for (int64_t row = 0; !failure && row < mask->window.rows; row++) {
        for (int64_t col = 0; col < mask->window.cols; col++) bytes[col] = mask_get(mask, col, row);
        if (fwrite(bytes, 1, cols, file) != cols) failure = status_fail(LODE_IO, "cannot write the mask");
    }
    free(bytes);
    return failure;
}

static status write_friction(const struct grid *grid, FILE *file) {
    float *friction;
    size_t cols = (size_t)grid->width;
    status failure = MEMORY_ARRAY(cols, &friction);
    for (int64_t row = 0; !failure && row < grid->height; row++) {
        bench_friction_row(grid, row, friction);
        if (fwrite(friction, sizeof *friction, cols, file) != cols) failure = status_fail(LODE_IO, "cannot write the friction");
    }
    free(friction);
    return failure;
}

status bench_make(const char *name, int64_t size, FILE *file) {
    static const struct {
        const char *name;
        status (*draw)(const struct grid *grid, struct mask *mask);
    } masks[] = {{"roads", bench_roads}, {"sparse", bench_clusters}, {"starts", bench_starts}};
    const struct grid plane = bench_plane(size);
    if (strcmp(name, "friction") == 0) return write_friction(&plane, file);
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct mask mask = {0};
        if (strcmp(name, masks[i].name) != 0) continue;
        status failure = masks[i].draw(&plane, &mask);
        if (!failure) failure = write_mask(&mask, file);
        mask_free(&mask);
        return failure;
    }
    return status_fail(LODE_USAGE, "no input '%s': roads, sparse, starts or friction", name);
}
