/* Whom a picture or a table owes thanks: the scenario's credits, then its layers', each once. */
#ifndef LODE_REPORT_CREDITS_H
#define LODE_REPORT_CREDITS_H

#include "base/text.h"
#include "model/scenario.h"

/* Credit `index` in that order, or NULL beyond the last. Belongs to the scenario. */
const char *credits_at(const struct scenario *scenario, size_t index);
/* All of them into `words`, "; " between; "" when there is none. */
void credits_join(const struct scenario *scenario, struct text *words);

#endif
