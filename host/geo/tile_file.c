/* Tiles lie in the order in which they are asked for, row by row; their places are written into the head at the end. A file system has a tile's bytes
 * from one call. */
#include "geo/tile_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"

enum { AHEAD = 2 }; /* tiles beyond one a thread, so that nobody waits for the one that writes */

/* Of the tiles of an image, as they will lie in the file. */
struct places {
    uint8_t *offsets;
    uint32_t *sizes;
};

struct tile_file {
    char *path;
    int file;
    struct arena arena;
    struct tiff_head head;
    enum tile_layout layout;
    uint64_t end;          /* of what is written */
    struct places *places; /* [images] */
    struct tile_packer **packers;
    int64_t n_packers;
    struct tile_shape packs; /* what these were opened for */
};

int64_t tile_file_ahead(int threads) {
    return threads + AHEAD;
}

static status no_write(const struct tile_file *file, int error) {
    return status_fail(LODE_IO, "writing %s failed: %s", file->path, error ? strerror(error) : "is the disk full?");
}

static status write_bytes(struct tile_file *file, const uint8_t *bytes, size_t size, uint64_t at) {
    while (size > 0) {
        ssize_t written = pwrite(file->file, bytes, size, (off_t)at);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return no_write(file, written < 0 ? errno : ENOSPC);
        bytes += written;
        size -= (size_t)written;
        at += (uint64_t)written;
    }
    return NULL;
}

static status write_head(struct tile_file *file) {
    uint8_t *bytes;
    size_t size;
    TRY(tiff_head_write(&file->head, file->layout == TILES_COG, &bytes, &size));
    status failure = write_bytes(file, bytes, size, 0);
    file->end = size;
    free(bytes);
    return failure;
}

static size_t offset_bytes(const struct tile_file *file) {
    return file->head.big ? sizeof(uint64_t) : sizeof(uint32_t);
}

static status prepare(struct tile_file *file, const void *made, size_t size) {
    TRY(tiff_head_read(made, size, &file->arena, &file->head));
    file->places = arena_alloc(&file->arena, file->head.n_images, sizeof *file->places);
    if (!file->places) return status_no_memory();
    for (size_t i = 0; i < file->head.n_images; i++) {
        size_t tiles = file->head.images[i].across * file->head.images[i].down;
        struct places *places = &file->places[i];
        places->offsets = arena_alloc(&file->arena, tiles, offset_bytes(file));
        places->sizes = arena_alloc(&file->arena, tiles, sizeof *places->sizes);
        if (!places->offsets || !places->sizes) return status_no_memory();
    }
    return write_head(file);
}

status tile_file_open(const char *path, const void *made, size_t size, enum tile_layout layout, struct tile_file **out) {
    struct tile_file *file;
    TRY(MEMORY_ARRAY(1, &file));
    file->layout = layout;
    file->path = arena_copy(&file->arena, path);
    file->file = file->path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    status failure = !file->path      ? status_no_memory()
                     : file->file < 0 ? status_fail(LODE_IO, "%s cannot be written: %s", path, strerror(errno))
                                      : prepare(file, made, size);
    if (!failure) {
        *out = file;
        return NULL;
    }
    return status_first(failure, tile_file_close(file, false));
}

const struct tiff_image *tile_file_image(const struct tile_file *file, size_t image) {
    return &file->head.images[image];
}

static void close_packers(struct tile_file *file) {
    for (int64_t i = 0; i < file->n_packers; i++) tile_packer_close(file->packers[i]);
    free(file->packers);
    file->packers = NULL;
    file->n_packers = 0;
}

static bool same_shape(const struct tile_shape *a, const struct tile_shape *b) {
    return a->cols == b->cols && a->rows == b->rows && a->bands == b->bands && a->cell_bytes == b->cell_bytes && a->predictor == b->predictor &&
           a->stored == b->stored;
}

static status open_packers(struct tile_file *file, const struct tile_shape *shape, int64_t count) {
    if (file->n_packers >= count && same_shape(&file->packs, shape)) return NULL;
    close_packers(file);
    TRY(MEMORY_ARRAY((size_t)count, &file->packers));
    for (; file->n_packers < count; file->n_packers++) TRY(tile_packer_open(shape, &file->packers[file->n_packers]));
    file->packs = *shape;
    return NULL;
}

/* What a packer has made. */
struct packed {
    uint8_t *bytes;
    size_t size;
    status failure;
};

struct job {
    struct tile_file *file;
    const struct tiff_image *image;
    struct places *places;
    const struct tile_rows *rows;
    const struct log *log;
    size_t first; /* tile of the image */
    int64_t ahead;
    struct packed *made; /* [ahead] */
    status failure;      /* the first in order of tiles; only taking looks at it */
};

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

static void make_tile(void *user, int64_t i) {
    const struct job *job = user;
    const struct tiff_image *image = job->image;
    size_t across = (size_t)i % image->across, down = (size_t)i / image->across;
    struct tile_cells cells = {
        .planes = job->rows->planes, .width = image->width, .col = (int64_t)(across * image->shape.cols), .row = (int64_t)(down * image->shape.rows)};
    cells.cols = smaller(image->shape.cols, (size_t)(image->width - cells.col));
    cells.rows = smaller(image->shape.rows, (size_t)(job->rows->rows - cells.row));
    struct packed *made = &job->made[i % job->ahead];
    made->failure = tile_pack(job->file->packers[i % job->ahead], &cells, image->strips ? cells.rows : image->shape.rows, &made->bytes, &made->size);
}

/* With the room before and behind it that a packer leaves. */
static status write_tile(struct tile_file *file, struct places *places, size_t tile, struct packed *made) {
    uint8_t *bytes = made->bytes;
    size_t before = 0, behind = 0;
    if (file->layout == TILES_COG) {
        before = behind = TILE_FRAME_BYTES;
        for (int i = 0; i < TILE_FRAME_BYTES; i++) bytes[i - TILE_FRAME_BYTES] = (uint8_t)(made->size >> 8 * i);
        memcpy(bytes + made->size, bytes + made->size - TILE_FRAME_BYTES, TILE_FRAME_BYTES);
    }
    uint64_t offset = file->end + before;
    if (!file->head.big && offset + made->size + behind > UINT32_MAX) return no_write(file, EFBIG);
    TRY(write_bytes(file, bytes - before, before + made->size + behind, file->end));
    const uint32_t narrow = (uint32_t)offset;
    memcpy(places->offsets + tile * offset_bytes(file), file->head.big ? (const void *)&offset : &narrow, offset_bytes(file));
    places->sizes[tile] = (uint32_t)made->size;
    file->end = offset + made->size + behind;
    return NULL;
}

/* Behind the last tile of a row of tiles. */
static void let_go(const struct job *job, size_t tile_row) {
    const struct tile_shape *shape = &job->image->shape;
    size_t row_bytes = (size_t)job->image->width * shape->cell_bytes, first = tile_row * shape->rows * row_bytes;
    for (size_t b = 0; job->rows->scratch && b < shape->bands; b++) scratch_forget(job->rows->scratch[b], first, shape->rows * row_bytes);
}

static void take_tile(void *user, int64_t i) {
    struct job *job = user;
    struct packed *made = &job->made[i % job->ahead];
    if (job->failure || made->failure) {
        job->failure = status_first(job->failure, made->failure);
    } else {
        bool stopped = job->log && job->log->cancelled && job->log->cancelled(job->log->user);
        job->failure = stopped ? status_fail(LODE_INTERRUPTED, "interrupted while writing %s", job->file->path)
                               : write_tile(job->file, job->places, job->first + (size_t)i, made);
    }
    made->failure = NULL;
    if (((size_t)i + 1) % job->image->across == 0) let_go(job, (size_t)i / job->image->across);
}

status tile_file_rows(struct tile_file *file, size_t image, const struct tile_rows *rows, const struct log *log) {
    int threads = parallel_threads();
    struct job job = {.file = file,
                      .image = &file->head.images[image],
                      .places = &file->places[image],
                      .rows = rows,
                      .log = log,
                      .ahead = tile_file_ahead(threads)};
    size_t tile_rows = job.image->shape.rows, down = ((size_t)rows->rows + tile_rows - 1) / tile_rows;
    job.first = (size_t)rows->row0 / tile_rows * job.image->across;
    TRY(open_packers(file, &job.image->shape, job.ahead));
    TRY(MEMORY_ARRAY((size_t)job.ahead, &job.made));
    parallel_in_order((int64_t)(job.image->across * down), threads, job.ahead, make_tile, take_tile, &job);
    free(job.made);
    return job.failure;
}

static status write_places(struct tile_file *file, size_t index) {
    const struct tiff_image *image = &file->head.images[index];
    struct places *places = &file->places[index];
    size_t tiles = image->across * image->down;
    TRY(write_bytes(file, places->offsets, tiles * offset_bytes(file), image->offsets_at));
    return write_bytes(file, (const uint8_t *)places->sizes, tiles * sizeof(uint32_t), image->sizes_at);
}

status tile_file_close(struct tile_file *file, bool wanted) {
    status failure = NULL;
    if (!file) return NULL;
    for (size_t i = 0; wanted && !failure && i < file->head.n_images; i++) failure = write_places(file, i);
    if (file->file >= 0 && close(file->file) != 0 && wanted && !failure) failure = no_write(file, errno);
    close_packers(file);
    arena_free(&file->arena);
    free(file);
    return failure;
}
