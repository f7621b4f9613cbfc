/* The result of a fallible call: NULL, or an owned chain of words with an exit code.
 * Callers add what they were doing: `scenario.yaml:14: layer 'rail': reading band 1 of rail.tif: ...`. */
#ifndef LODE_BASE_STATUS_H
#define LODE_BASE_STATUS_H

#include "lodescan.h"

typedef lode_error *status;

/* A new failure; never NULL, also when memory is out. */
status status_fail(lode_code code, const char *format, ...) LODE_PRINTF(2, 3) LODE_MUST_CHECK;

/* Puts "words: " before the message of a failure; NULL stays NULL. */
status status_wrap(status failure, const char *format, ...) LODE_PRINTF(2, 3) LODE_MUST_CHECK;

/* Memory ran out: a failure that allocates nothing. */
status status_no_memory(void) LODE_MUST_CHECK;

/* Keeps the first of two failures and frees the other. */
status status_first(status a, status b) LODE_MUST_CHECK;

#define TRY(call)                                                                                                                                    \
    do {                                                                                                                                             \
        status try_ = (call);                                                                                                                        \
        if (try_) return try_;                                                                                                                       \
    } while (0)

#endif
