/* Shortlists, for people and for tools: who is in, who falls out and why. */
#ifndef LODE_REPORT_SHORTLIST_TABLE_H
#define LODE_REPORT_SHORTLIST_TABLE_H

#include "analysis/result.h"
#include "analysis/shortlist.h"
#include "report/json_build.h"

bool shortlist_asked(const struct result *result, size_t target);
/* Why the site is in or out, in `arena`; NULL when memory is out. */
const char *shortlist_words(const struct result *result, const struct permits *permits, size_t target, const struct site *site,
                            const struct shortlist_verdict *verdict, struct arena *arena);
/* "in", "excluded", "slow" ... */
const char *shortlist_answer(enum shortlist_answer answer);
/* A row a site, in the order of the list. */
status shortlist_csv(const struct result *result, size_t target, const char *path) LODE_MUST_CHECK;
/* Of run.json. */
struct json_object *shortlist_json(const struct result *result, size_t target, struct json_build *build);
void shortlist_print(const struct result *result, size_t target, struct arena *arena, struct text *out);

#endif
