/* Each number once, whatever the threads; all done on return. */
#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

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

/* A ring in which each place holds what was made there last; made slowest first, so that order has to be kept by waiting. */
struct turns {
    int64_t ahead, taken, ring[8];
    bool wrong;
};

static void make_number(void *user, int64_t i) {
    struct turns *turns = user;
    if (i % turns->ahead == 0) usleep(300);
    turns->ring[i % turns->ahead] = 7 * i + 1;
}

static void take_number(void *user, int64_t i) {
    struct turns *turns = user;
    turns->wrong |= i != turns->taken || turns->ring[i % turns->ahead] != 7 * i + 1;
    turns->ring[i % turns->ahead] = 0;
    turns->taken++;
}

static void in_order_whatever_the_threads(void **state) {
    (void)state;
    static const int64_t counts[] = {0, 1, 2, 7, 501};
    static const int threads[] = {0, 1, 2, 5};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++)
            for (int64_t ahead = 1; ahead <= 8; ahead += 2) {
                struct turns turns = {.ahead = ahead};
                parallel_in_order(counts[c], threads[t], ahead, make_number, take_number, &turns);
                assert_int_equal(turns.taken, counts[c]);
                assert_false(turns.wrong);
            }
}

static void there_is_a_cpu(void **state) {
    (void)state;
    assert_true(parallel_threads() >= 1);
}

/* Begun, it can wait for what the caller does next; ended, it is done; twice ended is as once. */
struct talk {
    pthread_mutex_t lock;
    pthread_cond_t said;
    bool asked, answered;
};

static void answer(void *user) {
    struct talk *talk = user;
    pthread_mutex_lock(&talk->lock);
    while (!talk->asked) pthread_cond_wait(&talk->said, &talk->lock);
    talk->answered = true;
    pthread_mutex_unlock(&talk->lock);
}

static void aside_runs_beside_the_caller(void **state) {
    (void)state;
    struct talk talk = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, false};
    struct aside aside;
    aside_begin(&aside, answer, &talk);
    pthread_mutex_lock(&talk.lock);
    assert_false(talk.answered);
    talk.asked = true;
    pthread_cond_signal(&talk.said);
    pthread_mutex_unlock(&talk.lock);
    aside_end(&aside);
    assert_true(talk.answered);
    aside_end(&aside);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_number_once), cmocka_unit_test(in_order_whatever_the_threads),
                                       cmocka_unit_test(aside_runs_beside_the_caller), cmocka_unit_test(there_is_a_cpu)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
