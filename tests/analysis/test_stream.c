/* Bands through slots: every band once and in order, reading ahead no farther than the slots allow, the first failure stops all. */
#include "unit.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "analysis/stream.h"

enum { BANDS = 23, SLOTS = 3, NEVER = -1 };

struct seen {
    pthread_mutex_t lock;
    int64_t slot_holds[SLOTS]; /* unguarded: the stream's own order must make this safe */
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

static status compute_one(void *user, size_t slot, int64_t band) {
    struct seen *seen = user;
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
    return stream_run(&(struct stream){bands, slots, read_one, compute_one, write_one, seen});
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_band_passes_in_order),
        cmocka_unit_test(no_bands_are_no_work),
        cmocka_unit_test(the_first_failure_stops_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
