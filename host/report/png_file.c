/* Rows become pieces of a fixed size; each is a deflate stream of its own that starts with the 32 KB before it as dictionary and ends
 * at a byte (Z_SYNC_FLUSH), so that the pieces in a row are one stream: the method of Mark Adler's pigz. Headers, chunks and their
 * checksums are libpng's. Every row has PNG's filter "Up": of the filters it made the smallest files of score maps at a given time. */
#include "report/png_file.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vectors.h"

enum {
    PIECE_BYTES = 1 << 19,
    WINDOW_BYTES = 1 << 15,
    PIECES_A_THREAD = 4, /* compressed before any is written: enough that no thread waits long for the others */
    LEVEL = 4,
    ZLIB_HEADER = 0x785e, /* deflate, 32 KB window, "fast", check bits (RFC 1950) */
    HEADER_BYTES = 2,
    CHECK_BYTES = 4
};

struct piece {
    uint8_t *bytes; /* a part of the image's IDAT; owned */
    size_t length, raw_bytes;
    uLong check; /* Adler-32 of the raw bytes */
    bool failed;
};

/* Everything that libpng needs, made before the setjmp so that no local changes behind it. */
struct encoder {
    const struct png_picture *picture;
    int threads;
    int64_t piece_rows, n_pieces, first, batch; /* pieces first .. first + batch - 1 are in `pieces` */
    struct piece *pieces;
    uLong check;
    FILE *file;
    png_color palette[PNG_FILE_COLOURS];
    png_text *words;
    char trouble[160];
};

/* Raw rows from..to-1: a filter byte and the differences to the row above. Two rows of scratch. */
WIDE_VECTORS static void up(const uint8_t *row, const uint8_t *above, size_t width, uint8_t *raw) {
    for (size_t i = 0; i < width; i++) raw[i] = (uint8_t)(row[i] - above[i]);
}

static void filter_rows(const struct png_picture *picture, int64_t from, int64_t to, uint8_t *scratch, uint8_t *raw) {
    size_t width = (size_t)picture->width;
    uint8_t *above = scratch, *row = scratch + width;
    if (from > 0)
        picture->fill_row(picture->user, from - 1, above);
    else
        memset(above, 0, width);
    for (int64_t r = from; r < to; r++) {
        picture->fill_row(picture->user, r, row);
        *raw++ = PNG_FILTER_VALUE_UP;
        up(row, above, width, raw);
        raw += width;
        uint8_t *swap = above;
        above = row;
        row = swap;
    }
}

static bool deflate_piece(const uint8_t *raw, size_t before, bool is_last, struct piece *piece) {
    z_stream stream = {0};
    size_t known = before < WINDOW_BYTES ? before : WINDOW_BYTES;
    if (deflateInit2(&stream, LEVEL, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    size_t room = deflateBound(&stream, piece->raw_bytes) + HEADER_BYTES + CHECK_BYTES + 16; /* 16: the flush */
    bool done = room <= UINT32_MAX && (piece->bytes = malloc(room));
    if (done && known) done = deflateSetDictionary(&stream, raw + before - known, (uInt)known) == Z_OK;
    if (done) {
        stream.next_in = (Bytef *)(uintptr_t)(raw + before);
        stream.avail_in = (uInt)piece->raw_bytes;
        stream.next_out = piece->bytes + HEADER_BYTES;
        stream.avail_out = (uInt)(room - HEADER_BYTES);
        done = deflate(&stream, is_last ? Z_FINISH : Z_SYNC_FLUSH) == (is_last ? Z_STREAM_END : Z_OK) && stream.avail_in == 0;
        piece->length = stream.total_out;
        piece->check = adler32(adler32(0, NULL, 0), raw + before, (uInt)piece->raw_bytes);
    }
    deflateEnd(&stream);
    return done;
}

/* Task of a thread: piece first + i. */
static void make_piece(void *user, int64_t i) {
    struct encoder *encoder = user;
    const struct png_picture *picture = encoder->picture;
    struct piece *piece = &encoder->pieces[i];
    int64_t index = encoder->first + i, row_bytes = picture->width + 1;
    int64_t from = index * encoder->piece_rows, to = from + encoder->piece_rows < picture->height ? from + encoder->piece_rows : picture->height;
    int64_t known_rows = (WINDOW_BYTES + row_bytes - 1) / row_bytes, start = from > known_rows ? from - known_rows : 0;
    uint8_t *raw = malloc((size_t)((to - start) * row_bytes)), *scratch = malloc((size_t)picture->width * 2);
    piece->failed = !raw || !scratch;
    piece->raw_bytes = (size_t)((to - from) * row_bytes);
    if (!piece->failed) {
        filter_rows(picture, start, to, scratch, raw);
        piece->failed = !deflate_piece(raw, (size_t)((from - start) * row_bytes), index + 1 == encoder->n_pieces, piece);
    }
    free(raw);
    free(scratch);
}

static void drop_pieces(struct encoder *encoder) {
    for (int64_t i = 0; i < encoder->batch; i++) free(encoder->pieces[i].bytes);
    memset(encoder->pieces, 0, (size_t)encoder->batch * sizeof *encoder->pieces);
}

/* The stream's two bytes before the first piece and the checksum of all after the last go into room that each piece has. */
static void write_piece(png_structp png, struct encoder *encoder, int64_t i) {
    struct piece *piece = &encoder->pieces[i];
    uint8_t *start = piece->bytes + HEADER_BYTES;
    if (piece->failed) png_error(png, "out of memory");
    bool is_first = encoder->first + i == 0, is_last = encoder->first + i + 1 == encoder->n_pieces;
    encoder->check = is_first ? piece->check : adler32_combine(encoder->check, piece->check, (z_off_t)piece->raw_bytes);
    if (is_last) {
        png_save_uint_32(start + piece->length, (png_uint_32)encoder->check);
        piece->length += CHECK_BYTES;
    }
    if (is_first) {
        start -= HEADER_BYTES;
        png_save_uint_16(start, ZLIB_HEADER);
        piece->length += HEADER_BYTES;
    }
    png_write_chunk(png, (png_const_bytep) "IDAT", start, piece->length);
}

static void write_pieces(png_structp png, struct encoder *encoder) {
    int64_t most = encoder->batch;
    for (; encoder->first < encoder->n_pieces; encoder->first += most) {
        int64_t left = encoder->n_pieces - encoder->first, count = left < most ? left : most;
        parallel_for(count, encoder->threads, make_piece, encoder);
        for (int64_t i = 0; i < count; i++) write_piece(png, encoder, i);
        drop_pieces(encoder);
    }
}

static void write_header(png_structp png, png_infop info, struct encoder *encoder) {
    const struct png_picture *picture = encoder->picture;
    png_byte transparent = 0;
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_IHDR(png, info, (png_uint_32)picture->width, (png_uint_32)picture->height, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(png, info, encoder->palette, PNG_FILE_COLOURS);
    png_set_tRNS(png, info, &transparent, 1, NULL);
    png_set_text(png, info, encoder->words, (int)picture->n_words);
    png_write_info(png, info);
}

static void write_image(png_structp png, png_infop info, struct encoder *encoder) {
    png_init_io(png, encoder->file);
    write_header(png, info, encoder);
    write_pieces(png, encoder);
    png_write_chunk(png, (png_const_bytep) "IEND", NULL, 0); /* libpng's own end wants to have made the IDATs */
}

static void on_error(png_structp png, png_const_charp words) {
    struct encoder *encoder = png_get_error_ptr(png);
    snprintf(encoder->trouble, sizeof encoder->trouble, "%s", words);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp words) {
    (void)png, (void)words;
}

static status encode(struct encoder *encoder, const char *path) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, encoder, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return status_no_memory();
    }
    status failure = NULL;
    if (setjmp(png_jmpbuf(png)) == 0)
        write_image(png, info, encoder);
    else
        failure = status_fail(LODE_IO, "%s: cannot be written: %s", path, encoder->trouble);
    png_destroy_write_struct(&png, &info);
    return failure;
}

static status prepare(struct encoder *encoder, const struct png_picture *picture, int threads) {
    static char none[] = "";
    encoder->picture = picture;
    encoder->threads = threads > 1 ? threads : 1;
    encoder->piece_rows = PIECE_BYTES / (picture->width + 1) > 0 ? PIECE_BYTES / (picture->width + 1) : 1;
    encoder->n_pieces = (picture->height + encoder->piece_rows - 1) / encoder->piece_rows;
    encoder->batch = (int64_t)encoder->threads * PIECES_A_THREAD;
    for (int i = 0; i < PNG_FILE_COLOURS; i++) encoder->palette[i] = (png_color){picture->palette[i].r, picture->palette[i].g, picture->palette[i].b};
    TRY(MEMORY_ARRAY((size_t)encoder->batch, &encoder->pieces));
    TRY(MEMORY_ARRAY(picture->n_words + 1, &encoder->words));
    for (size_t i = 0; i < picture->n_words; i++)
        encoder->words[i] = (png_text){.compression = PNG_ITXT_COMPRESSION_NONE,
                                       .key = (png_charp)(uintptr_t)picture->words[i].key,
                                       .text = (png_charp)(uintptr_t)picture->words[i].text,
                                       .lang = none,
                                       .lang_key = none};
    return NULL;
}

static status write_file(struct encoder *encoder, const char *path) {
    encoder->file = fopen(path, "wb");
    if (!encoder->file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    status failure = encode(encoder, path);
    if (fclose(encoder->file) != 0 && !failure) failure = status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return failure;
}

status png_file_write(const char *path, const struct png_picture *picture, int threads) {
    struct encoder *encoder;
    if (picture->width < 1 || picture->height < 1 || picture->width > INT32_MAX || picture->height > INT32_MAX)
        return status_fail(LODE_BAD_DATA, "%s: a PNG cannot be %lld x %lld cells", path, (long long)picture->width, (long long)picture->height);
    TRY(MEMORY_ARRAY(1, &encoder));
    status failure = prepare(encoder, picture, threads);
    if (!failure) failure = write_file(encoder, path);
    if (encoder->pieces) drop_pieces(encoder);
    free(encoder->pieces);
    free(encoder->words);
    free(encoder);
    return failure;
}
