/* Reads strip by strip: the plane may be larger than memory. */
#include "geo/plane_file.h"

#include <math.h>
#include <stdlib.h>

#include "geo/file_grid.h"

enum { STRIP_ROWS = 512 };

struct reading {
    const char *folder;
    bool bytes;
    uint8_t missing;
    struct log *log;
    struct raster_file file;
    float *strip;
    struct scratch *plane;
};

static status keep_bytes(const struct reading *reading, size_t first, size_t count) {
    uint8_t *into = (uint8_t *)reading->plane->bytes + first;
    for (size_t i = 0; i < count; i++) {
        float value = reading->strip[i];
        if (!isnan(value) && !(value >= 0 && value <= 255 && value == floorf(value)))
            return status_fail(LODE_BAD_DATA, "holds %g, which is no whole number from 0 to 255: it is not a file of states", (double)value);
        into[i] = isnan(value) ? reading->missing : (uint8_t)value;
    }
    return NULL;
}

static status read_strip(const struct reading *reading, int64_t row, int64_t rows) {
    size_t width = (size_t)reading->file.width, first = (size_t)row * width, count = (size_t)rows * width;
    float *into = reading->bytes ? reading->strip : (float *)reading->plane->bytes + first;
    TRY(log_progress(reading->log, (double)row / (double)reading->file.height));
    TRY(raster_file_read(&reading->file, 0, row, reading->file.width, rows, into));
    if (reading->bytes) TRY(keep_bytes(reading, first, count));
    size_t size = reading->bytes ? 1 : sizeof(float);
    scratch_forget(reading->plane, first * size, count * size);
    return NULL;
}

static status read_all(struct reading *reading, struct arena *arena, struct grid *grid) {
    TRY(file_grid_take(&reading->file, arena, grid));
    size_t width = (size_t)reading->file.width, cells = width * (size_t)reading->file.height;
    TRY(scratch_open(reading->folder, reading->bytes ? cells : cells * sizeof(float), reading->plane));
    if (reading->bytes) TRY(MEMORY_ARRAY(width * STRIP_ROWS, &reading->strip));
    for (int64_t row = 0; row < reading->file.height; row += STRIP_ROWS) {
        int64_t left = reading->file.height - row;
        TRY(read_strip(reading, row, left < STRIP_ROWS ? left : STRIP_ROWS));
    }
    return NULL;
}

static status plane_read(const char *path, struct reading *reading, struct arena *arena, struct grid *grid) {
    const struct layer layer = {.band = 1, .nodata = NAN, .scale = 1, .offset = 0};
    *grid = (struct grid){0};
    *reading->plane = (struct scratch){0};
    TRY(raster_file_open(&layer, path, &reading->file));
    status failure = read_all(reading, arena, grid);
    if (failure) scratch_close(reading->plane);
    free(reading->strip);
    raster_file_close(&reading->file);
    return status_wrap(failure, "%s", path);
}

status plane_file_floats(const char *path, const char *folder, struct log *log, struct arena *arena, struct grid *grid, struct scratch *plane) {
    return plane_read(path, &(struct reading){.folder = folder, .log = log, .plane = plane}, arena, grid);
}

status plane_file_bytes(const char *path, const char *folder, uint8_t missing, struct log *log, struct arena *arena, struct grid *grid,
                        struct scratch *plane) {
    return plane_read(path, &(struct reading){.folder = folder, .bytes = true, .missing = missing, .log = log, .plane = plane}, arena, grid);
}
