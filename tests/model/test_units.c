/* Quantities: every spelling, every way to be wrong, no locale. Factors are checked against the definitions, not the table. */
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/units.h"

static double read_as(const char *text, enum unit_kind kind) {
    double value = NAN;
    assert_int_equal(quantity_parse(text, kind, &value, NULL), QUANTITY_OK);
    return value;
}

static void lengths_are_metres(void **state) {
    (void)state;
    assert_true(read_as("500 m", UNIT_LENGTH) == 500);
    assert_true(read_as("20km", UNIT_LENGTH) == 20000);
    assert_true(read_as("  1.5e1\tkilometres  ", UNIT_LENGTH) == 15000);
    assert_true(fabs(read_as("1 mi", UNIT_LENGTH) - 5280 * 12 * 0.0254) < 1e-9);
    assert_true(fabs(read_as("-3 feet", UNIT_LENGTH) + 36 * 0.0254) < 1e-12);
    assert_true(read_as("1 KM", UNIT_LENGTH) == 1000);
}

static void other_kinds_have_their_base(void **state) {
    (void)state;
    assert_true(read_as("30 deg", UNIT_ANGLE) == 30);
    assert_true(read_as("30 \xc2\xb0", UNIT_ANGLE) == 30);
    assert_true(fabs(read_as("30 arcsec", UNIT_ANGLE) * 120 - 1) < 1e-12);
    assert_true(fabs(read_as("15 %", UNIT_SHARE) - 0.15) < 1e-15);
    assert_true(fabs(read_as("15percent", UNIT_SHARE) - 0.15) < 1e-15);
    assert_true(read_as("6 months", UNIT_TIME) == 6);
    assert_true(read_as("2 years", UNIT_TIME) == 24);
    assert_true(fabs(read_as("365.25 days", UNIT_TIME) - 12) < 1e-12);
    assert_true(read_as("-1.5", UNIT_NONE) == -1.5);
}

static void each_fault_has_its_name(void **state) {
    (void)state;
    const struct {
        const char *text;
        enum unit_kind kind;
        enum quantity_fault fault;
    } rows[] = {
        {"5", UNIT_LENGTH, QUANTITY_NO_UNIT},
        {"five km", UNIT_LENGTH, QUANTITY_NOT_A_NUMBER},
        {"", UNIT_LENGTH, QUANTITY_NOT_A_NUMBER},
        {"5 kmm", UNIT_LENGTH, QUANTITY_UNKNOWN_UNIT},
        {"5 km", UNIT_SHARE, QUANTITY_WRONG_KIND},
        {"5 percent", UNIT_NONE, QUANTITY_WRONG_KIND},
        {"5,5 km", UNIT_LENGTH, QUANTITY_UNKNOWN_UNIT},
        {"- km", UNIT_LENGTH, QUANTITY_NOT_A_NUMBER},
        {"5 e", UNIT_LENGTH, QUANTITY_UNKNOWN_UNIT},
        {"nan km", UNIT_LENGTH, QUANTITY_NOT_A_NUMBER},
        {"1e999 km", UNIT_LENGTH, QUANTITY_NOT_A_NUMBER},
        {"0x10 m", UNIT_LENGTH, QUANTITY_UNKNOWN_UNIT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value;
        assert_int_equal(quantity_parse(rows[i].text, rows[i].kind, &value, NULL), rows[i].fault);
    }
}

static void the_written_unit_is_told(void **state) {
    (void)state;
    const struct unit *unit;
    double value;
    assert_int_equal(quantity_parse("2 miles", UNIT_LENGTH, &value, &unit), QUANTITY_OK);
    assert_string_equal(unit->name, "mi");
    assert_ptr_equal(unit, unit_find("mi"));
    assert_int_equal(quantity_parse("2 deg", UNIT_LENGTH, &value, &unit), QUANTITY_WRONG_KIND);
    assert_int_equal(unit->kind, UNIT_ANGLE);
    assert_null(unit_find("ppm"));
    assert_string_equal(unit_nearest("kmm"), "km");
    for (enum unit_kind kind = UNIT_LENGTH; kind <= UNIT_TIME; kind++) {
        char example[64];
        const char *quoted = strchr(unit_example(kind), '`') + 1;
        snprintf(example, sizeof example, "%.*s", (int)strcspn(quoted, "`"), quoted);
        assert_int_equal(quantity_parse(example, kind, &value, NULL), QUANTITY_OK);
    }
}

static void words_are_bounded(void **state) {
    (void)state;
    char word[4];
    double value;
    assert_int_equal(quantity_split("7 abc", &value, word, sizeof word), QUANTITY_OK);
    assert_string_equal(word, "abc");
    assert_int_equal(quantity_split("7 abcd", &value, word, sizeof word), QUANTITY_NOT_A_NUMBER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_are_metres),       cmocka_unit_test(other_kinds_have_their_base), cmocka_unit_test(each_fault_has_its_name),
        cmocka_unit_test(the_written_unit_is_told), cmocka_unit_test(words_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
