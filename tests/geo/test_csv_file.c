/* Tables read as text, by column name, with the line of each row; and what is wrong with broken ones. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "geo/csv_file.h"
#include "geo/permit_tables.h"

static const char *const columns[] = {"a", "number", "words"};

static void any_order(void **state) {
    (void)state;
    struct arena arena = {0};
    struct permit_rows rows;
    status failure = csv_read_bytes("t.csv", "words,a,number\n\"x, \"\"y\"\"\nand z\",NA,007\r\nb,,1e3\n", columns, 3, &arena, &rows);
    if (failure) fail_msg("%s", lode_error_message(failure));
    assert_int_equal(rows.n_rows, 2);
    const char *const wanted[] = {"NA", "007", "x, \"y\"\nand z", "", "1e3", "b"};
    for (int i = 0; i < 6; i++) assert_string_equal(rows.cells[i], wanted[i]);
    assert_int_equal(rows.line[0], 2);
    assert_int_equal(rows.line[1], 4);
    assert_string_equal(rows.file, "t.csv");
    arena_free(&arena);
}

static void assert_fails(const char *bytes, const char *words) {
    struct arena arena = {0};
    struct permit_rows rows;
    status failure = csv_read_bytes("t.csv", bytes, columns, 3, &arena, &rows);
    assert_non_null(failure);
    assert_string_equal(lode_error_message(failure), words);
    lode_error_free(failure);
    arena_free(&arena);
}

static void broken(void **state) {
    (void)state;
    assert_fails("a,numbre,words\n1,2,3\n", "t.csv:1:2: a column 'numbre' is not known here, did you mean 'number'?");
    assert_fails("a,words\n1,2\n", "t.csv:1:1: there is no column 'number'");
    assert_fails("a,number,words,zebra\n1,2,3,4\n", "t.csv:1:4: a column 'zebra' is not known here");
}

static void quotes_without_end(void **state) {
    (void)state;
    assert_fails("a,number,words\n\"x,\"\"y\n\",2,3\n1,2,\"z,\"\"\n4,5,6\n",
                 "t.csv:4:3: a quote begins here and never ends; close it, or write \"\" for a quote within quotes");
    assert_fails("a,number,\"words\n1,2,3\n", "t.csv:1:3: a quote begins here and never ends; close it, or write \"\" for a quote within quotes");
}

static void byte_of_zero(void **state) {
    (void)state;
    static const char bytes[] = "a,number,words\r\n1,2,3\r\nx,K\0ern,5\r\n";
    char path[] = "/tmp/lode-table-XXXXXX.csv", words[200];
    struct arena arena = {0};
    struct permit_rows rows;
    int file = mkstemps(path, 4);
    assert_int_equal(write(file, bytes, sizeof bytes - 1), sizeof bytes - 1);
    close(file);
    status failure = csv_read(path, columns, 3, &arena, &rows);
    snprintf(words, sizeof words, "%s:3:2: a byte of 0 stands here, which no text has; save the table as UTF-8", path);
    assert_non_null(failure);
    assert_string_equal(lode_error_message(failure), words);
    lode_error_free(failure);
    unlink(path);
    arena_free(&arena);
}

static void files(void **state) {
    (void)state;
    char path[] = "/tmp/lode-table-XXXXXX.csv";
    struct arena arena = {0};
    struct permit_routes routes;
    struct land_classes classes;
    status failure = permit_tables_read("/nowhere/routes.csv", NULL, &arena, &routes, &classes);
    assert_string_equal(lode_error_message(failure), "/nowhere/routes.csv is not there: check the path and the data folder");
    lode_error_free(failure);
    int file = mkstemps(path, 4);
    const char *bytes = "stage,route,jurisdiction,family,after,figures,low,middle,high,certainty,source\n"
                        "a,mine,US,lognormal,,p10/p50/p90,1,2,3,cited,\"two\nlines\"\nb,mine,US,lognormal,c,p10/p50/p90,1,2,3,cited,x\n";
    assert_int_equal(write(file, bytes, strlen(bytes)), strlen(bytes));
    close(file);
    failure = permit_tables_read(path, NULL, &arena, &routes, &classes);
    char words[200];
    snprintf(words, sizeof words, "%s:4:4: after 'c': no stage of route 'mine' of 'US' above this line is called so", path);
    assert_string_equal(lode_error_message(failure), words);
    lode_error_free(failure);
    unlink(path);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_order), cmocka_unit_test(broken), cmocka_unit_test(quotes_without_end),
                                       cmocka_unit_test(byte_of_zero), cmocka_unit_test(files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
