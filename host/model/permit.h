/* How long a permit takes: a route of a jurisdiction is a handful of stages, each of which begins when those it comes after are over, and takes a
 * random number of months. Land status multiplies every month and says how likely the permit is granted at all. Plain values, from tables. */
#ifndef LODE_MODEL_PERMIT_H
#define LODE_MODEL_PERMIT_H

#include <stdint.h>

#include "base/memory.h"
#include "base/status.h"

enum { PERMIT_STAGES_MAX = 32 };

enum permit_family {
    PERMIT_LOGNORMAL, /* with a spread on each side of the median, so that three quoted quantiles are met exactly */
    PERMIT_TRIANGULAR,
    PERMIT_FAMILIES
};

struct permit_stage {
    const char *name, *source, *certainty;
    enum permit_family family;
    double shape[3]; /* lognormal: ln of the median in months, sd of ln months below it and above; triangular: low, mode, high in months */
    uint32_t after;  /* bit s: stage s of the route, which stands before this one */
};

struct permit_route {
    const char *jurisdiction, *name;
    size_t n_stages;
    struct permit_stage *stages; /* each after those it waits for */
};

enum land_kind { LAND_OPEN, LAND_CONDITIONAL, LAND_EXCLUDED, LAND_KINDS };

struct land_class {
    const char *name, *source, *certainty;
    enum land_kind kind;
    double multiplier; /* of all months; infinity of excluded land */
    double granted;    /* probability */
};

/* The cells of a table file as text: `line[r]` in the file, `cells[r * n_columns + c]`, "" where empty. */
struct permit_rows {
    const char *file; /* for messages */
    size_t n_rows;
    const int *line;
    const char *const *cells;
    const int *column; /* of each wanted column, in the file from 1; 0: the file does without it */
};

enum { ROUTE_COLUMNS = 11, LAND_COLUMNS = 6 };
extern const char *const route_columns[ROUTE_COLUMNS];
extern const char *const land_columns[LAND_COLUMNS];
extern const char *const land_kinds[LAND_KINDS];

struct permit_routes {
    size_t count;
    const struct permit_route *routes; /* as the file has them; stages of one route may be rows apart */
};
struct land_classes {
    size_t count;
    const struct land_class *classes;
};

/* All mistakes of the file at once, LODE_BAD_DATA with `file:line:field: words` each. Everything lives in `arena`, the cells' text too. */
status permit_routes_read(const struct permit_rows *rows, struct arena *arena, struct permit_routes *out) LODE_MUST_CHECK;
status land_classes_read(const struct permit_rows *rows, struct arena *arena, struct land_classes *out) LODE_MUST_CHECK;

/* NULL where there is none. */
const struct permit_route *permit_route_find(const struct permit_routes *routes, const char *jurisdiction, const char *name);
const struct land_class *land_class_find(const struct land_classes *classes, const char *name);

/* Quantile of `count` sorted values, between neighbours in proportion (Hyndman and Fan 1996, type 7). `share` 0 to 1. */
double sorted_quantile(const float *sorted, size_t count, double share);
/* Share of the sorted values that are at most `limit`. */
double sorted_share(const float *sorted, size_t count, double limit);

#endif
