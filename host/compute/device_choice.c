/* Devices by their numbers, names and kinds. */
#include "compute/device_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"

enum { PLATFORMS_MAX = 16, DEVICES_MAX = 64, PLATFORM_NOT_FOUND = -1001 };

static void device_word(cl_device_id id, cl_device_info what, char *out, size_t size) {
    char words[1024] = "";
    clGetDeviceInfo(id, what, sizeof words - 1, words, NULL);
    snprintf(out, size, "%.*s", (int)size - 1, words + strspn(words, " "));
}

static cl_ulong device_number(cl_device_id id, cl_device_info what) {
    cl_ulong number = 0;
    clGetDeviceInfo(id, what, sizeof number, &number, NULL);
    return number;
}

static void describe(struct found *found) {
    struct device_info *info = &found->info;
    device_word(found->id, CL_DEVICE_NAME, info->name, sizeof info->name);
    device_word(found->id, CL_DEVICE_VENDOR, info->vendor, sizeof info->vendor);
    device_word(found->id, CL_DRIVER_VERSION, info->driver, sizeof info->driver);
    device_word(found->id, CL_DEVICE_VERSION, info->version, sizeof info->version);
    clGetPlatformInfo(found->platform, CL_PLATFORM_NAME, sizeof info->platform_name - 1, info->platform_name, NULL);
    cl_uint units = 0;
    clGetDeviceInfo(found->id, CL_DEVICE_MAX_COMPUTE_UNITS, sizeof units, &units, NULL);
    info->compute_units = units;
    info->gpu = device_number(found->id, CL_DEVICE_TYPE) & CL_DEVICE_TYPE_GPU;
    info->fp64 = device_number(found->id, CL_DEVICE_DOUBLE_FP_CONFIG) != 0;
    info->memory_bytes = device_number(found->id, CL_DEVICE_GLOBAL_MEM_SIZE);
    info->largest_buffer_bytes = device_number(found->id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    cl_bool unified = CL_FALSE;
    clGetDeviceInfo(found->id, CL_DEVICE_HOST_UNIFIED_MEMORY, sizeof unified, &unified, NULL);
    found->shares_memory = unified && !info->gpu;
    info->rounds_correctly = device_number(found->id, CL_DEVICE_SINGLE_FP_CONFIG) & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
}

status found_all(struct found **out, size_t *count) {
    cl_platform_id platforms[PLATFORMS_MAX];
    cl_device_id ids[DEVICES_MAX];
    cl_uint n_platforms = 0;
    size_t room = 0;
    *out = NULL;
    *count = 0;
    cl_int code = clGetPlatformIDs(PLATFORMS_MAX, platforms, &n_platforms);
    if (code == PLATFORM_NOT_FOUND) n_platforms = 0;
    if (code != PLATFORM_NOT_FOUND) TRY(opencl_status(code, "listing OpenCL platforms"));
    if (n_platforms > PLATFORMS_MAX) n_platforms = PLATFORMS_MAX;
    for (cl_uint p = 0; p < n_platforms; p++) {
        cl_uint n = 0;
        if (clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, DEVICES_MAX, ids, &n) != CL_SUCCESS) continue;
        for (cl_uint d = 0; d < n && d < DEVICES_MAX; d++) {
            status full = memory_reserve((void **)out, &room, *count + 1, sizeof **out);
            if (full) {
                free(*out);
                return full;
            }
            struct found *found = &(*out)[(*count)++];
            *found = (struct found){.info = {.platform = (int)p, .index = (int)d}, .platform = platforms[p], .id = ids[d]};
            describe(found);
        }
    }
    return NULL;
}

static bool fits(const struct device_info *info, const char *select) {
    int platform, index, end = 0;
    if (strcasecmp(select, "gpu") == 0) return info->gpu;
    if (strcasecmp(select, "cpu") == 0) return !info->gpu;
    if (sscanf(select, "%d:%d%n", &platform, &index, &end) == 2 && !select[end]) return info->platform == platform && info->index == index;
    if (sscanf(select, "%d%n", &index, &end) == 1 && !select[end]) return info->platform == 0 && info->index == index;
    return strcasestr(info->name, select) != NULL;
}

static status refuse(const struct found *found, size_t count, const char *select, size_t fitting) {
    struct text list = {0};
    for (size_t i = 0; i < count; i++)
        text_print(&list, "\n  %d:%d %s (%s)", found[i].info.platform, found[i].info.index, found[i].info.name, found[i].info.platform_name);
    char *words = text_take(&list);
    status failure;
    if (!words)
        failure = status_no_memory();
    else if (count == 0)
        failure = status_fail(LODE_NO_DEVICE, "no OpenCL device on this machine: install a driver, such as pocl-opencl-icd for the processor");
    else if (fitting == 0 && (strcasecmp(select, "all") == 0 || strchr(select, ',')))
        failure = status_fail(LODE_USAGE, "'%s' names several devices, which only `run` and `distance` share: name one; there are:%s", select, words);
    else if (fitting == 0)
        failure = status_fail(LODE_NO_DEVICE, "no device fits '%s'; there are:%s", select, words);
    else
        failure = status_fail(LODE_NO_DEVICE, "%zu devices fit '%s', give a number; there are:%s", fitting, select, words);
    free(words);
    return failure;
}

status found_choose(const struct found *found, size_t count, const char *select, size_t *chosen) {
    bool kind = !select || strcasecmp(select, "gpu") == 0 || strcasecmp(select, "cpu") == 0;
    size_t fitting = 0;
    for (size_t i = count; i-- > 0;) {
        if (!fits(&found[i].info, select ? select : "gpu")) continue;
        *chosen = i;
        fitting++;
    }
    if (!select && fitting == 0 && count > 0) {
        *chosen = 0;
        fitting = 1;
    }
    if (fitting == 0 || (fitting > 1 && !kind)) return refuse(found, count, select, fitting);
    return NULL;
}

static status add_choice(const struct found *found, size_t index, const char *select, struct choice *choice) {
    for (size_t i = 0; i < choice->count; i++)
        if (choice->chosen[i] == index)
            return status_fail(LODE_USAGE, "--device=%s: %d:%d %s is named twice: name each device once", select, found[index].info.platform,
                               found[index].info.index, found[index].info.name);
    choice->chosen[choice->count++] = index;
    return NULL;
}

static status add_word(const struct found *found, size_t count, const char *word, const char *select, struct choice *choice) {
    size_t index = 0;
    if (!*word) return status_fail(LODE_USAGE, "--device=%s: nothing stands between two commas: write them as in 0:0,0:1", select);
    if (strcasecmp(word, "all") == 0) return status_fail(LODE_USAGE, "--device=%s: `all` stands alone: write --device=all", select);
    TRY(found_choose(found, count, word, &index));
    return add_choice(found, index, select, choice);
}

static status choose_all(const struct found *found, size_t count, struct choice *choice) {
    size_t first = 0;
    TRY(found_choose(found, count, NULL, &first));
    choice->chosen[choice->count++] = first;
    for (size_t i = 0; i < count; i++)
        if (i != first) choice->chosen[choice->count++] = i;
    return NULL;
}

static status choose_listed(const struct found *found, size_t count, const char *select, struct choice *choice) {
    char *words = strdup(select);
    status failure = words ? NULL : status_no_memory();
    for (char *word = words, *end; !failure && word; word = end) {
        end = strchr(word, ',');
        if (end) *end++ = '\0';
        failure = add_word(found, count, word, select, choice);
    }
    free(words);
    return failure;
}

/* Some devices' own names hold a comma: the words as a whole come first. */
static bool is_list(const struct found *found, size_t count, const char *select) {
    if (!select || !strchr(select, ',')) return false;
    for (size_t i = 0; i < count; i++)
        if (fits(&found[i].info, select)) return false;
    return true;
}

status found_choose_several(const struct found *found, size_t count, const char *select, struct choice *choice) {
    *choice = (struct choice){0};
    TRY(MEMORY_ARRAY(count + 1, &choice->chosen));
    if (select && strcasecmp(select, "all") == 0) return choose_all(found, count, choice);
    if (is_list(found, count, select)) return choose_listed(found, count, select, choice);
    choice->count = 1;
    return found_choose(found, count, select, choice->chosen);
}
