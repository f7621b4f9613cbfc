/* A table of sites, ready for any format: typed columns with alias and unit, a point or a line a row. Plain values;
 * strings belong to whoever built the table. */
#ifndef LODE_MODEL_TABLE_H
#define LODE_MODEL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

enum column_type { COLUMN_TEXT, COLUMN_INTEGER, COLUMN_REAL, COLUMN_JSON };

struct column {
    const char *name, *alias, *unit; /* unit may be "" */
    enum column_type type;
};

union value {
    const char *text; /* NULL: missing; TEXT and JSON */
    long long integer;
    double real; /* NaN: missing */
};

struct line {
    size_t count;
    const double *lon, *lat; /* lon may go on beyond 180 or -180 */
};

struct table {
    const char *name;
    size_t n_columns, n_rows;
    const struct column *columns;
    const union value *values;   /* [row * n_columns + column] */
    const bool *missing_integer; /* same shape or NULL */
    const double *lon, *lat;     /* EPSG:4326 */
    const struct line *lines;    /* one a row instead of points; NULL: points */
};

#endif
