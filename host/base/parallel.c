/* Threads live for one call: starting one costs tens of microseconds, against tasks of milliseconds. */
#include "base/parallel.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

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

enum place { EMPTY, MADE };

/* Numbers below `taken` are done with, those below `next` are someone's. */
struct queue {
    void (*make)(void *user, int64_t i);
    void (*take)(void *user, int64_t i);
    void *user;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int64_t ahead, count, next, taken;
    bool taking;
    enum place *places; /* [ahead] */
};

/* With the lock held. Who comes while another takes leaves what he made to that one. */
static void take_what_is_made(struct queue *queue) {
    while (!queue->taking && queue->taken < queue->count && queue->places[queue->taken % queue->ahead] == MADE) {
        int64_t i = queue->taken;
        queue->taking = true;
        pthread_mutex_unlock(&queue->lock);
        queue->take(queue->user, i);
        pthread_mutex_lock(&queue->lock);
        queue->places[i % queue->ahead] = EMPTY;
        queue->taken++;
        queue->taking = false;
        pthread_cond_broadcast(&queue->moved);
    }
}

static void make_in_turn(void *user, int64_t thread) {
    struct queue *queue = user;
    (void)thread;
    pthread_mutex_lock(&queue->lock);
    while (queue->next < queue->count) {
        if (queue->next - queue->taken >= queue->ahead) {
            pthread_cond_wait(&queue->moved, &queue->lock);
            continue;
        }
        int64_t i = queue->next++;
        pthread_mutex_unlock(&queue->lock);
        queue->make(queue->user, i);
        pthread_mutex_lock(&queue->lock);
        queue->places[i % queue->ahead] = MADE;
        take_what_is_made(queue);
    }
    pthread_mutex_unlock(&queue->lock);
}

void parallel_in_order(int64_t count, int threads, int64_t ahead, void (*make)(void *user, int64_t i), void (*take)(void *user, int64_t i),
                       void *user) {
    struct queue queue = {.make = make, .take = take, .user = user, .ahead = ahead, .count = count};
    queue.places = ahead > 1 && threads > 1 ? calloc((size_t)ahead, sizeof *queue.places) : NULL;
    if (queue.places) {
        pthread_mutex_init(&queue.lock, NULL);
        pthread_cond_init(&queue.moved, NULL);
        parallel_for(threads < count ? threads : count, threads, make_in_turn, &queue);
        pthread_cond_destroy(&queue.moved);
        pthread_mutex_destroy(&queue.lock);
    }
    for (int64_t i = queue.places ? count : 0; i < count; i++) make(user, i), take(user, i);
    free(queue.places);
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
