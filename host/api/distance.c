/* Mask file to distance file: bands are made, on each device one at a time, while those before are written. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/stream.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/text.h"
#include "compute/distance.h"
#include "geo/mask_file.h"
#include "geo/places.h"
#include "geo/plane_writer.h"

enum { BAND_CELLS = 1 << 23, BAND_ROWS_UNIT = 64, BANDS_A_DEVICE = 8 };

/* What one device has of the job. */
struct measurer {
    struct device *device;
    struct distance *distance;
};

struct job {
    struct arena arena;
    struct grid grid;
    struct mask mask;
    struct measurer *measurers;
    size_t n_measurers, slots;
    struct plane_writer *writer;
    float **bands; /* [slot] */
    int64_t band_rows;
    struct log *log;
};

static status read_nothing(void *user, size_t slot, int64_t band) {
    (void)user, (void)slot, (void)band;
    return NULL;
}

static status make_rows(const struct measurer *measurer, struct window window, float *out) {
    size_t bytes = (size_t)(window.rows * window.cols) * sizeof(float);
    struct buffer *metres;
    TRY(buffer_over(measurer->device, out, bytes, &metres));
    status failure = distance_rows(measurer->distance, window, metres, NULL);
    if (!failure) failure = buffer_read(metres, 0, bytes, out);
    buffer_close(metres);
    return failure;
}

static status make_band(void *user, size_t computer, size_t slot, int64_t band) {
    const struct job *job = user;
    const struct measurer *measurer = &job->measurers[computer];
    struct window window = window_band(grid_window(&job->grid), band, job->band_rows);
    if (computer == 0) TRY(log_progress(job->log, (double)window.row0 / (double)job->grid.height));
    return device_blamed(measurer->device, job->n_measurers, make_rows(measurer, window, job->bands[slot]));
}

static status write_band(void *user, size_t slot, int64_t band) {
    const struct job *job = user;
    struct window window = window_band(grid_window(&job->grid), band, job->band_rows);
    return plane_writer_rows(job->writer, window.row0, window.rows, job->bands[slot]);
}

static status run_bands(struct job *job) {
    const struct stream stream = {.bands = window_bands(grid_window(&job->grid), job->band_rows),
                                  .slots = job->slots,
                                  .computers = job->n_measurers,
                                  .read = read_nothing,
                                  .compute = make_band,
                                  .write = write_band,
                                  .user = job};
    return stream_run(&stream);
}

/* Several devices want several bands each, or the slowest ends long after the others. */
static int64_t choose_rows(const struct job *job) {
    int64_t height = job->grid.height, rows = BAND_CELLS / job->grid.width, devices = (int64_t)job->n_measurers;
    if (devices > 1 && rows > height / (devices * BANDS_A_DEVICE)) rows = height / (devices * BANDS_A_DEVICE);
    rows = rows < BAND_ROWS_UNIT ? BAND_ROWS_UNIT : rows / BAND_ROWS_UNIT * BAND_ROWS_UNIT;
    return rows < height ? rows : height;
}

static status metric_of(const lode_options *options, const struct grid *grid, const char *mask_path, enum metric *out) {
    const char *word = options->metric ? options->metric : "auto";
    *out = grid->geographic ? METRIC_GEODESIC : METRIC_PLANAR;
    if (strcmp(word, "geodesic") == 0)
        *out = METRIC_GEODESIC;
    else if (strcmp(word, "planar") == 0)
        *out = METRIC_PLANAR;
    else if (strcmp(word, "auto") != 0)
        return status_fail(LODE_USAGE, "metric '%s': say planar or geodesic", word);
    if (*out == METRIC_PLANAR && grid->geographic)
        return status_fail(LODE_USAGE,
                           "%s: planar distances of a geographic grid would be in degrees: leave the metric out, or warp the mask to a projected crs",
                           mask_path);
    return NULL;
}

/* On each device. */
static status open_distances(struct job *job, enum metric metric) {
    const bool placed = metric == METRIC_GEODESIC && !job->grid.geographic;
    struct places places = {0};
    status failure = placed ? places_make(&job->grid, job->mask.window, &places) : NULL;
    for (size_t i = 0; !failure && i < job->n_measurers; i++) {
        struct measurer *measurer = &job->measurers[i];
        failure = placed ? distance_open_placed(measurer->device, &job->grid, &job->mask, &places, &measurer->distance)
                         : distance_open(measurer->device, &job->grid, &job->mask, metric, &measurer->distance);
        failure = device_blamed(measurer->device, job->n_measurers, failure);
    }
    places_free(&places);
    return failure;
}

static status open_measurers(struct job *job, const char *select) {
    struct device **devices;
    size_t count;
    TRY(devices_open(select, &devices, &count));
    status failure = devices_warn_of_unequal(devices, count, job->log);
    if (!failure) failure = MEMORY_ARRAY(count, &job->measurers);
    if (failure) {
        devices_close(devices, count);
        return failure;
    }
    for (size_t i = 0; i < count; i++) job->measurers[i].device = devices[i];
    job->n_measurers = count;
    job->slots = count + 1;
    free(devices);
    return NULL;
}

struct mask_reading {
    struct job *job;
    const char *path;
    status failure;
};

static void read_mask(void *user) {
    struct mask_reading *reading = user;
    reading->failure = mask_file_read(reading->path, &reading->job->arena, &reading->job->grid, &reading->job->mask);
}

/* The mask is read while the device is opened. */
static status prepare(struct job *job, const char *mask_path, const lode_options *options, struct log *log) {
    struct mask_reading reading = {.job = job, .path = mask_path};
    struct aside aside;
    enum metric metric;
    log_stage(log, "reading the mask", 0, 0.2);
    TRY(log_progress(log, 0));
    devices_settle_environment();
    aside_begin(&aside, read_mask, &reading);
    status failure = open_measurers(job, options->device);
    aside_end(&aside);
    TRY(status_first(failure, reading.failure));
    TRY(metric_of(options, &job->grid, mask_path, &metric));
    if (mask_count(&job->mask) == 0)
        log_warn(log, "%s: no cell is set, so that every distance is infinite: a cell counts when it is valid and not zero", mask_path);
    job->band_rows = choose_rows(job);
    TRY(open_distances(job, metric));
    mask_free(&job->mask);
    TRY(MEMORY_ARRAY(job->slots, &job->bands));
    for (size_t s = 0; s < job->slots; s++) TRY(MEMORY_ARRAY((size_t)(job->band_rows * job->grid.width), &job->bands[s]));
    return NULL;
}

static void job_free(struct job *job) {
    for (size_t s = 0; job->bands && s < job->slots; s++) free(job->bands[s]);
    free(job->bands);
    for (size_t i = 0; i < job->n_measurers; i++) {
        distance_close(job->measurers[i].distance);
        device_close(job->measurers[i].device);
    }
    free(job->measurers);
    mask_free(&job->mask);
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
