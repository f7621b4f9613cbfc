/* The parts of the page put together. A policy in its head lets run the one script and apply the one style whose hashes it names, and
 * load nothing (Content Security Policy Level 3). Data stand in elements that are not executed; no "<" is left in them to end these. */
#include "report/page.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/page_data.h"
#include "report/page_layers.h"
#include "report/page_parts.h"

/* What stands in place of <!--name--> in page.html. */
struct part {
    const char *name;
    struct text words;
};
enum { PART_TITLE, PART_POLICY, PART_STYLE, PART_DATA, PART_PICTURES, PART_SCRIPT, PARTS };

static void add_markup(struct text *into, const char *words) {
    for (; *words; words++) {
        if (*words == '&')
            text_add(into, "&amp;");
        else if (*words == '<')
            text_add(into, "&lt;");
        else
            text_add_bytes(into, words, 1);
    }
}

/* JSON has "<" in strings alone. */
static void add_json(struct text *into, const char *json) {
    for (const char *found; (found = strchr(json, '<')); json = found + 1) {
        text_add_bytes(into, json, (size_t)(found - json));
        text_add(into, "\\u003c");
    }
    text_add(into, json);
}

static void add_hash(struct text *into, const struct text *of) {
    unsigned char digest[EVP_MAX_MD_SIZE], letters[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (of->failed || !EVP_Digest(of->bytes, of->length, digest, &length, EVP_sha256(), NULL)) {
        into->failed = true;
        return;
    }
    EVP_EncodeBlock(letters, digest, (int)length);
    text_print(into, "'sha256-%s'", (const char *)letters);
}

static status fill_data(const struct result *result, const struct page_raster *raster, const struct log *log, struct text *into) {
    struct json_build build = {0};
    struct json_object *layers;
    TRY(page_layers_json(result, &raster->map, &build, &layers));
    struct json_object *data = page_data(result, raster, log, &build);
    json_put(&build, data, "layers", layers);
    const char *json = build.failed ? NULL : json_object_to_json_string_ext(data, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (json) add_json(into, json);
    json_object_put(data);
    return json ? NULL : status_no_memory();
}

static void fill_pictures(const struct page_raster *raster, struct text *into) {
    text_add(into, "[");
    for (size_t i = 0; i < raster->n_urls; i++) {
        text_add(into, i ? ",\"" : "\"");
        text_add_bytes(into, raster->urls[i].bytes, raster->urls[i].length);
        text_add(into, "\"");
    }
    text_add(into, "]");
}

static status fill_parts(const struct result *result, const struct log *log, struct part *parts) {
    struct page_raster raster;
    struct text *policy = &parts[PART_POLICY].words;
    status failure = page_raster_make(result, &raster);
    if (!failure) failure = fill_data(result, &raster, log, &parts[PART_DATA].words);
    if (!failure) fill_pictures(&raster, &parts[PART_PICTURES].words);
    page_raster_free(&raster);
    add_markup(&parts[PART_TITLE].words, result->scenario->title ? result->scenario->title : "lodescan");
    text_print(&parts[PART_STYLE].words, "%s\n%s", page_leaflet_css, page_css);
    text_print(&parts[PART_SCRIPT].words, "%s\n%s", page_leaflet_js, page_js);
    text_add(policy, "default-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'; style-src ");
    add_hash(policy, &parts[PART_STYLE].words);
    text_add(policy, "; script-src ");
    add_hash(policy, &parts[PART_SCRIPT].words);
    for (size_t i = 0; !failure && i < PARTS; i++)
        if (parts[i].words.failed) failure = status_no_memory();
    return failure;
}

static const struct part *part_at(const struct part *parts, const char *marker) {
    for (size_t i = 0; i < PARTS; i++) {
        size_t length = strlen(parts[i].name);
        if (strncmp(marker + 4, parts[i].name, length) == 0 && strncmp(marker + 4 + length, "-->", 3) == 0) return &parts[i];
    }
    return NULL;
}

static bool write_all(FILE *file, const struct part *parts) {
    bool good = true;
    const char *from = page_html, *marker = from;
    while (good && (marker = strstr(marker, "<!--"))) {
        const struct part *part = part_at(parts, marker);
        if (!part) {
            marker += 4;
            continue;
        }
        good = fwrite(from, 1, (size_t)(marker - from), file) == (size_t)(marker - from);
        good = good && fwrite(part->words.bytes, 1, part->words.length, file) == part->words.length;
        from = marker = marker + strlen(part->name) + 7;
    }
    return good && fputs(from, file) >= 0;
}

static status write_file(const char *path, const struct part *parts) {
    FILE *file = fopen(path, "wb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = write_all(file, parts);
    if (fclose(file) != 0 || !written) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return NULL;
}

status page_write(const struct result *result, const struct log *log, const char *path) {
    struct part parts[PARTS] = {[PART_TITLE] = {.name = "title"}, [PART_POLICY] = {.name = "policy"},     [PART_STYLE] = {.name = "style"},
                                [PART_DATA] = {.name = "data"},   [PART_PICTURES] = {.name = "pictures"}, [PART_SCRIPT] = {.name = "script"}};
    status failure = fill_parts(result, log, parts);
    if (!failure) failure = write_file(path, parts);
    for (size_t i = 0; i < PARTS; i++) text_free(&parts[i].words);
    return failure;
}
