/* A JSON tree as malloc'ed text. */
#ifndef LODE_API_JSON_WORDS_H
#define LODE_API_JSON_WORDS_H

#include "report/json_build.h"

/* Prints and frees the tree; NULL when memory ran out while it was built. */
char *json_words(const struct json_build *build, struct json_object *tree);

#endif
