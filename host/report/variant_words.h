/* What a variant has otherwise, for people and for tools. */
#ifndef LODE_REPORT_VARIANT_WORDS_H
#define LODE_REPORT_VARIANT_WORDS_H

#include "analysis/result.h"
#include "report/json_build.h"

/* "relax park; weight of rail 4; setbacks of strict.csv". */
void variant_words_print(const struct result *result, const struct variant_wish *wish, struct arena *arena, struct text *out);
/* The same as keys of `map`; tables with their checksums. */
void variant_words_json(const struct result *result, size_t variant, struct json_build *build, struct json_object *map);

#endif
