/* Bands through slots: every band once and in order, reading ahead no farther than the slots allow, several computers at a time, the first
 * failure stops all. */
#include "unit.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis/stream.h"

enum { BANDS = 23, SLOTS = 3, COMPUTERS = 4, CROWD = SLOTS + COMPUTERS - 1, NEVER = -1 };

struct seen {
    pthread_mutex_t lock;
    int64_t slot_holds[CROWD]; /* unguarded: the stream's own order must make this safe */
    int64_t read, computed, written, farthest;
    bool in_order;
    int64_t fail_read, fail_compute, fail_write;
    bool slow_write;
};

static struct seen fresh(void) {
    return (struct seen){.lock = PTHREAD_MUTEX_INITIALIZER, .in_order = true, .fail_read = NEVER, .fail_compute = NEVER, .fail_write = NEVER};
}

static status count(struct seen *seen, int64_t *stage, int64_t band, int64_t fails, const char *name) {
    pthread_mutex_lock(&seen->lock);
    seen->in_order &= *stage == band;
    ++*stage;
    if (seen->read - seen->written > seen->farthest) seen->farthest = seen->read - seen->written;
    pthread_mutex_unlock(&seen->lock);
    return band == fails ? status_fail(LODE_IO, "%s of band %lld", name, (long long)band) : NULL;
}

static status read_one(void *user, size_t slot, int64_t band) {
    struct seen *seen = user;
    seen->slot_holds[slot] = 1000 + band;
    return count(seen, &seen->read, band, seen->fail_read, "read");
}

static status compute_one(void *user, size_t computer, size_t slot, int64_t band) {
    struct seen *seen = user;
    if (computer != 0) return status_fail(LODE_SELFTEST, "computer %zu of one", computer);
    if (seen->slot_holds[slot] != 1000 + band) return status_fail(LODE_SELFTEST, "slot %zu was overwritten", slot);
    seen->slot_holds[slot] = 2000 + band;
    return count(seen, &seen->computed, band, seen->fail_compute, "compute");
}

static status write_one(void *user, size_t slot, int64_t band) {
    struct seen *seen = user;
    if (seen->slow_write) usleep(2000);
    if (seen->slot_holds[slot] != 2000 + band) return status_fail(LODE_SELFTEST, "slot %zu was overwritten", slot);
    return count(seen, &seen->written, band, seen->fail_write, "write");
}

static status run(struct seen *seen, int64_t bands, size_t slots) {
    return stream_run(&(struct stream){bands, slots, 1, read_one, compute_one, write_one, seen});
}

static void every_band_passes_in_order(void **state) {
    (void)state;
    for (size_t slots = 1; slots <= SLOTS; slots++) {
        struct seen seen = fresh();
        seen.slow_write = true;
        assert_null(run(&seen, BANDS, slots));
        assert_true(seen.in_order);
        assert_int_equal(seen.read, BANDS);
        assert_int_equal(seen.computed, BANDS);
        assert_int_equal(seen.written, BANDS);
        assert_true(seen.farthest <= (int64_t)slots);
        if (slots == SLOTS) assert_int_equal(seen.farthest, SLOTS); /* a slow writer lets the reader fill every slot */
    }
}

static void no_bands_are_no_work(void **state) {
    (void)state;
    struct seen seen = fresh();
    assert_null(run(&seen, 0, SLOTS));
    assert_int_equal(seen.read + seen.computed + seen.written, 0);
}

static void assert_stops(struct seen *seen, const char *words, int64_t written_at_most) {
    status failure = run(seen, BANDS, SLOTS);
    assert_non_null(failure);
    assert_string_equal(lode_error_message(failure), words);
    assert_int_equal(lode_error_code(failure), LODE_IO);
    lode_error_free(failure);
    assert_true(seen->in_order);
    assert_true(seen->written <= written_at_most);
    assert_true(seen->read <= seen->written + SLOTS);
}

static void the_first_failure_stops_all(void **state) {
    (void)state;
    struct seen reading = fresh(), computing = fresh(), writing = fresh(), two = fresh();
    reading.fail_read = 7;
    assert_stops(&reading, "read of band 7", 7);
    computing.fail_compute = 5;
    assert_stops(&computing, "compute of band 5", 5);
    writing.fail_write = 0;
    assert_stops(&writing, "write of band 0", 1);
    two.fail_write = 2; /* comes first: the reader cannot be at band 9 before band 6 was written */
    two.fail_read = 9;
    assert_stops(&two, "write of band 2", 3);
}

/* Several computers. Each band is held until `together` of them are at work (at most `bands` at the end), so that none can have done all. */
struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t slots, computers, together, at_work, most;
    bool met, busy[COMPUTERS];
    int64_t computed[COMPUTERS], by[BANDS], slot_holds[CROWD]; /* the last unguarded, as above */
    int64_t read, written, fails;
    pthread_t caller;
    bool apart, in_order, first_is_caller; /* in_order is the writer's */
};

static status crowd_read(void *user, size_t slot, int64_t band) {
    struct crowd *crowd = user;
    crowd->slot_holds[slot] = 1000 + band;
    crowd->read++;
    return NULL;
}

/* Until as many as should be are here at the same time, once. */
static void meet(struct crowd *crowd, size_t computer) {
    pthread_mutex_lock(&crowd->lock);
    crowd->first_is_caller &= (computer == 0) == (pthread_equal(crowd->caller, pthread_self()) != 0);
    crowd->apart &= !crowd->busy[computer];
    crowd->busy[computer] = true;
    if (++crowd->at_work > crowd->most) crowd->most = crowd->at_work;
    crowd->met |= crowd->at_work == crowd->together;
    pthread_cond_broadcast(&crowd->moved);
    while (!crowd->met) pthread_cond_wait(&crowd->moved, &crowd->lock);
    pthread_mutex_unlock(&crowd->lock);
}

static void part(struct crowd *crowd, size_t computer, int64_t band) {
    pthread_mutex_lock(&crowd->lock);
    crowd->busy[computer] = false;
    crowd->at_work--;
    crowd->computed[computer]++;
    crowd->by[band]++;
    pthread_mutex_unlock(&crowd->lock);
}

static status crowd_compute(void *user, size_t computer, size_t slot, int64_t band) {
    struct crowd *crowd = user;
    meet(crowd, computer);
    if (band % 5 == 0) usleep(3000); /* bands after it are done before it */
    bool whole = crowd->slot_holds[slot] == 1000 + band;
    crowd->slot_holds[slot] = 2000 + band;
    part(crowd, computer, band);
    if (!whole) return status_fail(LODE_SELFTEST, "slot %zu was overwritten", slot);
    return band == crowd->fails ? status_fail(LODE_NO_DEVICE, "compute of band %lld", (long long)band) : NULL;
}

static status crowd_write(void *user, size_t slot, int64_t band) {
    struct crowd *crowd = user;
    crowd->in_order &= crowd->written == band;
    crowd->written++;
    return crowd->slot_holds[slot] == 2000 + band ? NULL : status_fail(LODE_SELFTEST, "slot %zu was overwritten", slot);
}

static struct crowd gathered(size_t computers, size_t slots) {
    return (struct crowd){.lock = PTHREAD_MUTEX_INITIALIZER,
                          .moved = PTHREAD_COND_INITIALIZER,
                          .computers = computers,
                          .slots = slots,
                          .together = computers < slots ? computers : slots,
                          .fails = NEVER,
                          .caller = pthread_self(),
                          .apart = true,
                          .in_order = true,
                          .first_is_caller = true};
}

static status run_crowd(struct crowd *crowd) {
    return stream_run(&(struct stream){BANDS, crowd->slots, crowd->computers, crowd_read, crowd_compute, crowd_write, crowd});
}

static void several_computers_share_the_bands(void **state) {
    (void)state;
    for (size_t computers = 1; computers <= COMPUTERS; computers++)
        for (size_t slots = 1; slots <= CROWD; slots++) {
            struct crowd crowd = gathered(computers, slots);
            assert_null(run_crowd(&crowd));
            int64_t computed = 0;
            size_t at_work = 0;
            for (size_t i = 0; i < computers; i++) computed += crowd.computed[i], at_work += crowd.computed[i] > 0;
            for (size_t b = 0; b < BANDS; b++) assert_int_equal(crowd.by[b], 1);
            assert_int_equal(computed, BANDS);
            assert_int_equal(crowd.written, BANDS);
            assert_int_equal(crowd.most, crowd.together);
            assert_true(at_work >= crowd.together);
            assert_true(crowd.apart && crowd.in_order && crowd.first_is_caller);
        }
}

/* Whichever of them it is on, also while the others wait for a band. */
static void a_failure_on_one_of_several_computers_stops_all(void **state) {
    (void)state;
    for (int64_t fails = 0; fails < BANDS; fails++) {
        struct crowd crowd = gathered(COMPUTERS, CROWD);
        crowd.fails = fails;
        status failure = run_crowd(&crowd);
        assert_non_null(failure);
        assert_int_equal(lode_error_code(failure), LODE_NO_DEVICE);
        char words[40];
        snprintf(words, sizeof words, "compute of band %d", (int)fails);
        assert_string_equal(lode_error_message(failure), words);
        lode_error_free(failure);
        assert_true(crowd.apart && crowd.in_order && crowd.written <= fails && crowd.at_work == 0);
        assert_true(crowd.read <= crowd.written + CROWD + 1);
    }
}

static void reading_that_fails_wakes_waiting_computers(void **state) {
    (void)state;
    struct seen seen = fresh();
    seen.fail_read = 0; /* all computers wait for the first band */
    status failure = stream_run(&(struct stream){BANDS, CROWD, COMPUTERS, read_one, compute_one, write_one, &seen});
    assert_non_null(failure);
    assert_string_equal(lode_error_message(failure), "read of band 0");
    lode_error_free(failure);
    assert_int_equal(seen.computed + seen.written, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_band_passes_in_order),
        cmocka_unit_test(no_bands_are_no_work),
        cmocka_unit_test(the_first_failure_stops_all),
        cmocka_unit_test(several_computers_share_the_bands),
        cmocka_unit_test(a_failure_on_one_of_several_computers_stops_all),
        cmocka_unit_test(reading_that_fails_wakes_waiting_computers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
