/* A JSON tree as malloc'ed text. */
#include "api/json_words.h"

#include "base/text.h"

char *json_words(const struct json_build *build, struct json_object *tree) {
    struct text out = {0};
    if (!build->failed) text_print(&out, "%s\n", json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(tree);
    return build->failed ? NULL : text_take(&out);
}
