/* Several devices by their words. PoCL is asked for two. */
#include "ok.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compute/device.h"

static void assert_refused(const char *select, lode_code code, const char *words) {
    struct device_info *infos = NULL;
    struct device **devices = NULL;
    size_t count;
    status found = devices_find(select, &infos, &count), opened = devices_open(select, &devices, &count);
    assert_int_equal(lode_error_code(found), code);
    assert_int_equal(lode_error_code(opened), code);
    assert_string_equal(lode_error_message(found), lode_error_message(opened));
    if (!strstr(lode_error_message(found), words)) fail_msg("'%s' is not in: %s", words, lode_error_message(found));
    lode_error_free(found);
    lode_error_free(opened);
}

/* The devices that `select` means are those of `all` at these places. */
static void assert_means(const char *select, const struct device_info *all, const size_t *places, size_t count) {
    struct device_info *infos;
    struct device **devices;
    size_t found, opened;
    assert_ok(devices_find(select, &infos, &found));
    assert_ok(devices_open(select, &devices, &opened));
    assert_int_equal(found, count);
    assert_int_equal(opened, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(infos[i].platform, all[places[i]].platform);
        assert_int_equal(infos[i].index, all[places[i]].index);
        assert_int_equal(device_info(devices[i])->platform, infos[i].platform);
        assert_int_equal(device_info(devices[i])->index, infos[i].index);
    }
    devices_close(devices, opened);
    free(infos);
}

static struct device_info *two_or_skip(size_t *count) {
    struct device_info *list;
    assert_ok(device_list(&list, count));
    if (*count >= 2) return list;
    free(list);
    skip();
    return NULL;
}

static void words_between_commas_are_devices_in_that_order(void **state) {
    (void)state;
    size_t count;
    struct device_info *list = two_or_skip(&count);
    char select[80];
    snprintf(select, sizeof select, "%d:%d,%d:%d", list[1].platform, list[1].index, list[0].platform, list[0].index);
    assert_means(select, list, (const size_t[]){1, 0}, 2);
    snprintf(select, sizeof select, "%d:%d", list[1].platform, list[1].index);
    assert_means(select, list, (const size_t[]){1}, 1);
    free(list);
}

static void all_begins_with_the_device_of_no_words(void **state) {
    (void)state;
    size_t count, places[64] = {0}, n = 0;
    struct device_info *list = two_or_skip(&count), *one;
    assert_ok(devices_find(NULL, &one, &n));
    assert_int_equal(n, 1);
    for (size_t i = 0; i < count; i++)
        if (list[i].platform == one->platform && list[i].index == one->index) places[0] = i;
    for (size_t i = 0; i < count; i++)
        if (i != places[0]) places[n++] = i;
    assert_means("all", list, places, count);
    assert_means("ALL", list, places, count);
    free(one);
    free(list);
}

static void wrong_words_are_refused(void **state) {
    (void)state;
    size_t count;
    struct device_info *list = two_or_skip(&count);
    char select[80], words[300];
    snprintf(select, sizeof select, "%d:%d,%d:%d", list[0].platform, list[0].index, list[0].platform, list[0].index);
    snprintf(words, sizeof words, "--device=%s: %d:%d %s is named twice: name each device once", select, list[0].platform, list[0].index,
             list[0].name);
    assert_refused(select, LODE_USAGE, words);
    assert_refused("0:0,", LODE_USAGE, "nothing stands between two commas");
    assert_refused(",0:0", LODE_USAGE, "nothing stands between two commas");
    assert_refused("all,0:0", LODE_USAGE, "--device=all,0:0: `all` stands alone: write --device=all");
    assert_refused("0:0,0:99", LODE_NO_DEVICE, "no device fits '0:99'; there are:");
    assert_refused("0:0,no such device", LODE_NO_DEVICE, "no device fits 'no such device'; there are:");
    assert_refused("no such device", LODE_NO_DEVICE, list[1].name);
    if (strcmp(list[0].name, list[1].name) == 0) {
        snprintf(select, sizeof select, "0:0,%.60s", list[0].name);
        assert_refused(select, LODE_NO_DEVICE, "give a number");
    }
    free(list);
}

static void unequal_arithmetic_is_known(void **state) {
    (void)state;
    struct device_info infos[] = {{.fp64 = true, .rounds_correctly = true}, {.fp64 = true, .rounds_correctly = true, .gpu = true}};
    assert_true(devices_agree(infos, 2));
    infos[1].fp64 = false;
    assert_false(devices_agree(infos, 2));
    infos[0].fp64 = false;
    assert_true(devices_agree(infos, 2));
    infos[0].rounds_correctly = false;
    assert_false(devices_agree(infos, 2));
    assert_true(devices_agree(infos, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_between_commas_are_devices_in_that_order),
        cmocka_unit_test(all_begins_with_the_device_of_no_words),
        cmocka_unit_test(wrong_words_are_refused),
        cmocka_unit_test(unequal_arithmetic_is_known),
    };
    setenv("POCL_DEVICES", "pthread pthread", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
