/* Scenarios to start from, one a kind of deposit or site: datasets/templates/NAME.yaml, embedded at build time (embed.cmake there). */
#ifndef LODE_MODEL_TEMPLATE_H
#define LODE_MODEL_TEMPLATE_H

#include <stddef.h>

#include "base/status.h"

struct template {
    const char *name, *summary, *text; /* summary: the file's first line */
};
extern const struct template template_table[]; /* by name */
extern const size_t template_count;

/* The template of that name; LODE_USAGE, with the nearest name or all of them, when there is none. */
LODE_MUST_CHECK status template_find(const char *name, const struct template **out);

#endif
