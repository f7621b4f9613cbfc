/* How far ranks hold, in words and for tools. */
#ifndef LODE_REPORT_CERTAINTY_TABLE_H
#define LODE_REPORT_CERTAINTY_TABLE_H

#include "analysis/result.h"
#include "report/json_build.h"

/* Whether the target asked for it and has a site with a rank. */
bool certainty_table_asked(const struct result *result, size_t target);
/* A row a site: quantiles, shares, the mean weight of each criterion in the draws where it was first (empty: never), and the share of the draws
 * of each rank. */
status certainty_table_csv(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* A row a criterion, change and site of the first ten: score and rank as they are and then, and who then is first. */
status certainty_tornado_csv(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* What was drawn, and the first sites; of run.json and the summary. */
struct json_object *certainty_table_json(const struct result *result, size_t target, struct json_build *build);
/* "1 (1-3)": a site's rank with the quantiles; in `arena`. NULL where it took no part, or memory is out. */
const char *certainty_table_rank(const struct result *result, size_t target, const struct site *site, struct arena *arena);
/* What was drawn, as "weights up to 20 % off"; in `arena`. NULL: memory is out. */
const char *certainty_table_wish(const struct result *result, size_t target, struct arena *arena);
/* A sentence that says what was drawn, and how often the first was first. */
void certainty_table_print(const struct result *result, size_t target, struct arena *arena, struct text *out);

#endif
