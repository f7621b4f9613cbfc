/* A target's sites as a table for any format. */
#ifndef LODE_REPORT_SITE_TABLE_H
#define LODE_REPORT_SITE_TABLE_H

#include "analysis/result.h"
#include "model/table.h"

/* One row a site, ranked first; columns as docs/schema/sites.schema.json names them. Everything in `arena`;
 * names are borrowed from scenario and result, which must outlive the table. */
status site_table_make(const struct result *result, size_t target, struct arena *arena, struct table *out) LODE_MUST_CHECK;

/* "deposit", "plant", "stockpile"; "ranked", "excluded", "no data", "outside". */
const char *site_table_mode(const struct target *target);
const char *site_table_status(enum cell_state state);
/* Reasons of the rules that exclude the site for this target, joined by "; " ("" when none), in `arena`; NULL when memory is out. A setback's
 * with its length, and whose it is. */
const char *site_table_reasons(const struct result *result, size_t target, const struct site *site, struct arena *arena);

/* Scored criteria that are missing at the site, likewise. */
const char *site_table_nodata(const struct scenario *scenario, size_t target, const struct site *site, struct arena *arena);

#endif
