/* Events to the caller; warnings are also kept for the manifest. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

struct log log_from_options(const lode_options *options) {
    return (struct log){.on_event = options->on_event, .user = options->user, .cancelled = options->cancelled, .share_to = 1, .stage = ""};
}

void log_free(struct log *log) {
    for (size_t i = 0; i < log->n_warnings; i++) free(log->warnings[i]);
    free(log->warnings);
    *log = (struct log){0};
}

static void tell(const struct log *log, lode_level level, double share, const char *text) {
    if (!log->on_event) return;
    log->on_event(log->user, &(lode_event){.level = level, .stage = log->stage, .share = share, .text = text});
}

void log_stage(struct log *log, const char *stage, double from, double to) {
    log->stage = stage;
    log->share_from = from;
    log->share_to = to;
    tell(log, LODE_PROGRESS, from, "");
}

status log_progress(struct log *log, double share) {
    tell(log, LODE_PROGRESS, log->share_from + share * (log->share_to - log->share_from), "");
    if (log->cancelled && log->cancelled(log->user)) return status_fail(LODE_INTERRUPTED, "interrupted while %s", log->stage);
    return NULL;
}

static char *words_of(const char *format, va_list args) {
    char *words = NULL;
    return vasprintf(&words, format, args) < 0 ? NULL : words;
}

void log_info(struct log *log, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *words = words_of(format, args);
    va_end(args);
    if (words) tell(log, LODE_INFO, -1, words);
    free(words);
}

void log_warn(struct log *log, const char *format, ...) {
    va_list args;
    va_start(args, format);
    char *words = words_of(format, args);
    va_end(args);
    if (!words) return;
    tell(log, LODE_WARNING, -1, words);
    status full = memory_reserve((void **)&log->warnings, &log->room, log->n_warnings + 1, sizeof *log->warnings);
    if (!full) {
        log->warnings[log->n_warnings++] = words;
        return;
    }
    lode_error_free(full);
    free(words);
}
