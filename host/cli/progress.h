/* Progress, notes and warnings of a long job, on standard error. On a terminal one line that is redrawn;
 * elsewhere a plain line when the stage changes, and every ten seconds. */
#ifndef LODE_CLI_PROGRESS_H
#define LODE_CLI_PROGRESS_H

#include <stdbool.h>

#include "lodescan.h"

struct progress {
    bool quiet, terminal, line_open;
    double started_s, shown_s; /* monotonic clock */
    char stage[64];            /* last shown */
};

struct progress progress_begin(bool quiet);
/* A lode_event_fn; `user` is the struct progress. */
void progress_event(void *user, const lode_event *event);
/* Takes the redrawn line away. */
void progress_end(struct progress *progress);

#endif
