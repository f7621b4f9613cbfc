/* GDAL's TIFF driver tells the place of each block ("BLOCK_OFFSET_x_y" of its domain "TIFF"). Some rows of a block at a time pass through a buffer
 * that stays in the nearest cache. */
#include "geo/raster_straight.h"

#include <cpl_string.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_FLOATS = 1 << 13, BLOCKS_MOST = 1 << 20 };

static int64_t smaller(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/* One number a pixel, or the bands one after the other; nothing packed. */
static bool is_plain(GDALDatasetH dataset, GDALRasterBandH band) {
    const char *driver = GDALGetDriverShortName(GDALGetDatasetDriver(dataset));
    const char *order = GDALGetMetadataItem(dataset, "INTERLEAVE", "IMAGE_STRUCTURE");
    if (!driver || strcmp(driver, "GTiff") != 0 || GDALGetRasterDataType(band) != GDT_Float32) return false;
    if (GDALGetMetadataItem(dataset, "COMPRESSION", "IMAGE_STRUCTURE") || GDALGetMetadataItem(band, "NBITS", "IMAGE_STRUCTURE")) return false;
    return GDALGetRasterCount(dataset) == 1 || (order && strcmp(order, "BAND") == 0);
}

/* Whether numbers lie in the file as they do in memory: "II", the lowest byte first. */
static bool has_order_of_host(int file) {
    const uint16_t one = 1;
    uint8_t low_first;
    char order[2];
    memcpy(&low_first, &one, 1);
    return pread(file, order, 2, 0) == 2 && memcmp(order, low_first ? "II" : "MM", 2) == 0;
}

/* A strip at the lower edge may end with the raster. */
static bool take_offsets(GDALRasterBandH band, int64_t bytes, int64_t down, struct raster_straight *out) {
    for (int64_t i = 0; i < out->across * down; i++) {
        char name[60];
        snprintf(name, sizeof name, "BLOCK_OFFSET_%d_%d", (int)(i % out->across), (int)(i / out->across));
        const char *told = GDALGetMetadataItem(band, name, "TIFF");
        long long offset = told ? atoll(told) : 0;
        int64_t rows = smaller(out->block_rows, GDALGetRasterBandYSize(band) - i / out->across * out->block_rows);
        if (offset <= 0 || offset + out->block_cols * rows * (int64_t)sizeof(float) > bytes) return false;
        out->offsets[i] = (uint64_t)offset;
    }
    return true;
}

static bool open_blocks(GDALRasterBandH band, struct raster_straight *out) {
    struct stat facts;
    int cols, rows;
    GDALGetBlockSize(band, &cols, &rows);
    out->block_cols = cols;
    out->block_rows = rows;
    out->across = (GDALGetRasterBandXSize(band) + cols - 1) / cols;
    int64_t down = (GDALGetRasterBandYSize(band) + rows - 1) / rows;
    if (fstat(out->file, &facts) != 0 || !S_ISREG(facts.st_mode) || !has_order_of_host(out->file) || out->across * down > BLOCKS_MOST) return false;
    out->offsets = calloc((size_t)(out->across * down), sizeof *out->offsets);
    return out->offsets && take_offsets(band, facts.st_size, down, out);
}

void raster_straight_open(GDALDatasetH dataset, GDALRasterBandH band, struct raster_straight *out) {
    *out = (struct raster_straight){.file = -1};
    if (!is_plain(dataset, band)) return;
    out->file = open(GDALGetDescription(dataset), O_RDONLY | O_CLOEXEC);
    if (out->file >= 0 && !open_blocks(band, out)) raster_straight_close(out);
}

void raster_straight_close(struct raster_straight *straight) {
    if (straight->file > 0) close(straight->file);
    free(straight->offsets);
    *straight = (struct raster_straight){.file = -1};
}

static status read_fully(int file, float *buffer, size_t bytes, uint64_t offset) {
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(file, (char *)buffer + done, bytes - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return status_fail(LODE_IO, "%s", got < 0 ? strerror(errno) : "the file ends too early");
        done += (size_t)got;
    }
    return NULL;
}

/* Part of a block: `cols` from column `col` of it, and rows that lie as far apart as the block is wide. */
struct piece {
    uint64_t offset;
    int64_t col, row, cols, rows;
};

struct settling {
    void (*settle)(void *user, float *values, int cols);
    void *user;
};

/* As many rows at once as the buffer holds, or stretches of one row that is longer. */
static status read_piece(const struct raster_straight *straight, struct piece piece, float *values, int64_t stride, struct settling settling) {
    float buffer[BUFFER_FLOATS];
    const int64_t pitch = straight->block_cols, cols = smaller(piece.cols, BUFFER_FLOATS);
    const int64_t at_once = cols < piece.cols || pitch > BUFFER_FLOATS ? 1 : BUFFER_FLOATS / pitch;
    for (int64_t r = 0; r < piece.rows; r += at_once) {
        const int64_t rows = smaller(at_once, piece.rows - r);
        for (int64_t c = 0; c < piece.cols; c += cols) {
            const int64_t n = smaller(cols, piece.cols - c), first = (piece.row + r) * pitch + piece.col + c;
            TRY(read_fully(straight->file, buffer, (size_t)((rows - 1) * pitch + n) * sizeof(float), piece.offset + (uint64_t)first * sizeof(float)));
            for (int64_t k = 0; k < rows; k++) {
                float *to = values + (r + k) * stride + c;
                memcpy(to, buffer + k * pitch, (size_t)n * sizeof(float));
                settling.settle(settling.user, to, (int)n);
            }
        }
    }
    return NULL;
}

status raster_straight_read(const struct raster_straight *straight, int64_t col, int64_t row, int64_t cols, int64_t rows, float *values,
                            int64_t stride, void (*settle)(void *user, float *values, int cols), void *user) {
    const struct settling settling = {settle, user};
    for (int64_t r = row; r < row + rows;) {
        const int64_t of_row = r / straight->block_rows, next_row = smaller((of_row + 1) * straight->block_rows, row + rows);
        for (int64_t c = col; c < col + cols;) {
            const int64_t of_col = c / straight->block_cols, next_col = smaller((of_col + 1) * straight->block_cols, col + cols);
            const struct piece piece = {straight->offsets[of_row * straight->across + of_col], c % straight->block_cols, r % straight->block_rows,
                                        next_col - c, next_row - r};
            TRY(read_piece(straight, piece, values + (r - row) * stride + (c - col), stride, settling));
            c = next_col;
        }
        r = next_row;
    }
    return NULL;
}
