/* Everything wrong with one file, collected so that it can be mended in one go. */
#ifndef LODE_MODEL_MISTAKES_H
#define LODE_MODEL_MISTAKES_H

#include "base/memory.h"
#include "model/scenario.h"

/* Zero-initialise, then set `arena`. Words live in the arena, the list is freed by mistakes_report. */
struct mistakes {
    struct arena *arena;
    struct mistake *items;
    size_t count, room;
    bool no_memory; /* what could not be noted, or any other allocation that failed */
};

void mistakes_add(struct mistakes *mistakes, struct place at, const char *format, ...) LODE_PRINTF(3, 4);
/* LODE_BAD_DATA with a line each, `path:line:column: words`, in the order of the file; NULL when there are none. Empties the list. */
status mistakes_report(struct mistakes *mistakes, const char *path) LODE_MUST_CHECK;

#endif
