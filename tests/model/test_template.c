/* Templates: each reads, none is like another, and a wrong name is told the right one. What they find is tests/scan/test_templates.py's. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "model/scenario.h"
#include "model/template.h"

static void each_reads(void **state) {
    (void)state;
    assert_true(template_count >= 6);
    for (size_t i = 0; i < template_count; i++) {
        const struct template *found = NULL;
        assert_null(template_find(template_table[i].name, &found));
        assert_ptr_equal(found, &template_table[i]);
        struct scenario *scenario = NULL;
        assert_null(scenario_parse(found->name, found->text, strlen(found->text), &scenario));
        assert_true(scenario->n_criteria >= 8);
        assert_true(scenario->n_rules >= 1);
        scenario_free(scenario);
        assert_in_range(strlen(found->summary), 20, 64); /* a line of the help */
        assert_memory_equal(found->text, "# ", 2);
        assert_memory_equal(found->text + 2, found->summary, strlen(found->summary));
        if (i > 0) assert_true(strcmp(template_table[i - 1].name, found->name) < 0);
    }
}

static void refused(const char *name, const char *message) {
    const struct template *found = NULL;
    status failure = template_find(name, &found);
    assert_int_equal(lode_error_code(failure), LODE_USAGE);
    assert_string_equal(lode_error_message(failure), message);
    assert_null(found);
    lode_error_free(failure);
}

static void wrong_names_are_told_the_right_one(void **state) {
    (void)state;
    refused("placr", "no template 'placr'; did you mean 'placer'?");
    refused("IOCG", "no template 'IOCG'; did you mean 'iocg'?");
    refused("gold", "no template 'gold'; there are: carbonatite, iocg, ionic-clay, peralkaline, placer, plant");
    refused("", "no template ''; there are: carbonatite, iocg, ionic-clay, peralkaline, placer, plant");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_reads), cmocka_unit_test(wrong_names_are_told_the_right_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
