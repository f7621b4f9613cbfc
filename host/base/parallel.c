/* Threads live for one call: starting one costs tens of microseconds, against tasks of milliseconds. */
#include "base/parallel.h"

#include <sched.h>
#include <stdatomic.h>

enum { MOST_THREADS = 256 };

struct crew {
    void (*task)(void *user, int64_t i);
    void *user;
    int64_t count;
    atomic_int_fast64_t next;
};

static void *work(void *of) {
    struct crew *crew = of;
    for (int64_t i; (i = atomic_fetch_add(&crew->next, 1)) < crew->count;) crew->task(crew->user, i);
    return NULL;
}

int parallel_threads(void) {
    cpu_set_t cpus;
    int count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
    return count > MOST_THREADS ? MOST_THREADS : count > 1 ? count : 1;
}

void parallel_for(int64_t count, int threads, void (*task)(void *user, int64_t i), void *user) {
    struct crew crew = {.task = task, .user = user, .count = count};
    pthread_t others[MOST_THREADS];
    int started = 0;
    while (started < threads - 1 && started < count - 1 && started < MOST_THREADS && pthread_create(&others[started], NULL, work, &crew) == 0)
        started++;
    work(&crew);
    for (int i = 0; i < started; i++) pthread_join(others[i], NULL);
}

static void *run_aside(void *of) {
    struct aside *aside = of;
    aside->task(aside->user);
    return NULL;
}

void aside_begin(struct aside *aside, void (*task)(void *user), void *user) {
    *aside = (struct aside){.task = task, .user = user};
    aside->started = pthread_create(&aside->thread, NULL, run_aside, aside) == 0;
    if (!aside->started) task(user);
}

void aside_end(struct aside *aside) {
    if (aside->started) pthread_join(aside->thread, NULL);
    aside->started = false;
}
