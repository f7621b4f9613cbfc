/* Planar distance against brute force in double: shapes, ties, cells of two sizes, windows. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "compute/distance.h"

static struct grid grid_of(double dx, double dy) {
    return (struct grid){.crs = "EPSG:5070", .x0 = 1000, .y0 = 2000, .dx = dx, .dy = dy, .unit_m = 1, .width = 40, .height = 30};
}

/* The slowest way: every cell against every source; the first of equals. */
static struct answer brute(const struct mask *mask, double dx, double dy) {
    int64_t cols = mask->window.cols, rows = mask->window.rows, n = 0;
    int64_t *sources = malloc((size_t)(cols * rows) * sizeof *sources);
    struct answer answer = answer_of((size_t)(cols * rows));
    for (int64_t i = 0; i < cols * rows; i++)
        if (mask_get(mask, mask->window.col0 + i % cols, mask->window.row0 + i / cols)) sources[n++] = i;
    for (int64_t i = 0; i < cols * rows; i++) {
        double best = INFINITY;
        answer.source[i] = -1;
        for (int64_t s = 0; s < n; s++) {
            double x = (double)(i % cols - sources[s] % cols) * dx, y = (double)(i / cols - sources[s] / cols) * dy, d = x * x + y * y;
            if (d >= best) continue;
            best = d;
            answer.source[i] = sources[s];
        }
        answer.metres[i] = (float)sqrt(best);
    }
    free(sources);
    return answer;
}

static int64_t below(int64_t n) {
    return n > 0 ? rand() % n : 0;
}

static struct mask mask_of(int64_t cols, int64_t rows, double density) {
    struct mask mask;
    assert_ok(mask_init(&mask, (struct window){-3, 5, cols, rows}));
    for (int64_t i = 0; i < cols * rows; i++)
        if (rand() < density * RAND_MAX) mask.bits[i / cols * mask.words_per_row + (i % cols >> 6)] |= 1ULL << (i % cols & 63);
    return mask;
}

static void same_as_brute(const struct mask *mask, const struct answer *wanted, const struct answer *got) {
    for (int64_t i = 0; i < mask->window.cols * mask->window.rows; i++) {
        if (got->source[i] != wanted->source[i])
            fail_msg("cell %lld of %lld x %lld: source %lld, not %lld", (long long)i, (long long)mask->window.cols, (long long)mask->window.rows,
                     (long long)got->source[i], (long long)wanted->source[i]);
        if (!(fabsf(got->metres[i] - wanted->metres[i]) <= 1.2e-7f * wanted->metres[i]) && got->metres[i] != wanted->metres[i])
            fail_msg("cell %lld: %.9g m, not %.9g", (long long)i, (double)got->metres[i], (double)wanted->metres[i]);
    }
}

/* A part asked for alone holds the same bytes as the whole. */
static void window_same_as_whole(struct distance *distance, const struct mask *mask, const struct answer *whole) {
    struct window w = mask->window;
    int64_t c = below(w.cols), r = below(w.rows);
    struct window part = {w.col0 + c, w.row0 + r, 1 + below(w.cols - c), 1 + below(w.rows - r)};
    struct answer got = asked(distance, part);
    for (int64_t row = 0; row < part.rows; row++) {
        assert_memory_equal(got.metres + row * part.cols, whole->metres + (r + row) * w.cols + c, (size_t)part.cols * sizeof(float));
        assert_memory_equal(got.source + row * part.cols, whole->source + (r + row) * w.cols + c, (size_t)part.cols * sizeof(int64_t));
    }
    answer_free(&got);
}

/* Lengths asked for without their sources are the same bytes. */
static void lengths_alone_same(struct distance *distance, const struct mask *mask, const struct answer *whole) {
    size_t cells = (size_t)(mask->window.cols * mask->window.rows);
    struct answer alone = answer_of(cells);
    struct buffer *metres;
    assert_ok(buffer_open(device, cells * sizeof(float), &metres));
    assert_ok(distance_rows(distance, mask->window, metres, NULL));
    assert_ok(buffer_read(metres, 0, cells * sizeof(float), alone.metres));
    assert_memory_equal(alone.metres, whole->metres, cells * sizeof(float));
    buffer_close(metres);
    answer_free(&alone);
}

/* Frees the mask. */
static void check_mask(struct mask mask, double dx, double dy) {
    struct grid grid = grid_of(dx, dy);
    struct distance *distance;
    assert_ok(distance_open(device, &grid, &mask, METRIC_AUTO, &distance));
    struct answer wanted = brute(&mask, dx, dy), got = asked(distance, mask.window);
    same_as_brute(&mask, &wanted, &got);
    lengths_alone_same(distance, &mask, &got);
    for (int i = 0; i < 4; i++) window_same_as_whole(distance, &mask, &got);
    distance_close(distance);
    answer_free(&wanted);
    answer_free(&got);
    mask_free(&mask);
}

static void check(int64_t cols, int64_t rows, double density, double dx, double dy) {
    check_mask(mask_of(cols, rows, density), dx, dy);
}

static void set_cell(struct mask *mask, int64_t col, int64_t row) {
    mask->bits[row * mask->words_per_row + (col >> 6)] |= 1ULL << (col & 63);
}

/* Widths about the blocks of pixels, and the words of the mask. */
static void every_width(void **state) {
    (void)state;
    srand(4);
    for (int64_t cols = 1; cols <= 70; cols++) {
        check(cols, 5, 0.01, 10, 10);
        check(cols, 3, 0.2, 30, 31.7);
    }
}

/* Wide rows with few sources: the nearest column is many blocks away, and is looked for within a reach. */
static void sources_far_apart(void **state) {
    (void)state;
    srand(5);
    const double sizes[][2] = {{10, 10}, {30, 31.7}, {10, 10 * acos(-1.0)}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check(1501, 23, 0.0004, sizes[i][0], sizes[i][1]);
        check(1100, 130, 0.00008, sizes[i][0], sizes[i][1]);
        check(900, 17, 0.03, sizes[i][0], sizes[i][1]);
    }
    check(20011, 67, 0.00001, 10, 10); /* too wide for a whole block of rows in the cache */
}

static void one_source_anywhere(void **state) {
    (void)state;
    srand(6);
    for (int i = 0; i < 12; i++) {
        int64_t cols = 1 + below(700), rows = 1 + below(90);
        struct mask mask = mask_of(cols, rows, 0);
        set_cell(&mask, i == 0 ? 0 : i == 1 ? cols - 1 : below(cols), i < 2 ? rows - 1 : below(rows));
        check_mask(mask, 30, i % 2 ? 31.7 : 30);
    }
}

/* Each column is nearest to its own pixels by a level line, and to others by slanted ones; most rows hold one source or none. */
static void lines(void **state) {
    (void)state;
    for (int64_t slope = 0; slope < 4; slope++) {
        struct mask mask = mask_of(333, 141, 0);
        for (int64_t c = 0; c < 333; c++) set_cell(&mask, c, slope ? c / slope % 141 : 70);
        check_mask(mask, 10, slope == 3 ? 7 : 10);
    }
}

static void shapes_and_densities(void **state) {
    (void)state;
    const int64_t shapes[][2] = {{1, 1}, {1, 97}, {131, 1}, {64, 64}, {65, 63}, {33, 200}, {150, 67}};
    const double densities[] = {0, 0.003, 0.05, 0.5, 1};
    srand(1);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t d = 0; d < sizeof densities / sizeof *densities; d++) check(shapes[s][0], shapes[s][1], densities[d], 500, 500);
}

static void cells_of_two_sizes(void **state) {
    (void)state;
    srand(2);
    const double sizes[][2] = {{400, 500}, {500, 400}, {30, 10}, {1, 7}, {27.5, 30.25}, {0.25, 0.75}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) check(71, 90, i % 2 ? 0.02 : 0.004, sizes[i][0], sizes[i][1]);
}

/* No small fraction: nearest in double, where no two lengths are equal but by symmetry. */
static void cells_of_incommensurable_size(void **state) {
    (void)state;
    srand(3);
    check(90, 71, 0.01, 100, 100 * acos(-1.0) / 3);
    check(71, 90, 0.02, 463.3127165, 30.92208078);
}

static void lattice_of_sources_is_all_ties(void **state) {
    (void)state;
    for (int64_t step = 2; step < 9; step++) {
        struct mask mask;
        struct grid grid = grid_of(250, 250);
        struct distance *distance;
        assert_ok(mask_init(&mask, (struct window){0, 0, 83, 70}));
        for (int64_t r = 0; r < 70; r += step)
            for (int64_t c = r / step % 2; c < 83; c += step) mask.bits[r * mask.words_per_row + (c >> 6)] |= 1ULL << (c & 63);
        assert_ok(distance_open(device, &grid, &mask, METRIC_PLANAR, &distance));
        struct answer wanted = brute(&mask, 250, 250), got = asked(distance, mask.window);
        same_as_brute(&mask, &wanted, &got);
        distance_close(distance);
        answer_free(&wanted);
        answer_free(&got);
        mask_free(&mask);
    }
}

struct cell {
    int64_t col, row;
};

static int64_t squared_apart(struct cell a, struct cell b) {
    return (a.col - b.col) * (a.col - b.col) + (a.row - b.row) * (a.row - b.row);
}

/* A row of a large grid with two sources, the first of which comes first. */
static void check_large(int64_t cols, int64_t rows, struct cell first, struct cell second, int64_t row) {
    struct mask mask;
    struct grid grid = grid_of(10, 10);
    struct distance *distance;
    assert_ok(mask_init(&mask, (struct window){0, 0, cols, rows}));
    set_cell(&mask, first.col, first.row);
    set_cell(&mask, second.col, second.row);
    assert_ok(distance_open(device, &grid, &mask, METRIC_PLANAR, &distance));
    struct answer got = asked(distance, (struct window){0, row, cols, 1});
    for (int64_t x = 0; x < cols; x++) {
        int64_t a = squared_apart(first, (struct cell){x, row}), b = squared_apart(second, (struct cell){x, row});
        struct cell nearest = b < a ? second : first;
        assert_int_equal(got.source[x], nearest.row * cols + nearest.col);
        assert_true(got.metres[x] == (float)(10 * sqrt((double)(b < a ? b : a))));
    }
    distance_close(distance);
    answer_free(&got);
    mask_free(&mask);
}

/* Squared distances beyond 2^32 that differ by one, and a source index beyond 2^31. */
static void large_grids_stay_exact(void **state) {
    (void)state;
    check_large(49999, 50001, (struct cell){49998, 0}, (struct cell){40000, 50000}, 12345);
}

/* Squared distances beyond 2^31 where 32 bits just hold them, and where they just do not. */
static void squares_fill_32_bits(void **state) {
    (void)state;
    check_large(37797, 37811, (struct cell){5, 0}, (struct cell){0, 1}, 37810);
    check_large(37900, 37900, (struct cell){5, 0}, (struct cell){0, 1}, 37899);
}

static void wrong_questions_are_refused(void **state) {
    (void)state;
    struct grid grid = grid_of(10, 10);
    struct mask mask = mask_of(9, 7, 0.5);
    struct distance *distance;
    struct buffer *metres;
    assert_ok(buffer_open(device, 9 * 7 * sizeof(float), &metres));
    assert_ok(distance_open(device, &grid, &mask, METRIC_AUTO, &distance));
    status beyond = distance_rows(distance, (struct window){-4, 5, 9, 7}, metres, NULL);
    assert_int_equal(lode_error_code(beyond), LODE_SELFTEST);
    lode_error_free(beyond);
    assert_ok(distance_rows(distance, mask.window, metres, NULL));
    status metric = distance_open(device, &grid, &mask, METRIC_GEODESIC, &distance);
    assert_int_equal(lode_error_code(metric), LODE_BAD_DATA);
    lode_error_free(metric);
    distance_close(distance);
    buffer_close(metres);
    mask_free(&mask);
}

/* A ratio of sides that the whole numbers left by a very wide grid cannot say is refused; on a small grid it is exact. */
static void cells_too_oblong_are_refused(void **state) {
    (void)state;
    const double sizes[][2] = {{1, 100}, {100, 1}, {1, 61.3}};
    struct mask wide = mask_of(1 << 24, 1, 0);
    srand(8);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct grid grid = grid_of(sizes[i][0], sizes[i][1]);
        struct distance *distance = NULL;
        status failure = distance_open(device, &grid, &wide, METRIC_AUTO, &distance);
        assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
        assert_non_null(strstr(lode_error_message(failure), i == 0 ? "each 0.01 times as wide as high" : "times as wide as high"));
        assert_null(distance);
        lode_error_free(failure);
        check(71, 45, 0.01, sizes[i][0], sizes[i][1]);
    }
    mask_free(&wide);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_and_densities),
        cmocka_unit_test(cells_of_two_sizes),
        cmocka_unit_test(cells_of_incommensurable_size),
        cmocka_unit_test(every_width),
        cmocka_unit_test(sources_far_apart),
        cmocka_unit_test(one_source_anywhere),
        cmocka_unit_test(lines),
        cmocka_unit_test(lattice_of_sources_is_all_ties),
        cmocka_unit_test(large_grids_stay_exact),
        cmocka_unit_test(squares_fill_32_bits),
        cmocka_unit_test(cells_too_oblong_are_refused),
        cmocka_unit_test(wrong_questions_are_refused),
    };
    return cmocka_run_group_tests(tests, open_device, close_device);
}
