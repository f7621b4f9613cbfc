/* Every slot says under one lock which stage may take it next, and each stage takes bands in order: reading those of free slots, then computing,
 * then writing, which frees them. A slot in work is nobody's. */
#include "analysis/stream.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum stage { READ, COMPUTE, WRITE, STAGES, IN_WORK = STAGES };

struct run {
    const struct stream *stream;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int64_t next[STAGES]; /* the band that a stage takes next */
    enum stage *turn;     /* [slot] */
    status failure;
};

struct worker {
    struct run *run;
    enum stage stage;
    size_t computer;
    pthread_t thread;
};

/* Waits for the stage's next band; false when there is none or the run has failed. */
static bool take(struct run *run, enum stage stage, int64_t *band) {
    const struct stream *stream = run->stream;
    pthread_mutex_lock(&run->lock);
    while (!run->failure && run->next[stage] < stream->bands && run->turn[(size_t)run->next[stage] % stream->slots] != stage)
        pthread_cond_wait(&run->moved, &run->lock);
    bool go = !run->failure && run->next[stage] < stream->bands;
    if (go) {
        *band = run->next[stage]++;
        run->turn[(size_t)*band % stream->slots] = IN_WORK;
    }
    pthread_mutex_unlock(&run->lock);
    return go;
}

static void fail(struct run *run, status failure) {
    pthread_mutex_lock(&run->lock);
    run->failure = status_first(run->failure, failure);
    pthread_cond_broadcast(&run->moved);
    pthread_mutex_unlock(&run->lock);
}

static void pass_on(struct run *run, enum stage stage, size_t slot) {
    pthread_mutex_lock(&run->lock);
    run->turn[slot] = (stage + 1) % STAGES;
    pthread_cond_broadcast(&run->moved);
    pthread_mutex_unlock(&run->lock);
}

static status do_stage(const struct worker *worker, size_t slot, int64_t band) {
    const struct stream *stream = worker->run->stream;
    if (worker->stage == COMPUTE) return stream->compute(stream->user, worker->computer, slot, band);
    return (worker->stage == READ ? stream->read : stream->write)(stream->user, slot, band);
}

static void *work(void *user) {
    const struct worker *worker = user;
    for (int64_t band; take(worker->run, worker->stage, &band);) {
        size_t slot = (size_t)band % worker->run->stream->slots;
        status failure = do_stage(worker, slot, band);
        if (failure)
            fail(worker->run, failure);
        else
            pass_on(worker->run, worker->stage, slot);
    }
    return NULL;
}

/* The caller's thread is the first computer; it works only when all others could be started. */
static void work_together(struct run *run, struct worker *workers, size_t count) {
    size_t started = 1;
    int error = 0;
    while (started < count && !(error = pthread_create(&workers[started].thread, NULL, work, &workers[started]))) started++;
    if (error)
        fail(run, status_fail(LODE_TRY_AGAIN, "cannot start a thread: %s", strerror(error)));
    else
        work(&workers[0]);
    while (--started > 0) pthread_join(workers[started].thread, NULL);
}

status stream_run(const struct stream *stream) {
    struct run run = {.stream = stream, .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    size_t count = stream->computers + 2;
    struct worker *workers = NULL;
    status failure = MEMORY_ARRAY(count, &workers);
    if (!failure) failure = MEMORY_ARRAY(stream->slots, &run.turn); /* READ is 0: all are free */
    for (size_t i = 0; !failure && i < count; i++)
        workers[i] = (struct worker){.run = &run, .stage = i < stream->computers ? COMPUTE : i == stream->computers ? READ : WRITE, .computer = i};
    if (!failure) {
        work_together(&run, workers, count);
        failure = run.failure;
    }
    free(workers);
    free(run.turn);
    pthread_cond_destroy(&run.moved);
    pthread_mutex_destroy(&run.lock);
    return failure;
}
