/* TIFF 6.0 and its 64-bit form BigTIFF. A directory: the number of its tags, each with type, count and value or, where that is longer than an
 * offset, the value's place; then the place of the next directory. The words of a COG: GDAL's COG driver, "Header ghost area". */
#include "geo/tiff_head.h"

#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 256,
    HEIGHT = 257,
    BITS = 258,
    COMPRESSION = 259,
    STRIP_OFFSETS = 273,
    BANDS = 277,
    STRIP_ROWS = 278,
    STRIP_SIZES = 279,
    PLANES = 284,
    PREDICTOR = 317,
    TILE_WIDTH = 322,
    TILE_HEIGHT = 323,
    TILE_OFFSETS = 324,
    TILE_SIZES = 325
};
enum { LONG = 4, LONG8 = 16, CLASSIC = 42, BIG = 43, STORED = 1, DEFLATE = 8, CONTIGUOUS = 1, IMAGES_MOST = 64, TAGS_MOST = 1000 };

static const char COG_WORDS[] =
    "GDAL_STRUCTURAL_METADATA_SIZE=000140 bytes\nLAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
    "BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n ";

/* By TIFF's number of a type; 0: not one. */
static const uint8_t type_bytes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};

static status strange(const char *what) {
    return status_fail(LODE_IO, "GDAL made a GeoTIFF with %s", what);
}

struct reader {
    const uint8_t *bytes;
    size_t size;
    bool big;
};

static status number_at(const struct reader *reader, uint64_t at, size_t bytes, uint64_t *out) {
    uint16_t two;
    uint32_t four;
    *out = 0;
    if (at > reader->size || bytes > reader->size - at) return strange("a place beyond its end");
    if (bytes == 1) *out = reader->bytes[at];
    if (bytes == 2) memcpy(&two, reader->bytes + at, bytes), *out = two;
    if (bytes == 4) memcpy(&four, reader->bytes + at, bytes), *out = four;
    if (bytes == 8) memcpy(out, reader->bytes + at, bytes);
    return NULL;
}

static status read_tag(const struct reader *reader, uint64_t at, struct tiff_tag *tag) {
    size_t word = reader->big ? 8 : 4;
    uint64_t number, place = at + 4 + word;
    TRY(number_at(reader, at, 2, &number));
    tag->tag = (uint16_t)number;
    TRY(number_at(reader, at + 2, 2, &number));
    tag->type = (uint16_t)number;
    TRY(number_at(reader, at + 4, word, &tag->count));
    size_t each = tag->type < sizeof type_bytes ? type_bytes[tag->type] : 0;
    if (!each || tag->count > SIZE_MAX / each) return strange("a tag of an unknown type");
    tag->bytes = (size_t)tag->count * each;
    if (tag->bytes > word) TRY(number_at(reader, place, word, &place));
    if (place > reader->size || tag->bytes > reader->size - place) return strange("a value beyond its end");
    tag->value = reader->bytes + place;
    return NULL;
}

static const struct tiff_tag *find(const struct tiff_image *image, uint16_t tag) {
    for (size_t i = 0; i < image->n_tags; i++)
        if (image->tags[i].tag == tag) return &image->tags[i];
    return NULL;
}

/* The first of a tag's numbers. */
static uint64_t first_of(const struct tiff_image *image, uint16_t tag, uint64_t otherwise) {
    const struct tiff_tag *found = find(image, tag);
    uint64_t number = otherwise;
    if (!found || found->count < 1) return otherwise;
    const struct reader reader = {.bytes = found->value, .size = found->bytes};
    status failure = number_at(&reader, 0, type_bytes[found->type], &number);
    lode_error_free(failure);
    return failure ? otherwise : number;
}

static bool predicts(const struct tile_shape *shape) {
    switch (shape->predictor) {
    case PREDICTOR_NONE:
        return true;
    case PREDICTOR_CELLS:
        return shape->cell_bytes <= 4;
    case PREDICTOR_BYTES:
        return shape->cell_bytes == 4;
    }
    return false;
}

static status understand(struct tiff_image *image) {
    image->width = (int64_t)first_of(image, WIDTH, 0);
    image->height = (int64_t)first_of(image, HEIGHT, 0);
    image->strips = !find(image, TILE_WIDTH);
    uint64_t compression = first_of(image, COMPRESSION, STORED), predictor = first_of(image, PREDICTOR, PREDICTOR_NONE);
    if (image->width < 1 || image->height < 1) return strange("no cells");
    uint64_t rows = first_of(image, image->strips ? STRIP_ROWS : TILE_HEIGHT, (uint64_t)image->height);
    if (image->strips && rows > (uint64_t)image->height) rows = (uint64_t)image->height;
    image->shape = (struct tile_shape){.cols = (size_t)first_of(image, TILE_WIDTH, (uint64_t)image->width),
                                       .rows = (size_t)rows,
                                       .bands = (size_t)first_of(image, BANDS, 1),
                                       .cell_bytes = (size_t)first_of(image, BITS, 0) / 8,
                                       .predictor = compression == STORED ? PREDICTOR_NONE : (enum tile_predictor)predictor,
                                       .stored = compression == STORED};
    const struct tile_shape *shape = &image->shape;
    if (shape->cols < 1 || shape->rows < 1 || shape->cell_bytes < 1 || shape->cell_bytes > 8) return strange("tiles of an unknown shape");
    if (!predicts(shape)) return strange("an unknown predictor");
    if (compression != STORED && compression != DEFLATE) return strange("another compression than DEFLATE");
    if (shape->bands > 1 && first_of(image, PLANES, 0) != CONTIGUOUS) return strange("bands that lie apart");
    image->across = ((size_t)image->width + shape->cols - 1) / shape->cols;
    image->down = ((size_t)image->height + shape->rows - 1) / shape->rows;
    return NULL;
}

static status read_image(const struct reader *reader, uint64_t *at, struct arena *arena, struct tiff_image *image) {
    size_t word = reader->big ? 8 : 2, each = reader->big ? 20 : 12;
    uint64_t count;
    TRY(number_at(reader, *at, word, &count));
    if (count > TAGS_MOST) return strange("too many tags");
    image->n_tags = (size_t)count;
    image->tags = arena_alloc(arena, image->n_tags + 1, sizeof *image->tags);
    if (!image->tags) return status_no_memory();
    for (size_t i = 0; i < image->n_tags; i++) TRY(read_tag(reader, *at + word + i * each, &image->tags[i]));
    TRY(number_at(reader, *at + word + count * each, reader->big ? 8 : 4, at));
    return understand(image);
}

status tiff_head_read(const uint8_t *bytes, size_t size, struct arena *arena, struct tiff_head *out) {
    struct reader reader = {bytes, size, false};
    uint64_t number, at;
    *out = (struct tiff_head){.order = bytes, .images = arena_alloc(arena, IMAGES_MOST, sizeof *out->images)};
    if (!out->images) return status_no_memory();
    TRY(number_at(&reader, 2, 2, &number));
    if (number != CLASSIC && number != BIG) return strange("another order of bytes than this machine's");
    out->big = reader.big = number == BIG;
    TRY(number_at(&reader, out->big ? 8 : 4, out->big ? 8 : 4, &at));
    while (at) {
        if (out->n_images == IMAGES_MOST) return strange("too many overviews");
        TRY(read_image(&reader, &at, arena, &out->images[out->n_images++]));
    }
    return out->n_images ? NULL : strange("no image");
}

/* Where things go while a head is written. */
struct pen {
    uint8_t *bytes;
    size_t at, values_at, arrays_at; /* the next tag, the next value of this directory, the next array of tiles */
    bool big;
};

static void put(struct pen *pen, uint64_t number, size_t bytes) {
    const uint16_t two = (uint16_t)number;
    const uint32_t four = (uint32_t)number;
    memcpy(pen->bytes + pen->at, bytes == 2 ? (const void *)&two : bytes == 4 ? (const void *)&four : &number, bytes);
    pen->at += bytes;
}

static size_t word_of(bool big) {
    return big ? 8 : 4;
}

static size_t directory_bytes(const struct tiff_image *image, bool big) {
    return (big ? 8 : 2) + image->n_tags * (big ? 20 : 12) + word_of(big);
}

/* Of what does not fit into its tag: on even places. */
static size_t room_outside(size_t bytes, bool big) {
    return bytes > word_of(big) ? (bytes + 1) / 2 * 2 : 0;
}

static bool tells_tiles(const struct tiff_tag *tag, bool *offsets) {
    *offsets = tag->tag == STRIP_OFFSETS || tag->tag == TILE_OFFSETS;
    return *offsets || tag->tag == STRIP_SIZES || tag->tag == TILE_SIZES;
}

static size_t image_bytes(const struct tiff_image *image, bool big) {
    size_t bytes = directory_bytes(image, big);
    bool offsets;
    for (size_t i = 0; i < image->n_tags; i++) bytes += tells_tiles(&image->tags[i], &offsets) ? 0 : room_outside(image->tags[i].bytes, big);
    return (bytes + 1) / 2 * 2;
}

static size_t arrays_bytes(const struct tiff_image *image, bool big) {
    size_t tiles = image->across * image->down;
    return room_outside(tiles * word_of(big), big) + room_outside(tiles * sizeof(uint32_t), big);
}

/* Offsets or sizes of tiles, none of which is there yet. */
static void put_array(struct pen *pen, struct tiff_image *image, const struct tiff_tag *tag, bool offsets) {
    size_t tiles = image->across * image->down, bytes = tiles * (offsets ? word_of(pen->big) : sizeof(uint32_t));
    uint64_t *where = offsets ? &image->offsets_at : &image->sizes_at;
    put(pen, tag->tag, 2);
    put(pen, offsets && pen->big ? LONG8 : LONG, 2);
    put(pen, tiles, word_of(pen->big));
    *where = room_outside(bytes, pen->big) ? pen->arrays_at : pen->at;
    put(pen, room_outside(bytes, pen->big) ? pen->arrays_at : 0, word_of(pen->big));
    pen->arrays_at += room_outside(bytes, pen->big);
}

static void put_tag(struct pen *pen, const struct tiff_tag *tag) {
    size_t outside = room_outside(tag->bytes, pen->big);
    put(pen, tag->tag, 2);
    put(pen, tag->type, 2);
    put(pen, tag->count, word_of(pen->big));
    if (outside) {
        memcpy(pen->bytes + pen->values_at, tag->value, tag->bytes);
        put(pen, pen->values_at, word_of(pen->big));
    } else {
        memcpy(pen->bytes + pen->at, tag->value, tag->bytes);
        pen->at += word_of(pen->big);
    }
    pen->values_at += outside;
}

static void put_image(struct pen *pen, struct tiff_image *image, bool last) {
    size_t start = pen->at, end = start + image_bytes(image, pen->big);
    bool offsets;
    pen->values_at = start + directory_bytes(image, pen->big);
    put(pen, image->n_tags, pen->big ? 8 : 2);
    for (size_t i = 0; i < image->n_tags; i++)
        if (tells_tiles(&image->tags[i], &offsets))
            put_array(pen, image, &image->tags[i], offsets);
        else
            put_tag(pen, &image->tags[i]);
    put(pen, last ? 0 : end, word_of(pen->big));
    pen->at = end;
}

status tiff_head_write(struct tiff_head *head, bool cog, uint8_t **out, size_t *size) {
    size_t word = word_of(head->big), start = head->big ? 16 : 8, words = cog ? sizeof COG_WORDS - 1 : 0;
    size_t first = (start + words + 1) / 2 * 2, arrays = first, bytes;
    for (size_t i = 0; i < head->n_images; i++) arrays += image_bytes(&head->images[i], head->big);
    bytes = arrays;
    for (size_t i = 0; i < head->n_images; i++) bytes += arrays_bytes(&head->images[i], head->big);
    struct pen pen = {.at = start - word, .arrays_at = arrays, .big = head->big};
    TRY(MEMORY_ARRAY(bytes, &pen.bytes));
    memcpy(pen.bytes, head->order, pen.at);
    put(&pen, first, word);
    memcpy(pen.bytes + start, COG_WORDS, words);
    pen.at = first;
    for (size_t i = 0; i < head->n_images; i++) put_image(&pen, &head->images[i], i + 1 == head->n_images);
    *out = pen.bytes;
    *size = bytes;
    return NULL;
}
