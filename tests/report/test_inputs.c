/* Hashes of input files: of plain ones, each path once, also of files that the scenario does not name. */
#include "ok.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/inputs.h"

/* SHA-256 of "abc" and of the empty message, from FIPS 180-2, appendix B.1, and NIST's test vectors. */
static const char abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char nothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

static char root[48];

static int open_root(void **state) {
    (void)state;
    snprintf(root, sizeof root, "/tmp/lodescan-inputs-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int close_root(void **state) {
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

static const char *at(const char *name) {
    static char path[80];
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static void put(const char *name, const char *words) {
    FILE *file = fopen(at(name), "w");
    assert_non_null(file);
    fputs(words, file);
    fclose(file);
}

static void hashes(void **state) {
    (void)state;
    struct layer layers[] = {{.path = "a.tif"}, {.path = "empty.tif"}, {.path = "a.tif"}, {.path = "missing.tif"}, {.path = "."}};
    struct scenario scenario = {.path = "none.yaml", .layers = layers, .n_layers = 5};
    struct inputs *inputs;
    struct digest digest;
    put("a.tif", "abc");
    put("empty.tif", "");
    put("other.tif", "abc");
    assert_ok(inputs_begin(&scenario, root, &inputs));
    inputs_wait(inputs);
    assert_true(inputs_digest(inputs, at("a.tif"), &digest));
    assert_string_equal(digest.hex, abc);
    assert_true(inputs_digest(inputs, at("empty.tif"), &digest));
    assert_string_equal(digest.hex, nothing);
    assert_true(inputs_digest(inputs, at("other.tif"), &digest));
    assert_string_equal(digest.hex, abc);
    assert_false(inputs_digest(inputs, at("missing.tif"), &digest));
    assert_false(inputs_digest(inputs, at("."), &digest));
    put("a.tif", "abcd"); /* what was read is what is told */
    assert_true(inputs_digest(inputs, at("a.tif"), &digest));
    assert_string_equal(digest.hex, abc);
    inputs_close(inputs);
    inputs_wait(NULL);
    inputs_close(NULL);
    assert_true(inputs_digest(NULL, at("other.tif"), &digest));
    assert_string_equal(digest.hex, abc);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(hashes, open_root, close_root)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
