/* `NAME OP VALUE` or `NAME in V1, V2, ...` taken apart; what the name means and what its values measure is the caller's. */
#ifndef LODE_MODEL_CONDITION_H
#define LODE_MODEL_CONDITION_H

#include "base/memory.h"
#include "model/op_table.h"

struct condition_words {
    const char *name;
    enum compare_op op;
    size_t n_values;
    const char **values; /* trimmed, none empty */
};

/* NULL, or what is wrong with `text` and how to mend it. Words live in the arena. */
const char *condition_split(const char *text, struct arena *arena, struct condition_words *out);

#endif
