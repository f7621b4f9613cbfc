/* Mask file to distance file: bands are made on the device while a thread of its own writes the one before. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
};

/* One band on its way to the file. */
struct delivery {
    struct plane_writer *writer;
    int64_t row0, rows;
    const float *values;
    status failure;
    pthread_t thread;
    bool running;
};

static void *deliver(void *user) {
    struct delivery *delivery = user;
    delivery->failure = plane_writer_rows(delivery->writer, delivery->row0, delivery->rows, delivery->values);
    return NULL;
}

static status delivery_wait(struct delivery *delivery) {
    if (!delivery->running) return NULL;
    pthread_join(delivery->thread, NULL);
    delivery->running = false;
    return delivery->failure;
}

static status delivery_start(struct delivery *delivery) {
    delivery->failure = NULL;
    delivery->running = pthread_create(&delivery->thread, NULL, deliver, delivery) == 0;
    if (!delivery->running) deliver(delivery);
    return delivery->running ? NULL : delivery->failure;
}

static status run_bands(struct job *job, struct log *log) {
    struct delivery delivery = {.writer = job->writer};
    status failure = NULL;
    int slot = 0;
    for (int64_t row = 0; !failure && row < job->grid.height; row += job->band_rows, slot = (slot + 1) % SLOTS) {
        int64_t rows = job->grid.height - row < job->band_rows ? job->grid.height - row : job->band_rows;
        failure = log_progress(log, (double)row / (double)job->grid.height);
        if (!failure) failure = distance_rows(job->distance, (struct window){0, row, job->grid.width, rows}, job->metres, NULL);
        if (!failure) failure = buffer_read(job->metres, 0, (size_t)(rows * job->grid.width) * sizeof(float), job->bands[slot]);
        status written = delivery_wait(&delivery);
        if (!failure)
            failure = written;
        else
            lode_error_free(written);
        if (failure) break;
        delivery.row0 = row;
        delivery.rows = rows;
        delivery.values = job->bands[slot];
        failure = delivery_start(&delivery);
    }
    status written = delivery_wait(&delivery);
    if (!failure) return written;
    lode_error_free(written);
    return failure;
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
    struct job job = {0};
    status failure = prepare(&job, mask_path, options, log);
    if (!failure) failure = plane_writer_open(partial, &job.grid, "distance", "m", creation, &job.writer);
    log_stage(log, "measuring and writing", 0.2, 1);
    if (!failure) failure = run_bands(&job, log);
    status closed = plane_writer_close(job.writer);
    if (!failure)
        failure = closed;
    else
        lode_error_free(closed);
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
