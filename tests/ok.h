/* A call that must succeed; its words when it does not. */
#ifndef LODE_TESTS_OK_H
#define LODE_TESTS_OK_H

#include "base/status.h"
#include "unit.h"

static inline void assert_ok(status failure) {
    if (failure) fail_msg("%s", lode_error_message(failure));
}

#endif
