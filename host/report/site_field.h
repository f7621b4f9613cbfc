/* Fields of the site record and who reads them, for the files that list them: site_table.c those of every site, site_rule_fields.c,
 * site_criterion_fields.c, site_permit_fields.c and site_variant_fields.c the others. A value that is missing stays missing (NaN, NULL): never zero.
 */
#ifndef LODE_REPORT_SITE_FIELD_H
#define LODE_REPORT_SITE_FIELD_H

#include <math.h>
#include <string.h>

#include "analysis/result.h"
#include "model/table.h"
#include "report/json_build.h"

/* What the reader of a field sees; `missing` and `failed` are its answers beside the value. */
struct cell {
    const struct result *result;
    size_t target;
    const struct site *site;
    struct arena *arena;
    bool missing, failed;
};

struct field {
    struct column column;
    union value (*read)(struct cell *cell, size_t index);
    size_t index; /* criterion, annotation or variant */
};

static inline union value real(double value) {
    return (union value){.real = isfinite(value) ? value : NAN};
}

static inline union value words(const char *text) {
    return (union value){.text = text};
}

static inline union value owned(struct cell *cell, const char *text) {
    if (!text) cell->failed = true;
    return words(text);
}

static inline const struct target *target_of(const struct cell *cell) {
    return &cell->result->scenario->targets[cell->target];
}

static inline size_t add_fields(struct field *into, const struct field *from, size_t count) {
    if (into) memcpy(into, from, count * sizeof *from);
    return count;
}

/* A tree as one line in the arena; takes the tree. */
union value tree_words(struct cell *cell, struct json_build *build, struct json_object *tree);

/* Each appends a target's fields at `into` (NULL: nowhere) and returns how many. */
size_t site_rule_fields(const struct result *result, size_t target, struct field *into);
size_t site_certainty_fields(const struct result *result, size_t target, struct field *into);
size_t site_permit_fields(const struct result *result, struct field *into);
/* Of all criteria, named in `arena`: a name is NULL where memory is out. At most SITE_FIELDS_A_CRITERION each. */
enum { SITE_FIELDS_A_CRITERION = 6 };
size_t site_criterion_fields(const struct scenario *scenario, size_t target, struct arena *arena, struct field *into);
/* Of all variants, likewise; at most SITE_FIELDS_A_VARIANT each. */
enum { SITE_FIELDS_A_VARIANT = 4 };
size_t site_variant_fields(const struct result *result, struct arena *arena, struct field *into);
/* All of a site's criteria as one value, a JSON list. */
union value site_criteria(struct cell *cell, size_t index);

#endif
