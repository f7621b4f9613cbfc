/* What this machine lacks for a run: GDAL, PROJ and their data, drivers, OpenCL devices. */
#include <stdlib.h>

#include "api/json_words.h"
#include "base/text.h"
#include "compute/device.h"
#include "geo/health.h"

static status device_item(struct arena *arena, struct health_item *item) {
    struct device_info *devices = NULL;
    size_t count = 0;
    status failure = device_list(&devices, &count);
    if (lode_error_code(failure) == LODE_TRY_AGAIN) return failure;
    bool found = !failure && count > 0;
    item->name = "OpenCL device";
    item->ok = found;
    item->detail = found ? arena_print(arena, "%zu: %s%s", count, devices[0].name, count > 1 ? ", ..." : "")
                         : arena_print(arena, "%s", failure ? lode_error_message(failure) : "none");
    item->remedy = found ? "" : "install a GPU's OpenCL driver, or pocl-opencl-icd for the CPU";
    lode_error_free(failure);
    free(devices);
    return item->detail ? NULL : status_no_memory();
}

static char *doctor_words(const struct health_item *items, size_t count) {
    struct text out = {0};
    for (size_t i = 0; i < count; i++) {
        text_print(&out, "%-8s %-16s %s\n", items[i].ok ? "ok" : "MISSING", items[i].name, items[i].detail);
        if (!items[i].ok) text_print(&out, "%-8s %-16s remedy: %s\n", "", "", items[i].remedy);
    }
    return text_take(&out);
}

static char *doctor_json(const struct health_item *items, size_t count) {
    struct json_build build = {0};
    struct json_object *list = json_list(&build);
    for (size_t i = 0; i < count; i++) {
        struct json_object *map = json_map(&build);
        json_put_text(&build, map, "name", items[i].name);
        json_put_text(&build, map, "state", items[i].ok ? "ok" : "missing");
        json_put_text(&build, map, "detail", items[i].detail);
        json_put_text(&build, map, "remedy", items[i].remedy);
        json_append(&build, list, map);
    }
    return json_words(&build, list);
}

static status gather(struct arena *arena, struct health_item **items, size_t *count) {
    struct health_item *found;
    TRY(health_check(arena, &found, count));
    *items = arena_alloc(arena, *count + 1, sizeof **items);
    if (!*items) return status_no_memory();
    for (size_t i = 0; i < *count; i++) (*items)[i] = found[i];
    return device_item(arena, &(*items)[(*count)++]);
}

lode_error *lode_doctor(bool json, char **text) {
    struct arena arena = {0};
    struct health_item *items = NULL;
    size_t count = 0, missing = 0;
    *text = NULL;
    status failure = gather(&arena, &items, &count);
    if (!failure) {
        *text = json ? doctor_json(items, count) : doctor_words(items, count);
        if (!*text) failure = status_no_memory();
    }
    for (size_t i = 0; !failure && i < count; i++) missing += !items[i].ok;
    if (missing) failure = status_fail(LODE_NO_DEVICE, "%zu of %zu things that a run needs are missing", missing, count);
    arena_free(&arena);
    return failure;
}
