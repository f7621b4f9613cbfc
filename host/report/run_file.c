/* Reads a run's manifest. Names in it are not trusted: none may lead out of the folder. */
#include "report/run_file.h"

#include <string.h>

#include "report/json_build.h"
#include "report/outputs.h"

status run_file_read(const char *folder, struct json_object **out) {
    struct arena arena = {0};
    *out = NULL;
    const char *path = arena_print(&arena, "%s/" OUTPUTS_MANIFEST, folder);
    status failure = path ? json_read(path, out) : status_no_memory();
    arena_free(&arena);
    if (lode_error_code(failure) == LODE_NO_INPUT)
        return status_wrap(failure, "%s: holds no finished run (give the folder that `lodescan run -o` wrote)", folder);
    return failure;
}

bool run_file_name_is_safe(const char *name) {
    if (name[0] == '\0' || name[0] == '/') return false;
    for (const char *part = name; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL) {
        size_t length = strcspn(part, "/");
        if (length == 0 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.')) return false;
    }
    return true;
}

struct json_object *run_file_output(struct json_object *run, size_t index) {
    struct json_object *outputs = json_member(run, "outputs");
    if (!json_object_is_type(outputs, json_type_array)) return NULL;
    for (size_t i = 0; i < json_object_array_length(outputs); i++) {
        struct json_object *output = json_object_array_get_idx(outputs, i);
        if (!run_file_name_is_safe(json_member_text(output, "name"))) continue;
        if (index-- == 0) return output;
    }
    return NULL;
}
