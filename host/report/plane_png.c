/* PNG in memory, then base64 (RFC 4648). */
#include "report/plane_png.h"

#include <openssl/evp.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>

#include "base/memory.h"

enum { LEVEL = 5 };

struct encoder {
    const struct plane_picture *picture;
    struct text bytes;
    uint8_t *row;
    png_structp png;
    png_infop info;
    bool enough;
};

static void take_bytes(png_structp png, png_bytep bytes, size_t length) {
    struct encoder *encoder = png_get_io_ptr(png);
    text_add_bytes(&encoder->bytes, (const char *)bytes, length);
    if (encoder->bytes.failed) png_error(png, "no memory");
    encoder->enough = atomic_fetch_add(encoder->picture->written, length) + length > encoder->picture->most;
    if (encoder->enough) png_error(png, "too large");
}

static void stop(png_structp png, png_const_charp words) {
    (void)words;
    png_longjmp(png, 1);
}

static void say_nothing(png_structp png, png_const_charp words) {
    (void)png;
    (void)words;
}

static void flush_nothing(png_structp png) {
    (void)png;
}

static void fill_row(const struct plane_picture *picture, int64_t row, uint8_t *pixels) {
    const int32_t *places = picture->places + row * picture->width;
    for (int64_t i = 0; i < picture->width; i++)
        for (size_t k = 0; k < PLANES_A_PNG; k++)
            pixels[PLANES_A_PNG * i + (int64_t)k] = k < picture->n_planes && places[i] >= 0 ? picture->planes[k][places[i]] : 0;
}

static bool encode(struct encoder *encoder) {
    const struct plane_picture *picture = encoder->picture;
    if (setjmp(png_jmpbuf(encoder->png))) return false;
    png_set_write_fn(encoder->png, encoder, take_bytes, flush_nothing);
    png_set_IHDR(encoder->png, encoder->info, (png_uint_32)picture->width, (png_uint_32)picture->height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(encoder->png, LEVEL);
    png_set_filter(encoder->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP | PNG_FILTER_SUB);
    png_write_info(encoder->png, encoder->info);
    for (int64_t row = 0; row < picture->height; row++) {
        fill_row(picture, row, encoder->row);
        png_write_row(encoder->png, encoder->row);
    }
    png_write_end(encoder->png, NULL);
    return true;
}

static void add_base64(const struct text *bytes, struct text *url) {
    enum { PART = 3 * 4096 };
    unsigned char letters[PART / 3 * 4 + 1];
    text_add(url, "data:image/png;base64,");
    for (size_t at = 0; at < bytes->length; at += PART) {
        size_t count = bytes->length - at < PART ? bytes->length - at : PART;
        int made = EVP_EncodeBlock(letters, (const unsigned char *)bytes->bytes + at, (int)count);
        text_add_bytes(url, (const char *)letters, (size_t)made);
    }
}

status plane_png_url(const struct plane_picture *picture, struct text *url) {
    struct encoder encoder = {.picture = picture};
    TRY(MEMORY_ARRAY((size_t)picture->width * PLANES_A_PNG, &encoder.row));
    encoder.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, stop, say_nothing);
    encoder.info = encoder.png ? png_create_info_struct(encoder.png) : NULL;
    bool made = encoder.info && encode(&encoder);
    if (made) add_base64(&encoder.bytes, url);
    png_destroy_write_struct(&encoder.png, &encoder.info);
    text_free(&encoder.bytes);
    free(encoder.row);
    return (made || encoder.enough) && !url->failed ? NULL : status_no_memory();
}
