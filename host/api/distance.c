/* Mask file to distance file: bands are made on the device while the one before is written. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/stream.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "compute/distance.h"
#include "geo/mask_file.h"
#include "geo/plane_writer.h"

enum { BAND_CELLS = 1 << 23, BAND_ROWS_UNIT = 64, SLOTS = 2 };

struct job {
    struct arena arena;
    struct grid grid;
    struct mask mask;
    struct device *device;
    struct distance *distance;
    struct buffer *metres;
    struct plane_writer *writer;
    float *bands[SLOTS];
    int64_t band_rows;
    struct log *log;
};

static struct window band_at(const struct job *job, int64_t band) {
    int64_t row = band * job->band_rows, left = job->grid.height - row;
    return (struct window){0, row, job->grid.width, left < job->band_rows ? left : job->band_rows};
}

static status read_nothing(void *user, size_t slot, int64_t band) {
    (void)user, (void)slot, (void)band;
    return NULL;
}

static status make_band(void *user, size_t computer, size_t slot, int64_t band) {
    (void)computer;
    const struct job *job = user;
    struct window window = band_at(job, band);
    TRY(log_progress(job->log, (double)window.row0 / (double)job->grid.height));
    TRY(distance_rows(job->distance, window, job->metres, NULL));
    return buffer_read(job->metres, 0, (size_t)(window.rows * window.cols) * sizeof(float), job->bands[slot]);
}

static status write_band(void *user, size_t slot, int64_t band) {
    const struct job *job = user;
    struct window window = band_at(job, band);
    return plane_writer_rows(job->writer, window.row0, window.rows, job->bands[slot]);
}

static status run_bands(struct job *job) {
    const struct stream stream = {.bands = (job->grid.height + job->band_rows - 1) / job->band_rows,
                                  .slots = SLOTS,
                                  .computers = 1,
                                  .read = read_nothing,
                                  .compute = make_band,
                                  .write = write_band,
                                  .user = job};
    return stream_run(&stream);
}

static status prepare(struct job *job, const char *mask_path, const lode_options *options, struct log *log) {
    TRY(device_open(options->device, &job->device));
    log_stage(log, "reading the mask", 0, 0.2);
    TRY(log_progress(log, 0));
    TRY(mask_file_read(mask_path, &job->arena, &job->grid, &job->mask));
    if (mask_count(&job->mask) == 0)
        log_warn(log, "%s: no cell is set, so that every distance is infinite: a cell counts when it is valid and not zero", mask_path);
    TRY(distance_open(job->device, &job->grid, &job->mask, METRIC_AUTO, &job->distance));
    mask_free(&job->mask);
    int64_t rows = BAND_CELLS / job->grid.width / BAND_ROWS_UNIT * BAND_ROWS_UNIT;
    if (rows < BAND_ROWS_UNIT) rows = BAND_ROWS_UNIT;
    job->band_rows = rows < job->grid.height ? rows : job->grid.height;
    size_t cells = (size_t)(job->band_rows * job->grid.width);
    for (int i = 0; i < SLOTS; i++) TRY(MEMORY_ARRAY(cells, &job->bands[i]));
    return buffer_open(job->device, cells * sizeof(float), &job->metres);
}

static void job_free(struct job *job) {
    for (int i = 0; i < SLOTS; i++) free(job->bands[i]);
    buffer_close(job->metres);
    distance_close(job->distance);
    mask_free(&job->mask);
    device_close(job->device);
    arena_free(&job->arena);
}

static status measure(const char *mask_path, const char *partial, const char *const *creation, const lode_options *options, struct log *log) {
    struct job job = {.log = log};
    status failure = prepare(&job, mask_path, options, log);
    if (!failure) failure = plane_writer_open(partial, &job.grid, "distance", "m", creation, &job.writer);
    log_stage(log, "measuring and writing", 0.2, 1);
    if (!failure) failure = run_bands(&job);
    failure = status_first(failure, plane_writer_close(job.writer));
    job_free(&job);
    return failure;
}

lode_error *lode_distance(const char *mask_path, const char *out_path, const char *const *creation_options, const lode_options *options) {
    if (!options->overwrite && access(out_path, F_OK) == 0) return status_fail(LODE_IO, "%s exists: --overwrite replaces it", out_path);
    struct text partial = {0};
    text_print(&partial, "%s.partial", out_path);
    if (partial.failed) return status_no_memory();
    struct log log = log_from_options(options);
    status failure = measure(mask_path, partial.bytes, creation_options, options, &log);
    if (!failure && rename(partial.bytes, out_path) != 0) failure = status_fail(LODE_IO, "%s cannot be written: %s", out_path, strerror(errno));
    if (failure) unlink(partial.bytes);
    log_free(&log);
    text_free(&partial);
    return failure;
}
