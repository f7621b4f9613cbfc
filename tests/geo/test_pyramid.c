/* Means, corners and statistics against sums written out in long double, on odd shapes; threads change no bit. */
#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geo/pyramid.h"

#define AS_SCRATCH(cells) (&(struct scratch){.bytes = (cells)})

struct shape {
    int64_t width, height;
};
static const struct shape shapes[] = {{1, 1}, {2, 3}, {7, 1}, {1, 9}, {16, 64}, {101, 67}, {257, 130}};

static void unfailing(status failure) {
    if (failure) fail_msg("%s", lode_error_message(failure));
}

/* Far from 0 against their spread; holes alone, in pairs and in whole blocks; an infinite cell. */
static float *field(struct shape shape) {
    float *values = malloc((size_t)(shape.width * shape.height) * sizeof *values);
    for (int64_t row = 0; row < shape.height; row++) {
        for (int64_t col = 0; col < shape.width; col++) {
            uint32_t mixed = (uint32_t)(row * 2654435761u + col * 40503u);
            mixed = (mixed ^ mixed >> 15) * 2246822519u;
            bool hole = mixed >> 28 < 5 || (row / 4 + col / 6) % 5 == 1;
            values[row * shape.width + col] = hole ? NAN : 4000 + (float)(mixed % 1000) / 64;
        }
    }
    if (shape.width > 100) values[shape.width + 99] = INFINITY;
    return values;
}

static float wanted_mean(const float *values, struct shape shape, int64_t row, int64_t col) {
    long double sum = 0;
    int cells = 0;
    for (int64_t r = 2 * row; r < 2 * row + 2 && r < shape.height; r++) {
        for (int64_t c = 2 * col; c < 2 * col + 2 && c < shape.width; c++) {
            if (isnan(values[r * shape.width + c])) continue;
            sum += (long double)values[r * shape.width + c];
            cells++;
        }
    }
    return cells ? (float)(sum / cells) : NAN;
}

static void assert_facts(const float *values, struct shape shape, const struct plane_facts *facts) {
    long double sum = 0, squares = 0;
    int64_t cells = 0;
    double least = INFINITY, most = -INFINITY;
    for (int64_t i = 0; i < shape.width * shape.height; i++) {
        if (!isfinite(values[i])) continue;
        cells++;
        sum += (long double)values[i];
        least = fmin(least, (double)values[i]);
        most = fmax(most, (double)values[i]);
    }
    assert_int_equal(facts->cells, cells);
    if (!cells) return;
    for (int64_t i = 0; i < shape.width * shape.height; i++)
        if (isfinite(values[i])) squares += ((long double)values[i] - sum / cells) * ((long double)values[i] - sum / cells);
    double mean = (double)(sum / cells), sd = sqrt((double)(squares / cells));
    assert_true(facts->least == least && facts->most == most);
    assert_true(fabs(facts->mean - mean) <= 1e-13 * mean && fabs(facts->sd - sd) <= 1e-10 * sd);
}

static void floats_by_definition(void **state) {
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct shape shape = shapes[s], half = {(shape.width + 1) / 2, (shape.height + 1) / 2};
        size_t bytes = (size_t)(half.width * half.height) * sizeof(float);
        float *values = field(shape), *one = malloc(bytes), *five = malloc(bytes);
        struct plane_facts of_one, of_five;
        unfailing(pyramid_halve_floats(values, NULL, shape.width, shape.height, 1, false, AS_SCRATCH(one), &of_one));
        unfailing(pyramid_halve_floats(values, NULL, shape.width, shape.height, 5, false, AS_SCRATCH(five), &of_five));
        assert_memory_equal(one, five, bytes);
        assert_memory_equal(&of_one, &of_five, sizeof of_one);
        for (int64_t i = 0; i < half.width * half.height; i++) {
            float wanted = wanted_mean(values, shape, i / half.width, i % half.width);
            assert_true(isnan(wanted) ? isnan(one[i]) : one[i] == wanted);
        }
        assert_facts(values, shape, &of_one);
        memset(five, 0, bytes);
        unfailing(pyramid_halve_floats(values, NULL, shape.width, shape.height, 2, false, AS_SCRATCH(five), NULL));
        assert_memory_equal(one, five, bytes);
        unfailing(pyramid_halve_floats(values, NULL, shape.width, shape.height, 2, false, NULL, &of_five));
        assert_memory_equal(&of_one, &of_five, sizeof of_one);
        free(values);
        free(one);
        free(five);
    }
}

/* By the definition: m 2^e with m of 16 bits, halfway to the even m. */
static void rounded_by_definition(void **state) {
    (void)state;
    const float odd[] = {0, -0.0f, 1, 0.5f, 1.00001f, 0.99999994f, 1.0000153f, 1e-30f, 123456.789f, -0.3f, INFINITY, -INFINITY};
    for (size_t i = 0; i < 100000 + sizeof odd / sizeof *odd; i++) {
        float value = i < 100000 ? (float)i / 99991 : odd[i - 100000], got = pyramid_rounded(value);
        int exponent = 0;
        double wanted = isinf(value) ? (double)value : frexp((double)value, &exponent);
        if (!isinf(value)) wanted = ldexp(nearbyint(ldexp(wanted, 16)), exponent - 16);
        if ((double)got != wanted || signbit(got) != signbit(value)) fail_msg("%.9g became %.9g, not %.9g", (double)value, (double)got, wanted);
    }
    assert_true(isnan(pyramid_rounded(NAN)) && isnan(pyramid_rounded(-NAN)));
}

static void rounded_overviews(void **state) {
    (void)state;
    struct shape shape = {101, 67};
    float *values = field(shape), *exact = malloc(51 * 34 * sizeof *exact), *rounded = malloc(51 * 34 * sizeof *rounded);
    unfailing(pyramid_halve_floats(values, NULL, shape.width, shape.height, 2, false, AS_SCRATCH(exact), NULL));
    unfailing(pyramid_halve_floats(values, NULL, shape.width, shape.height, 3, true, AS_SCRATCH(rounded), NULL));
    for (int i = 0; i < 51 * 34; i++) assert_true(isnan(exact[i]) ? isnan(rounded[i]) : rounded[i] == pyramid_rounded(exact[i]));
    free(values);
    free(exact);
    free(rounded);
}

static void nothing_but_holes(void **state) {
    (void)state;
    float values[6] = {NAN, NAN, NAN, NAN, NAN, NAN}, half[2] = {0, 0};
    struct plane_facts facts;
    unfailing(pyramid_halve_floats(values, NULL, 3, 2, 2, false, AS_SCRATCH(half), &facts));
    assert_int_equal(facts.cells, 0);
    assert_true(isnan(half[0]) && isnan(half[1]));
}

static void classes_are_never_mixed(void **state) {
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (size_t bytes = 1; bytes <= 8; bytes *= 2) {
            struct shape shape = shapes[s];
            int64_t half_width = (shape.width + 1) / 2, half_height = (shape.height + 1) / 2;
            size_t cells = (size_t)(shape.width * shape.height);
            char *values = malloc(cells * bytes), *half = malloc((size_t)(half_width * half_height) * bytes);
            for (size_t i = 0; i < cells * bytes; i++) values[i] = (char)(i * 37 % 251);
            pyramid_halve_classes(values, bytes, NULL, shape.width, shape.height, 3, AS_SCRATCH(half));
            for (int64_t row = 0; row < half_height; row++)
                for (int64_t col = 0; col < half_width; col++)
                    assert_memory_equal(half + (size_t)(row * half_width + col) * bytes, values + (size_t)(2 * row * shape.width + 2 * col) * bytes,
                                        bytes);
            free(values);
            free(half);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(floats_by_definition), cmocka_unit_test(rounded_by_definition),
                                       cmocka_unit_test(rounded_overviews), cmocka_unit_test(nothing_but_holes),
                                       cmocka_unit_test(classes_are_never_mixed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
