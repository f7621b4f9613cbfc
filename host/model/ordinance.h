/* Ordinances: how far from which features a jurisdiction wants things to stay. Plain values, from a table of text. */
#ifndef LODE_MODEL_ORDINANCE_H
#define LODE_MODEL_ORDINANCE_H

#include "base/memory.h"
#include "base/status.h"
#include "model/permit.h"

/* The columns of the table; those from ORDINANCE_NEEDED on may be left out. */
enum { ORDINANCE_NEEDED = 4, ORDINANCE_COLUMNS = 8 };
extern const char *const ordinance_columns[ORDINANCE_COLUMNS];

struct ordinance {
    const char *jurisdiction, *feature, *citation, *text; /* "" where there is none */
    double setback_m;                                     /* 0: none is wanted */
    int valid_from, valid_until;                          /* first and last day, see model/date.h; 0: open */
    int line;                                             /* of the table */
};

/* The rows that hold on a day, one for each jurisdiction and feature, and how many the table has. */
struct ordinance_table {
    const char *file;
    size_t n_rows, n_in_force;
    const struct ordinance *in_force;
};

/* `as_of`: the day, 0 where the scenario says none; then a row with dates is a mistake, for results would change by themselves. Everything is in
 * `arena`. LODE_BAD_DATA with all mistakes of the table, `file:line:column`; a table without rows is none. */
status ordinance_table_read(const struct permit_rows *rows, int as_of, struct arena *arena, struct ordinance_table *out) LODE_MUST_CHECK;
/* The row of a jurisdiction about a feature; NULL: the table has none. */
const struct ordinance *ordinance_find(const struct ordinance_table *table, const char *jurisdiction, const char *feature);
/* The longest setback from a feature; 0 where there is no row. Metres. */
double ordinance_longest_m(const struct ordinance_table *table, const char *feature);

#endif
