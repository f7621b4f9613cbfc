/* Whole or absent: refusal, abort, order of publication, replaced runs, side files, two runs at once. */
#include "ok.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/outputs.h"

static char folder[96], root[48];

static int open_root(void **state) {
    (void)state;
    snprintf(root, sizeof root, "/tmp/lodescan-outputs-XXXXXX");
    assert_non_null(mkdtemp(root));
    snprintf(folder, sizeof folder, "%s/a/out", root);
    return 0;
}

static int close_root(void **state) {
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static void assert_code(status failure, lode_code code) {
    assert_int_equal(lode_error_code(failure), code);
    lode_error_free(failure);
}

static void put(const char *path, const char *words) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(words, file);
    fclose(file);
}

static bool there(const char *name) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void add(struct outputs *outputs, const char *name, const char *words) {
    const char *path;
    assert_ok(outputs_add(outputs, name, &path));
    put(path, words);
}

static void finish(bool overwrite, const char *name, const char *manifest) {
    struct outputs *outputs;
    assert_ok(outputs_open(folder, overwrite, &outputs));
    add(outputs, name, "abc");
    assert_ok(outputs_seal(outputs));
    add(outputs, OUTPUTS_MANIFEST, manifest);
    assert_ok(outputs_publish(outputs));
    outputs_close(outputs);
}

static void abort_leaves_nothing(void **state) {
    (void)state;
    struct outputs *outputs;
    assert_ok(outputs_open(folder, false, &outputs));
    add(outputs, "criteria/x.tif", "abc");
    assert_false(there("criteria"));
    outputs_close(outputs);
    assert_int_not_equal(access(folder, F_OK), 0);
}

static void hashes_and_side_files(void **state) {
    (void)state;
    struct outputs *outputs;
    char side[160];
    const char *path;
    assert_ok(outputs_open(folder, false, &outputs));
    assert_ok(outputs_add(outputs, "criteria/x.tif", &path));
    put(path, "abc");
    const char *const ends[] = {".aux.xml", ".ovr.tmp", "-journal"};
    for (int i = 0; i < 3; i++) {
        snprintf(side, sizeof side, "%s%s", path, ends[i]);
        put(side, "side");
    }
    assert_ok(outputs_seal(outputs));
    assert_int_equal(outputs->count, 2);
    assert_string_equal(outputs->items[1].name, "criteria/x.tif.aux.xml");
    assert_int_equal(outputs->items[0].bytes, 3);
    assert_string_equal(outputs->items[0].sha256.hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-4, "abc" */
    add(outputs, OUTPUTS_MANIFEST, "{}");
    assert_ok(outputs_publish(outputs));
    outputs_close(outputs);
    assert_true(there("criteria/x.tif") && there("criteria/x.tif.aux.xml") && there("run.json"));
    assert_false(there(".partial") || there("criteria/x.tif-journal") || there("criteria/x.tif.ovr.tmp"));
}

static void finished_run_is_refused(void **state) {
    (void)state;
    struct outputs *outputs;
    finish(false, "a.csv", "{}");
    status failure = outputs_open(folder, false, &outputs);
    assert_non_null(strstr(lode_error_message(failure), "--overwrite"));
    assert_code(failure, LODE_USAGE);
    assert_null(outputs);
    assert_true(there("a.csv"));
}

static void replaced_run_leaves_no_files(void **state) {
    (void)state;
    char path[160];
    finish(false, "old.csv", "{\"outputs\": [{\"name\": \"old.csv\"}, {\"name\": \"../keep\"}, {\"name\": \"/tmp/../x/./\"}]}");
    snprintf(path, sizeof path, "%s/mine.txt", folder);
    put(path, "the user's");
    snprintf(path, sizeof path, "%s/../keep", folder);
    put(path, "outside");
    finish(true, "new.csv", "{}");
    assert_true(there("new.csv") && there("mine.txt") && there("../keep") && there("run.json"));
    assert_false(there("old.csv"));
}

/* A rename that cannot be done stands for a crash half-way: the folder must not look finished. */
static void half_replaced_never_looks_finished(void **state) {
    (void)state;
    struct outputs *outputs;
    char path[160];
    finish(false, "a.csv", "{}");
    snprintf(path, sizeof path, "%s/b.csv", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_ok(outputs_open(folder, true, &outputs));
    add(outputs, "a.csv", "new");
    add(outputs, "b.csv", "new");
    assert_ok(outputs_seal(outputs));
    assert_true(there("run.json"));
    add(outputs, OUTPUTS_MANIFEST, "{}");
    assert_code(outputs_publish(outputs), LODE_IO);
    outputs_close(outputs);
    assert_false(there("run.json"));
    assert_false(there(".partial"));
}

static void aborted_overwrite_keeps_the_old_run(void **state) {
    (void)state;
    struct outputs *outputs;
    finish(false, "a.csv", "{}");
    assert_ok(outputs_open(folder, true, &outputs));
    add(outputs, "a.csv", "new and longer");
    outputs_close(outputs);
    char path[160];
    struct stat facts;
    snprintf(path, sizeof path, "%s/a.csv", folder);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_size, 3);
    assert_true(there("run.json"));
}

static void stale_temporaries_are_cleared(void **state) {
    (void)state;
    char command[320];
    snprintf(command, sizeof command, "mkdir -p '%s/.partial/criteria' && echo x > '%s/.partial/criteria/x.tif'", folder, folder);
    assert_int_equal(system(command), 0);
    finish(false, "a.csv", "{}");
    assert_false(there(".partial") || there("criteria"));
}

static void two_runs_at_once(void **state) {
    (void)state;
    struct outputs *first, *second;
    assert_ok(outputs_open(folder, false, &first));
    add(first, "a.csv", "abc");
    assert_code(outputs_open(folder, false, &second), LODE_TRY_AGAIN);
    assert_ok(outputs_seal(first)); /* its temporaries are still there */
    outputs_close(first);
}

/* SHA-256 of "abc" from FIPS 180-2, appendix B.1. */
static void sealed_early(void **state) {
    (void)state;
    struct outputs *outputs;
    const char *path, *first;
    assert_ok(outputs_open(folder, false, &outputs));
    add(outputs, "a.csv", "abcd");
    assert_ok(outputs_add(outputs, "b.csv", &first));
    put(first, "abc");
    assert_ok(outputs_ready(outputs, first));
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "more%d", i);
        add(outputs, name, "x"); /* the list moves in memory meanwhile */
    }
    assert_ok(outputs_seal(outputs));
    assert_int_equal(outputs->items[0].bytes, 4);
    assert_int_equal(outputs->items[1].bytes, 3);
    assert_string_equal(outputs->items[1].sha256.hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    outputs_close(outputs);
    assert_ok(outputs_open(folder, false, &outputs));
    assert_ok(outputs_add(outputs, "never.csv", &path));
    assert_ok(outputs_ready(outputs, path));
    assert_code(outputs_seal(outputs), LODE_IO);
    outputs_close(outputs);
    assert_ok(outputs_open(folder, false, &outputs));
    assert_ok(outputs_add(outputs, "never.csv", &path));
    assert_ok(outputs_ready(outputs, path)); /* and given up */
    outputs_close(outputs);
}

static void odd_names_and_places(void **state) {
    (void)state;
    struct outputs *outputs;
    const char *path, *const odd[] = {"", "/etc/x", "../x", "a/../x", "a//b", "a/", "."};
    assert_ok(outputs_open(folder, false, &outputs));
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) assert_code(outputs_add(outputs, odd[i], &path), LODE_USAGE);
    assert_ok(outputs_add(outputs, "never.csv", &path));
    assert_code(outputs_seal(outputs), LODE_IO);
    outputs_close(outputs);
    char file[96];
    snprintf(file, sizeof file, "%s/file", root);
    put(file, "x");
    assert_code(outputs_open(file, false, &outputs), LODE_USAGE);
}

#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, open_root, close_root)
int main(void) {
    const struct CMUnitTest tests[] = {IN_ROOT(abort_leaves_nothing),
                                       IN_ROOT(hashes_and_side_files),
                                       IN_ROOT(finished_run_is_refused),
                                       IN_ROOT(replaced_run_leaves_no_files),
                                       IN_ROOT(half_replaced_never_looks_finished),
                                       IN_ROOT(aborted_overwrite_keeps_the_old_run),
                                       IN_ROOT(stale_temporaries_are_cleared),
                                       IN_ROOT(two_runs_at_once),
                                       IN_ROOT(sealed_early),
                                       IN_ROOT(odd_names_and_places)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
