/* Devices: selection by number and name, refusals that list what is there, buffers. */
#include "ok.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "compute/device.h"
#include "compute/opencl.h"

static void assert_fails(status failure, lode_code code, const char *words) {
    assert_non_null(failure);
    assert_int_equal(lode_error_code(failure), code);
    if (!strstr(lode_error_message(failure), words)) fail_msg("'%s' is not in: %s", words, lode_error_message(failure));
    lode_error_free(failure);
}

/* Who reads the environment while a device opens, must find it where it was. Runs first: a driver starts once in a process. */
static void environment_stays_where_it_is(void **state) {
    (void)state;
    struct device_info *list;
    size_t count;
    devices_settle_environment();
    char **before = environ;
    assert_ok(device_list(&list, &count));
    assert_ptr_equal(environ, before);
    free(list);
}

static void devices_open_by_number_and_name(void **state) {
    (void)state;
    struct device_info *list;
    size_t count;
    assert_ok(device_list(&list, &count));
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        char select[40];
        struct device *device;
        assert_true(list[i].name[0] && list[i].memory_bytes > 0 && list[i].compute_units > 0);
        snprintf(select, sizeof select, "%d:%d", list[i].platform, list[i].index);
        assert_ok(device_open(select, &device));
        assert_int_equal(device_info(device)->platform, list[i].platform);
        assert_int_equal(device_info(device)->index, list[i].index);
        assert_string_equal(device_info(device)->name, list[i].name);
        device_close(device);
    }
    struct device *device;
    assert_ok(device_open(NULL, &device));
    device_close(device);
    device_close(NULL);
    free(list);
}

static void wrong_words_list_what_is_there(void **state) {
    (void)state;
    struct device_info *list;
    size_t count;
    struct device *device;
    assert_ok(device_list(&list, &count));
    assert_fails(device_open("no such device", &device), LODE_NO_DEVICE, list[0].name);
    assert_fails(device_open("0:999", &device), LODE_NO_DEVICE, "there are:");
    assert_fails(device_open("999", &device), LODE_NO_DEVICE, list[0].name);
    assert_fails(device_open("all", &device), LODE_USAGE, "'all' names several devices, which only `run` and `distance` share: name one; there are:");
    assert_fails(device_open("all,0:0", &device), LODE_USAGE, "'all,0:0' names several devices, which only `run` and `distance` share: name one");
    assert_fails(device_open("0:0x", &device), LODE_NO_DEVICE, "0:0x");
    if (count > 1) assert_fails(device_open("", &device), LODE_NO_DEVICE, "give a number");
    free(list);
}

static void buffers_keep_bytes_and_their_ends(void **state) {
    (void)state;
    struct device *device;
    struct buffer *buffer;
    unsigned char bytes[13], back[13] = {0};
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 37 + 1);
    assert_ok(device_open(NULL, &device));
    assert_ok(buffer_open(device, 20, &buffer));
    assert_int_equal(buffer_bytes(buffer), 20);
    assert_ok(buffer_write(buffer, 7, 13, bytes));
    assert_ok(buffer_read(buffer, 8, 12, back));
    assert_memory_equal(back, bytes + 1, 12);
    assert_fails(buffer_write(buffer, 8, 13, bytes), LODE_SELFTEST, "buffer of 20");
    assert_fails(buffer_read(buffer, SIZE_MAX, 2, back), LODE_SELFTEST, "buffer of 20");
    buffer_close(buffer);
    assert_ok(buffer_open(device, 0, &buffer));
    buffer_close(buffer);
    assert_fails(buffer_open(device, SIZE_MAX / 2, &buffer), LODE_TRY_AGAIN, "coarser cell");
    device_close(device);
}

/* Whether the device works in the host's memory or beside it. */
static void a_buffer_over_memory_is_read_there_and_elsewhere(void **state) {
    (void)state;
    enum { BYTES = 7001, FROM = 13 };
    struct device *device;
    struct buffer *buffer;
    unsigned char host[BYTES], elsewhere[BYTES] = {0}, wanted[BYTES];
    for (size_t i = 0; i < BYTES; i++) wanted[i] = (unsigned char)(i * i % 251);
    assert_ok(device_open(NULL, &device));
    assert_ok(buffer_over(device, host, BYTES, &buffer));
    assert_int_equal(buffer_bytes(buffer), BYTES);
    assert_ok(buffer_write(buffer, 0, BYTES, wanted));
    assert_ok(buffer_read(buffer, FROM, BYTES - FROM, elsewhere));
    assert_memory_equal(elsewhere, wanted + FROM, BYTES - FROM);
    assert_ok(buffer_read(buffer, FROM, BYTES - FROM, host + FROM));
    assert_memory_equal(host + FROM, wanted + FROM, BYTES - FROM);
    assert_fails(buffer_read(buffer, 1, BYTES, host + 1), LODE_SELFTEST, "buffer of 7001");
    buffer_close(buffer);
    device_close(device);
}

/* Small and large: a processor's large buffers lie in memory of the program's own. */
static void what_the_host_has_is_lent_and_seen(void **state) {
    (void)state;
    enum { BYTES = 5000003 };
    struct device *device;
    struct buffer *lent = NULL, *plain;
    unsigned char *host = malloc(BYTES), *room = malloc(BYTES);
    const void *seen;
    assert_ok(device_open(NULL, &device));
    for (size_t turn = 0, bytes = 1001; turn < 3; turn++, bytes = turn == 1 ? BYTES : 1000) {
        for (size_t i = 0; i < bytes; i++) host[i] = (unsigned char)(i * (i + turn) % 251);
        if (turn > 0) buffer_close(lent), lent = NULL;
        assert_ok(buffer_lend(device, host, bytes, &lent));
        host[bytes / 2] ^= 1; /* and again, of the same size */
        assert_ok(buffer_lend(device, host, bytes, &lent));
        memset(room, 0, bytes);
        assert_ok(buffer_read(lent, 0, bytes, room));
        assert_memory_equal(room, host, bytes);
        assert_ok(buffer_open(device, bytes, &plain));
        assert_ok(buffer_write(plain, 0, bytes, host));
        memset(room, 0, bytes);
        assert_ok(buffer_look(plain, bytes, room, &seen));
        assert_memory_equal(seen, host, bytes);
        assert_fails(buffer_look(plain, bytes + 1, room, &seen), LODE_SELFTEST, "device buffer");
        buffer_close(plain);
    }
    buffer_close(lent);
    device_close(device);
    free(host);
    free(room);
}

static void equal_text_is_built_once(void **state) {
    (void)state;
    struct device *device;
    cl_program first, again, other;
    char ours[] = "__kernel void one(__global int *to) { *to = N; }";
    const char *source = ours;
    assert_ok(device_open(NULL, &device));
    assert_ok(program_build(device, &source, 1, "-DN=1", &first));
    assert_ok(program_build(device, &source, 1, "-DN=1", &again));
    assert_ptr_equal(first, again);
    assert_ok(program_build(device, &source, 1, "-DN=2", &other));
    assert_ptr_not_equal(first, other);
    clReleaseProgram(other);
    ours[14] = 'l'; /* the same place in memory, another text */
    assert_ok(program_build(device, &source, 1, "-DN=1", &other));
    assert_ptr_not_equal(first, other);
    clReleaseProgram(first);
    clReleaseProgram(again);
    clReleaseProgram(other);
    device_close(device);
}

static void build_failures_hold_the_log(void **state) {
    (void)state;
    struct device *device;
    cl_program program;
    const char *source = "__kernel void broken(__global float *x) { x[0] = nothing_of_this_name; }";
    assert_ok(device_open(NULL, &device));
    assert_fails(program_build(device, &source, 1, NULL, &program), LODE_SELFTEST, "nothing_of_this_name");
    device_close(device);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(environment_stays_where_it_is),
        cmocka_unit_test(devices_open_by_number_and_name),
        cmocka_unit_test(wrong_words_list_what_is_there),
        cmocka_unit_test(buffers_keep_bytes_and_their_ends),
        cmocka_unit_test(a_buffer_over_memory_is_read_there_and_elsewhere),
        cmocka_unit_test(what_the_host_has_is_lent_and_seen),
        cmocka_unit_test(equal_text_is_built_once),
        cmocka_unit_test(build_failures_hold_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
