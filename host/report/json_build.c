/* json-c trees with one flag for memory; numbers as the shortest decimal that reads back; UTF-8 made sure of. */
#include "report/json_build.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static struct json_object *checked(struct json_build *build, struct json_object *made) {
    if (!made) build->failed = true;
    return made;
}

struct json_object *json_map(struct json_build *build) {
    return checked(build, json_object_new_object());
}

struct json_object *json_list(struct json_build *build) {
    return checked(build, json_object_new_array());
}

/* Length of the UTF-8 sequence at `bytes` (RFC 3629: no overlong forms, no surrogates), or 0. */
static size_t utf8_length(const unsigned char *bytes) {
    if (bytes[0] < 0x80) return 1;
    size_t length = bytes[0] >= 0xC2 && bytes[0] < 0xE0 ? 2 : bytes[0] >= 0xE0 && bytes[0] < 0xF0 ? 3 : bytes[0] >= 0xF0 && bytes[0] < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < length; i++)
        if ((bytes[i] & 0xC0) != 0x80) return 0;
    bool overlong = (bytes[0] == 0xE0 && bytes[1] < 0xA0) || (bytes[0] == 0xF0 && bytes[1] < 0x90);
    bool beyond = (bytes[0] == 0xED && bytes[1] >= 0xA0) || (bytes[0] == 0xF4 && bytes[1] >= 0x90);
    return overlong || beyond ? 0 : length;
}

struct json_object *json_text(struct json_build *build, const char *words) {
    if (!words) return NULL;
    struct text clean = {0};
    text_add(&clean, "");
    for (const char *at = words; *at;) {
        size_t length = utf8_length((const unsigned char *)at);
        if (length)
            text_add_bytes(&clean, at, length);
        else
            text_add(&clean, "\xEF\xBF\xBD");
        at += length ? length : 1;
    }
    struct json_object *made = clean.failed ? NULL : json_object_new_string(clean.bytes);
    text_free(&clean);
    return checked(build, made);
}

struct json_object *json_number(struct json_build *build, double value) {
    if (!isfinite(value)) return NULL;
    struct text digits = {0};
    text_add_number(&digits, value);
    struct json_object *made = digits.failed ? NULL : json_object_new_double_s(value, digits.bytes);
    text_free(&digits);
    return checked(build, made);
}

void json_put(struct json_build *build, struct json_object *into, const char *key, struct json_object *value) {
    if (build->failed || json_object_object_add(into, key, value) != 0) {
        json_object_put(value);
        build->failed = true;
    }
}

void json_append(struct json_build *build, struct json_object *into, struct json_object *value) {
    if (build->failed || json_object_array_add(into, value) != 0) {
        json_object_put(value);
        build->failed = true;
    }
}

void json_put_text(struct json_build *build, struct json_object *into, const char *key, const char *words) {
    json_put(build, into, key, json_text(build, words));
}

void json_put_number(struct json_build *build, struct json_object *into, const char *key, double value) {
    json_put(build, into, key, json_number(build, value));
}

void json_put_integer(struct json_build *build, struct json_object *into, const char *key, int64_t value) {
    json_put(build, into, key, checked(build, json_object_new_int64(value)));
}

void json_put_parsed(struct json_build *build, struct json_object *into, const char *key, const char *words) {
    struct json_object *parsed = words ? json_tokener_parse(words) : NULL;
    json_put(build, into, key, parsed ? parsed : json_text(build, words));
}

struct json_object *json_member(struct json_object *map, const char *key) {
    struct json_object *value = NULL;
    return json_object_is_type(map, json_type_object) && json_object_object_get_ex(map, key, &value) ? value : NULL;
}

const char *json_member_text(struct json_object *map, const char *key) {
    struct json_object *value = json_member(map, key);
    return value ? json_object_get_string(value) : "";
}

double json_member_number(struct json_object *map, const char *key) {
    struct json_object *value = json_member(map, key);
    bool number = json_object_is_type(value, json_type_double) || json_object_is_type(value, json_type_int);
    return number ? json_object_get_double(value) : NAN;
}

static status read_all(FILE *file, const char *path, struct text *into) {
    char chunk[1 << 14];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) text_add_bytes(into, chunk, got);
    if (ferror(file)) return status_fail(LODE_IO, "%s: cannot be read: %s", path, strerror(errno));
    return into->failed ? status_no_memory() : NULL;
}

static status parse_all(const char *path, const struct text *words, struct json_object **out) {
    struct json_tokener *tokener = json_tokener_new();
    if (!tokener) return status_no_memory();
    *out = words->length && words->length < INT32_MAX ? json_tokener_parse_ex(tokener, words->bytes, (int)words->length) : NULL;
    enum json_tokener_error error = json_tokener_get_error(tokener);
    json_tokener_free(tokener);
    if (*out) return NULL;
    return status_fail(LODE_BAD_DATA, "%s: is not JSON: %s", path,
                       error == json_tokener_success || error == json_tokener_continue ? "it ends too early" : json_tokener_error_desc(error));
}

status json_read(const char *path, struct json_object **out) {
    struct text words = {0};
    *out = NULL;
    FILE *file = fopen(path, "rb");
    if (!file) return status_fail(errno == ENOENT ? LODE_NO_INPUT : LODE_IO, "%s: cannot be opened: %s", path, strerror(errno));
    status failure = read_all(file, path, &words);
    if (!failure) failure = parse_all(path, &words, out);
    text_free(&words);
    fclose(file);
    return failure;
}

status json_write(const char *path, struct json_object *tree) {
    const char *words = json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE);
    if (!words) return status_no_memory();
    FILE *file = fopen(path, "wb");
    if (!file) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fputs(words, file) >= 0 && fputc('\n', file) != EOF;
    if (fclose(file) != 0 || !written) return status_fail(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    return NULL;
}
