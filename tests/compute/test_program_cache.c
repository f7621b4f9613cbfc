/* Built programs are kept between runs; a file that is cut, hit or of other words is as none. A folder of the test's own stands for the user's. */
#include "on_device.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compute/opencl.h"
#include "compute/program_cache.h"

static const char SOURCE[] =
    "__kernel void triple(__global const int *in, __global int *out, int n) { int i = get_global_id(0); if (i < n) out[i] = 3 * in[i]; }";
static char folder[] = "/tmp/lodescan_cache_XXXXXX", kernels[sizeof folder + 20];

static int use_folder(void **state) {
    if (!mkdtemp(folder) || setenv("XDG_CACHE_HOME", folder, 1) != 0) return -1;
    snprintf(kernels, sizeof kernels, "%s/lodescan/kernels", folder);
    return open_device(state);
}

static int remove_folder(void **state) {
    char command[80];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) == 0 ? close_device(state) : -1;
}

/* The number of kept files; the name of the last that was seen. */
static int count_files(char path[300]) {
    DIR *list = opendir(kernels);
    int count = 0;
    for (const struct dirent *entry; list && (entry = readdir(list));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, 300, "%s/%.200s", kernels, entry->d_name);
        count++;
    }
    if (list) closedir(list);
    return count;
}

static void assert_triples(cl_program program) {
    enum { N = 37 };
    int in[N], out[N] = {0}, n = N;
    cl_kernel kernel;
    struct buffer *from, *to;
    for (int i = 0; i < N; i++) in[i] = 5 * i - 40;
    assert_ok(kernel_create(program, "triple", &kernel));
    assert_ok(buffer_open(device, sizeof in, &from));
    assert_ok(buffer_open(device, sizeof out, &to));
    assert_ok(buffer_write(from, 0, sizeof in, in));
    const struct kernel_arg args[] = {ARG_BUFFER(from), ARG_BUFFER(to), ARG(n)};
    assert_ok(kernel_run(device, kernel, args, 3, 8, N, 1));
    assert_ok(buffer_read(to, 0, sizeof out, out));
    for (int i = 0; i < N; i++) assert_int_equal(out[i], 3 * in[i]);
    buffer_close(from);
    buffer_close(to);
    clReleaseKernel(kernel);
}

/* What a run of its own would build, without what this one holds in memory. */
static void build_anew(const char *options) {
    const char *const sources[] = {SOURCE};
    struct device *own;
    cl_program program;
    assert_ok(device_open(NULL, &own));
    assert_ok(program_build(own, sources, 1, options, &program));
    clReleaseProgram(program);
    device_close(own);
}

static void what_was_built_is_recalled(void **state) {
    (void)state;
    char path[300];
    cl_program program;
    const char *const sources[] = {SOURCE};
    assert_null(program_recall(device, SOURCE, ""));
    assert_int_equal(count_files(path), 0);
    assert_ok(program_build(device, sources, 1, NULL, &program));
    assert_int_equal(count_files(path), 1);
    assert_triples(program);
    program_remember(device, "words", program);
    assert_int_equal(count_files(path), 2);
    clReleaseProgram(program);
    program = program_recall(device, "words", "-cl-std=CL1.2");
    assert_non_null(program);
    assert_triples(program);
    clReleaseProgram(program);
    assert_null(program_recall(device, "other words", "-cl-std=CL1.2"));
}

static void the_same_is_kept_once(void **state) {
    (void)state;
    char path[300];
    int before = count_files(path);
    build_anew("-DN=1");
    build_anew("-DN=1");
    assert_int_equal(count_files(path), before + 1);
    build_anew("-DN=2");
    assert_int_equal(count_files(path), before + 2);
}

/* Every byte of a small head, and some of the rest: cut there, or changed there. */
static void broken_files_are_as_none(void **state) {
    (void)state;
    char path[300];
    cl_program program;
    const char *const sources[] = {SOURCE};
    assert_ok(program_build(device, sources, 1, "-DN=3", &program));
    program_remember(device, "brittle", program);
    clReleaseProgram(program);
    /* files are named by a hash: the one that holds these words is theirs */
    int count = count_files(path);
    for (int each = 0; each < count; each++) {
        DIR *list = opendir(kernels);
        int at = 0;
        for (const struct dirent *entry; (entry = readdir(list));)
            if (entry->d_name[0] != '.' && at++ == each) snprintf(path, sizeof path, "%s/%.200s", kernels, entry->d_name);
        closedir(list);
        struct stat facts;
        assert_int_equal(stat(path, &facts), 0);
        size_t bytes = (size_t)facts.st_size;
        unsigned char *whole = malloc(bytes);
        int file = open(path, O_RDWR);
        assert_true(whole && file >= 0 && read(file, whole, bytes) == (ssize_t)bytes);
        bool mine = memmem(whole, bytes, "brittle", 7) != NULL;
        for (size_t place = 0; mine && place < bytes; place += place < 48 ? 5 : bytes / 7) {
            unsigned char hit = (unsigned char)(whole[place] ^ 0x41);
            assert_int_equal(pwrite(file, &hit, 1, (off_t)place), 1);
            assert_null(program_recall(device, "brittle", "-cl-std=CL1.2"));
            assert_int_equal(ftruncate(file, (off_t)place), 0);
            assert_null(program_recall(device, "brittle", "-cl-std=CL1.2"));
            assert_int_equal(pwrite(file, whole, bytes, 0), (ssize_t)bytes);
            program = program_recall(device, "brittle", "-cl-std=CL1.2");
            assert_non_null(program);
            clReleaseProgram(program);
        }
        close(file);
        free(whole);
    }
}

static void the_longest_unused_go(void **state) {
    (void)state;
    char path[300], first[300];
    cl_program program;
    const char *const sources[] = {SOURCE};
    assert_ok(program_build(device, sources, 1, "-DN=4", &program));
    for (int i = 0; i < 260; i++) {
        const struct timespec old[2] = {{.tv_sec = 1000 + i}, {.tv_sec = 1000 + i}};
        snprintf(first, sizeof first, "%s/old_%d.bin", kernels, i);
        int file = open(first, O_CREAT | O_WRONLY, 0600);
        assert_true(file >= 0 && futimens(file, old) == 0);
        close(file);
    }
    program_remember(device, "one more", program);
    clReleaseProgram(program);
    assert_int_equal(count_files(path), 256);
    snprintf(first, sizeof first, "%s/old_0.bin", kernels);
    assert_int_not_equal(access(first, F_OK), 0);
    snprintf(first, sizeof first, "%s/old_259.bin", kernels);
    assert_int_equal(access(first, F_OK), 0);
    program = program_recall(device, "one more", "-cl-std=CL1.2");
    assert_non_null(program);
    clReleaseProgram(program);
}

static void no_folder_is_no_failure(void **state) {
    (void)state;
    char path[300];
    int before = count_files(path);
    setenv("XDG_CACHE_HOME", "/proc/none", 1);
    build_anew("-DN=5");
    setenv("XDG_CACHE_HOME", "not/absolute", 1);
    setenv("HOME", "/dev/null", 1);
    build_anew("-DN=5");
    setenv("XDG_CACHE_HOME", folder, 1);
    assert_int_equal(count_files(path), before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_built_is_recalled), cmocka_unit_test(the_same_is_kept_once),   cmocka_unit_test(broken_files_are_as_none),
        cmocka_unit_test(the_longest_unused_go),      cmocka_unit_test(no_folder_is_no_failure),
    };
    return cmocka_run_group_tests(tests, use_folder, remove_folder);
}
