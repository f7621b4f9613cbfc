/* Growing text, numbers without a locale, nearest names; arenas; message chains. */
#include "unit.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/status.h"
#include "base/text.h"

static void numbers_read_back_in_any_locale(void **state) {
    (void)state;
    const double values[] = {0, 1, -0.1, 1.0 / 3, 6378137, 1e-300, 123456789.125};
    const char *locales[] = {"C", "de_DE.UTF-8"};
    for (size_t l = 0; l < 2; l++) {
        setlocale(LC_ALL, locales[l]);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            struct text text = {0};
            double back = NAN;
            text_add_number(&text, values[i]);
            assert_null(strchr(text.bytes, ','));
            assert_true(text_number(text.bytes, &back));
            assert_true(back == values[i]);
            text_free(&text);
        }
    }
    setlocale(LC_ALL, "C");
}

static void whole_numbers_have_no_exponent(void **state) {
    (void)state;
    struct text text = {0};
    text_add_number(&text, 60);
    text_add(&text, " ");
    text_add_number(&text, -500000);
    text_add(&text, " ");
    text_add_number(&text, 1e20);
    assert_string_equal(text.bytes, "60 -500000 1e+20");
    text_free(&text);
}

static void odd_numbers_are_refused(void **state) {
    (void)state;
    double value;
    const char *odd[] = {"", "nan", "inf", "0x10", "1,5", "1 ", "--1", "1e", ".", "1e999"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) assert_false(text_number(odd[i], &value));
    assert_true(text_number("-.5e1", &value));
    assert_true(value == -5);
}

static void nearest_name_is_found(void **state) {
    (void)state;
    const char *names[] = {"distance_to", "value_of", "slope_of", NULL, "membership"};
    assert_string_equal(text_nearest("distnace_to", names, 5), "distance_to");
    assert_string_equal(text_nearest("slope", names, 5), "slope_of");
    assert_string_equal(text_nearest("membrship", names, 5), "membership");
    assert_null(text_nearest("zzzzzz", names, 5));
    assert_int_equal(text_edits("ab", "ba", 3), 1);
    assert_int_equal(text_edits("kitten", "sitting", 9), 3);
}

static void arena_keeps_large_and_small(void **state) {
    (void)state;
    struct arena arena = {0};
    char *first = arena_copy(&arena, "first");
    unsigned char *large = arena_alloc(&arena, 1000, 1000);
    char *printed = arena_print(&arena, "%s-%d", "x", 7);
    assert_non_null(large);
    large[999999] = 1;
    assert_string_equal(first, "first");
    assert_string_equal(printed, "x-7");
    assert_null(arena_alloc(&arena, SIZE_MAX, 2));
    arena_free(&arena);
}

static void chains_read_from_the_outside_in(void **state) {
    (void)state;
    status failure = status_fail(LODE_BAD_DATA, "band %d is missing", 3);
    failure = status_wrap(failure, "layer '%s'", "rail");
    assert_string_equal(lode_error_message(failure), "layer 'rail': band 3 is missing");
    assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
    assert_null(status_wrap(NULL, "nothing"));
    lode_error_free(failure);
    assert_int_equal(lode_error_code(status_wrap(status_no_memory(), "x")), LODE_TRY_AGAIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_read_back_in_any_locale), cmocka_unit_test(whole_numbers_have_no_exponent),
        cmocka_unit_test(odd_numbers_are_refused),         cmocka_unit_test(nearest_name_is_found),
        cmocka_unit_test(arena_keeps_large_and_small),     cmocka_unit_test(chains_read_from_the_outside_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
