/* The tables behind permits: a user's, or those of datasets/permits, which the program brings along. */
#ifndef LODE_GEO_PERMIT_TABLES_H
#define LODE_GEO_PERMIT_TABLES_H

#include "model/permit.h"

/* The files as text, embedded at build time. */
extern const char *const table_routes;
extern const char *const table_land_status;

/* `routes_path`, `land_path`: CSV files; NULL: the program's own. All in `arena`. LODE_NO_INPUT, or LODE_BAD_DATA with every mistake of a file. */
status permit_tables_read(const char *routes_path, const char *land_path, struct arena *arena, struct permit_routes *routes,
                          struct land_classes *classes) LODE_MUST_CHECK;

#endif
