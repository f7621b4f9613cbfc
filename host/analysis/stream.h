/* Bands through a few slots: one thread reads band i + 1 while others compute bands up to i, each on a device of its own, and one more writes
 * the band before those. A slot is free again when its band was written: that is the back-pressure. Bands are read, begun and written in order;
 * which computer takes a band is decided by who is free. */
#ifndef LODE_ANALYSIS_STREAM_H
#define LODE_ANALYSIS_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* What one stage does with a band whose data lie in `slot`. */
typedef status (*stream_stage)(void *user, size_t slot, int64_t band);
/* The same for the stage that several do at a time: `computer`, below stream.computers, is never in two calls at once. */
typedef status (*stream_compute)(void *user, size_t computer, size_t slot, int64_t band);

struct stream {
    int64_t bands;
    size_t slots;           /* at least 1; with 1 the stages take turns. Two more than computers keep all of them busy */
    size_t computers;       /* at least 1 */
    stream_stage read;      /* on a thread of its own */
    stream_compute compute; /* computer 0 on the caller's thread, each other on a thread of its own */
    stream_stage write;     /* on a thread of its own */
    void *user;
};

/* Runs every band through the three stages. The first failure in any of them ends all and is returned, when none works any longer.
 * What a stage wrote is seen by the later stages of that band, by `read` of the same slot's next band and by the caller afterwards.
 * LODE_TRY_AGAIN when no thread can be made. */
status stream_run(const struct stream *stream) LODE_MUST_CHECK;

#endif
