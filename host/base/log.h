/* What a job tells its caller: progress, notes and warnings, through the caller's own function. */
#ifndef LODE_BASE_LOG_H
#define LODE_BASE_LOG_H

#include <stddef.h>

#include "base/status.h"

struct log {
    lode_event_fn on_event; /* may be NULL */
    void *user;
    bool (*cancelled)(void *user); /* may be NULL */
    char **warnings;               /* every warning so far, for the manifest */
    size_t n_warnings, room;
    double share_from, share_to; /* where in the whole job the current stage lies */
    const char *stage;
};

struct log log_from_options(const lode_options *options);
void log_free(struct log *log);

/* A stage that takes the whole job from share `from` to share `to`. */
void log_stage(struct log *log, const char *stage, double from, double to);
/* `share` 0..1 of the current stage. LODE_INTERRUPTED once the caller asked to stop. */
status log_progress(struct log *log, double share) LODE_MUST_CHECK;
void log_info(struct log *log, const char *format, ...) LODE_PRINTF(2, 3);
void log_warn(struct log *log, const char *format, ...) LODE_PRINTF(2, 3);

#endif
