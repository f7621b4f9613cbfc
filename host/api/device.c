/* Devices and their self-test, for people and for tools. */
#include <stdlib.h>

#include "api/json_words.h"
#include "base/text.h"
#include "compute/selftest.h"

static char *devices_json(const struct device_info *devices, size_t count) {
    struct json_build build = {0};
    struct json_object *list = json_list(&build);
    for (size_t i = 0; i < count; i++) {
        struct json_object *map = json_map(&build);
        json_put_integer(&build, map, "platform", devices[i].platform);
        json_put_integer(&build, map, "device", devices[i].index);
        json_put_text(&build, map, "name", devices[i].name);
        json_put_text(&build, map, "vendor", devices[i].vendor);
        json_put_text(&build, map, "driver", devices[i].driver);
        json_put_text(&build, map, "platform_name", devices[i].platform_name);
        json_put_text(&build, map, "version", devices[i].version);
        json_put_text(&build, map, "type", devices[i].gpu ? "gpu" : "cpu");
        json_put_integer(&build, map, "compute_units", devices[i].compute_units);
        json_put_integer(&build, map, "memory_bytes", (int64_t)devices[i].memory_bytes);
        json_append(&build, list, map);
    }
    return json_words(&build, list);
}

static char *devices_words(const struct device_info *devices, size_t count) {
    struct text out = {0};
    for (size_t i = 0; i < count; i++) {
        const struct device_info *device = &devices[i];
        text_print(&out, "%d:%d  %s, %s, %u compute units, %.1f GB, %s (%s)\n", device->platform, device->index, device->name,
                   device->gpu ? "gpu" : "cpu", device->compute_units, (double)device->memory_bytes / 1e9, device->platform_name, device->driver);
    }
    if (!count) text_add(&out, "no OpenCL device: install a driver, or the CPU device of Debian's pocl-opencl-icd\n");
    return text_take(&out);
}

lode_error *lode_devices(bool json, char **text) {
    struct device_info *devices = NULL;
    size_t count = 0;
    *text = NULL;
    TRY(device_list(&devices, &count));
    *text = json ? devices_json(devices, count) : devices_words(devices, count);
    free(devices);
    return *text ? NULL : status_no_memory();
}

static char *selftest_json(const struct device_info *device, const struct selftest_result *results, size_t count) {
    struct json_build build = {0};
    struct json_object *map = json_map(&build), *list = json_list(&build);
    json_put_text(&build, map, "device", device->name);
    json_put_text(&build, map, "driver", device->driver);
    for (size_t i = 0; i < count; i++) {
        struct json_object *row = json_map(&build);
        json_put_text(&build, row, "name", results[i].name);
        json_put_text(&build, row, "result", results[i].passed ? "passed" : "failed");
        json_put_text(&build, row, "detail", results[i].detail);
        json_append(&build, list, row);
    }
    json_put(&build, map, "tests", list);
    return json_words(&build, map);
}

static char *selftest_words(const struct device_info *device, const struct selftest_result *results, size_t count) {
    struct text out = {0};
    text_print(&out, "%s (%s)\n", device->name, device->driver);
    for (size_t i = 0; i < count; i++) text_print(&out, "  %-6s  %s: %s\n", results[i].passed ? "ok" : "FAILED", results[i].name, results[i].detail);
    return text_take(&out);
}

lode_error *lode_selftest(const char *select, bool json, char **text) {
    struct device *device = NULL;
    struct selftest_result *results = NULL;
    size_t count = 0, failed = 0;
    *text = NULL;
    TRY(device_open(select, &device));
    status failure = selftest_run(device, &results, &count);
    if (!failure) {
        for (size_t i = 0; i < count; i++) failed += !results[i].passed;
        *text = json ? selftest_json(device_info(device), results, count) : selftest_words(device_info(device), results, count);
        if (!*text) failure = status_no_memory();
    }
    if (!failure && failed)
        failure = status_fail(LODE_SELFTEST, "%zu of %zu self-tests failed on %s: its results cannot be trusted; try another --device or driver",
                              failed, count, device_info(device)->name);
    free(results);
    device_close(device);
    return failure;
}
