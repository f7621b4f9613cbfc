/* The same work for many numbers, or another beside the caller's, on the cores that this process may use. */
#ifndef LODE_BASE_PARALLEL_H
#define LODE_BASE_PARALLEL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* CPUs that this process may run on; at least 1. */
int parallel_threads(void);

/* Calls task(user, i) once for each 0 <= i < count, on the caller's thread and up to `threads` - 1 more, and returns when all are
 * done. The order is not defined, so no result may depend on it. Where no further thread can be started, fewer do the work. */
void parallel_for(int64_t count, int threads, void (*task)(void *user, int64_t i), void *user);

/* A task on a thread of its own beside the caller, until aside_end waits for it. Where no thread can be started, aside_begin does it itself. */
struct aside {
    void (*task)(void *user);
    void *user;
    pthread_t thread;
    bool started;
};
void aside_begin(struct aside *aside, void (*task)(void *user), void *user);
void aside_end(struct aside *aside);

#endif
