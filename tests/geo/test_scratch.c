/* A scratch plane is zeroed, larger than the disk is refused, and it leaves nothing behind. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "geo/scratch.h"
#include "world.h"

static int entries(const char *folder) {
    DIR *dir = opendir(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(dir));) count += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
    closedir(dir);
    return count;
}

static void plane_is_zeroed_and_nameless(void **state) {
    struct world *world = *state;
    struct scratch plane;
    const size_t size = 3 * 4096 + 17;
    wrong(scratch_open(world->folder, size, &plane));
    unsigned char *bytes = plane.bytes;
    for (size_t i = 0; i < size; i++) assert_int_equal(bytes[i], 0);
    memset(bytes, 7, size);
    assert_int_equal(plane.size, size);
    assert_int_equal(entries(world->folder), 0);
    scratch_close(&plane);
    assert_null(plane.bytes);
    scratch_close(&plane);
    wrong(scratch_open(world->folder, 0, &plane));
    scratch_close(&plane);
}

static void small_planes_stay_in_memory(void **state) {
    struct world *world = *state;
    struct scratch small, large;
    size_t spare = 10000;
    wrong(scratch_open_within("/nowhere/at/all", 7001, &spare, &small));
    assert_int_equal(spare, 2999);
    assert_false(small.mapped);
    unsigned char *bytes = small.bytes;
    for (size_t i = 0; i < small.size; i++) assert_int_equal(bytes[i], 0);
    memset(bytes, 5, small.size);
    scratch_forget(&small, 0, small.size);
    for (size_t i = 0; i < small.size; i++) assert_int_equal(bytes[i], 5);
    wrong(scratch_open_within(world->folder, 3000, &spare, &large));
    assert_true(large.mapped && large.size == 3000 && spare == 2999);
    scratch_close(&large);
    FAILS_WITH(scratch_open_within("/nowhere/at/all", 3000, &spare, &large), LODE_IO, "/nowhere/at/all");
    scratch_close(&small);
    wrong(scratch_open_within(world->folder, 0, &spare, &large));
    scratch_close(&large);
}

static size_t resident_bytes(void) {
    unsigned long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static void what_is_forgotten_is_still_there(void **state) {
    struct world *world = *state;
    struct scratch plane;
    const size_t size = 32 << 20, odd = 4097;
    wrong(scratch_open(world->folder, size, &plane));
    unsigned char *bytes = plane.bytes;
    for (size_t i = 0; i < size; i++) bytes[i] = (unsigned char)(i % 251);
    size_t before = resident_bytes();
    scratch_forget(&plane, odd, size - odd);
    assert_true(resident_bytes() + (30 << 20) < before);
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != i % 251) fail_msg("byte %zu was lost", i);
    scratch_close(&plane);
}

static void too_much_is_try_again(void **state) {
    struct world *world = *state;
    struct scratch plane;
    FAILS_WITH(scratch_open(world->folder, (size_t)1 << 60, &plane), LODE_TRY_AGAIN, world->folder, "1152921504606.8 MB", "free disk space");
    FAILS_WITH(scratch_open("/nowhere/at/all", 10, &plane), LODE_IO, "/nowhere/at/all");
    assert_null(plane.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plane_is_zeroed_and_nameless, world_open, world_close),
        cmocka_unit_test_setup_teardown(small_planes_stay_in_memory, world_open, world_close),
        cmocka_unit_test_setup_teardown(what_is_forgotten_is_still_there, world_open, world_close),
        cmocka_unit_test_setup_teardown(too_much_is_try_again, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
