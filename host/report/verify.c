/* A finished run against the checksums of its manifest. */
#include <string.h>

#include "report/json_build.h"
#include "report/manifest.h"
#include "report/run_file.h"

/* "ok", "missing", "changed" or "unreadable". */
static status check_output(const char *out_dir, struct json_object *listed, const char **verdict) {
    struct arena arena = {0};
    struct digest digest = {""};
    int64_t bytes = 0;
    const char *path = arena_print(&arena, "%s/%s", out_dir, json_member_text(listed, "name"));
    if (!path) return status_no_memory();
    status failure = digest_file(path, &digest, &bytes);
    bool same = !failure && strcmp(digest.hex, json_member_text(listed, "sha256")) == 0;
    *verdict = same ? "ok" : lode_error_code(failure) == LODE_NO_INPUT ? "missing" : failure ? "unreadable" : "changed";
    lode_error_free(failure);
    arena_free(&arena);
    return NULL;
}

static status put_verdicts(struct json_object *files, const char *out_dir, struct text *report, bool json, bool ok) {
    struct json_build build = {0};
    size_t count = json_object_array_length(files);
    if (!json) {
        for (size_t i = 0; i < count; i++) {
            struct json_object *file = json_object_array_get_idx(files, i);
            text_print(report, "%-10s %s\n", json_member_text(file, "state"), json_member_text(file, "name"));
        }
        return report->failed ? status_no_memory() : NULL;
    }
    struct json_object *map = json_map(&build);
    if (!map) return status_no_memory();
    json_put_text(&build, map, "folder", out_dir);
    json_put(&build, map, "ok", json_object_new_boolean(ok));
    json_put(&build, map, "files", json_object_get(files));
    text_print(report, "%s\n", json_object_to_json_string_ext(map, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(map);
    return build.failed || report->failed ? status_no_memory() : NULL;
}

static status verify(struct json_object *run, struct json_object *files, const char *out_dir, struct text *report, bool json) {
    struct json_build build = {0};
    struct json_object *listed;
    status difference = NULL;
    for (size_t i = 0; (listed = run_file_output(run, i)); i++) {
        const char *verdict = "", *name = json_member_text(listed, "name");
        status failure = check_output(out_dir, listed, &verdict);
        if (failure) return status_first(difference, failure);
        struct json_object *file = json_map(&build);
        json_put_text(&build, file, "name", name);
        json_put_text(&build, file, "state", verdict);
        json_append(&build, files, file);
        if (build.failed) return status_first(difference, status_no_memory());
        if (strcmp(verdict, "ok") != 0 && !difference)
            difference =
                status_fail(LODE_BAD_DATA, "%s/%s: is %s since the run finished: run the scenario again with --overwrite", out_dir, name, verdict);
    }
    return status_first(difference, put_verdicts(files, out_dir, report, json, !difference));
}

status manifest_verify(const char *out_dir, struct text *report, bool json) {
    struct json_object *run, *files = json_object_new_array();
    if (!files) return status_no_memory();
    status failure = run_file_read(out_dir, &run);
    if (!failure && !json_object_is_type(json_member(run, "outputs"), json_type_array))
        failure = status_fail(LODE_BAD_DATA, "%s/" OUTPUTS_MANIFEST ": lists no outputs: it is no manifest of a lodescan run", out_dir);
    if (!failure) failure = verify(run, files, out_dir, report, json);
    json_object_put(run);
    json_object_put(files);
    return failure;
}
