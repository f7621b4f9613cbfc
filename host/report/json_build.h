/* Building and reading JSON trees (json-c) without a check at every line. */
#ifndef LODE_REPORT_JSON_BUILD_H
#define LODE_REPORT_JSON_BUILD_H

#include <json-c/json.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/status.h"

/* Whether memory ran out anywhere so far; puts then do nothing, and the tree must not be used. Zero-initialise. */
struct json_build {
    bool failed;
};

struct json_object *json_map(struct json_build *build);
struct json_object *json_list(struct json_build *build);
/* Values: NaN and infinity become null, numbers are the shortest that read back; NULL text becomes null; bytes that are not
 * UTF-8 become U+FFFD. */
struct json_object *json_text(struct json_build *build, const char *text);
struct json_object *json_number(struct json_build *build, double value);
/* Hands `value` over to `into`, a map or a list. */
void json_put(struct json_build *build, struct json_object *into, const char *key, struct json_object *value);
void json_append(struct json_build *build, struct json_object *into, struct json_object *value);
void json_put_text(struct json_build *build, struct json_object *into, const char *key, const char *text);
void json_put_number(struct json_build *build, struct json_object *into, const char *key, double value);
void json_put_integer(struct json_build *build, struct json_object *into, const char *key, int64_t value);
/* `words` parsed as JSON; what cannot be parsed is put as text. NULL: null. */
void json_put_parsed(struct json_build *build, struct json_object *into, const char *key, const char *words);

/* Member of a map by name; NULL when there is none, it is null, or `map` is no map. */
struct json_object *json_member(struct json_object *map, const char *key);
const char *json_member_text(struct json_object *map, const char *key); /* "" when missing */
double json_member_number(struct json_object *map, const char *key);    /* NaN when missing */
/* Reads a whole file of JSON. LODE_NO_INPUT, LODE_BAD_DATA with the cause. *out: json_object_put(). */
status json_read(const char *path, struct json_object **out) LODE_MUST_CHECK;
/* Writes a tree, two spaces of indent. */
status json_write(const char *path, struct json_object *tree) LODE_MUST_CHECK;

#endif
