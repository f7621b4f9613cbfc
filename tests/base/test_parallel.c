/* Each number once, whatever the threads; all done on return. */
#include "unit.h"

#include <stdlib.h>

#include "base/parallel.h"

static void count_one(void *user, int64_t i) {
    int *visits = user;
    visits[i]++;
}

static void each_number_once(void **state) {
    (void)state;
    static const int64_t counts[] = {0, 1, 2, 7, 1001};
    static const int threads[] = {-1, 0, 1, 2, 5, 1000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
            int *visits = calloc((size_t)counts[c] + 1, sizeof *visits);
            parallel_for(counts[c], threads[t], count_one, visits);
            for (int64_t i = 0; i < counts[c]; i++) assert_int_equal(visits[i], 1);
            assert_int_equal(visits[counts[c]], 0);
            free(visits);
        }
    }
}

static void there_is_a_cpu(void **state) {
    (void)state;
    assert_true(parallel_threads() >= 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_number_once), cmocka_unit_test(there_is_a_cpu)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
