/* Every key of a scenario, a row each: parser, messages, starter, JSON Schema and reference are all made from these rows.
 * Operations (distance_to ...), memberships and overlays are rows of op_table.h; exclude_* are its rule_names. */
#ifndef LODE_MODEL_SCHEMA_H
#define LODE_MODEL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "model/op_table.h"
#include "model/units.h"

enum schema_section {
    SECTION_TOP,
    SECTION_GRID,
    SECTION_RASTER,
    SECTION_VECTOR,
    SECTION_CRITERION,
    SECTION_RULE,
    SECTION_TARGET,
    SECTION_CANDIDATES,
    SECTION_PEAKS,
    SECTION_WEIGHTS_OF_EVIDENCE, /* models in the order of enum model_kind */
    SECTION_LOGISTIC_REGRESSION,
    SECTION_RANDOM_FOREST,
    SECTION_BOOSTED_TREES,
    SECTION_ANNOTATION,
    SECTION_VALIDATE,
    SECTION_PERMITS,
    SECTION_SHORTLIST,
    SECTION_VARIANT,
    SECTION_VARIANT_PERMITS,
    SECTION_VARIANT_ORDINANCES,
    SECTION_VALID,
    SECTION_BUFFER,
    SECTION_ORDINANCES,
    SECTION_OUTPUTS,
    SECTION_CERTAINTY,
    SECTIONS
};

enum schema_type {
    /* read by the row alone into the record at `offset` */
    TYPE_TEXT,     /* const char * */
    TYPE_WORD,     /* const char *, one of `choices` */
    TYPE_CHOICE,   /* an enum in the order of `choices` */
    TYPE_INTEGER,  /* int, from 1 */
    TYPE_COUNT,    /* size_t, from 1 */
    TYPE_NUMBER,   /* double */
    TYPE_QUANTITY, /* double, base units of `unit` */
    TYPE_WORDS,    /* unsigned, a bit for each of `choices` that is written: one or a list */
    TYPE_BOOL,     /* bool */
    TYPE_TRISTATE, /* enum tristate */
    TYPE_LAYER,    /* int: index of a layer */
    TYPE_TARGET,   /* int: index of a target */
    TYPE_DATE,     /* int, see model/date.h */
    /* read by the code of the section */
    TYPE_VERSION,
    TYPE_TEXTS,
    TYPE_EXTENT,
    TYPE_CELL,
    TYPE_CONDITION,
    TYPE_FORMULA,
    TYPE_UNIT_WORD,
    TYPE_MEMBERSHIP,
    TYPE_OVERLAY,
    TYPE_TARGETS,
    TYPE_RULES,
    TYPE_BUFFER,
    TYPE_LAYERS,
    TYPE_UNCERTAINTY,
    TYPE_FOLDS,
    TYPE_BANDS,
    TYPE_INDEXED,
    TYPE_MASKS,
    TYPE_VARIOGRAM, /* struct interpolation: one of `choices`, or {fit: one of them} */
    TYPE_NAMES,
    TYPE_WEIGHTS, /* names of criteria with numbers; or of targets with such a map */
    TYPE_CLASSING,
    TYPE_SPREAD,
    TYPE_TABLE,        /* a file, or nothing: an empty one */
    TYPE_SECTION,      /* a map with the keys of `child` */
    TYPE_NAMED_SECTION /* NAME: a map with the keys of `child` */
};

enum schema_range { RANGE_ANY, RANGE_NOT_NEGATIVE, RANGE_POSITIVE, RANGE_SHARE /* 0..1 */ };

struct schema_row {
    unsigned sections; /* bits of enum schema_section */
    const char *name;
    enum schema_type type;
    bool required;
    enum unit_kind unit;
    enum schema_range range;
    const char *const *choices; /* NULL-terminated */
    enum schema_section child;
    const char *fallback; /* read as if it was written when the key is absent; NULL: none */
    size_t offset;
    const char *example; /* how a value is written */
    const char *help;    /* one line */
};

extern const struct schema_row schema_rows[];
extern const size_t schema_row_count;
extern const char *const schema_section_titles[SECTIONS]; /* headings: "`grid`", "`layers.NAME` (raster)" ... */
extern const char *const schema_section_help[SECTIONS];
extern const char *const rule_help[RULES]; /* beside rule_names of op_table.h */

enum { SCHEMA_NAMES_MAX = 64, NAME_LENGTH_MAX = 48, RULES_MAX = 64, TARGETS_MAX = 16, VARIANTS_MAX = 16 };

bool schema_row_in(const struct schema_row *row, enum schema_section section);
const struct schema_row *schema_find(enum schema_section section, const char *name); /* NULL: no such key */
/* Every name a section knows, those of op_table included; returns how many of the SCHEMA_NAMES_MAX were filled. */
size_t schema_names(enum schema_section section, const char *names[SCHEMA_NAMES_MAX]);

/* The JSON Schema (draft 2020-12) of scenarios, and the reference of every key in markdown. malloc'ed; NULL when memory is out. */
char *schema_json(void);
char *schema_markdown(void);

#endif
