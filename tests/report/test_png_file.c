/* Pictures of several pieces read back by libpng, pixel for pixel; the same bytes on any number of threads; a full disk. */
#include "unit.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/png_file.h"

struct shape {
    int64_t width, height;
};

/* Wanted entry of a cell: stripes that come back after more than a row, with noise here and there. */
static uint8_t entry(int64_t row, int64_t col) {
    uint32_t mixed = (uint32_t)(row * 2654435761u + col * 40503u);
    mixed = (mixed ^ mixed >> 15) * 2246822519u;
    return (uint8_t)(mixed % 11 ? (row / 7 + col / 13) % 200 : mixed >> 24);
}

static void fill_row(const void *user, int64_t row, uint8_t *pixels) {
    const struct shape *shape = user;
    for (int64_t col = 0; col < shape->width; col++) pixels[col] = entry(row, col);
}

static void palette_of(struct rgb *palette) {
    for (int i = 0; i < PNG_FILE_COLOURS; i++) palette[i] = (struct rgb){(uint8_t)i, (uint8_t)(255 - i), (uint8_t)(i ^ 0x5a)};
}

static status write_shape(struct shape shape, int threads, const char *path) {
    struct rgb palette[PNG_FILE_COLOURS];
    const struct png_words words[] = {{"Title", "H\xC3\xBCgel"}};
    palette_of(palette);
    const struct png_picture picture = {shape.width, shape.height, palette, words, 1, fill_row, &shape};
    return png_file_write(path, &picture, threads);
}

static void written(status failure) {
    if (failure) fail_msg("%s", lode_error_message(failure));
}

static char *contents(const char *path, size_t *size) {
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *size = (size_t)ftell(in);
    rewind(in);
    char *bytes = malloc(*size);
    assert_int_equal(fread(bytes, 1, *size, in), *size);
    fclose(in);
    return bytes;
}

static void assert_reads_back(const char *path, struct shape shape) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_file(&image, path));
    assert_int_equal(image.width, shape.width);
    assert_int_equal(image.height, shape.height);
    image.format = PNG_FORMAT_RGBA;
    uint8_t(*pixels)[4] = malloc(PNG_IMAGE_SIZE(image));
    assert_non_null(pixels);
    assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
    assert_int_equal(image.warning_or_error, 0);
    for (int64_t row = 0; row < shape.height; row++) {
        for (int64_t col = 0; col < shape.width; col++) {
            const uint8_t *c = pixels[row * shape.width + col], i = entry(row, col);
            if (c[3] != (i ? 255 : 0) || (i && (c[0] != i || c[1] != 255 - i || c[2] != (i ^ 0x5a))))
                fail_msg("row %lld, column %lld: entry %d is %d %d %d %d", (long long)row, (long long)col, i, c[0], c[1], c[2], c[3]);
        }
    }
    free(pixels);
}

/* One cell; one piece; many pieces; rows of a few bytes, so that thousands are the window; rows longer than a piece. */
static const struct shape shapes[] = {{1, 1}, {13, 7}, {1999, 1601}, {3, 400001}, {1, 140001}, {700001, 3}, {524287, 4}};

static void any_threads_same_right_bytes(void **state) {
    (void)state;
    char path[] = "/tmp/lodescan-png-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        size_t size, other_size;
        written(write_shape(shapes[s], 1, path));
        assert_reads_back(path, shapes[s]);
        char *bytes = contents(path, &size);
        for (int threads = 2; threads <= 5; threads += 3) {
            written(write_shape(shapes[s], threads, path));
            char *other = contents(path, &other_size);
            assert_int_equal(other_size, size);
            assert_memory_equal(other, bytes, size);
            free(other);
        }
        free(bytes);
    }
    remove(path);
}

/* The first bytes fail in a picture of one piece only when the file is closed, in a large one while it is written. */
static void a_full_disk_is_told(void **state) {
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        status failure = write_shape(shapes[s], 2, "/dev/full");
        assert_int_equal(lode_error_code(failure), LODE_IO);
        assert_non_null(strstr(lode_error_message(failure), "/dev/full: cannot be written: "));
        lode_error_free(failure);
    }
}

static void sizes_beyond_the_format_are_refused(void **state) {
    (void)state;
    status failure = write_shape((struct shape){(int64_t)1 << 32, 1}, 1, "/dev/null");
    assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
    lode_error_free(failure);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_threads_same_right_bytes), cmocka_unit_test(a_full_disk_is_told),
                                       cmocka_unit_test(sizes_beyond_the_format_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
