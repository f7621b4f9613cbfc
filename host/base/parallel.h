/* The same work for many numbers, on the cores that this process may use. */
#ifndef LODE_BASE_PARALLEL_H
#define LODE_BASE_PARALLEL_H

#include <stdint.h>

/* CPUs that this process may run on; at least 1. */
int parallel_threads(void);

/* Calls task(user, i) once for each 0 <= i < count, on the caller's thread and up to `threads` - 1 more, and returns when all are
 * done. The order is not defined, so no result may depend on it. Where no further thread can be started, fewer do the work. */
void parallel_for(int64_t count, int threads, void (*task)(void *user, int64_t i), void *user);

#endif
