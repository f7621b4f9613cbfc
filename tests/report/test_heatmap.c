/* The heatmap read back: four looks, each at its cells; world file and georeference as GDAL sees them; same bytes twice. */
#include "report/fixture.h"

#include <png.h>

#include "report/digest.h"
#include "report/heatmap.h"
#include "report/ramp.h"

struct written {
    char png[128], world[128], aux[128];
};

static struct written write_heatmap(const struct fixture *f, size_t target, const char *name) {
    struct written w;
    snprintf(w.png, sizeof w.png, "%s/%s.png", f->folder, name);
    snprintf(w.world, sizeof w.world, "%s/%s.pgw", f->folder, name);
    snprintf(w.aux, sizeof w.aux, "%s/%s.png.aux.xml", f->folder, name);
    assert_ok(heatmap_write(&f->result, target, &(struct heatmap_paths){w.png, w.world, w.aux}));
    return w;
}

static void read_pixels(const char *path, uint8_t pixels[HEIGHT][WIDTH][4]) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_file(&image, path));
    assert_int_equal(image.width, WIDTH);
    assert_int_equal(image.height, HEIGHT);
    image.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
}

static void four_looks(void **state) {
    struct fixture *f = *state;
    uint8_t p[HEIGHT][WIDTH][4];
    for (int row = 0; row < 3; row++) /* a block large enough to see the hatch turn */
        for (int col = 0; col < 3; col++) f->state[0][row * WIDTH + col] = CELL_EXCLUDED;
    read_pixels(write_heatmap(f, 0, "a").png, p);
    int dark = 0, light = 0;
    for (int row = 0; row < HEIGHT; row++) {
        for (int col = 0; col < WIDTH; col++) {
            const uint8_t *c = p[row][col];
            bool grey = c[0] == c[1] && c[1] == c[2];
            uint8_t look = f->state[0][row * WIDTH + col];
            assert_int_equal(c[3], look == CELL_OUTSIDE ? 0 : 255);
            if (look == CELL_OUTSIDE) continue;
            assert_int_equal(grey, look != CELL_SCORED);
            if (look == CELL_NO_DATA) assert_true(c[0] > 200);
            if (look == CELL_EXCLUDED) {
                assert_true(c[0] < 200);
                dark += c[0] < 150;
                light += c[0] >= 150;
                bool has_next = row > 0 && col + 1 < WIDTH && f->state[0][(row - 1) * WIDTH + col + 1] == CELL_EXCLUDED;
                if (has_next) assert_memory_equal(c, p[row - 1][col + 1], 4);
            }
        }
    }
    assert_true(dark > 0 && light > 0);
}

static void colours_follow_scores(void **state) {
    struct fixture *f = *state;
    uint8_t p[HEIGHT][WIDTH][4];
    f->score[0][0] = 0;
    f->score[0][1] = 1;
    f->score[0][2] = 0.5f;
    read_pixels(write_heatmap(f, 0, "a").png, p);
    assert_memory_equal(p[0][0], ((uint8_t[]){68, 1, 84, 255}), 4);
    assert_memory_equal(p[0][1], ((uint8_t[]){253, 231, 37, 255}), 4);
    assert_memory_equal(p[0][2], ((uint8_t[]){33, 145, 140, 255}), 4);
    f->score[1][3 * WIDTH + 4] = 1;
    read_pixels(write_heatmap(f, 1, "b").png, p);
    assert_memory_equal(p[3][4], ((uint8_t[]){252, 253, 191, 255}), 4);
    assert_memory_equal(p[0][0], ((uint8_t[]){0, 0, 4, 255}), 4);
}

/* A grid wider than the hatch's period and no multiple of it, against the definition; a score just below a colour's edge keeps its colour. */
static void every_cell_by_definition(void **state) {
    enum { W = 21, H = 19 };
    struct fixture *f = *state;
    float score[H][W];
    uint8_t look[H][W], p[H][W][4];
    for (int i = 0; i < W * H; i++) {
        look[i / W][i % W] = (uint8_t)(i * 7 % 11 % 4);
        score[i / W][i % W] = i % 29 == 0 ? NAN : i % 5 == 0 ? nextafterf((float)(i % 253) / 252, 0) : (float)(i % 253) / 252;
    }
    f->result.grid.width = W;
    f->result.grid.height = H;
    f->result.targets[0].score = (struct scratch){.bytes = score, .size = sizeof score};
    f->result.targets[0].state = (struct scratch){.bytes = look, .size = sizeof look};
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_true(png_image_begin_read_from_file(&image, write_heatmap(f, 0, "a").png));
    image.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&image, NULL, p, 0, NULL));
    for (int row = 0; row < H; row++) {
        for (int col = 0; col < W; col++) {
            const uint8_t *c = p[row][col];
            double step = floor((double)score[row][col] * 252);
            struct rgb wanted = ramp_colour(ramp_find("viridis"), step > 0 ? fmin(step, 251) / 251 : 0);
            uint8_t grey = look[row][col] == CELL_NO_DATA ? 222 : (col + row) % 8 < 3 ? 120 : 176;
            assert_int_equal(c[3], look[row][col] == CELL_OUTSIDE ? 0 : 255);
            if (look[row][col] == CELL_OUTSIDE) continue;
            if (look[row][col] != CELL_SCORED) wanted = (struct rgb){grey, grey, grey};
            assert_memory_equal(c, ((uint8_t[]){wanted.r, wanted.g, wanted.b}), 3);
        }
    }
}

static void world_file_is_of_cell_centres(void **state) {
    struct fixture *f = *state;
    struct written w = write_heatmap(f, 0, "a");
    FILE *file = fopen(w.world, "r");
    double n[6];
    for (int i = 0; i < 6; i++) assert_int_equal(fscanf(file, "%lf", &n[i]), 1);
    fclose(file);
    const double wanted[] = {500, 0, 0, -250, -1791750, 1500375};
    for (int i = 0; i < 6; i++) assert_true(n[i] == wanted[i]);
}

static void gdal_agrees(void **state) {
    struct fixture *f = *state;
    struct written w = write_heatmap(f, 0, "a");
    char command[512];
    snprintf(command, sizeof command, LODE_PYTHON " " LODE_SOURCE_DIR "/tests/report/check_heatmap.py '%s'", w.png);
    assert_int_equal(system(command), 0);
    remove(w.aux); /* the world file alone places it too */
    snprintf(command, sizeof command, LODE_PYTHON " " LODE_SOURCE_DIR "/tests/report/check_heatmap.py '%s' world", w.png);
    assert_int_equal(system(command), 0);
}

static void same_bytes_twice(void **state) {
    struct fixture *f = *state;
    struct digest a, b;
    int64_t bytes;
    assert_ok(digest_file(write_heatmap(f, 0, "a").png, &a, &bytes));
    assert_ok(digest_file(write_heatmap(f, 0, "b").png, &b, &bytes));
    assert_string_equal(a.hex, b.hex);
}

static void failures_name_the_file(void **state) {
    struct fixture *f = *state;
    struct heatmap_paths nowhere = {"/nonexistent/a.png", "/nonexistent/a.pgw", "/nonexistent/a.xml"}, full = {"/dev/full", "/dev/null", "/dev/null"};
    assert_fails(heatmap_write(&f->result, 0, &nowhere), LODE_IO, "/nonexistent/a.png");
    assert_fails(heatmap_write(&f->result, 0, &full), LODE_IO, "/dev/full");
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
int main(void) {
    const struct CMUnitTest tests[] = {WITH_FIXTURE(four_looks),
                                       WITH_FIXTURE(colours_follow_scores),
                                       WITH_FIXTURE(world_file_is_of_cell_centres),
                                       WITH_FIXTURE(every_cell_by_definition),
                                       WITH_FIXTURE(gdal_agrees),
                                       WITH_FIXTURE(same_bytes_twice),
                                       WITH_FIXTURE(failures_name_the_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
