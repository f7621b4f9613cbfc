/* What a scenario that is given as text is told: nothing, or its mistakes, word by word. */
#ifndef LODE_TESTS_PARSE_WORDS_H
#define LODE_TESTS_PARSE_WORDS_H

#include <string.h>

#include "model/scenario.h"
#include "unit.h"

static inline void parse_expecting(const char *bytes, const char *words) {
    struct scenario *scenario;
    status failure = scenario_parse("s.yaml", bytes, strlen(bytes), &scenario);
    assert_string_equal(failure ? lode_error_message(failure) : "", words);
    if (failure) assert_int_equal(lode_error_code(failure), LODE_BAD_DATA);
    if (failure) assert_null(scenario);
    lode_error_free(failure);
    scenario_free(scenario);
}

#endif
