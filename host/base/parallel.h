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

/* As parallel_for, and each is handed on when it is made: take(user, i) in the order of i, by whichever thread, never two at a time, while others are
 * made. At most `ahead` (1 or more) are being made or wait to be taken, so `i % ahead` says where in a ring of as many places i may lie. */
void parallel_in_order(int64_t count, int threads, int64_t ahead, void (*make)(void *user, int64_t i), void (*take)(void *user, int64_t i),
                       void *user);

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
