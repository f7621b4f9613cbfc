/* TIFF 6.0, section 14 (differences of cells), and Adobe Photoshop TIFF Technical Note 3 (of bytes: all most significant ones of a row, then the
 * next); deflate by ISA-L, which takes a third of the time of libdeflate at its lowest level for about a tenth more bytes. At level 3 it is slow. */
#include "geo/tile_pack.h"

#include <isa-l.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/vectors.h"

enum { LEVEL = 2, LEVEL_BYTES = ISAL_DEF_LVL2_DEFAULT };

struct tile_packer {
    struct tile_shape shape;
    struct isal_zstream stream;
    uint8_t *level, *row, *planes, *raw, *packed;
};

static size_t row_bytes(const struct tile_shape *shape) {
    return shape->cols * shape->bands * shape->cell_bytes;
}

/* What does not compress is stored, with a few bytes for each 64 KB. */
static size_t packed_bytes(const struct tile_shape *shape) {
    size_t raw = row_bytes(shape) * shape->rows;
    return raw + raw / 64 + 1024;
}

size_t tile_packer_bytes(const struct tile_shape *shape) {
    return sizeof(struct tile_packer) + LEVEL_BYTES + row_bytes(shape) * (shape->rows + 2) + packed_bytes(shape) + 2 * TILE_FRAME_BYTES;
}

status tile_packer_open(const struct tile_shape *shape, struct tile_packer **out) {
    struct tile_packer *packer;
    TRY(MEMORY_ARRAY(1, &packer));
    packer->shape = *shape;
    packer->level = malloc(LEVEL_BYTES);
    packer->row = malloc(row_bytes(shape));
    packer->planes = malloc(row_bytes(shape));
    packer->raw = malloc(row_bytes(shape) * shape->rows);
    packer->packed = malloc(packed_bytes(shape) + 2 * TILE_FRAME_BYTES);
    if (packer->level && packer->row && packer->planes && packer->raw && packer->packed) {
        *out = packer;
        return NULL;
    }
    tile_packer_close(packer);
    return status_no_memory();
}

void tile_packer_close(struct tile_packer *packer) {
    if (!packer) return;
    free(packer->level);
    free(packer->row);
    free(packer->planes);
    free(packer->raw);
    free(packer->packed);
    free(packer);
}

static void put_band(const uint8_t *from, size_t cells, size_t cell_bytes, size_t bands, uint8_t *to) {
    for (size_t i = 0; i < cells; i++) memcpy(to + i * bands * cell_bytes, from + i * cell_bytes, cell_bytes);
}

static size_t first_cell(const struct tile_cells *cells, size_t row) {
    return (size_t)((cells->row + (int64_t)row) * cells->width + cells->col);
}

/* A row as TIFF has it: bands side by side, full width. */
static void gather(const struct tile_shape *shape, const struct tile_cells *cells, size_t row, uint8_t *to) {
    size_t bytes = shape->cell_bytes, cell = bytes * shape->bands;
    for (size_t b = 0; b < shape->bands; b++) {
        const uint8_t *from = (const uint8_t *)cells->planes[b] + first_cell(cells, row) * bytes;
        if (shape->bands == 1)
            memcpy(to, from, cells->cols * bytes);
        else
            put_band(from, cells->cols, bytes, shape->bands, to + b * bytes);
    }
    for (size_t i = cells->cols; i < shape->cols; i++) memcpy(to + i * cell, to + (cells->cols - 1) * cell, cell);
}

/* The bytes of `count` numbers by their weight, the highest first. */
WIDE_VECTORS static void by_weight(const uint8_t *row, size_t count, uint8_t *planes) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, row + i * sizeof bits, sizeof bits);
        planes[i] = (uint8_t)(bits >> 24);
        planes[count + i] = (uint8_t)(bits >> 16);
        planes[2 * count + i] = (uint8_t)(bits >> 8);
        planes[3 * count + i] = (uint8_t)bits;
    }
}

WIDE_VECTORS static void less_before_8(const uint8_t *from, size_t count, size_t apart, uint8_t *to) {
    for (size_t i = 0; i < apart; i++) to[i] = from[i];
    for (size_t i = apart; i < count; i++) to[i] = (uint8_t)(from[i] - from[i - apart]);
}

WIDE_VECTORS static void less_before_16(const uint16_t *from, size_t count, size_t apart, uint16_t *to) {
    for (size_t i = 0; i < apart; i++) to[i] = from[i];
    for (size_t i = apart; i < count; i++) to[i] = (uint16_t)(from[i] - from[i - apart]);
}

WIDE_VECTORS static void less_before_32(const uint32_t *from, size_t count, size_t apart, uint32_t *to) {
    for (size_t i = 0; i < apart; i++) to[i] = from[i];
    for (size_t i = apart; i < count; i++) to[i] = from[i] - from[i - apart];
}

/* Planes and rows of numbers begin where malloc put them, or whole numbers further on. */
static void less_before(const void *from, size_t count, size_t apart, size_t cell_bytes, void *to) {
    if (cell_bytes == 1)
        less_before_8(from, count, apart, to);
    else if (cell_bytes == 2)
        less_before_16(from, count, apart, to);
    else
        less_before_32(from, count, apart, to);
}

static void predict(struct tile_packer *packer, const uint8_t *row, uint8_t *raw) {
    const struct tile_shape *shape = &packer->shape;
    size_t count = shape->cols * shape->bands;
    if (shape->predictor == PREDICTOR_CELLS) {
        less_before(row, count, shape->bands, shape->cell_bytes, raw);
    } else {
        by_weight(row, count, packer->planes);
        less_before_8(packer->planes, count * shape->cell_bytes, shape->bands, raw);
    }
}

/* The row where it lies, if it is there as a whole, else gathered. */
static const uint8_t *row_of(struct tile_packer *packer, const struct tile_cells *cells, size_t row) {
    const struct tile_shape *shape = &packer->shape;
    if (shape->bands == 1 && cells->cols == shape->cols) return (const uint8_t *)cells->planes[0] + first_cell(cells, row) * shape->cell_bytes;
    gather(shape, cells, row, packer->row);
    return packer->row;
}

static void make_raw(struct tile_packer *packer, const struct tile_cells *cells, size_t rows, uint8_t *to) {
    size_t bytes = row_bytes(&packer->shape);
    for (size_t r = 0; r < rows; r++) {
        uint8_t *raw = to + r * bytes;
        if (r >= cells->rows)
            memcpy(raw, raw - bytes, bytes);
        else if (packer->shape.predictor == PREDICTOR_NONE)
            gather(&packer->shape, cells, r, raw);
        else
            predict(packer, row_of(packer, cells, r), raw);
    }
}

status tile_pack(struct tile_packer *packer, const struct tile_cells *cells, size_t rows, uint8_t **packed, size_t *size) {
    struct isal_zstream *stream = &packer->stream;
    *packed = packer->packed + TILE_FRAME_BYTES;
    *size = row_bytes(&packer->shape) * rows;
    make_raw(packer, cells, rows, packer->shape.stored ? *packed : packer->raw);
    if (packer->shape.stored) return NULL;
    isal_deflate_stateless_init(stream);
    stream->level = LEVEL;
    stream->level_buf = packer->level;
    stream->level_buf_size = LEVEL_BYTES;
    stream->gzip_flag = IGZIP_ZLIB;
    stream->end_of_stream = 1;
    stream->next_in = packer->raw;
    stream->avail_in = (uint32_t)*size;
    stream->next_out = *packed;
    stream->avail_out = (uint32_t)packed_bytes(&packer->shape);
    if (isal_deflate_stateless(stream) != COMP_OK) return status_fail(LODE_IO, "ISA-L cannot compress a tile");
    *size = stream->total_out;
    return NULL;
}
