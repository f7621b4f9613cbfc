/* The records of a finished run: schemas, missing values, reproducible bytes, checksums, explanations, the words at the end. */
#include "report/finished.h"

#include <sys/stat.h>

#include "report/explain.h"
#include "report/summary.h"

static void run_python(const struct fixture *f, const char *what) {
    char command[512];
    snprintf(command, sizeof command, LODE_PYTHON " " LODE_SOURCE_DIR "/tests/report/check_records.py '%s/out' " LODE_SOURCE_DIR "/docs/schema %s",
             f->folder, what);
    assert_int_equal(system(command), 0);
}

static char *out_of(const struct fixture *f) {
    static char path[96];
    snprintf(path, sizeof path, "%s/out", f->folder);
    return path;
}

static void records_fit_their_schemas(void **state) {
    unsetenv("SOURCE_DATE_EPOCH");
    finish_run(*state, "out", false, 2);
    run_python(*state, "schemas");
    run_python(*state, "values");
}

static void same_run_same_bytes(void **state) {
    struct fixture *f = *state;
    struct digest a, b;
    int64_t bytes;
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    finish_run(f, "out", false, 2);
    run_python(f, "schemas");
    run_python(f, "epoch");
    f->result.seconds[0] = 3.5;
    finish_run(f, "out2", false, 2);
    unsetenv("SOURCE_DATE_EPOCH");
    char path[128];
    snprintf(path, sizeof path, "%s/out/run.json", f->folder);
    assert_ok(digest_file(path, &a, &bytes));
    snprintf(path, sizeof path, "%s/out2/run.json", f->folder);
    assert_ok(digest_file(path, &b, &bytes));
    assert_string_equal(a.hex, b.hex);
}

static void overwrite_with_fewer_targets(void **state) {
    struct fixture *f = *state;
    finish_run(f, "out", false, 2);
    finish_run(f, "out", true, 1);
    char path[128];
    snprintf(path, sizeof path, "%s/out/plant_heatmap.png", f->folder);
    assert_int_not_equal(access(path, F_OK), 0);
    struct text report = {0};
    assert_ok(manifest_verify(out_of(f), &report, false));
    text_free(&report);
}

static void verify_sees_a_flipped_byte(void **state) {
    struct fixture *f = *state;
    struct text report = {0};
    char path[128];
    finish_run(f, "out", false, 2);
    assert_ok(manifest_verify(out_of(f), &report, true));
    assert_non_null(strstr(report.bytes, "\"ok\":true"));
    text_free(&report);
    snprintf(path, sizeof path, "%s/out/plant_heatmap.png", f->folder);
    FILE *file = fopen(path, "r+b");
    fseek(file, 60, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, 60, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
    snprintf(path, sizeof path, "%s/out/deposit_heatmap.pgw", f->folder);
    remove(path);
    assert_fails(manifest_verify(out_of(f), &report, false), LODE_BAD_DATA, "deposit_heatmap.pgw");
    assert_non_null(strstr(report.bytes, "changed    plant_heatmap.png\n"));
    assert_non_null(strstr(report.bytes, "missing    deposit_heatmap.pgw\n"));
    assert_non_null(strstr(report.bytes, "ok         deposit_heatmap.png\n"));
    text_free(&report);
    assert_fails(manifest_verify(f->folder, &report, false), LODE_NO_INPUT, "no finished run");
}

/* The explanation of `site` holds all the words. */
static void assert_explains(const struct fixture *f, const char *site, bool json, const char *const *words) {
    char *text;
    assert_ok(explain_site(out_of(f), site, json, &text));
    for (; *words; words++)
        if (!strstr(text, *words)) fail_msg("'%s' is not in:\n%s", *words, text);
    free(text);
}

static void assert_not_explained(const struct fixture *f, const char *site, const char *words) {
    char *text;
    assert_fails(explain_site(out_of(f), site, false, &text), LODE_USAGE, words);
    assert_null(text);
}

static void sites_are_explained(void **state) {
    struct fixture *f = *state;
    finish_run(f, "out", false, 2);
    const char *first[] = {"Mountain Pass (deposit:1, id d-aaaa)",
                           "Score 0.9375",
                           "97.50 percent",
                           "evidence and access",
                           "Iron Line",
                           "0.3750",
                           "cell centre 121 m",
                           "0.25 km",
                           "known",
                           NULL};
    assert_explains(f, "d-aaaa", false, first);
    assert_explains(f, "deposit:1", false, first);
    assert_explains(f, "mountain pass", false, first);
    assert_explains(f, "Pass", false, first);
    assert_explains(f, "d-dddd", false,
                    (const char *[]){"Not ranked: excluded", "Excluded because: National park unit\n", "would score 0.1250", NULL});
    assert_explains(f, "d-eeee", false, (const char *[]){"Not ranked: no data", "No data here: alteration\n", "25 percent of the weight", NULL});
    assert_explains(f, "plant:1", false, (const char *[]){"plant (plant:1", "access only", NULL});
    assert_explains(f, "plant:1", true, (const char *[]){"\"site_id\":\"p-aaaa\"", NULL});
    assert_not_explained(f, "mountain", "fits 2 sites");
    assert_not_explained(f, "mountain", "d-cccc");
    assert_not_explained(f, "Musik Vally", "d-bbbb");
    assert_not_explained(f, "deposit:9", "near ones");
    assert_not_explained(f, "", "no site");
    char *text;
    assert_fails(explain_site(f->folder, "x", false, &text), LODE_NO_INPUT, "no finished run");
}

static void the_end_in_words(void **state) {
    struct fixture *f = *state;
    char *text;
    assert_ok(summary_print(&f->result, "OUT", false, &text));
    const char *const words[] = {"3 ranked, 1 excluded, 1 without data, 0 outside\n",
                                 "  rank   score  better than  site ",
                                 "     1  0.9375       97.5 %  Mountain Pass  -115.5331  35.4780  alteration 0.50  rail_access 0.50\n",
                                 "    Park Hill: National park unit\n",
                                 "plant: Ranked by access only",
                                 "  rank   score  site ",
                                 "Computed on 0:1 hand (3 rows in 2 bands), 2:0 foot (2 rows in 1 band).\n",
                                 "OUT",
                                 "  rail_access 0.50  -\n"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strstr(text, words[i])) fail_msg("'%s' is not in:\n%s", words[i], text);
    free(text);
    assert_ok(summary_print(&f->result, "OUT", true, &text));
    char path[128];
    assert_int_equal(mkdir(out_of(f), 0777), 0);
    snprintf(path, sizeof path, "%s/out/summary.json", f->folder);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    free(text);
    run_python(f, "summary");
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
int main(void) {
    const struct CMUnitTest tests[] = {WITH_FIXTURE(records_fit_their_schemas),    WITH_FIXTURE(same_run_same_bytes),
                                       WITH_FIXTURE(overwrite_with_fewer_targets), WITH_FIXTURE(verify_sees_a_flipped_byte),
                                       WITH_FIXTURE(sites_are_explained),          WITH_FIXTURE(the_end_in_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
