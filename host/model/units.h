/* Quantities with their unit, as people write them: `20 km`, `15 percent`, `30 deg`, `6 months`. */
#ifndef LODE_MODEL_UNITS_H
#define LODE_MODEL_UNITS_H

#include <stdbool.h>
#include <stddef.h>

enum unit_kind { UNIT_NONE, UNIT_LENGTH, UNIT_ANGLE, UNIT_SHARE, UNIT_TIME, UNIT_AREA, UNIT_DENSITY, UNIT_LINE_DENSITY };

/* A unit's kind and how many base units it is: metre, degree, 1 (as a share), month, square kilometre, so many in a square kilometre, kilometres in
 * one. */
struct unit {
    const char *name; /* as written in reports: "km" */
    enum unit_kind kind;
    double in_base;
};

/* Looks a unit up by any of its spellings; NULL if unknown. The result lives as long as the program. */
const struct unit *unit_find(const char *spelling);
/* The spelling nearest to an unknown one, or NULL. */
const char *unit_nearest(const char *spelling);
/* Every spelling of a kind's units, from 0; NULL beyond the last. */
const char *unit_spelling(enum unit_kind kind, size_t index);
/* What a kind wants, for messages: "a length such as `20 km`". */
const char *unit_example(enum unit_kind kind);

enum quantity_fault { QUANTITY_OK, QUANTITY_NOT_A_NUMBER, QUANTITY_NO_UNIT, QUANTITY_UNKNOWN_UNIT, QUANTITY_WRONG_KIND };
/* Reads `text` as a number in base units of `kind`; for UNIT_NONE a bare number is wanted. *unit (may be NULL) is the one written. */
enum quantity_fault quantity_parse(const char *text, enum unit_kind kind, double *base_value, const struct unit **unit);

enum { UNIT_WORD_MAX = 64 };
/* Takes `12.5 word` apart into its number and its word ("" when there is none), whatever the word; never more than `room` bytes. */
enum quantity_fault quantity_split(const char *text, double *number, char *word, size_t room);

#endif
